"""A form for one kind of edit, generated from the fields that the edit declares."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from PySide6.QtWidgets import QCheckBox, QComboBox, QLabel, QVBoxLayout, QWidget

from facewright.app import theme
from facewright.app.document import Document
from facewright.app.widgets.limits import Range
from facewright.app.widgets.numbers import shown
from facewright.app.widgets.slider import NamedSlider
from facewright.engine.edits.base import Choice, Edit, Slider
from facewright.engine.edits.fields import FieldInfo, fields
from facewright.engine.errors import FacewrightError

Place = Callable[[], int | None]


class EditForm(QWidget):
    """Shows and tunes the step of one kind that the document offers.

    Sliders preview while they move; letting go makes one step of the history. Where there is no
    such step yet, the first change makes one.

    Parameters
    ----------
    document : Document
    kind : type of Edit
    at : callable or None
        Where a new step goes among the others; None puts it last.
    """

    def __init__(self, document: Document, kind: type[Edit], at: Place | None = None) -> None:
        super().__init__()
        self._document = document
        self._kind = kind
        self._at = at
        self._controls: dict[str, Any] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        for info in fields(kind):
            self._add(info)

    def sync(self) -> None:
        """Show the values of the document's step."""
        if not self._document.is_open:
            return
        try:
            index, edit = self._document.edit_for(self._kind, self._place())
            rest = edit if index is None else self._kind.initial(self._document.face_at(index))
        except FacewrightError:
            self.setEnabled(False)
            return
        self.setEnabled(True)
        for name, control in self._controls.items():
            value = getattr(edit, name)
            if isinstance(control, NamedSlider):
                control.set_default(float(getattr(rest, name)))
                control.show_number(float(value))
            elif isinstance(control, QComboBox):
                control.setCurrentIndex(control.findData(value))
            elif isinstance(control, QCheckBox):
                control.setChecked(bool(value))

    def control(self, name: str) -> Any:
        """Return the widget of a field."""
        return self._controls[name]

    # -- inside ------------------------------------------------------------------------------

    def _place(self) -> int | None:
        return None if self._at is None else self._at()

    def _add(self, info: FieldInfo) -> None:
        control = info.control
        widget: QWidget
        if isinstance(control, Slider):
            unit = "count" if info.type == "int" else control.unit
            limits = Range(control.low, control.high, 0.0, control.step, unit, ends=control.ends)
            slider = NamedSlider(info.label, limits, info.help)
            slider.moved.connect(partial(self._preview, info))
            slider.committed.connect(partial(self._commit, info))
            widget = slider
        elif isinstance(control, Choice):
            label = QLabel(info.label)
            label.setContentsMargins(theme.SPACE, theme.SPACE, 0, theme.SPACE)
            self._column.addWidget(label)
            combo = QComboBox()
            for value, text in control.options:
                combo.addItem(text, value)
            combo.setAccessibleName(info.label)
            combo.setToolTip(info.help)
            combo.activated.connect(lambda _i: self._choose(info, combo.currentData()))
            widget = combo
        elif info.type == "bool":
            box = QCheckBox(info.label)
            box.setToolTip(info.help)
            box.clicked.connect(lambda on: self._choose(info, on))
            widget = box
        else:
            return  # weights have panels of their own; what is hidden has no control
        self._controls[info.name] = widget
        self._column.addWidget(widget)

    def _preview(self, info: FieldInfo, number: float) -> None:
        at = self._place()
        index, edit = self._document.edit_for(self._kind, at)
        value: Any = round(number) if info.type == "int" else number
        self._document.preview(index, replace(edit, **{info.name: value}), at)

    def _commit(self, info: FieldInfo, number: float) -> None:
        unit = getattr(info.control, "unit", "")
        text = f"{number:.0f}" if info.type == "int" else shown(number, unit)
        self._document.commit(f"{info.label} {text}")

    def _choose(self, info: FieldInfo, value: Any) -> None:
        at = self._place()
        index, edit = self._document.edit_for(self._kind, at)
        if getattr(edit, info.name) != value:
            self._document.preview(index, replace(edit, **{info.name: value}), at)
            self._document.commit(f"{self._kind.label}: {info.label.lower()}")
