"""Registered heads are shown and exported as they were measured."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import wellformed
from stores import shipped

from facewright.engine.face import Face, Weights
from facewright.engine.files.export import export_face
from facewright.engine.files.meshes import read_scan
from facewright.engine.models.lifespan_axes import ARKIT
from facewright.engine.models.store import ModelStore
from facewright.engine.scans.registration import register

pytestmark = pytest.mark.acceptance

SAMPLES = Path(__file__).resolve().parents[2] / "assets" / "samples"


@pytest.fixture(scope="module")
def models() -> ModelStore:
    return shipped()


def measured(models: ModelStore, face: Face) -> np.ndarray:
    model = models.lifespan()
    return face.mesh.vertices + model.expression_offsets(face.expression, face.subject.age.value)


def off(models: ModelStore, face: Face) -> float:
    """The farthest that a vertex which can be seen is from where it was measured, mm."""
    skin = models.rig().pose(face).skin.vertices
    back = np.linalg.inv(face.pose.astype(np.float64))
    away = skin @ back[:3, :3].T + back[:3, 3] - measured(models, face)
    return float(np.linalg.norm(away, axis=1)[models.lifespan().template.visible].max())


@pytest.mark.parametrize("name", ["james.obj", "fran_cut.vtk", "SIMPOP_01.obj"])
def test_a_scanned_head_is_shown_as_it_was_measured(name, models, data_folder):
    path = data_folder / "real" / "scans" / name
    if not path.is_file():
        pytest.skip(f"{name} is not among the scans")
    face = register(read_scan(path), models).face
    assert len(face.expression) > 5
    assert off(models, face) < 0.02


@pytest.mark.parametrize("name", ["adult.glb", "infant.ply"])
def test_a_made_head_is_shown_as_it_was_measured(name, models):
    if not (SAMPLES / name).is_file():
        pytest.skip(f"{name} is not among the samples")
    face = register(read_scan(SAMPLES / name), models).face
    assert off(models, face) < 0.02


@pytest.fixture(scope="module")
def file(models, tmp_path_factory) -> tuple[Face, Path]:
    weights = Weights(
        eyeBlinkLeft=0.4, jawOpen=0.3, mouthClose=0.2, mouthSmileLeft=0.7, eyeLookUpRight=0.3
    )
    face = Face(models.lifespan().mean(), expression=weights)
    path = tmp_path_factory.mktemp("lids") / "head.glb"
    export_face(face, path, models)
    return face, path


def read(tree, binary: bytes, index: int) -> np.ndarray:
    """The floats of a dense or sparse accessor, (N, 3)."""
    accessor = tree["accessors"][index]
    values = np.zeros((accessor["count"], 3), np.float32)

    def part(where, kind: type, count: int) -> np.ndarray:
        start = tree["bufferViews"][where["bufferView"]]["byteOffset"]
        return np.frombuffer(binary, kind, count, start)

    if "bufferView" in accessor:
        values[:] = part(accessor, np.float32, values.size).reshape(-1, 3)
    sparse = accessor.get("sparse")
    if sparse:
        rows = part(sparse["indices"], np.uint16, sparse["count"])
        values[rows] = part(sparse["values"], np.float32, 3 * len(rows)).reshape(-1, 3)
    return values


def combined(path: Path, weights: Weights | None = None) -> dict[str, np.ndarray]:
    """Vertices of each part in mm, as a viewer shows them at these weights or the file's own."""
    tree, binary = wellformed.split_glb(path.read_bytes())
    found = {}
    for mesh in tree["meshes"]:
        primitive = mesh["primitives"][0]
        points = read(tree, binary, primitive["attributes"]["POSITION"]).copy()
        for name, weight, target in zip(ARKIT, mesh["weights"], primitive["targets"], strict=True):
            share = weight if weights is None else weights[name]
            if share:
                points += share * read(tree, binary, target["POSITION"])
        found[mesh["name"]] = points * 1000
    return found


def test_the_weights_of_a_glb_show_the_head_as_it_is(file, models):
    face, path = file
    head, shown = models.rig().pose(face), combined(path)
    split = head.skin.topology.uv_vertex
    assert shown["skin"] == pytest.approx(head.skin.vertices[split], abs=0.02)
    for part in head.parts:
        assert shown[part.name] == pytest.approx(part.vertices, abs=0.02)


def test_mouth_close_of_a_glb_closes_what_the_jaw_opens(file, models):
    _, path = file
    handles, split = models.rig()._handles, models.lifespan().topology.uv_vertex
    first = np.full(int(split.max()) + 1, -1)
    first[split[::-1]] = np.arange(len(split))[::-1]

    def gap(**weights: float) -> float:
        skin = combined(path, Weights(weights))["skin"]
        rows = (first[handles[f"contact_{lip}"]] for lip in ("upper", "lower"))
        upper, lower = (skin[row][np.abs(skin[row][:, 0]) < 8, 1].mean() for row in rows)
        return float(upper - lower)

    assert gap(jawOpen=1.0) > 20
    assert abs(gap(jawOpen=1.0, mouthClose=1.0)) < 3
