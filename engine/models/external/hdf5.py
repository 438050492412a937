"""HDF5 files as plain arrays: known paths alone, no links out, no promise without its bytes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from facewright.engine.models.external.foreign import MOST_NUMBERS, MOST_PACKED, SMALL, Unusable

LARGEST_CHUNK = 64 << 20
_KNOWN_FILTERS = {1, 2, 3}
"""Deflate, shuffle, checksum: the ones that HDF5 itself brings."""


class Hdf5:
    """An open file; use it as a context.

    Raises
    ------
    Unusable
        From every method, if the file is not what a model's file is.
    """

    def __init__(self, path: Path) -> None:
        import h5py

        self._h5py = h5py
        self._room = MOST_NUMBERS
        try:
            self._file = h5py.File(path, "r", locking=False)
        except (OSError, RuntimeError, ValueError, KeyError) as error:
            raise Unusable("it is cut short or no HDF5 file") from error

    def __enter__(self) -> Hdf5:
        return self

    def __exit__(self, *_error: object) -> None:
        self._file.close()

    def has(self, path: str) -> bool:
        """Tell whether there is a group or dataset at `path`."""
        try:
            self._at(path)
        except Unusable:
            return False
        return True

    def count(self, path: str) -> int:
        """Return how many members a group has."""
        found = self._at(path)
        if not isinstance(found, self._h5py.Group):
            raise Unusable(f"{path} in it is no group")
        with _damage(path):
            return len(found)

    def shape(self, path: str) -> tuple[int, ...]:
        """Return the shape of a dataset."""
        return self._dataset(path)[1]

    def array(self, path: str) -> NDArray[Any]:
        """Return the numbers of a dataset, checked against what the file holds of them."""
        dataset, shape = self._dataset(path)
        with _damage(path):
            self._check(path, dataset, shape)
            return np.asarray(dataset[()])

    def _check(self, path: str, dataset: Any, shape: tuple[int, ...]) -> None:
        kind = dataset.dtype
        if kind.kind not in "fiu" or kind.itemsize > 8 or kind.subdtype is not None:
            raise Unusable(f"{path} in it is no array of numbers")
        plan = dataset.id.get_create_plist()
        if dataset.is_virtual or plan.get_external_count():
            raise Unusable(f"{path} in it lies in another file")
        filters = {plan.get_filter(place)[0] for place in range(plan.get_nfilters())}
        if not filters <= _KNOWN_FILTERS:
            raise Unusable(f"{path} in it is packed in an unknown way")
        numbers = 1
        for size in shape:
            numbers *= int(size)
        self._room -= numbers
        if self._room < 0:
            raise Unusable("it would take more memory than any model of a face needs")
        stored, size = dataset.id.get_storage_size(), numbers * kind.itemsize
        if dataset.chunks is None:
            if stored != size:
                raise Unusable(f"{path} in it is not whole")
            return
        chunk = kind.itemsize
        for side in dataset.chunks:
            chunk *= int(side)
        if chunk > max(LARGEST_CHUNK, 2 * size) or size > max(SMALL, MOST_PACKED * stored):
            raise Unusable(f"{path} in it would unpack to far more than its size")

    def _dataset(self, path: str) -> tuple[Any, tuple[int, ...]]:
        found = self._at(path)
        if not isinstance(found, self._h5py.Dataset):
            raise Unusable(f"{path} in it is no array")
        with _damage(path):
            shape = found.shape
        if shape is None or len(shape) > 3:
            raise Unusable(f"{path} in it is no array of numbers")
        return found, shape

    def _at(self, path: str) -> Any:
        """Return what lies at a path, reached by this file's own members alone."""
        found = self._file
        with _damage(path):
            for name in path.split("/"):
                link = found.get(name, getlink=True) if hasattr(found, "get") else None
                if not isinstance(link, self._h5py.HardLink):
                    raise Unusable(f"it has no {path}")
                found = found[name]
        return found


@contextmanager
def _damage(path: str) -> Iterator[None]:
    """Tell what HDF5 says of a damaged file as such."""
    try:
        yield
    except Unusable:
        raise
    except (OSError, RuntimeError, ValueError, TypeError, KeyError, OverflowError) as error:
        raise Unusable(f"{path} in it is damaged") from error
