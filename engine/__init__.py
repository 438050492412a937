"""Facewright's engine: heads as values, without a window.

The names below are the public Python API. They are imported when first used, so that
`import facewright.engine` stays light.

>>> from pathlib import Path
>>> from facewright import engine as fw
>>> models = fw.ModelStore()
>>> scan = fw.read_scan(Path("scan.ply"))
>>> head = fw.register_scan(scan, models)
>>> project = fw.Project(sources=(head.source,), edits=(head.edit, fw.Age(years=70.0)))
>>> face = fw.Evaluator(models).face(project)
>>> fw.export_face(face, Path("older.glb"), models)
>>> fw.save(fw.History.of(project), Path("older.face"), models)
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from facewright.engine.edits.age import Age as Age
    from facewright.engine.edits.anonymise import Anonymise as Anonymise
    from facewright.engine.edits.anonymise import apart as apart
    from facewright.engine.edits.anonymise import without_trace as without_trace
    from facewright.engine.edits.base import Edit as Edit
    from facewright.engine.edits.complete import Complete as Complete
    from facewright.engine.edits.controllers import Controllers as Controllers
    from facewright.engine.edits.expression import Expression as Expression
    from facewright.engine.edits.fields import fields as fields
    from facewright.engine.edits.from_model import FromModel as FromModel
    from facewright.engine.edits.identity import Asymmetry as Asymmetry
    from facewright.engine.edits.identity import Identity as Identity
    from facewright.engine.edits.neutralise import Neutralise as Neutralise
    from facewright.engine.edits.part_from import PartFrom as PartFrom
    from facewright.engine.edits.pull import Pull as Pull
    from facewright.engine.edits.pull import PulledPoint as PulledPoint
    from facewright.engine.edits.register import Register as Register
    from facewright.engine.edits.register import register_scan as register_scan
    from facewright.engine.edits.repair import Repair as Repair
    from facewright.engine.edits.sculpt import Sculpt as Sculpt
    from facewright.engine.edits.sex_ancestry import SexAncestry as SexAncestry
    from facewright.engine.edits.start import Start as Start
    from facewright.engine.edits.strokes import Spot as Spot
    from facewright.engine.edits.strokes import Stroke as Stroke
    from facewright.engine.edits.subject import About as About
    from facewright.engine.edits.symmetrise import Symmetrise as Symmetrise
    from facewright.engine.edits.table import EDITS as EDITS
    from facewright.engine.edits.transfer import Donor as Donor
    from facewright.engine.edits.transfer import donor_in as donor_in
    from facewright.engine.edits.transfer import head_in as head_in
    from facewright.engine.errors import Cancelled as Cancelled
    from facewright.engine.errors import FacewrightError as FacewrightError
    from facewright.engine.errors import InputError as InputError
    from facewright.engine.errors import ModelUnavailable as ModelUnavailable
    from facewright.engine.evaluator import Evaluator as Evaluator
    from facewright.engine.face import Face as Face
    from facewright.engine.face import Subject as Subject
    from facewright.engine.face import Texture as Texture
    from facewright.engine.face import Trait as Trait
    from facewright.engine.face import Weights as Weights
    from facewright.engine.files.export import export_face as export_face
    from facewright.engine.files.landmarks import read_points as read_points
    from facewright.engine.files.landmarks import write_points as write_points
    from facewright.engine.files.meshes import read_scan as read_scan
    from facewright.engine.files.project import load as load
    from facewright.engine.files.project import save as save
    from facewright.engine.geometry.brush import Brush as Brush
    from facewright.engine.landmarks import Landmarks as Landmarks
    from facewright.engine.landmarks import Points as Points
    from facewright.engine.measure.anthropometry import judged as judged
    from facewright.engine.measure.anthropometry import measure_head as measure_head
    from facewright.engine.measure.calipers import Caliper as Caliper
    from facewright.engine.measure.cleft import compare_cleft as compare_cleft
    from facewright.engine.measure.comparison import compare as compare
    from facewright.engine.measure.geodesic import shortest_path as shortest_path
    from facewright.engine.measure.norms import norm_for as norm_for
    from facewright.engine.measure.symmetry import asymmetry as asymmetry
    from facewright.engine.mesh import Mesh as Mesh
    from facewright.engine.mesh import Scan as Scan
    from facewright.engine.mesh import Topology as Topology
    from facewright.engine.models.store import ModelStore as ModelStore
    from facewright.engine.photos.shading import picture as picture
    from facewright.engine.project import History as History
    from facewright.engine.project import Project as Project
    from facewright.engine.project import Source as Source
    from facewright.engine.scans.landmarking import find_landmarks as find_landmarks
    from facewright.engine.scans.registration import register as register

_HOMES = {
    "edits.age": ("Age",),
    "edits.anonymise": ("Anonymise", "apart", "without_trace"),
    "edits.base": ("Edit",),
    "edits.complete": ("Complete",),
    "edits.controllers": ("Controllers",),
    "edits.expression": ("Expression",),
    "edits.fields": ("fields",),
    "edits.from_model": ("FromModel",),
    "edits.identity": ("Asymmetry", "Identity"),
    "edits.neutralise": ("Neutralise",),
    "edits.part_from": ("PartFrom",),
    "edits.pull": ("Pull", "PulledPoint"),
    "edits.register": ("Register", "register_scan"),
    "edits.repair": ("Repair",),
    "edits.sculpt": ("Sculpt",),
    "edits.sex_ancestry": ("SexAncestry",),
    "edits.start": ("Start",),
    "edits.strokes": ("Spot", "Stroke"),
    "edits.subject": ("About",),
    "edits.symmetrise": ("Symmetrise",),
    "edits.table": ("EDITS",),
    "edits.transfer": ("Donor", "donor_in", "head_in"),
    "errors": ("Cancelled", "FacewrightError", "InputError", "ModelUnavailable"),
    "evaluator": ("Evaluator",),
    "face": ("Face", "Subject", "Texture", "Trait", "Weights"),
    "files.export": ("export_face",),
    "files.landmarks": ("read_points", "write_points"),
    "files.meshes": ("read_scan",),
    "files.project": ("load", "save"),
    "geometry.brush": ("Brush",),
    "landmarks": ("Landmarks", "Points"),
    "measure.anthropometry": ("judged", "measure_head"),
    "measure.calipers": ("Caliper",),
    "measure.cleft": ("compare_cleft",),
    "measure.comparison": ("compare",),
    "measure.geodesic": ("shortest_path",),
    "measure.norms": ("norm_for",),
    "measure.symmetry": ("asymmetry",),
    "mesh": ("Mesh", "Scan", "Topology"),
    "models.store": ("ModelStore",),
    "photos.shading": ("picture",),
    "project": ("History", "Project", "Source"),
    "scans.landmarking": ("find_landmarks",),
    "scans.registration": ("register",),
}
_HOME = {name: module for module, names in _HOMES.items() for name in names}

__all__ = sorted(_HOME)  # pyright: ignore[reportUnsupportedDunderAll]


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOME})
