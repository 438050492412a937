"""Autosave beside the user's work: one side file for each open document.

A slot is a folder entry of three files of one random name: the project (`.face`), what it is
(`.json`), and a lock that the operating system frees when the program ends in any way. A side
file whose lock is free was left by a crash, and is what recovery offers.
"""

from __future__ import annotations

import contextlib
import json
import secrets
import sys
import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING

from facewright.engine.errors import InputError
from facewright.engine.face import Face
from facewright.engine.files.atomic import written
from facewright.engine.files.project import SUFFIX, save
from facewright.engine.project import History

if TYPE_CHECKING:
    from facewright.engine.models.store import ModelStore


@dataclass(frozen=True)
class Recovered:
    """A side file that a crash left.

    Attributes
    ----------
    path : Path
        The project file to load.
    original : Path or None
        Where the document was saved, if it ever was.
    saved : datetime
        When the side file was written, in UTC.
    """

    path: Path
    original: Path | None
    saved: datetime


def recovery_folder() -> Path:
    """Return the folder of side files in the user's data folder."""
    from platformdirs import user_data_path

    return user_data_path("facewright", appauthor=False) / "recovery"


class Slot:
    """The side file of one open document; close it when the document closes.

    Parameters
    ----------
    folder : Path or None
        Default: `recovery_folder()`.

    Raises
    ------
    InputError
        If the folder cannot be made or written.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = recovery_folder() if folder is None else Path(folder)
        self._name = secrets.token_hex(8)
        self._writing = threading.Lock()
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._lock = open(self._at(".lock"), "ab")  # noqa: SIM115  held until close
        except OSError as error:
            raise InputError(
                f"No autosave is possible in {self._folder} ({error.strerror}): save often."
            ) from error
        _acquire(self._lock)

    @property
    def path(self) -> Path:
        """The project file of this slot."""
        return self._at(SUFFIX)

    def _at(self, suffix: str) -> Path:
        return self._folder / f"{self._name}{suffix}"

    def write(
        self,
        history: History,
        models: ModelStore,
        *,
        original: Path | None = None,
        face: Face | None = None,
    ) -> None:
        """Save the document's present state; meant for a thread. A closed slot takes no more.

        Raises
        ------
        InputError
            If the disk refuses it.
        """
        about = json.dumps({"original": None if original is None else str(original)})
        with self._writing:
            if self._lock.closed:
                return
            with written(self._at(".json")) as temporary:  # first: a crash may come in between
                temporary.write_text(about, encoding="utf-8")
            save(history, self.path, models, face=face)

    def discard(self) -> None:
        """Remove what was written: the document is saved, or was given up."""
        with self._writing:
            self._remove(SUFFIX, ".json")

    def close(self) -> None:
        """Remove the side file and free the slot, when what is being written is done."""
        with self._writing:
            self._remove(SUFFIX, ".json")
            self._lock.close()
            self._remove(".lock")

    def _remove(self, *suffixes: str) -> None:
        for suffix in suffixes:
            self._at(suffix).unlink(missing_ok=True)


def leftovers(folder: Path | None = None) -> tuple[Recovered, ...]:
    """Return the side files whose program is gone, newest first."""
    place = recovery_folder() if folder is None else Path(folder)
    found = []
    for path in place.glob(f"*{SUFFIX}"):
        if not path.name.startswith(".") and not _held(path.with_suffix(".lock")):
            with contextlib.suppress(FileNotFoundError):  # another program took it up
                found.append(_described(path))
    return tuple(sorted(found, key=lambda item: item.saved, reverse=True))


def discard(item: Recovered) -> None:
    """Remove a side file and all that belongs to it."""
    for suffix in (SUFFIX, ".json", ".lock"):
        item.path.with_suffix(suffix).unlink(missing_ok=True)


def _described(path: Path) -> Recovered:
    saved = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    original: Path | None = None
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
        about = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
        original = None if about["original"] is None else Path(about["original"])
    return Recovered(path, original, saved)


def _held(lock: Path) -> bool:
    """Return whether a running program holds `lock`."""
    try:
        with open(lock, "ab") as stream:
            return not _acquire(stream)
    except OSError:
        return False


if sys.platform == "win32":
    import msvcrt

    def _acquire(stream: IO[bytes]) -> bool:
        """Lock a file until it is closed, or return False where another one has it."""
        try:
            msvcrt.locking(stream.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
else:
    import fcntl

    def _acquire(stream: IO[bytes]) -> bool:
        """Lock a file until it is closed, or return False where another one has it."""
        try:
            fcntl.flock(stream.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True
