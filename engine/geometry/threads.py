"""Small dense algebra runs faster in one thread, above all where other work shares the cores."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from threadpoolctl import ThreadpoolController

_lock = threading.Lock()
_held = ExitStack()
_inside = 0


@contextmanager
def one_thread() -> Iterator[None]:
    """Hold numpy's and scipy's matrix products and solves to one thread while inside.

    A product of some thousand rows takes a millisecond; threads that wait for each other on busy
    cores make it tens. The limit is the process's: the first one in sets it, the last one out,
    whichever thread that is, lifts it.
    """
    global _inside
    with _lock:
        if _inside == 0:
            _held.enter_context(_libraries().limit(limits=1, user_api="blas"))
        _inside += 1
    try:
        yield
    finally:
        with _lock:
            _inside -= 1
            if _inside == 0:
                _held.close()


@cache
def _libraries() -> ThreadpoolController:
    """Return the libraries to limit; looking for them takes a millisecond, limiting them 10 µs."""
    import scipy.linalg  # noqa: F401  (brings a library of its own, to be found here)
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()
