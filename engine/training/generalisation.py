"""What PCA and INFACE's autoencoder leave of people who taught neither: its figure 3.

The protocol is the paper's (sections 3 and 4): 2,394 scans of 816 infants with corrupted regions,
50 scans of other people without, subsets sorted by how much is corrupted, L1 over what was
registered (eq. 1) for the autoencoder, and for PCA whatever the registration put there. Scans and
people are those of `scan_sets`, the vertices those of the face, and the truth is known.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, astuple, dataclass, fields
from functools import cache, partial
from pathlib import Path

import numpy as np

from facewright.engine.arrays import FloatArray, IntArray
from facewright.engine.files.atomic import written
from facewright.engine.models.lifespan import LifespanModel
from facewright.engine.models.people import SEEDS
from facewright.engine.models.store import ModelStore
from facewright.engine.training.autoencoders import train
from facewright.engine.training.components import Components
from facewright.engine.training.compressing import LATENTS
from facewright.engine.training.left import Left
from facewright.engine.training.lessons import Lessons
from facewright.engine.training.networks import Schedule
from facewright.engine.training.scan_sets import PEOPLE, SCANS, TEST, ScanSet, collect

FOLDER = Path("build") / "generalisation"
SHARES, AT_SHARES = (0.2, 0.4, 0.6, 0.8, 1.0), (64, 128)
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
        Mm, of `Left`.
    """

    model: str
    share: float
    scans: int
    latents: int
    mean: float
    sd: float

    def __str__(self) -> str:
        """Return it as a line of the log."""
        taught = f"{self.model}, {self.scans} scans, {self.latents} latents"
        return f"{taught}: {self.mean:.3f} mm, sd {self.sd:.3f}"


@dataclass(frozen=True, eq=False)
class Model:
    """What is to be judged: a row without its figures, and the model itself.

    Attributes
    ----------
    rebuilt : callable
        Of `(N, V, 3)` scans; nothing is learnt before it is called.
    """

    name: str
    share: float
    scans: int
    latents: int
    rebuilt: Callable[[FloatArray], FloatArray]

    def judged(self, asked: ScanSet) -> Row:
        """Return the row of this model."""
        left = Left.of(self.rebuilt(asked.vertices), asked.truth)
        return Row(self.name, self.share, self.scans, self.latents, left.mean, left.sd)


class Ledger:
    """The rows that are done, on disk, so that a stopped run goes on where it was.

    Parameters
    ----------
    path : Path
    of : mapping
        What the rows were made from, as JSON has it; with anything else it begins anew.
    """

    def __init__(self, path: Path, of: Mapping[str, object]) -> None:
        self._path, self._of = path, of
        self.rows: list[Row] = []
        if path.is_file():
            stored = json.loads(path.read_text(encoding="utf-8"))
            if stored["of"] == of:
                self.rows = [Row(**row) for row in stored["rows"]]

    def add(self, row: Row) -> None:
        """Keep a row, once."""
        if row in self.rows:
            return
        self.rows.append(row)
        content = {"of": self._of, "rows": [asdict(row) for row in self.rows]}
        with written(self._path) as path:
            path.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


def run(data: Path | None, out: Path | None) -> str:
    """Write table and plot; the target `generalisation` of `facewright-train`."""
    from facewright.engine.training.generalisation_figure import figure

    del data  # people are drawn from the shipped head
    folder = out or FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    head = ModelStore().lifespan()
    sizes = [PEOPLE, SCANS, TEST, UNLIMITED, RANK]
    of = {"head": dict(head.card.files), "schedule": asdict(SCHEDULE), "sizes": sizes}
    ledger, rows = Ledger(folder / "rows.json", of), []
    for row in compared(head, done=tuple(ledger.rows)):
        print(row, flush=True)  # training lasts for hours
        ledger.add(row)
        rows.append(row)
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
    done: Sequence[Row] = (),
) -> Iterator[Row]:
    """Yield what each model leaves, as soon as it is known; rows that are `done` as they are."""
    kept = {(row.model, row.share, row.latents): row for row in done}
    asked = collect(model, SEEDS["test"][:test], test, damaged=False)
    asked = asked.within(model.template.coarse_face)
    seeds = SEEDS["training"]
    taught, strangers = seeds[: people - test], seeds[people : people + unlimited]
    for one in _models(model, taught, scans - test, strangers, schedule):
        row = kept.get((one.name, one.share, one.latents))
        yield one.judged(asked) if row is None else row


def _models(
    model: LifespanModel,
    people: Sequence[int],
    scans: int,
    strangers: Sequence[int],
    schedule: Schedule,
) -> Iterator[Model]:
    """Yield the models: taught by scans of `people`, and by one clean scan of each stranger."""
    face = model.template.coarse_face
    mirror = mirror_within(model, face)
    learnt, others = collect(model, people, scans).within(face).split(VALIDATED)
    order = np.argsort(learnt.damage, kind="stable")
    for share in SHARES:
        some = learnt.among(order[: round(share * len(order))])
        yield from _taught_by(some, share, some.both_ways(mirror), others, schedule)

    @cache
    def components() -> Components:
        clean = collect(model, strangers, len(strangers), damaged=False).within(face)
        return Components.of(clean.vertices, max(LATENTS))

    yield from _linear("PCA, unlimited clean scans", 1.0, len(strangers), components)


def _taught_by(
    some: ScanSet, share: float, both: ScanSet, others: ScanSet, schedule: Schedule
) -> Iterator[Model]:
    """Yield the models of a share of the scans; `both` are these and their mirror images."""
    plain = cache(partial(Components.of, some.vertices, max(LATENTS)))
    basis = cache(partial(Components.of, both.vertices, RANK))

    def autoencoder(latents: int, vertices: FloatArray) -> FloatArray:
        lessons, validation = Lessons(both, basis()), Lessons(others, basis())
        return train(lessons, validation, basis(), latents, schedule).rebuilt(vertices)

    yield from _linear("PCA", share, len(some), plain)
    yield from _linear("PCA, mirrored too", share, len(some), basis)
    for latents in LATENTS if share == 1.0 else AT_SHARES:
        yield Model("autoencoder", share, len(some), latents, partial(autoencoder, latents))


def _linear(
    name: str, share: float, scans: int, basis: Callable[[], Components]
) -> Iterator[Model]:
    def rebuilt(latents: int, vertices: FloatArray) -> FloatArray:
        return basis().rebuilt(vertices, latents)

    for latents in LATENTS:
        yield Model(name, share, scans, latents, partial(rebuilt, latents))


def mirror_within(model: LifespanModel, where: np.ndarray) -> IntArray:
    """Return the mirror map of the coarse level among the vertices `where`, `(V,)` bool."""
    mirror = model.template.coarse.mirror
    assert mirror is not None
    place = np.full(len(where), -1, np.int32)
    place[where] = np.arange(where.sum())
    found: IntArray = place[mirror[where]]
    return found


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
