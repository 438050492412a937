"""The middle of the window: the welcome page, the 3D view, or words where there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtGui import QOpenGLContext
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from facewright.app import theme
from facewright.app.errors import logger
from facewright.app.welcome import Welcome

if TYPE_CHECKING:
    from facewright.app.stage import Stage
    from facewright.app.views import ViewGrid
    from facewright.viewer.viewport import Viewport


translate = QCoreApplication.translate


class Pages(QStackedWidget):
    """Shows one of the three, and makes the 3D view when it is first needed.

    Attributes
    ----------
    views : ViewGrid or None
        None until there is something to see, and after OpenGL was lost.
    changed : Signal()
        The view was made or went away.
    failed : Signal(str)
        There is no view, and why.
    """

    changed = Signal()
    failed = Signal(str)

    def __init__(self, welcome: Welcome, stage: Stage) -> None:
        super().__init__()
        self._stage = stage
        self._open = True
        self.views: ViewGrid | None = None
        self.no_view = NoView()
        self.no_view.again.clicked.connect(self.try_again)
        self.addWidget(welcome)
        self.addWidget(self.no_view)

    @property
    def view(self) -> Viewport | None:
        """The main view."""
        return None if self.views is None else self.views.main

    def ensure_view(self) -> None:
        """Make the 3D view, or say in words why there is none; the rest goes on working.

        Where that has been said, only `try_again` makes another attempt.
        """
        said = self.currentWidget() is self.no_view
        if self._open and self.views is None and not said:
            self._make_view()

    def lose_view(self, reason: str) -> None:
        """Take the 3D view away after the driver failed; the document is untouched."""
        self._drop()
        self._without(reason)

    def try_again(self) -> None:
        """Make the 3D view anew."""
        self._drop()
        if self._open:
            self._make_view()

    def close_view(self) -> None:
        """Let go of OpenGL and VTK; no view is made any more."""
        self._open = False
        self._drop()

    # -- inside ------------------------------------------------------------------------------

    def _make_view(self) -> None:
        problem = drawing_problem()
        if problem:
            self._without(problem)
            return
        try:
            from facewright.app.views import ViewGrid

            views = ViewGrid(self._stage, self)
        except Exception as error:
            logger.exception("the 3D view could not be made")
            self._without(str(error) or type(error).__name__)
            return
        views.lost.connect(self.lose_view)
        self.views = views
        self.addWidget(views)
        self.setCurrentWidget(views)
        once = Qt.ConnectionType.SingleShotConnection
        views.main.frameSwapped.connect(self.changed, once)  # what draws is known by then
        self.changed.emit()
        self.window().activateWindow()  # Qt makes the window anew for OpenGL and drops the focus

    def _drop(self) -> None:
        views, self.views = self.views, None
        if views is not None:
            views.lost.disconnect(self.lose_view)
            self.removeWidget(views)
            views.close_views()
            views.deleteLater()

    def _without(self, reason: str) -> None:
        self.no_view.explain(reason)
        self.setCurrentWidget(self.no_view)
        self.changed.emit()
        self.failed.emit(reason)


class NoView(QWidget):
    """What stands where the 3D view would be: why there is none, and what can be done."""

    def __init__(self) -> None:
        super().__init__()
        title = QLabel(self.tr("The 3D view cannot be shown"))
        title.setProperty("role", "title")
        title.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.text = QLabel()
        self.text.setObjectName("no-view")
        self.text.setWordWrap(True)
        self.text.setFixedWidth(480)
        self.text.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.again = QPushButton(self.tr("Try again"))
        self.again.setProperty("role", "primary")
        words = QHBoxLayout()  # an alignment would cut words that need several lines
        words.addStretch(1)
        words.addWidget(self.text)
        words.addStretch(1)
        column = QVBoxLayout(self)
        edge = 6 * theme.SPACE
        column.setContentsMargins(edge, edge, edge, edge)
        column.setSpacing(4 * theme.SPACE)
        column.addStretch(1)
        column.addWidget(title)
        column.addLayout(words)
        column.addWidget(self.again, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)

    def explain(self, reason: str) -> None:
        """Say why there is no view."""
        self.text.setText(
            self.tr(
                "{}\n\nYour work is safe: it can go on, be saved and exported. Update the driver "
                "of the graphics card. On a remote desktop or without a card, start the program "
                "with LIBGL_ALWAYS_SOFTWARE=1, so that the processor draws."
            ).format(reason)
        )


def drawing_problem() -> str:
    """Return why this screen cannot draw in 3D, or nothing when it can.

    Asked before VTK is: without OpenGL it ends the program in place of raising an error.
    """
    context = QOpenGLContext()
    if not context.create() or not context.isValid():
        return translate("Pages", "This screen offers no OpenGL.")
    major, minor = context.format().version()
    if (major, minor) < (3, 2):
        words = translate("Pages", "This screen offers OpenGL {}.{}; 3.2 is needed.")
        return words.format(major, minor)
    return ""
