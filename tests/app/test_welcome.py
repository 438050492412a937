"""The page before anything is open: dropping, samples, recent files."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent
from PySide6.QtTest import QTest

from facewright.app.samples import shipped
from facewright.app.thumbnails import Thumbnails
from facewright.engine.files.project import save


@pytest.fixture
def project_file(open_window, tmp_path):
    """A project with a red picture, written by a window that is gone from sight."""
    window = open_window()
    path = tmp_path / "known.face"
    picture = np.zeros((64, 64, 3), np.uint8)
    picture[..., 0] = 200
    save(window.document.history, path, window.document.models, preview=picture)
    window.hide()
    return path


def test_recent_files_have_pictures_and_missing_ones_can_be_removed(
    open_window, qtbot, project_file, tmp_path
):
    window = open_window(head=False)
    window.settings.set("recent", [str(tmp_path / "gone.ply"), str(project_file)])
    window.welcome.refresh()
    gone, known = window.welcome.recent.tiles
    qtbot.waitUntil(lambda: gone.missing)
    assert "Not found" in gone.accessibleName()
    assert not gone.remove.isHidden()
    assert known.remove.isHidden()
    color = known.grab().toImage().pixelColor(known.width() // 2, 40)
    assert color.red() > 150 > color.green()
    gone.click()
    assert not window.jobs.busy  # there is nothing to open
    gone.remove.click()
    assert window.settings.remembered == (project_file,)
    assert len(window.welcome.recent.tiles) == 1


def test_recent_files_open_by_keyboard(open_window, qtbot, project_file):
    window = open_window(head=False)
    window.settings.set("recent", [str(project_file)])
    window.welcome.refresh()
    tile = window.welcome.recent.tiles[0]
    seen = []
    window.welcome.drop.open.setFocus()
    for _ in range(12):
        seen.append(window.focusWidget())
        if window.focusWidget() is tile:
            break
        QTest.keyClick(window.focusWidget(), Qt.Key.Key_Tab)
    assert seen[-1] is tile
    QTest.keyClick(tile, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: window.document.is_open)
    assert window.document.path == project_file


def test_what_comes_with_the_program_has_pictures(open_window):
    window = open_window(head=False)
    samples = shipped()
    assert samples[-1].path is None
    assert all(sample.picture is not None for sample in samples)
    assert [tile.text() for tile in window.welcome.samples.tiles] == [s.name for s in samples]
    asked = []
    window.welcome.path_asked.connect(asked.append)
    window.welcome.path_asked.disconnect()
    window.welcome.path_asked.connect(asked.append)
    window.welcome.samples.tiles[0].click()
    assert asked == [samples[0].path]


def test_the_page_lights_up_while_a_file_is_held_over_it(open_window, tmp_path):
    window = open_window(head=False)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / "a.ply"))])
    enter = QDragEnterEvent(
        QPointF(400, 300).toPoint(), Qt.DropAction.CopyAction, data,
        Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    window.dragEnterEvent(enter)
    assert window.welcome.drop.property("role") == "drop-over"
    window.dragLeaveEvent(QDragLeaveEvent())
    assert window.welcome.drop.property("role") == "drop"


def test_tiles_wrap_in_a_narrow_window(open_window, qtbot, tmp_path):
    window = open_window(head=False)
    window.settings.set("recent", [str(tmp_path / f"{number}.ply") for number in range(8)])
    window.welcome.refresh()
    tiles = window.welcome.recent.tiles

    def rows() -> int:
        return len({tile.y() for tile in tiles})

    window.resize(1280, 800)
    qtbot.waitUntil(lambda: rows() == 2)
    window.resize(window.minimumWidth(), 700)
    qtbot.waitUntil(lambda: rows() >= 2 and window.width() < 1000)
    wide = window.welcome.recent.width()
    assert all(tile.geometry().right() <= wide for tile in tiles)
    assert window.welcome.horizontalScrollBar().maximum() == 0


def test_a_picture_goes_with_the_file_as_it_was(tmp_path):
    thumbnails = Thumbnails(tmp_path / "thumbnails")
    path = tmp_path / "scan.ply"
    path.write_bytes(b"one")
    thumbnails.keep(path, np.full((300, 300, 3), 90, np.uint8))
    kept = thumbnails.get(path)
    assert kept is not None
    assert kept.is_file()
    path.write_bytes(b"another scan")
    assert thumbnails.get(path) is None
    assert thumbnails.get(tmp_path / "nothing.ply") is None
    assert thumbnails.get(tmp_path) is None
