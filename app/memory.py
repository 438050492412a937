"""Memory that has been let go of, given back to the system."""

from __future__ import annotations

import contextlib
import ctypes
import linecache
import sys


def give_back() -> None:
    """Return freed memory to the system where the C library keeps it, as glibc does.

    What a long job used would else stay with the program until it ends.
    """
    if sys.platform == "linux":
        with contextlib.suppress(AttributeError, OSError):  # other C libraries have no such thing
            ctypes.CDLL(None).malloc_trim(0)


def forget_sources() -> None:
    """Drop the lines of Python's own modules, 35 MB, that Qt's bindings read at each import.

    A traceback reads again what it shows.
    """
    linecache.clearcache()
