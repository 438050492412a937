"""Every kind of control in every state, for a sheet: rest, hovered, pressed, focused, disabled."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QPixmap
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QCheckBox,
    QComboBox,
    QLineEdit,
    QPushButton,
    QRadioButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from facewright.app import theme
from facewright.app.widgets.face_grid import FaceTile
from facewright.app.widgets.limits import Range
from facewright.app.widgets.region_tiles import RegionTile
from facewright.app.widgets.slider import NamedSlider

STATES = ("rest", "hovered", "pressed", "focused", "disabled", "checked", "checked, hovered")

_SETTLE_MS = 40


def button(kind: Callable[[], QAbstractButton], role: str = "", icon: str = "") -> QAbstractButton:
    """Return a button with a word, of a role of the style sheet."""
    made = kind()
    made.setText("Register")
    if role:
        made.setProperty("role", role)
    if icon:
        made.setIcon(theme.icon(icon))
    return made


def switch(made: QAbstractButton) -> QAbstractButton:
    """Return a button that can be checked."""
    made.setCheckable(True)
    return made


def combo() -> QComboBox:
    """Return a box with a choice."""
    made = QComboBox()
    made.addItem(theme.icon("open"), "As opened")
    return made


def field() -> QLineEdit:
    """Return a field with a placeholder."""
    made = QLineEdit()
    made.setPlaceholderText("Search measures")
    return made


def face() -> FaceTile:
    """Return a tile of the alternatives, before its face is there."""
    made = FaceTile("Likeliest")
    made.show_number(3)
    return made


def slider() -> NamedSlider:
    """Return a slider of a face, off its middle."""
    made = NamedSlider("Nose width", Range(-3.0, 3.0, 0.0, 0.1, "sd", (-2.0, 2.0)), "")
    made.show_number(0.7)
    return made


KINDS: dict[str, Callable[[], QWidget]] = {
    "button": lambda: button(QPushButton, icon="export"),
    "primary": lambda: button(QPushButton, "primary"),
    "small": lambda: button(QPushButton, "small"),
    "plain": lambda: button(QPushButton, "plain"),
    "link": lambda: button(QPushButton, "link"),
    "danger": lambda: button(QPushButton, "danger"),
    "tool": lambda: switch(button(QToolButton)),
    "heading": lambda: switch(button(QToolButton, "heading")),
    "tile": lambda: RegionTile("Nose", "complete-nose"),
    "face": face,
    "check box": lambda: button(QCheckBox),
    "radio": lambda: button(QRadioButton),
    "box": combo,
    "field": field,
    "slider": slider,
}


def states() -> Iterator[tuple[str, QPixmap]]:
    """Yield the picture of each control in each state that it has."""
    for name, make in KINDS.items():
        for state in STATES:
            holder = QWidget()
            holder.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            column = QVBoxLayout(holder)
            column.setContentsMargins(8, 8, 8, 8)
            control = make()
            checkable = isinstance(control, QAbstractButton) and control.isCheckable()
            popup = isinstance(control, QComboBox) and state == "pressed"  # it would open
            if (state.startswith("checked") and not checkable) or popup:
                continue
            column.addWidget(control)
            holder.setFixedWidth(250 if name in ("slider", "field") else 170)
            holder.show()
            holder.activateWindow()
            QApplication.processEvents()
            put(control, state)
            QApplication.processEvents()
            yield f"{name}: {state}", holder.grab()
            holder.close()
            holder.deleteLater()


def put(control: QWidget, state: str) -> None:
    """Bring a control into a state as a hand would."""
    if isinstance(control, QAbstractButton):
        control.setChecked(state.startswith("checked"))
    control.setEnabled(state != "disabled")
    who = control if state == "focused" else control.parentWidget()
    who.setFocus(Qt.FocusReason.TabFocusReason)
    corner = control.parentWidget().window()
    QTest.mouseMove(corner, QPoint(2, 2))
    if "hovered" in state or state == "pressed":
        QTest.mouseMove(control, QPoint(20, control.height() // 2))
    QTest.qWait(_SETTLE_MS)
    if state == "pressed" and isinstance(control, QAbstractButton):
        control.setDown(True)
