"""What must never happen while the window runs, and what must not be left when it has closed."""

from __future__ import annotations

import gc
import logging
import sys
import threading
import traceback
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from PySide6.QtCore import QCoreApplication, QEvent, QTimer, QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QApplication

VTK_KINDS = ("Renderer", "RenderWindow", "Actor", "Texture", "PolyData")
_PAGE = 4096


class Watch:
    """Collects exceptions of every thread, and warnings of Qt, VTK and the program's log.

    Attributes
    ----------
    faults : list of str
        In the order in which they came.
    """

    def __init__(self) -> None:
        self.faults: list[str] = []
        self._vtk_read = 0

    def __enter__(self) -> Self:
        from vtkmodules.vtkCommonCore import vtkOutputWindow, vtkStringOutputWindow

        self._hooks = sys.excepthook, threading.excepthook, sys.unraisablehook
        sys.excepthook = lambda kind, error, trace: self._note("exception", error)
        threading.excepthook = lambda given: self._note("thread", given.exc_value)
        sys.unraisablehook = lambda given: self._note("unraisable", given.exc_value)
        self._qt = qInstallMessageHandler(self._from_qt)
        self._vtk_before = vtkOutputWindow.GetInstance()
        self._vtk = vtkStringOutputWindow()
        vtkOutputWindow.SetInstance(self._vtk)
        self._log = _Handler(self.faults)
        logging.getLogger("facewright").addHandler(self._log)
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        from vtkmodules.vtkCommonCore import vtkOutputWindow

        self.look()
        sys.excepthook, threading.excepthook, sys.unraisablehook = self._hooks
        qInstallMessageHandler(self._qt)
        vtkOutputWindow.SetInstance(self._vtk_before)
        logging.getLogger("facewright").removeHandler(self._log)

    def look(self) -> list[str]:
        """Return the faults so far, those of VTK included."""
        said = self._vtk.GetOutput() or ""
        if len(said) > self._vtk_read:
            self.faults.append("VTK: " + said[self._vtk_read :].strip())
            self._vtk_read = len(said)
        return self.faults

    def _note(self, where: str, error: BaseException | None) -> None:
        self.faults.append(f"{where}: " + "".join(traceback.format_exception(error)))

    def _from_qt(self, kind: QtMsgType, _context: Any, text: str) -> None:
        if kind in (QtMsgType.QtWarningMsg, QtMsgType.QtCriticalMsg, QtMsgType.QtFatalMsg):
            self.faults.append(f"Qt: {text}")


class _Handler(logging.Handler):
    def __init__(self, faults: list[str]) -> None:
        super().__init__(logging.WARNING)
        self._faults = faults

    def emit(self, record: logging.LogRecord) -> None:
        text = record.getMessage()
        if record.exc_info:
            text += "\n" + "".join(traceback.format_exception(*record.exc_info))
        self._faults.append(f"log: {text}")


@dataclass
class Living:
    """What is alive of the things that windows are made of.

    Attributes
    ----------
    vtk : dict of str to int
        How many VTK objects of each kind Python holds.
    threads : set of Thread
    widgets, interactors, timers : int
        Timers that run.
    """

    vtk: dict[str, int] = field(default_factory=lambda: dict.fromkeys(VTK_KINDS, 0))
    threads: set[threading.Thread] = field(default_factory=lambda: set(threading.enumerate()))
    widgets: int = 0
    interactors: int = 0
    timers: int = 0

    @classmethod
    def now(cls) -> Living:
        """Count, when everything that is about to be deleted has been."""
        app = QCoreApplication.instance()
        assert isinstance(app, QApplication)
        for _ in range(3):
            app.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
            app.processEvents()
            gc.collect()
        found = cls(widgets=len(app.allWidgets()))
        for thing in gc.get_objects():
            name = type(thing).__name__
            for kind in VTK_KINDS:
                found.vtk[kind] += name.startswith("vtk") and name.endswith(kind)
            found.interactors += name in ("QtInteractor", "Viewport")
            found.timers += issubclass(type(thing), QTimer) and _runs(thing)
        return found

    def left_since(self, before: Living) -> list[str]:
        """Return what is alive now and was not before."""
        left = [
            f"{self.vtk[kind] - before.vtk[kind]} vtk{kind}"
            for kind in VTK_KINDS
            if self.vtk[kind] > before.vtk[kind]
        ]
        for name in ("widgets", "interactors", "timers"):
            more = getattr(self, name) - getattr(before, name)
            if more > 0:
                left.append(f"{more} {name}")
        new = [thread.name for thread in self.threads - before.threads]
        return left + [f"thread {name}" for name in new if "Dummy" not in name]


def _runs(timer: Any) -> bool:
    try:
        return bool(timer.isActive())
    except RuntimeError:  # Qt has deleted it
        return False


def resident_megabytes() -> float:
    """Return how much memory of this process lies in RAM, MB."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * _PAGE / 1e6
