from __future__ import annotations

import re

import pytest

from facewright.app.actions import ACTIONS
from facewright.app.help import HelpDialog, text, topic_in_use, topics
from facewright.app.panels import PANELS


@pytest.mark.parametrize("topic", ["start", "view", *(spec.id for spec in PANELS)])
def test_every_panel_has_a_text_with_known_keys(topic):
    source = text(topic)
    assert source.startswith("# ")
    assert len(source.split()) > 30
    ids = {spec.id for spec in ACTIONS}
    assert set(re.findall(r"\{([\w.-]+)\}", source)) <= ids


def test_help_opens_at_what_has_the_focus(open_window, qtbot):
    window = open_window()
    window.raise_panel("expression")
    slider = window.panels["expression"].list.slider("jawOpen")
    slider.setFocus()
    qtbot.waitUntil(slider.hasFocus)
    assert topic_in_use(window) == "expression"
    window.actions_table["help.panel"].trigger()
    dialog = window.findChild(HelpDialog)
    assert dialog.page.toPlainText().startswith("Expression")
    dialog.open_at("start")
    shown = dialog.page.toPlainText()
    assert "Ctrl+O" in shown
    assert "{" not in shown
    dialog.close()


def test_keys_in_the_text_are_those_that_are_set(open_window):
    window = open_window(head=False)
    window.settings.set("keys", {"file.open": ["Ctrl+J"]})
    dialog = HelpDialog(window)
    dialog.open_at("start")
    assert "Ctrl+J" in dialog.page.toPlainText()
    assert {topic for topic, _title, _icon in topics()} >= {"start", "view", "scan"}
    dialog.deleteLater()
