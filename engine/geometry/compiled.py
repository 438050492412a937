"""One way to compile a numeric loop; modules that use it are imported inside functions only."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

Function = TypeVar("Function", bound=Callable[..., Any])


def compiled(function: Function) -> Function:
    """Compile `function` with numba, without the interpreter lock, kept on disk between runs."""
    from numba import njit

    return cast(Function, njit(cache=True, nogil=True, error_model="numpy")(function))
