"""Write glTF 2.0 binary files: meshes with textures and named morph targets."""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from facewright.engine.arrays import FloatArray, IntArray

FLOAT, UINT, USHORT = 5126, 5125, 5123
ARRAY_BUFFER, ELEMENT_BUFFER = 34962, 34963
STILL = 1e-5
"""Metres: a vertex that a target moves by less is not listed in it."""

TURNED = 2e-3
"""The same for normals, as a part of their length."""


@dataclass(frozen=True)
class Finish:
    """How a surface looks.

    Attributes
    ----------
    color : (r, g, b, a)
        sRGB in [0, 1]; multiplies the image.
    image : bytes or None
        An encoded PNG.
    roughness : float
    """

    name: str
    color: tuple[float, float, float, float] = (1.0, 1.0, 1.0, 1.0)
    image: bytes | None = None
    roughness: float = 0.6


@dataclass(frozen=True, eq=False)
class Shape:
    """One mesh of the file.

    Attributes
    ----------
    name : str
    positions, normals : (V, 3) float32
        Metres.
    faces : (F, 3) int32
    uv : (V, 2) float32 or None
        Origin at the lower left.
    finish : Finish
    targets : mapping of name to (V, 3) float32
        Offsets of the positions.
    turns : mapping of name to (V, 3) float32
        Offsets of the normals; may leave names out.
    weights : mapping of name to float
        How far each target is applied at first.
    """

    name: str
    positions: FloatArray
    normals: FloatArray
    faces: IntArray
    uv: FloatArray | None
    finish: Finish
    targets: Mapping[str, FloatArray] = field(default_factory=dict)
    turns: Mapping[str, FloatArray] = field(default_factory=dict)
    weights: Mapping[str, float] = field(default_factory=dict)


def glb(shapes: Sequence[Shape], generator: str, placed: FloatArray | None = None) -> bytes:
    """Return a binary glTF file with one node that holds a child for each shape.

    Parameters
    ----------
    shapes : sequence of Shape
    generator : str
        Name of the program, for the file's head.
    placed : (4, 4) float32, optional
        Transform of the parent node, metres.

    Returns
    -------
    bytes
        Targets are sparse: only the vertices that move are listed.
    """
    writer = _Writer()
    children = [writer.shape(shape) for shape in shapes]
    head: dict[str, Any] = {"name": "Head", "children": children}
    if placed is not None:
        head["matrix"] = [float(v) for v in np.asarray(placed, dtype=np.float64).T.reshape(-1)]
    writer.tree["nodes"].append(head)
    writer.tree["scenes"] = [{"nodes": [len(children)]}]
    writer.tree["asset"] = {"version": "2.0", "generator": generator}
    return writer.packed()


class _Writer:
    """The description and the bytes of a file while it grows."""

    def __init__(self) -> None:
        self.tree: dict[str, Any] = {
            "asset": {},
            "scene": 0,
            "scenes": [],
            "nodes": [],
            "meshes": [],
            "materials": [],
            "accessors": [],
            "bufferViews": [],
            "buffers": [],
        }
        self._binary = bytearray()
        self._materials: dict[Finish, int] = {}
        self._images: dict[bytes, int] = {}
        self._still: dict[int, int] = {}

    def shape(self, shape: Shape) -> int:
        """Add a mesh and its node; return the node."""
        attributes = {
            "POSITION": self._positions(shape.positions),
            "NORMAL": self._array(shape.normals, FLOAT, "VEC3", ARRAY_BUFFER),
        }
        if shape.uv is not None:
            flipped = np.stack([shape.uv[:, 0], 1 - shape.uv[:, 1]], axis=1)
            attributes["TEXCOORD_0"] = self._array(flipped, FLOAT, "VEC2", ARRAY_BUFFER)
        kind = USHORT if len(shape.positions) < 65535 else UINT
        primitive: dict[str, Any] = {
            "attributes": attributes,
            "indices": self._array(shape.faces.reshape(-1), kind, "SCALAR", ELEMENT_BUFFER),
            "material": self._material(shape.finish),
            "mode": 4,
        }
        mesh: dict[str, Any] = {"name": shape.name, "primitives": [primitive]}
        if shape.targets:
            primitive["targets"] = [self._target(shape, name) for name in shape.targets]
            mesh["weights"] = [float(shape.weights.get(name, 0.0)) for name in shape.targets]
            mesh["extras"] = {"targetNames": list(shape.targets)}
        self.tree["meshes"].append(mesh)
        self.tree["nodes"].append({"name": shape.name, "mesh": len(self.tree["meshes"]) - 1})
        return len(self.tree["nodes"]) - 1

    def packed(self) -> bytes:
        """Return the whole file."""
        self.tree["buffers"] = [{"byteLength": len(self._binary)}]
        tree = {key: value for key, value in self.tree.items() if value != []}
        text = json.dumps(tree, separators=(",", ":")).encode()
        text += b" " * (-len(text) % 4)
        binary = bytes(self._binary) + b"\0" * (-len(self._binary) % 4)
        total = 12 + 8 + len(text) + 8 + len(binary)
        return b"".join(
            (
                struct.pack("<4sII", b"glTF", 2, total),
                struct.pack("<I4s", len(text), b"JSON"),
                text,
                struct.pack("<I4s", len(binary), b"BIN\0"),
                binary,
            )
        )

    def _view(self, content: bytes, target: int | None = None) -> int:
        self._binary += b"\0" * (-len(self._binary) % 4)
        view: dict[str, Any] = {
            "buffer": 0,
            "byteOffset": len(self._binary),
            "byteLength": len(content),
        }
        if target is not None:
            view["target"] = target
        self._binary += content
        self.tree["bufferViews"].append(view)
        return len(self.tree["bufferViews"]) - 1

    def _accessor(self, **entry: Any) -> int:
        self.tree["accessors"].append(entry)
        return len(self.tree["accessors"]) - 1

    def _array(self, values: NDArray[Any], kind: int, form: str, target: int) -> int:
        view = self._view(_encoded(values, kind), target)
        return self._accessor(bufferView=view, componentType=kind, count=len(values), type=form)

    def _positions(self, values: FloatArray) -> int:
        view = self._view(_encoded(values, FLOAT), ARRAY_BUFFER)
        return self._accessor(
            bufferView=view,
            componentType=FLOAT,
            count=len(values),
            type="VEC3",
            min=_listed(values.min(axis=0)),
            max=_listed(values.max(axis=0)),
        )

    def _target(self, shape: Shape, name: str) -> dict[str, int]:
        target = {"POSITION": self._offsets(shape.targets[name], STILL)}
        if shape.turns:
            turn = shape.turns.get(name)
            still = turn is None
            target["NORMAL"] = self._offsets(
                np.zeros_like(shape.positions) if still or turn is None else turn, TURNED
            )
        return target

    def _offsets(self, offsets: FloatArray, least: float) -> int:
        """Add a sparse accessor of the rows that differ from zero by at least `least`."""
        count = len(offsets)
        rows = np.flatnonzero(np.abs(offsets).max(axis=1) >= least)
        if not len(rows):
            if count not in self._still:
                self._still[count] = self._sparse(count, np.zeros(1, int), np.zeros((1, 3)))
            return self._still[count]
        return self._sparse(count, rows, offsets[rows])

    def _sparse(self, count: int, rows: NDArray[Any], values: NDArray[Any]) -> int:
        kind = USHORT if count < 65535 else UINT
        values = np.asarray(values, dtype=np.float32)
        every = values if len(rows) == count else np.concatenate([values, np.zeros((1, 3))])
        return self._accessor(
            componentType=FLOAT,
            count=count,
            type="VEC3",
            min=_listed(every.min(axis=0)),
            max=_listed(every.max(axis=0)),
            sparse={
                "count": len(rows),
                "indices": {
                    "bufferView": self._view(_encoded(rows, kind)),
                    "componentType": kind,
                },
                "values": {"bufferView": self._view(_encoded(values, FLOAT))},
            },
        )

    def _material(self, finish: Finish) -> int:
        if finish in self._materials:
            return self._materials[finish]
        red, green, blue, alpha = finish.color
        linear = [round(_linear(v), 5) for v in (red, green, blue)]
        surface: dict[str, Any] = {
            "baseColorFactor": [*linear, alpha],
            "metallicFactor": 0.0,
            "roughnessFactor": finish.roughness,
        }
        if finish.image is not None:
            surface["baseColorTexture"] = {"index": self._texture(finish.image)}
        entry: dict[str, Any] = {"name": finish.name, "pbrMetallicRoughness": surface}
        if alpha < 1:
            entry["alphaMode"] = "BLEND"
        self.tree["materials"].append(entry)
        self._materials[finish] = len(self.tree["materials"]) - 1
        return self._materials[finish]

    def _texture(self, image: bytes) -> int:
        if image not in self._images:
            self.tree.setdefault("images", []).append(
                {"bufferView": self._view(image), "mimeType": "image/png"}
            )
            self.tree.setdefault("textures", []).append(
                {"source": len(self.tree["images"]) - 1, "sampler": 0}
            )
            self.tree["samplers"] = [
                {"magFilter": 9729, "minFilter": 9987, "wrapS": 33071, "wrapT": 33071}
            ]
            self._images[image] = len(self.tree["textures"]) - 1
        return self._images[image]


def _encoded(values: NDArray[Any], kind: int) -> bytes:
    types = {FLOAT: "<f4", UINT: "<u4", USHORT: "<u2"}
    return np.ascontiguousarray(values, dtype=types[kind]).tobytes()


def _listed(values: NDArray[Any]) -> list[float]:
    return [float(np.float32(v)) for v in values]


def _linear(value: float) -> float:
    """Return the linear value of an sRGB one (IEC 61966-2-1)."""
    return float(value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4)
