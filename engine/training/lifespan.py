"""Train the life-span head model from ICT-FaceKit and MakeHuman; no random numbers."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from facewright.engine.arrays import DoubleArray
from facewright.engine.geometry.normals import vertex_areas
from facewright.engine.models.agescale import AgeScale
from facewright.engine.models.lifespan import WEIGHTS
from facewright.engine.models.lifespan_axes import ARKIT
from facewright.engine.models.template import ASSETS, Template, load_template
from facewright.engine.training import directions, norms
from facewright.engine.training.calibration import Means, calibrate
from facewright.engine.training.contacts import close_lids, joined, lid_pairs, lip_contacts
from facewright.engine.training.growth import grow
from facewright.engine.training.measures import inner_eye_middle
from facewright.engine.training.registering import register
from facewright.engine.training.sources import data_folder, load_facekit, load_makehuman

MODEL = Path("models") / "lifespan" / "1.0.0"
NODE_YEARS = (
    (0.0, 0.0), (0.5, 0.18), (1.0, 0.32), (3.0, 0.64), (5.0, 0.84), (8.0, 1.05), (12.0, 1.4),
    (16.0, 1.8), (19.0, 2.0), (30.0, 2.0), (45.0, 2.28), (60.0, 2.55), (90.0, 3.0),
)  # fmt: skip
"""Years and place on the axis baby 0, child 1, young 2, old 3."""
KNOT_YEARS = (0.0, 0.25, 0.5, 1.0, 2.0, 3.0, 5.0, 10.0, 14.0, 18.0, 30.0, 45.0, 60.0, 75.0, 90.0)
FACE, EARS, ELSEWHERE = 1.0, 0.25, 0.1
"""How much a vertex counts when directions are told apart."""


def run(data: Path | None, out: Path | None) -> str:
    """Train and write weights and card; the target `lifespan` of `facewright-train`."""
    from safetensors.numpy import save

    folder = (out or ASSETS.parent) / MODEL
    arrays = train(load_template(), data_folder(data))
    content = save({name: np.ascontiguousarray(array) for name, array in arrays.items()})
    folder.mkdir(parents=True, exist_ok=True)
    (folder / WEIGHTS).write_bytes(content)
    digest = hashlib.sha256(content).hexdigest()
    card = {**CARD, "files": {WEIGHTS: digest}}
    (folder / "card.json").write_text(json.dumps(card, indent=2) + "\n", encoding="utf-8")
    return f"{len(content) / 1e6:.1f} MB, sha256 {digest[:12]}"


def train(template: Template, data: Path) -> dict[str, NDArray[Any]]:
    """Return the arrays of the model."""
    makehuman, kit = load_makehuman(data), load_facekit(data)
    registered = register(template, kit)
    count = template.coarse.count
    fine = registered.fine - inner_eye_middle(registered.fine[:count])
    young = fine[:count]
    lips = lip_contacts(template, young)
    contacts = np.concatenate([lips, *(lid_pairs(template, side) for side in "lr")])
    growth = grow(makehuman, template, young, contacts)
    identity = joined(template, young, directions.identity(registered), lips)
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
    means = calibrate(template, start, growth.means, layer, scale, norms.norms())
    people[:, 0] = means.sex
    expression = directions.expressions(registered)
    adult = means.knots[KNOT_YEARS.index(30.0)]
    for name, side in (("eyeBlinkLeft", "l"), ("eyeBlinkRight", "r")):
        row = ARKIT.index(name)
        expression[row] = close_lids(template, adult, expression[row], side)
    half = np.float16
    return {
        **timing(young, template),
        "young": young.astype(np.float32),
        "maps": np.delete(growth.maps, 2, axis=0).astype(half),
        "contacts": contacts,
        "relief": layer.astype(half),
        "means": means.knots.astype(np.float32),
        "directions": people.astype(half),
        "identity": identity.astype(half),
        "detail": detail.astype(half),
        "asymmetry": asymmetry.astype(half),
        "expression": expression.astype(half),
    }


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


CARD = {
    "id": "lifespan",
    "version": "1.0.0",
    "title": "Life-span head",
    "summary": (
        "A head from birth to 90 years: identity, sex, ancestry, local detail, asymmetry and "
        "the 52 ARKit expressions, linear at every age."
    ),
    "licence": "MIT (ICT-FaceKit's shapes), CC0 (MakeHuman's)",
    "sources": [
        "USC ICT-FaceKit light model, MIT licence: neutral head, 100 identity and 57 "
        "expression shapes from light-stage scans of adults",
        "MakeHuman base mesh and targets, CC0: topology, growth, sex, ancestry and face details",
    ],
    "population": (
        "Adults as in ICT-FaceKit's light-stage scans (their ages, sexes and ancestries are not "
        "published); ages, sexes and ancestries from MakeHuman's sculpted averages, calibrated "
        "on published norms of mostly European populations."
    ),
    "not_trained_on": [
        "No scan of an infant, a child or an old person: their shapes are adults' identity "
        "carried through MakeHuman's growth and calibrated on head circumference and norms",
        "No craniofacial condition, no injury, no surgery",
        "No hair, no teeth",
    ],
    "measured": {},
}
