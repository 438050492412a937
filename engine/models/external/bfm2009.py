"""Basel Face Model 2009 (01_MorphableModel.mat).

Paysan et al. 2009. `shapeMU` (3 V, 1), `shapePC` (3 V, K) with columns of length 1, `shapeEV`
(K, 1), standard deviations in spite of its name, `tl` (F, 3) counted from 1 and wound the other
way round; micrometres. As described in share/scripts/convert-bfm2009-to-eos.py of
github.com/patrikhuber/eos.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from facewright.engine.models.external.foreign import (
    Foreign,
    Group,
    Unusable,
    axes_allowed,
    head,
    single,
    triangles,
)
from facewright.engine.models.external.matlab import read_matrices

MICROMETRE = 1e-3
TERMS = "the University of Basel's terms apply: faces.dmi.unibas.ch/bfm"
WANTED = ("shapeMU", "shapePC", "shapeEV", "tl")


def read(path: Path) -> Foreign:
    """Return the model in a file.

    Raises
    ------
    Unusable
    """
    found = read_matrices(path, WANTED)
    missing = [name for name in WANTED if name not in found]
    if missing:
        raise Unusable(f"it has no {missing[0]}")
    mean = head(found["shapeMU"], MICROMETRE)
    count = axes_allowed(found["shapePC"].shape[1])
    sd = np.asarray(found["shapeEV"], dtype=np.float64).ravel()
    if sd.size != count or not (np.isfinite(sd).all() and (sd >= 0).all()):
        raise Unusable("its deviations do not fit its axes")
    columns = found.pop("shapePC")
    if columns.shape != (mean.size, count):
        raise Unusable("its basis does not fit its mean")
    basis = single(columns.T, (count, mean.size), "shapePC")
    basis *= (MICROMETRE * sd).astype(np.float32)[:, None]
    return Foreign(
        family="bfm",
        title=path.stem,
        terms=TERMS,
        mean=mean,
        faces=triangles(found["tl"], mean, first=1),
        groups=(Group("identity", "sd", count),),
        latent_mean=np.zeros(count),
        latent_sd=np.ones(count),
        prior_sd=np.ones(count),
        basis=basis,
        notes=("The colour model in the file is left out.",),
    )
