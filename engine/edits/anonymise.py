"""Make the head somebody else's: who it was cannot be told from the result."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, ClassVar

import numpy as np

from facewright.engine.edits.base import Edit, Slider, Switch
from facewright.engine.edits.expression import Expression
from facewright.engine.edits.judging import judged
from facewright.engine.edits.part_from import PartFrom
from facewright.engine.edits.start import Start
from facewright.engine.errors import InputError
from facewright.engine.face import Face
from facewright.engine.models.lifespan_axes import SHAPE
from facewright.engine.models.variation import SEEDS
from facewright.engine.project import Project

if TYPE_CHECKING:
    from facewright.engine.arrays import DoubleArray, FloatArray
    from facewright.engine.models.lifespan import LifespanModel
    from facewright.engine.models.store import ModelStore

PARTLY = (
    "Part of the person is still in this head: set the step Anonymous person to its full "
    "strength, without a mask, and switch it on."
)
ANOTHER = (
    "The head of another person is kept in this project for a part of it: take the step Part of "
    "another head out."
)
STRANGERS = 64
"""Random people that two strangers' distance is estimated from."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Anonymise(Edit):
    """Put a random person in the place of this one: another shape, form and skin.

    The new person is drawn from the model by the seed alone, whoever the head was: nothing of
    the shape, of the fine form or of the texture is carried over. A skin tells who somebody is
    better than a shape, so the model's own takes its place. Age stays; expression, sex and
    ancestry stay as wished. Seed 0 changes nothing.
    """

    kind: ClassVar[str] = "anonymise"
    label: ClassVar[str] = "Anonymous person"
    needs: ClassVar[tuple[str, ...]] = ("lifespan",)

    seed: Annotated[
        int, Slider(0, SEEDS - 1, "", 1, "Person", "Which random person; 0 is nobody else.")
    ] = 0
    variety: Annotated[
        float, Slider(0, 1.5, "", 0.05, "Variety", "How far random people lie from the mean.")
    ] = 1.0
    keep_expression: Annotated[bool, Switch("Keep the expression")] = True
    keep_sex: Annotated[bool, Switch("Keep the sex")] = True
    keep_ancestry: Annotated[bool, Switch("Keep the ancestry")] = True

    def apply(self, face: Face, models: ModelStore) -> Face:
        """Return the other person's head."""
        if not self.seed:
            return face
        other = self.start(face, models).apply(face, models)
        about = replace(other.subject, age=face.subject.age)
        if self.keep_sex:
            about = replace(about, sex=face.subject.sex)
        if self.keep_ancestry:
            about = replace(about, african=face.subject.african, asian=face.subject.asian)
        expression = face.expression if self.keep_expression else other.expression
        return replace(other, subject=about, expression=expression, pose=face.pose)

    def start(self, face: Face, models: ModelStore) -> Start:
        """Return the model head that takes the place of `face`."""
        about = face.subject
        sex, african, asian = about.sex.value, about.african.value, about.asian.value
        if not (self.keep_sex and self.keep_ancestry):
            model = models.lifespan()
            rng = np.random.default_rng([self.seed, 2])  # apart from what draws the shape
            drawn = model.sample(rng, 1, age=about.age.value)[0]
            if not self.keep_sex:
                sex = float(drawn[model.groups["sex"]][0])
            if not self.keep_ancestry:
                african, asian = (float(share) for share in drawn[model.groups["ancestry"]])
        return Start(
            age=about.age.value,
            sex=sex,
            african=african,
            asian=asian,
            seed=self.seed,
            variety=self.variety,
        )


@dataclass(frozen=True)
class Apart:
    """How far two people are from each other.

    Attributes
    ----------
    millimetres : float
        Mean distance of corresponding points of the two faces at rest, laid onto each other.
    sigma : float
        Distance of their shapes in the model, in standard deviations over all axes.
    strangers : float
        The same for two random people of that age, on average.
    """

    millimetres: float
    sigma: float
    strangers: float


def apart(one: Face, other: Face, models: ModelStore) -> Apart:
    """Return how far two people are from each other.

    Raises
    ------
    InputError
        If a head lives on another topology than the model's.
    """
    from facewright.engine.measure.comparison import compare

    model = models.lifespan()
    summary = compare(one.mesh, other.mesh).summary
    away = _standard(judged(one, model), model) - _standard(judged(other, model), model)
    age = one.subject.age.value
    people = model.sample(np.random.default_rng(0), STRANGERS, age=age)
    spread = np.stack([_standard(person, model) for person in people]).var(axis=0, ddof=1).sum()
    return Apart(
        millimetres=float(summary["regions"].get("face", summary)["mean"]),
        sigma=float(np.linalg.norm(away)),
        strangers=math.sqrt(2.0 * float(spread)),
    )


def without_trace(project: Project, before: Face, models: ModelStore) -> Project:
    """Return a project of the anonymous person that holds nothing of who it was.

    A project file keeps its history, sources and steps: what is given away is made anew, from
    the model head that the seed draws and from the steps that came after.

    Parameters
    ----------
    project : Project
    before : Face
        The head before the anonymous person's step.
    models : ModelStore

    Raises
    ------
    InputError
        If there is no such step, it leaves part of the person, or part of another one is there.
    """
    index = step_of(project)
    step = None if index is None else project.edits[index]
    if index is None or not isinstance(step, Anonymise):
        raise InputError("Nobody was made anonymous in this project: do that first.")
    if not step.enabled or step.strength < 1.0 or step.mask is not None or not step.seed:
        raise InputError(PARTLY)
    edits: list[Edit] = [step.start(before, models)]
    if step.keep_expression and before.expression:
        edits.append(Expression(weights=before.expression, mode="set"))
    later = project.edits[index + 1 :]
    if any(isinstance(edit, PartFrom) and edit.donor is not None for edit in later):
        raise InputError(ANOTHER)
    edits += later
    used = dict.fromkeys(name for edit in edits for name in edit.models)
    return Project(edits=tuple(edits), models=tuple(models.reference(name) for name in used))


def step_of(project: Project) -> int | None:
    """Return the position of the last step that makes the head anonymous."""
    rows = [row for row, edit in enumerate(project.edits) if isinstance(edit, Anonymise)]
    return rows[-1] if rows else None


def _standard(coefficients: FloatArray, model: LifespanModel) -> DoubleArray:
    z = np.asarray(coefficients, np.float64) / model.prior_sd
    return np.concatenate([z[model.groups[group]] for group in SHAPE])
