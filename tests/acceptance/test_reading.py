"""The real scans read as their index says: counts, texture, place and winding."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from facewright.engine.errors import InputError
from facewright.engine.files.landmarks import read_points
from facewright.engine.files.meshes import read_scan

pytestmark = pytest.mark.acceptance

# vertices once seams and STL's repeated corners are welded; faces without area or doubles dropped
WELDED = {
    "scans/james.obj": (6393, 12228),
    "scans/LeePerrySmith.obj": (8845, 17676),
    "scans/sven_mannequin_pointcloud.ply": (45422, 0),
}


@pytest.fixture(scope="module")
def real(data_folder: Path) -> Path:
    return data_folder / "real"


@pytest.fixture(scope="module")
def scans(real: Path) -> list[dict]:
    items = json.loads((real / "index.json").read_text())["items"]
    return [item for item in items if str(item.get("file", "")).startswith("scans/")]


def test_every_scan_reads_with_the_counts_of_the_index(real, scans):
    assert len(scans) >= 13
    for item in scans:
        scan = read_scan(real / item["file"])
        expected = WELDED.get(item["file"], (item["n_vertices"], item["n_faces"]))
        assert (len(scan.vertices), len(scan.faces)) == expected, item["file"]
        low, high = item["bounds"][::2], item["bounds"][1::2]
        assert np.allclose(scan.vertices.min(axis=0), low, atol=1e-3 * np.ptp(item["bounds"]))
        assert np.allclose(scan.vertices.max(axis=0), high, atol=1e-3 * np.ptp(item["bounds"]))


def test_textures_and_colors_are_there(real, scans):
    for item in scans:
        scan = read_scan(real / item["file"])
        if item["texture"] is None:
            assert scan.texture is None, item["file"]
        elif item["texture"] == "per-vertex colour":
            assert scan.colors is not None
            assert scan.colors.std() > 10
        else:
            assert scan.texture is not None, item["file"]
            assert scan.corner_uv is not None
            assert 0 <= scan.corner_uv.min() < scan.corner_uv.max() <= 1


def test_skin_is_where_the_texture_says(real):
    """The nose of james is skin-coloured: the image is neither flipped nor shifted."""
    scan = read_scan(real / "scans/james.obj")
    nose = scan.vertices[scan.faces].mean(axis=1)[:, 2].argmax()
    u, v = scan.corner_uv[nose].mean(axis=0)
    height, width = scan.texture.shape[:2]
    red, green, blue = scan.texture[int((1 - v) * height), int(u * width)].astype(int)
    assert red > green > blue
    assert red > 120


def test_faces_look_to_the_front(real, scans):
    for item in scans:
        if item["front_axis"] is None or not item["n_faces"] or item["kind"] != "scan":
            continue
        scan = read_scan(real / item["file"])
        a, b, c = (scan.vertices[scan.faces[:, k]] for k in range(3))
        normal = np.cross(b - a, c - a).sum(axis=0)
        if "bust" in item["name"]:  # closed: its normals cancel
            assert np.einsum("ij,ij->", a, np.cross(b, c)) > 0
        else:
            assert normal @ item["front_axis"] > 0, item["file"]


def test_draco_and_obj_are_the_same_bust(real):
    one = read_scan(real / "scans/LeePerrySmith.obj")
    other = read_scan(real / "scans/LeePerrySmith_draco.glb")
    assert other.unit is None  # eight metres high: not what glTF's metres mean
    assert len(one.faces) == len(other.faces)
    assert np.allclose(one.vertices.min(0), other.vertices.min(0), atol=1e-3)
    assert np.allclose(one.vertices.max(0), other.vertices.max(0), atol=1e-3)


def test_a_ply_without_vertices_is_refused_in_one_sentence(real):
    path = real / "scans/sven_truedepth_frame000_raw.ply"
    with pytest.raises(InputError, match=path.name) as caught:
        read_scan(path)
    assert str(caught.value).count(". ") == 0
    assert "metadata, color, depth" in str(caught.value)


def test_given_landmarks_read_in_ibug_order(real):
    points = read_points(real / "scans/james.ljson")
    assert len(points.names) == 68
    assert points["ibug36"][0] < points["ibug39"][0] < points["ibug42"][0] < points["ibug45"][0]
    assert points["ibug19"][1] > points["ibug37"][1] > points["ibug33"][1] > points["ibug8"][1]
    eyes = [np.mean([points[f"ibug{i}"] for i in range(k, k + 6)], axis=0) for k in (36, 42)]
    assert np.linalg.norm(eyes[0] - eyes[1]) == pytest.approx(66.5, abs=0.1)
    assert read_points(real / "scans/meshmonk_DemoFaceLandmarks.csv").positions.shape == (5, 3)


def test_inverted_scans_are_turned_back(real, scans, tmp_path):
    for item in scans:
        if not item["n_faces"]:
            continue
        scan = read_scan(real / item["file"])
        path = tmp_path / "inverted.obj"
        with path.open("w") as file:
            file.writelines("v {:.9g} {:.9g} {:.9g}\n".format(*p) for p in scan.vertices)
            file.writelines("f {} {} {}\n".format(*f) for f in (scan.faces[:, ::-1] + 1))
        mended = read_scan(path)
        a, b, c = (mended.vertices[mended.faces[:, k]] for k in range(3))
        normal = np.cross(b - a, c - a)
        a, b, c = (scan.vertices[scan.faces[:, k]] for k in range(3))
        expected = np.cross(b - a, c - a)
        same = np.einsum("ij,ij->i", normal, expected) > 0
        area = np.linalg.norm(expected, axis=1)
        assert area[same].sum() > 0.99 * area.sum(), item["file"]
