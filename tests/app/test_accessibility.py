from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSlider,
    QApplication,
    QComboBox,
    QLineEdit,
    QScrollBar,
    QTabBar,
    QWidget,
)

from facewright.app import theme
from facewright.app.dialogs.settings import SettingsDialog
from facewright.app.dialogs.shortcuts import ShortcutsDialog
from facewright.app.panels import PANELS
from facewright.app.settings import TEXT_SIZE, THEME

TARGET = 24
CLICKED = (QAbstractButton, QComboBox, QLineEdit, QAbstractSlider, QTabBar)


@pytest.fixture(autouse=True)
def as_before(qapp):
    yield
    theme.use()


def focusable(root: QWidget) -> Iterator[QWidget]:
    """Give every widget that the Tab key reaches now."""
    for widget in root.findChildren(QWidget):
        if widget.isVisibleTo(root) and widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
            yield widget


def name_of(widget: QWidget) -> str:
    face = QAccessible.queryAccessibleInterface(widget)
    return "" if face is None else face.text(QAccessible.Text.Name)


def described(widget: QWidget) -> str:
    where, above = [], widget
    while above is not None:
        where.append(
            type(above).__name__ + (f"#{above.objectName()}" if above.objectName() else "")
        )
        above = above.parentWidget()
    return " < ".join(where[:5])


def check_names(root: QWidget) -> None:
    nameless = [described(widget) for widget in focusable(root) if not name_of(widget)]
    assert not nameless


def check_targets(root: QWidget) -> None:
    small = [
        f"{widget.width()}x{widget.height()} {name_of(widget)} {described(widget)}"
        for widget in root.findChildren(QWidget)
        if isinstance(widget, CLICKED)
        and not isinstance(widget, QScrollBar)
        and not isinstance(widget.parentWidget(), QLineEdit | QComboBox)
        and widget.isVisibleTo(root)
        and widget.isEnabledTo(root)
        and min(widget.width(), widget.height()) < TARGET
    ]
    assert not small


def check_focus_is_seen(root: QWidget) -> None:
    """Every widget looks different with the focus than without."""
    blind = []
    for widget in focusable(root):
        if not widget.isEnabled() or widget.visibleRegion().isEmpty():
            continue
        root.setFocus()
        QApplication.processEvents()
        before = widget.grab().toImage()
        widget.setFocus(Qt.FocusReason.TabFocusReason)
        QApplication.processEvents()
        if QApplication.focusWidget() is widget and widget.grab().toImage() == before:
            blind.append(f"{name_of(widget)} {described(widget)}")
    assert not blind


def test_controls_of_panels_are_named_seen_and_large_enough(open_window):
    window = open_window()
    for spec in PANELS:
        window.raise_panel(spec.id)
        QApplication.processEvents()
        part = window.panels[spec.id]
        check_names(part)
        check_targets(part)
        check_focus_is_seen(part)


@pytest.mark.parametrize("look", ["dark", "light"])
def test_controls_of_the_window_are_named_seen_and_large_enough(open_window, look):
    window = open_window(head=False)
    window.settings.choose(THEME, look)
    check_names(window)
    check_targets(window)
    check_focus_is_seen(window)
    assert theme.theme.name == look


@pytest.mark.parametrize("kind", [SettingsDialog, ShortcutsDialog])
def test_controls_of_dialogs_are_named_seen_and_large_enough(open_window, qtbot, kind):
    window = open_window(head=False)
    dialog = kind(window)
    dialog.show()
    qtbot.waitExposed(dialog)
    check_names(dialog)
    check_targets(dialog)
    check_focus_is_seen(dialog)
    dialog.close()
    dialog.deleteLater()


def test_tab_reaches_the_toolbar_and_comes_back(open_window, qtbot):
    window = open_window(head=False)
    window.welcome.setFocus()
    seen = set()
    for _ in range(200):
        QTest.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_Tab)
        widget = QApplication.focusWidget()
        if widget in seen:
            break
        seen.add(widget)
    names = {name_of(widget) for widget in seen if widget is not None}
    assert "Open" in names
    assert len(seen) > 3


def test_large_texts_still_fit(open_window):
    window = open_window()
    window.settings.choose(TEXT_SIZE, 150)
    assert theme.text_size() > 19
    QApplication.processEvents()
    cut = [
        f"{button.text()} {described(button)}"
        for button in window.findChildren(QAbstractButton)
        if button.isVisible()
        and button.text()
        and button.width() < button.minimumSizeHint().width()
    ]
    assert not cut


def test_return_presses_the_button_that_has_the_focus(open_window, qtbot):
    window = open_window(head=False)
    button = window.welcome.drop.open
    button.clicked.disconnect()  # it would ask for a file
    assert QApplication.focusWidget() is button
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
        with qtbot.waitSignal(button.clicked):
            QTest.keyClick(button, key)
