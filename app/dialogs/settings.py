"""The settings: one row for each of the table, taken up as soon as it is changed."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication, Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from facewright.app import theme
from facewright.app.settings import DRAWING, SETTINGS, Setting

if TYPE_CHECKING:
    from facewright.app.window import MainWindow

_CONTROL_WIDTH = 216


class SettingsDialog(QDialog):
    """Shows and changes every setting.

    Parameters
    ----------
    window : MainWindow
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.setWindowTitle(self.tr("Settings"))
        self._window = window
        self._settings = window.settings
        self.controls: dict[str, QComboBox | QCheckBox] = {}
        inside = QWidget()
        column = QVBoxLayout(inside)
        edge = 6 * theme.SPACE
        column.setContentsMargins(edge, 5 * theme.SPACE, edge, 4 * theme.SPACE)
        column.setSpacing(3 * theme.SPACE)
        section = ""
        for setting in SETTINGS:
            if setting.section != section:
                column.addSpacing(2 * theme.SPACE if section else 0)
                section = setting.section
                column.addWidget(_label(_said(section), "title"))
            column.addLayout(self._row(setting))
        column.addSpacing(2 * theme.SPACE)
        column.addWidget(_label(self.tr("Where things lie"), "title"))
        folder = self._settings.folder
        column.addLayout(self._place(self.tr("Settings and unsaved work"), folder))
        column.addLayout(self._place(self.tr("Log"), folder / "log"))
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setWidget(inside)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(scroll, 1)
        outer.addLayout(self._buttons())
        self.setMinimumWidth(560)
        self.resize(theme.stretched(660), min(760, window.height() - 40))

    def restore(self) -> None:
        """Choose every default."""
        for setting in SETTINGS:
            self._settings.choose(setting, setting.default)
            self._show(setting)

    # -- inside ------------------------------------------------------------------------------

    def _row(self, setting: Setting[Any]) -> QHBoxLayout:
        name = _said(setting.label)
        control: QComboBox | QCheckBox
        if setting.choices:
            control = QComboBox()
            for value, label in setting.choices:
                control.addItem(_said(label), value)
            control.activated.connect(partial(self._chosen, setting))
        else:
            control = QCheckBox(self.tr("On"))
            control.toggled.connect(partial(self._chosen, setting))
        control.setFixedWidth(theme.stretched(_CONTROL_WIDTH))
        control.setAccessibleName(name)
        control.setAccessibleDescription(_said(setting.help))
        self.controls[setting.key] = control
        self._show(setting)
        title = _label(name)
        title.setBuddy(control)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(title)
        help_text = _said(setting.help)
        if setting.restart:
            help_text += " " + self.tr("Taken up at the next start.")
        if setting is DRAWING:
            help_text += " " + self._in_use()
        if help_text:
            words.addWidget(_label(help_text.strip(), "small"))
        line = QHBoxLayout()
        line.setSpacing(4 * theme.SPACE)
        line.addLayout(words, 1)
        line.addWidget(control, 0, Qt.AlignmentFlag.AlignTop)
        return line

    def _show(self, setting: Setting[Any]) -> None:
        control, value = self.controls[setting.key], self._settings.value(setting)
        control.blockSignals(True)
        if isinstance(control, QComboBox):
            control.setCurrentIndex(control.findData(value))
        else:
            control.setChecked(value)
        control.blockSignals(False)

    def _chosen(self, setting: Setting[Any], _index: int) -> None:
        control = self.controls[setting.key]
        chosen = control.currentData() if isinstance(control, QComboBox) else control.isChecked()
        self._settings.choose(setting, chosen)

    def _in_use(self) -> str:
        view = self._window.viewport
        if view is None or not view.graphics:
            return self.tr("What draws is known once a head is shown.")
        if view.software:
            return self.tr("In use: the processor ({}).").format(view.graphics)
        return self.tr("In use: the graphics card ({}).").format(view.graphics)

    def _place(self, name: str, folder: Path) -> QHBoxLayout:
        path = _label(str(folder), "small")
        path.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(_label(name))
        words.addWidget(path)
        button = QPushButton(self.tr("Show"))
        button.setAccessibleName(self.tr("Show {}").format(name))
        button.clicked.connect(partial(self._open, folder))
        line = QHBoxLayout()
        line.setSpacing(4 * theme.SPACE)
        line.addLayout(words, 1)
        line.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        return line

    @staticmethod
    def _open(folder: Path, _checked: bool = False) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))

    def _buttons(self) -> QHBoxLayout:
        restore = QPushButton(self.tr("Restore defaults"))
        restore.clicked.connect(self.restore)
        close = QPushButton(self.tr("Close"))
        close.setDefault(True)
        close.clicked.connect(self.accept)
        line = QHBoxLayout()
        edge = 4 * theme.SPACE
        line.setContentsMargins(6 * theme.SPACE, edge, 6 * theme.SPACE, edge)
        line.setSpacing(2 * theme.SPACE)
        line.addWidget(restore)
        line.addWidget(_label(self.tr("Changes are taken up at once."), "small"), 1)
        line.addWidget(close)
        return line


def _said(text: str) -> str:
    return QCoreApplication.translate("Settings", text) if text else ""


def _label(text: str, role: str = "") -> QLabel:
    label = QLabel(text)
    label.setWordWrap(True)
    if role:
        label.setProperty("role", role)
    return label
