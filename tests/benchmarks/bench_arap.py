"""As-rigid-as-possible blending about the parts of a face: slider steps, derivatives, and peers.

Run by hand: python tests/benchmarks/bench_arap.py [--open3d PYTHON]

The outer skin within some millimetres of eyebrows, eyes, nose and lips follows a nose that grows
narrower. Budgets: a slider step 16 ms with all else, forward and backward 100 ms. Peers: Open3D's
deformation with the same vertices held, by the interpreter named (it has cotangent weights, and
factors in every call), and the dense inverse of NEO-3DF's public code, on a smaller area. All but
Open3D in one thread: on busy cores torch's threads wait for each other longer than they work.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from scipy.spatial import cKDTree

from facewright.engine.geometry.arap_gradient import bent
from facewright.engine.geometry.constrained_arap import ITERATIONS, ConstrainedArap
from facewright.engine.geometry.laplacian import edge_weights, edges_of, laplacian_of
from facewright.engine.models.store import ModelStore
from facewright.engine.models.template import load_template

PARTS = ("eyebrows", "eyes", "nose", "upper_lip", "lower_lip")
REACHES = (30.0, 80.0)
"""Millimetres: the paper's, and one that frees about 5,000 vertices."""
SMALL = 5.0


class Scene:
    """The mean head, its parts, and a nose that grows narrower."""

    def __init__(self) -> None:
        template = load_template()
        self.faces, self.visible = template.fine.faces, template.visible
        self.head = ModelStore().lifespan().mean().vertices
        self.parts = {name: template.fine.regions[name] > 0.5 for name in PARTS}

    def around(self, reach: float, *names: str) -> np.ndarray:
        """Outer skin that is no part, within `reach` of the borders of some parts."""
        parts = np.any([self.parts[name] for name in PARTS], axis=0)
        inside = np.any([self.parts[name] for name in names or PARTS], axis=0)
        edges = edges_of(self.faces)
        border = edges[inside[edges[:, 0]] != inside[edges[:, 1]]]
        far = cKDTree(self.head[np.unique(border)]).query(self.head)[0]
        return self.visible & ~parts & (far < reach)

    def narrower(self, share: float) -> np.ndarray:
        moved, nose = self.head.copy(), self.parts["nose"]
        moved[nose, 0] *= 1 - share
        return moved


def timed(action: Callable[[float], object], count: int = 200) -> tuple[float, str]:
    """Median of one step in ms, and that with the 95th percentile in words."""
    seconds = []
    for step in range(count + 5):
        start = time.perf_counter()
        action((step + 0.5) / (count + 5))
        seconds.append(time.perf_counter() - start)
    median, p95 = np.quantile(np.array(seconds[5:]) * 1000, (0.5, 0.95))
    return median, f"{median:8.2f} ms median {p95:8.2f} ms p95"


def bench_ours(scene: Scene, reach: float) -> tuple[ConstrainedArap, float]:
    """Return the engine for an area, and the median of a slider step in ms."""
    start = time.perf_counter()
    arap = ConstrainedArap(scene.faces, scene.around(reach))
    built = time.perf_counter() - start
    print(f"\n{reach:.0f} mm about the parts: {arap.free.sum()} of {len(arap.free)} vertices free")
    print(f"  {'once per topology':32}{built * 1000:8.0f} ms")
    step, words = timed(lambda t: arap.bent(scene.head, scene.narrower(0.2 * t)))
    print(f"  {'slider step':32}{words}")
    rest = torch.tensor(scene.head, requires_grad=True)

    def learn(t: float, count: int = 1) -> None:
        moved = torch.tensor(scene.narrower(0.2 * t)).expand(count, -1, -1).clone()
        bent(arap, rest, moved.requires_grad_()).square().mean().backward()

    print(f"  {'forward and backward':32}{timed(learn, 60)[1]}")
    print(f"  {'the same, 16 at once':32}{timed(lambda t: learn(t, 16), 10)[1]}")
    return arap, step


def bench_open3d(scene: Scene, arap: ConstrainedArap, step: float, python: str) -> None:
    """Compare with Open3D on the free vertices and their three rings, all of which it gets."""
    moved = scene.narrower(0.1)
    used = np.flatnonzero(arap.free | arap.handles)
    local = np.full(len(arap.free), -1)
    local[used] = np.arange(len(used))
    faces = local[scene.faces]
    faces = faces[(faces >= 0).all(axis=1)]
    held = np.flatnonzero(arap.handles[used])
    with tempfile.TemporaryDirectory() as folder:
        given, found = Path(folder) / "given.npz", Path(folder) / "found.npz"
        np.savez(
            given,
            vertices=scene.head[used].astype(np.float64),
            faces=faces,
            held=held,
            places=moved[used][held].astype(np.float64),
            rounds=ITERATIONS,
            count=10,
        )
        script = Path(__file__).with_name("open3d_arap.py")
        subprocess.run([python, str(script), str(given), str(found)], check=True)
        result = np.load(found)
        vertices, theirs = result["vertices"], float(np.median(result["seconds"]) * 1000)
    free = arap.free[used]
    ours = arap.bent(scene.head, moved)[used]
    rest = scene.head[used]
    apart = np.linalg.norm(ours - vertices, axis=1)[free]
    print(f"  {'Open3D':32}{theirs:8.2f} ms median, {theirs / step:.0f} times as long")
    print(
        f"  free vertices move by {np.linalg.norm(ours - rest, axis=1)[free].mean():.3f} mm here, "
        f"{np.linalg.norm(vertices - rest, axis=1)[free].mean():.3f} there; "
        f"apart {apart.mean():.3f} mean, {apart.max():.3f} at most"
    )
    shapes = {"unblended": moved[used], "here": ours, "there": vertices}
    bends = (f"{seam(rest, x, faces, free):.2f}° {name}" for name, x in shapes.items())
    print(f"  change of angles across the border, mean: {', '.join(bends)}")


def seam(rest: np.ndarray, shape: np.ndarray, faces: np.ndarray, free: np.ndarray) -> float:
    """Mean change, in degrees, of the angle between triangles at either side of the border."""
    corners = np.sort(faces[:, [0, 1, 1, 2, 2, 0]].reshape(-1, 2), axis=1)
    _, edge, count = np.unique(corners, axis=0, return_inverse=True, return_counts=True)
    order = np.argsort(edge, kind="stable") // 3
    first = np.cumsum(count)[count == 2] - 2
    pairs = np.stack([order[first], order[first + 1]], axis=1)
    mixed = free[faces].any(axis=1)
    pairs = pairs[mixed[pairs[:, 0]] != mixed[pairs[:, 1]]]

    def angles(points: np.ndarray) -> np.ndarray:
        a, b, c = (points[faces[:, k]] for k in range(3))
        normals = np.cross(b - a, c - a)
        normals /= np.linalg.norm(normals, axis=1, keepdims=True)
        cosine = (normals[pairs[:, 0]] * normals[pairs[:, 1]]).sum(axis=1)
        return np.degrees(np.arccos(np.clip(cosine, -1, 1)))

    return float(np.abs(angles(shape) - angles(rest)).mean())


class Dense(torch.nn.Module):
    """NEO-3DF's way: eq. 3 inverted as a dense matrix, rotations by torch's singular values."""

    def __init__(self, faces: np.ndarray, held: np.ndarray, count: int) -> None:
        super().__init__()
        weights = edge_weights(faces, count)
        operator = laplacian_of(weights).toarray()
        choose = np.eye(count)[held]
        zero = np.zeros((len(held), len(held)))
        system = np.block([[operator.T @ operator, choose.T], [choose, zero]])
        self.inverse = torch.from_numpy(np.linalg.pinv(system, hermitian=True)[:count])
        self.operator = torch.from_numpy(operator)
        ends = weights.tocoo()
        self.row, self.column = (torch.from_numpy(k.astype(np.int64)) for k in ends.coords)

    def forward(self, rest: torch.Tensor, places: torch.Tensor) -> torch.Tensor:
        edges = rest[self.row] - rest[self.column]
        x, right = rest, self.operator @ (self.operator @ rest)
        for iteration in range(ITERATIONS + 1):
            if iteration:
                turned = x[self.row] - x[self.column]
                each = turned[:, :, None] * edges[:, None, :]
                spread = torch.zeros(len(rest), 3, 3, dtype=rest.dtype)
                u, _, v = torch.linalg.svd(spread.index_add(0, self.row, each))
                sign = torch.det(u @ v)
                one = torch.ones_like(sign)
                turns = u @ (torch.stack([one, one, sign], dim=1)[:, :, None] * v)
                both = (turns[self.row] + turns[self.column]) / 2
                wanted = torch.zeros_like(rest)
                wanted = wanted.index_add(0, self.row, (both @ edges[:, :, None])[:, :, 0])
                right = self.operator @ wanted
            x = self.inverse @ torch.cat([right, places])
        return x


def bench_dense(scene: Scene) -> None:
    """Compare values, derivatives and times on a small area about the nose."""
    whole = ConstrainedArap(scene.faces, scene.around(SMALL, "nose"))
    used = np.flatnonzero(whole.free | whole.handles)
    local = np.full(len(whole.free), -1)
    local[used] = np.arange(len(used))
    faces = local[scene.faces]
    faces = faces[(faces >= 0).all(axis=1)].astype(np.int32)
    free = whole.free[used]
    start = time.perf_counter()
    peer = Dense(faces, np.flatnonzero(~free), len(used))
    built = time.perf_counter() - start
    arap = ConstrainedArap(faces, free)
    rest, moved = (
        torch.tensor(values[used], dtype=torch.float64, requires_grad=True)
        for values in (scene.head, scene.narrower(0.1))
    )

    def ours(_: float = 0.0) -> tuple[torch.Tensor, ...]:
        result = bent(arap, rest, moved)
        return result, *torch.autograd.grad(result.square().sum(), (rest, moved))

    def theirs(_: float = 0.0) -> tuple[torch.Tensor, ...]:
        result = peer(rest, moved[~free])
        return result, *torch.autograd.grad(result.square().sum(), (rest, moved))

    print(f"\nsmall area: {free.sum()} of {len(used)} vertices free, doubles, forward and backward")
    step, words = timed(ours, 30)
    print(f"  {'ours':32}{words}")
    longer, words = timed(theirs, 10)
    print(f"  {'dense inverse':32}{words}, {longer / step:.0f} times as long")
    print(f"  {'inverted once in':32}{built * 1000:8.0f} ms, {peer.inverse.nbytes / 1e6:.0f} MB")
    names = ("vertices", "derivatives by rest", "derivatives by places")
    for name, here, there in zip(names, ours(), theirs(), strict=True):
        print(f"  {name}: {(here - there).abs().max():.1e} apart of {there.abs().max():.1e}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--open3d", metavar="PYTHON", default=os.environ.get("FACEWRIGHT_OPEN3D_PYTHON")
    )
    options = parser.parse_args()
    torch.set_num_threads(1)
    scene = Scene()
    print(f"load of the machine {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    for reach in REACHES:
        arap, step = bench_ours(scene, reach)
        if options.open3d:
            bench_open3d(scene, arap, step, options.open3d)
    bench_dense(scene)


if __name__ == "__main__":
    main()
