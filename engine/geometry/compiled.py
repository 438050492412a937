"""One way to compile a numeric loop; modules that use it are imported inside functions only."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

Function = TypeVar("Function", bound=Callable[..., Any])

LOOPS: dict[str, Any] = {}
"""Every compiled loop of the modules that were imported, by module and name."""


def compiled(function: Function) -> Function:
    """Compile `function` with numba, without the interpreter lock, kept on disk between runs.

    Kept beside the source where that can be written, else in the user's cache folder.
    """
    from numba import njit

    loop = njit(cache=True, nogil=True, error_model="numpy")(function)
    LOOPS[f"{function.__module__}.{function.__name__}"] = loop
    return cast(Function, loop)
