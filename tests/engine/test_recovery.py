"""Side files: written while a document is open, offered only after a crash."""

from __future__ import annotations

import json
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

import pytest
from toy import ToyStore

from facewright.engine.errors import InputError
from facewright.engine.files import recovery
from facewright.engine.files.project import load, save
from facewright.engine.files.recovery import Slot, discard, leftovers
from facewright.engine.project import History, Project

MODELS = ToyStore()


def test_an_open_document_is_not_offered(tmp_path: Path) -> None:
    slot = Slot(tmp_path)
    slot.write(History.of(Project(notes="work")), MODELS)
    assert leftovers(tmp_path) == ()
    assert load(slot.path).history.project.notes == "work"
    slot.close()
    slot.close()
    assert list(tmp_path.iterdir()) == []


def test_what_a_crash_left_is_offered_and_can_be_discarded(tmp_path: Path) -> None:
    program = """
        import os, sys
        from pathlib import Path
        sys.path.insert(0, sys.argv[2])
        from toy import ToyStore
        from facewright.engine.files.recovery import Slot
        from facewright.engine.project import History, Project

        slot = Slot(Path(sys.argv[1]))
        history = History.of(Project(notes="unsaved"))
        slot.write(history, ToyStore(), original=Path("/cases/one.face"))
        os._exit(9)
    """
    tests = str(Path(__file__).parent.parent)
    command = [sys.executable, "-c", textwrap.dedent(program), str(tmp_path), tests]
    assert subprocess.run(command, check=False, timeout=60).returncode == 9
    with_open = Slot(tmp_path)
    with_open.write(History(), MODELS)
    (item,) = leftovers(tmp_path)
    assert item.original == Path("/cases/one.face")
    assert load(item.path).history.project.notes == "unsaved"
    discard(item)
    assert leftovers(tmp_path) == ()
    with_open.close()
    assert list(tmp_path.iterdir()) == []


def test_a_side_file_is_never_without_its_description(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A crash may come at any moment: what a side file stands for is written before it."""
    slot, seen = Slot(tmp_path), []

    def dying(_history: History, path: Path, *_args: object, **_named: object) -> None:
        assert not path.exists()
        seen.append(json.loads(path.with_suffix(".json").read_text(encoding="utf-8")))
        raise SystemExit

    monkeypatch.setattr(recovery, "save", dying)
    with pytest.raises(SystemExit):
        slot.write(History(), MODELS, original=Path("/cases/one.face"))
    assert seen == [{"original": str(Path("/cases/one.face"))}]
    slot._lock.close()
    assert leftovers(tmp_path) == ()


def test_a_side_file_without_its_description_is_still_offered(tmp_path: Path) -> None:
    slot = Slot(tmp_path)
    slot.write(History(), MODELS)
    slot.path.with_suffix(".json").write_text("{broken")
    slot._lock.close()  # as the operating system does when a program dies
    (item,) = leftovers(tmp_path)
    assert item.original is None
    assert item.saved.tzinfo is not None


def test_a_saved_document_leaves_nothing_to_recover(tmp_path: Path) -> None:
    slot = Slot(tmp_path)
    slot.write(History(), MODELS)
    slot.discard()
    assert not slot.path.exists()
    slot.close()


def test_closing_waits_for_what_is_being_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else the side file would appear after it was removed, and be offered as a crash."""
    slot, begun = Slot(tmp_path), threading.Event()

    def slow(history: History, path: Path, models: ToyStore, **more: object) -> None:
        begun.set()
        time.sleep(0.2)
        save(history, path, models)

    monkeypatch.setattr("facewright.engine.files.recovery.save", slow)
    writer = threading.Thread(target=slot.write, args=(History(), MODELS))
    writer.start()
    assert begun.wait(5)
    slot.close()
    slot.write(History(), MODELS)
    writer.join()
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="save often"):
        Slot(tmp_path / "file" / "inside")
    assert leftovers(tmp_path / "nowhere") == ()
