"""Eyes, lids, teeth and tongue ride on the head."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from posing import make

from facewright.engine.face import Face, Texture
from facewright.engine.models import eyes, teeth
from facewright.engine.models.rig import PosedHead, load_handles

AGES = (0.3, 3.0, 30.0, 75.0)


def part(head: PosedHead, name: str):
    return next(p for p in head.parts if p.name == name)


def rim_opening(head: PosedHead, side: str) -> float:
    """Largest height between the lids' rear edges."""
    rim = head.skin.vertices[load_handles()[f"rim_{side}"]]
    half = len(rim) // 2
    lower = rim[half:][::-1]
    heights = [p[1] - lower[np.argmin(np.abs(lower[:, 0] - p[0])), 1] for p in rim[4 : half - 4]]
    return float(max(heights))


@pytest.mark.parametrize("age", AGES)
def test_parts_are_wound_to_be_seen_from_the_front(model, rig, age):
    for p in rig.pose(make(model, age, jawOpen=0.6)).parts:
        a, b, c = np.moveaxis(p.vertices[p.faces].astype(np.float64), 1, 0)
        across = np.cross(b - a, c - a)
        depth = (a + b + c)[:, 2]
        front = across[depth >= np.quantile(depth, 0.9)]
        assert front[:, 2].sum() > 0, p.name


@pytest.mark.parametrize("age", AGES)
def test_everything_is_there_finite_and_inside_the_head(model, rig, age):
    head = rig.pose(make(model, age, seed=3, jawOpen=0.4, tongueOut=0.2))
    names = [p.name for p in head.parts]
    assert len(set(names)) == len(names)
    assert {"eye_l", "eye_r", "cornea_l", "teeth_upper", "teeth_lower", "tongue"} <= set(names)
    low, high = head.skin.vertices.min(axis=0), head.skin.vertices.max(axis=0)
    for p in head.parts:
        assert p.vertices.dtype == np.float32
        assert np.isfinite(p.vertices).all()
        assert (p.vertices > low).all(), p.name
        assert (p.vertices < high).all(), p.name
        assert p.faces.min() >= 0
        assert p.faces.max() < len(p.vertices)
        assert (p.uv is None) == (p.texture is None)


def test_at_rest_the_visible_skin_is_the_faces_own(model, rig):
    face = make(model, 30.0, seed=1)
    shown = rig.pose(face).skin.vertices
    moved = np.abs(shown - face.mesh.vertices).max(axis=1) > 1e-4
    hidden = np.zeros(len(moved), dtype=bool)
    for name in ("socket_l", "socket_r", "cavity"):
        hidden[load_handles()[name]] = True
    assert not (moved & ~hidden).any()
    # what may move lies behind lids and lips: nearly all of it is never seen
    assert (model.template.visible & hidden & moved).sum() < 0.02 * model.template.visible.sum()


def test_the_cavity_holds_the_teeth(model, rig):
    """No wall of the mouth hides the front teeth when the mouth is open."""
    from facewright.engine.photos.rasterizer import rasterize

    for age in (3.0, 30.0):
        head = rig.pose(make(model, age, jawOpen=0.8))
        lower = part(head, "teeth_lower")
        corner, scale = lower.vertices.min(axis=0) - 5, 4.0

        def depth(vertices, faces, corner=corner, scale=scale):
            flat = np.column_stack([(vertices[:, :2] - corner[:2]) * scale, -vertices[:, 2]])
            return rasterize(flat, faces, (320, 160))[2]

        tongue = part(head, "tongue")
        mouth = np.minimum(
            depth(head.skin.vertices, head.skin.topology.faces),
            depth(tongue.vertices, tongue.faces),
        )
        teeth_depth = depth(lower.vertices, lower.faces)
        shown = (teeth_depth < mouth) & np.isfinite(teeth_depth)
        assert shown.sum() / scale**2 > 25, age


@pytest.mark.parametrize("age", AGES)
@pytest.mark.parametrize("seed", [None, 5, 6])
def test_the_eye_sits_behind_the_lids(model, age, seed):
    vertices = make(model, age, seed).mesh.vertices
    for side in "lr":
        rim = vertices[load_handles()[f"rim_{side}"]]
        ball = eyes.fit(rim, vertices[load_handles()[f"front_{side}"]], age)
        gap = np.linalg.norm(rim - ball.centre, axis=1) - ball.radius
        touching = np.r_[6 : len(rim) - 6]
        front = vertices[load_handles()[f"front_{side}"]]
        nearest = np.linalg.norm(front - ball.centre, axis=1).min() - ball.radius
        assert nearest == pytest.approx(eyes.RIM_GAP, abs=0.02)
        # A ball cannot touch all of an uneven rim; that of the mean head is even.
        assert np.median(gap[touching]) < (1.3 if seed is None else 2.0)
        assert abs(ball.radius - eyes.sizes(age)[0]) < 1.0
        assert rim[:, 0].min() < ball.centre[0] < rim[:, 0].max()
        assert rim[:, 1].min() < ball.centre[1] < rim[:, 1].max()
    assert eyes.sizes(30.0)[1] == pytest.approx(5.85, abs=0.1)
    assert eyes.sizes(0.0)[0] < 0.75 * eyes.sizes(30.0)[0]


@pytest.mark.parametrize("age", AGES)
@pytest.mark.parametrize("seed", [None, 7])
def test_a_blink_closes_the_eye_and_covers_it(model, rig, age, seed):
    open_head = rig.pose(make(model, age, seed))
    shut = rig.pose(make(model, age, seed, eyeBlinkLeft=1.0, eyeBlinkRight=1.0))
    half = rig.pose(make(model, age, seed, eyeBlinkLeft=0.5, eyeBlinkRight=0.5))
    for side in "lr":
        assert rim_opening(open_head, side) > 4.5
        assert rim_opening(shut, side) < 0.6
        assert rim_opening(shut, side) < rim_opening(half, side) < rim_opening(open_head, side)
        assert uncovered(shut, side) < 0.6 < uncovered(open_head, side)
        # of the clear cornea not even a glint comes through
        assert visible(shut, (f"cornea_{side}",)) < 1.0 < visible(open_head, (f"cornea_{side}",))


def uncovered(head: PosedHead, side: str) -> float:
    """How far the eye stands out of the skin, mm, seen from the front; 0 where covered."""
    from facewright.engine.photos.rasterizer import rasterize

    eye = part(head, f"eye_{side}").vertices
    corner, scale = eye.min(axis=0), 8.0
    size = tuple(np.ceil(np.ptp(eye, axis=0)[:2] * scale).astype(int) + 2)

    def depth(vertices, faces):
        flat = np.column_stack([(vertices[:, :2] - corner[:2]) * scale, -vertices[:, 2]])
        return rasterize(flat, faces, size)[2]

    front = depth(eye, part(head, f"eye_{side}").faces)
    skin = depth(head.skin.vertices, head.skin.topology.faces)
    out = np.where(np.isfinite(front) & np.isfinite(skin), skin - front, 0)
    return float(np.percentile(np.maximum(out, 0), 99.9))


def test_gaze_turns_the_iris_where_the_weight_says(model, rig):
    def iris(**expression: float):
        head = rig.pose(make(model, **expression))
        return {s: part(head, f"eye_{s}").vertices[0] for s in "lr"}

    rest = iris()
    up = iris(eyeLookUpLeft=1.0, eyeLookUpRight=1.0)
    assert up["l"][1] > rest["l"][1] + 3
    assert up["r"][1] > rest["r"][1] + 3
    down = iris(eyeLookDownLeft=1.0)
    assert down["l"][1] < rest["l"][1] - 3
    assert down["r"] == pytest.approx(rest["r"])
    left = iris(eyeLookOutLeft=1.0, eyeLookInRight=1.0)
    assert left["l"][0] > rest["l"][0] + 4
    assert left["r"][0] > rest["r"][0] + 4
    right = iris(eyeLookInLeft=1.0, eyeLookOutRight=1.0)
    assert right["l"][0] < rest["l"][0] - 4
    assert right["r"][0] < rest["r"][0] - 4


def sphere(points: np.ndarray) -> tuple[np.ndarray, float]:
    """Centre and radius of the best sphere."""
    p = points.astype(float)
    found = np.linalg.lstsq(np.c_[2 * p, np.ones(len(p))], (p * p).sum(axis=1), rcond=None)[0]
    return found[:3], float(np.sqrt(found[3] + found[:3] @ found[:3]))


def test_turning_keeps_the_ball_in_place(model, rig):
    faces = [make(model, eyeLookOutLeft=w) for w in (0.0, 1.0)]
    v, handles = faces[0].mesh.vertices, load_handles()
    ball = eyes.fit(v[handles["rim_l"]], v[handles["front_l"]], 30.0)
    white = [part(rig.pose(face), "eye_l").vertices[250:] for face in faces]
    (rest, radius), (turned, after) = (sphere(points) for points in white)
    assert rest == pytest.approx(ball.centre, abs=1e-2)
    assert radius == pytest.approx(ball.radius, abs=1e-2)
    assert after == pytest.approx(radius, abs=1e-2)
    # lids that press on it may push it back by a hair
    assert turned[:2] == pytest.approx(rest[:2], abs=1e-2)
    assert -0.3 < turned[2] - rest[2] < 1e-2
    assert np.linalg.norm(white[1] - white[0], axis=1).max() > 3


@pytest.mark.parametrize("age", [3.0, 30.0])
def test_the_jaw_takes_the_lower_teeth_and_leaves_the_upper(model, rig, age):
    shut, wide = rig.pose(make(model, age)), rig.pose(make(model, age, jawOpen=1.0))
    for name in ("teeth_upper", "gum_upper"):
        assert np.array_equal(part(wide, name).vertices, part(shut, name).vertices)
    drop = part(shut, "teeth_lower").vertices - part(wide, "teeth_lower").vertices
    front = (
        part(shut, "teeth_lower").vertices[:, 2]
        > part(shut, "teeth_lower").vertices[:, 2].max() - 5
    )
    assert drop[front, 1].mean() > 8
    assert drop[front, 1].mean() > drop[~front, 1].mean()
    before, after = part(shut, "teeth_lower").vertices, part(wide, "teeth_lower").vertices
    spans = [np.linalg.norm(v[::50, None] - v[None, ::50], axis=2) for v in (before, after)]
    assert np.abs(spans[0] - spans[1]).max() < 0.01


def test_the_tongue_comes_out_over_the_lower_teeth(model, rig):
    rest = part(rig.pose(make(model)), "tongue").vertices
    out_head = rig.pose(make(model, tongueOut=1.0, jawOpen=0.4))
    out = part(out_head, "tongue").vertices
    teeth_front = part(out_head, "teeth_lower").vertices[:, 2].max()
    assert rest[:, 2].max() < part(rig.pose(make(model)), "teeth_lower").vertices[:, 2].max()
    assert out[:, 2].max() > teeth_front + 12


def test_teeth_come_with_age():
    def shown(jaw: str, age: float) -> int:
        return int((teeth.arch(jaw, age).shown > 0).sum())

    assert shown("upper", 0.3) == shown("lower", 0.3) == 0
    assert shown("lower", 0.8) == 2
    assert shown("upper", 3.0) == shown("lower", 3.0) == 10
    assert shown("upper", 13.0) == shown("lower", 13.0) == 14
    ages = np.arange(0, 3, 0.1)
    counts = [shown("lower", round(a, 1)) for a in ages]
    assert counts == sorted(counts)
    for a, b in itertools.pairwise([3.0, 9.0, 14.0]):
        assert np.ptp(teeth.arch("upper", a).teeth[:, 0]) < np.ptp(
            teeth.arch("upper", b).teeth[:, 0]
        )


@pytest.mark.parametrize("age", AGES)
def test_teeth_and_gums_stay_behind_closed_lips(model, rig, age):
    head = rig.pose(make(model, age, seed=11))
    skin = head.skin
    marks = model.template.landmarks.on(skin.vertices)
    for name in ("teeth_upper", "teeth_lower", "gum_upper", "gum_lower", "tongue"):
        front = part(head, name).vertices[:, 2].max()
        lip = marks["ls" if name.endswith("upper") else "li"]
        assert front < lip[2] - 2, name


SEEN_BEYOND = 1.0
"""Square millimetres that a part may show beside the opening it belongs in."""


def in_front(head: PosedHead, names: tuple[str, ...], around: np.ndarray):
    """Return where parts stand before the skin, from the front, with the picture's scale."""
    from facewright.engine.photos.rasterizer import rasterize

    corner, scale = around.min(axis=0)[:2] - 20, 3.0
    size = tuple(int(side) for side in np.ceil((np.ptp(around, axis=0)[:2] + 40) * scale))

    def depth(vertices, faces):
        flat = np.column_stack([(vertices[:, :2] - corner) * scale, -vertices[:, 2]])
        return rasterize(flat, faces, size)[2]

    skin = depth(head.skin.vertices, head.skin.topology.faces)
    pieces = [p for p in head.parts if p.name in names]
    front = np.minimum.reduce([depth(p.vertices, p.faces) for p in pieces])
    return front < skin - 0.05, corner, scale


def visible(head: PosedHead, names: tuple[str, ...]) -> float:
    """Area in mm2 of parts that is seen from the front."""
    seen, _, scale = in_front(head, names, part(head, names[0]).vertices)
    return float(seen.sum() / scale**2)


def beyond(head: PosedHead, names: tuple[str, ...], loop: np.ndarray) -> float:
    """Area in mm2 of parts that is seen from the front outside a loop of points."""
    from PIL import Image, ImageDraw

    seen, corner, scale = in_front(head, names, loop)
    area = Image.new("L", seen.shape[::-1])
    outline = [tuple(p) for p in (loop[:, :2] - corner) * scale]
    ImageDraw.Draw(area).polygon(outline, fill=1)
    ImageDraw.Draw(area).line([*outline, outline[0]], fill=1, width=7)
    return float((seen & (np.asarray(area) == 0)).sum() / scale**2)


@pytest.mark.parametrize("age", [1.0, 8.0, 30.0, 75.0])
def test_closed_lips_show_no_teeth_and_open_ones_do(model, rig, age):
    names = ("teeth_upper", "teeth_lower", "gum_upper", "gum_lower")
    shut, wide = make(model, age), make(model, age, jawOpen=0.6)
    assert visible(rig.pose(shut), names) < 2.0
    assert visible(rig.pose(wide), names) > 20.0


@pytest.mark.parametrize("age", [1.0, 30.0])
def test_nothing_comes_through_the_skin_in_any_expression(model, rig, age):
    curves = model.template.curves
    lips = np.concatenate([curves["upper_lip_outer"], curves["lower_lip_outer"][::-1]])
    mouth = ("teeth_upper", "teeth_lower", "gum_upper", "gum_lower")
    names = [axis.name for axis in model.axes if axis.group == "expression"]
    assert len(names) >= 52
    for name in names:
        head = rig.pose(make(model, age, **{name: 1.0}))
        v = head.skin.vertices
        assert beyond(head, mouth, v[lips]) < SEEN_BEYOND, name
        for side in "lr":
            rim = v[load_handles()[f"rim_{side}"]]
            assert beyond(head, (f"eye_{side}",), rim) < SEEN_BEYOND, name


def test_pose_moves_skin_and_parts_together(model, rig):
    face = make(model)
    pose = np.eye(4, dtype=np.float32)
    pose[:3, :3] = [[0, 0, 1], [0, 1, 0], [-1, 0, 0]]
    pose[:3, 3] = [10, 20, 30]
    rest = rig.pose(face)
    turned = rig.pose(Face(face.mesh, face.subject, face.expression, pose))
    for before, after in [
        (rest.skin.vertices, turned.skin.vertices),
        *((p.vertices, q.vertices) for p, q in zip(rest.parts, turned.parts, strict=True)),
    ]:
        assert after == pytest.approx(before @ pose[:3, :3].T + pose[:3, 3], abs=1e-3)


def test_the_faces_own_texture_comes_first(model, rig):
    image = np.full((8, 8, 3), 7, dtype=np.uint8)
    face = make(model)
    textured = Face(face.mesh, face.subject, texture=Texture(image, np.ones((8, 8))))
    assert np.array_equal(rig.skin_image(textured), image)
    assert rig.skin_image(face).shape == (1024, 1024, 3)


def test_parts_are_drawn_again_to_the_same_bytes(tmp_path):
    import shutil

    from facewright.engine.models.rig import PARTS_FILE
    from facewright.engine.models.template import TEMPLATE
    from facewright.engine.training import parts

    shutil.copytree(TEMPLATE, tmp_path / "template")
    (tmp_path / "template" / PARTS_FILE).unlink()
    parts.run(None, tmp_path)
    assert (tmp_path / "template" / PARTS_FILE).read_bytes() == (TEMPLATE / PARTS_FILE).read_bytes()
