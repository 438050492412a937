"""`facewright-train TARGET`: make what assets holds from the training sources."""

from __future__ import annotations

import argparse
import importlib
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from facewright.engine.errors import FacewrightError

TARGETS = {
    "template": "facewright.engine.training.template",
    "annotations": "facewright.engine.training.annotations",
    "parts": "facewright.engine.training.parts",
    "lifespan": "facewright.engine.training.lifespan",
    "people": "facewright.engine.training.people",
    "appearance": "facewright.engine.training.appearance",
    "samples": "facewright.engine.training.samples",
    "sheets": "facewright.engine.training.sheets",
}
"""Target to the module whose `run(data, out)` makes it and returns what to print.

`data` is the folder of sources or None for the default; `out` the folder to write, None for
assets. In the order in which they build on each other.
"""

APART = {
    "registration": "facewright.engine.training.registering",
    "generalisation": "facewright.engine.training.generalisation",
    "inface": "facewright.engine.training.inface",
    "controllers": "facewright.engine.training.controllers",
    "blends": "facewright.engine.training.blends",
    "skin-space": "facewright.engine.training.skins_space",
    "painting": "facewright.engine.training.painting",
    "painting-judged": "facewright.engine.training.skins_judging",
    "completions": "facewright.engine.training.completions",
}
"""Targets that are made by name alone, never by `all`.

The registration differs between processors, and what is trained from it with it; networks take
hours, and their bytes differ between processors too; the blends need photos of people, which are
not among the sources that anyone can fetch.
"""


def parser() -> argparse.ArgumentParser:
    """Return the command's arguments."""
    root = argparse.ArgumentParser(prog="facewright-train", description=__doc__)
    root.add_argument("target", choices=[*TARGETS, *APART, "all"])
    root.add_argument("--data", type=Path, help="folder with ict-facekit and makehuman")
    root.add_argument("--out", type=Path, help="folder to write (default: assets)")
    root.add_argument("--device", default="cpu", help="cpu or cuda, for targets that use it")
    return root


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return 0, or 1 with one sentence on standard error."""
    given = parser().parse_args(arguments)
    chosen = list(TARGETS) if given.target == "all" else [given.target]
    try:
        for target in chosen:
            start = time.perf_counter()
            module = importlib.import_module((TARGETS | APART)[target])
            line = module.run(given.data, given.out)
            print(f"{target}: {line} ({time.perf_counter() - start:.1f} s)")
    except FacewrightError as error:
        print(error, file=sys.stderr)
        return 1
    return 0
