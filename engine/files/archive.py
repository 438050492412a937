"""The container of a project file: a zip of JSON, plain arrays and PNG images.

Arrays and images are named by the sha256 of their content, so equal ones are stored once and
damage is noticed. Nothing is unpacked to disk, and nothing is read before its name and size
were checked: no foreign name, no second member of one name, no bomb.
"""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from facewright.engine.arrays import ByteArray, frozen
from facewright.engine.files.atomic import written

DOCUMENT = "project.json"
PREVIEW = "preview.png"
MAX_MEMBERS = 50_000
MAX_TOTAL = 4 << 30
MAX_DOCUMENT = 128 << 20
MAX_RATIO = 400
"""A member above 16 MB that packs better than this is taken for a bomb."""

ROOM, ROOM_RATIO = 256 << 20, 40
"""Bytes that arrays and pixels of any file may take, and more for each byte of a larger one."""

NOT_UNPACKED = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)
"""What `zipfile` raises for a member that is damaged, encrypted or packed as nobody packs."""

MAX_SIDE = 8_192
_NAME = re.compile(
    r"(?:project\.json|preview\.png|arrays/[0-9a-f]{64}\.npy|images/[0-9a-f]{64}\.png)"
)
_DTYPES = {"<f4", "<f8", "<i2", "<i4", "|u1"}
_EPOCH = (1980, 1, 1, 0, 0, 0)


class ArchiveWriter:
    """Collects the members of a project file and writes them in one go."""

    def __init__(self) -> None:
        self._members: dict[str, bytes] = {}
        self._seen: dict[int, tuple[NDArray[Any], str]] = {}

    def array(self, values: NDArray[Any], dtype: DTypeLike = np.float32) -> str:
        """Store an array as `dtype` and return its hash."""
        return self._once(np.asarray(values, dtype=dtype), self._store_array)

    def image(self, pixels: ByteArray) -> str:
        """Store `(H, W, 3)` uint8 as a lossless PNG and return the hash of its pixels."""
        return self._once(pixels, self._store_image)

    def preview(self, pixels: ByteArray) -> None:
        """Store the picture that file lists show."""
        self._members[PREVIEW] = _png(pixels)

    def _once(self, values: NDArray[Any], store: Callable[[NDArray[Any]], str]) -> str:
        seen = self._seen.get(id(values))
        if seen is None or seen[0] is not values:
            seen = self._seen[id(values)] = (values, store(values))
        return seen[1]

    def _store_array(self, values: NDArray[Any]) -> str:
        plain = np.ascontiguousarray(values, dtype=np.dtype(values.dtype).newbyteorder("<"))
        digest = _digest(plain)
        name = f"arrays/{digest}.npy"
        if name not in self._members:
            stream = io.BytesIO()
            np.lib.format.write_array(stream, plain, version=(1, 0), allow_pickle=False)
            self._members[name] = stream.getvalue()
        return digest

    def _store_image(self, pixels: ByteArray) -> str:
        digest = _digest(np.ascontiguousarray(pixels))
        name = f"images/{digest}.png"
        if name not in self._members:
            self._members[name] = _png(pixels)
        return digest

    def write(self, path: Path, document: bytes) -> None:
        """Write the file whole or not at all.

        Raises
        ------
        InputError
            If the folder is missing, read-only or full; what was at `path` stays.
        """
        with written(path) as temporary, zipfile.ZipFile(temporary, "w") as archive:
            for name, content in ((DOCUMENT, document), *self._members.items()):
                _add(archive, name, content)


def _add(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    info = zipfile.ZipInfo(name, date_time=_EPOCH)
    info.external_attr = 0o644 << 16
    stored = name.endswith(".png")
    info.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
    archive.writestr(info, content, compresslevel=None if stored else 1)


def _digest(values: NDArray[Any]) -> str:
    head = f"{values.dtype.str}{values.shape}".encode()
    return hashlib.sha256(head + values.tobytes()).hexdigest()


def _png(pixels: ByteArray) -> bytes:
    from PIL import Image

    stream = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(pixels)).save(stream, "PNG", compress_level=1)
    return stream.getvalue()


class Damaged(ValueError):
    """What the reader found that no project file of ours holds."""


class ArchiveReader:
    """Reads the members of a project file that are asked for, and checks each.

    Raises
    ------
    Damaged
        From every method, if the file is not what `ArchiveWriter` writes.
    OSError
        If the file cannot be read.
    """

    def __init__(self, path: Path) -> None:
        try:
            self._zip = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
            raise Damaged("it is no zip file") from error
        self._arrays: dict[str, NDArray[Any]] = {}
        self._images: dict[str, ByteArray] = {}
        self._room = ROOM + ROOM_RATIO * path.stat().st_size
        try:
            self._sizes = _checked_members(self._zip.infolist())
        except Damaged:
            self._zip.close()
            raise

    def __enter__(self) -> ArchiveReader:
        return self

    def __exit__(self, *_: object) -> None:
        self._zip.close()

    def document(self) -> bytes:
        """Return the JSON text of the project."""
        if self._sizes.get(DOCUMENT, 0) > MAX_DOCUMENT:
            raise Damaged("its project.json is far too large")
        return self._read(DOCUMENT)

    def preview(self) -> ByteArray | None:
        """Return the stored picture, `(H, W, 3)`, if there is one."""
        return _pixels(self._read(PREVIEW), self._take) if PREVIEW in self._sizes else None

    def array(self, digest: str) -> NDArray[Any]:
        """Return the array of this hash; the same object each time."""
        if digest not in self._arrays:
            content = self._read(f"arrays/{digest}.npy")
            self._take(len(content))
            values = _plain_array(content)
            if _digest(values) != digest:
                raise Damaged("an array does not match its hash")
            self._arrays[digest] = frozen(values, values.dtype)
        return self._arrays[digest]

    def image(self, digest: str) -> ByteArray:
        """Return the image of this hash; the same object each time."""
        if digest not in self._images:
            pixels = _pixels(self._read(f"images/{digest}.png"), self._take)
            if _digest(pixels) != digest:
                raise Damaged("an image does not match its hash")
            self._images[digest] = frozen(pixels, np.uint8)
        return self._images[digest]

    def _take(self, size: int) -> None:
        """Count what is unpacked, so that a small file does not fill the memory."""
        self._room -= size
        if self._room < 0:
            raise Damaged("it would unpack to far more than its size")

    def _read(self, name: str) -> bytes:
        if name not in self._sizes:
            raise Damaged(f"{name} is missing")
        try:
            with self._zip.open(name) as stream:
                content = stream.read(self._sizes[name] + 1)
        except NOT_UNPACKED as error:
            raise Damaged(f"{name} cannot be unpacked") from error
        if len(content) != self._sizes[name]:
            raise Damaged(f"{name} has another size than stated")
        return content


def _checked_members(members: list[zipfile.ZipInfo]) -> dict[str, int]:
    if len(members) > MAX_MEMBERS:
        raise Damaged("it holds too many files")
    sizes: dict[str, int] = {}
    for member in members:
        if _NAME.fullmatch(member.filename) is None:
            raise Damaged(f"it holds a foreign file, {member.filename[:60]!r}")
        if member.filename in sizes:
            raise Damaged(f"it holds {member.filename} twice")
        if member.flag_bits & 1:
            raise Damaged("it is encrypted")
        packed = max(member.compress_size, 1)
        if member.file_size > 16 << 20 and member.file_size > MAX_RATIO * packed:
            raise Damaged(f"{member.filename} would unpack to {member.file_size >> 20} MB")
        sizes[member.filename] = member.file_size
    if sum(sizes.values()) > MAX_TOTAL:
        raise Damaged("it would unpack to more than 4 GB")
    return sizes


def _plain_array(content: bytes) -> NDArray[Any]:
    """Return the array of .npy bytes; its header may not promise more than is there."""
    stream = io.BytesIO(content)
    try:
        version = np.lib.format.read_magic(stream)
        if version != (1, 0):
            raise Damaged("an array has an unknown version")
        shape, fortran, dtype = np.lib.format.read_array_header_1_0(stream, max_header_size=4096)
    except (ValueError, SyntaxError, TypeError, RecursionError, MemoryError) as error:
        raise Damaged("an array has no readable header") from error
    if fortran or dtype.str not in _DTYPES or any(size < 0 for size in shape):
        raise Damaged("an array has a type that projects do not use")
    data = content[stream.tell() :]
    count = 1
    for size in shape:
        count *= size
    if count * dtype.itemsize != len(data):
        raise Damaged("an array has another size than stated")
    return np.frombuffer(data, dtype=dtype).reshape(shape)


def _pixels(content: bytes, take: Callable[[int], None]) -> ByteArray:
    from PIL import Image

    try:
        with Image.open(io.BytesIO(content), formats=("PNG",)) as picture:
            if max(picture.size) > MAX_SIDE or picture.mode != "RGB":
                raise Damaged("an image has a size or type that projects do not use")
            take(3 * picture.width * picture.height)
            return np.asarray(picture, dtype=np.uint8)
    except Damaged:
        raise
    except Exception as error:  # Pillow raises many kinds on broken files
        raise Damaged("an image cannot be read") from error
