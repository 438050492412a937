"""The pieces that the training of template and life-span head is made of."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from facewright.engine.assets import ASSETS
from facewright.engine.geometry.nearest import SurfaceTree
from facewright.engine.geometry.normals import face_normals
from facewright.engine.geometry.subdivision import triangles
from facewright.engine.measure.norms import best, curves
from facewright.engine.models.lifespan import WEIGHTS, LifespanModel
from facewright.engine.models.template import load_template
from facewright.engine.training import blends, main
from facewright.engine.training.calibration import Ruler
from facewright.engine.training.contacts import joined, lid_pairs, lip_contacts
from facewright.engine.training.lifespan import MODEL
from facewright.engine.training.measures import circumference, inner_eye_middle
from facewright.engine.training.mouth import SLID, mend, thin_lips
from facewright.engine.training.norms import head_circumference, targets
from facewright.engine.training.registering import REGISTRATION
from facewright.engine.training.sheets import grid
from facewright.engine.training.template import edge_loop, mirror_map, neck_lid, pack


def tube(around: int, along: int) -> tuple[np.ndarray, np.ndarray]:
    """Quads of an open tube and its vertices."""
    number = np.arange(around * along).reshape(along, around)
    beside = np.roll(number, -1, axis=1)
    quads = np.stack([number[:-1], beside[:-1], beside[1:], number[1:]], axis=-1).reshape(-1, 4)
    angle = 2 * np.pi * np.arange(around) / around
    ring = np.stack([np.cos(angle), np.zeros(around), np.sin(angle)], axis=1)
    places = np.concatenate([ring + np.array([0, height, 0]) for height in range(along)])
    return quads.astype(np.int32), places


def test_edge_loops_go_round_or_say_where_they_end() -> None:
    quads, _ = tube(8, 4)
    assert sorted(edge_loop(quads, (8, 9))) == list(range(8, 16))
    with pytest.raises(ValueError, match="ends at vertex"):
        edge_loop(quads, (0, 8))


def test_a_lid_closes_the_cut() -> None:
    quads, places = tube(8, 3)
    points, fan = neck_lid(places, triangles(quads))
    area = np.linalg.norm(
        np.cross(points[fan[:, 1]] - points[fan[:, 0]], points[fan[:, 2]] - points[fan[:, 0]]),
        axis=1,
    ).sum()
    assert len(fan) == 16
    assert area > 0


def test_mirror_map_wants_symmetry() -> None:
    _, places = tube(8, 3)
    mirror = mirror_map(places)
    np.testing.assert_allclose(places[mirror] * [-1, 1, 1], places, atol=1e-12)
    places[3, 0] += 0.5
    with pytest.raises(ValueError, match="not symmetric"):
        mirror_map(places)


def test_packed_islands_stay_apart_and_inside() -> None:
    template = load_template()
    uv = template.fine.uv
    assert uv.min() >= 0
    assert uv.max() <= 1
    corners = uv[template.fine.uv_faces].astype(np.float64)
    side, other = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    twice = side[:, 0] * other[:, 1] - side[:, 1] * other[:, 0]
    assert (twice > 0).mean() > 0.995
    from facewright.engine.training.template import _islands

    islands = _islands(uv, template.fine.uv_faces[:, [0, 1, 2, 2]])
    boxes = [(uv[i].min(axis=0), uv[i].max(axis=0)) for i in islands]
    assert len(boxes) == 5
    for a, (low, high) in enumerate(boxes):
        for lower, upper in boxes[a + 1 :]:
            assert (low > upper).any() or (lower > high).any()


def test_packing_keeps_the_small_islands_in_shape() -> None:
    template = load_template()
    quads = np.array([[0, 1, 2, 3], [4, 5, 6, 7]])
    uv = np.array(
        [[0, 0], [0.4, 0], [0.4, 0.3], [0, 0.3], [0.8, 0], [0.9, 0], [0.9, 0.1], [0.8, 0.1]]
    )
    packed = pack(uv.astype(float), quads)
    small = np.ptp(packed[4:], axis=0)
    assert np.isclose(small[0], small[1])
    assert template.fine.uv_vertex[template.fine.uv_faces].tolist() == template.fine.faces.tolist()


def test_contacts_lie_on_both_lips_and_lids() -> None:
    template = load_template()
    head = template.reference[: template.coarse.count].astype(np.float64)
    lips = lip_contacts(template, head)
    assert len(lips) > 30
    assert np.linalg.norm(head[lips[:, 0]] - head[lips[:, 1]], axis=1).max() < 6
    for side, sign in (("l", 1), ("r", -1)):
        lids = lid_pairs(template, side)
        assert (head[lids, 0] * sign > 0).all()
        assert (head[lids[:, 0], 1] > head[lids[:, 1], 1]).all()


def test_joined_shapes_close_lips_and_leave_the_rest() -> None:
    template = load_template()
    head = template.reference[: template.coarse.count].astype(np.float64)
    lips = lip_contacts(template, head)
    shape = np.zeros((1, template.coarse.count, 3))
    shape[0, template.coarse.regions["upper_lip"] > 0.5, 1] = 3.0
    closed = joined(template, head, shape, lips)

    def apart(x: np.ndarray) -> float:
        return float(np.linalg.norm(x[0, lips[:, 0]] - x[0, lips[:, 1]], axis=1).mean())

    assert apart(closed) < 0.6 * apart(shape)
    far = np.linalg.norm(head - head[lips[0, 0]], axis=1) > 60
    assert np.abs(closed - shape)[0, far].max() < 0.12 * 3.0


def test_circumference_of_a_scaled_head_scales() -> None:
    template = load_template()
    head = template.reference[: template.coarse.count].astype(np.float64)
    head = head - inner_eye_middle(head)
    assert 500 < circumference(head, template) < 620
    assert np.isclose(circumference(1.1 * head, template), 1.1 * circumference(head, template))


def test_the_ruler_measures_what_landmarks_do(model: LifespanModel) -> None:
    template = model.template
    mean, _ = model.neutral_basis(30.0)
    relief = np.zeros((4, template.fine.count, 3))
    nodes = np.array([0, 0, 1, 0], np.float32)
    points = Ruler(template, relief).points(mean.astype(np.float64), nodes)
    expected = template.landmarks.on(template.lift @ mean).positions
    np.testing.assert_allclose(points, expected, atol=1e-4)


def test_targets_are_the_norms_that_the_program_shows() -> None:
    template = load_template()
    found = targets()
    assert {name for target in found for name in target.pair} <= set(template.landmarks.names)
    assert all(0 < target.sd < 0.4 * target.mean for target in found)
    for target in found:
        if target.pair == ("ls", "sto") and target.age > 3:
            sex = {-1.0: "male", 1.0: "female"}[target.sex]
            shown = best(curves()["ls-sto"], target.age, sex)
            assert (target.mean, target.sd) == (shown.mean, shown.sd)
    years, girls, boys = head_circumference().T
    assert (np.diff(years) > 0).all()
    assert (girls > 330).all()
    assert (girls < boys).all()
    assert boys[years == 5.0] == pytest.approx(507.4, abs=0.1)  # WHO


def test_lips_thin_along_their_own_surface() -> None:
    from safetensors.numpy import load_file

    template = load_template()
    fine = load_file(ASSETS / REGISTRATION)["fine"].astype(np.float64)
    moved = thin_lips(template, fine)
    np.testing.assert_allclose(moved[template.fine.mirror] * [-1, 1, 1], moved, atol=1e-4)
    away = SurfaceTree(fine, template.fine.faces).nearest(moved).distances
    assert np.abs(moved - fine).max() > 2.0
    assert away.max() < 0.2
    still = np.concatenate([template.curves[f"{lip}_lip_inner"] for lip in SLID])
    np.testing.assert_array_equal(moved[still], fine[still])
    before, after = (
        face_normals(x, template.fine.faces)[template.visible[template.fine.faces].all(axis=1)]
        for x in (fine, moved)
    )
    assert np.einsum("fd,fd->f", before, after).min() > 0.0


def test_the_shipped_model_was_trained_on_the_shipped_registration() -> None:
    from safetensors.numpy import load_file

    template = load_template()
    registered = load_file(ASSETS / REGISTRATION)
    fine, weights = registered["fine"].astype(np.float64), registered["weights"]
    assert fine.shape == (template.fine.count, 3)
    matched = registered["matched"].astype(bool)
    assert matched[template.visible].mean() > 0.9
    np.testing.assert_allclose(weights[matched].sum(axis=1), 1.0, atol=1e-5)
    np.testing.assert_allclose(fine[template.fine.mirror] * [-1, 1, 1], fine, atol=1e-4)

    count = template.coarse.count
    young = mend(template, fine - inner_eye_middle(fine[:count]))[:count]
    shipped = load_file(ASSETS / MODEL / WEIGHTS)["young"]
    np.testing.assert_allclose(shipped, young, atol=1e-5)


def test_all_makes_no_target_that_stands_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    class Module:
        @staticmethod
        def run(data: Path | None, out: Path | None) -> str:
            return "made"

    made: list[str] = []
    monkeypatch.setattr(main.importlib, "import_module", lambda name: made.append(name) or Module)
    assert main.main(["all"]) == 0
    assert made == list(main.TARGETS.values())
    assert main.main(["registration"]) == 0
    assert made[-1] == main.APART["registration"]


def test_sheets_are_filled_up_with_white() -> None:
    tiles = [np.zeros((2, 3, 3), np.uint8)] * 5
    sheet = grid(tiles, 3)
    assert sheet.shape == (4, 9, 3)
    assert (sheet[2:, 6:] == 255).all()


def test_missing_sources_end_with_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main.main(["lifespan", "--data", str(tmp_path)]) == 1
    said = capsys.readouterr().err.strip()
    assert "No training sources" in said
    assert "\n" not in said


def test_a_blend_is_learned_from_where_people_set_points(rng: np.random.Generator) -> None:
    """The upper lip's border, set by hand two thirds of the way between two mesh points."""
    known = []
    for number, (near, far) in ((50, (37, 39)), (52, (267, 269))):
        for person in "abc":
            mesh = rng.normal(0, 2, (478, 2))
            mesh[[near, far]] = rng.normal(0, 1, (2, 2))
            place = 0.3 * mesh[near] + 0.7 * mesh[far]
            known.append(blends.Sample(person, number, 1.0, place, mesh))
    assert set(blends.learn(50, known)) == {(37, 0.3), (39, 0.7)}


def test_points_of_an_edge_lie_at_their_shares_of_the_way() -> None:
    points = np.array([[0.0, 0.0], [4.0, 2.0], [8.0, 0.0], [12.0, 0.0]])
    edge = blends.Edge((7, 8, 9), (0, 1, (2, 3)), (0.0, 0.2, 1.0))
    found = dict(blends.drawn(edge, points))
    np.testing.assert_allclose(np.array([found[k] for k in (7, 8, 9)]), [[0, 0], [2, 1], [10, 0]])
