"""Looks: how surfaces are shaded. Tables first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from facewright.viewer.colormaps import TINTS
from facewright.viewer.grounds import Color, Ground
from facewright.viewer.shading.material import Material

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


SKIN_WITHOUT_IMAGE: Color = (0.80, 0.60, 0.50)
SCAN: Color = TINTS["blue"]


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
