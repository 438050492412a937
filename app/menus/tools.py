"""The Tools menu: what the mouse does in the 3D view."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from facewright.app.menus.base import Action, needs_view, translate
from facewright.app.tools.sizing import Dial, SizedTool

if TYPE_CHECKING:
    from facewright.app.window import MainWindow


def needs_head(window: MainWindow) -> str:
    """Give the reason of what acts on the head in the view."""
    if window.document.shown is None:
        return translate("Actions", "Open a scan or a project first.")
    return needs_view(window)


def needs_tool(window: MainWindow) -> str:
    """Give the reason of what concerns the tool in use."""
    if window.tools.current is None:
        return translate("Actions", "No tool is in use: choose a brush first.")
    return ""


def _needs_dial(dial: Dial, window: MainWindow) -> str:
    """Give the reason of what sets the brush in use."""
    current = window.tools.current
    if not isinstance(current, SizedTool):
        return translate("Actions", "No brush is in use: choose one first.")
    if dial not in current.dials:
        return translate("Actions", "This brush has no strength: choose one that sculpts.")
    return ""


def use(id: str, window: MainWindow) -> None:
    """Take up a tool, or put it down where it is in use."""
    window.tools.use("" if is_used(id, window) else id)


def is_used(id: str, window: MainWindow) -> bool:
    """Tell whether a tool is the one in use."""
    return window.tools.current is not None and window.tools.current.id == id


def _escape(window: MainWindow) -> None:
    """Give up a drag, or else put the tool down."""
    if not window.tools.cancel():
        window.tools.put_down()


def _resize(factor: float, window: MainWindow) -> None:
    if window.tools.current is not None:
        window.tools.current.resize(factor)


def _size(dial: Dial, window: MainWindow) -> None:
    """Have the mouse set the brush in use."""
    if isinstance(window.tools.current, SizedTool):
        window.tools.current.size(dial)


def tool(id: str, text: str, icon: str, key: str = "", words: str = "") -> Action:
    """Return the row of one tool."""
    return Action(
        f"tool.{id}", text, "Tools", partial(use, id), (key,) if key else (), icon, needs_head,
        checked=partial(is_used, id), group="tool", words=words,
    )  # fmt: skip


TOOLS: tuple[Action, ...] = (
    Action("tool.none", "Turn the view", "Tools", _escape, ("Esc",), "pointer", needs_view,
           checked=lambda window: window.tools.current is None, group="tool"),
    tool("mask", "Paint mask", "mask-paint", "K", "select region brush"),
    tool("lasso", "Lasso", "lasso", "Shift+K", "select mask outline"),
    tool("landmarks", "Landmarks", "landmark-add", "Shift+L", "points anthropometry place"),
    Action("tool.larger", "Larger brush", "Tools", partial(_resize, 1.15), ("]",), "",
           needs_tool, part=True),
    Action("tool.smaller", "Smaller brush", "Tools", partial(_resize, 1 / 1.15), ("[",), "",
           needs_tool),
    Action("tool.radius", "Size of the brush by the mouse", "Tools", partial(_size, "radius"),
           ("F",), "", partial(_needs_dial, "radius"), instead=True,
           words="radius larger smaller resize"),
    Action("tool.strength", "Strength of the brush by the mouse", "Tools",
           partial(_size, "strength"), ("Shift+F",), "", partial(_needs_dial, "strength"),
           instead=True, words="stronger weaker power"),
)  # fmt: skip
