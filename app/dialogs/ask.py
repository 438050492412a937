"""Questions with words on their buttons; tests answer them by replacing `choose`."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QMessageBox, QPushButton, QWidget

CANCEL = "cancel"


def choose(
    parent: QWidget, title: str, text: str, options: Sequence[tuple[str, str]], default: str
) -> str:
    """Ask and return the id of the answer; Escape is the last option.

    Parameters
    ----------
    title, text : str
        What is asked, and what depends on it.
    options : sequence of (id, label)
        Buttons from left to right; the last one changes nothing.
    default : str
        The id that Enter chooses.
    """
    box = QMessageBox(parent)
    box.setIcon(QMessageBox.Icon.NoIcon)
    box.setWindowTitle(title)
    box.setText(f"<b>{title}</b>")
    box.setInformativeText(text)
    buttons: dict[QPushButton, str] = {}
    for name, label in options:
        last = name == options[-1][0]
        role = QMessageBox.ButtonRole.RejectRole if last else QMessageBox.ButtonRole.AcceptRole
        button = box.addButton(label, role)
        buttons[button] = name
        if name == default:
            button.setProperty("role", "primary")
            box.setDefaultButton(button)
        if last:
            box.setEscapeButton(button)
    box.exec()
    clicked = box.clickedButton()
    box.deleteLater()
    for button, name in buttons.items():
        if button is clicked:
            return name
    return options[-1][0]
