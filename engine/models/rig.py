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
from facewright.engine.geometry.threads import one_thread
from facewright.engine.mesh import Mesh
from facewright.engine.models import eyes, lids, mouth
from facewright.engine.models.pieces import Part, carried, rigid_fit
from facewright.engine.models.template import TEMPLATE

if TYPE_CHECKING:
    from facewright.engine.models.lifespan import LifespanModel

__all__ = ["CORRECTIVE", "Part", "PosedHead", "Rig", "load_handles"]

PARTS_FILE = "parts.safetensors"
JAW = ("jawOpen", "jawForward", "jawLeft", "jawRight", "tongueOut")
"""Shapes whose motion of the chin is the mandible's."""
CORRECTIVE = {"mouthClose": "jawOpen"}
"""Shapes that undo a part of another and mean little without it."""


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
def load_handles(folder: Path = TEMPLATE) -> dict[str, NDArray[Any]]:
    """Return what parts hang on, by name; vertices of the fine level unless said.

    `rim_*` the rear edge of both lids, from the inner corner over the upper lid and back;
    `lids_*` the skin of the lids; `lid_column` the place in the rim that each of these follows
    when the lids close, and `lid_share` how far; `front_*` the rim and the skin outside of it;
    `socket_*` the socket behind them; `cavity` the mouth's hidden inside, with `cavity_share`,
    `cavity_lips` and `cavity_way` for how it widens around the teeth; `contact_*` where the lips
    meet and `seal_*` a hidden line behind it; `chin` skin on the mandible.

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

    @one_thread()  # sums in another order would pose the same face a rounding apart
    def pose(self, face: Face) -> PosedHead:
        """Return the head as shown, with eyes, teeth, gums and tongue; pure.

        What can be seen of the skin is neutral plus expression (`acting`), as measured; only
        the last part of a blink adds to it. Eyeballs, sockets, cavity and teeth give way.
        """
        age = float(np.clip(face.subject.age.value, 0.0, 120.0))
        neutral = face.mesh.vertices
        skin = np.array(neutral)
        if len(face.expression):
            skin += self._model.expression_offsets(self.acting(face), age)
        parts: list[Part] = []
        looks = _looks(face.expression)
        for side, word in (("l", "Left"), ("r", "Right")):
            pair = lids.Lids.of(self._handles, side)
            ball = eyes.fit(neutral[pair.rim], neutral[pair.front], age)
            gaze = eyes.turn(looks[word], word, ball.pitch)
            ball = lids.settle(skin, neutral, pair, ball, gaze, face.expression[f"eyeBlink{word}"])
            parts += _eye(side, ball, gaze, skin[pair.front], eye_color(face.subject))
        place, jaw = mouth.seat(neutral, self._spot, age), self._jaw(neutral, face.expression, age)
        mouth.make_room(skin, self._handles, place, jaw)
        mouth.seal(skin, self._handles)
        parts += mouth.parts(place, jaw, max(0.0, face.expression["tongueOut"]), age)
        moved = tuple(part.moved(face.pose) for part in parts)
        return PosedHead(face.mesh.moved(carried(skin, face.pose)), moved)

    def acting(self, face: Face) -> Weights:
        """Return the weights that move a face's skin: its own, `mouthClose` until the lips meet.

        ARKit's `mouthClose` closes the lips whatever the jaw does. Its shape is the way from a
        jaw's full opening to closed lips, far more than lips that are closed or ajar can go, so
        it is taken until they press on each other and no farther.
        """
        wanted = face.expression["mouthClose"]
        if wanted <= 0:
            return face.expression
        age = float(np.clip(face.subject.age.value, 0.0, 120.0))
        before = face.expression.set("mouthClose", 0.0)
        open_ = face.mesh.vertices + self._model.expression_offsets(before, age)
        shape = self._model.expression_offsets(Weights(mouthClose=1.0), age)
        return before.set("mouthClose", mouth.closing(open_, shape, self._handles, wanted))

    def skin_image(self, face: Face) -> ByteArray:
        """Return the skin as shown, `(H, W, 3)` uint8: the face's texture or the model's own."""
        if face.texture is not None:
            return face.texture.image
        from facewright.engine.models.skin import load_skin

        return load_skin().image(face.subject)

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


def _looks(expression: Weights) -> dict[str, dict[str, float]]:
    """Return each eye's gaze; what both turn outward is taken out, for no eyes can."""
    looks = {
        word: {way: expression[f"eyeLook{way}{word}"] for way in eyes.GAZE}
        for word in ("Left", "Right")
    }
    outward = max(0.0, min(look["Out"] - look["In"] for look in looks.values()))
    return {word: {**look, "Out": look["Out"] - outward} for word, look in looks.items()}


def _eye(
    side: str, ball: eyes.Ball, gaze: DoubleArray, front: FloatArray, color: str
) -> list[Part]:
    globe, faces, uv = eyes.globe(ball)
    dome, dome_faces = eyes.cornea(ball)
    dome = lids.beneath(dome, ball, (front - ball.centre) @ gaze)
    white = (0.9, 0.87, 0.85)

    def placed(points: FloatArray) -> FloatArray:
        return (points @ gaze.T + ball.centre).astype(np.float32)

    return [
        Part(f"eye_{side}", placed(globe), faces, uv, eyes.texture(color), white, "eye"),
        Part(f"cornea_{side}", placed(dome), dome_faces, None, None, (1.0, 1.0, 1.0), "cornea"),
    ]
