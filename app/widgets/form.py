"""A form for one kind of edit, generated from the fields that the edit declares."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from PySide6.QtWidgets import QCheckBox, QComboBox, QLabel, QLineEdit, QVBoxLayout, QWidget

from facewright.app import theme
from facewright.app.document import Document
from facewright.app.widgets.axis_items import groups_of
from facewright.app.widgets.limits import Range, range_of
from facewright.app.widgets.mask_field import MaskField
from facewright.app.widgets.numbers import shown
from facewright.app.widgets.slider import NamedSlider
from facewright.app.widgets.slider_list import SliderList
from facewright.engine.edits.base import AxisSliders, Choice, Edit, Slider
from facewright.engine.edits.fields import FieldInfo, axes_of, fields
from facewright.engine.errors import FacewrightError
from facewright.engine.face import Weights

Place = Callable[[], int | None]

_STRENGTH = Range(0.0, 1.0, 1.0, 0.05, "share")


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
    common : bool
        Whether to show strength and mask as well, which every kind has.
    """

    def __init__(
        self,
        document: Document,
        kind: type[Edit],
        at: Place | None = None,
        *,
        common: bool = False,
    ) -> None:
        super().__init__()
        self._document = document
        self._kind = kind
        self._at = at
        self._controls: dict[str, QWidget] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(theme.SPACE)
        for info in fields(kind):
            self._add(info)
        if common:
            self._add_common()

    def sync(self) -> None:
        """Show the values of the document's step."""
        if not self._document.is_open:
            return
        try:
            index, edit = self._document.edit_for(self._kind, self._place())
            face = self._document.face_at(index)
            rest = edit if index is None else self._kind.initial(face)
        except FacewrightError as error:
            self._refuse(str(error))
            return
        self._refuse("")
        for name, control in self._controls.items():
            value = getattr(edit, name)
            if isinstance(control, NamedSlider):
                control.set_default(float(getattr(rest, name)))
                control.show_number(float(value))
            elif isinstance(control, MaskField):
                control.show_mask(value, face.mesh.topology.regions, self._document.project.mask)
            elif isinstance(control, SliderList):
                control.show_numbers(value)
            else:
                _show(control, value)

    def control(self, name: str) -> Any:
        """Return the widget of a field.

        Raises
        ------
        KeyError
            If the form shows no such field.
        """
        return self._controls[name]

    # -- building ----------------------------------------------------------------------------

    def _add(self, info: FieldInfo) -> None:
        """Put the control of one field at the end; what has none is baked or hidden."""
        widget = self._widget(info)
        if widget is not None:
            if info.help and not isinstance(widget, NamedSlider | SliderList):
                widget.setToolTip(info.help)
            widget.setAccessibleName(info.label)
            self._controls[info.name] = widget
            self._column.addWidget(widget)

    def _widget(self, info: FieldInfo) -> QWidget | None:
        control = info.control
        if isinstance(control, Slider):
            return self._slider(info, control)
        if isinstance(control, Choice):
            return self._choice(info, control)
        if isinstance(control, AxisSliders):
            return self._axes(info, control)
        if info.type == "bool":
            box = QCheckBox(info.label)
            box.clicked.connect(lambda on: self._choose(info, on))
            return box
        if info.type == "str" and control is None:
            self._caption(info.label)
            field = QLineEdit()
            field.editingFinished.connect(lambda: self._choose(info, field.text()))
            return field
        return None

    def _add_common(self) -> None:
        strength = NamedSlider(
            self.tr("Strength"), _STRENGTH, self.tr("How much of the step arrives")
        )
        strength.moved.connect(lambda number: self._try("strength", number))
        strength.committed.connect(
            lambda number: self._keep(self.tr("strength {:.0f} %").format(number * 100))
        )
        mask = MaskField()
        mask.chosen.connect(self._confine)
        self._controls |= {"strength": strength, "mask": mask}
        self._column.addWidget(strength)
        self._caption(self.tr("Where"))
        self._column.addWidget(mask)

    def _slider(self, info: FieldInfo, control: Slider) -> NamedSlider:
        slider = NamedSlider(info.label, _range(info, control), info.help)
        slider.moved.connect(partial(self._preview, info))
        slider.committed.connect(partial(self._commit, info))
        return slider

    def _choice(self, info: FieldInfo, control: Choice) -> QComboBox:
        self._caption(info.label)
        combo = QComboBox()
        for value, text in control.options:
            combo.addItem(text, value)
        combo.activated.connect(lambda _place: self._choose(info, combo.currentData()))
        return combo

    def _axes(self, info: FieldInfo, control: AxisSliders) -> SliderList | None:
        """Return a list of sliders for the axes of the model, or None without the model."""
        try:
            axes = axes_of(control, self._document.models)
        except FacewrightError:
            return None
        sliders = SliderList(groups_of(axes, control.groups))
        sliders.moved.connect(partial(self._weigh, info))
        sliders.committed.connect(partial(self._weighed, {a.name: a.label for a in axes}))
        sliders.group_reset.connect(partial(self._reset_group, info))
        return sliders

    def _caption(self, text: str) -> None:
        label = QLabel(text)
        label.setContentsMargins(theme.SPACE, theme.SPACE, 0, 0)
        self._column.addWidget(label)

    # -- changing ----------------------------------------------------------------------------

    def _place(self) -> int | None:
        return None if self._at is None else self._at()

    def _refuse(self, reason: str) -> None:
        """Disable everything and say why, or enable it."""
        self.setEnabled(not reason)
        self.setToolTip(reason)

    def _edit(self) -> tuple[int | None, Any]:
        return self._document.edit_for(self._kind, self._place())

    def _try(self, name: str, value: object) -> None:
        index, edit = self._edit()
        self._document.preview(index, replace(edit, **{name: value}), self._place())

    def _keep(self, what: str) -> None:
        self._document.commit(f"{self._kind.label}: {what}")

    def _preview(self, info: FieldInfo, number: float) -> None:
        self._try(info.name, round(number) if info.type == "int" else number)

    def _commit(self, info: FieldInfo, number: float) -> None:
        assert isinstance(info.control, Slider)
        self._document.commit(f"{info.label} {_range(info, info.control).said(number)}")

    def _choose(self, info: FieldInfo, value: object) -> None:
        if getattr(self._edit()[1], info.name) != value:
            self._try(info.name, value)
            self._keep(info.label.lower())

    def _confine(self, mask: object) -> None:
        if self._edit()[1].mask is not mask:
            self._try("mask", mask)
            self._keep(self.tr("where it works"))

    def _weigh(self, info: FieldInfo, key: str, number: float) -> None:
        weights: Weights = getattr(self._edit()[1], info.name)
        self._try(info.name, weights.set(key, number))

    def _weighed(self, labels: dict[str, str], key: str, number: float) -> None:
        self._document.commit(f"{labels[key]} {shown(number)}")

    def _reset_group(self, info: FieldInfo, title: str, keys: tuple[str, ...]) -> None:
        weights: Weights = getattr(self._edit()[1], info.name)
        kept = Weights({key: value for key, value in weights.items() if key not in keys})
        if kept != weights:
            self._try(info.name, kept)
            self._keep(self.tr("set {} back").format(title.lower()))


def _range(info: FieldInfo, control: Slider) -> Range:
    return range_of(control, whole=info.type == "int")


def _show(control: QWidget, value: Any) -> None:
    """Show a value without telling anyone."""
    if isinstance(control, QComboBox):
        control.setCurrentIndex(control.findData(value))
    elif isinstance(control, QCheckBox):
        control.setChecked(bool(value))
    elif isinstance(control, QLineEdit) and not control.hasFocus():
        control.setText(str(value))
