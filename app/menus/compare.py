"""The View menu: comparing the head with another state of it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from facewright.app.compare import MODES
from facewright.app.menus.base import Action, needs_project, needs_view, translate
from facewright.app.motion import reduced

if TYPE_CHECKING:
    from facewright.app.window import MainWindow


def _reason(mode: str, window: MainWindow) -> str:
    if mode == "blink" and reduced(window.settings):
        return translate("Actions", "Motion is reduced in the settings: hold the key instead.")
    return needs_project(window) or needs_view(window)


def _use(mode: str, window: MainWindow) -> None:
    window.stage.comparer.set(mode=mode)
    if mode:
        window.raise_panel("compare")


def _is(mode: str, window: MainWindow) -> bool:
    return window.stage.comparer.state.mode == mode


def _modes() -> tuple[Action, ...]:
    return tuple(
        Action(f"compare.{mode or 'off'}", label, "View/Compare", partial(_use, mode), icon=icon,
               reason=partial(_reason, mode), checked=partial(_is, mode), group="compare",
               words=f"compare before after {help_text}")
        for mode, label, icon, help_text in MODES
    )  # fmt: skip


COMPARE: tuple[Action, ...] = (
    Action("compare.hold", "Show the other head while held", "View/Compare",
           lambda w: w.stage.comparer.hold(True), ("`",), "eye", partial(_reason, ""),
           release=lambda w: w.stage.comparer.hold(False),
           words="compare before after original peek"),
    *_modes(),
)  # fmt: skip
