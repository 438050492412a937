"""INFACE and INCRAN: infants' faces, heads and skulls, as PCA or autoencoder (.h5).

Schnabel et al. 2024 and 2025; the layout is that of the authors' own programs,
github.com/tillns/INFACE. Every file has `mean_vertices` (V, 3) and `triangles` (F, 3).
PCA: `components` (K, 3 V), rows of length 1, and `eigenvalues` (K,), their variances.
Autoencoder: `encoder`, or `id_encoder`, `exp_encoder` and `age_encoder` where it is disentangled,
and `decoder`, each with lists `matrix_mults` and `biases` (`item_0`, `item_1`, ...) and
`relu_factor`; `latent_mean` and `latent_std` (K,). The encoders' ends are rectified too.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from facewright.engine.arrays import DoubleArray
from facewright.engine.models.external.foreign import (
    MOST_NUMBERS,
    Autoencoder,
    Foreign,
    Group,
    Unusable,
    axes_allowed,
    guessed_unit,
    head,
    room,
    single,
    spreads,
    triangles,
)
from facewright.engine.models.external.hdf5 import Hdf5
from facewright.engine.models.layers import Layers

TERMS = "the authors' terms apply: research at academic institutions only"
ENCODERS = {"id_encoder": "identity", "exp_encoder": "expression", "age_encoder": "age"}
SLOPE = 0.2
"""What the authors' programs take where a file names no `relu_factor`."""

MOST_LAYERS = 16


def is_inface(file: Hdf5) -> bool:
    """Tell whether an HDF5 file has this layout."""
    return file.has("mean_vertices") and (file.has("components") or file.has("decoder"))


def read(path: Path, file: Hdf5) -> Foreign:
    """Return the model in an open file.

    Raises
    ------
    Unusable
    """
    raw = file.array("mean_vertices")
    factor = guessed_unit(raw)
    mean = head(raw, factor)
    faces = triangles(file.array("triangles"), mean)
    notes = (f"The file names no unit; its size says {_UNITS[factor]}.",)
    title = path.stem.replace("_", " ")
    if not file.has("components"):
        return _autoencoder(file, Foreign(
            "inface", title, TERMS, mean, faces, (), np.zeros(0), np.zeros(0), np.zeros(0),
            notes=notes), factor)  # fmt: skip
    count = axes_allowed(file.shape("components")[0] if file.shape("components") else 0)
    sd = spreads(file.array("eigenvalues"), count)
    room((count, mean.size))
    basis = single(file.array("components"), (count, mean.size), "components")
    basis *= (factor * sd).astype(np.float32)[:, None]
    return Foreign(
        family="inface",
        title=title,
        terms=TERMS,
        mean=mean,
        faces=faces,
        groups=(Group("identity", "sd", count),),
        latent_mean=np.zeros(count),
        latent_sd=sd,
        prior_sd=np.ones(count),
        basis=basis,
        notes=notes,
    )


_UNITS = {1.0: "millimetres", 10.0: "centimetres", 1000.0: "metres", 1e-3: "micrometres"}


def _autoencoder(file: Hdf5, found: Foreign, factor: float) -> Foreign:
    """Return the autoencoder of a file on the surface found; its layers stay in the file's unit."""
    kinds = {"encoder": "identity"} if file.has("encoder") else ENCODERS
    size = found.mean.size
    encoders = tuple(_layers(file, name) for name in kinds)
    decoder = _layers(file, "decoder")
    groups = tuple(
        Group(kind, "sd", axes_allowed(len(layers.biases[-1])))
        for kind, layers in zip(kinds.values(), encoders, strict=True)
    )
    count = sum(group.count for group in groups)
    if any(layers.weights[0].shape[1] != size for layers in encoders):
        raise Unusable("its encoder does not take the vertices of its mean")
    if decoder.weights[0].shape[1] != count or len(decoder.biases[-1]) != size:
        raise Unusable("its decoder does not lead from its latents to the vertices of its mean")
    middle = np.asarray(file.array("latent_mean"), dtype=np.float64).ravel()
    spread = np.asarray(file.array("latent_std"), dtype=np.float64).ravel()
    if middle.shape != (count,) or spread.shape != (count,):
        raise Unusable("its latents have another number of means or deviations")
    if not (np.isfinite(middle).all() and np.isfinite(spread).all() and (spread >= 0).all()):
        raise Unusable("its latents' means or deviations are no numbers of use")
    return Foreign(
        family=found.family,
        title=found.title,
        terms=found.terms,
        mean=found.mean,
        faces=found.faces,
        groups=groups,
        latent_mean=middle,
        latent_sd=spread,
        prior_sd=np.ones(count),
        network=Autoencoder(
            tuple(_scaled(layers, first=1 / factor) for layers in encoders),
            _scaled(decoder, last=factor),
        ),
        notes=found.notes,
    )


def _scaled(layers: Layers, *, first: float = 1.0, last: float = 1.0) -> Layers:
    """Return layers whose input or output is in another unit."""
    weights, biases = list(layers.weights), list(layers.biases)
    weights[0] = weights[0] * first
    weights[-1], biases[-1] = weights[-1] * last, biases[-1] * last
    return Layers(tuple(weights), tuple(biases), layers.slope)


def _layers(file: Hdf5, name: str) -> Layers:
    """Return the layers of one network, each fitting the next."""
    count = file.count(f"{name}/matrix_mults")
    if not 1 <= count <= MOST_LAYERS or file.count(f"{name}/biases") != count:
        raise Unusable(f"its {name} has no layers of use")
    weights: list[DoubleArray] = []
    biases: list[DoubleArray] = []
    total = 0
    for place in range(count):
        shape = file.shape(f"{name}/matrix_mults/item_{place}")
        if len(shape) != 2 or (weights and shape[1] != len(biases[-1])):
            raise Unusable(f"the layers of its {name} do not fit each other")
        total += shape[0] * shape[1]
        if total > MOST_NUMBERS // 4:  # kept in double precision
            raise Unusable(f"its {name} would take more memory than any model of a face needs")
        weights.append(_finite(file, f"{name}/matrix_mults/item_{place}", shape))
        biases.append(_finite(file, f"{name}/biases/item_{place}", shape[:1]))
    slope = SLOPE
    if file.has(f"{name}/relu_factor"):
        given = np.asarray(file.array(f"{name}/relu_factor"), dtype=np.float64)
        if given.size != 1 or not 0 <= float(given.ravel()[0]) <= 1:
            raise Unusable(f"its {name} has a relu_factor outside 0 to 1")
        slope = float(given.ravel()[0])
    return Layers(tuple(weights), tuple(biases), slope)


def _finite(file: Hdf5, path: str, shape: tuple[int, ...]) -> DoubleArray:
    values = np.asarray(file.array(path), dtype=np.float64)
    if values.shape != shape or values.size == 0:
        raise Unusable(f"{path} in it has another shape than expected")
    if not np.isfinite(values).all():
        raise Unusable(f"{path} in it has numbers that are not finite")
    return values
