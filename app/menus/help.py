"""The Help menu."""

from __future__ import annotations

from facewright.app.menus.base import Action

HELP: tuple[Action, ...] = (
    Action("help.about", "About Facewright", "Help", lambda w: w.show_about(), icon="info",
           words="version licence"),
)  # fmt: skip
