"""Brush strokes and pulled points as steps, on the toy head."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from documents import scanned
from threadpoolctl import threadpool_info
from toy import ToyStore

from facewright.engine.edits.age import Age
from facewright.engine.edits.pull import Pull, PulledPoint
from facewright.engine.edits.register import Register
from facewright.engine.edits.reshape import encode, mean_face
from facewright.engine.edits.sculpt import Sculpt
from facewright.engine.edits.strokes import Spot, Stroke
from facewright.engine.edits.subject import About
from facewright.engine.errors import InputError
from facewright.engine.evaluator import EditFailed, Evaluator
from facewright.engine.face import Face
from facewright.engine.geometry.brush import Brush
from facewright.engine.models.plausible import IMPLAUSIBLE, shape_plausibility
from facewright.engine.project import Project

MODELS = ToyStore()
MODEL = MODELS.lifespan()
MEAN = mean_face(MODELS)
SCAN = scanned(MODELS, np.random.default_rng(5)).face
assert SCAN is not None
NOSE = Spot(MODEL.topology.faces[40], np.array([0.3, 0.3, 0.4]))


def apply(edit: Sculpt | Pull, face: Face) -> np.ndarray:
    return edit.apply(face, MODELS).mesh.vertices


def grab(
    face: Face, way: tuple[float, float, float], layer: Sculpt | None = None, **more
) -> Sculpt:
    brush = more.pop("brush", Brush("grab", radius=60.0))
    stroke = Stroke(Sculpt() if layer is None else layer, face, MODELS, brush, **more)
    stroke.take(NOSE)
    stroke.drag(way)
    return stroke.layer


def test_a_grab_moves_what_it_holds_and_no_more() -> None:
    layer = grab(SCAN, (0.0, 0.0, 6.0))
    moved = apply(layer, SCAN) - SCAN.mesh.vertices
    assert moved[:, 2].max() == pytest.approx(6.0, rel=0.5)
    np.testing.assert_allclose(moved[:, :2], 0.0, atol=1e-5)
    assert 0 < (moved[:, 2] > 0).sum() < 100
    (piece,) = layer.offsets
    assert len(piece) == (moved[:, 2] > 0).sum(), "only what moved is kept"


def test_strokes_add_up_in_one_layer() -> None:
    once = grab(SCAN, (0.0, 3.0, 0.0))
    twice = grab(SCAN, (0.0, 3.0, 0.0), layer=once)
    both = apply(twice, SCAN) - SCAN.mesh.vertices
    first = apply(once, SCAN) - SCAN.mesh.vertices
    assert both.max() > 1.7 * first.max()


def test_outside_of_the_mask_nothing_moves_at_all() -> None:
    mask = np.asarray(MODEL.topology.regions["left"], np.float32)
    layer = grab(SCAN, (1.0, 5.0, 2.0), confinement="mask", mask=mask)
    after = apply(layer, SCAN)
    np.testing.assert_array_equal(after[mask == 0], SCAN.mesh.vertices[mask == 0])
    assert np.abs(after - SCAN.mesh.vertices)[mask == 1].max() > 1.0


def test_a_mirrored_stroke_moves_both_sides_alike() -> None:
    brush = Brush("grab", radius=60.0, mirror=True)
    moved = apply(grab(SCAN, (2.0, 3.0, 4.0), brush=brush), SCAN) - SCAN.mesh.vertices
    mirror = MODEL.topology.mirror
    np.testing.assert_allclose(moved[mirror] * (-1, 1, 1), moved, atol=2e-5)


def test_restoring_returns_to_the_head_before_sculpting() -> None:
    layer = grab(SCAN, (0.0, 0.0, 8.0))
    brush = Brush("restore", radius=200.0, falloff="constant")
    stroke = Stroke(layer, SCAN, MODELS, brush)
    stroke.dab(NOSE)
    np.testing.assert_allclose(apply(stroke.layer, SCAN), SCAN.mesh.vertices, atol=1e-4)
    assert stroke.layer.is_bare


def test_pressure_and_strength_scale_a_dab() -> None:
    def height(strength: float, pressure: float) -> float:
        brush = Brush("inflate", radius=60.0, strength=strength)
        stroke = Stroke(Sculpt(), SCAN, MODELS, brush)
        stroke.dab(NOSE, pressure)
        return float(np.abs(apply(stroke.layer, SCAN) - SCAN.mesh.vertices).max())

    full = height(1.0, 1.0)
    assert height(0.5, 1.0) == pytest.approx(full / 2, rel=1e-2)
    assert height(1.0, 0.25) == pytest.approx(full / 4, rel=1e-2)


def test_offsets_grow_with_the_head() -> None:
    """The layer was made on an adult; on the same head as a child it is as much smaller."""
    layer = grab(MEAN, (0.0, 0.0, 6.0))
    evaluator = Evaluator(MODELS)
    before = (Register(face=MEAN), About.initial(MEAN))
    child = Project(edits=(*before, Age(years=2.0)))
    bare = evaluator.face(child).mesh.vertices
    moved = evaluator.face(child.with_edit(layer)).mesh.vertices - bare
    adult = apply(layer, MEAN) - MEAN.mesh.vertices
    ratio = MODEL.growth(2.0) / MODEL.growth(30.0)
    np.testing.assert_allclose(moved, ratio * adult, atol=2e-3)


def test_a_sculpted_head_is_fitted_in_one_thread(monkeypatch) -> None:
    """The window judges it at every step of a stroke; a waiting thread would take half the time."""
    limits: list[set[int]] = []
    fit = MODEL.coefficients

    def noted(*given, **named):
        blas = [pool for pool in threadpool_info() if pool["user_api"] == "blas"]
        limits.append({pool["num_threads"] for pool in blas})
        return fit(*given, **named)

    monkeypatch.setattr(MODEL, "coefficients", noted)
    encode(SCAN.with_vertices(SCAN.mesh.vertices + 1.0), MODEL)
    assert limits == [{1}]


def test_a_plausible_stroke_ends_in_the_space_of_the_model() -> None:
    layer = grab(SCAN, (0.0, 0.0, 400.0), confinement="plausible")
    after = layer.apply(SCAN, MODELS)
    score = shape_plausibility(encode(after, MODEL).coefficients, MODEL)
    assert 1.0 < score < IMPLAUSIBLE
    assert not layer.offsets
    wild = grab(SCAN, (0.0, 0.0, 400.0)).apply(SCAN, MODELS)
    assert shape_plausibility(encode(wild, MODEL).coefficients, MODEL) > IMPLAUSIBLE


def test_a_plausible_stroke_keeps_the_persons_detail() -> None:
    after = grab(MEAN, (0.0, 0.0, 6.0), confinement="plausible").apply(MEAN, MODELS)
    found = MODEL.vertices(encode(after, MODEL).coefficients)
    np.testing.assert_allclose(after.mesh.vertices, found, atol=1e-3)
    bumpy = grab(SCAN, (0.0, 0.0, 6.0), confinement="plausible").apply(SCAN, MODELS)
    rough = bumpy.mesh.vertices - MODEL.vertices(encode(bumpy, MODEL).coefficients)
    own = SCAN.mesh.vertices - MODEL.vertices(encode(SCAN, MODEL).coefficients)
    assert np.linalg.norm(rough) == pytest.approx(np.linalg.norm(own), rel=0.05)


def test_no_drag_changes_nothing() -> None:
    for confinement in ("free", "plausible"):
        layer = grab(SCAN, (0.0, 0.0, 0.0), confinement=confinement)
        np.testing.assert_array_equal(apply(layer, SCAN), SCAN.mesh.vertices)


def test_a_layer_of_another_model_is_told() -> None:
    layer = replace(grab(SCAN, (0.0, 0.0, 3.0)), made_on=np.zeros(3, np.float32))
    with pytest.raises(InputError, match="another head model"):
        layer.apply(SCAN, MODELS)
    with pytest.raises(EditFailed, match="Step 2"):
        Evaluator(MODELS).face(Project(edits=(Register(face=SCAN), layer)))


# Pulled points ------------------------------------------------------------------------------

TIP = PulledPoint("tip", tuple(map(int, NOSE.corners)), (0.3, 0.3, 0.4), (0.0, 2.0, 4.0))
PIN = PulledPoint("pin", tuple(map(int, MODEL.topology.faces[200])), (0.2, 0.2, 0.6))


def errors(edit: Pull, face: Face) -> np.ndarray:
    after = apply(edit, face)
    wanted = [p.on(face.mesh.vertices) + p.move for p in edit.points]
    return np.linalg.norm([p.on(after) for p in edit.points] - np.array(wanted), axis=1)


def test_points_are_reached_and_pins_stay() -> None:
    edit = Pull().with_points((TIP, PIN), SCAN, MODELS)
    assert errors(edit, SCAN).max() < 0.05


def test_without_the_local_form_the_head_stays_in_the_model() -> None:
    far = replace(TIP, move=(0.0, 80.0, 160.0))
    edit = Pull(finish="model").with_points((far,), SCAN, MODELS)
    score = shape_plausibility(encode(edit.apply(SCAN, MODELS), MODEL).coefficients, MODEL)
    assert score < IMPLAUSIBLE
    assert errors(edit, SCAN).max() > 5.0
    assert errors(replace(edit, finish="exact"), SCAN).max() < 0.05


def test_points_come_back_as_they_were_put() -> None:
    edit = Pull().with_points((TIP, PIN), SCAN, MODELS)
    tip, pin = edit.points
    assert (tip.name, tip.corners, pin.is_pinned) == ("tip", TIP.corners, True)
    np.testing.assert_allclose(tip.move, TIP.move, atol=1e-6)
    assert edit.with_points((), SCAN, MODELS).points == ()


def test_moves_grow_with_the_head() -> None:
    edit = Pull().with_points((TIP,), MEAN, MODELS)
    child = Age(years=2.0).apply(About.initial(MEAN).apply(MEAN, MODELS), MODELS)
    (there,) = edit.on(child, MODELS)
    ratio = MODEL.growth(2.0) / MODEL.growth(30.0)
    np.testing.assert_allclose(there.move, ratio * np.array(TIP.move), atol=1e-2)


def test_two_points_in_one_place_do_no_harm() -> None:
    edit = Pull().with_points((TIP, replace(TIP, name="again")), SCAN, MODELS)
    assert errors(edit, SCAN).max() < 0.1
