"""What lids and eyeball do to each other: blinks, sockets, and who gives way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from facewright.engine.arrays import DoubleArray, FloatArray, IntArray
from facewright.engine.models import eyes

SOCKET_GAP, LID_FILM, SKIN_GAP = 0.5, 0.4, 0.08
"""How far the socket stays behind the eyeball's front, closed lids before it, and any lid, mm."""
SOCKET_FADE = -0.35, -0.85
"""Cosines from straight ahead between which the socket is drawn in wholly and not at all."""
UPPER_LID, LID_OVERLAP = 0.85, 0.25
"""Share of the closing that the upper lid does; how far closed rims pass each other, mm."""
CORNEA_REACH = 2.0
"""How far along the ball a lid's vertex holds the cornea down, mm: lids stretch as they close."""
COMPLETE_FROM = 0.6
"""Blink from which lids are brought together and laid on the ball; before it they are as given."""


@dataclass(frozen=True, eq=False)
class Lids:
    """The vertices of one eye's lids, of the rig's handles."""

    rim: IntArray
    skin: IntArray
    front: IntArray
    socket: IntArray
    column: IntArray
    share: FloatArray

    @classmethod
    def of(cls, handles: Mapping[str, NDArray[Any]], side: str) -> Lids:
        """Return the lids of a side, "l" or "r"."""
        return cls(
            rim=handles[f"rim_{side}"],
            skin=handles[f"lids_{side}"],
            front=handles[f"front_{side}"],
            socket=handles[f"socket_{side}"],
            column=handles["lid_column"],
            share=handles["lid_share"],
        )


def settle(
    skin: FloatArray,
    neutral: FloatArray,
    lids: Lids,
    ball: eyes.Ball,
    gaze: DoubleArray,
    blink: float,
) -> eyes.Ball:
    """Finish a blink, draw the socket behind the ball, in place; return the ball, moved back.

    Lids that an expression brings into the ball push it back, as squeezed lids do. Only where
    a blink nears its end, from `COMPLETE_FROM`, lids move instead: they meet and lie on the ball.

    Parameters
    ----------
    skin, neutral : (V, 3)
        With and without expression, mm.
    lids : Lids
    ball : Ball
        Behind the neutral lids.
    gaze : (3, 3)
        Its rotation.
    blink : float
        Weight of the side's `eyeBlink`.
    """
    late = float(np.clip((blink - COMPLETE_FROM) / (1 - COMPLETE_FROM), 0, 1))
    late = late * late * (3 - 2 * late)
    if late > 0:
        _meet(skin, neutral, lids, min(blink, 1.0), late)
    ball = _pushed(skin, lids, ball, 1 - late)
    if late > 0:
        _lie_on(skin, neutral, lids, ball, gaze, late)
        ball = _pushed(skin, lids, ball, 1.0)
    away = skin[lids.socket] - ball.centre
    distance = np.linalg.norm(away, axis=1)
    distance = np.maximum(distance, 1e-6)
    beside, behind = SOCKET_FADE
    drawn = np.clip((away[:, 2] / distance - behind) / (beside - behind), 0.0, 1.0)
    drawn = drawn * drawn * (3.0 - 2.0 * drawn)
    shrink = np.minimum((ball.radius - SOCKET_GAP) / distance, 1.0)
    skin[lids.socket] = ball.centre + away * (1.0 + drawn * (shrink - 1.0))[:, None]
    return ball


def _pushed(skin: FloatArray, lids: Lids, ball: eyes.Ball, share: float) -> eyes.Ball:
    """Return the ball, moved back by a share of what lids before it ask."""
    place = np.array([[*ball.centre[:2], ball.radius]])
    back = float(eyes.room(place, skin[lids.front], SKIN_GAP)[0]) - ball.centre[2]
    return replace(ball, centre=ball.centre + np.array([0.0, 0.0, share * min(0.0, back)]))


def beneath(dome: FloatArray, ball: eyes.Ball, front: FloatArray | DoubleArray) -> FloatArray:
    """Return the cornea flattened where lids lie on it; all around the ball's centre, gaze along z.

    Parameters
    ----------
    dome : (N, 3)
    ball : Ball
    front : (M, 3)
        Skin of the lids before it.
    """
    lid = np.linalg.norm(front, axis=1)
    close = lid < ball.radius + 2.0
    if not close.any():
        return dome
    way, reach = front[close] / lid[close, None], np.linalg.norm(dome, axis=1)
    angle = np.arccos(np.clip(dome / reach[:, None] @ way.T, -1, 1)) * ball.radius
    free = np.where(angle < CORNEA_REACH, lid[close], np.inf).min(axis=1) - SKIN_GAP
    held = np.clip(reach, None, np.maximum(free, ball.radius - 0.05))
    return np.asarray(dome * (held / reach)[:, None], dtype=np.float32)


def _meet(skin: FloatArray, neutral: FloatArray, lids: Lids, blink: float, late: float) -> None:
    """Close the lids as far as the blink says, in place.

    A blink carried to another head or age does not quite meet its lids, and with a squint they
    pass each other. What the opening differs from `1 - blink` of the neutral one is taken up by
    both lids, by `late`.
    """
    open_now = opening(skin[lids.rim])
    wanted = (1 - blink) * opening(neutral[lids.rim]) - LID_OVERLAP * late
    excess = late * (open_now - wanted)
    half = len(lids.rim) // 2
    both = np.concatenate([-UPPER_LID * excess, (1 - UPPER_LID) * excess[half:0:-1]])
    skin[lids.skin, 1] += (both[lids.column] * lids.share).astype(np.float32)


def _lie_on(
    skin: FloatArray,
    neutral: FloatArray,
    lids: Lids,
    ball: eyes.Ball,
    gaze: DoubleArray,
    late: float,
) -> None:
    """Lift lids that closed into the ball onto it, in place, by `late`."""
    travel = np.linalg.norm(skin[lids.skin] - neutral[lids.skin], axis=1)
    moved, travel = lids.skin[travel > 0.02], travel[travel > 0.02]
    if not len(moved):
        return
    away = skin[moved] - ball.centre
    distance = np.maximum(np.linalg.norm(away, axis=1), 1e-6)
    film = LID_FILM * np.minimum(travel / 0.5, 1.0)
    before = np.linalg.norm(neutral[moved] - ball.centre, axis=1)
    reach = np.minimum(eyes.depth(ball, (away @ gaze[:, 2]) / distance) + film, before)
    lift = late * np.clip(reach - distance, 0, 1.5 * travel)
    skin[moved] += away * (lift / distance)[:, None]


def opening(rim: FloatArray) -> DoubleArray:
    """Return the height between the lids at each place of the upper rim, mm.

    `rim` is `(2 N, 3)`, from the inner corner over the upper lid and back.
    """
    half = len(rim) // 2
    upper, lower = rim[: half + 1], np.concatenate([rim[:1], rim[: half - 1 : -1]])
    reach = np.linspace(0, 1, half + 1)
    along = np.abs(lower[:, 0] - lower[0, 0])
    along = np.maximum.accumulate(along) + 1e-6 * reach
    height = np.interp(np.abs(upper[:, 0] - lower[0, 0]), along, lower[:, 1])
    taper = np.minimum(1.0, 6 * np.minimum(reach, 1 - reach))
    return np.asarray(taper * (upper[:, 1] - height), dtype=np.float64)
