"""Looks: how surfaces are lit and coloured. Tables first, the code that applies them below."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from vtkmodules.vtkRenderingCore import vtkActor, vtkLight, vtkRenderer

from facewright.engine.arrays import ByteArray, FloatArray

Color = tuple[float, float, float]


@dataclass(frozen=True)
class Look:
    """How the skin is drawn.

    Attributes
    ----------
    id, label, help : str
    color : Color
        Linear multiplier of the texture, or the colour without one.
    textured : bool
        Whether the skin image is shown.
    parts : bool
        Whether eyes and teeth keep their own colours; else they look like the skin.
    wireframe : bool
    specular, power : float
        Strength and sharpness of the highlight.
    soft : float
        How far light bleeds past the shadow's edge, as it does in skin.
    ambient : float
        Share of light that comes from everywhere.
    """

    id: str
    label: str
    help: str
    color: Color
    textured: bool = False
    parts: bool = False
    wireframe: bool = False
    specular: float = 0.0
    power: float = 20.0
    soft: float = 0.0
    ambient: float = 0.06


LOOKS: dict[str, Look] = {
    look.id: look
    for look in (
        Look(
            "skin",
            "Skin",
            "The head with its skin, eyes and teeth",
            (1.0, 1.0, 1.0),
            textured=True,
            parts=True,
            specular=0.16,
            power=22.0,
            soft=0.35,
        ),
        Look(
            "clay",
            "Clay",
            "One grey material that shows the shape and nothing else",
            (0.74, 0.72, 0.70),
            specular=0.08,
            power=12.0,
        ),
        Look(
            "wireframe",
            "Wireframe",
            "The triangles of the template",
            (0.26, 0.28, 0.32),
            wireframe=True,
        ),
    )
}

HEAT = Look("heat", "Heat", "Values as colours, with just enough shading to see the shape",
            (1.0, 1.0, 1.0), ambient=0.35)  # fmt: skip
"""How the skin is drawn while it carries values: no highlight may hide a colour."""

SKIN_WITHOUT_IMAGE: Color = (0.80, 0.60, 0.50)
SCAN: Color = (0.45, 0.68, 0.86)
LANDMARK: Color = (0.98, 0.78, 0.25)
GROUND: tuple[Color, Color] = ((0.090, 0.098, 0.114), (0.196, 0.208, 0.231))
"""Viewport background, from its lower edge to its upper edge."""

EDGE: Color = (0.55, 0.68, 0.82)
"""Colour of the triangles' edges."""

NO_VALUE: Color = (0.42, 0.43, 0.45)
"""Colour of vertices that carry no value on a heat map."""

INFERRED: Color = (0.45, 0.62, 1.0)
"""Tint of skin whose shape is inferred and was not measured."""


@dataclass(frozen=True)
class _Light:
    """A light that travels with the camera; position in camera units, +z behind the viewer."""

    position: Color
    intensity: float
    color: Color


LIGHTS = (
    _Light((-0.75, 0.80, 1.00), 0.92, (1.00, 0.965, 0.92)),  # key: upper left, warm
    _Light((1.00, -0.05, 0.90), 0.46, (0.88, 0.93, 1.00)),  # fill: right, cool
    _Light((0.55, 0.80, -0.90), 0.50, (0.92, 0.96, 1.00)),  # rim: behind, above
)


def light(renderer: vtkRenderer) -> None:
    """Light `renderer` by key, fill and rim that travel with the camera."""
    renderer.RemoveAllLights()
    renderer.AutomaticLightCreationOff()
    for item in LIGHTS:
        lamp = vtkLight()
        lamp.SetLightTypeToCameraLight()
        lamp.SetPosition(*item.position)
        lamp.SetFocalPoint(0.0, 0.0, 0.0)
        lamp.SetIntensity(item.intensity)
        lamp.SetColor(*item.color)
        renderer.AddLight(lamp)
    renderer.GradientBackgroundOn()
    renderer.SetBackground(*GROUND[0])
    renderer.SetBackground2(*GROUND[1])


# Wrapped diffuse light: skin lets light past the shadow's edge, red furthest.
_SOFT_SKIN = """
  //VTK::Light::Impl
  vec3 wrapped = vec3(0.0);
  float facing = clamp(normalVCVSOutput.z, 0.0, 1.0);
  float turn = clamp(normalVCVSOutput.x * -0.55 + normalVCVSOutput.y * 0.55 + 0.45, 0.0, 1.0);
  wrapped = diffuseColor * vec3(0.20, 0.075, 0.045) * (1.0 - turn) * SOFTNESS;
  float edge = pow(1.0 - facing, 3.0);
  fragOutput0.rgb += wrapped + vec3(0.10, 0.085, 0.08) * edge * SOFTNESS;
"""


def dress(actor: vtkActor, look: Look, color: Color | None = None) -> None:
    """Draw `actor` in `look`; `color` replaces the look's own."""
    surface = actor.GetProperty()
    surface.SetInterpolationToPhong()
    surface.SetColor(*(look.color if color is None else color))
    surface.SetAmbient(look.ambient)
    surface.SetDiffuse(1.0 - look.ambient)
    surface.SetSpecular(look.specular)
    surface.SetSpecularPower(look.power)
    surface.SetSpecularColor(1.0, 0.97, 0.94)
    surface.SetEdgeVisibility(look.wireframe)
    surface.SetEdgeColor(*EDGE)
    surface.SetLineWidth(1.0)
    shader = actor.GetShaderProperty()
    shader.ClearAllFragmentShaderReplacements()
    if look.soft and not look.wireframe:
        code = _SOFT_SKIN.replace("SOFTNESS", f"{look.soft:.3f}")
        shader.AddFragmentShaderReplacement("//VTK::Light::Impl", True, code, False)


_DIVERGING = (
    (-1.0, (33, 102, 172)),
    (-0.5, (103, 169, 207)),
    (0.0, (240, 240, 238)),
    (0.5, (239, 138, 98)),
    (1.0, (178, 24, 43)),
)
"""Blue through white to red: readable with every common colour blindness."""


def heat_colors(values: FloatArray, limit: float) -> ByteArray:
    """Return `(V, 3)` uint8 for signed values; NaN is grey, beyond the limit saturates.

    Parameters
    ----------
    values : (V,) float32
        In the unit of `limit`, usually mm.
    limit : float
        Value of the strongest red; its negative is the strongest blue.
    """
    stops = np.array([stop for stop, _ in _DIVERGING])
    colors = np.array([color for _, color in _DIVERGING], np.float64)
    scaled = np.clip(np.nan_to_num(values) / limit, -1.0, 1.0)
    mixed = np.stack([np.interp(scaled, stops, colors[:, k]) for k in range(3)], axis=1)
    mixed[~np.isfinite(values)] = np.array(NO_VALUE) * 255
    return np.asarray(mixed + 0.5, np.uint8)


def tint(mask: FloatArray, base: Color = (1.0, 1.0, 1.0), strength: float = 0.55) -> ByteArray:
    """Return `(V, 3)` uint8: `base` where `mask` is 0, drawn towards `INFERRED` where 1."""
    amount = np.clip(mask, 0.0, 1.0)[:, None] * strength
    mixed = np.array(base) * (1.0 + (np.array(INFERRED) - 1.0) * amount)
    return np.asarray(mixed * 255 + 0.5, np.uint8)
