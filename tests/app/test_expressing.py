"""Expressions taken out and taken over, and anonymous people, in panels and by actions."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from benches import steps, working
from documents import scanned
from toy import ToyStore

from facewright.app.dialogs import places
from facewright.app.expressing import give, neutralise, take_from
from facewright.app.panels.anonymise import AnonymisePanel
from facewright.engine.edits.anonymise import Anonymise
from facewright.engine.edits.expression import Expression
from facewright.engine.edits.identity import Identity
from facewright.engine.edits.neutralise import Neutralise
from facewright.engine.edits.start import Start
from facewright.engine.edits.transfer import Donor
from facewright.engine.errors import InputError
from facewright.engine.face import Weights
from facewright.engine.files.project import load, save
from facewright.engine.project import History, Project, Source

SCAN = scanned(ToyStore(), np.random.default_rng(5))
SMILE = Weights(mouthSmileLeft=0.6, mouthSmileRight=0.6)
DONOR = Donor("anna", SMILE, Source("anna.face", "cd" * 32, "donor"))


@pytest.fixture
def bench():
    with working(SCAN) as bench:
        yield bench


@pytest.fixture
def anonymise(bench, shown_panel):
    return shown_panel(AnonymisePanel(bench))


def kinds(bench) -> list[str]:
    return [edit.kind for edit in bench.document.project.edits]


def now(bench) -> Weights:
    return bench.document.face_at().expression


def test_the_neutral_face_takes_a_scans_own_expression_out_by_one_click(expression, bench):
    before = bench.document.face_at()
    assert before.expression
    expression.presets.buttons["Neutral"].click()
    assert kinds(bench) == ["register", "neutralise"]
    assert steps(bench.document) == ["Neutral expression"]
    assert not now(bench)
    assert np.abs(bench.document.face_at().mesh.vertices - before.mesh.vertices).max() > 0.1
    expression.presets.buttons["Neutral"].click()
    assert len(steps(bench.document)) == 1
    bench.document.undo()
    assert kinds(bench) == ["register"]


def test_the_share_taken_out_is_tuned_live(expression, bench):
    assert expression.share.rest.isHidden()
    expression.presets.buttons["Neutral"].click()
    share = expression.share.rest
    assert share.isVisible()
    share.preview(0.5)
    bench.document.flush()
    assert bench.document.shown.face.expression["jawOpen"] == pytest.approx(0.15)
    assert bench.document.project.edits[1].strength == 1.0
    share.commit()
    assert bench.document.project.edits[1].strength == 0.5
    assert len(steps(bench.document)) == 2
    expression.presets.buttons["Neutral"].click()
    assert share.number == 1.0


def test_what_sliders_gave_goes_too_and_can_be_given_again(expression, bench):
    expression.set_weights({"mouthSmileLeft": 0.5}, "Smile")
    assert neutralise(bench.document)
    assert kinds(bench) == ["register", "neutralise", "expression"]
    assert not now(bench)
    expression.set_weights({"mouthSmileLeft": 0.4}, "Smile")
    assert dict(now(bench)) == {"mouthSmileLeft": 0.4}


def test_a_locked_shape_stays_when_the_face_is_made_neutral(expression, bench):
    expression.list.set_locks(["jawOpen"])
    expression.presets.buttons["Neutral"].click()
    assert dict(now(bench)) == {"jawOpen": pytest.approx(0.3)}


def test_a_face_at_rest_is_left_alone(qtbot):
    with working(Start()) as bench:
        assert not neutralise(bench.document)
        assert not steps(bench.document)


def test_another_heads_expression_is_given_and_its_strength_tuned(expression, bench):
    assert give(bench.document, DONOR)
    assert now(bench) == SMILE
    assert steps(bench.document) == ["Expression of anna"]
    assert bench.document.project.edits[-1].called == "Expression of anna"
    assert [source.role for source in bench.document.project.sources] == ["donor"]
    strength = expression.share.given
    assert strength.isVisible()
    strength.change(0.5)
    assert now(bench)["mouthSmileLeft"] == pytest.approx(0.3)
    assert now(bench)["jawOpen"] == pytest.approx(0.15)
    expression.set_weights({"jawOpen": 0.1}, "Jaw")
    assert kinds(bench) == ["register", "expression"]


class Lane:
    """Runs jobs at once."""

    def start(self, title, work, done, failed, key=""):
        try:
            result = work(lambda fraction, text: None)
        except InputError as error:
            failed(error)
        else:
            done(result)


@pytest.fixture
def files(bench):
    told = []
    return SimpleNamespace(
        document=bench.document, jobs=Lane(), tell=told.append, told=told,
        fail=lambda error: told.append(str(error)),
    )  # fmt: skip


def test_a_file_gives_its_expression(bench, files, tmp_path):
    path = tmp_path / "anna.face"
    save(History.of(Project(edits=(Start(), Expression(weights=SMILE)))), path, ToyStore())
    take_from(files, path)
    assert now(bench) == SMILE
    assert "not needed any more" in files.told[0].text


def test_a_head_at_rest_has_nothing_to_give(bench, files, tmp_path):
    path = tmp_path / "still.face"
    save(History.of(Project(edits=(Start(),))), path, ToyStore())
    take_from(files, path)
    assert not steps(bench.document)
    assert "at rest" in files.told[0].text
    path.write_bytes(b"nonsense")
    take_from(files, path)
    assert "damaged" in files.told[1]


def test_a_donor_that_comes_after_another_head_was_opened_is_dropped(bench, files, tmp_path):
    path = tmp_path / "anna.face"
    save(History.of(Project(edits=(Start(), Expression(weights=SMILE)))), path, ToyStore())
    real = files.jobs.start

    def late(title, work, done, failed, key=""):
        bench.document.open(History.of(Project(edits=(Start(),))), title="Other")
        real(title, work, done, failed, key)

    files.jobs.start = late
    take_from(files, path)
    assert not now(bench)


def test_another_person_is_drawn_and_told_of(anonymise, bench):
    assert not anonymise.save.isEnabled()
    own = bench.document.face_at()
    anonymise.random_bar.roll()
    seed = anonymise.random_bar.seed.text()
    assert steps(bench.document) == [f"Anonymous person {seed}"]
    face = bench.document.face_at()
    assert face.texture is None
    assert face.expression == own.expression
    assert "mm apart" in anonymise.distance.text()
    anonymise.random_bar.roll()
    assert kinds(bench) == ["register", "anonymise"]
    anonymise.keeps["keep_expression"].click()
    assert not now(bench)
    anonymise.random_bar.reset.click()
    assert kinds(bench) == ["register"]
    assert anonymise.distance.text() == "This is the person's own head."


def test_what_is_not_kept_can_be_said_before_a_person_is_drawn(anonymise, bench):
    anonymise.keeps["keep_sex"].click()
    assert kinds(bench) == ["register"]
    anonymise.random_bar.roll()
    step = bench.document.project.edits[-1]
    assert isinstance(step, Anonymise)
    assert (step.keep_sex, step.keep_ancestry) == (False, True)


def test_sliders_shape_the_anonymous_person(anonymise, bench):
    document = bench.document
    assert document.edit_for(Identity)[0] is None
    document.apply("Wide", document.project.with_edit(Identity(weights=Weights(identity_000=1.0))))
    assert document.edit_for(Identity)[0] == 1
    anonymise.random_bar.roll()
    assert document.edit_for(Identity)[0] is None


def test_an_anonymous_copy_is_saved_without_a_trace(anonymise, bench, tmp_path):
    given = []
    bench.files = SimpleNamespace(
        save_apart=lambda project, name: given.append(project),
        fail=lambda error: given.append(error),
    )
    anonymise.random_bar.roll()
    anonymise.save.click()
    path = tmp_path / "given.face"
    save(History.of(given[0]), path, ToyStore())
    bare = load(path, ToyStore()).history.project
    assert [edit.kind for edit in bare.edits] == ["start", "expression"]
    assert not bare.sources
    document = bench.document
    document.preview(1, Anonymise(seed=3, strength=0.5))
    document.commit("Half")
    assert "Part of the person stays" in anonymise.distance.text()
    anonymise.save.click()
    assert "Part of the person" in str(given[1])


def test_a_copy_never_takes_the_place_of_the_open_project(
    open_window, qtbot, tmp_path, monkeypatch
):
    window = open_window()
    path, bare = tmp_path / "anna.face", Project(edits=(Start(seed=4),))
    save(window.document.history, path, window.document.models)
    window.document.saved_as(path, window.document.history)
    before = path.read_bytes()
    monkeypatch.setattr(places, "ask_save", lambda *_words: path)
    window.files.save_apart(bare, "anonymous")
    assert "open project itself" in window.banner.message.text
    monkeypatch.setattr(places, "ask_save", lambda *_words: tmp_path / "nobody.face")
    window.files.save_apart(bare, "anonymous")
    qtbot.waitUntil(lambda: not window.files.writer.busy)
    assert path.read_bytes() == before
    assert load(tmp_path / "nobody.face").history.project.edits[0].seed == 4
    assert window.document.path == path


def test_the_actions_are_there(open_window, qtbot):
    window = open_window()
    table = window.actions_table
    table["edit.anonymise"].trigger()
    panel = window.panels["anonymise"]
    qtbot.waitUntil(panel.isVisible)
    document = window.document
    document.open(History.of(Project(edits=(SCAN,))), title="Scan")
    table["edit.neutralise"].trigger()
    assert any(isinstance(edit, Neutralise) for edit in document.project.edits)
