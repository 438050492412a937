"""Opening, saving, exporting: what happens between a path and the document."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QDialog, QWidget

from facewright.app.dialogs import ask, places
from facewright.app.document import Document
from facewright.app.errors import Message, explain
from facewright.app.importing import Importing
from facewright.app.incoming import sort_out
from facewright.app.jobs import Job, JobLane
from facewright.app.scanning import Scanning
from facewright.app.settings import Settings
from facewright.app.thumbnails import Thumbnails
from facewright.engine.edits.start import Start
from facewright.engine.errors import FacewrightError
from facewright.engine.evaluator import Evaluator
from facewright.engine.files.project import SUFFIX
from facewright.engine.progress import Progress
from facewright.engine.project import History, Project

if TYPE_CHECKING:
    from facewright.app.stage import Stage
    from facewright.engine.files.project import Loaded


class Files:
    """The flows behind Open, Save, Export and drops. Long parts run in the lane.

    Attributes
    ----------
    scans : Scanning
        The way from a scan to a head.
    writer : JobLane
        Saves beside what else runs.
    thumbnails : Thumbnails
        Pictures of recent files.
    tell : callable
        `tell(message)`, set by the window.
    """

    def __init__(
        self, window: QWidget, document: Document, jobs: JobLane, stage: Stage, settings: Settings
    ) -> None:
        self.window = window
        self.document = document
        self.jobs = jobs
        self.stage = stage
        self.settings = settings
        self.writer = JobLane(window)
        self.thumbnails = Thumbnails(settings.folder / "thumbnails")
        self.tell: Callable[[Message], None] = lambda message: None
        self.scans = Scanning(self)
        self.imports = Importing(self)
        self._left: History | None = None
        self._export: Job | None = None

    def close(self) -> None:
        """Wait for what is being written."""
        self.writer.close()

    # -- opening -----------------------------------------------------------------------------

    def ask_open(self) -> None:
        """Ask for a file and open it."""
        path = places.ask_open(self.window, str(self.settings.get("folder", "")))
        if path is not None:
            self.open([path])

    def open(self, paths: Iterable[Path]) -> None:
        """Open files or folders as they belong together; asks before unsaved work goes."""
        incoming = sort_out(paths)
        for note in incoming.notes:
            self.tell(Message("poor" if incoming.is_empty else "info", note))
        if incoming.scan is not None:
            self.scans.open(incoming)
        elif incoming.model is not None:
            self.imports.open(incoming.model)
        elif incoming.project is not None and self.may_leave():
            self._open_project(incoming.project)

    def new_head(self) -> None:
        """Begin with a head of the model."""
        if self.may_leave():
            models = self.document.models

            def load(progress: Progress) -> Project:
                progress(0.1, "")
                project = Project(edits=(Start(),), models=(models.reference("lifespan"),))
                face = Evaluator(models).face(project)
                models.rig().pose(face)
                models.rig().skin_image(face)  # kept: the window finds it painted
                return project

            def done(project: Project) -> None:
                name = self.window.tr("Model head")
                self.adopt(History.of(project, name), title=self.window.tr("New head"))

            self.jobs.start(self.window.tr("Loading the head model"), load, done, self.fail,
                            key="open")  # fmt: skip

    def recover(
        self, path: Path, original: Path | None, then: Callable[[], None] = lambda: None
    ) -> None:
        """Open a side file that a crash left, as unsaved changes of `original`.

        `then()` is called when it is open.
        """
        title = self.window.tr("Recovered") if original is None else original.stem
        self._open_project(path, {"path": original, "title": title, "saved": False}, then)

    def _open_project(
        self,
        path: Path,
        about: dict[str, Any] | None = None,
        then: Callable[[], None] = lambda: None,
    ) -> None:
        """Open a project file; `about` says what else it stands for than itself."""
        from facewright.engine.files.project import load

        models = self.document.models

        def work(progress: Progress) -> tuple[Loaded, Any]:
            progress(0.1, "")
            loaded = load(path, models)
            return loaded, loaded.evaluator(models)

        def done(result: tuple[Loaded, Any]) -> None:
            loaded, evaluator = result
            known = about or {"path": path, "title": path.stem, "saved": True}
            if not self.adopt(
                loaded.history,
                evaluator=evaluator,
                problems=loaded.problems,
                baked=loaded.shown,
                **known,
            ):
                return
            if about is None:
                self.settings.remember(path)
            if loaded.problems:
                self.tell(Message("check", " ".join(loaded.problems)))
            then()

        title = self.window.tr("Opening {}").format(path.name)
        self.jobs.start(title, work, done, self.fail, key="open")

    # -- saving ------------------------------------------------------------------------------

    def save(self) -> None:
        """Save where the project lies; asks for a place the first time."""
        if self.document.path is None:
            self.save_as()
        else:
            self._write(self.document.path)

    def save_as(self) -> None:
        """Ask for a place and save there."""
        path = self._ask_place(self.document.title + SUFFIX, (SUFFIX,))
        if path is not None:
            self._write(path)

    def _ask_place(self, name: str, suffixes: tuple[str, ...]) -> Path | None:
        return places.ask_save(self.window, str(self.settings.get("folder", "")), name, suffixes)

    def _write(self, path: Path) -> None:
        """Save in the background; the history is a value, so work goes on meanwhile."""
        from facewright.engine.files.project import save

        document = self.document
        history, models, opening = document.history, document.models, document.opening
        face = document.face_at()
        picture = self.stage.thumbnail()

        def work(progress: Progress) -> None:
            save(history, path, models, face=face, preview=picture)

        def done(_result: None) -> None:
            if document.opening is opening:  # else another project has taken its place meanwhile
                document.saved_as(path, history)
            self.settings.remember(path)
            text = self.window.tr("Saved {}").format(path.name)
            self.tell(Message("good", text, place=path))

        self.writer.start("", work, done, self.fail, key=f"save {path}")  # the last one counts

    def save_apart(self, project: Project, name: str) -> None:
        """Ask for a place and save another project there; the one that is open stays."""
        from facewright.engine.files.project import save

        path = self._ask_place(name + SUFFIX, (SUFFIX,))
        if path is None:
            return
        if self.document.path is not None and path.resolve() == self.document.path.resolve():
            text = self.window.tr("{} is the open project itself: choose another name.")
            self.tell(Message("poor", text.format(path.name)))
            return
        models = self.document.models

        def work(progress: Progress) -> None:
            save(History.of(project), path, models)

        def done(_result: None) -> None:
            self.tell(Message("good", self.window.tr("Saved {}").format(path.name), place=path))

        self.writer.start("", work, done, self.fail, key=f"save {path}")

    def save_now(self) -> bool:
        """Save and wait, as on closing; False if it was not saved."""
        from facewright.engine.files.project import save

        path = self.document.path
        if path is None:
            path = self._ask_place(self.document.title + SUFFIX, (SUFFIX,))
        if path is None:
            return False
        try:
            save(self.document.history, path, self.document.models, face=self.document.face_at())
        except FacewrightError as error:
            self.fail(error)
            return False
        self.document.saved_as(path, self.document.history)
        self.settings.remember(path)
        return True

    def may_close(self) -> bool:
        """Return whether the window may go; asks when that would lose anything."""
        job = self._export
        if job is not None and job is self.jobs.current:
            tr = self.window.tr
            answer = ask.choose(
                self.window,
                tr("Stop the export?"),
                tr("{} is not finished. What is written so far is thrown away.").format(job.title),
                [("stop", tr("Stop and close")), (ask.CANCEL, tr("Keep going"))],
                ask.CANCEL,
            )
            if answer != "stop":
                return False
        return self.may_leave()

    def leave(self) -> None:
        """Let the open project go as it is: the user has agreed."""
        self._left = self.document.history

    def may_leave(self) -> bool:
        """Return whether the open project may go; asks when it has unsaved changes."""
        may = not self.document.dirty or self._ask_leave()
        if may:
            self.leave()
        return may

    def _ask_leave(self) -> bool:
        tr = self.window.tr
        answer = ask.choose(
            self.window,
            tr("Save the changes to {}?").format(self.document.title),
            tr("Without saving they are lost."),
            [
                ("save", tr("Save")),
                ("discard", tr("Do not save")),
                (ask.CANCEL, tr("Cancel")),
            ],
            "save",
        )
        return answer == "discard" or (answer == "save" and self.save_now())

    # -- exporting ---------------------------------------------------------------------------

    def ask_export(self) -> None:
        """Ask for format and place and export the head."""
        from facewright.app.dialogs.export import ExportDialog

        dialog = ExportDialog(
            self.window,
            str(self.settings.get("export", ".glb")),
            bool(self.settings.get("blendshapes", True)),
        )
        answer = dialog.exec()
        chosen, blendshapes = dialog.chosen, dialog.blendshapes.isChecked()
        dialog.deleteLater()
        if answer != QDialog.DialogCode.Accepted:
            return
        self.settings.set("export", chosen.suffix)
        self.settings.set("blendshapes", blendshapes)
        path = self._ask_place(self.document.title + chosen.suffix, (chosen.suffix,))
        if path is not None:
            self.export(path, blendshapes=blendshapes)

    def export(self, path: Path, *, blendshapes: bool = True) -> None:
        """Export the head as it stands, in the background."""
        face, models = self.document.face_at(), self.document.models

        def work(progress: Progress) -> None:
            from facewright.engine.files.export import export_face

            export_face(face, path, models, blendshapes=blendshapes, progress=progress)

        def done(_result: None) -> None:
            text = self.window.tr("Exported {} to {}").format(path.name, path.parent)
            self.tell(Message("good", text, place=path))

        title = self.window.tr("Exporting {}").format(path.name)
        self._export = self.jobs.start(title, work, done, self.fail)

    # -- inside ------------------------------------------------------------------------------

    def fail(self, error: Exception) -> None:
        """Tell of an error; what was open stays."""
        self.tell(explain(error))

    def adopt(self, history: History, **about: Any) -> bool:
        """Show another project and return whether it is shown.

        The one before stays if the new one has no head, or if it was changed since the user let
        it go and is not to go with that.
        """
        changed = self.document.is_open and self.document.history is not self._left
        may = not changed or self.may_leave()
        if may:
            try:
                self.document.open(history, **about)
            except FacewrightError as error:
                may = False
                self.fail(error)
        self.scans.forget()
        return may
