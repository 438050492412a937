"""Dense algebra is held to one thread inside, and set free again."""

from __future__ import annotations

import numpy as np
import pytest
from threadpoolctl import threadpool_info

from facewright.engine.geometry.threads import one_thread


def counts():
    return [pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"]


def failing():
    with one_thread():
        assert set(counts()) == {1}
        raise ZeroDivisionError


def test_threads_come_back_even_after_an_error():
    np.ones((2, 2)) @ np.ones((2, 2))
    before = counts()
    assert before
    with pytest.raises(ZeroDivisionError):
        failing()
    assert counts() == before


def test_the_last_one_out_lifts_the_limit():
    """However entries and exits of several threads interleave."""
    np.ones((2, 2)) @ np.ones((2, 2))
    before = counts()
    first, second = one_thread(), one_thread()
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    assert set(counts()) == {1}
    second.__exit__(None, None, None)
    assert counts() == before
