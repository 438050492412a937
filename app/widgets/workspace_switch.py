"""The switch of workspaces at the upper right of the window."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QToolButton, QWidget

from facewright.app import theme
from facewright.app.workspaces import WORKSPACES, Workspaces

_HEIGHT = 26  # of the line of menus that it stands in


class WorkspaceSwitch(QWidget):
    """One button for each workspace; the one in use is pressed."""

    def __init__(self, spaces: Workspaces) -> None:
        super().__init__()
        self._spaces = spaces
        self.setAccessibleName(self.tr("Workspace"))
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 1, 2 * theme.SPACE, 1)
        line.setSpacing(theme.SPACE // 2)
        line.addStretch(1)
        self._group = QButtonGroup(self)
        self.buttons: dict[str, QToolButton] = {}
        for space in WORKSPACES:
            button = QToolButton()
            button.setText(self.tr(space.title))
            button.setToolTip(f"{self.tr(space.title)}: {self.tr(space.text)}")
            button.setAccessibleName(self.tr("{} workspace").format(self.tr(space.title)))
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            button.setIcon(theme.icon(space.icon))
            button.setCheckable(True)
            button.setFixedHeight(_HEIGHT)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.clicked.connect(partial(self._use, space.id))
            self._group.addButton(button)
            self.buttons[space.id] = button
            line.addWidget(button)
        spaces.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Press the button of the workspace in use."""
        self.buttons[self._spaces.current.id].setChecked(True)

    def _use(self, id: str, _checked: bool = False) -> None:
        self._spaces.use(id)
