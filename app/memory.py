"""Memory that has been let go of, given back to the system."""

from __future__ import annotations

import ctypes
import gc
import linecache
import sys

from PySide6.QtCore import QCoreApplication, QTimer

_TRIM_THRESHOLD, _MMAP_THRESHOLD, _ARENA_MAX = -1, -3, -8  # names of glibc's mallopt
_LARGE = 1 << 20
_SPARE = 16 << 20
_POOLS = 1


def spare() -> None:
    """Have the C library keep little of what is freed, where it is glibc.

    By itself it moves the size from which blocks come from the system and go back there up to
    32 MB, as soon as one of these is freed. From then on images and bases lie among small
    blocks that stay, in a pool for each thread: half a gigabyte of holes after an hour. In one
    pool, what a job has freed serves the window; that costs a drag nothing.
    """
    option = _function("mallopt")
    if option is not None:
        option(_MMAP_THRESHOLD, _LARGE)
        option(_TRIM_THRESHOLD, _SPARE)  # less, and each drag would ask for the same pages again
        option(_ARENA_MAX, _POOLS)


def give_back() -> None:
    """Return freed memory to the system where the C library keeps it, as glibc does.

    What a long job used would else stay with the program until it ends.
    """
    forget_sources()
    trim = _function("malloc_trim")
    if trim is not None:
        trim(0)


def give_back_soon() -> None:
    """Return what a widget held that is being deleted, when all that goes with it has gone.

    Windows, views and their actors refer to each other: Python by itself waits with those.
    """
    if QCoreApplication.instance() is not None:
        QTimer.singleShot(0, _sweep)


def _sweep() -> None:
    gc.collect()
    give_back()


def forget_sources() -> None:
    """Drop the lines of Python's own modules, 60 MB, that Qt's bindings read at each import.

    A traceback reads again what it shows.
    """
    linecache.clearcache()


def _function(name: str) -> ctypes._NamedFuncPointer | None:
    """Return a function of glibc; None where the C library is another."""
    if sys.platform != "linux":
        return None
    return getattr(ctypes.CDLL(None), name, None)
