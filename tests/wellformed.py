"""Well-formed files of every kind that is read: what tests damage, and what they read back."""

from __future__ import annotations

import base64
import io
import json
import struct
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import hostile_models
import numpy as np


def ball(n: int = 12) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A patch with `n * n` vertices, triangles and texture coordinates."""
    u, v = np.meshgrid(np.linspace(0, 1, n), np.linspace(0, 1, n), indexing="ij")
    points = np.stack([80 * u - 40, 80 * v - 40, 30 * np.cos(3 * (u - 0.5)) * np.cos(3 * v)], -1)
    i = np.arange(n * n).reshape(n, n)
    a, b, c, d = i[:-1, :-1], i[1:, :-1], i[1:, 1:], i[:-1, 1:]
    faces = np.concatenate([np.stack(t, -1).reshape(-1, 3) for t in ((a, b, c), (a, c, d))]).astype(
        np.int32
    )
    return (
        points.reshape(-1, 3).astype(np.float32),
        faces,
        np.stack([u, v], -1).reshape(-1, 2).astype(np.float32),
    )


def obj_bytes() -> bytes:
    points, faces, uv = ball()
    lines = ["mtllib seed.mtl", "usemtl skin"]
    lines += ["v {:.4f} {:.4f} {:.4f}".format(*p) for p in points]
    lines += ["vt {:.4f} {:.4f}".format(*p) for p in uv]
    lines += ["f " + " ".join(f"{i}/{i}" for i in f) for f in (faces + 1).tolist()]
    return "\n".join(lines).encode() + b"\n"


def ply_bytes(order: str = "ascii") -> bytes:
    points, faces, uv = ball()
    word = {"ascii": "ascii", "<": "binary_little_endian", ">": "binary_big_endian"}[order]
    head = (
        f"ply\nformat {word} 1.0\ncomment TextureFile seed.png\nelement vertex {len(points)}\n"
        "property float x\nproperty float y\nproperty float z\n"
        "property uchar red\nproperty uchar green\nproperty uchar blue\n"
        f"element face {len(faces)}\nproperty list uchar int vertex_indices\n"
        "property list uchar float texcoord\nend_header\n"
    ).encode()
    if order == "ascii":
        body = ["{} {} {} 200 150 120".format(*p) for p in points.tolist()]
        body += [
            "3 {} {} {} 6 ".format(*f) + " ".join(map(str, uv[f].reshape(-1).tolist()))
            for f in faces.tolist()
        ]
        return head + "\n".join(body).encode() + b"\n"
    vertex = np.zeros(len(points), dtype=[("p", order + "f4", 3), ("c", "u1", 3)])
    vertex["p"] = points
    face = np.zeros(
        len(faces),
        dtype=[("n", "u1"), ("i", order + "i4", 3), ("m", "u1"), ("t", order + "f4", 6)],
    )
    face["n"], face["i"], face["m"], face["t"] = 3, faces, 6, uv[faces].reshape(-1, 6)
    return head + vertex.tobytes() + face.tobytes()


def stl_bytes(ascii: bool = False) -> bytes:
    points, faces, _ = ball()
    if ascii:
        lines = ["solid seed"]
        for corners in points[faces].tolist():
            lines += ["facet normal 0 0 1", "outer loop"]
            lines += ["vertex {} {} {}".format(*p) for p in corners]
            lines += ["endloop", "endfacet"]
        return "\n".join([*lines, "endsolid"]).encode()
    rows = np.zeros(len(faces), dtype=[("n", "<f4", 3), ("c", "<f4", (3, 3)), ("a", "<u2")])
    rows["c"] = points[faces]
    return b"seed".ljust(80) + np.uint32(len(rows)).tobytes() + rows.tobytes()


def glb_bytes() -> bytes:
    from facewright.engine.files.export import png
    from facewright.engine.files.glb import Finish, Shape, glb

    points, faces, uv = ball()
    image = png(np.full((8, 8, 3), 180, np.uint8))
    normals = np.tile(np.float32([0, 0, 1]), (len(points), 1))
    move = {"jawOpen": np.where(points[:, :1] > 0, np.float32([0, -0.01, 0]), np.float32(0))}
    finish = Finish("skin", image=image)
    shape = Shape("skin", points / 1000, normals, faces, uv, finish, targets=move)
    return glb([shape], "seed")


def split_glb(data: bytes) -> tuple[dict[str, Any], bytes]:
    length = struct.unpack_from("<I", data, 12)[0]
    return json.loads(data[20 : 20 + length]), data[28 + length :]


def join_glb(tree: object, binary: bytes) -> bytes:
    text = tree if isinstance(tree, bytes) else json.dumps(tree).encode()
    text += b" " * (-len(text) % 4)
    binary += b"\0" * (-len(binary) % 4)
    head = struct.pack("<4sII", b"glTF", 2, 28 + len(text) + len(binary))
    parts = (
        struct.pack("<I4s", len(text), b"JSON"),
        text,
        struct.pack("<I4s", len(binary), b"BIN\0"),
    )
    return b"".join((head, *parts, binary))


def gltf_bytes() -> bytes:
    tree, binary = split_glb(glb_bytes())
    uri = "data:application/octet-stream;base64," + base64.b64encode(binary).decode()
    tree["buffers"] = [{"byteLength": len(binary), "uri": uri}]
    return json.dumps(tree).encode()


def draco_bytes() -> bytes:
    import DracoPy

    points, faces, _ = ball()
    body = DracoPy.encode(points, faces)
    ids = {a["attribute_type"]: a["unique_id"] for a in DracoPy.decode(body).attributes}
    position = next(iter(ids.values()))
    tree = {
        "asset": {"version": "2.0"},
        "scene": 0,
        "scenes": [{"nodes": [0]}],
        "nodes": [{"mesh": 0}],
        "extensionsRequired": ["KHR_draco_mesh_compression"],
        "buffers": [{"byteLength": len(body)}],
        "bufferViews": [{"buffer": 0, "byteLength": len(body)}],
        "accessors": [
            {"componentType": 5126, "count": len(points), "type": "VEC3"},
            {"componentType": 5125, "count": faces.size, "type": "SCALAR"},
        ],
        "meshes": [
            {
                "primitives": [
                    {
                        "attributes": {"POSITION": 0},
                        "indices": 1,
                        "extensions": {
                            "KHR_draco_mesh_compression": {
                                "bufferView": 0,
                                "attributes": {"POSITION": position},
                            }
                        },
                    }
                ]
            }
        ],
    }
    return join_glb(tree, body)


def vtk_bytes(kind: str) -> bytes:
    from vtkmodules.util.numpy_support import numpy_to_vtk, numpy_to_vtkIdTypeArray
    from vtkmodules.vtkCommonCore import vtkPoints
    from vtkmodules.vtkCommonDataModel import vtkCellArray, vtkPolyData
    from vtkmodules.vtkIOLegacy import vtkPolyDataWriter
    from vtkmodules.vtkIOXML import vtkXMLPolyDataWriter

    points, faces, uv = ball()
    data, places, cells = vtkPolyData(), vtkPoints(), vtkCellArray()
    places.SetData(numpy_to_vtk(points, deep=True))
    flat = numpy_to_vtkIdTypeArray(faces.reshape(-1).astype(np.int64), deep=True)
    cells.SetData(3, flat)
    data.SetPoints(places)
    data.SetPolys(cells)
    coordinates = numpy_to_vtk(uv, deep=True)
    coordinates.SetName("textureCoords")
    data.GetPointData().SetTCoords(coordinates)
    writer = vtkPolyDataWriter() if kind.startswith("legacy") else vtkXMLPolyDataWriter()
    writer.SetInputData(data)
    if kind == "legacy-ascii":
        writer.SetFileTypeToASCII()
    elif kind == "legacy-binary":
        writer.SetFileTypeToBinary()
    elif kind == "xml-ascii":
        writer.SetDataModeToAscii()
    elif kind == "xml-binary":
        writer.SetDataModeToBinary()
    else:
        writer.SetDataModeToAppended()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "seed"
        writer.SetFileName(str(path))
        writer.Write()
        return path.read_bytes()


def off_bytes() -> bytes:
    points, faces, _ = ball()
    lines = ["OFF", f"{len(points)} {len(faces)} 0"]
    lines += ["{} {} {}".format(*p) for p in points.tolist()]
    lines += ["3 {} {} {}".format(*f) for f in faces.tolist()]
    return "\n".join(lines).encode()


def xyz_bytes() -> bytes:
    points, _, _ = ball()
    return "\n".join("{} {} {} 0 0 1".format(*p) for p in points.tolist()).encode()


def landmark_bytes(suffix: str) -> bytes:
    from facewright.engine.files.landmarks import write_points
    from facewright.engine.landmarks import Points

    names = tuple(f"ibug{i}" for i in range(68))
    places = np.arange(204, dtype=np.float32).reshape(68, 3)
    if suffix in (".json", ".csv", ".fcsv"):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"seed{suffix}"
            write_points(Points.build(names, places), path)
            return path.read_bytes()
    if suffix == ".ljson":
        tree = {"version": 2, "labels": [], "landmarks": {"points": places.tolist()}}
        return json.dumps(tree).encode()
    if suffix == ".mrk.json":
        points = [{"label": n, "position": p} for n, p in zip(names, places.tolist(), strict=True)]
        markup = {"type": "Fiducial", "coordinateSystem": "LPS", "controlPoints": points}
        return json.dumps({"markups": [markup]}).encode()
    tags = ['<point x="{}" y="{}" z="{}" active="1" name="{}"/>'.format(*p, n)
            for n, p in zip(names, places.tolist(), strict=True)]  # fmt: skip
    return ("<!DOCTYPE PickedPoints>\n<PickedPoints>" + "".join(tags) + "</PickedPoints>").encode()


def face_bytes() -> bytes:
    from documents import rich
    from toy import ToyStore

    from facewright.engine.files.project import save

    models = ToyStore()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "seed.face"
        save(rich(models, np.random.default_rng(5)), path, models)
        return path.read_bytes()


def image_bytes(form: str) -> bytes:
    import PIL.Image

    stream = io.BytesIO()
    pixels = np.random.default_rng(3).integers(0, 255, (48, 64, 3), dtype=np.uint8)
    PIL.Image.fromarray(pixels).save(stream, form)
    return stream.getvalue()


SEEDS: dict[str, tuple[str, Callable[[], bytes]]] = {
    "obj": (".obj", obj_bytes),
    "ply ascii": (".ply", ply_bytes),
    "ply binary": (".ply", lambda: ply_bytes("<")),
    "ply big-endian": (".ply", lambda: ply_bytes(">")),
    "stl binary": (".stl", stl_bytes),
    "stl ascii": (".stl", lambda: stl_bytes(ascii=True)),
    "glb": (".glb", glb_bytes),
    "glb draco": (".glb", draco_bytes),
    "gltf": (".gltf", gltf_bytes),
    "vtk ascii": (".vtk", lambda: vtk_bytes("legacy-ascii")),
    "vtk binary": (".vtk", lambda: vtk_bytes("legacy-binary")),
    "vtp ascii": (".vtp", lambda: vtk_bytes("xml-ascii")),
    "vtp binary": (".vtp", lambda: vtk_bytes("xml-binary")),
    "vtp appended": (".vtp", lambda: vtk_bytes("xml-appended")),
    "off": (".off", off_bytes),
    "xyz": (".xyz", xyz_bytes),
    "face": (".face", face_bytes),
    **{
        f"texture {form}": (f".{form}", lambda form=form: image_bytes(form))
        for form in ("png", "jpeg", "tiff", "bmp", "webp", "tga")
    },
    "points json": (".json", lambda: landmark_bytes(".json")),
    "points csv": (".csv", lambda: landmark_bytes(".csv")),
    "points fcsv": (".fcsv", lambda: landmark_bytes(".fcsv")),
    "points ljson": (".ljson", lambda: landmark_bytes(".ljson")),
    "points mrk.json": (".mrk.json", lambda: landmark_bytes(".mrk.json")),
    "points pp": (".pp", lambda: landmark_bytes(".pp")),
    **hostile_models.SEEDS,
}
"""Reader and variant: suffix and a well-formed file of about 150 vertices."""
