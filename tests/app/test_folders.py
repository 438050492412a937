"""A folder of scans is registered beside what else is open."""

from __future__ import annotations

import csv
import time

import pytest
import trimesh
from PySide6.QtWidgets import QFileDialog

from facewright.engine.edits import register as register_module
from facewright.engine.errors import InputError
from facewright.engine.scans.batch import SHEET, TABLE


@pytest.fixture
def folder(tmp_path, monkeypatch):
    inside = tmp_path / "ward"
    inside.mkdir()
    for name in ("a.ply", "b.ply"):
        trimesh.creation.icosphere(1, 80).export(inside / name)
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(inside))
    return inside


def test_a_folder_is_registered_and_what_failed_is_told(open_window, qtbot, folder, monkeypatch):
    def register_scan(scan, models, *, progress, **_more):
        raise InputError(f"{scan.name}: no face was found in this scan.")

    monkeypatch.setattr(register_module, "register_scan", register_scan)
    window = open_window()
    before = window.document.history
    window.actions_table["file.folder"].trigger()
    qtbot.waitUntil(lambda: (folder / "heads" / SHEET).is_file(), timeout=20_000)
    qtbot.waitUntil(lambda: not window.jobs.busy, timeout=20_000)
    assert window.banner.message.level == "check"
    assert "0 of 2" in window.banner.text.text()
    assert window.document.history is before
    with (folder / "heads" / TABLE).open(newline="") as stream:
        assert all("no face" in row["error"] for row in csv.DictReader(stream))


def test_it_can_be_stopped(open_window, qtbot, folder, monkeypatch):
    def register_scan(scan, models, *, progress, **_more):
        while True:
            progress(0.5, "Fitting")
            time.sleep(0.01)

    monkeypatch.setattr(register_module, "register_scan", register_scan)
    window = open_window()
    window.actions_table["file.folder"].trigger()
    qtbot.waitUntil(lambda: window.jobs.busy, timeout=20_000)
    window.jobs.cancel()
    qtbot.waitUntil(lambda: not window.jobs.at_work, timeout=20_000)
    assert not (folder / "heads" / SHEET).exists()
