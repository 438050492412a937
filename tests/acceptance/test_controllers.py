"""Controllers on infants, adults and scans: what moves, by how much, and what stays.

`pytest -s` prints the figures. Those beside one network and components of the whole head are in
the model's card (`facewright-train controllers`).
"""

from __future__ import annotations

import json

import numpy as np
import pytest
from registered import registered

from facewright.engine import cli
from facewright.engine.edits.controllers import Controllers
from facewright.engine.edits.start import Start
from facewright.engine.errors import InputError
from facewright.engine.evaluator import Evaluator
from facewright.engine.face import Face, Weights
from facewright.engine.models.parts.reaching import reached
from facewright.engine.models.parts.rules import CONTROLLERS, WHOLE
from facewright.engine.models.people import SEEDS
from facewright.engine.models.store import ModelStore
from facewright.engine.project import Project
from facewright.engine.training import part_judging
from facewright.engine.training.part_people import of_all_ages, of_one_age

pytestmark = pytest.mark.acceptance

SESSION = (
    ("nose", {"nose_width": -2.0, "nose_tip_width": -1.0}),
    ("upper_lip", {"upper_lip_height": 2.0}),
    ("lower_lip", {"lower_lip_height": 2.0}),
    ("eyes", {"eye_height": 1.5, "canthus_distance": 1.5}),
)
"""A narrower nose, fuller lips, wider eyes."""
OTHERS = SEEDS["test"][5000:]
"""People whom neither the card nor training has seen."""


@pytest.fixture(scope="module", params=["infant", "random", "james.obj", "LeePerrySmith.obj"])
def head(request, models: ModelStore) -> Face:
    if request.param == "infant":
        start = Start(seed=4, age=0.6, fine_seed=4)
    elif request.param == "random":
        start = Start(seed=12, age=41.0, fine_seed=12)
    else:
        folder = request.getfixturevalue("data_folder") / "real" / "scans"
        return registered(folder, request.param).result.face
    return Evaluator(models).face(Project(edits=(start,)))


def test_a_session_leaves_earlier_parts_untouched(head, models):
    model = models.controllers()
    members = model.segments.members
    face, done = head, {}
    for part, amounts in SESSION:
        face = Controllers(weights=Weights(amounts)).apply(face, models)
        assert np.abs(face.mesh.vertices - head.mesh.vertices)[members[part]].max() > 0.5
        for earlier, kept in done.items():
            np.testing.assert_array_equal(face.mesh.vertices[members[earlier]], kept)
        done[part] = face.mesh.vertices[members[part]]
    still = ~np.isin(np.arange(model.topology.count), np.concatenate([members[p] for p in done]))
    for part in done:
        still &= ~model.blending_about(part).free
    np.testing.assert_array_equal(face.mesh.vertices[still], head.mesh.vertices[still])


@pytest.mark.parametrize("age", [0.3, 30.0, 75.0])
def test_features_change_by_what_is_asked(models, age):
    model = models.controllers()
    people = of_one_age(models.lifespan(), OTHERS[:4], age)
    found = part_judging.effects(model, people, part_judging.steered_by(model))
    print(f"\n{age} years: key, outside mm, gain, correlation, others sd")
    for controller in CONTROLLERS:
        effect = found[controller.key]
        print(
            f"{controller.key:24}{effect.outside:8.3f}{effect.gain:7.2f}"
            f"{effect.correlation:7.3f}{effect.others:7.2f}"
        )
        assert effect.outside < (1e-3 if controller.part == WHOLE else 1e-9)
        assert effect.gain == pytest.approx(1.0, abs=0.25)
        # Lips that are thin already cannot become 3 sd thinner.
        assert effect.correlation > (0.9 if "lip_" in controller.key else 0.95)


def test_typed_measures_are_reached(models):
    """Two hundred targets on twenty heads are in tests/benchmarks/bench_controllers.py."""
    model, rng, near = models.controllers(), np.random.default_rng(3), 0
    people = of_all_ages(models.lifespan(), OTHERS[20:30])
    for vertices, years in zip(people.vertices, people.years, strict=True):
        steered = model.steering.head(vertices, float(years))
        for _ in range(4):
            place = int(rng.integers(len(CONTROLLERS)))
            now, sigma = model.ruler.measured(vertices), model.steering.sigma(float(years))
            wanted = float(now[place] + rng.uniform(-2, 2) * sigma[place])
            try:
                weights = reached(steered, {}, {CONTROLLERS[place].key: wanted})
            except InputError:
                continue
            near += abs(model.ruler.measured(steered.moved(weights))[place] - wanted) <= 0.1
    print(f"\n{near} of 40 reached within 0.1 mm")
    assert near >= 38


def test_blending_closes_the_seams(models):
    model = models.controllers()
    people = of_one_age(models.lifespan(), OTHERS[40:46], 30.0)
    found = part_judging.seams(model, people)
    print()
    for name, (angle, curve) in found.items():
        print(f"{name:10}{angle:7.2f} degrees{curve:8.4f}/mm")
    columns = zip(*(found[k] for k in ("before", "without", "blended")), strict=True)
    for before, without, blended in columns:
        assert blended - before < 0.35 * (without - before)


def test_parts_rebuild_people_better_than_the_mean(models):
    model = models.controllers()
    found = part_judging.rebuilt(model, of_all_ages(models.lifespan(), OTHERS[60:70]), ())
    print("\n" + ", ".join(f"{name} {value:.2f}" for name, value in found.items()))
    assert found["blended"] < 0.5 * found["mean head"]
    assert found["blended"] < found["assembled"] + 0.1


def test_the_commands_list_set_and_take(models, tmp_path, capsys):
    def run(*words):
        status = cli.main([str(word) for word in words], models)
        out, wrong = capsys.readouterr()
        return status, out, wrong

    assert run("sample", "lifespan", "-n", 2, "--seed", 3, "--age", 25, "-o", tmp_path)[0] == 0
    one, other = sorted(tmp_path.glob("*.face"))
    out = tmp_path / "out.face"
    before = json.loads(run("features", one, "--json")[1])
    assert set(before["features"]) == {controller.key for controller in CONTROLLERS}
    status, told, _ = run(
        "features", one, "--set", "nose_width=31", "medial_canthus_height=0",
        "--lock", "nose_height", "-o", out, "--json",
    )  # fmt: skip
    found = json.loads(told)["features"]
    assert status == 0
    assert found["nose_width"] == pytest.approx(31, abs=0.1)
    assert found["medial_canthus_height"] == pytest.approx(0, abs=0.1)
    assert found["nose_height"] == pytest.approx(before["features"]["nose_height"], abs=0.1)
    for words, reason in (
        (("--set", "nose_width=90", "-o", out), "Nose width cannot be 90.0 mm"),
        (("--set", "nose_width", "-o", out), "NAME=MM"),
        (("--set", "nose=3", "-o", out), "no controller"),
        (("--set", "nose_width=31"), "go together"),
    ):
        status, _, wrong = run("features", one, *words)
        assert status == 1
        assert reason in wrong
    assert run("part-from", one, out, "--part", "nose", "--from", other, "--amount", 0.5)[0] == 0
    assert run("part-from", one, out, "--part", "nose", "--from", tmp_path / "no.face")[0] == 1
    assert "outside 5 to 40" in run(
        "part-from", one, out, "--part", "nose", "--from", other, "--width", 90
    )[2]  # fmt: skip
