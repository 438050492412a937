"""What of a scan is not the face: hair, cloth, hands, pacifiers, spikes and the rims of holes.

INFACE (section 3) marks such places by hand before it registers its scans. Here the model says
what it cannot explain. It was fitted robustly, so it knows how far each point of the skin may
lie from where it expects it: by its own belief given the rest of the scan, and by what no head
of it shows. What lies farther, leans otherwise or has not the colour of this skin is an artefact,
as a connected patch; single vertices never are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from facewright.engine.arrays import BoolArray, ByteArray, DoubleArray, FloatArray, IntArray, frozen
from facewright.engine.geometry.laplacian import border_edges, edges_of
from facewright.engine.geometry.nearest import SurfaceTree
from facewright.engine.geometry.normals import vertex_areas, vertex_normals
from facewright.engine.geometry.settle import grown
from facewright.engine.geometry.target import Target
from facewright.engine.mesh import Scan
from facewright.engine.photos.color import to_lab
from facewright.engine.scans.texture import colors_at, has_colors

if TYPE_CHECKING:
    from facewright.engine.models.lifespan import LifespanModel

EXPLAINED, ARTEFACT, UNSEEN = 0, 1, 2
"""What a vertex of the template met on the scan: skin, something else, or nothing."""

REACH = 12.0
"""Mm from the expected skin within which the scan is taken for an attempt at it."""
DETAIL = {"face": 0.9, "elsewhere": 2.5}
"""Mm by which real skin lies off the nearest head of the model, one standard deviation."""
TURN = 0.4
"""Sine of the angle between expected and scanned normals, one standard deviation."""
SURE, LIKELY = 4.0, 2.4
"""Standard deviations from which a patch is begun, and to which it is grown."""
STAINED, TELLING = 3.5, 2.4
"""The same for colours that make a patch where the shape is off too, and how far it must be."""
SMOOTH = 3
"""Rounds in which evidence is shared among neighbours."""
LEAST_PATCH, LEAST_ISLAND = 25.0, 400.0
"""Mm²: smaller patches are dropped; smaller places that a patch surrounds belong to it."""
MARGIN = 1
"""Rings of triangles about a patch that are not believed either."""
TONES, LIP_TONES = (12.0, 4.0, 4.0), (6.0, 10.0, 4.0)
"""Least standard deviations of skin in CIE L*, a*, b* at L* of 50, and how much more lips have."""
LEAST_SKIN = 300
"""Vertices of explained skin below which colours tell nothing."""
LEAST_RIM = 150.0
"""Mm² of a patch that may be the rim of more; nostrils and the slit of a mouth leave less."""
ROUGH = 0.6
"""How far a vertex may stand off the middle of its neighbours, in lengths of its edges."""
LEAST_SPIKE = 1.0
"""Mm below which nothing is a spike; off the expected skin, twice as many."""


@dataclass(frozen=True, eq=False)
class Artefacts:
    """What the vertices of the template met on a scan.

    Attributes
    ----------
    met : (V,) uint8
        `EXPLAINED`, `ARTEFACT` or `UNSEEN`; what nobody sees of a head is `UNSEEN`.
    stained : (V,) bool
        Where the colour is not that of this skin, be the shape right or not.
    doubted : (W,) bool
        Vertices of the scan that stand alone, as spikes do.
    share : float
        How much of the area of the face, as far as it was scanned, is an artefact.
    """

    met: ByteArray
    stained: BoolArray
    doubted: BoolArray
    share: float

    @property
    def found(self) -> BoolArray:
        """`(V,)` where the scan shows something else than the face."""
        return np.asarray(self.met == ARTEFACT)


def find(
    model: LifespanModel,
    target: Target,
    expected: FloatArray,
    spread: DoubleArray,
    scan: Scan,
) -> Artefacts:
    """Return what of a scan the model does not explain.

    Parameters
    ----------
    model : LifespanModel
    target : Target
        The scan in the head frame, mm.
    expected : (V, 3)
        The model's head, fitted robustly.
    spread : (V,)
        Mm: one standard deviation of each vertex along its normal, as the model believes.
    scan : Scan
        For its colours, if it has any; its faces are those of `target`.
    """
    template = model.template
    faces, seen = template.fine.faces, template.visible
    places = expected.astype(np.float64)
    normals = vertex_normals(places, faces)
    match = target.match(places, normals, limit=REACH, cosine=0.0)
    usable = (match.trust > 0) & seen
    at = target.tree.nearest(match.points)
    doubted = _spikes(target, places, faces)
    spiked = usable & (np.sum(at.weights * doubted[target.faces[at.triangles]], axis=1) > 0.5)
    usable &= ~spiked
    within = template.fine.regions["face"]
    detail = DETAIL["elsewhere"] + within * (DETAIL["face"] - DETAIL["elsewhere"])
    away = match.distances / np.hypot(detail, spread)
    lean = np.linalg.norm(np.cross(match.normals, normals), axis=1) / TURN
    skin = _Patches(places, faces, seen)
    odd = skin.shared(np.hypot(away, lean), usable)
    stains = np.zeros(len(places), bool)
    if has_colors(scan):
        colors = skin.shared(colors_at(scan, at), usable)
        strange = _strangeness(model, colors, usable & (odd < LIKELY)) * usable
        stains = skin.patches(strange > STAINED, strange > 0.7 * STAINED)
    missing = seen & ~usable & ~spiked
    covered = missing & _in_the_way(target, places, normals, faces, missing)
    begun = (odd > SURE) | (stains & (odd > TELLING)) | covered
    found = grown(skin.patches(begun, begun | (odd > LIKELY) | stains), faces, MARGIN) & seen
    found |= spiked
    answer = np.where(found, ARTEFACT, np.where(usable & (odd <= SURE), EXPLAINED, UNSEEN)).astype(
        np.uint8
    )
    areas = vertex_areas(places, faces) * within * seen * (answer != UNSEEN)
    share = float(areas[found].sum() / max(areas.sum(), 1e-9))
    return Artefacts(
        frozen(answer, np.uint8), frozen(stains, np.bool_), frozen(doubted, np.bool_), share
    )


def rims_of_more(found: BoolArray, places: FloatArray, faces: IntArray) -> BoolArray:
    """Return the `(V,)` patches of what was found that may hide more than is found."""
    return _Patches(places.astype(np.float64), faces, found).at_least(LEAST_RIM, found)


def _spikes(target: Target, places: DoubleArray, skin: IntArray) -> BoolArray:
    """Return `(W,)` which vertices of a scan stand alone, off their neighbours and off the head."""
    vertices, faces = target.vertices, target.faces
    edges, count = edges_of(faces), len(vertices)
    rows = np.concatenate([edges, edges[:, ::-1]])
    links = sparse.coo_array((np.ones(len(rows)), rows.T), shape=(count, count)).tocsr()
    degree = np.maximum(links.sum(axis=1), 1)
    off = np.linalg.norm(vertices - (links @ vertices) / degree[:, None], axis=1)
    lengths = np.linalg.norm(vertices[rows[:, 0]] - vertices[rows[:, 1]], axis=1)
    usual = np.bincount(rows[:, 0], lengths, count) / degree
    alone = off > np.maximum(ROUGH * usual, LEAST_SPIKE)
    alone[border_edges(faces).ravel()] = False  # there neighbours lie on one side only
    asked = np.flatnonzero(alone)
    alone[asked] = SurfaceTree(places, skin).nearest(vertices[asked]).distances > 2 * LEAST_SPIKE
    return np.asarray(alone)


class _Patches:
    """The template's skin as a graph: what is shared among neighbours, and connected patches."""

    def __init__(self, places: DoubleArray, faces: IntArray, seen: BoolArray) -> None:
        edges = edges_of(faces)
        edges = edges[seen[edges].all(axis=1)]
        rows = np.concatenate([edges, edges[:, ::-1]])
        count = len(places)
        self._links = sparse.coo_array((np.ones(len(rows)), rows.T), shape=(count, count)).tocsr()
        self._areas = vertex_areas(places, faces)
        self._seen = seen

    def shared(self, values: DoubleArray, known: BoolArray) -> DoubleArray:
        """Return known values averaged with those of known neighbours; 0 where nothing is known."""
        some = known.astype(np.float64)
        share = some / np.maximum(self._links @ some + some, 1)
        if values.ndim == 2:
            some, share = some[:, None], share[:, None]
        result = values * some
        for _ in range(SMOOTH):
            result = share * (self._links @ result + result)
        return np.asarray(result)

    def patches(self, begun: BoolArray, likely: BoolArray) -> BoolArray:
        """Return the connected likely vertices that hold a begun one, without crumbs and holes."""
        label, sizes = self._parts(likely | begun)
        holds = np.bincount(label[begun & (label >= 0)], minlength=len(sizes)) > 0
        kept = self._of(label, holds & (sizes >= LEAST_PATCH))
        label, sizes = self._parts(self._seen & ~kept)
        return kept | self._of(label, sizes < LEAST_ISLAND)

    def at_least(self, size: float, inside: BoolArray) -> BoolArray:
        """Return the vertices inside that lie in parts of a size in mm² or more."""
        label, sizes = self._parts(inside)
        return self._of(label, sizes >= size)

    def _of(self, label: IntArray, chosen: BoolArray) -> BoolArray:
        return np.asarray((label >= 0) & np.append(chosen, False)[label])

    def _parts(self, inside: BoolArray) -> tuple[IntArray, DoubleArray]:
        """Return the part that each vertex inside belongs to (-1 outside), and areas in mm²."""
        rows = np.flatnonzero(inside)
        count, part = sparse.csgraph.connected_components(
            self._links[rows][:, rows], directed=False
        )
        label: IntArray = np.full(len(inside), -1, np.int32)
        label[rows] = part
        return label, np.asarray(np.bincount(part, self._areas[rows], count), np.float64)


def _strangeness(model: LifespanModel, colors: DoubleArray, skin: BoolArray) -> DoubleArray:
    """Return `(V,)` how far colours lie from those of this skin, in standard deviations.

    Eyes and eyebrows have their own colours, so nothing is said of them; lips may be redder.
    """
    regions = model.topology.regions
    lips = np.maximum(regions["upper_lip"], regions["lower_lip"])
    plain = (regions["face"] > 0.5) & (regions["eyebrows"] < 0.1) & (lips < 0.1)
    lab = to_lab(colors)
    # In the shade a* and b* fall with L* + 16, and skin stays skin.
    lab[:, 1:] *= 66.0 / (np.maximum(lab[:, :1], 10.0) + 16.0)
    own = lab[skin & plain & (regions["eyes"] < 0.1)]
    if len(own) < LEAST_SKIN:
        return np.zeros(len(colors))
    middle = np.median(own, axis=0)
    usual = 1.4826 * np.median(np.abs(own - middle), axis=0)
    scale = np.clip(usual, TONES, 1.5 * np.array(TONES)) + lips[:, None] * LIP_TONES
    strange = np.linalg.norm((lab - middle) / scale, axis=1)
    return np.asarray(np.where((regions["eyebrows"] > 0.1) | (regions["eyes"] > 0.1), 0.0, strange))


def _in_the_way(
    target: Target, places: DoubleArray, normals: DoubleArray, faces: IntArray, asked: BoolArray
) -> BoolArray:
    """Return `(V,)` where the scan has something in front of skin that it does not show."""
    rows = np.flatnonzero(asked)
    starts, rays = places[rows] + 0.5 * normals[rows], normals[rows]
    result = np.zeros(len(places), bool)
    # What the head itself has in front, as the wing of a nose has the cheek, says nothing.
    own = SurfaceTree(places, faces).blocked(starts, rays)
    result[rows] = target.tree.blocked(starts, rays) & ~own
    return result
