"""Fit how people differ to what is published: the table that random heads are drawn from.

The prior of the axes is the start: adults of many ancestries, as ICT-FaceKit scanned them, and
sculpted details. Of all normal distributions whose measures vary as published, the one nearest to
it is taken (least Kullback-Leibler divergence, Csiszar 1975), age by age: only what norms speak
of changes, and what goes along with it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from facewright.engine.arrays import DoubleArray
from facewright.engine.assets import ASSETS
from facewright.engine.measure.farkas import BY_CODE
from facewright.engine.measure.symmetry import asymmetry
from facewright.engine.models.agescale import warp
from facewright.engine.models.lifespan import WEIGHTS, LifespanModel
from facewright.engine.models.lifespan_axes import SHAPE
from facewright.engine.models.people import PEOPLE, SEEDS, People
from facewright.engine.models.plausible import IMPLAUSIBLE, UNUSUAL, shape_plausibility
from facewright.engine.models.template import load_template
from facewright.engine.training.compressing import curve
from facewright.engine.training.left import Left
from facewright.engine.training.lifespan import CARD_FILE, MODEL
from facewright.engine.training.lifespan_card import CARD, draft
from facewright.engine.training.people_figure import figure
from facewright.engine.training.spreads import (
    AGES,
    LEAST,
    MOST,
    SEXES,
    TAPE,
    TAPED_SD,
    Rulers,
    Spread,
    measures,
    published,
    spreads,
    tape,
)

STARTS = {"identity": 0.85, "detail": 0.9, "asymmetry": 0.5}
"""Spread before norms speak, in prior sd: asymmetry as published of children and adults."""
NEAR, FAR = 0.87, 1.15
"""How much narrower and wider than published measures may be."""
UNSURE = 0.5
"""What of the least is asked for at ages that were not measured."""
FIGURE = "people.svg"
SEEN = (
    "8,000 women and men at each of 12 ages from birth to 40 years, without African and East Asian "
    "ancestry; infants as in INFACE, 422 scans teach, 50 others are measured."
)
ROUNDS, EXACT = 500, 1e-4


def run(data: Path | None, out: Path | None) -> str:
    """Fit the table to the shipped head and norms; the target `people` of `facewright-train`."""
    from safetensors.numpy import load_file, save

    del data  # norms and the head model are all it needs, and both ship
    shipped, folder = ASSETS / MODEL, (out or ASSETS) / MODEL
    before = json.loads((shipped / CARD_FILE).read_text(encoding="utf-8"))
    card = {**CARD, "files": before["files"], "measured": before["measured"]}
    weights, template = load_file(shipped / WEIGHTS), load_template()
    arrays = table(LifespanModel(weights, draft(), template))
    content = save(arrays)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / PEOPLE).write_bytes(content)
    digest = hashlib.sha256(content).hexdigest()
    card["files"][PEOPLE] = digest
    model = LifespanModel(weights, draft(), template, People(**arrays))
    found, left = list(spreads(model, SEEDS["test"].start)), curve(model)
    card["measured"].update(measured(model, found, left))
    prior = list(spreads(LifespanModel(weights, draft(), template), SEEDS["test"].start))
    (folder / FIGURE).write_text(figure(found, prior, left, SEEN), encoding="utf-8")
    (folder / CARD_FILE).write_text(json.dumps(card, indent=2) + "\n", encoding="utf-8")
    return f"{len(content) / 1e6:.1f} MB, sha256 {digest[:12]}"


def measured(
    model: LifespanModel, rows: Sequence[Spread], left: Mapping[int, Left]
) -> dict[str, str]:
    """Return what the card says of random people, each with its protocol."""
    within = [row for row in rows if LEAST <= row.ratio <= MOST]
    worst = max(rows, key=lambda row: abs(np.log(row.ratio)))
    drawn = model.sample(np.random.default_rng(SEEDS["test"].start), 4000)
    scores = np.array([shape_plausibility(row, model) for row in drawn])
    rng = np.random.default_rng(SEEDS["test"].start)
    sides = [
        asymmetry(head.moved(head.vertices + model.fine_form(rng, 9.0))).face_rms
        for head in map(model.instance, model.sample(rng, 40, 9.0))
    ]
    return {
        "Spread of random women and men against published ones, 0 to 40 years": (
            f"{len(within)} of {len(rows)} between {LEAST:g} and {MOST:g} times as wide, worst "
            f"{worst.code} at {worst.age:g} years, {worst.ratio:.2f}"
        ),
        "What 128 principal components of random infants leave of 50 others, in the protocol of "
        "INFACE (0.33 mm), mean distance over the face's coarse vertices": str(left[128]),
        "Components and what they leave, the same": ", ".join(
            f"{count}: {one.mean:.2f}" for count, one in left.items()
        ),
        "Random people of all ages whose plausibility is above 2, and above 3": (
            f"{100 * (scores > UNUSUAL).mean():.1f} %, {100 * (scores > IMPLAUSIBLE).mean():.2f} %"
        ),
        "Asymmetry of random children of 9 years, fine form included, root mean square in the "
        "face (0.96 +- 0.52 mm from 6 to 12 years, Chou 2019)": (
            f"{np.mean(sides):.2f} mm, sd {np.std(sides):.2f}"
        ),
    }


def table(model: LifespanModel) -> dict[str, Any]:
    """Return the arrays that `People` reads."""
    roots = [_root(covariance(model, age)) for age in AGES]
    return {"years": np.array(AGES, np.float32), "roots": np.stack(roots).astype(np.float16)}


def covariance(model: LifespanModel, age: float) -> DoubleArray:
    """Return the `(K, K)` covariance of the shape axes at an age, in their prior sd."""
    shape = np.concatenate([np.arange(len(model.axes))[model.groups[group]] for group in SHAPE])
    prior = model.prior_sd[shape]
    start = np.concatenate(
        [np.full(len(model.axes[model.groups[group]]), STARTS[group]) for group in SHAPE]
    )
    rulers = Rulers(model, age)
    codes = measures()
    slopes = [rulers.slopes(code)[shape - 1] * prior for code in codes]
    slopes.append(_taped(model, age, len(shape)) * prior)
    limits = [_limits(model, code, age) for code in (*codes, TAPE)]
    low, high = np.array(limits).T
    return nearest(np.diag(start**2), np.array(slopes), low, high)


def _limits(model: LifespanModel, code: str, age: float) -> tuple[float, float]:
    """Return the least and the largest standard deviation that a measure may have at an age.

    Where none is published, that of the nearest age counts in proportion to the measure, half as
    strictly below.
    """
    sds = _published(code, age)
    if sds:
        return NEAR * max(sds), FAR * min(sds)
    if code == TAPE:
        return NEAR * TAPED_SD, FAR * TAPED_SD
    known = [other for other in AGES if _published(code, other)]
    other = min(known, key=lambda year: abs(float(warp(year)) - float(warp(age))))
    grown = 1.0
    if BY_CODE[code].kind == "distance":
        mean = np.zeros((1, model.groups[SHAPE[-1]].stop - 1))
        there, here = (float(Rulers(model, year).of(code, mean)[0]) for year in (other, age))
        grown = here / there
    carried = [grown * sd for sd in _published(code, other)]
    return UNSURE * NEAR * max(carried), FAR * min(carried)


def _published(code: str, age: float) -> list[float]:
    return [norm.sd for sex in SEXES if (norm := published(code, age, sex)) is not None]


def nearest(
    start: DoubleArray, slopes: DoubleArray, low: DoubleArray, high: DoubleArray
) -> DoubleArray:
    """Return the covariance nearest to `start` under which measures keep within limits.

    Its inverse is that of the start plus a multiple of each measure's square (the exponential
    family of the constraints); the multiples are found one at a time, over and over (Hildreth
    1957). Where the limits of two sexes exclude each other, their middle is taken.

    Parameters
    ----------
    start : (K, K)
    slopes : (M, K)
        How measures change per unit.
    low, high : (M,)
        Least and largest standard deviation of each measure.
    """
    middle = np.sqrt(low * high)
    least = np.square(np.where(low < high, low, middle))
    most = np.square(np.where(low < high, high, middle))
    found, pull = start.copy(), np.zeros(len(slopes))
    for _ in range(ROUNDS):
        worst = 0.0
        for row, slope in enumerate(slopes):
            along = found @ slope
            now = float(slope @ along)
            to_least, to_most = 1.0 / least[row] - 1.0 / now, 1.0 / most[row] - 1.0 / now
            # Narrower by `to_most` or wider by `to_least` where needed; else back to no pull.
            change = float(np.clip(-pull[row], to_most, to_least))
            worst = max(worst, abs(change) * now)
            found -= change / (1.0 + change * now) * np.outer(along, along)
            pull[row] += change
        if worst < EXACT:
            break
    return np.asarray(found)


def _taped(model: LifespanModel, age: float, count: int) -> DoubleArray:
    """Return how the tape around the mean head changes per unit of each shape axis, `(K,)`."""
    before = model.groups[SHAPE[0]].start - 1
    steps = np.concatenate([np.zeros((count, before)), 0.5 * np.eye(count)], axis=1)
    return tape(model, steps, age) - tape(model, -steps, age)


def _root(covariance: DoubleArray) -> DoubleArray:
    """Return the symmetric root."""
    values, vectors = np.linalg.eigh(covariance)
    return np.asarray((vectors * np.sqrt(values)) @ vectors.T)
