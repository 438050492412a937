"""Reading: every format gives the same surface; mending says what it did."""

from __future__ import annotations

import json

import numpy as np
import PIL.Image
import pytest
import wellformed

from facewright.engine.errors import Cancelled, InputError
from facewright.engine.files.meshes import read_scan

TETRA = "v 0 0 0\nv 1 0 0\nv 0 1 0\nv 0 0 1\n"
TETRA_FACES = "f 1 3 2\nf 1 2 4\nf 2 3 4\nf 1 4 3\n"


def obj(tmp_path, text):
    path = tmp_path / "scan.obj"
    path.write_text(text)
    return path


def signed_volume(scan):
    a, b, c = (scan.vertices[scan.faces[:, k]].astype(float) for k in range(3))
    return np.einsum("ij,ij->", a, np.cross(b, c)) / 6


@pytest.mark.parametrize(
    "reader",
    [
        r
        for r in wellformed.SEEDS
        if not r.startswith(("points", "face", "texture", "xyz", "glb", "gltf", "model"))
    ],
)
def test_formats_agree_on_the_surface(reader, tmp_path):
    suffix, make = wellformed.SEEDS[reader]
    path = tmp_path / f"a{suffix}"
    path.write_bytes(make())
    reference = tmp_path / "b.ply"
    reference.write_bytes(wellformed.ply_bytes("<"))
    scan, same = read_scan(path), read_scan(reference)
    assert np.allclose(scan.vertices[scan.faces], same.vertices[same.faces], atol=1e-3)
    if scan.corner_uv is not None:
        assert np.allclose(scan.corner_uv, same.corner_uv, atol=1e-4)


def test_gltf_states_metres_and_holds_its_image(tmp_path):
    path = tmp_path / "a.glb"
    path.write_bytes(wellformed.glb_bytes())
    scan = read_scan(path)
    points, _, uv = wellformed.ball()
    assert scan.unit == "m"
    assert np.allclose(np.sort(scan.vertices * 1000, 0), np.sort(points, 0), atol=1e-3)
    assert scan.texture.shape == (8, 8, 3)
    at = {tuple(np.round(p / 1000, 5)): t for p, t in zip(points, uv, strict=True)}
    for corner, place in zip(
        scan.corner_uv.reshape(-1, 2), scan.vertices[scan.faces].reshape(-1, 3), strict=True
    ):
        assert np.allclose(corner, at[tuple(np.round(place, 5))], atol=1e-5)


def test_gltf_applies_the_transforms_of_its_scene(tmp_path):
    tree, binary = wellformed.split_glb(wellformed.glb_bytes())
    tree["nodes"][0].update(scale=[2, 2, 2])
    tree["nodes"][1].update(translation=[0, 0, 5], rotation=[0, 1, 0, 0])
    path = tmp_path / "a.glb"
    path.write_bytes(wellformed.join_glb(tree, binary))
    points = wellformed.ball()[0] / 1000
    expected = points * [-2, 2, -2] + [0, 0, 5]
    assert np.allclose(np.sort(read_scan(path).vertices, 0), np.sort(expected, 0), atol=1e-5)


@pytest.mark.parametrize("suffix", [".obj", ".ply"])
def test_seams_are_welded_and_live_in_the_corners(suffix, tmp_path):
    PIL.Image.new("RGB", (4, 4), (10, 200, 30)).save(tmp_path / "seed.png")
    (tmp_path / "seed.mtl").write_text("newmtl skin\nmap_Kd seed.png\n")
    path = tmp_path / f"scan{suffix}"
    if suffix == ".obj":
        path.write_text(
            "mtllib seed.mtl\nusemtl skin\nv 0 0 0\nv 9 0 0\nv 0 9 0\nv 9 0 0\nv 9 9 0\nv 0 9 0\n"
            "vt 0 0\nvt 1 0\nvt 0 1\nvt .1 0\nvt .5 .5\nvt .2 1\nf 1/1 2/2 3/3\nf 4/4 5/5 6/6\n"
        )
    else:
        path.write_bytes(wellformed.ply_bytes(">"))
    scan = read_scan(path)
    assert len(scan.vertices) == (4 if suffix == ".obj" else 144)
    assert scan.corner_uv.shape == (len(scan.faces), 3, 2)
    assert tuple(scan.texture[0, 0]) == (10, 200, 30)
    if suffix == ".obj":
        assert scan.notes == ("2 double vertices joined",)
        assert np.allclose(scan.corner_uv[1], [[0.1, 0], [0.5, 0.5], [0.2, 1]])


def test_several_materials_share_one_atlas(tmp_path):
    for name, color in (("a", (255, 0, 0)), ("b", (0, 255, 0))):
        PIL.Image.new("RGB", (16, 8), color).save(tmp_path / f"{name}.png")
    (tmp_path / "m.mtl").write_text(
        "newmtl a\nmap_Kd a.png\nnewmtl b\nmap_Kd b.png\nnewmtl plain\nKd 0 0 1\n"
    )
    scan = read_scan(
        obj(
            tmp_path,
            "mtllib m.mtl\n" + TETRA + "vt .2 .2\nvt .8 .2\nvt .2 .8\nusemtl a\nf 1/1 3/3 2/2\n"
            "usemtl b\nf 1/1 2/2 4/3\nusemtl plain\nf 2 3 4\nf 1 4 3\n",
        )
    )
    height, width = scan.texture.shape[:2]
    middle = scan.corner_uv.mean(axis=1)
    seen = scan.texture[
        ((1 - middle[:, 1]) * height).astype(int), (middle[:, 0] * width).astype(int)
    ]
    assert seen.tolist() == [[255, 0, 0], [0, 255, 0], [0, 0, 255], [0, 0, 255]]


def test_a_damaged_texture_is_left_out_with_a_note(tmp_path):
    PIL.Image.effect_noise((64, 64), 50).save(tmp_path / "seed.png")
    whole = (tmp_path / "seed.png").read_bytes()
    (tmp_path / "seed.png").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "seed.mtl").write_text("newmtl skin\nmap_Kd seed.png\n")
    path = tmp_path / "scan.obj"
    path.write_bytes(wellformed.obj_bytes())
    scan = read_scan(path)
    assert scan.texture is None
    assert scan.notes == ("the texture seed.png could not be read and was left out",)
    assert scan.corner_uv is not None


def test_nothing_outside_the_folder_is_opened(tmp_path):
    inner = tmp_path / "inner"
    inner.mkdir()
    PIL.Image.new("RGB", (4, 4)).save(tmp_path / "secret.png")
    (inner / "seed.mtl").write_text("newmtl skin\nmap_Kd ../secret.png\n")
    path = inner / "scan.obj"
    path.write_bytes(wellformed.obj_bytes())
    assert read_scan(path).texture is None
    (inner / "link.png").symlink_to(tmp_path / "secret.png")
    (inner / "seed.mtl").write_text("newmtl skin\nmap_Kd link.png\n")
    assert read_scan(path).texture is None


def test_an_image_of_the_same_stem_is_the_texture(tmp_path):
    PIL.Image.new("RGB", (4, 4), (1, 2, 3)).save(tmp_path / "scan.png")
    suffix, make = wellformed.SEEDS["vtk ascii"]
    path = tmp_path / f"scan{suffix}"
    path.write_bytes(make())
    assert tuple(read_scan(path).texture[0, 0]) == (1, 2, 3)


def test_inverted_winding_is_mended(tmp_path):
    turned = "".join(
        "f " + " ".join(reversed(line.split()[1:])) + "\n" for line in TETRA_FACES.splitlines()
    )
    good = read_scan(obj(tmp_path, TETRA + TETRA_FACES))
    scan = read_scan(obj(tmp_path, TETRA + turned))
    assert good.notes == ()
    assert scan.notes == ("all triangles were inside out and were turned",)
    assert signed_volume(scan) == pytest.approx(signed_volume(good)) == pytest.approx(1 / 6)


def test_one_face_of_the_wrong_winding_is_mended(tmp_path):
    scan = read_scan(obj(tmp_path, TETRA + TETRA_FACES.replace("f 2 3 4", "f 4 3 2")))
    assert scan.notes == ("1 triangle turned to look outward",)
    assert signed_volume(scan) == pytest.approx(1 / 6)


def test_an_open_face_patch_is_turned_to_look_away_from_its_middle(tmp_path):
    path = tmp_path / "patch.stl"
    path.write_bytes(wellformed.stl_bytes())
    scan = read_scan(path)
    a, b, c = (scan.vertices[scan.faces[:, k]] for k in range(3))
    assert np.cross(b - a, c - a).sum(axis=0)[2] > 0


def test_crowded_edges_are_cut_apart(tmp_path):
    fin = "v 0.5 -1 -1\nf 1 2 5\n"
    scan = read_scan(obj(tmp_path, TETRA + TETRA_FACES + fin))
    assert "1 edge of more than two faces cut apart" in scan.notes
    edges = np.sort(scan.faces[:, [0, 1, 1, 2, 2, 0]].reshape(-1, 2), axis=1)
    assert np.unique(edges, axis=0, return_counts=True)[1].max() <= 2
    assert len(scan.faces) == 5


def test_bad_vertices_doubles_and_idle_ones_are_left_out(tmp_path):
    text = TETRA + "v nan 0 0\nv 7 7 7\n" + TETRA_FACES + "f 1 2 5\nf 1 3 2\nf 1 1 2\n"
    scan = read_scan(obj(tmp_path, text))
    assert (len(scan.vertices), len(scan.faces)) == (4, 4)
    assert scan.notes == (
        "1 vertex without usable numbers left out",
        "2 faces without area or given twice left out",
        "1 vertex without a face left out",
    )


@pytest.mark.parametrize(
    "line",
    [
        "f -4 -2 -3",
        "f 1//1 3//1 2//1",
        "f 1/1/1 3/1/1 2/1/1",
    ],
)
def test_obj_corners_in_all_their_forms(line, tmp_path):
    rest = TETRA_FACES.split("\n", 1)[1]
    scan = read_scan(obj(tmp_path, TETRA + "vt 0 0\nvn 0 0 1\n" + line + "\n" + rest))
    assert len(scan.faces) == 4
    assert set(map(tuple, np.sort(scan.faces, 1))) == {(0, 1, 2), (0, 1, 3), (1, 2, 3), (0, 2, 3)}


def test_obj_continued_lines_old_line_ends_and_quads(tmp_path):
    text = "v 0 0 0\rv 1 0 0\rv 1 1 0\rv 0 1 0\rf 1 2 \\\n 3 4\r"
    scan = read_scan(obj(tmp_path, text))
    assert len(scan.faces) == 2


@pytest.mark.parametrize(("colors", "scale"), [("1 0.5 0", 255), ("255 128 0", 1)])
def test_obj_vertex_colors(colors, scale, tmp_path):
    text = "".join(f"v {p} {colors}\n" for p in ("0 0 0", "1 0 0", "0 1 0", "0 0 1"))
    scan = read_scan(obj(tmp_path, text + TETRA_FACES))
    assert tuple(scan.colors[0]) == (255, 128, 0)


def test_points_with_normals_stay_a_cloud(tmp_path):
    path = tmp_path / "cloud.xyz"
    path.write_bytes(wellformed.xyz_bytes())
    scan = read_scan(path)
    assert (len(scan.faces), scan.normals.shape, scan.colors) == (0, (144, 3), None)


def test_points_with_colors(tmp_path):
    path = tmp_path / "cloud.txt"
    rows = [f"{i},{i % 7},{i % 3},10,20,30" for i in range(200)]
    path.write_text("x,y,z,r,g,b\n" + "\n".join(rows))
    assert tuple(read_scan(path).colors[0]) == (10, 20, 30)


def test_progress_may_cancel(tmp_path):
    def stop(fraction, text):
        raise Cancelled

    with pytest.raises(Cancelled):
        read_scan(obj(tmp_path, TETRA + TETRA_FACES), stop)


def test_too_large_a_file_is_refused_unopened(tmp_path):
    path = obj(tmp_path, TETRA + TETRA_FACES)
    with pytest.raises(InputError, match=r"scan.obj has .* MB and the limit is"):
        read_scan(path, largest=10)


@pytest.mark.parametrize("name", ["scan.docx", "nothing.obj", "folder.ply"])
def test_what_is_no_scan_is_named(name, tmp_path):
    if name == "scan.docx":
        (tmp_path / name).write_bytes(b"PK")
    if name == "folder.ply":
        (tmp_path / name).mkdir()
    with pytest.raises(InputError, match=name):
        read_scan(tmp_path / name)


def test_a_file_under_another_suffix_is_recognised(tmp_path):
    path = tmp_path / "scan.obj"
    path.write_bytes(wellformed.ply_bytes("<"))
    assert len(read_scan(path).faces) == 242


def test_network_references_are_refused(tmp_path):
    tree, _ = wellformed.split_glb(wellformed.glb_bytes())
    tree["buffers"][0]["uri"] = "https://example.org/a.bin"
    path = tmp_path / "a.gltf"
    path.write_text(json.dumps(tree))
    with pytest.raises(InputError, match="not a file beside it"):
        read_scan(path)
