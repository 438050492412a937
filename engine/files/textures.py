"""Find, check and read texture images, and pack several into one."""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from facewright.engine.arrays import ByteArray, FloatArray, IntArray
from facewright.engine.files.surface import Material, Surface

if TYPE_CHECKING:
    from PIL.Image import Image

LARGEST_SIDE = 8192
LARGEST_PIXELS = 64 << 20
LARGEST_IMAGE_FILE = 256 << 20
FORMATS = ("PNG", "JPEG", "BMP", "TIFF", "WEBP", "TGA")
SUFFIXES = (".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff", ".webp", ".tga")
_PATCH, _PADDING = 8, 2


def beside(scan: Path, name: str) -> Path | None:
    """Return the existing file that `scan` means by `name`, inside the scan's own folder.

    Absolute paths and paths with `..`, as foreign exporters write them, are looked up by their
    file name alone; nothing outside the folder is ever opened.
    """
    name = name.strip().strip('"').replace("\\", "/")
    if not name or "\0" in name or "://" in name or len(name) > 1000:
        return None
    folder = scan.parent.resolve()
    for candidate in (name, name.rsplit("/", 1)[-1]):
        try:
            file = (folder / candidate).resolve()
            if file.is_relative_to(folder) and file.is_file():
                return file
        except OSError:
            continue
    return None


def namesake(scan: Path) -> Path | None:
    """Return the image beside `scan` that shares its stem, if there is one."""
    for suffix in SUFFIXES:
        for candidate in (scan.with_suffix(suffix), scan.with_suffix(suffix.upper())):
            if candidate.is_file():
                return candidate
    return None


def read_image(source: Path | bytes | Image) -> ByteArray:
    """Return an image as `(H, W, 3)` uint8 sRGB, first row at the top.

    JPEG images beyond 8192 pixels a side are decoded at half, quarter or eighth size.

    Raises
    ------
    ValueError
        In plain words, if it is too large, cut short or no image.
    """
    import PIL.Image

    if isinstance(source, Path):
        if source.stat().st_size > LARGEST_IMAGE_FILE:
            raise ValueError("is too large")
        source = source.read_bytes()
    try:
        if isinstance(source, bytes):
            source = PIL.Image.open(io.BytesIO(source), formats=FORMATS)
        if max(source.size) > LARGEST_SIDE and source.format == "JPEG":
            source.draft("RGB", (LARGEST_SIDE // 2, LARGEST_SIDE // 2))
        if source.width * source.height > LARGEST_PIXELS:
            raise ValueError(f"has {source.width} x {source.height} pixels, which is too large")
        if min(source.size) < 1:
            raise ValueError("is empty")
        pixels: ByteArray = np.asarray(source.convert("RGB"), dtype=np.uint8)
    except ValueError as error:
        message = str(error)
        plain = message.startswith(("is ", "has "))
        raise ValueError(message if plain else "could not be read") from None
    except MemoryError:
        raise ValueError("is too large") from None
    except Exception:  # Pillow's plugins raise whatever a damaged stream leads them to
        raise ValueError("could not be read") from None
    return pixels


@dataclass(frozen=True, eq=False)
class Painted:
    """Texture coordinates per corner and the one image that they address."""

    corner_uv: FloatArray | None
    texture: ByteArray | None
    notes: tuple[str, ...] = ()


def paint(surface: Surface, scan: Path) -> Painted:
    """Return one texture and corner coordinates for all materials of a surface.

    Parameters
    ----------
    surface : Surface
        `F` faces.
    scan : Path
        Where an image of the same stem is looked for when no material names one.

    Returns
    -------
    Painted
        `corner_uv` is `(F, 3, 2)`; None where the file has no texture coordinates.
    """
    if surface.uv is None or surface.uv_faces is None or not len(surface.faces):
        return Painted(None, None)
    uv = np.where(np.isfinite(surface.uv), surface.uv, 0).astype(np.float32)
    covered = (surface.uv_faces >= 0).all(axis=1)
    corner_uv: FloatArray = uv[np.maximum(surface.uv_faces, 0)]
    notes: list[str] = []
    images, image_of = _images(surface, scan, notes)
    if not images:
        return Painted(corner_uv if covered.all() else None, None, tuple(notes))
    material = surface.material
    if material is None or not len(material):
        material = np.zeros(len(surface.faces), dtype=np.int32)
    key = np.where(covered, image_of[material], -1)
    if (key == key[0]).all() and key[0] >= 0:
        return Painted(_wrapped(corner_uv), images[int(key[0])], tuple(notes))
    return _packed(surface, corner_uv, key, material, images, tuple(notes))


def _images(surface: Surface, scan: Path, notes: list[str]) -> tuple[list[ByteArray], IntArray]:
    """Return the readable images and, per material, the row of its image or -1."""
    materials = surface.materials or (Material(),)
    if not any(material.image is not None for material in materials) and (
        sibling := namesake(scan)
    ):
        materials = tuple(Material(m.name, sibling, m.color) for m in materials)
    missing = int(surface.material.max(initial=0)) if surface.material is not None else 0
    materials += (Material(),) * (missing + 1 - len(materials))
    used = (
        np.unique(surface.material)
        if surface.material is not None and len(surface.material)
        else np.zeros(1, dtype=np.int32)
    )
    images: list[ByteArray] = []
    row_of: dict[object, int] = {}
    image_of = np.full(len(materials), -1, dtype=np.int32)
    pixels = 0
    for index in used.tolist():
        image = materials[index].image
        if image is None:
            continue
        same = hashlib.sha256(image).digest() if isinstance(image, bytes) else _identity(image)
        if same not in row_of:
            row_of[same] = -1
            try:
                read = read_image(image)
            except (ValueError, OSError) as error:
                reason = str(error) if isinstance(error, ValueError) else "could not be read"
                name = image.name if isinstance(image, Path) else materials[index].name
                notes.append(f"the texture {name or 'image'} {reason} and was left out")
                continue
            pixels += read.shape[0] * read.shape[1]
            if pixels > 2 * LARGEST_PIXELS:
                notes.append("some textures were left out: together they are too large")
                continue
            row_of[same] = len(images)
            images.append(read)
        image_of[index] = row_of[same]
    return images, image_of


def _identity(image: Path | Image) -> object:
    return image if isinstance(image, Path) else id(image)


def _wrapped(corner_uv: FloatArray) -> FloatArray:
    """Return coordinates with whole tiles taken off each face, so that they lie in [0, 1]."""
    if corner_uv.min() >= -1e-3 and corner_uv.max() <= 1 + 1e-3:
        return np.clip(corner_uv, 0, 1)
    middle = corner_uv.mean(axis=1, keepdims=True)
    wrapped: FloatArray = np.clip(corner_uv - np.floor(middle), 0, 1)
    return wrapped


def _packed(
    surface: Surface,
    corner_uv: FloatArray,
    key: IntArray,
    material: IntArray,
    images: list[ByteArray],
    notes: tuple[str, ...],
) -> Painted:
    """Return all images, and a patch for each plain colour, in one atlas."""
    plain = np.unique(material[key < 0])
    colors = [
        surface.materials[m].color if m < len(surface.materials) else Material().color
        for m in plain.tolist()
    ]
    patches = [
        np.full((_PATCH, _PATCH, 3), np.round(255 * np.array(color)), dtype=np.uint8)
        for color in colors
    ]
    tiles = images + patches
    row = np.where(key >= 0, key, len(images) + np.searchsorted(plain, material))
    used = np.unique(row)
    atlas, boxes = pack([tiles[r] for r in used.tolist()])
    where = np.zeros((len(tiles), 4), dtype=np.float32)
    where[used] = boxes
    local = np.where((key >= 0)[:, None, None], _wrapped(corner_uv), np.float32(0.5))
    box = where[row][:, None, :]
    return Painted((box[..., :2] + local * box[..., 2:]).astype(np.float32), atlas, notes)


def pack(tiles: list[ByteArray]) -> tuple[ByteArray, FloatArray]:
    """Return one image that holds all tiles, and where each lies.

    Parameters
    ----------
    tiles : list of (h, w, 3) uint8

    Returns
    -------
    atlas : (H, W, 3) uint8
        At most 8192 a side; tiles are halved until they fit.
    boxes : (N, 4) float32
        Left, bottom, width and height of each tile in texture coordinates.
    """
    while True:
        sizes = [(t.shape[0] + 2 * _PADDING, t.shape[1] + 2 * _PADDING) for t in tiles]
        spots, height, width = _shelves(sizes)
        if max(height, width) <= LARGEST_SIDE or max(max(t.shape[:2]) for t in tiles) <= _PATCH:
            break
        tiles = [t[::2, ::2] if max(t.shape[:2]) > _PATCH else t for t in tiles]
    atlas = np.zeros((height, width, 3), dtype=np.uint8)
    boxes = np.zeros((len(tiles), 4), dtype=np.float32)
    for i, (tile, (top, left)) in enumerate(zip(tiles, spots, strict=True)):
        padded = np.pad(tile, ((_PADDING, _PADDING), (_PADDING, _PADDING), (0, 0)), mode="edge")
        atlas[top : top + padded.shape[0], left : left + padded.shape[1]] = padded
        h, w = tile.shape[:2]
        bottom = height - (top + _PADDING + h)
        boxes[i] = ((left + _PADDING) / width, bottom / height, w / width, h / height)
    return atlas, boxes


def _shelves(sizes: list[tuple[int, int]]) -> tuple[list[tuple[int, int]], int, int]:
    """Return the top left corner of each `(height, width)` box set on shelves, and the size."""
    area = sum(h * w for h, w in sizes)
    limit = max(max(w for _, w in sizes), int(area**0.5))
    spots = [(0, 0)] * len(sizes)
    top = left = shelf = width = 0
    for i in sorted(range(len(sizes)), key=lambda i: -sizes[i][0]):
        h, w = sizes[i]
        if left and left + w > limit:
            top, left, shelf = top + shelf, 0, 0
        spots[i] = (top, left)
        left += w
        shelf = max(shelf, h)
        width = max(width, left)
    return spots, top + shelf, width
