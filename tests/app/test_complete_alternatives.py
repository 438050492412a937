"""Other people's faces for a part, how sure they are, and the other side."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from begun import begin
from completing import asked_of, choose, drawn, last, pictures

from facewright.app import completing
from facewright.engine.edits.complete import PAINTED, Complete
from facewright.engine.errors import InputError
from facewright.engine.scans.completion import WITHIN_90

pytestmark = pytest.mark.usefixtures("small_pictures")


def test_alternatives_are_drawn_and_one_click_takes_one(open_window, qtbot):
    window, panel = begin(open_window, "complete")
    choose(qtbot, window, panel, "nasolabial")
    likely = window.document.shown.face.mesh.vertices
    qtbot.waitUntil(lambda: drawn(panel), timeout=60_000)
    shots = [tile._picture.toImage() for tile in pictures(panel)]
    assert all(shots[0] != shot for shot in shots[1:])
    panel.faces.tiles[3].click()
    assert last(window).alternative == 3
    assert window.document.history.undo_name == "Alternative 3"
    assert panel.faces.tiles[3].isChecked()
    assert not panel.faces.tiles[0].isChecked()
    assert np.abs(window.document.shown.face.mesh.vertices - likely).max() > 0.1
    assert panel.faces.tiles[0]._picture.toImage() == shots[0]  # faces stay: only the choice moved
    panel.faces.tiles[0].click()
    np.testing.assert_array_equal(window.document.shown.face.mesh.vertices, likely)
    panel.faces.more.click()
    page = panel.faces.page
    assert panel.faces.numbers == (0, *range(page + 1, 2 * page + 1))
    qtbot.waitUntil(lambda: drawn(panel), timeout=60_000)
    panel.faces.back.click()
    assert panel.faces.numbers == (0, *range(1, page + 1))
    assert drawn(panel)  # remembered
    assert not panel.faces.back.isEnabled()


def test_the_last_alternatives_and_turning_to_the_one_that_is_chosen(open_window, qtbot):
    window, panel = begin(open_window, "complete")
    choose(qtbot, window, panel, "nose")
    panel.faces.show_rows(3)
    window.document.replace_step("Alternative 99", 2, replace(last(window), alternative=99))
    assert panel.faces.numbers == (0, 97, 98, 99)
    assert not panel.faces.more.isEnabled()
    assert panel.faces.tiles[3].isChecked()
    panel.faces.show_rows(2)  # the page of five that 97 is on
    assert panel.faces.numbers == (0, 96, 97, 98, 99)
    panel.faces.back.click()
    assert panel.faces.numbers == (0, *range(91, 96))


def test_a_low_place_has_fewer_faces_and_no_scrolling(open_window, qtbot):
    window, panel = begin(open_window, "complete")
    choose(qtbot, window, panel, "nose")
    window.resize(1366, 768)
    scroll = window.docks["complete"].widget()
    qtbot.waitUntil(lambda: scroll.verticalScrollBar().maximum() == 0)
    assert panel.faces.page == 5
    assert not panel.finer.head.isChecked()
    panel.finer.head.click()
    assert panel.sliders["variety"].isVisible()
    panel.fit(2000)
    assert panel.faces.page == 8
    panel.fit(300)
    assert panel.finer.head.isChecked()  # as the user left it


def test_variety_draws_other_faces_and_is_one_step(open_window, qtbot):
    window, panel = begin(open_window, "complete")
    choose(qtbot, window, panel, "nose")
    qtbot.waitUntil(lambda: drawn(panel), timeout=60_000)
    likely, other = (tile._picture.toImage() for tile in panel.faces.tiles[:2])
    versions = len(window.document.history.versions)
    panel.sliders["variety"].change(0.2)
    assert last(window).variety == 0.2
    assert len(window.document.history.versions) == versions + 1
    qtbot.waitUntil(lambda: drawn(panel), timeout=60_000)
    assert panel.faces.tiles[0]._picture.toImage() == likely
    assert panel.faces.tiles[1]._picture.toImage() != other


def test_the_other_side_is_taken_where_it_is_known(open_window, qtbot):
    window, panel = begin(open_window, "complete")
    document = window.document
    nose = document.shown.head.skin.topology.regions["nose"]
    choose(qtbot, window, panel, "nose")
    assert not panel.sliders["mirror"].isEnabled()
    assert "Both sides" in panel.one_sided.text()
    one_side = nose * document.shown.head.skin.topology.regions["left"]
    document.apply("Mask", replace(document.project, mask=one_side.astype(np.float32)))
    choose(qtbot, window, panel, PAINTED)
    assert panel.sliders["mirror"].isEnabled()
    assert panel.one_sided.isHidden()
    versions, likely = len(document.history.versions), document.shown.face.mesh.vertices
    panel.sliders["mirror"].preview(0.6)
    panel.sliders["mirror"].change(1.0)
    assert len(document.history.versions) == versions + 1
    assert np.abs(document.shown.face.mesh.vertices - likely).max() > 1e-3


def test_how_sure_is_told_and_coloured_and_leaves_again(open_window, qtbot):
    window, panel = begin(open_window, "complete")
    choose(qtbot, window, panel, "nose")
    sure, scene = panel.sure, window.viewport.scene
    sure.switch.click()
    qtbot.waitUntil(lambda: "Nine in ten" in sure.said.text(), timeout=60_000)
    asked = asked_of(window, window.document.face_at(2))
    area, spread = asked.region.mask, asked.spread()
    within = WITHIN_90 * spread[area > 0].mean()
    assert f"within {within:.1f} mm" in sure.said.text()
    np.testing.assert_allclose(scene._values[area > 0], spread[area > 0], rtol=1e-4)
    assert np.isnan(scene._values[area == 0]).all()
    assert scene.display.heat
    assert scene.display.heat_range[0] == 0.0
    window.stage.comparer.set(mode="difference")
    assert not sure.switch.isChecked()
    assert window.stage._values is not None  # the difference's
    sure.switch.click()
    assert window.stage.comparer.state.mode == ""
    window.docks["complete"].close()
    assert window.stage._values is None
    assert not scene.display.heat


def test_pictures_stop_when_they_are_told_to(open_window):
    window, _panel = begin(open_window, "complete")

    def stop(_fraction, _text):
        raise InputError("stop")

    drawn = []
    question = completing.Question(window.document.face_at(), Complete(region="nose"))
    with pytest.raises(InputError, match="stop"):
        completing.pictures(
            question, (0, 1), 16, window.document.models, lambda *p: drawn.append(p), stop
        )
    assert drawn == []
