"""The life-span head: one linear model of identity and expression at every age.

`V(age, c) = size(age) * (lift(mean(age) + B(age) c) + relief(age))`. Means are interpolated
between calibrated ages; bases live at four nodes (baby, child, young, old). Identity, detail,
asymmetry and expressions are stored at young alone and carried to the other nodes by
deformation transfer when an age first needs them, in tenths of a second.
"""

from __future__ import annotations

import math
import threading
import weakref
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from facewright.engine.arrays import DoubleArray, FloatArray
from facewright.engine.errors import InputError
from facewright.engine.geometry.normals import vertex_areas
from facewright.engine.geometry.threads import one_thread
from facewright.engine.mask import Mask
from facewright.engine.mesh import Mesh, Topology
from facewright.engine.models.aged_products import AgedProducts
from facewright.engine.models.agescale import NODES, AgeScale, AtAge
from facewright.engine.models.base import ModelCard
from facewright.engine.models.lifespan_axes import AXIS_PRIOR, age_sample, build_axes
from facewright.engine.models.linear import Observer, Posterior, dense_precision
from facewright.engine.models.people import PEOPLE, FineForm, People
from facewright.engine.models.template import Template, load_template

WEIGHTS = "weights.safetensors"
ADULT = 30.0
CARRIED = ("identity", "detail", "asymmetry", "expression")
KEPT_AGES = 4
KEPT_MASKS = 3
CHILDLIKE = {"baby": (0.45, 0.85), "child": (0.5, 0.9)}
"""Share of adults' relief, and of their differences as a whole, that a node has."""
RELIEF_LENGTH = 9.0
"""Mm: form smaller than this is relief, which comes with age."""

Rows = NDArray[np.int64]
_K = TypeVar("_K")
_V = TypeVar("_V")


@dataclass(frozen=True, eq=False)
class _Sight:
    """What is remembered of a mask of known skin, for as long as that lives."""

    known: weakref.ref[Mask] | None
    products: AgedProducts
    observers: dict[tuple[float, tuple[int, ...]], Observer]


class LifespanModel:
    """Implements `FaceModel` for heads from birth to 90 years.

    Attributes
    ----------
    card : ModelCard
    template : Template
    axes : tuple of Axis
    groups : mapping of group name to slice over the coefficients, in order
        age, sex, ancestry, identity, detail, asymmetry, expression.
    """

    def __init__(
        self,
        weights: Mapping[str, NDArray[Any]],
        card: ModelCard,
        template: Template,
        people: People | None = None,
    ) -> None:
        self.card, self.template, self._people = card, template, people
        self._stored = {name: np.asarray(array, np.float32) for name, array in weights.items()}
        self._scale = AgeScale(self._stored)
        self.axes, self.groups = build_axes({name: len(self._stored[name]) for name in CARRIED})
        self._row = {axis.name: row for row, axis in enumerate(self.axes)}
        self._lift: sparse.csr_array = template.lift.astype(np.float32).tocsr()
        self._nodes = {self._scale.young: self._young_node()}
        self._making = [threading.Lock() for _ in NODES]
        self._masked: dict[int, _Sight] = {}
        self._lock = threading.RLock()
        share = vertex_areas(self._stored["young"], template.coarse.faces)
        share = share * template.visible[template.subset]
        self._share: DoubleArray = share / share.sum()

    @classmethod
    def load(cls, folder: Path, card: ModelCard) -> LifespanModel:
        """Return the model in `folder`, on the template shipped in assets."""
        from safetensors.numpy import load_file

        return cls(load_file(folder / WEIGHTS), card, load_template(), People.load(folder / PEOPLE))

    @property
    def topology(self) -> Topology:
        """The fine template."""
        return self.template.fine

    @property
    def prior_sd(self) -> DoubleArray:
        """`(K,)` standard deviations of the axes under the prior, in their own units."""
        return np.array([AXIS_PRIOR[axis.group] for axis in self.axes])

    @property
    def defaults(self) -> FloatArray:
        """`(K,)` coefficients of the mean adult."""
        return np.array([axis.default for axis in self.axes], dtype=np.float32)

    def row(self, name: str) -> int:
        """Return where an axis stands among the coefficients.

        Raises
        ------
        InputError
            If there is no such axis.
        """
        if name not in self._row:
            raise InputError(f'The head has no axis "{name}": see `facewright-cli models info`.')
        return self._row[name]

    def mean(self) -> Mesh:
        """Return the mean adult, 30 years."""
        return self._mean

    @cached_property
    def _mean(self) -> Mesh:
        return self.instance(self.defaults)

    def instance(self, coefficients: ArrayLike) -> Mesh:
        """Return the head of `(K,)` coefficients, expression included."""
        return Mesh(self.topology, self.vertices(coefficients))

    def vertices(self, coefficients: ArrayLike) -> FloatArray:
        """Return `(V_fine, 3)` float32 vertices in mm of `(K,)` coefficients."""
        c = np.asarray(coefficients, dtype=np.float32)
        if c.shape != (len(self.axes),):
            raise ValueError(f"{c.shape} coefficients do not fit {len(self.axes)} axes")
        at = self._scale.at(float(c[0]))
        fine = self._lift @ self._smooth(c, at)
        fine += at.size * _mixed(at.nodes, self._stored["relief"])
        return np.asarray(fine, dtype=np.float32)

    def _smooth(self, c: FloatArray, at: AtAge) -> FloatArray:
        """Return the coarse vertices of coefficients without relief, `(V_coarse, 3)` mm."""
        moved = self._combine(c[1:], at.nodes)
        moved *= at.size
        return np.asarray((at.size + c[1] * at.sex_size) * self._mean_shape(at.knots) + moved)

    def neutral_basis(self, age: float) -> tuple[FloatArray, FloatArray]:
        """Return the coarse mean `(V_coarse, 3)` and basis `(K, V_coarse, 3)` at an age, mm.

        Linear in sex, ancestry, identity, detail and asymmetry, in the order of `groups`.
        """
        at = self._scale.at(age)
        basis = at.size * self._basis(at.nodes, slice(self.groups["asymmetry"].stop - 1))
        basis[0] += at.sex_size * self._mean_shape(at.knots)
        mean = at.size * self._mean_shape(at.knots)
        return mean.astype(np.float32), np.asarray(basis, dtype=np.float32)

    def expression_basis(self, age: float) -> FloatArray:
        """Return the coarse expression basis at an age, `(E, V_coarse, 3)` mm."""
        rows = self.groups["expression"]
        at = self._scale.at(age)
        return np.asarray(at.size * self._basis(at.nodes, slice(rows.start - 1, rows.stop - 1)))

    def expression_offsets(self, weights: Mapping[str, float], age: float) -> FloatArray:
        """Return the fine offsets of an expression at an age, `(V_fine, 3)` float32 mm."""
        c = np.zeros(len(self.axes) - 1, dtype=np.float32)
        for name, value in weights.items():
            c[self.row(name) - 1] = value
        at = self._scale.at(age)
        return np.asarray(self._lift @ (at.size * self._combine(c, at.nodes)), dtype=np.float32)

    def coefficients(
        self, mesh: Mesh, known: Mask | None = None, given: Mapping[str, float] | None = None
    ) -> FloatArray:
        """Return the most probable `(K,)` coefficients of a fine `mesh`.

        Shape alone does not tell age: it is 30 unless given. Expressions are 0 unless given.
        The same `known` again, a read-only array, costs a few products with vectors.
        """
        c, free, offsets = self._problem(mesh, given)
        c[free] = self._observer(float(c[0]), free, known).mean(offsets)
        return c.astype(np.float32)

    def posterior(
        self, mesh: Mesh, known: Mask | None = None, given: Mapping[str, float] | None = None
    ) -> tuple[Posterior, Rows]:
        """Return the belief about the free shape axes, and their rows, after seeing `mesh`."""
        c, free, offsets = self._problem(mesh, given)
        return self._observer(float(c[0]), free, known).posterior(offsets), free

    def sample(self, rng: np.random.Generator, n: int = 1, age: float | None = None) -> FloatArray:
        """Return `(n, K)` coefficients of plausible neutral heads, of one age or of all.

        Without a table of people the shape axes are drawn under the prior, each on its own.
        """
        noise = rng.standard_normal((n, len(self.axes)))
        drawn = noise * self.prior_sd
        drawn[:, self.groups["expression"]] = 0.0
        drawn[:, 0] = age_sample(rng, n) if age is None else age
        side = np.where(rng.random(n) < 0.5, -1.0, 1.0)
        drawn[:, 1] = np.clip(side * rng.normal(0.75, 0.2, n), -1.0, 1.0)
        mixture = rng.dirichlet([0.5, 0.25, 0.25], n)
        drawn[:, self.groups["ancestry"]] = mixture[:, 1:]
        if self._people is not None:
            shape = slice(self.groups["identity"].start, self.groups["asymmetry"].stop)
            for years in np.unique(drawn[:, 0]):
                same = drawn[:, 0] == years
                axes = self._people.draw(noise[same, shape], float(years))
                drawn[same, shape] = axes * self.prior_sd[shape]
        return drawn.astype(np.float32)

    def fine_form(self, rng: np.random.Generator, age: float = ADULT) -> FloatArray:
        """Return the `(V_fine, 3)` offsets in mm that a random head has beside its coefficients.

        No axis holds them: they are what real faces have beyond the axes.
        """
        offsets = self._scale.at(age).size * self._form.draw(rng)
        return np.asarray(self._lift @ offsets.astype(np.float32))

    @cached_property
    def _form(self) -> FineForm:
        lips = self._stored["lips"].astype(np.int32)
        return FineForm(self._stored["young"], self.template, lips)

    def _problem(
        self, mesh: Mesh, given: Mapping[str, float] | None
    ) -> tuple[DoubleArray, Rows, DoubleArray]:
        held = {"age": ADULT, **(given or {})}
        c = np.zeros(len(self.axes))
        for name, value in held.items():
            c[self.row(name)] = value
        free = np.array(
            [
                row
                for row, axis in enumerate(self.axes)
                if axis.name not in held and axis.group not in ("age", "expression")
            ],
            dtype=np.int64,
        )
        at = self._scale.at(float(c[0]))
        start = self._smooth(c.astype(np.float32), at)  # the lift leaves it in its place
        start += at.size * _mixed(at.nodes, self._coarse_relief)
        return c, free, mesh.vertices[self.template.subset].astype(np.float64) - start

    @cached_property
    def _coarse_relief(self) -> FloatArray:
        return np.ascontiguousarray(self._stored["relief"][:, self.template.subset])

    def _observer(self, age: float, free: Rows, known: Mask | None) -> Observer:
        key = (age, tuple(free.tolist()))
        with self._lock:
            sight = self._sight(known)
            if key not in sight.observers:
                made = self._made_observer(age, free, sight.products)
                _keep(sight.observers, key, made, KEPT_AGES)
            return sight.observers[key]

    def _sight(self, known: Mask | None) -> _Sight:
        """Return what is remembered of a mask: of the last few, and of none."""
        if known is None:
            return self._whole
        if known.flags.writeable:  # it may be another by the next time
            return self._made_sight(known)
        sight = self._masked.pop(id(known), None)
        if sight is None or sight.known is None or sight.known() is not known:
            sight = self._made_sight(known)
        _keep(self._masked, id(known), sight, KEPT_MASKS)
        return sight

    @cached_property
    def _whole(self) -> _Sight:
        return self._made_sight(None)

    def _made_sight(self, known: Mask | None) -> _Sight:
        weight = self._share if known is None else self._share * known[self.template.subset]
        shapes = self.groups["asymmetry"].stop - 1
        held = None
        if known is not None:
            kept, name = self._masked, id(known)
            held = weakref.ref(known, lambda _: kept.pop(name, None))
        return _Sight(held, AgedProducts(self._node, shapes, dense_precision(weight)), {})

    @one_thread()
    def _made_observer(self, age: float, free: Rows, products: AgedProducts) -> Observer:
        at, rows = self._scale.at(age), free - 1
        among = at.size**2 * products.among(at.nodes)
        larger = at.sex_size * self._mean_shape(at.knots).astype(np.float64)

        def gather(offsets: DoubleArray) -> DoubleArray:
            found = at.size * products.along(at.nodes, offsets)
            found[0] += larger.ravel() @ (products.precision * offsets.ravel())
            return found[rows]

        if 0 in rows:  # a step of sex also changes the size of the mean
            shared = at.size * products.along(at.nodes, larger)
            among[0] += shared
            among[:, 0] += shared
            among[0, 0] += products.precision @ np.square(larger.ravel())
        return Observer(among[np.ix_(rows, rows)], gather, self.prior_sd[free])

    def _mean_shape(self, knots: FloatArray) -> FloatArray:
        return _mixed(knots, self._stored["means"])

    def _combine(self, c: FloatArray, nodes: FloatArray) -> FloatArray:
        """Return the coarse offsets of coefficients without age, `(V_coarse, 3)`, unit size."""
        used = np.flatnonzero(c)
        total = np.zeros(3 * self.template.coarse.count, dtype=np.float32)
        few = 3 * len(used) < len(c)
        rows = used if few or not len(used) else slice(used[-1] + 1)
        for node in np.flatnonzero(nodes):
            total += nodes[node] * _mixed(c[rows], self._node(int(node))[rows])
        return total.reshape(-1, 3)

    def _basis(self, nodes: FloatArray, rows: slice) -> FloatArray:
        """Return rows of the basis at an age, unit size, `(K', V_coarse, 3)`."""
        mixed = sum(nodes[node] * self._node(int(node))[rows] for node in np.flatnonzero(nodes))
        return np.reshape(mixed, (-1, self.template.coarse.count, 3))

    def _node(self, node: int) -> FloatArray:
        """Return the basis of a node, `(K - 1, 3 V_coarse)`, made when first needed.

        Who needs another node does not wait.
        """
        if node not in self._nodes:
            with self._making[node]:
                if node not in self._nodes:
                    self._nodes[node] = self._made_node(node)
        return self._nodes[node]

    def _young_node(self) -> FloatArray:
        """Join what is stored into the basis at young, of which it becomes views."""
        names = ["directions", *CARRIED]
        parts = [self._stored["directions"][self._scale.young]]
        parts += [self._stored[name] for name in CARRIED]
        basis = np.concatenate(parts)
        basis.flags.writeable = False
        ends = np.cumsum([len(part) for part in parts])
        for name, block in zip(names[1:], np.split(basis, ends[:-1])[1:], strict=True):
            self._stored[name] = block
        return basis.reshape(len(basis), -1)

    def _made_node(self, node: int) -> FloatArray:
        from facewright.engine.geometry.transfer import Transfer

        shapes = np.concatenate([self._stored[name] for name in CARRIED[:-1]])
        if NODES[node] in CHILDLIKE:
            shapes = self._softened(shapes, *CHILDLIKE[NODES[node]])
        place = node - (node > self._scale.young)
        maps = self._stored["maps"][place].astype(np.float64)
        young, faces = self._stored["young"], self.template.coarse.faces
        lips, lids = (self._stored[name].astype(np.int32) for name in ("lips", "lids"))
        closed = Transfer(young, faces, maps, contacts=lips, opening=0.0)
        opening = Transfer(young, faces, maps, contacts=np.concatenate([lips, lids]))
        directions = self._stored["directions"][node]
        basis = np.empty((len(self.axes) - 1, *young.shape), np.float32)
        basis[: len(directions)] = directions
        shape_end = len(directions) + len(shapes)
        basis[len(directions) : shape_end] = closed.offsets(shapes)
        basis[shape_end:] = opening.offsets(self._stored["expression"])
        basis.flags.writeable = False
        return basis.reshape(len(basis), -1)

    def _softened(self, shapes: FloatArray, relief: float, amount: float) -> FloatArray:
        """Return shapes, `(K, V_coarse, 3)`, with their relief damped and then all of them."""
        from facewright.engine.geometry.diffusion import Diffusion

        count = len(shapes)
        columns = shapes.transpose(1, 0, 2).reshape(-1, 3 * count)
        broad = Diffusion(self._stored["young"], self.template.coarse.faces, RELIEF_LENGTH)
        smooth = broad.smooth(columns).reshape(-1, count, 3).transpose(1, 0, 2)
        return np.asarray(amount * (smooth + relief * (shapes - smooth)), dtype=np.float32)


def _mixed(weights: FloatArray, arrays: FloatArray) -> FloatArray:
    """Return the weighted sum of arrays, in one thread.

    BLAS would share 3 million products out to threads that then wait for each other, tens of
    milliseconds where other programs are busy, and round differently on other machines.
    """
    flat = arrays.reshape(len(arrays), math.prod(arrays.shape[1:]))
    return np.asarray(np.einsum("k,kn->n", weights, flat).reshape(arrays.shape[1:]))


def _keep(kept: dict[_K, _V], key: _K, value: _V, most: int) -> None:
    """Remember a few values, the oldest going first."""
    while len(kept) >= most:
        kept.pop(next(iter(kept)))
    kept[key] = value
