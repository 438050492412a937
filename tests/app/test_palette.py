from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from facewright.app.actions import ACTIONS
from facewright.app.finding import Entry, entries, search
from facewright.app.fuzzy import score
from facewright.app.palette import Palette
from facewright.app.widgets.slider import NamedSlider


def entry(name: str, **more: str) -> Entry:
    return Entry(name, name, more.pop("place", ""), lambda: None, **more)


def test_letters_in_order_fit_and_others_do_not():
    assert score("nsw", "Nose width") is not None
    assert score("width nose", "Nose width") is not None
    assert score("nose", "Mouth width") is None
    assert score("zoom", "Fit into the view", "camera zoom") is not None
    assert score("", "anything") is not None


def test_whole_words_come_first():
    names = ["Inner eye distance", "Nose width", "Open…", "Nasal root width", "Noise"]
    found = search("nose", tuple(entry(name) for name in names), ())
    assert found[0].name == "Nose width"
    assert score("save", "Save") > score("save", "Save as")
    assert score("exp", "Export") > score("exp", "Next step")


def test_latest_come_first_and_what_cannot_be_done_last():
    table = (entry("Redo"), entry("Reset"), entry("Register", why_not="No scan."))
    assert next(e.name for e in search("", table, ("Register",))) == "Register"
    assert next(e.name for e in search("re", table, ("Reset",))) == "Reset"
    assert [e.name for e in search("re", table, ())][-1] == "Register"


def test_everything_can_be_found(open_window):
    window = open_window()
    among = entries(window)
    ids = {e.id for e in among}
    assert len(ids) == len(among)
    assert {f"action:{spec.id}" for spec in ACTIONS} <= ids
    assert {"slider:expression.jawOpen", "step:Symmetrise"} <= ids
    assert any(id.startswith("slider:identity.") for id in ids)
    assert search("jaw open", among, ())[0].id == "slider:expression.jawOpen"
    assert any(e.id.startswith("slider:subject.") for e in among)


def test_palette_by_keyboard_jumps_to_a_slider(open_window, qtbot):
    window = open_window()
    window.raise_panel("subject")
    window.actions_table["help.find"].trigger()
    palette = window.findChild(Palette)
    qtbot.waitUntil(palette.isVisible)
    QTest.keyClicks(palette.field, "jaw open")
    assert (
        palette.list.currentItem().text()
        == window.panels["expression"].list.slider("jawOpen").label
    )
    QTest.keyClick(palette.field, Qt.Key.Key_Return)
    slider = window.panels["expression"].list.slider("jawOpen")
    qtbot.waitUntil(lambda: QApplication.focusWidget() is slider)
    assert isinstance(slider, NamedSlider)
    assert slider.isVisible()
    assert window.settings.get("palette", [])[0] == "slider:expression.jawOpen"


def test_what_cannot_be_done_says_why_and_stays(open_window, qtbot):
    window = open_window(head=False)
    palette = Palette(window)
    palette.show()
    QTest.keyClicks(palette.field, "save as")
    assert "Open a scan or a project first" in palette.reason.text()
    QTest.keyClick(palette.field, Qt.Key.Key_Return)
    assert palette.isVisible()
    QTest.keyClick(palette.field, Qt.Key.Key_Escape)
    assert not palette.isVisible()
    palette.deleteLater()


def test_arrow_keys_go_round(open_window):
    window = open_window(head=False)
    palette = Palette(window)
    palette.show()
    QTest.keyClick(palette.field, Qt.Key.Key_Up)
    assert palette.list.currentRow() == palette.list.count() - 1
    QTest.keyClick(palette.field, Qt.Key.Key_Down)
    assert palette.list.currentRow() == 0
    QTest.keyClicks(palette.field, "xqzzy")
    assert palette.list.count() == 0
    assert palette.reason.text() == "Nothing is called that. Try another word."
    palette.close()
    palette.deleteLater()
