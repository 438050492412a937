"""Small files in the public layout of each foreign model, and what a plain reading decodes.

Written from the layouts that the readers' docstrings name; the numbers are random but of the
size of a head. `decode` evaluates a file with numpy alone, as its authors' programs do.
"""

from __future__ import annotations

import itertools
import json
import pickle
import sys
import types
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

Decode = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True, eq=False)
class Written:
    """A file, how many coefficients it has, and mm from coefficients in the units of our axes."""

    path: Path
    count: int
    decode: Decode


def surface(rings: int = 9, around: int = 14) -> tuple[np.ndarray, np.ndarray]:
    """Return a closed ball of a head's size in mm and its triangles, seen from outside."""
    rows = np.linspace(0, np.pi, rings + 2)[1:-1]
    turn = np.linspace(0, 2 * np.pi, around, endpoint=False)
    grid = np.stack(
        [
            np.outer(np.sin(rows), np.sin(turn)),
            np.outer(np.cos(rows), np.ones(around)),
            np.outer(np.sin(rows), np.cos(turn)),
        ],
        axis=-1,
    ).reshape(-1, 3)
    points = np.concatenate([grid, [[0, 1, 0], [0, -1, 0]]]) * [75.0, 110.0, 95.0]
    faces = []
    for i in range(rings - 1):
        for j in range(around):
            a, b = i * around + j, i * around + (j + 1) % around
            faces += [(a, a + around, b), (b, a + around, b + around)]
    top, bottom = len(grid), len(grid) + 1
    for j in range(around):
        k = (j + 1) % around
        faces += [(top, j, k), (bottom, (rings - 1) * around + k, (rings - 1) * around + j)]
    return points, np.array(faces)


def _orthonormal(rng: np.random.Generator, count: int, size: int) -> np.ndarray:
    return np.linalg.qr(rng.standard_normal((size, count)))[0].T


def _h5(path: Path, tree: dict[str, Any]) -> None:
    import h5py

    def fill(group: Any, part: dict[str, Any]) -> None:
        for name, value in part.items():
            if isinstance(value, dict):
                fill(group.create_group(name), value)
            elif isinstance(value, list):
                inner = group.create_group(name)
                for place, item in enumerate(value):
                    inner.create_dataset(f"item_{place}", data=item)
            else:
                group.create_dataset(name, data=value)

    with h5py.File(path, "w") as file:
        fill(file, tree)


def inface_pca(path: Path, count: int = 6, seed: int = 1) -> Written:
    mean, faces = surface()
    rng = np.random.default_rng(seed)
    components = _orthonormal(rng, count, mean.size)
    eigenvalues = np.linspace(900.0, 20.0, count)
    _h5(
        path,
        {
            "components": components,
            "eigenvalues": eigenvalues,
            "mean_vertices": mean,
            "triangles": faces,
            "indices": {"nose": np.arange(4)},
        },
    )
    return Written(
        path,
        count,
        lambda c: ((c * eigenvalues**0.5) @ components).reshape(-1, 3) + mean,
    )


def _network(rng: np.random.Generator, sizes: tuple[int, ...], slope: float) -> dict[str, Any]:
    pairs = list(itertools.pairwise(sizes))
    return {
        "matrix_mults": [rng.standard_normal((b, a)).astype(np.float32) / a**0.5 for a, b in pairs],
        "biases": [0.1 * rng.standard_normal(b).astype(np.float32) for _, b in pairs],
        "relu_factor": slope,
    }


def run_network(network: dict[str, Any], x: np.ndarray, last: bool) -> np.ndarray:
    """Evaluate a network of the file as its authors do."""
    layers = list(zip(network["matrix_mults"], network["biases"], strict=True))
    for place, (matrix, bias) in enumerate(layers):
        x = matrix.astype(np.float64) @ x + bias
        if last or place < len(layers) - 1:
            x[x < 0] *= network["relu_factor"]
    return x


@dataclass(frozen=True, eq=False)
class Trained(Written):
    encode: Decode


def inface_autoencoder(
    path: Path, parts: tuple[int, ...] = (4, 3, 2), slope: float = 0.2, seed: int = 2
) -> Trained:
    """Write an autoencoder; more than one part makes it disentangled."""
    mean, faces = surface()
    rng = np.random.default_rng(seed)
    names = ("id_encoder", "exp_encoder", "age_encoder") if len(parts) > 1 else ("encoder",)
    count = sum(parts)
    encoders = {
        name: _network(rng, (mean.size, 16, part), slope)
        for name, part in zip(names, parts, strict=True)
    }
    decoder = _network(rng, (count, 16, mean.size), slope)
    middle, spread = rng.standard_normal(count), rng.uniform(0.5, 2.0, count)
    tree = {
        **encoders,
        "decoder": decoder,
        "latent_mean": middle,
        "latent_std": spread,
        "mean_vertices": mean,
        "triangles": faces,
    }
    _h5(path, tree)

    def decode(c: np.ndarray) -> np.ndarray:
        return run_network(decoder, middle + spread * c, False).reshape(-1, 3) + mean

    def encode(vertices: np.ndarray) -> np.ndarray:
        flat = (vertices - mean).ravel()
        codes = [run_network(encoders[name], flat, True) for name in names]
        return (np.concatenate(codes) - middle) / spread

    return Trained(path, count, decode, encode)


def flame_arrays(count: int = 304, seed: int = 3) -> tuple[dict[str, np.ndarray], Decode]:
    mean, faces = surface()
    mean = mean / 1000
    rng = np.random.default_rng(seed)
    directions = 0.0005 * rng.standard_normal((*mean.shape, count))
    regressor = np.zeros((5, len(mean)))
    for joint in range(5):
        regressor[joint, rng.choice(len(mean), 6, replace=False)] = rng.dirichlet(np.ones(6))
    weights = rng.dirichlet(np.ones(5), len(mean))
    posed = 0.0005 * rng.standard_normal((*mean.shape, 36))
    tree = np.array([[2**32 - 1, 0, 1, 1, 1], [0, 1, 2, 3, 4]], dtype=np.int64)
    arrays = {
        "v_template": mean,
        "f": faces.astype(np.uint32),
        "shapedirs": directions,
        "J_regressor": regressor,
        "weights": weights,
        "posedirs": posed,
        "kintree_table": tree,
    }

    def decode(c: np.ndarray) -> np.ndarray:
        shaped = mean + directions @ c[:-2]
        return 1000 * skinned(shaped, np.radians([c[-2], c[-1], 0.0]), arrays)

    return arrays, decode


def skinned(shaped: np.ndarray, jaw: np.ndarray, arrays: dict[str, np.ndarray]) -> np.ndarray:
    """Pose vertices with homogeneous matrices along the chain of joints, as smplx does."""
    from scipy.spatial.transform import Rotation

    turns = [np.eye(3), np.eye(3), Rotation.from_rotvec(jaw).as_matrix(), np.eye(3), np.eye(3)]
    joints = arrays["J_regressor"] @ shaped
    chain: list[np.ndarray] = []
    for joint, turn in enumerate(turns):
        parent = -1 if joint == 0 else int(arrays["kintree_table"][0, joint])
        local = np.eye(4)
        local[:3, :3] = turn
        local[:3, 3] = joints[joint] - (joints[parent] if parent >= 0 else 0)
        chain.append(local if parent < 0 else chain[parent] @ local)
    feature = np.concatenate([(turn - np.eye(3)).ravel() for turn in turns[1:]])
    corrected = shaped + arrays["posedirs"] @ feature
    result = np.zeros_like(shaped)
    for joint, matrix in enumerate(chain):
        away = matrix.copy()
        away[:3, 3] -= matrix[:3, :3] @ joints[joint]
        moved = corrected @ away[:3, :3].T + away[:3, 3]
        result += arrays["weights"][:, joint, None] * moved
    return result


def flame_npz(path: Path, count: int = 304) -> Written:
    arrays, decode = flame_arrays(count)
    np.savez(path, **arrays)
    return Written(path, count + 2, decode)


@contextmanager
def _chumpy() -> Iterator[type]:
    """Lend the process a module `chumpy.ch` whose `Ch` pickles as chumpy's does."""

    class Ch:
        def __init__(self, x: np.ndarray) -> None:
            self.x = x
            self._dirty_vars: set[str] = {"x"}
            self._itr = None
            self._depends_on_deps: dict[str, Any] = {}

    Ch.__module__, Ch.__qualname__ = "chumpy.ch", "Ch"
    package, module = types.ModuleType("chumpy"), types.ModuleType("chumpy.ch")
    module.Ch = Ch  # type: ignore[attr-defined]
    sys.modules["chumpy"], sys.modules["chumpy.ch"] = package, module
    try:
        yield Ch
    finally:
        del sys.modules["chumpy"], sys.modules["chumpy.ch"]


def flame_pickle(path: Path, protocol: int = 2, count: int = 304) -> Written:
    """Write what the release's pickles hold: arrays, a chumpy object and a sparse matrix."""
    from scipy import sparse

    arrays, decode = flame_arrays(count)
    with _chumpy() as ch:
        tree = {
            **arrays,
            "shapedirs": ch(arrays["shapedirs"]),
            "J_regressor": sparse.csc_matrix(arrays["J_regressor"]),
            "bs_type": "lrotmin",
            "weights": np.asfortranarray(arrays["weights"]),
        }
        path.write_bytes(pickle.dumps(tree, protocol=protocol))
    return Written(path, count + 2, decode)


def bfm2009(path: Path, count: int = 5, seed: int = 4, compressed: bool = True) -> Written:
    from scipy.io import savemat

    mean, faces = surface()
    rng = np.random.default_rng(seed)
    basis = _orthonormal(rng, count, mean.size).T.astype(np.float32)
    sd = np.linspace(3e4, 5e3, count)
    tree = {
        "shapeMU": (1000 * mean.reshape(-1, 1)).astype(np.float32),
        "shapePC": basis,
        "shapeEV": sd[:, None].astype(np.float32),
        "texMU": np.zeros((mean.size, 1), np.float32),
        "tl": (faces[:, [0, 2, 1]] + 1).astype(np.float64),
        "segbin": np.zeros((4, 4), np.uint8),
    }
    savemat(path, tree, do_compression=compressed)
    micro, deviation = tree["shapeMU"].astype(np.float64), tree["shapeEV"].astype(np.float64)
    return Written(
        path,
        count,
        lambda c: (
            (micro[:, 0] + basis.astype(np.float64) @ (deviation[:, 0] * c)).reshape(-1, 3) / 1000
        ),
    )


def statismo(
    path: Path, counts: tuple[int, int] = (5, 3), seed: int = 5, old: bool = False
) -> Written:
    """Write a Basel Face Model of 2017; `old` has the deviations in the basis already."""
    mean, faces = surface()
    rng = np.random.default_rng(seed)
    bases = [_orthonormal(rng, count, mean.size).T.astype(np.float32) for count in counts]
    variances = [np.linspace(800.0, 30.0, count).astype(np.float32) for count in counts]
    shift = 0.3 * rng.standard_normal(mean.size).astype(np.float32)
    means = [mean.ravel().astype(np.float32), shift]
    tree: dict[str, Any] = {"version": {"majorVersion": 0, "minorVersion": 8 if old else 9}}
    for name, base, variance, middle in zip(
        ("shape", "expression"), bases, variances, means, strict=True
    ):
        tree[name] = {
            "model": {
                "mean": middle,
                "pcaBasis": base * np.sqrt(variance) if old else base,
                "pcaVariance": variance,
                "noiseVariance": np.zeros(1, np.float32),
            },
            "representer": {"points": mean.T.astype(np.float32), "cells": faces.T.astype(np.int32)},
        }
    tree["color"] = {"model": {"mean": np.zeros(mean.size, np.float32)}}
    _h5(path, tree)
    stacked = np.concatenate(bases, axis=1).astype(np.float64)
    sd = np.sqrt(np.concatenate(variances).astype(np.float64))
    start = sum(middle.astype(np.float64) for middle in means)
    return Written(path, sum(counts), lambda c: (start + stacked @ (sd * c)).reshape(-1, 3))


def write_obj(path: Path, vertices: np.ndarray, faces: np.ndarray) -> None:
    lines = ["v {:.7f} {:.7f} {:.7f}".format(*vertex) for vertex in vertices]
    lines += ["f " + " ".join(str(corner + 1) for corner in face) for face in faces]
    path.write_text("\n".join(lines) + "\n")


def ict_folder(
    folder: Path,
    neutral: np.ndarray,
    faces: np.ndarray,
    identity: np.ndarray,
    expression: dict[str, np.ndarray],
    landmarks: list[int] | None = None,
) -> Written:
    """Write a FaceXModel folder from a neutral head in cm and the offsets of its axes."""
    folder.mkdir(parents=True)
    write_obj(folder / "generic_neutral_mesh.obj", neutral, faces)
    for place, offsets in enumerate(identity):
        write_obj(folder / f"identity{place:03d}.obj", neutral + offsets, faces)
    for name, offsets in expression.items():
        write_obj(folder / f"{name}.obj", neutral + offsets, faces)
    indices = {"expressions": list(expression), "idx_to_landmark_verts": landmarks or []}
    (folder / "vertex_indices.json").write_text(json.dumps(indices))

    def rounded(values: np.ndarray) -> np.ndarray:
        return np.round(values, 7)

    start = rounded(neutral)
    axes = np.stack([*identity, *expression.values()])
    steps = rounded(neutral + axes) - start
    return Written(folder, len(axes), lambda c: 10 * (start + np.tensordot(c, steps, axes=1)))


def ict(folder: Path, seed: int = 6) -> Written:
    """Write a small folder of the layout."""
    mean, faces = surface()
    rng = np.random.default_rng(seed)
    identity = 0.2 * rng.standard_normal((3, *mean.shape))
    names = ("jawOpen", "mouthSmile_L")
    expression = {name: 0.2 * rng.standard_normal(mean.shape) for name in names}
    return ict_folder(folder, mean / 10, faces, identity, expression)


def regressor(path: Path, rows: int, columns: int, seed: int = 7) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    matrix, intercept = rng.standard_normal((rows, columns)), rng.standard_normal(rows)
    path.write_text(json.dumps({"matrix": matrix.tolist(), "intercept": intercept.tolist()}))
    return matrix, intercept


WRITERS: dict[str, tuple[str, Callable[[Path], Written]]] = {
    "inface pca": ("pca_model.h5", inface_pca),
    "inface autoencoder": ("ae_model.h5", lambda path: inface_autoencoder(path, (6,))),
    "inface disentangled": ("ae_model_disent.h5", inface_autoencoder),
    "incran linear autoencoder": (
        "ae_disent_model_reprojected.h5",
        lambda path: inface_autoencoder(path, (3, 4, 2), 1.0),
    ),
    "flame npz": ("flame2023.npz", flame_npz),
    "flame pickle 0": ("generic_model.pkl", lambda path: flame_pickle(path, 0)),
    "flame pickle 2": ("generic_model.pkl", lambda path: flame_pickle(path, 2)),
    "flame pickle 4": ("generic_model.pkl", lambda path: flame_pickle(path, 4)),
    "flame pickle 5": ("generic_model.pkl", lambda path: flame_pickle(path, 5)),
    "bfm 2009": ("01_MorphableModel.mat", bfm2009),
    "bfm 2009 unpacked": (
        "01_MorphableModel.mat",
        lambda path: bfm2009(path, compressed=False),
    ),
    "bfm 2017": ("model2017-1_bfm_nomouth.h5", statismo),
    "bfm old": ("model2019_bfm.h5", lambda path: statismo(path, old=True)),
    "ict": ("FaceXModel", ict),
}
"""Name of each layout: the name of its file, and what writes a small one."""
