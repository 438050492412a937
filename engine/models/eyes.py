"""Eyeballs: their size by age, where they sit behind the lids, how they turn, how they look.

Sizes are means of published tables: axial length after Gordon and Donzis (1985), corneal
diameter after Ronneburger (2006) and Rufer (2005).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from facewright.engine.arrays import ByteArray, DoubleArray, FloatArray, IntArray, frozen

AGES = np.array([0.0, 0.5, 1.0, 2.0, 3.0, 6.0, 10.0, 15.0])
BALL_RADIUS = np.array([8.5, 9.5, 10.1, 10.7, 11.0, 11.3, 11.7, 12.0])
"""Half the axial length, mm, at `AGES`."""
IRIS_RADIUS = np.array([4.9, 5.3, 5.55, 5.75, 5.8, 5.85, 5.85, 5.85])
"""Half the corneal diameter, mm, at `AGES`."""
IRIS_RINGS, SCLERA_RINGS, SEGMENTS = 6, 11, 32
IRIS_UV = 0.21
"""Radius of the iris in the eye texture, as a share of its side."""
PUPIL = 0.34
CORNEA_CURVE = 7.8 / 5.85
"""Radius of curvature of the cornea per iris radius."""
BULGE_SHOWN = 0.4
"""Share of the cornea's bulge that is shown, so that closed lids stay smooth over it."""
RIM_GAP = 0.3
"""Gap between the rear edge of the lids and the eyeball, mm."""
PLACE_SD, GAP_SD = np.array([0.5, 1.3, 0.4]), 0.35
"""How balls differ in place across and up and in radius, and in their gap to the rim, mm."""
UPPER_COVER, UPPER_PART = 1.5, 0.6
"""How much of the iris the upper lid covers, mm, and its share of what an opening lacks."""
GAZE = {"Up": 25.0, "Down": 30.0, "In": 30.0, "Out": 32.0}
"""Degrees that the eye turns at weight 1 of `eyeLook...`."""
COLORS: dict[str, tuple[tuple[int, int, int], tuple[int, int, int]]] = {
    "blue": ((92, 122, 146), (50, 72, 96)),
    "grey": ((104, 118, 124), (62, 74, 82)),
    "green": ((124, 134, 92), (70, 82, 56)),
    "hazel": ((92, 72, 48), (60, 50, 37)),
    "brown": ((98, 62, 36), (54, 32, 20)),
    "dark": ((62, 40, 28), (34, 21, 15)),
}
"""Inner and outer colour of the iris, sRGB."""


@dataclass(frozen=True)
class Ball:
    """An eyeball in the head.

    Attributes
    ----------
    centre : (3,) float64
        Head frame, mm.
    radius, iris : float
        Of the globe and of the iris, mm.
    pitch : float
        How far up it looks at rest, radians.
    """

    centre: DoubleArray
    radius: float
    iris: float
    pitch: float = 0.0


def sizes(age: float) -> tuple[float, float]:
    """Return the mean radius of eyeball and iris at an age in years, mm."""
    return float(np.interp(age, AGES, BALL_RADIUS)), float(np.interp(age, AGES, IRIS_RADIUS))


def fit(rim: FloatArray, front: FloatArray, age: float, aside: int = 6) -> Ball:
    """Return the eyeball behind a pair of lids.

    Parameters
    ----------
    rim : (N, 3)
        The rear edge of both lids, mm, from the inner corner around over the upper lid.
    front : (M, 3)
        Rim and skin of the lids before the ball, mm: none of it may be inside.
    age : float
        Years.
    aside : int
        Vertices on either side of the inner corner that stand off the ball: the caruncle.

    Notes
    -----
    The lids stay where they were measured; the ball goes where they leave room. Places and radii
    near the usual ones are weighed by how close the ball comes to the rim when it has come
    forward until it all but touches; their mean under `exp(-cost)` moves smoothly with the lids.
    Where an upper lid stands far before the lower one, as on a head that is tilted back, the
    ball sits higher than its iris and looks as much lower.
    """
    points = np.asarray(rim, dtype=np.float64)
    mean, iris = sizes(age)
    across, level = _fissure(points, iris)
    order = np.arange(len(points))
    touching = points[np.minimum(order, len(points) - order) >= aside]
    steps = np.stack(np.meshgrid(*(np.linspace(-2, 2, n) for n in (5, 5, 3)), indexing="ij"), -1)
    steps = steps.reshape(-1, 3)
    place = np.array([across, level, mean]) + steps * PLACE_SD
    forward = room(place, front, RIM_GAP)
    away = touching - np.column_stack([place[:, :2], forward])[:, None]
    gap = np.linalg.norm(away, axis=2) - place[:, 2:]
    cost = (gap**2).mean(axis=1) / GAP_SD**2 + 0.5 * (steps**2).sum(axis=1)
    share = np.exp(cost.min() - cost)
    best = share @ place / share.sum()
    centre = np.array([best[0], best[1], room(best[None], front, RIM_GAP)[0]])
    radius = float(best[2])
    pitch = float(np.arcsin((level - centre[1]) / radius))
    return Ball(centre, radius, min(iris, 0.6 * radius), pitch)


def room(place: DoubleArray, front: FloatArray, gap: float) -> DoubleArray:
    """Return how far forward balls can be with all of the lids `gap` before them.

    Parameters
    ----------
    place : (N, 3)
        Of each ball: where its centre is across and up, and its radius, mm.
    front : (M, 3)
    gap : float

    Returns
    -------
    (N,) z of the centres
    """
    lids = np.asarray(front, dtype=np.float64)
    aside = (lids[:, 0] - place[:, :1]) ** 2 + (lids[:, 1] - place[:, 1:2]) ** 2
    left = (place[:, 2:] + gap) ** 2 - aside
    limit = np.where(left > 0, lids[:, 2] - np.sqrt(np.maximum(left, 0)), np.inf)
    return np.asarray(limit.min(axis=1))


def _fissure(rim: DoubleArray, iris: float) -> tuple[float, float]:
    """Return where the iris belongs, across and up: its top under the upper lid.

    The upper lid covers `UPPER_COVER` of an open eye's iris and the lower one touches it; what
    a narrower or wider opening asks beyond goes to the upper lid by `UPPER_PART`.
    """
    across = float(rim[:, 0].min() + rim[:, 0].max()) / 2
    half = len(rim) // 2
    heights = []
    for row in (rim[: half + 1], np.concatenate([rim[half:], rim[:1]])):
        near = row[np.argsort(np.abs(row[:, 0] - across))[:5]]
        heights.append(float(near[:, 1].mean()))
    rest = 2 * iris - (heights[0] - heights[1]) - UPPER_COVER
    return across, heights[0] - iris + UPPER_COVER + UPPER_PART * rest


def turn(weights: dict[str, float], side: str, rest: float = 0.0) -> DoubleArray:
    """Return the `(3, 3)` rotation of an eye, `side` "Left" or "Right", from `eyeLook...`.

    `rest` is its pitch at rest, radians.
    """
    up = GAZE["Up"] * weights.get("Up", 0.0) - GAZE["Down"] * weights.get("Down", 0.0)
    out = GAZE["Out"] * weights.get("Out", 0.0) - GAZE["In"] * weights.get("In", 0.0)
    yaw, pitch = np.radians(out if side == "Left" else -out), np.radians(-up) - rest
    cy, sy, cp, sp = np.cos(yaw), np.sin(yaw), np.cos(pitch), np.sin(pitch)
    across = np.array([[cy, 0, sy], [0, 1, 0], [-sy, 0, cy]])
    upward = np.array([[1, 0, 0], [0, cp, -sp], [0, sp, cp]])
    return np.asarray(across @ upward)


def depth(ball: Ball, cosine: NDArray[np.float64]) -> DoubleArray:
    """Return how far the globe with its cornea reaches, mm, at a cosine from the gaze."""
    rim = np.sqrt(max(ball.radius**2 - ball.iris**2, 0.0))
    curve = CORNEA_CURVE * ball.iris
    middle = rim - np.sqrt(max(curve**2 - ball.iris**2, 0.0))
    along = middle * cosine
    reach = along + np.sqrt(np.maximum(along**2 - middle**2 + curve**2, 0.0))
    bulge = np.where(cosine * ball.radius >= rim, reach - ball.radius, 0.0)
    return np.asarray(ball.radius + BULGE_SHOWN * bulge)


@cache
def _sphere() -> tuple[IntArray, FloatArray, DoubleArray, DoubleArray]:
    """Return faces, uv, and per vertex its ring and turn around the gaze."""
    rings = IRIS_RINGS + SCLERA_RINGS
    step = np.tile(np.arange(SEGMENTS), rings - 1)
    numbers = [0, *np.repeat(np.arange(1, rings), SEGMENTS), rings]
    ring: DoubleArray = np.array(numbers, dtype=np.float64)
    around = 2 * np.pi * np.concatenate([[0], step, [0]]) / SEGMENTS
    share = np.where(
        ring <= IRIS_RINGS,
        IRIS_UV * ring / IRIS_RINGS,
        IRIS_UV + (0.49 - IRIS_UV) * (ring - IRIS_RINGS) / SCLERA_RINGS,
    )
    uv = 0.5 + share[:, None] * np.column_stack([np.cos(around), np.sin(around)])
    faces = []
    for s in range(SEGMENTS):
        t = (s + 1) % SEGMENTS
        faces.append((0, 1 + s, 1 + t))
        for r in range(rings - 2):
            a, b = 1 + r * SEGMENTS, 1 + (r + 1) * SEGMENTS
            faces += [(a + s, b + s, b + t), (a + s, b + t, a + t)]
        last = 1 + (rings - 2) * SEGMENTS
        faces.append((last + s, len(ring) - 1, last + t))
    return frozen(faces, np.int32), frozen(uv), ring, around


def globe(ball: Ball) -> tuple[FloatArray, IntArray, FloatArray]:
    """Return vertices `(N, 3)` around the ball's centre, gaze along z, faces and uv."""
    faces, uv, ring, around = _sphere()
    limbus = np.arcsin(min(ball.iris / ball.radius, 0.95))
    polar = np.where(
        ring <= IRIS_RINGS,
        limbus * ring / IRIS_RINGS,
        limbus + (np.pi - limbus) * (ring - IRIS_RINGS) / SCLERA_RINGS,
    )
    vertices = ball.radius * np.column_stack(
        [np.sin(polar) * np.cos(around), np.sin(polar) * np.sin(around), np.cos(polar)]
    )
    inside = ring < IRIS_RINGS
    vertices[inside, 2] -= 0.35 * (1 - (ring[inside] / IRIS_RINGS) ** 2)
    return vertices.astype(np.float32), faces, uv


def cornea(ball: Ball) -> tuple[FloatArray, IntArray]:
    """Return the clear dome over the iris: vertices around the ball's centre and faces."""
    _, _, ring, around = _sphere()
    count = 1 + IRIS_RINGS * SEGMENTS
    limbus = np.arcsin(min(ball.iris / ball.radius, 0.95))
    polar = limbus * ring[:count] / IRIS_RINGS
    reach = depth(ball, np.cos(polar)) + 0.02
    directions = np.column_stack(
        [
            np.sin(polar) * np.cos(around[:count]),
            np.sin(polar) * np.sin(around[:count]),
            np.cos(polar),
        ]
    )
    faces = _sphere()[0]
    return (reach[:, None] * directions).astype(np.float32), faces[(faces < count).all(axis=1)]


@cache
def texture(color: str, side: int = 512) -> ByteArray:
    """Return an eye texture, `(side, side, 3)` sRGB: pupil, iris with fibres, limbus, sclera."""
    inner, outer = (np.array(c, dtype=np.float64) for c in COLORS[color])
    rng = np.random.default_rng(7)
    axis = (np.arange(side) + 0.5) / side - 0.5
    x, y = np.meshgrid(axis, -axis)
    radius, angle = np.hypot(x, y) / IRIS_UV, np.arctan2(y, x)
    fibres = np.zeros_like(radius)
    for count, share in ((23, 0.3), (47, 0.35), (91, 0.35)):
        phase, bend = rng.uniform(0, 2 * np.pi, 2)
        fibres += share * np.sin(count * angle + phase + 1.6 * np.sin(5 * radius + bend))
    patches = np.sin(3 * angle + 1.0) * np.sin(7 * angle + 2.0)
    out = np.clip((radius - PUPIL) / (1 - PUPIL), 0, 1)
    collar = np.exp(-(((out - 0.25) / 0.12) ** 2))
    shade = 1 + 0.16 * fibres * (0.4 + out) + 0.05 * patches + 0.22 * collar
    iris = (inner + (outer - inner) * out[..., None] ** 1.6) * shade[..., None]
    iris *= (1 - 0.5 * _rise(out, 0.84, 1.0))[..., None]
    pupil = _rise(radius, PUPIL - 0.03, PUPIL + 0.03)[..., None]
    iris = 12 + (iris - 12) * pupil
    white = np.array([202.0, 193.0, 187.0]) * np.ones_like(iris)
    far = np.clip((radius - 1) / 1.2, 0, 1)
    veins = np.abs(np.sin(9 * angle + 4 * np.sin(3 * radius + angle)))
    white -= (far * (12 + 9 * (1 - veins) ** 8))[..., None] * np.array([1.1, 1.8, 1.8])
    white -= _rise(radius, 1.06, 1.32)[..., None] * np.array([22.0, 42.0, 42.0])
    edge = _rise(radius, 0.94, 1.08)[..., None]
    blend = iris * (1 - edge) + white * edge
    return frozen(np.clip(blend + 0.5, 0, 255), np.uint8)


def _rise(values: NDArray[np.float64], low: float, high: float) -> NDArray[np.float64]:
    t = np.clip((values - low) / (high - low), 0, 1)
    return np.asarray(t * t * (3 - 2 * t))
