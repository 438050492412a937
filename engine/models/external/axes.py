"""The sliders of a foreign model, and what its card says."""

from __future__ import annotations

import re

from facewright.engine.models.base import Axis, ModelCard
from facewright.engine.models.external.foreign import Foreign, Group
from facewright.engine.models.store import IMPORTED

SPREAD = 3.0
JAW_RANGES = ((0.0, 40.0), (-15.0, 15.0))
"""Degrees that a jaw opens and turns aside."""

_LABELS = {"identity": "Identity", "expression": "Expression", "age": "Age", "jaw": "Jaw"}
_WHAT = {"bfm": "Basel Face Model", "flame": "FLAME", "inface": "INFACE or INCRAN",
         "ict": "ICT-FaceKit"}  # fmt: skip


def axes_of(groups: tuple[Group, ...]) -> tuple[Axis, ...]:
    """Return one axis for each coefficient, in order."""
    return tuple(axis for group in groups for axis in _group_axes(group))


def _group_axes(group: Group) -> list[Axis]:
    label = _LABELS[group.kind]
    same = (-SPREAD, SPREAD) if group.unit == "sd" else (0.0, 1.0)
    ranges = JAW_RANGES if group.kind == "jaw" else (same,) * group.count
    return [
        Axis(
            name=f"{group.kind}_{place:03d}",
            label=group.names[place] if group.names else f"{label} {place + 1}",
            unit=group.unit,
            low=ranges[place][0],
            high=ranges[place][1],
            default=0.0,
            group="expression" if group.kind == "jaw" else group.kind,
            description=f"{label}, axis {place + 1} of the {group.count} that the model has.",
        )
        for place in range(group.count)
    ]


def card_of(
    model: Foreign, *, source: str, source_sha256: str, version: str, weights_sha256: str
) -> ModelCard:
    """Return the card of an imported model: whose it is, which file, and on whose licence."""
    kind = _WHAT[model.family]
    counts = ", ".join(f"{group.count} of {group.kind}" for group in model.groups)
    return ModelCard(
        id=f"{model.family}.{slug(source)}",
        version=version,
        title=f"{kind}: {model.title}",
        summary=" ".join(
            [f"Imported from {source}: {len(model.mean):,} vertices; axes: {counts}.", *model.notes]
        ),
        licence=f"Your own licence for the file applies; {model.terms}.",
        sources=(f"{source}, sha256 {source_sha256}",),
        population="As the model's authors describe it.",
        not_trained_on=("Not known to Facewright: see what the model's authors say.",),
        files={IMPORTED: weights_sha256},
        measured={},
    )


def slug(name: str) -> str:
    """Return a file's name without its suffix, in letters that every file system takes."""
    stem = name.rsplit(".", 1)[0] if "." in name[1:] else name
    return re.sub(r"[^A-Za-z0-9_-]+", "-", stem).strip("-")[:60] or "model"
