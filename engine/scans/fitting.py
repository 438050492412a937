"""Fitting the life-span model to a scan: the most probable head under its Gaussian prior."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from facewright.engine.arrays import DoubleArray, FloatArray, IntArray
from facewright.engine.face import Weights
from facewright.engine.geometry.normals import vertex_areas, vertex_normals
from facewright.engine.geometry.rigid import align_trimmed, moved, rotation, scale_of
from facewright.engine.geometry.target import Target
from facewright.engine.landmarks import Points
from facewright.engine.progress import Progress, silent
from facewright.engine.scans.equations import Normal, rigid_rows
from facewright.engine.scans.gaze import Gaze

if TYPE_CHECKING:
    from facewright.engine.models.lifespan import LifespanModel

NOISE = 0.35
"""Standard deviation in mm of what neither the model nor the scanner explains."""

EFFECTIVE_POINTS = 600
"""How many independent points a whole face counts for: neighbours err together."""

LANDMARK_NOISE = 2.0
"""Standard deviation in mm of a landmark of full confidence, where only landmarks are fitted."""

SIZE_SD = 0.05
"""Standard deviation of the logarithm of a head's size at one age, where the unit is unknown."""


@dataclass(frozen=True)
class Round:
    """How one step of the fit sees the scan: limits in mm, least cosine between normals."""

    limit: float
    spread: float
    cosine: float
    landmark_sd: float


ROUNDS = (
    *(Round(20.0, 8.0, 0.4, 1.0),) * 3,
    *(Round(12.0, 4.0, 0.5, 1.0),) * 4,
    *(Round(8.0, 2.0, 0.5, 1.0),) * 5,
    *(Round(6.0, 1.0, 0.5, 1.0),) * 6,
)

ASTRAY = 8.0
"""Distance in mm at which a landmark counts for a quarter: it was probably misplaced."""

LOST = 20.0
"""Distance in mm at which a landmark says little of the age any more: it lies elsewhere."""

EDGES = frozenset({"en", "ex", "ps", "pi", "al", "ac", "sn", "cph", "ls", "sto", "li", "ch"})
"""Farkas points that lie on an edge that a picture shows."""

OPENINGS = (
    *(("ibug61", "ibug67"), ("ibug62", "ibug66"), ("ibug63", "ibug65")),
    *(("ibug37", "ibug41"), ("ibug38", "ibug40"), ("ibug43", "ibug47"), ("ibug44", "ibug46")),
)
"""Pairs across mouth and eyes: how far they open is seen better than where they lie."""

OPENING_SD = 0.4
"""Standard deviation of an opening in mm."""


@dataclass(frozen=True, eq=False)
class Fit:
    """A head of the model that matches a scan.

    Attributes
    ----------
    coefficients : (K,) float64
        In the order of the model's axes, age included.
    scan_to_head : (4, 4) float64
        From the upright scan in mm to the head frame; with a scale where the unit is unknown.
    vertices : (V, 3) float32
        Fine skin with the expression, head frame, mm.
    spread : (V,) float64 or None
        Mm: one standard deviation of each vertex along its normal, as the model believes after
        it saw the scan; None where only landmarks were fitted.
    """

    coefficients: DoubleArray
    scan_to_head: DoubleArray
    vertices: FloatArray
    spread: DoubleArray | None = None


def expression_of(model: LifespanModel, coefficients: ArrayLike) -> Weights:
    """Return the expression in a `(K,)` vector of coefficients as named weights."""
    part = model.groups["expression"]
    names = [axis.name for axis in model.axes[part]]
    values = np.asarray(coefficients, dtype=np.float64)[part]
    return Weights({name: round(float(v), 4) for name, v in zip(names, values, strict=True)})


class _Basis:
    """The model at one age as one linear map from all its free coefficients."""

    def __init__(self, model: LifespanModel, age: float) -> None:
        mean, shapes = model.neutral_basis(age)
        expressions = model.expression_basis(age)
        self.model, self.age = model, age
        self.mean: DoubleArray = np.asarray(mean, dtype=np.float64)
        self.shapes = np.concatenate([shapes, expressions]).astype(np.float32, copy=False)
        free = np.ones(len(model.prior_sd), dtype=bool)
        free[model.groups["age"]] = False
        self.order = np.flatnonzero(free)
        self.gaze = Gaze([model.axes[row].name for row in self.order], others=7)
        self.sd: DoubleArray = np.asarray(model.prior_sd, dtype=np.float64)[self.order]
        bounded = [model.axes[row].unit != "sd" for row in self.order]
        low = np.array([model.axes[row].low for row in self.order], dtype=np.float64)
        high = np.array([model.axes[row].high for row in self.order], dtype=np.float64)
        self.low, self.high = np.where(bounded, low, -np.inf), np.where(bounded, high, np.inf)

    def vertices(self, free: DoubleArray) -> DoubleArray:
        """Return `(V_coarse, 3)` vertices."""
        offsets = free.astype(np.float32) @ self.shapes.reshape(len(self.shapes), -1)
        return np.asarray(self.mean + offsets.reshape(self.mean.shape))

    def whole(self, free: DoubleArray) -> DoubleArray:
        """Return all `(K,)` coefficients, age included."""
        result = np.zeros(len(self.model.prior_sd))
        result[self.order] = free
        result[self.model.groups["age"]] = self.age
        return result


class _Marks:
    """The landmarks that scan and template share, as rows over the model's coefficients."""

    def __init__(self, basis: _Basis, points: Points) -> None:
        template = basis.model.template
        shared = tuple(n for n in points.names if n in template.landmarks.names)
        self.names = shared
        chosen = template.landmarks.select(shared)
        rows = template.lift.tocsr()
        weights = sum(
            chosen.weights[:, k, None] * rows[chosen.corners[:, k]].toarray() for k in range(3)
        )
        used = np.flatnonzero(np.asarray(weights).any(axis=0))
        local: DoubleArray = np.asarray(weights, dtype=np.float64)[:, used]
        self.mean: DoubleArray = local @ basis.mean[used]
        self.shapes: DoubleArray = np.einsum("nv,kvd->knd", local, basis.shapes[:, used])
        index = [points.names.index(name) for name in shared]
        self.positions: DoubleArray = points.positions[index].astype(np.float64)
        self.confidence: DoubleArray = points.confidence[index] * np.array(
            [certainty(name) for name in shared]
        )

    def at(self, free: DoubleArray) -> DoubleArray:
        """Return `(N, 3)` landmarks of the model."""
        return np.asarray(self.mean + np.einsum("k,knd->nd", free, self.shapes))


def certainty(name: str) -> float:
    """Return how well a landmark can be placed in a picture at all.

    Corners and edges well; the tip of the nose less; the jaw line, the chin's
    curves and the ears hardly.
    """
    if name.startswith("ibug"):
        number = int(name[4:])
        return 0.03 if number < 17 else 0.3 if number == 30 else 1.0
    return 0.5 if name.split("_")[0] in EDGES else 0.03


class _State:
    """Coefficients and motion under way."""

    def __init__(self, basis: _Basis, scan_to_head: DoubleArray, free_scale: bool) -> None:
        self.basis, self.motion, self.free_scale = basis, scan_to_head, free_scale
        self.size = scale_of(scan_to_head)
        self.free = np.zeros(len(basis.sd))
        self.matrix = np.eye(len(basis.sd) + 7)

    def spread(self) -> DoubleArray:
        """Return `(V_fine,)` mm: what the last step left open, along the normals of the skin."""
        template, vertices = self.basis.model.template, self.basis.vertices(self.free)
        normals = vertex_normals(vertices, template.coarse.faces)
        rows = np.einsum("kvd,vd->kv", self.basis.shapes, normals, optimize=True)
        belief = np.linalg.inv(self.matrix)[: len(rows), : len(rows)].astype(np.float32)
        variance = np.einsum("kv,kv->v", rows, belief @ rows, optimize=True)
        return np.asarray(template.lift @ np.sqrt(np.maximum(variance, 0.0)).astype(np.float64))

    def solve(self, equations: Normal, center: DoubleArray) -> None:
        """Take one Gauss-Newton step in coefficients and motion."""
        count = len(self.free)
        log_scale = np.log(scale_of(self.motion) / self.size)
        ridge = np.r_[1 / self.basis.sd**2, np.full(3, 1e-6), np.full(3, 1e-6), SIZE_SD**-2]
        matrix = equations.matrix + np.diag(ridge)
        right = equations.right.copy()
        right[-1] += equations.observed - log_scale / SIZE_SD**2
        if not self.free_scale:
            matrix[-1, :] = matrix[:, -1] = 0.0
            matrix[-1, -1], right[-1] = 1.0, 0.0
        self.matrix = matrix
        low, high = np.full(7, -np.inf), np.full(7, np.inf)
        solution = self.basis.gaze.solve(
            matrix, right, np.r_[self.basis.low, low], np.r_[self.basis.high, high]
        )
        self.free, step = solution[:count], solution[count:]
        turn = np.eye(4)
        turn[:3, :3] = rotation(step[:3]) * np.exp(step[6])
        turn[:3, 3] = center + step[3:6] - turn[:3, :3] @ center
        self.motion = turn @ self.motion


def _add_marks(state: _State, equations: Normal, marks: _Marks, sd: float) -> None:
    """Add the landmarks' rows, robust against a landmark that is off."""
    places = moved(marks.positions, state.motion)
    gap = np.linalg.norm(places - marks.at(state.free), axis=1)
    trust = marks.confidence / (1 + (gap / ASTRAY) ** 2) ** 2
    center = places.mean(axis=0)
    for d in range(3):
        direction = np.broadcast_to(np.eye(3)[d], places.shape)
        rows = np.concatenate(
            [marks.shapes[:, :, d].T, -rigid_rows(places, direction, center)], axis=1
        )
        equations.add(rows, places[:, d] - marks.mean[:, d], trust / sd**2)
    equations.observed += 3 * float(trust.sum())
    pairs = [(a, b) for a, b in OPENINGS if a in marks.names and b in marks.names]
    if pairs:
        upper, lower = np.array([[marks.names.index(n) for n in pair] for pair in pairs]).T
        certain = np.minimum(marks.confidence[upper], marks.confidence[lower])
        for d in range(3):
            rows = np.zeros((len(pairs), len(equations.right)))
            rows[:, : len(marks.shapes)] = (marks.shapes[:, upper, d] - marks.shapes[:, lower, d]).T
            gap = places[upper] - places[lower] - marks.mean[upper] + marks.mean[lower]
            equations.add(rows, gap[:, d], certain / OPENING_SD**2)


def fit_landmarks(
    model: LifespanModel,
    points: Points,
    age: float,
    *,
    free_scale: bool,
    rounds: int = 6,
    noise: float = LANDMARK_NOISE,
) -> tuple[Fit, float]:
    """Return the most probable head for landmarks alone, and how badly the age explains them.

    The second value is the negative logarithm of the landmarks' probability, whatever the
    coefficients, up to a constant: of use to compare ages on the same landmarks.

    Parameters
    ----------
    noise : float
        Standard deviation of a landmark in mm on the head.
    """
    basis = _Basis(model, age)
    state, marks = _start(basis, points, free_scale)
    for _ in range(rounds):
        equations = Normal(len(basis.sd))
        center = moved(marks.positions, state.motion).mean(axis=0)
        _add_marks(state, equations, marks, noise)
        state.solve(equations, center)
    gap = ((moved(marks.positions, state.motion) - marks.at(state.free)) ** 2).sum(axis=1)
    cost = (marks.confidence * gap / (1 + gap / LOST**2)).sum() / noise**2
    cost += ((state.free / basis.sd) ** 2).sum()
    if free_scale:
        cost += (np.log(scale_of(state.motion) / state.size) / SIZE_SD) ** 2
    count = len(basis.sd)
    spread = np.outer(basis.sd, basis.sd) * equations.matrix[:count, :count]
    cost += np.linalg.slogdet(np.eye(count) + spread)[1]
    return _result(state), float(0.5 * cost)


def _start(basis: _Basis, points: Points, free_scale: bool) -> tuple[_State, _Marks]:
    marks = _Marks(basis, points)
    motion = align_trimmed(marks.positions, marks.mean, marks.confidence, scale=free_scale)
    return _State(basis, motion, free_scale), marks


def _result(state: _State) -> Fit:
    whole = state.basis.whole(state.free)
    vertices = state.basis.model.vertices(whole)
    return Fit(whole, state.motion, vertices)


def fit(
    model: LifespanModel,
    target: Target,
    points: Points,
    *,
    age: float,
    weights: ArrayLike,
    free_scale: bool = False,
    rounds: Sequence[Round] = ROUNDS,
    progress: Progress = silent,
) -> Fit:
    """Return the most probable head for a scan.

    Rigid motion and all coefficients but age are solved together, from landmarks at first and
    then from points to planes, robustly.

    Parameters
    ----------
    target : Target
        The scan upright, in mm (in any size with `free_scale`).
    points : Points
        Landmarks on the scan in the same frame, with confidence.
    age : float
        Years.
    weights : (V_fine,)
        How far each vertex of the template is believed to be seen on the scan.
    free_scale : bool
        Whether the scan's unit is unknown.
    """
    basis = _Basis(model, age)
    begun = fit_landmarks(model, points, age, free_scale=free_scale)[0]
    state, marks = _start(basis, points, free_scale)
    state.motion, state.free = begun.scan_to_head, begun.coefficients[basis.order]
    seen = _Seen(model, basis, np.asarray(weights, dtype=np.float64))
    for i, setting in enumerate(rounds):
        progress(i / len(rounds), "Fitting the model")
        equations = Normal(len(basis.sd))
        center = moved(marks.positions, state.motion).mean(axis=0)
        _add_marks(state, equations, marks, setting.landmark_sd)
        seen.add(state, equations, target, setting, center)
        state.solve(equations, center)
    progress(1.0, "Fitting the model")
    return replace(_result(state), spread=state.spread())


class _Seen:
    """The coarse vertices that are compared with the scan."""

    def __init__(self, model: LifespanModel, basis: _Basis, weights: DoubleArray) -> None:
        self.faces: IntArray = model.template.coarse.faces
        areas = np.sqrt(vertex_areas(basis.mean, self.faces))
        importance = weights[model.template.subset] * areas
        self.index = np.flatnonzero(importance > 0.01 * importance.max())
        self.importance = importance[self.index]
        self.shapes = basis.shapes[:, self.index]
        self.mean = basis.mean[self.index]

    def add(
        self,
        state: _State,
        equations: Normal,
        target: Target,
        setting: Round,
        center: DoubleArray,
    ) -> None:
        """Match the vertices with the scan and add their rows."""
        vertices = state.basis.vertices(state.free)
        normals = vertex_normals(vertices, self.faces)[self.index]
        to_scan = np.linalg.inv(state.motion)
        scale = scale_of(to_scan)
        turn = to_scan[:3, :3] / scale
        match = target.match(
            moved(vertices[self.index], to_scan),
            normals @ turn.T,
            limit=setting.limit * scale,
            cosine=setting.cosine,
        )
        places, planes = moved(match.points, state.motion), match.normals @ turn
        trust = match.trust / (1 + (match.distances / scale / setting.spread) ** 2) ** 2
        counted = trust * self.importance * EFFECTIVE_POINTS / self.importance.sum()
        weight = counted / NOISE**2
        left = np.einsum("nd,nd->n", places - vertices[self.index], planes)
        # What is left counts as noise up to `NOISE`: a closer fit is no reason to grow the scan.
        equations.observed += float(min(counted.sum(), (weight * left**2).sum()))
        rows = np.einsum("knd,nd->nk", self.shapes, planes, optimize=True)
        rows = np.concatenate([rows, -rigid_rows(places, planes, center)], axis=1)
        equations.add(rows, np.einsum("nd,nd->n", places - self.mean, planes), weight)
