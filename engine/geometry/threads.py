"""Small dense algebra runs faster in one thread, above all where other work shares the cores."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def one_thread() -> Iterator[None]:
    """Hold numpy's matrix products and solves to one thread while inside.

    A product of some thousand rows takes a millisecond; threads that wait for each other on busy
    cores make it tens.
    """
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1, user_api="blas"):
        yield
