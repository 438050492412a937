"""`visits`: one patient on several days: what was measured, and what changed between."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from facewright.engine.commands.base import (
    Commands,
    Opened,
    Report,
    Tools,
    add_command,
    check_output,
    open_project,
    years,
)
from facewright.engine.commands.printing import SUFFIXES, write_page
from facewright.engine.errors import InputError
from facewright.engine.visits import as_day

if TYPE_CHECKING:
    from facewright.engine.arrays import ByteArray
    from facewright.engine.project import Project
    from facewright.engine.reports.visits import FollowUp


def declare(commands: Commands) -> None:
    """Add this command to the parser."""
    command = add_command(
        commands,
        "visits",
        run_visits,
        "follow a patient over several visits: measures over time, and what changed",
        description="Adds visits to CASE.face and lists its measures at each, before any "
        "proposal, with what changed from one to the next. A visit is a project or a scan, which "
        "is registered. A --date or --age belongs to the --add in the same place; leave an empty "
        'one ("") for what is not known.',
    )
    command.add_argument("case", type=Path, metavar="CASE.face")
    command.add_argument(
        "--add", type=Path, action="append", default=[], metavar="VISIT.face|SCAN",
        help="kept in CASE.face; may be given several times",
    )  # fmt: skip
    command.add_argument(
        "--date", type=_day, action="append", default=[], metavar="YYYY-MM-DD",
        help="when the visit that is added was scanned",
    )  # fmt: skip
    command.add_argument(
        "--age", type=_age, action="append", default=[], metavar="YEARS",
        help="of the patient then; it helps to register a scan",
    )  # fmt: skip
    command.add_argument(
        "--case-date",
        type=_day,
        metavar="YYYY-MM-DD",
        help="when the head of CASE.face was scanned",
    )
    command.add_argument(
        "--side",
        choices=("left", "right", "both"),
        help="of the cleft, the patient's; what the project says by default",
    )
    command.add_argument(
        "-o", "--output", type=Path, metavar="report.html|pdf", help="write a report"
    )


def run_visits(arguments: argparse.Namespace, tools: Tools) -> Report:
    """Add visits to a project, and tell what all of its visits show."""
    from facewright.engine.edits.repair import side_of
    from facewright.engine.measure.follow_up import HERE, as_seen, timeline, visit_of
    from facewright.engine.progress import part
    from facewright.engine.reports.visits import changes_data, followed, visits_data

    case, output = arguments.case, arguments.output
    if output is not None:
        check_output(output)
        if output.suffix.lower() not in SUFFIXES:
            raise InputError(f"{output.name} should end in .html or .pdf: choose another name.")
    opened = open_project(case, tools.models)
    early = replace(tools, progress=part(tools.progress, 0.0, 0.6))
    project = _extended(opened.loaded.history.project, arguments, early)
    seen = as_seen(project)
    if not seen.edits:
        raise InputError(f"{case.name} holds no head yet: register a scan in it first.")
    here = visit_of(seen, opened.evaluator.face(seen), case.name, HERE, tools.models)
    side = arguments.side or side_of(project)
    template = tools.models.lifespan().template
    line = timeline(project, here)
    found = followed(line, side or None, template, most=len(line))
    files = []
    if project is not opened.loaded.history.project:
        _keep(project, opened, case, tools)
        files.append(case)
    if output is not None:
        from facewright.engine.reports.visits_page import to_html

        late = part(tools.progress, 0.6, 0.95)
        shown = followed(line, side or None, template)
        write_page(to_html(case.stem, project, shown, tools.models, late), output)
        files.append(output)
    data = {
        "case": case.name,
        "side": side or None,
        "visits": visits_data(found),
        "changes": changes_data(found),
        "not_laid_together": list(found.apart),
        "files": [str(path) for path in files],
        "problems": list(opened.notes),
        "medical_device": False,
    }
    return Report(data, (*_lines(found), *opened.notes))


def _extended(project: Project, arguments: argparse.Namespace, tools: Tools) -> Project:
    """Return the project with the visits and the day that the arguments give."""
    from facewright.engine.measure.follow_up import with_visit
    from facewright.engine.progress import part
    from facewright.engine.scans.visits import read_visit

    for path in arguments.add:
        if path.resolve() == arguments.case.resolve():
            raise InputError(f"{path.name} is the head that is followed: add another visit.")
    if arguments.case_date:
        project = replace(project, day=arguments.case_date)
    for place, (path, day, age) in enumerate(_asked(arguments)):
        count = len(arguments.add)
        progress = part(tools.progress, place / count, (place + 1) / count)
        visit = read_visit(path, tools.models, day=day, years=age, progress=progress)
        project = with_visit(project, visit)
    return project


def _asked(arguments: argparse.Namespace) -> Iterator[tuple[Path, str, float | None]]:
    """Return files with their day and age."""
    paths = arguments.add
    days = arguments.date or [""] * len(paths)
    ages = arguments.age or [None] * len(paths)
    if not len(days) == len(ages) == len(paths):
        raise InputError(
            'Give a --date and an --age for each --add or for none: "" where one is not known.'
        )
    return zip(paths, days, ages, strict=True)


def _keep(project: Project, opened: Opened, path: Path, tools: Tools) -> None:
    """Save the project where it was, its picture for file lists included."""
    from facewright.engine.files.project import save

    tools.progress(0.95, "Saving")
    history = opened.loaded.history.commit("Add visits", project)
    save(history, path, tools.models, face=opened.face, preview=_picture(path))


def _picture(path: Path) -> ByteArray | None:
    from facewright.engine.files.archive import ArchiveReader

    with ArchiveReader(path) as archive:
        return archive.preview()


def _lines(found: FollowUp) -> tuple[str, ...]:
    from facewright.engine.reports.visits import title_of
    from facewright.engine.reports.words import number

    def row(name: str, cells: list[str]) -> str:
        return f"{name:<34}" + "".join(f"{cell:>24}" for cell in cells)

    lines = [row("", [title_of(visit) for visit in found.visits])]
    for course in found.courses:
        unit = course.definition.unit.replace("mm", " mm")
        lines.append(row(course.definition.name, [number(v, unit) for v in course.values]))
    if not found.courses:
        lines.append("Say with --side where the cleft is to have its measures.")
    for item in found.changes:
        face = item.comparison.summary["regions"]["face"]
        lines.append(
            f"From {title_of(item.first)} to {title_of(item.second)}: the face changed by "
            f"{face['mean']:.1f} mm on average, growth included."
        )
    return (*lines, *(f"Not laid together: {reason}" for reason in found.apart))


def _day(text: str) -> str:
    try:
        return as_day(text)
    except InputError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _age(text: str) -> float | None:
    return years(text) if text.strip() else None
