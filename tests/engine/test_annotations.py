"""Landmarks, curves and regions as shipped with the template."""

from __future__ import annotations

import numpy as np
import pytest

from facewright.engine.measure.vocabulary import WORDS, word_of
from facewright.engine.models.template import TEMPLATE, Template, load_template

MIDLINE = "v tr g n se rh prn c sn ls sts sti li sl pg gn"
PAIRED = "eu ft zy go en ex ps pi mf al ac sbal na nb cph vm ch t sa sba pra pa"
SIX = ("eyebrows", "eyes", "nose", "upper_lip", "lower_lip", "rest")
FOUR = ("part_eyes", "part_nose", "part_mouth", "part_remainder")


@pytest.fixture(scope="module")
def template() -> Template:
    return load_template()


@pytest.fixture(scope="module")
def points(template):
    return template.landmarks.on(template.reference)


def test_every_point_of_the_vocabulary_is_there(template):
    names = set(template.landmarks.names)
    assert {f"ibug{i}" for i in range(68)} <= names
    assert {*MIDLINE.split(), "sto", "op"} <= names
    for code in PAIRED.split():
        assert {f"{code}_l", f"{code}_r"} <= names
    assert len(names) == len(template.landmarks.names)


def test_anchors_are_triangles_of_the_skin_with_weights_of_one(template):
    marks = template.landmarks
    triangles = {frozenset(face) for face in template.fine.faces.tolist()}
    assert all(frozenset(corner) in triangles for corner in marks.corners.tolist())
    assert np.allclose(marks.weights.sum(axis=1), 1)
    assert marks.weights.min() >= 0


def test_sides_mirror_and_the_left_is_positive(points):
    for name in points.names:
        if name.endswith("_l"):
            left, right = points[name], points[name[:-2] + "_r"]
            assert left[0] > 2
            assert left == pytest.approx(right * [-1, 1, 1], abs=0.05)
    for left, right in ((45, 36), (42, 39), (54, 48), (26, 17), (16, 0), (35, 31), (64, 60)):
        mirrored = points[f"ibug{right}"] * [-1, 1, 1]
        assert points[f"ibug{left}"] == pytest.approx(mirrored, abs=0.05)
        assert points[f"ibug{left}"][0] > 0
    for name in [*MIDLINE.split(), "sto", "op", "ibug8", "ibug27", "ibug30", "ibug33"]:
        assert abs(points[name][0]) < 0.05


def test_points_stand_in_anatomical_order(points):
    heights = [float(points[name][1]) for name in MIDLINE.split()]
    assert heights == sorted(heights, reverse=True)
    assert points["ibug30"] == pytest.approx(points["prn"])
    outward = ("cph_l", "sbal_l", "en_l", "ps_l", "ex_l", "zy_l")
    across = [float(points[name][0]) for name in outward]
    assert across == sorted(across)
    assert points["op"][2] < points["t_l"][2] < points["ex_l"][2] < points["prn"][2]
    assert points["pa_l"][2] < points["t_l"][2] < points["pra_l"][2] + 10
    assert points["sa_l"][1] > points["t_l"][1] > points["sba_l"][1]
    assert points["ps_l"][1] > points["pi_l"][1]


def test_extremes_are_extreme(template, points):
    v = template.reference
    skin = template.visible
    middle = skin & (np.abs(v[:, 0]) < 12) & (v[:, 2] > 0)
    assert points["prn"][2] == pytest.approx(v[middle][:, 2].max(), abs=0.3)
    assert points["v"][1] == pytest.approx(v[:, 1].max(), abs=0.3)
    chest = template.fine.regions["neck"] > 0.5
    assert points["op"][2] == pytest.approx(v[~chest][:, 2].min(), abs=1.0)


def test_points_of_nostril_and_lip_lie_where_their_words_say(points):
    for side in "lr":
        front, rear = points[f"na_{side}"], points[f"nb_{side}"]
        assert points["prn"][2] > front[2] > rear[2] + 8  # the long axis runs backwards
        assert abs(points[f"sn1_{side}"][0]) < abs(front[0]) < abs(rear[0])
        assert abs(rear[0]) < abs(points[f"al_{side}"][0])
        peak, margin = points[f"cph_{side}"], points[f"vm_{side}"]
        assert margin[0] == pytest.approx(peak[0], abs=1.5)
        assert peak[1] - 3 > margin[1] > points["sto"][1]


def test_measures_of_the_young_average_are_human(points):
    def span(a, b):
        return float(np.linalg.norm(points[a] - points[b]))

    bounds = {
        ("en_l", "en_r"): (25, 40), ("ex_l", "ex_r"): (75, 100), ("al_l", "al_r"): (27, 42),
        ("ch_l", "ch_r"): (40, 60), ("n", "gn"): (100, 140), ("n", "sn"): (42, 65),
        ("zy_l", "zy_r"): (115, 155), ("go_l", "go_r"): (85, 120), ("sn", "ls"): (9, 20),
        ("cph_l", "cph_r"): (8, 16), ("t_l", "t_r"): (125, 160), ("sa_l", "sba_l"): (45, 75),
    }  # fmt: skip
    wrong = {
        pair: span(*pair) for pair, (low, high) in bounds.items() if not low < span(*pair) < high
    }
    assert not wrong


def test_regions_partition_the_head_and_mirror(template):
    regions, mirror = template.fine.regions, template.fine.mirror
    for family in (SIX, FOUR):
        assert np.array_equal(sum(regions[name] for name in family), np.ones(template.fine.count))
    for name, mask in regions.items():
        if name not in ("left", "right"):
            assert np.array_equal(mask, mask[mirror]), name
    assert np.array_equal(regions["left"], regions["right"][mirror])
    assert np.allclose(regions["left"] + regions["right"], 1)


def test_each_landmark_lies_in_its_region(template):
    regions, marks = template.fine.regions, template.landmarks
    homes = {
        "nose": "prn c sn al_l sbal_r ibug29 ibug33",
        "eyes": "en_l ex_r ps_l pi_r",
        "eyebrows": "ibug19 ibug24",
        "upper_lip": "ls sts cph_l ch_r",
        "lower_lip": "li sti",
        "rest": "gn pg g zy_l tr",
        "ears": "sa_l sba_r pa_l t_r",
        "face": "prn en_l ch_r pg g",
        "part_mouth": "ls li ch_l",
        "part_eyes": "en_r ibug20 ibug26",
        "scalp": "v op",
    }
    for region, names in homes.items():
        for name in names.split():
            corner = marks.corners[marks.names.index(name)][0]
            assert regions[region][corner] == 1, (region, name)
    assert regions["neck"][marks.corners[marks.names.index("gn")][0]] == 0


def test_curves_are_connected_chains_that_meet(template):
    v, curves = template.reference, template.curves
    for name, chain in curves.items():
        steps = np.linalg.norm(np.diff(v[chain], axis=0), axis=1)
        assert steps.max() < 12, name
        assert len(set(chain.tolist())) == len(chain), name
    for side in "lr":
        upper, lower = curves[f"upper_lid_{side}"], curves[f"lower_lid_{side}"]
        assert upper[0] == lower[0]
        assert upper[-1] == lower[-1]
        assert v[upper[1:-1], 1].mean() > v[lower[1:-1], 1].mean() + 5
    outer = curves["upper_lip_outer"]
    assert v[outer[0], 0] < 0 < v[outer[-1], 0]
    assert outer[0] == curves["lower_lip_outer"][0]
    jaw = curves["jaw"]
    assert v[jaw, 1].min() == v[jaw[len(jaw) // 2], 1]


def test_every_landmark_has_its_words(template):
    for name in template.landmarks.names:
        assert name.startswith("ibug") or word_of(name).definition.endswith(".")
    named = {name.removesuffix("_l").removesuffix("_r") for name in template.landmarks.names}
    assert set(WORDS) <= named


def test_drawing_again_gives_the_same_bytes(tmp_path):
    import shutil

    from facewright.engine.training import annotations

    (tmp_path / "template").mkdir()
    shutil.copy(TEMPLATE / "template.safetensors", tmp_path / "template")
    annotations.run(None, tmp_path)
    for name in ("annotations.json", "annotations.safetensors"):
        assert (tmp_path / "template" / name).read_bytes() == (TEMPLATE / name).read_bytes()
