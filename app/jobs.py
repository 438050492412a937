"""The background lane: one long job at a time, with progress, time left and cancel.

A job is a plain function of `progress`. It runs in a thread of its own while the window stays
alive; what it returns is handed over in the window's thread. Cancel answers at once: the lane
forgets the job, whose result is dropped when the function notices and ends.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, QRunnable, QThreadPool, QTimer, Signal

from facewright.app.memory import give_back, spare
from facewright.app.timers import pause
from facewright.engine.errors import Cancelled
from facewright.engine.progress import Progress

Work = Callable[[Progress], Any]

_REPORT_EVERY = 0.05  # seconds between reports that reach the window
_STOP_WAIT_MS = 10_000
_REST_MS = 4000


@dataclass(frozen=True)
class Report:
    """Where a job stands.

    Attributes
    ----------
    title, text : str
        What is done for the user, and the stage that runs.
    fraction : float
        In [0, 1].
    seconds_left : float or None
        None until it can be told.
    """

    title: str
    text: str
    fraction: float
    seconds_left: float | None


class Job(QObject):
    """One long job and the wish to stop it.

    Attributes
    ----------
    succeeded : Signal(object)
        The result, in the window's thread; never after a cancel.
    failed : Signal(object)
        The exception; never after a cancel.
    cancelled : Signal()
    """

    succeeded = Signal(object)
    failed = Signal(object)
    cancelled = Signal()
    _reported = Signal(float, str)
    _ended = Signal(object, object)

    def __init__(self, title: str, work: Work, key: str) -> None:
        super().__init__()
        self.title = title
        self.key = key
        self._work = work
        self._stop = False
        self._started = 0.0
        self._last_report = 0.0

    @property
    def stopping(self) -> bool:
        """Whether the job was told to stop."""
        return self._stop

    def _progress(self, fraction: float, text: str) -> None:
        """Report from the job's thread; raises `Cancelled` when told to stop."""
        if self._stop:
            raise Cancelled
        now = time.monotonic()
        if now - self._last_report >= _REPORT_EVERY or fraction >= 1.0:
            self._last_report = now
            self._reported.emit(float(fraction), str(text))

    def _run(self) -> None:
        result: Any = None
        error: Exception | None = None
        try:
            if not self._stop:
                result = self._work(self._progress)
        except Cancelled as stop:
            error = stop.with_traceback(None)  # it would hold all that the job worked on
        except Exception as problem:
            error = problem
        give_back()
        self._ended.emit(result, error)


class _Runner(QRunnable):
    def __init__(self, job: Job) -> None:
        super().__init__()
        self._job = job

    def run(self) -> None:
        """Run the job in the pool's thread."""
        self._job._run()


class JobLane(QObject):
    """Runs jobs one after another; of those with the same key the latest wins.

    Attributes
    ----------
    began : Signal()
        A job begins.
    changed : Signal(object)
        A `Report` while a job runs, None when the lane is free.
    ended : Signal(str, str, float)
        Title of a job, how it ended ("done", "failed" or "cancelled"), seconds that it took.
    """

    began = Signal()
    changed = Signal(object)
    ended = Signal(str, str, float)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        spare()  # jobs fill and free much
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self._pool.setExpiryTimeout(1000)
        self._waiting: deque[Job] = deque()
        self._current: Job | None = None
        self._ending: set[Job] = set()
        self._report: Report | None = None
        self._open = True
        self._tick = QTimer(self)
        self._tick.setInterval(500)
        self._tick.timeout.connect(self._tell)
        # What the window did with a result has ended by then.
        self._rest = pause(_REST_MS, give_back, self)

    @property
    def busy(self) -> bool:
        """Whether a job runs or waits."""
        return self._current is not None or bool(self._waiting)

    @property
    def at_work(self) -> bool:
        """Whether a thread still works, be it at a job that was cancelled."""
        return self._pool.activeThreadCount() > 0

    @property
    def current(self) -> Job | None:
        """The job that runs."""
        return self._current

    @property
    def report(self) -> Report | None:
        """Where the running job stands."""
        return self._report

    def start(
        self,
        title: str,
        work: Work,
        done: Callable[[Any], None] | None = None,
        failed: Callable[[Exception], None] | None = None,
        *,
        key: str = "",
    ) -> Job:
        """Run `work` when the lane is free, in place of any job with the same key.

        Parameters
        ----------
        title : str
            What the user reads: "Registering scan.obj".
        work : callable
            `work(progress)`, run in another thread; must not touch widgets.
        done, failed : callable
            Called in the window's thread with the result or the exception.
        key : str
            Jobs of one key replace each other.
        """
        job = Job(title, work, key)
        if not self._open:
            return job
        if done is not None:
            job.succeeded.connect(done)
        if failed is not None:
            job.failed.connect(failed)
        job._reported.connect(lambda fraction, text: self._progressed(job, fraction, text))
        job._ended.connect(lambda result, error: self._end(job, result, error))
        if key:
            self.cancel(key)
        self._waiting.append(job)
        self._next()
        return job

    def cancel(self, key: str | None = None) -> None:
        """Forget the running job and those that wait, all of them or those of one key."""
        for job in [job for job in self._waiting if key in (None, job.key)]:
            self._waiting.remove(job)
            job._stop = True
            job.cancelled.emit()
            job.deleteLater()
        running = self._current
        if running is not None and key in (None, running.key):
            running._stop = True
            self._release()
            running.cancelled.emit()
            self._tell_end(running, "cancelled")
            self._next()

    def close(self) -> None:
        """Cancel everything and wait for the thread to end; a job that goes on is not heard."""
        self.cancel()
        self._open = False
        self._tick.stop()
        self._rest.stop()
        if self._pool.waitForDone(_STOP_WAIT_MS):  # or else its signals are still needed
            for job in self._ending:
                job.deleteLater()
            self._ending.clear()
        give_back()

    # -- inside ------------------------------------------------------------------------------

    def _next(self) -> None:
        if self._current is not None or not self._waiting or not self._open:
            return
        job = self._current = self._waiting.popleft()
        self._ending.add(job)
        job._started = time.monotonic()
        self._report = Report(job.title, "", 0.0, None)
        self._tick.start()
        self.began.emit()
        self._tell()
        self._pool.start(_Runner(job))

    def _progressed(self, job: Job, fraction: float, text: str) -> None:
        if job is self._current:
            left = None
            elapsed = time.monotonic() - job._started
            if fraction > 0.05 and elapsed > 1.0:
                left = elapsed * (1.0 - fraction) / fraction
            self._report = Report(job.title, text, min(max(fraction, 0.0), 1.0), left)
            self._tell()

    def _end(self, job: Job, result: Any, error: Exception | None) -> None:
        self._ending.discard(job)
        if job is self._current:
            self._release()
            if isinstance(error, Cancelled):
                job.cancelled.emit()
                self._tell_end(job, "cancelled")
            elif error is not None:
                self._tell_end(job, "failed")
                job.failed.emit(error)
            else:
                self._tell_end(job, "done")
                job.succeeded.emit(result)
        if self._open:
            self._rest.start()
        job.deleteLater()  # its connections hold what they call; they go with it
        self._next()

    def _release(self) -> None:
        self._current = None
        self._report = None
        self._tick.stop()
        self._tell()

    def _tell_end(self, job: Job, how: str) -> None:
        if job.title:
            self.ended.emit(job.title, how, time.monotonic() - job._started)

    def _tell(self) -> None:
        self.changed.emit(self._report)
