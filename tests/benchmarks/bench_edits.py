"""From slider to vertices at the fine level, and project files: budgets 16 ms and "never blocks".

Run by hand: python tests/benchmarks/bench_edits.py [HEAD.face]
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from facewright.engine.edits.age import Age
from facewright.engine.edits.base import Edit
from facewright.engine.edits.complete import AREAS, Complete
from facewright.engine.edits.expression import Expression
from facewright.engine.edits.identity import Identity
from facewright.engine.edits.register import Register
from facewright.engine.edits.sex_ancestry import SexAncestry
from facewright.engine.edits.start import Start
from facewright.engine.edits.symmetrise import Symmetrise
from facewright.engine.evaluator import Evaluator
from facewright.engine.face import Face, Weights
from facewright.engine.files.project import load, save
from facewright.engine.models.store import ModelStore
from facewright.engine.project import History, Project

DRAGS: dict[str, Callable[[float], Edit]] = {
    "identity": lambda t: Identity(weights=Weights(identity_002=4 * t - 2)),
    "age": lambda t: Age(years=1 + 80 * t),
    "sex and ancestry": lambda t: SexAncestry(sex=2 * t - 1, asian=t),
    "expression": lambda t: Expression(weights=Weights(jawOpen=t, mouthSmileLeft=1 - t)),
    "symmetrise": lambda t: Symmetrise(strength=t),
}


def timed(action: Callable[[float], object], count: int = 200) -> str:
    """Median and 95th percentile of one step of a drag, the first ones left out."""
    seconds = []
    for step in range(count):
        start = time.perf_counter()
        action((step + 0.5) / count)
        seconds.append(time.perf_counter() - start)
    median, p95 = np.quantile(np.array(seconds[10:]) * 1000, (0.5, 0.95))
    return f"{median:6.2f} ms median {p95:6.2f} ms p95"


def scanned(models: ModelStore) -> Face:
    """A head with detail that the model does not explain."""
    face = Evaluator(models).face(Project(edits=(Start(seed=3, age=35.0),)))
    rng = np.random.default_rng(0)
    moved = face.mesh.vertices + rng.normal(0, 0.1, face.mesh.vertices.shape)
    return replace(face, mesh=face.mesh.moved(moved))


def main() -> None:
    models = ModelStore()
    rig = models.rig()
    base = scanned(models)
    if len(sys.argv) > 1:
        loaded = load(Path(sys.argv[1]), models)
        base = loaded.evaluator(models).face(loaded.history.project)
    evaluator = Evaluator(models)
    project = Project(edits=(Register(face=base), Age(years=40.0)))
    print(f"{base.mesh.topology.count} vertices; a registered head and one earlier step")
    for name, drag in DRAGS.items():
        neutral = timed(lambda t, drag=drag: evaluator.face(project.with_edit(drag(t))))
        shown = timed(lambda t, drag=drag: rig.pose(evaluator.face(project.with_edit(drag(t)))))
        print(f"{name:18} to neutral vertices {neutral}; with expression and eyes {shown}")
    early = (Register(face=base), Identity(), *(Age(years=float(y)) for y in range(20, 70, 5)))
    chain = Project(edits=early)
    drag = DRAGS["identity"]
    through = timed(lambda t: evaluator.face(chain.with_replaced(1, drag(t))), 60)
    print(f"{'through 10 steps':18} to neutral vertices {through}")
    for title, between in (("", ()), (" with a symmetry between", (Symmetrise(),))):
        steps = Project(edits=(Register(face=base), Age(), *between, SexAncestry(sex=0.3)))
        after = timed(
            lambda t, steps=steps: evaluator.face(steps.with_replaced(1, Age(years=1 + 80 * t))), 60
        )
        print(f"age, a sex step after it{title}: to neutral vertices {after}")
    for region in AREAS:
        filled = Project(edits=(Register(face=base), Identity(), Complete(region=region)))
        for name in ("identity", "age"):
            drag = DRAGS[name]
            after = timed(
                lambda t, filled=filled, drag=drag: evaluator.face(filled.with_replaced(1, drag(t)))
            )
            print(f"{name}, {region} filled in after it: to neutral vertices {after}")
    history, drag = History.of(project), DRAGS["identity"]
    for step in range(1000):
        project = project.with_replaced(1, drag(step / 1000))
        history = history.commit("Nose width", project)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "case.face"
        face = evaluator.face(project)
        print(f"save 1,000 versions {timed(lambda _: save(history, path, models, face=face), 20)}")
        print(f"load 1,000 versions {timed(lambda _: load(path, models), 20)}")
        print(f"file {path.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
