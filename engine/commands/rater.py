"""`rater`: how far a rater agrees with themselves, or two with each other."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from facewright.engine.commands.base import (
    Commands,
    Report,
    Tools,
    add_command,
    check_output,
    open_project,
)
from facewright.engine.commands.reading import reading
from facewright.engine.errors import InputError
from facewright.engine.files.atomic import written

if TYPE_CHECKING:
    from facewright.engine.measure.agreement import Agreement


def declare(commands: Commands) -> None:
    """Add this command to the parser."""
    command = add_command(
        commands,
        "rater",
        run_rater,
        "a rater's error of cleft measures, from heads that were marked twice",
        description="Each head is marked twice, in two projects; the second ones follow --again "
        "in the same order. Dahlberg's error and ICC(2,1) with its 95 %% interval, measure by "
        "measure. The file goes into a report by `cleft --rater`.",
    )
    command.add_argument("first", nargs="+", type=Path, metavar="FIRST.face")
    command.add_argument("--again", nargs="+", type=Path, required=True, metavar="SECOND.face")
    command.add_argument("--side", required=True, choices=("left", "right", "both"))
    command.add_argument("-o", "--output", type=Path, metavar="rater.json")


def run_rater(arguments: argparse.Namespace, tools: Tools) -> Report:
    """Measure heads that were marked twice, and tell how well both agree."""
    from facewright.engine.measure.agreement import rater_error
    from facewright.engine.measure.cleft_words import definitions

    if arguments.output is not None:
        check_output(arguments.output, ".json")
    if len(arguments.first) != len(arguments.again):
        raise InputError(
            f"{len(arguments.first)} first and {len(arguments.again)} second heads make no pairs."
        )
    series = []
    for paths in (arguments.first, arguments.again):
        series.append([_measured(path, arguments.side, tools) for path in paths])
    found = rater_error(*series)
    names = {d.code: d for d in definitions(arguments.side)}
    data: dict[str, Any] = {
        "side": arguments.side,
        "heads": len(arguments.first),
        "measures": {code: asdict(agreement) for code, agreement in found.items()},
    }
    lines = [
        f"{names[code].name:<34}Dahlberg {a.dahlberg:6.2f} {names[code].unit:2}  "
        f"bias {a.bias:+.2f}  ICC {a.correlation.value:.2f} "
        f"({a.correlation.low:.2f} to {a.correlation.high:.2f})"
        for code, a in found.items()
    ]
    if arguments.output is not None:
        with written(arguments.output) as temporary:
            temporary.write_text(json.dumps(data, indent=2), encoding="utf-8")
        lines.append(f"Written to {arguments.output}")
    return Report(data, tuple(lines))


def _measured(path: Path, side: Any, tools: Tools) -> Mapping[str, float]:
    from facewright.engine.measure.cleft import measure_cleft

    face = open_project(path, tools.models).face
    if face.landmarks is None:
        raise InputError(f"No landmarks were placed in {path.name}: mark the head, then save it.")
    own = tools.models.lifespan().template.landmarks
    return measure_cleft(face.mesh, own.replaced(face.landmarks), side)


def read_rater(path: Path) -> dict[str, Agreement]:
    """Return what this command wrote.

    Raises
    ------
    InputError
        If the file is none of its kind.
    """
    from facewright.engine.measure.agreement import Agreement, Correlation

    with reading(path, "rater's error", "facewright-cli rater") as found:
        return {
            str(code): Agreement(
                int(row["count"]), float(row["dahlberg"]), float(row["bias"]),
                Correlation(*(float(row["correlation"][k]) for k in ("value", "low", "high"))),
            )
            for code, row in found["measures"].items()
        }  # fmt: skip
