"""The real head exported: blendshapes, texture, closed solid, quads."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
import trimesh
import wellformed
from stores import shipped

from facewright.engine.errors import InputError
from facewright.engine.face import Face, Weights
from facewright.engine.files.export import export_face
from facewright.engine.files.meshes import read_scan
from facewright.engine.models.lifespan_axes import ARKIT
from facewright.engine.models.store import ModelStore

pytestmark = pytest.mark.acceptance


@pytest.fixture(scope="module")
def models() -> ModelStore:
    store = shipped()
    if not any(card.id == "lifespan" for card in store.cards()):
        pytest.skip("the life-span model is not in assets: run facewright-train lifespan")
    return store


@pytest.fixture(scope="module")
def face(models) -> Face:
    return Face(models.lifespan().mean(), expression=Weights(mouthSmileLeft=0.4))


@pytest.fixture(scope="module")
def file(face, models, tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("export") / "head.glb"
    export_face(face, path, models)
    return path


def test_glb_names_52_targets_on_every_part(file):
    tree, _ = wellformed.split_glb(file.read_bytes())
    names = [mesh["name"] for mesh in tree["meshes"]]
    assert names[0] == "skin"
    assert {"eye_l", "eye_r", "teeth_upper", "teeth_lower", "tongue"} <= set(names)
    for mesh in tree["meshes"]:
        assert tuple(mesh["extras"]["targetNames"]) == ARKIT
        assert len(mesh["primitives"][0]["targets"]) == len(mesh["weights"]) == 52
        assert mesh["weights"][ARKIT.index("mouthSmileLeft")] == pytest.approx(0.4)


def moved(tree, mesh: str, name: str) -> float:
    """The farthest that a target moves a part, millimetres."""
    entry = next(m for m in tree["meshes"] if m["name"] == mesh)
    target = entry["primitives"][0]["targets"][ARKIT.index(name)]
    accessor = tree["accessors"][target["POSITION"]]
    return 1000 * float(np.abs([accessor["min"], accessor["max"]]).max())


def test_parts_move_with_the_targets_that_concern_them(file):
    tree, _ = wellformed.split_glb(file.read_bytes())
    for name in ARKIT:
        if not name.startswith("eyeLook"):
            assert moved(tree, "skin", name) > 0.3, name
    assert moved(tree, "teeth_lower", "jawOpen") > 5
    assert moved(tree, "tongue", "tongueOut") > 5
    assert moved(tree, "eye_l", "eyeLookUpLeft") > 2
    assert moved(tree, "eye_r", "eyeLookUpLeft") == 0
    assert moved(tree, "teeth_upper", "jawOpen") == 0


def test_glb_reads_back_with_its_texture(file, face, models):
    scan = read_scan(file)
    assert scan.unit == "m"
    assert scan.texture is not None
    assert min(scan.texture.shape[:2]) >= models.rig().skin_image(face).shape[0]
    scene = trimesh.load(file)
    skin = scene.geometry["skin"]
    assert skin.visual.material.baseColorTexture.size == models.rig().skin_image(face).shape[1::-1]
    rest = models.rig().pose(Face(face.mesh)).skin
    split = rest.topology.uv_vertex
    seen = models.lifespan().template.visible[split]
    assert np.allclose(skin.vertices[seen], rest.vertices[split][seen] / 1000, atol=1e-6)


def test_khronos_validator_finds_nothing(file, tmp_path):
    modules = os.environ.get("GLTF_VALIDATOR_MODULES")
    if modules is None or shutil.which("node") is None:
        pytest.skip("needs node, and GLTF_VALIDATOR_MODULES set to where gltf-validator lies")
    script = (
        "const v=require('gltf-validator');const fs=require('fs');"
        "v.validateBytes(new Uint8Array(fs.readFileSync(process.argv[1]))).then(r=>{"
        "console.log(r.issues.numErrors, r.issues.numWarnings)})"
    )
    run = subprocess.run(
        ["node", "-e", script, str(file)],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "NODE_PATH": modules},
    )
    assert run.stdout.split() == ["0", "0"]


@pytest.mark.parametrize("expression", [{}, {"jawOpen": 1.0}, {"eyeBlinkLeft": 1.0}])
def test_stl_is_one_watertight_solid(expression, face, models, tmp_path):
    path = tmp_path / "head.stl"
    export_face(Face(face.mesh, expression=Weights(expression)), path, models)
    mesh = trimesh.load(path)
    assert mesh.is_watertight
    assert mesh.is_winding_consistent
    assert mesh.body_count == 1
    assert 3e6 < mesh.volume < 6e6


def test_obj_keeps_quads_and_images(face, models, tmp_path):
    export_face(face, tmp_path / "head.obj", models)
    lines = (tmp_path / "head.obj").read_text().splitlines()
    quads = sum(line.startswith("f ") and len(line.split()) == 5 for line in lines)
    assert quads == len(face.mesh.topology.quads)
    assert sorted(p.name for p in tmp_path.iterdir()) == [
        "head.mtl",
        "head.obj",
        "head_eye.png",
        "head_skin.png",
    ]
    scan = read_scan(tmp_path / "head.obj")
    assert scan.texture is not None
    skin = models.rig().pose(face).skin
    assert np.allclose(scan.vertices[: len(skin.vertices)], skin.vertices, atol=1e-4)


def test_obj_takes_no_other_files_materials(face, models, tmp_path):
    (tmp_path / "scan.mtl").write_text("newmtl of_the_scan\n")
    with pytest.raises(InputError, match=r"scan\.mtl beside it belongs to another file"):
        export_face(face, tmp_path / "scan.obj", models)
    assert [p.name for p in tmp_path.iterdir()] == ["scan.mtl"]
    for _ in range(2):  # its own may be replaced
        export_face(face, tmp_path / "head.obj", models)


def test_ply_is_the_skin_in_template_order(face, models, tmp_path):
    export_face(face, tmp_path / "head.ply", models)
    mesh = trimesh.load(tmp_path / "head.ply", process=False)
    assert np.array_equal(
        np.asarray(mesh.vertices, np.float32), models.rig().pose(face).skin.vertices
    )


def test_png_shows_a_head(face, models, tmp_path):
    import PIL.Image

    export_face(face, tmp_path / "head.png", models)
    pixels = np.asarray(PIL.Image.open(tmp_path / "head.png"), dtype=float)
    assert pixels.shape[2] == 3
    height, width = pixels.shape[:2]
    red, _, blue = pixels[height // 3, width // 2]
    assert red > blue + 15  # skin in the middle, grey around it
    corner = pixels[5, 5]
    assert np.ptp(corner) < 30
