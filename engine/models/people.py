"""How people differ from one another: what random heads are drawn from.

Two layers. The axes of the model, whose spread follows published norms at every age: a table of
matrices, made by `facewright-train people`. And fine form, which no axis holds.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray

from facewright.engine.arrays import DoubleArray, FloatArray, IntArray
from facewright.engine.geometry.diffusion import Diffusion
from facewright.engine.geometry.normals import vertex_areas
from facewright.engine.geometry.threads import one_thread
from facewright.engine.geometry.transfer import Transfer
from facewright.engine.models.agescale import warp

if TYPE_CHECKING:
    from facewright.engine.models.template import Template

PEOPLE = "people.safetensors"
SEEDS: Mapping[str, range] = MappingProxyType(
    {
        "shown": range(2**32),
        "training": range(2**32, 2**33),
        "validation": range(2**33, 2**34),
        "test": range(2**34, 2**35),
    }
)
"""Which seeds draw people for what, so that no one who teaches a model is met in its test.

Window, command line, samples and the program's own tests draw from the first; whoever trains and
judges a model draws each person with a seed of the others.
"""
SPECTRUM = ((12.0, 0.15), (6.0, 0.37), (3.0, 0.22))
"""Lengths in mm on the young head, and root mean square motion in mm of form of that length.

Together 0.46 mm. Least squares over all shape axes leaves 0.40, 0.44, 0.55 and 0.67 mm of the
faces of the four adults whose scans were at hand (`tests/acceptance/test_people.py`), a good part
of it shorter than 6 mm, where scanners' noise is too. So the amounts are chosen low among these,
weigh the middle length most, and are such that 128 principal components leave of infants what
they leave of INFACE's, 0.33 mm.
"""
ALIKE, APART = 0.84, 0.54
"""Share of both sides' motion that is mirrored, and of what is opposite; squares sum to one."""


class People:
    """The spread of the shape axes at every age.

    Parameters
    ----------
    years : (A,)
        Ages of the table, rising.
    roots : (A, K, K)
        Symmetric roots of the covariance of the K shape axes, in their prior sd.
    """

    def __init__(self, years: NDArray[Any], roots: NDArray[Any]) -> None:
        self._places: DoubleArray = warp(years.astype(np.float64))
        self._roots = roots

    @classmethod
    def load(cls, path: Path) -> Self:
        """Return the table in a file."""
        from safetensors.numpy import load_file

        return cls(**load_file(path))

    def root(self, age: float) -> DoubleArray:
        """Return the `(K, K)` root at an age in years; beyond the table that of its end."""
        place = np.interp(float(warp(age)), self._places, np.arange(len(self._places)))
        low = min(int(place), len(self._places) - 2)
        one, other = self._roots[low : low + 2].astype(np.float64)
        return np.asarray(one + (place - low) * (other - one))

    def draw(self, noise: DoubleArray, age: float) -> DoubleArray:
        """Return `(n, K)` axes in prior sd from `(n, K)` independent normal numbers.

        The same numbers at another age are the same person, older or younger.
        """
        with one_thread():
            return np.asarray(noise @ self.root(age))


class FineForm:
    """Smooth random form that the axes do not hold, on the coarse level, alike in all directions.

    Parameters
    ----------
    young : (V, 3)
        The young head, mm.
    template : Template
        Of which the coarse level moves; its region `inner` stays as it is.
    contacts : (C, 2) int
        Vertices that touch, of the lips: they move alike.
    """

    def __init__(self, young: FloatArray, template: Template, contacts: IntArray) -> None:
        topology = template.coarse
        assert topology.mirror is not None
        vertices = young.astype(np.float64)
        self._mirror = topology.mirror
        self._lock = threading.Lock()
        areas = vertex_areas(vertices, topology.faces)
        self._root = 1.0 / np.sqrt(np.maximum(areas, 0.02 * areas.max()))[:, None]
        self._diffusions = [Diffusion(vertices, topology.faces, size) for size, _ in SPECTRUM]
        outside = (1.0 - topology.regions["inner"]).astype(np.float64)
        self._mask: DoubleArray = outside * self._diffusions[-1].smooth(outside[:, None])[:, 0]
        still = np.broadcast_to(np.eye(3), (len(topology.faces), 3, 3))
        self._joined = Transfer(vertices, topology.faces, still, contacts=contacts, opening=0.0)
        self._face = template.coarse_face
        self._amounts = [
            amount / (np.sqrt(3.0) * self._usual(diffusion))
            for (_, amount), diffusion in zip(SPECTRUM, self._diffusions, strict=True)
        ]

    def draw(self, rng: np.random.Generator) -> DoubleArray:
        """Return `(V, 3)` offsets in mm of one young head."""
        total = np.zeros((len(self._mirror), 3))
        with self._lock:  # the solvers keep working memory of their own
            for diffusion, amount in zip(self._diffusions, self._amounts, strict=True):
                total += amount * diffusion.smooth(rng.standard_normal(total.shape) * self._root)
            other = total[self._mirror] * [-1.0, 1.0, 1.0]
            sided = (ALIKE * (total + other) + APART * (total - other)) / np.sqrt(2.0)
            return np.asarray(self._joined.offsets((self._mask[:, None] * sided)[None])[0])

    def _usual(self, diffusion: Diffusion) -> float:
        """Return the root mean square that smoothed noise has in the face, from fixed probes."""
        probes = np.random.default_rng(0).standard_normal((len(self._root), 16))
        smooth = diffusion.smooth(probes * self._root)[self._face]
        return float(np.sqrt(np.square(smooth).mean()))
