"""What the program remembers between runs: one small JSON file, and the table of what to choose.

To add a setting, add a constant and put it into `SETTINGS`: the dialog, the default and the
check of what the file holds come from that one declaration.
"""

from __future__ import annotations

import contextlib
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from psygnal import Signal

_RECENT = 10
T = TypeVar("T", str, int, bool)


@dataclass(frozen=True)
class Setting(Generic[T]):
    """One thing that the user can choose; a row of the settings dialog.

    Attributes
    ----------
    key : str
        Its name in the file.
    section, label, help : str
        Texts of the dialog, translated there.
    default : str, int or bool
        A bool is a switch.
    choices : tuple of (value, label)
        What can be chosen. Empty for a switch.
    restart : bool
        Whether it is taken up when the program starts.
    """

    key: str
    section: str
    label: str
    help: str
    default: T
    choices: tuple[tuple[T, str], ...] = ()
    restart: bool = False

    def check(self, value: object) -> T:
        """Return `value` if it is one that can be chosen, else the default."""
        if type(value) is not type(self.default):
            return self.default
        if self.choices and value not in [choice for choice, _label in self.choices]:
            return self.default
        return value


THEME = Setting(
    "theme", "Appearance", "Theme", "Light suits bright rooms and print, dark suits dim rooms.",
    "system", (("system", "Like the system"), ("dark", "Dark"), ("light", "Light")),
)  # fmt: skip
TEXT_SIZE = Setting(
    "text_size", "Appearance", "Size of texts", "Texts, fields and rows; icons stay as they are.",
    100, ((90, "90 %"), (100, "100 %"), (115, "115 %"), (130, "130 %"), (150, "150 %")),
)  # fmt: skip
MOTION = Setting(
    "motion", "Appearance", "Motion",
    "Whether the camera glides to a view and the turntable turns by itself.",
    "system", (("system", "Like the system"), ("full", "All"), ("reduced", "Reduced")),
)  # fmt: skip
DECIMAL = Setting(
    "decimal", "Numbers", "Decimal mark",
    "On screen only: files always have a point. Both marks can be typed.",
    "system", (("system", "Like the system"), ("point", "Point: 1.5"), ("comma", "Comma: 1,5")),
)  # fmt: skip
MOUSE = Setting(
    "mouse", "3D view", "Mouse",
    "Facewright: left button turns, middle button moves. Blender: middle button turns, Shift "
    "with it moves, Ctrl with it zooms. In both the wheel zooms.",
    "standard", (("standard", "Facewright"), ("blender", "Blender")),
)  # fmt: skip
DRAWING = Setting(
    "drawing", "3D view", "Drawing",
    "Choose the processor if the graphics card shows a broken or black view.",
    "automatic", (("automatic", "Automatic"), ("processor", "Processor only")), restart=True,
)  # fmt: skip
AUTOSAVE = Setting(
    "autosave_minutes", "Files", "Keep unsaved work",
    "How often it is written aside, so that a power cut costs no more than that.",
    1, ((1, "Every minute"), (2, "Every 2 minutes"), (5, "Every 5 minutes")),
)  # fmt: skip
ASK_UNIT = Setting(
    "ask_unit", "Files", "Confirm the unit of a scan",
    "A scan says neither its unit nor which way is up: both are guessed and shown.",
    "unsure", (("unsure", "When the guess is unsure"), ("always", "Always")),
)  # fmt: skip

SETTINGS: tuple[Setting[Any], ...] = (
    THEME, TEXT_SIZE, MOTION, DECIMAL, MOUSE, DRAWING, AUTOSAVE, ASK_UNIT,
)  # fmt: skip


class Settings:
    """A mapping of names to JSON values, written when it changes.

    Parameters
    ----------
    folder : Path or None
        Where settings, log and autosaved files live; None is the platform's own place.

    Attributes
    ----------
    changed : Signal(str)
        Key of a `Setting` that has another value now.
    """

    changed = Signal(str)

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

    def value(self, setting: Setting[T]) -> T:
        """Return what is chosen, or the default where the file holds nothing of use."""
        return setting.check(self._values.get(setting.key))

    def choose(self, setting: Setting[T], value: T) -> None:
        """Choose a value; a value that cannot be chosen gives the default."""
        value = setting.check(value)
        if value != self.value(setting):
            self.set(setting.key, value)
            self.changed.emit(setting.key)

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
    def remembered(self) -> tuple[Path, ...]:
        """Files opened or saved last, latest first, also those that are gone."""
        names = self.get("recent", [])
        return tuple(Path(name) for name in names if isinstance(name, str))

    @property
    def recent(self) -> tuple[Path, ...]:
        """Those of `remembered` that still exist."""
        return tuple(path for path in self.remembered if path.is_file())

    def forget(self, path: Path) -> None:
        """Take a file off the recent ones."""
        self.set("recent", [str(known) for known in self.remembered if known != path])

    def remember(self, path: Path) -> None:
        """Put a file first among the recent ones."""
        names = [str(path.resolve()), *(str(known) for known in self.remembered)]
        self.set("recent", list(dict.fromkeys(names))[:_RECENT])
        self.set("folder", str(path.resolve().parent))
