"""The scene: which surfaces and points are shown, and how. Knows VTK, not Qt."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from vtkmodules.vtkCommonMath import vtkMatrix4x4
from vtkmodules.vtkRenderingCore import vtkRenderer

from facewright.engine.arrays import ByteArray, FloatArray
from facewright.engine.mask import Mask
from facewright.engine.mesh import Mesh, Scan
from facewright.viewer import looks
from facewright.viewer.actors import CloudActor, MeshActor, PointsActor
from facewright.viewer.display import Display
from facewright.viewer.marks import Legend, SideMarks

if TYPE_CHECKING:
    from facewright.engine.models.rig import Part


class Scene:
    """Mirrors a head, its scan and its landmarks into a renderer.

    Parameters
    ----------
    renderer : vtkRenderer
    redraw : callable
        Asks for a picture; called after every change, so it must be cheap to call often.
    """

    def __init__(self, renderer: vtkRenderer, redraw: Callable[[], None]) -> None:
        self._renderer = renderer
        self._redraw = redraw
        self._display = Display()
        self._skin: MeshActor | None = None
        self._topology: object = None
        self._parts: dict[str, tuple[Part, MeshActor]] = {}
        self._image: ByteArray | None = None
        self._values: FloatArray | None = None
        self._inferred: Mask | None = None
        self._scan: MeshActor | CloudActor | None = None
        self._films: set[str] = set()
        self._hurrying = False
        self._title = ""
        self._points = PointsActor(looks.LANDMARK)
        self._points.actor.VisibilityOff()
        renderer.AddActor(self._points.actor)
        looks.light(renderer)
        self.sides = SideMarks(renderer)
        self.legend = Legend(renderer)

    # -- content -----------------------------------------------------------------------------

    def show(
        self, skin: Mesh | None, parts: tuple[Part, ...] = (), image: ByteArray | None = None
    ) -> None:
        """Show a posed head: skin, the parts that ride along, and the skin's image.

        Parameters
        ----------
        skin : Mesh or None
            None shows no head.
        parts : tuple of Part
            Eyes, teeth, tongue, ... as posed.
        image : (H, W, 3) uint8 or None
            sRGB in the skin's uv.
        """
        dressed = False
        if skin is None:
            self._drop_skin()
        else:
            if self._topology is not skin.topology:
                self._drop_skin()
                self._skin = MeshActor.of(skin.topology)
                self._topology = skin.topology
                self._renderer.AddActor(self._skin.actor)
                dressed = True
            assert self._skin is not None
            self._skin.move(skin.vertices)
        dressed |= self._show_parts(parts if skin is not None else ())
        dressed |= image is not self._image
        self._image = image
        if dressed:
            self._dress()
        self._redraw()

    def values(self, values: FloatArray | None, title: str = "Error (mm)") -> None:
        """Set the signed value of each skin vertex that the heat map shows, NaN where none."""
        self._values = values
        self._title = title
        self._dress()
        self._redraw()

    def inferred(self, mask: Mask | None) -> None:
        """Set where the shape is inferred, 1, and where it was measured, 0."""
        if mask is self._inferred:
            return
        self._inferred = mask
        self._dress()
        self._redraw()

    def landmarks(self, positions: FloatArray | None) -> None:
        """Set the `(N, 3)` points that are shown on the head."""
        self._points.move(np.zeros((0, 3), np.float32) if positions is None else positions)
        self._redraw()

    def scan(self, scan: Scan | None, to_head: FloatArray | None = None) -> None:
        """Set the scan that is laid over the head; `to_head` is `(4, 4)` from file to head."""
        if self._scan is not None:
            self._renderer.RemoveActor(self._scan.actor)
            self._scan = None
        if scan is not None:
            self._scan = _scan_actor(scan)
            matrix = vtkMatrix4x4()
            motion = np.eye(4) if to_head is None else np.asarray(to_head, np.float64)
            matrix.DeepCopy([float(part) for part in motion.ravel()])
            self._scan.actor.SetUserMatrix(matrix)
            self._renderer.AddActor(self._scan.actor)
        self._dress()
        self._redraw()

    # -- appearance --------------------------------------------------------------------------

    @property
    def display(self) -> Display:
        """How the scene is drawn; set another value to change it."""
        return self._display

    @display.setter
    def display(self, display: Display) -> None:
        if display != self._display:
            self._display = display
            self._dress()
            self._redraw()

    @property
    def vertices(self) -> FloatArray:
        """The skin as drawn, `(V, 3)`; no rows without a head."""
        return np.zeros((0, 3), np.float32) if self._skin is None else self._skin.vertices

    @property
    def bounds(self) -> tuple[float, ...] | None:
        """Box around what there is to see, or None when there is nothing."""
        if self._skin is not None and self._display.head:
            return self._skin.bounds
        return None if self._scan is None else self._scan.bounds

    @property
    def has_scan(self) -> bool:
        """Whether a scan is loaded."""
        return self._scan is not None

    @property
    def has_values(self) -> bool:
        """Whether there are values for the heat map."""
        return self._values is not None

    def hurry(self, on: bool) -> None:
        """Leave out what costs much and shows little, while things move in software.

        Back faces (the mouth's inside, the far side of the head) and the clear film over the
        eyes together take a third of a picture's time.
        """
        if on == self._hurrying:
            return
        self._hurrying = on
        if self._skin is not None:
            self._skin.actor.GetProperty().SetBackfaceCulling(on)
        for _, actor in self._parts.values():
            actor.actor.GetProperty().SetBackfaceCulling(on)
        self._show_films()

    def close(self) -> None:
        """Let go of every VTK object."""
        self._drop_skin()
        self._renderer.RemoveAllViewProps()
        self._scan = None
        self._redraw = _nothing

    # -- inside ------------------------------------------------------------------------------

    def _drop_skin(self) -> None:
        if self._skin is not None:
            self._renderer.RemoveActor(self._skin.actor)
        for _, actor in self._parts.values():
            self._renderer.RemoveActor(actor.actor)
        self._skin, self._topology, self._image = None, None, None
        self._parts = {}

    def _show_parts(self, parts: tuple[Part, ...]) -> bool:
        """Move or make one actor per part; return whether any is new."""
        new = False
        for name in self._parts.keys() - {part.name for part in parts}:
            self._renderer.RemoveActor(self._parts.pop(name)[1].actor)
        for part in parts:
            known = self._parts.get(part.name)
            if known is None or known[0].faces is not part.faces:
                if known is not None:
                    self._renderer.RemoveActor(known[1].actor)
                actor = MeshActor(part.faces, len(part.vertices), uv=part.uv)
                if part.material == "cornea":
                    self._films.add(part.name)
                self._parts[part.name] = (part, actor)
                self._renderer.AddActor(actor.actor)
                new = True
            self._parts[part.name][1].move(part.vertices)
        return new

    def _show_films(self) -> None:
        shown = self._display.head and looks.LOOKS[self._display.look].parts
        for name in self._films & self._parts.keys():
            self._parts[name][1].actor.SetVisibility(shown and not self._hurrying)

    def _dress(self) -> None:
        display, look = self._display, looks.LOOKS[self._display.look]
        heat = display.heat and self._values is not None
        if self._skin is not None:
            skin = self._skin
            textured = look.textured and self._image is not None and not heat
            skin.texture(self._image if textured else None)
            bare = look.textured and not textured and not heat
            plain = looks.SKIN_WITHOUT_IMAGE if bare else None
            looks.dress(skin.actor, looks.HEAT if heat else look, plain)
            if heat:
                assert self._values is not None
                skin.paint(looks.heat_colors(self._values, display.heat_limit))
            elif display.inferred and self._inferred is not None:
                skin.paint(looks.tint(self._inferred, look.color if plain is None else plain))
            else:
                skin.paint(None)
            skin.actor.SetVisibility(display.head)
        for part, actor in self._parts.values():
            _dress_part(actor, part, look)
            actor.actor.SetVisibility(display.head)
        self._show_films()
        if self._scan is not None:
            over_head = display.head and self._skin is not None
            self._scan.actor.GetProperty().SetOpacity(display.scan_opacity if over_head else 1.0)
            self._scan.actor.SetVisibility(display.scan)
        self._points.actor.SetVisibility(display.landmarks)
        self.sides.show(display.sides and (self._skin is not None or self._scan is not None))
        if heat:
            self.legend.show(self._title, display.heat_limit)
        else:
            self.legend.hide()


_GLOSS = {"eye": (0.45, 70.0), "cornea": (0.9, 120.0), "teeth": (0.3, 40.0)}


def _dress_part(actor: MeshActor, part: Part, look: looks.Look) -> None:
    """Give eyes their gloss, teeth a little and the rest none; or the look's plain material."""
    if not look.parts:
        actor.texture(None)
        looks.dress(actor.actor, look)
        return
    actor.texture(part.texture)
    looks.dress(actor.actor, look, (1.0, 1.0, 1.0) if part.texture is not None else part.color)
    surface = actor.actor.GetProperty()
    strength, power = _GLOSS.get(part.material, (0.12, 20.0))
    surface.SetSpecular(strength)
    surface.SetSpecularPower(power)
    if part.material == "cornea":
        surface.SetOpacity(0.12)
    actor.actor.GetShaderProperty().ClearAllFragmentShaderReplacements()


def _scan_actor(scan: Scan) -> MeshActor | CloudActor:
    """Return the scan with its own texture or colours, else in the overlay's colour."""
    if not len(scan.faces):
        return CloudActor(scan.vertices, scan.colors)
    if scan.corner_uv is not None and scan.texture is not None:
        corners = scan.faces.size
        actor = MeshActor(
            scan.faces,
            len(scan.vertices),
            uv=scan.corner_uv.reshape(-1, 2),
            uv_vertex=scan.faces.ravel(),
            uv_faces=np.arange(corners, dtype=np.int32).reshape(-1, 3),
        )
        actor.texture(scan.texture)
        color = (1.0, 1.0, 1.0)
    else:
        actor = MeshActor(scan.faces, len(scan.vertices))
        actor.paint(scan.colors)
        color = (1.0, 1.0, 1.0) if scan.colors is not None else looks.SCAN
    actor.move(scan.vertices)
    looks.dress(actor.actor, looks.LOOKS["clay"], color)
    return actor


def _nothing() -> None:
    """Stand in for the redraw of a closed scene."""
