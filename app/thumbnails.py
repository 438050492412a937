"""Small pictures of files: kept in the settings' folder, made when a file is opened or saved."""

from __future__ import annotations

import contextlib
import hashlib
from pathlib import Path

from facewright.engine.arrays import ByteArray
from facewright.engine.errors import InputError
from facewright.engine.files.atomic import written
from facewright.engine.files.project import SUFFIX

SIDE = 256
_MOST = 60


class Thumbnails:
    """A folder of pictures by file; safe to use from any thread.

    Parameters
    ----------
    folder : Path
        Made when the first picture is kept.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, path: Path, picture: ByteArray) -> None:
        """Keep the picture `(H, W, 3)` of a file as it is now."""
        import PIL.Image

        place = self._place(path)
        if place is None:
            return
        with contextlib.suppress(OSError, InputError):  # a list without a picture serves as well
            self._folder.mkdir(parents=True, exist_ok=True)
            image = PIL.Image.fromarray(picture)
            image.thumbnail((SIDE, SIDE))
            with written(place) as beside:
                image.save(beside)
            self._forget_oldest()

    def get(self, path: Path) -> Path | None:
        """Return where the picture of a file lies, made from a project where it holds one."""
        place = self._place(path)
        if place is None:
            return None
        if not place.is_file() and path.suffix.lower() == SUFFIX:
            picture = _of_project(path)
            if picture is not None:
                self.keep(path, picture)
        return place if place.is_file() else None

    def _place(self, path: Path) -> Path | None:
        """Return the name of the picture: another one when the file was changed."""
        try:
            stand = path.stat()
        except OSError:
            return None
        key = f"{path.resolve()}|{stand.st_mtime_ns}|{stand.st_size}"
        return self._folder / f"{hashlib.sha256(key.encode()).hexdigest()[:24]}.png"

    def _forget_oldest(self) -> None:
        pictures = sorted(self._folder.glob("*.png"), key=lambda file: file.stat().st_mtime)
        for file in pictures[:-_MOST]:
            file.unlink(missing_ok=True)


def _of_project(path: Path) -> ByteArray | None:
    """Return the picture that a project file holds, or None."""
    from facewright.engine.files.archive import ArchiveReader, Damaged

    try:
        with ArchiveReader(path) as archive:
            return archive.preview()
    except (OSError, Damaged, ValueError, KeyError):
        return None
