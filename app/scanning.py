"""The way from a scan's file to a head: read, ask what is unsure, register, judge."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from psygnal import Signal

from facewright.app.dialogs import ask
from facewright.app.errors import Message
from facewright.app.samples import is_shipped
from facewright.app.settings import ASK_UNIT
from facewright.app.waiting import Waiting, keep_picture, look_for_face, read, rotation_of
from facewright.engine.edits.register import Register
from facewright.engine.progress import Progress, part
from facewright.engine.project import History, Project

if TYPE_CHECKING:
    from facewright.app.dialogs.unit import UnitDialog
    from facewright.app.files import Files
    from facewright.app.incoming import Incoming
    from facewright.app.jobs import Job
    from facewright.engine.edits.register import Registered
    from facewright.engine.landmarks import Points
    from facewright.engine.mesh import Scan

SIDES_CONFIRMED = "The left in the scan is the person's left, as the user confirmed."
"""The note of a source whose sides were asked for; shape alone does not tell."""


class Scanning:
    """The scan that waits for a head, and what can be done with it.

    Attributes
    ----------
    changed : Signal()
        Another scan waits, or none.
    waiting : Waiting or None
    accounts : mapping of sha256 to str
        What was found on each scan that was read in this run.
    """

    changed = Signal()

    def __init__(self, files: Files) -> None:
        self._files = files
        self.document = files.document
        self.waiting: Waiting | None = None
        self.accounts: dict[str, str] = {}
        self._job: Job | None = None

    @property
    def running(self) -> bool:
        """Whether a scan is being registered."""
        return self._job is not None and self._job is self._files.jobs.current

    def open(self, incoming: Incoming) -> None:
        """Read a scan, look for the face and register it; asks where that is unsure."""
        path = incoming.scan
        assert path is not None
        mine = self._is_missing(path.name)
        if not mine and not self._files.may_leave():
            return
        models = self.document.models

        thumbnails = self._files.thumbnails

        def work(progress: Progress) -> Waiting:
            waiting = read(incoming, models, progress)
            keep_picture(waiting, path, thumbnails, progress)
            return waiting

        def done(waiting: Waiting) -> None:
            if not is_shipped(path):
                self._files.settings.remember(path)
            if self._lay_over(waiting.scan):
                return
            if not mine or self._files.may_leave():
                self._found(waiting)

        title = self._tr("Opening {}").format(path.name)
        self._files.jobs.start(title, work, done, self._files.fail, key="open")

    @property
    def can_fetch(self) -> bool:
        """Whether the scan waits because the networks that find faces are not here."""
        waiting = self.waiting
        return waiting is not None and waiting.found is None and not self.document.models.fetched()

    def fetch(self) -> None:
        """Fetch the networks that find faces and look for the face again."""
        waiting, models = self.waiting, self.document.models
        if waiting is None:
            return

        def work(progress: Progress) -> Waiting:
            models.fetch("mediapipe", part(progress, 0.0, 0.7))
            found = look_for_face(waiting.scan, models, "auto", part(progress, 0.7, 1.0))
            return replace(found, landmarks=waiting.landmarks)

        def done(found: Waiting) -> None:
            if self.waiting is waiting:
                self._found(found)

        title = self._tr("Fetching what finds faces")
        self._files.jobs.start(title, work, done, self._files.fail, key="open")

    def forget(self) -> None:
        """Let the scan that waits go."""
        self._wait(None)

    def register(self, unit: str = "auto", landmarks: Points | None = None) -> None:
        """Register the scan that waits, or again the one that the head comes from.

        Parameters
        ----------
        unit : str
            "auto", or a key of `engine.units.UNITS`.
        landmarks : Points or None
            In file coordinates, in place of those that were found.
        """
        now = self._present()
        if now is not None:
            waiting, again = now
            if landmarks is not None:
                waiting = replace(waiting, landmarks=landmarks)
            self._register(waiting, unit, again=again)

    def ask_unit(self) -> None:
        """Ask for the unit, and how the scan stands where no face was found."""
        from facewright.app.dialogs.unit import UnitDialog

        now = self._present()
        if now is None:
            return
        waiting, again = now
        dialog = UnitDialog(self._files.window, waiting)
        dialog.accepted.connect(lambda: self._answered(dialog, waiting, again))
        dialog.open()

    def mirror(self) -> None:
        """Exchange left and right of the scan and register it anew."""
        from facewright.engine.scans.standing import mirrored

        now = self._present()
        if now is None:
            return
        waiting, again = now
        step = self.document.registration
        unit = step.unit if again and step is not None else "auto"
        turned = replace(waiting, scan=mirrored(waiting.scan), found=None, landmarks=None)
        self._register(turned, unit, again=again)

    # -- sides -------------------------------------------------------------------------------

    @property
    def sides_known(self) -> bool:
        """Whether somebody said which side is left."""
        from facewright.engine.scans.standing import MIRRORED

        source = self.document.scan_source
        return source is not None and bool({SIDES_CONFIRMED, MIRRORED} & set(source.notes))

    def confirm_sides(self) -> None:
        """Record that the left in the scan is the person's left."""
        source = self.document.scan_source
        if source is not None and not self.sides_known:
            noted = replace(source, notes=(*source.notes, SIDES_CONFIRMED))
            project = self.document.project.with_source(noted)
            self.document.apply(self._tr("Confirm left and right"), project)

    # -- inside ------------------------------------------------------------------------------

    def _tr(self, text: str) -> str:
        return self._files.window.tr(text)

    def _present(self) -> tuple[Waiting, bool] | None:
        """Return the scan to work on, and whether it has a head already."""
        if self.waiting is not None:
            return self.waiting, False
        scan, source = self.document.scan, self.document.scan_source
        if scan is not None and source is not None:
            stands = rotation_of(source.transform)
            return Waiting(scan, None, "", turned=stands, unit=source.unit), True
        return None

    def _is_missing(self, name: str) -> bool:
        """Return whether the head that is open comes from a scan of this name that is not here."""
        source = self.document.scan_source if self.document.is_open else None
        return source is not None and self.document.scan is None and source.name == name

    def _lay_over(self, scan: Scan) -> bool:
        """Give the head that is open its own scan back; False if it is another one."""
        source = self.document.scan_source if self.document.is_open else None
        if source is None or self.document.scan is not None or source.sha256 != scan.sha256:
            return False
        self.document.keep_scan(scan)
        self.document.project_changed.emit()
        self._files.stage.change(scan=True)
        text = self._tr("{} is the scan of this head: it is laid over it.").format(scan.name)
        self._files.tell(Message("good", text))
        return True

    def _found(self, waiting: Waiting) -> None:
        self._wait(waiting)
        always = self._files.settings.value(ASK_UNIT) == "always"
        if waiting.found is None and waiting.landmarks is None:
            text = self._tr(
                "What finds faces is not on this computer yet: fetch it once in the Scan panel, "
                "or place the landmarks by hand."
            )
            self._files.tell(Message("poor", text if self.can_fetch else waiting.said))
        elif waiting.unsure or always:
            self.ask_unit()
        else:
            self._register(waiting, "auto", again=False)

    def _answered(self, dialog: UnitDialog, waiting: Waiting, again: bool) -> None:
        turned = replace(waiting, turned=dialog.rotation)
        if waiting.found is None and not again and waiting.landmarks is None:
            self._wait(turned)  # it stands as the user says; landmarks come next
        else:
            self._register(turned, dialog.unit, again=again)

    def _wait(self, waiting: Waiting | None) -> None:
        self.waiting = waiting
        if waiting is None:
            self._files.stage.show_loose_scan(None)
        else:
            self._files.stage.show_loose_scan(waiting.scan, waiting.to_upright)
        self.changed.emit()

    def _register(self, waiting: Waiting, unit: str, *, again: bool) -> None:
        models, begun = self.document.models, self.document.history
        masked = self.document.project.mask if again else None
        trusted = None if masked is None else 1.0 - masked

        def work(progress: Progress) -> Registered:
            from facewright.engine.edits.register import register_scan

            return register_scan(
                waiting.scan,
                models,
                found=waiting.found,
                landmarks=waiting.landmarks,
                unit=unit,
                mask=trusted,
                progress=progress,
            )

        def done(result: Registered) -> None:
            if self.document.history is not begun:
                if not self._replace_changed():
                    self.forget()
                    return
                self._files.leave()
            self.accounts.setdefault(result.edit.source, waiting.said)
            self.document.keep_scan(waiting.scan)
            if again:
                self._registered_again(result)
            else:
                self._registered(result, waiting.scan)

        title = self._tr("Registering {}").format(waiting.scan.name)
        self._job = self._files.jobs.start(title, work, done, self._files.fail, key="open")

    def _registered(self, result: Registered, scan: Scan) -> None:
        project = Project(
            sources=(result.source,),
            edits=(result.edit,),
            models=(self.document.models.reference("lifespan"),),
        )
        name = self._tr("Head from scan")
        if self._files.adopt(History.of(project, name), title=Path(scan.name).stem):
            self._tell_verdict(result.edit)

    def _registered_again(self, result: Registered) -> None:
        from facewright.engine.scans.standing import MIRRORED

        project = self.document.project
        source = result.source
        if self.sides_known and MIRRORED not in source.notes:
            source = replace(source, notes=(*source.notes, SIDES_CONFIRMED))
        for index, edit in enumerate(project.edits):
            if isinstance(edit, Register) and edit.source == result.edit.source:
                changed = project.with_replaced(index, result.edit).with_source(source)
                self.document.apply(self._tr("Register again"), changed)
                self._tell_verdict(result.edit)
                return

    def _tell_verdict(self, edit: Register) -> None:
        if edit.verdict:
            self._files.tell(Message(edit.level or "info", edit.verdict))

    def _replace_changed(self) -> bool:
        answer = ask.choose(
            self._files.window,
            self._tr("The head is ready"),
            self._tr("You changed the project while the scan was being registered."),
            [
                ("replace", self._tr("Replace the project")),
                (ask.CANCEL, self._tr("Keep my changes")),
            ],
            ask.CANCEL,
        )
        return answer == "replace"
