"""Lists of sliders: groups that fold, search, and what is done to a whole group."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QAbstractButton, QWidget

from facewright.app.widgets.limits import Range
from facewright.app.widgets.slider import NamedSlider
from facewright.app.widgets.slider_list import Group, Item, SliderList


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


def test_groups_lock_their_sliders_and_leave_them_out(qtbot):
    limits = Range(-3, 3, 0, 0.1, "sd")
    items = tuple(Item(f"nose_{k}", f"Nose {k}", limits) for k in range(3))
    sliders = SliderList((Group("Nose", items, True),), actions=("random", "lock", "reset"))
    qtbot.addWidget(sliders)
    sliders.show()
    asked = []
    sliders.group_random.connect(lambda title, keys: asked.append(keys))
    sliders.set_locks({"nose_1"})
    button(sliders, "Randomise Nose").click()
    assert asked == [("nose_0", "nose_2")]
    button(sliders, "Lock Nose").click()
    assert sliders.locks == {"nose_0", "nose_1", "nose_2"}
    assert sliders.slider("nose_2").locked
    dice = button(sliders, "Randomise Nose")
    assert not dice.isEnabled()
    assert "locked" in dice.toolTip()
    button(sliders, "Unlock Nose").click()
    assert not sliders.locks


def test_only_changed_sliders_can_be_shown(sliders, qtbot):
    sliders.show_numbers({"nose_7": 0.5, "chin_0": -1.0})
    sliders.only_changed.click()
    assert shown_rows(sliders) == ["Nose 7", "Chin width"]
    sliders.show_numbers({})
    sliders.only_changed.click()
    sliders.only_changed.click()
    assert shown_rows(sliders) == []
    sliders.show_all.click()
    assert len(shown_rows(sliders)) == 100


def test_tab_goes_through_a_group_in_the_order_that_is_seen(sliders):
    sliders.slider("chin_0")  # made last, as its group was folded
    order, widget = [], sliders.search
    for _ in range(400):
        widget = widget.nextInFocusChain()
        if widget is sliders.search:
            break
        if isinstance(widget, NamedSlider) or widget.accessibleName().startswith("Group"):
            order.append(getattr(widget, "label", widget.accessibleName()))
    assert order == ["Group Nose", *(f"Nose {k}" for k in range(100)), "Group Chin", "Chin width"]
