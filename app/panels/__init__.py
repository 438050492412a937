"""The table of panels: one file each, one line here."""

from __future__ import annotations

from PySide6.QtCore import Qt

from facewright.app.panels.anonymise import AnonymisePanel
from facewright.app.panels.base import PanelSpec
from facewright.app.panels.cleft import CleftPanel
from facewright.app.panels.compare import ComparePanel
from facewright.app.panels.complete import CompletePanel
from facewright.app.panels.controllers import ControllersPanel
from facewright.app.panels.expression import ExpressionPanel
from facewright.app.panels.history import HistoryPanel
from facewright.app.panels.identity import IdentityPanel
from facewright.app.panels.landmarks import LandmarksPanel
from facewright.app.panels.log import LogPanel
from facewright.app.panels.mask import MaskPanel
from facewright.app.panels.measure import MeasurePanel
from facewright.app.panels.models import ModelsPanel
from facewright.app.panels.scan import ScanPanel
from facewright.app.panels.sculpt import SculptPanel
from facewright.app.panels.steps import StepsPanel
from facewright.app.panels.subject import SubjectPanel
from facewright.app.panels.visits import VisitsPanel

_LEFT, _RIGHT = Qt.DockWidgetArea.LeftDockWidgetArea, Qt.DockWidgetArea.RightDockWidgetArea
_BOTTOM = Qt.DockWidgetArea.BottomDockWidgetArea

PANELS: tuple[PanelSpec, ...] = (
    PanelSpec("scan", "Scan", "scan", _RIGHT, ScanPanel),
    PanelSpec("subject", "Age, sex", "subject", _RIGHT, SubjectPanel),
    PanelSpec("expression", "Expression", "expression", _RIGHT, ExpressionPanel),
    PanelSpec("identity", "Shape", "identity", _RIGHT, IdentityPanel),
    PanelSpec(
        "controllers",
        "Controllers",
        "controllers",
        _RIGHT,
        ControllersPanel,
        "nose lips eyes brows jaw width height part",
    ),
    PanelSpec("sculpt", "Sculpt", "sculpt", _RIGHT, SculptPanel),
    PanelSpec("landmarks", "Landmarks", "landmarks", _RIGHT, LandmarksPanel),
    PanelSpec("mask", "Mask", "mask", _RIGHT, MaskPanel),
    PanelSpec("complete", "Complete", "complete", _RIGHT, CompletePanel, "fill hole missing cleft"),
    PanelSpec("cleft", "Cleft", "cleft", _RIGHT, CleftPanel, "lip repair plan surgery report"),
    PanelSpec("anonymise", "Anonymous", "dice", _RIGHT, AnonymisePanel, "person privacy identity"),
    PanelSpec(
        "models", "Models", "head", _RIGHT, ModelsPanel, "import inface flame basel bfm ict other"
    ),
    PanelSpec("measure", "Measure", "measure", _RIGHT, MeasurePanel),
    PanelSpec("compare", "Compare", "compare", _RIGHT, ComparePanel),
    PanelSpec("visits", "Visits", "visits", _RIGHT, VisitsPanel, "follow-up timeline growth date"),
    PanelSpec("steps", "Steps", "steps", _LEFT, StepsPanel),
    PanelSpec("history", "History", "history", _LEFT, HistoryPanel),
    PanelSpec("log", "Log", "log", _BOTTOM, LogPanel),
)
