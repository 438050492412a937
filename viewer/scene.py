"""The scene: which surfaces and points are shown, and how. Knows VTK, not Qt."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from vtkmodules.vtkCommonMath import vtkMatrix4x4
from vtkmodules.vtkRenderingCore import vtkLight, vtkRenderer, vtkTexture

from facewright.engine.arrays import ByteArray, FloatArray
from facewright.engine.mask import Mask
from facewright.engine.mesh import Mesh, Scan
from facewright.viewer import looks
from facewright.viewer.actors import PointsActor
from facewright.viewer.colormaps import MAPS, places
from facewright.viewer.cube import OrientationCube
from facewright.viewer.display import Display
from facewright.viewer.flat import ratio
from facewright.viewer.grounds import GROUNDS, Color, Ground
from facewright.viewer.head import Head
from facewright.viewer.marks import InferredKey, Legend, ScaleBar, SideMarks, WipeLine
from facewright.viewer.scan import ScanActor
from facewright.viewer.shading import images
from facewright.viewer.shading.material import Shelf

if TYPE_CHECKING:
    from facewright.engine.models.rig import Part

_HATCH = 9.0
"""Distance between the stripes over masked skin, pixels of the view."""


class Scene:
    """Mirrors a head, its scan and its landmarks into a renderer.

    Parameters
    ----------
    renderer : vtkRenderer
    redraw : callable
        Asks for a picture; called after every change, so it must be cheap to call often.

    Attributes
    ----------
    sides, cube, scale, legend
        Marks over the picture; `cube.pick(x, y)` gives the view that a face stands for.
    """

    def __init__(self, renderer: vtkRenderer, redraw: Callable[[], None]) -> None:
        self._renderer = renderer
        self._redraw = redraw
        self._display = Display()
        self._shelf = Shelf()
        self._head = Head(renderer, self._shelf)
        self._other = Head(renderer, self._shelf)
        self._other_style: tuple[bool, float, Color | None] = (True, 1.0, None)
        self._values: FloatArray | None = None
        self._mask: Mask | None = None
        self._inferred: Mask | None = None
        self._scan: ScanActor | None = None
        self._colors: tuple[tuple[str, int], vtkTexture] | None = None
        self._title = ""
        self._points = PointsActor()
        self._points.actor.VisibilityOff()
        renderer.AddActor(self._points.actor)
        renderer.GradientBackgroundOn()
        renderer.AutomaticLightCreationOff()
        lamp = vtkLight()  # never used: without one VTK hands the programs no normals
        lamp.SetLightTypeToHeadlight()
        renderer.AddLight(lamp)
        self.sides = SideMarks(renderer)
        self.legend = Legend(renderer)
        self.cube = OrientationCube(renderer)
        self.scale = ScaleBar(renderer)
        self.key = InferredKey(renderer)
        self._line = WipeLine(renderer)
        owner = weakref.ref(self)  # VTK keeps its observers: they must not keep us
        self._tag = renderer.AddObserver("StartEvent", _before_picture(owner))
        self._dress()

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
        topology = self._head.topology
        if self._head.show(skin, parts, image):
            if self._head.topology is not topology:
                self._head.mark(self._mask_shown, self._inferred_shown)
                self._heat_up()
            self._dress()
        elif skin is None:
            self._dress()
        self._redraw()

    def compare(
        self,
        skin: Mesh | None,
        parts: tuple[Part, ...] = (),
        image: ByteArray | None = None,
        *,
        visible: bool = True,
        opacity: float = 1.0,
        tint: Color | None = None,
    ) -> None:
        """Hold a second head beside the first, or none; see `wipe`.

        Parameters
        ----------
        visible, opacity
            Its own, whatever the first one's.
        tint : (r, g, b) or None
            sRGB; colours it by half, to tell it from the first.
        """
        fresh = self._other.show(skin, parts, image)
        if fresh or self._other_style != (visible, opacity, tint):
            self._other_style = visible, opacity, tint
            settings = self._other.settings
            settings.tint, settings.share = (tint or (1.0, 1.0, 1.0)), (0.5 if tint else 0.0)
            self._dress()
        self._redraw()

    def wipe(self, fraction: float | None) -> None:
        """Show the first head left of a fraction of the view's width, the second right of it.

        With None both are whole again: shown over each other.
        """
        self._line.place = fraction
        for head, side in ((self._head, -1.0), (self._other, 1.0)):
            head.settings.wipe = (0.5, 0.0) if fraction is None else (fraction, side)
            head.tell()
        self._redraw()

    def values(self, values: FloatArray | None, title: str = "Error (mm)") -> None:
        """Set the value of each skin vertex that the heat map shows, NaN where none.

        `title` is the legend's and names the unit.
        """
        self._values = values
        self._title = title
        self._heat_up()
        self._dress()
        self._redraw()

    def inferred(self, mask: Mask | None) -> None:
        """Set where the shape is inferred, 1, and where it was measured, 0."""
        if mask is not self._inferred:
            self._inferred = mask
            self._mark()

    def mask(self, mask: Mask | None) -> None:
        """Set where the skin is masked, `(V,)` in [0, 1]: striped on every look."""
        if mask is not self._mask:
            self._mask = mask
            self._mark()

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
            self._scan = ScanActor(scan, self._shelf)
            matrix = vtkMatrix4x4()
            motion = np.eye(4) if to_head is None else np.asarray(to_head, np.float64)
            matrix.DeepCopy([float(part) for part in motion.ravel()])
            self._scan.actor.SetUserMatrix(matrix)
            self._renderer.AddActor(self._scan.actor)
        self._dress()
        self._redraw()

    # -- appearance --------------------------------------------------------------------------

    @property
    def ground(self) -> Ground:
        """The colours in use."""
        return GROUNDS[self._display.ground]

    @property
    def display(self) -> Display:
        """How the scene is drawn; set another value to change it."""
        return self._display

    @display.setter
    def display(self, display: Display) -> None:
        if display != self._display:
            self._display = display
            self._head.mark(self._mask_shown, self._inferred_shown)
            self._heat_up()
            self._dress()
            self._redraw()

    @property
    def vertices(self) -> FloatArray:
        """The skin as drawn, `(V, 3)`; no rows without a head."""
        skin = self._head.skin
        return np.zeros((0, 3), np.float32) if skin is None else skin.vertices

    @property
    def bounds(self) -> tuple[float, ...] | None:
        """Box around what there is to see, or None when there is nothing."""
        if self._head.skin is not None and self._display.head:
            return self._head.skin.bounds
        return None if self._scan is None else self._scan.bounds

    @property
    def has_scan(self) -> bool:
        """Whether a scan is loaded."""
        return self._scan is not None

    # -- quality -----------------------------------------------------------------------------

    def hurry(self, on: bool) -> None:
        """Leave out what costs much and shows little, while things move in software."""
        if on != self.hurrying:
            self._head.hurry(on)
            self._other.hurry(on)

    @property
    def hurrying(self) -> bool:
        """Whether costly detail is left out."""
        return not self._head.settings.fine

    def settle(self) -> bool:
        """Begin or take up what is worth computing for a head that rests: its soft shadows.

        Returns whether there is something new to draw. While `settling` is True, ask again in
        a moment. Nothing is waited for.
        """
        settled = [head.settle() for head in (self._head, self._other)]
        return any(settled)

    @property
    def settling(self) -> bool:
        """Whether `settle` has more to come."""
        return self._head.settling or self._other.settling

    def close(self) -> None:
        """Let go of every VTK object and thread."""
        self._renderer.RemoveObserver(self._tag)
        self._head.close()
        self._other.close()
        self._renderer.RemoveAllViewProps()
        self._scan = None
        self._redraw = _nothing

    # -- inside ------------------------------------------------------------------------------

    @property
    def _heated(self) -> bool:
        return self._display.heat and self._values is not None

    @property
    def _mask_shown(self) -> Mask | None:
        return self._mask if self._display.mask else None

    @property
    def _inferred_shown(self) -> Mask | None:
        return self._inferred if self._display.inferred and not self._heated else None

    @property
    def _inferred_seen(self) -> bool:
        """Whether a part of the head that is shown is marked as inferred."""
        mask = self._inferred_shown if self._display.head else None
        return self._head.skin is not None and mask is not None and bool(mask.any())

    def _mark(self) -> None:
        self._head.mark(self._mask_shown, self._inferred_shown)
        self._redraw()

    def _heat_up(self) -> None:
        if self._heated:
            assert self._values is not None
            self._head.heat(places(self._values, *self._display.heat_range))

    def _color_texture(self) -> vtkTexture:
        key = self._display.heat_map, self._display.heat_bands
        if self._colors is None or self._colors[0] != key:
            strip = MAPS[key[0]].strip(key[1])
            texture = images.texture(strip, smooth=not key[1], mipmap=False)
            self._colors = key, texture
        return self._colors[1]

    def _dress(self) -> None:
        display, look = self._display, looks.LOOKS[self._display.look]
        ground = self.ground
        self._renderer.SetBackground(*ground.low)
        self._renderer.SetBackground2(*ground.high)
        self._head.dress(look, ground, self._color_texture() if self._heated else None)
        self._head.set_visible(display.head)
        self._other.dress(look, ground, None)
        visible, opacity, _ = self._other_style
        self._other.set_visible(visible, opacity)
        shown = self._head.skin is not None or self._scan is not None
        if self._scan is not None:
            over_head = display.head and self._head.skin is not None
            self._scan.dress(display.scan_color, display.scan_opacity if over_head else 1.0)
            self._scan.actor.SetVisibility(display.scan)
        self._points.paint(ground.tones["plain"], ground.plate)
        self._points.actor.SetVisibility(display.landmarks)
        self.sides.dress(ground)
        self.sides.show(display.sides and shown)
        self.cube.ground = ground
        self.cube.show(display.cube and shown)
        self.scale.show(display.scale and shown)
        if self._heated and display.head:
            low, high = self._display.heat_range
            self.legend.show(self._title, MAPS[display.heat_map], low, high, display.heat_bands)
        else:
            self.legend.hide()

    def before_picture(self) -> None:
        """Lay out what depends on camera and size; called by the renderer itself."""
        ground = self.ground
        stripe = _HATCH * ratio(self._renderer)
        for head in (self._head, self._other):
            if head.settings.hatch != stripe:
                head.settings.hatch = stripe
                head.tell()
        self.cube.turn()
        self._points.scale(ratio(self._renderer))
        self.scale.draw(ground)
        self.legend.draw(ground)
        self.key.show(self._inferred_seen)
        self.key.draw(ground)
        self._line.draw(ground)


def _before_picture(owner: weakref.ref[Scene]) -> Callable[[Any, str], None]:
    def before(_caller: Any, _event: str) -> None:
        scene = owner()
        if scene is not None:
            scene.before_picture()

    return before


def _nothing() -> None:
    """Stand in for the redraw of a closed scene."""
