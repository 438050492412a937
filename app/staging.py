"""What stands on the stage, as values: how many views, a second head, numbers on the skin."""

from __future__ import annotations

from dataclasses import dataclass

from facewright.app.heads import Shown
from facewright.engine.arrays import FloatArray, IntArray


@dataclass(frozen=True)
class Arrangement:
    """How many views there are and how they go together.

    Attributes
    ----------
    count : int
        1, 2 or 4.
    linked, turned : bool
        Whether all views share zoom and focus, and whether they turn together.
    parallel : bool
        Whether sizes do not shrink with distance.
    speed : float
        Of the turntable, degrees per second.
    """

    count: int = 1
    linked: bool = True
    turned: bool = False
    parallel: bool = False
    speed: float = 24.0


@dataclass(frozen=True, eq=False)
class Other:
    """A second head in the views; the first is the document's and stays live.

    Attributes
    ----------
    shown : Shown
    title : str
        What it is, for people.
    place : str
        "instead" of the head everywhere, "beside" it in the second view, or "over" it.
    wipe : float or None
        Over the head: share of the view's width, from the left, that shows the head.
    opacity : float
        Over the head without a wipe.
    """

    shown: Shown
    title: str
    place: str
    wipe: float | None = None
    opacity: float = 0.5


@dataclass(frozen=True, eq=False)
class Values:
    """Values of the skin's vertices, shown in place of the error of the scan.

    Attributes
    ----------
    numbers : (V,) float32
        mm.
    limit : float
        Value of the strongest colour.
    title : str
    amounts : bool
        Whether they are never below zero: coloured from there up.
    """

    numbers: FloatArray
    limit: float
    title: str
    amounts: bool = False


@dataclass(frozen=True, eq=False)
class Surface:
    """Triangles that tools act on.

    Attributes
    ----------
    vertices : (V, 3) float32
        mm, as shown.
    faces : (F, 3) int32
    is_head : bool
        Whether it is the head's skin, and not a scan without a head.
    """

    vertices: FloatArray
    faces: IntArray
    is_head: bool = True
