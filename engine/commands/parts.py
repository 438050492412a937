"""`features` and `part-from`: a face part by part."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from facewright.engine.commands.base import (
    Commands,
    Opened,
    Report,
    Tools,
    add_command,
    check_output,
    numbers_of,
    open_project,
)
from facewright.engine.errors import InputError
from facewright.engine.files.project import SUFFIX, save
from facewright.engine.models.parts.segments import PARTS

if TYPE_CHECKING:
    from facewright.engine.project import Project

DONORS = "HEAD.face|SCAN"


def declare(commands: Commands) -> None:
    """Add these commands to the parser."""
    command = add_command(
        commands,
        "features",
        run_features,
        "the thirty features of a face, in mm, and bringing some to what is asked",
        description="List the features that controllers move, in mm of the neutral head, with the "
        "standard deviation of people of its age. With --set they are brought to so many mm, as "
        "in `features IN.face --set nose_width=33 -o OUT.face`; the rest of the face stays.",
    )
    command.add_argument("input", type=Path, metavar="IN.face")
    command.add_argument("--set", nargs="+", default=[], metavar="NAME=MM", dest="targets")
    command.add_argument(
        "--lock", nargs="+", default=[], metavar="NAME", help="features of a part that stay"
    )
    command.add_argument("-o", "--output", type=Path, metavar="OUT.face")

    command = add_command(commands, "part-from", run_part_from, "give a head a part of another one")
    command.add_argument("input", type=Path, metavar="IN.face")
    command.add_argument("output", type=Path, metavar="OUT.face")
    command.add_argument("--part", required=True, choices=PARTS)
    command.add_argument("--from", dest="donor", type=Path, required=True, metavar=DONORS)
    command.add_argument("--amount", type=float, default=1.0, help="0 to 1")
    command.add_argument(
        "--width", type=float, default=30.0, help="mm that the skin around follows, 5 to 40"
    )


def run_features(arguments: argparse.Namespace, tools: Tools) -> Report:
    """List the features, and set some."""
    from facewright.engine.edits.controllers import Controllers, steered_head
    from facewright.engine.models.parts.reaching import reached
    from facewright.engine.models.parts.steering import KEYS

    if bool(arguments.targets) != (arguments.output is not None):
        raise InputError("--set NAME=MM and -o OUT.face go together: give both or none.")
    if arguments.output is not None:
        check_output(arguments.output, SUFFIX)
    opened = open_project(arguments.input, tools.models)
    model, age = tools.models.controllers(), opened.face.subject.age.value
    before = model.ruler.named(opened.face.mesh.vertices)
    data: dict[str, Any] = {"age_years": age, "features": before}
    if not arguments.targets:
        sigma = dict(zip(KEYS, model.steering.sigma(age).tolist(), strict=False))
        lines = [f"{key:24}{before[key]:8.1f} mm, sd {sigma[key]:.1f}" for key in KEYS]
        return Report(data | {"sd": sigma}, (*lines, *opened.notes))
    head = steered_head(opened.face.mesh, age, model)
    targets = numbers_of(arguments.targets, "target: write NAME=MM, as nose_width=33")
    weights = reached(head, {}, targets, _known(arguments.lock))
    after = _written(opened, Controllers(weights=weights), arguments.output, tools)
    found = model.ruler.named(after)
    lines = [
        f"{key}: {before[key]:.1f} to {found[key]:.1f} mm"
        for key in KEYS
        if abs(found[key] - before[key]) > 0.05
    ]
    data = {**data, "features": found, "before": before, "weights": dict(weights)}
    data["output"] = str(arguments.output)
    return Report(data, (*lines, f"Written to {arguments.output}", *opened.notes))


def run_part_from(arguments: argparse.Namespace, tools: Tools) -> Report:
    """Take a part of another head."""
    from facewright.engine.edits.part_from import WIDTHS, PartFrom
    from facewright.engine.edits.transfer import head_in, with_donor

    check_output(arguments.output, SUFFIX)
    for name, value, low, high in (
        ("amount", arguments.amount, 0, 1),
        ("width", arguments.width, *WIDTHS),
    ):
        if not low <= value <= high:
            raise InputError(f"--{name} {value:g} is outside {low} to {high}: choose one inside.")
    opened = open_project(arguments.input, tools.models)
    other = head_in(arguments.donor, tools.models, tools.progress)
    edit = PartFrom.of(arguments.part, other, arguments.amount, arguments.width)
    project = with_donor(opened.loaded.history.project, other.source)
    _written(opened, edit, arguments.output, tools, project)
    data = {"output": str(arguments.output), "part": arguments.part, "donor": other.name}
    return Report(data, (f"{edit.title}: written to {arguments.output}", *opened.notes))


def _written(
    opened: Opened, edit: Any, output: Path, tools: Tools, project: Project | None = None
) -> Any:
    """Add a step, save the project and return the vertices of its head."""
    history = opened.loaded.history
    changed = (project or history.project).with_edit(edit)
    face = opened.evaluator.face(changed)
    save(history.commit(edit.called, changed), output, tools.models, face=face)
    return face.mesh.vertices


def _known(names: list[str]) -> list[str]:
    from facewright.engine.models.parts.steering import controller_of

    return [controller_of(name).key for name in names]
