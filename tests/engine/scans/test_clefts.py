"""Synthetic clefts: where they open, what follows, and that the rest of the head stays."""

from __future__ import annotations

import numpy as np
import pytest

from facewright.engine.errors import InputError
from facewright.engine.mesh import Mesh
from facewright.engine.models.lifespan import LifespanModel
from facewright.engine.scans.clefts import EXTENTS, SIDES, Cleft, Kind, with_cleft


@pytest.fixture(scope="module")
def infant(model: LifespanModel) -> Mesh:
    c = np.array(model.defaults)
    c[0] = 0.35
    return model.instance(c)


def opened(infant: Mesh, model: LifespanModel, *kind: object) -> Cleft:
    return with_cleft(infant, model.template, Kind(*kind))


def marks(mesh: Mesh, model: LifespanModel) -> dict[str, np.ndarray]:
    points = model.template.landmarks.on(mesh.vertices)
    return dict(zip(points.names, points.positions, strict=True))


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("extent", EXTENTS)
def test_only_lip_and_nose_change_and_the_mask_says_where(infant, model, side, extent):
    made = opened(infant, model, side, extent, 1.0)
    moved = np.linalg.norm(made.mesh.vertices - infant.vertices, axis=1)
    assert made.truth is infant
    assert np.isfinite(made.mesh.vertices).all()
    assert moved[made.mask == 0].max() <= 0.1 < moved[made.mask == 1].min()
    regions = model.topology.regions
    for still in ("eyes", "lower_lip", "ears", "scalp"):
        assert moved[regions[still] > 0.5].max() == 0.0
    assert 5 < moved.max() < 20


def test_the_lip_opens_beside_the_philtrum_and_stays_shut_on_the_other_side(infant, model):
    line = model.template.curves["upper_lip_inner"]
    for side, sign in (("left", 1), ("right", -1)):
        made = opened(infant, model, side, "complete", 0.7)
        rise = (made.mesh.vertices - infant.vertices)[line, 1]
        x = sign * infant.vertices[line, 0]
        assert rise[np.argmin(np.abs(x - 2.0))] > 6  # up towards the nostril
        assert np.abs(rise[x < -9]).max() < 0.4
        assert np.abs(rise[x > 11.5]).max() < 0.4


def test_a_complete_cleft_opens_the_floor_and_an_incomplete_one_keeps_it(infant, model):
    before = marks(infant, model)
    floor = 0.5 * (before["sn1_l"] + before["sbal_l"])
    near = int(np.argmin(np.linalg.norm(infant.vertices - floor, axis=1)))
    back = {
        extent: (opened(infant, model, "left", extent, 0.7).mesh.vertices - infant.vertices)[near]
        for extent in EXTENTS
    }
    assert back["complete"][2] < -4
    assert np.linalg.norm(back["incomplete"]) < 3


def test_wing_and_columella_go_where_they_go_in_children(infant, model):
    before = marks(infant, model)
    after = marks(opened(infant, model, "left", "complete", 0.8).mesh, model)
    moved = {name: after[name] - before[name] for name in before}
    for foot in ("sbal_l", "al_l", "ac_l"):
        assert moved[foot][0] > 1.5  # outward
        assert moved[foot][1] < -0.7  # down
        assert moved[foot][2] < -1.0  # back
    assert moved["sn"][0] < moved["c"][0] < -0.3  # to the healthy side, the foot most
    assert np.abs(moved["al_r"]).max() < 1.0


def test_right_is_the_mirror_image_of_left(infant, model):
    left = opened(infant, model, "left", "complete", 0.6).mesh.vertices
    right = opened(infant, model, "right", "complete", 0.6).mesh.vertices
    across = right[model.topology.mirror] * (-1, 1, 1)
    apart = np.linalg.norm(left - across, axis=1)[model.template.visible]
    assert apart.max() < 0.5  # as far as the mean infant and its triangles are symmetric
    assert apart.mean() < 0.02


def test_both_sides_shorten_the_columella(infant, model):
    def columella(mesh: Mesh) -> float:
        points = marks(mesh, model)
        return float(np.linalg.norm(points["sn"] - points["c"]))

    made = opened(infant, model, "both", "complete", 0.8)
    assert columella(made.mesh) < 0.8 * columella(infant)
    after, before = marks(made.mesh, model), marks(infant, model)
    assert after["sn"][2] > before["sn"][2] + 1.0  # the prolabium stands out
    assert abs(after["prn"][0] - before["prn"][0]) < 0.2


def test_more_severe_clefts_are_wider(infant, model):
    def width(severity: float) -> float:
        points = marks(opened(infant, model, "left", "complete", severity).mesh, model)
        return float(np.linalg.norm(points["sn1_l"] - points["sbal_l"]))

    widths = [width(severity) for severity in (0.1, 0.5, 1.0)]
    assert widths == sorted(widths)
    assert widths[2] > 1.5 * widths[0]


def test_nonsense_is_refused():
    with pytest.raises(InputError, match="left, right or both"):
        Kind("middle")  # type: ignore[arg-type]
    with pytest.raises(InputError, match="from 0 to 1"):
        Kind("left", "complete", 2.0)
