"""What is read from a foreign file: a mean, a surface, and what moves it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from facewright.engine.arrays import BoolArray, DoubleArray, FloatArray, IntArray
from facewright.engine.models.external.skinning import Skinning
from facewright.engine.models.layers import Layers

FEWEST_VERTICES, MOST_VERTICES = 50, 1_000_000
MOST_AXES = 2_000
MOST_NUMBERS = 200_000_000
"""Numbers that a model may hold in all: 800 MB in single precision."""
MOST_PACKED, SMALL = 50, 1 << 20
"""An array of more bytes than `SMALL` that packs better than this is taken for a bomb."""

SMALLEST, LARGEST = 60.0, 700.0
"""Longest side in mm of a face, head or bust of any age."""


class Unusable(ValueError):
    """Why a file cannot be used, as the middle of a sentence: "it is cut short"."""


class Unfamiliar(Unusable):
    """The same of one array that is there, whole, and kept in a way that is not known."""


@dataclass(frozen=True, eq=False)
class Group:
    """Axes of one kind.

    Attributes
    ----------
    kind : str
        "identity", "expression", "age" or "jaw".
    unit : str
        "sd", "" for weights in [0, 1], or "deg".
    names : tuple of str
        What the file calls each axis; empty where it only counts them.
    count : int
    """

    kind: str
    unit: str
    count: int
    names: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Autoencoder:
    """Encoders side by side, one for each group of axes or one for all, and a decoder."""

    encoders: tuple[Layers, ...]
    decoder: Layers


@dataclass(frozen=True, eq=False)
class Foreign:
    """A model as its file gives it, in mm in its own frame.

    Latents are what the file's own programs call coefficients:
    `latent = latent_mean + latent_sd * coefficient`, with our coefficients in units of the axes.

    Attributes
    ----------
    family : str
        "inface", "flame", "bfm" or "ict".
    title : str
    terms : str
        Where its licence is to be had.
    mean : (V, 3) float64
        Mm; the head at coefficients 0.
    faces : (F, 3) int32
        Counter-clockwise seen from outside.
    groups : tuple of Group
        In the order of the coefficients.
    latent_mean, latent_sd, prior_sd : (K,) float64
        `prior_sd` is in the unit of each axis.
    basis : (K, 3 V) float32 or None
        Mm for each unit of a coefficient, of a linear model.
    network : Autoencoder or None
        From latents to mm from the mean, of one that is not.
    skinning : Skinning or None
        Of a linear model whose last two axes turn a jaw.
    skin : (V,) bool or None
        Outer skin, where the file's layout says what else is in it.
    landmarks : mapping of landmark name to vertex
    notes : tuple of str
        What was taken for granted or left out, in plain sentences.
    """

    family: str
    title: str
    terms: str
    mean: DoubleArray
    faces: IntArray
    groups: tuple[Group, ...]
    latent_mean: DoubleArray
    latent_sd: DoubleArray
    prior_sd: DoubleArray
    basis: FloatArray | None = None
    network: Autoencoder | None = None
    skinning: Skinning | None = None
    skin: BoolArray | None = None
    landmarks: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    notes: tuple[str, ...] = ()


def room(*shapes: tuple[int, ...]) -> None:
    """Refuse shapes that together hold more numbers than any model; call it before allocating.

    Raises
    ------
    Unusable
    """
    total = 0
    for shape in shapes:
        numbers = 1
        for size in shape:
            numbers *= size
        total += numbers
    if total > MOST_NUMBERS:
        raise Unusable("it would take more memory than any model of a face needs")


def head(values: NDArray[np.generic], factor: float) -> DoubleArray:
    """Return `(V, 3)` mean vertices in mm from `(V, 3)` or `(3 V,)` numbers.

    Raises
    ------
    Unusable
        If they are no such numbers, not finite, or no head's size.
    """
    if values.size % 3 or not 3 * FEWEST_VERTICES <= values.size <= 3 * MOST_VERTICES:
        raise Unusable(f"its mean has {values.size} numbers, which is no face")
    mean = np.asarray(values, dtype=np.float64).reshape(-1, 3) * factor
    if not np.isfinite(mean).all():
        raise Unusable("its mean has numbers that are not finite")
    side = float(np.ptp(mean, axis=0).max())
    if not SMALLEST <= side <= LARGEST:
        raise Unusable(f"its mean would be {side:.3g} mm across, which is no head")
    return mean


def guessed_unit(values: NDArray[np.generic]) -> float:
    """Return the mm in the unit of mean vertices that come without one.

    Raises
    ------
    Unusable
        If no unit makes a head of them.
    """
    with np.errstate(all="ignore"):
        wide = np.asarray(values, dtype=np.float64).reshape(-1, 3)
        side = float(np.ptp(wide, axis=0).max(initial=0.0)) if len(wide) else 0.0
    for factor in (1.0, 10.0, 1000.0, 1e-3):
        if SMALLEST <= side * factor <= LARGEST:
            return factor
    raise Unusable(f"its mean is {side:.3g} across, which is a head in no unit of length")


def triangles(values: NDArray[np.generic], mean: DoubleArray, *, first: int = 0) -> IntArray:
    """Return `(F, 3)` faces seen from outside, from `(F, 3)` indices that begin at `first`.

    Raises
    ------
    Unusable
        If they are no triangles of the mean's vertices.
    """
    if values.ndim != 2 or values.shape[1] != 3 or not len(values):
        raise Unusable("its triangles are not rows of three vertices")
    if len(values) > 4 * MOST_VERTICES:
        raise Unusable("it has more triangles than any model of a face")
    if not np.isfinite(np.asarray(values, dtype=np.float64)).all():
        raise Unusable("its triangles are not numbers")
    wide = values.astype(np.int64) - first
    if wide.min() < 0 or wide.max() >= len(mean):
        raise Unusable("its triangles name vertices that it does not have")
    faces = wide.astype(np.int32)
    corners = mean[faces] - mean.mean(axis=0)
    volume = np.einsum("fd,fd->f", corners[:, 0], np.cross(corners[:, 1], corners[:, 2])).sum()
    return np.ascontiguousarray(faces if volume >= 0 else faces[:, ::-1])


def spreads(variances: NDArray[np.generic], count: int) -> DoubleArray:
    """Return `(K,)` standard deviations of variances.

    Raises
    ------
    Unusable
        If they are not one number of 0 or more for each of `count` axes.
    """
    wide = np.asarray(variances, dtype=np.float64).ravel()
    if wide.size != count:
        raise Unusable(f"it has {wide.size} variances for {count} axes")
    if not (np.isfinite(wide).all() and (wide >= 0).all()):
        raise Unusable("its variances are not all numbers of 0 or more")
    return np.sqrt(wide)


def single(values: NDArray[np.generic], shape: tuple[int, ...], what: str) -> FloatArray:
    """Return numbers as writable float32 of a shape.

    Raises
    ------
    Unusable
        If there are more or fewer of them, or some are not finite.
    """
    count = 1
    for size in shape:
        count *= size
    if values.size != count:
        raise Unusable(f"{what} has {values.size} numbers where {count} are expected")
    with np.errstate(over="ignore"):
        wide = np.require(values.reshape(shape), np.float32, ["C", "W"])
    if not np.isfinite(wide).all():
        raise Unusable(f"{what} has numbers that are not finite")
    return wide


def axes_allowed(count: int) -> int:
    """Return a count of axes.

    Raises
    ------
    Unusable
        If it is none, or far too many.
    """
    if not 1 <= count <= MOST_AXES:
        raise Unusable(f"it has {count} axes, which is no model of a face")
    return count
