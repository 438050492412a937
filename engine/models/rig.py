"""From a face to the head as shown: expression, pose, eyes, teeth, tongue and skin."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from facewright.engine.arrays import ByteArray, DoubleArray, FloatArray, IntArray, frozen
from facewright.engine.errors import ModelUnavailable
from facewright.engine.face import Face, Subject, Weights
from facewright.engine.mesh import Mesh
from facewright.engine.models import eyes, teeth
from facewright.engine.models.template import ASSETS

if TYPE_CHECKING:
    from facewright.engine.models.lifespan import LifespanModel

PARTS_FILE = "parts.safetensors"
JAW = ("jawOpen", "jawForward", "jawLeft", "jawRight", "tongueOut")
"""Shapes whose motion of the chin is the mandible's."""
MOUTH_AGES = np.array([0.0, 1.0, 3.0, 5.0, 10.0, 18.0, 30.0])
MOUTH_WIDTH = np.array([28.3, 31.2, 35.2, 38.1, 42.5, 46.5, 50.4])
"""Mean ch-ch in mm at `MOUTH_AGES` (reference/anthropometry.md)."""
GUM_COLOR = (0.72, 0.40, 0.39)
TONGUE_COLOR = (0.74, 0.42, 0.42)
SOCKET_GAP, LID_FILM = 0.5, 0.25
"""How far the socket stays behind the eyeball's front, and lids before it, mm."""
BULGE_FELT = 0.4
"""Share of the cornea's bulge that shows through a lid."""
UPPER_LID, LID_OVERLAP = 0.85, 0.25
"""Share of the closing that the upper lid does; how far closed rims pass each other, mm."""


@dataclass(frozen=True, eq=False)
class Part:
    """A piece of the head beside its skin.

    Attributes
    ----------
    name : str
        `eye_l`, `cornea_l`, `teeth_upper`, `gum_upper`, `tongue`, ...
    vertices : (V, 3) float32
        Head frame, mm, as shown.
    faces : (F, 3) int32
    uv : (V, 2) float32 or None
    texture : (H, W, 3) uint8 or None
    color : (r, g, b) in [0, 1], sRGB
        Where there is no texture.
    material : str
        "eye", "cornea" (clear), "teeth", "gum" or "tongue".
    """

    name: str
    vertices: FloatArray
    faces: IntArray
    uv: FloatArray | None
    texture: ByteArray | None
    color: tuple[float, float, float]
    material: str


@dataclass(frozen=True, eq=False)
class PosedHead:
    """A head as shown: expression and pose applied.

    Attributes
    ----------
    skin : Mesh
        The fine level. Lids that a wink would drive into the eyeball lie on it.
    parts : tuple of Part
    """

    skin: Mesh
    parts: tuple[Part, ...]


@cache
def load_handles(folder: Path = ASSETS) -> dict[str, NDArray[Any]]:
    """Return what parts hang on, by name; vertices of the fine level unless said.

    `rim_*` the rear edge of both lids, from the inner corner over the upper lid and back;
    `lids_*` the skin of the lids; `lid_column` the place in the rim that each of these follows
    when the lids close, and `lid_share` how far; `socket_*` the socket behind them;
    `*_vestibule` the lips' inner faces; `chin` skin on the mandible.

    Raises
    ------
    ModelUnavailable
        If the file is not there.
    """
    from safetensors.numpy import load_file

    path = folder / PARTS_FILE
    if not path.is_file():
        raise ModelUnavailable(f"{path.name} is missing from assets: install Facewright again.")
    return {name: frozen(array, array.dtype) for name, array in load_file(path).items()}


class Rig:
    """Shows faces of the life-span model with the parts that ride on the head.

    Parameters
    ----------
    model : LifespanModel
        Gives expressions their offsets and the topology its landmarks.
    """

    def __init__(self, model: LifespanModel) -> None:
        self._model = model
        self._handles = load_handles()
        marks = model.template.landmarks
        spots = ("ch_l", "ch_r", "sts", "t_l", "t_r")
        self._spot = {name: int(marks.corners[marks.names.index(name)][0]) for name in spots}

    def pose(self, face: Face) -> PosedHead:
        """Return the head as shown, with eyes, teeth, gums and tongue; pure."""
        age = float(np.clip(face.subject.age.value, 0.0, 120.0))
        neutral = face.mesh.vertices
        skin = np.array(neutral)
        if len(face.expression):
            skin += self._model.expression_offsets(face.expression, age)
        parts: list[Part] = []
        for side, word in (("l", "Left"), ("r", "Right")):
            ball = eyes.fit(neutral[self._handles[f"rim_{side}"]], age)
            gaze = eyes.turn(_look(face.expression, word), word)
            self._close(skin, neutral, side, face.expression[f"eyeBlink{word}"])
            self._settle(skin, neutral, side, ball, gaze)
            parts += _eye(side, ball, gaze, eye_color(face.subject))
        parts += self._mouth(neutral, face.expression, age)
        moved = [_moved(part, face.pose) for part in parts]
        return PosedHead(face.mesh.moved(_rigid(skin, face.pose)), tuple(moved))

    def skin_image(self, face: Face) -> ByteArray:
        """Return the skin as shown, `(H, W, 3)` uint8: the face's texture or the model's own."""
        if face.texture is not None:
            return face.texture.image
        from facewright.engine.models.skin import load_skin

        return load_skin().image(face.subject)

    def _close(self, skin: FloatArray, neutral: FloatArray, side: str, blink: float) -> None:
        """Close the lids as far as the blink says, in place.

        A blink carried to another head or age does not quite meet its lids. What is left of the
        opening beyond `1 - blink` of the neutral one is taken up by both lids.
        """
        if blink <= 0:
            return
        share = min(blink, 1.0)
        rim, lids = self._handles[f"rim_{side}"], self._handles[f"lids_{side}"]
        open_now = _opening(skin[rim])
        wanted = (1 - share) * _opening(neutral[rim]) - LID_OVERLAP * share
        excess = share * np.maximum(open_now - wanted, 0)
        half = len(rim) // 2
        both = np.concatenate([-UPPER_LID * excess, (1 - UPPER_LID) * excess[half:0:-1]])
        shift = both[self._handles["lid_column"]] * self._handles["lid_share"]
        skin[lids, 1] += shift.astype(np.float32)

    def _settle(
        self, skin: FloatArray, neutral: FloatArray, side: str, ball: eyes.Ball, gaze: DoubleArray
    ) -> None:
        """Draw the socket behind the ball and lift moved lids off it, in place."""
        socket, lids = self._handles[f"socket_{side}"], self._handles[f"lids_{side}"]
        away = skin[socket] - ball.centre
        distance = np.linalg.norm(away, axis=1)
        before = away[:, 2] > -0.35 * distance
        limit = ball.radius - SOCKET_GAP
        shrink = np.where(before & (distance > limit), limit / np.maximum(distance, 1e-6), 1.0)
        skin[socket] = ball.centre + away * shrink[:, None]
        travel = np.linalg.norm(skin[lids] - neutral[lids], axis=1)
        lids, travel = lids[travel > 0.02], travel[travel > 0.02]
        if not len(lids):
            return
        away = skin[lids] - ball.centre
        distance = np.maximum(np.linalg.norm(away, axis=1), 1e-6)
        film = LID_FILM * np.minimum(travel / 0.5, 1.0)
        bulge = eyes.depth(ball, (away @ gaze[:, 2]) / distance) - ball.radius
        before = np.linalg.norm(neutral[lids] - ball.centre, axis=1)
        reach = np.minimum(ball.radius + BULGE_FELT * bulge + film, before)
        lift = np.clip(reach - distance, 0, 1.5 * travel)
        skin[lids] += away * (lift / distance)[:, None]

    def _mouth(self, neutral: FloatArray, expression: Weights, age: float) -> list[Part]:
        middle = self._spot["sts"]
        wide = float(np.linalg.norm(neutral[self._spot["ch_l"]] - neutral[self._spot["ch_r"]]))
        usual = float(np.interp(age, MOUTH_AGES, MOUTH_WIDTH))
        scale = float(np.clip(wide / usual, 0.75, 1.3)) ** 0.5
        step = round(min(age, teeth.LATEST), 1)
        upper, lower = teeth.arch("upper", step), teeth.arch("lower", step)
        upper_front = float(neutral[self._handles["upper_vestibule"]][:, 2].min()) - 0.6
        lower_front = float(neutral[self._handles["lower_vestibule"]][:, 2].min()) - 0.6
        out = float(upper.shown[6:8].mean())
        bite = (2.0 * out - 1.0 * (1 - out)) * scale
        at = np.array([neutral[middle, 0], neutral[middle, 1] - bite, upper_front])
        over = (1.8 * out - 2.0 * (1 - out)) * scale
        below = np.array([at[0], at[1] + over, min(upper_front - 2.6 * scale, lower_front)])
        jaw = self._jaw(neutral, expression, age)
        top = (scale * np.array([1, 1, 1]), at, np.eye(4))
        bottom = (scale * np.array([1, -1, 1]), below, jaw)
        size = scale * float(np.interp(age, [0, 3, 12, 18], [0.6, 0.78, 0.95, 1.0]))
        tongue, tongue_faces = teeth.tongue(size, max(0.0, expression["tongueOut"]))
        ivory = (0.93, 0.90, 0.83) if age < 7 else (0.90, 0.86, 0.76)
        if age > 45:
            ivory = (0.86, 0.80, 0.68)
        rest = (np.ones(3), below, jaw)
        return [
            _solid("teeth_upper", upper.teeth, upper.teeth_faces, ivory, "teeth", top),
            _solid("teeth_lower", lower.teeth, lower.teeth_faces, ivory, "teeth", bottom),
            _solid("gum_upper", upper.gum, upper.gum_faces, GUM_COLOR, "gum", top),
            _solid("gum_lower", lower.gum, lower.gum_faces, GUM_COLOR, "gum", bottom),
            _solid("tongue", tongue, tongue_faces, TONGUE_COLOR, "tongue", rest),
        ]

    def _jaw(self, neutral: FloatArray, expression: Weights, age: float) -> DoubleArray:
        """Return the mandible's rigid motion, `(4, 4)`: the chin's best one, hinged at the ears."""
        active = Weights({name: expression[name] for name in JAW})
        if not len(active):
            return np.eye(4)
        chin = self._handles["chin"]
        start = neutral[chin].astype(np.float64)
        end = start + self._model.expression_offsets(active, age)[chin]
        hinge = neutral[[self._spot["t_l"], self._spot["t_r"]]] + np.array([0.0, -2.0, 10.0])
        weight = np.concatenate([np.ones(len(chin)), np.full(2, 0.15 * len(chin))])
        return _rigid_fit(np.concatenate([start, hinge]), np.concatenate([end, hinge]), weight)


def eye_color(subject: Subject) -> str:
    """Return the name of the iris colour shown for a subject."""
    dark = max(subject.african.value, subject.asian.value)
    if dark > 0.5:
        return "dark"
    if dark > 0.2:
        return "brown"
    return "grey" if subject.age.value < 1 else "hazel"


def _opening(rim: FloatArray) -> DoubleArray:
    """Return the height between the lids at each place of the upper rim, mm."""
    half = len(rim) // 2
    upper, lower = rim[: half + 1], np.concatenate([rim[:1], rim[: half - 1 : -1]])
    reach = np.linspace(0, 1, half + 1)
    along = np.abs(lower[:, 0] - lower[0, 0])
    along = np.maximum.accumulate(along) + 1e-6 * reach
    height = np.interp(np.abs(upper[:, 0] - lower[0, 0]), along, lower[:, 1])
    taper = np.minimum(1.0, 6 * np.minimum(reach, 1 - reach))
    return np.asarray(taper * (upper[:, 1] - height), dtype=np.float64)


def _look(expression: Weights, word: str) -> dict[str, float]:
    return {way: expression[f"eyeLook{way}{word}"] for way in eyes.GAZE}


def _eye(side: str, ball: eyes.Ball, gaze: DoubleArray, color: str) -> list[Part]:
    globe, faces, uv = eyes.globe(ball)
    dome, dome_faces = eyes.cornea(ball)
    white = (0.9, 0.87, 0.85)

    def placed(points: FloatArray) -> FloatArray:
        return (points @ gaze.T + ball.centre).astype(np.float32)

    return [
        Part(f"eye_{side}", placed(globe), faces, uv, eyes.texture(color), white, "eye"),
        Part(f"cornea_{side}", placed(dome), dome_faces, None, None, (1.0, 1.0, 1.0), "cornea"),
    ]


def _solid(
    name: str,
    points: FloatArray,
    faces: IntArray,
    color: tuple[float, float, float],
    material: str,
    frame: tuple[DoubleArray, DoubleArray, DoubleArray],
) -> Part:
    scale, origin, motion = frame
    vertices = _rigid(points * scale + origin, motion)
    turned = faces[:, ::-1] if scale.prod() < 0 else faces
    return Part(name, vertices, turned, None, None, color, material)


def _rigid(points: FloatArray | DoubleArray, motion: FloatArray | DoubleArray) -> FloatArray:
    return np.asarray(points @ motion[:3, :3].T + motion[:3, 3], dtype=np.float32)


def _moved(part: Part, pose: FloatArray) -> Part:
    vertices = frozen(_rigid(part.vertices, pose))
    return Part(part.name, vertices, part.faces, part.uv, part.texture, part.color, part.material)


def _rigid_fit(start: DoubleArray, end: DoubleArray, weight: DoubleArray) -> DoubleArray:
    """Return the weighted least-squares rigid motion from `start` to `end` (Kabsch), `(4, 4)`."""
    share = (weight / weight.sum())[:, None]
    a, b = (share * start).sum(axis=0), (share * end).sum(axis=0)
    u, _, vt = np.linalg.svd((share * (start - a)).T @ (end - b))
    flip = np.diag([1.0, 1.0, np.sign(np.linalg.det(vt.T @ u.T))])
    rotation = vt.T @ flip @ u.T
    motion = np.eye(4)
    motion[:3, :3], motion[:3, 3] = rotation, b - rotation @ a
    return motion
