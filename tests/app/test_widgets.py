from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QEnterEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from facewright.app import theme
from facewright.app.widgets.limits import Range, years
from facewright.app.widgets.numbers import parse, shown
from facewright.app.widgets.slider import LINK, LOCK, NamedSlider
from facewright.app.widgets.slider_drag import Drag


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("1.5", "sd", 1.5),
        ("1,5", "", 1.5),
        ("-2 σ", "sd", -2.0),
        ("6 months", "years", 0.5),
        ("6mo", "years", 0.5),
        ("7 mo", "years", 7 / 12),
        ("2.5 y", "years", 2.5),
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
    assert shown(2.5, "years") == "30 mo"
    assert shown(2.99, "years") == "3 y"
    assert shown(32.0, "years") == "32 y"
    assert shown(4.25, "years") == "4 y 3 mo"
    assert shown(30.5, "years") == "30.5 y"  # a step of its slider can be seen
    assert shown(1.24, "sd") == "+1.24 σ"
    assert shown(-0.001, "sd") == "0.00 σ"
    assert shown(25.0, "mm") == "25.0 mm"
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


def test_millimetres_are_typed_and_shown_beside_sigma(slider):
    slider.set_effect(2.0)
    slider.edit("3 mm")
    QTest.keyClick(slider._editor, Qt.Key.Key_Return)
    assert slider.number == pytest.approx(1.5)
    assert slider.accessibleDescription().startswith("+1.50 σ (+3.0 mm)")
    slider.edit("-0.5sd")
    QTest.keyClick(slider._editor, Qt.Key.Key_Return)
    assert slider.accessibleDescription().startswith("−0.50 σ (−1.0 mm)")


def test_a_value_opened_for_typing_can_be_read_back(slider):
    slider.change(-1.255)
    heard = len(slider.heard)
    slider.edit()
    assert slider._editor.text() == "−1.25 σ"
    QTest.keyClick(slider._editor, Qt.Key.Key_Return)
    assert slider.number == -1.255  # what was only looked at is not rounded
    assert len(slider.heard) == heard


@pytest.mark.parametrize(
    ("text", "years"), [("2y 3mo", 2.25), ("1 year and 6 months", 1.5), ("3 weeks", 21 / 365.25)]
)
def test_ages_are_typed_as_they_are_said(text, years):
    assert parse(text, "years") == pytest.approx(years)


def test_infants_have_room_on_the_bar_and_grow_by_months(qtbot):
    slider = NamedSlider("Age", years(0.0, 90.0, 30.0, 0.5))
    qtbot.addWidget(slider)
    slider.resize(340, slider.sizeHint().height())
    bar = slider.bar()
    assert slider.position_of(2.0) - bar.left() > 0.12 * bar.width()
    assert slider.position_of(90.0) == pytest.approx(bar.right())
    slider.show_number(0.5)
    QTest.keyClick(slider, Qt.Key.Key_Right)
    assert slider.number == pytest.approx(7 / 12, abs=1e-3)
    slider.change(2.5)
    QTest.keyClick(slider, Qt.Key.Key_Right)
    assert slider.number == pytest.approx(31 / 12, abs=1e-3)
    slider.change(40.0)
    QTest.keyClick(slider, Qt.Key.Key_Right)
    assert slider.number == pytest.approx(40.5)


@pytest.mark.parametrize(
    ("held", "step"),
    [
        (Qt.KeyboardModifier.NoModifier, 0.1),
        (Qt.KeyboardModifier.ShiftModifier, 0.01),
        (Qt.KeyboardModifier.ControlModifier, 1.0),
    ],
)
def test_shift_steps_finely_and_ctrl_coarsely(slider, held, step):
    QTest.keyClick(slider, Qt.Key.Key_Right, held)
    assert slider.number == pytest.approx(step)


@pytest.mark.parametrize("key", [Qt.Key.Key_Home, Qt.Key.Key_Backspace, Qt.Key.Key_Delete])
def test_keys_reset(slider, key):
    slider.change(1.0)
    QTest.keyClick(slider, key)
    assert slider.heard[-1] == ("kept", 0.0)


def test_backspace_resets_what_is_under_the_pointer(slider, qtbot, monkeypatch):
    slider.change(1.0)
    monkeypatch.setattr(slider, "underMouse", lambda: True)
    place = QPointF(100, 10)
    QApplication.sendEvent(slider, QEnterEvent(place, place, slider.mapToGlobal(place)))
    slider.clearFocus()
    QTest.keyClick(slider.window(), Qt.Key.Key_Backspace)
    assert slider.number == 0.0


def test_a_locked_slider_keeps_its_value_whatever_is_tried(slider):
    slider.change(1.0)
    slider.heard.clear()
    slider.set_locked(True)
    slider.change(2.0)
    slider.reset()
    slider.edit("2")
    QTest.keyClick(slider, Qt.Key.Key_Right)
    QTest.keyClick(slider, Qt.Key.Key_Home)
    QTest.mousePress(slider, Qt.MouseButton.LeftButton, pos=at(slider, -2.0))
    QTest.mouseRelease(slider, Qt.MouseButton.LeftButton, pos=at(slider, -2.0))
    QTest.mouseDClick(slider, Qt.MouseButton.LeftButton, pos=at(slider, 1.0))
    assert slider.number == 1.0
    assert slider.heard == []
    assert "locked" in slider.accessibleDescription()


def test_lock_and_link_are_icons_and_keys(qtbot):
    slider = NamedSlider("Smile", Range(0.0, 1.0), tools=(LINK, LOCK))
    qtbot.addWidget(slider)
    slider.resize(340, slider.sizeHint().height())
    asked = []
    slider.lock_asked.connect(lambda on: asked.append((LOCK, on)))
    slider.link_asked.connect(lambda on: asked.append((LINK, on)))
    QTest.mouseClick(slider, Qt.MouseButton.LeftButton, pos=QPoint(340 - 12, 20))
    QTest.mouseClick(slider, Qt.MouseButton.LeftButton, pos=QPoint(340 - 36, 20))
    QTest.keyClick(slider, Qt.Key.Key_L)
    QTest.keyClick(slider, Qt.Key.Key_K)
    assert asked == [(LOCK, True), (LINK, False)] * 2
    assert slider.number == 0.0


def test_double_click_on_the_name_resets(slider):
    slider.change(2.0)
    QTest.mouseDClick(slider, Qt.MouseButton.LeftButton, pos=QPoint(10, 8))
    assert slider.number == 0.0


def test_colours_are_read_when_it_is_painted(slider):
    dark = slider.grab().toImage()
    before = theme.theme
    try:
        theme.theme = theme.LIGHT if before is theme.DARK else theme.DARK
        assert slider.grab().toImage() != dark
    finally:
        theme.theme = before


def test_ctrl_drags_in_coarse_steps(slider):
    drag = Drag(slider._face(), 0.0, slider.position_of(0.0))
    found = {
        drag.to(slider.position_of(number), Qt.KeyboardModifier.ControlModifier)
        for number in (0.1, 0.6, 1.1, 1.3, 2.1)
    }
    assert found == {0.0, 0.5, 1.0, 1.5, 2.0}


def test_a_dragged_age_is_one_that_people_say(qtbot):
    limits = years(0.0, 90.0, 30.0, 0.5)
    asked = (0.37, 1.98, 2.3, 7.8, 17.7, 30.4, 69.8, 95.0)
    assert [round(limits.rounded(age), 4) for age in asked] == [
        0.3333, 2.0, 2.3333, 8.0, 17.5, 30.0, 70.0, 90.0
    ]  # fmt: skip
    assert Range(-3.0, 3.0).rounded(1.234) == 1.234
    slider = NamedSlider("Age", limits)
    slider.resize(300, slider.sizeHint().height())
    qtbot.addWidget(slider)
    slider.show()
    spot = QPoint(round(slider.position_of(61.3)), slider.height() // 2)
    QTest.mouseClick(slider, Qt.MouseButton.LeftButton, pos=spot)
    assert slider.number == round(slider.number) == pytest.approx(61.3, abs=1.5)
    slider.change(30.5)  # typed, it is as it was typed
    assert slider.number == 30.5
