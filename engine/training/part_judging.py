"""How well the face in parts rebuilds people, and how much more than asked its controllers move.

The people are drawn with the seeds of tests and taught nothing; the figures are those of NEO-3DF's
figure 4 and of what it leaves unmeasured.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from facewright.engine.arrays import BoolArray, DoubleArray, FloatArray, IntArray
from facewright.engine.models.parts.model import PartsModel
from facewright.engine.models.parts.rules import CONTROLLERS, WHOLE
from facewright.engine.models.parts.segments import PARTS, REST
from facewright.engine.training.part_people import People
from facewright.engine.training.part_rivals import Rival

FAR = 3.0
"""Sd by which controllers are moved, either way, as in the paper."""

Steer = Callable[[FloatArray, float, DoubleArray], FloatArray]
"""Moves a `(V, 3)` head of an age by `(30,)` controllers in sd."""


def rebuilt(model: PartsModel, people: People, rivals: tuple[Rival, ...]) -> dict[str, float]:
    """Return the mean distance, mm, that models leave of people: by segment, and in the face."""
    face = model.template.face
    found: dict[str, list[float]] = {}

    def note(name: str, one: FloatArray, other: FloatArray) -> None:
        found.setdefault(name, []).append(float(np.linalg.norm(one - other, axis=-1).mean()))

    for head, years in zip(people.vertices, people.years, strict=True):
        vertices, age = np.asarray(head), float(years)
        latents = model.latents(vertices, age)
        shapes, _ = model.relative.taken(vertices, age)
        size = model.relative.scale(age).size
        for part in (*PARTS, REST):
            seen = model.template.visible[model.relative.members(part)]
            made = model.shapes[part].decoded(latents[part])
            note(part, size * made[seen], size * shapes[part][seen])
        note("assembled", model.assembled(latents, age)[face], vertices[face])
        note("blended", model.blended(latents, age)[face], vertices[face])
        for rival in rivals:
            note(rival.name, rival.rebuilt(vertices, age)[face], vertices[face])
        note("mean head", model.relative.scale(age).mean[face], vertices[face])
    return {name: float(np.mean(values)) for name, values in found.items()}


@dataclass(frozen=True)
class Effect:
    """What one controller does at -3 and +3 sd, over people.

    Attributes
    ----------
    outside : float
        Farthest that a visible vertex moves which is neither of its part nor of the transition
        area; for those of the whole face, farthest along an axis within another part, its
        translation removed. Mm.
    gain : float
        Change of its feature over what was asked, least squares.
    correlation : float
        Between the two, over people and both ways.
    others : float
        Change of the other features of all parts, root mean square, in sd for one asked.
    """

    outside: float
    gain: float
    correlation: float
    others: float


def effects(model: PartsModel, people: People, steer: Steer) -> dict[str, Effect]:
    """Return what each controller does to people, by key."""
    return {
        controller.key: _effect(model, people, steer, place)
        for place, controller in enumerate(CONTROLLERS)
    }


def steered_by(model: PartsModel) -> Steer:
    """Return the steering of the face in parts."""

    def steer(vertices: FloatArray, age: float, amounts: DoubleArray) -> FloatArray:
        named = {c.key: float(a) for c, a in zip(CONTROLLERS, amounts, strict=True) if a}
        return model.steering.steered(vertices, age, named)

    return steer


def _effect(model: PartsModel, people: People, steer: Steer, place: int) -> Effect:
    controller, seen = CONTROLLERS[place], model.template.visible
    segments = model.segments
    free = ~seen
    if controller.part != WHOLE:
        for part in controller.parts:
            free = free | model.blending_about(part).free
            free[segments.members[part]] = True
    outside, asked, got, others = 0.0, [], [], []
    for head, years in zip(people.vertices, people.years, strict=True):
        vertices, age = np.asarray(head), float(years)
        sigma, before = model.steering.sigma(age), model.ruler.measured(vertices)
        for amount in (-FAR, FAR):
            amounts = np.zeros(len(CONTROLLERS))
            amounts[place] = amount
            after = steer(vertices, age, amounts)
            way = after - vertices
            if controller.part == WHOLE:
                parts = [way[segments.members[part]] for part in PARTS]
                turned = [np.abs(one - one.mean(axis=0)).max() for one in parts]
                outside = max(outside, *map(float, turned))
            else:
                outside = max(outside, float(np.linalg.norm(way[~free], axis=1).max()))
            change = ((model.ruler.measured(after) - before) / sigma)[: len(CONTROLLERS)]
            asked.append(amount)
            got.append(float(change[place]))
            others.append(np.delete(change, place) / amount)
    x, y = np.array(asked), np.array(got)
    return Effect(
        outside,
        float(x @ y / (x @ x)),
        float(np.corrcoef(x, y)[0, 1]),
        float(np.sqrt(np.mean(np.square(others)))),
    )


def seams(
    model: PartsModel, people: People, seed: int = 0, spread: float = 1.5
) -> Mapping[str, tuple[float, float]]:
    """Return how sharply the skin bends at the seams after random edits of the five parts.

    Returns
    -------
    mapping of str to (float, float)
        "before" the edits, "without" blending and "blended": the mean angle between triangles on
        either side of the seams, degrees, and the mean curvature there, 1/mm (the length of the
        umbrella vector over the area of the ring).
    """
    rng = np.random.default_rng(seed)
    local = [c.key for c in CONTROLLERS if c.part != WHOLE]
    fold = _Fold(model)
    found: dict[str, list[tuple[float, float]]] = {}
    for head, years in zip(people.vertices, people.years, strict=True):
        vertices, age = np.asarray(head), float(years)
        amounts = {key: float(rng.normal(0, spread)) for key in local}
        steered = model.steering.head(vertices, age)
        shown = {
            "before": vertices,
            "without": steered.moved(amounts, blended=False),
            "blended": steered.moved(amounts),
        }
        for name, shape in shown.items():
            found.setdefault(name, []).append(fold.measured(shape))
    return {name: tuple(np.mean(rows, axis=0).tolist()) for name, rows in found.items()}


class _Fold:
    """Measures how the visible skin bends along the seams."""

    def __init__(self, model: PartsModel) -> None:
        from facewright.engine.geometry.laplacian import edge_weights, laplacian_of

        faces = model.topology.faces
        seam = np.zeros(model.topology.count, bool)
        for rows in model.segments.seams.values():
            seam[rows] = True
        seam &= model.template.visible
        self._faces = faces
        self._pairs = _neighbours(faces, seam)
        self._seam = np.flatnonzero(seam)
        joined = edge_weights(faces, model.topology.count)
        self._umbrella = laplacian_of(joined)[self._seam]
        self._ring = joined[self._seam]
        self._degree = np.asarray(self._ring.sum(axis=1))

    def measured(self, vertices: FloatArray) -> tuple[float, float]:
        """Return the mean angle in degrees and the mean curvature in 1/mm."""
        x = vertices.astype(np.float64)
        a, b, c = (x[self._faces[:, k]] for k in range(3))
        normals = np.cross(b - a, c - a)
        normals /= np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-12)
        one, other = normals[self._pairs[:, 0]], normals[self._pairs[:, 1]]
        angle = np.degrees(np.arccos(np.clip((one * other).sum(axis=1), -1, 1)))
        bend = np.linalg.norm(self._umbrella @ x, axis=1) / self._degree
        away = self._ring @ np.square(x).sum(axis=1) - 2 * ((self._ring @ x) * x[self._seam]).sum(
            axis=1
        )
        reach = away / self._degree + np.square(x[self._seam]).sum(axis=1)
        return float(angle.mean()), float(np.mean(4 * bend / np.maximum(reach, 1e-9)) / 2)


def _neighbours(faces: IntArray, marked: BoolArray) -> IntArray:
    """Return `(P, 2)` faces that share an edge with a marked end."""
    sides = np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]])
    owner = np.tile(np.arange(len(faces)), 3)
    codes = np.sort(sides, axis=1) @ np.array([len(marked), 1])
    order = np.argsort(codes, kind="stable")
    same = codes[order][1:] == codes[order][:-1]
    pairs = np.column_stack([owner[order][:-1][same], owner[order][1:][same]])
    ends = sides[order][1:][same]
    return np.asarray(pairs[marked[ends].any(axis=1)], np.int32)
