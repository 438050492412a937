"""Editable installs: show the top-level folders as `facewright.<folder>`.

A wheel renames the folders while it is packed. An editable install cannot, so
this hook makes build/dev/facewright/<folder> a link to each of them, and
`dev-mode-dirs` puts build/dev on sys.path. They are plain directories to
Python, type checkers and editors: no import hook.
"""

import os
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

FOLDERS = ("app", "viewer", "engine", "assets")


class LinkFolders(BuildHookInterface):  # type: ignore[type-arg]
    """Fill build/dev with one link per folder; does nothing for wheels."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Make the links that are missing, on an editable build only."""
        if version != "editable":
            return
        root = Path(self.root)
        package = root / "build" / "dev" / "facewright"
        package.mkdir(parents=True, exist_ok=True)
        for folder in FOLDERS:
            link = package / folder
            if link.exists():
                continue
            if os.name == "nt":  # a junction asks for no privilege
                import _winapi

                _winapi.CreateJunction(str(root / folder), str(link))
            else:
                link.symlink_to(Path("../../..") / folder, target_is_directory=True)
