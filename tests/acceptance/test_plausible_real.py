"""People whose scans were registered well read as people: `pytest -s` prints what is measured."""

from __future__ import annotations

import pytest
from registered import registered

from facewright.engine.edits.judging import judged, left_over
from facewright.engine.edits.reshape import encode, mean_face
from facewright.engine.edits.start import Start
from facewright.engine.models.plausible import IMPLAUSIBLE, shape_plausibility

pytestmark = pytest.mark.acceptance

WORST = ("fran_cut.vtk", "meshmonk_DemoFace_10K.obj", "LeePerrySmith.obj")
"""The scans at hand that lie farthest out; the first one smiles."""


@pytest.mark.parametrize("name", WORST)
def test_a_good_scan_of_a_person_reads_as_a_person(data_folder, models, name):
    face, model = registered(data_folder / "real" / "scans", name).result.face, models.lifespan()
    plain = encode(face, model)
    score = shape_plausibility(judged(face, model), model)
    print(
        f"\n{name}: {score:.1f}, without regard to what is left of it "
        f"({left_over(plain.detail, model):.2f} mm) "
        f"{shape_plausibility(plain.coefficients, model):.1f}"
    )
    assert score < IMPLAUSIBLE


def test_samples_are_plausible(models):
    model = models.lifespan()
    ages = (1.0, 5.0, 30.0, 60.0)
    heads = [
        Start(seed=seed, age=ages[seed % 4]).apply(mean_face(models), models) for seed in range(50)
    ]
    scores = sorted(shape_plausibility(judged(head, model), model) for head in heads)
    print(f"\n50 samples: {scores[0]:.1f} to {scores[-1]:.1f}, median {scores[25]:.1f}")
    assert scores[-1] < IMPLAUSIBLE
