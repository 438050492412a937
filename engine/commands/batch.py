"""`batch`: every scan of a folder registered."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from facewright.engine.commands.base import Commands, Report, Tools, add_command, read_mask, years

if TYPE_CHECKING:
    from facewright.engine.edits.base import Edit
    from facewright.engine.models.store import ModelStore


def declare(commands: Commands) -> None:
    """Add this command to the parser."""
    command = add_command(
        commands,
        "batch",
        run_batch,
        "register every scan in a folder",
        description="Registers every scan in a folder, and in those inside it. The output folder "
        "gets a head for each, its measures with norms, quality.csv, and contact.html with "
        "pictures of before and after. "
        "Run it again to go on: what is done is left, unless the file changed.",
    )
    command.add_argument("folder", type=Path, metavar="FOLDER")
    command.add_argument(
        "--out", type=Path, required=True, metavar="DIR", help="made where it is missing"
    )
    command.add_argument("--neutral", action="store_true", help="take the expression away first")
    command.add_argument(
        "--complete", metavar="REGION|MASK", help="fill this region of each head: nasolabial"
    )
    units = ["auto", "mm", "cm", "m"]
    command.add_argument("--unit", choices=units, default="auto", help="of all files")
    command.add_argument("--age", type=years, metavar="YEARS", help="where all are of one age")
    command.add_argument("--again", action="store_true", help="do also what is done")


def run_batch(arguments: argparse.Namespace, tools: Tools) -> Report:
    """Register a folder; files that cannot be registered are told and the others still come."""
    from facewright.engine.edits.neutralise import Neutralise
    from facewright.engine.scans.batch import TABLE, Asked, register_folder

    steps: tuple[Edit, ...] = (Neutralise(),) if arguments.neutral else ()
    if arguments.complete is not None:
        steps = (*steps, completing(arguments.complete, tools.models))
    asked = Asked(arguments.unit, arguments.age, steps)
    batch = register_folder(
        arguments.folder,
        arguments.out,
        tools.models,
        asked,
        again=arguments.again,
        progress=tools.progress,
    )
    lines = [
        f"{line.file}: {line.error or f'{line.verdict}, median {line.median} mm'}"
        for line in batch.lines
    ]
    lines.append(
        f"{len(batch.lines) - batch.failed} of {len(batch.lines)} scans have a head, "
        f"{batch.done} looked at now: see {batch.sheet}"
    )
    data = {
        "output": str(batch.out),
        "table": str(batch.out / TABLE),
        "sheet": str(batch.sheet),
        "done_now": batch.done,
        "failed": batch.failed,
        "scans": [asdict(line) for line in batch.lines],
    }
    return Report(data, tuple(lines))


def completing(region: str, models: ModelStore) -> Edit:
    """Return the step that fills a region, or what a file masks.

    Raises
    ------
    InputError
        If there is no such region or file, or it does not fit the head.
    """
    from facewright.engine.edits.complete import AREAS, PAINTED, Complete

    if region in AREAS:
        return Complete(region=region)
    topology = models.lifespan().topology
    return Complete(region=PAINTED, area=read_mask(region, topology, topology.count))
