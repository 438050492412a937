"""Damaged files for the monkey to drop."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

import hostile
import wellformed
from monkey_hands import pick

DAMAGED = ("obj", "ply ascii", "ply binary", "stl binary", "glb", "gltf", "vtk ascii", "off", "xyz",
           "face", "points json", "texture png")  # fmt: skip
CRAFTED = ("obj", "ply ascii", "stl binary", "glb", "off", "points json")


def damaged_file(folder: Path, rng: random.Random, readers: Sequence[str] = DAMAGED) -> Path:
    """Return a damaged file, made anew."""
    reader = pick(readers, rng)
    suffix, make = wellformed.SEEDS[reader]
    cases = list(hostile.mutations(_made(make), 7, rng.randrange(1 << 30)))
    cases += _crafted(reader) if reader in CRAFTED else []
    own = Path(tempfile.mkdtemp(dir=folder, prefix="hostile"))
    path = own / f"seed{suffix}"
    path.write_bytes(pick(cases, rng).content)
    return path


@cache
def _made(make: Callable[[], bytes]) -> bytes:
    return make()


@cache
def _crafted(reader: str) -> list[hostile.Case]:
    return list(hostile.crafted(reader))
