"""What is behind the lips: where teeth, gums and tongue sit, and room for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from facewright.engine.arrays import DoubleArray, FloatArray
from facewright.engine.models import teeth
from facewright.engine.models.pieces import Part, carried

AGES = np.array([0.0, 1.0, 3.0, 5.0, 10.0, 18.0, 30.0])
WIDTH = np.array([28.3, 31.2, 35.2, 38.1, 42.5, 46.5, 50.4])
"""Mean ch-ch in mm at `AGES` (reference/anthropometry.md)."""
LIP_AGES = np.array([0.0, 3.0, 18.0])
UPPER_LIP = np.array([2.8, 3.6, 5.0])
"""How far the upper incisors' faces lie behind the line where the lips meet, mm."""
LOWER_LIP = np.array([4.5, 6.0, 8.0])
"""The same for the lower incisors, behind the lower vermilion border, mm."""
OVERJET, OVERBITE, SHOWN = 2.6, 1.8, 2.0
"""How far the upper incisors stand before and over the lower ones, and below the lips' line."""
SEAL_SHUT, SEAL_OPEN = 1.2, 2.0
"""Gap between the lips up to which they count as closed, and from which as open, mm."""
PRESS, GIVE = 1.6, 0.3
"""How far lips may be pressed into each other, and how much of that is the last to be, mm."""
GUM_COLOR = (0.72, 0.40, 0.39)
TONGUE_COLOR = (0.74, 0.42, 0.42)
ROOM, PALATE, FLOOR, LIP_PUSH = 1.2, 15.0, 12.0, 2.0
"""Room around the teeth, how high and deep the cavity reaches at an adult's size, and how far the
lips' inner faces may be moved before the teeth, mm."""


@dataclass(frozen=True, eq=False)
class Seat:
    """Where the arches sit in a head.

    Attributes
    ----------
    upper, lower : (3,) float64
        Edge of the central incisors, on their faces, mm; the lower one with the jaw shut.
    scale : float
        Against the mean head of the age.
    age : float
        Years, rounded: arches are made anew at each.
    """

    upper: DoubleArray
    lower: DoubleArray
    scale: float
    age: float


def seat(neutral: FloatArray, spots: dict[str, int], age: float) -> Seat:
    """Return where the arches sit in a neutral head.

    `spots` are fine vertices: `ch_l`, `ch_r`, `sto`, `li`.
    """
    meet, corner = neutral[spots["sto"]], neutral[spots["ch_l"]] - neutral[spots["ch_r"]]
    usual = float(np.interp(age, AGES, WIDTH))
    scale = float(np.clip(float(np.linalg.norm(corner)) / usual, 0.75, 1.3)) ** 0.5
    step = round(min(age, teeth.LATEST), 1)
    out = float(teeth.arch("upper", step).shown[6:8].mean())
    front = float(meet[2]) - scale * float(np.interp(age, LIP_AGES, UPPER_LIP))
    below = float(neutral[spots["li"], 2]) - scale * float(np.interp(age, LIP_AGES, LOWER_LIP))
    low = meet[1] - scale * (SHOWN * out - 1.0 * (1 - out))
    over = scale * (OVERBITE * out - 2.0 * (1 - out))
    upper = np.array([meet[0], low, front], dtype=np.float64)
    lower = np.array([meet[0], low + over, min(front - OVERJET * scale, below)], dtype=np.float64)
    return Seat(upper, lower, scale, step)


def parts(place: Seat, jaw: DoubleArray, tongue_out: float, age: float) -> list[Part]:
    """Return teeth, gums and tongue; `jaw` is the mandible's motion, `(4, 4)`."""
    upper, lower = teeth.arch("upper", place.age), teeth.arch("lower", place.age)
    size = place.scale * float(np.interp(age, [0, 3, 12, 18], [0.6, 0.78, 0.95, 1.0]))
    tongue, tongue_faces = teeth.tongue(size, tongue_out)
    ivory = (0.97, 0.95, 0.91) if age < 7 else (0.95, 0.91, 0.84)
    if age > 45:
        ivory = (0.91, 0.86, 0.76)
    up, down = np.array([1.0, 1.0, 1.0]), np.array([1.0, -1.0, 1.0])

    def above(points: FloatArray) -> FloatArray:
        return np.asarray(points * place.scale * up + place.upper, dtype=np.float32)

    def below(points: FloatArray) -> FloatArray:
        return carried(points * place.scale * down + place.lower, jaw)

    lower_faces, lower_gum = lower.teeth_faces[:, ::-1], lower.gum_faces[:, ::-1]
    over = carried(tongue + place.lower, jaw)
    return [
        Part("teeth_upper", above(upper.teeth), upper.teeth_faces, None, None, ivory, "teeth"),
        Part("teeth_lower", below(lower.teeth), lower_faces, None, None, ivory, "teeth"),
        Part("gum_upper", above(upper.gum), upper.gum_faces, None, None, GUM_COLOR, "gum"),
        Part("gum_lower", below(lower.gum), lower_gum, None, None, GUM_COLOR, "gum"),
        Part("tongue", over, tongue_faces, None, None, TONGUE_COLOR, "tongue"),
    ]


def make_room(
    skin: FloatArray, handles: Mapping[str, NDArray[Any]], place: Seat, jaw: DoubleArray
) -> None:
    """Widen the mouth's cavity around the arches, in place.

    The cavity's own shape is kept small, so that nothing of it comes through the cheeks; shown,
    it must hold the teeth. The lips' inner faces stay before the arches; behind them the walls
    follow a tube around both arches, its lower half with the jaw.

    Parameters
    ----------
    skin : (V, 3)
        As shown.
    handles : mapping
        `cavity`, `cavity_share`, `cavity_lips` and `cavity_way` of the rig's handles.
    """
    vertices, way = handles["cavity"], handles["cavity_way"].astype(np.float64)
    lower = np.clip(0.5 - 1.2 * way[:, 1], 0, 1)[:, None]
    shown = skin[vertices].astype(np.float64)
    back = np.linalg.inv(jaw)
    here = (1 - lower) * shown + lower * carried(shown, back)
    row = teeth.arch("upper", place.age).teeth * place.scale
    long = float(np.ptp(row[:, 2])) + ROOM
    wide = float(np.abs(row[:, 0]).max()) + ROOM
    tall = place.scale * float(np.interp(place.age, [0, 3, 12], [0.35, 0.55, 1.0]))
    x0 = place.upper[0]
    front = (1 - lower[:, 0]) * place.upper[2] + lower[:, 0] * place.lower[2] + 0.6
    over = np.clip(np.abs(here[:, 0] - x0) / wide, 0, 0.98)
    before = front - long * (1 - np.sqrt(1 - over**2))
    push = np.clip(before - here[:, 2], 0, LIP_PUSH * tall)
    here[:, 2] += handles["cavity_lips"] * push
    behind = np.clip((here[:, 2] - front + long) / long, 0, 1)
    half = wide * np.sqrt(1 - np.minimum(behind, 0.98) ** 2)
    level = (place.upper[1] + place.lower[1]) / 2
    height = np.where(way[:, 1] > 0, PALATE, FLOOR) * tall
    round_ = (way[:, 0] ** 4 + way[:, 1] ** 4) ** 0.25
    tube = np.column_stack(
        [
            x0 + half * way[:, 0] / round_,
            level + height * way[:, 1] / round_,
            np.minimum(here[:, 2], front),
        ]
    )
    follow = handles["cavity_share"][:, None]
    placed = (1 - follow) * here + follow * tube
    skin[vertices] = (1 - lower) * placed + lower * carried(placed, jaw)


def closing(
    skin: FloatArray, shape: FloatArray, handles: Mapping[str, NDArray[Any]], wanted: float
) -> float:
    """Return how much of a closing shape lips take until they press on each other.

    Parameters
    ----------
    skin, shape : (V, 3)
        The head without it, and what it adds at weight 1, mm.
    handles : mapping
        `contact_upper` and `contact_lower` of the rig's handles.
    wanted : float
        Its weight, at least 0.

    Returns
    -------
    float
        `wanted` as far as lips pass each other by no more than `PRESS - GIVE`, then less and
        less more: never enough for `PRESS`.
    """
    gap = _apart(skin, handles)
    middle = slice(len(gap) // 3, 2 * len(gap) // 3 + 1)
    now = float(np.median(gap[middle]))
    rate = max(now - float(np.median(_apart(skin + shape, handles)[middle])), 1e-3)
    free = max(now + PRESS - GIVE, 0.0) / rate
    if wanted <= free:
        return wanted
    return free + GIVE / rate * (1 - float(np.exp((free - wanted) * rate / GIVE)))


def _apart(skin: FloatArray, handles: Mapping[str, NDArray[Any]]) -> DoubleArray:
    """Return the height between the lips at each place of the upper one's contact, mm."""
    above, below = skin[handles["contact_upper"]], skin[handles["contact_lower"]]
    return np.asarray(above[:, 1] - np.interp(above[:, 0], below[:, 0], below[:, 1]))


def seal(skin: FloatArray, handles: Mapping[str, NDArray[Any]]) -> None:
    """Draw the lips' hidden inner faces together where the lips all but touch, in place.

    A hair's breadth between closed lips would show the teeth as a white line.
    """
    upper, lower = handles["seal_upper"], handles["seal_lower"]
    above, apart = skin[handles["contact_upper"]], _apart(skin, handles)
    closed = np.clip((SEAL_OPEN - apart) / (SEAL_OPEN - SEAL_SHUT), 0, 1)
    x, y = skin[:, 0], skin[:, 1]
    fall = y[upper] - np.interp(x[upper], x[lower], y[lower])
    rise = np.interp(x[lower], x[upper], y[upper]) - y[lower]
    for row, way, gap in ((upper, -0.5, fall), (lower, 0.5, rise)):
        strength = np.interp(x[row], above[:, 0], closed)
        skin[row, 1] += (way * strength * np.maximum(gap, 0)).astype(np.float32)
