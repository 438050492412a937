"""A scan in the view: a surface with its own colours or one of ours, or a cloud of points."""

from __future__ import annotations

import numpy as np

from facewright.engine.mesh import Scan
from facewright.viewer import looks
from facewright.viewer.actors import CloudActor, MeshActor
from facewright.viewer.grounds import Color
from facewright.viewer.shading import material
from facewright.viewer.shading.material import Material, Settings, Shelf


class ScanActor:
    """Shows a scan as it was read.

    Parameters
    ----------
    scan : Scan
    shelf : Shelf
        Textures of this view.
    """

    def __init__(self, scan: Scan, shelf: Shelf) -> None:
        self._scan = scan
        self._shelf = shelf
        self._surface: MeshActor | CloudActor
        if not len(scan.faces):
            self._surface = CloudActor(scan.vertices, scan.colors)
        elif scan.corner_uv is not None and scan.texture is not None:
            self._surface = MeshActor(
                scan.faces,
                len(scan.vertices),
                uv=scan.corner_uv.reshape(-1, 2),
                uv_vertex=scan.faces.ravel(),
                uv_faces=np.arange(scan.faces.size, dtype=np.int32).reshape(-1, 3),
                bare=True,
            )
        else:
            self._surface = MeshActor(scan.faces, len(scan.vertices), bare=True)
        if isinstance(self._surface, MeshActor):
            self._surface.move(scan.vertices)
        self.actor = self._surface.actor

    @property
    def bounds(self) -> tuple[float, ...]:
        """`(x0, x1, y0, y1, z0, z1)` of what is drawn."""
        return self._surface.bounds

    def dress(self, color: Color | None, opacity: float) -> None:
        """Draw in one colour, or with None in the scan's own where it has any."""
        self.actor.GetProperty().SetOpacity(opacity)
        surface, scan = self._surface, self._scan
        own = color is None and (scan.texture is not None or scan.colors is not None)
        chosen = color or looks.SCAN
        if isinstance(surface, CloudActor):
            surface.paint(own, chosen)
            return
        surface.texture(scan.texture if own else None)
        surface.paint(scan.colors if own and not surface.textured else None)
        plain = Material("studio", (1.0, 1.0, 1.0) if own else chosen)
        material.apply(surface.actor, plain, self._shelf, image=surface.textured, bare=True)
        Settings().tell(surface.actor)
