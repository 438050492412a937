"""Materials: which program shades an actor, and what it is told."""

from __future__ import annotations

from dataclasses import dataclass

from vtkmodules.vtkRenderingCore import vtkActor, vtkTexture

from facewright.viewer.grounds import MASK, Color
from facewright.viewer.shading import images, programs

PROGRAMS = {
    "skin": programs.SKIN,
    "studio": programs.STUDIO,
    "wet": programs.WET,
    "eye": programs.EYE,
    "matcap": programs.MATCAP,
    "normals": programs.NORMALS,
    "unlit": programs.UNLIT,
    "heat": programs.HEAT,
}
"""Ways to shade, by the name that looks and parts use."""


@dataclass(frozen=True)
class Material:
    """How a surface answers light.

    Attributes
    ----------
    program : str
        Key of `PROGRAMS`.
    color : (r, g, b) in [0, 1], sRGB
        Multiplied with the image, where there is one.
    matcap : str
        Key of `images.MATCAPS`, for the program of that name.
    depth : float
        How far ambient occlusion darkens a matcap.
    """

    program: str
    color: Color = (1.0, 1.0, 1.0)
    matcap: str = ""
    depth: float = 0.0


class Shelf:
    """Textures that materials share within one view; VTK reloads what two views share."""

    def __init__(self) -> None:
        self._textures: dict[str, vtkTexture] = {}

    def __getitem__(self, name: str) -> vtkTexture:
        if name not in self._textures:
            pores = name == "pores"
            image = images.pores() if pores else images.matcap(name)
            self._textures[name] = images.texture(image, repeat=pores)
        return self._textures[name]


def apply(
    actor: vtkActor,
    material: Material,
    shelf: Shelf,
    *,
    image: bool,
    bare: bool = False,
    colors: vtkTexture | None = None,
) -> None:
    """Shade `actor` as `material`.

    Parameters
    ----------
    image : bool
        Whether the actor has a texture.
    bare : bool
        Whether its points carry no `attributes.PointAttributes`: nothing shades them then.
    colors : vtkTexture, optional
        The colour map, for the program "heat".
    """
    surface = actor.GetProperty()
    surface.SetInterpolationToPhong()
    surface.SetColor(*material.color)
    surface.SetAmbient(0.0)
    surface.SetDiffuse(1.0)
    surface.SetSpecular(0.0)
    surface.RemoveAllTextures()
    defines = ["#define HAS_IMAGE"] if image else []
    if material.program == "skin":
        surface.SetTexture("pores", shelf["pores"])
        defines.append("#define HAS_PORES")
    if material.program == "matcap":
        surface.SetTexture("matcap", shelf[material.matcap])
    if colors is not None:
        surface.SetTexture("colors", colors)
    shader = actor.GetShaderProperty()
    shader.ClearAllShaderReplacements()
    carried = "\n#define BARE" if bare else ""
    for tag, code in (
        ("//VTK::Normal::Dec", carried + programs.LIGHTS + programs.VERTEX_DECLARED),
        ("//VTK::CustomEnd::Impl", programs.VERTEX_DONE),
    ):
        shader.AddVertexShaderReplacement(tag, True, code, False)
    declared = "\n".join(["", *defines, programs.LIGHTS, programs.FRAGMENT_DECLARED])
    shade = programs.PREPARED + PROGRAMS[material.program] + programs.MARKED
    for tag, code in (
        ("//VTK::Light::Dec", declared),
        ("//VTK::UniformFlow::Impl", programs.FRAGMENT_BEGUN),
        ("//VTK::Light::Impl", shade),
        ("//VTK::TCoord::Impl", ""),
    ):
        shader.AddFragmentShaderReplacement(tag, True, code, False)
    told = shader.GetFragmentCustomUniforms()
    told.SetUniformf("depth", material.depth)


def refine(actor: vtkActor, fine: bool) -> None:
    """Draw costly detail, or leave it out of the program: in software a branch would cost it."""
    shader = actor.GetShaderProperty()
    tag = "//VTK::CustomUniforms::Dec"
    if fine:
        shader.AddFragmentShaderReplacement(tag, True, f"#define FINE\n{tag}\n", False)
    else:
        shader.ClearFragmentShaderReplacement(tag, True)


def ring(actor: vtkActor, color: Color) -> None:
    """Draw a ring of a colour inside the edge of each dot of an actor that draws round ones."""
    shader = actor.GetShaderProperty()
    shader.ClearAllShaderReplacements()
    tag = "//VTK::Light::Impl"
    shader.AddFragmentShaderReplacement(tag, True, f"{tag}\n{programs.RINGED}", False)
    shader.GetFragmentCustomUniforms().SetUniform3f("ringColor", color)


def apply_to_lines(actor: vtkActor) -> None:
    """Let an actor that light does not shade obey the settings too: lines are wiped."""
    shader = actor.GetShaderProperty()
    shader.ClearAllShaderReplacements()
    declared = "//VTK::PositionVC::Dec\n"
    shader.AddVertexShaderReplacement(
        "//VTK::PositionVC::Dec", True, declared + "out vec4 placeVSOutput;", False
    )
    shader.AddVertexShaderReplacement(
        "//VTK::CustomEnd::Impl", True, "placeVSOutput = vec4(0.0, 0.0, gl_Position.xw);", False
    )
    shader.AddFragmentShaderReplacement(
        "//VTK::PositionVC::Dec", True, declared + "in vec4 placeVSOutput;", False
    )
    shader.AddFragmentShaderReplacement(
        "//VTK::UniformFlow::Impl", True, programs.FRAGMENT_BEGUN, False
    )


@dataclass
class Settings:
    """What every program is told from outside, whatever the material.

    Attributes
    ----------
    fine : bool
        Whether detail is drawn that costs much: off while things move in software.
    wipe : (fraction, side)
        Only what lies right (side 1) or left (-1) of a fraction of the view's width is drawn;
        side 0 draws everything.
    tint, share
        A colour and how far it covers the surface.
    hatch : float
        Width of the stripes over masked skin, pixels as drawn.
    """

    fine: bool = True
    wipe: tuple[float, float] = (0.5, 0.0)
    tint: Color = (1.0, 1.0, 1.0)
    share: float = 0.0
    hatch: float = 9.0
    mask: Color = MASK

    def tell(self, actor: vtkActor) -> None:
        """Write the settings where the actor's programs read them."""
        told = actor.GetShaderProperty().GetFragmentCustomUniforms()
        told.SetUniform2f("wipe", self.wipe)
        told.SetUniform3f("tintColor", self.tint)
        told.SetUniformf("tintShare", self.share)
        told.SetUniformf("hatch", self.hatch)
        told.SetUniform3f("maskColor", self.mask)


def aim(actor: vtkActor, gaze: Color, across: Color, iris: float) -> None:
    """Tell the program "eye" where an eye looks, what is its right, and its iris's radius in uv."""
    told = actor.GetShaderProperty().GetFragmentCustomUniforms()
    told.SetUniform3f("gaze", gaze)
    told.SetUniform3f("across", across)
    told.SetUniformf("iris", iris)
