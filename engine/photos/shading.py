"""Pictures of heads and scans, drawn without a window: thumbnails, sheets, the command line."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from facewright.engine.arrays import ByteArray
from facewright.engine.camera import Camera, turned
from facewright.engine.errors import InputError
from facewright.engine.geometry.normals import vertex_normals
from facewright.engine.mask import Mask
from facewright.engine.mesh import Mesh
from facewright.engine.photos.lighting import Layer, draw

if TYPE_CHECKING:
    from facewright.engine.models.rig import PosedHead

VIEWS = {
    "front": (0.0, 4.0),
    "left": (90.0, 2.0),
    "right": (-90.0, 2.0),
    "three-quarter": (38.0, 6.0),
}
"""Yaw to the subject's left and pitch of the camera, in degrees, of each named view."""

CLAY = (200, 190, 182)
_FIELD = math.radians(16.0)
_THREE_QUARTERS, _NEARLY_FRONT = math.radians(32.0), math.radians(6.0)


def picture(
    head: PosedHead,
    image: ByteArray | None,
    *,
    view: str = "front",
    size: tuple[int, int] = (800, 800),
    values: ArrayLike | None = None,
    height: float | None = None,
    camera: Camera | None = None,
) -> ByteArray:
    """Return a lit picture of a head with its eyes and teeth.

    Parameters
    ----------
    head : PosedHead
    image : (H, W, 3) uint8 or None
        Skin texture in the template's uv; plain skin colour without.
    view : str
        "front", "left", "right" (the subject's sides) or "three-quarter".
    size : (width, height) in pixels
    values : (V, 3), optional
        sRGB colour per skin vertex in place of the texture, uint8 or 0 to 1 (heat maps).
    height : float, optional
        Millimetres that the picture is high; fitted to the head without. Give the same one for
        pictures to be compared.
    camera : Camera, optional
        In place of `view` and `height`; made for `size`.

    Returns
    -------
    (H, W, 3) uint8 sRGB

    Raises
    ------
    InputError
        If the view has no such name or `values` do not fit the skin.
    """
    topology = head.skin.topology
    corner_uv = None
    if topology.uv is not None and topology.uv_faces is not None:
        corner_uv = topology.uv[topology.uv_faces]
    colors = None if values is None else as_colors(values, len(head.skin.vertices))
    layers = [
        Layer(
            head.skin.vertices,
            topology.faces,
            values=colors,
            image=image if corner_uv is not None else None,
            corner_uv=corner_uv,
        )
    ]
    for part in head.parts:
        layers.append(
            Layer(
                part.vertices,
                part.faces,
                color=_as_srgb(part.color),
                image=part.texture if part.uv is not None else None,
                corner_uv=None if part.uv is None else part.uv[part.faces],
                material=part.material,
            )
        )
    return draw(layers, camera or frame(head.skin.vertices, view, size, height), size)


def picture_surface(
    vertices: ArrayLike,
    faces: ArrayLike,
    colors: ArrayLike | None = None,
    *,
    texture: ByteArray | None = None,
    corner_uv: ArrayLike | None = None,
    view: str = "front",
    size: tuple[int, int] = (800, 800),
    camera: Camera | None = None,
    color: tuple[float, float, float] = CLAY,
) -> ByteArray:
    """Return a lit picture of any triangle mesh, with the look of `picture`.

    Parameters
    ----------
    vertices : (V, 3)
        y up, z to the front, unless `camera` is given.
    faces : (F, 3) int
    colors : (V, 3), optional
        sRGB per vertex, uint8 or 0 to 1.
    texture : (H, W, 3) uint8, optional
        Used with `corner_uv` `(F, 3, 2)`, where no `colors` are given.
    view, size
        As in `picture`.
    camera : Camera, optional
        In place of `view`; made for `size`.
    color : (r, g, b)
        sRGB of a bare surface.

    Raises
    ------
    InputError
        If the surface is empty, or the colours do not fit it.
    """
    points = np.asarray(vertices, dtype=np.float32)
    triangles = np.asarray(faces, dtype=np.int32).reshape(-1, 3)
    if not len(points) or not len(triangles):
        raise InputError("This surface has no triangles, so there is nothing to draw.")
    layer = Layer(
        points,
        triangles,
        color=color,
        values=None if colors is None else as_colors(colors, len(points)),
        image=texture if corner_uv is not None else None,
        corner_uv=None if corner_uv is None else np.asarray(corner_uv, dtype=np.float32),
    )
    used = points[np.unique(triangles)]
    return draw([layer], camera or frame(used, view, size), size)


def frame(
    vertices: ArrayLike, view: str, size: tuple[int, int], height: float | None = None
) -> Camera:
    """Return the camera of a named view that holds `vertices` `(V, 3)` with a margin.

    Raises
    ------
    InputError
        If the view has no such name.
    """
    if view not in VIEWS:
        raise InputError(f'There is no view "{view}": use one of {", ".join(VIEWS)}.')
    yaw, pitch = (math.radians(angle) for angle in VIEWS[view])
    back = turned(yaw, pitch)
    points = np.asarray(vertices, dtype=np.float64)
    points = points[np.isfinite(points).all(axis=1)]
    flat = Camera.looking((0, 0, 0), -back, (0, 1, 0), size=size, height=float(size[1]))
    seen = (points - flat.eye) @ flat.rotation.T
    low, high = seen.min(axis=0), seen.max(axis=0)
    middle = flat.eye + flat.rotation.T @ (0.5 * (low + high))
    wide, tall = (high - low)[:2]
    fitted = 1.12 * max(tall, wide * size[1] / size[0], 1e-9)
    # what stands nearer than the middle grows in perspective
    fitted *= 1.0 + 0.25 * (high - low)[2] * math.tan(0.5 * _FIELD) / fitted
    return Camera.looking(
        middle, -back, (0, 1, 0), size=size, height=height or float(fitted), field=_FIELD
    )


def close_up(skin: Mesh, area: Mask, size: tuple[int, int]) -> Camera:
    """Return the camera that looks at the masked part of a head with some of the face around it.

    A part that faces the front is seen from three quarters, where its relief shows.

    Raises
    ------
    InputError
        If nothing is masked.
    """
    if not area.any():
        raise InputError("Nothing is masked, so there is nothing to look at.")
    normals = vertex_normals(skin.vertices, skin.topology.faces)
    outward = area.astype(np.float64) @ normals
    yaw = math.atan2(outward[0], outward[2])
    if abs(yaw) < _THREE_QUARTERS:
        yaw = math.copysign(_THREE_QUARTERS, yaw if abs(yaw) > _NEARLY_FRONT else 1.0)
    back = turned(yaw, math.radians(4.0))
    facing = (area > 0) & (normals @ back > 0)  # not what lies within the mouth or nose
    points = skin.vertices[facing if facing.any() else area > 0].astype(np.float64)
    low, high = points.min(axis=0), points.max(axis=0)
    whole = float(np.ptp(skin.vertices[:, 1]))
    height = float(np.clip(1.5 * np.linalg.norm(high - low), 0.35 * whole, whole))
    return Camera.looking(
        0.5 * (low + high), -back, (0, 1, 0), size=size, height=height, field=_FIELD
    )


def as_colors(values: ArrayLike, count: int) -> ByteArray:
    """Return `(count, 3)` uint8 from colours per vertex, uint8 or float in [0, 1].

    Raises
    ------
    InputError
        If the shape differs.
    """
    colors = np.asarray(values)
    if colors.shape != (count, 3):
        raise InputError(f"These colours have shape {colors.shape}, not ({count}, 3).")
    if colors.dtype == np.uint8:
        return colors
    return np.asarray(np.clip(colors * 255.0 + 0.5, 0, 255), dtype=np.uint8)


def _as_srgb(color: tuple[float, float, float]) -> tuple[float, float, float]:
    """Return a colour of 0 to 1 or of 0 to 255 in the latter."""
    if max(color) <= 1.0:
        return (color[0] * 255.0, color[1] * 255.0, color[2] * 255.0)
    return color
