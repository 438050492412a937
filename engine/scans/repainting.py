"""Skin for a part of a head that was not seen, or that gets another shape; the rest stays exactly.

Three layers, coarse to fine. Colours per vertex: what the skin model most likely has there given
the skin that was seen, mixed with the mirrored side where that was, and bent by a membrane to
meet the skin around (Perez, Gangnet and Blake, Poisson image editing, 2003; on the mesh, so that
no seam of the texture shows). Detail: mirrored, or by example from the skin around. Last, what is
still missing at the border fades inwards, texel by texel.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import ndimage, sparse

from facewright.engine.arrays import BoolArray, ByteArray, DoubleArray, FloatArray, frozen
from facewright.engine.face import Subject, Texture
from facewright.engine.geometry.laplacian import cotangent_weights, laplacian_of
from facewright.engine.geometry.masking import border_distance, edge_lengths
from facewright.engine.geometry.sparse import Factor
from facewright.engine.geometry.threads import one_thread
from facewright.engine.mesh import Mesh
from facewright.engine.models.skin import Skin
from facewright.engine.scans.texels import Texels
from facewright.engine.scans.texture_detail import faded_in, synthesised

MIXED = 6.0
"""Mm over which the mirrored side gives way where it was not seen either."""
SMOOTH = 6.0
"""Texels by which detail is told from colour."""
AROUND = 110
"""Texels about the part from which detail is taken."""
RISE = 6.0
"""Texels from the border over which new detail sets in."""
BRIGHT, GLARE = 98, 0.8
"""Per cent of the seen skin that is darker than glare, and the share of that which is taken off."""
DARKEST = 8.0
"""Least sRGB level that shares are taken of."""
ODD = ("eyes", "eyebrows", "upper_lip", "lower_lip", "inner", "ears")
"""Regions that say nothing of plain skin."""
LIPS, BARE = ("upper_lip", "lower_lip"), 0.5
"""Lips have no stubble and finer pores: the share of the skin's detail that they do without."""
STRONG = 3.0
"""Folds, scars and shadows: detail so many times as strong as elsewhere is not taken."""


@one_thread()
def repainted(
    texture: Texture, hidden: BoolArray, subject: Subject, mesh: Mesh, skin: Skin
) -> Texture:
    """Return a texture with new skin on the hidden vertices, which counts as inferred.

    Parameters
    ----------
    texture : Texture
    hidden : (V,) bool
        Every texel of a triangle that has such a corner is painted anew; no other changes.
    subject : Subject
        Whose tone the model starts from.
    mesh : Mesh
        The head, mm.
    skin : Skin
    """
    texels = Texels(mesh.topology, texture.known.shape)
    gone = np.asarray(hidden[texels.corners].any(axis=1))
    if not gone.any():
        return texture
    base = _colors(texture, texels, hidden, gone, subject, mesh, skin)
    patch = _Patch.of(texture, texels, gone, base)
    image, known = np.array(texture.image), np.array(texture.known)
    image[patch.window][patch.gone] = patch.painted()
    known[patch.window][patch.gone] = 0.0
    patch.padded(image[patch.window])
    return Texture(image, frozen(known))


@dataclass(frozen=True, eq=False)
class _Base:
    """Skin without detail, per vertex.

    `colors` are sRGB levels `(V, 3)`, `across` is the share `(V,)` of the mirrored side in them,
    `plain` 1 where the skin was seen and may lend its detail, and `rough` how much detail of
    skin it takes.
    """

    colors: DoubleArray
    across: FloatArray
    plain: FloatArray
    rough: FloatArray


def _colors(
    texture: Texture,
    texels: Texels,
    hidden: BoolArray,
    gone: BoolArray,
    subject: Subject,
    mesh: Mesh,
    skin: Skin,
) -> _Base:
    """Return the skin's colours, those of the hidden vertices inferred."""
    at, topology = (texels.row, texels.column), mesh.topology
    values = np.concatenate([texture.image[at], texture.known[at][:, None]], axis=1)
    means, total = texels.gather(values.astype(np.float64), (~gone).astype(np.float64))
    shown, seen, missing = means[:, :3], means[:, 3], (total <= 0) | hidden
    odd = np.max([topology.regions[name] for name in ODD if name in topology.regions], axis=0)
    plain = (seen * ~missing * (odd < 0.5)).astype(np.float32)
    guess = 255.0 * skin.likely((shown / 255).astype(np.float32), plain, subject)
    across = np.zeros(topology.count, np.float32)
    unseen = missing | (seen < 0.5)
    if topology.mirror is not None and not unseen.all():
        lengths = edge_lengths(mesh.vertices, topology.faces)
        beyond = -border_distance(unseen[topology.mirror].astype(np.float32), lengths)
        across = np.clip(beyond / MIXED, 0, 1).astype(np.float32)
        guess = guess + across[:, None] * (shown[topology.mirror] - guess)
    membrane = laplacian_of(cotangent_weights(mesh.vertices, topology.faces, least=1e-3))
    # What lies inside mouth, nose and sockets was never seen: it takes colour, and gives none.
    loose = missing | (topology.regions.get("inner", np.zeros(topology.count)) > 0.5)
    rows, rest = np.flatnonzero(loose), np.flatnonzero(~loose)
    inner = membrane[rows]
    held = inner[:, rows] + 1e-6 * sparse.eye_array(len(rows))
    # As shares, for light falls on skin by shares: bent by differences, lips would pale.
    off = np.log(np.maximum(shown[rest], DARKEST) / np.maximum(guess[rest], DARKEST))
    colors = shown.copy()
    colors[rows] = guess[rows] * np.exp(-Factor(held).solve(inner[:, rest] @ off))
    light = np.percentile(shown[rest], BRIGHT, axis=0)
    colors[rows] -= GLARE * np.maximum(colors[rows] - light, 0)
    lips = sum(topology.regions.get(name, np.zeros(topology.count)) for name in LIPS)
    return _Base(colors.clip(0, 255), across, plain, 1 - BARE * np.asarray(lips, np.float32))


@dataclass(frozen=True, eq=False)
class _Patch:
    """The window of a texture that holds its hidden part and the skin around.

    Attributes
    ----------
    window : rows and columns
    image, low : (H, W, 3) float32
        sRGB levels: as the texture shows it, and without detail.
    covered, gone, plain : (H, W) bool
        What the uv covers, what of it is hidden, and whose detail may be taken.
    mirror : (T, 2)
        Row and column in the window of what lies across each hidden texel.
    across, rough : (T,)
        How far it was seen, and how much of the skin's detail a hidden texel takes.
    """

    window: tuple[slice, slice]
    image: FloatArray
    low: FloatArray
    covered: BoolArray
    gone: BoolArray
    plain: BoolArray
    mirror: DoubleArray
    across: DoubleArray
    rough: DoubleArray

    @classmethod
    def of(cls, texture: Texture, texels: Texels, gone: BoolArray, base: _Base) -> _Patch:
        """Cut the window; texels of `gone` are those of `texels`."""
        lost = texels.among(gone)
        mirror, whole = _across(lost)
        across = lost.interpolate(base.across[:, None])[:, 0] * whole
        spots = np.concatenate([np.stack([lost.row, lost.column], axis=1), mirror[across > 0]])
        low, high = spots.min(axis=0) - AROUND, spots.max(axis=0) + AROUND + 2
        start = np.maximum(low, 0).astype(int)
        stop = np.minimum(high, texels.shape).astype(int)
        window = (slice(start[0], stop[0]), slice(start[1], stop[1]))
        inside = (texels.row >= start[0]) & (texels.row < stop[0])
        inside &= (texels.column >= start[1]) & (texels.column < stop[1])
        around, hides = texels.among(inside), gone[inside]
        at = around.row - start[0], around.column - start[1]
        covered, hidden, plain = (np.zeros(stop - start, bool) for _ in range(3))
        covered[at], hidden[at] = True, hides
        plain[at] = ~hides & (around.interpolate(base.plain[:, None])[:, 0] > 0.9)
        image = texture.image[window].astype(np.float32)
        smooth = _blurred(image, covered & ~hidden)
        smooth[hidden] = lost.interpolate(base.colors)
        rough = lost.interpolate(base.rough[:, None])[:, 0]
        return cls(window, image, smooth, covered, hidden, plain, mirror - start, across, rough)

    def painted(self) -> ByteArray:
        """Return the colours `(T, 3)` of the hidden texels."""
        detail = np.asarray((self.image - self.low) / np.maximum(self.low, DARKEST), np.float32)
        detail[self.gone | ~self.covered] = 0.0
        share = self.across[:, None].astype(np.float32)
        fresh = synthesised(detail, self._source(detail), self.low, self.gone)
        fresh *= self.rough[:, None].astype(np.float32) * np.sqrt(1 - share)
        for c in range(3):
            mirrored = ndimage.map_coordinates(detail[..., c], self.mirror.T, order=1)
            fresh[:, c] += share[:, 0] * mirrored
        depth = ndimage.distance_transform_edt(self.gone | ~self.covered)[self.gone]
        fresh *= np.clip(depth / RISE, 0, 1)[:, None].astype(np.float32)
        low = self.low[self.gone]
        kept = self.covered & ~self.gone
        new = low + np.maximum(low, DARKEST) * fresh
        new += faded_in(self.image - self.low, kept, self.gone)
        return np.asarray(np.clip(new + 0.5, 0, 255), np.uint8)

    def _source(self, detail: FloatArray) -> BoolArray:
        """Return which texels may lend their detail: plain skin without folds and scars."""
        strength = ndimage.gaussian_filter(np.abs(detail).mean(axis=2), SMOOTH)
        usual = np.median(strength[self.plain]) if self.plain.any() else 0.0
        return np.asarray(self.plain & (strength <= STRONG * usual))

    def padded(self, image: ByteArray) -> None:
        """Give the texels of a window beyond the uv, near what was painted, their neighbour's."""
        (row, column) = ndimage.distance_transform_edt(
            ~self.covered, return_distances=False, return_indices=True
        )
        beside = ~self.covered & self.gone[row, column]
        image[beside] = image[row[beside], column[beside]]


def _across(texels: Texels) -> tuple[DoubleArray, BoolArray]:
    """Return rows and columns `(T, 2)` of what lies across each texel, and whether that is whole.

    It is not where the mirrored triangle is cut by a seam.
    """
    topology = texels.topology
    corners = texels.corners
    if topology.mirror is None or topology.uv is None or topology.uv_vertex is None:
        return np.zeros((len(corners), 2)), np.zeros(len(corners), bool)
    height, width = texels.shape
    first = np.zeros((topology.count, 2))
    first[topology.uv_vertex[::-1]] = topology.uv[::-1]
    flat = np.stack([(1 - first[:, 1]) * height, first[:, 0] * width], axis=1) - 0.5
    places = flat[topology.mirror[corners]]
    own = flat[corners]
    size, usual = (np.ptp(p, axis=1).max(axis=1) for p in (places, own))
    spot = np.einsum("tk,tkd->td", texels.weights, places)
    return spot, size <= 3 * usual + 2


def _blurred(image: FloatArray, where: BoolArray) -> FloatArray:
    """Return `(H, W, 3)` smoothed over the texels of `where` alone."""
    weight = ndimage.gaussian_filter(where.astype(np.float32), SMOOTH)
    kept = image * where[..., None]
    smooth = np.stack([ndimage.gaussian_filter(kept[..., c], SMOOTH) for c in range(3)], axis=-1)
    return np.asarray(smooth / np.maximum(weight, 1e-4)[..., None], np.float32)
