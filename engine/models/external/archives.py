"""Arrays of .npz files, each checked against its own header and the file before it is unpacked."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from facewright.engine.files.archive import NOT_UNPACKED
from facewright.engine.models.external.foreign import (
    MOST_NUMBERS,
    MOST_PACKED,
    SMALL,
    Unfamiliar,
    Unusable,
)

MOST_MEMBERS = 1_000
LONGEST_HEADER = 10_000


class Arrays:
    """An open .npz file; use it as a context.

    Raises
    ------
    Unusable
        From every method, if the file is not what numpy writes.
    """

    def __init__(self, path: Path) -> None:
        try:
            self._zip = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
            raise Unusable("it is cut short or no .npz file") from error
        members = self._zip.infolist()
        if len(members) > MOST_MEMBERS:
            self._zip.close()
            raise Unusable("it holds too many arrays")
        self._members = {member.filename: member for member in members}
        self._room = MOST_NUMBERS

    def __enter__(self) -> Arrays:
        return self

    def __exit__(self, *_error: object) -> None:
        self._zip.close()

    @property
    def names(self) -> frozenset[str]:
        """The names of all arrays."""
        return frozenset(name.removesuffix(".npy") for name in self._members)

    def array(self, name: str) -> NDArray[Any]:
        """Return an array of numbers."""
        if f"{name}.npy" not in self._members:
            raise Unusable(f"it has no {name}")
        member = self._members[f"{name}.npy"]
        try:
            with self._zip.open(member) as stream:
                return self._unpacked(name, member, stream)
        except Unusable:
            raise
        except (
            *NOT_UNPACKED,
            ValueError,
            SyntaxError,
            TypeError,
            OSError,
            OverflowError,
            RecursionError,
        ) as error:
            raise Unusable(f"{name} in it is damaged") from error

    def _unpacked(self, name: str, member: zipfile.ZipInfo, stream: Any) -> NDArray[Any]:
        read = {
            (1, 0): np.lib.format.read_array_header_1_0,
            (2, 0): np.lib.format.read_array_header_2_0,
        }.get(np.lib.format.read_magic(stream))
        if read is None:
            raise Unusable(f"{name} in it has an unknown version")
        shape, fortran, kind = read(stream, max_header_size=LONGEST_HEADER)
        if kind.kind not in "fiub" or kind.itemsize > 8 or kind.hasobject:
            raise Unfamiliar(f"{name} in it is no array of numbers")
        count = 1
        for size in shape:
            count *= size
        self._room -= count
        size = count * kind.itemsize
        if min(shape, default=0) < 0 or self._room < 0:
            raise Unusable("it would take more memory than any model of a face needs")
        if size > member.file_size or size > max(SMALL, MOST_PACKED * member.compress_size):
            raise Unusable(f"{name} in it has another size than stated")
        raw = stream.read(size)
        if len(raw) != size:
            raise Unusable(f"{name} in it is cut short")
        return np.frombuffer(raw, dtype=kind).reshape(shape, order="F" if fortran else "C")
