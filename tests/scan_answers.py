"""What the slow engine would answer about a scan."""

from __future__ import annotations

import time
from types import SimpleNamespace

import numpy as np

from facewright.engine.edits import register as register_module
from facewright.engine.edits.register import Register, Registered
from facewright.engine.face import Face
from facewright.engine.landmarks import Points
from facewright.engine.project import Source


def found(unit: str = "mm") -> SimpleNamespace:
    return SimpleNamespace(
        points=Points.build(
            ("ibug0", "ibug16", "prn"), np.array([[-95.0, 0, 0], [95.0, 0, 0], [0, 0, 90.0]])
        ),
        to_upright=np.eye(4),
        unit=unit,
        faces=1,
        confidence=0.9,
        notes=("The size does not tell the unit.",) if unit == "arbitrary" else (),
    )


def write_scan(tmp_path, store):
    import trimesh

    path = tmp_path / "visitor.ply"
    mean = store.lifespan().mean()
    trimesh.Trimesh(mean.vertices, mean.topology.faces, process=False).export(path)
    return path


def answering(monkeypatch, store):
    """What the engine would answer; tests change its fields."""
    state = SimpleNamespace(found=found(), seconds=0.0, calls=[])

    def find_landmarks(scan, models, *, unit="auto", progress=None):
        if isinstance(state.found, Exception):
            raise state.found
        return state.found

    def register_scan(scan, models, *, found=None, unit="auto", progress=None, **_more):
        state.calls.append(unit)
        state.landmarks = _more.get("landmarks")
        state.mask = _more.get("mask")
        begun = time.monotonic()
        while time.monotonic() - begun < state.seconds:
            progress(0.5 * (time.monotonic() - begun) / state.seconds, "Fitting")
            time.sleep(0.02)
        mean = store.lifespan().mean()
        error = np.full(162, 0.2, np.float32)
        error[mean.vertices[:, 2] > 60] = 2.0
        error[:5] = np.nan
        edit = Register(
            face=Face(mesh=mean.moved(mean.vertices * 1.05)),
            source=scan.sha256,
            error=error,
            trusted=state.mask,
            artefacts=None if state.mask is not None else (error == 2.0).astype(np.float32),
            artefact_share=None if state.mask is not None else 0.12,
            level="check",
            verdict="Check the chin: it is 2 mm off.",
            advice="Cut away the shirt.\nTry another unit.",
        )
        return Registered(edit, Source(scan.name, scan.sha256, notes=scan.notes), None)

    monkeypatch.setattr(
        "facewright.engine.scans.landmarking.find_landmarks", find_landmarks, raising=False
    )
    monkeypatch.setattr(register_module, "register_scan", register_scan)
    return state
