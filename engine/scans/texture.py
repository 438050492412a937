"""Carrying a scan's colours to the template's texture, and filling what the scan did not see."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy import sparse

from facewright.engine.arrays import (
    BoolArray,
    ByteArray,
    DoubleArray,
    IntArray,
)
from facewright.engine.face import Texture
from facewright.engine.geometry.nearest import Nearest
from facewright.engine.geometry.nicp import Deformer
from facewright.engine.geometry.normals import vertex_normals
from facewright.engine.geometry.sparse import Factor
from facewright.engine.geometry.target import Target
from facewright.engine.mesh import Mesh, Scan
from facewright.engine.progress import Progress, silent
from facewright.engine.scans.texels import Texels

SIZE = 1024
REACH = 2.5
"""Millimetres between head and scan up to which the scan's colour is taken."""

FACING = 0.35
"""Least cosine between the normals of head and scan."""

FADE = 6.0
"""Millimetres over which the scan's colours fade into the filled ones."""

TONE_REACH = 60.0
"""Millimetres over which a local difference in tone is carried into the unseen part."""


def has_colors(scan: Scan) -> bool:
    """Return whether a scan has a texture or colours per vertex."""
    return scan.colors is not None or (scan.texture is not None and scan.corner_uv is not None)


def carry_texture(
    scan: Scan,
    target: Target,
    head: Mesh,
    support: ArrayLike,
    skin: ByteArray,
    *,
    size: int = SIZE,
    progress: Progress = silent,
) -> Texture:
    """Return the scan's colours on the template's uv.

    What the scan did not see is the given skin, its tone shifted so that it meets the scan's
    colours without a seam and falls back to the scan's median tone far from them.

    Parameters
    ----------
    scan : Scan
        With a texture or colours per vertex; its faces are those of `target`.
    target : Target
        The scan's surface in the head's place.
    head : Mesh
        The head as the scan shows it, expression and all.
    support : (V,)
        1 where the scan was seen, 0 where the head is inferred.
    skin : (H, W, 3) uint8
        The model's own skin for this subject.
    """
    texels = Texels(head.topology, (size, size))
    base = _resized(skin, size)[texels.row, texels.column].astype(np.float64)
    progress(0.2, "Carrying the texture")
    seen = np.asarray(support, dtype=np.float64)
    nearby = texels.interpolate(seen[:, None])[:, 0] > 0.25
    colors = np.zeros_like(base)
    valid = np.zeros(len(base), dtype=bool)
    rows = np.flatnonzero(nearby).astype(np.int32)
    colors[rows], valid[rows] = _scan_colors(scan, target, head, texels, rows)
    progress(0.6, "Filling the unseen skin")
    weight = texels.interpolate(_fade(head, texels, valid, seen)[:, None])[:, 0] * valid
    offset = _tone(head, texels, valid, colors - base)
    filled = base + texels.interpolate(offset)
    mixed = weight[:, None] * colors + (1 - weight[:, None]) * filled
    progress(0.9, "Filling the unseen skin")
    image = texels.image(np.clip(mixed, 0, 255))
    known = np.zeros((size, size), np.float32)
    known[texels.row, texels.column] = weight
    progress(1.0, "Carrying the texture")
    return Texture(np.round(image).astype(np.uint8), known)


def _scan_colors(
    scan: Scan, target: Target, head: Mesh, texels: Texels, rows: IntArray
) -> tuple[DoubleArray, BoolArray]:
    """Return the scan's colour at texels and whether there is one."""
    normals = vertex_normals(head.vertices, head.topology.faces)
    mix = texels.weights[rows].astype(np.float64)
    corners = texels.corners[rows]
    points = np.einsum("tk,tkd->td", mix, head.vertices[corners].astype(np.float64))
    facing = np.einsum("tk,tkd->td", mix, normals[corners])
    found = target.tree.nearest(points, limit=REACH, normals=facing, cosine=FACING)
    triangle = np.maximum(found.triangles, 0)
    colors = colors_at(scan, found)
    trust = np.einsum("tk,tk->t", found.weights, target.trust[target.faces[triangle]])
    return colors, np.asarray(found.found & (trust > 0.5))


def colors_at(scan: Scan, found: Nearest) -> DoubleArray:
    """Return the colour `(N, 3)` that a scan has at points on its surface, sRGB in [0, 255].

    `scan` has a texture or colours per vertex, see `has_colors`.
    """
    triangle = np.maximum(found.triangles, 0)
    if scan.texture is not None and scan.corner_uv is not None:
        return _bilinear(
            scan.texture, np.einsum("tk,tkd->td", found.weights, scan.corner_uv[triangle])
        )
    assert scan.colors is not None
    table = scan.colors[scan.faces[triangle]].astype(np.float64)
    return np.asarray(np.einsum("tk,tkd->td", found.weights, table))


def _bilinear(image: ByteArray, uv: DoubleArray) -> DoubleArray:
    """Return colours at `(N, 2)` texture coordinates, origin at the lower left."""
    height, width = image.shape[:2]
    wrapped = uv - np.floor(np.where((uv < 0) | (uv > 1), uv, 0.0))
    x = np.clip(wrapped[:, 0] * width - 0.5, 0, width - 1)
    y = np.clip((1 - wrapped[:, 1]) * height - 0.5, 0, height - 1)
    left, top = np.floor(x).astype(np.int64), np.floor(y).astype(np.int64)
    right, bottom = np.minimum(left + 1, width - 1), np.minimum(top + 1, height - 1)
    u, v = (x - left)[:, None], (y - top)[:, None]
    upper = (1 - u) * image[top, left] + u * image[top, right]
    lower = (1 - u) * image[bottom, left] + u * image[bottom, right]
    return np.asarray((1 - v) * upper + v * lower)


def _fade(head: Mesh, texels: Texels, valid: BoolArray, support: DoubleArray) -> DoubleArray:
    """Return `(V,)` weights: 1 well inside the seen part, 0 on its border and beyond."""
    share, total = texels.gather(valid[:, None].astype(np.float64), np.ones(len(valid)))
    seen = (share[:, 0] > 0.9) & (support > 0.5) & (total > 0)
    body = Deformer.build(head.vertices, head.topology.faces)
    # Screened diffusion: 0.5 at the border, falling off within FADE on either side.
    heat = (FADE / 2) ** 2 * body.membrane + sparse.diags_array(body.areas)
    blurred = Factor(heat).solve(body.areas * seen)
    ramp = np.clip(2 * blurred - 1, 0, 1)
    return np.asarray(ramp * ramp * (3 - 2 * ramp))


def _tone(head: Mesh, texels: Texels, valid: BoolArray, difference: DoubleArray) -> DoubleArray:
    """Return `(V, 3)` shifts of the skin's colour that meet the scan's."""
    mean, total = texels.gather(difference, valid.astype(np.float64))
    seen = total > 0
    if not seen.any():
        return np.zeros((len(head.vertices), 3))
    middle = np.median(mean[seen], axis=0)
    body = Deformer.build(head.vertices, head.topology.faces)
    data = body.areas * seen
    screen = body.areas / TONE_REACH**2
    system = body.membrane + sparse.diags_array(data + screen)
    return np.asarray(middle + Factor(system).solve(data[:, None] * (mean - middle)))


def _resized(image: ByteArray, size: int) -> ByteArray:
    """Return an image as `(size, size, 3)`."""
    if image.shape[:2] == (size, size):
        return image
    from PIL import Image

    picture = Image.fromarray(image).resize((size, size), Image.Resampling.LANCZOS)
    return np.asarray(picture, dtype=np.uint8)
