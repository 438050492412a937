"""What the commands share: their result, their surroundings, and opening a head."""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from facewright.engine.errors import InputError
from facewright.engine.face import Face, Weights
from facewright.engine.mask import Mask, as_mask
from facewright.engine.mesh import Topology
from facewright.engine.progress import Progress, silent
from facewright.engine.units import age_in_years

if TYPE_CHECKING:
    from facewright.engine.evaluator import Evaluator
    from facewright.engine.files.project import Loaded
    from facewright.engine.landmarks import Points
    from facewright.engine.models.store import ModelStore

Commands = Any
"""What `ArgumentParser.add_subparsers` returns; argparse does not name its type."""


@dataclass(frozen=True)
class Report:
    """What a command found.

    Attributes
    ----------
    data : mapping
        What `--json` prints; numbers in mm unless the key says otherwise.
    lines : tuple of str
        What a person reads.
    failed : str
        Why the command did not do all of its work; empty where it did.
    """

    data: Mapping[str, Any]
    lines: tuple[str, ...] = ()
    failed: str = ""


@dataclass(frozen=True)
class Tools:
    """What every command gets beside its arguments."""

    models: ModelStore
    progress: Progress = field(default=silent)


Run = Callable[[argparse.Namespace, Tools], Report]


def add_command(
    commands: Commands, name: str, run: Run, help: str, *, description: str | None = None
) -> argparse.ArgumentParser:
    """Declare a command with the options that all have."""
    parser: argparse.ArgumentParser = commands.add_parser(
        name, help=help, description=description or help, allow_abbrev=False
    )
    add_output(parser)
    parser.set_defaults(run=run)
    return parser


def add_output(parser: argparse.ArgumentParser) -> None:
    """Add `--json` and `--quiet`, which are in the namespace only where they are given."""
    unset = argparse.SUPPRESS
    parser.add_argument(
        "--json", action="store_true", default=unset, help="print the result as JSON"
    )
    parser.add_argument("--quiet", action="store_true", default=unset, help="print no text")


@dataclass(frozen=True, eq=False)
class Opened:
    """A project file, what computes its heads, and the one that it shows."""

    loaded: Loaded
    evaluator: Evaluator
    face: Face

    @property
    def notes(self) -> tuple[str, ...]:
        """What a person should know about the file."""
        return self.loaded.problems


def open_project(path: Path, models: ModelStore) -> Opened:
    """Return a project file with its head.

    Raises
    ------
    InputError
        If it cannot be read, is no project file, or its head is on another template.
    """
    from facewright.engine.files.project import SUFFIX, load

    if path.suffix.lower() != SUFFIX:
        raise InputError(
            f"{path.name} is no {SUFFIX} file: register a scan first, with "
            f"facewright-cli register {path.name} -o head{SUFFIX}"
        )
    loaded = load(path, models)
    evaluator = loaded.evaluator(models)
    face = evaluator.face(loaded.history.project)
    if face.mesh.topology.id != models.lifespan().topology.id:
        raise InputError(
            f"{path.name} holds a head on another template than this version's: "
            "register its scan again."
        )
    return Opened(loaded, evaluator, face)


def read_mask(text: str, topology: Topology | None, count: int | None = None) -> Mask:
    """Return a mask named by a region of the head, or read from a file of numbers.

    Parameters
    ----------
    text : str
        A region ("nose"), or a .npy, .json, .txt or .csv file with one number in [0, 1] for
        each vertex.
    topology : Topology or None
        Whose regions may be named.
    count : int or None
        How many numbers a file must have; None takes any.

    Raises
    ------
    InputError
        If there is no such region or file, or its numbers do not fit.
    """
    if topology is not None and text in topology.regions:
        return topology.regions[text]
    path = Path(text)
    if not path.is_file():
        known = ", ".join(sorted(topology.regions)) if topology is not None else ""
        hint = f": use a file or one of {known}." if known else ": check its name."
        raise InputError(f"There is no mask {text}{hint}")
    values = _numbers(path)
    return as_mask(values, values.size if count is None else count)


def _numbers(path: Path) -> np.ndarray[Any, np.dtype[np.float32]]:
    import json

    if path.stat().st_size > 1 << 28:
        raise InputError(f"{path.name} is too large for a mask: one number per vertex is enough.")
    try:
        match path.suffix.lower():
            case ".npy":
                values = np.load(path, allow_pickle=False)
            case ".json":
                values = np.asarray(json.loads(path.read_text(encoding="utf-8")), dtype=np.float64)
            case _:
                text = path.read_text(encoding="utf-8").replace(",", " ").split()
                values = np.asarray([float(word) for word in text])
        return np.asarray(values, dtype=np.float32).ravel()
    except (ValueError, TypeError, OSError, RecursionError) as error:
        raise InputError(
            f"{path.name} holds no list of numbers: give one number in 0 to 1 per vertex."
        ) from error


def points_data(points: Points) -> dict[str, Any]:
    """Return named points as JSON."""
    return {
        name: {"position": position.tolist(), "confidence": float(sure)}
        for name, position, sure in zip(
            points.names, points.positions, points.confidence, strict=True
        )
    }


def weights_of(words: list[str]) -> Weights:
    """Return the weights in words as `NAME=VALUE`, with spaces or commas between them.

    Raises
    ------
    InputError
        If one of them is no such word.
    """
    return Weights(numbers_of(words, "weight: write NAME=VALUE, as jawOpen=0.5"))


def numbers_of(words: list[str], kind: str) -> dict[str, float]:
    """Return the numbers, zeros too, in words as `NAME=NUMBER`, spaces or commas between them.

    Raises
    ------
    InputError
        If one of them is no such word: it is no `kind`.
    """
    values = {}
    for word in ",".join(words).split(","):
        name, _, number = word.strip().partition("=")
        try:
            values[name] = float(number)
        except ValueError:
            name = ""
        if not name:
            raise InputError(f"{word} is no {kind}")
    return values


def years(text: str) -> float:
    """Return an age from the command line.

    Raises
    ------
    argparse.ArgumentTypeError
        If it is no age in 0 to 90 years.
    """
    try:
        age = age_in_years(text)
    except ValueError:
        age = math.nan
    if not 0 <= age <= 90:
        raise argparse.ArgumentTypeError(f"{text} is outside 0 to 90 years")
    return age


def check_output(path: Path, suffix: str = "") -> None:
    """Refuse an output before any work is done; what else lies there is not overwritten.

    Raises
    ------
    InputError
        If the folder is missing, or the name does not end in `suffix`.
    """
    if suffix and path.suffix.lower() != suffix:
        raise InputError(f"{path.name} should end in {suffix}: choose another name.")
    if not path.resolve().parent.is_dir():
        raise InputError(
            f"There is no folder {path.parent} to write {path.name} in: make it first."
        )
