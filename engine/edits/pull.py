"""Pull points of the skin to where they should be, and let the face follow."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, ClassVar, Self

import numpy as np

from facewright.engine.arrays import DoubleArray, FloatArray, frozen
from facewright.engine.edits.base import Choice, Edit, Hidden, Slider
from facewright.engine.edits.judging import judged
from facewright.engine.edits.reshape import carried, encode, shifted
from facewright.engine.errors import InputError
from facewright.engine.face import Face
from facewright.engine.models.lifespan_axes import SHAPE

if TYPE_CHECKING:
    from scipy import sparse

    from facewright.engine.models.lifespan import LifespanModel
    from facewright.engine.models.store import ModelStore

PRECISION = 0.2
"""Mm within which the face is expected to follow a point."""
RIDGE = 1e-4
"""Keeps two points that lie on each other from asking for infinite weights."""


@dataclass(frozen=True)
class PulledPoint:
    """A point of the skin that is asked to move, or to stay.

    Attributes
    ----------
    name : str
        What lists call it; no line breaks.
    corners : tuple of three int
        Vertices of its triangle.
    weights : tuple of three float
        Barycentric.
    move : tuple of three float
        Mm from where it is without the pull; nothing but zeros pins it.
    sd : float
        Mm within which it is wanted there.
    """

    name: str
    corners: tuple[int, int, int]
    weights: tuple[float, float, float]
    move: tuple[float, float, float] = (0.0, 0.0, 0.0)
    sd: float = PRECISION

    @property
    def is_pinned(self) -> bool:
        """Whether it is asked to stay."""
        return not any(self.move)

    def on(self, vertices: FloatArray | DoubleArray) -> DoubleArray:
        """Return where it lies on `(V, 3)` vertices, `(3,)` mm."""
        return np.asarray(np.array(self.weights) @ vertices[list(self.corners)].astype(np.float64))


@dataclass(frozen=True, eq=False, kw_only=True)
class Pull(Edit):
    """Pulled points; the rest is the most probable face given them (see `models.posterior`).

    Moves are relative to the head before the step and ride along when that changes: they turn
    and grow with the skin.

    Attributes
    ----------
    names : str
        One for each point, a line each.
    corners, weights, moves : (N, 3) float32 or None
        See `PulledPoint`.
    precision : (N,) float32 or None
        Standard deviation of each point in mm.
    made_on : (K,) float32 or None
        Coefficients of the head that the moves were made on.

    Raises
    ------
    ValueError
        If these arrays do not belong together.
    """

    kind: ClassVar[str] = "pull"
    label: ClassVar[str] = "Pull points"
    needs: ClassVar[tuple[str, ...]] = ("lifespan",)

    give: Annotated[
        float,
        Slider(0.3, 5.0, "mm", 0.1, "Rest gives way", "How far the rest of the face may follow."),
    ] = 1.0
    finish: Annotated[
        str,
        Choice(
            (
                ("exact", "Reach the points exactly"),
                ("model", "Only as far as people differ"),
            ),
            "What the model cannot follow",
            "Exactly: what is missing is added around each point as a smooth form.",
        ),
    ] = "exact"
    reach: Annotated[
        float,
        Slider(5.0, 60.0, "mm", 1.0, "Reach", "How far around a point that form extends."),
    ] = 25.0
    names: Annotated[str, Hidden()] = ""
    corners: Annotated[FloatArray | None, Hidden()] = None
    weights: Annotated[FloatArray | None, Hidden()] = None
    moves: Annotated[FloatArray | None, Hidden()] = None
    precision: Annotated[FloatArray | None, Hidden()] = None
    made_on: Annotated[FloatArray | None, Hidden()] = None

    def __post_init__(self) -> None:
        held = (self.corners, self.weights, self.moves, self.precision, self.made_on)
        count = len(self.names.split("\n")) if self.names else 0
        shapes = [None if array is None else array.shape for array in held[:4]]
        if shapes != ([(count, 3)] * 3 + [(count,)] if count else [None] * 4):
            raise ValueError("pulled points and their names differ in number")
        if any(array is not None and not np.isfinite(array).all() for array in held):
            raise ValueError("a pulled point lies nowhere")
        if self.corners is not None and self.corners.min() < 0:
            raise ValueError("a pulled point lies on a vertex that is not there")
        if self.precision is not None and not (self.precision > 0).all():
            raise ValueError("a pulled point has no precision")

    @property
    def points(self) -> tuple[PulledPoint, ...]:
        """The points in order."""
        if self.corners is None or self.weights is None:
            return ()
        if self.moves is None or self.precision is None:
            return ()
        return tuple(
            PulledPoint(
                name,
                (int(corner[0]), int(corner[1]), int(corner[2])),
                (float(weight[0]), float(weight[1]), float(weight[2])),
                (float(move[0]), float(move[1]), float(move[2])),
                float(sd),
            )
            for name, corner, weight, move, sd in zip(
                self.names.split("\n"),
                self.corners,
                self.weights,
                self.moves,
                self.precision,
                strict=True,
            )
        )

    def with_points(self, points: tuple[PulledPoint, ...], face: Face, models: ModelStore) -> Self:
        """Return the step with other points, their moves measured on `face`, the one before it."""
        if not points:
            return replace(
                self, names="", corners=None, weights=None, moves=None, precision=None, made_on=None
            )
        return replace(
            self,
            names="\n".join(point.name for point in points),
            corners=frozen([point.corners for point in points]),
            weights=frozen([point.weights for point in points]),
            moves=frozen([point.move for point in points]),
            precision=frozen([point.sd for point in points]),
            made_on=encode(face, models.lifespan()).coefficients,
        )

    def on(self, face: Face, models: ModelStore) -> tuple[PulledPoint, ...]:
        """Return the points with their moves as they are on `face`, the one before the step.

        Raises
        ------
        InputError
            If they were placed on another template or with another model.
        """
        points = self.points
        if not points:
            return ()
        model = models.lifespan()
        now = encode(face, model).coefficients
        highest = max(max(point.corners) for point in points)
        if (
            self.made_on is None
            or self.made_on.shape != now.shape
            or highest >= face.mesh.topology.count
        ):
            raise InputError("its points lie on another head model: delete this step.")
        if np.array_equal(now, self.made_on):
            return points
        return tuple(
            replace(point, move=_carried_move(point, maps))
            for maps in [_maps(self.made_on, now, model)]
            for point in points
        )

    def apply(self, face: Face, models: ModelStore) -> Face:
        """Return the face with every point as near to its place as `finish` lets it come.

        Raises
        ------
        InputError
            If the points were placed on another template or with another model.
        """
        points = self.on(face, models)
        if not points or all(point.is_pinned for point in points):
            return face
        model = models.lifespan()
        moves = np.array([point.move for point in points])
        goal = np.array([point.on(face.mesh.vertices) for point in points]) + moves
        followed = shifted(face, model, self._likely(points, moves, face, model), SHAPE)
        if self.finish == "model":
            return followed
        at = np.array([point.on(followed.mesh.vertices) for point in points])
        missing = self._around(points, goal - at, face)
        return followed.with_vertices(followed.mesh.vertices + missing)

    def _likely(
        self,
        points: tuple[PulledPoint, ...],
        moves: DoubleArray,
        face: Face,
        model: LifespanModel,
    ) -> dict[str, float]:
        """Return the most probable change of the model's axes."""
        from facewright.engine.models.posterior import Person

        person = Person(model, judged(face, model), self.give)
        precision = np.array([point.sd for point in points]) ** -2
        motions = person.motions(_coarse_weights(points, model.template.lift))
        person.observe(motions, precision)
        return person.change(motions @ (precision[:, None] * moves).ravel())

    def _around(
        self, points: tuple[PulledPoint, ...], missing: DoubleArray, face: Face
    ) -> FloatArray:
        """Return `(V, 3)` mm that move each point by what is `missing`, fading along the skin.

        A sum of Wendland's compact kernels over the distance along the surface.
        """
        from facewright.engine.geometry.brush import skin_of

        skin, vertices = skin_of(face.mesh.topology), face.mesh.vertices.astype(np.float64)
        kernels = np.zeros((len(points), len(vertices)))
        for kernel, point in zip(kernels, points, strict=True):
            corners = np.array(point.corners, np.int32)
            rows, distances = skin.within(vertices, corners, point.weights, self.reach)
            share = distances / self.reach
            kernel[rows] = (1.0 - share) ** 4 * (4.0 * share + 1.0)
        weights = np.array([point.weights for point in points])
        corner = np.array([point.corners for point in points])
        matrix = np.einsum("ik,jik->ij", weights, kernels[:, corner])
        amounts = np.linalg.solve(
            matrix.T @ matrix + RIDGE**2 * np.eye(len(points)), matrix.T @ missing
        )
        return np.asarray(kernels.T @ amounts, dtype=np.float32)


def _coarse_weights(points: tuple[PulledPoint, ...], lift: sparse.csr_array) -> sparse.csr_array:
    """Return how each point hangs on the coarse level, `(N, C)`."""
    from scipy import sparse

    rows = np.repeat(np.arange(len(points)), 3)
    corners = np.array([point.corners for point in points]).ravel()
    weights = np.array([point.weights for point in points]).ravel()
    fine = sparse.csr_array((weights, (rows, corners)), (len(points), lift.shape[0]))
    return sparse.csr_array(fine @ lift)


def _maps(before: FloatArray, after: FloatArray, model: LifespanModel) -> FloatArray:
    """Return what becomes of vectors at each vertex between two heads, `(V, 3, 3)`."""
    count = model.topology.count
    units = [np.broadcast_to(row, (count, 3)).copy() for row in np.eye(3, dtype=np.float32)]
    return np.stack([carried(unit, before, after, model) for unit in units], axis=2)


def _carried_move(point: PulledPoint, maps: FloatArray) -> tuple[float, float, float]:
    map_ = np.einsum("k,kij->ij", np.array(point.weights), maps[list(point.corners)])
    x, y, z = map_ @ np.array(point.move)
    return float(x), float(y), float(z)
