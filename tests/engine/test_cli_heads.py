"""Commands that take a head and make or tell something of it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from commands import MODELS, failed, pixels_of

from facewright.engine.edits.register import Register
from facewright.engine.evaluator import Evaluator
from facewright.engine.files.project import load, save
from facewright.engine.project import History, Project


def test_measure_prints_a_table_and_writes_it(run: Any, head: Path, tmp_path: Path) -> None:
    table = tmp_path / "m.csv"
    data = run("measure", head, "--norms", "-o", table, "--json").data
    rows = {row["code"]: row for row in data["measures"]}
    vertices = MODELS.lifespan().mean().vertices
    places = MODELS.lifespan().template.landmarks.on(vertices)
    assert rows["n-sn"]["value"] == pytest.approx(
        float(np.linalg.norm(places["n"] - places["sn"])), abs=1e-3
    )
    assert rows["en-en"]["value"] is None
    assert rows["n-sn"]["norm_source"] == "Weinberg 2016"
    assert rows["CI"]["no_norm_because"] == "None that we could check."
    assert data["asymmetry"]["face_rms"] < 1e-3
    assert len(table.read_text(encoding="utf-8").splitlines()) == len(rows) + 1
    text = run("measure", head).out
    assert "Nose height" in text
    assert "No norm" not in text


def test_edit_adds_a_step(run: Any, head: Path, tmp_path: Path) -> None:
    out = tmp_path / "old.face"
    result = run("edit", head, out, "age", "--years", 70, "--json")
    assert result.code == 0
    assert result.data["subject"]["age"]["value"] == 70
    loaded = load(out, MODELS)
    assert [edit.kind for edit in loaded.history.project.edits] == ["age"]
    assert loaded.history.undo_name == "Age"
    assert loaded.baked.subject.age.value == 70
    assert load(head, MODELS).history.project.edits == (), "the input is left alone"


def test_an_edit_may_overwrite_its_input(run: Any, head: Path) -> None:
    assert run("edit", head, head, "age", "--years", 5).code == 0
    assert run("edit", head, head, "sex_ancestry", "--sex", -1).code == 0
    result = run("edit", head, head, "sex_ancestry", "--asian", 0.5, "--json")
    assert result.data["steps"] == ["age", "sex_ancestry", "sex_ancestry"]
    assert result.data["subject"]["sex"]["value"] == -1, "what is not given stays"
    assert result.data["subject"]["age"]["value"] == 5


def test_edit_takes_weights_masks_and_strength(run: Any, head: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.face"
    words = ("--weights", "identity_000=2", "detail_000=-1,identity_001=0.5", "--mask", "nose")
    assert run("edit", head, out, "identity", *words, "--strength", 0.5, "--quiet").out == ""
    (edit,) = load(out, MODELS).history.project.edits
    assert dict(edit.weights) == {"identity_000": 2.0, "detail_000": -1.0, "identity_001": 0.5}
    assert edit.strength == 0.5
    np.testing.assert_array_equal(edit.mask, MODELS.lifespan().topology.regions["nose"])


@pytest.mark.parametrize("suffix", ["npy", "json", "txt"])
def test_a_mask_from_a_file(run: Any, head: Path, tmp_path: Path, suffix: str) -> None:
    mask = np.linspace(0, 1, 162, dtype=np.float32)
    path = tmp_path / f"mask.{suffix}"
    match suffix:
        case "npy":
            np.save(path, mask)
        case "json":
            path.write_text(json.dumps(mask.tolist()))
        case "txt":
            path.write_text("\n".join(map(str, mask)))
    assert run("edit", head, head, "age", "--years", 3, "--mask", path).code == 0
    np.testing.assert_allclose(load(head, MODELS).history.project.edits[0].mask, mask, atol=1e-7)


def test_neutralise(run: Any, head: Path, tmp_path: Path) -> None:
    run("edit", head, head, "expression", "--weights", "jawOpen=0.8")
    result = run("neutralise", head, tmp_path / "calm.face", "--json")
    assert result.data["expression"] == {}
    assert load(head, MODELS).baked.expression["jawOpen"] == 0.8


def test_complete_a_region(run: Any, head: Path, tmp_path: Path) -> None:
    out = tmp_path / "whole.face"
    data = run("complete", head, out, "--region", "nose", "--json").data
    assert data["steps"][-1] == "complete"
    assert data["within_90"] > 0
    mask = MODELS.lifespan().topology.regions["upper_lip"]
    np.save(tmp_path / "cleft.npy", mask)
    words = ("--region", tmp_path / "cleft.npy", "--alternative", 3, "--mirror", 0.5)
    assert run("complete", head, out, *words).code == 0
    (edit,) = load(out, MODELS).history.project.edits
    np.testing.assert_array_equal(edit.area, mask)
    assert (edit.alternative, edit.mirror) == (3, 0.5)


def test_compare_measures_what_was_changed(run: Any, head: Path, tmp_path: Path) -> None:
    grown = tmp_path / "grown.face"
    run("edit", head, grown, "age", "--years", 60)
    words = ("-o", tmp_path / "heat.png", "--no-align", "--json")
    data = run("compare", head, grown, *words).data
    model = MODELS.lifespan()
    factor = model.growth(60) / model.growth(30) - 1
    size = np.linalg.norm(model.mean().vertices, axis=1)
    assert factor * size.min() < data["median"] < factor * size.max()
    assert data["max"] == pytest.approx(factor * size.max(), rel=1e-4)
    assert data["signed_mean"] > 0
    assert set(data["regions"]) == set(model.topology.regions)
    assert pixels_of(tmp_path / "heat.png").shape == (800, 800, 3)
    back = run("compare", grown, head, "--json").data
    assert back["signed_mean"] < 0
    same = run("compare", head, head, "--json").data
    assert same["max"] < 1e-6


def test_compare_aligns_unless_told_not_to(run: Any, head: Path, tmp_path: Path) -> None:
    face = Evaluator(MODELS).face(Project())
    pose = np.eye(4, dtype=np.float32)
    pose[0, 3] = 7.0
    moved = tmp_path / "moved.face"
    save(History.of(Project(edits=(Register(face=replace(face, pose=pose)),))), moved, MODELS)
    assert run("compare", head, moved, "--json").data["max"] < 1e-4
    assert run("compare", head, moved, "--no-align", "--json").data["mean"] == pytest.approx(7.0)


def test_compare_leaves_expressions_out_when_asked(run: Any, head: Path, tmp_path: Path) -> None:
    smiling = tmp_path / "smile.face"
    run("edit", head, smiling, "expression", "--weights", "jawOpen=1")
    assert run("compare", head, smiling, "--json").data["max"] > 1
    assert run("compare", head, smiling, "--neutral", "--json").data["max"] < 1e-6


def test_render(run: Any, head: Path, tmp_path: Path) -> None:
    out = tmp_path / "picture.png"
    assert run("render", head, "-o", out, "--view", "left", "--size", "320x240").code == 0
    picture = pixels_of(out).astype(int)
    assert picture.shape == (240, 320, 3)
    assert np.abs(picture[120, 160] - picture[2, 2]).sum() > 60, "a head stands in the middle"


def test_sample_is_repeatable_and_editable(run: Any, tmp_path: Path) -> None:
    people = run("sample", "lifespan", "-n", 3, "--seed", 4, "-o", tmp_path / "a", "--json").data
    again = run("sample", "lifespan", "-n", 3, "--seed", 4, "-o", tmp_path / "b", "--json").data
    assert [p["seed"] for p in people["people"]] == [p["seed"] for p in again["people"]]
    one, other = (sorted((tmp_path / name).glob("*.face")) for name in "ab")
    assert [path.name for path in one] == ["lifespan-1.face", "lifespan-2.face", "lifespan-3.face"]
    assert [p.read_bytes() for p in one] == [p.read_bytes() for p in other]
    first, second = (load(path, MODELS).baked.mesh.vertices for path in one[:2])
    assert np.abs(first - second).max() > 1
    aged = run("sample", "lifespan", "--age", 0.5, "-o", tmp_path / "c", "--json").data
    assert aged["people"][0]["age"] == 0.5


def test_an_expression_comes_from_a_name_or_from_another_head(
    run: Any, head: Path, tmp_path: Path
) -> None:
    donor, out = tmp_path / "donor.face", tmp_path / "out.face"
    run("edit", head, donor, "expression", "--weights", "jawOpen=0.5")
    data = run("edit", head, out, "expression", "--from", donor, "--strength", 0.5, "--json").data
    assert data["expression"] == {"jawOpen": 0.25}
    assert load(out, MODELS).history.project.sources[0].role == "donor"
    data = run("edit", donor, out, "expression", "--from", "NEUTRAL", "--json").data
    assert data["expression"] == {}
    failed(run("edit", head, out, "expression", "--from", "smirk"), "smirk", "Surprise")


def test_anonymise_tells_how_far_and_keeps_no_history(run: Any, head: Path, tmp_path: Path) -> None:
    sad, out = tmp_path / "sad.face", tmp_path / "out.face"
    run("edit", head, sad, "expression", "--weights", "jawOpen=0.5")
    data = run("anonymise", sad, out, "--seed", 9, "--drop", "sex", "--json").data
    assert data["seed"] == 9
    assert data["distance"] > 0
    assert data["sigma"] > 0
    assert data["kept"] == ["age", "expression", "ancestry"]
    project = load(out, MODELS).history.project
    assert [edit.kind for edit in project.edits] == ["start", "expression"]
    failed(run("anonymise", sad, out, "--seed", 0), "--seed 0", "1 to 9999")
    kept = run("edit", sad, out, "anonymise", "--seed", 9, "--no-keep-sex")
    assert "still holds who it was" in kept.out


def test_ages_are_given_as_people_say_them(run: Any, head: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.face"
    for text, years in (("7mo", 7 / 12), ("2.5 y", 2.5), ("7 months", 7 / 12), ("40", 40.0)):
        data = run("edit", head, out, "age", "--years", text, "--json").data
        assert data["subject"]["age"]["value"] == pytest.approx(years)
    failed(run("edit", head, out, "age", "--years", "young"), "young")
