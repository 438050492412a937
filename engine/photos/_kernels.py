"""Compiled pixel loops; imported inside the functions that call them, as numba is heavy."""

from __future__ import annotations

import math

import numpy as np

from facewright.engine.arrays import BoolArray, ByteArray, DoubleArray, FloatArray, IntArray
from facewright.engine.geometry.compiled import compiled

NEAREST = 1e-9


@compiled
def rasterize_into(
    points: DoubleArray,
    faces: IntArray,
    perspective: bool,
    triangle: IntArray,
    barycentric: FloatArray,
    nearness: DoubleArray,
) -> None:
    """Fill `triangle`, `barycentric` and `nearness` (1 / depth in perspective, else -depth)."""
    height, width = triangle.shape
    for f in range(faces.shape[0]):
        a, b, c = faces[f, 0], faces[f, 1], faces[f, 2]
        ax, ay, az = points[a, 0], points[a, 1], points[a, 2]
        bx, by, bz = points[b, 0], points[b, 1], points[b, 2]
        cx, cy, cz = points[c, 0], points[c, 1], points[c, 2]
        if not math.isfinite(ax + ay + az + bx + by + bz + cx + cy + cz):
            continue
        if perspective and (az < NEAREST or bz < NEAREST or cz < NEAREST):
            continue
        area = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax)
        if area == 0.0:
            continue
        low_x, high_x = min(ax, bx, cx), max(ax, bx, cx)
        low_y, high_y = min(ay, by, cy), max(ay, by, cy)
        if high_x < 0.5 or high_y < 0.5 or low_x > width or low_y > height:
            continue
        first_x = max(0, math.ceil(low_x - 0.5))
        last_x = min(width - 1, math.floor(min(high_x, float(width)) - 0.5))
        first_y = max(0, math.ceil(low_y - 0.5))
        last_y = min(height - 1, math.floor(min(high_y, float(height)) - 0.5))
        if perspective:
            na, nb, nc = 1.0 / az, 1.0 / bz, 1.0 / cz
        else:
            na, nb, nc = -az, -bz, -cz
        scale = 1.0 / area
        for row in range(first_y, last_y + 1):
            y = row + 0.5
            for column in range(first_x, last_x + 1):
                x = column + 0.5
                u = ((bx - x) * (cy - y) - (by - y) * (cx - x)) * scale
                v = ((cx - x) * (ay - y) - (cy - y) * (ax - x)) * scale
                w = ((ax - x) * (by - y) - (ay - y) * (bx - x)) * scale
                if u < 0.0 or v < 0.0 or w < 0.0:
                    continue
                near = u * na + v * nb + w * nc
                if near <= nearness[row, column]:
                    continue
                nearness[row, column] = near
                triangle[row, column] = f
                if perspective:
                    u, v, w = u * na, v * nb, w * nc
                total = 1.0 / (u + v + w)
                barycentric[row, column, 0] = u * total
                barycentric[row, column, 1] = v * total
                barycentric[row, column, 2] = w * total


@compiled
def occlusion_into(depth: DoubleArray, spacing: float, reach: float, out: DoubleArray) -> None:
    """Fill `out` with ambient light left, 0 to 1, from the depths around each pixel.

    Samples a fixed spiral out to `reach` pixels; `spacing` is the world size of a pixel. What
    stands nearer than the plane through the pixel and its slope darkens it by its elevation.
    """
    height, width = depth.shape
    turns = 28
    for row in range(height):
        for column in range(width):
            centre = depth[row, column]
            if not math.isfinite(centre):
                out[row, column] = 1.0
                continue
            slope_x = _slope(depth, row, column, 0, 1)
            slope_y = _slope(depth, row, column, 1, 0)
            blocked = 0.0
            for k in range(turns):
                radius = reach * math.sqrt((k + 0.7) / turns)
                angle = 2.39996323 * k
                dx = round(radius * math.cos(angle))
                dy = round(radius * math.sin(angle))
                r, c = row + dy, column + dx
                if r < 0 or c < 0 or r >= height or c >= width:
                    continue
                other = depth[r, c]
                if not math.isfinite(other):
                    continue
                rise = centre + slope_x * dx + slope_y * dy - other
                run = math.sqrt(float(dx * dx + dy * dy)) * spacing
                if rise <= 0.08 * run:
                    continue
                lift = rise / math.sqrt(rise * rise + run * run)
                fade = max(0.0, 1.0 - rise / (reach * spacing * 2.5))
                blocked += lift * fade
            out[row, column] = max(0.0, 1.0 - 1.7 * blocked / turns)


@compiled
def _slope(depth: DoubleArray, row: int, column: int, down: int, right: int) -> float:
    """Return the smaller of the two one-sided depth differences, limited to steep but finite."""
    here = depth[row, column]
    best = 0.0
    found = False
    r, c = row + down, column + right
    if r < depth.shape[0] and c < depth.shape[1] and math.isfinite(depth[r, c]):
        best = depth[r, c] - here
        found = True
    r, c = row - down, column - right
    if r >= 0 and c >= 0 and math.isfinite(depth[r, c]):
        other = here - depth[r, c]
        if not found or abs(other) < abs(best):
            best = other
    return best


@compiled
def texture_into(
    image: ByteArray,
    corner_uv: FloatArray,
    triangle: IntArray,
    barycentric: FloatArray,
    chosen: BoolArray,
    linear: DoubleArray,
    out: FloatArray,
) -> None:
    """Write linear colours, bilinear in `image`, where `chosen[triangle]` holds.

    `linear` is the table of 256 sRGB levels in linear light.
    """
    height, width = triangle.shape
    rows, columns = image.shape[0], image.shape[1]
    for row in range(height):
        for column in range(width):
            f = triangle[row, column]
            if f < 0 or not chosen[f]:
                continue
            u = 0.0
            v = 0.0
            for k in range(3):
                weight = barycentric[row, column, k]
                u += weight * corner_uv[f, k, 0]
                v += weight * corner_uv[f, k, 1]
            if not math.isfinite(u + v):
                u = v = 0.0
            if u < 0.0 or u > 1.0:
                u -= math.floor(u)
            if v < 0.0 or v > 1.0:
                v -= math.floor(v)
            x = min(max(u * columns - 0.5, 0.0), columns - 1.0)
            y = min(max((1.0 - v) * rows - 0.5, 0.0), rows - 1.0)
            left, top = int(x), int(y)
            right, bottom = min(left + 1, columns - 1), min(top + 1, rows - 1)
            tx, ty = x - left, y - top
            for k in range(3):
                above = (1 - tx) * linear[image[top, left, k]] + tx * linear[image[top, right, k]]
                below = (1 - tx) * linear[image[bottom, left, k]] + tx * linear[
                    image[bottom, right, k]
                ]
                out[row, column, k] = (1 - ty) * above + ty * below


@compiled
def shadow_into(
    points: DoubleArray, depth: DoubleArray, bias: float, reach: int, out: DoubleArray
) -> None:
    """Fill `out` with the share of a light, 0 to 1, that reaches each point `(N, 3)`.

    `points` are pixels and depth in the light's own orthographic camera, `depth` its z-buffer;
    `(2 reach + 1)^2` comparisons around each point soften the edge.
    """
    height, width = depth.shape
    for n in range(points.shape[0]):
        column, row = int(points[n, 0]), int(points[n, 1])
        lit = 0
        seen = 0
        for r in range(row - reach, row + reach + 1):
            for c in range(column - reach, column + reach + 1):
                seen += 1
                if (
                    r < 0
                    or c < 0
                    or r >= height
                    or c >= width
                    or points[n, 2] <= depth[r, c] + bias
                ):
                    lit += 1
        out[n] = lit / seen


@compiled
def light_into(
    normals: DoubleArray,
    towards: DoubleArray,
    albedo: DoubleArray,
    gloss: DoubleArray,
    wrap: DoubleArray,
    open_: DoubleArray,
    shadow: DoubleArray,
    lights: DoubleArray,
    colors: DoubleArray,
    ambient: DoubleArray,
    out: DoubleArray,
) -> None:
    """Fill `out` `(N, 3)` with linear light leaving each point towards the camera.

    Diffuse light is wrapped past the terminator by `wrap` (per point) times the depth that
    each colour travels under skin; specular light is two Blinn-Phong lobes under Schlick's
    Fresnel term. `gloss` holds strength and exponent per point; `lights` are directions towards
    each light, the first one shadowed; `ambient` is (sky, ground) light.
    """
    travel = np.array([0.55, 0.30, 0.18])
    for n in range(normals.shape[0]):
        nx, ny, nz = normals[n, 0], normals[n, 1], normals[n, 2]
        vx, vy, vz = towards[n, 0], towards[n, 1], towards[n, 2]
        facing = nx * vx + ny * vy + nz * vz
        if facing < 0.0:
            nx, ny, nz, facing = -nx, -ny, -nz, -facing
        strength, exponent = gloss[n, 0], gloss[n, 1]
        sky = 0.5 + 0.5 * ny
        for k in range(3):
            level = ambient[0, k] * sky + ambient[1, k] * (1.0 - sky)
            tint = open_[n] ** (1.25 - 0.75 * travel[k] * wrap[n])
            out[n, k] = albedo[n, k] * level * tint
        for i in range(lights.shape[0]):
            lx, ly, lz = lights[i, 0], lights[i, 1], lights[i, 2]
            cosine = nx * lx + ny * ly + nz * lz
            visible = shadow[n] if i == 0 else 0.5 + 0.5 * open_[n]
            for k in range(3):
                w = travel[k] * wrap[n]
                diffuse = (cosine + w) / (1.0 + w)
                if diffuse <= 0.0:
                    continue
                diffuse = diffuse ** (1.0 + w) / (1.0 + 0.5 * w)
                soft = visible ** (1.0 - 0.7 * w)
                out[n, k] += albedo[n, k] * colors[i, k] * diffuse * soft
            if cosine <= 0.0:
                continue
            hx, hy, hz = lx + vx, ly + vy, lz + vz
            length = math.sqrt(hx * hx + hy * hy + hz * hz)
            if length < 1e-9:
                continue
            half = max(0.0, (nx * hx + ny * hy + nz * hz) / length)
            glance = max(0.0, 1.0 - (vx * hx + vy * hy + vz * hz) / length)
            fresnel = 0.04 + 0.96 * glance**5
            lobe = (exponent + 8.0) / 25.0 * half**exponent
            broad = (0.25 * exponent + 8.0) / 25.0 * half ** (0.25 * exponent)
            shine = strength * fresnel * (0.55 * lobe + 0.45 * broad) * cosine * visible
            for k in range(3):
                out[n, k] += shine * colors[i, k]
