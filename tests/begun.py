"""Windows with a head in them, as tests of several panels begin."""

from __future__ import annotations

from dataclasses import replace

from facewright.engine.edits.identity import Identity
from facewright.engine.face import Weights


def begin(open_window, panel: str):
    """A window with someone's head, and the panel in front."""
    window = open_window()
    someone = Identity(weights=Weights(identity_000=1.0, detail_000=-1.5))
    window.document.apply("Someone", window.document.project.with_edit(someone))
    window.raise_panel(panel)
    return window, window.panels[panel]


def mask_nose(window):
    document = window.document
    nose = document.shown.head.skin.topology.regions["nose"]
    document.apply("Mask nose", replace(document.project, mask=nose))
    return nose
