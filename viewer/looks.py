"""Looks: how surfaces are shaded and on which ground. Tables first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from facewright.viewer.colormaps import TINTS
from facewright.viewer.shading.material import Color, Material

if TYPE_CHECKING:
    from facewright.engine.models.rig import Part


@dataclass(frozen=True)
class Look:
    """How a head is drawn.

    Attributes
    ----------
    id, label, help : str
    program : str
        Key of `shading.material.PROGRAMS`, for the skin.
    color : (r, g, b), sRGB
        Of the skin, where it has no image.
    textured : bool
        Whether the skin's image is shown.
    parts : bool
        Whether eyes and teeth keep their own materials; else they look like the skin.
    edges : bool
        Whether the edges of the mesh are drawn.
    matcap : str
        Key of `shading.images.MATCAPS`.
    depth : float
        How far hidden places darken, for matcaps.
    """

    id: str
    label: str
    help: str
    program: str
    color: Color = (1.0, 1.0, 1.0)
    textured: bool = False
    parts: bool = False
    edges: bool = False
    matcap: str = ""
    depth: float = 0.0


LOOKS: dict[str, Look] = {
    look.id: look
    for look in (
        Look(
            "skin",
            "Skin",
            "The head as in a photo studio",
            "skin",
            textured=True,
            parts=True,
        ),
        Look(
            "clay",
            "Clay",
            "One grey material that shows the shape and nothing else",
            "studio",
            color=(0.74, 0.72, 0.70),
        ),
        Look(
            "wireframe",
            "Wireframe",
            "The mesh: its edges, hidden behind the surface where the surface hides them",
            "unlit",
            edges=True,
        ),
        Look(
            "texture",
            "Texture",
            "The skin's image as it is, without light",
            "unlit",
            textured=True,
            parts=True,
        ),
        Look(
            "wax",
            "Wax",
            "Red wax, as sculptors use it: shows soft forms",
            "matcap",
            matcap="wax",
            depth=0.7,
        ),
        Look(
            "pearl",
            "Pearl",
            "A pearl: its bands show whether a surface is smooth",
            "matcap",
            matcap="pearl",
            depth=0.5,
        ),
        Look(
            "cavity",
            "Cavity",
            "Dark where the surface turns away or is hidden: shows folds and creases",
            "matcap",
            matcap="cavity",
            depth=1.0,
        ),
        Look(
            "steel",
            "Steel",
            "Brushed steel: its reflections show dents and bumps",
            "matcap",
            matcap="steel",
            depth=0.6,
        ),
        Look(
            "normals",
            "Normals",
            "Which way the surface faces, as a colour",
            "normals",
        ),
    )
}
"""Every look, by its id, in the order of menus."""


@dataclass(frozen=True)
class Ground:
    """What lies behind the head, and the colours that are readable on it; sRGB.

    Attributes
    ----------
    low, high : Color
        Background at its lower and at its upper edge.
    text, quiet : Color
        Words over the background, and less important ones.
    face, line : Color
        Fill and outline of marks such as the orientation cube.
    sheet, edge : Color
        Surface and edges of a wireframe.
    no_value : Color
        Skin that carries no value on a heat map.
    """

    low: Color
    high: Color
    text: Color
    quiet: Color
    face: Color
    line: Color
    sheet: Color
    edge: Color
    no_value: Color


GROUNDS: dict[str, Ground] = {
    "dark": Ground(
        low=(0.082, 0.090, 0.106),
        high=(0.204, 0.216, 0.239),
        text=(0.91, 0.92, 0.94),
        quiet=(0.70, 0.73, 0.77),
        face=(0.22, 0.24, 0.28),
        line=(0.46, 0.50, 0.57),
        sheet=(0.150, 0.165, 0.190),
        edge=(0.47, 0.61, 0.78),
        no_value=(0.42, 0.43, 0.45),
    ),
    "light": Ground(
        low=(0.775, 0.790, 0.810),
        high=(0.925, 0.932, 0.943),
        text=(0.11, 0.13, 0.16),
        quiet=(0.27, 0.30, 0.35),
        face=(0.96, 0.965, 0.975),
        line=(0.50, 0.54, 0.60),
        sheet=(0.965, 0.970, 0.978),
        edge=(0.24, 0.37, 0.54),
        no_value=(0.62, 0.63, 0.65),
    ),
}
"""Grounds by the theme that they belong to."""

SKIN_WITHOUT_IMAGE: Color = (0.80, 0.60, 0.50)
SCAN: Color = TINTS["blue"]
LANDMARK: Color = (0.98, 0.78, 0.25)


def skin_material(look: Look, *, textured: bool, heat: bool, ground: Ground) -> Material:
    """Return what the skin is made of in `look`; values as colours come before any look."""
    if heat:
        return Material("heat", ground.no_value)
    if look.edges:
        return Material(look.program, ground.sheet)
    color = SKIN_WITHOUT_IMAGE if look.textured and not textured else look.color
    return Material(look.program, color, look.matcap, look.depth)


def part_material(part: Part, look: Look) -> Material:
    """Return what a part is made of where it keeps its own material."""
    color = (1.0, 1.0, 1.0) if part.texture is not None else part.color
    if look.program == "unlit":
        return Material("unlit", color)
    return Material("eye" if part.material == "eye" else "wet", color)
