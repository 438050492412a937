"""What a slider says about itself: its menu, and the note under the pointer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QMenu

from facewright.app.widgets.limits import differs

if TYPE_CHECKING:
    from facewright.app.widgets.slider import NamedSlider

LOCK, LINK = "lock", "link"
"""What can be done to a slider besides moving it; the names of icons, too."""


def menu_of(slider: NamedSlider) -> QMenu:
    """Return a menu with what the mouse and keys do, in words."""
    menu = QMenu(slider)
    free = not slider.locked
    back = menu.addAction(_tr("Set back"), slider.reset)
    back.setEnabled(free and differs(slider.number, slider.limits))
    menu.addAction(_tr("Type a value"), slider.edit).setEnabled(free)
    if LOCK in slider.tools:
        text = _tr("Unlock") if slider.locked else _tr("Lock")
        menu.addAction(text, lambda: slider.ask(LOCK))
    if LINK in slider.tools:
        text = _tr("Part left and right") if slider.linked else _tr("Link left and right")
        menu.addAction(text, lambda: slider.ask(LINK))
    return menu


def note_on(tool: str, slider: NamedSlider) -> str:
    """Return what an icon does, or what the slider does for an empty `tool`."""
    if tool == LOCK:
        if slider.locked:
            return _tr("Unlock (L): let it be changed again")
        return _tr("Lock (L): keep this value when others are reset or randomised")
    if tool == LINK:
        return _tr("Part left and right (K)") if slider.linked else _tr("Link left and right (K)")
    locked = _tr("Locked: click the lock to change it.") if slider.locked else ""
    lines = (f"<b>{slider.label}</b>", locked, slider.help_text)
    return "<br>".join(line for line in lines if line)


def _tr(text: str) -> str:
    return QCoreApplication.translate("NamedSlider", text)
