"""What the points of a head see of their surroundings, computed beside the window's own work."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from weakref import WeakValueDictionary

import numpy as np
from numpy.typing import NDArray

from facewright.engine.arrays import FloatArray, IntArray

KEPT = 16
"""Heads whose soft shadows are remembered, half a MB each."""


@dataclass(frozen=True, eq=False)
class Surface:
    """One surface of a head.

    Attributes
    ----------
    vertices, normals : (V, 3) float32
    faces : (F, 3) int32
    """

    vertices: FloatArray
    normals: FloatArray
    faces: IntArray


class Task:
    """Visibility of all surfaces of one head, among each other, in a thread of its own.

    Parameters
    ----------
    skin : (V, 3) float32
        The array of the skin's vertices: it says which head this is.
    surfaces : mapping of name to Surface

    Attributes
    ----------
    shape : bytes
        The head by what it looks like; see `sign`.
    """

    def __init__(self, skin: FloatArray, surfaces: Mapping[str, Surface], shape: bytes) -> None:
        self.skin, self.shape = skin, shape
        self._surfaces = surfaces
        self._stop = threading.Event()
        self.result: dict[str, FloatArray] | None = None
        self._thread = threading.Thread(target=self._run, name="occlusion")
        self._thread.start()

    @property
    def stopped(self) -> bool:
        """Whether it was stopped before its end."""
        return self._stop.is_set()

    @property
    def running(self) -> bool:
        """Whether it is still at work."""
        return self._thread.is_alive()

    def stop(self) -> None:
        """End soon, without a result."""
        self._stop.set()

    def join(self) -> None:
        """Wait for the end, however long it takes; after `stop` it is one direction's rays away."""
        self._thread.join()

    def _run(self) -> None:
        from facewright.engine.geometry.visibility import visibility

        parts = list(self._surfaces.values())
        starts = np.cumsum([0, *(len(part.vertices) for part in parts)])
        points = np.concatenate([part.vertices for part in parts])
        normals = np.concatenate([part.normals for part in parts])
        faces = [part.faces + start for part, start in zip(parts, starts, strict=False)]
        occluders = points, np.concatenate(faces).astype(np.int32)
        found = visibility(points, normals, occluders, stop=self._stop.is_set)
        if found is not None:
            found = _smoothed(found, occluders[1])
            blocks = np.split(found, starts[1:-1])
            self.result = dict(zip(self._surfaces, blocks, strict=True))


def _smoothed(values: FloatArray, faces: IntArray) -> FloatArray:
    """Mix the values `(V, k)` of neighbours, twice: rays are few and scatter."""
    from scipy import sparse

    count = len(values)
    ends = faces[:, [0, 1, 1, 2, 2, 0]].reshape(-1, 2)
    ones = np.ones(len(ends), np.float32)
    near = sparse.csr_matrix((ones, (ends[:, 0], ends[:, 1])), shape=(count, count))
    near = near + near.T + 2.0 * sparse.identity(count, dtype=np.float32, format="csr")
    share = sparse.diags(1.0 / np.asarray(near.sum(axis=1)).ravel()) @ near
    return np.asarray(share @ (share @ values), np.float32)


_tasks: WeakValueDictionary[int, Task] = WeakValueDictionary()


def task_for(vertices: FloatArray, surfaces: Mapping[str, Surface], shape: bytes) -> Task:
    """Return the task for a head whose skin is the array `vertices`: views share it."""
    task = _tasks.get(id(vertices))
    if task is None or task.stopped:
        task = _tasks[id(vertices)] = Task(vertices, surfaces, shape)
    return task


_Halves = dict[str, NDArray[np.float16]]
_known: OrderedDict[bytes, tuple[str, _Halves]] = OrderedDict()


def sign(surfaces: Mapping[str, Surface]) -> bytes:
    """Return what tells the shape of a head from any other."""
    digest = hashlib.blake2b(digest_size=16)
    for name, surface in surfaces.items():
        digest.update(name.encode())
        digest.update(np.ascontiguousarray(surface.vertices).data)
    return digest.digest()


def remember(shape: bytes, topology: str, seen: dict[str, FloatArray]) -> None:
    """Keep what a head of this shape saw: undo, redo and blinking show it again at once."""
    _known[shape] = topology, {name: values.astype(np.float16) for name, values in seen.items()}
    _known.move_to_end(shape)
    while len(_known) > KEPT:
        _known.popitem(last=False)


def known(shape: bytes) -> dict[str, FloatArray] | None:
    """Return what a head of this shape saw, where that is remembered."""
    if shape not in _known:
        return None
    _known.move_to_end(shape)
    return _whole(_known[shape][1])


def recall(topology: str) -> dict[str, FloatArray]:
    """Return what a head of that topology saw last: a good guess for the next one."""
    return _whole(next((seen for id, seen in reversed(_known.values()) if id == topology), {}))


def _whole(halves: _Halves) -> dict[str, FloatArray]:
    return {name: values.astype(np.float32) for name, values in halves.items()}
