"""How a picture is lit: layers of triangles in, pixels out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from facewright.engine.arrays import ByteArray, DoubleArray, FloatArray, IntArray
from facewright.engine.camera import Camera
from facewright.engine.geometry.normals import vertex_normals
from facewright.engine.photos.color import linear_levels, to_linear, to_srgb
from facewright.engine.photos.rasterizer import rasterize, sample

SKIN = (198, 158, 136)
_GLOSS = {
    "skin": (0.9, 18.0, 1.0),
    "eye": (1.5, 120.0, 0.15),
    "cornea": (14.0, 170.0, 0.0),
    "teeth": (2.2, 90.0, 0.35),
    "gum": (2.5, 60.0, 0.8),
    "tongue": (2.0, 40.0, 0.8),
}
"""Specular strength, exponent, and wrap of diffuse light by material."""

_LAMP = 900
"""Pixels of the largest picture that the key light takes to cast its shadow."""
LIGHTS = np.array([[-0.50, 0.55, 0.75], [0.85, 0.10, 0.55], [0.55, 0.55, -0.65]])
LIGHTS /= np.linalg.norm(LIGHTS, axis=1, keepdims=True)
LIGHTS.flags.writeable = False
"""Towards key, fill and rim light: right, up and towards the camera."""


@dataclass(frozen=True, eq=False)
class Layer:
    """One surface of a picture.

    Attributes
    ----------
    vertices : (V, 3) float
    faces : (F, 3) int
    color : (r, g, b) sRGB, used where nothing better is given
    values : (V, 3) uint8 sRGB per vertex, or None
    image : (H, W, 3) uint8 sRGB, or None
    corner_uv : (F, 3, 2) float, or None
    material : str
        A key of the table of gloss; others shine like skin.
    """

    vertices: FloatArray
    faces: IntArray
    color: tuple[float, float, float] = SKIN
    values: ByteArray | None = None
    image: ByteArray | None = None
    corner_uv: FloatArray | None = None
    material: str = "skin"


def draw(
    layers: Sequence[Layer],
    camera: Camera,
    size: tuple[int, int],
    *,
    supersample: int = 2,
    background: bool = True,
) -> ByteArray:
    """Return the lit picture of `layers`, `(H, W, 3)` uint8.

    Drawn `supersample` times as large and averaged in linear light: key light with shadow,
    fill and rim lights, sky light darkened by occlusion. Corneas only add their highlights to
    what is behind them. Without `background`, a flat grey.
    """
    clear = [layer for layer in layers if layer.material == "cornea"]
    layers = [layer for layer in layers if layer.material != "cornea"]
    large = (size[0] * supersample, size[1] * supersample)
    fine = Camera(
        camera.rotation,
        camera.eye,
        camera.scale * supersample,
        camera.centre * supersample,
        camera.perspective,
    )
    vertices, faces = _joined(layers)
    counts = [len(layer.faces) for layer in layers]
    owner = np.repeat(np.arange(len(layers), dtype=np.int32), counts)
    triangle, barycentric, depth = rasterize(
        fine.project(vertices), faces, large, perspective=camera.perspective
    )
    canvas = _backdrop(large, background)
    rows, columns = np.nonzero(triangle >= 0)
    if len(rows):
        hit, weights = triangle[rows, columns], barycentric[rows, columns]
        mix = _mixer(faces[hit], weights)
        normals = mix(np.concatenate([vertex_normals(la.vertices, la.faces) for la in layers]))
        normals /= np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-12)
        points = mix(vertices)
        albedo = _albedo(layers, owner, faces, triangle, barycentric)[rows, columns]
        gloss = np.array([_GLOSS.get(layer.material, _GLOSS["skin"]) for layer in layers])
        open_ = _openness(fine, depth, large)[rows, columns]
        key = LIGHTS[0] @ _basis(fine)
        shadow = _shadow(points, normals, vertices, faces, key, fine, 2 * max(large))
        canvas[rows, columns] = _light(
            fine, points, normals, albedo, gloss[owner[hit]], open_, shadow
        )
    if clear:
        _add_highlights(canvas, clear, fine, depth)
    folded = canvas.reshape(size[1], supersample, size[0], supersample, 3).mean(axis=(1, 3))
    return to_srgb(folded)


def _joined(layers: Sequence[Layer]) -> tuple[DoubleArray, IntArray]:
    """Return the vertices and faces of all layers as one mesh."""
    starts = np.cumsum([0] + [len(layer.vertices) for layer in layers])
    faces = [np.asarray(la.faces, np.int32) + s for la, s in zip(layers, starts, strict=False)]
    vertices = np.concatenate([layer.vertices for layer in layers]).astype(np.float64)
    return vertices, np.concatenate(faces).astype(np.int32)


def _add_highlights(
    canvas: DoubleArray, clear: Sequence[Layer], camera: Camera, depth: FloatArray
) -> None:
    """Add to `canvas`, in place, the light that clear layers in front of `depth` reflect."""
    vertices, faces = _joined(clear)
    size = (canvas.shape[1], canvas.shape[0])
    triangle, barycentric, clear_depth = rasterize(
        camera.project(vertices), faces, size, perspective=camera.perspective
    )
    # what lies at the same depth, as the white of an eye under its clear skin, is in front too
    slack = 1e-3 * float(np.ptp(vertices, axis=0).max())
    rows, columns = np.nonzero((triangle >= 0) & (clear_depth <= depth + slack))
    if not len(rows):
        return
    mix = _mixer(faces[triangle[rows, columns]], barycentric[rows, columns])
    normals = mix(np.concatenate([vertex_normals(la.vertices, la.faces) for la in clear]))
    normals /= np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-12)
    gloss = np.tile(np.array(_GLOSS["cornea"]), (len(rows), 1))
    lit = np.ones(len(rows))
    dark = np.zeros((len(rows), 3), np.float32)
    canvas[rows, columns] += _light(camera, mix(vertices), normals, dark, gloss, lit, lit)


def _basis(camera: Camera) -> DoubleArray:
    """Return rows right, up and towards the camera."""
    return np.asarray(camera.rotation * np.array([[1.0], [-1.0], [-1.0]]))


def _mixer(corners: IntArray, weights: FloatArray) -> Callable[[DoubleArray], DoubleArray]:
    """Return the function that carries per-vertex values to the points hit."""

    def mix(table: DoubleArray) -> DoubleArray:
        w = weights.astype(np.float64)
        out = table[corners[:, 0]] * w[:, :1]
        out += table[corners[:, 1]] * w[:, 1:2]
        out += table[corners[:, 2]] * w[:, 2:]
        return np.asarray(out)

    return mix


def _albedo(
    layers: Sequence[Layer],
    owner: IntArray,
    faces: IntArray,
    triangle: IntArray,
    barycentric: FloatArray,
) -> FloatArray:
    """Return linear surface colours `(H, W, 3)`."""
    from facewright.engine.photos._kernels import texture_into

    table = linear_levels()
    plain = np.concatenate(
        [
            to_linear(la.values if la.values is not None else np.array(la.color))
            * np.ones((len(la.vertices), 1))
            for la in layers
        ]
    )
    out = sample(plain, faces, triangle, barycentric)
    for index, layer in enumerate(layers):
        if layer.image is None or layer.corner_uv is None or layer.values is not None:
            continue
        corner_uv = np.zeros((len(faces), 3, 2), np.float32)
        corner_uv[owner == index] = layer.corner_uv
        image = np.ascontiguousarray(layer.image)
        texture_into(image, corner_uv, triangle, barycentric, owner == index, table, out)
    return out


def _openness(camera: Camera, depth: FloatArray, size: tuple[int, int]) -> FloatArray:
    """Return how much sky each pixel sees, `(H, W)`, from the depths around it."""
    from scipy.ndimage import gaussian_filter

    from facewright.engine.photos._kernels import occlusion_into

    coarse = np.ascontiguousarray(depth[::2, ::2], dtype=np.float64)
    middle = float(np.median(depth[np.isfinite(depth)]))
    spacing = 2.0 / camera.scale * (middle if camera.perspective else 1.0)
    out = np.ones_like(coarse)
    for reach in (0.018, 0.06):
        layer = np.empty_like(coarse)
        occlusion_into(coarse, spacing, max(3.0, reach * max(coarse.shape)), layer)
        out *= layer
    filled = np.isfinite(coarse).astype(np.float64)
    smooth = gaussian_filter(out * filled, 1.2) / np.maximum(gaussian_filter(filled, 1.2), 1e-6)
    whole = np.repeat(np.repeat(smooth, 2, axis=0), 2, axis=1)[: size[1], : size[0]]
    return np.asarray(np.clip(whole, 0.0, 1.0), dtype=np.float32)


def _light(
    camera: Camera,
    points: DoubleArray,
    normals: DoubleArray,
    albedo: FloatArray,
    gloss: DoubleArray,
    open_: FloatArray | DoubleArray,
    shadow: DoubleArray,
) -> DoubleArray:
    """Return linear light leaving each point `(N, 3)` towards the camera."""
    from facewright.engine.photos._kernels import light_into

    basis = _basis(camera)
    colors = np.array([[1.42, 1.35, 1.27], [0.24, 0.26, 0.31], [0.75, 0.78, 0.84]])
    ambient = np.array([[0.36, 0.38, 0.42], [0.20, 0.175, 0.16]])
    towards = camera.eye - points if camera.perspective else -camera.rotation[2] + 0 * points
    towards = towards / np.linalg.norm(towards, axis=1, keepdims=True)
    out = np.empty_like(points)
    light_into(
        normals @ basis.T,
        towards @ basis.T,
        np.ascontiguousarray(albedo, dtype=np.float64),
        np.ascontiguousarray(gloss[:, :2]),
        np.ascontiguousarray(gloss[:, 2]),
        np.ascontiguousarray(open_, dtype=np.float64),
        shadow,
        LIGHTS,
        colors,
        ambient,
        out,
    )
    return out


def _shadow(
    points: DoubleArray,
    normals: DoubleArray,
    vertices: DoubleArray,
    faces: IntArray,
    light: DoubleArray,
    camera: Camera,
    pixels: int,
) -> DoubleArray:
    """Return the share of a light, `light` towards it, that reaches each point.

    Seen from the lamp in at most `pixels` by `pixels`.
    """
    from facewright.engine.photos._kernels import shadow_into

    pixels = min(pixels, _LAMP)
    low, high = np.nanmin(points, axis=0), np.nanmax(points, axis=0)
    span = float(np.linalg.norm(high - low))
    middle, up = 0.5 * (low + high), np.cross(camera.rotation[0], light)
    lamp = Camera.looking(middle, -light, up, size=(pixels, pixels), height=span)
    _, _, depth = rasterize(lamp.project(vertices), faces, (pixels, pixels))
    lifted = points + normals * (0.006 * span)
    out = np.empty(len(points))
    shadow_into(lamp.project(lifted), depth.astype(np.float64), 0.004 * span, 5, out)
    return out


def _backdrop(size: tuple[int, int], gradient: bool) -> DoubleArray:
    """Return a soft neutral background in linear light, `(H, W, 3)`."""
    width, height = size
    canvas = np.empty((height, width, 3))
    if not gradient:
        canvas[:] = to_linear(np.array([128, 128, 128]))
        return canvas
    y, x = np.ogrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    glow = np.exp(-1.1 * (x**2 + (y + 0.15) ** 2))[..., None]
    edge, middle = to_linear(np.array([62, 66, 72])), to_linear(np.array([176, 180, 186]))
    canvas[:] = edge + (middle - edge) * glow
    return canvas
