"""Check a glTF description against the bytes it comes with, before any array is made."""

from __future__ import annotations

import struct
from typing import Any

import numpy as np

DEEPEST_NODE = 64
SIZES = {5120: 1, 5121: 1, 5122: 2, 5123: 2, 5125: 4, 5126: 4}
WIDTHS = {"SCALAR": 1, "VEC2": 2, "VEC3": 3, "VEC4": 4, "MAT2": 4, "MAT3": 9, "MAT4": 16}
DRACO = "KHR_draco_mesh_compression"
_DRACO_RATIO = 200  # bytes out per byte in are never near this


class Damaged(Exception):
    """What is wrong with a file, in words that follow its name."""


def whole(value: object) -> int:
    """Return `value` if it is a whole number from 0.

    Raises
    ------
    Damaged
        If it is anything else.
    """
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise Damaged("holds a count that is no whole number")
    return value


def check(tree: dict[str, Any], buffers: list[bytes]) -> None:
    """Check views, accessors, Draco parts and the scene graph against what the file holds.

    Raises
    ------
    Damaged
        If anything points beyond what is there; malformed descriptions also raise KeyError,
        IndexError, TypeError, ValueError, AttributeError or struct.error.
    """
    views = tree.get("bufferViews", [])
    for view in views:
        end = whole(view.get("byteOffset", 0)) + whole(view["byteLength"])
        if end > len(buffers[whole(view["buffer"])]):
            raise Damaged("is cut short: a part lies beyond its end")
    total = sum(len(buffer) for buffer in buffers)
    compressed = _draco_accessors(tree)
    for index, accessor in enumerate(tree.get("accessors", ())):
        _check_accessor(accessor, views, total, index in compressed)
    for mesh in tree.get("meshes", ()):
        for primitive in mesh["primitives"]:
            _check_primitive(primitive, tree, buffers)
    _check_nodes(tree)


def _draco_accessors(tree: dict[str, Any]) -> set[int]:
    """Return the accessors whose data lie in compressed parts."""
    found: set[int] = set()
    for mesh in tree.get("meshes", ()):
        for primitive in mesh["primitives"]:
            if DRACO in primitive.get("extensions", {}):
                found.update(whole(a) for a in primitive["attributes"].values())
                found.add(whole(primitive.get("indices", 0)))
    return found


def _check_accessor(
    accessor: dict[str, Any], views: list[dict[str, Any]], total: int, compressed: bool
) -> None:
    count = whole(accessor["count"])
    size = SIZES[accessor["componentType"]] * WIDTHS[accessor["type"]]
    if compressed or "bufferView" not in accessor:
        if count * size > (_DRACO_RATIO if compressed else 64) * max(total, 1024):
            raise Damaged("declares more data than it holds")
    else:
        view = views[whole(accessor["bufferView"])]
        stride = whole(view.get("byteStride", 0)) or size
        end = whole(accessor.get("byteOffset", 0)) + (count - 1) * stride + size
        if count and end > view["byteLength"]:
            raise Damaged("declares more data than it holds")
    sparse = accessor.get("sparse")
    if sparse:
        inner = whole(sparse["count"])
        wide = SIZES[sparse["indices"]["componentType"]]
        for part, each in ((sparse["indices"], wide), (sparse["values"], size)):
            view = views[whole(part["bufferView"])]
            if whole(part.get("byteOffset", 0)) + inner * each > view["byteLength"]:
                raise Damaged("declares more data than it holds")


def _check_primitive(primitive: dict[str, Any], tree: dict[str, Any], buffers: list[bytes]) -> None:
    accessors = tree["accessors"]
    counts = {
        name: accessors[whole(index)]["count"] for name, index in primitive["attributes"].items()
    }
    if len(set(counts.values())) > 1:
        raise Damaged("gives a vertex attribute for some vertices only")
    if "material" in primitive:
        tree["materials"][whole(primitive["material"])]
    draco = primitive.get("extensions", {}).get(DRACO)
    if draco is not None:
        view = tree["bufferViews"][whole(draco["bufferView"])]
        start = view.get("byteOffset", 0)
        data = buffers[view["buffer"]][start : start + view["byteLength"]]
        faces = accessors[whole(primitive["indices"])]["count"] // 3
        _check_draco(data, max(counts.values(), default=0), faces)
        return
    if "indices" in primitive:
        accessor = accessors[whole(primitive["indices"])]
        index = _plain(accessor, tree, buffers)
        if index.size and int(index.max()) >= counts["POSITION"]:
            raise Damaged("names a vertex that it does not hold")


def _plain(
    accessor: dict[str, Any], tree: dict[str, Any], buffers: list[bytes]
) -> np.ndarray[Any, Any]:
    """Return a scalar accessor of indices."""
    kind = {5121: "u1", 5123: "<u2", 5125: "<u4"}[accessor["componentType"]]
    if accessor["type"] != "SCALAR" or "sparse" in accessor or "bufferView" not in accessor:
        raise Damaged("holds its faces in a way that is not read here")
    view = tree["bufferViews"][accessor["bufferView"]]
    start = view.get("byteOffset", 0) + accessor.get("byteOffset", 0)
    return np.frombuffer(buffers[view["buffer"]], kind, accessor["count"], start)


def _check_draco(data: bytes, vertices: int, faces: int) -> None:
    """Compare the counts that a Draco stream opens with to what its accessors declare."""
    if data[:5] != b"DRACO" or len(data) < 16 or data[7] != 1:
        raise Damaged("holds a compressed part that is no mesh")
    flags = struct.unpack_from("<H", data, 9)[0]
    if flags & 0x8000 or data[5:7] < b"\x02\x02":
        return  # metadata or an older stream: counts lie elsewhere
    at = 11 if data[8] == 0 else 12
    first, at = _varint(data, at)
    second, at = _varint(data, at)
    told = (second, first) if data[8] == 0 else (first, second)
    if told[0] > 4 * vertices + 64 or told[1] > 4 * faces + 64:
        raise Damaged("declares more data than it holds")


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    for place in range(5):
        byte = data[at + place]
        value |= (byte & 127) << (7 * place)
        if byte < 128:
            return value, at + place + 1
    raise Damaged("holds a compressed part that is damaged")


def _check_nodes(tree: dict[str, Any]) -> None:
    """Refuse nodes with two parents, circles and bottomless depth."""
    nodes = tree.get("nodes", [])
    parent = [-1] * len(nodes)
    for index, node in enumerate(nodes):
        for child in node.get("children", ()):
            if parent[whole(child)] >= 0:
                raise Damaged("hangs one part of its scene in two places")
            parent[child] = index
        if "mesh" in node:
            tree["meshes"][whole(node["mesh"])]
    for start in range(len(nodes)):
        at, depth = start, 0
        while parent[at] >= 0:
            at, depth = parent[at], depth + 1
            if depth > DEEPEST_NODE:
                raise Damaged("nests its scene too deeply")
    used = [node["mesh"] for node in nodes if "mesh" in node]
    if len(used) > 4 * len(tree.get("meshes", ())) + 64:
        raise Damaged("repeats its meshes too often")
