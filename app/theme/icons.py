"""Icons that are drawn when they are painted, in the colours of the theme in use."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, lru_cache
from importlib.resources import files

from PySide6.QtCore import QByteArray, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QGuiApplication, QIcon, QIconEngine, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer
from shiboken6 import isValid

from facewright.app.theme.colours import Theme

ICON = 18
"""Size of an icon in device-independent pixels."""

Current = Callable[[], Theme]

_held: list[QIconEngine] = []
"""Every engine that Qt may still use. Python counts no reference of Qt's: an engine that `clone`
returned would be freed at once, and one whose icon falls to the garbage collector before it."""


def path(name: str) -> str:
    """Return the file of an icon."""
    return str(files("facewright.assets") / "icons" / f"{name}.svg").replace("\\", "/")


@cache
def source(name: str) -> str:
    """Return the drawing `name` of `assets/icons`, its colour still `currentColor`.

    Raises
    ------
    FileNotFoundError
        If there is none.
    """
    drawing = files("facewright.assets") / "icons" / f"{name}.svg"
    return drawing.read_text(encoding="utf-8")


@lru_cache(maxsize=512)
def draw(name: str, color: str, width: int, height: int) -> QPixmap:
    """Return the icon in one colour at a size in physical pixels.

    Where it is wider than high, the room to the right parts the icon from the text of a button:
    Qt itself leaves too little.
    """
    renderer = QSvgRenderer(QByteArray(source(name).replace("currentColor", color).encode()))
    image = QPixmap(width, height)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    side = min(width, height)
    renderer.render(painter, QRectF(0, (height - side) / 2, side, side))
    painter.end()
    return image


class ThemeIconEngine(QIconEngine):
    """Draws one icon in a colour that is looked up at each painting.

    Parameters
    ----------
    name : str
    role : str
        A field of `Theme`; what is disabled is faint whatever the role.
    current : callable
        Returns the theme in use.
    """

    def __init__(self, name: str, role: str, current: Current) -> None:
        super().__init__()
        self._name, self._role, self._current = name, role, current
        _held[:] = [engine for engine in _held if isValid(engine)]  # Qt deleted the others
        _held.append(self)

    def clone(self) -> QIconEngine:
        """Return another engine of the same icon."""
        return ThemeIconEngine(self._name, self._role, self._current)

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        """Draw at the resolution of what is painted on."""
        device = painter.device()
        ratio = device.devicePixelRatio() if device is not None else 1.0
        painter.drawPixmap(rect, self.scaledPixmap(rect.size(), mode, state, ratio))

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        """Return a picture at one physical pixel to a logical one."""
        return self.scaledPixmap(size, mode, state, 1.0)

    def scaledPixmap(  # noqa: N802
        self, size: QSize, mode: QIcon.Mode, state: QIcon.State, scale: float
    ) -> QPixmap:
        """Return a picture of `size` logical pixels with `scale` physical ones to each."""
        role = "faint" if mode == QIcon.Mode.Disabled else self._role
        color = getattr(self._current(), role)
        width, height = (max(round(side * scale), 1) for side in size.toTuple())
        image = QPixmap(draw(self._name, color, width, height))
        image.setDevicePixelRatio(scale)
        return image

    def actualSize(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QSize:  # noqa: N802
        """Return `size`: a drawing has none of its own."""
        return size

    def isNull(self) -> bool:  # noqa: N802
        """Say that there is something to draw."""
        return False


def screen_ratio() -> float:
    """Return the greatest device pixel ratio of the screens."""
    return max((screen.devicePixelRatio() for screen in QGuiApplication.screens()), default=1.0)
