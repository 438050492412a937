"""Looks in the window: every one is in the menu, and the ground follows the theme."""

from __future__ import annotations

from facewright.app import theme
from facewright.app.menus.view import VIEW
from facewright.viewer.grounds import GROUNDS
from facewright.viewer.looks import LOOKS


def test_menu_offers_every_look_by_its_name():
    offered = {
        action.id.partition(".")[2]: action.text for action in VIEW if action.group == "look"
    }
    assert offered == {look.id: look.label for look in LOOKS.values()}


def test_every_theme_has_a_ground():
    assert {theme.DARK.name, theme.LIGHT.name} == set(GROUNDS)


def test_ground_follows_the_theme(open_window):
    window = open_window()
    try:
        theme.use("light")
        assert window.stage.display.ground == "light"
        assert window.viewport.scene.display.ground == "light"
        theme.use("dark")
        assert window.viewport.scene.display.ground == "dark"
    finally:
        theme.use("system")
