"""What the settings do: each is taken up when the window opens and whenever it changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale

from facewright.app import theme
from facewright.app.motion import reduced
from facewright.app.settings import AUTOSAVE, DECIMAL, MOTION, MOUSE, TEXT_SIZE, THEME
from facewright.app.widgets import numbers

if TYPE_CHECKING:
    from facewright.app.window import MainWindow


class Preferences:
    """Keeps one window as the settings say.

    Parameters
    ----------
    window : MainWindow
    """

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self._settings = window.settings
        self._settings.changed.connect(self._take_up)
        window.pages.changed.connect(self._dress)
        for key in (THEME.key, DECIMAL.key, AUTOSAVE.key):
            self._take_up(key)

    def close(self) -> None:
        """Stop following."""
        self._settings.changed.disconnect(self._take_up)
        self._window.pages.changed.disconnect(self._dress)

    def _take_up(self, key: str) -> None:
        value = self._settings.value
        if key in (THEME.key, TEXT_SIZE.key):
            theme.use(value(THEME), value(TEXT_SIZE) / 100)
            if key == TEXT_SIZE.key and self._window.document.is_open:
                self._window.workspaces.fit_texts()
        elif key == DECIMAL.key:
            numbers.use_mark(_mark(value(DECIMAL)))
            self._window.repaint()
        elif key == AUTOSAVE.key:
            self._window.autosave.every(value(AUTOSAVE))
        elif key in (MOUSE.key, MOTION.key):
            self._dress()

    def _dress(self) -> None:
        """Give the 3D views, which may be new, the mouse and the motion that are chosen."""
        views = self._window.pages.views
        if views is not None:
            views.behave(self._settings.value(MOUSE), glides=not reduced(self._settings))


def _mark(choice: str) -> str:
    return {"point": ".", "comma": ","}.get(choice, QLocale.system().decimalPoint())
