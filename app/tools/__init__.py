"""The table of tools: one file each, one line here."""

from __future__ import annotations

from facewright.app.tools.base import Tool
from facewright.app.tools.caliper import CaliperTool
from facewright.app.tools.landmarks import LandmarkTool
from facewright.app.tools.mask import Lasso, PaintMask
from facewright.app.tools.pull import PullTool
from facewright.app.tools.sculpt import SculptTool

_ALL: tuple[type[Tool], ...] = (SculptTool, PullTool, PaintMask, Lasso, LandmarkTool, CaliperTool)

TOOLS: dict[str, type[Tool]] = {tool.id: tool for tool in _ALL}
