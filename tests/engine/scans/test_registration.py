"""A head of the model, scanned with noise, a hole and hair, is registered again."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from stores import shipped

from facewright.engine.errors import Cancelled, InputError
from facewright.engine.geometry.normals import flipped, vertex_normals
from facewright.engine.geometry.rigid import moved, rotation
from facewright.engine.landmarks import Points
from facewright.engine.mesh import Scan
from facewright.engine.progress import silent
from facewright.engine.scans.placement import Clock, prepare
from facewright.engine.scans.registration import register, seeking

MARKS = (*(f"ibug{i}" for i in range(17, 68)), "en_l", "en_r", "prn")


@pytest.fixture(scope="module")
def models():
    return shipped()


@pytest.fixture(scope="module")
def truth(models):
    """A head with a bump that no coefficient explains, head frame, and its coefficients."""
    model = models.lifespan()
    rng = np.random.default_rng(7)
    coefficients = model.sample(rng, 1, age=30.0)[0]
    head = model.vertices(coefficients).astype(np.float64)
    cheek = model.template.landmarks.on(head.astype(np.float32))["zy_l"] + [-12, -25, 0]
    bump = 2.0 * np.exp(-((np.linalg.norm(head - cheek, axis=1) / 10) ** 2))
    return head + bump[:, None] * vertex_normals(head, model.topology.faces)


def cheek(model, head):
    """Return the vertex of the right cheek where the scan has a hole."""
    mouth = model.template.landmarks.on(head.astype(np.float32))["ch_r"]
    far = np.linalg.norm(head - mouth - [-22, 12, 0], axis=1) + 1e3 * ~model.template.visible
    return int(np.argmin(far))


def scanned(model, head, rng, *, unit=1.0, hole=True):
    """Return the head's front as a scanner would give it, landmarks, and the motion to it."""
    faces = model.topology.faces
    keep = model.template.visible & (head[:, 2] > -40) & (head[:, 1] > -125)
    if hole:
        keep &= np.linalg.norm(head - head[cheek(model, head)], axis=1) > 9
    noisy = head + rng.normal(0, 0.04, head.shape)
    motion = np.eye(4)
    motion[:3, :3] = rotation([0.2, 0.4, -0.1]) / unit
    motion[:3, 3] = np.array([40, 3, -90]) / unit
    points = moved(
        model.template.landmarks.select(MARKS).on(head.astype(np.float32)).positions, motion
    )
    colors = np.full((len(head), 3), 120, np.uint8)
    scan = Scan(
        "head",
        moved(noisy, motion).astype(np.float32),
        faces[keep[faces].all(axis=1)],
        colors=colors,
    )
    return scan, Points.build(MARKS, points), motion


@pytest.fixture(scope="module")
def result(models, truth):
    scan, points, motion = scanned(models.lifespan(), truth, np.random.default_rng(3))
    return register(scan, models, landmarks=points, age=30.0), motion


def shown(models, result):
    face = result.face
    offsets = models.lifespan().expression_offsets(face.expression, face.subject.age.value)
    return face.mesh.vertices + offsets


def test_the_head_is_found_with_its_bump(models, truth, result):
    registration, motion = result
    model = models.lifespan()
    face = model.template.face
    seen = face & model.template.visible & (registration.face.inferred < 0.5)
    there = moved(moved(truth, motion), registration.scan_to_head)
    normals = vertex_normals(there, model.topology.faces)
    off = np.abs(np.einsum("vd,vd->v", shown(models, registration) - there, normals))
    assert np.median(off[seen]) < 0.08
    assert np.quantile(off[seen], 0.95) < 0.5
    assert registration.distances.median < 0.1
    assert registration.distances.mean < 0.2
    assert registration.verdict.level == "good"
    drawn = shown(models, registration)
    assert len(flipped(registration.fitted, drawn, model.topology.faces)) == 0


def test_the_motion_is_rigid_and_right(result):
    registration, motion = result
    product = registration.scan_to_head @ motion
    assert product[:3, :3] == pytest.approx(np.eye(3), abs=0.02)
    assert np.linalg.det(registration.scan_to_head[:3, :3]) == pytest.approx(1.0, abs=1e-9)


def test_what_was_not_scanned_is_inferred(models, truth, result):
    registration, _ = result
    inferred = registration.face.inferred
    head = shown(models, registration)
    back = head[:, 2] < -60
    assert (inferred[back] == 1).all()
    assert (inferred[~models.lifespan().template.visible] == 1).all()
    pit = truth[cheek(models.lifespan(), truth)]
    assert inferred[np.linalg.norm(truth - pit, axis=1) < 6].mean() > 0.8
    assert np.isnan(registration.error[back]).all()
    nose = np.linalg.norm(head - registration.landmarks["prn"], axis=1) < 6
    assert inferred[nose].mean() < 0.2


def test_subject_and_texture(result):
    registration, _ = result
    subject = registration.face.subject
    assert (subject.age.value, subject.age.origin) == (30.0, "given")
    assert subject.sex.origin == "estimated"
    texture = registration.face.texture
    assert texture is not None
    assert texture.image[texture.known > 0.99] == pytest.approx(120, abs=1)


def test_metres_are_known_by_the_face(models, truth):
    scan, points, motion = scanned(models.lifespan(), truth, np.random.default_rng(3), unit=1000.0)
    bare = Scan(scan.name, scan.vertices, scan.faces)
    registration = register(bare, models, landmarks=points, age=30.0)
    assert np.cbrt(np.linalg.det(registration.scan_to_head[:3, :3])) == pytest.approx(1000.0)
    assert registration.distances.median < 0.1
    assert registration.face.texture is None
    wrong = register(bare, models, landmarks=points, age=30.0, unit="cm")
    assert wrong.verdict.level == "poor"
    assert wrong.verdict.advice[0].startswith("Wrong unit?")
    del motion


def test_masked_damage_pulls_nothing(models, truth):
    model = models.lifespan()
    scan, points, motion = scanned(model, truth, np.random.default_rng(3), hole=False)
    there = moved(truth, np.linalg.inv(motion) @ motion)
    marks = model.template.landmarks.on(truth.astype(np.float32))
    damaged = np.linalg.norm(there - marks["pg"], axis=1) < 14
    vertices = scan.vertices.astype(np.float64)
    outward = vertex_normals(vertices, model.topology.faces)
    vertices[damaged] += 4.0 * outward[damaged]
    spoilt = Scan("spoilt", vertices.astype(np.float32), scan.faces)
    mask = np.where(damaged, 0.0, 1.0).astype(np.float32)

    def chin(registration):
        head = shown(models, registration)
        own = moved(truth, registration.scan_to_head @ motion)
        return np.abs(head - own)[damaged & model.template.visible].mean()

    plain = register(spoilt, models, landmarks=points, age=30.0)
    masked = register(spoilt, models, landmarks=points, age=30.0, mask=mask)
    assert chin(masked) < 0.5 * chin(plain)
    assert masked.face.inferred[damaged].mean() > 0.9


def test_cancel_stops_within_a_step(models, truth):
    scan, points, _ = scanned(models.lifespan(), truth, np.random.default_rng(3))
    seen = []

    def stop(fraction, text):
        seen.append((fraction, text))
        if fraction > 0.6:
            raise Cancelled

    with pytest.raises(Cancelled):
        register(scan, models, landmarks=points, age=30.0, progress=stop)
    fractions = [fraction for fraction, _ in seen]
    assert fractions == sorted(fractions)
    assert seen[-1][0] < 0.7


def test_refusals_are_one_sentence(models, truth):
    scan, points, _ = scanned(models.lifespan(), truth, np.random.default_rng(3))
    with pytest.raises(InputError, match="is no unit"):
        register(scan, models, landmarks=points, unit="furlong")
    few = Points.build(("prn", "en_l"), points.positions[:2])
    with pytest.raises(InputError, match="too few"):
        register(scan, models, landmarks=few)
    with pytest.raises(InputError, match="values and the head has"):
        register(scan, models, landmarks=points, mask=np.ones(5, np.float32))


def test_hair_and_clothes_are_sought_less(models):
    model = models.lifespan()
    weights = seeking(model)
    regions = model.topology.regions
    face = model.template.face
    assert np.median(weights[face]) == 1.0
    assert weights[(regions["scalp"] > 0.9) & model.template.visible].max() < 0.2
    assert (weights[~model.template.visible] == 0).all()


def test_the_same_scan_gives_the_same_bytes(models, truth):
    scan, points, _ = scanned(models.lifespan(), truth, np.random.default_rng(3))
    first, second = (register(scan, models, landmarks=points) for _ in range(2))
    for one, other in (
        (first.face.mesh.vertices, second.face.mesh.vertices),
        (first.fitted, second.fitted),
        (first.scan_to_head, second.scan_to_head),
        (first.error, second.error),
    ):
        assert one.tobytes() == other.tobytes()


@pytest.mark.parametrize(("unit", "factor"), [("mm", 1.0), ("inch", 25.4), ("m", 1000.0)])
def test_landmarks_alone_tell_the_unit(models, truth, unit, factor):
    scan, points, _ = scanned(models.lifespan(), truth, np.random.default_rng(3))
    small = replace(scan, vertices=scan.vertices / np.float32(factor))
    marks = Points.build(points.names, points.positions / factor)
    placed = prepare(small, models, None, marks, "auto", Clock(), silent)[1]
    assert placed.unit == unit
