from __future__ import annotations

import json

import pytest
from PySide6.QtWidgets import QCheckBox, QComboBox, QLabel, QPushButton

from facewright.app import motion, theme
from facewright.app.dialogs.settings import SettingsDialog
from facewright.app.settings import (
    AUTOSAVE,
    DECIMAL,
    MOTION,
    MOUSE,
    SETTINGS,
    TEXT_SIZE,
    THEME,
    Settings,
)
from facewright.app.widgets.numbers import shown, use_mark


@pytest.fixture(autouse=True)
def as_before(qapp):
    yield
    theme.use()
    use_mark(".")


def test_values_are_kept_and_told(tmp_path):
    settings = Settings(tmp_path)
    told = []
    settings.changed.connect(told.append)
    assert settings.value(THEME) == "system"
    settings.choose(THEME, "light")
    settings.choose(THEME, "light")
    assert told == ["theme"]
    assert Settings(tmp_path).value(THEME) == "light"


@pytest.mark.parametrize("held", ["purple", 7, None, True, ["dark"]])
def test_what_cannot_be_chosen_is_the_default(tmp_path, held):
    (tmp_path / "settings.json").write_text(json.dumps({"theme": held, "text_size": held}))
    settings = Settings(tmp_path)
    assert settings.value(THEME) == THEME.default
    assert settings.value(TEXT_SIZE) == TEXT_SIZE.default
    settings.choose(THEME, "mauve")
    assert settings.value(THEME) == THEME.default


def test_table_is_sound():
    keys = [setting.key for setting in SETTINGS]
    assert len(keys) == len(set(keys))
    for setting in SETTINGS:
        assert setting.label
        assert setting.check(setting.default) == setting.default
        assert isinstance(setting.default, bool) or len(setting.choices) > 1


def test_each_setting_has_a_row_that_shows_and_changes_it(open_window):
    window = open_window(head=False)
    dialog = SettingsDialog(window)
    words = {label.text() for label in dialog.findChildren(QLabel)}
    for setting in SETTINGS:
        control = dialog.controls[setting.key]
        assert setting.label in words
        assert control.accessibleName()
        if isinstance(control, QComboBox):
            assert control.currentData() == setting.default
            last = control.count() - 1
            control.setCurrentIndex(last)
            control.activated.emit(last)
            assert window.settings.value(setting) == setting.choices[last][0]
        else:
            assert isinstance(control, QCheckBox)
            control.click()
            assert window.settings.value(setting) is not setting.default
    restore = next(b for b in dialog.findChildren(QPushButton) if b.text() == "Restore defaults")
    restore.click()
    assert all(window.settings.value(setting) == setting.default for setting in SETTINGS)
    dialog.close()
    dialog.deleteLater()


def test_settings_are_taken_up_at_once(open_window):
    from facewright.viewer.mouse import DRAGS

    window = open_window()
    settings = window.settings
    settings.choose(THEME, "light")
    assert theme.theme is theme.LIGHT
    settings.choose(TEXT_SIZE, 130)
    assert window.fontInfo().pixelSize() == theme.text_size() == 17
    settings.choose(DECIMAL, "comma")
    assert shown(1.5, "mm") == "1,5 mm"
    assert shown(0.0, "mm") == "0,0 mm"
    settings.choose(DECIMAL, "point")
    assert shown(1.5, "mm") == "1.5 mm"
    settings.choose(AUTOSAVE, 5)
    assert window.autosave._timer.interval() == 300_000
    settings.choose(MOUSE, "blender")
    assert window.viewport.bindings.drags is DRAGS["blender"]


def test_motion_follows_the_choice_and_else_the_system(tmp_path, monkeypatch):
    settings = Settings(tmp_path)
    monkeypatch.setattr(motion, "system_reduces", lambda: True)
    assert motion.reduced(settings)
    settings.choose(MOTION, "full")
    assert not motion.reduced(settings)
    monkeypatch.setattr(motion, "system_reduces", lambda: False)
    settings.choose(MOTION, "reduced")
    assert motion.reduced(settings)


def test_a_system_that_does_not_answer_moves(monkeypatch):
    def fail(*_arguments: object, **_options: object) -> None:
        raise OSError("no such program")

    monkeypatch.setattr(motion.subprocess, "run", fail)
    monkeypatch.setattr(motion.sys, "platform", "linux")
    motion.system_reduces.cache_clear()
    assert motion.system_reduces() is False
    motion.system_reduces.cache_clear()
