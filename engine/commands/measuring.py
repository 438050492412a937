"""`measure`: the standard measures of a head, with norms."""

from __future__ import annotations

import argparse
import math
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
from facewright.engine.files.atomic import written

if TYPE_CHECKING:
    from facewright.engine.measure.anthropometry import Judged

TABLE = ".csv"


def declare(commands: Commands) -> None:
    """Add this command to the parser."""
    command = add_command(
        commands,
        "measure",
        run_measure,
        "the standard measures of a head",
        description="The standard measures (after Farkas) of the neutral head, in mm and degrees; "
        "its own landmarks, or those that were moved by hand in the project. Angles in degrees, "
        "indices in per cent.",
    )
    command.add_argument("input", type=Path, metavar="IN.face")
    command.add_argument(
        "--norms",
        action="store_true",
        help="hold each against published norms for the head's age and sex",
    )
    command.add_argument(
        "-o", "--output", type=Path, metavar="table.csv", help="write the table as CSV"
    )


def run_measure(arguments: argparse.Namespace, tools: Tools) -> Report:
    """Measure a head, and what the user set calipers to."""
    from facewright.engine.edits.register import scan_of
    from facewright.engine.measure.anthropometry import (
        Judged,
        Whose,
        judged,
        measure_head,
        row_data,
        scale_of,
        to_csv,
    )
    from facewright.engine.measure.calipers import read
    from facewright.engine.measure.symmetry import asymmetry

    if arguments.output is not None:
        check_output(arguments.output, TABLE)
    opened = open_project(arguments.input, tools.models)
    face, project = opened.face, opened.loaded.history.project
    own = tools.models.lifespan().template.landmarks
    moved = () if project.landmarks is None else project.landmarks.names
    values = measure_head(face.mesh, own.replaced(face.landmarks), moved=moved)
    if arguments.norms:
        rows = judged(values, face.subject)
    else:
        rows = tuple(Judged(value, None) for value in values)
    scan = scan_of(project)
    unit = None if scan is None else scan.unit
    whose = Whose(arguments.input.stem, face.subject, scale_of(unit))
    mirror = asymmetry(face.mesh)
    subject = {
        name: {
            "value": getattr(face.subject, name).value,
            "origin": getattr(face.subject, name).origin,
        }
        for name in ("age", "sex")
    }
    data: dict[str, Any] = {
        "measures": [row_data(row) for row in rows],
        "subject": subject,
        "scale": whose.scale,
        "asymmetry": {"face_rms": mirror.face_rms, "regions": mirror.region_rms},
        "calipers": [
            {"kind": c.kind, "name": c.name, "unit": c.unit, "value": read(c, face.mesh).number}
            for c in project.calipers
        ],
        "problems": list(opened.notes),
    }
    lines = [_line(row) for row in rows if not row.value.missing]
    lines.append(f"Asymmetry of the face: {mirror.face_rms:.2f} mm")
    if arguments.output is not None:
        with written(arguments.output) as temporary:
            temporary.write_text(to_csv(rows, whose), encoding="utf-8")
        data["output"] = str(arguments.output)
        lines.append(f"Written to {arguments.output}")
    return Report(data, (*lines, *opened.notes))


def _line(row: Judged) -> str:
    value, norm = row.value, row.norm
    definition = value.definition
    text = f"{definition.code:<16}{definition.name:<34}{value.number:8.2f} {definition.unit}"
    if math.isfinite(value.right):
        text += f"  (R {value.right:.2f}, L {value.left:.2f})"
    if norm is not None:
        unsure = "" if norm.source.verified else "; not checked"
        text += f"  norm {norm.mean:.1f} ± {norm.sd:.1f}, z {row.z:+.1f}"
        text += f" ({norm.source.title}{unsure})"
    elif row.reason.startswith("No norm"):
        text += f"  {row.reason}"
    return text + ("  landmark moved by hand" if value.moved else "")
