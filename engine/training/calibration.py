"""Bring the mean heads of every age onto published norms with the smallest smooth change.

The change of a mean is a Gaussian process over the surface and over age: neighbouring points
move together, broadly more than locally, and neighbouring ages change alike. So all ages are
solved together, relief rides along undistorted, and what no norm speaks of stays. The sex
direction is corrected in the same way at the four nodes. Gauss-Newton, since distances bend.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from facewright.engine.arrays import DoubleArray, FloatArray
from facewright.engine.models.agescale import AgeScale, warp
from facewright.engine.models.template import Template
from facewright.engine.training.measures import circumference, inner_eye_middle
from facewright.engine.training.norms import Target

AGE_LENGTH = 0.55
"""On the scale of `warp`: from 1 to 3 years is about 0.76, from 10 to 30 about 1.05."""
STEADY, CHANGING, SEXED = 1.0, 0.7, 0.35
"""Prior sd of the part that all ages share, of what changes, of sex's, times the scales'."""
GROWN = 30.0
"""Norms end here: later ages keep the corrections of this one."""
SCALES = ((45.0, 6.0), (18.0, 2.5))
"""Length in mm over which points move together, and how far they move, sd in mm."""
NEAR = 1.0
"""How close the means should come to norms, in published sd."""
FAR = 0.6
"""Norms further off than this, in published sd, weigh more in each round: sources disagree."""
ROUNDS = 8


@dataclass(frozen=True, eq=False)
class Means:
    """Unit-size means at the knots, `(N, V, 3)`, and sex at the nodes, `(4, V, 3)`."""

    knots: DoubleArray
    sex: DoubleArray


class Ruler:
    """Measures distances between landmarks on coarse heads of unit size.

    Parameters
    ----------
    template : Template
    relief : (4, V_fine, 3)
        What fine heads add, per node.
    """

    def __init__(self, template: Template, relief: DoubleArray) -> None:
        marks = template.landmarks
        anchor = sparse.csr_array(
            (
                marks.weights.ravel().astype(np.float64),
                (np.repeat(np.arange(len(marks.names)), 3), marks.corners.ravel()),
            ),
            (len(marks.names), template.fine.count),
        )
        self._names = {name: row for row, name in enumerate(marks.names)}
        self.read = sparse.csr_array(anchor @ template.lift)
        self._relief = np.stack([anchor @ layer for layer in relief])

    def points(self, coarse: DoubleArray, nodes: FloatArray) -> DoubleArray:
        """Return all landmarks of a coarse head whose node weights are `nodes`."""
        return np.asarray(self.read @ coarse + np.tensordot(nodes, self._relief, 1))

    def pair(self, target: Target) -> tuple[int, int]:
        """Return the landmark rows between which a norm was measured."""
        a, b = target.pair
        return self._names[a], self._names[b]

    def warps(
        self, heads: DoubleArray, nodes: FloatArray, norms: tuple[Target, ...]
    ) -> DoubleArray:
        """Return smooth motions that the norms' landmarks can cause, `(4, M, V, 3)`.

        Columns of the process' kernel at the landmarks, turned so that independent unit
        coefficients have the process' covariance: the exact finite basis of its solution.
        """
        used = sorted({row for norm in norms for row in self.pair(norm)})
        bases = []
        for head, weights in zip(heads, nodes, strict=True):
            marks = self.points(head, weights)[used]
            among, reach = _kernel(marks, marks), _kernel(head, marks)
            root = np.linalg.cholesky(among + 1e-6 * np.trace(among) * np.eye(len(used)))
            columns = np.linalg.solve(root, reach.T)
            bases.append(np.einsum("mv,de->mdve", columns, np.eye(3)).reshape(-1, len(head), 3))
        return np.stack(bases)


def _kernel(a: DoubleArray, b: DoubleArray) -> DoubleArray:
    squares = np.square(a[:, None] - b[None]).sum(axis=2)
    return np.asarray(sum(sd**2 * np.exp(-0.5 * squares / length**2) for length, sd in SCALES))


def calibrate(
    template: Template,
    start: Means,
    heads: DoubleArray,
    relief: DoubleArray,
    scale: AgeScale,
    norms: tuple[Target, ...],
) -> Means:
    """Return means near the norms, symmetric, each of the start's circumference.

    Parameters
    ----------
    heads : (4, V, 3)
        Mean of each node, unit size.
    """
    ruler = Ruler(template, relief)
    bases = ruler.warps(heads, np.eye(4, dtype=np.float32), norms)
    size = circumference(start.knots[0], template)
    mirror = template.coarse.mirror
    even = (bases + bases[:, :, mirror] * [-1.0, 1.0, 1.0]) / 2
    knots = warp(np.minimum(scale.knots, GROWN))
    spans = (knots[:, None] - knots[None, :]) / AGE_LENGTH
    across = STEADY**2 + CHANGING**2 * np.exp(-0.5 * spans**2)
    nodes = np.stack([scale.at(age).nodes for age in scale.knots])
    shape, sex = np.zeros((len(knots), even.shape[1])), np.zeros((4, even.shape[1]))
    means = start
    sds, weights = np.array([norm.sd for norm in norms]), np.ones(len(norms))
    for _ in range(ROUNDS):
        by_shape, by_sex, gaps = _linearised(ruler, means, even, scale, norms)
        weights *= np.maximum(1.0, np.abs(gaps) / (FAR * sds))
        total = gaps + np.tensordot(by_shape, shape, 2) + np.tensordot(by_sex, sex, 2)
        shape, sex = _solve(by_shape, by_sex, total, (NEAR * sds) ** 2 / weights, across)
        moved = start.knots + np.stack(
            [
                np.tensordot(w, np.tensordot(c, even, ((0,), (1,))), 1)
                for w, c in zip(nodes, shape, strict=True)
            ]
        )
        sexed = start.sex + np.einsum("nk,nkvd->nvd", sex, even)
        means = Means(
            np.stack([_unit(head, size, template) for head in moved]),
            np.stack(
                [_sizeless(way, head, template) for way, head in zip(sexed, heads, strict=True)]
            ),
        )
    return means


def _sizeless(way: DoubleArray, head: DoubleArray, template: Template) -> DoubleArray:
    """Return a direction from `head` that leaves its circumference, by scaling."""
    more, less = (circumference(head + sign * way, template) for sign in (1.0, -1.0))
    return np.asarray(way - head * ((more - less) / (more + less)))


def _unit(head: DoubleArray, size: float, template: Template) -> DoubleArray:
    centred = head - inner_eye_middle(head)
    return np.asarray(centred * (size / circumference(centred, template)))


def _linearised(
    ruler: Ruler, means: Means, even: DoubleArray, scale: AgeScale, norms: tuple[Target, ...]
) -> tuple[DoubleArray, DoubleArray, DoubleArray]:
    """Return how each measure depends on the coefficients, and how far it is from its norm.

    Returns
    -------
    (M, N, K), (M, 4, K), (M,)
        By the coefficients at the knots, by those of sex at the nodes, and the gaps in mm.
    """
    shapes, sexes, gaps = [], [], []
    for norm in norms:
        at = scale.at(norm.age)
        mean = np.tensordot(at.knots, means.knots, 1)
        sex = np.tensordot(at.nodes, means.sex, 1)
        size = at.size + norm.sex * at.sex_size
        i, j = ruler.pair(norm)
        points = ruler.points(mean + norm.sex * sex * at.size / size, at.nodes)
        along = points[i] - points[j]
        length = float(np.linalg.norm(along))
        read = (ruler.read[[i]] - ruler.read[[j]]).tocoo()
        slope = np.einsum("v,nkvd,d->nk", read.data, even[:, :, read.col], along / length)
        slope *= at.size
        shapes.append(np.outer(at.knots, at.nodes @ slope))
        sexes.append(norm.sex * at.nodes[:, None] * slope)
        gaps.append(norm.mean - size * length)
    return np.array(shapes), np.array(sexes), np.array(gaps)


def _solve(
    by_shape: DoubleArray,
    by_sex: DoubleArray,
    total: DoubleArray,
    noise: DoubleArray,
    across: DoubleArray,
) -> tuple[DoubleArray, DoubleArray]:
    """Return the posterior mean of the coefficients given all measures, `(N, K)` and `(4, K)`."""
    spread, sexed = across @ by_shape, SEXED**2 * by_sex
    kernel = np.tensordot(by_shape, spread, ((1, 2), (1, 2)))
    kernel += np.tensordot(by_sex, sexed, ((1, 2), (1, 2)))
    pull = np.linalg.solve(kernel + np.diag(noise), total)
    return np.tensordot(pull, spread, 1), np.tensordot(pull, sexed, 1)
