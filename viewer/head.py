"""A head in the view: its skin and the parts that ride along, as one thing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from vtkmodules.vtkRenderingCore import vtkRenderer, vtkTexture

from facewright.engine.arrays import ByteArray, FloatArray, IntArray
from facewright.engine.mask import Mask
from facewright.engine.mesh import Mesh, Topology
from facewright.viewer import looks
from facewright.viewer.actors import MeshActor
from facewright.viewer.edges import EdgesActor
from facewright.viewer.grounds import Color, Ground
from facewright.viewer.shading import material, skin_map
from facewright.viewer.shading.attributes import PointAttributes
from facewright.viewer.shading.material import Material, Settings, Shelf
from facewright.viewer.shading.occlusion import (
    Surface,
    Task,
    known,
    recall,
    remember,
    sign,
    task_for,
)

if TYPE_CHECKING:
    from facewright.engine.models.rig import Part

IRIS_UV = 0.21
"""Radius of the iris in the uv of an eye part, as `engine.models.eyes` lays it out."""


class Head:
    """Skin and parts of one head, moved, dressed and shown together.

    Parameters
    ----------
    renderer : vtkRenderer
    shelf : Shelf
        Textures of this view.
    """

    def __init__(self, renderer: vtkRenderer, shelf: Shelf) -> None:
        self._renderer = renderer
        self._shelf = shelf
        self.skin: MeshActor | None = None
        self.topology: Topology | None = None
        self.parts: dict[str, tuple[Part, MeshActor]] = {}
        self.settings = Settings()
        self._shape: FloatArray | None = None
        self._seen: FloatArray | None = None
        self._task: Task | None = None
        self._image: ByteArray | None = None
        self._edges: EdgesActor | None = None
        self._grain: FloatArray = np.zeros((0, 3), np.float32)
        self._marks: FloatArray = np.zeros((0, 2), np.float32)

    def show(self, skin: Mesh | None, parts: tuple[Part, ...], image: ByteArray | None) -> bool:
        """Move to `skin` and `parts`; return whether anything must be dressed anew."""
        if skin is None:
            self.drop()
            return False
        fresh = self.topology is not skin.topology
        if fresh:
            self.drop()
            self.topology = skin.topology
            self.skin = MeshActor.of(skin.topology)
            self._renderer.AddActor(self.skin.actor)
            self._grain = skin_map.grain(skin.topology)
            self._marks = np.zeros((skin.topology.count, 2), np.float32)
            _carried(self.skin).set("grain", self._grain)
        assert self.skin is not None
        if self._shape is not skin.vertices:
            if self._task is not None:
                self._task.stop()
            self._shape = skin.vertices
            self.skin.move(skin.vertices)
        fresh_parts = self._move_parts(parts)
        if fresh or fresh_parts:
            self._see(recall(skin.topology.id))
        fresh |= fresh_parts
        fresh |= image is not self._image
        self._image = image
        return fresh

    def drop(self) -> None:
        """Take the head out of the view."""
        if self._task is not None:
            self._task.stop()
        self._shape = self._seen = None
        for actor in self._actors():
            self._renderer.RemoveActor(actor.actor)
        self.skin, self.topology, self._image, self._edges = None, None, None, None
        self.parts = {}

    def close(self) -> None:
        """Let go of every VTK object and thread."""
        task, self._task = self._task, None
        self.drop()
        if task is not None:
            task.stop()
            task.join()

    # -- soft shadows ------------------------------------------------------------------------

    def settle(self) -> bool:
        """Begin or take up what the head, at rest, sees of itself; return whether it changed."""
        if self._task is not None and not self._task.running:
            task, self._task = self._task, None
            if task.result is not None and task.skin is self._shape:
                assert self.topology is not None
                self._see(task.result)
                self._seen = self._shape
                remember(task.shape, self.topology.id, task.result)
                return True
        if self._task is None and self._shape is not None and self._seen is not self._shape:
            surfaces = self._surfaces()
            shape = sign(surfaces)
            seen = known(shape)
            if seen is not None:
                self._see(seen)
                self._seen = self._shape
                return True
            self._task = task_for(self._shape, surfaces, shape)
        return False

    @property
    def settling(self) -> bool:
        """Whether `settle` has more to come."""
        return self._task is not None

    def _see(self, visibility: dict[str, FloatArray]) -> None:
        """Write what the skin ("") and each part, by name, see of their surroundings."""
        for name, values in visibility.items():
            actor = self.skin if not name else self.parts.get(name, (None, None))[1]
            if actor is not None and actor.count == len(values):
                _carried(actor).see(values)
        if self.skin is not None:
            wet = skin_map.wetness(self.skin.vertices, self._eyes())
            self._grain[:, 1] = wet
            _carried(self.skin).set("grain", self._grain)

    def _surfaces(self) -> dict[str, Surface]:
        """Return what hides light: vertices, normals and faces of the skin ("") and its parts."""
        if self.skin is None or self.topology is None:
            return {}
        skin = Surface(np.array(self.skin.vertices), self.skin.normals, self.topology.faces)
        found = {"": skin}
        for name, (part, actor) in self.parts.items():
            if part.material != "cornea":
                found[name] = Surface(part.vertices, actor.normals, part.faces)
        return found

    # -- what its points carry ---------------------------------------------------------------

    def mark(self, mask: Mask | None, inferred: Mask | None) -> None:
        """Write where the skin is masked and where its shape is inferred."""
        if self.skin is None:
            return
        for column, values in enumerate((mask, inferred)):
            fits = values is not None and len(values) == self.skin.count
            self._marks[:, column] = values if fits else 0.0
        _carried(self.skin).set("marks", self._marks)

    def heat(self, places: FloatArray) -> None:
        """Write the skin's places on the colour map and whether they have one, `(V, 2)`."""
        if self.skin is not None and len(places) == self.skin.count:
            _carried(self.skin).set("heat", places)

    # -- appearance --------------------------------------------------------------------------

    def dress(self, look: looks.Look, ground: Ground, colors: vtkTexture | None) -> None:
        """Draw the head in `look`; `colors` is the colour map while it shows values."""
        if self.skin is None:
            return
        skin = self.skin
        textured = look.textured and self._image is not None and colors is None
        skin.texture(self._image if textured else None)
        made = looks.skin_material(look, textured=textured, heat=colors is not None, ground=ground)
        material.apply(skin.actor, made, self._shelf, image=skin.textured, colors=colors)
        plain = Material("studio", ground.no_value) if colors is not None else made
        for part, actor in self.parts.values():
            self._dress_part(part, actor, look, None if look.parts else plain)
        self._show_edges(look, ground)
        self._refine()
        self.tell()

    def tell(self) -> None:
        """Hand the settings to every actor."""
        for actor in self._actors():
            self.settings.tell(actor.actor)

    def set_visible(self, visible: bool, opacity: float = 1.0) -> None:
        """Show or hide the whole head, or let what lies behind shine through."""
        if self.skin is not None:
            self.skin.actor.SetVisibility(visible)
            self.skin.actor.GetProperty().SetOpacity(opacity)
        for part, actor in self.parts.values():
            actor.actor.SetVisibility(visible and part.material != "cornea")
            actor.actor.GetProperty().SetOpacity(opacity)
        if self._edges is not None:
            self._edges.actor.SetVisibility(visible and self._edges.wanted)

    def hurry(self, on: bool) -> None:
        """Leave out what costs much and shows little, while things move in software."""
        self.settings.fine = not on
        if self.skin is not None:
            self.skin.actor.GetProperty().SetBackfaceCulling(on)
        for _, actor in self.parts.values():
            actor.actor.GetProperty().SetBackfaceCulling(on)
        self._refine()

    # -- inside ------------------------------------------------------------------------------

    def _refine(self) -> None:
        if self.skin is not None:
            material.refine(self.skin.actor, self.settings.fine)

    def _actors(self) -> list[MeshActor | EdgesActor]:
        found: list[MeshActor | EdgesActor] = [actor for _, actor in self.parts.values()]
        return found + [actor for actor in (self.skin, self._edges) if actor is not None]

    def _move_parts(self, parts: tuple[Part, ...]) -> bool:
        new = False
        for name in self.parts.keys() - {part.name for part in parts}:
            self._renderer.RemoveActor(self.parts.pop(name)[1].actor)
        for part in parts:
            known = self.parts.get(part.name)
            if known is None or not _same(known[0].faces, part.faces):
                if known is not None:
                    self._renderer.RemoveActor(known[1].actor)
                actor = MeshActor(part.faces, len(part.vertices), uv=part.uv)
                self._renderer.AddActor(actor.actor)
                new = True
            else:
                actor = known[1]
            new |= known is not None and known[0].texture is not part.texture
            self.parts[part.name] = (part, actor)
            if known is not None and actor is known[1] and _same(actor.vertices, part.vertices):
                continue
            actor.move(part.vertices)
            if part.material == "eye" and part.uv is not None:
                gaze, across, _, _ = eye_frame(part)
                material.aim(actor.actor, gaze, across, IRIS_UV)
        return new

    def _dress_part(
        self,
        part: Part,
        actor: MeshActor,
        look: looks.Look,
        plain: Material | None,
    ) -> None:
        """Dress a part in its own material, or in the skin's where the look has one for all."""
        actor.texture(None if plain is not None else part.texture)
        made = looks.part_material(part, look) if plain is None else plain
        material.apply(actor.actor, made, self._shelf, image=actor.textured)

    def _show_edges(self, look: looks.Look, ground: Ground) -> None:
        assert self.skin is not None
        assert self.topology is not None
        if look.edges and self._edges is None:
            self._edges = EdgesActor(self.topology, self.skin)
            self._renderer.AddActor(self._edges.actor)
        if self._edges is not None:
            self._edges.wanted = look.edges
            self._edges.actor.SetVisibility(look.edges and self.skin.actor.GetVisibility())
            self._edges.actor.GetProperty().SetColor(*ground.edge)

    def _eyes(self) -> list[tuple[FloatArray, float]]:
        found = []
        for part, _ in self.parts.values():
            if part.material == "eye" and part.uv is not None:
                _, _, centre, radius = eye_frame(part)
                found.append((centre, radius))
        return found


def eye_frame(part: Part) -> tuple[Color, Color, FloatArray, float]:
    """Return where an eyeball looks, its right (unit vectors), its centre and its radius, mm.

    Its uv lies around the gaze: (0.5, 0.5) is the middle of the pupil, the far pole outermost.
    """
    assert part.uv is not None
    points = part.vertices.astype(np.float64)
    place = part.uv.astype(np.float64) - 0.5
    away = np.linalg.norm(place, axis=1)
    ring = away > IRIS_UV * 1.02
    centre = np.linalg.lstsq(
        np.column_stack([2 * points[ring], np.ones(ring.sum())]),
        (points[ring] ** 2).sum(axis=1),
        rcond=None,
    )[0][:3]
    radius = float(np.linalg.norm(points[ring] - centre, axis=1).mean())
    front = points[away.argmin()] - centre
    gaze = front / np.linalg.norm(front)
    aside = (points[~ring] - centre).T @ place[~ring, 0]
    aside -= gaze * (gaze @ aside)
    across = aside / np.linalg.norm(aside)
    return _triple(gaze), _triple(across), centre.astype(np.float32), radius


def _same(one: IntArray | FloatArray, other: IntArray | FloatArray) -> bool:
    return one is other or np.array_equal(one, other)


def _carried(actor: MeshActor) -> PointAttributes:
    assert actor.attributes is not None
    return actor.attributes


def _triple(vector: FloatArray) -> Color:
    x, y, z = (float(part) for part in vector)
    return x, y, z
