"""`models carry`: heads between our template and a model that was imported."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np

from facewright.engine.arrays import FloatArray
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
from facewright.engine.files.project import SUFFIX
from facewright.engine.mesh import Mesh
from facewright.engine.models.external.imported import Imported

NUMBERS, MESH = ".json", ".ply"


def declare(actions: Commands) -> None:
    """Add the command to `models`."""
    action = add_command(
        actions,
        "carry",
        run_carry,
        "carry a head to an imported model, or back",
        description=f"From IN{SUFFIX} to the model: OUT{NUMBERS} gets its coefficients, OUT{MESH} "
        f"its own mesh of them. From IN{NUMBERS} of such coefficients: OUT{MESH} gets the head in "
        "our template, in the head frame. The first time, the model's mean is registered to our "
        "template, which takes some seconds.",
    )
    action.add_argument("input", type=Path, metavar="IN")
    action.add_argument("output", type=Path, metavar="OUT")
    action.add_argument("--model", required=True, metavar="MODEL", help="one that was imported")
    action.add_argument(
        "--on-to",
        metavar="MODEL",
        help="go on through an imported map, as from an INCRAN head to its skull",
    )


def run_carry(arguments: argparse.Namespace, tools: Tools) -> Report:
    """Carry a head to another model, or another model's head to our template."""
    check_output(arguments.output)
    if arguments.output.suffix.lower() not in (NUMBERS, MESH):
        raise InputError(f"{arguments.output.name} should end in {NUMBERS} or {MESH}.")
    if arguments.input.suffix.lower() == NUMBERS:
        return _back(arguments, tools)
    from facewright.engine.models.external.regressor import imported, load_regressor
    from facewright.engine.scans.template_map import template_map

    face = open_project(arguments.input, tools.models).face
    skin = tools.models.rig().pose(face).skin
    found = template_map(arguments.model, tools.models, tools.progress)
    model, coefficients = found.model, found.coefficients(skin)
    likeness = found.head(model.instance(coefficients))
    apart = _apart(likeness, skin)
    if arguments.on_to is not None:
        target = imported(arguments.on_to, tools.models)
        regressor = load_regressor(arguments.model, arguments.on_to, tools.models)
        model, coefficients = target, regressor.carry(coefficients, model, target)
    data = _told(model, coefficients)
    if arguments.output.suffix.lower() == NUMBERS:
        _write(json.dumps(data, indent=2).encode(), arguments.output)
    else:
        _write_mesh(model.instance(coefficients), arguments.output, model.card.id)
    data |= {"output": str(arguments.output), "likeness": apart}
    return Report(
        data,
        (
            f"Written to {arguments.output}: {len(coefficients)} coefficients of {model.card.id}",
            f"The nearest head of {arguments.model} lies {apart:.2f} mm from this one (mean)",
        ),
    )


def _back(arguments: argparse.Namespace, tools: Tools) -> Report:
    from facewright.engine.scans.template_map import template_map

    if arguments.output.suffix.lower() != MESH or arguments.on_to is not None:
        raise InputError(f"Coefficients become a mesh: write to {MESH}, without --on-to.")
    found = template_map(arguments.model, tools.models, tools.progress)
    coefficients = _read(arguments.input, found.model)
    _write_mesh(found.head(found.model.instance(coefficients)), arguments.output, "head frame")
    data = {"output": str(arguments.output), "model": arguments.model}
    return Report(data, (f"Written to {arguments.output}, in our template",))


def _told(model: Imported, coefficients: FloatArray) -> dict[str, Any]:
    """Return coefficients in the units of our axes, and as the model's own programs count them."""
    names = [axis.name for axis in model.axes]
    return {
        "model": model.card.id,
        "version": model.card.version,
        "coefficients": dict(zip(names, (float(value) for value in coefficients), strict=True)),
        "latents": model.latents(coefficients).tolist(),
    }


def _read(path: Path, model: Imported) -> FloatArray:
    """Return the coefficients in a file that this command wrote, by the names of the axes."""
    rows = {axis.name: row for row, axis in enumerate(model.axes)}
    result = np.zeros(len(rows), dtype=np.float32)
    with reading(path, "coefficients", "models carry") as found:
        for name, value in found["coefficients"].items():
            if name not in rows:
                raise InputError(f"{path.name} names an axis {name[:40]} that the model lacks.")
            result[rows[name]] = float(value)
    if not np.isfinite(result).all():
        raise InputError(f"{path.name} has coefficients that are not finite.")
    return result


def _apart(likeness: Mesh, skin: Mesh) -> float:
    """Return the mean distance of two heads on the face, in mm, after rigid alignment."""
    from facewright.engine.measure.comparison import compare

    summary = compare(likeness, skin, align=True).summary
    return float(summary["regions"].get("face", summary)["mean"])


def _write_mesh(mesh: Mesh, path: Path, frame: str) -> None:
    from facewright.engine.files.export import ply_bytes

    _write(ply_bytes(mesh, frame), path)


def _write(content: bytes, path: Path) -> None:
    with written(path) as temporary:
        temporary.write_bytes(content)
