"""The shipped life-span head: its contract, and that heads stay heads."""

from __future__ import annotations

import time

import numpy as np
import pytest

from facewright.engine.errors import InputError
from facewright.engine.geometry.normals import face_normals
from facewright.engine.models.agescale import AgeScale, knot_weights, node_weights
from facewright.engine.models.lifespan import LifespanModel
from facewright.engine.models.lifespan_axes import ARKIT
from facewright.engine.models.linear import Observer, dense_precision

BUDGET = 0.008


def with_(model: LifespanModel, **values: float) -> np.ndarray:
    c = model.defaults
    for name, value in values.items():
        c[model.row(name)] = value
    return c


def test_axes_are_named_and_grouped_in_order(model: LifespanModel) -> None:
    names = [axis.name for axis in model.axes]
    assert len(set(names)) == len(names)
    assert names[:4] == ["age", "sex", "african", "asian"]
    assert list(model.groups) == [
        "age", "sex", "ancestry", "identity", "detail", "asymmetry", "expression"
    ]  # fmt: skip
    assert tuple(names[model.groups["expression"]]) == ARKIT
    assert model.groups["identity"] == slice(4, 104)
    for group, rows in model.groups.items():
        assert {axis.group for axis in model.axes[rows]} == {group}
    assert model.prior_sd.shape == (len(names),)


def test_mean_is_the_adult_at_the_defaults(model: LifespanModel) -> None:
    assert (model.mean().vertices == model.vertices(model.defaults)).all()
    assert model.defaults[0] == 30
    marks = model.template.landmarks.on(model.mean().vertices)
    np.testing.assert_allclose((marks["en_l"] + marks["en_r"]) / 2, 0.0, atol=1.0)


def test_the_mean_is_symmetric_at_every_age(model: LifespanModel) -> None:
    mirror = model.topology.mirror
    for age in (0.0, 0.7, 4.0, 15.0, 30.0, 80.0):
        vertices = model.vertices(with_(model, age=age))
        assert np.abs(vertices[mirror] * [-1, 1, 1] - vertices).max() < 0.05


@pytest.mark.parametrize("age", [0.5, 6.0, 30.0, 75.0])
def test_round_trip_at_a_given_age(model: LifespanModel, age: float) -> None:
    c = model.sample(np.random.default_rng(4), 1, age)[0]
    mesh = model.instance(c)
    found = model.coefficients(mesh, given={"age": age})
    assert found[0] == np.float32(age)
    assert np.abs(found[1:4] - c[1:4]).max() < 0.25
    identity = model.groups["identity"]
    assert np.sqrt(np.mean((found[identity] - c[identity]) ** 2)) < 0.25
    face = model.template.face
    off = np.linalg.norm(model.vertices(found) - mesh.vertices, axis=1)[face]
    assert off.mean() < 0.1


def test_what_is_not_known_does_not_count(model: LifespanModel) -> None:
    c = model.sample(np.random.default_rng(4), 1, 30.0)[0]
    vertices = np.array(model.vertices(c))
    known = np.array(model.topology.regions["face"])
    spoilt = known < 0.5
    known[spoilt] = 0.0
    vertices[spoilt] += 300.0
    found = model.coefficients(model.mean().moved(vertices), known)
    face = ~spoilt
    off = np.linalg.norm(model.vertices(found) - vertices, axis=1)[face]
    assert off.mean() < 0.25


def test_masks_are_remembered_and_heeded_where_they_change(model: LifespanModel) -> None:
    heads = [model.instance(c) for c in model.sample(np.random.default_rng(6), 2, 30.0)]
    nose = model.topology.regions["nose"]
    assert not nose.flags.writeable
    found = [model.coefficients(head, nose) for head in heads]
    again = [model.coefficients(head, np.array(nose)) for head in heads]
    np.testing.assert_array_equal(found, again)
    painted = np.array(nose)
    painted[:] = model.topology.regions["face"]
    wider = model.coefficients(heads[0], painted)
    painted[:] = nose
    np.testing.assert_array_equal(model.coefficients(heads[0], painted), found[0])
    assert np.abs(wider - found[0]).max() > 0.01


@pytest.mark.parametrize("years", [0.0, 11.0, 25.0, 48.0])
@pytest.mark.parametrize("given", [{}, {"sex": 0.3, "african": 0.1, "asian": 0.2}])
@pytest.mark.parametrize("part", [None, "nose"])
def test_coefficients_are_those_of_plain_regression(
    model: LifespanModel, years: float, given: dict[str, float], part: str | None
) -> None:
    """Against the basis written out at that age: the same head within 0.01 mm."""
    rng = np.random.default_rng(8)
    known = None if part is None else model.topology.regions[part]
    held = {"age": years, **given}
    noise = rng.normal(0, 0.3, (model.topology.count, 3))
    head = model.instance(model.sample(rng, 1, years)[0])
    head = head.moved((head.vertices + noise).astype(np.float32))
    found = model.coefficients(head, known, held)
    expected = with_(model, **{"sex": 0.0, "african": 0.0, "asian": 0.0, **held})
    subset = model.template.subset
    offsets = head.vertices[subset] - model.vertices(expected)[subset]
    weight = model._share if known is None else model._share * known[subset]
    last = model.groups["asymmetry"].stop
    free = [row for row in range(1, last) if model.axes[row].name not in held]
    basis = model.neutral_basis(years)[1][[row - 1 for row in free]]
    observer = Observer.of(basis, dense_precision(weight), model.prior_sd[free])
    expected[free] = observer.mean(offsets)
    assert np.abs(model.vertices(found) - model.vertices(expected)).max() < 0.01


def test_given_expression_is_taken_out(model: LifespanModel) -> None:
    c = with_(model, identity_000=1.0, jawOpen=0.8, mouthSmileLeft=0.5)
    given = {"age": 30.0, "jawOpen": 0.8, "mouthSmileLeft": 0.5}
    found = model.coefficients(model.instance(c), given=given)
    assert found[model.row("jawOpen")] == np.float32(0.8)
    assert abs(found[model.row("identity_000")] - 1.0) < 0.15


def test_posterior_narrows_with_what_is_seen(model: LifespanModel) -> None:
    c = model.sample(np.random.default_rng(1), 1, 30.0)[0]
    nose = model.topology.regions["nose"]
    seen, free = model.posterior(model.instance(c), nose)
    whole, _ = model.posterior(model.instance(c))
    prior = model.prior_sd[free]
    assert (np.sqrt(np.diag(whole.covariance)) <= prior + 1e-6).all()
    assert np.trace(whole.covariance) < np.trace(seen.covariance) < (prior**2).sum()


def test_samples_repeat_and_stay_in_range(model: LifespanModel) -> None:
    first, again = (model.sample(np.random.default_rng(9), 40) for _ in range(2))
    assert (first == again).all()
    assert ((first[:, 0] >= 0) & (first[:, 0] <= 90)).all()
    assert (np.abs(first[:, 1]) <= 1).all()
    shares = first[:, model.groups["ancestry"]]
    assert (shares >= 0).all()
    assert (shares.sum(axis=1) <= 1 + 1e-6).all()
    assert not first[:, model.groups["expression"]].any()


def test_bases_say_what_vertices_do(model: LifespanModel) -> None:
    for age in (2.0, 30.0, 66.0):
        mean, basis = model.neutral_basis(age)
        c = model.sample(np.random.default_rng(2), 1, age)[0]
        shape = c[1 : model.groups["asymmetry"].stop]
        coarse = mean + np.tensordot(shape, basis, 1)
        relief = model.vertices(with_(model, age=age))[model.template.subset] - mean
        found = model.vertices(c)[model.template.subset] - relief
        np.testing.assert_allclose(found, coarse, atol=1e-3)
        smile = with_(model, age=age, mouthSmileLeft=0.7)
        offsets = model.expression_offsets({"mouthSmileLeft": 0.7}, age)
        moved = model.vertices(smile) - model.vertices(with_(model, age=age))
        np.testing.assert_allclose(moved, offsets, atol=1e-3)
        row = ARKIT.index("mouthSmileLeft")
        coarse_offsets = 0.7 * model.expression_basis(age)[row]
        np.testing.assert_allclose(offsets[model.template.subset], coarse_offsets, atol=1e-3)


def test_ageing_is_smooth(model: LifespanModel) -> None:
    """Speed changes little over small steps, also across the knots."""
    for age in (0.25, 1.0, 3.0, 8.0, 19.0, 30.0, 60.0):
        step = 0.01 * (age + 0.75)
        before, here, after = (
            model.vertices(with_(model, age=age + k * step)).astype(np.float64) for k in (-1, 0, 1)
        )
        jump = np.linalg.norm(after - 2 * here + before, axis=1).max()
        assert jump < 0.08, age


def test_no_sample_is_torn_or_turned_inside_out(model: LifespanModel) -> None:
    """Few of the visible triangles face the other way than the mean's of that age."""
    faces = model.topology.faces[model.template.visible[model.topology.faces].all(axis=1)]
    for age in (0.5, 3.0, 10.0, 30.0, 70.0):
        usual = face_normals(model.vertices(with_(model, age=age)), faces)
        for c in model.sample(np.random.default_rng(int(age * 10)), 6, age):
            normals = face_normals(model.vertices(c), faces)
            against = (np.einsum("fd,fd->f", usual, normals) < 0).mean()
            assert against < 0.01


def test_lids_meet_when_the_eye_blinks_at_every_age(model: LifespanModel) -> None:
    upper, lower = (model.template.curves[f"{lid}_lid_l"] for lid in ("upper", "lower"))
    for age in (0.0, 1.0, 6.0, 30.0, 80.0):

        def gap(**values: float) -> float:
            vertices = model.vertices(with_(model, age=age, **values))  # noqa: B023
            apart = np.linalg.norm(vertices[upper][:, None] - vertices[lower][None], axis=2)
            return float(apart.min(axis=1).max())

        assert gap(eyeBlinkLeft=1.0) < 0.25 * gap()


def test_lips_touch_at_every_age(model: LifespanModel) -> None:
    upper = model.template.curves["upper_lip_inner"]
    lower = np.flatnonzero(model.topology.regions["lower_lip"] > 0.5)

    def opening(age: float) -> float:
        vertices = model.vertices(with_(model, age=age))
        apart = np.linalg.norm(vertices[upper][:, None] - vertices[lower][None], axis=2)
        return float(apart.min(axis=1).max())

    adult = opening(30.0)
    assert adult < 3.5
    for age in (0.0, 1.0, 4.0, 12.0, 70.0):
        assert opening(age) < adult + 0.3, age


def test_unknown_axis_is_named(model: LifespanModel) -> None:
    with pytest.raises(InputError, match="smirk"):
        model.row("smirk")


def test_age_weights() -> None:
    for place in np.linspace(0, 3, 31):
        weights = node_weights(float(place))
        assert np.isclose(weights.sum(), 1)
        assert (weights >= 0).all()
    knots = np.array([0.0, 0.4, 1.0, 2.5])
    for here, expected in ((0.4, [0, 1, 0, 0]), (2.5, [0, 0, 0, 1])):
        np.testing.assert_allclose(knot_weights(knots, here), expected, atol=1e-12)
    values = 2 * knots - 3
    for here in (0.1, 0.7, 2.0):
        assert np.isclose(knot_weights(knots, here) @ values, 2 * here - 3)


def test_sizes_follow_their_table() -> None:
    scale = AgeScale(
        {
            "knot_years": np.array([0.0, 90.0], np.float32),
            "node_years": np.array([[0.0, 0.0], [30.0, 2.0], [90.0, 3.0]], np.float32),
            "size_years": np.array([[0, 0.6, 0.62], [5, 0.9, 0.92], [90, 1, 1.04]], np.float32),
        }
    )
    at = scale.at(5.0)
    assert np.isclose(at.size + at.sex_size, 0.90)
    assert np.isclose(at.size - at.sex_size, 0.92)
    assert scale.at(-3).size == scale.at(0).size


@pytest.mark.benchmark
def test_vertices_within_budget(model: LifespanModel) -> None:
    c = model.sample(np.random.default_rng(0), 1, 7.0)[0]
    times = {}
    for name, values in {
        "identity_000": np.linspace(-2, 2, 25),
        "age": np.linspace(1, 80, 25),
        "jawOpen": np.linspace(0, 1, 25),
    }.items():
        c[model.row(name)] = values[0]
        model.vertices(c)
        spent = []
        for value in values:
            c[model.row(name)] = value
            start = time.thread_time()  # of the processor: others may use it meanwhile
            model.vertices(c)
            spent.append(time.thread_time() - start)
        times[name] = float(np.median(spent))
    print({name: f"{1000 * spent:.2f} ms" for name, spent in times.items()})
    assert max(times.values()) < BUDGET
