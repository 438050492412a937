"""People whose face at rest is known, scanned while they make a face: what neutralising is worth.

`python tests/expressive.py` registers a dozen scans and prints the table. The people are drawn
from the model with fine form that no axis holds. Each makes an expression in a way of their own,
up to half as far again or as little here and there, with folds where skin is pressed together;
the scan is a cylinder of rays with noise. Nothing of this but the age is told to the program.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from facewright.engine.edits.neutralise import Neutralise
from facewright.engine.face import Face, Subject, Trait, Weights
from facewright.engine.geometry.diffusion import Diffusion
from facewright.engine.geometry.nearest import SurfaceTree
from facewright.engine.geometry.normals import vertex_areas, vertex_normals
from facewright.engine.geometry.rigid import align_trimmed, moved
from facewright.engine.mesh import Scan
from facewright.engine.models.people import SEEDS
from facewright.engine.models.presets import PRESETS
from facewright.engine.models.store import ModelStore
from facewright.engine.models.variation import random_expression
from facewright.engine.scans.registration import register
from facewright.engine.training.samples import METRES, Recipe, sweep
from facewright.engine.training.scan_sets import EXPRESSIONS

CASES = (
    ("Smile", 0.5), ("Laugh", 34.0), ("Cry", 0.8), ("Surprise", 6.0), ("Angry", 52.0),
    ("whine", 0.3), ("random", 25.0), ("Smile", 2.0), ("Cry", 4.0), ("Disgust", 68.0),
    ("random", 41.0), ("Surprise", 0.9),
)  # fmt: skip
"""What each of the people does, and how old they are, years."""
WAY, FOLDS = 0.2, 3.0
"""How far ways differ, one standard deviation, and mm of folds where skin shrinks to 1/e."""


@dataclass(frozen=True)
class Row:
    """Mm from the true face at rest, after rigid alignment.

    For doing nothing, for taking the weights away alone, and for `Neutralise`: the mean over
    corresponding points of the face, over its surface, and over the lips.
    """

    name: str
    age: float
    nothing: tuple[float, float, float]
    weights: tuple[float, float, float]
    neutralised: tuple[float, float, float]

    def line(self) -> str:
        told = (f"{a:9.2f}{b:6.2f}{c:6.2f}" for a, b, c in
                (self.nothing, self.weights, self.neutralised))  # fmt: skip
        return f"{self.name:10}{self.age:5.1f}{''.join(told)}"


def _smooth_noise(
    vertices: np.ndarray, faces: np.ndarray, length: float, rng: np.random.Generator
) -> np.ndarray:
    areas = np.maximum(vertex_areas(vertices, faces), 0.05)
    noise = rng.standard_normal((len(vertices), 1)) / np.sqrt(areas)[:, None]
    smooth = Diffusion(vertices, faces, length).smooth(noise)[:, 0]
    return smooth / smooth.std()


def performed(index: int, models: ModelStore) -> tuple[np.ndarray, Face]:
    """Return a person's true face at rest, `(V, 3)` mm, and the face that is scanned."""
    model, (name, age) = models.lifespan(), CASES[index]
    rng = np.random.default_rng(SEEDS["test"].start + index)
    faces = model.topology.faces
    rest = model.vertices(model.sample(rng, 1, age=age)[0]) + model.fine_form(rng, age)
    known = {**PRESETS, **EXPRESSIONS}
    weights = known.get(name) or random_expression(model, 100 + index)
    expression = Weights({key: value * rng.uniform(0.7, 1.0) for key, value in weights.items()})
    offsets = model.expression_offsets(expression, age)
    way = WAY * _smooth_noise(rest, faces, 25.0, rng)[:, None] * offsets
    before, after = vertex_areas(rest, faces), vertex_areas(rest + offsets, faces)
    shrunk = np.log(np.maximum(before, 1e-9) / np.maximum(after, 1e-9))
    pressed = np.clip(Diffusion(rest, faces, 4.0).smooth(shrunk[:, None])[:, 0], 0.0, 0.5)
    depth = FOLDS * (0.5 if age < 3 else 1.0) * pressed
    folds = (depth * _smooth_noise(rest, faces, 1.2, rng))[:, None] * vertex_normals(rest, faces)
    scanned = (rest + way + folds).astype(np.float32)
    subject = Subject(age=Trait(age, "given"))
    return rest, Face(model.mean().moved(scanned), subject, expression)


def registered(index: int, models: ModelStore) -> tuple[np.ndarray, Face]:
    """Return a person's true face at rest, and the head that the scan was registered to."""
    rest, face = performed(index, models)
    age = CASES[index][1]
    recipe = Recipe("x", index, age, face.expression, 0.08, 0.0, (0.0, 0, 0), 250, 230, METRES,
                    lambda *_written: None)  # fmt: skip
    points, triangles, _, colors = sweep(face, recipe, models).mesh()
    scan = Scan("x.ply", points.astype(np.float32), triangles, unit="mm", colors=colors)
    return rest, register(scan, models, unit="mm", age=age).face


def apart(head: np.ndarray, truth: np.ndarray, models: ModelStore) -> tuple[float, float, float]:
    """Return the mean mm between a head and the truth: points, surface, lips."""
    model = models.lifespan()
    faces, regions = model.topology.faces, model.topology.regions
    face = model.template.face
    lips = face & (np.maximum(regions["upper_lip"], regions["lower_lip"]) > 0.5)
    share = vertex_areas(truth, faces)[face]
    placed = moved(head, align_trimmed(head[face].astype(float), truth[face].astype(float)))
    points = np.linalg.norm(placed - truth, axis=1)
    surface = np.abs(SurfaceTree(placed, faces).nearest(truth[face]).distances)
    return (
        float(np.average(points[face], weights=share)),
        float(np.average(surface, weights=share)),
        float(points[lips].mean()),
    )


def judged(index: int, models: ModelStore) -> Row:
    """Return what neutralising one of the people is worth."""
    rest, face = registered(index, models)
    offsets = models.lifespan().expression_offsets(face.expression, face.subject.age.value)
    heads = (
        face.mesh.vertices + offsets,
        replace(face, expression=Weights()).mesh.vertices,
        Neutralise().apply(face, models).mesh.vertices,
    )
    return Row(*CASES[index], *(apart(head, rest, models) for head in heads))


def rows(models: ModelStore, among: range = range(len(CASES))) -> Iterator[Row]:
    """Yield the people one by one, some seconds each."""
    for index in among:
        yield judged(index, models)


HEADER = (
    f"{'':10}{'age':>5}{'  nothing':>21}{'  weights alone':>21}{'  neutralised':>21}\n"
    f"{'':15}" + f"{'points':>9}{'surf.':>6}{'lips':>6}" * 3
)


def main() -> int:
    """Print the table."""
    models, found = ModelStore(), []
    print(HEADER)
    for row in rows(models):
        found.append(row)
        print(row.line(), flush=True)
    means = (np.mean([getattr(row, name) for row in found], axis=0).tolist()
             for name in ("nothing", "weights", "neutralised"))  # fmt: skip
    print(Row("mean", float("nan"), *(tuple(mean) for mean in means)).line())
    return 0


if __name__ == "__main__":
    sys.exit(main())
