"""The table of tools: one file each, one line here."""

from __future__ import annotations

from facewright.app.tools.base import Tool

_ALL: tuple[type[Tool], ...] = ()

TOOLS: dict[str, type[Tool]] = {tool.id: tool for tool in _ALL}
