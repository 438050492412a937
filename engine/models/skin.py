"""The model's own skin: a texture for whoever a face stands for."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from functools import cache, cached_property
from pathlib import Path
from threading import RLock
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from facewright.engine.arrays import ByteArray, DoubleArray, FloatArray, frozen
from facewright.engine.assets import ASSETS
from facewright.engine.errors import ModelUnavailable
from facewright.engine.face import Subject, Trait
from facewright.engine.geometry.chart import chart
from facewright.engine.mesh import Topology
from facewright.engine.models.template import load_template

SIDE = 1024
FOLDER = ASSETS / "models" / "skin" / "1.0.0"
WEIGHTS = "weights.safetensors"
ANCESTRIES = ("european", "african", "asian")
SEXES = ("male", "female")
STAGES: dict[str, float] = {"infant": 0.5, "child": 7.0, "young": 22.0, "middle": 48.0, "old": 72.0}
"""Stage of life and the age in years that shows it alone."""
HAIR = {"european": (104, 74, 52), "african": (38, 28, 24), "asian": (48, 36, 30)}
GREY = (150, 132, 118)
LASH = (26.0, 18.0, 15.0)
KEPT = 3
"""Images that are remembered, 3 MB each: the one shown, one beside it, and the one before."""
EVIDENCE = 100.0
"""What the colours of a whole seen face weigh against the model's own; chosen on real scans."""
ANY_LIGHT, DARKEST = 0.01, 0.03
"""How little is known of the light's colour, and the least colour that shares are taken of."""
PORE_DEPTH = 0.055
"""Change of brightness at the deepest pore of grown skin."""


class Skin:
    """Colours of skin as tables over the fine template.

    Parameters
    ----------
    weights : mapping
        `tones` (3, 2, 5, V, 3) uint8 sRGB by ancestry, sex and stage; `mean` (V, 3), `components`
        (K, V, 3) and `sd` (K,) of the colour basis, sRGB in [0, 1]; `pores`, `brow` and `lash`
        (SIDE, SIDE) uint8, detail in texture space.
    topology : Topology
        The fine template.
    """

    def __init__(self, weights: Mapping[str, NDArray[Any]], topology: Topology) -> None:
        self._weights = weights
        self._topology = topology
        self._kept: OrderedDict[tuple[float, ...], ByteArray] = OrderedDict()
        self._lock = RLock()

    def tone(self, subject: Subject) -> FloatArray:
        """Return the colour of each fine vertex, `(V, 3)` float32 sRGB in [0, 1]."""
        share = _shares(subject)
        table = self._weights["tones"]
        total = np.zeros(table.shape[3:], dtype=np.float32)
        for place in np.argwhere(share > 1e-4):
            index = tuple(place)
            total += np.float32(share[index] / 255) * table[index]
        return total

    def basis(self) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Return the colour basis: mean `(V, 3)`, components `(K, V, 3)` and their sd `(K,)`."""
        names = ("mean", "components", "sd")
        mean, components, sd = (self._weights[name].astype(np.float32) for name in names)
        return mean, components, sd

    def likely(self, colors: FloatArray, belief: FloatArray, subject: Subject) -> FloatArray:
        """Return the `(V, 3)` colours that skin most likely has, given some of them.

        The posterior mean of the colour basis about the subject's own tone, under light of any
        colour: shares of the tone are compared, not differences from it.

        Parameters
        ----------
        colors : (V, 3)
            sRGB in [0, 1]; what is not believed may be anything.
        belief : (V,)
            How much of each vertex was seen, 0 where nothing.
        """
        tone = np.maximum(self.tone(subject), DARKEST)
        rows = np.flatnonzero(belief > 0)
        if not len(rows):
            return tone
        light = np.broadcast_to(np.eye(3)[:, None], (3, *tone.shape))
        ways = np.concatenate([self.basis()[1] / tone, light])
        prior = np.append(np.ones(len(ways) - 3), np.full(3, ANY_LIGHT))
        weight = belief[rows] * (EVIDENCE / belief[rows].sum())
        seen = np.log(np.maximum(colors[rows], DARKEST) / tone[rows])
        some = ways[:, rows]
        pulled = np.einsum("kvc,v,vc->k", some, weight, seen, optimize=True)
        agreed = np.einsum("kvc,v,lvc->kl", some, weight, some, optimize=True)
        c = np.linalg.solve(agreed + np.diag(prior), pulled)
        return np.asarray(tone * np.exp(np.tensordot(c, ways, 1)), np.float32)

    def image(self, subject: Subject) -> ByteArray:
        """Return the texture of a subject, `(SIDE, SIDE, 3)` uint8 sRGB; a few are kept."""
        key = (_rounded(subject.age.value), *(round(t.value, 2) for t in _mixture(subject)))
        with self._lock:
            if key not in self._kept:
                self._kept[key] = frozen(self._painted(subject), np.uint8)
                while len(self._kept) > KEPT:
                    self._kept.popitem(last=False)
            self._kept.move_to_end(key)
            return self._kept[key]

    def spread(self, values: FloatArray) -> FloatArray:
        """Return values per vertex, `(V, C)`, as an image, `(SIDE, SIDE, C)`."""
        flat = self._texels @ np.asarray(values, dtype=np.float32)
        return np.asarray(flat, dtype=np.float32).reshape(SIDE, SIDE, -1)

    def _painted(self, subject: Subject) -> NDArray[Any]:
        age, sex = float(subject.age.value), float(np.clip(subject.sex.value, -1, 1))
        image = self.spread(255 * self.tone(subject))
        grown = float(np.interp(age, [1, 12, 25], [0.25, 0.6, 1.0]))
        pores = self._weights["pores"].astype(np.float32)
        pores *= PORE_DEPTH * grown / 127.5
        pores += 1 - PORE_DEPTH * grown
        image *= pores[..., None]
        years = [0, 1, 5, 12, 20, 45, 80]
        thick = float(np.interp(age, years, [0.12, 0.25, 0.5, 0.75, 0.95, 0.95, 0.85]))
        strength = {
            "brow": thick * (1 - 0.12 * max(sex, 0)),
            "lash": float(np.interp(age, [0, 3], [0.25, 0.5])),
        }
        flat = image.reshape(-1, 3)
        for name, color in (("brow", _hair(subject)), ("lash", LASH)):
            texels, cover = self._covered[name]
            under = flat[texels]
            flat[texels] = under + strength[name] * cover * (
                np.asarray(color, dtype=np.float32) - under
            )
        image += 0.5
        return np.clip(image, 0, 255, out=image)

    @cached_property
    def _covered(self) -> dict[str, tuple[NDArray[np.int64], FloatArray]]:
        """Return the texels under brows and lashes, and how much of each is covered."""
        found = {}
        for name in ("brow", "lash"):
            cover = self._weights[name].ravel()
            texels = np.flatnonzero(cover)
            found[name] = texels, (cover[texels, None] / np.float32(255)).astype(np.float32)
        return found

    @cached_property
    def _texels(self) -> sparse.csr_array:
        """Return the interpolation from vertices to texels, rows of texels from the top."""
        from scipy import ndimage

        topology = self._topology
        assert topology.uv is not None
        assert topology.uv_faces is not None
        flat = np.column_stack([topology.uv[:, 0], 1 - topology.uv[:, 1]]) * SIDE
        triangle, weights = chart(flat, topology.uv_faces, SIDE)
        empty = triangle < 0
        near = ndimage.distance_transform_edt(empty, return_distances=False, return_indices=True)
        triangle, weights = triangle[tuple(near)], weights[tuple(near)]
        corners = topology.faces[triangle.ravel()]
        starts = np.arange(0, 3 * SIDE * SIDE + 1, 3, dtype=np.int32)
        return sparse.csr_array(
            (weights.ravel().astype(np.float32), corners.ravel(), starts),
            shape=(SIDE * SIDE, topology.count),
        )


@cache
def load_skin(folder: Path = FOLDER) -> Skin:
    """Return the skin shipped in assets.

    Raises
    ------
    ModelUnavailable
        If its file is not there.
    """
    from safetensors.numpy import load_file

    path = folder / WEIGHTS
    if not path.is_file():
        raise ModelUnavailable("The skin is missing from assets: install Facewright again.")
    return Skin(load_file(path), load_template().fine)


def _hair(subject: Subject) -> DoubleArray:
    """Return the colour of brow hair, `(3,)` sRGB."""
    colors = np.array([HAIR[name] for name in ANCESTRIES], dtype=np.float64)
    own = _ancestry(subject) @ colors
    grey = float(np.interp(subject.age.value, [40, 80], [0, 0.6]))
    return np.asarray((1 - grey) * own + grey * np.array(GREY))


def _mixture(subject: Subject) -> tuple[Trait, Trait, Trait]:
    return subject.sex, subject.african, subject.asian


def _rounded(age: float) -> float:
    """Return an age in steps too small to see in the skin: months in children, then years."""
    return round(12 * age) / 12 if age < 4 else float(round(age))


def _ancestry(subject: Subject) -> DoubleArray:
    african, asian = max(subject.african.value, 0.0), max(subject.asian.value, 0.0)
    total = max(african + asian, 1.0)
    return np.array([1 - (african + asian) / total, african / total, asian / total])


def _shares(subject: Subject) -> DoubleArray:
    """Return the share of each table of tones, `(3, 2, 5)`, summing to 1; smooth in age."""
    female = (1 + float(np.clip(subject.sex.value, -1, 1))) / 2
    places = np.array(list(STAGES.values()))
    age = float(np.clip(subject.age.value, places[0], places[-1]))
    upper = int(np.clip(np.searchsorted(places, age), 1, len(places) - 1))
    t = (age - places[upper - 1]) / (places[upper] - places[upper - 1])
    stage = np.zeros(len(places))
    stage[upper] = t * t * (3 - 2 * t)
    stage[upper - 1] = 1 - stage[upper]
    sexes = np.array([1 - female, female])
    return np.asarray(np.einsum("a,s,t->ast", _ancestry(subject), sexes, stage))
