"""What PCA and INFACE's autoencoder leave of people who taught neither: its figure 3.

The protocol is the paper's (sections 3 and 4): 2,394 scans of 816 infants with corrupted regions,
50 scans of other people without, subsets sorted by how much is corrupted, L1 over what was
registered (eq. 1) for the autoencoder, and for PCA whatever the registration put there. Scans and
people are those of `scan_sets`, the vertices those of the face, and the truth is known.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import astuple, dataclass, fields
from pathlib import Path

import numpy as np

from facewright.engine.arrays import FloatArray, IntArray
from facewright.engine.models.lifespan import LifespanModel
from facewright.engine.models.people import SEEDS
from facewright.engine.models.store import ModelStore
from facewright.engine.training.autoencoders import train
from facewright.engine.training.lessons import Components, Lessons
from facewright.engine.training.networks import Schedule
from facewright.engine.training.scan_sets import PEOPLE, SCANS, TEST, ScanSet, collect

FOLDER = Path("build") / "generalisation"
SHARES, AT_SHARES = (0.2, 0.4, 0.6, 0.8, 1.0), (64, 128)
LATENTS = (8, 16, 32, 64, 128, 256)
RANK = 512
"""Components that networks stand on."""
UNLIMITED = 8000
"""Clean scans, each of another person, that show how far any linear model can come."""
VALIDATED = 0.1
SCHEDULE = Schedule(epochs=40, batch=32, rate=2e-5, patience=3)
"""From principal components: the rate falls as soon as other people's scans come out worse."""


@dataclass(frozen=True)
class Row:
    """What one model leaves of the test scans.

    Attributes
    ----------
    model : str
    share : float
        Of the scans, the cleanest, that taught it.
    scans : int
    latents : int
    mean, sd : float
        Mm: the mean distance over the vertices of each scan, then mean and sd over scans.
    """

    model: str
    share: float
    scans: int
    latents: int
    mean: float
    sd: float


def run(data: Path | None, out: Path | None) -> str:
    """Write table and plot; the target `generalisation` of `facewright-train`."""
    from facewright.engine.training.generalisation_figure import figure

    del data  # people are drawn from the shipped head
    folder = out or FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    rows = list(compared(ModelStore().lifespan()))
    (folder / "generalisation.csv").write_text(table(rows), encoding="utf-8")
    (folder / "generalisation.svg").write_text(figure(rows), encoding="utf-8")
    return ", ".join(f"{row.model} {row.mean:.3f} mm" for row in rows if row.latents == 128)


def compared(
    model: LifespanModel,
    *,
    people: int = PEOPLE,
    scans: int = SCANS,
    test: int = TEST,
    unlimited: int = UNLIMITED,
    schedule: Schedule = SCHEDULE,
) -> Iterator[Row]:
    """Yield what each model leaves, as soon as it is known."""
    regions = model.template.coarse.regions
    face = (regions["face"] > 0.5) & (regions["inner"] < 0.5)
    mirror = mirror_within(model, face)
    known, others = (
        collect(model, SEEDS["training"][: people - test], scans - test)
        .within(face)
        .split(VALIDATED)
    )
    asked = collect(model, SEEDS["test"][:test], test, damaged=False).within(face)
    order = np.argsort(known.damage, kind="stable")
    for share in SHARES:
        some = known.among(order[: round(share * len(order))])
        yield from _linear("PCA", share, some, asked, LATENTS)
        both = some.both_ways(mirror)
        basis = Components.of(both.vertices, RANK)
        yield from _of(basis, "PCA, mirrored too", share, len(some), asked, LATENTS)
        lessons, validation = Lessons(both, basis), Lessons(others, basis)
        for latents in LATENTS if share == 1.0 else AT_SHARES:
            trained = train(lessons, validation, basis, latents, schedule)
            yield _row("autoencoder", share, len(some), latents, trained.rebuilt, asked)
    many = SEEDS["training"][people : people + unlimited]
    clean = collect(model, many, unlimited, damaged=False).within(face)
    yield from _linear("PCA, unlimited clean scans", 1.0, clean, asked, LATENTS)


def mirror_within(model: LifespanModel, where: np.ndarray) -> IntArray:
    """Return the mirror map of the coarse level among the vertices `where`, `(V,)` bool."""
    mirror = model.template.coarse.mirror
    assert mirror is not None
    place = np.full(len(where), -1, np.int32)
    place[where] = np.arange(where.sum())
    found: IntArray = place[mirror[where]]
    return found


def _linear(
    name: str, share: float, scans: ScanSet, asked: ScanSet, latents: Sequence[int]
) -> Iterator[Row]:
    basis = Components.of(scans.vertices, max(latents))
    yield from _of(basis, name, share, len(scans), asked, latents)


def _of(
    basis: Components, name: str, share: float, scans: int, asked: ScanSet, latents: Sequence[int]
) -> Iterator[Row]:
    for count in latents:

        def rebuilt(vertices: FloatArray, count: int = count) -> FloatArray:
            return basis.rebuilt(vertices, count)

        yield _row(name, share, scans, count, rebuilt, asked)


def _row(
    name: str,
    share: float,
    scans: int,
    latents: int,
    rebuilt: Callable[[FloatArray], FloatArray],
    asked: ScanSet,
) -> Row:
    off = np.linalg.norm(rebuilt(asked.vertices) - asked.truth, axis=2).mean(axis=1)
    return Row(name, share, scans, latents, float(off.mean()), float(off.std()))


def table(rows: Sequence[Row]) -> str:
    """Return the rows as CSV."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(field.name for field in fields(Row))
    for row in rows:
        writer.writerow(
            round(cell, 4) if isinstance(cell, float) else cell for cell in astuple(row)
        )
    return text.getvalue()
