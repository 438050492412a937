"""The page before anything is open: what to drop, what to begin with, what was open last."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from facewright.app import theme
from facewright.app.widgets.icon_label import IconLabel


class Welcome(QWidget):
    """Three ways to begin.

    Attributes
    ----------
    open_asked, head_asked, sample_asked : Signal()
    path_asked : Signal(Path)
    """

    open_asked = Signal()
    head_asked = Signal()
    sample_asked = Signal()
    path_asked = Signal(object)

    def __init__(self, samples: bool) -> None:
        super().__init__()
        self.setObjectName("welcome")
        self.setProperty("role", "page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        middle = QVBoxLayout()
        middle.setSpacing(3 * theme.SPACE)
        mark = IconLabel("facewright", "accent", 56)
        title = QLabel(self.tr("Drop a 3D scan here"))
        title.setProperty("role", "hero")
        title.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        text = QLabel(
            self.tr(
                "OBJ, PLY, STL, GLB, VTK, OFF or a point cloud, in any unit and orientation.\n"
                "Facewright finds the face and gives you a head that you can edit."
            )
        )
        text.setProperty("role", "small")
        text.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        middle.addWidget(mark, 0, Qt.AlignmentFlag.AlignHCenter)
        for widget in (title, text):
            middle.addWidget(widget)
        middle.addSpacing(2 * theme.SPACE)
        line = QHBoxLayout()
        line.setSpacing(2 * theme.SPACE)
        line.addStretch(1)
        self.open = self._button(self.tr("Open a scan or project…"), "open", self.open_asked)
        self.open.setProperty("role", "primary")
        self.open.setIcon(theme.icon("open", "on_accent"))
        self.head = self._button(self.tr("Begin with a model head"), "head", self.head_asked)
        line.addWidget(self.open)
        line.addWidget(self.head)
        if samples:
            line.addWidget(self._button(self.tr("Try the sample scan"), "scan", self.sample_asked))
        line.addStretch(1)
        middle.addLayout(line)
        self._recent = QVBoxLayout()
        self._recent.setSpacing(0)
        middle.addSpacing(4 * theme.SPACE)
        middle.addLayout(self._recent)
        outer = QVBoxLayout(self)
        outer.addStretch(5)
        outer.addLayout(middle)
        outer.addStretch(6)

    def show_recent(self, paths: tuple[Path, ...]) -> None:
        """List the files that were open last."""
        while (item := self._recent.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        if not paths:
            return
        head = QLabel(self.tr("Recent"))
        head.setProperty("role", "section")
        head.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._recent.addWidget(head)
        for path in paths[:5]:
            button = QPushButton(path.name)
            button.setToolTip(str(path))
            button.setProperty("role", "plain")
            button.clicked.connect(lambda _on=False, p=path: self.path_asked.emit(p))
            self._recent.addWidget(button, 0, Qt.AlignmentFlag.AlignHCenter)

    def _button(self, text: str, name: str, signal: object) -> QPushButton:
        button = QPushButton("  " + text)  # air between icon and words
        button.setAccessibleName(text)
        button.setIcon(theme.icon(name))
        button.setMinimumHeight(36)
        button.clicked.connect(lambda: signal.emit())  # type: ignore[attr-defined]
        return button
