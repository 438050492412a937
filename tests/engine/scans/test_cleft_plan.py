"""Plans: where they reach, what each proposal keeps, and how a repair paints."""

from __future__ import annotations

import numpy as np
import pytest

from facewright.engine.edits.repair import Repair, plan_of, repair_area
from facewright.engine.errors import InputError
from facewright.engine.face import Face, Subject, Texture, Trait
from facewright.engine.models.store import ModelStore
from facewright.engine.scans.cleft_plan import planned_area, without_healthy_side
from facewright.engine.scans.clefts import Kind, with_cleft

STORE = ModelStore()
MODEL = STORE.lifespan()
SUBJECT = Subject(age=Trait(0.35, "given"))


@pytest.fixture(scope="module")
def opened() -> Face:
    c = np.array(MODEL.defaults)
    c[0] = 0.35
    c[MODEL.groups["asymmetry"].start] = 1.5
    made = with_cleft(MODEL.instance(c), MODEL.template, Kind("left", "complete", 0.6))
    return Face(made.mesh, subject=SUBJECT)


def test_a_plan_covers_what_every_cleft_changes_and_no_lower_lip(opened: Face) -> None:
    area = planned_area(MODEL)
    regions = MODEL.topology.regions
    assert area[regions["nose"] > 0.5].min() == 1.0
    assert area[regions["upper_lip"] > 0.5].min() == 1.0
    for kept in ("lower_lip", "eyes", "ears", "scalp"):
        assert area[regions[kept] > 0.9].mean() < 0.02
    assert repair_area(Repair(side="left"), MODEL) is repair_area(Repair(side="both"), MODEL)


def test_the_healthy_side_is_left_out_up_to_a_strip() -> None:
    area = planned_area(MODEL)
    x = MODEL.mean().vertices[:, 0]
    for side, sign in (("left", 1.0), ("right", -1.0)):
        part = without_healthy_side(area, MODEL, side)
        assert (part[sign * x > 0] == area[sign * x > 0]).all()
        assert (part[sign * x < -12] == 0).all()
        assert 0 < part.sum() < area.sum()
    with pytest.raises(InputError, match="no healthy one"):
        without_healthy_side(area, MODEL, "both")


def test_each_proposal_keeps_what_it_says(opened: Face) -> None:
    plan = plan_of(Repair(side="left"), opened, STORE)
    before = opened.mesh.vertices
    likely, image, blend = (plan.proposal(way) for way in ("model", "mirror", "blend"))
    outside = ~plan.asked.free
    for head in (likely, image, blend):
        np.testing.assert_array_equal(head[outside], before[outside])
    healthy = plan.asked.free & ~plan.sided.free
    assert healthy.sum() > 300
    np.testing.assert_array_equal(image[healthy], before[healthy])
    assert np.abs(likely[healthy] - before[healthy]).max() > 0.1
    between = (
        np.linalg.norm(blend - likely, axis=1) <= np.linalg.norm(image - likely, axis=1) + 1e-5
    )
    assert between.all()
    assert plan_of(Repair(side="left", way="mirror"), opened, STORE) is plan  # asked once
    assert plan_of(Repair(side="right"), opened, STORE) is not plan
    with pytest.raises(InputError, match="no proposal"):
        plan.proposal("magic")


def test_a_repair_paints_its_texture_anew_and_marks_it_as_inferred(opened: Face) -> None:
    image = np.full((256, 256, 3), 150, np.uint8)
    texture = Texture(image, np.ones((256, 256), np.float32))
    face = Face(opened.mesh, subject=SUBJECT, texture=texture,
                inferred=np.zeros(len(opened.mesh.vertices), np.float32))  # fmt: skip
    edit = Repair(side="left", way="mirror")
    after = edit.apply(face, STORE)
    assert after.texture is not texture
    assert after.texture.known.min() < 0.05
    assert edit.apply(face, STORE).texture is after.texture  # kept while nothing changes
    moved = (after.mesh.vertices != face.mesh.vertices).any(axis=1)
    np.testing.assert_array_equal(after.inferred > 0.5, moved)
