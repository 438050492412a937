"""What is missing of scans: masks with INFACE's statistics, and what registration puts there.

INFACE (section 3) marks 16 +- 12 % of the geometry and 27 +- 22 % of the texture of its infants'
scans as corrupted: what the cameras did not see (section 3 names head pose, occlusion and
motion), and pacifiers and hands, which hide nose and mouth. Which vertices is not published but
for a picture, so the places are ours: the border of what is seen, and round patches, a third of
them on the mouth.
"""

from __future__ import annotations

import numpy as np
from scipy import sparse

from facewright.engine.arrays import BoolArray, DoubleArray, FloatArray
from facewright.engine.geometry.laplacian import cotangent_laplacian
from facewright.engine.geometry.masking import edge_lengths
from facewright.engine.geometry.sparse import Factor
from facewright.engine.models.template import Template

GEOMETRY = (0.16, 0.12)
TEXTURE = (0.27, 0.22)
"""Mean and standard deviation of the corrupted share (INFACE, figure 2)."""
ON_MOUTH = 1 / 3
FIRST_BORDER = 0.5
"""Chance that a patch lies on the mouth, and that what is missing begins at the border."""
RADII = (6.0, 30.0)
"""Mm: least and largest radius of a patch on an adult."""


class Damage:
    """Draws masks over the visible coarse vertices.

    Parameters
    ----------
    typical : (V_coarse, 3)
        A typical head, mm: distances along its skin shape the patches.
    template : Template
    """

    def __init__(self, typical: FloatArray, template: Template) -> None:
        self._seen: BoolArray = template.visible[template.subset]
        self._lengths = edge_lengths(typical, template.coarse.faces)
        face = template.coarse_face
        self._face = np.flatnonzero(face)
        lips = template.coarse.regions["upper_lip"] + template.coarse.regions["lower_lip"]
        self._mouth = np.flatnonzero((lips > 0.5) & self._seen)
        self._border = np.flatnonzero(self._seen & ~face)

    def draw(self, rng: np.random.Generator, share: tuple[float, float] = GEOMETRY) -> BoolArray:
        """Return `(V_coarse,)` True where a scan is corrupted; hidden vertices never are.

        The corrupted share of the visible ones is beta-distributed with the mean and standard
        deviation of `share`.
        """
        mean, sd = share
        strength = mean * (1 - mean) / sd**2 - 1
        wanted = rng.beta(mean * strength, (1 - mean) * strength) * self._seen.sum()
        lost = np.zeros(len(self._seen), bool)
        border = rng.random() < FIRST_BORDER
        while (missing := wanted - lost.sum()) > 0.5:
            if border:
                start, reach = rng.choice(self._border), np.inf
            else:
                places = self._mouth if rng.random() < ON_MOUTH else self._face
                start, reach = rng.choice(places), rng.uniform(*RADII)
            border = not border
            along = sparse.csgraph.dijkstra(
                self._lengths, indices=start, limit=120.0 if np.isinf(reach) else reach
            )
            near = np.argsort(along)
            near = near[np.isfinite(along[near]) & self._seen[near] & ~lost[near]]
            lost[near[: int(np.ceil(missing if reach < np.inf else min(missing, wanted / 2)))]] = 1
        return lost


class Bridge:
    """Fills what is missing as a stiff registration does: the mean head, bent to meet the rest."""

    def __init__(self, typical: FloatArray, template: Template) -> None:
        self._typical = np.asarray(typical, np.float64)
        laplacian = cotangent_laplacian(typical, template.coarse.faces)
        self._bending: sparse.csr_array = (laplacian @ laplacian).tocsr()

    def filled(self, vertices: FloatArray, lost: BoolArray) -> FloatArray:
        """Return `(V_coarse, 3)` vertices with those lost taken from the bent typical head."""
        if not lost.any():
            return vertices
        rows, rest = np.flatnonzero(lost), np.flatnonzero(~lost)
        offsets: DoubleArray = vertices - self._typical
        result = np.array(vertices)
        pull = self._bending[rows][:, rest] @ offsets[rest]
        ridge = 1e-9 * sparse.eye_array(len(rows))
        bent = Factor(self._bending[rows][:, rows] + ridge).solve(-pull)
        result[rows] = self._typical[rows] + bent
        return result
