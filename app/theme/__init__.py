"""The look of the window: colours by meaning, one spacing scale, one type scale, one stylesheet.

`theme.theme` is the theme in use; `theme.changed` tells when it is another one. Icons follow by
themselves, as does everything that reads `theme.theme` while it paints. What keeps a colour
(an item of a list, rich text) listens to `theme.changed` and sets it again.
"""

from __future__ import annotations

import atexit
from functools import cache

from psygnal import Signal
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QGuiApplication, QIcon, QPalette, QPixmap
from PySide6.QtWidgets import QApplication, QWidget

from facewright.app.theme.colours import DARK, LIGHT, THEMES, Theme
from facewright.app.theme.icons import ICON, ThemeIconEngine, draw, screen_ratio
from facewright.app.theme.stylesheet import TYPE, stylesheet

__all__ = [
    "DARK", "ICON", "LIGHT", "ROW", "SPACE", "TYPE", "Theme", "apply", "changed", "icon",
    "pixmap", "set_role", "stretched", "text_size", "theme", "use",
]  # fmt: skip

SPACE = 4
"""The unit of the spacing scale, in device-independent pixels: 4, 8, 12, 16, 24."""

ROW = 28
"""Least height of a row of controls; targets are never smaller than 24."""

theme: Theme = DARK
"""The theme in use; read it while painting, as `theme.theme`."""

_FAMILIES = ["Inter", "Segoe UI", "SF Pro Text", "Noto Sans", "DejaVu Sans"]


class _Wishes:
    """What the user has asked for, and who wants to know that it is there."""

    changed = Signal()
    choice = "system"
    size = 1.0
    listening = False
    dressing = False


_wishes = _Wishes()
changed = _wishes.changed
"""Tells, without arguments, that theme or text size are others now."""


def apply(app: QApplication) -> None:
    """Dress the whole application, and again whenever the system changes between day and night."""
    app.setStyle("Fusion")
    app.setWindowIcon(icon("facewright", "accent"))
    if not _wishes.listening:
        _wishes.listening = True
        QGuiApplication.styleHints().colorSchemeChanged.connect(_system_changed)
    _dress(app)


def use(choice: str = "system", size: float = 1.0) -> None:
    """Change the theme and the size of texts, at once and everywhere.

    Parameters
    ----------
    choice : str
        "system", "dark" or "light".
    size : float
        Multiplier of every text, 1 as designed.
    """
    if (choice, size) == (_wishes.choice, _wishes.size):
        return
    _wishes.choice, _wishes.size = choice, size
    app = QApplication.instance()
    if isinstance(app, QApplication):
        _dress(app)


def text_size(step: str = "base") -> int:
    """Return the height in pixels of a step of the type scale `TYPE`."""
    return round(TYPE[step] * _wishes.size)


def stretched(width: int) -> int:
    """Return a width that was designed for texts of the usual size, for texts as they are."""
    return round(width * max(_wishes.size, 1.0))


def set_role(widget: QWidget, name: str) -> None:
    """Give a widget a role of the stylesheet, also after it was shown."""
    if widget.property("role") != name:
        widget.setProperty("role", name)
        widget.style().unpolish(widget)
        widget.style().polish(widget)


@cache
def icon(name: str, role: str = "text") -> QIcon:
    """Return the icon `name` of `assets/icons` in the colour of a field of `Theme`.

    It is drawn when it is painted, sharp at any scale and in the theme of that moment; faint
    where it is disabled.
    """
    return QIcon(ThemeIconEngine(name, role, lambda: theme))


atexit.register(icon.cache_clear)  # later, icons would outlive the engines that draw them


def pixmap(name: str, role: str = "text", size: int = ICON) -> QPixmap:
    """Return a picture of an icon as it is now; widgets had better hold an `IconLabel`."""
    ratio = max(screen_ratio(), 2.0)
    side = round(size * ratio)
    image = QPixmap(draw(name, getattr(theme, role), side, side))
    image.setDevicePixelRatio(ratio)
    return image


# -- inside ----------------------------------------------------------------------------------


def _system_changed(_scheme: Qt.ColorScheme) -> None:
    app = QApplication.instance()
    if isinstance(app, QApplication) and not _wishes.dressing:
        _dress(app)


def _system_scheme() -> Qt.ColorScheme:
    return QGuiApplication.styleHints().colorScheme()


def _wanted() -> Theme:
    if _wishes.choice in THEMES:
        return THEMES[_wishes.choice]
    return LIGHT if _system_scheme() == Qt.ColorScheme.Light else DARK


def _dress(app: QApplication) -> None:
    global theme
    hints = QGuiApplication.styleHints()
    scheme = {"dark": Qt.ColorScheme.Dark, "light": Qt.ColorScheme.Light}.get(_wishes.choice)
    _wishes.dressing = True  # what we ask for ourselves is no news
    if scheme is None:
        hints.unsetColorScheme()
    else:
        hints.setColorScheme(scheme)  # window frames and the system's dialogs follow
    _wishes.dressing = False
    theme = _wanted()
    look = (theme, _wishes.size)
    if app.property("look") == hash(look):
        return
    app.setProperty("look", hash(look))
    font = QFont()
    font.setFamilies(_FAMILIES)
    font.setPixelSize(text_size())
    app.setFont(font)
    app.setPalette(_palette(theme))
    app.setStyleSheet(stylesheet(theme, _wishes.size))
    changed.emit()


def _palette(t: Theme) -> QPalette:
    palette = QPalette()
    role = QPalette.ColorRole
    for which, color in {
        role.Window: t.panel,
        role.WindowText: t.text,
        role.Base: t.field,
        role.AlternateBase: t.panel,
        role.Text: t.text,
        role.Button: t.control,
        role.ButtonText: t.text,
        role.BrightText: t.poor,
        role.ToolTipBase: t.raised,
        role.ToolTipText: t.text,
        role.PlaceholderText: t.quiet,
        role.Highlight: t.accent,
        role.HighlightedText: t.on_accent,
        role.Link: t.accent,
        role.LinkVisited: t.accent,
        role.Light: t.raised,
        role.Midlight: t.control,
        role.Mid: t.line,
        role.Dark: t.ground,
        role.Shadow: "#000000",
    }.items():
        palette.setColor(which, QColor(color))
    for which in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, which, QColor(t.faint))
    return palette
