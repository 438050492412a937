"""FLAME (.pkl or .npz): shape, expression and jaw; neck and eyes in the rest pose.

Li et al. 2017. `v_template` (V, 3) metres, `shapedirs` (V, 3, K) for one standard deviation each,
300 of shape and then those of expression, `f` (F, 3); `J_regressor` (5, V), `weights` (V, 5),
`posedirs` (V, 3, 36) and `kintree_table` (2, 5) for the joints; as used in github.com/
soubhiksanyal/FLAME_PyTorch and smplx/lbs.py of github.com/vchoutas/smplx. In the pickles
`shapedirs` is a chumpy object and `J_regressor` a sparse matrix of scipy; both are read as
records, and nothing is executed.
"""

from __future__ import annotations

from collections.abc import Callable, Container
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from facewright.engine.models.external import pickled_arrays, pickles
from facewright.engine.models.external.archives import Arrays
from facewright.engine.models.external.foreign import (
    Foreign,
    Group,
    Unfamiliar,
    Unusable,
    axes_allowed,
    head,
    room,
    single,
    triangles,
)
from facewright.engine.models.external.skinning import Skinning

METRE = 1000.0
SHAPES = 300
"""Axes of shape in every release; those after them are of expression."""

TERMS = "the Max Planck Society's terms apply: flame.is.tue.mpg.de"
SHUT = "The file has no joints that can be read: jaw, neck and eyes stay in the rest pose."
STILL = "Neck and eyes stay in the rest pose."
JOINT_ARRAYS = ("J_regressor", "weights", "posedirs", "kintree_table")
JOINTS, JAW = 5, 2
"""Root, neck, jaw and the two eyes, in this order in every release."""

JAW_SD = (8.0, 2.0)
"""Standard deviations in degrees of a jaw's opening and turning aside, by which it is no
coefficient of a shape: heads are taken to have theirs shut."""


def read_npz(path: Path) -> Foreign:
    """Return the model in an .npz file.

    Raises
    ------
    Unusable
    """
    with Arrays(path) as arrays:
        return _model(path, arrays.names, arrays.array)


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

    return _model(path, found, array)


def _model(path: Path, names: Container[str], array: Callable[[str], NDArray[Any]]) -> Foreign:
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
    skinning = _skinning(names, array, len(mean))
    latent_sd, prior_sd = np.ones(count), np.ones(count)
    if skinning is not None:
        groups.append(Group("jaw", "deg", 2, ("Jaw open", "Jaw aside")))
        latent_sd = np.r_[latent_sd, np.radians([1.0, 1.0])]
        prior_sd = np.r_[prior_sd, JAW_SD]
    return Foreign(
        family="flame",
        title=path.stem,
        terms=TERMS,
        mean=mean,
        faces=faces,
        groups=tuple(groups),
        latent_mean=np.zeros(len(latent_sd)),
        latent_sd=latent_sd,
        prior_sd=prior_sd,
        basis=basis,
        skinning=skinning,
        notes=(SHUT if skinning is None else STILL,),
    )


def _skinning(
    names: Container[str], array: Callable[[str], NDArray[Any]], count: int
) -> Skinning | None:
    """Return the joints of a file; None where it has none, or keeps them in an unknown way."""
    if not all(name in names for name in JOINT_ARRAYS):
        return None
    try:
        regressor, weights, posed, tree = (array(name) for name in JOINT_ARRAYS)
    except Unfamiliar:
        return None
    turned = 9 * (JOINTS - 1)
    shapes = ((JOINTS, count), (count, JOINTS), (count, 3, turned))
    if (regressor.shape, weights.shape, posed.shape) != shapes or tree.shape != (2, JOINTS):
        raise Unusable("its joints do not fit its v_template")
    if tree.dtype.kind not in "iu":
        raise Unusable("its joints do not hang together")
    parents = np.r_[-1, tree[0, 1:].astype(np.int64)]
    if not all(0 <= parents[joint] < joint for joint in range(1, JOINTS)):
        raise Unusable("its joints do not hang together")
    corrections = single(posed.reshape(3 * count, turned).T, (turned, 3 * count), "posedirs")
    joints = np.asarray(regressor, dtype=np.float64)
    shares = np.asarray(weights, dtype=np.float64)
    if not (np.isfinite(joints).all() and np.isfinite(shares).all()):
        raise Unusable("its joints have numbers that are not finite")
    if np.abs(shares.sum(axis=1) - 1).max() > 0.01 or shares.min() < -0.01:
        raise Unusable("its weights are no shares")
    return Skinning(
        np.ascontiguousarray(joints),
        np.ascontiguousarray(shares),
        parents.astype(np.int32),
        corrections * np.float32(METRE),
        JAW,
    )
