"""A head of 162 vertices with every kind of axis, for tests that need a model but no weights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np
import trimesh
from scipy import sparse

from facewright.engine.errors import ModelUnavailable
from facewright.engine.face import Face, Weights
from facewright.engine.landmarks import Landmarks
from facewright.engine.mesh import Mesh, Topology
from facewright.engine.models.base import Axis, ModelCard
from facewright.engine.models.linear import Observer, Posterior
from facewright.engine.models.parts.rules import CONTROLLERS
from facewright.engine.models.parts.segments import PARTS
from facewright.engine.models.parts.steering import controller_of
from facewright.engine.project import ModelRef

SHAPE = ("sex", "ancestry", "identity", "detail", "asymmetry")


def _axes() -> tuple[Axis, ...]:
    def axis(name: str, unit: str, low: float, high: float, default: float, group: str) -> Axis:
        return Axis(name, name.capitalize(), unit, low, high, default, group, f"Moves {name}.")

    return (
        axis("age", "years", 0, 90, 30, "age"),
        axis("sex", "", -1, 1, 0, "sex"),
        axis("african", "share", 0, 1, 0, "ancestry"),
        axis("asian", "share", 0, 1, 0, "ancestry"),
        axis("identity_000", "sd", -3, 3, 0, "identity"),
        axis("identity_001", "sd", -3, 3, 0, "identity"),
        axis("detail_000", "sd", -3, 3, 0, "detail"),
        axis("asymmetry_000", "sd", -3, 3, 0, "asymmetry"),
        axis("jawOpen", "", 0, 1, 0, "expression"),
        axis("mouthSmileLeft", "", 0, 1, 0, "expression"),
        axis("mouthSmileRight", "", 0, 1, 0, "expression"),
    )


class ToyModel:
    """Vertices `growth(age) * (mean + sum of linear modes)`: linear but for the age."""

    def __init__(self) -> None:
        ball = trimesh.creation.icosphere(subdivisions=2)
        unit = np.asarray(ball.vertices, dtype=np.float64)
        x, y, z = unit.T
        mirror = np.array([np.linalg.norm(unit - p * (-1, 1, 1), axis=1).argmin() for p in unit])
        left = (x > 0).astype(float)
        nose = np.exp(-8 * np.square(unit - (0, 0, 1)).sum(axis=1))
        mouth = np.exp(-8 * np.square(unit - (0, -0.6, 0.8)).sum(axis=1))
        self._base = unit * (75.0, 110.0, 90.0)
        normal = unit[None]
        modes = np.stack([0.02 * y * y, 0.02 * z * z, 0.03 * x * x, 0.05 * y, 0.04 * z, nose * 0.1])
        modes = 90.0 * modes[:, :, None] * normal
        lean = np.zeros((1, len(unit), 3))
        lean[0, :, 0] = 3.0 * y * y
        self._modes = np.concatenate([modes, lean])
        down = np.array([0.0, -12.0, 2.0])
        wide = np.array([4.0, 4.0, -1.0])
        self._expressions = np.stack(
            [
                mouth[:, None] * down,
                (mouth * left)[:, None] * wide,
                (mouth * (1 - left) * (x < 0))[:, None] * (wide * (-1, 1, 1)),
            ]
        ).astype(np.float32)
        regions = {
            "nose": nose > 0.3, "left": x > 0, "right": x < 0, "face": z > 0,
            "upper_lip": (mouth > 0.3) & (y > -0.6), "lower_lip": (mouth > 0.3) & (y <= -0.6),
            "eyes": (z > 0.7) & (abs(y - 0.3) < 0.15), "eyebrows": (z > 0.6) & (abs(y - 0.5) < 0.1),
            "ears": abs(x) > 0.9, "neck": y < -0.9, "scalp": y > 0.7,
        }  # fmt: skip
        around = np.stack([0.5 + np.arctan2(x, z) / (2 * np.pi), np.arccos(-y) / np.pi], axis=1)
        uv = around[ball.faces]
        seam = np.ptp(uv[:, :, 0], axis=1) > 0.5  # behind: these end at the right edge
        uv[seam, :, 0] = np.where(uv[seam, :, 0] < 0.5, 1.0, uv[seam, :, 0])
        self.topology = Topology.build(
            ball.faces,
            len(unit),
            uv=uv.reshape(-1, 2),
            uv_vertex=ball.faces.ravel(),
            uv_faces=np.arange(ball.faces.size).reshape(-1, 3),
            regions=regions,
            mirror=mirror,
        )
        self.axes = _axes()
        self.groups: Mapping[str, slice] = {
            group: slice(rows[0], rows[-1] + 1)
            for group in dict.fromkeys(axis.group for axis in self.axes)
            for rows in [[i for i, axis in enumerate(self.axes) if axis.group == group]]
        }
        self.prior_sd = np.ones(len(self.axes), np.float32)
        corners = self.topology.faces[[0, 40, 80]]
        landmarks = Landmarks.build(("n", "prn", "sn"), corners, np.full((3, 3), 1 / 3))
        self.template = SimpleNamespace(
            coarse=self.topology,
            fine=self.topology,
            lift=sparse.identity(len(unit), format="csr", dtype=np.float32),
            subset=np.arange(len(unit), dtype=np.int32),
            landmarks=landmarks,
            curves={},
            visible=np.ones(len(unit), bool),
            face=z > 0,
            coarse_face=z > 0,
        )
        self.card = ModelCard(
            id="lifespan",
            version="0",
            title="Toy head",
            summary="A ball that tests can afford.",
            licence="MIT",
            sources=("made up",),
            population="nobody",
            not_trained_on=("everybody",),
            files={"weights.safetensors": "0" * 64},
            measured={},
        )
        self.encoded = 0

    @staticmethod
    def growth(age: float) -> float:
        return float(0.6 + 0.4 * (1 - np.exp(-age / 6.0)) + 0.0005 * age)

    def vertices(self, coefficients: np.ndarray) -> np.ndarray:
        c = np.asarray(coefficients, dtype=np.float64)
        shape = self._base + np.tensordot(c[1:8], self._modes, axes=1)
        drawn = np.tensordot(c[8:], self._expressions.astype(np.float64), axes=1)
        return (self.growth(c[0]) * shape + drawn).astype(np.float32)

    def row(self, name: str) -> int:
        return [axis.name for axis in self.axes].index(name)

    def mean(self) -> Mesh:
        return self.instance([axis.default for axis in self.axes])

    def instance(self, coefficients: Any) -> Mesh:
        return Mesh(self.topology, self.vertices(np.asarray(coefficients)))

    def coefficients(
        self,
        mesh: Mesh,
        known: np.ndarray | None = None,
        given: Mapping[str, float] | None = None,
    ) -> np.ndarray:
        self.encoded += 1
        fixed = dict(given or {})
        age = fixed.pop("age", 30.0)
        result = np.zeros(len(self.axes))
        result[0] = age
        names = [axis.name for axis in self.axes]
        for name, value in fixed.items():
            result[names.index(name)] = value
        free = [i for i in range(1, 8) if names[i] not in fixed]
        target = mesh.vertices - self.vertices(result)
        basis = self.growth(age) * self._modes[[i - 1 for i in free]]
        weight = np.sqrt(np.ones(len(target)) if known is None else known)[:, None]
        matrix = (basis * weight).reshape(len(free), -1).T
        normal = matrix.T @ matrix + 1e-6 * np.eye(len(free))
        result[free] = np.linalg.solve(normal, matrix.T @ (target * weight).ravel())
        return result.astype(np.float32)

    def posterior(
        self,
        mesh: Mesh,
        known: np.ndarray | None = None,
        given: Mapping[str, float] | None = None,
    ) -> tuple[Posterior, np.ndarray]:
        held = {"age": 30.0, **(given or {})}
        c = np.zeros(len(self.axes))
        for row, axis in enumerate(self.axes):
            c[row] = held.get(axis.name, 0.0)
        free = np.array([i for i in range(1, 8) if self.axes[i].name not in held])
        basis = self.growth(c[0]) * self._modes[free - 1]
        weight = np.ones(len(mesh.vertices)) if known is None else known
        observer = Observer.of(basis, weight, self.prior_sd[free])
        return observer.posterior(mesh.vertices - self.vertices(c)), free

    def neutral_basis(self, age: float) -> tuple[np.ndarray, np.ndarray]:
        growth = self.growth(age)
        return (growth * self._base).astype(np.float32), (growth * self._modes).astype(np.float32)

    def expression_basis(self, age: float) -> np.ndarray:
        return self._expressions

    def expression_offsets(self, weights: Weights, age: float) -> np.ndarray:
        names = [axis.name for axis in self.axes[self.groups["expression"]]]
        values = np.array([weights[name] for name in names], np.float32)
        return np.tensordot(values, self._expressions, axes=1)

    def sample(self, rng: np.random.Generator, n: int = 1, age: float | None = None) -> np.ndarray:
        samples = np.zeros((n, len(self.axes)), np.float32)
        samples[:, 0] = rng.uniform(0, 90, n) if age is None else age
        samples[:, 1] = rng.uniform(-1, 1, n)
        samples[:, 4:8] = rng.standard_normal((n, 4))
        return samples

    def fine_form(self, rng: np.random.Generator, age: float = 30.0) -> np.ndarray:
        form = rng.normal(0.0, 0.1 * self.growth(age), (self.topology.count, 3))
        return form.astype(np.float32)


@dataclass(frozen=True, eq=False)
class ToyHead:
    skin: Mesh
    parts: tuple[Any, ...] = ()


class ToyRig:
    def __init__(self, model: ToyModel) -> None:
        self.model = model

    def pose(self, face: Face) -> ToyHead:
        offsets = self.model.expression_offsets(face.expression, face.subject.age.value)
        moved = (face.mesh.vertices + offsets) @ face.pose[:3, :3].T + face.pose[:3, 3]
        return ToyHead(face.mesh.moved(moved))

    def skin_image(self, face: Face) -> np.ndarray:
        return np.full((8, 8, 3), 180, np.uint8) if face.texture is None else face.texture.image


class ToyParts:
    """The toy head in parts: a controller swells its part, and nothing is blended."""

    def __init__(self, model: ToyModel) -> None:
        self.topology, self.card = model.topology, model.card
        regions = model.topology.regions
        self.segments = SimpleNamespace(
            members={part: np.flatnonzero(regions[part] > 0.5) for part in PARTS},
            part_of=lambda _vertex: "nose",
        )
        self.relative = SimpleNamespace(
            taken=lambda head, _age: ({p: head[m] for p, m in self.segments.members.items()}, None),
            scale=lambda _age: SimpleNamespace(size=np.float32(1.0)),
        )
        self.ruler = SimpleNamespace(
            named=lambda _head, _side="": {c.key: 30.0 for c in CONTROLLERS}
        )
        self.axes = self.controls = tuple(
            Axis(c.key, c.label, "sd", -3.0, 3.0, 0.0, c.part, "Moves it.") for c in CONTROLLERS
        )
        self.steering = self

    def head(self, vertices: np.ndarray, age: float) -> SimpleNamespace:
        def moved(amounts: Mapping[str, float], *, blended: bool = True) -> np.ndarray:
            result = vertices.copy()
            for name, amount in amounts.items():
                part = controller_of(name).part
                where = self.segments.members.get(part, slice(None))
                result[where] *= np.float32(1.0 + 0.01 * amount)
            return result

        return SimpleNamespace(moved=moved, age=age, ruler=self.ruler, model=self)

    def blending_about(self, _part: str, _width: float = 30.0) -> SimpleNamespace:
        return SimpleNamespace(bent=lambda _rest, moved: moved)


class ToyStore:
    """What a model store offers, over the toy head alone."""

    def __init__(self, sha256: str = "0" * 64) -> None:
        self._model = ToyModel()
        self._parts = ToyParts(self._model)
        self._sha256 = sha256

    def lifespan(self) -> ToyModel:
        return self._model

    def controllers(self) -> ToyParts:
        return self._parts

    def rig(self) -> ToyRig:
        return ToyRig(self._model)

    def fetched(self) -> bool:
        return True

    def cards(self) -> tuple[ModelCard, ...]:
        return (self._model.card,)

    def size(self, id: str, version: str | None = None) -> int:
        return 0

    def get(self, id: str, version: str | None = None) -> ToyModel:
        if id == "controllers":
            return self._parts  # type: ignore[return-value]
        if id != "lifespan":
            raise ModelUnavailable(f"There is no model named {id}.")
        return self._model

    def reference(self, id: str) -> ModelRef:
        return ModelRef(self.get(id).card.id, self._model.card.version, self._sha256)
