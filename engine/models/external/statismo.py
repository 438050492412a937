"""Basel Face Model 2017 and 2019 (.h5), in the layout of statismo and scalismo-faces.

Gerig et al. 2018. `shape/model` holds `mean` (3 V,), `pcaBasis` (3 V, K) and `pcaVariance` (K,);
`shape/representer/cells` (3, F) the triangles; `expression/model`, where there is one, moves on
from there with a mean of its own. Millimetres. As written by MoMoIO.scala of
github.com/unibas-gravis/scalismo-faces; before version 0.9 of the layout, the basis already had
the standard deviations in it, which the lengths of its columns tell.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from facewright.engine.arrays import DoubleArray, FloatArray
from facewright.engine.models.external.foreign import (
    Foreign,
    Group,
    Unusable,
    axes_allowed,
    head,
    room,
    single,
    spreads,
    triangles,
)
from facewright.engine.models.external.hdf5 import Hdf5

TERMS = "the University of Basel's terms apply: faces.dmi.unibas.ch/bfm"


def is_statismo(file: Hdf5) -> bool:
    """Tell whether an HDF5 file has this layout."""
    return file.has("shape/model/mean") and file.has("shape/model/pcaBasis")


def read(path: Path, file: Hdf5) -> Foreign:
    """Return the model in an open file.

    Raises
    ------
    Unusable
    """
    mean = head(file.array("shape/model/mean"), 1.0)
    cells = file.array("shape/representer/cells")
    if cells.ndim != 2 or cells.shape[0] != 3:
        raise Unusable("its cells are not columns of three vertices")
    faces = triangles(cells.T, mean)
    has_expression = file.has("expression/model/pcaBasis")
    kinds = {"shape": "identity"} | ({"expression": "expression"} if has_expression else {})
    shapes = [file.shape(f"{name}/model/pcaBasis") for name in kinds]
    if any(len(shape) != 2 or shape[0] != mean.size for shape in shapes):
        raise Unusable("its basis does not fit its mean")
    room(*shapes)
    counts = [axes_allowed(shape[1]) for shape in shapes]
    sd = [
        spreads(file.array(f"{name}/model/pcaVariance"), count)
        for name, count in zip(kinds, counts, strict=True)
    ]
    basis = np.empty((sum(counts), mean.size), dtype=np.float32)
    first = 0
    for name, count, spread in zip(kinds, counts, sd, strict=True):
        raw = file.array(f"{name}/model/pcaBasis")
        columns = single(raw, (mean.size, count), f"{name}/model/pcaBasis")
        basis[first : first + count] = columns.T
        basis[first : first + count] *= _missing(columns, spread)[:, None]
        first += count
    if has_expression:
        offset = np.asarray(file.array("expression/model/mean"), dtype=np.float64).ravel()
        if offset.size != mean.size or not np.isfinite(offset).all():
            raise Unusable("the mean of its expressions does not fit its mean")
        mean = head(mean + offset.reshape(-1, 3), 1.0)
    total = sum(counts)
    return Foreign(
        family="bfm",
        title=path.stem,
        terms=TERMS,
        mean=mean,
        faces=faces,
        groups=tuple(
            Group(kind, "sd", count) for kind, count in zip(kinds.values(), counts, strict=True)
        ),
        latent_mean=np.zeros(total),
        latent_sd=np.ones(total),
        prior_sd=np.ones(total),
        basis=basis,
        notes=("The colour model in the file is left out.",) if file.has("color/model") else (),
    )


def _missing(columns: FloatArray, sd: DoubleArray) -> FloatArray:
    """Return `(K,)` what the columns of a basis lack to be one standard deviation long."""
    lengths = np.linalg.norm(columns[:, : min(len(sd), 8)].astype(np.float64), axis=0)
    spread = sd[: len(lengths)]
    used = spread > 0
    unit = np.abs(lengths[used] - 1.0).max(initial=0.0)
    scaled = np.abs(lengths[used] / spread[used] - 1.0).max(initial=0.0)
    if min(unit, scaled) > 0.05:
        raise Unusable("the columns of its basis are neither of length 1 nor of one deviation")
    lacking = sd if unit <= scaled else np.ones_like(sd)
    return lacking.astype(np.float32)
