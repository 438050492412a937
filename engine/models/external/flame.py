"""FLAME (.pkl or .npz): shape and expression; the head in its rest pose.

Li et al. 2017. `v_template` (V, 3) metres, `shapedirs` (V, 3, K) for one standard deviation each,
300 of shape and then those of expression, `f` (F, 3); as used in github.com/soubhiksanyal/
FLAME_PyTorch and github.com/vchoutas/smplx. In the pickles `shapedirs` is a chumpy object and
others are sparse matrices of scipy; both are read as records, and nothing is executed.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from facewright.engine.models.external import pickled_arrays, pickles
from facewright.engine.models.external.archives import Arrays
from facewright.engine.models.external.foreign import (
    Foreign,
    Group,
    Unusable,
    axes_allowed,
    head,
    room,
    single,
    triangles,
)

METRE = 1000.0
SHAPES = 300
"""Axes of shape in every release; those after them are of expression."""

TERMS = "the Max Planck Society's terms apply: flame.is.tue.mpg.de"
NOTE = "Jaw, neck and eyes stay in the rest pose; the file's joints are left out."


def read_npz(path: Path) -> Foreign:
    """Return the model in an .npz file.

    Raises
    ------
    Unusable
    """
    with Arrays(path) as arrays:
        return _model(path, arrays.array)


def read_pickle(path: Path) -> Foreign:
    """Return the model in a pickle, of which nothing is executed.

    Raises
    ------
    Unusable
    """
    found = pickles.load(path, pickled_arrays.allowed)
    if not isinstance(found, dict):
        raise Unusable("it holds no model")

    def array(name: str) -> NDArray[Any]:
        if name not in found:
            raise Unusable(f"it has no {name}")
        return pickled_arrays.array(found[name])

    return _model(path, array)


def _model(path: Path, array: Callable[[str], NDArray[Any]]) -> Foreign:
    mean = head(array("v_template"), METRE)
    faces = triangles(array("f"), mean)
    directions = array("shapedirs")
    if directions.ndim != 3 or directions.shape[:2] != mean.shape:
        raise Unusable("its shapedirs do not fit its v_template")
    count = axes_allowed(directions.shape[2])
    room(directions.shape)
    rows = directions.reshape(mean.size, count).T
    basis = single(rows, (count, mean.size), "shapedirs")
    basis *= np.float32(METRE)
    groups = [Group("identity", "sd", min(count, SHAPES))]
    if count > SHAPES:
        groups.append(Group("expression", "sd", count - SHAPES))
    return Foreign(
        family="flame",
        title=f"FLAME {path.stem}",
        terms=TERMS,
        mean=mean,
        faces=faces,
        groups=tuple(groups),
        latent_mean=np.zeros(count),
        latent_sd=np.ones(count),
        prior_sd=np.ones(count),
        basis=basis,
        notes=(NOTE,),
    )
