"""Every kind of edit, by its name in files."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from facewright.engine.edits.age import Age
from facewright.engine.edits.anonymise import Anonymise
from facewright.engine.edits.base import Edit
from facewright.engine.edits.complete import Complete
from facewright.engine.edits.controllers import Controllers
from facewright.engine.edits.expression import Expression
from facewright.engine.edits.from_model import FromModel
from facewright.engine.edits.identity import Asymmetry, Identity
from facewright.engine.edits.neutralise import Neutralise
from facewright.engine.edits.part_from import PartFrom
from facewright.engine.edits.pull import Pull
from facewright.engine.edits.register import Register
from facewright.engine.edits.repair import Repair
from facewright.engine.edits.sculpt import Sculpt
from facewright.engine.edits.sex_ancestry import SexAncestry
from facewright.engine.edits.start import Start
from facewright.engine.edits.subject import About
from facewright.engine.edits.symmetrise import Symmetrise

_KINDS: tuple[type[Edit], ...] = (
    Start,
    Register,
    FromModel,
    Anonymise,
    About,
    Identity,
    Asymmetry,
    Controllers,
    PartFrom,
    Expression,
    Neutralise,
    Age,
    SexAncestry,
    Symmetrise,
    Complete,
    Repair,
    Sculpt,
    Pull,
)

EDITS: Mapping[str, type[Edit]] = MappingProxyType({edit.kind: edit for edit in _KINDS})
