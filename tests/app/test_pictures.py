"""Pictures of the view for files: still and turning, on any ground, and the view stays."""

from __future__ import annotations

import numpy as np
import PIL.Image
import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtTest import QTest

from facewright.app.dialogs import places
from facewright.app.dialogs.picture import MOVING, PictureDialog
from facewright.app.picturing import Drawing
from facewright.app.settings import Settings
from facewright.engine.files.pictures import write_pictures
from facewright.viewer.shot import AS_SHOWN, CLEAR, WHITE, Shot


def drawn(window, qtbot, path, shot, count=1):
    Drawing(window, window.viewport, shot, path, count)
    qtbot.waitUntil(lambda: window.banner.message is not None, timeout=20_000)
    qtbot.waitUntil(lambda: not window.jobs.busy)
    return window.banner.message


def test_a_picture_has_the_size_and_the_ground_that_were_chosen(open_window, qtbot, tmp_path):
    window = open_window()
    stand = window.viewport.orbit.stand
    display = window.viewport.scene.display
    message = drawn(window, qtbot, tmp_path / "clear.png", Shot((320, 240), CLEAR))
    assert message.place == tmp_path / "clear.png"
    assert window.banner._folder.isVisible()
    clear = np.asarray(PIL.Image.open(tmp_path / "clear.png"))
    assert clear.shape == (240, 320, 4)
    assert clear[2, 2, 3] == 0
    assert clear[120, 160, 3] == 255
    view = window.viewport
    assert view.orbit.stand.azimuth == pytest.approx(stand.azimuth)
    assert view.scene.display == display
    whole = (view.width(), view.height())
    qtbot.waitUntil(lambda: tuple(view.ren_win.GetSize()) == whole)  # finely drawn again

    window.banner.message = None
    drawn(window, qtbot, tmp_path / "white.png", Shot((320, 240), WHITE))
    white = np.asarray(PIL.Image.open(tmp_path / "white.png"))
    assert white.shape == (240, 320, 3)
    assert white[2, 2].tolist() == [255, 255, 255]
    over = clear[..., 3:] / 255.0
    expected = clear[..., :3] * over + 255.0 * (1.0 - over)
    assert np.abs(expected - white).mean() < 1.0  # laid over white it is the same picture


def test_a_turn_is_one_moving_picture(open_window, qtbot, tmp_path):
    window = open_window()
    drawn(window, qtbot, tmp_path / "turn.gif", Shot((320, 240), AS_SHOWN, marks=True), 6)
    with PIL.Image.open(tmp_path / "turn.gif") as moving:
        assert moving.n_frames == 6
        assert moving.info["loop"] == 0
        first = np.asarray(moving.convert("RGB"), float)
        moving.seek(3)  # from behind: the side marks are exchanged, the cube says so
        assert np.abs(np.asarray(moving.convert("RGB"), float) - first).max() > 30


def test_several_pictures_are_numbered(tmp_path):
    pictures = [np.full((4, 5, 3), value, np.uint8) for value in (0, 200)]
    written = write_pictures(pictures, tmp_path / "turn.png")
    assert [path.name for path in written] == ["turn_001.png", "turn_002.png"]
    assert np.asarray(PIL.Image.open(written[1])).max() == 200


def test_the_dialog_remembers_and_offers_no_clear_ground_to_gif(qtbot, tmp_path):
    settings = Settings(tmp_path)
    dialog = PictureDialog(None, settings, QSize(800, 600))
    qtbot.addWidget(dialog)
    assert dialog.shot == Shot((800, 600), AS_SHOWN, marks=False)
    dialog.ground.setCurrentIndex(dialog.ground.findData(CLEAR))
    dialog.size_of.setCurrentIndex(dialog.size_of.findData("1920x1080"))
    assert dialog.shot == Shot((1920, 1080), CLEAR, marks=False)
    dialog.what.setCurrentIndex(dialog.what.findData(MOVING))
    assert dialog.shot.ground == AS_SHOWN
    dialog.show()
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    again = PictureDialog(None, Settings(tmp_path), QSize(640, 480))
    qtbot.addWidget(again)
    assert again.what.currentData() == MOVING
    assert again.shot.size == (1920, 1080)


def test_what_was_written_is_shown_in_its_folder(open_window, qtbot, tmp_path, monkeypatch):
    from facewright.app.errors import Message

    window, opened = open_window(), []
    monkeypatch.setattr(places.QDesktopServices, "openUrl", lambda url: opened.append(url))
    monkeypatch.setattr(places.sys, "platform", "linux")
    window.tell(Message("good", "Saved", place=tmp_path / "head.glb"))
    qtbot.mouseClick(window.banner._folder, Qt.MouseButton.LeftButton)
    assert [url.toLocalFile() for url in opened] == [str(tmp_path)]
    window.tell(Message("good", "Done"))
    assert not window.banner._folder.isVisible()
