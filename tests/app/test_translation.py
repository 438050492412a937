from __future__ import annotations

import pytest
from PySide6.QtCore import QTranslator
from PySide6.QtWidgets import QAbstractButton, QDialog, QLabel, QMenu, QWidget

from facewright.app.dialogs.about import program_version
from facewright.app.panels import PANELS

FROM_THE_ENGINE = (
    "expression", "identity", "controllers", "subject", "landmarks", "sculpt", "measure", "models",
)  # fmt: skip
"""Panels with names of the engine's axes, fields and landmarks, or with cards of models."""


class Pseudo(QTranslator):
    """A language that puts every text into brackets."""

    def isEmpty(self) -> bool:  # noqa: N802
        return False

    def translate(self, context, source, disambiguation=None, n=-1):
        return f"⟦{source}⟧"


@pytest.fixture
def pseudo(qapp):
    language = Pseudo()
    qapp.installTranslator(language)
    yield
    qapp.removeTranslator(language)


def untranslated(root: QWidget) -> list[str]:
    """Texts of labels and buttons that no translator was asked for."""
    texts = [
        widget.text().strip()
        for widget in root.findChildren(QWidget)
        if isinstance(widget, QLabel | QAbstractButton)
    ]
    return [text for text in texts if "⟦" not in text and any(sign.isalpha() for sign in text)]


def test_menus_and_panels_go_through_the_translation(pseudo, open_window):
    window = open_window()
    for menu in window.findChildren(QMenu):
        for action in menu.actions():
            text = action.text()
            if action.objectName():  # those of the table; the others name files and edits
                assert "⟦" in text, text
    for spec in PANELS:
        assert "⟦" in window.docks[spec.id].windowTitle()
        if spec.id not in FROM_THE_ENGINE:
            window.raise_panel(spec.id)
            assert not untranslated(window.panels[spec.id]), spec.id


def test_dialogs_go_through_the_translation(pseudo, open_window):
    window = open_window(head=False)
    folder = str(window.settings.folder)
    for id in ("edit.settings", "help.edit_keys", "help.keys", "help.about", "help.find"):
        window.actions_table[id].trigger()
        dialog = next(d for d in window.findChildren(QDialog) if d.isVisible())
        missing = [text for text in untranslated(dialog) if not text.startswith(folder)]
        assert missing == [] or missing == [f"Facewright {program_version()}"], (id, missing)
        assert "⟦" in dialog.windowTitle()
        dialog.close()
        dialog.deleteLater()
