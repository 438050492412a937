"""A document and what panels need of a window, without one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

from toy import ToyStore

from facewright.app.document import Document
from facewright.app.plausible import Plausibility
from facewright.engine.edits.base import Edit
from facewright.engine.edits.start import Start
from facewright.engine.project import History, Project


@contextmanager
def working(*edits: Edit) -> Iterator[Any]:
    """Yield a bench with an open document of the toy head; afterwards nothing listens to it."""
    document = Document(ToyStore())  # type: ignore[arg-type]
    plausible = Plausibility(document)
    document.open(History.of(Project(edits=edits or (Start(),)), "Head"), title="Toy", saved=True)
    yield SimpleNamespace(document=document, plausible=plausible)
    plausible.close()
    document.close()


def shown(panel: Any, qtbot: Any) -> Any:
    """Show a panel at the least width it has in the window."""
    qtbot.addWidget(panel)
    panel.resize(340, 640)
    panel.show()
    return panel


def steps(document: Document) -> list[str]:
    """The names of the steps of the history, the first version left aside."""
    return [version.name for version in document.history.versions[1:]]
