"""How a scene is drawn, as a value; imports no VTK, so that the window can hold it early."""

from __future__ import annotations

from dataclasses import dataclass

from facewright.viewer.colormaps import MAPS


@dataclass(frozen=True)
class Display:
    """How the scene is drawn; a value, so that a workspace can keep it.

    Attributes
    ----------
    look : str
        Key of `looks.LOOKS`.
    ground : str
        Key of `grounds.GROUNDS`: the theme's.
    head, scan, landmarks, heat, inferred, mask, sides, cube, scale : bool
        What is shown; `cube` turns with the head, `scale` is a length in millimetres.
    scan_opacity : float
    scan_color : (r, g, b) or None
        sRGB; None shows the scan's own colours where it has some.
    heat_map : str
        Key of `colormaps.MAPS`.
    heat_limit : float
        Value of the strongest colour, in the values' unit.
    heat_low : float or None
        Value of the lowest colour; None for the negative of the limit on a diverging map and
        zero on any other.
    heat_bands : int
        Steps of one colour each; 0 for a continuous scale.
    """

    look: str = "skin"
    ground: str = "dark"
    head: bool = True
    scan: bool = False
    landmarks: bool = False
    heat: bool = False
    inferred: bool = True
    mask: bool = True
    sides: bool = True
    cube: bool = True
    scale: bool = True
    scan_opacity: float = 0.6
    scan_color: tuple[float, float, float] | None = None
    heat_map: str = "difference"
    heat_limit: float = 1.0
    heat_low: float | None = None
    heat_bands: int = 0

    @property
    def heat_range(self) -> tuple[float, float]:
        """Lowest and highest value of the heat map."""
        high, low = self.heat_limit, self.heat_low
        if low is None:
            low = -high if MAPS[self.heat_map].diverging else 0.0
        return low, max(high, low + 1e-6)
