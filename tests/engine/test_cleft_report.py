"""The cleft plan as a report: complete, self-contained, safe, and honest about what it is."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
import pytest

from facewright.engine import cli
from facewright.engine.commands.rater import read_rater
from facewright.engine.edits.register import Register
from facewright.engine.edits.repair import Repair, plan_of
from facewright.engine.errors import InputError
from facewright.engine.face import Face, Subject, Trait, Weights
from facewright.engine.files.project import save
from facewright.engine.landmarks import Landmarks
from facewright.engine.measure.agreement import agreement
from facewright.engine.measure.cleft import measure_cleft
from facewright.engine.models.lifespan import LifespanModel
from facewright.engine.models.store import ModelStore
from facewright.engine.project import History, Project, Source
from facewright.engine.reports.cleft import NO_DEVICE, NOT_PLACED, planned, to_data
from facewright.engine.reports.cleft_page import to_html
from facewright.engine.scans.clefts import Cleft, Kind, with_cleft
from facewright.engine.scans.marked import marked_on_scan
from facewright.engine.visits import Round, Visit

STORE = ModelStore()


@pytest.fixture(scope="module")
def made(model: LifespanModel) -> Cleft:
    c = np.array(model.defaults)
    c[0] = 0.35
    return with_cleft(model.instance(c), STORE.lifespan().template, Kind("left", "complete", 0.7))


@pytest.fixture(scope="module")
def face(made: Cleft) -> Face:
    mesh = STORE.lifespan().mean().moved(made.mesh.vertices)
    subject = Subject(age=Trait(0.35, "given"), sex=Trait(1.0, "given"))
    return Face(mesh, subject=subject, landmarks=made.landmarks)


PROJECT = Project(sources=(Source("<b>scan & co</b>.ply", "ab" * 32),))


class Tags(HTMLParser):
    """Counts tags and collects text and addresses."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.words: list[str] = []
        self.sources: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ("meta", "img", "br"):
            self.open.append(tag)
        self.sources += [value or "" for name, value in attrs if name in ("src", "href")]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def test_the_page_holds_all_that_a_reader_needs(face: Face, made: Cleft) -> None:
    errors = {"nostril width": agreement([1.0, 1.4, 2.0], [1.1, 1.4, 1.9])}
    plan = planned(PROJECT, face, Repair(side="left", way="blend"), "Kim <i>", STORE, errors=errors)
    page = to_html(plan, STORE)
    read = Tags()
    read.feed(page)
    assert not read.open
    words = " ".join(read.words)
    assert len(read.sources) == 9  # before, proposed and change, three views each
    assert all(source.startswith("data:image/jpeg;base64,") for source in read.sources)
    assert "Kim <i>" in words  # as words, not as a tag
    assert "<i>" not in page.replace("&lt;i&gt;", "")
    assert NO_DEVICE in words
    assert "<b>scan & co</b>.ply" in words
    assert "ab" * 32 in words
    reference = STORE.reference("lifespan")
    assert reference.sha256 in words
    assert f"{reference.id} {reference.version}" in words
    assert "Columellar angle" in words
    assert "No norm at this age" in words
    assert "Dahlberg" in words
    assert "4 months" in words
    assert "moved by 0.00 mm" in words


def test_the_numbers_are_those_of_the_heads(face: Face, made: Cleft, model) -> None:
    plan = planned(PROJECT, face, Repair(side="left", way="model"), "Kim", STORE)
    expected = measure_cleft(made.mesh, made.landmarks, "left")
    for row in plan.rows:
        assert row.before == pytest.approx(expected[row.definition.code], abs=1e-6)
    asked = plan_of(Repair(side="left", way="model"), face, STORE)
    assert plan.within == pytest.approx(asked.asked.within_90(asked.spread))
    assert plan.known_moved == 0.0
    apart = np.linalg.norm(plan.proposed.mesh.vertices - face.mesh.vertices, axis=1)
    np.testing.assert_allclose(plan.change.distances, apart, atol=1e-5)
    data = json.loads(json.dumps(cli.plain(to_data(plan))))
    assert data["medical_device"] is False
    assert data["measures"][0]["code"] == "columellar angle"


def marked(face: Face, shift: tuple[float, float, float]) -> Project:
    """A head whose scan was marked before it was made, in centimetres; the point c is off."""
    there = face.landmarks.on(face.mesh.vertices)
    chosen = ("sn", "c")
    spots = np.stack([there[name] for name in chosen]) + np.outer([0, 1], shift)
    scale = np.diag([10.0, 10.0, 10.0, 1.0]).astype(np.float32)
    placed = np.column_stack([spots / 10, np.ones(2)]).astype(np.float32)
    bare = replace(face, landmarks=None)
    step = Register(face=bare, source="s", names="\n".join(chosen), placed=placed)
    return Project(sources=(Source("a.ply", "s", unit="cm", transform=scale),), edits=(step,))


def test_points_placed_on_the_scan_go_before_the_fit(face: Face) -> None:
    bare, repair = replace(face, landmarks=None), Repair(side="left")
    project = marked(face, (3.0, 0.0, 0.0))
    unmarked = replace(project.edits[0], names="", placed=None)
    without = planned(replace(project, edits=(unmarked,)), bare, repair, "a", STORE)
    assert NOT_PLACED in without.notes
    plan = planned(project, bare, repair, "a", STORE)
    assert NOT_PLACED not in plan.notes
    rows = [p.rows[0] for p in (without, plan)]
    assert rows[1].before > rows[0].before + 10
    assert rows[1].proposed == rows[0].proposed


def test_points_placed_on_the_head_go_before_those_on_the_scan(face: Face) -> None:
    project = marked(face, (3.0, 0.0, 0.0))
    again = planned(project, face, Repair(side="left"), "a", STORE)
    only = planned(PROJECT, face, Repair(side="left"), "a", STORE)
    assert [row.before for row in again.rows] == [row.before for row in only.rows]


def test_points_placed_on_the_scan_follow_later_steps_alone(face: Face) -> None:
    project = marked(replace(face, expression=Weights(jawOpen=0.7)), (0.0, 0.0, 0.0))
    step = project.edits[0]
    shown = STORE.rig().pose(step.face).skin.vertices
    spots = face.landmarks.on(shown)
    held = np.stack([spots[name] for name in ("sn", "c")]) / 10
    placed = np.column_stack([held, np.ones(2)]).astype(np.float32)
    open_mouth = replace(project, edits=(replace(step, placed=placed),))
    later = step.face.mesh.moved(step.face.mesh.vertices + np.float32([2.0, 0.0, -1.0]))
    for mesh, way in ((step.face.mesh, [0.0, 0.0, 0.0]), (later, [2.0, 0.0, -1.0])):
        found = marked_on_scan(open_mouth, replace(face, mesh=mesh, landmarks=None), STORE)
        assert found is not None
        for name in ("sn", "c"):
            np.testing.assert_allclose(found[name], spots[name] + way, atol=1e-3)


def test_without_a_side_there_is_no_plan_and_a_mirror_needs_one(face: Face) -> None:
    with pytest.raises(InputError, match="which side"):
        planned(PROJECT, face, Repair(), "Kim", STORE)
    with pytest.raises(InputError, match="no healthy one"):
        planned(PROJECT, face, Repair(side="both", way="mirror"), "Kim", STORE)
    none = np.zeros(len(face.mesh.vertices), np.float32)
    with pytest.raises(InputError, match="Nothing is masked"):
        planned(PROJECT, face, Repair(side="left", area=none), "Kim", STORE)


def test_landmarks_inside_the_plan_do_not_follow_the_old_skin(face: Face, model) -> None:
    """The proposal is measured at the template's points, but for those on skin that stays."""
    own = STORE.lifespan().template.landmarks
    far = own.select(("pg",))
    wing = own.select(("al_l",)).corners[0]
    moved = Landmarks.build(("sn", "pg"), [wing, far.corners[0]], [[1, 0, 0], far.weights[0]])
    one = planned(PROJECT, replace(face, landmarks=moved), Repair(side="left"), "a", STORE)
    two = planned(PROJECT, replace(face, landmarks=None), Repair(side="left"), "a", STORE)
    for a, b in zip(one.rows, two.rows, strict=True):
        assert a.proposed == pytest.approx(b.proposed, nan_ok=True)


def test_the_command_writes_head_report_and_numbers(face: Face, tmp_path, capsys) -> None:
    bare = replace(face, landmarks=None)
    project = Project(edits=(Register(face=bare, source="s"),), sources=(Source("a.ply", "s"),))
    head = tmp_path / "kim.face"
    save(History.of(project), head, STORE, face=bare)
    out = tmp_path / "plan"
    words = ["cleft", str(head), "--side", "left", "--out", str(out), "--json", "--no-pdf"]
    assert cli.main(words, STORE) == 0
    data = json.loads(capsys.readouterr().out)
    assert data["proposal"] == "blend"
    assert {path.name for path in out.iterdir()} == {"kim.face", "kim.html", "kim.json"}
    assert re.search(r"data:image/jpeg", (out / "kim.html").read_text())
    assert data["known_skin_moved"] == 0.0
    assert cli.main(["info", str(out / "kim.face"), "--json"], STORE) == 0
    steps = json.loads(capsys.readouterr().out)["files"][0]["steps"]
    assert [step["kind"] for step in steps] == ["register", "repair"]


def test_a_rater_is_told_apart_from_the_heads(face: Face, made: Cleft, tmp_path, capsys) -> None:
    """Three heads marked twice: what one point is off by comes back as the error."""
    rng, marks = np.random.default_rng(3), made.landmarks
    paths: dict[int, list[str]] = {0: [], 1: []}
    for number, severity in enumerate((0.2, 0.5, 0.9)):
        truth = made.truth
        opened = with_cleft(truth, STORE.lifespan().template, Kind("left", "complete", severity))
        for again in (0, 1):
            weights = opened.landmarks.weights.copy()
            row = marks.names.index("sn")
            weights[row] = rng.dirichlet((2, 2, 2))
            placed = Landmarks.build(marks.names, opened.landmarks.corners, weights)
            head = replace(face, mesh=face.mesh.moved(opened.mesh.vertices), landmarks=None)
            project = Project(
                edits=(Register(face=head, source="s"),),
                sources=(Source("a.ply", "s"),),
                landmarks=placed,
            )
            path = tmp_path / f"{number}-{again}.face"
            save(History.of(project), path, STORE, face=head)
            paths[again].append(str(path))
    out = tmp_path / "rater.json"
    words = ["rater", *paths[0], "--again", *paths[1], "--side", "left", "-o", str(out), "--json"]
    assert cli.main(words, STORE) == 0
    found = json.loads(capsys.readouterr().out)["measures"]
    assert found["nostril width"]["dahlberg"] == pytest.approx(0.0)  # its points stayed
    assert 0.0 < found["columellar angle"]["dahlberg"] < 10.0
    assert found["columellar angle"]["correlation"]["value"] > 0.5
    errors = read_rater(out)
    assert errors["columellar angle"].dahlberg == found["columellar angle"]["dahlberg"]
    plan = planned(PROJECT, face, Repair(side="left"), "Kim", STORE, errors=errors)
    assert "Dahlberg" in to_html(plan, STORE)

    assert cli.main([*words[:2], "--again", *paths[1], "--side", "left"], STORE) == 1
    assert "make no pairs" in capsys.readouterr().err
    (tmp_path / "no.json").write_text("[]")
    with pytest.raises(InputError, match="no rater's error"):
        read_rater(tmp_path / "no.json")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--side", "left", "--out", "X/deep/er"], "folder"),
        (["--side", "up", "--out", "X"], "up"),
        (["--out", "X"], "--side"),
        (["--side", "both", "--out", "X", "--proposal", "mirror"], "healthy"),
        (["--side", "left", "--out", "X", "--mask", "moustache"], "moustache"),
    ],
)
def test_a_wrong_command_says_what_is_wrong(words, told, face, tmp_path, capsys) -> None:
    project = Project(edits=(Register(face=face, source="s"),), sources=(Source("a.ply", "s"),))
    head = tmp_path / "kim.face"
    save(History.of(project), head, STORE, face=face)
    words = [word.replace("X", str(tmp_path / "out")) for word in words]
    assert cli.main(["cleft", str(head), *words], STORE) == 1
    assert told in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_rounds_inside_projects_tell_the_same_error(face: Face, made: Cleft, tmp_path, capsys):
    """One project with two rounds, and two projects with one each."""
    marks = made.landmarks
    row = marks.names.index("sn")
    weights = marks.weights.copy()
    weights[row] = (0.2, 0.5, 0.3)
    corners = marks.corners.copy()
    corners[row] = next(f for f in face.mesh.topology.faces if corners[row][0] in f)
    again = Landmarks.build(marks.names, corners, weights)
    bare = replace(face, landmarks=None)
    project = Project(edits=(Register(face=bare, source="s"),), sources=(Source("a.ply", "s"),))
    parts = {
        "both": replace(project, landmarks=again, rounds=(Round(marks), Round(again), Round())),
        "one": replace(project, landmarks=marks),
        "two": replace(project, landmarks=again),
        "few": replace(project, landmarks=marks.select(("sn", "c"))),
    }
    paths = {name: tmp_path / f"{name}.face" for name in parts}
    for name, part in parts.items():
        save(History.of(part), paths[name], STORE)

    def told(*words: object) -> dict[str, dict[str, float]]:
        assert cli.main(["rater", *map(str, words), "--side", "left", "--json"], STORE) == 0
        return json.loads(capsys.readouterr().out)["measures"]

    inside = told(paths["both"])
    assert inside["columellar angle"]["dahlberg"] > 0
    assert told(paths["one"], "--again", paths["two"]) == inside
    few = told(paths["few"], "--again", paths["few"])
    assert "nostril width" not in few  # its points were not placed: no error to speak of
    assert few["columellar angle"]["dahlberg"] == 0.0
    assert cli.main(["rater", str(paths["one"]), "--side", "left"], STORE) == 1
    assert "was not marked twice" in capsys.readouterr().err


def test_visits_and_rounds_of_the_project_go_into_the_report(face: Face, made: Cleft) -> None:
    """A healed lip at a later visit, and the same landmarks placed twice."""
    later = Face(
        face.mesh.moved(made.truth.vertices), Subject(age=Trait(1.0, "given")), landmarks=None
    )
    weights = made.landmarks.weights.copy()
    row = made.landmarks.names.index("sn")
    weights[row] = (0.5, 0.5, 0.0)
    corners = made.landmarks.corners.copy()
    corners[row] = face.mesh.topology.faces[(face.mesh.topology.faces == corners[row][0]).any(1)][0]
    again = Landmarks.build(made.landmarks.names, corners, weights)
    project = replace(
        PROJECT,
        day="2026-01-01",
        visits=(Visit("later<b>.ply", "cd" * 32, later, "2026-09-01"),),
        rounds=(Round(made.landmarks), Round(again), Round()),
    )
    plan = planned(project, face, Repair(side="left"), "Kim", STORE)
    assert [v.day for v in plan.follow_up.visits] == ["2026-01-01", "2026-09-01"]
    course = next(c for c in plan.follow_up.courses if c.definition.code == "nostril width")
    assert course.values[0] > 1.5 > 1.1 > course.values[1]
    assert len(plan.follow_up.changes) == 1
    assert plan.errors["columellar angle"].dahlberg > 0
    assert plan.errors["wing length"].dahlberg == pytest.approx(0.0, abs=1e-9)
    assert plan.points["sn"] > 0 == plan.points["c"]
    read = Tags()
    page = to_html(plan, STORE)
    read.feed(page)
    words = " ".join(read.words)
    assert not read.open
    assert len(read.sources) == 9 + 2 + 3  # two portraits and three views of the change
    assert "2026-01-01 · 4 months" in words
    assert "From 2026-01-01 · 4 months to 2026-09-01 · 12 months" in words
    assert "All ratios" in words
    assert "Cleft width: it wants a point" in words
    data = json.loads(json.dumps(cli.plain(to_data(plan)), allow_nan=False))
    assert data["visits"][1]["day"] == "2026-09-01"
    assert data["visits"][0]["sha256"] is None
