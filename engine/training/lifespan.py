"""Train the life-span head model from ICT-FaceKit and MakeHuman; no random numbers."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from facewright.engine.arrays import DoubleArray
from facewright.engine.assets import ASSETS
from facewright.engine.geometry.normals import vertex_areas
from facewright.engine.models import eyes
from facewright.engine.models.agescale import YOUNG, AgeScale
from facewright.engine.models.eyes import GAZE, Ball
from facewright.engine.models.lifespan import WEIGHTS, LifespanModel
from facewright.engine.models.lifespan_axes import ARKIT
from facewright.engine.models.rig import load_handles
from facewright.engine.models.template import Template, load_template
from facewright.engine.training import directions, evaluation, mouth, norms, registering
from facewright.engine.training.calibration import Means, calibrate
from facewright.engine.training.contacts import (
    close_lids,
    joined,
    lid_pairs,
    lip_contacts,
    slide_lids,
)
from facewright.engine.training.evaluation import Measured, transfer_errors
from facewright.engine.training.growth import grow
from facewright.engine.training.lifespan_card import CARD, draft
from facewright.engine.training.measures import inner_eye_middle
from facewright.engine.training.registering import Registered
from facewright.engine.training.sources import data_folder, load_facekit, load_makehuman

MODEL = Path("models") / "lifespan" / "1.0.0"
CARD_FILE = "card.json"
NODE_YEARS = (
    (0.0, 0.0), (0.5, 0.18), (1.0, 0.32), (3.0, 0.64), (5.0, 0.84), (8.0, 1.05), (12.0, 1.4),
    (16.0, 1.8), (19.0, 2.0), (30.0, 2.0), (38.0, 2.27), (45.0, 2.386), (52.0, 2.473),
    (60.0, 2.56), (70.0, 2.665), (80.0, 2.783), (90.0, 3.0),
)  # fmt: skip
"""Years and place on the axis baby 0, child 1, young 2, old 3."""
KNOT_YEARS = (0.0, 0.25, 0.5, 1.0, 2.0, 3.0, 5.0, 10.0, 14.0, 18.0, 30.0, 45.0, 60.0, 75.0, 90.0)
_PLACES = 5
"""Decimals of a millimetre that are written: what rounding adds differs between processors."""
ADULT = 30.0
"""Years of the head whose lids meet in a blink and slide on its eyes."""
FACE, EARS, ELSEWHERE = 1.0, 0.25, 0.1
"""How much a vertex counts when directions are told apart."""


@dataclass(frozen=True, eq=False)
class Trained:
    """The arrays of the model, and what its evaluation needs besides."""

    arrays: dict[str, NDArray[Any]]
    registered: Registered
    identity: DoubleArray


def run(data: Path | None, out: Path | None) -> str:
    """Train and write weights and card; the target `lifespan` of `facewright-train`."""
    from safetensors.numpy import save

    folder = (out or ASSETS) / MODEL
    template = load_template()
    trained = train(template, data_folder(data))
    content = save(trained.arrays)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / WEIGHTS).write_bytes(content)
    digest = hashlib.sha256(content).hexdigest()
    model = LifespanModel(trained.arrays, draft(), template)
    card = {**CARD, "files": {WEIGHTS: digest}, "measured": measured(model, trained)}
    (folder / CARD_FILE).write_text(json.dumps(card, indent=2) + "\n", encoding="utf-8")
    return f"{len(content) / 1e6:.1f} MB, sha256 {digest[:12]}"


def measured(model: LifespanModel, trained: Trained) -> dict[str, str]:
    """Return what the card says that was measured, each with its protocol."""
    neutral, *samples = transfer_errors(trained.registered, trained.identity)
    rows = evaluation.against_norms(model)
    off = max(abs(found - norm) for _, _, norm, found in evaluation.circumferences(model))
    return {
        "Distance from ICT-FaceKit's neutral face to the template registered to it, face area": (
            f"median {neutral.median:.3f} mm, 95 % {neutral.p95:.3f} mm"
        ),
        f"The same of {len(samples)} random ICT identities, worst of them": (
            f"median {max(s.median for s in samples):.3f} mm, "
            f"95 % {max(s.p95 for s in samples):.3f} mm"
        ),
        "Mean heads against the norms that they were fitted to, distances at 1 to 30 years, by "
        "sex": _share([row for row in rows if row.fitted]),
        "The same, each measure's worst, in published sd": ", ".join(
            f"{code} {worst.z:+.1f}" for code, worst in _worst(rows).items()
        ),
        "Mean heads against norms that were held out: second sources, wings of the nose, "
        "angles": _share([row for row in rows if not row.fitted]),
        "Mean heads against published head circumference, 0 to 30 years, by sex, worst": (
            f"{off:.1f} mm"
        ),
    }


def _share(rows: Sequence[Measured]) -> str:
    within = sum(abs(row.z) <= 1 for row in rows)
    worst = max(rows, key=lambda row: abs(row.z))
    return (
        f"{within} of {len(rows)} within one published sd, root mean square "
        f"{np.sqrt(np.mean([row.z**2 for row in rows])):.2f}, worst {worst.code} at "
        f"{worst.age:g} years, {worst.z:+.1f}"
    )


def _worst(rows: Iterable[Measured]) -> dict[str, Measured]:
    """Return the fitted norm of each measure that its mean heads miss most."""
    found: dict[str, Measured] = {}
    for row in rows:
        if row.fitted and abs(row.z) >= abs(found.get(row.code, row).z):
            found[row.code] = row
    return found


def train(template: Template, data: Path) -> Trained:
    """Return the trained model."""
    makehuman, kit = load_makehuman(data), load_facekit(data)
    registered = registering.load(template, kit)
    count = template.coarse.count
    fine = mouth.mend(template, registered.fine - inner_eye_middle(registered.fine[:count]))
    young = fine[:count]
    lips = lip_contacts(template, young)
    lids = np.concatenate([lid_pairs(template, side) for side in "lr"])
    growth = grow(makehuman, template, young, np.concatenate([lips, lids]))
    identity = directions.identity(registered)
    weight = importance(template, young)
    detail, asymmetry = (
        joined(template, young, shapes, lips)
        for shapes in directions.details(makehuman, template, identity, weight)
    )
    layer = relief(template, fine, growth.maps)
    scale = AgeScale(timing(young, template))
    people = np.stack(
        [
            joined(template, mean, ways, lips)
            for mean, ways in zip(
                growth.means,
                directions.populations(makehuman, template, growth.means),
                strict=True,
            )
        ]
    )
    start = Means(blended(growth.means, scale), people[:, 0])
    means = calibrate(template, start, growth.means, layer, scale, norms.targets())
    people[:, 0] = means.sex
    expression = directions.expressions(registered)
    adult = means.knots[KNOT_YEARS.index(ADULT)]
    for side, name in (("l", "Left"), ("r", "Right")):
        row = ARKIT.index(f"eyeBlink{name}")
        expression[row] = close_lids(template, adult, expression[row], side)
        ball = eyeball(template, adult, layer, side)
        for row in (ARKIT.index(f"eyeLook{way}{name}") for way in GAZE):
            expression[row] = slide_lids(adult, expression[row], ball)
    half = np.float16
    arrays = {
        **timing(young, template),
        "young": young.round(_PLACES).astype(np.float32),
        "maps": np.delete(growth.maps, YOUNG, axis=0).astype(half),
        "lips": lips,
        "lids": lids,
        "relief": layer.astype(half),
        "means": means.knots.round(_PLACES).astype(np.float32),
        "directions": people.astype(half),
        "identity": identity.astype(half),
        "detail": detail.astype(half),
        "asymmetry": asymmetry.astype(half),
        "expression": expression.astype(half),
    }
    # Adding nothing makes -0 to 0, which of the two it is being up to the processor.
    whole = {
        name: np.ascontiguousarray(array + array.dtype.type(0)) for name, array in arrays.items()
    }
    return Trained(whole, registered, whole["identity"].astype(np.float64))


def eyeball(template: Template, adult: DoubleArray, layer: DoubleArray, side: str) -> Ball:
    """Return the eyeball of a coarse adult head; `layer` is its relief at each node."""
    fine = (template.lift @ adult + layer[YOUNG]).astype(np.float32)
    handles = load_handles()
    return eyes.fit(fine[handles[f"rim_{side}"]], fine[handles[f"front_{side}"]], ADULT)


def timing(young: DoubleArray, template: Template) -> dict[str, NDArray[Any]]:
    """Return the tables that `AgeScale` reads."""
    return {
        "knot_years": np.array(KNOT_YEARS, np.float32),
        "node_years": np.array(NODE_YEARS, np.float32),
        "size_years": norms.sizes(young, template).astype(np.float32),
    }


def importance(template: Template, young: DoubleArray) -> DoubleArray:
    """Return how much each coarse vertex counts, `(V,)`: its area, most of all in the face."""
    regions = template.coarse.regions
    weight = np.maximum(FACE * regions["face"], EARS * regions["ears"])
    weight = np.maximum(weight, ELSEWHERE) * (1.0 - regions["inner"])
    return np.asarray(weight * vertex_areas(young, template.coarse.faces))


def relief(template: Template, fine: DoubleArray, maps: DoubleArray) -> DoubleArray:
    """Return what the fine young head adds to the lifted coarse one, at each node.

    It turns and scales with the surface around it.
    """
    count, faces = template.coarse.count, template.coarse.faces
    residual = fine - template.lift @ fine[:count]
    spread = np.zeros((len(maps), count, 9))
    number = np.bincount(faces.ravel(), minlength=count)[:, None]
    for node, field in enumerate(maps):
        for corner in range(3):
            np.add.at(spread[node], faces[:, corner], field.reshape(-1, 9))
        spread[node] /= number
    local = np.stack([template.lift @ field for field in spread]).reshape(len(maps), -1, 3, 3)
    return np.asarray(np.einsum("kvij,vj->kvi", local, residual))


def blended(means: DoubleArray, scale: AgeScale) -> DoubleArray:
    """Return the nodes' means blended at each knot, `(N, V, 3)`."""
    weights = np.stack([scale.at(age).nodes for age in KNOT_YEARS])
    return np.tensordot(weights, means, 1)
