"""Fine detail for skin that was not seen, from the skin about it.

Texture by example: the plane is cut into triangles, each corner brings a patch of seen skin, and
a texel mixes the patches of its triangle's corners so that their variance stays (Heitz and
Neyret, High-performance by-example noise using a histogram-preserving blending operator, 2018).
Patches come from near by and from skin of a like tone.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage, sparse

from facewright.engine.arrays import BoolArray, DoubleArray, FloatArray
from facewright.engine.geometry.sparse import Factor

Places = NDArray[np.int64]
"""Rows and columns, `(N, 2)`."""
RIGHT, BELOW = np.array([0, 1]), np.array([1, 0])
CHOICES = 1500
"""Patches to choose from."""
CELL = 16
"""Texels between the corners of the triangles."""
REACH, TONE = 60.0, 12.0
"""Texels and sRGB levels by which a patch from elsewhere is as unlikely as another random one."""
CHANCE = 0.5
"""How much chance weighs in the choice of patches."""
SHARPNESS = 3.0
"""Of the change from one patch to the next."""
BAND = 24
"""Texels over which a step at the border fades."""
STEP = 3
"""Every so many rows and columns a patch may have its middle."""


def synthesised(
    detail: FloatArray, source: BoolArray, low: FloatArray, wanted: BoolArray, seed: int = 0
) -> FloatArray:
    """Return detail `(T, 3)` at the wanted texels.

    Parameters
    ----------
    detail : (H, W, 3)
        Share by which seen skin is brighter than its surroundings.
    source : (H, W) bool
        What of it may be taken: plain skin.
    low : (H, W, 3)
        Colours without detail, sRGB levels, everywhere.
    wanted : (H, W) bool
    """
    places = np.argwhere(wanted)
    nothing = np.zeros((len(places), 3), np.float32)
    cell = CELL
    if not len(places) or not source.any():
        return nothing
    room = ndimage.distance_transform_edt(np.pad(source, 1))[1:-1, 1:-1]
    middles = np.argwhere(room[::STEP, ::STEP] > cell) * STEP
    while not len(middles):
        cell //= 2
        if cell < 2:
            return nothing
        middles = np.argwhere(room[::STEP, ::STEP] > cell) * STEP
    corners, weights = _triangles(places, cell)
    first = corners.min(axis=(0, 1))
    wide = corners[..., 1].max() - first[1] + 1
    codes = (corners - first) @ [wide, 1]
    nodes, which = np.unique(codes.ravel(), return_inverse=True)
    spots = _spots(np.stack(np.divmod(nodes, wide), axis=1) + first, cell)
    random = np.random.default_rng(seed)
    if len(middles) > CHOICES:
        middles = random.choice(middles, CHOICES, replace=False)
    moves = (_chosen(spots, middles, low, random) - spots)[which.reshape(-1, 3)]
    sharp = weights**SHARPNESS
    sharp /= np.sqrt(np.square(sharp).sum(axis=1, keepdims=True))
    for k in range(3):
        row, column = (places + moves[:, k]).T
        row, column = row.clip(0, len(detail) - 1), column.clip(0, detail.shape[1] - 1)
        nothing += sharp[:, k, None].astype(np.float32) * detail[row, column]
    return nothing


def faded_in(missing: FloatArray, kept: BoolArray, gone: BoolArray) -> FloatArray:
    """Return `(T, 3)` at the texels of `gone`: what `missing` is on its border, harmonic inside.

    Fine differences fade within a few texels; all do within `BAND`.

    Parameters
    ----------
    missing : (H, W, 3)
    kept, gone : (H, W) bool
        Only where both touch there is a border; a seam of the uv is none.
    """
    depth = ndimage.distance_transform_edt(~kept)
    band = gone & (depth <= BAND)
    number = np.full(np.add(gone.shape, 2), -1)
    places = np.argwhere(band) + 1
    number[tuple(places.T)] = np.arange(len(places))
    outside, inner = np.pad(kept, 1), np.pad(gone & ~band, 1)
    values = np.pad(missing, ((1, 1), (1, 1), (0, 0)))
    right = np.zeros((len(places), 3))
    degree = np.full(len(places), 1e-6)
    pairs = []
    for step in ((0, 1), (1, 0), (0, -1), (-1, 0)):
        at = tuple((places + step).T)
        border, within = outside[at], number[at] >= 0
        right[border] += values[at][border]
        degree += border | within | inner[at]
        pairs.append(np.stack([np.flatnonzero(within), number[at][within]]))
    row, column = np.concatenate(pairs, axis=1)
    size = (len(places),) * 2
    links = sparse.coo_array((np.ones(len(row)), (row, column)), shape=size)
    found = np.zeros((*gone.shape, 3), np.float32)
    if len(places):
        found[band] = Factor((sparse.diags_array(degree) - links).tocsr()).solve(right)
    return found[gone]


def _triangles(places: Places, cell: int) -> tuple[Places, DoubleArray]:
    """Return the corners `(T, 3, 2)` of each texel's triangle, counted, and their weights."""
    # A sheared square grid is one of equilateral triangles.
    y = places[:, 0] / (cell * np.sqrt(0.75))
    x = places[:, 1] / cell - 0.5 * y
    base = np.stack([np.floor(y), np.floor(x)], axis=1).astype(np.int64)
    v, u = y - base[:, 0], x - base[:, 1]
    upper = u + v > 1
    first = np.where(upper[:, None], [1, 1], [0, 0])
    corners = np.stack([base + first, base + RIGHT, base + BELOW], axis=1)
    near = np.where(upper, u + v - 1, 1 - u - v)
    right, below = np.where(upper, 1 - v, u), np.where(upper, 1 - u, v)
    return corners, np.stack([near, right, below], axis=1)


def _spots(nodes: Places, cell: int) -> Places:
    """Return the texels `(N, 2)` at which corners lie."""
    y = nodes[:, 0] * cell * np.sqrt(0.75)
    x = (nodes[:, 1] + 0.5 * nodes[:, 0]) * cell
    return np.asarray(np.rint(np.stack([y, x], axis=1)), np.int64)


def _chosen(spots: Places, middles: Places, low: FloatArray, random: np.random.Generator) -> Places:
    """Return the middle of the patch that each corner brings, `(N, 2)`."""
    row, column = spots[:, 0].clip(0, len(low) - 1), spots[:, 1].clip(0, low.shape[1] - 1)
    far = np.linalg.norm((spots[:, None] - middles).astype(np.float32), axis=2) / REACH
    other = low[row, column][:, None] - low[middles[:, 0], middles[:, 1]]
    cost = far + np.linalg.norm(other, axis=2) / TONE
    cost -= CHANCE * random.gumbel(size=cost.shape)
    return np.asarray(middles[cost.argmin(axis=1)])
