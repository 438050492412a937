"""What a missing or deformed part of a face most likely looks like, given the rest of it.

INFACE (section 5.1) reconstructs the masked region with its model. Here the model is asked for
its belief given the known skin (Albrecht, Luethi, Gerig and Vetter, Posterior shape models,
Medical Image Analysis 17, 2013): not one answer but a distribution, so that alternatives can be
drawn and the spread of each vertex told. Known skin stays exactly. What the belief misses of it
along the border is carried into the region by a smooth field that fades inwards, so that there
is no seam.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from facewright.engine.arrays import BoolArray, DoubleArray, FloatArray, IntArray, frozen
from facewright.engine.errors import InputError
from facewright.engine.geometry.laplacian import cotangent_laplacian
from facewright.engine.geometry.masking import border_distance, edge_lengths, feathered
from facewright.engine.geometry.normals import vertex_areas
from facewright.engine.geometry.sparse import Factor
from facewright.engine.geometry.symmetry import mirrored
from facewright.engine.geometry.threads import one_thread
from facewright.engine.mask import Mask
from facewright.engine.mesh import Mesh

if TYPE_CHECKING:
    from facewright.engine.models.lifespan import LifespanModel, Rows
    from facewright.engine.models.linear import Posterior

FADE = 20.0
"""Mm over which what the belief misses at the border fades inwards."""
TRUST = 0.1
"""Weight of the known skin against the model's own for a whole head.

Real faces differ from their nearest model head by half a millimetre, alike over centimetres;
believing the skin more would make far parts of the face say what they do not know. Chosen, as
`FADE`, on seven registered scans with the nose and mouth hidden; measured on others.
"""
MIXED = 6.0
"""Mm over which a mirror image gives way where the other side is not known either."""
MADE, SCANNED, SCANNED_LIPS, DEEP = 0.25, 0.7, 0.9, 4.0
"""Mm that people whom the model draws, and scans of people, differ by from their nearest model
head, `DEEP` mm from known skin or farther.

`SCANNED` is such that nine in ten vertices of the same seven scans, all of adults, lie within the
stated distance; it holds the scanner's and the registration's share, too. With it the stated nine
in ten held 99 % of drawn people, at every age alike: it is not that infants vary less, but that
who is drawn lies nearer to the model than who is scanned. So drawn people, whose truth is known,
have their own, chosen on people of nine ages with seeds of validation, over four regions
together; patients' scans keep the wider one, as no scan of an infant could narrow it. So do
heads of other models, of which our model drew none.

Lips have a form of their own that says more: where nothing of the seven scans is hidden the
model's nearest head leaves 0.90 mm on them, 0.74 on nose and skin. `SCANNED_LIPS` is chosen as
`SCANNED`, with the lips alone hidden.
"""
WITHIN_90 = 1.65
"""Spreads within which nine in ten vertices lie."""
NOTHING_SEEN = "The mask covers no skin that is seen: paint over what is missing."
LEAST_KNOWN = 0.02
"""Share of the face that must be known for it to say anything about the rest."""
DRAWS = 48
"""Alternatives from which the spread is measured."""


@dataclass(frozen=True, eq=False)
class Region:
    """A region of every head of a model: what does not depend on whose head it is.

    Parameters
    ----------
    mask : (V,) in [0, 1]
        1 where the skin is missing or not to be believed; values between weigh it less but
        it moves all the same. Where it is 0 nothing moves.
    model : LifespanModel

    Raises
    ------
    InputError
        If it leaves too little of the face to go by, or covers no skin that is seen.
    """

    mask: Mask
    model: LifespanModel

    def __post_init__(self) -> None:
        template = self.model.template
        known = 1.0 - self.mask[template.subset][template.coarse_face]
        if known.mean() < LEAST_KNOWN:
            raise InputError(
                "Too little of the face is left to go by: mask less of it, or load a fuller scan."
            )
        if not self.seen.any():
            raise InputError(NOTHING_SEEN)

    @cached_property
    def known(self) -> Mask:
        """`(V,)`: how far the skin is believed."""
        return frozen(TRUST * (1.0 - self.mask))

    @cached_property
    def free(self) -> BoolArray:
        """`(V,)`: what moves, the masked skin and the hidden surface that hangs on it."""
        template, topology = self.model.template, self.model.topology
        masked = self.mask > 0
        hidden = ~template.visible
        faces, count = topology.faces, topology.count
        inside = faces[hidden[faces].all(axis=1)]
        links = sparse.coo_array(
            (np.ones(2 * len(inside)), (inside[:, [0, 1]].ravel(), inside[:, [1, 2]].ravel())),
            shape=(count, count),
        )
        _, label = sparse.csgraph.connected_components(links, directed=False)
        rim = faces[(hidden[faces].any(axis=1)) & (masked & ~hidden)[faces].any(axis=1)]
        reached = np.unique(label[rim[hidden[rim]]])
        return np.asarray((masked & ~hidden) | (hidden & np.isin(label, reached)))

    @property
    def seen(self) -> BoolArray:
        """`(V,)`: the masked skin that can be seen."""
        return np.asarray((self.mask > 0) & self.model.template.visible)

    @property
    def scanned(self) -> DoubleArray:
        """`(V,)` mm that people who are scanned differ by from their nearest model head."""
        regions = self.model.topology.regions
        lips = np.maximum(regions["upper_lip"], regions["lower_lip"])
        return np.asarray(SCANNED + (SCANNED_LIPS - SCANNED) * lips, np.float64)

    def known_across(self, mirror: IntArray) -> FloatArray:
        """Return `(V,)` how far to believe what lies across, fading towards where it is masked."""
        lengths = edge_lengths(self.model.mean().vertices, self.model.topology.faces)
        unknown = frozen(self.mask[mirror])
        return 1 - (feathered(unknown, lengths, MIXED) if unknown.any() else unknown)

    @cached_property
    def _seam(self) -> tuple[Factor, sparse.csr_array]:
        """The bending energy of fields that fade inwards, and its pull from what is known."""
        # On the mean head, whose skin is whole; `FADE` grows and shrinks with a head's size.
        vertices, faces = self.model.mean().vertices, self.model.topology.faces
        laplacian = cotangent_laplacian(vertices, faces)
        area = np.maximum(vertex_areas(vertices, faces), 1e-3)
        bending = (laplacian @ sparse.diags_array(1 / area) @ laplacian).tocsr()
        free = np.flatnonzero(self.free)
        within = bending[free][:, free] + sparse.diags_array(area[free] / FADE**4)
        across = sparse.csr_array(bending[free][:, np.flatnonzero(~self.free)])
        return Factor(within), across

    def seamless(self, head: FloatArray, proposal: FloatArray) -> FloatArray:
        """Return `(V, 3)` `head` with `proposal` in the region and the missing steps faded out."""
        free = self.free
        factor, across = self._seam
        missing = head[~free].astype(np.float64) - proposal[~free]
        result = np.array(head)
        result[free] = proposal[free] + factor.solve(-(across @ missing))
        return result


@dataclass(frozen=True, eq=False)
class Completion:
    """A region of a head, asked of a model.

    Parameters
    ----------
    mesh : Mesh
        The neutral head at the fine level, mm.
    region : Region
        Kept between heads it spares each but the first a tenth of a second.
    about : mapping
        Age, sex and ancestry of the subject: shape alone does not tell age.
    ours : bool
        Whether the model drew this person; it does not reach heads of scans or of other models
        as nearly.
    """

    mesh: Mesh
    region: Region
    about: Mapping[str, float]
    ours: bool = False

    @property
    def free(self) -> BoolArray:
        """`(V,)`: what moves, the masked skin and the hidden surface that hangs on it."""
        return self.region.free

    @property
    def seen(self) -> BoolArray:
        """`(V,)`: the masked skin that can be seen."""
        return self.region.seen

    def within_90(self, spread: FloatArray) -> float:
        """Return the mm within which nine in ten points of the region are expected.

        `spread` is that of `spread()`.
        """
        return WITHIN_90 * float(spread[self.seen].mean())

    def likely(self) -> FloatArray:
        """Return the `(V, 3)` head with the region as the model believes it most likely was."""
        return self._likely

    @one_thread()  # sums in another order would draw other alternatives a rounding apart
    def drawn(self, seed: int, variety: float = 1.0) -> FloatArray:
        """Return the `(V, 3)` head with one alternative, the same one for the same seed.

        `variety` scales how far it may lie from the most likely one.
        """
        belief, free = self._believed
        step = self._root @ np.random.default_rng(seed).standard_normal(len(free))
        return self._seamless(self._decoded(belief.mean + variety * step, free))

    @one_thread()
    def filled(self, proposal: FloatArray) -> FloatArray:
        """Return the head with the region taken from another `(V, 3)` head, without a seam."""
        return self._seamless(proposal)

    def mirrored(self) -> FloatArray:
        """Return the head with the region taken from the other side, where that is known.

        Where it is not, as on both sides of a bilateral cleft, the model's likely head stands in.

        Raises
        ------
        InputError
            If the topology knows no other side.
        """
        return self._mirrored

    def spread(self) -> FloatArray:
        """Return `(V,)` mm: how far the truth is expected to lie from the likely head.

        The root mean square over alternatives, and what no model head shows of a person. 0
        where the skin is known.
        """
        return self.spread_with(MADE if self.ours else self.region.scanned)

    def spread_with(self, detail: float | DoubleArray) -> FloatArray:
        """Return the spread of a head that differs by `detail` mm from its nearest model head.

        One number, or one for each vertex.
        """
        lengths = edge_lengths(self.likely(), self.mesh.topology.faces)
        depth = border_distance(self.free.astype(np.float32), lengths)
        beyond = detail * np.clip(depth / DEEP, 0.0, 1.0)
        return np.where(self.free, np.sqrt(self._variance + beyond**2), 0.0).astype(np.float32)

    @cached_property
    @one_thread()
    def _variance(self) -> DoubleArray:
        """`(V,)` mm² of the alternatives about the likely head."""
        likely = self.likely()
        squares = [np.sum((self.drawn(seed) - likely).astype(np.float64) ** 2, axis=1)
                   for seed in range(DRAWS)]  # fmt: skip
        return np.asarray(np.mean(squares, axis=0))

    @cached_property
    @one_thread()
    def _likely(self) -> FloatArray:
        belief, free = self._believed
        return frozen(self._seamless(self._decoded(belief.mean, free)))

    @cached_property
    @one_thread()
    def _mirrored(self) -> FloatArray:
        mirror = self.mesh.topology.mirror
        if mirror is None:
            raise InputError("This head's topology has no mirror map: register it to the template.")
        likely = self._likely
        # The plane is that of the whole likely face, and the seam is closed before the two are
        # mixed: a step between them at the border would be taken for a slope.
        image = self._seamless(mirrored(likely.astype(np.float64), mirror).astype(np.float32))
        share = self.region.known_across(mirror)
        return frozen(likely + share[:, None] * (image - likely))

    @cached_property
    def _root(self) -> DoubleArray:
        """A root of the belief's covariance."""
        covariance = self._believed[0].covariance
        return np.asarray(np.linalg.cholesky(covariance + 1e-12 * np.eye(len(covariance))))

    @cached_property
    def _believed(self) -> tuple[Posterior, Rows]:
        """The belief about the model's free axes, and which these are."""
        region = self.region
        return region.model.posterior(self.mesh, region.known, self.about)

    def _decoded(self, values: DoubleArray, free: Rows) -> FloatArray:
        model = self.region.model
        c = np.zeros(len(model.axes), np.float32)
        for name, value in self.about.items():
            c[model.row(name)] = value
        c[free] = values
        return model.vertices(c)

    def _seamless(self, proposal: FloatArray) -> FloatArray:
        return self.region.seamless(self.mesh.vertices, proposal)
