"""The measuring part of the Tools menu."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, cast

from facewright.app.menus.base import Action, translate
from facewright.app.menus.tools import is_used, needs_head

if TYPE_CHECKING:
    from facewright.app.tools.caliper import CaliperTool
    from facewright.app.window import MainWindow
    from facewright.engine.measure.calipers import CaliperKind


def _tool(window: MainWindow) -> CaliperTool:
    return cast("CaliperTool", window.tools.get("caliper"))


def _takes(kind: CaliperKind, window: MainWindow) -> bool:
    return is_used("caliper", window) and _tool(window).kind == kind


def _use(kind: CaliperKind, window: MainWindow) -> None:
    _tool(window).toggle(kind)


def _needs_caliper(window: MainWindow) -> str:
    if needs_head(window):
        return needs_head(window)
    if _tool(window).chosen < 0:
        return translate("Actions", "Choose a caliper first: click one of its ends.")
    return ""


def _row(kind: CaliperKind, text: str, icon: str, key: str = "", part: bool = False) -> Action:
    return Action(
        f"caliper.{kind}", text, "Tools", partial(_use, kind), (key,) if key else (), icon,
        needs_head, checked=partial(_takes, kind), group="tool", part=part,
        words="measure distance ruler",
    )  # fmt: skip


MEASURE: tuple[Action, ...] = (
    _row("straight", "Caliper", "tool-caliper", "C", part=True),
    _row("surface", "Caliper along the skin", "measure", "Shift+C"),
    _row("angle", "Angle", "tool-angle"),
    _row("area", "Area", "tool-area"),
    Action("caliper.delete", "Delete caliper", "Tools",
           lambda window: _tool(window).delete(), ("Del",), "trash", _needs_caliper,
           in_view=True),
)  # fmt: skip
