"""Registration beside its peers, in one run: `python tests/benchmarks/bench_registration.py`.

For each scan: distances in the face area of the mean head, the linear fit, our non-rigid step,
and trimesh's `nricp_amberg` from the same fit at its defaults and tuned loose; flipped
triangles against the fit; seconds of each non-rigid step. The peer gets the outer skin about the
face (some 9,400 vertices) and the scan cropped to it; ours works on the whole head.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "2")

import numpy as np
import trimesh

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from registered import SCANS, registered

from facewright.engine.files.meshes import read_scan
from facewright.engine.geometry.nearest import SurfaceTree
from facewright.engine.geometry.normals import flipped
from facewright.engine.geometry.rigid import align_trimmed, moved
from facewright.engine.measure.distance import Distances, face_samples
from facewright.engine.models.store import ModelStore
from facewright.engine.scans.surfacing import surface

ROOT = Path(__file__).resolve().parents[2]
LOOSE = [[0.005, 0.0, 0.5, 8], [0.001, 0.0, 0.5, 8], [0.0002, 0.0, 0.0, 8]]
QUICK = ("james.obj", "meshmonk_DemoFace_10K.obj", "SIMPOP_12.obj")


def submesh(faces, chosen):
    """Return the faces whose vertices are all chosen, and the vertices they use."""
    kept = faces[chosen[faces].all(axis=1)]
    used, local = np.unique(kept, return_inverse=True)
    return used, local.reshape(-1, 3)


def amberg(fit, faces, chosen, scan, steps):
    """Return the peer's vertices of the face's outer skin, their faces and seconds."""
    used, local = submesh(faces, chosen)
    source = trimesh.Trimesh(fit[used], local, process=False)
    low, high = fit[used].min(axis=0) - 15, fit[used].max(axis=0) + 15
    near = ((scan.vertices > low) & (scan.vertices < high)).all(axis=1)
    _, target_faces = submesh(scan.faces, near)
    rows = np.unique(scan.faces[near[scan.faces].all(axis=1)])
    target = trimesh.Trimesh(scan.vertices[rows], target_faces, process=False)
    start = time.perf_counter()
    with np.errstate(all="ignore"):
        drawn = trimesh.registration.nricp_amberg(
            source, target, steps=steps, distance_threshold=0.05
        )
    return drawn, local, used, time.perf_counter() - start


def about_the_face(model, count=9_400):
    """Return the `count` vertices of the outer skin nearest to the tip of the nose."""
    head = model.mean().vertices
    far = np.linalg.norm(head - model.template.landmarks.on(head)["prn"], axis=1)
    far[~model.template.visible] = np.inf
    return far <= np.partition(far, count)[count]


def line(name, distances, flips=None, seconds=None):
    flip = "" if flips is None else f"{flips}"
    took = "" if seconds is None else f"{seconds:.2f}"
    values = f"{distances.median:8.3f}{distances.mean:8.3f}{distances.p95:8.3f}"
    print(f"  {name:28}{values}{flip:>8}{took:>8}", flush=True)


def compare(folder, name, peers):
    row = registered(folder, name)
    models = ModelStore()
    model, result = models.lifespan(), row.result
    whole = surface(read_scan(folder / name))
    scan = trimesh.Trimesh(moved(whole.vertices, result.scan_to_head), whole.faces, process=False)
    faces = np.asarray(scan.faces, dtype=np.int32)
    samples = face_samples(scan.vertices, faces, result.landmarks)
    fit, topology = result.fitted.astype(np.float64), model.topology

    def distances(vertices, triangles):
        found = SurfaceTree(vertices, triangles.astype(np.int32)).nearest(samples.points)
        return Distances.of(found.distances)

    print(f"{name} ({len(samples.points)} samples)")
    age = result.face.subject.age.value
    mean = model.vertices(np.r_[age, np.zeros(len(model.prior_sd) - 1)])
    mean = moved(mean, align_trimmed(mean, fit, topology.regions["face"]))
    line("mean head", distances(mean, topology.faces))
    line("linear fit", distances(fit, topology.faces))
    line("facewright", result.distances, row.flips, result.seconds["non-rigid"])
    if peers:
        outer = about_the_face(model)
        for title, steps in (("nricp_amberg, defaults", None), ("nricp_amberg, loose", LOOSE)):
            drawn, local, used, seconds = amberg(fit, topology.faces, outer, scan, steps)
            turned = len(flipped(fit[used], drawn, local))
            head = fit.copy()
            head[used] = drawn
            line(title, distances(head, topology.faces), turned, seconds)
            print(f"  {seconds / result.seconds['non-rigid']:.1f} times as long as ours")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--all", action="store_true", help="peers on every scan: minutes")
    options = parser.parse_args()
    folder = Path(os.environ.get("FACEWRIGHT_DATA", options.data)) / "real" / "scans"
    registered(folder, SCANS[0])
    registered.cache_clear()  # what is timed is compiled
    print(f"{'':30}{'median':>8}{'mean':>8}{'p95':>8}{'flips':>8}{'s':>8}")
    for name in SCANS:
        compare(folder, name, peers=options.all or name in QUICK)


if __name__ == "__main__":
    main()
