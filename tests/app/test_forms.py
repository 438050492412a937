"""Any kind of edit has a form, made from the fields that it declares."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np
import pytest
from benches import shown, steps, working
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QWidget

from facewright.app.widgets.form import EditForm
from facewright.app.widgets.mask_field import MaskField
from facewright.app.widgets.slider import NamedSlider
from facewright.app.widgets.slider_list import SliderList
from facewright.engine.edits.age import Age
from facewright.engine.edits.base import AxisSliders, Choice, Edit, Hidden, Slider
from facewright.engine.edits.fields import fields
from facewright.engine.edits.start import Start
from facewright.engine.edits.table import EDITS
from facewright.engine.face import NO_WEIGHTS, Face, Weights


@dataclass(frozen=True, eq=False, kw_only=True)
class Everything(Edit):
    """An edit with every kind of field; it changes nothing."""

    kind: ClassVar[str] = "everything"
    label: ClassVar[str] = "Everything"

    amount: Annotated[float, Slider(-3, 3, "sd", 0.1, "Amount", "How much.")] = 0.0
    age: Annotated[float, Slider(0, 90, "years", 0.5, "Age")] = 30.0
    count: Annotated[int, Slider(0, 9, "", 1, "Count")] = 2
    way: Annotated[str, Choice((("in", "Inwards"), ("out", "Outwards")), "Way", "Which way.")] = (
        "in"
    )
    hard: bool = False
    note: str = ""
    weights: Annotated[Weights, AxisSliders("lifespan", ("identity", "detail"), "Axes")] = (
        NO_WEIGHTS
    )
    baked: Annotated[str, Hidden()] = ""

    def apply(self, face: Face, models: object) -> Face:
        return face


@pytest.fixture
def bench():
    with working() as bench:
        yield bench


@pytest.fixture
def form(bench, qtbot):
    form = shown(EditForm(bench.document, Everything, common=True), qtbot)
    form.sync()
    return form


def last(bench) -> Everything:
    edit = bench.document.project.edits[-1]
    assert isinstance(edit, Everything)
    return edit


def test_every_field_that_is_not_hidden_has_the_control_of_its_kind(form):
    kinds = {
        "amount": NamedSlider,
        "age": NamedSlider,
        "count": NamedSlider,
        "way": QComboBox,
        "hard": QCheckBox,
        "note": QLineEdit,
        "weights": SliderList,
        "strength": NamedSlider,
        "mask": MaskField,
    }
    for name, kind in kinds.items():
        assert isinstance(form.control(name), kind), name
        assert form.control(name).accessibleName(), name
    with pytest.raises(KeyError):
        form.control("baked")


def test_each_control_makes_one_named_step(form, bench):
    form.control("amount").change(1.5)
    form.control("count").change(4)
    combo = form.control("way")
    combo.setCurrentIndex(1)
    combo.activated.emit(1)
    form.control("hard").click()
    note = form.control("note")
    note.setText("as told")
    note.editingFinished.emit()
    form.control("strength").change(0.5)
    edit = last(bench)
    assert (edit.amount, edit.count, edit.way, edit.hard) == (1.5, 4, "out", True)
    assert (edit.note, edit.strength) == ("as told", 0.5)
    assert len(bench.document.project.edits) == 2
    assert steps(bench.document) == [
        "Amount +1.50 σ",
        "Count 4",
        "Everything: way",
        "Everything: hard",
        "Everything: note",
        "Everything: strength 50 %",
    ]


def test_weights_have_sliders_for_their_groups_of_axes(form, bench):
    sliders = form.control("weights")
    sliders.slider("identity_001").change(2.0)
    sliders.slider("detail_000").change(-1.0)
    assert dict(last(bench).weights) == {"identity_001": 2.0, "detail_000": -1.0}
    form.sync()
    sliders.group_reset.emit("Face", ("identity_000", "identity_001"))
    assert dict(last(bench).weights) == {"detail_000": -1.0}
    assert len(steps(bench.document)) == 3


def test_a_step_can_be_confined_to_a_region_and_shows_a_painted_mask(form, bench):
    field = form.control("mask")
    field.setCurrentIndex(field.findData("nose"))
    field.activated.emit(field.currentIndex())
    nose = bench.document.face_at().mesh.topology.regions["nose"]
    assert np.array_equal(last(bench).mask, nose)
    painted = np.linspace(0, 1, len(nose), dtype=np.float32)
    document = bench.document
    document.replace_step("Paint", 1, Everything(mask=painted))
    form.sync()
    assert "50 %" in field.currentText()
    field.setCurrentIndex(0)
    field.activated.emit(0)
    assert last(bench).mask is None
    field.setCurrentIndex(field.findData("own"))
    field.activated.emit(field.currentIndex())
    assert np.array_equal(last(bench).mask, painted)


def test_undo_is_shown_and_shown_values_make_no_steps(form, bench):
    form.control("amount").change(1.5)
    form.control("hard").click()
    bench.document.undo()
    bench.document.undo()
    form.sync()
    assert form.control("amount").number == 0.0
    assert not form.control("hard").isChecked()
    assert len(bench.document.history.versions) == 3


def test_the_default_of_a_slider_is_where_the_step_changes_nothing(qtbot):
    with working(Start(age=8.0)) as bench:
        form = shown(EditForm(bench.document, Age), qtbot)
        form.sync()
        slider = form.control("years")
        assert slider.limits.default == 8.0
        slider.change(60.0)
        QTest.keyClick(slider, Qt.Key.Key_Home)
        assert bench.document.project.edits[-1].years == 8.0


@pytest.mark.parametrize("kind", EDITS.values(), ids=EDITS)
def test_every_kind_has_a_complete_form(bench, qtbot, kind):
    form = shown(EditForm(bench.document, kind, common=True), qtbot)
    form.sync()
    missing = {info.name for info in fields(kind) if info.type not in ("array", "face")}
    for info in fields(kind):
        if info.name in missing and isinstance(form.control(info.name), QWidget):
            missing.remove(info.name)
    assert not missing


def test_a_form_without_its_model_says_why(bench, qtbot, monkeypatch):
    from facewright.engine.errors import ModelUnavailable

    form = shown(EditForm(bench.document, Age), qtbot)

    def refuse(*_asked: object) -> None:
        raise ModelUnavailable("The head model is missing: fetch it first.")

    monkeypatch.setattr(bench.document, "edit_for", refuse)
    form.sync()
    assert not form.isEnabled()
    assert "fetch it first" in form.toolTip()
