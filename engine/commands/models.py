"""`models` and `sample`: what there is to draw people from."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np

from facewright.engine.commands import carrying
from facewright.engine.commands.base import (
    Commands,
    Report,
    Tools,
    add_command,
    check_output,
    weights_of,
    years,
)
from facewright.engine.edits.from_model import FromModel
from facewright.engine.edits.start import Start
from facewright.engine.errors import InputError
from facewright.engine.face import Weights
from facewright.engine.files.project import SUFFIX, save
from facewright.engine.models.base import ModelCard
from facewright.engine.models.store import loader_of
from facewright.engine.project import History, Project

MOST = 10_000


def declare(commands: Commands) -> None:
    """Add these commands to the parser."""
    command = add_command(commands, "sample", run_sample, "random people, one file each")
    command.add_argument("model", metavar="MODEL", help="a model's id, as lifespan")
    command.add_argument("-n", "--number", type=int, default=1, metavar="N", help="how many: 1")
    command.add_argument(
        "--seed", type=int, default=0, metavar="S", help="another one draws other people"
    )
    command.add_argument("--age", type=years, metavar="YEARS", help="all of one age")
    command.add_argument(
        "-o", "--output", type=Path, required=True, metavar="DIR", help="made where missing"
    )

    command = add_command(
        commands, "models", run_list, "the models: list, info, fetch, import, head, carry, remove"
    )
    actions = command.add_subparsers(
        dest="action", metavar="list|info|fetch|import|head|carry|remove"
    )
    action = add_command(actions, "list", run_list, "the models that are here")
    action = add_command(actions, "info", run_card, "a model's card")
    action.add_argument("model", metavar="MODEL")
    action = add_command(actions, "fetch", run_fetch, "fetch what is not shipped")
    action.add_argument(
        "model", nargs="?", default="mediapipe", metavar="MODEL", help="mediapipe (default)"
    )
    action.add_argument(
        "--wheel", type=Path, metavar="FILE", help="the pinned wheel, got by other means"
    )
    action = add_command(
        actions,
        "import",
        run_import,
        "bring in somebody else's model",
        description="Read INFACE or INCRAN (.h5), FLAME (.npz or .pkl), a Basel Face Model (.mat "
        "or .h5) or a folder of ICT-FaceKit, and keep it in your own cache under your own "
        "licence. Nothing in the file is executed. A .json is a linear map between two models "
        "that were imported before, such as INCRAN's from head to skull: name them with --from "
        "and --to.",
    )
    action.add_argument("file", type=Path, metavar="FILE")
    action.add_argument("--from", dest="source", metavar="MODEL", help="where a map begins")
    action.add_argument("--to", dest="target", metavar="MODEL", help="where a map ends")
    action = add_command(
        actions,
        "head",
        run_head,
        "a head of an imported model, as a project that every step can go on from",
        description="The first time, the model's mean is registered to our template, which takes "
        "some seconds.",
    )
    action.add_argument("model", metavar="MODEL", help="one that was imported")
    action.add_argument("output", type=Path, metavar="OUT.face")
    action.add_argument("--weights", nargs="+", metavar="NAME=VALUE", help="of the model's axes")
    action.add_argument("--seed", type=int, help="a random person; weights given go on top")
    action = add_command(actions, "remove", run_remove, "delete an imported model from the cache")
    action.add_argument("model", metavar="MODEL")
    carrying.declare(actions)


def run_head(arguments: argparse.Namespace, tools: Tools) -> Report:
    """Write a head of an imported model."""
    from facewright.engine.evaluator import Evaluator
    from facewright.engine.scans.foreign_heads import person_of
    from facewright.engine.scans.template_map import template_map

    check_output(arguments.output, SUFFIX)
    given = weights_of(arguments.weights) if arguments.weights else {}
    if arguments.seed is not None and arguments.seed < 0:
        raise InputError("--seed must not be negative: use 0 or more.")
    model = template_map(arguments.model, tools.models, tools.progress).model
    drawn = {} if arguments.seed is None else person_of(model, arguments.seed)
    step = FromModel(
        model=model.card.id, version=model.card.version, weights=Weights({**drawn, **given})
    )
    references = tuple(tools.models.reference(id) for id in step.models)
    project = Project(edits=(step,), models=references)
    face = Evaluator(tools.models).face(project)
    save(History.of(project, model.card.title), arguments.output, tools.models, face=face)
    data = {
        "output": str(arguments.output),
        "model": model.card.id,
        "weights": dict(step.weights),
        "expression": dict(face.expression),
    }
    line = f"Written to {arguments.output}: {model.card.title}. {model.card.licence}"
    return Report(data, (line,))


def run_remove(arguments: argparse.Namespace, tools: Tools) -> Report:
    """Delete an imported model."""
    card = tools.models.remove(arguments.model)
    data = {"id": card.id, "version": card.version}
    line = f"{card.id} {card.version} is deleted; heads that were saved from it still open."
    return Report(data, (line,))


def run_sample(arguments: argparse.Namespace, tools: Tools) -> Report:
    """Write random people as projects whose first step can still be changed."""
    if not 1 <= arguments.number <= MOST:
        raise InputError(f"-n {arguments.number} is outside 1 to {MOST}: draw fewer people.")
    if arguments.seed < 0:
        raise InputError("--seed must not be negative: use 0 or more.")
    model = tools.models.get(arguments.model)
    reference = tools.models.reference(arguments.model)
    if arguments.model != "lifespan":
        raise InputError(
            f"{model.card.title} is sampled one by one: use facewright-cli models head "
            f"{arguments.model} OUT{SUFFIX} --seed S."
        )
    lifespan = tools.models.lifespan()
    folder: Path = arguments.output
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"{folder} cannot be made ({error.strerror}): choose another.") from error
    people = []
    width = len(str(arguments.number))
    rng = np.random.default_rng(arguments.seed)
    drawn = lifespan.sample(rng, arguments.number, age=arguments.age)
    seeds = rng.choice(2**31 - 2, arguments.number, replace=False) + 1
    for index, (row, seed) in enumerate(zip(drawn, seeds, strict=True)):
        tools.progress(index / arguments.number, "Drawing people")
        african, asian = (float(share) for share in row[lifespan.groups["ancestry"]])
        start = Start(
            age=float(row[lifespan.groups["age"]][0]),
            sex=float(row[lifespan.groups["sex"]][0]),
            african=african,
            asian=asian,
            seed=int(seed),
        )
        path = folder / f"{arguments.model}-{index + 1:0{width}d}{SUFFIX}"
        project = Project(edits=(start,), models=(reference,))
        save(History.of(project, "Model head"), path, tools.models)
        people.append({"file": str(path), "age": start.age, "sex": start.sex, "seed": start.seed,
                       "african": african, "asian": asian})  # fmt: skip
    return Report({"people": people}, (f"{len(people)} people written to {folder}",))


def run_list(arguments: argparse.Namespace, tools: Tools) -> Report:
    """List the models that are here, and what can be fetched."""
    cards = tools.models.cards()
    fetched = tools.models.fetched()
    data = {
        "models": [{"id": c.id, "version": c.version, "title": c.title} for c in cards],
        "fetch": [{"id": "mediapipe", "here": fetched}],
    }
    state = "here" if fetched else "not here: facewright-cli models fetch mediapipe"
    lines = [f"{card.id} {card.version}: {card.title}" for card in cards]
    return Report(data, (*lines, f"mediapipe: networks that find faces ({state})"))


def run_card(arguments: argparse.Namespace, tools: Tools) -> Report:
    """Show a model's card and axes."""
    card, reference = _card(arguments.model, tools), tools.models.reference(arguments.model)
    data: dict[str, Any] = {
        "id": card.id,
        "version": card.version,
        "sha256": reference.sha256,
        "title": card.title,
        "summary": card.summary,
        "licence": card.licence,
        "sources": list(card.sources),
        "population": card.population,
        "not_trained_on": list(card.not_trained_on),
        "measured": dict(card.measured),
    }
    lines = [
        f"{card.title} ({card.id} {card.version}), {card.licence}",
        card.summary,
        f"Sources: {'; '.join(card.sources)}",
        f"Population: {card.population}",
        f"Not trained on: {'; '.join(card.not_trained_on)}",
        *(f"{what}: {value}" for what, value in card.measured.items()),
    ]
    if loader_of(card) is not None:
        axes = tools.models.get(card.id).axes
        data["axes"] = [
            {"name": a.name, "group": a.group, "unit": a.unit, "low": a.low, "high": a.high}
            for a in axes
        ]
        groups = dict.fromkeys(axis.group for axis in axes)
        counts = (f"{group} {sum(axis.group == group for axis in axes)}" for group in groups)
        lines.append(f"Axes: {', '.join(counts)}")
    return Report(data, tuple(lines))


def _card(id: str, tools: Tools) -> ModelCard:
    cards = [card for card in tools.models.cards() if card.id == id]
    if not cards:
        known = ", ".join(sorted({card.id for card in tools.models.cards()}))
        raise InputError(f"There is no model {id}: use one of {known}.")
    return cards[-1]


def run_import(arguments: argparse.Namespace, tools: Tools) -> Report:
    """Bring in somebody else's model, or a map between two of them."""
    path: Path = arguments.file
    ends = (arguments.source, arguments.target)
    if path.suffix.lower() == ".json":
        if None in ends:
            raise InputError(f"{path.name} is a map: name its models with --from and --to.")
        from facewright.engine.models.external.regressor import keep_regressor

        keep_regressor(path, *ends, tools.models)
        data: dict[str, Any] = {"from": ends[0], "to": ends[1]}
        return Report(data, (f"{path.name} leads from {ends[0]} to {ends[1]}",))
    if ends != (None, None):
        raise InputError("--from and --to go with a .json map alone: leave them out.")
    card = tools.models.import_model(path, tools.progress)
    data = {"id": card.id, "version": card.version, "title": card.title, "licence": card.licence}
    return Report(data, (f"{card.id} {card.version}: {card.title}", card.summary, card.licence))


def run_fetch(arguments: argparse.Namespace, tools: Tools) -> Report:
    """Fetch the networks that find faces: the only command that uses the network."""
    tools.models.fetch(arguments.model, tools.progress, arguments.wheel)
    return Report({"fetched": arguments.model}, (f"{arguments.model} is ready",))
