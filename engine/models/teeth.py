"""Teeth, gums and tongue, made by rule.

Sizes after Ash and Nelson (2003), Wheeler's Dental Anatomy; eruption ages after the American
Dental Association's chart. Each arch lives in a frame of its own: x to the subject's left, y
towards the tooth's root, z to the front, origin at the labial face of the incisors, level with
their edges.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from facewright.engine.arrays import FloatArray, IntArray, frozen

AROUND, UP = 12, 7
GUM_ALONG, GUM_AROUND = 113, 9
TONGUE_ALONG, TONGUE_AROUND = 17, 16


@dataclass(frozen=True)
class Set:
    """One dentition of one jaw, from the middle to the back, one side.

    Attributes
    ----------
    width, height, depth : (N,) mm
        Mesiodistal, crown and labiolingual size.
    erupts : (N,) years
    """

    width: tuple[float, ...]
    height: tuple[float, ...]
    depth: tuple[float, ...]
    erupts: tuple[float, ...]


MILK = {
    "upper": Set(
        (6.5, 5.1, 7.0, 7.3, 8.2), (6.0, 5.6, 6.5, 5.1, 5.7), (5.0, 4.0, 7.0, 8.5, 10.0),
        (0.8, 0.9, 1.6, 1.3, 2.3),
    ),
    "lower": Set(
        (4.2, 4.1, 5.0, 7.7, 9.9), (5.0, 5.2, 6.0, 6.0, 5.5), (4.0, 4.0, 4.8, 7.0, 8.7),
        (0.6, 1.0, 1.7, 1.3, 2.2),
    ),
}  # fmt: skip
PERMANENT = {
    "upper": Set(
        (8.5, 6.5, 7.5, 7.0, 7.0, 10.0, 9.0), (10.5, 9.0, 10.0, 8.5, 8.5, 7.5, 7.0),
        (7.0, 6.0, 8.0, 9.0, 9.0, 11.0, 11.0), (7.3, 8.3, 11.5, 10.5, 11.0, 6.3, 12.5),
    ),
    "lower": Set(
        (5.0, 5.5, 7.0, 7.0, 7.0, 11.0, 10.5), (9.0, 9.5, 11.0, 8.5, 8.0, 7.5, 7.0),
        (6.0, 6.5, 7.5, 7.5, 8.0, 10.5, 10.0), (6.4, 7.5, 9.8, 10.8, 11.2, 6.2, 12.0),
    ),
}  # fmt: skip
TEETH = 7
LATEST = 14.0
"""Years after which nothing erupts: wisdom teeth are left out."""


@dataclass(frozen=True, eq=False)
class Arch:
    """Teeth and gum of one jaw at one age.

    Attributes
    ----------
    teeth, gum : (N, 3) float32
        In the arch's own frame, mm.
    teeth_faces, gum_faces : (F, 3) int32
        The same at every age.
    shown : (14,) float32
        How far each tooth has come out, from the left back to the right back, in [0, 1].
    """

    teeth: FloatArray
    teeth_faces: IntArray
    gum: FloatArray
    gum_faces: IntArray
    shown: FloatArray


def eruption(jaw: str, age: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return size `(7, 3)` (width, height, depth) and emergence `(7,)` of one side's teeth."""
    milk, adult = MILK[jaw], PERMANENT[jaw]
    size, shown = np.zeros((TEETH, 3)), np.zeros(TEETH)
    for i in range(TEETH):
        later = i >= len(milk.width) or age >= adult.erupts[i]
        of = adult if later else milk
        size[i] = of.width[i], of.height[i], of.depth[i]
        since = age - of.erupts[i]
        shown[i] = np.clip(0.25 + since / (1.2 if later else 0.5), 0, 1) if since >= 0 else 0.0
    return size, shown


@lru_cache(maxsize=8)
def arch(jaw: str, age: float) -> Arch:
    """Return teeth and gum of the "upper" or "lower" jaw at an age in years."""
    size, shown = eruption(jaw, age)
    half = float(np.interp(age, [0, 1, 3, 6, 12, 18], [14.5, 17, 18.5, 20.5, 24, 25]))
    half -= 2.0 if jaw == "lower" else 0.0
    long = half * float(np.interp(age, [0, 6, 14], [1.4, 1.6, 1.75]))
    place, facing = _places(size[:, 0], half, long)
    teeth: list[NDArray[np.float64]] = []
    faces: list[IntArray] = []
    unit, corners = _crowns()
    for side in (1, -1):
        for i in range(TEETH):
            points = unit[min(i, 3)] * size[i] * (1.0 if shown[i] else 0.01)
            points[:, 1] += (1 - shown[i]) * size[i, 1] * 0.9
            cos, sin = np.cos(facing[i]), np.sin(facing[i])
            x = points[:, 0] * cos + points[:, 2] * sin + place[i, 0]
            z = -points[:, 0] * sin + points[:, 2] * cos + place[i, 1]
            faces.append(corners[:, ::side] + len(teeth) * len(points))
            teeth.append(np.column_stack([side * x, points[:, 1], z]))
    tall = float(np.interp(age, [0, 3, 12, 18], [3.0, 4.5, 8.0, 9.0]))
    gum = _gum(size, shown, (half, long), tall)
    front = size[0, 2] / 2
    crowns = np.concatenate(teeth) - [0, 0, front]
    return Arch(
        frozen(crowns),
        frozen(np.concatenate(faces), np.int32),
        frozen(gum - [0, 0, front]),
        frozen(_gum_faces(), np.int32),
        frozen(np.concatenate([shown[::-1], shown])),
    )


def _curve(along: NDArray[np.float64], half: float, long: float) -> NDArray[np.float64]:
    """Return `(N, 2)` x and z on the middle line of an arch, by length from its front."""
    angle = np.linspace(0, np.pi / 2, 400)
    points = np.column_stack([half * np.sin(angle), long * (np.cos(angle) - 1)])
    length = np.concatenate([[0], np.linalg.norm(np.diff(points, axis=0), axis=1).cumsum()])
    over = np.maximum(along - length[-1], 0)
    x = np.interp(along, length, points[:, 0])
    z = np.interp(along, length, points[:, 1]) - over
    return np.column_stack([x, z])


def _places(
    width: NDArray[np.float64], half: float, long: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    middle = np.cumsum(width) - width / 2
    place = _curve(middle, half, long)
    ahead, behind = _curve(middle + 0.5, half, long), _curve(middle - 0.5, half, long)
    along = ahead - behind
    return place, np.arctan2(-along[:, 1], along[:, 0])


@lru_cache(maxsize=1)
def _crowns() -> tuple[NDArray[np.float64], IntArray]:
    """Return unit crowns (incisor, incisor, canine, molar), `(4, N, 3)`, and their faces."""
    level = np.array([0.0, 0.04, 0.15, 0.4, 0.7, 0.9, 1.1])
    wide = {
        "incisor": [0.9, 0.98, 1.02, 1.02, 0.98, 0.92, 0.86],
        "canine": [0.25, 0.5, 0.8, 1.02, 0.97, 0.9, 0.84],
        "molar": [0.72, 0.88, 0.97, 1.0, 0.95, 0.88, 0.84],
    }
    deep = {
        "incisor": [0.16, 0.26, 0.36, 0.6, 0.9, 1.0, 1.0],
        "canine": [0.2, 0.35, 0.5, 0.78, 0.98, 1.0, 1.0],
        "molar": [0.6, 0.82, 0.94, 1.0, 0.97, 0.92, 0.88],
    }
    turn = 2 * np.pi * np.arange(AROUND) / AROUND
    power = 0.72
    cx = np.sign(np.cos(turn)) * np.abs(np.cos(turn)) ** power / 2
    cz = np.sign(np.sin(turn)) * np.abs(np.sin(turn)) ** power / 2
    crowns = []
    for kind in ("incisor", "incisor", "canine", "molar"):
        rows = []
        for y, w, d in zip(level, wide[kind], deep[kind], strict=True):
            lean = (1 - d) * (0.30 if kind != "molar" else 0.0)
            rows.append(np.column_stack([cx * w, np.full(AROUND, y), cz * d + lean]))
        cap = rows[0].mean(axis=0)
        crowns.append(np.concatenate([*rows, cap[None]]))
    faces = []
    for r in range(UP - 1):
        for s in range(AROUND):
            t = (s + 1) % AROUND
            a, b = r * AROUND, (r + 1) * AROUND
            faces += [(a + s, b + s, b + t), (a + s, b + t, a + t)]
    faces += [(UP * AROUND, s, (s + 1) % AROUND) for s in range(AROUND)]
    return np.array(crowns), np.array(faces, dtype=np.int32)


def _gum(
    size: NDArray[np.float64],
    shown: NDArray[np.float64],
    shape: tuple[float, float],
    tall: float,
) -> NDArray[np.float64]:
    """Return the ridge that carries the teeth, scalloped around them."""
    half, long = shape
    edges = np.concatenate([[0], np.cumsum(size[:, 0])])
    along = np.linspace(-edges[-1] - 1, edges[-1] + 1, GUM_ALONG)
    tooth = np.clip(np.searchsorted(edges, np.abs(along), side="right") - 1, 0, TEETH - 1)
    within = (np.abs(along) - edges[tooth]) / size[tooth, 0]
    papilla = np.abs(2 * np.clip(within, 0, 1) - 1) ** 2
    bare, height = 1 - shown[tooth], size[tooth, 1]
    neck = height * (0.7 - 0.4 * papilla) * (1 - bare) + 0.8 * bare
    kernel = np.array([0.25, 0.5, 0.25])
    neck[1:-1] = np.convolve(neck, kernel, mode="valid")
    depth = np.convolve(np.pad(size[tooth, 2], 3, mode="edge"), np.ones(7) / 7, mode="valid")
    place = _curve(np.abs(along), half, long)
    near = _curve(np.abs(along) + 0.5, half, long) - _curve(np.abs(along) - 0.5, half, long)
    near[:, 0] = np.maximum(near[:, 0], 1e-6)
    near /= np.linalg.norm(near, axis=1, keepdims=True)
    outward = np.column_stack([-near[:, 1], near[:, 0]])
    sign = np.where(along < 0, -1.0, 1.0)
    turn = np.linspace(0, np.pi, GUM_AROUND)
    out = np.cos(turn)[None, :] * (depth[:, None] / 2 * 1.06 + 0.25)
    y = neck[:, None] + (1 - np.sin(turn)[None, :]) * tall
    x = (place[:, :1] + out * outward[:, :1]) * sign[:, None]
    z = place[:, 1:] + out * outward[:, 1:]
    return np.stack([x, y, z], axis=2).reshape(-1, 3)


@lru_cache(maxsize=1)
def _gum_faces() -> IntArray:
    i, j = np.mgrid[: GUM_ALONG - 1, : GUM_AROUND - 1]
    a = (i * GUM_AROUND + j).ravel()
    b = a + GUM_AROUND
    pairs = [np.column_stack([a, b + 1, b]), np.column_stack([a, a + 1, b + 1])]
    return np.stack(pairs, axis=1).reshape(-1, 3).astype(np.int32)


@lru_cache(maxsize=1)
def _tongue_faces() -> IntArray:
    faces = []
    for i in range(TONGUE_ALONG - 1):
        for j in range(TONGUE_AROUND):
            k = (j + 1) % TONGUE_AROUND
            a, b = i * TONGUE_AROUND, (i + 1) * TONGUE_AROUND
            faces += [(a + j, b + k, b + j), (a + j, a + k, b + k)]
    tip = TONGUE_ALONG * TONGUE_AROUND
    last = (TONGUE_ALONG - 1) * TONGUE_AROUND
    faces += [(last + j, last + (j + 1) % TONGUE_AROUND, tip) for j in range(TONGUE_AROUND)]
    return np.array(faces, dtype=np.int32)


def tongue(size: float, out: float) -> tuple[FloatArray, IntArray]:
    """Return the tongue in the lower arch's frame, y up, tip behind the incisors.

    Parameters
    ----------
    size : float
        1 for an adult's.
    out : float
        Weight of `tongueOut`, 0 to 1.
    """
    s = 1 - (1 - np.linspace(0, 1, TONGUE_ALONG)) ** 1.7
    forward = out * s**1.5
    z = -48 + 42 * s + 36 * forward
    y = -9 + 8.5 * np.sin(np.pi * 0.62 * s) - 4.5 * s**4 * (1 - out) + out * (2.5 * s - 15 * s**5)
    wide = 15.5 * np.sqrt(np.clip(1 - s**9 * 0.95, 0, 1)) * (1 - 0.2 * forward)
    thick = 6.0 - 2.5 * s**2 - 1.9 * s**12 - 0.6 * forward
    turn = 2 * np.pi * np.arange(TONGUE_AROUND) / TONGUE_AROUND
    across = np.cos(turn)
    dip = -0.9 * np.exp(-((across / 0.25) ** 2)) * (np.sin(turn) > 0)
    x = wide[:, None] * across[None, :]
    height = y[:, None] + thick[:, None] * np.sin(turn)[None, :] + dip[None, :]
    points = np.stack([x, height, np.broadcast_to(z[:, None], x.shape)], axis=2).reshape(-1, 3)
    tip = np.array([[0.0, y[-1], z[-1] + 1.2]])
    return (size * np.concatenate([points, tip])).astype(np.float32), _tongue_faces()
