"""What the program remembers between runs: one small JSON file."""

from __future__ import annotations

import contextlib
import json
import os
from pathlib import Path
from typing import Any

_RECENT = 10


class Settings:
    """A mapping of names to JSON values, written when it changes.

    Parameters
    ----------
    folder : Path or None
        Where settings, log and autosaved files live; None is the platform's own place.
    """

    def __init__(self, folder: Path | None = None) -> None:
        if folder is None:
            from platformdirs import user_data_path

            folder = user_data_path("facewright", appauthor=False)
        self.folder = folder
        self._path = folder / "settings.json"
        self._values: dict[str, Any] = {}
        with contextlib.suppress(OSError, ValueError):
            read = json.loads(self._path.read_text(encoding="utf-8"))
            self._values = read if isinstance(read, dict) else {}

    def get(self, name: str, default: Any = None) -> Any:
        """Return a value, or `default` where there is none of its type."""
        value = self._values.get(name, default)
        return value if default is None or isinstance(value, type(default)) else default

    def set(self, name: str, value: Any) -> None:
        """Keep a value; a folder that cannot be written costs the memory, not the work."""
        if self._values.get(name) == value:
            return
        self._values[name] = value
        with contextlib.suppress(OSError):
            self.folder.mkdir(parents=True, exist_ok=True)
            beside = self._path.with_suffix(".tmp")
            beside.write_text(json.dumps(self._values, indent=1), encoding="utf-8")
            os.replace(beside, self._path)

    @property
    def recent(self) -> tuple[Path, ...]:
        """Files opened or saved last, latest first, those that still exist."""
        names = self.get("recent", [])
        return tuple(Path(name) for name in names if isinstance(name, str) and Path(name).is_file())

    def remember(self, path: Path) -> None:
        """Put a file first among the recent ones."""
        names = [str(path.resolve()), *(str(known) for known in self.recent)]
        self.set("recent", list(dict.fromkeys(names))[:_RECENT])
        self.set("folder", str(path.resolve().parent))
