"""Brushes and pulled points on the real head model: does the face stay a face?"""

from __future__ import annotations

import numpy as np
import pytest

from facewright.engine.edits.judging import judged
from facewright.engine.edits.pull import Pull, PulledPoint
from facewright.engine.edits.register import Register
from facewright.engine.edits.reshape import encode, mean_face
from facewright.engine.edits.sculpt import Sculpt
from facewright.engine.edits.start import Start
from facewright.engine.edits.strokes import Spot, Stroke
from facewright.engine.files.project import load, save
from facewright.engine.geometry.brush import KINDS, Brush
from facewright.engine.geometry.laplacian import edges_of
from facewright.engine.geometry.normals import flipped
from facewright.engine.models.plausible import IMPLAUSIBLE, shape_plausibility
from facewright.engine.project import History, Project

pytestmark = pytest.mark.acceptance

STROKES = 100


@pytest.fixture(scope="module")
def person(models):
    """A person of the model with detail of its own, as a scan has."""
    face = Start(seed=7, age=34.0).apply(mean_face(models), models)
    rough = np.random.default_rng(0).normal(0, 0.05, face.mesh.vertices.shape)
    return face.with_vertices((face.mesh.vertices + rough).astype(np.float32))


def score(face, models) -> float:
    model = models.lifespan()
    return shape_plausibility(judged(face, model), model)


def visible(models) -> np.ndarray:
    """Triangles of the outer face."""
    template = models.lifespan().template
    inside = template.face
    return np.flatnonzero(inside[template.fine.faces].all(axis=1))


def sculpted(models, person, confinement: str, seed: int = 1):
    """Yield the head after each of many random strokes in one layer."""
    for layer in layers(models, person, confinement, seed):
        yield layer.apply(person, models)


def layers(models, person, confinement: str, seed: int = 1, count: int = STROKES):
    """Yield the layer after each of many random strokes."""
    rng = np.random.default_rng(seed)
    faces, layer = models.lifespan().topology.faces, Sculpt()
    triangles = visible(models)
    for _ in range(count):
        kind = KINDS[rng.integers(len(KINDS))]
        brush = Brush(
            kind,
            radius=float(rng.uniform(10, 45)),
            strength=float(rng.uniform(0.5, 1.0)),
            mirror=bool(rng.random() < 0.5),
            invert=kind == "inflate" and bool(rng.random() < 0.5),
        )
        stroke = Stroke(layer, person, models, brush, confinement=confinement)
        spot = Spot(faces[rng.choice(triangles)], rng.dirichlet(np.ones(3)))
        if kind == "grab":
            stroke.take(spot)
            stroke.drag(rng.normal(0, 6.0, 3))
        else:
            for _ in range(8):
                stroke.dab(spot)
        layer = stroke.layer
        yield layer


def test_plausible_strokes_leave_a_plausible_face(models, person, capsys):
    start = score(person, models)
    plausible = list(sculpted(models, person, "plausible"))
    scores = [score(face, models) for face in plausible]
    free = list(sculpted(models, person, "free"))
    wild = [score(face, models) for face in free]
    last, faces = plausible[-1].mesh.vertices, person.mesh.topology.faces
    moved = np.linalg.norm(last - person.mesh.vertices, axis=1)
    turned = [
        len(flipped(person.mesh.vertices, f[-1].mesh.vertices, faces)) for f in (plausible, free)
    ]
    with capsys.disabled():
        print(
            f"\n{STROKES} random strokes, plausibility {start:.1f} before: in the plausible space "
            f"at most {max(scores):.2f}, {scores[-1]:.2f} at the end, {turned[0]} triangles turned "
            f"over; free at most {max(wild):.1f}, {wild[-1]:.1f} at the end, above 3 from stroke "
            f"{next((i + 1 for i, s in enumerate(wild) if s > 3), 0)} on, {turned[1]} turned over; "
            f"the plausible face moved {moved.mean():.1f} mm (mean), {moved.max():.1f} mm (most)"
        )
    assert max(scores) < IMPLAUSIBLE
    assert max(wild) > IMPLAUSIBLE  # or the confinement would have had nothing to do
    assert moved.max() > 5.0


def test_two_hundred_strokes_take_little_room(models, person, tmp_path, capsys):
    base = Project(edits=(Register(face=person),))
    history, held = History.of(base), {}
    save(history, tmp_path / "before.face", models)
    for layer in layers(models, person, "free", count=200):
        history = history.commit("Stroke", base.with_edit(layer))
        held |= {id(piece): piece.nbytes for piece in layer.offsets}
    save(history, tmp_path / "after.face", models)
    before, after = ((tmp_path / f"{n}.face").stat().st_size for n in ("before", "after"))
    with capsys.disabled():
        print(
            f"\n200 free strokes: {(after - before) / 1e6:.1f} MB of the file, "
            f"{sum(held.values()) / 1e6:.1f} MB of memory, {len(layer.offsets)} pieces at the end"
        )
    assert after - before < 8e6
    again = load(tmp_path / "after.face", models).history
    for index in (1, 100, 200):
        one, other = (h.versions[index].project.edits[1] for h in (history, again))
        np.testing.assert_array_equal(
            one.apply(person, models).mesh.vertices, other.apply(person, models).mesh.vertices
        )


def test_a_plausible_stroke_goes_where_the_hand_goes(models, person, capsys):
    """A drag that people's faces allow is followed, detail and the rest of the face kept."""
    marks = models.lifespan().template.landmarks
    told = []
    for name, way in (("prn", (0, 0, 4)), ("pg", (0, -4, 0)), ("ch_l", (3, 0, 0))):
        row = marks.names.index(name)
        spot = Spot(marks.corners[row], marks.weights[row])
        brush = Brush("grab", radius=25.0, mirror=name.endswith("_l"))
        stroke = Stroke(Sculpt(), person, models, brush, confinement="plausible")
        stroke.take(spot)
        stroke.drag(way)
        after = stroke.layer.apply(person, models)
        moved = after.mesh.vertices - person.mesh.vertices
        followed = (spot.weights @ moved[spot.corners]) @ np.array(way) / np.dot(way, way)
        told.append(f"{name} follows {100 * followed:.0f} %")
        assert followed > 0.85
        model = models.lifespan()
        before, now = (
            f.mesh.vertices - model.vertices(encode(f, model).coefficients) for f in (person, after)
        )
        assert np.linalg.norm(now) == pytest.approx(np.linalg.norm(before), rel=0.05)
    with capsys.disabled():
        print("\n" + ", ".join(told))


def test_pulled_points_are_reached_by_a_plausible_face(models, person, capsys):
    rng = np.random.default_rng(3)
    marks = models.lifespan().template.landmarks
    names = [n for n in ("prn", "sn", "n", "pg", "ch_l", "ch_r", "al_l", "al_r", "zy_l", "zy_r",
                         "go_l", "go_r", "ex_l", "ex_r", "g") if n in marks.names]  # fmt: skip
    missed, scores = {"exact": [], "model": []}, {"exact": [], "model": []}
    for _ in range(20):
        chosen = rng.choice(names, rng.integers(1, 6), replace=False)
        rows = [marks.names.index(name) for name in chosen]
        points = tuple(
            PulledPoint(
                marks.names[row],
                tuple(int(c) for c in marks.corners[row]),
                tuple(float(w) for w in marks.weights[row]),
                tuple(float(m) for m in rng.normal(0, 2.5, 3)),
            )
            for row in rows
        )
        for finish in missed:
            step = Pull(finish=finish).with_points(points, person, models)
            after = step.apply(person, models)
            wanted = [p.on(person.mesh.vertices) + p.move for p in points]
            gaps = np.linalg.norm(
                [p.on(after.mesh.vertices) for p in points] - np.array(wanted), axis=1
            )
            missed[finish].append(gaps.max())
            scores[finish].append(score(after, models))
    with capsys.disabled():
        for finish in missed:
            print(
                f"\n20 pulls of 1 to 5 points, {finish}: missed by at most "
                f"{max(missed[finish]):.2f} mm; plausibility at most {max(scores[finish]):.2f} "
                f"(median {np.median(scores[finish]):.2f})"
            )
    assert max(missed["exact"]) < 0.5
    assert max(scores["model"]) < IMPLAUSIBLE
    assert max(scores["exact"]) < IMPLAUSIBLE


@pytest.mark.parametrize("name", ["prn", "ls", "pg", "zy_l", "en_l", "ex_l", "go_l", "t_l"])
@pytest.mark.parametrize("move", [(0.0, 1.0, 4.0), (5.0, 0.0, 0.0), (0.0, -4.0, 0.0)])
def test_what_is_hidden_follows_a_pull_with_its_surroundings(models, person, name, move):
    """Sockets and mouth as well: nothing moves farther than what was pulled, or by itself."""
    rig, marks, topology = models.rig(), models.lifespan().template.landmarks, person.mesh.topology
    row = marks.names.index(name)
    corners, weights = marks.corners[row].tolist(), marks.weights[row].tolist()
    step = Pull().with_points((PulledPoint(name, corners, weights, move),), person, models)
    before, after = (rig.pose(f).skin.vertices for f in (person, step.apply(person, models)))
    moved = after - before
    assert np.linalg.norm(moved, axis=1).max() < 1.4 * np.linalg.norm(move)
    ends = edges_of(topology.faces)
    total, count = np.zeros((topology.count, 3)), np.zeros(topology.count)
    for here, there in (ends.T, ends.T[::-1]):
        np.add.at(total, here, moved[there])
        np.add.at(count, here, 1.0)
    alone = moved - total / np.maximum(count, 1.0)[:, None]
    assert np.linalg.norm(alone, axis=1).max() < 0.5 * np.linalg.norm(move)
