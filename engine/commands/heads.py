"""`edit`, `complete`, `neutralise` and `anonymise`: steps added to a head."""

from __future__ import annotations

import argparse
import secrets
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from facewright.engine.commands.base import (
    Commands,
    Opened,
    Report,
    Tools,
    add_command,
    check_output,
    open_project,
    read_mask,
    weights_of,
)
from facewright.engine.edits.anonymise import Anonymise, apart, without_trace
from facewright.engine.edits.base import AxisSliders, Choice, Edit, Slider, Switch
from facewright.engine.edits.complete import AREAS, PAINTED, Complete, completion_of
from facewright.engine.edits.expression import Expression
from facewright.engine.edits.fields import FieldInfo, fields
from facewright.engine.edits.neutralise import Neutralise
from facewright.engine.edits.table import EDITS
from facewright.engine.edits.transfer import Donor, donor_in, named
from facewright.engine.errors import InputError
from facewright.engine.evaluator import Evaluator
from facewright.engine.face import Face
from facewright.engine.files.project import SUFFIX, save
from facewright.engine.models.presets import PRESETS
from facewright.engine.models.variation import SEEDS
from facewright.engine.project import History, Project
from facewright.engine.units import age_in_years

KINDS = {kind: edit for kind, edit in EDITS.items() if not edit.slow}
"""Steps that the command line can add; slow ones have commands of their own."""
DONORS = "HEAD.face|SCAN|NAME"
DONORS_HELP = f"in place of weights: another head's expression, or {', '.join(PRESETS)}"


def declare(commands: Commands) -> None:
    """Add these commands to the parser."""
    command = add_command(
        commands,
        "edit",
        run_edit,
        "add a step of any kind to a head",
        description="Add a step of any kind, as in `edit IN.face OUT.face age --years 70` or "
        "`... expression --weights jawOpen=0.5 mouthSmileLeft=1`; `edit --list` shows kinds and "
        "fields. Numbers that are not given stay as the head has them.",
    )
    command.usage = "facewright-cli edit IN.face OUT.face KIND --FIELD VALUE... | --list"
    command.add_argument("--list", action="store_true", help="show kinds and fields")
    command.add_argument("input", type=Path, nargs="?", metavar="IN.face")
    command.add_argument("output", type=Path, nargs="?", metavar="OUT.face")
    command.add_argument("kind", nargs="?", metavar="KIND")
    command.set_defaults(takes_more=True)

    command = add_command(
        commands, "complete", run_complete, "replace a region by what was most likely there"
    )
    command.add_argument("input", type=Path, metavar="IN.face")
    command.add_argument("output", type=Path, metavar="OUT.face")
    command.add_argument(
        "--region",
        required=True,
        metavar="REGION|MASK",
        help=f"{', '.join(AREAS)}, a region of the head, or a file with a number per vertex",
    )
    command.add_argument(
        "--alternative", type=int, default=0, help="0: the most likely; others are as likely people"
    )
    command.add_argument(
        "--mirror", type=float, default=0.0, help="share taken from the other side, 0 to 1"
    )

    command = add_command(commands, "neutralise", run_neutralise, "take the expression away")
    command.add_argument("input", type=Path, metavar="IN.face")
    command.add_argument("output", type=Path, metavar="OUT.face")

    command = add_command(
        commands,
        "anonymise",
        run_anonymise,
        "put a random person in the place of this one, and leave no trace",
        description="Write a head with another shape, fine form and skin, of the same age. The "
        "file holds nothing of who it was; `edit IN.face OUT.face anonymise` keeps the history.",
    )
    command.add_argument("input", type=Path, metavar="IN.face")
    command.add_argument("output", type=Path, metavar="OUT.face")
    command.add_argument(
        "--seed", type=int, help=f"which random person, 1 to {SEEDS - 1}; without it, any"
    )
    command.add_argument(
        "--drop",
        nargs="+",
        default=(),
        choices=("expression", "sex", "ancestry"),
        help="what is not kept of the person either",
    )


def run_edit(arguments: argparse.Namespace, tools: Tools) -> Report:
    """Add a step, or list what there is."""
    if arguments.list:
        return _listing()
    if arguments.kind is None:
        raise InputError("An edit needs IN.face OUT.face KIND: see facewright-cli edit --list")
    if arguments.kind not in KINDS:
        raise InputError(f"There is no step {arguments.kind}: use one of {', '.join(KINDS)}.")
    edit_type = KINDS[arguments.kind]
    given = _parser(edit_type).parse_args(arguments.more)
    check_output(arguments.output, SUFFIX)
    opened = open_project(arguments.input, tools.models)
    edit = edit_of(edit_type, given, opened.face)
    if getattr(given, "donor", None) is not None:
        return _add(opened, edit, arguments.output, tools, _donor(given.donor, tools))
    report = _add(opened, edit, arguments.output, tools)
    if isinstance(edit, Anonymise):
        line = f"{arguments.output} still holds who it was: use facewright-cli anonymise for none."
        return replace(report, lines=(*report.lines, line))
    return report


def _donor(text: str, tools: Tools) -> Donor:
    """Return the donor of an expression: a file, or a name."""
    path = Path(text)
    return donor_in(path, tools.models, tools.progress) if path.is_file() else named(text)


def run_complete(arguments: argparse.Namespace, tools: Tools) -> Report:
    """Add the step that fills a region, and say how far the truth may be from it."""
    check_output(arguments.output, SUFFIX)
    opened = open_project(arguments.input, tools.models)
    face = opened.face
    edit = Complete(region=arguments.region)
    if arguments.region not in AREAS:
        count = face.mesh.topology.count
        mask = read_mask(arguments.region, face.mesh.topology, count)
        edit = Complete(region=PAINTED, area=mask)
    given = {"alternative": arguments.alternative, "mirror": arguments.mirror}
    for info in fields(Complete):
        if info.name in given:
            _checked(info, given[info.name])
    edit = replace(edit, **given)
    report = _add(opened, edit, arguments.output, tools)
    asked = completion_of(edit, face, tools.models)
    if asked is None:
        return report
    within = asked.within_90(asked.spread())
    data = {**report.data, "vertices": int(asked.seen.sum()), "within_90": within}
    line = f"Nine in ten points of the true skin are expected within {within:.1f} mm."
    return replace(report, data=data, lines=(*report.lines, line))


def run_neutralise(arguments: argparse.Namespace, tools: Tools) -> Report:
    """Add the step that takes the expression away."""
    check_output(arguments.output, SUFFIX)
    return _add(open_project(arguments.input, tools.models), Neutralise(), arguments.output, tools)


def run_anonymise(arguments: argparse.Namespace, tools: Tools) -> Report:
    """Write another person's head with nothing of who it was."""
    check_output(arguments.output, SUFFIX)
    seed = 1 + secrets.randbelow(SEEDS - 1) if arguments.seed is None else arguments.seed
    if not 1 <= seed < SEEDS:
        raise InputError(f"--seed {seed} is outside 1 to {SEEDS - 1}: choose one inside.")
    opened = open_project(arguments.input, tools.models)
    step = Anonymise(
        seed=seed,
        keep_expression="expression" not in arguments.drop,
        keep_sex="sex" not in arguments.drop,
        keep_ancestry="ancestry" not in arguments.drop,
    )
    project = without_trace(Project(edits=(step,)), opened.face, tools.models)
    face = Evaluator(tools.models).face(project)
    save(History.of(project, step.label), arguments.output, tools.models, face=face)
    far = apart(opened.face, face, tools.models)
    data = {
        "output": str(arguments.output),
        "seed": seed,
        "distance": far.millimetres,
        "sigma": far.sigma,
        "strangers_sigma": far.strangers,
        "kept": [
            what for what in ("age", "expression", "sex", "ancestry") if what not in arguments.drop
        ],
    }
    return Report(
        data,
        (
            f"{arguments.output}: another person, seed {seed}",
            f"The faces lie {far.millimetres:.1f} mm apart (mean); the shapes {far.sigma:.1f} "
            f"standard deviations, two strangers {far.strangers:.1f}",
            "The texture is the model's own. Names in the file's own name and notes are yours to "
            "mind.",
        ),
    )


def _add(
    opened: Opened, edit: Edit, output: Path, tools: Tools, donor: Donor | None = None
) -> Report:
    loaded = opened.loaded
    project = loaded.history.project
    if donor is not None:
        step = donor.step
        edit = replace(step, strength=edit.strength, mask=edit.mask)
        project = donor.given_to(project)
    project = project.with_edit(edit)
    face = opened.evaluator.face(project)
    save(loaded.history.commit(edit.label, project), output, tools.models, face=face)
    data = {
        "output": str(output),
        "steps": [step.kind for step in project.edits],
        "subject": asdict(face.subject),
        "expression": dict(face.expression),
        "problems": list(opened.notes),
    }
    return Report(data, (f"{edit.label}: written to {output}", *opened.notes))


def _parser(edit_type: type[Edit]) -> argparse.ArgumentParser:
    """Return the parser of a kind's own fields, made from their declaration."""
    from facewright.engine.cli import Parser

    parser = Parser(prog=f"facewright-cli edit IN.face OUT.face {edit_type.kind}")
    parser.add_argument("--strength", type=float, default=1.0, help="how much of the step arrives")
    parser.add_argument("--mask", help="a region of the head, or a file with a number per vertex")
    if edit_type is Expression:
        parser.add_argument(
            "--from",
            dest="donor",
            metavar=DONORS,
            help=DONORS_HELP,
        )
    for info in fields(edit_type):
        option = f"--{info.name.replace('_', '-')}"
        help = info.help or info.label
        match info.type:
            case "weights":
                parser.add_argument(
                    option, dest=info.name, nargs="+", metavar="NAME=VALUE", help=help
                )
            case "bool":
                action = argparse.BooleanOptionalAction
                parser.add_argument(option, dest=info.name, action=action, help=help)
            case _:
                kind: Callable[[str], Any] = {"float": float, "int": int}.get(info.type, str)
                if isinstance(info.control, Slider) and info.control.unit == "years":
                    kind = age_in_years
                choices = (
                    [value for value, _ in info.control.options]
                    if isinstance(info.control, Choice)
                    else None
                )
                parser.add_argument(option, dest=info.name, type=kind, choices=choices, help=help)
    return parser


def edit_of(edit_type: type[Edit], given: argparse.Namespace, face: Face) -> Edit:
    """Return the edit with the fields given; other numbers are those that the head has.

    Raises
    ------
    InputError
        If a value lies outside its range, or a weight is not NAME=VALUE.
    """
    opening = edit_type.initial(face)
    values: dict[str, Any] = {}
    for info in fields(edit_type):
        value = getattr(given, info.name)
        if value is None:
            if isinstance(info.control, Slider):
                values[info.name] = getattr(opening, info.name)
        elif info.type == "weights":
            values[info.name] = weights_of(value)
        else:
            values[info.name] = _checked(info, value)
    if not 0 <= given.strength <= 1:
        raise InputError(f"--strength {given.strength:g} is outside 0 to 1: choose a value inside.")
    mask = None if given.mask is None else read_mask(given.mask, face.mesh.topology)
    return replace(edit_type(**values), strength=given.strength, mask=mask)


def _checked(info: FieldInfo, value: Any) -> Any:
    control = info.control
    if isinstance(control, Slider) and not control.low <= value <= control.high:
        unit = f" {control.unit}" if control.unit else ""
        raise InputError(
            f"--{info.name.replace('_', '-')} {value:g} is outside {control.low:g} to "
            f"{control.high:g}{unit}: choose a value inside."
        )
    return value


def _listing() -> Report:
    kinds = []
    lines = []
    for kind, edit_type in KINDS.items():
        kinds.append(
            {
                "kind": kind,
                "label": edit_type.label,
                "summary": (edit_type.__doc__ or "").split("\n")[0],
                "fields": [_field_data(info) for info in fields(edit_type)],
            }
        )
        lines.append(f"{kind}: {kinds[-1]['summary']}")
        lines += [f"    {_field_line(info)}" for info in fields(edit_type)]
        if edit_type is Expression:
            lines.append(f"    --from {DONORS}: {DONORS_HELP}")
    lines.append("every kind: --strength NUMBER, --mask REGION|FILE")
    return Report({"kinds": kinds}, tuple(lines))


def _field_data(info: FieldInfo) -> dict[str, Any]:
    data: dict[str, Any] = {"name": info.name, "type": info.type, "label": info.label}
    control = info.control
    if isinstance(control, Slider):
        data.update(low=control.low, high=control.high, unit=control.unit)
    elif isinstance(control, Choice):
        data["choices"] = [value for value, _ in control.options]
    elif isinstance(control, AxisSliders):
        data.update(model=control.model, groups=list(control.groups))
    if info.type in ("float", "int", "bool", "str"):
        data["default"] = info.default
    return data


def _field_line(info: FieldInfo) -> str:
    option = f"--{info.name.replace('_', '-')}"
    control = info.control
    if isinstance(control, Slider):
        unit = f" {control.unit}" if control.unit else ""
        return f"{option} {control.low:g} to {control.high:g}{unit}: {control.help}"
    if isinstance(control, Choice):
        return f"{option} {'|'.join(value for value, _ in control.options)}"
    if isinstance(control, Switch):
        return f"{option} or --no-{option[2:]}"
    if isinstance(control, AxisSliders):
        return f"{option} NAME=VALUE...: axes of {', '.join(control.groups)} in {control.model}"
    return option
