"""How a scene is drawn, as a value; imports nothing, so that the window can hold it early."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Display:
    """How the scene is drawn; a value, so that a workspace can keep it.

    Attributes
    ----------
    look : str
        Key of `looks.LOOKS`.
    head, scan, landmarks, heat, inferred, sides : bool
        What is shown.
    scan_opacity : float
    heat_limit : float
        Value of the strongest colour, mm.
    """

    look: str = "skin"
    head: bool = True
    scan: bool = False
    landmarks: bool = False
    heat: bool = False
    inferred: bool = False
    sides: bool = True
    scan_opacity: float = 0.6
    heat_limit: float = 1.0
