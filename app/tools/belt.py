"""The tool belt: which tool is in use, and the way from the pointer to the skin."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from psygnal import Signal

from facewright.app.tools.base import Hit, Tool
from facewright.engine.arrays import DoubleArray

if TYPE_CHECKING:
    from facewright.app.staging import Surface
    from facewright.app.workbench import Workbench
    from facewright.engine.geometry.nearest import SurfaceTree
    from facewright.viewer.pointer import Pointer


class ToolBelt:
    """Hands the pointer to the tool in use; with none, the camera has it.

    Parameters
    ----------
    tools : mapping of str to type of Tool
        Made when first used.

    Attributes
    ----------
    changed : Signal(str)
        Identifier of the tool in use, "" for none.
    clicked : Signal(Hit)
        The surface was clicked with no tool in use.
    """

    changed = Signal(str)
    clicked = Signal(object)

    def __init__(self, tools: Mapping[str, type[Tool]]) -> None:
        self._kinds = tools
        self._made: dict[str, Tool] = {}
        self._bench: Workbench | None = None
        self.current: Tool | None = None
        self._dragging = False
        self._tree: tuple[Surface, SurfaceTree] | None = None

    def serve(self, bench: Workbench) -> None:
        """Begin to work in a window."""
        self._bench = bench
        bench.stage.listener = self.point
        bench.document.opened.connect(self.put_down)

    def close(self) -> None:
        """Let go of the window and of every tool."""
        bench = self._bench
        if bench is not None:
            self.put_down()
            bench.stage.listener = None
            bench.document.opened.disconnect(self.put_down)
        self._made.clear()
        self._bench, self._tree = None, None

    def get(self, id: str) -> Tool:
        """Return a tool, made if need be."""
        if id not in self._made:
            assert self._bench is not None
            self._made[id] = self._kinds[id](self._bench)
        return self._made[id]

    def use(self, id: str) -> None:
        """Take up the tool `id`, or put the one in use down: ""."""
        if self.current is not None and self.current.id == id:
            return
        self.cancel()
        if self.current is not None:
            self.current.leave()
        self.current = self.get(id) if id else None
        if self.current is not None:
            self.current.enter()
        self.changed.emit(id)

    def put_down(self) -> None:
        """Go back to the camera."""
        self.use("")

    def cancel(self) -> bool:
        """Give up the drag in progress; return whether there was one."""
        tool, was = self.current, self._dragging
        self._dragging = False
        if tool is None or not (was or tool.is_busy):
            return False
        tool.cancel()
        return True

    def point(self, event: str, pointer: Pointer) -> bool:
        """Take an event of a view; True when the tool has taken it."""
        tool = self.current
        if self._bench is None or self._bench.stage.surface is None:
            return False
        if tool is None:
            hit = self.hit(pointer) if event == "click" else None
            if hit is not None:
                self.clicked.emit(hit)
            return False
        if event == "leave":
            tool.hover(pointer, None)
            return False
        hit = self.hit(pointer, refresh=not self._dragging)
        if event == "press":
            self._dragging = tool.press(pointer, hit)
            return self._dragging
        if event == "menu":
            return tool.menu(pointer, hit)
        if event == "drag" and self._dragging:
            tool.drag(pointer, hit)
        elif event == "release" and self._dragging:
            self._dragging = False
            tool.release(pointer, hit)
        elif event == "hover":
            tool.hover(pointer, hit)
        return self._dragging

    @property
    def acts_on_scans(self) -> bool:
        """Whether the tool in use may point at a scan that has no head yet."""
        return self.current is not None and self.current.acts_on_scans

    def hit(self, pointer: Pointer, *, refresh: bool = True) -> Hit | None:
        """Return the point of the surface under the pointer, or None off the head.

        `refresh` False keeps asking the surface as it was: a drag is measured against the
        surface on which it began.
        """
        from facewright.engine.geometry.nearest import SurfaceTree

        assert self._bench is not None
        surface = self._bench.stage.surface
        if surface is None or not (surface.is_head or self.acts_on_scans):
            return None
        if self._tree is None or (refresh and self._tree[0] is not surface):
            self._tree = (surface, SurfaceTree(surface.vertices, surface.faces))
        tree = self._tree[1]
        triangles, lengths = tree.cast(pointer.origin[None], pointer.ray[None])
        triangle = int(triangles[0])
        if triangle < 0:
            return None
        position = pointer.origin + float(lengths[0]) * pointer.ray
        weights = _barycentric(tree.vertices[tree.faces[triangle]], position)
        return Hit(triangle, weights, position, np.asarray(tree.normals[triangle]))


def _barycentric(corners: DoubleArray, point: DoubleArray) -> DoubleArray:
    """Return the `(3,)` weights of a point in the plane of a triangle, clipped into it."""
    first, second = corners[1] - corners[0], corners[2] - corners[0]
    solved, *_ = np.linalg.lstsq(np.stack([first, second], axis=1), point - corners[0], rcond=None)
    weights = np.clip(np.array([1.0 - solved.sum(), solved[0], solved[1]]), 0.0, 1.0)
    return np.asarray(weights / weights.sum())
