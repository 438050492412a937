"""A step of a controller at the fine level, budget 16 ms, and measures typed, 0.1 mm.

Run by hand: python tests/benchmarks/bench_controllers.py
"""

from __future__ import annotations

import time

import numpy as np

from facewright.engine.edits.controllers import Controllers
from facewright.engine.edits.register import Register
from facewright.engine.edits.start import Start
from facewright.engine.errors import InputError
from facewright.engine.evaluator import Evaluator
from facewright.engine.face import Weights
from facewright.engine.models.parts.reaching import reached
from facewright.engine.models.parts.rules import CONTROLLERS, WHOLE
from facewright.engine.models.parts.steering import KEYS
from facewright.engine.models.store import ModelStore
from facewright.engine.project import Project

HEADS, ASKED, NEAR = 20, 200, 0.1
STEPS = 60


def main() -> None:
    models = ModelStore()
    models.controllers()
    evaluator = Evaluator(models)
    base = evaluator.face(Project(edits=(Start(seed=3, age=35.0, fine_seed=3),)))
    project = Project(edits=(Register(face=base),))
    for title, keys in {
        "one of the nose": ["nose_width"],
        "one of each part": ["brow_curve", "eye_height", "nose_width", "upper_lip_height",
                             "lower_lip_height"],
        "one of the whole face": ["facial_width"],
        "all thirty": list(KEYS),
    }.items():  # fmt: skip
        seconds = []
        for step in range(STEPS):
            edit = Controllers(weights=Weights(dict.fromkeys(keys, 2 * step / STEPS - 0.99)))
            start = time.perf_counter()
            evaluator.face(project.with_edit(edit))
            seconds.append(time.perf_counter() - start)
        median, p95 = np.quantile(np.array(seconds[10:]) * 1000, (0.5, 0.95))
        print(f"{title:22} {median:6.2f} ms median {p95:6.2f} ms p95")
    typed(models)


def typed(models: ModelStore) -> None:
    """Type random targets within 2 sd on random heads of all ages."""
    model, head = models.controllers(), models.lifespan()
    rng = np.random.default_rng(0)
    near, seconds, refused = 0, [], 0
    people = head.sample(np.random.default_rng(77), HEADS)
    for count in range(ASKED):
        c = people[count % HEADS]
        age = float(c[0])
        vertices = head.vertices(c) + head.fine_form(np.random.default_rng(count % HEADS), age)
        place = int(rng.integers(len(CONTROLLERS)))
        key = CONTROLLERS[place].key
        now = model.ruler.measured(vertices)[place]
        wanted = float(now + rng.uniform(-2, 2) * model.steering.sigma(age)[place])
        start = time.perf_counter()
        try:
            weights = reached(model.steering.head(vertices, age), {}, {key: wanted})
        except InputError:
            refused += 1
            continue
        seconds.append(time.perf_counter() - start)
        after = model.steering.steered(vertices, age, weights)
        near += abs(model.ruler.measured(after)[place] - wanted) <= NEAR
    median, p95 = np.quantile(np.array(seconds) * 1000, (0.5, 0.95))
    whole = sum(c.part == WHOLE for c in CONTROLLERS)
    print(
        f"typed: {100 * near / ASKED:.1f} % of {ASKED} within {NEAR} mm, {refused} refused; "
        f"{median:.0f} ms median, {p95:.0f} ms p95 ({whole} of 30 controllers move the whole face)"
    )


if __name__ == "__main__":
    main()
