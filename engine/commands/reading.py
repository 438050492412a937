"""Read back what another command wrote."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from facewright.engine.errors import InputError

LARGEST = 1 << 20


@contextmanager
def reading(path: Path, what: str, command: str) -> Iterator[Any]:
    """Yield what a JSON file says, for as long as it is taken apart.

    Parameters
    ----------
    what, command : str
        What is looked for, and who writes it: for the sentence that says that it is not there.

    Raises
    ------
    InputError
        If it cannot be read, or the block does not find in it what it expects.
    """
    try:
        if path.stat().st_size > LARGEST:
            raise InputError(f"{path.name} is far too large: use a file that {command} wrote.")
        yield json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise InputError(
            f"{path.name} holds no {what}: use a file that {command} wrote."
        ) from error
