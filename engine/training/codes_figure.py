"""What identity and expression latents group by: INFACE's figure of them, with a number beside it.

People unknown to the model each make every expression. What the latents of one group do to the
mean face, mm, is shown on its two principal components, once coloured by person and once by
expression: latents themselves have no unit, and those that do nothing would count as much as
others. Beside the picture stands the share of the variance that person and expression explain (a
two-way layout with one head in each cell, so both sums of squares are exact).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from facewright.engine.arrays import DoubleArray, FloatArray
from facewright.engine.mesh import Mesh
from facewright.engine.models.people import SEEDS
from facewright.engine.training import svg
from facewright.engine.training.scan_sets import EXPRESSIONS, Sitter

if TYPE_CHECKING:
    from facewright.engine.models.autoencoder import Autoencoder
    from facewright.engine.models.lifespan import LifespanModel

FILE = "codes.svg"
PEOPLE = 10
FIRST = 2000
"""Which of the test people come first here: none of those that the card's figures are of."""
GROUPS = ("identity", "expression")
PANEL, GAP, TOP, LEFT = 260, 60, 62, 30
COLOURS = (
    *("#1f6f9f", "#c2571a", "#4f8f4f", "#8a4fa0", "#b0344a"),
    *("#5a5a5a", "#c9a227", "#2aa198", "#d36ba6", "#7a5c3e"),
)


@dataclass(frozen=True, eq=False)
class Codes:
    """What one group of latents does, by who and what.

    Attributes
    ----------
    effects : (P, E, K) float64
        On the coordinates of the face, mm, of P people, each making E expressions.
    """

    effects: DoubleArray

    def shares(self) -> tuple[float, float]:
        """Return the shares of the variance that person and expression explain."""
        off = self.effects - self.effects.mean(axis=(0, 1))
        total = np.square(off).mean(axis=(0, 1)).sum()
        who, what = (np.square(off.mean(axis=axis)).mean(axis=0).sum() for axis in (1, 0))
        return float(who / total), float(what / total)

    def flat(self) -> DoubleArray:
        """Return the effects on their two principal components, `(P, E, 2)`, longest within 1."""
        off = (self.effects - self.effects.mean(axis=(0, 1))).reshape(-1, self.effects.shape[2])
        ways = np.linalg.svd(off, full_matrices=False)[2][:2]
        seen = off @ ways.T
        return np.asarray(seen / np.abs(seen).max()).reshape(*self.effects.shape[:2], 2)


def codes(apart: Autoencoder, head: LifespanModel, years: float) -> dict[str, Codes]:
    """Return what the latents of test people of an age do, each making every expression."""
    nothing = np.zeros(len(apart.axes))
    mean = apart.coarse(nothing)
    relief = apart.vertices(nothing) - apart.template.lift @ mean

    def read(vertices: FloatArray) -> FloatArray:
        fine = (apart.template.lift @ vertices + relief).astype(np.float32)
        return apart.coefficients(Mesh(apart.topology, fine))

    sitters = [Sitter(head, seed) for seed in SEEDS["test"][FIRST : FIRST + PEOPLE]]
    found = np.array([[read(s.head(years, e)) for e in EXPRESSIONS.values()] for s in sitters])
    group, face = np.array([axis.group for axis in apart.axes]), apart.template.coarse_face

    def effects(name: str) -> DoubleArray:
        moved = apart.coarse(np.where(group == name, found, 0.0).reshape(-1, len(group))) - mean
        return np.asarray(moved[:, face].reshape(*found.shape[:2], -1), np.float64)

    return {name: Codes(effects(name)) for name in GROUPS}


def told(found: Mapping[str, Codes]) -> str:
    """Return the shares in words."""
    return "; ".join(
        f"{name}: {100 * who:.0f} % between people, {100 * what:.0f} % between expressions"
        for name, (who, what) in ((name, one.shares()) for name, one in found.items())
    )


def figure(found: Mapping[str, Codes]) -> str:
    """Return the figure as SVG: rows are groups of latents, columns what the colours say."""
    body = [svg.text(LEFT, 18, f"{PEOPLE} people who taught nothing, each making the same faces")]
    for row, (name, one) in enumerate(found.items()):
        top = TOP + row * (PANEL + GAP)
        who, what = one.shares()
        flat = one.flat()
        people, faces = flat.shape[:2]
        by_person = np.repeat(np.arange(people)[:, None], faces, axis=1)
        title = f"{name.capitalize()} latents by"
        body += _panel(LEFT, top, f"{title} person: {100 * who:.0f} % of variance", flat, by_person)
        body += _panel(
            LEFT + PANEL + GAP,
            top,
            f"{title} expression: {100 * what:.0f} %",
            flat,
            np.repeat(np.arange(faces)[None], people, axis=0),
        )
    bottom = TOP + len(found) * (PANEL + GAP) - 14
    body += _key(LEFT + PANEL + GAP, bottom, tuple(EXPRESSIONS))
    return svg.page(2 * (LEFT + PANEL) + GAP, bottom + 20, ".b{stroke:#bbb}", body)


def _panel(
    left: float, top: float, title: str, flat: DoubleArray, kinds: NDArray[np.intp]
) -> list[str]:
    half = PANEL / 2
    x, y = left + half, top + half
    lines = [
        svg.text(left, top - 10, title, "h"),
        svg.line(left, y, left + PANEL, y, "b"),
        svg.line(x, top, x, top + PANEL, "b"),
    ]
    for (across, up), kind in zip(flat.reshape(-1, 2), kinds.ravel(), strict=True):
        colour = COLOURS[int(kind) % len(COLOURS)]
        lines.append(svg.dot(x + 0.95 * half * across, y - 0.95 * half * up, colour, 4))
    return lines


def _key(left: float, y: float, names: Sequence[str]) -> list[str]:
    lines = []
    for number, name in enumerate(names):
        x = left + number * 54
        lines += [svg.dot(x, y - 4, COLOURS[number], 4), svg.text(x + 7, y, name)]
    return lines
