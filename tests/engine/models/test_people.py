"""Random people: who they are, how much they differ, and what they have beyond the axes."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from facewright.engine.commands.models import MOST as MOST_AT_ONCE
from facewright.engine.measure.anthropometry import measure_head
from facewright.engine.measure.farkas import BY_CODE
from facewright.engine.models.lifespan import LifespanModel
from facewright.engine.models.people import SEEDS, SPECTRUM, People
from facewright.engine.models.plausible import IMPLAUSIBLE, UNUSUAL, shape_plausibility
from facewright.engine.models.variation import SEEDS as WINDOW_SEEDS
from facewright.engine.training.compressing import left_by_components
from facewright.engine.training.people import nearest
from facewright.engine.training.scan_sets import collect
from facewright.engine.training.spreads import LEAST, MOST, Rulers, published, tape

ADULT = 30.0


def shape(model: LifespanModel) -> slice:
    return slice(model.groups["identity"].start, model.groups["asymmetry"].stop)


def europeans(model: LifespanModel, age: float, count: int) -> np.ndarray:
    """Axes from sex to asymmetry of people without other ancestry, as norms have them."""
    drawn = model.sample(np.random.default_rng(6), count, age)[:, 1 : shape(model).stop]
    drawn[:, 1:3] = 0.0
    return drawn.astype(np.float64)


@pytest.mark.parametrize("age", [3.0, 12.0, ADULT])
@pytest.mark.parametrize("code", ["en-en", "ex-ex", "n-gn", "zy-zy", "al-al", "ch-ch", "n-sn"])
def test_people_differ_as_much_as_published(model: LifespanModel, code: str, age: float) -> None:
    drawn, rulers = europeans(model, age, 3000), Rulers(model, age)
    for sex in (-1.0, 1.0):
        norm = published(code, age, sex)
        assert norm is not None
        found = rulers.of(code, drawn[np.sign(drawn[:, 0]) == sex]).std()
        assert LEAST <= found / norm.sd <= MOST, (sex, norm.sd, found)


@pytest.mark.parametrize(("age", "sd"), [(0.0, 12.3), (2.0, 13.8), (ADULT, 14.0)])
def test_heads_differ_in_size_as_much_as_published(
    model: LifespanModel, age: float, sd: float
) -> None:
    drawn = europeans(model, age, 150)
    drawn[:, 0] = 0.0
    assert LEAST <= tape(model, drawn, age).std() / sd <= MOST


def test_mean_of_people_is_the_mean_head(model: LifespanModel) -> None:
    drawn = europeans(model, ADULT, 4000)
    sd = model.prior_sd[shape(model)]
    off = drawn[:, 3:].mean(axis=0) / sd
    assert np.abs(off).max() < 0.1


def test_rulers_measure_as_the_table_does(model: LifespanModel) -> None:
    axes = europeans(model, 7.0, 3)
    rulers = Rulers(model, 7.0)
    for row in axes:
        c = model.defaults
        c[0], c[1 : 1 + len(row)] = 7.0, row
        codes = ("n-sn", "en-ex", "g-sn-pg", "en-ex slope")
        measured = measure_head(
            model.instance(c),
            model.template.landmarks,
            definitions=tuple(BY_CODE[code] for code in codes),
        )
        for value in measured:
            found = rulers.of(value.definition.code, row[None])[0]
            assert found == pytest.approx(value.number, abs=1e-2)


def test_few_people_are_unusual_and_hardly_any_implausible(model: LifespanModel) -> None:
    """As the badge says: chi-square leaves 2.7 % above 2 and 0.3 % above 3."""
    drawn = model.sample(np.random.default_rng(8), 3000)
    scores = np.array([shape_plausibility(c, model) for c in drawn])
    print(f"above 2 {(scores > UNUSUAL).mean():.2%}, above 3 {(scores > IMPLAUSIBLE).mean():.2%}")
    assert (scores > UNUSUAL).mean() < 0.027
    assert (scores > IMPLAUSIBLE).mean() < 0.003
    assert scores.std() > 0.5  # or everybody would be like the mean


def test_a_seed_is_the_same_person_at_any_age(model: LifespanModel) -> None:
    at = [
        model.sample(np.random.default_rng(11), 1, age)[0][shape(model)]
        for age in (6.0, 7.0, ADULT)
    ]
    other = model.sample(np.random.default_rng(12), 1, 6.0)[0][shape(model)]
    assert np.corrcoef(at[0], at[1])[0, 1] > 0.99
    assert np.corrcoef(at[0], at[2])[0, 1] > 0.9
    assert abs(np.corrcoef(at[0], other)[0, 1]) < 0.3


def test_seeds_of_training_and_test_are_apart() -> None:
    ranges = list(SEEDS.values())
    for one, after in itertools.pairwise(ranges):
        assert one.stop <= after.start
    assert WINDOW_SEEDS in SEEDS["shown"]
    assert 2**31 + MOST_AT_ONCE in SEEDS["shown"]


def test_fine_form_is_what_it_says(model: LifespanModel) -> None:
    regions = model.topology.regions
    face = model.template.face
    inner = regions["inner"] > 0.99
    drawn = np.stack([model.fine_form(np.random.default_rng(seed)) for seed in range(12)])
    again = model.fine_form(np.random.default_rng(3))
    np.testing.assert_array_equal(drawn[3], again)
    rms = np.sqrt(np.square(drawn[:, face]).sum(axis=2).mean())
    expected = np.sqrt(sum(amount**2 for _, amount in SPECTRUM))
    assert rms == pytest.approx(expected, rel=0.15)
    assert np.abs(drawn[:, inner]).mean() < 0.25 * np.abs(drawn[:, face]).mean()
    child = model.fine_form(np.random.default_rng(3), 1.0)
    assert 0.7 < np.linalg.norm(child) / np.linalg.norm(again) < 0.9  # it grows with the head


def test_fine_form_opens_no_lips(model: LifespanModel) -> None:
    upper = model.template.curves["upper_lip_inner"]
    lower = np.flatnonzero(model.topology.regions["lower_lip"] > 0.5)
    mean = model.mean().vertices

    def opening(vertices: np.ndarray) -> float:
        apart = np.linalg.norm(vertices[upper][:, None] - vertices[lower][None], axis=2)
        return float(apart.min(axis=1).max())

    for seed in range(6):
        moved = mean + model.fine_form(np.random.default_rng(seed))
        assert opening(moved) < opening(mean) + 0.4


def test_people_compress_about_as_infants_do(model: LifespanModel) -> None:
    """In small: 150 scans teach, so that more is left than of INFACE's with 422."""
    face = model.template.coarse_face
    learnt, test = (
        collect(model, SEEDS[kind][:count], count, damaged=False).vertices[:, face]
        for kind, count in (("training", 150), ("test", 20))
    )
    left = left_by_components(learnt, test, (16, 128))
    print({count: f"{one.mean:.2f} +- {one.sd:.2f} mm" for count, one in left.items()})
    assert 0.6 < left[16].mean < 0.9
    assert 0.32 < left[128].mean < 0.45


def test_components_leave_what_they_cannot_hold() -> None:
    rng = np.random.default_rng(0)
    ways = np.linalg.qr(rng.standard_normal((60, 60)))[0][:5].reshape(5, 20, 3)
    learnt, test = (np.tensordot(rng.standard_normal((n, 5)), ways, 1) for n in (40, 7))
    left = left_by_components(learnt, test, (2, 5))
    assert left[5].mean < 1e-6  # single precision
    assert left[2].mean > 0.05


def test_nearest_covariance_keeps_limits_and_what_lies_within() -> None:
    slopes = np.array([[3.0, 0.0, 0.0], [0.0, 1.0, 1.0], [0.0, 0.0, 0.5]])
    low, high = np.array([0.5, 2.0, 0.1]), np.array([1.0, 3.0, 5.0])
    found = nearest(np.eye(3), slopes, low, high)
    sds = np.sqrt(np.einsum("mk,kl,ml->m", slopes, found, slopes))
    np.testing.assert_allclose(sds[:2], [1.0, 2.0], rtol=1e-3)
    assert 0.5 <= sds[2] <= 1.0
    # Nothing was asked of the difference of the last two: it stays as it was.
    difference = np.array([0.0, 1.0, -1.0])
    assert difference @ found @ difference == pytest.approx(2.0, rel=1e-3)
    clash = nearest(np.eye(3), slopes[:1], np.array([2.0]), np.array([0.5]))
    assert np.sqrt(clash[0, 0]) * 3.0 == pytest.approx(1.0, rel=1e-3)


def test_ages_between_those_of_the_table_are_between() -> None:
    table = np.stack([np.eye(2), 3.0 * np.eye(2)])
    people = People(np.array([1.0, 10.0]), table)
    assert people.root(0.0)[0, 0] == 1.0
    assert people.root(50.0)[0, 0] == 3.0
    assert 1.0 < people.root(2.0)[0, 0] < people.root(4.0)[0, 0] < 3.0
