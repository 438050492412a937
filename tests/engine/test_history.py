"""The history of a project: a value that undoes, redoes, names and forgets versions."""

from __future__ import annotations

import pytest

from facewright.engine.edits.age import Age
from facewright.engine.project import History, Project


def test_history_undoes_redoes_and_names() -> None:
    history = History()
    assert not history.can_undo
    assert history.undo() is history
    assert history.redo() is history
    projects = [Project(notes=str(i)) for i in range(4)]
    for i, project in enumerate(projects):
        history = history.commit(f"Step {i}", project)
    assert history.project is projects[3]
    assert history.undo_name == "Step 3"
    back = history.undo().undo()
    assert back.project is projects[1]
    assert back.redo_name == "Step 2"
    assert back.redo().redo().project is projects[3]
    assert history.jump(0).project.edits == ()
    other = back.commit("Another way", Project(notes="x"))
    assert [v.name for v in other.versions] == ["New project", "Step 0", "Step 1", "Another way"]
    assert not other.can_redo
    assert history.project is projects[3], "a history is a value"
    with pytest.raises(ValueError, match="no version 9"):
        history.jump(9)


def test_a_name_outlives_undo() -> None:
    history = History.of(Project(), "Begin").commit("One", Project(notes="1"), time=12.5)
    history = history.labelled(history.shown, "Before surgery")
    assert history.shown.title == "Before surgery"
    assert history.shown.name == "One"
    assert history.undo_name == "One"
    assert history.shown.time == 12.5
    named = history.shown
    other = history.undo().commit("Another way", Project(notes="2"))
    assert other.kept == (named,)
    assert other.named == (named,)
    assert named not in other.versions
    renamed = other.labelled(named, "A")
    assert [version.label for version in renamed.named] == ["A"]
    assert renamed.labelled(renamed.kept[0], "").named == ()
    assert renamed.undo().redo().kept == renamed.kept


def test_any_version_but_the_shown_one_can_go() -> None:
    history = History.of(Project(), "Begin")
    for i in range(4):
        history = history.commit(f"Step {i}", Project(notes=str(i)))
    less = history.without(history.versions[1]).without(history.versions[0])
    assert [version.name for version in less.versions] == ["Step 1", "Step 2", "Step 3"]
    assert less.project is history.project
    with pytest.raises(ValueError, match="is shown"):
        less.without(less.shown)
    with pytest.raises(ValueError, match="not of this history"):
        less.without(history.versions[0])


def test_thousands_of_versions_share_their_edits() -> None:
    project = Project(edits=tuple(Age(years=float(k)) for k in range(3)))
    history = History.of(project)
    for i in range(3000):
        project = project.with_replaced(1, Age(years=i / 100))
        history = history.commit("Drag", project)
    assert history.versions[5].project.edits[0] is history.project.edits[0]
    assert len(history.versions) == 3001
