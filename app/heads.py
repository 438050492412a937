"""From a project to the head on the screen: its steps applied, posed, with the skin's image."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from facewright.engine.arrays import ByteArray
from facewright.engine.edits.anonymise import Anonymise
from facewright.engine.edits.base import Edit
from facewright.engine.edits.from_model import FromModel
from facewright.engine.edits.register import Register
from facewright.engine.edits.start import Start
from facewright.engine.errors import ModelUnavailable
from facewright.engine.evaluator import EditFailed, Evaluator
from facewright.engine.face import Face
from facewright.engine.mesh import Mesh
from facewright.engine.project import Project

if TYPE_CHECKING:
    from facewright.engine.models.rig import PosedHead
    from facewright.engine.models.store import ModelStore

BASES: tuple[type[Edit], ...] = (Start, Register, FromModel)
"""Steps that begin a head: what comes before them does not matter."""
ANEW: tuple[type[Edit], ...] = (*BASES, Anonymise)
"""Steps after which a head's shape is another one: what tunes it goes behind them."""


@dataclass(frozen=True, eq=False)
class Shown:
    """The head as it stands on the screen."""

    face: Face
    head: PosedHead
    image: ByteArray | None


class Heads:
    """Makes the heads of one document; those that share steps or a skin cost what differs.

    Parameters
    ----------
    models : ModelStore
    evaluator : Evaluator or None
        One that holds baked steps.
    """

    def __init__(self, models: ModelStore, evaluator: Evaluator | None = None) -> None:
        self._models = models
        self._evaluator = Evaluator(models) if evaluator is None else evaluator
        self._skin: tuple[object, object, ByteArray | None] | None = None
        self._baked: tuple[Face, Mesh] | None = None

    def first(self, project: Project, baked: Mesh | None) -> tuple[Shown, dict[Edit, str]]:
        """Return the head of a project that is opened, and the steps that fail.

        `baked` is the skin as it was saved, which stands for the head while there is no head
        model to pose it.

        Raises
        ------
        FacewrightError
            If it cannot be computed.
        """
        face, failures = self.face(project, project.edits)
        self._baked = None if baked is None else (face, baked)
        return self.show(face), failures

    def face(
        self, project: Project, forgiven: tuple[Edit, ...] = ()
    ) -> tuple[Face, dict[Edit, str]]:
        """Return the head without those `forgiven` steps that fail, and why each of them does.

        Raises
        ------
        FacewrightError
            If another step fails, or one that a head begins with.
        """
        failures: dict[Edit, str] = {}
        while True:
            try:
                return self._evaluator.face(project), failures
            except EditFailed as failure:
                edit = project.edits[failure.index]
                if isinstance(edit, BASES) or edit not in forgiven:
                    raise
                failures[edit] = failure.reason
                project = project.without_edit(failure.index)

    def show(self, face: Face, *, hurried: bool = False) -> Shown:
        """Pose a head; a hurried one keeps the image of its skin until it is `refined`."""
        try:
            head = self._models.rig().pose(face)
        except ModelUnavailable:
            if self._baked is None or face is not self._baked[0]:
                raise
            image = None if face.texture is None else face.texture.image
            return Shown(face, _as_seen(self._baked[1]), image)
        if hurried and self._skin is not None and self._skin[0] is face.texture:
            return Shown(face, head, self._skin[2])
        return Shown(face, head, self._image(face))

    def refined(self, shown: Shown) -> Shown:
        """Return a head with the image of its own subject; itself where it has that."""
        image = shown.image if self._skin is None else self._image(shown.face)
        return shown if image is shown.image else replace(shown, image=image)

    def apart(self, project: Project) -> Shown:
        """Return the head of another version, to stand beside the one that is shown.

        Raises
        ------
        FacewrightError
            If it cannot be computed.
        """
        face, _ = self.face(project, project.edits)
        rig = self._models.rig()
        return Shown(face, rig.pose(face), rig.skin_image(face))

    def _image(self, face: Face) -> ByteArray | None:
        """Return the image of the skin, kept while texture and subject stay."""
        skin = self._skin
        if skin is None or skin[0] is not face.texture or skin[1] != face.subject:
            image = self._models.rig().skin_image(face)
            self._skin = skin = (face.texture, face.subject, image)
        return skin[2]


def _as_seen(skin: Mesh) -> PosedHead:
    """Return a head that is its skin alone."""
    from facewright.engine.models.rig import PosedHead

    return PosedHead(skin, ())
