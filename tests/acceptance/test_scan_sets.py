"""Sets of scans for training: the paper's statistics, and people who stay who they are."""

from __future__ import annotations

import numpy as np
import pytest

from facewright.engine.face import NO_WEIGHTS
from facewright.engine.models.people import SEEDS
from facewright.engine.training.damage import GEOMETRY, TEXTURE, Bridge, Damage
from facewright.engine.training.scan_sets import JITTER, Sitter, collect

pytestmark = pytest.mark.acceptance


@pytest.fixture(scope="module")
def typical(models):
    model = models.lifespan()
    c = model.defaults
    c[0] = 0.75
    return model.vertices(c)[model.template.subset]


@pytest.mark.parametrize("share", [GEOMETRY, TEXTURE])
def test_as_much_is_lost_as_inface_lost(share, models, typical):
    template = models.lifespan().template
    seen = template.visible[template.subset]
    damage, rng = Damage(typical, template), np.random.default_rng(0)
    drawn = np.array([damage.draw(rng, share) for _ in range(300)])
    assert not drawn[:, ~seen].any()
    shares = drawn[:, seen].mean(axis=1)
    assert shares.mean() == pytest.approx(share[0], abs=0.03)
    assert shares.std() == pytest.approx(share[1], abs=0.03)
    often = drawn.mean(axis=0)
    usual = often[seen].mean()
    assert often[seen].min() < 0.8 * usual  # borders and mouths go missing more than cheeks
    assert often.max() > 1.4 * usual


def test_a_bridge_keeps_what_is_known_and_meets_it(models, typical):
    template = models.lifespan().template
    head = Sitter(models.lifespan(), 3).head(0.75, NO_WEIGHTS)
    lost = Damage(typical, template).draw(np.random.default_rng(1), (0.3, 0.01))
    bridged = Bridge(typical, template).filled(head, lost)
    assert (bridged[~lost] == head[~lost]).all()
    edges = template.coarse.faces[:, :2]
    across = edges[lost[edges[:, 0]] != lost[edges[:, 1]]]

    def steps(points):
        return np.linalg.norm(points[across[:, 0]] - points[across[:, 1]], axis=1)

    assert np.abs(steps(bridged) - steps(head)).mean() < 1.0
    assert Bridge(typical, template).filled(head, np.zeros(len(head), bool)) is head


def test_a_set_is_what_it_says_and_the_same_again(models):
    model = models.lifespan()
    seeds = SEEDS["training"][:12]
    one, again = (collect(model, seeds, 35) for _ in range(2))
    np.testing.assert_array_equal(one.vertices, again.vertices)
    assert len(one) == 35
    assert set(one.person) == set(seeds)
    kept = np.linalg.norm(one.vertices - one.truth, axis=2)[~one.lost]
    assert kept.mean() == pytest.approx(JITTER * np.sqrt(8 / np.pi), rel=0.05)
    assert (one.years >= 0).all()
    assert (one.years < 5).all()
    for person in set(one.person):
        own = one.person == person
        for visit in set(one.visit[own]):
            assert len(set(one.years[own & (one.visit == visit)])) == 1
        assert (np.diff(one.years[own]) >= 0).all()
    clean = collect(model, seeds, 12, damaged=False)
    assert not clean.lost.any()
    assert collect(model, seeds, 35).among(np.array([4, 2])).person.tolist() == [
        one.person[4],
        one.person[2],
    ]


def test_a_sitter_is_one_person(models):
    model = models.lifespan()
    seen = model.template.coarse_face

    def apart(a, b):
        return np.linalg.norm(a - b, axis=1)[seen].mean()

    me, other = Sitter(model, 5), Sitter(model, 6)
    assert apart(me.head(1.0, NO_WEIGHTS), me.head(1.0, NO_WEIGHTS)) == 0.0
    assert apart(me.head(1.0, NO_WEIGHTS), other.head(1.0, NO_WEIGHTS)) > 1.0
    assert apart(me.head(1.0, NO_WEIGHTS), me.head(1.2, NO_WEIGHTS)) > 0.3


def test_people_of_all_ages_come_back_at_any_age(models):
    everyone = collect(models.lifespan(), SEEDS["training"][:12], 60, damaged=False, adult=True)
    spans = [np.ptp(everyone.years[everyone.person == person]) for person in set(everyone.person)]
    assert max(spans) > 10
