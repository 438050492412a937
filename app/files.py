"""Opening, saving, exporting: what happens between a path and the document."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from psygnal import Signal
from PySide6.QtWidgets import QDialog, QWidget

from facewright.app.dialogs import ask, places
from facewright.app.document import Document
from facewright.app.errors import Message, explain
from facewright.app.jobs import JobLane
from facewright.app.settings import Settings
from facewright.app.waiting import Waiting, look_for_face
from facewright.engine.edits.register import Register
from facewright.engine.edits.start import Start
from facewright.engine.errors import FacewrightError
from facewright.engine.files.project import SUFFIX
from facewright.engine.progress import Progress, part
from facewright.engine.project import Evaluator, History, Project

if TYPE_CHECKING:
    from facewright.app.stage import Stage
    from facewright.engine.edits.register import Registered
    from facewright.engine.files.project import Loaded
    from facewright.engine.mesh import Scan


class Files:
    """The flows behind Open, Save, Export and drops. Long parts run in the lane.

    Attributes
    ----------
    scan_changed : Signal()
        The scan that waits for a head changed.
    accounts : mapping of sha256 to str
        What was found on each scan that was read in this run.
    """

    scan_changed = Signal()

    def __init__(
        self, window: QWidget, document: Document, jobs: JobLane, stage: Stage, settings: Settings
    ) -> None:
        self._window = window
        self.document = document
        self.jobs = jobs
        self.stage = stage
        self.settings = settings
        self.writer = JobLane(window)
        self.waiting: Waiting | None = None
        self.accounts: dict[str, str] = {}
        self.tell: Any = lambda message: None

    def close(self) -> None:
        """Wait for what is being written."""
        self.writer.close()

    # -- opening -----------------------------------------------------------------------------

    def ask_open(self) -> None:
        """Ask for a file and open it."""
        path = places.ask_open(self._window, str(self.settings.get("folder", "")))
        if path is not None:
            self.open([path])

    def open(self, paths: Iterable[Path]) -> None:
        """Open the first of these files; asks before unsaved work goes."""
        chosen = list(paths)
        if not chosen or not self.may_leave():
            return
        if len(chosen) > 1:
            text = self._window.tr("One file at a time: {} is opened.").format(chosen[0].name)
            self.tell(Message("info", text))
        path = chosen[0]
        if path.suffix.lower() == SUFFIX:
            self._open_project(path)
        else:
            self._open_scan(path)

    def new_head(self) -> None:
        """Begin with a head of the model."""
        if self.may_leave():
            models = self.document.models

            def load(progress: Progress) -> Project:
                progress(0.1, "")
                project = Project(edits=(Start(),), models=(models.reference("lifespan"),))
                models.rig().pose(Evaluator(models).face(project))
                return project

            def done(project: Project) -> None:
                self._adopt(History.of(project, "Model head"), title=self._window.tr("New head"))

            self.jobs.start(self._window.tr("Loading the head model"), load, done, self.fail,
                            key="open")  # fmt: skip

    def recover(self, path: Path, original: Path | None) -> None:
        """Open a side file that a crash left, as unsaved changes of `original`."""
        title = self._window.tr("Recovered") if original is None else original.stem
        self._open_project(path, {"path": original, "title": title, "saved": False})

    def _open_project(self, path: Path, about: dict[str, Any] | None = None) -> None:
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
            self._adopt(
                loaded.history,
                evaluator=evaluator,
                problems=loaded.problems,
                baked=loaded.shown,
                **known,
            )
            if about is None:
                self.settings.remember(path)
            if loaded.problems:
                self.tell(Message("check", " ".join(loaded.problems)))

        title = self._window.tr("Opening {}").format(path.name)
        self.jobs.start(title, work, done, self.fail, key="open")

    # -- scans -------------------------------------------------------------------------------

    def _open_scan(self, path: Path) -> None:
        models = self.document.models

        def work(progress: Progress) -> Waiting:
            from facewright.engine.files.meshes import read_scan

            scan = read_scan(path, part(progress, 0.0, 0.4))
            return look_for_face(scan, models, "auto", part(progress, 0.4, 1.0))

        title = self._window.tr("Opening {}").format(path.name)
        self.jobs.start(
            title, work, lambda waiting: self._scan_read(waiting, path), self.fail, key="open"
        )

    def _scan_read(self, waiting: Waiting, path: Path | None = None) -> None:
        if path is not None:
            self.settings.remember(path)
        self._wait(waiting)
        if waiting.found is None:
            self.tell(Message("poor", waiting.said))
        elif waiting.found.unit == "arbitrary":
            from facewright.app.dialogs.unit import UnitDialog

            dialog = UnitDialog(self._window, waiting.scan, "mm", " ".join(waiting.found.notes))
            answer = dialog.exec()
            unit = dialog.unit
            dialog.deleteLater()
            if answer == QDialog.DialogCode.Accepted:
                self._register(waiting, unit, again=False)
        else:
            self._register(waiting, "auto", again=False)

    def _wait(self, waiting: Waiting | None) -> None:
        self.waiting = waiting
        if waiting is None:
            self.stage.show_loose_scan(None)
        else:
            self.stage.show_loose_scan(waiting.scan, waiting.to_upright)
        self.scan_changed.emit()

    def register_again(self, unit: str) -> None:
        """Register the scan that waits, or the one that the head comes from, in `unit`."""
        if self.waiting is not None:
            waiting, again = self.waiting, False
        elif self.document.scan is not None:
            waiting, again = Waiting(self.document.scan, None, ""), True
        else:
            return
        self._register(replace(waiting, found=None), unit, again=again)

    def _register(self, waiting: Waiting, unit: str, *, again: bool) -> None:
        models, begun = self.document.models, self.document.history

        def work(progress: Progress) -> Registered:
            from facewright.engine.edits.register import register_scan

            return register_scan(
                waiting.scan, models, found=waiting.found, unit=unit, progress=progress
            )

        def done(result: Registered) -> None:
            if self.document.history is not begun and not self._replace_changed():
                return
            self.accounts.setdefault(result.edit.source, waiting.said)
            self.document.scans[result.edit.source] = waiting.scan
            if again:
                self._registered_again(result)
            else:
                self._registered(result, waiting.scan)

        title = self._window.tr("Registering {}").format(waiting.scan.name)
        self.jobs.start(title, work, done, self.fail, key="open")

    def _registered(self, result: Registered, scan: Scan) -> None:
        project = Project(
            sources=(result.source,),
            edits=(result.edit,),
            models=(self.document.models.reference("lifespan"),),
        )
        name = self._window.tr("Head from scan")
        self._adopt(History.of(project, name), title=Path(scan.name).stem)
        self._tell_verdict(result.edit)

    def _registered_again(self, result: Registered) -> None:
        project = self.document.project
        for index, edit in enumerate(project.edits):
            if isinstance(edit, Register) and edit.source == result.edit.source:
                changed = project.with_replaced(index, result.edit).with_source(result.source)
                self.document.apply(self._window.tr("Register again"), changed)
                self._tell_verdict(result.edit)

    def _tell_verdict(self, edit: Register) -> None:
        if edit.verdict:
            self.tell(Message(edit.level or "info", edit.verdict))

    def _replace_changed(self) -> bool:
        tr = self._window.tr
        answer = ask.choose(
            self._window,
            tr("The head is ready"),
            tr("You changed the project while the scan was being registered."),
            [("replace", tr("Replace the project")), (ask.CANCEL, tr("Keep my changes"))],
            ask.CANCEL,
        )
        return answer == "replace"

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
        return places.ask_save(self._window, str(self.settings.get("folder", "")), name, suffixes)

    def _write(self, path: Path) -> None:
        """Save in the background; the history is a value, so work goes on meanwhile."""
        from facewright.engine.files.project import save

        history, models = self.document.history, self.document.models
        face = self.document.face_at()
        picture = self.stage.thumbnail()

        def work(progress: Progress) -> None:
            save(history, path, models, face=face, preview=picture)

        def done(_result: None) -> None:
            self.document.saved_as(path, history.project)
            self.settings.remember(path)
            self.tell(Message("good", self._window.tr("Saved {}").format(path.name)))

        self.writer.start("", work, done, self.fail)

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
        self.document.saved_as(path, self.document.project)
        self.settings.remember(path)
        return True

    def may_leave(self) -> bool:
        """Return whether the open project may go; asks when it has unsaved changes."""
        if not self.document.dirty:
            return True
        tr = self._window.tr
        answer = ask.choose(
            self._window,
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
            self._window,
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
            text = self._window.tr("Exported {} to {}").format(path.name, path.parent)
            self.tell(Message("good", text))

        self.jobs.start(self._window.tr("Exporting {}").format(path.name), work, done, self.fail)

    # -- inside ------------------------------------------------------------------------------

    def fail(self, error: Exception) -> None:
        """Tell of an error; what was open stays."""
        self.tell(explain(error))

    def _adopt(self, history: History, **about: Any) -> None:
        """Show another project; the one before stays if the new one has no head."""
        try:
            self.waiting = None
            self.document.open(history, **about)
        except FacewrightError as error:
            self.fail(error)
        self.scan_changed.emit()
