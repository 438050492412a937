from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

from facewright.app.widgets.limits import Range
from facewright.app.widgets.numbers import parse, shown
from facewright.app.widgets.slider import NamedSlider
from facewright.app.widgets.slider_list import Group, Item, SliderList


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("1.5", "sd", 1.5),
        ("1,5", "", 1.5),
        ("-2 σ", "sd", -2.0),
        ("6 months", "years", 0.5),
        ("6mo", "years", 0.5),
        ("45 %", "share", 0.45),
        ("3*0.4+1", "sd", 2.2),
        ("(1+2)/4", "", 0.75),
        ("2 cm", "mm", 20.0),
    ],
)
def test_parse_reads_units_and_sums(text, unit, value):
    assert parse(text, unit) == pytest.approx(value)


@pytest.mark.parametrize(
    "text", ["", "abc", "1/0", "__import__('os')", "9**9**9", "1 parsec", "(" * 70, "1e999", "2 cm"]
)
def test_parse_refuses_what_is_no_number(text):
    with pytest.raises(ValueError, match="number"):
        parse(text, "sd")


def test_shown_speaks_the_unit():
    assert shown(0.75, "years") == "9 mo"
    assert shown(32.0, "years") == "32 y"
    assert shown(4.25, "years") == "4 y 3 mo"
    assert shown(1.24, "sd") == "+1.2 σ"
    assert shown(-0.01, "sd") == "0.0 σ"
    assert shown(0.456, "share") == "46 %"
    assert shown(-0.3, "") == "−0.30"


@pytest.fixture
def slider(qtbot):
    slider = NamedSlider("Nose width", Range(-3.0, 3.0, 0.0, 0.1, "sd", (-2.0, 2.0)), "Width")
    qtbot.addWidget(slider)
    slider.resize(340, slider.sizeHint().height())
    slider.show()
    slider.activateWindow()
    qtbot.waitUntil(slider.isActiveWindow)
    slider.heard = []
    slider.moved.connect(lambda number: slider.heard.append(("moved", round(number, 3))))
    slider.committed.connect(lambda number: slider.heard.append(("kept", round(number, 3))))
    return slider


def at(slider: NamedSlider, number: float) -> QPoint:
    return QPoint(round(slider.position_of(number)), slider.height() // 2)


def test_drag_previews_and_commits_once(slider):
    QTest.mousePress(slider, Qt.MouseButton.LeftButton, pos=at(slider, 0.0))
    for number in (0.5, 1.0, 1.5):
        QTest.mouseMove(slider, at(slider, number))
        QApplication.processEvents()
    assert [kind for kind, _ in slider.heard] == ["moved"] * 3
    QTest.mouseRelease(slider, Qt.MouseButton.LeftButton, pos=at(slider, 1.5))
    assert slider.heard[-1] == ("kept", round(slider.number, 3))
    assert slider.number == pytest.approx(1.5, abs=0.06)
    assert [kind for kind, _ in slider.heard].count("kept") == 1


def test_shift_drags_finely(slider):
    QTest.mousePress(slider, Qt.MouseButton.LeftButton, pos=at(slider, 0.0))
    QTest.mouseMove(slider, at(slider, 2.0))
    coarse = slider.number
    QTest.mouseRelease(slider, Qt.MouseButton.LeftButton, pos=at(slider, 2.0))
    slider.reset()
    shift = Qt.KeyboardModifier.ShiftModifier
    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QMouseEvent

    QTest.mousePress(slider, Qt.MouseButton.LeftButton, shift, at(slider, 0.0))
    end = QPointF(at(slider, 2.0))
    left = Qt.MouseButton.LeftButton
    move = QMouseEvent(QEvent.Type.MouseMove, end, slider.mapToGlobal(end), left, left, shift)
    QApplication.sendEvent(slider, move)
    assert slider.number == pytest.approx(coarse / 10, abs=0.02)
    QTest.mouseRelease(slider, Qt.MouseButton.LeftButton, shift, at(slider, 2.0))


def test_double_click_resets_as_one_step(slider):
    slider.change(2.0)
    slider.heard.clear()
    QTest.mouseDClick(slider, Qt.MouseButton.LeftButton, pos=at(slider, 2.0))
    assert slider.number == 0.0
    assert slider.heard == [("moved", 0.0), ("kept", 0.0)]


def test_keys_step_and_a_pause_commits_them_together(slider, qtbot):
    slider.setFocus()
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_PageUp):
        QTest.keyClick(slider, key)
    assert slider.number == pytest.approx(0.7)
    assert ("kept", 0.7) not in slider.heard
    qtbot.waitUntil(lambda: slider.heard[-1] == ("kept", 0.7))
    QTest.keyClick(slider, Qt.Key.Key_Home)
    assert slider.heard[-1] == ("kept", 0.0)


def test_wheel_works_only_with_the_focus(slider, qtbot):
    def turn() -> bool:
        event = QWheelEvent(
            QPointF(150, 14), slider.mapToGlobal(QPointF(150, 14)), QPoint(0, 0), QPoint(0, 120),
            Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        slider.wheelEvent(event)
        return event.isAccepted()

    slider.clearFocus()
    assert not turn()
    assert slider.number == 0.0
    slider.setFocus()
    qtbot.waitUntil(slider.hasFocus)
    assert turn()
    assert slider.number == pytest.approx(0.1)


def test_typed_value_with_a_sum(slider):
    slider.edit("1+0.25")
    QTest.keyClick(slider._editor, Qt.Key.Key_Return)
    assert slider.number == pytest.approx(1.25)
    assert slider.heard == [("moved", 1.25), ("kept", 1.25)]
    slider.edit("nonsense")
    QTest.keyClick(slider._editor, Qt.Key.Key_Return)
    assert slider.number == pytest.approx(1.25)


def test_return_and_escape_end_the_typing_and_leave_the_keys_to_the_slider(slider):
    slider.edit("1")
    QTest.keyClick(slider._editor, Qt.Key.Key_Return)
    assert slider._editor is None
    assert slider.hasFocus()
    slider.edit("2")
    QTest.keyClick(slider._editor, Qt.Key.Key_Escape)
    assert slider._editor is None
    assert slider.number == 1.0
    QTest.keyClick(slider, Qt.Key.Key_Right)
    assert slider.number == pytest.approx(1.1)


def test_what_the_ends_mean_stands_under_them(slider, qtbot):
    named = NamedSlider("Sex", Range(-1.0, 1.0, ends=("Male", "Female")), "From male to female.")
    qtbot.addWidget(named)
    assert named.sizeHint().height() > slider.sizeHint().height()
    assert named.accessibleDescription().endswith("Male - Female")
    named.resize(340, named.sizeHint().height())
    bare = NamedSlider("Sex", Range(-1.0, 1.0))
    qtbot.addWidget(bare)
    bare.resize(340, named.height())
    assert named.grab().toImage() != bare.grab().toImage()


def test_show_number_tells_nobody_and_never_fights_a_drag(slider):
    slider.show_number(1.0)
    assert slider.heard == []
    QTest.mousePress(slider, Qt.MouseButton.LeftButton, pos=at(slider, 1.0))
    slider.show_number(-2.0)
    assert slider.number == pytest.approx(1.0)
    QTest.mouseRelease(slider, Qt.MouseButton.LeftButton, pos=at(slider, 1.0))


def test_out_of_range_is_held_at_the_end(slider):
    slider.change(99.0)
    assert slider.number == 3.0


@pytest.fixture
def sliders(qtbot):
    limits = Range(-3, 3, 0, 0.1, "sd")
    noses = tuple(Item(f"nose_{k}", f"Nose {k}", limits) for k in range(100))
    chins = (Item("chin_0", "Chin width", limits, "Breadth of the chin"),)
    widget = SliderList((Group("Nose", noses, True), Group("Chin", chins)))
    qtbot.addWidget(widget)
    widget.resize(320, 600)
    widget.show()
    return widget


def button(widget: QWidget, name: str) -> QAbstractButton:
    return next(b for b in widget.findChildren(QAbstractButton) if b.accessibleName() == name)


def shown_rows(widget: SliderList) -> list[str]:
    return [row.label for row in widget.findChildren(NamedSlider) if row.isVisible()]


def test_search_finds_across_folded_groups(sliders, qtbot):
    assert "Chin width" not in shown_rows(sliders)
    sliders.search.setText("chin breadth")
    qtbot.waitUntil(lambda: shown_rows(sliders) == ["Chin width"])
    sliders.search.setText("zygoma")
    qtbot.waitUntil(lambda: shown_rows(sliders) == [])
    assert "Nothing is called that" in sliders._nothing.text()
    sliders.search.clear()
    qtbot.waitUntil(lambda: len(shown_rows(sliders)) == 100)


def test_group_reset_is_offered_only_when_something_is_set(sliders):
    reset = button(sliders, "Set Nose back")
    assert not reset.isEnabled()
    assert "Nothing in it is changed" in reset.toolTip()
    sliders.show_numbers({"nose_3": 1.5})
    assert reset.isEnabled()
    assert sliders.slider("nose_3").number == 1.5
    asked = []
    sliders.group_reset.connect(lambda title, keys: asked.append((title, len(keys))))
    reset.click()
    assert asked == [("Nose", 100)]


def test_unknown_slider_is_an_error(sliders):
    with pytest.raises(KeyError):
        sliders.slider("ear_0")
