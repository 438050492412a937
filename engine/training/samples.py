"""The sample scans that ship: made from model heads, with the faults of real scanners.

A head is swept by a cylinder of rays, as a laser scanner does, so that the result has neither
the template's vertices nor its topology: noise, a hole, rough hair, ragged borders, no back.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from scipy import ndimage

from facewright.engine.arrays import BoolArray, ByteArray, DoubleArray, FloatArray, IntArray
from facewright.engine.assets import ASSETS
from facewright.engine.face import Face, Subject, Trait, Weights
from facewright.engine.geometry.rigid import moved
from facewright.engine.models.rig import PosedHead
from facewright.engine.models.store import ModelStore
from facewright.engine.photos.rasterizer import rasterize
from facewright.engine.scans.clefts import Kind, with_cleft

HAIR = np.array([54.0, 40.0, 31.0])
PICTURE = (256, 256)


@dataclass(frozen=True, eq=False)
class Recipe:
    """One sample: who, with which faults, and how it is written.

    `noise`, `hair` (thickness of the rough hair, 0 for none) and `hole` (radius, and centre as
    angle in degrees to the subject's left and height) are in mm; the grid is `rows` by
    `columns`. `to_file` is the `(4, 4)` motion and unit factor from the head frame to the file.
    """

    name: str
    seed: int
    age: float
    expression: Weights
    noise: float
    hair: float
    hole: tuple[float, float, float]
    rows: int
    columns: int
    to_file: DoubleArray
    write: Callable[[Swept, DoubleArray, Path], None]
    cleft: Kind | None = None


@dataclass(frozen=True, eq=False)
class Swept:
    """A cylinder scan: grid points `(R, C, 3)` mm, validity `(R, C)`, colours in two sizes."""

    points: FloatArray
    valid: BoolArray
    colors: ByteArray
    image: ByteArray

    def mesh(self) -> tuple[FloatArray, IntArray, FloatArray, ByteArray]:
        """Return vertices, faces, texture coordinates and colours of the valid cells."""
        rows, columns = self.valid.shape
        index = np.arange(rows * columns).reshape(rows, columns)
        a, b, c, d = (index[:-1, :-1], index[1:, :-1], index[1:, 1:], index[:-1, 1:])
        quads = np.stack([a, b, c, d], -1).reshape(-1, 4)
        corners = self.points.reshape(-1, 3)[quads]
        longest = np.linalg.norm(corners - np.roll(corners, 1, axis=1), axis=2).max(axis=1)
        quads = quads[self.valid.reshape(-1)[quads].all(axis=1) & (longest < 9.0)]
        faces = np.concatenate([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]])
        used, faces = np.unique(faces, return_inverse=True)
        v, u = np.divmod(used, columns)
        uv = np.stack([(u + 0.5) / columns, 1 - (v + 0.5) / rows], axis=1)
        return (
            self.points.reshape(-1, 3)[used],
            faces.reshape(-1, 3).astype(np.int32),
            uv.astype(np.float32),
            self.colors.reshape(-1, 3)[used],
        )


def run(data: Path | None, out: Path | None) -> str:
    """Write samples and pictures into `out`/samples; they need the shipped models and no data."""
    folder = (out or ASSETS) / "samples"
    files = make(folder)
    draw(folder / "pictures")
    return ", ".join(f"{path.name} {path.stat().st_size / 1e6:.1f} MB" for path in files)


def make(out: Path, models: ModelStore | None = None) -> list[Path]:
    """Write every sample into the folder `out` and return the files."""
    store = models or ModelStore()
    out.mkdir(parents=True, exist_ok=True)
    files = []
    for recipe in (*RECIPES, CLEFT):
        path = out / recipe.name
        recipe.write(sweep(scanned_face(recipe, store), recipe, store), recipe.to_file, path)
        files.append(path)
    return files


def draw(out: Path, models: ModelStore | None = None) -> None:
    """Write a picture of each sample, and of the mean head, into the folder `out`."""
    from PIL import Image

    from facewright.engine.photos.shading import picture, picture_surface

    store = models or ModelStore()
    out.mkdir(parents=True, exist_ok=True)
    for recipe in (*RECIPES, CLEFT):
        points, faces, _, colors = sweep(scanned_face(recipe, store), recipe, store).mesh()
        drawn = picture_surface(points, faces, colors, size=PICTURE)
        Image.fromarray(drawn).save((out / recipe.name).with_suffix(".png"))
    mean = Face(store.lifespan().mean())
    head = picture(store.rig().pose(mean), store.rig().skin_image(mean), size=PICTURE)
    Image.fromarray(head).save(out / "head.png")


def face_of(recipe: Recipe, models: ModelStore) -> Face:
    """Return the head under the scan: its truth, for tests."""
    model = models.lifespan()
    drawn = model.sample(np.random.default_rng(recipe.seed), 1, age=recipe.age)[0]
    drawn[model.groups["expression"]] = 0.0
    return Face(
        mesh=model.instance(drawn),
        subject=Subject(age=Trait(recipe.age, "given")),
        expression=recipe.expression,
    )


def scanned_face(recipe: Recipe, models: ModelStore) -> Face:
    """Return the head that is scanned: its truth, opened where the recipe has a cleft."""
    face = face_of(recipe, models)
    if recipe.cleft is None:
        return face
    opened = with_cleft(face.mesh, models.lifespan().template, recipe.cleft)
    return replace(face, mesh=opened.mesh, landmarks=opened.landmarks)


def sweep(face: Face, recipe: Recipe, models: ModelStore) -> Swept:
    """Scan a head from all sides but the back, with the recipe's faults."""
    rng = np.random.default_rng(recipe.seed)
    rig = models.rig()
    head = rig.pose(face)
    soup = _soup(head, rig.skin_image(face))
    marks = models.lifespan().template.landmarks.on(head.skin.vertices)
    ear, hairline = 0.5 * (marks["t_l"] + marks["t_r"]), float(marks["tr"][1])
    axis = np.array([ear[0], 0.0, ear[2]], dtype=np.float64)
    low = float(head.skin.vertices[:, 1].min()) + 12
    high = float(head.skin.vertices[:, 1].max()) - 2
    grid = (recipe.rows, recipe.columns)
    radius, colors = _cast(soup, axis, low, high, grid)
    fine = (recipe.rows * 3, recipe.columns * 3)
    _, image = _cast(soup, axis, low, high, fine)

    angle = np.radians(np.linspace(-SPAN, SPAN, recipe.columns))
    height = np.linspace(high, low, recipe.rows)
    hair = _hair(angle, height, hairline, float(ear[1])) * (recipe.hair > 0)
    bumps = ndimage.gaussian_filter(rng.normal(size=grid), (3.0, 1.0))
    bumps /= bumps.std()
    radius = radius + hair * recipe.hair * (1 + 0.22 * bumps)
    radius = radius + recipe.noise * rng.normal(size=grid)
    colors = _dyed(colors, hair, bumps)
    image = _dyed(image, ndimage.zoom(hair, 3, order=1), ndimage.zoom(bumps, 3, order=1))

    valid = np.isfinite(radius) & ~_hole(radius, angle, height, recipe.hole)
    dropouts = ndimage.gaussian_filter(rng.normal(size=grid), 1.0)
    valid &= dropouts < np.where(hair > 0.9, 2.2, 9.0) * dropouts.std()
    ragged = SPAN - 8 + 6 * ndimage.gaussian_filter1d(rng.normal(size=recipe.rows), 3.0)
    valid &= np.abs(np.degrees(angle))[None, :] < ragged[:, None]
    points = np.stack(
        [
            axis[0] + radius * np.sin(angle)[None, :],
            np.broadcast_to(height[:, None], grid),
            axis[2] + radius * np.cos(angle)[None, :],
        ],
        axis=-1,
    )
    return Swept(
        np.where(valid[..., None], points, 0).astype(np.float32),
        valid,
        np.clip(colors, 0, 255).astype(np.uint8),
        np.clip(image, 0, 255).astype(np.uint8),
    )


SPAN = 115.0
"""Degrees that the sweep reaches to each side of the front."""


def _soup(head: PosedHead, image: ByteArray) -> tuple[DoubleArray, DoubleArray]:
    """Return every opaque triangle of the head, `(T, 3, 3)`, and its corners' colours."""
    topology = head.skin.topology
    assert topology.uv is not None
    assert topology.uv_faces is not None
    triangles = [head.skin.vertices[topology.faces]]
    colors = [_texels(image, topology.uv[topology.uv_faces])]
    for part in head.parts:
        if part.material != "eye":
            continue
        triangles.append(part.vertices[part.faces])
        if part.uv is not None and part.texture is not None:
            colors.append(_texels(part.texture, part.uv[part.faces]))
        else:
            colors.append(np.broadcast_to(np.array(part.color) * 255, triangles[-1].shape))
    return np.concatenate(triangles).astype(np.float64), np.concatenate(colors)


def _texels(image: ByteArray, uv: FloatArray) -> DoubleArray:
    """Return the colour of an image at texture coordinates `(..., 2)`."""
    height, width = image.shape[:2]
    column = np.clip((uv[..., 0] * width).astype(int), 0, width - 1)
    row = np.clip(((1 - uv[..., 1]) * height).astype(int), 0, height - 1)
    return np.asarray(image[row, column], dtype=np.float64)


def _cast(
    soup: tuple[DoubleArray, DoubleArray],
    axis: DoubleArray,
    low: float,
    high: float,
    grid: tuple[int, int],
) -> tuple[DoubleArray, DoubleArray]:
    """Return radius `(R, C)` (nan where nothing is hit) and colour of the outermost surface."""
    triangles, colors = soup
    local = triangles - axis
    turn = np.arctan2(local[..., 0], local[..., 2])
    whole = np.ptp(turn, axis=1) < np.pi  # the ones cut by the seam at the back are never seen
    rows, columns = grid
    reach = np.radians(SPAN)
    radius = np.hypot(local[..., 0], local[..., 2])
    pixels = np.stack(
        [
            (turn + reach) / (2 * reach) * (columns - 1) + 0.5,
            (high - triangles[..., 1]) / (high - low) * (rows - 1) + 0.5,
            1000.0 - radius,
        ],
        axis=-1,
    )[whole]
    faces = np.arange(pixels.shape[0] * 3, dtype=np.int32).reshape(-1, 3)
    hit, weights, depth = rasterize(pixels.reshape(-1, 3), faces, (columns, rows))
    seen = np.einsum("rck,rckd->rcd", weights, colors[whole][np.maximum(hit, 0)])
    return np.where(hit >= 0, 1000.0 - depth, np.nan), seen


def _hair(angle: DoubleArray, height: DoubleArray, front: float, ear: float) -> DoubleArray:
    """Return how much each cell is covered by hair, `(R, C)` in [0, 1].

    The hairline runs at the height `front` over the forehead and falls to the ears.
    """
    t = np.clip((np.abs(np.degrees(angle)) - 30) / 40, 0, 1)
    line = front - (front - ear - 15) * t * t * (3 - 2 * t)
    return np.clip((height[:, None] - line[None, :]) / 6, 0, 1)


def _dyed(colors: DoubleArray, hair: DoubleArray, bumps: DoubleArray) -> DoubleArray:
    """Return colours `(R, C, 3)` with hair over them, lighter where it stands out."""
    strands = HAIR * (1 + 0.12 * bumps)[..., None]
    return np.asarray(colors * (1 - hair[..., None]) + strands * hair[..., None])


def _hole(
    radius: DoubleArray, angle: DoubleArray, height: DoubleArray, hole: tuple[float, float, float]
) -> BoolArray:
    """Return the cells of a ragged round hole."""
    size, centre, level = hole
    across = (angle - np.radians(centre))[None, :] * np.nan_to_num(radius, nan=80.0)
    up = (height - level)[:, None]
    turn = np.arctan2(up, across)
    ragged = size * (1 + 0.18 * np.sin(5 * turn) + 0.1 * np.cos(9 * turn))
    return np.asarray(np.hypot(across, up) < ragged)


def _write_glb(swept: Swept, to_file: DoubleArray, path: Path) -> None:
    """Write a textured GLB."""
    import trimesh
    from PIL import Image

    vertices, faces, uv, _ = swept.mesh()
    material = trimesh.visual.material.PBRMaterial(
        baseColorTexture=_jpeg(Image.fromarray(swept.image)), metallicFactor=0, roughnessFactor=0.6
    )
    mesh = trimesh.Trimesh(moved(vertices, to_file), faces, process=False)
    mesh.visual = trimesh.visual.TextureVisuals(uv=uv, material=material)
    path.write_bytes(mesh.export(file_type="glb"))


def _jpeg(image: object) -> object:
    """Return the image as a JPEG that exporters keep as it is."""
    import io

    from PIL import Image

    packed = io.BytesIO()
    image.save(packed, "JPEG", quality=88)  # type: ignore[attr-defined]
    packed.seek(0)
    return Image.open(packed)


def _write_ply(swept: Swept, to_file: DoubleArray, path: Path) -> None:
    """Write a PLY with vertex colours."""
    import trimesh

    vertices, faces, _, colors = swept.mesh()
    mesh = trimesh.Trimesh(moved(vertices, to_file), faces, vertex_colors=colors, process=False)
    path.write_bytes(mesh.export(file_type="ply"))


METRES = np.diag([0.001, 0.001, 0.001, 1.0])
LYING = np.array(  # on its back with z up, as on a table
    [[1.0, 0, 0, 12], [0, 0, -1, -40], [0, 1, 0, 905], [0, 0, 0, 1]]
)
RECIPES = (
    Recipe("adult.glb", 41, 34, Weights(), 0.10, 8.0, (10, 34, -45), 250, 230, METRES, _write_glb),
    Recipe(
        "infant.ply",
        7,
        0.8,
        Weights(mouthFrownLeft=0.3, mouthFrownRight=0.3, browDownLeft=0.25, browDownRight=0.25),
        0.08,
        0.0,
        (7, -34, -32),
        170,
        170,
        LYING,
        _write_ply,
    ),
)
CLEFT = Recipe(
    "infant-cleft.ply",
    23,
    0.35,
    Weights(),
    0.07,
    0.0,
    (0.0, 0.0, 0.0),
    180,
    195,
    LYING,
    _write_ply,
    Kind("left", "complete", 0.6),
)
"""Beside the others: a head of one piece follows no open cleft, so that it cannot be its truth."""
