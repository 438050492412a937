"""The model's own skin."""

from __future__ import annotations

import json

import numpy as np
import pytest
from stores import shipped

from facewright.engine.face import Subject, Trait
from facewright.engine.models.skin import ANCESTRIES, FOLDER, SIDE, STAGES, WEIGHTS, load_skin
from facewright.engine.models.template import load_template


def subject(
    age: float = 30.0, sex: float = 0.0, african: float = 0.0, asian: float = 0.0
) -> Subject:
    return Subject(Trait(age), Trait(sex), Trait(african), Trait(asian))


@pytest.fixture(scope="module")
def skin():
    return load_skin()


def face_vertices() -> np.ndarray:
    regions = load_template().fine.regions
    bare = (regions["face"] > 0) & (regions["eyes"] == 0) & (regions["upper_lip"] == 0)
    return np.flatnonzero(bare & (regions["lower_lip"] == 0))


def face_of(values: np.ndarray) -> np.ndarray:
    return values[face_vertices()]


def roughness(skin, age: float) -> float:
    """Mean difference of the face's colours across an edge."""
    faces = load_template().fine.faces
    tone = skin.tone(subject(age))
    bare = np.isin(faces, face_vertices()).all(axis=1)
    steps = tone[faces[bare, 0]] - tone[faces[bare, 1]]
    return float(np.abs(steps).mean())


def test_an_image_fills_the_texture(skin):
    image = skin.image(subject())
    assert image.shape == (SIDE, SIDE, 3)
    assert image.dtype == np.uint8
    assert not image.flags.writeable
    assert image.min(axis=(0, 1)).max() < image.max(axis=(0, 1)).min()
    assert (image.reshape(-1, 3).sum(axis=1) > 0).all()


def test_the_same_subject_gives_the_same_image(skin):
    first = skin.image(subject(41.0, 0.5))
    assert skin.image(subject(41.0, 0.5)) is first
    for age in range(8):
        skin.image(subject(float(age)))
    again = skin.image(subject(41.0, 0.5))
    assert again is not first
    assert np.array_equal(again, first)


def test_tones_are_smooth_in_every_trait(skin):
    for change in ({"age": 0.5}, {"sex": 0.05}, {"african": 0.03}, {"asian": 0.03}):
        for start in (subject(7.0), subject(22.0), subject(48.0, african=0.5), subject(71.0)):
            name, step = next(iter(change.items()))
            traits = {n: getattr(start, n).value for n in ("age", "sex", "african", "asian")}
            moved = subject(**{**traits, name: traits[name] + step})
            assert np.abs(skin.tone(moved) - skin.tone(start)).max() < 0.04


def test_ancestry_and_age_show(skin):
    def tone(**traits: float):
        return face_of(skin.tone(subject(**traits)))

    assert tone(african=1.0).mean() < 0.6 * tone().mean()
    assert tone(african=0.5).mean() == pytest.approx(
        (tone(african=1.0).mean() + tone().mean()) / 2, abs=0.02
    )
    assert tone(age=0.5).mean() > tone(age=30.0).mean() > tone(age=75.0).mean()
    # no stubble, wrinkles or make-up: an infant's skin is far more even
    assert roughness(skin, 0.5) < 0.5 * roughness(skin, 70.0)


def test_the_skin_is_symmetric_without_a_hair_cap(skin):
    template = load_template()
    regions = template.fine.regions
    for traits in ({}, {"age": 0.5}, {"african": 1.0}, {"age": 70.0, "sex": -1.0}):
        tone = skin.tone(subject(**traits))
        assert tone == pytest.approx(tone[template.fine.mirror], abs=0.01)
        scalp = tone[regions["scalp"] > 0].mean(axis=0)
        assert scalp == pytest.approx(face_of(tone).mean(axis=0), abs=0.1)


def test_lips_are_redder_than_the_cheeks(skin):
    regions = load_template().fine.regions
    tone = skin.tone(subject(25.0, 1.0))
    lip = tone[regions["lower_lip"] > 0].mean(axis=0)
    face = face_of(tone).mean(axis=0)
    assert lip[0] / lip[1] > 1.06 * face[0] / face[1]


def test_brows_are_where_the_brow_region_is(skin):
    weights = skin._weights["brow"].astype(float)
    template = load_template()
    values = {n: template.fine.regions[n][:, None] for n in ("eyebrows", "part_eyes")}
    cover = {n: skin.spread(v)[..., 0] for n, v in values.items()}
    assert (weights * (cover["eyebrows"] > 0)).sum() > 0.85 * weights.sum()
    assert (weights * (cover["part_eyes"] > 0)).sum() > 0.97 * weights.sum()
    # darker for adults than for infants
    brow = weights > 150
    contrast = [
        skin.image(subject(age))[~brow & (cover["eyebrows"] > 0.9)].mean()
        - skin.image(subject(age))[brow].mean()
        for age in (0.5, 30.0)
    ]
    assert contrast[1] > 3 * contrast[0] > 0


def test_the_colour_basis_spans_the_ancestries(skin):
    mean, components, sd = skin.basis()
    assert components.shape == (len(sd), *mean.shape)
    assert (sd > 0).all()
    flat = components.reshape(len(components), -1)
    for ancestry in range(len(ANCESTRIES)):
        target = skin._weights["tones"][ancestry, 1, 2] / 255 - mean
        visible = load_template().visible
        rows = components[:, visible].reshape(len(flat), -1)
        goal = target[visible].ravel()
        fit, *_ = np.linalg.lstsq(rows.T, goal, rcond=None)
        assert np.sqrt(np.mean((goal - fit @ rows) ** 2)) < 0.05


def test_card_and_weights_agree():
    import hashlib

    card = json.loads((FOLDER / "card.json").read_text(encoding="utf-8"))
    assert card["files"][WEIGHTS] == hashlib.sha256((FOLDER / WEIGHTS).read_bytes()).hexdigest()
    assert any("CC0" in source for source in card["sources"])
    assert "infants and children" in card["not_trained_on"]
    assert (FOLDER / WEIGHTS).stat().st_size < 8e6
    assert list(STAGES.values()) == sorted(STAGES.values())


@pytest.mark.acceptance
def test_painting_again_gives_the_same_bytes(tmp_path, data_folder):
    from facewright.engine.training import appearance

    appearance.run(data_folder, tmp_path)
    made = tmp_path / "models" / "skin" / FOLDER.name
    assert (made / WEIGHTS).read_bytes() == (FOLDER / WEIGHTS).read_bytes()


def test_brows_follow_the_anatomy_of_brows(skin):
    model = shipped().lifespan()
    mean = model.mean().vertices
    marks = model.template.landmarks.on(mean)
    place = skin.spread(mean)
    weight = skin._weights["brow"] * (place[..., 0] > 0)
    solid = weight > 60
    x, y, weight = place[solid, 0], place[solid, 1], weight[solid]

    def height(low: float, high: float) -> float:
        inside = (x >= low) & (x < high)
        return float(np.average(y[inside], weights=weight[inside]))

    steps = np.arange(x.min(), x.max() - 3, 3.0)
    heights = [height(low, low + 3) for low in steps]
    peak = steps[int(np.argmax(heights))] + 1.5
    eye = (marks["en_l"][0] + marks["ex_l"][0]) / 2
    assert eye < peak < marks["ex_l"][0]
    assert heights[0] < max(heights) - 1.5
    assert abs(heights[-1] - heights[0]) < 3.0
    assert abs(x.min() - marks["en_l"][0]) < 6.0
    assert x.max() > marks["ex_l"][0] + 4.0
