"""How well identity, expression and age come apart, against truths that INFACE could not have.

Every scan is of a person who can be drawn again, at any age and with any expression
(`scan_sets.Sitter`), so what a disentangled model makes of other latents has a known answer.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from facewright.engine.arrays import DoubleArray, FloatArray
from facewright.engine.face import NO_WEIGHTS
from facewright.engine.models.lifespan import LifespanModel
from facewright.engine.training.components import Components
from facewright.engine.training.left import Left
from facewright.engine.training.scan_sets import ScanSet, Sitter

DEGREE = 3
"""Of the curve from the age latent to months."""


@dataclass(frozen=True)
class Separation:
    """What a disentangled model leaves of people who did not teach it.

    Attributes
    ----------
    rebuilt, average : Left
        Of its own reconstruction, and of the mean head in its place.
    worn, unworn : Left
        Of a person with the expression of the next one, and of the person as scanned.
    rested, unrested : Left
        Of the person's neutral face, and of the face as scanned.
    drift_by_expression, drift_by_age : Left
        How far a person's reconstruction moves when identity is read again from a face to which
        the model gave another expression, or an age one sd older.
    months, months_guessed : float
        Mean absolute error of the age, and of the mean age in its place.
    """

    rebuilt: Left
    average: Left
    worn: Left
    unworn: Left
    rested: Left
    unrested: Left
    drift_by_expression: Left
    drift_by_age: Left
    months: float
    months_guessed: float


class Disentangled:
    """A trained disentangled model, from scans to latents and back."""

    def __init__(self, networks: nn.ModuleDict, basis: Components) -> None:
        self._net, self._basis = networks, basis

    def read(self, vertices: FloatArray) -> tuple[Tensor, Tensor, Tensor]:
        """Return identity, expression and age latents of `(N, V, 3)` scans."""
        codes = torch.from_numpy(self._basis.codes(vertices))
        with torch.no_grad():
            identity, expression, age = (
                self._net[name](codes) for name in ("identity", "expression", "age")
            )
        return identity, expression, age

    def made(self, identity: Tensor, expression: Tensor, age: Tensor) -> FloatArray:
        """Return the `(N, V, 3)` heads of latents, mm."""
        latents = torch.cat([identity, expression.expand(len(identity), -1), age], dim=1)
        with torch.no_grad():
            return self._basis.placed(self._net["decoder"](latents).numpy())


def separation(
    trained: Disentangled,
    model: LifespanModel,
    taught: ScanSet,
    asked: ScanSet,
    neutral: FloatArray,
) -> Separation:
    """Return how well a model separates, in the face.

    Parameters
    ----------
    trained : Disentangled
    model : LifespanModel
        Which draws the people again.
    taught, asked : ScanSet
        The scans that taught the model, for the curve of age alone, and those of other people.
    neutral : (V, 3)
        A mean neutral head: its expression is the neutral one.
    """

    def left(found: FloatArray, wanted: FloatArray) -> Left:
        return Left.of(found, wanted, model.template.coarse_face)

    who = [Sitter(model, int(seed)) for seed in asked.person]
    years = [float(age) for age in asked.years]
    following = np.roll(np.arange(len(asked)), -1)
    others = [asked.expression[row] for row in following]
    wearing = np.stack([w.head(y, e) for w, y, e in zip(who, years, others, strict=True)])
    resting = np.stack([w.head(y, NO_WEIGHTS) for w, y in zip(who, years, strict=True)])
    identity, expression, age = trained.read(asked.vertices)
    rest = trained.read(neutral[None])[1]
    own = trained.made(identity, expression, age)
    worn = trained.made(identity, expression[following], age)
    older = trained.made(identity, expression, age + age.std())
    again = [trained.made(trained.read(face)[0], expression, age) for face in (worn, older)]
    months = 12 * asked.years.astype(np.float64)
    guess = _curve(trained, taught)(age[:, 0].double().numpy())
    return Separation(
        rebuilt=left(own, asked.truth),
        average=left(np.broadcast_to(taught.truth.mean(axis=0), asked.truth.shape), asked.truth),
        worn=left(worn, wearing),
        unworn=left(asked.truth, wearing),
        rested=left(trained.made(identity, rest, age), resting),
        unrested=left(asked.truth, resting),
        drift_by_expression=left(again[0], own),
        drift_by_age=left(again[1], own),
        months=float(np.abs(guess - months).mean()),
        months_guessed=float(np.abs(12 * taught.years.mean() - months).mean()),
    )


def _curve(trained: Disentangled, taught: ScanSet) -> np.poly1d:
    """Return the curve from the age latent to months over the scans that taught."""
    found: DoubleArray = trained.read(taught.vertices)[2][:, 0].double().numpy()
    return np.poly1d(np.polyfit(found, 12 * taught.years.astype(np.float64), DEGREE))
