"""Hostile files for every reader, made deterministically from well-formed ones.

Crafted lies about counts, indices, references and numbers; truncations, bit flips, overwritten
digits, zeroed and repeated stretches. `tests/engine/test_fuzz_readers.py` runs a few of each,
`tests/benchmarks/fuzz_readers.py` thousands in processes of their own.
"""

from __future__ import annotations

import io
import json
import random
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import hostile_models
import numpy as np
from wellformed import SEEDS, join_glb, obj_bytes, split_glb

from facewright.engine.errors import InputError


@dataclass(frozen=True)
class Case:
    """One file to be read."""

    label: str
    content: bytes


# ------------------------------------------------------------------- what is done to them


def mutations(data: bytes, number: int, seed: int = 0) -> Iterator[Case]:
    """Yield `number` damaged copies of a file."""
    rng = random.Random(seed)
    ways = (_cut, _flip, _digits, _zeros, _repeat, _drop, _numbers)
    for index in range(number):
        way = ways[index % len(ways)]
        yield Case(f"{way.__name__[1:]} {index}", way(bytearray(data), rng))


def _cut(data: bytearray, rng: random.Random) -> bytes:
    return bytes(data[: rng.randrange(len(data))])


def _flip(data: bytearray, rng: random.Random) -> bytes:
    for _ in range(rng.choice((1, 4, 64))):
        data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
    return bytes(data)


def _digits(data: bytearray, rng: random.Random) -> bytes:
    head = min(len(data), 4096) if rng.random() < 0.7 else len(data)
    for _ in range(rng.choice((1, 3, 10))):
        at = rng.randrange(head)
        if 48 <= data[at] < 58:
            data[at] = rng.choice(b"0199-e.,")
    return bytes(data)


def _zeros(data: bytearray, rng: random.Random) -> bytes:
    at = rng.randrange(len(data))
    length = rng.choice((1, 16, 256))
    data[at : at + length] = bytes(len(data[at : at + length]))
    return bytes(data)


def _repeat(data: bytearray, rng: random.Random) -> bytes:
    a, b = sorted(rng.randrange(len(data)) for _ in range(2))
    return bytes(data[:b] + data[a:b] + data[b:])


def _drop(data: bytearray, rng: random.Random) -> bytes:
    a, b = sorted(rng.randrange(len(data)) for _ in range(2))
    return bytes(data[:a] + data[b:])


_ABSURD = (b"99999999999999999999", b"4294967295", b"2147483648", b"-1", b"nan", b"1e400", b"0")


def _numbers(data: bytearray, rng: random.Random) -> bytes:
    """Replace one whole number, more often near the start, by an absurd one."""
    near = data[: 2048 if rng.random() < 0.7 else len(data)]
    spans = [match.span() for match in re.finditer(rb"\d+", bytes(near))]
    if not spans:
        return _flip(data, rng)
    a, b = rng.choice(spans)
    return bytes(data[:a] + rng.choice(_ABSURD) + data[b:])


def crafted(reader: str) -> Iterator[Case]:
    """Yield the files made by hand for one reader."""
    seed = SEEDS[reader][1]()
    yield Case("empty", b"")
    yield Case("one byte", seed[:1])
    yield Case("zeros", bytes(4096))
    yield Case("noise", random.Random(1).randbytes(4096))
    yield Case("one endless line", seed[:64].replace(b"\n", b" ") + b"1 " * 200_000)
    yield Case("end missing", seed[:-7])
    makers: dict[str, Callable[[bytes], Iterator[Case]]] = {
        "obj": _crafted_obj,
        "ply ascii": _crafted_ply,
        "stl binary": _crafted_stl,
        "glb": _crafted_glb,
        "vtk ascii": _crafted_vtk,
        "vtp ascii": _crafted_vtp,
        "off": _crafted_off,
        "face": _crafted_face,
        "texture png": _crafted_png,
        "points json": _crafted_json,
        "points pp": _crafted_pp,
    }
    if reader in makers:
        yield from makers[reader](seed)
    for label, content in hostile_models.crafted(reader):
        yield Case(label, content)


_TRIANGLE = b"v 0 0 0\nv 1 0 0\nv 0 1 0\n"


def _crafted_obj(seed: bytes) -> Iterator[Case]:
    yield Case("index beyond", _TRIANGLE + b"f 1 2 999999999\n")
    yield Case("index beyond 32 bits", _TRIANGLE + b"f 1 2 99999999999999999999\n")
    yield Case("index zero", _TRIANGLE + b"f 0 1 2\n")
    yield Case("index before the start", _TRIANGLE + b"f -1 -2 -9\n")
    yield Case("index minus", _TRIANGLE + b"f - 1 2\n")
    yield Case("slashes", _TRIANGLE + b"f /// // /\n")
    yield Case("no faces", _TRIANGLE)
    yield Case("no area", _TRIANGLE + b"f 1 1 1\nf 2 2 3\n")
    yield Case("all NaN", b"v nan nan nan\n" * 9 + b"f 1 2 3\n")
    yield Case("infinite", b"v inf 0 0\nv -inf 0 0\nv 1e300 0 0\nf 1 2 3\n")
    yield Case("words", b"v one two three\n" * 3 + b"f 1 2 3\n")
    yield Case("short vertices", b"v 1\nv 2\nv 3\nf 1 2 3\n")
    yield Case("outside library", b"mtllib ../../../../etc/passwd\n" + seed)
    yield Case("network library", b"mtllib http://example.org/x.mtl\n" + seed)
    yield Case("many libraries", b"".join(b"mtllib %d.mtl\n" % i for i in range(9999)) + seed)
    yield Case("many materials", b"".join(b"usemtl %d\n" % i for i in range(9999)) + seed)
    yield Case("huge polygon", _TRIANGLE + b"f " + b"1 2 3 " * 200_000)
    yield Case("bare keywords", b"v\nvt\nf\n" * 100)
    yield Case("null bytes", seed[:100] + b"\0" + seed[100:])


def _crafted_ply(seed: bytes) -> Iterator[Case]:
    head = b"ply\nformat binary_little_endian 1.0\n"
    for count in (b"4294967295", b"-1", b"99999999999999999999", b"1.5", b"x"):
        yield Case(
            f"{count.decode()} vertices",
            head + b"element vertex " + count + b"\nproperty float x\nproperty float y\n"
            b"property float z\nend_header\n" + bytes(120),
        )
    vertex = b"element vertex 3\nproperty float x\nproperty float y\nproperty float z\n"
    face = b"property list uchar int vertex_indices\nend_header\n"
    body = np.float32([[0, 0, 0], [1, 0, 0], [0, 1, 0]]).tobytes()
    yield Case("many faces", head + vertex + b"element face 999999999\n" + face + body)
    listed = struct.pack("<B3i", 3, 0, 1, 2_000_000_000)
    yield Case("index beyond", head + vertex + b"element face 1\n" + face + body + listed)
    listed = struct.pack("<B3i", 3, 0, 1, -5)
    yield Case("index below", head + vertex + b"element face 1\n" + face + body + listed)
    long = b"property list uint int vertex_indices\nend_header\n"
    listed = struct.pack("<I", 0xFFFFFFFF)
    yield Case("endless list", head + vertex + b"element face 1\n" + long + body + listed)
    empty = b"element junk 4000000000\n"
    yield Case("rows of nothing", head + empty + vertex + b"end_header\n" + body)
    yield Case("no end", head + vertex)
    yield Case("no vertices", head + b"element depth 4\nproperty float d\nend_header\n" + bytes(16))
    yield Case("unknown type", head + vertex.replace(b"float", b"quad") + b"end_header\n" + body)
    yield Case("float lengths", head + vertex + b"element face 1\nproperty list float int "
               b"vertex_indices\nend_header\n" + body + bytes(16))  # fmt: skip
    yield Case("outside texture", seed.replace(b"seed.png", b"../../../etc/passwd"))


def _crafted_stl(seed: bytes) -> Iterator[Case]:
    for count in (0, 1, 0xFFFFFFFF, 10_000):
        yield Case(f"{count} triangles", seed[:80] + struct.pack("<I", count) + seed[84:])
    yield Case("NaN", seed[:84] + b"\xff" * (len(seed) - 84))
    yield Case("solid in binary", b"solid".ljust(80) + seed[80:])
    yield Case("solid, nothing else", b"solid x\nendsolid x\n")
    yield Case("words", b"solid x\nfacet normal 0 0 1\nvertex a b c\nendsolid\n")


def _crafted_glb(seed: bytes) -> Iterator[Case]:
    tree, binary = split_glb(seed)

    def changed(label: str, change: Callable[[dict[str, Any]], object]) -> Case:
        copy = json.loads(json.dumps(tree))
        change(copy)
        return Case(label, join_glb(copy, binary))

    for count in (10**9, 2**63, -1, 1.5, "9", None):
        yield changed(f"count {count}", lambda t, c=count: t["accessors"][0].update(count=c))
        yield changed(f"view {count}", lambda t, c=count: t["bufferViews"][0].update(byteLength=c))
        yield changed(f"offset {count}", lambda t, c=count: t["accessors"][0].update(byteOffset=c))
        yield changed(f"buffer {count}", lambda t, c=count: t["buffers"][0].update(byteLength=c))
    for uri in (
        "http://example.org/a.bin",
        "file:///etc/passwd",
        "/etc/passwd",
        "../../../../etc/passwd",
        "..%2F..%2Fetc%2Fpasswd",
        "data:application/octet-stream;base64,****",
        "data:,x",
        "\u0000",
    ):
        yield changed(f"buffer at {uri}", lambda t, u=uri: t["buffers"][0].update(uri=u))
        yield changed(f"image at {uri}", lambda t, u=uri: t.update(images=[{"uri": u}]))
    yield changed("circle", lambda t: t["nodes"][0].update(children=[1]))
    yield changed("own child", lambda t: t["nodes"][1].update(children=[1]))
    yield changed("deep", lambda t: t.update(nodes=[{"children": [i + 1]} for i in range(5000)] + [
        {"mesh": 0}]))  # fmt: skip
    yield changed("many copies", lambda t: t.update(nodes=[{"mesh": 0}] * 100_000))
    yield changed("NaN matrix", lambda t: t["nodes"][0].update(matrix=[float("nan")] * 16))
    yield changed("short matrix", lambda t: t["nodes"][0].update(matrix=[1, 2]))
    yield changed("no accessors", lambda t: t.pop("accessors"))
    yield changed("no meshes", lambda t: t.pop("meshes"))
    yield changed("other asset", lambda t: t.update(asset={"version": "1.0"}))
    yield changed("required", lambda t: t.update(extensionsRequired=["EXT_unheard_of"]))
    yield changed("zeros from nothing", lambda t: t["accessors"].append(
        {"componentType": 5126, "type": "MAT4", "count": 10**8}))  # fmt: skip
    yield Case("JSON bomb", join_glb(b"[" * 100_000, binary))
    yield Case("JSON number", join_glb(b"1" * 100_000, binary))
    yield Case("JSON list", join_glb([], binary))
    for length in (0, 4, 2**32 - 1, len(seed)):
        data = bytearray(seed)
        struct.pack_into("<I", data, 12, length)
        yield Case(f"chunk of {length}", bytes(data))
        data = bytearray(seed)
        struct.pack_into("<I", data, 8, length)
        yield Case(f"file of {length}", bytes(data))


def _crafted_vtk(seed: bytes) -> Iterator[Case]:
    for keyword in (b"POINTS 144", b"POLYGONS 242"):
        word = keyword.split()[0]
        for count in (b"999999999999", b"-4", b"1000", b"x"):
            yield Case(
                f"{word.decode()} {count.decode()}", seed.replace(keyword, word + b" " + count)
            )
    yield Case("volume", seed.replace(b"POLYDATA", b"STRUCTURED_POINTS"))
    yield Case("no data set", seed[:40])
    yield Case("index beyond", re.sub(rb"\b143\b", b"99999", seed))
    yield Case("index below", re.sub(rb"\b143\b", b"-7", seed))


def _crafted_vtp(seed: bytes) -> Iterator[Case]:
    yield Case("points", re.sub(rb'NumberOfPoints="\d+"', b'NumberOfPoints="999999999999"', seed))
    yield Case("polygons", re.sub(rb'NumberOfPolys="\d+"', b'NumberOfPolys="99999999"', seed))
    bomb = b'<!DOCTYPE a [<!ENTITY b "cccccccc"><!ENTITY d "&b;&b;&b;&b;">]>'
    yield Case("entities", seed.replace(b"<VTKFile", bomb + b"<VTKFile", 1))
    yield Case("outside file", seed.replace(b"<PolyData>", b'<PolyData Source="/etc/passwd">'))
    yield Case("image", seed.replace(b"PolyData", b"ImageData"))
    yield Case("unclosed", seed.replace(b"</Piece>", b""))


def _crafted_off(seed: bytes) -> Iterator[Case]:
    for counts in (b"99999999999 1 0", b"-1 -1 0", b"144 999999999 0", b"0 0 0", b"x y z", b"144"):
        yield Case(counts.decode(), seed.replace(b"144 242 0", counts))
    yield Case("index beyond", seed + b"\n3 0 1 99999999")
    yield Case("index beyond in use", seed.replace(b"3 0 12 13", b"3 0 12 99999"))
    yield Case("endless face", seed.replace(b"3 0 12 13", b"4000000000 0 12 13"))
    yield Case("NaN face", seed.replace(b"3 0 12 13", b"3 nan 12 13"))


def _crafted_face(seed: bytes) -> Iterator[Case]:
    with zipfile.ZipFile(io.BytesIO(seed)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}

    def packed(label: str, extra: dict[str, bytes]) -> Case:
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in {**members, **extra}.items():
                archive.writestr(name, content)
        return Case(label, stream.getvalue())

    document = json.loads(members["project.json"])
    yield packed("path traversal", {"../../../tmp/evil": b"x"})
    yield packed("absolute path", {"/tmp/evil": b"x"})
    yield packed("zip bomb", {"arrays/bomb.npy": bytes(300 << 20)})
    yield packed("document bomb", {"project.json": b" " * (300 << 20) + b"{}"})
    yield packed("deep document", {"project.json": b"[" * 200_000})
    yield packed("empty document", {"project.json": b"{}"})
    for key in document:
        for value in (None, 10**9, -1, "x", [], {}, [[]]):
            changed = json.dumps({**document, key: value}).encode()
            yield packed(f"{key} {value!r}", {"project.json": changed})
    for name in members:
        yield packed(f"{name} emptied", {name: b""})
        yield packed(f"{name} halved", {name: members[name][: len(members[name]) // 2]})


def _crafted_png(seed: bytes) -> Iterator[Case]:
    for width, height in ((60_000, 60_000), (2**31 - 1, 2**31 - 1), (0, 0), (20_000, 4000)):
        head = b"IHDR" + struct.pack(">II", width, height) + seed[24:29]
        data = seed[:12] + head + struct.pack(">I", zlib.crc32(head)) + seed[33:]
        yield Case(f"{width} x {height}", data)


def _crafted_json(seed: bytes) -> Iterator[Case]:
    yield Case("future version", seed.replace(b'"version": 1', b'"version": 99'))
    yield Case("bomb", b"[" * 100_000)
    yield Case("a list", b"[]")
    yield Case("infinite", seed.replace(b"0.0", b"1e999", 1))
    yield Case("twice", seed.replace(b"ibug10", b"ibug11"))


def _crafted_pp(seed: bytes) -> Iterator[Case]:
    yield Case("entity", seed.replace(b"<PickedPoints>", b"<!ENTITY a 'b'><PickedPoints>"))


# --------------------------------------------------------------------- how they are read


def read(reader: str, path: Path) -> object:
    """Read a file by the public function that its reader belongs to."""
    if reader.startswith("points"):
        from facewright.engine.files.landmarks import read_points

        return read_points(path)
    if reader.startswith("model"):
        from facewright.engine.models.external.reading import read_model

        return read_model(path)
    if reader.startswith("texture"):
        carrier = path.with_name("carrier.obj")
        carrier.write_bytes(obj_bytes())
        carrier.with_name("seed.mtl").write_text(f"newmtl skin\nmap_Kd {path.name}\n")
        return _without_errors(carrier)
    if reader == "face":
        from toy import ToyStore

        from facewright.engine.files.project import load

        return load(path, ToyStore())
    from facewright.engine.files.meshes import read_scan

    return read_scan(path)


def _without_errors(path: Path) -> object:
    """Read a scan whose texture is damaged: that alone must never refuse it."""
    from facewright.engine.files.meshes import read_scan

    try:
        scan = read_scan(path)
    except InputError as error:
        raise AssertionError(f"the texture alone refused the scan: {error}") from error
    assert scan.texture is not None or any("texture" in note for note in scan.notes)
    return scan


def fault(reader: str, path: Path) -> str:
    """Return what is wrong with how a file is read; "" if it is read or refused properly.

    A proper refusal is an `InputError` of one sentence that names the file.
    """
    try:
        read(reader, path)
    except InputError as error:
        text = str(error)
        rest = text.replace(path.name, "")
        if path.name not in text or "\n" in text or not text.endswith("."):
            return f"not one sentence that names the file: {text[:200]}"
        if re.search(r"[.!?] [A-Z]", rest) or len(text) > 400:
            return f"more than one sentence: {text[:200]}"
    except Exception as error:
        return f"{type(error).__name__}: {str(error)[:200]}"
    return ""
