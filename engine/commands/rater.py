"""`rater`: how far a rater agrees with themselves, or two with each other."""

from __future__ import annotations

import argparse
import json
import math
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
        "in the same order. Without --again each project holds rounds of marking, as the window "
        "makes them. Dahlberg's error and ICC(2,1) with its 95 %% interval, measure by measure, "
        "of those whose landmarks were all placed. The file goes into a report by "
        "`cleft --rater`.",
    )
    command.add_argument("first", nargs="+", type=Path, metavar="FIRST.face")
    command.add_argument("--again", nargs="+", type=Path, metavar="SECOND.face")
    command.add_argument("--side", required=True, choices=("left", "right", "both"))
    command.add_argument("-o", "--output", type=Path, metavar="rater.json")


def run_rater(arguments: argparse.Namespace, tools: Tools) -> Report:
    """Measure heads that were marked twice, and tell how well both agree."""
    from facewright.engine.cli import plain
    from facewright.engine.measure.rounds import errors_of, name_of
    from facewright.engine.scans.visits import read_rounds

    first, again, side = arguments.first, arguments.again, arguments.side
    if arguments.output is not None:
        check_output(arguments.output, ".json")
    if again is None:
        found = errors_of([read_rounds(path, tools.models, side) for path in first])
    elif len(first) != len(again):
        raise InputError(f"{len(first)} first and {len(again)} second heads make no pairs.")
    else:
        pairs = zip(first, again, strict=True)
        found = errors_of([[_measured(path, side, tools) for path in pair] for pair in pairs])
    data: dict[str, Any] = {
        "side": side,
        "heads": len(first),
        "measures": {code: asdict(agreement) for code, agreement in found.items()},
    }
    lines = []
    for code, a in found.items():
        name, unit = name_of(code, side)
        line = f"{name:<34}Dahlberg {a.dahlberg:6.2f} {unit:2}  bias {a.bias:+.2f}"
        if math.isfinite(a.correlation.value):
            c = a.correlation
            line += f"  ICC {c.value:.2f} ({c.low:.2f} to {c.high:.2f})"
        lines.append(line)
    if arguments.output is not None:
        with written(arguments.output) as temporary:
            text = json.dumps(plain(data), indent=2, allow_nan=False)
            temporary.write_text(text, encoding="utf-8")
        lines.append(f"Written to {arguments.output}")
    return Report(data, tuple(lines))


def _measured(path: Path, side: Any, tools: Tools) -> Mapping[str, float]:
    from facewright.engine.measure.cleft import measure_cleft
    from facewright.engine.measure.rounds import placed_only

    face = open_project(path, tools.models).face
    if face.landmarks is None:
        raise InputError(f"No landmarks were placed in {path.name}: mark the head, then save it.")
    own = tools.models.lifespan().template.landmarks
    values = measure_cleft(face.mesh, own.replaced(face.landmarks), side)
    return placed_only(values, face.landmarks.names, side)


def read_rater(path: Path) -> dict[str, Agreement]:
    """Return what this command wrote.

    Raises
    ------
    InputError
        If the file is none of its kind.
    """
    from facewright.engine.measure.agreement import Agreement, Correlation

    def known(value: float | None) -> float:
        return math.nan if value is None else float(value)

    with reading(path, "rater's error", "facewright-cli rater") as found:
        return {
            str(code): Agreement(
                int(row["count"]), float(row["dahlberg"]), float(row["bias"]),
                Correlation(*(known(row["correlation"][k]) for k in ("value", "low", "high"))),
            )
            for code, row in found["measures"].items()
        }  # fmt: skip
