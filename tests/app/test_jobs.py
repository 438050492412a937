from __future__ import annotations

import threading
import time
import weakref

import pytest
from pytestqt.qtbot import QtBot

from facewright.app.jobs import JobLane
from facewright.engine.errors import Cancelled, InputError


@pytest.fixture
def lane(qtbot: QtBot):
    lane = JobLane()
    yield lane
    lane.close()
    assert lane._pool.activeThreadCount() == 0
    lane.deleteLater()


def patient(progress, seconds: float) -> str:
    begun = time.monotonic()
    while time.monotonic() - begun < seconds:
        progress((time.monotonic() - begun) / seconds, "counting")
        time.sleep(0.05)
    return "done"


def test_result_arrives_in_the_windows_thread(lane, qtbot):
    got = []
    lane.start("Adding", lambda progress: 2 + 2, lambda r: got.append((r, threading.get_ident())))
    qtbot.waitUntil(lambda: bool(got))
    assert got == [(4, threading.get_ident())]
    assert not lane.busy


def test_progress_tells_stage_fraction_and_time_left(lane, qtbot):
    reports, begun = [], time.monotonic()
    lane.changed.connect(reports.append)

    def count(progress):
        while True:
            progress(0.75, "counting")
            time.sleep(0.05)

    lane.start("Counting", count)
    qtbot.waitUntil(lambda: any(r and r.seconds_left is not None for r in reports))
    last = [r for r in reports if r is not None][-1]
    assert (last.title, last.text, last.fraction) == ("Counting", "counting", 0.75)
    assert 0.0 < last.seconds_left < (time.monotonic() - begun) / 3


def test_cancel_answers_at_once_and_nothing_is_handed_over(lane, qtbot):
    got, go_on, ended = [], threading.Event(), threading.Event()

    def stubborn(progress):
        """Asks for leave only when it likes, as a badly behaved step would."""
        try:
            progress(0.5, "counting")
            go_on.wait(60.0)
            progress(0.6, "counting")
        finally:
            ended.set()

    job = lane.start("Counting", stubborn, got.append, got.append)
    qtbot.waitUntil(lambda: lane.report is not None and lane.report.fraction > 0)
    with qtbot.waitSignal(job.cancelled):
        lane.cancel()
    assert not lane.busy
    assert not ended.is_set()
    go_on.set()
    assert ended.wait(60.0)
    qtbot.wait(50)
    assert got == []


def test_latest_of_a_key_wins_and_others_queue(lane, qtbot):
    got = []
    lane.start("First", lambda p: patient(p, 60.0), got.append, key="open")
    lane.start("Other", lambda p: "other", got.append)
    lane.start("Second", lambda p: "second", got.append, key="open")
    qtbot.waitUntil(lambda: len(got) == 2)
    assert got == ["other", "second"]


def test_failure_is_handed_over(lane, qtbot):
    failures = []

    def fail(progress):
        raise InputError("The file is empty: choose another one.")

    lane.start("Reading", fail, None, failures.append)
    qtbot.waitUntil(lambda: bool(failures))
    assert isinstance(failures[0], InputError)


def test_a_job_that_stops_itself_is_cancelled_not_failed(lane, qtbot):
    failures = []

    def stop(progress):
        raise Cancelled

    job = lane.start("Reading", stop, None, failures.append)
    with qtbot.waitSignal(job.cancelled):
        pass
    assert failures == []


def test_close_waits_for_the_thread(qtbot):
    lane = JobLane()
    lane.start("Counting", lambda p: patient(p, 60.0))
    qtbot.waitUntil(lambda: lane.report is not None and lane.report.fraction > 0)
    lane.close()
    assert lane._pool.activeThreadCount() == 0
    lane.deleteLater()


def test_a_job_that_outlasts_the_close_ends_in_silence(qtbot, monkeypatch, capfd):
    monkeypatch.setattr("facewright.app.jobs._STOP_WAIT_MS", 20)
    lane, begun, go_on, got = JobLane(), threading.Event(), threading.Event(), []

    def deaf(progress):
        begun.set()
        go_on.wait(60.0)

    lane.start("Counting", deaf, got.append, got.append)
    assert begun.wait(60.0)
    lane.close()
    qtbot.wait(50)  # whatever was to be deleted has been
    go_on.set()
    assert lane._pool.waitForDone(60_000)
    qtbot.waitUntil(lambda: not lane._ending)
    assert got == []
    assert "deleted" not in capfd.readouterr().err
    lane.deleteLater()


def test_a_cancelled_job_lets_go_of_its_work_before_its_end_is_heard(lane, qtbot):
    class Heavy:
        pass

    begun, seen = threading.Event(), []

    def work(progress):
        heavy = Heavy()
        seen.append(weakref.ref(heavy))
        begun.set()
        while True:
            progress(0.5, "")
            time.sleep(0.005)

    lane.start("Counting", work)
    assert begun.wait(60.0)
    lane.cancel()
    assert lane._pool.waitForDone(60_000)  # its end waits in the queue of events
    assert seen[0]() is None
