"""A monkey: random, seeded actions on the real window, all of them ways that a user has.

Each action draws from a generator of its own, so a trace can be replayed from its seed even
where jobs end sooner or later than they did.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

from monkey_answers import answering
from monkey_files import DAMAGED, damaged_file
from monkey_hands import KEYS, MODIFIERS, Hands, Vanished
from PySide6.QtCore import QEventLoop, QMimeData, QPoint, QPointF, Qt, QTimer, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QApplication,
    QComboBox,
    QDialog,
    QLineEdit,
    QMenu,
    QTabBar,
    QWidget,
)

from facewright.app.settings import SETTINGS, Settings
from facewright.app.window import MainWindow

T = TypeVar("T")

LEFT_OUT = {"file.quit"}
"""Actions that end the window; the monkey closes it itself."""

SIZES = ((880, 500), (1366, 768), (1280, 800), (1000, 1000), (1800, 1100))
_WAIT_MS = 12


def rest(milliseconds: int) -> None:
    """Let the window and its jobs go on; `QTest.qWait` keeps the interpreter from all threads."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


class Monkey(Hands):
    """Plays with one window.

    Parameters
    ----------
    window : MainWindow
    seed : str
        Names all that it will do.
    folder : Path
        For what it saves.
    scans : sequence of Path
        Good files to drop.
    write : callable
        Takes each line of the trace before it is done.
    """

    def __init__(
        self,
        window: MainWindow,
        seed: str,
        folder: Path,
        scans: Sequence[Path] = (),
        write: Callable[[str], None] = lambda line: None,
    ) -> None:
        self.window = window
        self.seed = seed
        self.folder = folder
        self.scans = tuple(scans)
        self.trace: list[str] = []
        self._write = write
        super().__init__(random.Random(seed))
        self.answers = random.Random(f"{seed} answers")
        self._number = 0
        self._nested = 0
        self._moves: dict[Callable[[], None], int] = {
            self.trigger: 30, self.poke: 36, self.stroke: 16, self.press_keys: 8,
            self.go_in_history: 5, self.drop: 5, self.resize: 3, self.choose_setting: 3,
            self.save_and_open: 3, self.cancel: 3, self.point_at_view: 4,
        }  # fmt: skip

    def act(self) -> None:
        """Do one thing and let the window answer."""
        self._number += 1
        self._rng = random.Random(f"{self.seed} {self._number}")
        moves = list(self._moves)
        (move,) = self._rng.choices(moves, [self._moves[move] for move in moves])
        with self._watched(), suppress(Vanished):
            move()
        rest(_WAIT_MS)

    def close(self) -> None:
        """Close the window, however often it takes; half of the time while a job runs."""
        self._number += 1
        self._rng = random.Random(f"{self.seed} {self._number}")
        if self._rng.random() < 0.5:
            self.note("close while a job runs")
            self._drop([self._pick((*self.scans, self.damaged()))])
            rest(self._rng.randrange(300))
        self.note("close")
        for _ in range(50):
            with self._watched():
                if self.window.close():
                    return
        raise AssertionError("the window does not close")

    def begin(self, registered: bool = False) -> None:
        """Open the model's head or a sample; `registered` waits until that is a head."""
        source = self._pick(self.scans if registered else (None, None, *self.scans))
        self.note(f"begin with {'a new head' if source is None else source.name}")
        if source is None:
            self.window.files.new_head()
            self._wait_for_jobs(60.0)
            assert self.window.document.is_open
        else:
            self.window.files.open([source])
            rest(self._rng.randrange(2000))
            if registered:
                self._wait_for_jobs(240.0)

    # -- what it does ------------------------------------------------------------------------

    def trigger(self) -> None:
        """Take an action of the menus, toolbar and keys."""
        table = self.window.actions_table
        able = [s.id for s in table if table[s.id].isEnabled() and s.id not in LEFT_OUT]
        id = self._pick(able)
        self.note(f"action {id}")
        table[id].trigger()

    def poke(self) -> None:
        """Use a control of a panel, a bar or a dialog."""
        top = QApplication.activeModalWidget() or self._pick(self._tops())
        kinds = (QAbstractButton, QAbstractSlider, QAbstractItemView, QComboBox, QLineEdit, QTabBar)
        able = [
            widget
            for widget in top.findChildren(QWidget)
            if isinstance(widget, kinds) and widget.isVisible() and widget.isEnabled()
        ]
        if not able:
            self.note(f"nothing to use in {type(top).__name__}")
            top.close() if isinstance(top, QDialog) else None
            return
        widget = self._pick(able)
        name = widget.accessibleName() or widget.objectName() or getattr(widget, "text", str)()
        self.note(f"use {type(widget).__name__} {name!r} of {type(widget.parent()).__name__}")
        self._use(widget)

    def stroke(self) -> None:
        """Drag the pointer over a view, often with a tool."""
        if self._rng.random() < 0.5:
            tools = ("sculpt.grab", "sculpt.smooth", "sculpt.inflate", "sculpt.flatten",
                     "sculpt.restore", "tool.pull", "tool.mask", "tool.lasso", "tool.landmarks",
                     "tool.caliper", "tool.none")  # fmt: skip
            table = self.window.actions_table
            known = [spec.id for spec in table if spec.id in tools and table[spec.id].isEnabled()]
            if known:
                id = self._pick(known)
                self.note(f"action {id}")
                table[id].trigger()
        view = self._view()
        if view is None:
            self.note("no view to draw in")
            return
        button = self._pick((Qt.MouseButton.LeftButton,) * 4 + (
            Qt.MouseButton.MiddleButton, Qt.MouseButton.RightButton))  # fmt: skip
        held, at = self._pick(MODIFIERS), self._place(view)
        self.note(f"stroke {button.name} {held.name} from {at.x()}, {at.y()}")
        QTest.mousePress(view, button, held, at)
        for _ in range(self._rng.randrange(1, 8)):
            at += QPoint(self._rng.randrange(-60, 61), self._rng.randrange(-60, 61))
            QTest.mouseMove(view, at)
            QApplication.processEvents()
        middle = self._rng.random()
        if middle < 0.06:
            self.note("Escape during the stroke")
            QTest.keyClick(view, Qt.Key.Key_Escape)
        elif middle < 0.12:
            self.note("undo during the stroke")
            self.window.actions_table["edit.undo"].trigger()
        elif middle < 0.16:
            self.note("four views during the stroke")
            self.window.actions_table["view.4"].trigger()
            view = view if view in self.window.stage.views else self._view()
        if view is not None:
            QTest.mouseRelease(view, button, held, at)

    def point_at_view(self) -> None:
        """Turn the wheel, double-click or hover in a view."""
        view = self._view()
        if view is None:
            self.note("no view to point at")
            return
        at, way = self._place(view), self._pick(("wheel", "double-click", "hover", "click"))
        self.note(f"{way} at {at.x()}, {at.y()}")
        if way == "wheel":
            self._wheel(view, at)
        elif way == "double-click":
            QTest.mouseDClick(view, Qt.MouseButton.LeftButton, pos=at)
        elif way == "hover":
            QTest.mouseMove(view, at)
        else:
            QTest.mouseClick(view, Qt.MouseButton.LeftButton, self._pick(MODIFIERS), at)

    def press_keys(self) -> None:
        """Press keys where the focus is."""
        for _ in range(self._rng.randrange(1, 5)):
            key, held = self._pick(KEYS), self._pick(MODIFIERS[:5])
            target = QApplication.focusWidget() or self.window
            self.note(f"key {key.name} {held.name} in {type(target).__name__}")
            QTest.keyClick(target, key, held)

    def go_in_history(self) -> None:
        """Undo, redo or go to any version."""
        document = self.window.document
        index = self._rng.randrange(-1, 40) % max(len(document.history.versions), 1)
        way = self._pick(("undo", "redo", "jump"))
        self.note(f"{way} {index}")
        if way == "jump":
            document.jump(index)
        else:
            self.window.actions_table[f"edit.{way}"].trigger()

    def drop(self) -> None:
        """Drop files on the window: good ones, hostile ones, several, folders, nothing."""
        files = [*self.scans, *self.folder.glob("*.face"), self.damaged(), self.damaged(),
                 self.folder, self.folder / "gone.ply"]  # fmt: skip
        dropped = [self._pick(files) for _ in range(self._pick((1, 1, 1, 2, 3)))]
        self.note(f"drop {[path.name for path in dropped]}")
        self._drop(dropped)
        if self._rng.random() < 0.3:
            self.note("wait for what runs")
            self._wait_for_jobs(8.0)

    def resize(self) -> None:
        """Give the window another size."""
        size = self._pick(SIZES)
        self.note(f"resize to {size}")
        self.window.resize(*size)

    def choose_setting(self) -> None:
        """Choose any value of any setting."""
        setting = self._pick(SETTINGS)
        values = [value for value, _label in setting.choices] or [True, False]
        value = self._pick(values)
        self.note(f"setting {setting.key} = {value!r}")
        self.window.settings.choose(setting, value)

    def save_and_open(self) -> None:
        """Save, and often open what was saved."""
        if not self.window.document.is_open:
            self.note("begin with the model's head")
            self.window.files.new_head()
            return
        again = self._rng.random() < 0.5
        self.note("save and open again" if again else "save")
        self.window.actions_table["file.save"].trigger()
        if again:
            saved = sorted(self.folder.glob("*.face"))
            if saved:
                self.window.files.open([self._pick(saved)])

    def cancel(self) -> None:
        """Give up what runs, a moment after it began."""
        self.note("cancel")
        rest(self._rng.randrange(0, 80))
        self.window.actions_table["edit.cancel"].trigger()

    # -- answers -----------------------------------------------------------------------------

    @contextmanager
    def _watched(self) -> Iterator[None]:
        """Answer menus and dialogs that hold the program up, at random but always."""
        clock = QTimer()
        clock.setInterval(25)
        self._nested = 0
        clock.timeout.connect(self._answer)
        clock.start()
        try:
            yield
        finally:
            clock.stop()

    def _answer(self) -> None:
        self._nested += 1
        if self._nested < 3:  # what does not hold the program up is left to the next action
            return
        popup, modal = QApplication.activePopupWidget(), QApplication.activeModalWidget()
        if popup is not None:
            self._answer_popup(popup)
        elif isinstance(modal, QDialog):
            buttons = [b for b in modal.findChildren(QAbstractButton) if b.isEnabled()]
            if buttons and self.answers.random() < 0.7:
                self.answers.choice(buttons).click()
            else:
                modal.reject()

    def _answer_popup(self, popup: QWidget) -> None:
        if isinstance(popup, QMenu) and self.answers.random() < 0.5:
            able = [a for a in popup.actions() if a.isEnabled() and not a.isSeparator()]
            able = [a for a in able if a.menu() is None and a.objectName() not in LEFT_OUT]
            if able:
                action = self.answers.choice(able)
                self.note(f"menu item {action.text()!r}")
                popup.close()
                action.trigger()
                return
        popup.close()

    # -- inside ------------------------------------------------------------------------------

    def note(self, line: str) -> None:
        """Put a line into the trace before it is done."""
        line = f"{self.seed} #{self._number}: {line}"
        self.trace.append(line)
        self._write(line)

    def damaged(self, readers: Sequence[str] = DAMAGED) -> Path:
        """Return a damaged file, made anew."""
        return damaged_file(self.folder, self._rng, readers)

    def _drop(self, paths: Sequence[Path]) -> None:
        mime = QMimeData()
        mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
        event = QDropEvent(
            QPointF(200, 200), Qt.DropAction.CopyAction, mime,
            Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier,
        )  # fmt: skip
        QApplication.sendEvent(self.window, event)

    def _tops(self) -> list[QWidget]:
        tops = [w for w in QApplication.topLevelWidgets() if isinstance(w, QDialog)]
        return [self.window] * 3 + [top for top in tops if top.isVisible()]

    def _view(self) -> Any:
        views = [view for view in self.window.stage.views if view.isVisible()]
        return self._pick(views) if views else None

    def _wait_for_jobs(self, seconds: float) -> None:
        for _ in range(int(seconds / 0.05)):
            if not self.window.jobs.busy:
                return
            rest(50)


def visit(
    store: Any,
    folder: Path,
    seed: str,
    actions: int,
    scans: Sequence[Path] = (),
    write: Callable[[str], None] = lambda line: None,
    registered: bool = False,
) -> Iterator[str]:
    """Open a window, play `actions` times and close it; yields after each action.

    `registered` begins with a sample whose registration is waited for.

    Raises
    ------
    AssertionError
        If the window does not show its head or does not close.
    """
    window = MainWindow(store, Settings(folder / "settings"))
    window.resize(1280, 800)
    window.show()
    monkey = Monkey(window, seed, folder, scans, write)
    with answering(monkey):
        try:
            monkey.begin(registered)
            yield monkey.trace[-1]
            for _ in range(actions):
                monkey.act()
                yield monkey.trace[-1]
        except Exception as error:
            error.add_note("\n".join(monkey.trace[-20:]))
            raise
        finally:
            monkey.close()
            window.deleteLater()
