"""Plain pictures of a scan for networks to look at, and the way back from pixels to the surface."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from facewright.engine.arrays import BoolArray, ByteArray, DoubleArray, FloatArray, IntArray
from facewright.engine.camera import Camera
from facewright.engine.geometry.normals import vertex_normals
from facewright.engine.mesh import Scan
from facewright.engine.photos.color import linear_levels, to_srgb
from facewright.engine.photos.rasterizer import rasterize

SKIN = (206, 168, 146)
BACKGROUND = 90
PLAIN = 6.0
"""Standard deviation of sRGB levels below which a surface is of one colour, as scanners write."""


@dataclass(frozen=True, eq=False)
class Stage:
    """A surface made ready to be looked at.

    Attributes
    ----------
    vertices : (V, 3) float64
    faces : (F, 3) int32
    colors : (V, 3) float32 or None
        sRGB, 0 to 255.
    texture : (H, W, 3) uint8 or None
    corner_uv : (F, 3, 2) float32 or None
    """

    vertices: DoubleArray
    faces: IntArray
    colors: FloatArray | None = None
    texture: ByteArray | None = None
    corner_uv: FloatArray | None = None

    @cached_property
    def normals(self) -> DoubleArray:
        """Vertex normals `(V, 3)`, made when first asked for."""
        return vertex_normals(self.vertices, self.faces)

    @property
    def painted(self) -> bool:
        """Whether the surface has colours of its own."""
        return self.colors is not None or self.texture is not None


@dataclass(frozen=True, eq=False)
class Shot:
    """A picture of a stage.

    Attributes
    ----------
    image : (H, W, 3) uint8
    triangle, barycentric, depth
        As `rasterize` returns them.
    camera : Camera
    stage : Stage
    """

    image: ByteArray
    triangle: IntArray
    barycentric: FloatArray
    depth: FloatArray
    camera: Camera
    stage: Stage

    def locate(
        self, pixels: ArrayLike, reach: float = 0.0
    ) -> tuple[DoubleArray, DoubleArray, BoolArray]:
        """Return where pixels lie on the surface.

        Parameters
        ----------
        pixels : (N, 2)
        reach : float
            Pixels that a point may lie beside the surface and still be put on it.

        Returns
        -------
        positions : (N, 3)
            On the plane of the triangle seen there.
        facing : (N,)
            Cosine between the surface's normal and the camera, its sign dropped.
        hit : (N,) bool
        """
        points = np.asarray(pixels, dtype=np.float64)[:, :2]
        height, width = self.triangle.shape
        column, row = np.floor(points).astype(np.intp).T
        inside = (column >= 0) & (row >= 0) & (column < width) & (row < height)
        column, row = np.clip(column, 0, width - 1), np.clip(row, 0, height - 1)
        hit = inside & (self.triangle[row, column] >= 0)
        for n in np.flatnonzero(inside & ~hit) if reach > 0 else ():
            near = self._nearest(points[n], int(row[n]), int(column[n]), reach)
            if near is not None:
                row[n], column[n] = near
                hit[n] = True
        triangles = self.stage.faces[np.maximum(self.triangle[row, column], 0)]
        weights = self.barycentric[row, column].astype(np.float64)
        corners = self.stage.vertices[triangles]
        centre = np.einsum("nk,nkd->nd", weights, corners)
        flat = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
        smooth = np.einsum("nk,nkd->nd", weights, self.stage.normals[triangles])
        forward = self.camera.rotation[2]
        slope = flat @ forward
        steep = np.abs(slope) < 0.2 * np.linalg.norm(flat, axis=1)
        # orthographic rays: slide from the pixel's centre to the exact pixel within the plane
        shift = (points - np.stack([column + 0.5, row + 0.5], axis=1)) / self.camera.scale
        aside = shift @ self.camera.rotation[:2]
        rise = np.where(steep, 0.0, -np.sum(flat * aside, axis=1) / np.where(steep, 1.0, slope))
        moved = aside + rise[:, None] * forward
        far = np.linalg.norm(points - np.stack([column + 0.5, row + 0.5], axis=1), axis=1) > 1.5
        positions = centre + np.where((far | steep)[:, None], 0.0, moved)
        length = np.maximum(np.linalg.norm(smooth, axis=1), 1e-12)
        return positions, np.abs(smooth @ forward) / length, hit

    def lifted(self, pixels: ArrayLike, reach: int, step: float) -> DoubleArray:
        """Return pixels `(N, 2)` moved to the nearest one that is not deep behind its neighbours.

        A point on the edge of a lip or an eyelid may miss it by a pixel and fall far into the
        mouth or the socket. Where the surface within `reach` pixels is more than `step` nearer
        than at the pixel, the nearest pixel of that nearer surface is taken.
        """
        points = np.array(pixels, dtype=np.float64)[:, :2]
        height, width = self.triangle.shape
        for n, (x, y) in enumerate(points):
            if not (0 <= x < width and 0 <= y < height):
                continue
            row, column = int(y), int(x)
            top, left = max(row - reach, 0), max(column - reach, 0)
            window = self.depth[top : row + reach + 1, left : column + reach + 1]
            nearest = float(window.min())
            if not nearest + step < self.depth[row, column]:
                continue
            rows, columns = np.nonzero(window <= nearest + step)
            centres = np.stack([columns + left + 0.5, rows + top + 0.5], axis=1)
            points[n] = centres[np.argmin(np.sum((centres - (x, y)) ** 2, axis=1))]
        return points

    def _nearest(
        self, point: DoubleArray, row: int, column: int, reach: float
    ) -> tuple[int, int] | None:
        """Return the covered pixel nearest to `point`, within `reach`."""
        span = int(np.ceil(reach))
        top, left = max(row - span, 0), max(column - span, 0)
        window = self.triangle[top : row + span + 1, left : column + span + 1]
        rows, columns = np.nonzero(window >= 0)
        if not len(rows):
            return None
        apart = (columns + left + 0.5 - point[0]) ** 2 + (rows + top + 0.5 - point[1]) ** 2
        best = int(np.argmin(apart))
        if apart[best] > reach**2:
            return None
        return int(rows[best]) + top, int(columns[best]) + left


def stage(scan: Scan) -> Stage:
    """Return a scan with triangles as a stage; colours that hardly vary are left out."""
    vertices = np.asarray(scan.vertices, dtype=np.float64)
    if scan.texture is not None and scan.corner_uv is not None:
        full = Stage(vertices, scan.faces, None, scan.texture, scan.corner_uv)
    elif scan.colors is not None:
        full = Stage(vertices, scan.faces, scan.colors.astype(np.float32))
    else:
        return Stage(vertices, scan.faces)
    colors = vertex_colors(full)
    if colors is None or float(colors[:: max(1, len(colors) // 20_000)].std(axis=0).max()) < PLAIN:
        return bare(full)
    return full


def bare(full: Stage) -> Stage:
    """Return the stage without its colours."""
    return Stage(full.vertices, full.faces)


def coarse(full: Stage, cells: int) -> Stage:
    """Return a stage with vertices merged in a grid of `cells` along its longest side.

    Colours are kept per vertex. Meant for finding faces, not for placing anything.
    """
    low, high = full.vertices.min(axis=0), full.vertices.max(axis=0)
    size = float((high - low).max()) / cells
    if not size > 0:
        return full
    keys = ((full.vertices - low) / size).astype(np.int64)
    flat = (keys[:, 0] * (cells + 1) + keys[:, 1]) * (cells + 1) + keys[:, 2]
    _, first, group = np.unique(flat, return_index=True, return_inverse=True)
    group = group.reshape(-1)
    count = np.bincount(group).astype(np.float64)
    vertices = np.stack([np.bincount(group, full.vertices[:, d]) / count for d in range(3)], axis=1)
    merged = group[full.faces]
    a, b, c = merged.T
    kept = np.flatnonzero((a != b) & (b != c) & (c != a))
    faces = merged[kept].astype(np.int32)
    colors = vertex_colors(full)
    return Stage(
        vertices,
        faces,
        None if colors is None else colors[first],
    )


def near(full: Stage, centre: ArrayLike, radius: float) -> Stage:
    """Return the part of a stage whose triangles have a corner within `radius` of `centre`."""
    apart = np.sum((full.vertices - np.asarray(centre)) ** 2, axis=1)
    kept = np.flatnonzero((apart <= radius**2)[full.faces].any(axis=1))
    if len(kept) == len(full.faces):
        return full
    chosen = np.zeros(len(full.vertices), dtype=np.bool_)
    chosen[full.faces[kept]] = True
    used, name = np.flatnonzero(chosen), np.cumsum(chosen, dtype=np.int32) - 1
    return Stage(
        full.vertices[used],
        name[full.faces[kept]],
        None if full.colors is None else full.colors[used],
        full.texture,
        None if full.corner_uv is None else full.corner_uv[kept],
    )


def vertex_colors(full: Stage) -> FloatArray | None:
    """Return `(V, 3)` sRGB colours, read from the texture where there is one."""
    if full.colors is not None or full.texture is None or full.corner_uv is None:
        return full.colors
    height, width = full.texture.shape[:2]
    uv = np.nan_to_num(full.corner_uv.reshape(-1, 2)) % 1.0
    column = np.minimum((uv[:, 0] * width).astype(np.intp), width - 1)
    row = np.minimum(((1.0 - uv[:, 1]) * height).astype(np.intp), height - 1)
    colors = np.full((len(full.vertices), 3), 128, np.float32)
    colors[full.faces.ravel()] = full.texture[row, column]
    return colors


def photograph(
    full: Stage, camera: Camera, size: int, *, lamp: tuple[float, float] = (0.25, 0.55)
) -> Shot:
    """Return a square picture of a stage, `size` pixels wide, for networks to look at.

    Lit by a lamp beside the camera, `lamp` to its right and above; painted surfaces mostly by
    flat light, as their light is in their colours already.
    """
    from facewright.engine.photos._kernels import texture_into

    triangle, barycentric, depth = rasterize(
        camera.project(full.vertices), full.faces, (size, size), perspective=camera.perspective
    )
    image = np.full((size, size, 3), linear_levels()[BACKGROUND])
    rows, columns = np.nonzero(triangle >= 0)
    hit, weights = triangle[rows, columns], barycentric[rows, columns].astype(np.float64)
    corners = full.faces[hit]
    normals = np.einsum("nk,nkd->nd", weights, full.normals[corners])
    view = normals @ camera.rotation.T
    view[view[:, 2] > 0] *= -1.0
    view /= np.maximum(np.linalg.norm(view, axis=1, keepdims=True), 1e-12)
    light = np.array([lamp[0], -lamp[1], -1.0])
    shade = np.maximum(view @ (light / np.linalg.norm(light)), 0.0)[:, None]
    levels = linear_levels()
    if full.texture is not None and full.corner_uv is not None:
        paint = np.zeros((size, size, 3), np.float32)
        every = np.ones(len(full.faces), np.bool_)
        texture_into(
            np.ascontiguousarray(full.texture),
            full.corner_uv,
            triangle,
            barycentric,
            every,
            levels,
            paint,
        )
        image[rows, columns] = paint[rows, columns] * (0.7 + 0.4 * shade)
    elif full.colors is not None:
        mixed = np.einsum("nk,nkc->nc", weights, full.colors[corners])
        image[rows, columns] = levels[mixed.astype(np.intp)] * (0.7 + 0.4 * shade)
    else:
        image[rows, columns] = levels[list(SKIN)] * (0.18 + 0.95 * shade)
    return Shot(to_srgb(image), triangle, barycentric, depth, camera, full)
