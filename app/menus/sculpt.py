"""The sculpting part of the Tools menu."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, cast

from facewright.app.menus.base import Action
from facewright.app.menus.tools import needs_head, tool

if TYPE_CHECKING:
    from facewright.app.tools.sculpt import SculptTool
    from facewright.app.window import MainWindow
    from facewright.engine.geometry.brush import Kind


def _sculpting(window: MainWindow) -> SculptTool:
    return cast("SculptTool", window.tools.get("sculpt"))


def _use(kind: Kind, window: MainWindow) -> None:
    """Take up a brush, or put it down where it is in use."""
    if _is_used(kind, window):
        window.tools.put_down()
        return
    _sculpting(window).take_up(kind)
    window.tools.use("sculpt")
    window.raise_panel("sculpt")


def _is_used(kind: Kind, window: MainWindow) -> bool:
    current = window.tools.current
    return current is not None and current.id == "sculpt" and (
        _sculpting(window).hand.brush.kind == kind
    )  # fmt: skip


def _mirror(window: MainWindow) -> None:
    _sculpting(window).tune(mirror=not _sculpting(window).hand.brush.mirror)


def _mirrors(window: MainWindow) -> bool:
    return window.document.is_open and _sculpting(window).hand.brush.mirror


def _brush(kind: Kind, text: str, key: str, words: str) -> Action:
    return Action(
        f"sculpt.{kind}", text, "Tools/Sculpt", partial(_use, kind), (key,), f"brush-{kind}",
        needs_head, checked=partial(_is_used, kind), group="tool", words=f"sculpt brush {words}",
    )  # fmt: skip


SCULPT: tuple[Action, ...] = (
    _brush("grab", "Grab", "G", "drag move pull"),
    _brush("smooth", "Smooth", "Shift+G", "level relax"),
    _brush("inflate", "Inflate", "B", "bulge swell deflate"),
    _brush("flatten", "Flatten", "Shift+B", "plane level"),
    _brush("restore", "Restore", "R", "reset erase original fit"),
    Action("sculpt.mirror", "Sculpt both sides", "Tools/Sculpt", _mirror, ("X",), "mirror",
           needs_head, checked=_mirrors, part=True, words="symmetry mirror"),
    tool("pull", "Pull a point", "pull-point", "P", "drag landmark posterior follow pin"),
)  # fmt: skip
