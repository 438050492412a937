"""What every model and every kind of edit promises, and what each kind does."""

from __future__ import annotations

import dataclasses
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from documents import scanned
from foreign_toy import OTHER, ForeignStore

from facewright.engine.edits.age import Age
from facewright.engine.edits.anonymise import Anonymise
from facewright.engine.edits.base import AxisSliders, Choice, Edit, Hidden, Slider
from facewright.engine.edits.complete import Complete
from facewright.engine.edits.controllers import Controllers
from facewright.engine.edits.expression import Expression
from facewright.engine.edits.fields import all_fields, fields
from facewright.engine.edits.from_model import FromModel
from facewright.engine.edits.identity import Asymmetry, Identity
from facewright.engine.edits.neutralise import Neutralise
from facewright.engine.edits.part_from import PartFrom
from facewright.engine.edits.pull import Pull, PulledPoint
from facewright.engine.edits.register import Register, unit_of
from facewright.engine.edits.repair import Repair
from facewright.engine.edits.reshape import encode, mean_face
from facewright.engine.edits.sculpt import Sculpt
from facewright.engine.edits.sex_ancestry import SexAncestry
from facewright.engine.edits.start import Start
from facewright.engine.edits.subject import About
from facewright.engine.edits.symmetrise import Symmetrise
from facewright.engine.edits.table import EDITS
from facewright.engine.errors import InputError
from facewright.engine.evaluator import EditFailed, Evaluator
from facewright.engine.face import Face, Weights
from facewright.engine.files.project import load, save
from facewright.engine.geometry.symmetry import mirrored
from facewright.engine.project import History, Project

CACHE = tempfile.TemporaryDirectory()
MODELS = ForeignStore(Path(CACHE.name))
MEAN = mean_face(MODELS)
SCAN = scanned(MODELS, np.random.default_rng(5)).face
assert SCAN is not None

VARIED: dict[str, Edit] = {
    "start": Start(seed=4, age=8.0, sex=0.5, african=0.3),
    "anonymise": Anonymise(seed=4, keep_sex=False),
    "from_model": FromModel(model=OTHER, version="1", weights=Weights(identity_000=1.0)),
    "register": Register(face=SCAN, source="ab", verdict="Good."),
    "subject": About(age=3.0, asian=1.0),
    "identity": Identity(weights=Weights(identity_001=1.5, detail_000=-1.0)),
    "asymmetry": Asymmetry(weights=Weights(asymmetry_000=2.0)),
    "controllers": Controllers(weights=Weights(nose_width=2.0, eye_height_left=-1.0)),
    "part_from": PartFrom(part="nose", amount=0.5, donor=SCAN),
    "expression": Expression(weights=Weights(jawOpen=0.7), mode="set"),
    "neutralise": Neutralise(),
    "age": Age(years=70.0),
    "sex_ancestry": SexAncestry(sex=-1.0, african=1.0),
    "symmetrise": Symmetrise(side="left"),
    "complete": Complete(region="nose", alternative=3, mirror=0.3),
    "repair": Repair(side="left", way="blend"),
    "sculpt": Sculpt(weights=Weights(identity_001=0.5)).with_stroke(
        np.where(np.arange(162)[:, None] < 20, (0.0, 0.5, 1.5), 0.0),
        np.zeros((162, 3), np.float32),
        encode(SCAN, MODELS.lifespan()).coefficients,
    ),
    "pull": Pull().with_points(
        (
            PulledPoint("tip", (0, 11, 5), (0.2, 0.3, 0.5), (0.0, 2.0, 1.0)),
            PulledPoint("pin", (3, 4, 9), (0.0, 1.0, 0.0)),
        ),
        SCAN,
        MODELS,
    ),
}
KINDS = sorted(EDITS)


def apply(edit: Edit, face: Face) -> Face:
    """The edit as the evaluator applies it to a face that is already there."""
    return Evaluator(MODELS).face(Project(edits=(Register(face=face), edit)))


def alike(one: Face, other: Face) -> None:
    np.testing.assert_array_equal(one.mesh.vertices, other.mesh.vertices)
    assert one.expression == other.expression
    assert one.subject == other.subject
    np.testing.assert_array_equal(one.pose, other.pose)


# Models ------------------------------------------------------------------------------------


def test_the_mean_lies_at_the_defaults() -> None:
    model = MODELS.lifespan()
    defaults = [axis.default for axis in model.axes]
    np.testing.assert_array_equal(model.mean().vertices, model.instance(defaults).vertices)


def test_coefficients_come_back(rng: np.random.Generator) -> None:
    model = MODELS.lifespan()
    for truth in model.sample(rng, 5, age=12.0):
        given = {"age": 12.0, "sex": float(truth[1])}
        found = model.coefficients(model.instance(truth), given=given)
        np.testing.assert_allclose(found, truth, atol=1e-3)


def test_samples_are_repeatable() -> None:
    one = MODELS.lifespan().sample(np.random.default_rng(1), 3)
    np.testing.assert_array_equal(one, MODELS.lifespan().sample(np.random.default_rng(1), 3))


# Every edit --------------------------------------------------------------------------------


def test_every_kind_is_in_the_table_and_varied_here() -> None:
    assert sorted(VARIED) == KINDS
    for kind, edit_type in EDITS.items():
        assert edit_type.kind == kind
        assert edit_type.label


@pytest.mark.parametrize("kind", KINDS)
def test_the_default_changes_nothing(kind: str) -> None:
    alike(apply(EDITS[kind](), MEAN), MEAN)


@pytest.mark.parametrize(
    "kind", [k for k in KINDS if k not in ("start", "symmetrise", "neutralise")]
)
def test_a_form_opens_without_changing_anything(kind: str) -> None:
    alike(apply(EDITS[kind].initial(SCAN), SCAN), SCAN)


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_input_gives_the_same_face(kind: str) -> None:
    alike(apply(VARIED[kind], SCAN), apply(VARIED[kind], SCAN))


@pytest.mark.parametrize("kind", KINDS)
def test_the_face_before_is_left_alone(kind: str) -> None:
    before = SCAN.mesh.vertices.copy()
    expression, subject = SCAN.expression, SCAN.subject
    apply(VARIED[kind], SCAN)
    np.testing.assert_array_equal(SCAN.mesh.vertices, before)
    assert (SCAN.expression, SCAN.subject) == (expression, subject)


@pytest.mark.parametrize("kind", KINDS)
def test_a_mask_is_respected(kind: str, rng: np.random.Generator) -> None:
    mask = (rng.random(162) * (np.arange(162) % 2)).astype(np.float32)
    after = apply(replace(VARIED[kind], mask=mask), SCAN)
    outside = mask == 0
    np.testing.assert_array_equal(after.mesh.vertices[outside], SCAN.mesh.vertices[outside])
    full = VARIED[kind].apply(SCAN, MODELS).mesh.vertices
    expected = SCAN.mesh.vertices + mask[:, None] * (full - SCAN.mesh.vertices)
    np.testing.assert_allclose(after.mesh.vertices, expected, atol=1e-4)


@pytest.mark.parametrize("kind", KINDS)
def test_no_strength_or_switched_off_changes_nothing(kind: str) -> None:
    alike(apply(replace(VARIED[kind], strength=0.0), SCAN), SCAN)
    alike(apply(replace(VARIED[kind], enabled=False), SCAN), SCAN)


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_keeps_it(kind: str, tmp_path: Path) -> None:
    mask = np.linspace(0, 1, 162, dtype=np.float32)
    edit = replace(VARIED[kind], strength=0.3, enabled=False, mask=mask)
    save(History.of(Project(edits=(edit,))), tmp_path / "a.face", MODELS)
    (back,) = load(tmp_path / "a.face", MODELS).history.project.edits
    assert type(back) is type(edit)
    for field in dataclasses.fields(edit):
        one, other = getattr(edit, field.name), getattr(back, field.name)
        if isinstance(one, Face):
            alike(one, other)
        else:
            np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_is_declared(kind: str) -> None:
    for info in all_fields(EDITS[kind]):
        if info.common:
            assert info.name in ("enabled", "strength", "mask", "title")
            continue
        assert info.control is not None, f"{kind}.{info.name} has no control"
        assert info.label
        if isinstance(info.control, Slider):
            assert info.type in ("float", "int")
            assert info.control.low <= info.default <= info.control.high
            assert info.help
        elif isinstance(info.control, Choice):
            assert info.default in dict(info.control.options)
        elif isinstance(info.control, AxisSliders):
            assert info.type == "weights"
            groups = {axis.group for axis in MODELS.get(info.control.model).axes}
            assert set(info.control.groups) <= groups


def test_fields_leave_out_what_no_form_shows() -> None:
    assert [info.name for info in fields(Age)] == ["years"]
    assert fields(Register) == ()
    assert {info.name for info in all_fields(Register) if isinstance(info.control, Hidden)} >= {
        "face",
        "source",
    }


def test_a_field_that_files_cannot_hold_is_refused() -> None:
    @dataclasses.dataclass(frozen=True, eq=False, kw_only=True)
    class Odd(Edit):
        where: dict[str, Any] = dataclasses.field(default_factory=dict)

    Odd.__annotations__["where"] = dict[str, int]
    with pytest.raises(TypeError, match="where"):
        all_fields(Odd)


# What each does ----------------------------------------------------------------------------


def test_ageing_keeps_the_persons_detail() -> None:
    """The residual grows with the skin: on a ball grown by s it is s times as long."""
    model = MODELS.lifespan()
    young = apply(About(age=30.0), SCAN)
    old = apply(Age(years=2.0), young)
    assert old.subject.age.value == 2.0
    ratio = model.growth(2.0) / model.growth(30.0)
    np.testing.assert_allclose(old.mesh.vertices, ratio * young.mesh.vertices, atol=1e-3)


def test_ageing_there_and_back_is_exact() -> None:
    evaluator = Evaluator(MODELS)
    there = (Register(face=SCAN), Age(years=80.0))
    back = evaluator.face(Project(edits=(*there, Age(years=SCAN.subject.age.value))))
    np.testing.assert_allclose(back.mesh.vertices, SCAN.mesh.vertices, atol=1e-4)
    assert back.subject == SCAN.subject


def test_detail_turns_with_the_skin() -> None:
    """Where an identity axis tilts the surface, a bump normal to it stays normal to it."""
    model = MODELS.lifespan()
    from facewright.engine.geometry.normals import vertex_normals

    faces = model.topology.faces
    smooth = model.mean().vertices
    bump = np.zeros(162, np.float32)
    bump[7] = 2.0
    before = MEAN.with_vertices(smooth + bump[:, None] * vertex_normals(smooth, faces))
    edit = Identity(weights=Weights(identity_000=3.0, detail_000=3.0))
    after = apply(edit, before).mesh.vertices
    found = encode(before, model)
    change = found.coefficients.copy()
    change[4:7] += (3.0, 0.0, 3.0)
    new_smooth = model.vertices(change)
    detail_before = before.mesh.vertices - model.vertices(found.coefficients)
    detail = after - new_smooth
    n0 = vertex_normals(model.vertices(found.coefficients), faces)[7]
    n1 = vertex_normals(new_smooth, faces)[7]
    cosine_before = detail_before[7] @ n0 / np.linalg.norm(detail_before[7])
    cosine_after = detail[7] @ n1 / np.linalg.norm(detail[7])
    assert cosine_before > 0.9
    assert n0 @ n1 < 0.999, "this test needs a surface that turns"
    assert cosine_after == pytest.approx(cosine_before, abs=1e-3)


def test_identity_moves_by_what_the_model_says() -> None:
    model = MODELS.lifespan()
    face = apply(Identity(weights=Weights(identity_001=2.0)), MEAN)
    expected = model.mean().vertices.astype(float)
    c = np.array([axis.default for axis in model.axes])
    c[5] = 2.0
    np.testing.assert_allclose(face.mesh.vertices, model.vertices(c), atol=1e-3)
    assert np.abs(face.mesh.vertices - expected).max() > 1


def test_an_unknown_axis_is_told() -> None:
    for edit in (
        Identity(weights=Weights(nose=1.0)),
        Identity(weights=Weights(age=1.0)),
        Identity(weights=Weights(jawOpen=1.0)),
        Asymmetry(weights=Weights(identity_000=1.0)),
        Expression(weights=Weights(grin=1.0)),
        Expression(weights=Weights(identity_000=1.0)),
    ):
        with pytest.raises(EditFailed, match="take it out"):
            apply(edit, MEAN)


def test_start_draws_the_same_person_at_every_age() -> None:
    model = MODELS.lifespan()
    child, adult = (apply(Start(seed=9, age=age), SCAN) for age in (6.0, 40.0))
    one, other = (encode(face, model).coefficients for face in (child, adult))
    np.testing.assert_array_equal(one[1:], other[1:])
    assert child.subject.age.origin == "given"
    assert child.texture is None
    different = apply(Start(seed=10, age=6.0), SCAN)
    assert np.abs(different.mesh.vertices - child.mesh.vertices).max() > 1


def test_stating_an_age_changes_what_ageing_means() -> None:
    stated = apply(replace(About.initial(SCAN), age=1.0), SCAN)
    np.testing.assert_array_equal(stated.mesh.vertices, SCAN.mesh.vertices)
    assert stated.subject.age.origin == "given"
    assert stated.subject.sex == SCAN.subject.sex
    grown = apply(Age(years=20.0), stated)
    assert np.linalg.norm(grown.mesh.vertices) > 1.2 * np.linalg.norm(SCAN.mesh.vertices)


def test_expressions_add_set_and_go() -> None:
    smile = Weights(mouthSmileLeft=0.5)
    added = apply(Expression(weights=smile), SCAN)
    assert added.expression == Weights(mouthSmileLeft=0.5, jawOpen=0.3)
    twice = apply(Expression(weights=smile), added)
    assert twice.expression["mouthSmileLeft"] == 1.0
    assert apply(Expression(weights=smile, mode="set"), SCAN).expression == smile
    assert apply(Neutralise(), SCAN).expression == Weights()


@pytest.mark.parametrize("side", ["left", "right", "average"])
def test_symmetrise_makes_both_sides_alike(side: str, rng: np.random.Generator) -> None:
    """On a head that is turned and moved, the result is symmetric and the source side stays."""
    from scipy.spatial.transform import Rotation

    mirror = MODELS.lifespan().topology.mirror
    mean = MODELS.lifespan().mean().vertices
    turn = Rotation.from_euler("xyz", [5, 8, -4], degrees=True).as_matrix()
    uneven = (mean + rng.normal(0, 0.3, mean.shape)) @ turn.T + (3.0, -20.0, 5.0)
    before = MEAN.with_vertices(uneven.astype(np.float32))
    after = apply(Symmetrise(side=side), before).mesh.vertices.astype(float)
    np.testing.assert_allclose(mirrored(after, mirror), after, atol=1e-3)
    moved = np.linalg.norm(after - before.mesh.vertices, axis=1)
    if side == "average":
        assert 0.05 < moved.mean() < 1.0
    else:
        source = mean[:, 0] * (1 if side == "left" else -1) > 4
        np.testing.assert_allclose(moved[source], 0, atol=1e-4)
        assert moved[mirror[source]].mean() > 0.1
    again = apply(Symmetrise(side=side), MEAN.with_vertices(after.astype(np.float32)))
    np.testing.assert_allclose(again.mesh.vertices, after, atol=1e-3)


def test_the_unit_is_told_from_the_motion() -> None:
    turn = np.eye(4)
    turn[:3, :3] = [[0, 0, 10], [0, 10, 0], [-10, 0, 0]]
    assert unit_of(turn) == "cm"
    assert unit_of(np.diag([1000.0, 1000.0, 1000.0, 1.0])) == "m"
    assert unit_of(np.diag([7.3, 7.3, 7.3, 1.0])) == "arbitrary"


def test_symmetrise_needs_a_mirror_map() -> None:
    topology = replace(SCAN.mesh.topology, mirror=None)
    bare = replace(SCAN, mesh=replace(SCAN.mesh, topology=topology))
    with pytest.raises(InputError, match="mirror"):
        Symmetrise().apply(bare, MODELS)
