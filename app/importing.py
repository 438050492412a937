"""Other people's models: brought in, matched with our template, taken as heads, removed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from psygnal import Signal

from facewright.app.dialogs import ask, places
from facewright.app.errors import Message
from facewright.engine.edits.from_model import FromModel
from facewright.engine.errors import FacewrightError
from facewright.engine.face import NO_WEIGHTS, Weights
from facewright.engine.progress import Progress, part
from facewright.engine.project import History, Project

if TYPE_CHECKING:
    from facewright.app.files import Files
    from facewright.engine.models.base import ModelCard


class Importing:
    """What can be done with models that come from elsewhere.

    Attributes
    ----------
    changed : Signal(str)
        There are other models; the id of the one that came, or nothing.
    """

    changed = Signal(str)

    def __init__(self, files: Files) -> None:
        self._files = files
        self.document = files.document

    def ask(self) -> None:
        """Ask for a file and import the model in it."""
        settings = self._files.settings
        path = places.ask_model(self._files.window, str(settings.get("models", "")))
        if path is not None:
            settings.set("models", str(path.parent))
            self.open(path)

    def open(self, path: Path) -> None:
        """Read a model and keep it in the user's cache."""
        from facewright.engine.models.external.ict import NEUTRAL

        if path.name == NEUTRAL:
            path = path.parent
        models = self.document.models

        def work(progress: Progress) -> ModelCard:
            return models.import_model(path, progress)

        def done(card: ModelCard) -> None:
            self.changed.emit(card.id)
            text = self._tr("{} is here. {}").format(card.title, card.licence)
            self._files.tell(Message("good", text))

        title = self._tr("Importing {}").format(path.name)
        self._files.jobs.start(title, work, done, self._files.fail, key="model")

    def new_head(self, card: ModelCard) -> None:
        """Begin with the mean of an imported model; the first time it is matched, in a job."""
        if self._files.may_leave():
            self._begin(card, like=False)

    def carry_over(self, card: ModelCard) -> None:
        """Begin with the head of an imported model that is most like the one that is shown."""
        if self.document.is_open and self._files.may_leave():
            self._begin(card, like=True)

    def remove(self, card: ModelCard) -> None:
        """Delete an imported model after asking."""
        tr = self._tr
        answer = ask.choose(
            self._files.window,
            tr("Delete {} from this computer?").format(card.title),
            tr(
                "The file it was imported from stays where it is. Projects that begin with this "
                "model still open, but their sliders of it need it imported again."
            ),
            [("remove", tr("Delete")), (ask.CANCEL, tr("Keep it"))],
            ask.CANCEL,
        )
        if answer != "remove":
            return
        try:
            self.document.models.remove(card.id, card.version)
        except FacewrightError as error:
            self._files.fail(error)
            return
        self.changed.emit("")

    # -- inside ------------------------------------------------------------------------------

    def _tr(self, text: str) -> str:
        return self._files.window.tr(text)

    def _begin(self, card: ModelCard, *, like: bool) -> None:
        models = self.document.models
        face = self.document.face_at() if like else None

        def work(progress: Progress) -> Project:
            from facewright.engine.evaluator import Evaluator
            from facewright.engine.scans.template_map import template_map

            found = template_map(card.id, models, part(progress, 0.0, 0.9))
            weights = NO_WEIGHTS
            if face is not None:
                progress(0.9, self._tr("Finding the most alike"))
                skin = models.rig().pose(face).skin
                names = [axis.name for axis in found.model.axes]
                values = (float(value) for value in found.coefficients(skin))
                weights = Weights(dict(zip(names, values, strict=True)))
            step = FromModel(model=card.id, version=card.version, weights=weights)
            references = tuple(models.reference(id) for id in step.models)
            project = Project(edits=(step,), models=references)
            models.rig().pose(Evaluator(models).face(project))
            return project

        def done(project: Project) -> None:
            if self._files.adopt(History.of(project, card.title), title=card.title):
                self.changed.emit(card.id)

        title = self._tr("Matching {} with our template").format(card.title)
        self._files.jobs.start(title, work, done, self._files.fail, key="open")
