"""Skins to learn from: MakeHuman's painted ones, widened by pigment, lesions and light.

Twenty skins are few, so each drawn one is the fine detail of one on the colours of several, with
more or less melanin and blood, marks of the kinds that infants' and adults' skin has, and light
of a random direction and tint. Whole skins are held out, never parts of one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from scipy import ndimage, sparse

from facewright.engine.arrays import BoolArray, DoubleArray, FloatArray
from facewright.engine.errors import InputError
from facewright.engine.geometry.normals import vertex_normals
from facewright.engine.models.template import Template, load_template
from facewright.engine.scans.texels import Texels
from facewright.engine.training.damage import TEXTURE, Damage
from facewright.engine.training.sources import data_folder

SIDE = 256
"""Texels; a millimetre and a quarter each on the face, what the painted pictures resolve."""
HELD_OUT = (
    "middleage_african_female",
    "old_caucasian_male",
    "young_asian_male",
    "young_caucasian_female",
)
"""Skins that nothing is learned from, both pictures where there are two."""
MELANIN, BLOOD = np.array([-0.22, -0.33, -0.40]), np.array([-0.02, -0.16, -0.13])
"""Change of the logarithm of sRGB for one standard deviation of a pigment."""
LIGHT = np.array([0.0, 0.5, 1.0])
"""Where light mostly comes from."""
TONE = 8.0
"""Texels by which a skin's colours are told from its detail."""
DARKEST = 0.02


@dataclass(frozen=True, eq=False)
class Canvas:
    """The texture that skins are painted on, and masks to damage them with."""

    template: Template
    head: FloatArray

    @cached_property
    def texels(self) -> Texels:
        """What the uv covers."""
        return Texels(self.template.fine, (SIDE, SIDE))

    @cached_property
    def covered(self) -> BoolArray:
        """`(SIDE, SIDE)`."""
        found = np.zeros((SIDE, SIDE), bool)
        found[self.texels.row, self.texels.column] = True
        return found

    @cached_property
    def normals(self) -> FloatArray:
        """`(SIDE, SIDE, 3)`, of the mean head."""
        fine = vertex_normals(self.head, self.template.fine.faces)
        return np.asarray(self.texels.image(self.texels.interpolate(fine)), np.float32)

    @cached_property
    def onto_coarse(self) -> sparse.csr_array:
        """`(V_coarse, SIDE²)`: means of the texels about each vertex."""
        texels, count = self.texels, self.template.coarse.count
        place = np.repeat(texels.row * SIDE + texels.column, 3)
        vertex, weight = texels.corners.ravel(), texels.weights.ravel().astype(np.float64)
        spread = sparse.coo_array(
            (weight, (vertex, place)), shape=(self.template.fine.count, SIDE * SIDE)
        ).tocsr()
        pull = sparse.csr_array(abs(self.template.lift.T) @ spread)
        assert pull.shape[0] == count
        total = np.maximum(np.asarray(pull.sum(axis=1)), 1e-9)
        return sparse.csr_array(sparse.diags_array(1 / total) @ pull)

    def spread(self, coarse: FloatArray) -> FloatArray:
        """Return `(SIDE, SIDE, C)` of values per coarse vertex."""
        fine = self.template.lift @ np.asarray(coarse, np.float64)
        flat = self.texels.interpolate(fine)
        result = np.zeros((SIDE, SIDE, flat.shape[1]), np.float32)
        result[self.texels.row, self.texels.column] = flat
        return result

    def holes(self, count: int, seed: int) -> tuple[BoolArray, BoolArray]:
        """Return `(N, V_coarse)` and `(N, SIDE, SIDE)` masks with INFACE's statistics."""
        damage = Damage(self.head[self.template.subset], self.template)
        rng = np.random.default_rng(seed)
        lost = np.array([damage.draw(rng, TEXTURE) for _ in range(count)])
        wide = np.array([self.spread(one[:, None].astype(np.float32))[..., 0] for one in lost])
        return lost, wide > 0.3


@dataclass(frozen=True, eq=False)
class Skins:
    """Painted skins on the template's texture, `(N, SIDE, SIDE, 3)`, sRGB in [0, 1]."""

    canvas: Canvas
    images: FloatArray
    names: tuple[str, ...]

    @classmethod
    def load(cls, data: Path | None, canvas: Canvas) -> Skins:
        """Return the skins of the training sources.

        Raises
        ------
        InputError
            If there are none.
        """
        from PIL import Image

        paths = sorted((data_folder(data) / "makehuman" / "skins").glob("*.png"))
        if not paths:
            raise InputError("There are no skins in the training sources: see --data.")
        template, images = load_template(), []
        for path in paths:
            with Image.open(path) as opened:
                picture = np.asarray(opened.convert("RGB"))
            images.append(_laid(picture, template, canvas.texels) / 255)
        names = tuple(path.name.split("--")[0] for path in paths)
        return cls(canvas, np.asarray(images, np.float32), names)

    def split(self, apart: Sequence[str] = HELD_OUT) -> tuple[Skins, Skins]:
        """Return the skins to learn from, and those held out."""
        held = np.isin(self.names, apart)

        def some(rows: BoolArray) -> Skins:
            names = tuple(n for n, take in zip(self.names, rows, strict=True) if take)
            return Skins(self.canvas, self.images[rows], names)

        return some(~held), some(held)

    @cached_property
    def tones(self) -> FloatArray:
        """The skins without their detail."""
        return np.array([self._smooth(image) for image in self.images])

    def _smooth(self, image: FloatArray) -> FloatArray:
        inside = self.canvas.covered.astype(np.float32)
        weight = np.maximum(ndimage.gaussian_filter(inside, TONE), 1e-3)[..., None]
        return np.asarray(
            ndimage.gaussian_filter(image * inside[..., None], (TONE, TONE, 0)) / weight
        )

    def draw(self, rng: np.random.Generator) -> FloatArray:
        """Return one widened skin, `(SIDE, SIDE, 3)` in [0, 1]."""
        own = int(rng.integers(len(self.images)))
        share = rng.dirichlet(np.full(3, 0.7)).astype(np.float32)
        tone = np.tensordot(share, self.tones[rng.integers(len(self.images), size=3)], 1)
        detail = np.maximum(self.images[own], DARKEST) / np.maximum(self.tones[own], DARKEST)
        image = tone * detail.clip(0.3, 1.6)
        change = self._pigment(rng) + self._light(rng)
        for _ in range(rng.poisson(1.2)):
            change += self._lesion(rng)
        image = image * np.exp(change)
        image += rng.normal(0, rng.uniform(0, 0.006), image.shape)
        return np.asarray(np.clip(image, 0, 1), np.float32)

    def _pigment(self, rng: np.random.Generator) -> DoubleArray:
        """Return a change of log sRGB: more or less melanin and blood, here and there more."""
        change = np.zeros((SIDE, SIDE, 3))
        for pigment, usual, local in ((MELANIN, 0.35, 0.12), (BLOOD, 0.45, 0.3)):
            patches = _clouds(rng, rng.uniform(6, 25))
            amount = rng.normal(0, usual) + rng.normal(0, local) * patches
            change += amount[..., None] * pigment
        return change

    def _light(self, rng: np.random.Generator) -> DoubleArray:
        """Return a change of log sRGB: light of a random direction, softness and tint."""
        way = rng.standard_normal(3) + LIGHT
        slope = self.canvas.normals @ (way / np.linalg.norm(way))
        shade = rng.uniform(0, 0.35) * (slope - 0.5) + rng.uniform(0, 0.15) * slope**2
        return np.asarray(shade[..., None] + rng.normal(0, 0.05, 3) + rng.normal(0, 0.08))

    def _lesion(self, rng: np.random.Generator) -> DoubleArray:
        """Return a change of log sRGB: a mole, a spot, a stain, or freckles."""
        texels = self.canvas.texels
        place = rng.integers(len(texels.row))
        row, column = np.ogrid[:SIDE, :SIDE]
        far = np.hypot(row - texels.row[place], column - texels.column[place])
        kind = rng.choice(4, p=[0.3, 0.35, 0.15, 0.2])
        if kind == 3:
            dots = (rng.random((SIDE, SIDE)) < rng.uniform(0.005, 0.02)) * (far < 45)
            amount = ndimage.gaussian_filter(dots * rng.uniform(3, 8), rng.uniform(0.7, 1.1))
            return np.asarray(amount[..., None] * MELANIN)
        reach = (rng.uniform(0.7, 2.0), rng.uniform(0.8, 2.2), rng.uniform(6, 20))[kind]
        edge = far / reach + (0.35 * _clouds(rng, reach / 2) if kind == 2 else 0)
        amount = (rng.uniform(1.0, 3.0), rng.uniform(0.8, 2.5), rng.uniform(0.5, 2.0))[kind]
        inside = 1 / (1 + np.exp((edge - 1) * reach * 2))
        return np.asarray((amount * inside)[..., None] * (MELANIN if kind == 0 else BLOOD))


def _clouds(rng: np.random.Generator, size: float) -> DoubleArray:
    """Return smooth noise of unit deviation, `(SIDE, SIDE)`."""
    noise = ndimage.gaussian_filter(rng.standard_normal((SIDE, SIDE)), size, mode="wrap")
    return np.asarray(noise / noise.std())


def _laid(picture: np.ndarray, template: Template, texels: Texels) -> DoubleArray:
    """Return a picture in MakeHuman's uv on the template's texture, `(SIDE, SIDE, 3)`."""
    height, width = picture.shape[:2]
    assert template.fine.uv_faces is not None
    source = template.uv_source[template.fine.uv_faces[texels.triangle]]
    place = np.einsum("tk,tkd->td", texels.weights, source)
    at = [(1 - place[:, 1]) * height - 0.5, place[:, 0] * width - 0.5]
    colors = [
        ndimage.map_coordinates(picture[..., c].astype(float), at, order=1, mode="nearest")
        for c in range(3)
    ]
    return texels.image(np.stack(colors, axis=1))
