"""Synthetic clefts of lip and nose with a known truth, for tests and samples.

A healthy head is opened: the red border and the free margin of the upper lip are led up along
both edges of the cleft, the segments are drawn apart, and nose and columella follow as they do
in children (Fisher and Sommerlad, Cleft lip, cleft palate, and velopharyngeal insufficiency,
Plastic and Reconstructive Surgery 128, 2011): on the side of the cleft the wing's foot lies
outward, down and back, the dome is low and flat; the columella's foot is drawn to the other side.
Between these curves the skin bends as little as it can. A topology cannot tear: where a cleft
goes through into the nostril, the floor is drawn back so far that it is no longer seen.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy import sparse
from scipy.interpolate import PchipInterpolator

from facewright.engine.arrays import BoolArray, DoubleArray, FloatArray, IntArray, frozen
from facewright.engine.errors import InputError
from facewright.engine.geometry.laplacian import cotangent_weights, laplacian_of
from facewright.engine.geometry.masking import INSIDE, edge_lengths, grown
from facewright.engine.geometry.normals import vertex_areas
from facewright.engine.geometry.sparse import Factor
from facewright.engine.landmarks import Landmarks
from facewright.engine.mask import Mask
from facewright.engine.mesh import Mesh
from facewright.engine.models.template import Template

Side = Literal["left", "right", "both"]
Extent = Literal["complete", "incomplete"]

SIDES: tuple[Side, ...] = ("left", "right", "both")
EXTENTS: tuple[Extent, ...] = ("complete", "incomplete")
USUAL_WIDTH = 25.0
"""Mm between the wings of the nose to which the amounts below belong."""
REACH, MEDIAL_REACH = 10.5, 7.5
"""Mm along the lip from the cleft within which its line is drawn up, to the side and inward."""
SOFT = 10.0
"""Mm around lip and nose within which skin gives way."""
STIFF = 40.0
"""Weight of the curves against the bending of the skin."""
MOVED = 0.1
"""Mm from which skin counts as changed by the cleft."""
BAND = 0.62
"""How far up an incomplete cleft goes; what is left is a band of skin under the nostril."""
_STATIONS: DoubleArray = np.array([0.0, 0.12, 0.3, 0.5, 0.7, 0.88])
"""Places along an edge from the margin of the lip to its top."""
DEEP = 6.0
"""Mm that the floor of an open nostril is drawn back."""


@dataclass(frozen=True)
class Kind:
    """Which cleft.

    Attributes
    ----------
    side : str
        The subject's "left", "right" or "both".
    extent : str
        "complete" into the nostril, or "incomplete" with the nostril's floor kept.
    severity : float
        0 a narrow cleft with little change of the nose, 1 a wide one.
    """

    side: Side = "left"
    extent: Extent = "complete"
    severity: float = 0.6

    def __post_init__(self) -> None:
        if self.side not in SIDES or self.extent not in EXTENTS:
            raise InputError("A cleft is left, right or both, and complete or incomplete.")
        if not 0 <= self.severity <= 1:
            raise InputError("The severity of a cleft goes from 0 to 1.")

    @property
    def name(self) -> str:
        """As in "left complete"."""
        return f"{'bilateral' if self.side == 'both' else self.side} {self.extent}"

    @property
    def signs(self) -> tuple[int, ...]:
        """1 for a cleft of the left side, -1 for one of the right."""
        return {"left": (1,), "right": (-1,), "both": (-1, 1)}[self.side]


@dataclass(frozen=True, eq=False)
class Cleft:
    """A head with a cleft, and what it is without.

    Attributes
    ----------
    kind : Kind
    mesh : Mesh
        With the cleft.
    truth : Mesh
        Without.
    mask : (V,) mask
        1 where they differ.
    landmarks : Landmarks
        The template's, those of the upper lip where a surgeon would mark them: the peak of
        Cupid's bow on the side of a cleft on the lateral lip, where its red is still full.
    """

    kind: Kind
    mesh: Mesh
    truth: Mesh
    mask: Mask
    landmarks: Landmarks


def with_cleft(truth: Mesh, template: Template, kind: Kind) -> Cleft:
    """Return a neutral head in the head frame, on the fine template, opened by a cleft."""
    opening = _Opening(truth, template, kind)
    vertices = opening.solved()
    moved = np.linalg.norm(vertices - truth.vertices, axis=1)
    mask = frozen((moved > MOVED).astype(np.float32))
    return Cleft(kind, truth.moved(vertices), truth, mask, opening.landmarks(vertices))


class _Opening:
    """The pulls that make a cleft, and the head that follows them."""

    def __init__(self, truth: Mesh, template: Template, kind: Kind) -> None:
        self._mesh, self._template, self._kind = truth, template, kind
        self._x: DoubleArray = truth.vertices.astype(np.float64)
        marks = template.landmarks
        places = marks.on(truth.vertices).positions.astype(np.float64)
        self._marks = dict(zip(marks.names, places, strict=True))
        self._size = float(np.linalg.norm(self._marks["al_l"] - self._marks["al_r"])) / USUAL_WIDTH
        self._middle = float(self._marks["sn"][0])
        self._complete = complete = kind.extent == "complete"
        self._both = kind.side == "both"
        self._amount = kind.severity * (1.0 if complete else 0.65)
        width = (1.5 + 3.0 * kind.severity) if complete else (1.2 + 1.6 * kind.severity)
        self._half = self._size * width * (0.8 if self._both else 1.0)
        self._front = self._lip_front()
        self._rows: list[tuple[IntArray, DoubleArray]] = []
        self._targets: list[DoubleArray] = []
        self._full: dict[str, int] = {}

    def solved(self) -> FloatArray:
        """Return the `(V, 3)` head with the cleft."""
        self._move_nose()
        for name, depth in (("upper_lip_outer", 0.0), ("upper_lip_inner", 1.4)):
            self._lead(self._line(name), depth)
        free = self._free()
        column = np.full(len(self._x), -1)
        column[free] = np.arange(len(free))
        faces = self._mesh.topology.faces
        areas = np.maximum(vertex_areas(self._x, faces), 1e-3)
        membrane = laplacian_of(cotangent_weights(self._x, faces, least=0.05))
        bending = (membrane @ sparse.diags_array(1 / areas) @ membrane).tocsr()[free][:, free]
        count = len(self._targets)
        rows = np.repeat(np.arange(count), 3)
        corners = np.concatenate([column[corner] for corner, _ in self._rows])
        weights = np.concatenate([weight for _, weight in self._rows])
        kept = corners >= 0
        pulls = sparse.csr_array(
            (weights[kept], (rows[kept], corners[kept])), shape=(count, len(free))
        )
        system = bending + STIFF * (pulls.T @ pulls)
        result = np.array(self._mesh.vertices)
        moved = Factor(system.tocsr()).solve(STIFF * (pulls.T @ np.array(self._targets)))
        result[free] += moved.astype(np.float32)
        return result

    def landmarks(self, opened: FloatArray) -> Landmarks:
        """Return where the template's landmarks are to be marked on the opened head.

        The lip's points lie where they would be found, not where the skin of theirs has gone.
        """
        line = self._line("upper_lip_outer")
        spots = dict(self._full)
        cuts = {sign: self._start(sign) for sign in self._kind.signs}
        for name in ("ls", "cph_l", "cph_r"):
            if name in spots:
                continue
            x = self._x[line, 0]
            own = np.all([(x - cut) * sign < 0 for sign, cut in cuts.items()], axis=0)
            near = np.linalg.norm(opened[line[own]] - self._marks[name], axis=1)
            spots[name] = int(line[own][near.argmin()])
        margin = self._line("upper_lip_inner")
        for side in "lr":  # the lip's free edge below each peak
            below = np.abs(self._x[margin, 0] - self._x[spots[f"cph_{side}"], 0])
            spots[f"vm_{side}"] = int(margin[below.argmin()])
        corners = np.array([[spot] * 3 for spot in spots.values()], np.int32)
        weights = np.tile([1.0, 0.0, 0.0], (len(spots), 1))
        moved = Landmarks.build(tuple(spots), corners, weights)
        return self._template.landmarks.replaced(moved)

    # -- nose --------------------------------------------------------------------------------

    def _move_nose(self) -> None:
        """Pull the landmarks of nose and columella; x is away from the midline."""
        a = self._amount * self._size
        if self._both:
            self._pull("sn", (0.0, -0.4, 2.6), a)
            self._pull("c", (0.0, -2.0, 0.4), a)
            self._pull("prn", (0.0, -1.8, -1.6), a)
        else:
            sign = self._kind.signs[0]
            self._pull("sn", (-3.6 * sign, 0.2, 0.4), a)
            self._pull("c", (-1.2 * sign, -1.0, -0.3), a)
            self._pull("prn", (-1.0 * sign, -0.6, -0.6), a)
            for end, x in (("sn1", -2.6), ("sbal", -1.2), ("al", -0.2), ("ac", 0.0)):
                self._pull(f"{end}_{_letter(-sign)}", (x * sign, 0.0, 0.0), a)
        for sign in self._kind.signs:
            side = _letter(sign)
            self._pull(f"sn1_{side}", ((-0.2 if self._both else -2.6) * sign, -0.2, 0.2), a)
            self._pull(f"sbal_{side}", (5.0 * sign, -1.8, -3.2), a)
            self._pull(f"al_{side}", (4.6 * sign, -2.4, -2.8), a)
            self._pull(f"ac_{side}", (3.8 * sign, -2.4, -2.6), a)
            dome = 0.55 * self._marks["prn"] + 0.45 * self._marks[f"al_{side}"]
            near = self._nearest(dome + self._size * np.array([0.0, 1.0, 1.0]))
            self._hold(near, a * np.array([1.6 * sign, -2.2, -2.2]))
            if self._complete:
                out = 0.75 if self._both else 0.5
                spot = (1 - out) * self._marks[f"sn1_{side}"] + out * self._marks[f"sbal_{side}"]
                floor = self._nearest(spot)
                self._hold(floor, np.array([1.2 * a * sign, 0.6, -DEEP * self._size]))

    def _pull(self, name: str, offset: tuple[float, float, float], amount: float) -> None:
        marks = self._template.landmarks
        row = marks.names.index(name)
        self._rows.append((marks.corners[row], marks.weights[row].astype(np.float64)))
        self._targets.append(amount * np.array(offset))

    def _hold(self, vertex: int, offset: DoubleArray) -> None:
        self._rows.append((np.array([vertex] * 3, np.int32), np.array([1.0, 0.0, 0.0])))
        self._targets.append(offset)

    def _nearest(self, place: DoubleArray) -> int:
        seen = np.flatnonzero(self._template.visible)
        return int(seen[np.linalg.norm(self._x[seen] - place, axis=1).argmin()])

    # -- lip ---------------------------------------------------------------------------------

    def _lip_front(self) -> DoubleArray:
        """Return a quadratic in x and y that the front of the upper lip lies on."""
        lip = (self._template.fine.regions["upper_lip"] > INSIDE) & self._template.visible
        here = np.abs(self._x[:, 0] - self._middle) < 12 * self._size
        rows = np.flatnonzero(lip & here & (self._x[:, 1] > self._marks["sts"][1] + 1))
        found, *_ = np.linalg.lstsq(_powers(self._x[rows, :2]), self._x[rows, 2], rcond=None)
        return np.asarray(found)

    def _z(self, places: DoubleArray) -> DoubleArray:
        return np.asarray(_powers(places) @ self._front)

    def _line(self, name: str) -> IntArray:
        """Return the part of a curve of the upper lip between the corners, by rising x."""
        curve = self._template.curves[name]
        left, right = self._marks["ch_l"], self._marks["ch_r"]
        way = left - right
        across = (self._x[curve] - right) @ way / (way @ way)
        kept = curve[(across > 0.08) & (across < 0.92)]
        return np.asarray(kept[np.argsort(self._x[kept, 0])])

    def _start(self, sign: int) -> float:
        """Return where a cleft begins at the healthy lip, x: beside the philtrum's middle."""
        peak = float(self._marks[f"cph_{_letter(sign)}"][0]) - self._middle
        return self._middle + (1.25 if self._both else 0.55) * peak

    def _lead(self, line: IntArray, depth: float) -> None:
        """Lead a line of the lip, `depth` mm behind the red border, up along every edge."""
        places = self._x[line]
        along = np.r_[0.0, np.cumsum(np.linalg.norm(np.diff(places, axis=0), axis=1))]
        signs = self._kind.signs
        cuts = [float(np.interp(self._start(sign), places[:, 0], along)) for sign in signs]
        led: set[int] = set()
        for sign, cut in zip(signs, cuts, strict=True):
            for medial in (True, False):
                towards = -sign if medial else sign
                reach = (MEDIAL_REACH if medial else REACH) * self._size
                if medial and self._both:
                    reach = min(reach, 0.5 * (cuts[1] - cuts[0]))
                away = (along - cut) * towards
                edge = np.flatnonzero((away >= 0) & (away <= reach))
                far, near = (
                    np.array([np.interp(cut + towards * way, along, column) for column in places.T])
                    for way in (reach, 0.6 * reach)
                )
                path = self._edge(far, near, sign, medial, depth)
                if not (medial or depth or self._both):
                    # the corner of the lateral lip, where its red begins to thin
                    corner = reach * (1 - float(np.linalg.norm(path[1] - far)) / _length(path))
                    self._full[f"cph_{_letter(sign)}"] = int(
                        line[edge[np.argmin(np.abs(away[edge] - corner))]]
                    )
                for vertex, place in zip(
                    line[edge], _resampled(path, 1 - away[edge] / reach), strict=True
                ):
                    self._hold(int(vertex), place - self._x[vertex])
                led.update(line[edge].tolist())
        for vertex in set(line.tolist()) - led:  # or the lip would sag beside what is drawn up
            self._hold(vertex, np.zeros(3))

    def _edge(
        self, far: DoubleArray, near: DoubleArray, sign: int, medial: bool, depth: float
    ) -> DoubleArray:
        """Return `(N, 3)` points of one edge, from the healthy line at `far` up to its top."""
        size, half, a = self._size, self._half, self._amount
        red = depth == 0.0
        if medial and self._both:  # the prolabium is short and stands out
            raised = a * size * np.array([0.0, 0.8 if red else 3.2, 2.2])
            far, near = far + raised, near + raised
        elif red and not medial:  # the lateral lip is short
            near = near + a * size * np.array([0.0, 1.3, 0.0])
        side = _letter(sign)
        floor = 0.5 * (self._marks[f"sn1_{side}"] + self._marks[f"sbal_{side}"])[:2]
        foot = np.array([self._start(sign) + sign * (1.0 if self._both else 0.5) * half, near[1]])
        top = floor + a * size * np.array([(3.2 if self._both else 0.6) * sign, -0.5])
        apex = foot + (1.0 if self._complete else BAND) * (top - foot)
        t = _STATIONS
        gap = half * ((1 - 0.45 * t) if self._complete else np.sqrt(1 - t**1.6))
        rim = (0.5 + 1.5 * (1 - t)) if red else 0.0 * t
        corner = np.interp(t, [0.0, 0.12, 0.3], [1.1, 0.15, 0.0])
        spots = foot + t[:, None] * (apex - foot)
        spots[:, 0] += (sign, -sign)[medial] * (gap + size * (rim + corner))
        spots[0, 1] += 0.35 * size
        bulge = (0.9 * a if medial else 0.5) * np.exp(-((t - 0.15) ** 2) / 0.2)
        forward = bulge + (0.8 * a if medial else 0.0) - depth
        edge = np.column_stack([spots, self._z(spots) + size * forward])
        if red and not self._complete:
            apex[1] += 0.9 * size
        deep = (0.4 * DEEP if red else DEEP) if self._complete else 0.4
        behind = size * (depth + deep)
        return np.vstack([far, edge, [*apex, self._z(apex[None])[0] - behind]])

    def _free(self) -> IntArray:
        """Return the vertices that may move: lip, nose, the skin about them, what is behind."""
        regions = self._mesh.topology.regions
        part = np.maximum(regions["nose"], regions["upper_lip"]) >= INSIDE
        lengths = edge_lengths(self._x, self._mesh.topology.faces)
        near = grown(frozen(part.astype(np.float32)), lengths, SOFT * self._size) >= INSIDE
        still: BoolArray = (regions["lower_lip"] >= INSIDE) | (regions["eyes"] >= INSIDE)
        return np.asarray(np.flatnonzero(near & ~still), np.int32)


def _letter(sign: int) -> str:
    return "l" if sign > 0 else "r"


def _powers(places: DoubleArray) -> DoubleArray:
    x, y = np.asarray(places).T
    return np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], axis=1)


def _length(path: DoubleArray) -> float:
    return float(np.linalg.norm(np.diff(path, axis=0), axis=1).sum())


def _resampled(path: DoubleArray, share: DoubleArray) -> DoubleArray:
    """Return places at shares of the length of a smooth curve through the `(N, 3)` path."""
    chord = np.r_[0.0, np.cumsum(np.linalg.norm(np.diff(path, axis=0), axis=1))]
    curve = PchipInterpolator(chord, path)
    fine = curve(np.linspace(0, chord[-1], 200))
    length = np.r_[0.0, np.cumsum(np.linalg.norm(np.diff(fine, axis=0), axis=1))]
    wanted = share * length[-1]
    return np.stack([np.interp(wanted, length, fine[:, k]) for k in range(3)], axis=1)
