"""INFACE's appearance autoencoder, 256 latents (section 2.1), beside PCA of the same size.

Both learn colours per vertex from widened skins with the paper's corruption (`skins`), PCA from
whatever stands in its place; both are asked of whole skins that taught neither.

Neither ships: of 1,200 skins, 20 epochs on two shared cores leave the autoencoder at 8.9 sRGB
levels in the face, PCA of the same damaged skins at 7.0 and of undamaged ones at 3.9. The paper
trains for 10,000 epochs.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from facewright.engine.arrays import BoolArray, FloatArray
from facewright.engine.edits.complete import Complete, area_of
from facewright.engine.files.atomic import written
from facewright.engine.models.store import ModelStore
from facewright.engine.training.autoencoders import Trained, train
from facewright.engine.training.components import Components
from facewright.engine.training.left import Left
from facewright.engine.training.lessons import Lessons
from facewright.engine.training.networks import Schedule
from facewright.engine.training.scan_sets import ScanSet
from facewright.engine.training.skins import Canvas, Skins

FOLDER = Path("build") / "appearance"
LATENTS, RANK = 256, 400
DRAWS, VALIDATED, ASKED = 1200, 150, 100
VALIDATION = ("middleage_caucasian_male", "old_asian_female")
"""Skins that end the training; those of `skins.HELD_OUT` are asked afterwards."""
SCHEDULE = Schedule(epochs=20, batch=32, rate=5e-5, patience=4)
NOISE = 4.0
"""sRGB levels by which a seen colour may be off, in PCA's belief about the hidden ones."""


@dataclass(frozen=True, eq=False)
class Colors:
    """Widened skins, colours per coarse vertex in sRGB levels."""

    taught: ScanSet
    validation: ScanSet
    asked: ScanSet

    @classmethod
    def draw(cls, data: Path | None, canvas: Canvas) -> Colors:
        """Return what teaches, what ends the training, and what is asked, of different skins."""
        known, apart = Skins.load(data, canvas).split()
        taught, ending = known.split(VALIDATION)
        return cls(
            _drawn(taught, canvas, DRAWS, 1, damaged=True),
            _drawn(ending, canvas, VALIDATED, 2, damaged=True),
            _drawn(apart, canvas, ASKED, 3, damaged=False),
        )


def _drawn(skins: Skins, canvas: Canvas, count: int, seed: int, *, damaged: bool) -> ScanSet:
    rng = np.random.default_rng(seed)
    pull = canvas.onto_coarse
    truth = np.array(
        [255 * (pull @ skins.draw(rng).reshape(-1, 3)) for _ in range(count)], np.float32
    )
    lost = np.zeros(truth.shape[:2], bool)
    colors = truth.copy()
    if damaged:
        lost, _ = canvas.holes(count, seed)
        # What a scan shows there: a hand, a cloth, a pacifier, each of one colour.
        other = rng.uniform(20, 235, (count, 1, 3)).astype(np.float32)
        colors = np.where(lost[..., None], other, truth)
    nobody = np.zeros(count, np.int64)
    return ScanSet(colors, truth, lost, nobody, nobody, np.zeros(count, np.float32), ())


def completed(basis: Components, count: int, colors: FloatArray, known: BoolArray) -> FloatArray:
    """Return `(N, V, 3)` colours as the first components most likely have them, given some."""
    axes = basis.axes[:count].reshape(count, -1, 3)
    some = axes[:, known].reshape(count, -1).astype(np.float64)
    offset = (colors - basis.mean.reshape(-1, 3))[:, known].reshape(len(colors), -1)
    prior = np.diag(NOISE**2 / np.maximum(basis.sd[:count].astype(np.float64), 1e-3) ** 2)
    codes = np.linalg.solve(some @ some.T + prior, some @ offset.T).T
    found = basis.mean + codes @ basis.axes[:count]
    return np.asarray(found.reshape(colors.shape), np.float32)


def by_network(trained: Trained, begun: FloatArray, known: BoolArray, rounds: int) -> FloatArray:
    """Return colours of which the hidden are the network's, asked again until they settle."""
    colors = begun.copy()
    for _ in range(rounds):
        colors[:, ~known] = trained.rebuilt(colors)[:, ~known]
    return colors


def run(data: Path | None, out: Path | None) -> str:
    """Train and compare; the target `skin-space` of `facewright-train`."""
    folder = out or FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    model = ModelStore().lifespan()
    colors = Colors.draw(data, Canvas(model.template, model.mean().vertices))
    seen = model.template.visible[model.template.subset]
    basis = Components.of(colors.taught.vertices, RANK)
    clean = Components.of(colors.taught.truth, RANK)
    lessons, ending = (Lessons(s, basis, judged=seen) for s in (colors.taught, colors.validation))
    trained = train(
        lessons, ending, basis, LATENTS, SCHEDULE, checkpoint=folder / "space.pt", progress=_told
    )
    area = area_of(Complete(region="nasolabial"), model)
    assert area is not None
    known = (area[model.template.subset] == 0) & seen
    where = (area[model.template.subset] > 0) & seen
    asked, face = colors.asked.truth, model.template.coarse_face
    likely = completed(clean, LATENTS, asked, known)
    mean = np.broadcast_to(colors.taught.truth.mean(axis=0), asked.shape)
    begun = np.where(known[:, None], asked, likely).astype(np.float32)
    rows = {
        "rebuilt: autoencoder, 256": (trained.rebuilt(asked), face),
        "rebuilt: PCA of the same scans, 256": (basis.rebuilt(asked, LATENTS), face),
        "rebuilt: PCA of undamaged scans, 256": (clean.rebuilt(asked, LATENTS), face),
        "rebuilt: PCA of undamaged scans, 32": (clean.rebuilt(asked, 32), face),
        "nose and lips: PCA, 256": (likely, where),
        "nose and lips: PCA, 32": (completed(clean, 32, asked, known), where),
        "nose and lips: autoencoder from PCA's": (by_network(trained, begun, known, 10), where),
        "nose and lips: mean skin": (mean, where),
    }
    told = {name: Left.of(found, asked, judged) for name, (found, judged) in rows.items()}
    table = {name: {"mean": left.mean, "sd": left.sd} for name, left in told.items()}
    with written(folder / "space.json") as path:
        path.write_text(json.dumps(table, indent=2) + "\n", encoding="utf-8")
    return "; ".join(f"{name} {left.mean:.2f}" for name, left in told.items())


def _told(_fraction: float, line: str) -> None:
    print(line, flush=True)
