"""`facewright-train inface`: INFACE's shape models of our own people, with cards.

For infants, and for all ages: the autoencoder of section 2.1 with 128 latents and the
disentangled model of section 2.2 with 32, 64 and 1. What they are taught is drawn from the
life-span head (`scan_sets`), so they know nothing that it does not know.

What comes out for all ages with latents apart does not ship: one number cannot hold growing up and
growing old, and what it leaves goes to the expression. It leaves 1.24 mm of others (the autoencoder
0.69), faces made neutral by it are 2.2 mm off (1.6 untouched), and ages 188 months (the mean age
252).
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from facewright.engine.arrays import FloatArray
from facewright.engine.assets import ASSETS
from facewright.engine.geometry.arap import Arap
from facewright.engine.models.autoencoder import ENCODERS, WEIGHTS, Autoencoder
from facewright.engine.models.lifespan import LifespanModel
from facewright.engine.models.people import SEEDS
from facewright.engine.models.store import ModelStore, read_card
from facewright.engine.training import codes_figure
from facewright.engine.training.autoencoders import train
from facewright.engine.training.components import Components
from facewright.engine.training.disentangling import (
    CrossAndSelf,
    Quadruplets,
    Transforms,
    disentangled,
)
from facewright.engine.training.factors import Factors
from facewright.engine.training.inface_card import card
from facewright.engine.training.left import Left
from facewright.engine.training.lessons import Lessons
from facewright.engine.training.networks import Schedule, arrays, fit
from facewright.engine.training.scan_sets import MONTHS, TEST, ScanSet, collect
from facewright.engine.training.separation import Disentangled, separation

STATE = Path("build") / "inface"
"""Where training stands, to be resumed."""
VERSION, CARD = "1.0.0", "card.json"
LATENTS, RANK = 128, 256
PEOPLE, SCANS, TAUGHT_BASIS = 2400, 8400, 4000
"""People and scans that teach; scans whose components the networks stand on."""
VALIDATED = 0.05
SHAPE = Schedule(epochs=40, batch=32, rate=2e-5, patience=3)
APART = Schedule(epochs=20, batch=16, rate=1e-4, patience=5, sparing=0.0)
HOLD = 0.5
"""How much a bent scan keeps to what the decoder says (`Arap`)."""


@dataclass(frozen=True)
class Population:
    """Whom a pair of models is for."""

    id: str
    title: str
    adult: bool
    years: float
    who: str


POPULATIONS = (
    Population(
        "infants", "Infants", False, MONTHS / 12, "infants, first seen at 9 +- 6 months of age"
    ),
    Population("ages", "All ages", True, 25.0, "people from birth to 90 years"),
)


def run(data: Path | None, out: Path | None) -> str:
    """Train the models of both populations; the target `inface` of `facewright-train`."""
    del data  # people are drawn from the shipped head
    model = ModelStore().lifespan()
    return "; ".join(_both(model, population, out or ASSETS) for population in POPULATIONS)


def _both(model: LifespanModel, population: Population, out: Path) -> str:
    """Train and write both models of a population."""
    scans = collect(model, SEEDS["training"][:PEOPLE], SCANS, adult=population.adult)
    taught, others = scans.split(VALIDATED)
    asked = collect(model, SEEDS["test"][:TEST], TEST, damaged=False, adult=population.adult)
    chosen = np.random.default_rng(0).permutation(len(taught))[:TAUGHT_BASIS]
    basis = Components.of(taught.vertices[chosen], RANK)
    seen = model.template.visible[model.template.subset]
    lessons, validation = (Lessons(s, basis, judged=seen) for s in (taught, others))

    def left(found: FloatArray) -> Left:
        return Left.of(found, asked.truth, model.template.coarse_face)

    c = model.defaults
    c[0] = population.years
    neutral = model.vertices(c)
    relief = neutral - model.template.lift @ neutral[model.template.subset]
    state = STATE / population.id
    state.mkdir(parents=True, exist_ok=True)

    shape = train(
        lessons, validation, basis, LATENTS, SHAPE, checkpoint=state / "shape.pt", progress=_told
    )
    figures = {
        f"{TEST} other {population.who}, nothing lost, mean distance in the face": str(
            left(shape.rebuilt(asked.vertices))
        ),
        f"The same, {LATENTS} principal components of {len(chosen)} of the scans": str(
            left(basis.rebuilt(asked.vertices, LATENTS))
        ),
        "The same, the mean head": str(
            left(np.broadcast_to(taught.truth.mean(axis=0), asked.truth.shape))
        ),
    }
    _write(out, population, "", ("encoder",), shape.networks, basis, taught, relief, figures)

    nets = _apart(lessons, validation, taught, others, basis, model, state / "apart.pt")
    trained = Disentangled(nets, basis)
    found = separation(trained, model, taught, asked, neutral[model.template.subset])
    told = {
        "Reconstruction": f"{found.rebuilt}; the mean head {found.average}",
        "With another's expression, against the person making it": (
            f"{found.worn}; left as it is {found.unworn}"
        ),
        "Made neutral, against the person at rest": (
            f"{found.rested}; left as it is {found.unrested}"
        ),
        "Identity read again after another expression": (
            f"moves the face by {found.drift_by_expression}"
        ),
        "Identity read again after the age moved by one sd": (
            f"moves the face by {found.drift_by_age}"
        ),
        "Age": (
            f"{found.months:.1f} months off on average; the mean age {found.months_guessed:.1f}"
        ),
    }
    figures = {f"{name} ({TEST} other {population.who}, face)": line for name, line in told.items()}
    folder = _write(out, population, "-apart", ENCODERS, nets, basis, taught, relief, figures)
    _pictured(folder, model, population)
    return f"{population.id}: {left(shape.rebuilt(asked.vertices))}, {found.rebuilt}"


def _apart(
    lessons: Lessons,
    validation: Lessons,
    taught: ScanSet,
    others: ScanSet,
    basis: Components,
    model: LifespanModel,
    checkpoint: Path,
) -> nn.ModuleDict:
    """Return the trained networks of the disentangled model."""
    torch.manual_seed(0)
    nets = disentangled(len(basis.axes))
    Factors.of(taught, lessons.codes.numpy()).begin(nets, Transforms(basis))
    arap = Arap(basis.mean.reshape(-1, 3), model.template.coarse.faces, HOLD)
    rng = np.random.default_rng(0)
    quadruplets, asked = (Quadruplets.among(s, rng) for s in (taught, others))
    loss, judged = (
        CrossAndSelf(nets, some, rows, basis, arap)
        for some, rows in ((lessons, quadruplets), (validation, asked))
    )

    def judge() -> float:
        torch.manual_seed(0)  # the same transformations at every epoch
        return float(judged(torch.arange(len(asked.rows))))

    fit(nets, loss, judge, len(quadruplets.rows), APART, checkpoint, _told)
    return nets


def _told(_fraction: float, line: str) -> None:
    print(line, flush=True)  # training lasts for hours


def _write(
    out: Path,
    population: Population,
    suffix: str,
    encoders: tuple[str, ...],
    nets: nn.ModuleDict,
    basis: Components,
    taught: ScanSet,
    relief: FloatArray,
    figures: dict[str, str],
) -> Path:
    """Write what `models.autoencoder.Autoencoder` reads, and the card; return their folder."""
    from safetensors.numpy import save

    codes = torch.from_numpy(basis.codes(taught.vertices))
    with torch.no_grad():
        latents = [nets[name](codes).double().numpy() for name in encoders]
    weights: dict[str, NDArray[Any]] = {
        "mean": basis.mean.reshape(-1, 3),
        "axes": basis.axes.astype(np.float16),
        "unit": np.array([basis.unit], np.float32),
        "relief": relief.astype(np.float16),
        "latent_mean": np.concatenate(latents, axis=1).mean(axis=0).astype(np.float32),
        "latent_root": _roots(latents).astype(np.float32),
    }
    for name in (*encoders, "decoder"):
        weights |= arrays(nets[name], name)
    content = save(weights)
    folder = out / "models" / f"{population.id}{suffix}" / VERSION
    folder.mkdir(parents=True, exist_ok=True)
    (folder / WEIGHTS).write_bytes(content)
    fields = card(population.id + suffix, VERSION, population.title, population.who, bool(suffix))
    fields["files"] = {WEIGHTS: hashlib.sha256(content).hexdigest()}
    fields["measured"] = figures
    (folder / CARD).write_text(json.dumps(fields, indent=2) + "\n", encoding="utf-8")
    return folder


def _pictured(folder: Path, model: LifespanModel, population: Population) -> None:
    """Draw what the latents of a disentangled model group by, and say it in its card."""
    apart = Autoencoder.load(folder, read_card(folder / CARD))
    found = codes_figure.codes(apart, model, population.years)
    (folder / codes_figure.FILE).write_text(codes_figure.figure(found), encoding="utf-8")
    card = json.loads((folder / CARD).read_text(encoding="utf-8"))
    card["measured"]["Variance of what latents do to the mean face"] = codes_figure.told(found)
    (folder / CARD).write_text(json.dumps(card, indent=2) + "\n", encoding="utf-8")


def _roots(latents: list[NDArray[np.float64]]) -> NDArray[np.float64]:
    """Return one root of covariance for each encoder, along the diagonal of `(K, K)`."""
    from scipy.linalg import block_diag

    roots = []
    for block in latents:
        covariance = np.cov(block, rowvar=False).reshape(block.shape[1], -1)
        roots.append(np.linalg.cholesky(covariance + 1e-8 * np.eye(len(covariance))))
    return np.asarray(block_diag(*roots))
