"""Overlays as values: what tools and measures draw over the head. Imports nothing heavy."""

from __future__ import annotations

from dataclasses import dataclass

from facewright.engine.arrays import DoubleArray, FloatArray


@dataclass(frozen=True, eq=False)
class Marker:
    """A dot on the head, of one size on the screen, with a name beside it.

    `tone` is a key of `grounds.Ground.tones`. Nothing hides a name; one with a `normal` is said
    while that points to the eye.
    """

    position: FloatArray | DoubleArray
    label: str = ""
    tone: str = "plain"
    normal: FloatArray | DoubleArray | None = None


@dataclass(frozen=True, eq=False)
class Line:
    """A line through `(N, 3)` points in the scene, with a label at its middle."""

    points: FloatArray | DoubleArray
    label: str = ""
    tone: str = "plain"
    closed: bool = False


@dataclass(frozen=True, eq=False)
class Ring:
    """A circle on the surface: the reach of a brush. `radius` in mm."""

    center: FloatArray | DoubleArray
    normal: FloatArray | DoubleArray
    radius: float
    tone: str = "guide"


@dataclass(frozen=True, eq=False)
class Overlay:
    """All that one layer draws.

    Names keep apart from each other; where there is no room for all, those that come first stay.

    Attributes
    ----------
    markers, lines, rings : tuple
    lasso : (N, 2) float or None
        Pixels of the view, origin at the lower left: an open line that is being drawn.
    through : bool
        Whether the head hides no dot and no line: straight lines between points run through it.
    """

    markers: tuple[Marker, ...] = ()
    lines: tuple[Line, ...] = ()
    rings: tuple[Ring, ...] = ()
    lasso: DoubleArray | None = None
    through: bool = False
