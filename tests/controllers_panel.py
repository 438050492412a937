"""The Controllers panel of a window over the models that ship, and what its head measures."""

from __future__ import annotations

from stores import shipped

from facewright.engine.edits.controllers import Controllers
from facewright.engine.models.parts.steering import KEYS


def controllers_panel(open_window, qtbot):
    """The panel, made in the test: pytest would keep one that a fixture returns."""
    window = open_window()
    window.raise_panel("controllers")
    panel = window.panels["controllers"]
    qtbot.waitUntil(panel.isVisible)
    qtbot.waitUntil(lambda: panel.list is not None and panel.list.isVisible())
    return panel


def weights(panel) -> dict[str, float]:
    return dict(panel.document.edit_for(Controllers)[1].weights)


def measure(panel, key, side=""):
    vertices = panel.document.face_at().mesh.vertices
    return shipped().controllers().ruler.measured(vertices, side)[KEYS[key]]


def names(panel) -> list[str]:
    """The names of the versions after the first."""
    return [version.name for version in panel.document.history.versions[1:]]


def listen(panel, monkeypatch) -> list[str]:
    """What the user is told from now on."""
    told: list[str] = []
    window = panel.window()
    monkeypatch.setattr(window.banner, "tell", lambda message: told.append(message.text))
    return told


def type_in(slider, text):
    """Type a value as into the field at a slider."""
    slider.edit(text)
    slider._editor._end(text)
