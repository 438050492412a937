"""A file in each public layout decodes to what a plain numpy evaluation of it gives."""

from __future__ import annotations

from pathlib import Path

import foreign_files
import numpy as np
import pytest
from foreign_files import WRITERS, Written

from facewright.engine.models.external.imported import Imported
from facewright.engine.models.external.reading import read_model
from facewright.engine.models.store import ModelStore

TOLERANCE = 1e-5
"""Mm; vertices are in single precision, whose steps are 1.5e-5 at 128 mm and more."""


@pytest.fixture
def store(tmp_path: Path) -> ModelStore:
    return ModelStore(assets=tmp_path / "assets", cache=tmp_path / "cache")


@pytest.fixture(params=sorted(WRITERS))
def written(request: pytest.FixtureRequest, tmp_path: Path) -> Written:
    name, write = WRITERS[request.param]
    return write(tmp_path / name)


@pytest.fixture
def model(written: Written, store: ModelStore) -> Imported:
    found = store.get(store.import_model(written.path).id)
    assert isinstance(found, Imported)
    return found


def test_heads_are_those_of_a_plain_evaluation(model: Imported, written: Written) -> None:
    rng = np.random.default_rng(0)
    assert len(model.axes) == written.count
    spread = model.prior_sd
    for c in (np.zeros(written.count), *spread * rng.standard_normal((4, written.count))):
        c = c.astype(np.float32)
        away = model.instance(c).vertices - written.decode(c.astype(np.float64))
        assert np.abs(away).max() < TOLERANCE


def test_the_mean_lies_at_the_defaults(model: Imported) -> None:
    defaults = [axis.default for axis in model.axes]
    np.testing.assert_array_equal(model.mean().vertices, model.instance(defaults).vertices)
    assert model.mean().topology is model.topology


def test_faces_look_outward(model: Imported) -> None:
    _, faces = foreign_files.surface()
    turned = {tuple(np.roll(face, -int(np.argmin(face)))) for face in faces.tolist()}
    found = {tuple(np.roll(face, -int(np.argmin(face)))) for face in model.topology.faces.tolist()}
    assert found == turned


def test_axes_are_named_once_in_sd(model: Imported) -> None:
    assert len({axis.name for axis in model.axes}) == len(model.axes)
    for axis in model.axes:
        assert axis.low <= axis.default <= axis.high
        assert axis.unit == ("deg" if "jaw" in axis.name else "sd" if axis.low < 0 else "")


def test_samples_are_repeatable_and_of_the_prior(model: Imported) -> None:
    drawn = model.sample(np.random.default_rng(1), 400)
    np.testing.assert_array_equal(drawn, model.sample(np.random.default_rng(1), 400))
    of_sd = np.array([axis.unit == "sd" for axis in model.axes])
    np.testing.assert_allclose(drawn[:, of_sd].std(axis=0), 1.0, atol=0.15)
    assert not drawn[:, ~of_sd].any()


def test_the_card_says_whose_it_is(model: Imported, written: Written) -> None:
    card = model.card
    assert card.licence.startswith("Your own licence for the file applies")
    assert written.path.name in card.sources[0]
    assert len(card.sources[0].rpartition(" ")[2]) == 64
    assert all(len(digest) == 64 for digest in card.files.values())


def test_coefficients_give_the_head_back(model: Imported) -> None:
    if model.source.network is not None:
        pytest.skip("an autoencoder's own encoder need not: see test_networks")
    truth = model.sample(np.random.default_rng(2))[0]
    head = model.instance(truth)
    spread = np.linalg.norm(head.vertices - model.mean().vertices, axis=1).mean()
    whole = model.instance(model.coefficients(head)).vertices
    assert np.linalg.norm(whole - head.vertices, axis=1).mean() < 0.1 * spread
    given = {model.axes[0].name: float(truth[0])}
    assert model.coefficients(head, given=given)[0] == truth[0]


def test_what_is_not_known_says_nothing(model: Imported) -> None:
    truth = model.sample(np.random.default_rng(3))[0]
    head = model.instance(truth)
    known = (head.vertices[:, 1] > -20).astype(np.float32)
    torn = head.moved(np.where(known[:, None] > 0, head.vertices, 1e3))
    whole = model.coefficients(head, known=known)
    np.testing.assert_allclose(model.coefficients(torn, known=known), whole, atol=1e-3)


def test_the_same_file_keeps_its_version_and_another_is_the_next(
    written: Written, store: ModelStore
) -> None:
    first = store.import_model(written.path)
    assert store.import_model(written.path) == first
    assert [card.id for card in store.cards()] == [first.id]
    inner = written.path / "identity000.obj" if written.path.is_dir() else written.path
    if inner.suffix == ".obj":
        inner.write_text(inner.read_text() + "# changed\n")
    elif inner.suffix in (".pkl", ".mat"):
        inner.write_bytes(inner.read_bytes() + bytes(8))
    else:
        pytest.skip("this format has nowhere to put a harmless change")
    second = store.import_model(written.path)
    assert (second.id, second.version) == (first.id, "2")
    assert store.get(first.id).card == second
    assert store.get(first.id, "1").card.version == "1"


def test_a_folder_of_the_kit_may_be_given_from_above(tmp_path: Path) -> None:
    foreign_files.ict(tmp_path / "kit" / "FaceXModel")
    assert read_model(tmp_path / "kit").groups[1].names == ("jawOpen", "mouthSmile_L")
