"""Read glTF and GLB: checked as a whole first, then arrays straight from the buffers.

Draco parts go through DracoPy. Checked first: chunk lengths, buffers, views, accessors, images,
Draco headers and the scene graph; only files inside the scan's own folder are opened, never an
address on the network.
"""

from __future__ import annotations

import base64
import binascii
import json
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from facewright.engine.arrays import ByteArray, DoubleArray, FloatArray, IntArray
from facewright.engine.errors import InputError
from facewright.engine.files.gltf_check import DRACO, WIDTHS, Damaged, check, whole
from facewright.engine.files.surface import Material, Surface
from facewright.engine.files.textures import beside
from facewright.engine.progress import Progress

LARGEST_JSON = 64 << 20
_READ = {
    DRACO,
    "KHR_materials_unlit",
    "KHR_texture_transform",
    "KHR_mesh_quantization",
    "EXT_texture_webp",
}
_KINDS = {5120: "<i1", 5121: "<u1", 5122: "<i2", 5123: "<u2", 5125: "<u4", 5126: "<f4"}

Array = NDArray[Any]
_MALFORMED = (
    KeyError,
    IndexError,
    TypeError,
    ValueError,
    AttributeError,
    OverflowError,
    RecursionError,
    struct.error,
)
_Piece = tuple[FloatArray, IntArray, FloatArray | None, ByteArray | None]


def read_gltf(path: Path, progress: Progress) -> Surface:
    """Return all triangles of the scene of a `.glb` or `.gltf` file, transforms applied.

    Raises
    ------
    InputError
        If anything in the file points outside what it holds.
    """
    progress(0.0, f"Reading {path.name}")
    try:
        tree, buffers = _load(path)
        check(tree, buffers)
        progress(0.3, f"Reading {path.name}")
        return _surface(path, tree, buffers)
    except Damaged as error:
        raise InputError(f"{path.name} {error}; export it again as a single .glb file.") from None
    except _MALFORMED:
        raise InputError(
            f"{path.name} is cut short or damaged; export it again as a single .glb file."
        ) from None


def _load(path: Path) -> tuple[dict[str, Any], list[bytes]]:
    """Return the JSON and the bytes of every buffer."""
    data = path.read_bytes()
    binary: bytes | None = None
    if data[:4] == b"glTF":
        text, binary = _chunks(data)
    else:
        text = data
    if len(text) > LARGEST_JSON:
        raise Damaged("describes itself in more text than any scan needs")
    tree = json.loads(text)
    if not isinstance(tree, dict) or str(tree["asset"]["version"])[:1] != "2":
        raise Damaged("is not glTF 2.0")
    unread = set(tree.get("extensionsRequired", ())) - _READ
    if unread:
        raise Damaged(f"needs the extension {min(unread)[:60]}, which is not read here")
    buffers = []
    for index, buffer in enumerate(tree.get("buffers", ())):
        held = binary if "uri" not in buffer and index == 0 else None
        if "uri" in buffer:
            held = _resolve(path, str(buffer["uri"]))
        if held is None or len(held) < whole(buffer["byteLength"]):
            raise Damaged("is cut short: a buffer is missing or too short")
        buffers.append(held)
    return tree, buffers


def _chunks(data: bytes) -> tuple[bytes, bytes | None]:
    """Return the JSON chunk and the binary chunk of a GLB."""
    version, total = struct.unpack_from("<II", data, 4) if len(data) >= 20 else (0, 0)
    if version != 2 or total > len(data):
        raise Damaged("is cut short or of another glTF version")
    chunks: dict[int, bytes] = {}
    at = 12
    while at + 8 <= total:
        length, kind = struct.unpack_from("<II", data, at)
        if at + 8 + length > total:
            raise Damaged("is cut short: a chunk is longer than the file")
        chunks.setdefault(kind, data[at + 8 : at + 8 + length])
        at += 8 + length
    if 0x4E4F534A not in chunks:
        raise Damaged("holds no description of its scene")
    return chunks[0x4E4F534A], chunks.get(0x004E4942)


def _resolve(path: Path, uri: str) -> bytes:
    """Return the bytes that an address means: embedded, or a file in the scan's folder."""
    if uri.startswith("data:"):
        head, _, body = uri.partition(",")
        if not head.endswith(";base64"):
            raise Damaged("embeds data in a way that is not read here")
        try:
            return base64.b64decode(body, validate=True)
        except binascii.Error:
            raise Damaged("embeds data that are damaged") from None
    from urllib.parse import unquote

    name = unquote(uri)
    file = None if "://" in name or ".." in name else beside(path, name)
    if file is None:
        raise Damaged(f"points to {name[:60]!r}, which is not a file beside it")
    return file.read_bytes()


def _image(tree: dict[str, Any], buffers: list[bytes], path: Path, texture: int) -> bytes | None:
    """Return the encoded bytes of a texture's image."""
    entry = tree["textures"][texture]
    webp = entry.get("extensions", {}).get("EXT_texture_webp", {})
    source = entry.get("source", webp.get("source"))
    if source is None:
        return None
    image = tree["images"][whole(source)]
    if "bufferView" in image:
        return _view(tree, buffers, whole(image["bufferView"]))
    return _resolve(path, str(image["uri"]))


def _view(tree: dict[str, Any], buffers: list[bytes], index: int) -> bytes:
    view = tree["bufferViews"][index]
    start = view.get("byteOffset", 0)
    held: bytes = buffers[view["buffer"]]
    return held[start : start + view["byteLength"]]


def _materials(tree: dict[str, Any], buffers: list[bytes], path: Path) -> tuple[Material, ...]:
    """Return colour and image of each material, and a plain one for parts without any."""
    made: list[Material] = []
    for entry in tree.get("materials", ()):
        surface = entry.get("pbrMetallicRoughness", {})
        factor = [float(v) for v in surface.get("baseColorFactor", (1, 1, 1, 1))[:3]]
        red, green, blue = (min(max(v, 0.0), 1.0) ** (1 / 2.2) for v in factor)
        texture = surface.get("baseColorTexture")
        image = None if texture is None else _image(tree, buffers, path, whole(texture["index"]))
        made.append(Material(str(entry.get("name", ""))[:60], image, (red, green, blue)))
    return (*made, Material())


def _accessor(tree: dict[str, Any], buffers: list[bytes], index: int) -> Array:
    """Return an accessor as `(count, width)`, whole numbers scaled where it says so."""
    accessor = tree["accessors"][whole(index)]
    kind = np.dtype(_KINDS[accessor["componentType"]])
    width, count = WIDTHS[accessor["type"]], accessor["count"]
    if "bufferView" in accessor:
        view = tree["bufferViews"][accessor["bufferView"]]
        start = view.get("byteOffset", 0) + accessor.get("byteOffset", 0)
        stride = view.get("byteStride", 0) or kind.itemsize * width
        raw = np.frombuffer(buffers[view["buffer"]], dtype=np.uint8)
        values = np.ndarray((count, width), kind, raw, start, (stride, kind.itemsize))
    else:
        values = np.zeros((count, width), dtype=kind)
    sparse = accessor.get("sparse")
    if sparse:
        part, each = sparse["indices"], _KINDS[sparse["indices"]["componentType"]]
        data = _view(tree, buffers, part["bufferView"])
        rows = np.frombuffer(data, each, sparse["count"], part.get("byteOffset", 0))
        part = sparse["values"]
        data = _view(tree, buffers, part["bufferView"])
        put = np.frombuffer(data, kind, sparse["count"] * width, part.get("byteOffset", 0))
        values = values.copy()
        values[rows] = put.reshape(-1, width)
    return _scaled(values) if accessor.get("normalized") else values


def _scaled(values: Array) -> Array:
    """Return whole numbers as the fractions of their range that they stand for."""
    if values.dtype.kind == "f":
        return values
    return np.maximum(values.astype(np.float32) / np.iinfo(values.dtype).max, -1)


@dataclass(frozen=True, eq=False)
class _Primitive:
    """Arrays of one part, before its transform."""

    arrays: dict[str, Array]
    faces: Array
    material: int


def _primitive(tree: dict[str, Any], buffers: list[bytes], part: dict[str, Any]) -> _Primitive:
    draco = part.get("extensions", {}).get(DRACO)
    if draco is not None:
        arrays, index = _decoded(_view(tree, buffers, draco["bufferView"]), draco["attributes"])
    else:
        wanted = ("POSITION", "NORMAL", "TEXCOORD_0", "TEXCOORD_1", "COLOR_0")
        arrays = {
            name: _accessor(tree, buffers, at)
            for name, at in part["attributes"].items()
            if name in wanted
        }
        count = len(arrays["POSITION"])
        index = (
            _accessor(tree, buffers, part["indices"]).reshape(-1).astype(np.int64)
            if "indices" in part
            else np.arange(count)
        )
    mode = part.get("mode", 4)
    if mode == 5:  # strip: every second triangle is turned round
        strip = np.stack([index[:-2], index[1:-1], index[2:]], axis=1)
        strip[1::2] = strip[1::2, ::-1]
        faces = strip
    elif mode == 6:
        faces = np.stack([np.full(len(index) - 2, index[0]), index[1:-1], index[2:]], axis=1)
    elif mode == 4:
        faces = index[: len(index) // 3 * 3].reshape(-1, 3)
    else:
        faces = np.zeros((0, 3), np.int64)
    if faces.size and (faces.max() >= len(arrays["POSITION"]) or faces.min() < 0):
        raise Damaged("names a vertex that it does not hold")
    material = part.get("material")
    return _Primitive(arrays, faces, -1 if material is None else whole(material))


def _decoded(data: bytes, attributes: dict[str, int]) -> tuple[dict[str, Array], Array]:
    """Return the arrays and indices of a Draco part."""
    import DracoPy

    try:
        mesh = DracoPy.decode(data)
        by_id = {entry["unique_id"]: entry for entry in mesh.attributes}
        arrays = {
            name: np.asarray(by_id[whole(at)]["data"]).reshape(len(mesh.points), -1)
            for name, at in attributes.items()
            if name in ("POSITION", "NORMAL", "TEXCOORD_0", "COLOR_0")
        }
        return arrays, np.asarray(mesh.faces, dtype=np.int64).reshape(-1)
    except (Exception, MemoryError):  # the decoder's own error type is internal
        raise Damaged("holds a compressed part that is damaged") from None


def _placed(tree: dict[str, Any]) -> list[tuple[int, DoubleArray]]:
    """Return mesh and transform of every node of the scene shown."""
    nodes = tree.get("nodes", [])
    scenes = tree.get("scenes")
    if not nodes:
        return [(i, np.eye(4)) for i in range(len(tree.get("meshes", ())))]
    if scenes:
        roots = [whole(n) for n in scenes[whole(tree.get("scene", 0))].get("nodes", ())]
    else:
        children = {c for node in nodes for c in node.get("children", ())}
        roots = [i for i in range(len(nodes)) if i not in children]
    found: list[tuple[int, DoubleArray]] = []
    stack = [(root, np.eye(4)) for root in dict.fromkeys(roots)]
    while stack:
        index, above = stack.pop()
        node = nodes[index]
        here = above @ _transform(node)
        if "mesh" in node:
            found.append((node["mesh"], here))
        stack.extend((child, here) for child in node.get("children", ()))
    return found


def _transform(node: dict[str, Any]) -> DoubleArray:
    """Return a node's `(4, 4)` transform."""
    if "matrix" in node:
        return np.asarray(node["matrix"], dtype=np.float64).reshape(4, 4).T
    out = np.eye(4)
    x, y, z, w = (float(v) for v in node.get("rotation", (0, 0, 0, 1)))
    length = float(np.sqrt(x * x + y * y + z * z + w * w)) or 1.0
    x, y, z, w = x / length, y / length, z / length, w / length
    rotation = np.array(
        [
            [1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
            [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
            [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)],
        ]
    )
    out[:3, :3] = rotation * np.asarray(node.get("scale", (1, 1, 1)), dtype=np.float64)
    out[:3, 3] = np.asarray(node.get("translation", (0, 0, 0)), dtype=np.float64)
    return out


def _surface(path: Path, tree: dict[str, Any], buffers: list[bytes]) -> Surface:
    """Return every placed part in one surface."""
    materials = _materials(tree, buffers, path)
    meshes = tree.get("meshes", [])
    parts: list[tuple[_Primitive, DoubleArray]] = []
    read: dict[int, list[_Primitive]] = {}
    for mesh, transform in _placed(tree):
        if mesh not in read:
            read[mesh] = [_primitive(tree, buffers, p) for p in meshes[mesh]["primitives"]]
        parts.extend((primitive, transform) for primitive in read[mesh])
    pieces = [_piece(primitive, transform, tree) for primitive, transform in parts]
    if not pieces:
        return Surface(vertices=np.zeros((0, 3), np.float32))
    sizes = [len(vertices) for vertices, *_ in pieces]
    first = np.cumsum([0, *sizes[:-1]])
    faces = np.concatenate(
        [f + at for (_, f, *_), at in zip(pieces, first, strict=True)]
    ).astype(np.int32)  # fmt: skip
    uvs, colors = [uv for _, _, uv, _ in pieces], [color for *_, color in pieces]
    with_uv = [n for n, uv in zip(sizes, uvs, strict=True) if uv is not None]
    covered = np.repeat([uv is not None for uv in uvs], [len(f) for _, f, *_ in pieces])
    owner = np.repeat([p.material % len(materials) for p, _ in parts],
                      [len(f) for _, f, *_ in pieces]).astype(np.int32)  # fmt: skip
    uv = np.concatenate(
        [np.zeros((n, 2), np.float32) if u is None else u for n, u in zip(sizes, uvs, strict=True)]
    )
    return Surface(
        vertices=np.concatenate([vertices for vertices, *_ in pieces]),
        faces=faces,
        uv=uv if with_uv else None,
        uv_faces=np.where(covered[:, None], faces, -1) if with_uv else None,
        material=owner,
        materials=materials,
        colors=None
        if any(c is None for c in colors)
        else np.concatenate([c for c in colors if c is not None]),
        unit=_unit(pieces),
    )


def _unit(pieces: list[_Piece]) -> str | None:
    """Return "m", as glTF prescribes, where that makes something the size of a face or body."""
    points = np.concatenate([vertices for vertices, *_ in pieces])
    finite = points[np.isfinite(points).all(axis=1)]
    extent = float(np.ptp(finite, axis=0).max()) if len(finite) else 0.0
    return "m" if 0.05 <= extent <= 2.5 else None


def _piece(primitive: _Primitive, transform: DoubleArray, tree: dict[str, Any]) -> _Piece:
    """Return vertices, faces, texture coordinates (origin lower left) and colours."""
    arrays = primitive.arrays
    position = arrays["POSITION"].astype(np.float64)
    if position.shape[1] != 3:
        raise Damaged("gives positions that are not three numbers")
    vertices = (position @ transform[:3, :3].T + transform[:3, 3]).astype(np.float32)
    faces = primitive.faces
    if np.linalg.det(transform[:3, :3]) < 0:
        faces = faces[:, ::-1]
    uv = None
    texture: dict[str, Any] = {}
    if primitive.material >= 0:
        surface = tree["materials"][primitive.material].get("pbrMetallicRoughness", {})
        texture = surface.get("baseColorTexture", {})
    coordinates = arrays.get(f"TEXCOORD_{whole(texture.get('texCoord', 0))}")
    if coordinates is not None and coordinates.shape[1] == 2:
        change = texture.get("extensions", {}).get("KHR_texture_transform", {})
        moved = _turned(coordinates.astype(np.float64), change)
        uv = np.stack([moved[:, 0], 1 - moved[:, 1]], axis=1).astype(np.float32)
    color = arrays.get("COLOR_0")
    colors = None
    if color is not None and color.shape[1] in (3, 4):
        linear = np.clip(_scaled(color)[:, :3], 0, 1)
        colors = np.round(255 * np.power(np.nan_to_num(linear), 1 / 2.2)).astype(np.uint8)
    return vertices, faces, uv, colors


def _turned(uv: DoubleArray, change: dict[str, Any]) -> DoubleArray:
    """Return coordinates with KHR_texture_transform applied: scale, then turn, then shift."""
    scale = np.asarray(change.get("scale", (1, 1)), dtype=np.float64)
    angle = float(change.get("rotation", 0.0))
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    shift = np.asarray(change.get("offset", (0, 0)), dtype=np.float64)
    moved: DoubleArray = uv * scale @ turn.T + shift
    return moved
