"""Write a head for other programs: GLB, OBJ, PLY, STL and PNG."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from facewright.engine.arrays import ByteArray, FloatArray, IntArray
from facewright.engine.errors import InputError
from facewright.engine.face import Face, Weights
from facewright.engine.files.atomic import written
from facewright.engine.mesh import Mesh
from facewright.engine.models.lifespan_axes import ARKIT
from facewright.engine.models.rig import CORRECTIVE
from facewright.engine.progress import Progress, silent

if TYPE_CHECKING:
    from facewright.engine.files.glb import Shape
    from facewright.engine.models.rig import Part, PosedHead
    from facewright.engine.models.store import ModelStore

GENERATOR = "Facewright"
PNG_SIZE = (1600, 1600)
_METRE = np.float32(0.001)
_ROUGHNESS = {"eye": 0.15, "cornea": 0.05, "teeth": 0.25, "gum": 0.35, "tongue": 0.4}


def export_face(
    face: Face,
    path: Path,
    models: ModelStore,
    *,
    blendshapes: bool = True,
    scale: float = 1.0,
    progress: Progress = silent,
) -> None:
    """Write a head by the suffix of `path`; whole or not at all.

    Parameters
    ----------
    face : Face
    path : Path
        `.glb`: textured skin, eyes, teeth and tongue in metres, y up, z to the front, the 52
        ARKit shapes as morph targets of every part, set to the face's expression. `.obj`: the
        head as shown, quads, millimetres, with `.mtl` and images beside it. `.ply`: the fine
        skin alone in template order, head frame, millimetres, expression applied. `.stl`: one
        closed solid with eyes in and neck, mouth and nostrils closed, millimetres. `.png`: a
        picture from the front.
    models : ModelStore
    blendshapes : bool
        For GLB: False bakes the expression in instead.
    scale : float
        Factor of STL prints: 0.5 is half life size.
    progress : Progress

    Raises
    ------
    InputError
        If the suffix is another one or the file cannot be written.
    """
    path = Path(path)
    writer = _WRITERS.get(path.suffix.lower())
    if writer is None:
        raise InputError(f"Heads are not written as {path.name}: use .glb, .obj, .ply, .stl, .png.")
    if not 0 < scale < 1000:
        raise InputError("The print scale must lie between 0 and 1000.")
    progress(0.0, f"Writing {path.name}")
    writer(_Job(face, path, models, blendshapes, scale, progress))
    progress(1.0, f"Wrote {path.name}")


class _Job:
    """What every writer needs."""

    def __init__(
        self,
        face: Face,
        path: Path,
        models: ModelStore,
        blendshapes: bool,
        scale: float,
        progress: Progress,
    ) -> None:
        self.face, self.path, self.models = face, path, models
        self.blendshapes, self.scale, self.progress = blendshapes, scale, progress
        self.rig = models.rig()

    def head(self, posed: bool = True) -> PosedHead:
        """Return the head with its expression, in the head frame unless posed."""
        face = self.face if posed else replace(self.face, pose=np.eye(4, dtype=np.float32))
        return self.rig.pose(face)

    def put(self, content: bytes, path: Path | None = None) -> None:
        """Write bytes to a file, whole or not at all."""
        with written(path or self.path) as temporary:
            temporary.write_bytes(content)


def png(pixels: ByteArray) -> bytes:
    """Return `(H, W, 3)` uint8 as an encoded PNG."""
    import PIL.Image

    stream = io.BytesIO()
    PIL.Image.fromarray(np.ascontiguousarray(pixels)).save(stream, "PNG", compress_level=4)
    return stream.getvalue()


def _write_glb(job: _Job) -> None:
    from facewright.engine.files.glb import glb

    kept = Weights(
        {} if not job.blendshapes else {k: v for k, v in job.face.expression.items() if k in ARKIT}
    )
    other = Weights({k: v for k, v in job.face.expression.items() if k not in kept})
    rest = job.rig.pose(replace(job.face, expression=other, pose=np.eye(4, dtype=np.float32)))
    moved: dict[str, PosedHead] = {}
    for i, name in enumerate(ARKIT if job.blendshapes else ()):
        job.progress(0.05 + 0.7 * i / len(ARKIT), f"Writing {job.path.name}: {name}")
        moved[name] = _moved(job, rest, other, name)
    shown = job.head(posed=False)
    shapes = [_skin_shape(job, rest, moved, kept, shown.skin.vertices)]
    for row, part in enumerate(rest.parts):
        targets = {name: head.parts[row].vertices for name, head in moved.items()}
        shapes.append(_part_shape(part, targets, kept, shown.parts[row].vertices))
    job.progress(0.85, f"Writing {job.path.name}")
    pose = job.face.pose.copy()
    pose[:3, 3] *= _METRE
    placed = None if np.allclose(pose, np.eye(4), atol=1e-7) else pose
    job.put(glb(shapes, GENERATOR, placed))


def _moved(job: _Job, rest: PosedHead, other: Weights, name: str) -> PosedHead:
    """Return the head at one shape's full weight.

    A morph target is linear, and the rig is not for shapes that undo a part of another: alone
    they can do little. Their target (`mouthClose`) is what they add to that other one at full
    weight, as ARKit's animations use it: `mouthClose` rises with `jawOpen` and not above it.
    """

    def shown(weights: Weights) -> PosedHead:
        return job.rig.pose(replace(job.face, expression=weights, pose=np.eye(4, dtype=np.float32)))

    one = other.set(name, other[name] + 1.0)
    if name not in CORRECTIVE:
        return shown(one)
    base = CORRECTIVE[name]
    before, after = (shown(w.set(base, other[base] + 1.0)) for w in (other, one))
    way = after.skin.vertices - before.skin.vertices
    return replace(rest, skin=rest.skin.moved(rest.skin.vertices + way))


def _base(
    rest: FloatArray, targets: dict[str, FloatArray], weights: Weights, shown: FloatArray
) -> FloatArray:
    """Return the vertices to which targets are added.

    They are such that the weights written give the head as it is shown, to the last blink: what
    is not linear in the rig goes to the neutral face, which nobody measured.
    """
    base = np.array(shown, dtype=np.float32)
    for name, weight in weights.items():
        base -= np.float32(weight) * (targets[name] - rest)
    return base


def _skin_shape(
    job: _Job,
    rest: PosedHead,
    moved: dict[str, PosedHead],
    weights: Weights,
    shown: FloatArray,
) -> Shape:
    from facewright.engine.files.glb import Finish, Shape

    topology = rest.skin.topology
    if topology.uv is None or topology.uv_vertex is None or topology.uv_faces is None:
        raise InputError("This head has no texture coordinates: export it as PLY or STL.")
    split = topology.uv_vertex
    base = rest.skin.vertices
    normals = _normals(base, topology.faces)
    targets = {name: head.skin.vertices for name, head in moved.items()}
    return Shape(
        name="skin",
        positions=_base(base, targets, weights, shown)[split] * _METRE,
        normals=normals[split],
        faces=topology.uv_faces,
        uv=topology.uv,
        finish=Finish("skin", image=png(job.rig.skin_image(job.face))),
        targets={name: (to - base)[split] * _METRE for name, to in targets.items()},
        turns={
            name: (_normals(to, topology.faces) - normals)[split] for name, to in targets.items()
        },
        weights=weights,
    )


def _part_shape(
    part: Part, targets: dict[str, FloatArray], weights: Weights, shown: FloatArray
) -> Shape:
    from facewright.engine.files.glb import Finish, Shape

    alpha = 0.12 if part.material == "cornea" else 1.0
    image = png(part.texture) if part.texture is not None and part.uv is not None else None
    color = (1.0, 1.0, 1.0) if image is not None else part.color
    return Shape(
        name=part.name,
        positions=_base(part.vertices, targets, weights, shown) * _METRE,
        normals=_normals(part.vertices, part.faces),
        faces=part.faces,
        uv=part.uv,
        finish=Finish(part.material, (*color, alpha), image, _ROUGHNESS.get(part.material, 0.5)),
        targets={name: (to - part.vertices) * _METRE for name, to in targets.items()},
        weights=weights,
    )


def _normals(vertices: FloatArray, faces: IntArray) -> FloatArray:
    """Return unit normals `(V, 3)`; a vertex without area looks up."""
    corner = np.cross(
        vertices[faces[:, 1]] - vertices[faces[:, 0]], vertices[faces[:, 2]] - vertices[faces[:, 0]]
    ).astype(np.float64)
    total = np.stack(
        [
            sum(np.bincount(faces[:, k], corner[:, axis], len(vertices)) for k in range(3))
            for axis in range(3)
        ],
        axis=1,
    )
    length = np.linalg.norm(total, axis=1, keepdims=True)
    total = np.where(length > 1e-12, total / np.maximum(length, 1e-12), (0.0, 1.0, 0.0))
    return total.astype(np.float32)


def _write_obj(job: _Job) -> None:
    head = job.head()
    stem = job.path.stem
    library = job.path.with_suffix(".mtl")
    if library.is_file() and not library.read_bytes().startswith(f"# {GENERATOR}".encode()):
        raise InputError(
            f"{job.path.name} was not written because {library.name} beside it belongs to "
            "another file: choose another name."
        )
    materials: list[str] = []
    lines: list[str] = [f"# {GENERATOR}, millimetres", f"mtllib {stem}.mtl"]
    topology = head.skin.topology
    images: dict[bytes, str] = {}

    def material(name: str, color: tuple[float, float, float], pixels: ByteArray | None) -> None:
        entry = [f"newmtl {name}", "Kd {:.4f} {:.4f} {:.4f}".format(*color), "illum 2"]
        if name == "cornea":
            entry.append("d 0.12")
        if pixels is not None:
            content = png(pixels)
            if content not in images:
                images[content] = f"{stem}_{name}.png"
                job.put(content, job.path.with_name(images[content]))
            entry.append(f"map_Kd {images[content]}")
        materials.append("\n".join(entry) + "\n")

    material("skin", (1.0, 1.0, 1.0), job.rig.skin_image(job.face))
    faces = topology.quads if topology.quads is not None else topology.faces
    uv_faces = _quad_uv(topology.quads, topology.faces, topology.uv_faces)
    lines += _object("skin", "skin", head.skin.vertices, faces, topology.uv, uv_faces, (0, 0))
    at = [len(head.skin.vertices), 0 if topology.uv is None else len(topology.uv)]
    seen = {"skin"}
    for part in head.parts:
        if part.material not in seen:
            seen.add(part.material)
            textured = part.texture is not None and part.uv is not None
            color = (1.0, 1.0, 1.0) if textured else part.color
            material(part.material, color, part.texture if textured else None)
        lines += _object(
            part.name,
            part.material,
            part.vertices,
            part.faces,
            part.uv,
            part.faces if part.uv is not None else None,
            (at[0], at[1]),
        )
        at[0] += len(part.vertices)
        at[1] += 0 if part.uv is None else len(part.uv)
    job.put("\n".join([f"# {GENERATOR}", *materials]).encode(), library)
    job.put(("\n".join(lines) + "\n").encode())


def _quad_uv(quads: IntArray | None, faces: IntArray, uv_faces: IntArray | None) -> IntArray | None:
    """Return quads in texture coordinates: each takes its corners from its own two triangles."""
    if quads is None or uv_faces is None:
        return uv_faces
    pair = faces.reshape(len(quads), 6) if len(faces) == 2 * len(quads) else None
    if pair is None or not (np.sort(quads) == np.sort([np.unique(p) for p in pair])).all():
        raise InputError("This head's quads do not fit its triangles: export it as GLB.")
    place = (pair[:, None, :] == quads[:, :, None]).argmax(axis=2)
    return np.take_along_axis(uv_faces.reshape(len(quads), 6), place, axis=1)


def _object(
    name: str,
    material: str,
    vertices: FloatArray,
    faces: IntArray,
    uv: FloatArray | None,
    uv_faces: IntArray | None,
    first: tuple[int, int],
) -> list[str]:
    """Return the lines of one object; indices count on from `first`."""
    lines = [f"o {name}", *("v {:.5f} {:.5f} {:.5f}".format(*p) for p in vertices.tolist())]
    corners = (faces + 1 + first[0]).tolist()
    if uv is None or uv_faces is None:
        lines += [f"usemtl {material}", *("f " + " ".join(map(str, c)) for c in corners)]
        return lines
    lines += ["vt {:.6f} {:.6f}".format(*p) for p in uv.tolist()]
    lines.append(f"usemtl {material}")
    for corner, texture in zip(corners, (uv_faces + 1 + first[1]).tolist(), strict=True):
        lines.append("f " + " ".join(f"{v}/{t}" for v, t in zip(corner, texture, strict=True)))
    return lines


def _write_ply(job: _Job) -> None:
    job.put(ply_bytes(job.head(posed=False).skin, "head frame"))


def ply_bytes(mesh: Mesh, frame: str) -> bytes:
    """Return a mesh as binary PLY in mm, with the name of its frame in a comment."""
    header = "\n".join(
        (
            "ply",
            "format binary_little_endian 1.0",
            f"comment {GENERATOR}: {frame}, millimetres",
            f"element vertex {len(mesh.vertices)}",
            "property float x",
            "property float y",
            "property float z",
            f"element face {len(mesh.topology.faces)}",
            "property list uchar int vertex_indices",
            "end_header\n",
        )
    )
    rows = np.zeros(len(mesh.topology.faces), dtype=[("n", "u1"), ("corners", "<i4", 3)])
    rows["n"], rows["corners"] = 3, mesh.topology.faces
    return header.encode() + mesh.vertices.astype("<f4").tobytes() + rows.tobytes()


def _write_stl(job: _Job) -> None:
    from facewright.engine.files.solid import closed, membranes

    head = job.head()
    inner = head.skin.topology.regions.get("inner")
    inside = (
        np.zeros(len(head.skin.vertices), dtype=bool) if inner is None else np.asarray(inner > 0.5)
    )
    balls = [part.vertices for part in head.parts if part.material == "eye"]
    vertices, faces = closed(
        membranes(head.skin.vertices, head.skin.topology.faces, inside, balls),
        head.skin.topology.faces,
    )
    corners = (vertices * np.float32(job.scale))[faces]
    rows = np.zeros(
        len(faces), dtype=[("normal", "<f4", 3), ("corners", "<f4", (3, 3)), ("spare", "<u2")]
    )
    normal = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    rows["normal"] = normal / np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-12)
    rows["corners"] = corners
    head_line = f"{GENERATOR} head, millimetres, scale {job.scale:g}".encode()
    job.put(head_line.ljust(80) + np.uint32(len(faces)).tobytes() + rows.tobytes())


def _write_png(job: _Job) -> None:
    from facewright.engine.photos.shading import picture

    job.put(png(picture(job.head(), job.rig.skin_image(job.face), size=PNG_SIZE)))


_WRITERS: dict[str, Callable[[_Job], None]] = {
    ".glb": _write_glb,
    ".obj": _write_obj,
    ".ply": _write_ply,
    ".stl": _write_stl,
    ".png": _write_png,
}
