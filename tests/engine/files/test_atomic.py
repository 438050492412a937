"""Files are written whole or not at all, and look as the user's own."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

import pytest

from facewright.engine.errors import InputError
from facewright.engine.files.atomic import written

posix = pytest.mark.skipif(sys.platform == "win32", reason="no such permissions on Windows")


def put(path: Path, text: str) -> None:
    with written(path) as temporary:
        assert temporary.suffix == path.suffix
        temporary.write_text(text)


def broken(temporary: Path) -> None:
    temporary.write_text("half")
    raise ZeroDivisionError


def test_a_failure_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "Fälle" / "グレース.face"
    path.parent.mkdir()
    put(path, "good")
    with pytest.raises(ZeroDivisionError), written(path) as temporary:
        broken(temporary)
    with pytest.raises(InputError, match="disk is full"), written(path):
        raise OSError(28, "No space left on device")
    assert path.read_text() == "good"
    assert list(path.parent.iterdir()) == [path]


@posix
def test_modes_are_those_that_a_user_expects(tmp_path: Path) -> None:
    new, plain, private = tmp_path / "new", tmp_path / "plain", tmp_path / "private"
    plain.touch()
    put(new, "x")
    assert new.stat().st_mode == plain.stat().st_mode
    private.touch(0o600)
    with written(private) as temporary:
        assert stat.S_IMODE(temporary.stat().st_mode) == 0o600, "private all the time"
    assert stat.S_IMODE(private.stat().st_mode) == 0o600


@posix
def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    real, link = tmp_path / "disk" / "case.face", tmp_path / "case.face"
    link.symlink_to(real)
    put(link, "one")
    put(link, "two")
    assert link.is_symlink()
    assert real.read_text() == "two"


@pytest.mark.parametrize(
    ("name", "told"),
    [("none/a.face", "folder does not exist"), ("folder", "is a folder"), ("x" * 300, "too long")],
)
def test_places_that_cannot_be_written_are_told(tmp_path: Path, name: str, told: str) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(InputError, match=told):
        put(tmp_path / name, "x")
    assert os.listdir(tmp_path) == ["folder"]
