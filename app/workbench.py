"""What every panel, dialog and action works with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from facewright.app.document import Document
from facewright.app.errors import Message
from facewright.app.jobs import JobLane
from facewright.app.log import Log
from facewright.app.plausible import Plausibility
from facewright.app.settings import Settings

if TYPE_CHECKING:
    from facewright.app.files import Files
    from facewright.app.stage import Stage
    from facewright.app.tools.belt import ToolBelt


@dataclass(frozen=True)
class Workbench:
    """The parts of one window, handed to whoever needs them.

    Attributes
    ----------
    document, jobs, stage, files, settings, tools, log, plausible :
        See their modules.
    aside : JobLane
        Works out what panels show, unseen.
    tell : callable
        `tell(message)` shows a `Message` in the window.
    raise_panel : callable
        `raise_panel(id)` brings a panel of `panels.PANELS` to the front.
    """

    document: Document
    jobs: JobLane
    aside: JobLane
    stage: Stage
    files: Files
    settings: Settings
    tools: ToolBelt
    log: Log
    plausible: Plausibility
    tell: Callable[[Message], None]
    raise_panel: Callable[[str], None]
