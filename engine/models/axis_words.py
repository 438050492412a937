"""Words for the axes of a head model, read off what they do to the face.

Axes of a statistical model have no names of their own. What one does can be measured: it moves
landmarks, and so changes widths, heights and depths of the face that have names. An axis is
called after the measures that it changes most for its share of how people differ in them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from facewright.engine.arrays import DoubleArray, FloatArray

if TYPE_CHECKING:
    from facewright.engine.models.lifespan import LifespanModel

ALONG = {"x": 0, "y": 1, "z": 2}


@dataclass(frozen=True)
class Measure:
    """A distance with a name: from landmark `a` to `b`, along one direction of the head frame.

    Landmarks are Farkas' (Anthropometry of the Head and Face, 1994); `part` and `label` say what
    is measured, `more` and `less` what a face with a greater and a smaller distance has.
    """

    part: str
    label: str
    a: str
    b: str
    along: str
    more: str
    less: str


MEASURES = (
    Measure("face", "Face width", "zy_r", "zy_l", "x", "wider face", "narrower face"),
    Measure("face", "Face height", "gn", "n", "y", "longer face", "shorter face"),
    Measure("face", "Jaw width", "go_r", "go_l", "x", "wider jaw", "narrower jaw"),
    Measure("face", "Forehead width", "ft_r", "ft_l", "x", "wider forehead", "narrower forehead"),
    Measure("face", "Forehead height", "n", "tr", "y", "higher forehead", "lower forehead"),
    Measure("face", "Head length", "op", "g", "z", "longer head", "shorter head"),
    Measure("face", "Brow ridge", "n", "g", "z", "heavier brow", "flatter brow"),
    Measure("eyes", "Eye spacing", "ex_r", "ex_l", "x", "eyes wider apart", "eyes closer"),
    Measure("eyes", "Inner eye distance", "en_r", "en_l", "x", "inner eyes apart",
            "inner eyes close"),
    Measure("eyes", "Eye opening", "pi_l", "ps_l", "y", "wider open eyes", "narrower eyes"),
    Measure("eyes", "Eye slant", "en_l", "ex_l", "y", "eyes slant up", "eyes slant down"),
    Measure("eyes", "Eye depth", "ex_l", "n", "z", "eyes set deeper", "eyes set flatter"),
    Measure("nose", "Nose length", "sn", "n", "y", "longer nose", "shorter nose"),
    Measure("nose", "Nose width", "al_r", "al_l", "x", "wider nose", "narrower nose"),
    Measure("nose", "Nose projection", "sn", "prn", "z", "nose further out", "flatter nose"),
    Measure("nose", "Nose tip height", "sn", "prn", "y", "nose tip up", "nose tip down"),
    Measure("mouth", "Mouth width", "ch_r", "ch_l", "x", "wider mouth", "narrower mouth"),
    Measure("mouth", "Upper lip fullness", "sto", "ls", "y", "fuller upper lip",
            "thinner upper lip"),
    Measure("mouth", "Lower lip fullness", "li", "sto", "y", "fuller lower lip",
            "thinner lower lip"),
    Measure("mouth", "Upper lip length", "ls", "sn", "y", "longer upper lip", "shorter upper lip"),
    Measure("mouth", "Lip projection", "n", "ls", "z", "lips further out", "lips set back"),
    Measure("chin", "Chin height", "gn", "sl", "y", "higher chin", "lower chin"),
    Measure("chin", "Chin projection", "n", "pg", "z", "chin further out", "receding chin"),
    Measure("ears", "Ear length", "sba_l", "sa_l", "y", "longer ears", "shorter ears"),
    Measure("ears", "Ear protrusion", "t_l", "pa_l", "x", "ears stand out", "ears lie close"),
)  # fmt: skip
"""What axes are called after, always from the lower, right or rear landmark to the other.

Unlike the clinical measures of `measure/farkas.py` each runs along one direction, so that it is
linear in the coefficients.
"""

SMALL = 0.1
"""An axis that moves no measure by this share of its spread is called after the region it moves."""

_REGIONS = {
    "nose": "nose", "eyes": "eyes", "eyebrows": "brows", "upper_lip": "upper lip",
    "lower_lip": "lower lip", "ears": "ears", "scalp": "skull", "neck": "neck", "rest": "cheeks",
}  # fmt: skip


@dataclass(frozen=True)
class Words:
    """What an axis is called and what it does, for an interface.

    Attributes
    ----------
    label : str
        The change that stands out, towards the axis' positive end.
    text : str
        The one or two that do, in millimetres for one unit of the axis.
    measure : Measure or None
        What the label is about; None where the axis is called after a region.
    """

    label: str
    text: str
    measure: Measure | None = None


def describe(model: LifespanModel, group: str = "identity", age: float = 30.0) -> dict[str, Words]:
    """Return words for each axis of a group that is alike on both sides, by the axis' name.

    A change counts by its share of the measure's spread over the group's axes at one unit each,
    so that a face's height does not outvote a lip. Where no share reaches `SMALL`, the axis is
    called after the region whose vertices it moves most.

    Parameters
    ----------
    model : LifespanModel
    group : str
        Identity or detail.
    age : float
        Years; where on the model's growth the measures are taken.
    """
    rows = model.groups[group]
    _, basis = model.neutral_basis(age)
    moved = basis[rows.start - 1 : rows.stop - 1]
    measures = known_measures(model)
    change = changes(model, moved, measures)
    spread = np.sqrt((change**2).sum(axis=0))
    share = change / np.where(spread > 0.0, spread, 1.0)
    regions = _region_motion(model, moved)
    return {
        axis.name: _named(change[k], share[k], measures)
        or _placed({name: float(rms[k]) for name, rms in regions})
        for k, axis in enumerate(model.axes[rows])
    }


def known_measures(model: LifespanModel) -> tuple[Measure, ...]:
    """Return the measures whose landmarks the model's template has."""
    names = set(model.template.landmarks.names)
    return tuple(measure for measure in MEASURES if {measure.a, measure.b} <= names)


def changes(model: LifespanModel, moved: FloatArray, measures: tuple[Measure, ...]) -> DoubleArray:
    """Return `(K, M)` mm: how far one unit of each of `(K, V_coarse, 3)` changes each measure."""
    template = model.template
    names = sorted({name for measure in measures for name in (measure.a, measure.b)})
    anchors = template.landmarks.select(tuple(names))
    place = {name: row for row, name in enumerate(names)}
    flat = moved.transpose(1, 0, 2).reshape(moved.shape[1], -1)
    corners, at = np.unique(anchors.corners, return_inverse=True)
    fine = (template.lift[corners] @ flat).reshape(len(corners), len(moved), 3)
    points = np.einsum("nc,nckd->nkd", anchors.weights, fine[at.reshape(anchors.corners.shape)])
    columns = [
        points[place[m.b], :, ALONG[m.along]] - points[place[m.a], :, ALONG[m.along]]
        for m in measures
    ]
    return np.stack(columns, axis=1).astype(np.float64)


def _region_motion(model: LifespanModel, moved: FloatArray) -> list[tuple[str, DoubleArray]]:
    """Return, for each region, the `(K,)` root mean square motion of its vertices, mm."""
    template = model.template
    squared = (moved.astype(np.float64) ** 2).sum(axis=2)
    found = []
    for name, spoken in _REGIONS.items():
        mask = template.fine.regions.get(name)
        if mask is not None and mask.any():
            weight = np.asarray(mask, dtype=np.float64)[template.subset]
            found.append((spoken, np.sqrt(squared @ weight / weight.sum())))
    return found


def _named(change: DoubleArray, share: DoubleArray, measures: tuple[Measure, ...]) -> Words | None:
    """Return words of the measures that change most, or None where none changes by enough."""
    order = [int(m) for m in np.argsort(-np.abs(share), kind="stable")[:2]]
    least = max(SMALL, 0.5 * float(np.abs(share).max(initial=0.0)))
    chosen = [m for m in order if abs(share[m]) >= least]
    if not chosen:
        return None
    names = [measures[m].more if change[m] > 0.0 else measures[m].less for m in chosen]
    told = [f"{name} ({abs(change[m]):.1f} mm)" for name, m in zip(names, chosen, strict=True)]
    text = f"To the right, for each σ: {', '.join(told)}."
    return Words(names[0], text, measures[chosen[0]])


def _placed(regions: Mapping[str, float]) -> Words:
    """Return words of the region that moves most."""
    region = max(regions, key=lambda name: regions[name])
    text = f"Fine form, most of it at the {region}: {regions[region]:.1f} mm for each σ."
    return Words(f"form of {region}", text)
