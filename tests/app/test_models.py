"""Other people's models in the window: imported, listed, tuned live, carried over, removed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from foreign_toy import OTHER, ForeignStore, write_model

from facewright.app.dialogs import ask, places
from facewright.app.incoming import sort_out
from facewright.engine.edits.from_model import FromModel
from facewright.engine.edits.identity import Identity
from facewright.engine.edits.start import Start
from facewright.engine.errors import InputError
from facewright.engine.face import Weights
from facewright.engine.project import History, Project
from facewright.engine.scans import template_map


@pytest.fixture
def store(tmp_path) -> ForeignStore:
    return ForeignStore(tmp_path / "cache")


def panel_of(window, qtbot):
    window.raise_panel("models")
    panel = window.panels["models"]
    qtbot.waitUntil(panel.isVisible)
    return panel


def tuned(window, qtbot):
    """Return the panel over a head of the other model."""
    project = Project(edits=(FromModel(model=OTHER, version="1"),))
    window.document.open(History.of(project), title="Other", saved=True)
    panel = panel_of(window, qtbot)
    qtbot.waitUntil(panel.sliders.isVisible)
    return panel


def idle(window) -> bool:
    return not window.jobs.busy


def rows(panel) -> list[str]:
    return [panel.list.item(row).text() for row in range(panel.list.count())]


def weights(window) -> dict[str, float]:
    return dict(window.document.edit_for(FromModel)[1].weights)


def test_models_are_listed_with_whose_they_are_and_their_size(open_window, qtbot):
    window = open_window()
    panel = panel_of(window, qtbot)
    mine, ours = rows(panel)
    assert mine == "Basel Face Model: Other\nimported, bfm.other 1, 3.4 MB"
    assert "part of Facewright" in ours
    assert "somebody's terms apply" in panel.about.text()
    assert panel.remove.isEnabled()
    panel.list.setCurrentRow(1)
    for button in (panel.remove, panel.begin, panel.carry):
        assert not button.isEnabled()
        assert "imported" in button.toolTip()


def test_a_file_is_imported_in_a_job_with_a_word_on_its_licence(open_window, qtbot, tmp_path):
    window = open_window()
    window.files.open([write_model(tmp_path)])
    qtbot.waitUntil(lambda: idle(window))
    panel = window.panels["models"]
    qtbot.waitUntil(panel.isVisible)
    assert panel.list.count() == 3
    assert panel.list.currentItem().text().startswith("Basel Face Model: 01_MorphableModel")
    assert "Your own licence for the file applies" in window.banner.message.text


@pytest.mark.parametrize("content", [b"", b"\x89HDF\r\n\x1a\n broken", b"hello"])
def test_a_bad_file_is_one_sentence_and_changes_nothing(open_window, qtbot, tmp_path, content):
    window = open_window()
    path = tmp_path / "model.h5"
    path.write_bytes(content)
    before = window.document.history
    window.files.open([path])
    qtbot.waitUntil(lambda: idle(window))
    text = window.banner.message.text
    assert "model.h5" in text
    assert text.count(". ") == 0
    assert window.document.history is before
    assert len(window.document.models.cards()) == 2


def test_what_is_dropped_is_told_apart(tmp_path):
    for name in ("a.h5", "b.npz", "c.pkl", "d.mat"):
        assert sort_out([tmp_path / name]).model == tmp_path / name
    folder = tmp_path / "kit" / "FaceXModel"
    folder.mkdir(parents=True)
    (folder / "generic_neutral_mesh.obj").touch()
    assert sort_out([tmp_path / "kit"]).model == tmp_path / "kit"
    assert sort_out([tmp_path / "scan.obj"]).model is None


def test_a_new_head_is_matched_in_a_job_and_every_step_works_on_it(open_window, qtbot):
    window = open_window()
    panel = panel_of(window, qtbot)
    panel.begin.click()
    qtbot.waitUntil(lambda: idle(window) and panel.sliders.isVisible())
    document = window.document
    assert [edit.kind for edit in document.project.edits] == ["from_model"]
    assert {model.id for model in document.project.models} == {OTHER, "lifespan"}
    before = document.shown.head.skin.vertices.copy()
    document.apply("Wide", document.project.with_edit(Identity(weights=Weights(identity_000=2.0))))
    assert np.abs(document.shown.head.skin.vertices - before).max() > 1.0


def test_a_model_without_a_face_is_refused_in_a_sentence(open_window, qtbot, store, monkeypatch):
    def no_face(*_arguments):
        raise InputError("No face was found on the mean of Other.")

    template_map.map_file(store.get(OTHER), store).unlink()
    monkeypatch.setattr(template_map, "build", no_face)
    window = open_window()
    before = window.document.history
    panel_of(window, qtbot).begin.click()
    qtbot.waitUntil(lambda: idle(window))
    assert window.banner.message.text == "No face was found on the mean of Other."
    assert window.document.history is before


def test_sliders_are_live_and_one_step_each(open_window, qtbot):
    window = open_window()
    panel = tuned(window, qtbot)
    document = window.document
    slider = panel.sliders.list.slider("identity_000")
    before = document.shown.head.skin.vertices.copy()
    slider.preview(1.0)
    document.flush()
    half = np.abs(document.shown.head.skin.vertices - before).max()
    assert half > 0.5
    assert not document.history.can_undo
    slider.preview(2.0)
    slider.commit()
    assert np.abs(document.shown.head.skin.vertices - before).max() == pytest.approx(2 * half)
    assert [v.name for v in document.history.versions[1:]] == ["Identity 1 +2.00 σ"]
    document.undo()
    assert slider.number == 0.0


def test_expressions_of_the_model_have_sliders_of_their_own(open_window, qtbot):
    window = open_window()
    panel = tuned(window, qtbot)
    assert [group.title for group in panel.sliders.list.groups] == ["Face", "Expression"]
    panel.sliders.list.slider("expression_000").change(0.5)
    assert window.document.shown.face.expression["jawOpen"] == pytest.approx(0.5, abs=0.02)


def test_random_people_locks_and_reset(open_window, qtbot):
    window = open_window()
    panel = tuned(window, qtbot)
    sliders = panel.sliders
    sliders.list.set_locks(["identity_001"])
    sliders.random_bar.roll()
    assert set(weights(window)) == {"identity_000"}
    seed = int(sliders.random_bar.seed.text())
    first = weights(window)
    sliders.random_bar.reset.click()
    assert weights(window) == {}
    sliders.random_bar.asked.emit(seed, 1.0)
    assert weights(window) == first
    sliders.list.group_random.emit("Expression", ("expression_000", "expression_001"))
    assert {"expression_000", "expression_001"} < set(weights(window))
    sliders.list.group_reset.emit("Expression", ("expression_000", "expression_001"))
    assert weights(window) == first


def test_a_head_is_carried_over(open_window, qtbot):
    window = open_window()
    panel = panel_of(window, qtbot)
    document = window.document
    project = Project(edits=(Start(), Identity(weights=Weights(identity_000=1.5))))
    document.open(History.of(project), title="Mine", saved=True)
    window.raise_panel("models")
    seen = document.shown.head.skin.vertices.copy()
    panel.carry.click()
    qtbot.waitUntil(lambda: idle(window) and panel.sliders.isVisible())
    assert [edit.kind for edit in document.project.edits] == ["from_model"]
    assert any(weights(window).values())
    assert np.abs(document.shown.head.skin.vertices - seen).mean() < 0.5


def test_a_model_is_removed_after_asking(open_window, qtbot, monkeypatch):
    window = open_window()
    panel = panel_of(window, qtbot)
    monkeypatch.setattr(ask, "choose", lambda *_words: ask.CANCEL)
    panel.remove.click()
    assert panel.list.count() == 2
    monkeypatch.setattr(ask, "choose", lambda *_words: "remove")
    panel.remove.click()
    assert panel.list.count() == 1
    assert OTHER not in {card.id for card in window.document.models.cards()}


def test_models_are_listed_without_a_head(open_window, qtbot):
    window = open_window(head=False)
    window.raise_panel("models")
    panel = window.panels["models"]
    qtbot.waitUntil(panel.isVisible)
    assert panel.list.isEnabled()
    assert panel.begin.isEnabled()
    assert not panel.carry.isEnabled()


def test_the_action_asks_for_a_file(open_window, monkeypatch, tmp_path):
    window = open_window()
    asked = []
    path = tmp_path / "FaceXModel" / "generic_neutral_mesh.obj"
    monkeypatch.setattr(places.QFileDialog, "getOpenFileName", lambda *_words: (str(path), ""))
    store = window.document.models
    store.import_model = lambda chosen, progress: asked.append(Path(chosen)) or store.cards()[0]
    window.actions_table["file.model"].trigger()
    while window.jobs.busy:
        from PySide6.QtWidgets import QApplication

        QApplication.processEvents()
    assert asked == [path.parent]
