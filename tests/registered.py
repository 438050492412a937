"""The real scans that show a face, each registered once with no help."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from stores import shipped

from facewright.engine.files.meshes import read_scan
from facewright.engine.geometry.normals import flipped
from facewright.engine.geometry.rigid import moved
from facewright.engine.landmarks import Points
from facewright.engine.scans.registration import Registration, register

SCANS = (
    "james.obj",
    "LeePerrySmith.obj",
    "LeePerrySmith_draco.glb",
    "fran_cut.vtk",
    "meshmonk_DemoFace_10K.obj",
    "sven_mannequin_pointcloud.ply",
    "SIMPOP_01.obj",
    "SIMPOP_12.obj",
    "SIMPOP_23.obj",
    "SIMPOP_34.obj",
    "scalismo_face_01.stl",
    "scalismo_face_02.stl",
    "scalismo_face_06.stl",
    "scalismo_face_14.stl",
    "scalismo_face_17.stl",
)
HEADER = (
    f"{'scan':32}{'unit':>5}{'age':>5}{'median':>8}{'mean':>8}{'p95':>8}"
    f"{'flips':>7}{'landm.':>8}{'step s':>8}{'all s':>7}  verdict"
)


@dataclass(frozen=True, eq=False)
class Row:
    """One registered scan."""

    name: str
    result: Registration
    flips: int
    landmark_errors: np.ndarray | None

    def line(self) -> str:
        r = self.result
        d, seconds = r.distances, r.seconds
        error = "" if self.landmark_errors is None else f"{self.landmark_errors.mean():.2f}"
        unit = f"{np.cbrt(np.linalg.det(r.scan_to_head[:3, :3])):.4g}"
        return (
            f"{self.name:32}{unit:>5}{r.face.subject.age.value:5.3g}"
            f"{d.median:8.3f}{d.mean:8.3f}{d.p95:8.3f}{self.flips:7d}{error:>8}"
            f"{seconds['non-rigid']:8.2f}{sum(seconds.values()):7.2f}  {r.verdict.level}"
        )


def given_landmarks(folder: Path, name: str) -> Points | None:
    """Return the landmarks that come with a scan, in file coordinates, if any do.

    james: the 51 inner points of iBUG 68, listed eyes before brows. DemoFace: the nose tip; its
    other points follow no standard (the eye points lie 42 mm apart).
    """
    if name == "james.obj":
        parts = json.loads((folder / "james.ljson").read_text())["groups"]["LJSON"]["landmarks"]
        order = [*range(17), *range(36, 48), *range(17, 22), *range(27, 36), *range(22, 27)]
        order += range(48, 68)
        points = np.empty((68, 3))
        points[order] = parts["points"]
        return Points.build(tuple(f"ibug{i}" for i in range(17, 68)), points[17:])
    if name == "meshmonk_DemoFace_10K.obj":
        with (folder / "meshmonk_DemoFaceLandmarks.csv").open() as lines:
            rows = [[float(value) for value in row] for row in csv.reader(lines)]
        return Points.build(("prn",), [rows[2]])
    return None


@cache
def registered(folder: Path, name: str) -> Row:
    """Return one scan registered with no help."""
    models = shipped()
    result = register(read_scan(folder / name), models)
    head = result.fitted
    shown = result.face.mesh.vertices + models.lifespan().expression_offsets(
        result.face.expression, result.face.subject.age.value
    )
    turned = flipped(head, shown, models.lifespan().topology.faces)
    given = given_landmarks(folder, name)
    error = None
    if given is not None:
        own = np.stack([result.landmarks[n] for n in given.names])
        there = moved(given.positions, result.scan_to_head)
        error = np.linalg.norm(own - there, axis=1)
    return Row(name, result, len(turned), error)
