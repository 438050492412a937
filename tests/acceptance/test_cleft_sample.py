"""The shipped infant with a cleft: from the scan's file to a plan, without a window."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from facewright.engine import cli
from facewright.engine.files.landmarks import write_points
from facewright.engine.files.project import load
from facewright.engine.geometry.nearest import SurfaceTree
from facewright.engine.geometry.rigid import moved
from facewright.engine.landmarks import Points
from facewright.engine.measure.cleft import measure_cleft
from facewright.engine.reports.cleft import NOT_PLACED, TELLING
from facewright.engine.training.samples import CLEFT, face_of, scanned_face

SAMPLE = Path(__file__).resolve().parents[2] / "assets" / "samples" / CLEFT.name
EYES = ("ex_r", "en_r", "en_l", "ex_l", "n", "prn", "al_r", "al_l", "ch_r", "ch_l", "pg")


@pytest.mark.acceptance
def test_the_command_plans_the_shipped_cleft(finding_models, tmp_path, capsys) -> None:
    models = finding_models
    model = models.lifespan()
    opened, truth = scanned_face(CLEFT, models), face_of(CLEFT, models)
    there = opened.landmarks.on(opened.mesh.vertices)
    names = (*EYES, *sorted(TELLING))
    points = Points.build(names, moved(np.stack([there[name] for name in names]), CLEFT.to_file))
    write_points(points, tmp_path / "lm.json", "mm")
    out = tmp_path / "plan"
    words = ["cleft", str(SAMPLE), "--side", "left", "--age", str(CLEFT.age), "--out", str(out)]
    assert cli.main([*words, "--landmarks", str(tmp_path / "lm.json"), "--json"], models) == 0
    data = json.loads(capsys.readouterr().out)
    stem = Path(CLEFT.name).stem
    wanted = {f"{stem}{suffix}" for suffix in (".face", ".html", ".json", ".pdf")}
    assert {path.name for path in out.iterdir()} == wanted
    assert (out / f"{stem}.pdf").read_bytes().startswith(b"%PDF-")
    assert NOT_PLACED not in (out / f"{stem}.html").read_text()

    measured = {row["code"]: row for row in data["measures"]}
    before = measure_cleft(opened.mesh, opened.landmarks, "left")
    healthy = measure_cleft(truth.mesh, model.template.landmarks, "left")
    print("\nmeasure               before (true)   proposed (true)")
    for code in ("columellar angle", "nostril width", "lateral lip height"):
        row = measured[code]
        print(
            f"{code:20}{row['before']:8.2f} ({before[code]:.2f})"
            f"{row['proposed']:10.2f} ({healthy[code]:.2f})"
        )
        assert row["before"] == pytest.approx(before[code], rel=0.1)
        assert abs(row["proposed"] - healthy[code]) < 0.35 * abs(before[code] - healthy[code])
    assert data["known_skin_moved"] == 0.0

    loaded = load(out / f"{stem}.face", models)
    project = loaded.history.project
    head = loaded.evaluator(models).face(project)
    source = project.sources[0]
    to_truth = np.linalg.inv(np.asarray(source.transform, np.float64) @ CLEFT.to_file)
    shape = moved(head.mesh.vertices, to_truth).astype(np.float32)
    regions = model.topology.regions
    part = np.maximum(regions["nose"], regions["upper_lip"]) > 0.5
    part &= model.template.visible
    apart = SurfaceTree(truth.mesh.vertices, model.topology.faces).nearest(shape[part]).distances
    print(f"proposal to the true healthy skin: {apart.mean():.2f} mm mean, {apart.max():.2f} most")
    assert apart.mean() <= 1.0
