"""Writers: what other programs read back is what was meant."""

from __future__ import annotations

import io
import json
import os
import struct
from dataclasses import replace

import numpy as np
import pytest
import trimesh
import wellformed
from toy import ToyStore

from facewright.engine.errors import InputError
from facewright.engine.face import Face, Weights
from facewright.engine.files.export import export_face
from facewright.engine.files.glb import STILL, Finish, Shape, glb
from facewright.engine.files.meshes import read_scan
from facewright.engine.files.solid import closed, membranes, volume


def sphere(n: int = 16) -> tuple[np.ndarray, np.ndarray]:
    mesh = trimesh.creation.uv_sphere(radius=10.0, count=[n, n])
    return np.asarray(mesh.vertices, np.float32), np.asarray(mesh.faces, np.int32)


def morphing(rng: np.random.Generator) -> Shape:
    points, faces, uv = wellformed.ball(8)
    few, many = np.zeros_like(points), rng.normal(size=points.shape).astype(np.float32)
    few[5:9, 1] = 0.01
    return Shape(
        "patch",
        points / 1000,
        np.tile(np.float32([0, 0, 1]), (len(points), 1)),
        faces,
        uv,
        Finish("skin"),
        targets={"few": few, "none": np.zeros_like(points), "all": many},
        turns={"few": few, "all": many},
        weights={"all": 0.25},
    )


def read_accessor(tree, binary, index):
    """A second, slow reader: dense or sparse float accessors."""
    accessor = tree["accessors"][index]
    width = {"VEC2": 2, "VEC3": 3}[accessor["type"]]
    values = np.zeros((accessor["count"], width), np.float32)

    def start(part):
        return tree["bufferViews"][part["bufferView"]]["byteOffset"]

    if "bufferView" in accessor:
        at = start(accessor)
        for row in range(accessor["count"]):
            values[row] = struct.unpack_from(f"<{width}f", binary, at + 4 * width * row)
    sparse = accessor.get("sparse")
    if sparse:
        for i in range(sparse["count"]):
            row = struct.unpack_from("<H", binary, start(sparse["indices"]) + 2 * i)[0]
            at = start(sparse["values"]) + 4 * width * i
            values[row] = struct.unpack_from(f"<{width}f", binary, at)
    return values


def test_glb_holds_named_targets_that_read_back(rng):
    shape = morphing(rng)
    tree, binary = wellformed.split_glb(glb([shape], "test"))
    mesh = tree["meshes"][0]
    assert mesh["extras"]["targetNames"] == ["few", "none", "all"]
    assert mesh["weights"] == [0.0, 0.0, 0.25]
    for name, target in zip(shape.targets, mesh["primitives"][0]["targets"], strict=True):
        read = read_accessor(tree, binary, target["POSITION"])
        assert np.allclose(read, shape.targets[name], atol=STILL)
        accessor = tree["accessors"][target["POSITION"]]
        assert np.allclose(accessor["max"], read.max(axis=0))
        assert np.allclose(accessor["min"], read.min(axis=0))
    assert (
        tree["accessors"][mesh["primitives"][0]["targets"][0]["POSITION"]]["sparse"]["count"] == 4
    )


def test_glb_reads_back_by_trimesh(rng):
    shape = morphing(rng)
    placed = np.eye(4, dtype=np.float32)
    placed[:3, 3] = (1, 2, 3)
    scene = trimesh.load(io.BytesIO(glb([shape], "test", placed)), file_type="glb")
    mesh = scene.to_geometry()
    assert np.allclose(mesh.vertices, shape.positions + placed[:3, 3], atol=1e-6)
    assert np.allclose(mesh.visual.uv, shape.uv, atol=1e-6)


def test_closed_makes_a_cut_ball_watertight():
    vertices, faces = sphere()
    kept = (vertices[faces][:, :, 1].max(axis=1) < 7) & (vertices[faces][:, :, 1].min(axis=1) > -7)
    solid = trimesh.Trimesh(*closed(vertices, faces[kept]), process=False)
    assert not trimesh.Trimesh(vertices, faces[kept], process=False).is_watertight
    assert solid.is_watertight
    assert solid.is_winding_consistent
    assert volume(solid.vertices, solid.faces) == pytest.approx(solid.volume)
    assert 0.7 < solid.volume / (4 / 3 * np.pi * 1000) < 0.97


def test_membranes_close_a_pocket_and_show_the_eyeball():
    vertices, faces = sphere(48)
    pocket = vertices[:, 2] > 8
    dented = vertices.copy()
    dented[pocket, 2] -= 9
    flat = membranes(dented, faces, pocket, ())
    rim = vertices[~pocket][:, 2].max()
    assert abs(flat[pocket][:, 2] - rim).max() < 1.0
    ball, _ = sphere()
    ball = ball * 0.3 + np.float32([0, 0, 8])
    shown = membranes(dented, faces, pocket, [ball])
    assert shown[pocket][:, 2].max() == pytest.approx(11, abs=0.3)
    assert np.array_equal(shown[~pocket], dented[~pocket])


@pytest.fixture
def face() -> tuple[Face, ToyStore]:
    models = ToyStore()
    return Face(models.lifespan().mean(), expression=Weights(jawOpen=0.5)), models


def test_ply_holds_the_skin_in_template_order_and_the_head_frame(face, tmp_path):
    face, models = face
    pose = np.eye(4, dtype=np.float32)
    pose[:3, 3] = (100, 0, 0)
    export_face(replace(face, pose=pose), tmp_path / "head.ply", models)
    mesh = trimesh.load(tmp_path / "head.ply", process=False)
    shown = models.rig().pose(face).skin
    assert np.array_equal(np.asarray(mesh.vertices, np.float32), shown.vertices)
    assert np.array_equal(mesh.faces, shown.topology.faces)


def test_stl_is_scaled_and_watertight(face, tmp_path):
    face, models = face
    export_face(face, tmp_path / "head.stl", models, scale=0.5)
    mesh = trimesh.load(tmp_path / "head.stl")
    assert mesh.is_watertight
    extent = np.ptp(models.rig().pose(face).skin.vertices, axis=0)
    assert np.allclose(mesh.extents, extent / 2, atol=1e-3)
    assert read_scan(tmp_path / "head.stl").notes == ()


@pytest.mark.parametrize("scale", [0.0, -1.0, float("nan"), 1e9])
def test_a_senseless_scale_is_refused(scale, face, tmp_path):
    with pytest.raises(InputError, match="scale"):
        export_face(face[0], tmp_path / "head.stl", face[1], scale=scale)


def test_another_suffix_is_refused(face, tmp_path):
    with pytest.raises(InputError, match=r"head\.fbx"):
        export_face(face[0], tmp_path / "head.fbx", face[1])


def test_a_failed_export_leaves_what_was_there(face, tmp_path, monkeypatch):
    path = tmp_path / "head.ply"
    path.write_bytes(b"before")

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(InputError, match=r"head\.ply was not written because the disk is full"):
        export_face(face[0], path, face[1])
    assert path.read_bytes() == b"before"
    assert [p.name for p in tmp_path.iterdir()] == ["head.ply"]


def test_a_missing_folder_is_named_in_one_sentence(face, tmp_path):
    with pytest.raises(InputError, match=r"head\.stl was not written because the folder does not"):
        export_face(face[0], tmp_path / "no" / "head.stl", face[1])


def test_glb_without_texture_coordinates_is_refused(face, tmp_path):
    face, models = face
    if face.mesh.topology.uv is not None:
        pytest.skip("the toy head has texture coordinates")
    with pytest.raises(InputError, match="texture coordinates"):
        export_face(face, tmp_path / "head.glb", models)
    assert not list(tmp_path.iterdir())


def test_the_toy_glb_is_plain_json(rng):
    tree, _ = wellformed.split_glb(glb([morphing(rng)], "test"))
    assert json.loads(json.dumps(tree, allow_nan=False)) == tree
