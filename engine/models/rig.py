"""From a face to the head as shown: expression, pose, eyes, teeth, tongue and skin."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from facewright.engine.arrays import ByteArray, DoubleArray, FloatArray, frozen
from facewright.engine.errors import ModelUnavailable
from facewright.engine.face import Face, Subject, Weights
from facewright.engine.mesh import Mesh
from facewright.engine.models import eyes, mouth
from facewright.engine.models.pieces import Part, carried, rigid_fit
from facewright.engine.models.template import ASSETS

if TYPE_CHECKING:
    from facewright.engine.models.lifespan import LifespanModel

__all__ = ["Part", "PosedHead", "Rig", "load_handles"]

PARTS_FILE = "parts.safetensors"
JAW = ("jawOpen", "jawForward", "jawLeft", "jawRight", "tongueOut")
"""Shapes whose motion of the chin is the mandible's."""
SOCKET_GAP, LID_FILM = 0.5, 0.4
"""How far the socket stays behind the eyeball's front, and lids before it, mm."""
UPPER_LID, LID_OVERLAP = 0.85, 0.25
"""Share of the closing that the upper lid does; how far closed rims pass each other, mm."""


@dataclass(frozen=True, eq=False)
class PosedHead:
    """A head as shown: expression and pose applied.

    Attributes
    ----------
    skin : Mesh
        The fine level. Lids that a wink would drive into the eyeball lie on it; sockets and the
        mouth's cavity hold eyes and teeth.
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
    `cavity` the mouth's inside, with `cavity_share`, `cavity_lips` and `cavity_way` for how it
    widens around the teeth; `contact_*` where the lips meet and `seal_*` a line behind it;
    `chin` skin on the mandible.

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
        spots = ("ch_l", "ch_r", "sto", "li", "t_l", "t_r")
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
        place, jaw = mouth.seat(neutral, self._spot, age), self._jaw(neutral, face.expression, age)
        mouth.make_room(skin, self._handles, place, jaw)
        mouth.seal(skin, self._handles)
        parts += mouth.parts(place, jaw, max(0.0, face.expression["tongueOut"]), age)
        moved = tuple(part.moved(face.pose) for part in parts)
        return PosedHead(face.mesh.moved(carried(skin, face.pose)), moved)

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
        before = np.linalg.norm(neutral[lids] - ball.centre, axis=1)
        reach = np.minimum(eyes.depth(ball, (away @ gaze[:, 2]) / distance) + film, before)
        lift = np.clip(reach - distance, 0, 1.5 * travel)
        skin[lids] += away * (lift / distance)[:, None]

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
        return rigid_fit(np.concatenate([start, hinge]), np.concatenate([end, hinge]), weight)


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
