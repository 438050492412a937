"""Panels of many sliders: random people, locks, resets, presets, links and plausibility."""

from __future__ import annotations

import numpy as np
import pytest
from benches import shown, steps, working
from documents import scanned
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication
from toy import ToyStore

from facewright.app.panels.expression import ExpressionPanel
from facewright.app.panels.identity import IdentityPanel
from facewright.engine.edits.expression import Expression
from facewright.engine.edits.identity import Asymmetry, Identity
from facewright.engine.edits.start import Start
from facewright.engine.face import Weights
from facewright.engine.models.variation import random_expression
from facewright.engine.project import History, Project


@pytest.fixture
def identity(bench, shown_panel):
    return shown_panel(IdentityPanel(bench))


def weights(bench, kind=Identity) -> dict[str, float]:
    return dict(bench.document.edit_for(kind)[1].weights)


def press(panel, name: str) -> None:
    buttons = panel.findChildren(QAbstractButton)
    next(b for b in buttons if name in (b.accessibleName(), b.text().strip())).click()


def test_a_random_person_is_one_step_and_its_seed_repeats_it(identity, bench):
    press(identity, "Randomise")
    first, seed = weights(bench), identity.random_bar.seed.text()
    assert set(first) == {"identity_000", "identity_001", "detail_000"}
    assert steps(bench.document) == [f"Random person {seed}"]
    press(identity, "Randomise")
    assert weights(bench) != first
    identity.random_bar.seed.setText(seed)
    QTest.keyClick(identity.random_bar.seed, Qt.Key.Key_Return)
    assert weights(bench) == first


def test_how_far_scales_random_people(identity, bench):
    identity.random_bar.seed.setText("12")
    identity.random_bar.scale.change(0.5)
    QTest.keyClick(identity.random_bar.seed, Qt.Key.Key_Return)
    half = weights(bench)
    identity.random_bar.scale.change(1.0)
    QTest.keyClick(identity.random_bar.seed, Qt.Key.Key_Return)
    assert weights(bench) == pytest.approx({key: 2 * value for key, value in half.items()})


def test_a_random_person_has_fine_form_and_reset_takes_it_back(identity, bench):
    document = bench.document
    mean = document.shown.head.skin.vertices.copy()
    identity.random_bar.seed.setText("12")
    QTest.keyClick(identity.random_bar.seed, Qt.Key.Key_Return)
    begun = document.project.edits[0]
    assert (begun.fine_seed, begun.fine) == (13, 0.5)
    assert len(steps(document)) == 1
    person = document.shown.head.skin.vertices
    plain = document.face_of(document.project.with_replaced(0, Start()))
    assert np.abs(person - plain.mesh.vertices).max() > 0.05
    document.undo()
    np.testing.assert_array_equal(document.shown.head.skin.vertices, mean)
    document.redo()
    press(identity, "Reset")
    np.testing.assert_array_equal(document.shown.head.skin.vertices, mean)
    assert not identity.random_bar.reset.isEnabled()


def test_a_scan_keeps_its_own_fine_form(qtbot):
    with working(scanned(ToyStore(), np.random.default_rng(0))) as bench:
        panel = shown(IdentityPanel(bench), qtbot)
        before = bench.document.project.edits[0]
        press(panel, "Randomise")
        assert bench.document.project.edits[0] is before
        assert len(bench.document.project.edits) == 2
        panel.stop()


def test_locked_sliders_are_left_alone_by_random_values_and_resets(identity, bench):
    identity.list.slider("identity_000").change(1.0)
    identity.list.slider("identity_001").change(1.0)
    identity.list.set_locks({"identity_000"})
    press(identity, "Randomise")
    assert weights(bench)["identity_000"] == 1.0
    assert weights(bench)["identity_001"] != 1.0
    press(identity, "Reset")
    assert weights(bench) == {"identity_000": 1.0}
    press(identity, "Set Face modes back")
    assert weights(bench) == {"identity_000": 1.0}
    press(identity, "Unlock" if identity.list.locks == set() else "Lock Face modes")
    press(identity, "Unlock Face modes")
    press(identity, "Set Face modes back")
    assert weights(bench) == {}


def test_one_group_alone_can_be_randomised(identity, bench):
    identity.list.slider("identity_000").change(0.5)
    press(identity, "Randomise Asymmetry")
    assert weights(bench) == {"identity_000": 0.5}
    assert set(weights(bench, Asymmetry)) == {"asymmetry_000"}
    assert len(steps(bench.document)) == 2


def test_a_measure_moves_as_dragged_and_locked_ones_stay(identity, bench):
    identity.list.slider("nose_length").change(1.0)
    assert identity.numbers()["nose_length"] == pytest.approx(1.0, abs=1e-3)
    assert steps(bench.document) == ["Nose length +1.00 σ"]
    before = identity.named.values(bench.document.edit_for(Identity)[1].weights)
    identity.list.set_locks({"nose_length"})
    identity.list.slider("nose_projection").change(0.5)
    after = identity.named.values(bench.document.edit_for(Identity)[1].weights)
    assert after["nose_length"] == pytest.approx(before["nose_length"], abs=0.02)
    assert after["nose_projection"] == pytest.approx(0.5)
    identity.list.set_locks(())
    press(identity, "Set Common back")
    now = identity.named.values(bench.document.edit_for(Identity)[1].weights)
    assert list(now.values()) == pytest.approx([0.0] * 3, abs=1e-4)


def test_locked_measures_stay_whatever_random_values_and_resets_do(identity, bench):
    identity.list.slider("nose_length").change(1.0)
    before = identity.numbers()["nose_length"]
    identity.list.set_locks({"nose_length"})
    for name in ("Randomise", "Randomise Face modes", "Reset", "Set Face modes back"):
        was = weights(bench)
        press(identity, name)
        assert identity.numbers()["nose_length"] == pytest.approx(before, abs=1e-3), name
        assert name.startswith("Set") or weights(bench) != was


def test_buttons_of_a_heading_act_on_what_a_search_shows(identity, bench):
    identity.list.search.setText("nose length")
    identity.list._typing.timeout.emit()
    press(identity, "Lock what is found in Common")
    assert identity.list.locks == {"nose_length"}
    press(identity, "Unlock what is found in Common")
    identity.list.search.clear()
    identity.list._typing.timeout.emit()
    press(identity, "Lock Common")
    assert identity.list.locks == set(identity.named.measures)


def test_a_measure_springs_back_where_everything_that_moves_it_is_locked(identity, bench):
    identity.list.set_locks({"identity_000", "identity_001", "detail_000"})
    identity.list.slider("nose_length").change(2.0)
    assert steps(bench.document) == []
    assert identity.list.slider("nose_length").number == 0.0


def test_millimetres_shrink_with_the_head(qtbot):
    said = []
    for age in (30.0, 0.5):
        with working(Start(age=age)) as bench:
            panel = shown(IdentityPanel(bench), qtbot)
            said.append(panel.list.slider("identity_001").limits.effect)
            panel.stop()
    assert said[1] < 0.8 * said[0]
    assert said[1] > 0.0


def test_the_badge_follows_a_drag_and_one_click_brings_the_head_back(identity, bench, qtbot):
    row = identity.list.slider("identity_000")
    qtbot.waitUntil(lambda: bench.plausible.judgement is not None)
    assert identity.badge.accessibleName() == "Plausible"
    assert not identity.bring_back.isVisible()
    identity.list.slider("identity_001").change(3.0)
    x = [round(row.position_of(number)) for number in (0.0, 3.0)]
    middle = row.height() // 2
    QTest.mousePress(row, Qt.MouseButton.LeftButton, pos=QPoint(x[0], middle))
    QTest.mouseMove(row, QPoint(x[1], middle))
    qtbot.waitUntil(lambda: bench.plausible.judgement.far)  # while the hand still drags
    assert identity.badge.accessibleName().startswith("Implausible: ")
    assert len(steps(bench.document)) == 1
    QTest.mouseRelease(row, Qt.MouseButton.LeftButton, pos=QPoint(x[1], middle))
    count = len(steps(bench.document))
    assert identity.bring_back.isVisible()
    identity.bring_back.click()
    bench.plausible.judge()
    assert steps(bench.document)[count:] == ["Make plausible"]
    assert bench.plausible.judgement.score == pytest.approx(3.0, abs=0.05)
    changed = weights(bench)
    assert changed["identity_000"] == pytest.approx(changed["identity_001"], rel=0.02)
    bench.document.undo()
    assert weights(bench)["identity_001"] == 3.0


def test_bringing_back_keeps_what_is_locked_and_steps_that_are_weakened(bench):
    document = bench.document
    weak = Identity(weights=Weights(identity_000=3.0, identity_001=3.0), strength=0.9)
    document.apply("Far", document.project.with_edit(weak))
    assert bench.plausible.bring_back({"identity_000"})
    assert document.project.edits[1] is weak
    assert "identity_000" not in document.project.edits[2].weights
    bench.plausible.judge()
    assert bench.plausible.judgement.score == pytest.approx(3.0, abs=0.05)
    assert not bench.plausible.bring_back()


def test_judgement_is_in_words_with_a_number_where_it_matters():
    from facewright.app.plausible import Judgement

    said = {score: (Judgement(score).text, Judgement(score).level) for score in (0.4, 2.4, 3.6)}
    assert said[0.4] == ("Plausible", "good")
    assert said[2.4] == ("Unusual: 2.4", "check")
    assert said[3.6] == ("Implausible: 3.6", "poor")
    assert "3.6" in Judgement(3.6).help


def test_locks_go_with_the_head_that_was_open(identity, bench):
    identity.list.set_locks({"identity_000"})
    document = bench.document
    document.open(document.history, title="Other")
    assert not identity.list.locks


def test_presets_are_one_step_each_and_leave_locked_shapes(expression, bench):
    press(expression, "Expression smile")
    assert weights(bench, Expression) == {"mouthSmileLeft": 0.6, "mouthSmileRight": 0.6}
    assert steps(bench.document) == ["Expression smile"]
    expression.list.slider("jawOpen").change(0.5)
    expression.list.set_locks({"jawOpen"})
    press(expression, "Expression neutral")
    assert weights(bench, Expression) == {"jawOpen": 0.5}
    press(expression, "Expression neutral")
    assert len(steps(bench.document)) == 3  # a face that is there already is no step


def test_linked_sides_move_together_and_parted_ones_alone(expression, bench):
    smile = expression.list.slider("mouthSmileLeft")
    smile.change(0.4)
    assert weights(bench, Expression) == {"mouthSmileLeft": 0.4, "mouthSmileRight": 0.4}
    assert len(steps(bench.document)) == 1
    QTest.keyClick(smile, Qt.Key.Key_K)
    expression.list.slider("mouthSmileRight").change(0.9)
    assert weights(bench, Expression) == {"mouthSmileLeft": 0.4, "mouthSmileRight": 0.9}
    QTest.keyClick(expression.list.slider("mouthSmileLeft"), Qt.Key.Key_K)
    assert weights(bench, Expression) == {"mouthSmileLeft": 0.4, "mouthSmileRight": 0.4}
    with pytest.raises(KeyError):
        expression.list.slider("mouthSmileRight")
    expression.together.click()
    assert expression.together.checkState() == Qt.CheckState.Unchecked
    assert expression.list.slider("mouthSmileRight").number == 0.4
    expression.together.click()
    assert expression.together.checkState() == Qt.CheckState.Checked
    expression.together.click()
    bench.document.open(History.of(Project(edits=(Start(),)), "Another"))
    assert expression.together.checkState() == Qt.CheckState.Checked  # it was for that head


def test_an_uneven_face_is_shown_with_both_sides(qtbot):
    with working(Start(), Expression(weights=Weights(mouthSmileLeft=0.5), mode="set")) as bench:
        panel = shown(ExpressionPanel(bench), qtbot)
        assert panel.list.slider("mouthSmileLeft").number == 0.5
        assert panel.list.slider("mouthSmileRight").number == 0.0
        panel.stop()


def test_random_expressions_repeat_by_their_seed(expression, bench):
    bar = expression.random_bar
    bar.scale.change(2.0)
    faces = []
    model = bench.document.models.lifespan()
    lively = [seed for seed in range(99) if sum(random_expression(model, seed, 2.0).values()) > 0]
    for seed in (lively[0], lively[1], lively[0]):
        bar.seed.setText(str(seed))
        QTest.keyClick(bar.seed, Qt.Key.Key_Return)
        QApplication.processEvents()
        faces.append(weights(bench, Expression))
    assert faces[0] == faces[2]
    assert faces[0] != faces[1]
