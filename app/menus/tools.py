"""The Tools menu: what the mouse does in the 3D view."""

from __future__ import annotations

from facewright.app.menus.base import Action

TOOLS: tuple[Action, ...] = ()
