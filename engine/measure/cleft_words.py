"""What is measured of clefts: each measure, who takes it so, and how it is worked out.

Which ones: columellar angle, nostril width ratio and lateral lip height ratio tell severity
best among those that raters agree on (Mercan and others, Plastic and Reconstructive Surgery 141,
547e-558e, 2018), after them how far subnasale lies from the midline (Tse and others, Cleft
Palate-Craniofacial Journal 2021). The others are those that part infants with clefts from
controls at three months (Hood and others, Cleft Palate-Craniofacial Journal 40, 2003), and for
bilateral clefts those of Seo and others (Journal of Clinical Medicine 8, 602, 2019) and of the
vertical place of the tip (JPRAS 65, 169-174, 2012).

A ratio is the cleft side over the other one; both sides alike are 1. The vertical of the face is
the perpendicular of the line through the outer eye corners, seen from the front (Fisher's
method for the columella). The midline is the plane in which the mirrored face lies best over
itself, the part that agrees least left out, so that nose and lip do not draw it along. On the
side of an open cleft the peak of Cupid's bow is that of the lateral lip: the point where its
white roll ends. What is not measured, and why, is in `NOT_MEASURED`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from facewright.engine.arrays import DoubleArray
from facewright.engine.measure.anthropometry import NAN, angle

Side = Literal["left", "right", "both"]
Unit = Literal["", "mm", "°"]


@dataclass(frozen=True, eq=False)
class Places:
    """Landmarks of a head in the axes of its face.

    Attributes
    ----------
    named : mapping of str to (3,) float64
        Mm from the middle of the outer eye corners, their line level.
    across : mapping of str to float
        Mm from the midline, positive to the subject's left.
    cleft : str
        Letter of the side of the cleft; the left one where both are.
    """

    named: Mapping[str, DoubleArray]
    across: Mapping[str, float]
    cleft: str

    @property
    def other(self) -> str:
        """Letter of the healthy side."""
        return "r" if self.cleft == "l" else "l"

    @property
    def outward(self) -> float:
        """1 where the cleft's side is the subject's left."""
        return 1.0 if self.cleft == "l" else -1.0

    def apart(self, one: str, two: str, side: str = "") -> float:
        """Return the distance of two landmarks, `*` standing for a side."""
        a, b = (self.named[name.replace("*", f"_{side}")] for name in (one, two))
        return float(np.linalg.norm(a - b))

    def ratio(self, one: str, two: str) -> float:
        """Return a distance of the cleft's side over that of the other one."""
        healthy = self.apart(one, two, self.other)
        return self.apart(one, two, self.cleft) / healthy if healthy else NAN

    def from_middle(self, name: str) -> float:
        """Return how far a landmark lies from the midline, mm, positive to the healthy side."""
        return -self.outward * self.across[name]


@dataclass(frozen=True)
class Definition:
    """A measure of clefts.

    Attributes
    ----------
    code, name : str
    unit : str
        "", "mm" or "°".
    ideal : float or None
        What a face without a cleft has by symmetry; None where symmetry does not tell.
    text : str
        What it is.
    source : str
        Who measures it so.
    norm : str
        Code of the standard measure whose norm it has; empty where there is none.
    points : tuple of str
        Landmarks that it rests on, `*` in place of the side.
    """

    code: str
    name: str
    unit: Unit
    ideal: float | None
    text: str
    source: str
    points: tuple[str, ...]
    take: Callable[[Places], float]
    norm: str = ""


def _columellar_angle(p: Places) -> float:
    way = p.named["c"] - p.named["sn"]
    return p.outward * math.degrees(math.atan2(way[0], way[1]))


def _bow_tilt(p: Places) -> float:
    way = p.named[f"cph_{p.cleft}"] - p.named[f"cph_{p.other}"]
    return math.degrees(math.atan2(way[1], abs(way[0])))


def _height_ratio(p: Places) -> float:
    low, high = (float(p.named[f"sbal_{side}"][1]) for side in (p.cleft, p.other))
    return low / high if high else NAN


def _base_ratio(p: Places) -> float:
    wide, narrow = (abs(p.across[f"sbal_{side}"]) for side in (p.cleft, p.other))
    return wide / narrow if narrow else NAN


def _axis_difference(p: Places) -> float:
    """Return how much more the cleft's nostril leans outwards, from front to rear, from below."""
    leans = []
    for side, outward in ((p.cleft, p.outward), (p.other, -p.outward)):
        way = p.named[f"nb_{side}"] - p.named[f"na_{side}"]
        leans.append(math.degrees(math.atan2(outward * way[0], -way[2])))
    return leans[0] - leans[1]


def _tip_height(p: Places) -> float:
    sn, prn, n = (float(p.named[name][1]) for name in ("sn", "prn", "n"))
    return (prn - sn) / (n - sn) if n != sn else NAN


def _over(one: str, two: str) -> Callable[[Places], float]:
    def take(p: Places) -> float:
        below = p.apart(f"{two}_r", f"{two}_l")
        return p.apart(f"{one}_r", f"{one}_l") / below if below else NAN

    return take


def _sides(code: str, name: str, text: str, source: str, one: str, two: str) -> Definition:
    return Definition(code, name, "", 1.0, text, source, (one, two), lambda p: p.ratio(one, two))


def _width(code: str, name: str, text: str, point: str) -> Definition:
    pair = (f"{point}_r", f"{point}_l")
    return Definition(code, name, "mm", None, text, FARKAS, pair, lambda p: p.apart(*pair), code)


def _way(code: str, name: str, text: str, one: str, two: str) -> Definition:
    return Definition(
        code, name, "mm", None, text, FARKAS, (one, two), lambda p: p.apart(one, two), code
    )


MERCAN, TSE = "Mercan 2018", "Tse 2021"
HOOD, SEO, NAM, FARKAS = "Hood 2003", "Seo 2019", "Titiz 2023", "Farkas 1994"
OURS = "Defined here"

COLUMELLA = Definition(
    "columellar angle", "Columellar angle", "°", 0.0,
    "Lean of the columella out of the vertical of the face; above zero where its top leans to "
    "the side of the cleft, as its foot is drawn to the other one.",
    MERCAN, ("sn", "c"), _columellar_angle,
)  # fmt: skip

UNILATERAL: tuple[Definition, ...] = (
    COLUMELLA,
    _sides("nostril width", "Nostril width ratio",
           "From the side of the columella to the wing's foot.", MERCAN, "sn1*", "sbal*"),
    _sides("lateral lip height", "Lateral lip height ratio",
           "From the wing's foot to the peak of Cupid's bow.", MERCAN, "sbal*", "cph*"),
    Definition("sn shift", "Subnasale off midline", "mm", 0.0,
               "How far the columella's foot lies from the midline; above zero to the healthy "
               "side.", TSE, ("sn",), lambda p: p.from_middle("sn")),
    Definition("tip shift", "Tip off midline", "mm", 0.0,
               "How far the tip lies from the midline; above zero to the healthy side.",
               HOOD, ("prn",), lambda p: p.from_middle("prn")),
    Definition("alar base height", "Wing foot height ratio", "", 1.0,
               "How far the wing's foot lies below the line of the eyes; above 1 where it is "
               "low on the side of the cleft.", NAM, ("sbal*",), _height_ratio),
    Definition("alar base width", "Wing foot width ratio", "", 1.0,
               "How far the wing's foot lies from the midline.", HOOD, ("sbal*",), _base_ratio),
    _sides("wing length", "Wing length ratio",
           "From the crease of the wing to the tip.", HOOD, "ac*", "prn"),
    _sides("wing to mouth", "Wing to mouth ratio",
           "From the wing's foot to the corner of the mouth.", HOOD, "sbal*", "ch*"),
    _sides("philtral height", "Philtral height ratio",
           "From the base of the nose to the peak of Cupid's bow, of a lip that is closed.",
           HOOD, "sn", "cph*"),
    _sides("lateral lip length", "Lateral lip length ratio",
           "From the peak of Cupid's bow to the corner of the mouth.", HOOD, "cph*", "ch*"),
    Definition("bow tilt", "Tilt of Cupid's bow", "°", 0.0,
               "How much its peak on the side of the cleft lies above the other one, of a lip that "
               "is closed.",
               MERCAN, ("cph*",), _bow_tilt),
    _sides("nostril length", "Nostril length ratio",
           "From the front end of the nostril to its rear end.", HOOD, "na*", "nb*"),
    Definition("nostril axis", "Nostril axis difference", "°", 0.0,
               "How much more the nostril's long axis leans outwards than that of the other side, "
               "seen from below.", NAM, ("na*", "nb*"), _axis_difference),
    _sides("vermilion height", "Vermilion height ratio",
           "From the peak of Cupid's bow to the lip's free edge below it.", OURS, "cph*", "vm*"),
)  # fmt: skip
"""Those of a cleft of one side; the first three are the ones to look at first."""

BILATERAL: tuple[Definition, ...] = (
    _way("sn-prn", "Nasal tip protrusion", "From the base of the nose to its tip.", "sn", "prn"),
    _way("sn-c", "Columella length", "From the base of the nose to the top of the nostrils.",
         "sn", "c"),
    Definition("tip height", "Vertical place of the tip", "", None,
               "Height of the tip over the nose's base, as a share of the nose's height.",
               "JPRAS 2012", ("sn", "prn", "n"), _tip_height),
    Definition("labiocolumellar", "Labiocolumellar angle", "°", None,
               "Between columella and upper lip.", SEO, ("c", "sn", "ls"),
               lambda p: angle(p.named["c"], p.named["sn"], p.named["ls"]), "c-sn-ls"),
    Definition("al-al / en-en", "Nose width to inner eye distance", "", None,
               "Width between the wings over the distance of the inner eye corners.",
               SEO, ("al*", "en*"), _over("al", "en")),
    Definition("al-al / ch-ch", "Nose width to mouth width", "", None,
               "Width between the wings over that of the mouth.",
               SEO, ("al*", "ch*"), _over("al", "ch")),
    COLUMELLA,
    _sides("nostril width", "Nostril width ratio, left over right",
           "From the side of the columella to the wing's foot.", MERCAN, "sn1*", "sbal*"),
)  # fmt: skip
"""Those of a cleft of both sides."""

SIZES: tuple[Definition, ...] = (
    _width("al-al", "Nose width", "Between the wings of the nose.", "al"),
    _width("sbal-sbal", "Wing feet width",
           "Between the points where the wings run into the lip.", "sbal"),
    _width("cph-cph", "Philtrum width",
         "Between the peaks of Cupid's bow; of a bilateral cleft the prolabium's.", "cph"),
    _way("sn-ls", "Philtrum height",
         "From the base of the nose to the upper lip's red border; of a bilateral cleft the "
         "prolabium's.", "sn", "ls"),
    _way("n-sn", "Nose height", "From the nasal root to the base of the nose.", "n", "sn"),
    _width("ch-ch", "Mouth width", "Between the corners of the mouth.", "ch"),
    _width("en-en", "Inner eye distance", "Between the inner eye corners.", "en"),
)  # fmt: skip
"""Sizes that belong to either, with the norms of the standard measures."""

ASYMMETRY = Definition(
    "asymmetry", "Nose and lip asymmetry", "mm", 0.0,
    "Root mean square distance from the mirrored head; healthy infants have some, too.",
    "Claes 2011", (), lambda p: NAN,
)  # fmt: skip


NOT_MEASURED: tuple[tuple[str, str], ...] = (
    ("Cleft width", "it wants a point on each edge of the gap, and a head of one piece has none; "
     "set a caliper between the edges on the scan."),
    ("Alveolar gap, premaxilla", "gum and bone lie under the lip; take them from a cast, a scan "
     "inside the mouth or a CT."),
    ("Columella length ratio", "both sides share one foot, subnasale, which a cleft draws aside: "
     "its side would look longer where it is short."),
    ("Nostril area and outline", "scanners hardly see into a nostril, so that the same rim has "
     "another area on each scan."),
    ("Dome height", "an infant's soft tip has no point that two raters would place alike."),
    ("Wing angle, alar facial symmetry", "the papers at hand do not say between which points."),
)  # fmt: skip
"""Measures of the literature that are not given, each with the reason."""


def definitions(side: Side) -> tuple[Definition, ...]:
    """Return the measures of a cleft of one side or of both, most telling first."""
    return (*(BILATERAL if side == "both" else UNILATERAL), *SIZES, ASYMMETRY)
