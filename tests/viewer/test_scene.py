"""The scene without Qt: rendered to memory, probed pixel by pixel."""

from __future__ import annotations

import gc
import weakref

import numpy as np
import pytest
import trimesh
from vtkmodules.util.numpy_support import vtk_to_numpy

from facewright.engine.mesh import Mesh, Scan, Topology
from facewright.viewer.actors import MeshActor
from facewright.viewer.colormaps import places
from facewright.viewer.display import Display
from facewright.viewer.navigation import VIEWS
from facewright.viewer.picking import pick, pixel


def test_moved_vertices_move_the_picture(stage, ball):
    stage.scene.show(ball)
    stage.orbit.frame(stage.scene.bounds)
    full = stage.picture()
    ground = full[2, 2]
    side = [95.0, 0.0, 0.0]
    assert np.abs(stage.at(full, side) - ground).max() > 40
    stage.scene.show(ball.moved(ball.vertices * np.float32([0.5, 1, 1])))
    narrow = stage.picture()
    assert np.abs(stage.at(narrow, side) - narrow[100, 2]).max() < 12
    assert stage.asked >= 2


def test_normals_follow_and_match_trimesh(ball):
    actor = MeshActor.of(ball.topology)
    stretched = ball.vertices * np.float32([1, 1.5, 0.7])
    actor.move(stretched)
    ours = vtk_to_numpy(actor.data.GetPointData().GetNormals())
    theirs = trimesh.Trimesh(stretched, ball.topology.faces, process=False).vertex_normals
    assert np.einsum("vd,vd->v", ours, theirs).min() > 0.99
    assert np.array_equal(actor.vertices, stretched)
    assert not actor.vertices.flags.writeable


def test_points_are_written_in_place(ball):
    actor = MeshActor.of(ball.topology)
    points = actor.data.GetPoints().GetData()
    actor.move(ball.vertices)
    actor.move(ball.vertices * 2)
    assert actor.data.GetPoints().GetData() is points
    assert vtk_to_numpy(points).max() == pytest.approx(200.0, rel=1e-3)


def test_texture_seam_does_not_show_in_the_shading(ball):
    """Two texture coordinates for one vertex: drawn twice with one normal."""
    faces = ball.topology.faces
    seam = int(faces[0, 0])
    uv_vertex = np.append(np.arange(ball.topology.count), seam).astype(np.int32)
    uv_faces = faces.copy()
    uv_faces[0, 0] = ball.topology.count
    uv = np.tile(np.float32([0.25, 0.5]), (len(uv_vertex), 1))
    uv[-1] = 0.75, 0.5
    topology = Topology.build(
        faces, ball.topology.count, uv=uv, uv_vertex=uv_vertex, uv_faces=uv_faces
    )
    actor = MeshActor.of(topology)
    actor.move(ball.vertices)
    normals = vtk_to_numpy(actor.data.GetPointData().GetNormals())
    points = vtk_to_numpy(actor.data.GetPoints().GetData())
    assert np.array_equal(normals[-1], normals[seam])
    assert np.array_equal(points[-1], ball.vertices[seam])


def test_texture_is_upright(stage):
    """The first row of an image is its top: v = 1."""
    square = np.float32([[-50, -50, 0], [50, -50, 0], [50, 50, 0], [-50, 50, 0]])
    topology = Topology.build(
        [[0, 1, 2], [0, 2, 3]],
        4,
        uv=[[0, 0], [1, 0], [1, 1], [0, 1]],
        uv_vertex=[0, 1, 2, 3],
        uv_faces=[[0, 1, 2], [0, 2, 3]],
    )
    image = np.zeros((64, 64, 3), np.uint8)
    image[:32, :, 0] = 255  # upper half red
    image[32:, :, 2] = 255  # lower half blue
    stage.scene.show(Mesh(topology, square), image=image)
    stage.scene.display = Display(sides=False)
    stage.orbit.frame(stage.scene.bounds)
    picture = stage.picture()
    upper, lower = stage.at(picture, [0, 30, 0]), stage.at(picture, [0, -30, 0])
    assert upper[0] > 2 * upper[2]
    assert lower[2] > 2 * lower[0]


def test_heat_is_red_and_blue_where_the_values_are(stage, ball):
    stage.scene.show(ball)
    stage.scene.values(np.clip(ball.vertices[:, 0] / 50, -1, 1))
    stage.scene.display = Display(heat=True, sides=False)
    stage.orbit.frame(stage.scene.bounds)
    picture = stage.picture()
    left, right = stage.at(picture, [70, 0, 70]), stage.at(picture, [-70, 0, 70])
    assert left[0] > 1.8 * left[2]
    assert right[2] > 1.8 * right[0]
    assert stage.scene.legend.visible
    stage.scene.values(None)
    assert not stage.scene.legend.visible


def test_values_have_places_on_the_map_and_nan_has_none():
    found = places(np.float32([-9, -1, 0, 1, 9, np.nan]), -1.0, 1.0)
    assert found[0, 0] == found[1, 0] < 0.01
    assert found[3, 0] == found[4, 0] > 0.99
    assert found[2, 0] == pytest.approx(0.5)
    assert found[:, 1].tolist() == [1, 1, 1, 1, 1, 0]


def test_inferred_skin_is_dotted_and_measured_is_not(stage, ball):
    stage.scene.show(ball)
    stage.scene.display = Display(sides=False, look="clay", inferred=False)
    stage.orbit.frame(stage.scene.bounds)
    plain = stage.picture()
    stage.scene.inferred((ball.vertices[:, 0] > 0).astype(np.float32))
    np.testing.assert_array_equal(stage.picture(), plain)
    assert not stage.scene.key.visible
    stage.scene.display = Display(sides=False, look="clay")  # marked unless switched off
    marked = stage.picture()
    assert stage.scene.key.visible
    moved = marked.astype(int) - plain
    half = plain.shape[1] // 2
    assert np.abs(moved[80:120, half - 40 : half - 20]).max() < 8
    dotted = moved[80:120, half + 20 : half + 40]
    assert dotted[..., 0].min() < -40  # a dot
    assert np.median(dotted[..., 0]) > -35  # and skin between the dots
    assert dotted[..., 2].min() > -12  # bluer, not darker
    stage.scene.display = Display(sides=False, look="clay", head=False)
    stage.picture()
    assert not stage.scene.key.visible


def test_scan_overlay_takes_its_transform(stage, ball):
    scan = Scan("a.ply", ball.vertices / 1000, ball.topology.faces)
    move = np.diag([1000.0, 1000.0, 1000.0, 1.0])
    move[0, 3] = 250.0
    stage.scene.scan(scan, move)
    stage.scene.display = Display(scan=True, sides=False)
    assert stage.scene.bounds == pytest.approx((150, 350, -100, 100, -100, 100), abs=1.0)
    stage.orbit.frame(stage.scene.bounds)
    picture = stage.picture()
    assert picture[100, 120, 2] > picture[100, 120, 0]  # the overlay's blue


def test_point_cloud_is_drawn(stage):
    rng = np.random.default_rng(0)
    points = rng.normal(0, 40, (3000, 3)).astype(np.float32)
    scan = Scan(
        "a.xyz", points, np.zeros((0, 3), np.int32), colors=np.full((3000, 3), 250, np.uint8)
    )
    stage.scene.scan(scan)
    stage.scene.display = Display(scan=True, sides=False)
    stage.orbit.frame(stage.scene.bounds)
    assert stage.picture()[60:140, 80:160].max() > 240


def test_sides_are_named_from_every_view(stage, ball):
    stage.scene.show(ball)
    expected = {
        "front": ("R", "L"),
        "back": ("L", "R"),
        "left": ("front", "back"),
        "right": ("back", "front"),
    }
    for name, words in expected.items():
        stage.orbit.view(name)
        stage.scene.sides.turn(stage.orbit.rightward)
        assert tuple(text.GetInput() for text in stage.scene.sides.texts) == words, name


def test_presets_look_at_the_side_they_name(stage):
    for name, axis in {"front": (0, 0, 1), "left": (1, 0, 0), "right": (-1, 0, 0)}.items():
        stage.orbit.view(name)
        assert stage.orbit.toward_viewer @ np.array(axis) == pytest.approx(1.0)
    assert {"front", "left", "right", "three-quarter"} <= VIEWS.keys()


def test_frame_fits_the_box(stage, ball):
    stage.scene.show(ball)
    for name in VIEWS:
        stage.orbit.view(name)
        stage.orbit.frame(stage.scene.bounds)
        for corner in ball.vertices[:: len(ball.vertices) // 40]:
            x, y = pixel(stage.renderer, corner)
            assert 0 <= x < 240, name
            assert 0 <= y < 200, name


def test_zoom_keeps_the_point_under_the_cursor(stage):
    stage.orbit.frame((-100, 100, -100, 100, -100, 100))
    point = stage.orbit.focus + 60 * stage.orbit.rightward + 40 * stage.orbit.upward
    before = pixel(stage.renderer, point)
    stage.orbit.zoom(1.5, *before)
    assert pixel(stage.renderer, point) == pytest.approx(before, abs=1.5)


def test_rotation_never_turns_over(stage):
    stage.orbit.rotate(0, -5000)
    assert stage.orbit.elevation <= 89.0
    assert stage.orbit.upward[1] > 0.0


def test_pick_gives_the_nearest_vertex_and_nothing_on_the_ground(stage, ball):
    stage.scene.show(ball)
    stage.orbit.frame(stage.scene.bounds)
    stage.picture()
    target = int(np.argmax(ball.vertices @ np.float32([0.3, 0.2, 0.93])))
    x, y = pixel(stage.renderer, ball.vertices[target])
    hit = pick(stage.renderer, stage.scene.vertices, x, y)
    assert hit is not None
    assert np.linalg.norm(ball.vertices[hit.vertex] - ball.vertices[target]) < 12
    assert np.linalg.norm(hit.position) == pytest.approx(100.0, abs=2.0)
    assert pick(stage.renderer, stage.scene.vertices, 1, 1) is None


def test_another_topology_replaces_the_skin(stage, ball):
    stage.scene.show(ball)
    other = trimesh.creation.box((50, 50, 50))
    box = Mesh(Topology.build(other.faces, 8), other.vertices)
    stage.scene.show(box)
    assert stage.scene.vertices.shape == (8, 3)
    stage.scene.show(None)
    assert stage.scene.bounds is None


def test_hurry_draws_the_same_head(stage, ball):
    stage.scene.show(ball)
    stage.scene.display = Display(sides=False)
    stage.orbit.frame(stage.scene.bounds)
    calm = stage.picture()
    stage.scene.hurry(True)
    assert np.abs(stage.picture() - calm).mean() < 1.0


def test_closed_scene_frees_its_actors(stage, ball):
    stage.scene.show(ball)
    skin = weakref.ref(stage.scene._head.skin)
    stage.scene.close()
    gc.collect()
    assert skin() is None
    assert stage.renderer.GetViewProps().GetNumberOfItems() == 0
