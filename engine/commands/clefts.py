"""`cleft`: from a scan or a head to a plan of its repair, with a report."""

from __future__ import annotations

import argparse
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from facewright.engine.commands import rater
from facewright.engine.commands.base import (
    Commands,
    Report,
    Tools,
    add_command,
    check_output,
    open_project,
    read_mask,
    years,
)
from facewright.engine.commands.printing import print_page
from facewright.engine.edits.repair import Repair
from facewright.engine.face import Face
from facewright.engine.files.atomic import written
from facewright.engine.files.project import SUFFIX, save
from facewright.engine.project import History, Project

if TYPE_CHECKING:
    from facewright.engine.mesh import Scan
    from facewright.engine.reports.cleft import CleftPlan


def declare(commands: Commands) -> None:
    """Add this command, and the one that tells a rater's error, to the parser."""
    command = add_command(
        commands,
        "cleft",
        run_cleft,
        "plan the repair of a cleft, with measures and a report",
        description="Registers a scan, or takes a head, proposes nose and lip without the cleft, "
        f"measures both, and writes NAME{SUFFIX}, NAME.html, NAME.pdf and NAME.json into a "
        "folder. Left and right are the patient's. No medical device.",
    )
    command.add_argument("file", type=Path, metavar=f"SCAN|HEAD{SUFFIX}")
    command.add_argument("--side", required=True, choices=("left", "right", "both"))
    command.add_argument("--out", type=Path, required=True, metavar="DIR", help="made if missing")
    command.add_argument(
        "--proposal",
        choices=("model", "mirror", "blend"),
        help="the likeliest shape, the mirrored healthy side, or both (default where one is "
        "healthy)",
    )
    command.add_argument(
        "--mask",
        metavar="MASK",
        help="what the plan may change: a region or a file with a number per vertex of the head; "
        "nose and upper lip by default",
    )
    command.add_argument(
        "--landmarks",
        type=Path,
        metavar="lm.json",
        help="placed by hand on the scan, in the file's coordinates",
    )
    command.add_argument(
        "--rater", type=Path, metavar="rater.json", help="the rater's error, for the report"
    )
    command.add_argument("--unit", choices=("auto", "mm", "cm", "m"), default="auto")
    command.add_argument("--age", type=years, metavar="YEARS", help="the patient's, where known")
    command.add_argument(
        "--pdf", action=argparse.BooleanOptionalAction, default=True, help="print the report, too"
    )
    rater.declare(commands)


@dataclass(frozen=True, eq=False)
class _Case:
    """A head to plan on: the project that holds it, and its face."""

    project: Project
    face: Face
    notes: tuple[str, ...]
    scan: Scan | None = None


def run_cleft(arguments: argparse.Namespace, tools: Tools) -> Report:
    """Plan a repair and write head and report."""
    from facewright.engine.progress import part
    from facewright.engine.reports.cleft import planned

    folder: Path = arguments.out
    check_output(folder)
    name = arguments.file.stem
    errors = None if arguments.rater is None else rater.read_rater(arguments.rater)
    tools_for_case = replace(tools, progress=part(tools.progress, 0.0, 0.7))
    case = _opened(arguments, tools_for_case)
    model = tools.models.lifespan()
    area = None
    if arguments.mask is not None:
        area = read_mask(arguments.mask, model.topology, model.topology.count)
    way = arguments.proposal or ("model" if arguments.side == "both" else "blend")
    edit = Repair(side=arguments.side, way=way, area=area)
    tools.progress(0.72, "Proposing")
    plan = planned(
        case.project, case.face, edit, name, tools.models, case.notes,
        errors, scan=case.scan,
    )  # fmt: skip
    project = case.project.with_edit(edit)
    history = History.of(case.project, f"Open {arguments.file.name}")
    history = history.commit(Repair.label, project)
    folder.mkdir(exist_ok=True)
    head = folder / f"{name}{SUFFIX}"
    save(history, head, tools.models, face=plan.proposed)
    files = [head, *write_report(plan, folder / name, tools, pdf=arguments.pdf)]
    return _told(plan, files)


def _opened(arguments: argparse.Namespace, tools: Tools) -> _Case:
    path: Path = arguments.file
    if path.suffix.lower() == SUFFIX:
        opened = open_project(path, tools.models)
        return _Case(opened.loaded.history.project, opened.face, opened.notes)
    from facewright.engine.edits.register import register_scan
    from facewright.engine.files.meshes import read_scan

    landmarks = None
    if arguments.landmarks is not None:
        from facewright.engine.files.landmarks import read_points

        landmarks = read_points(arguments.landmarks)
    scan = read_scan(path, tools.progress)
    done = register_scan(
        scan,
        tools.models,
        landmarks=landmarks,
        unit=arguments.unit,
        age=arguments.age,
        progress=tools.progress,
    )
    reference = tools.models.reference("lifespan")
    project = Project(sources=(done.source,), edits=(done.edit,), models=(reference,))
    verdict = done.registration.verdict
    notes = (verdict.text, *verdict.advice, *scan.notes)
    return _Case(project, done.registration.face, notes, scan)


def write_report(plan: CleftPlan, stem: Path, tools: Tools, *, pdf: bool) -> list[Path]:
    """Write the report as HTML, JSON and, where wanted, PDF, and return the files."""
    import json

    from facewright.engine.cli import plain
    from facewright.engine.reports.cleft import to_data
    from facewright.engine.reports.cleft_page import to_html

    tools.progress(0.85, "Drawing")
    page, table = (stem.with_name(stem.name + suffix) for suffix in (".html", ".json"))
    contents = (
        (page, to_html(plan, tools.models)),
        (table, json.dumps(plain(to_data(plan)), indent=2)),
    )
    for path, content in contents:
        with written(path) as temporary:
            temporary.write_text(content, encoding="utf-8")
    files = [page, table]
    if pdf:
        tools.progress(0.95, "Printing")
        files.append(stem.with_name(stem.name + ".pdf"))
        print_page(page, files[-1], f"open {page.name} instead, or use --no-pdf.")
    return files


def _told(plan: CleftPlan, files: list[Path]) -> Report:
    from facewright.engine.reports.cleft import NO_DEVICE, to_data

    data = {**to_data(plan), "files": [str(path) for path in files]}
    lines = []
    for row in plan.rows:
        definition = row.definition
        text = f"{definition.name:<34}{row.before:9.2f} -> {row.proposed:7.2f} {definition.unit:2}"
        if definition.ideal is not None:
            text += f"  (without a cleft {definition.ideal:g})"
        lines.append(text)
    lines.append(f"Nine in ten points of the truth are expected within {plan.within:.1f} mm.")
    lines.append("Written: " + ", ".join(str(path) for path in files))
    lines.append(NO_DEVICE)
    return Report(data, (*lines, *plan.notes))
