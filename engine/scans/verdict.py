"""What to think of a registration, in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from facewright.engine.arrays import BoolArray, DoubleArray, FloatArray
from facewright.engine.landmarks import Points
from facewright.engine.measure.distance import Distances

Level = Literal["good", "check", "poor"]

CHECK, POOR = 0.3, 1.0
"""Median distances in mm above which a part is to be checked, or is poor."""

UNUSUAL = 6.0
"""Plausibility that is worth a word; real people fitted closely reach 3 to 4."""

LEAST_SEEN = 0.5
"""Share of a part that the scan must show."""

PLACES = {
    "forehead": (("g",), 30.0),
    "left eye": (("en_l", "ex_l"), 18.0),
    "right eye": (("en_r", "ex_r"), 18.0),
    "nose": (("prn", "al_l", "al_r", "n"), 16.0),
    "left cheek": (("zy_l", "ch_l"), 24.0),
    "right cheek": (("zy_r", "ch_r"), 24.0),
    "mouth": (("ch_l", "ch_r", "sto"), 16.0),
    "chin": (("pg", "gn"), 18.0),
}
"""Parts in a user's words: the vertices within so many mm of these landmarks or their middle."""


@dataclass(frozen=True)
class Part:
    """How well one part of the face was matched.

    Attributes
    ----------
    error : float
        Median distance in mm, NaN where nothing was matched.
    seen : float
        Share of the part that the scan shows.
    """

    error: float
    seen: float


@dataclass(frozen=True)
class Verdict:
    """The quality of a registration.

    Attributes
    ----------
    level : "good", "check" or "poor"
    text : str
        One sentence.
    advice : tuple of str
        What to do, most important first; empty where all is well.
    parts : mapping of part to its error
    """

    level: Level
    text: str
    advice: tuple[str, ...]
    parts: Mapping[str, Part]


def parts_of(
    vertices: ArrayLike, landmarks: Points, error: FloatArray, among: BoolArray
) -> dict[str, Part]:
    """Return the error of each of `PLACES`.

    Parameters
    ----------
    vertices : (V, 3)
        The head.
    landmarks : Points
        On the head.
    error : (V,)
        Distance to the scan in mm, NaN where nothing was matched.
    among : (V,) bool
        The outer skin of the face.
    """
    x = np.asarray(vertices, dtype=np.float64)
    result = {}
    for name, (marks, radius) in PLACES.items():
        known = [np.asarray(landmarks[m], dtype=np.float64) for m in marks if m in landmarks]
        if not known:
            continue
        centers = [*known, np.mean(known, axis=0)]
        near = np.min([np.linalg.norm(x - c, axis=1) for c in centers], axis=0) <= radius
        inside = np.abs(error[near & among])
        if inside.size:
            seen = np.isfinite(inside)
            median = float(np.median(inside[seen])) if seen.any() else float("nan")
            result[name] = Part(median, float(seen.mean()))
    return result


def judge(
    distances: Distances,
    parts: Mapping[str, Part],
    *,
    size: float,
    unit: str,
    implausible: float,
    astray: float,
) -> Verdict:
    """Return the verdict.

    Parameters
    ----------
    size : float
        The scan's face in relation to the model's mean at this age.
    unit : str
        The unit that was used, "" where the scale was estimated.
    implausible : float
        `plausibility` of the fitted coefficients.
    astray : float
        Mean distance in mm between the landmarks found and those that the head carries.
    """
    advice: list[str] = []
    level: Level = "good"
    if not np.isfinite(distances.median) or distances.median > POOR:
        level = "poor"
        advice.append("Place the landmarks by hand and register again.")
    if unit and not 0.8 < size < 1.25:
        level = "poor" if not 0.5 < size < 2.0 else _worse(level, "check")
        advice.insert(
            0, f"Wrong unit? In {unit} this face is {size:.3g} times as large as expected."
        )
    if not unit:
        level = _worse(level, "check")
        advice.append(
            "The unit is unknown, so the size is a guess: up to a fifth off for an adult, up to "
            "half for a child. Set the unit, or the age, if you know it."
        )
    off = sorted(
        (name for name, part in parts.items() if part.seen > 0 and part.error > CHECK),
        key=lambda name: -parts[name].error,
    )
    missing = [name for name, part in parts.items() if part.seen < LEAST_SEEN]
    if off:
        level = _worse(level, "check")
        advice.append(f"Check the {_listed(off)}: {parts[off[0]].error:.1f} mm off.")
    if missing:
        level = _worse(level, "poor" if len(missing) > len(parts) / 2 else "check")
        advice.append(f"The scan hardly shows the {_listed(missing)}: that shape is inferred.")
    if astray > 5.0:
        level = _worse(level, "check")
        advice.append(f"The landmarks lie {astray:.0f} mm off: place them by hand.")
    if implausible > UNUSUAL:
        level = _worse(level, "check")
        advice.append("The shape is unusual for the model: check age and landmarks.")
    return Verdict(level, _sentence(level, distances), tuple(advice), dict(parts))


def _sentence(level: Level, distances: Distances) -> str:
    measured = f"the head lies {distances.median:.2f} mm from the scan on the face (median)"
    if not np.isfinite(distances.median):
        measured = "the head does not meet the scan"
    words = {"good": "Good", "check": "Usable, to be checked", "poor": "Poor"}
    return f"{words[level]}: {measured}."


def _worse(level: Level, other: Level) -> Level:
    order: tuple[Level, ...] = ("good", "check", "poor")
    return order[max(order.index(level), order.index(other))]


def _listed(names: list[str]) -> str:
    if len(names) == 1:
        return names[0]
    return ", ".join(names[:-1]) + " and " + names[-1]


def size_of(motion: DoubleArray) -> float:
    """Return how large a scan is in relation to what a similarity maps it to."""
    return float(1 / np.cbrt(np.linalg.det(motion[:3, :3])))
