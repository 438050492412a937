"""Write pictures: one, a numbered row, or a moving one."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

from facewright.engine.arrays import ByteArray
from facewright.engine.files.atomic import written
from facewright.engine.files.export import png
from facewright.engine.progress import Progress, silent


def write_pictures(
    pictures: Sequence[ByteArray],
    path: Path,
    *,
    seconds: float = 4.0,
    progress: Progress = silent,
) -> tuple[Path, ...]:
    """Write pictures by the suffix of `path` and return what was written.

    Parameters
    ----------
    pictures : sequence of (H, W, 3) or (H, W, 4) uint8
        sRGB, of one size.
    path : Path
        `.gif`: one moving picture that repeats, opaque, in 256 colours. `.png`: one file, or
        `name_001.png`, `name_002.png`, ... for several.
    seconds : float
        Length of a moving picture.
    progress : Progress

    Raises
    ------
    InputError
        If the file cannot be written.
    Cancelled
        If `progress` is asked to stop; pictures of a row that are complete stay.
    """
    if path.suffix.lower() == ".gif":
        _put(_gif(pictures, seconds, progress), path)
        return (path,)
    digits = max(3, len(str(len(pictures))))
    places = [path]
    if len(pictures) > 1:
        numbers = range(1, len(pictures) + 1)
        places = [path.with_name(f"{path.stem}_{n:0{digits}d}{path.suffix}") for n in numbers]
    for index, (picture, place) in enumerate(zip(pictures, places, strict=True)):
        progress(index / len(places), "Writing pictures")
        _put(png(picture), place)
    return tuple(places)


def _put(content: bytes, path: Path) -> None:
    with written(path) as temporary:
        temporary.write_bytes(content)


def _gif(pictures: Sequence[ByteArray], seconds: float, progress: Progress) -> bytes:
    import PIL.Image

    frames: list[PIL.Image.Image] = []
    for index, picture in enumerate(pictures):
        progress(index / len(pictures), "Writing the moving picture")
        frame = PIL.Image.fromarray(picture[..., :3])
        frames.append(frame.quantize(256, dither=PIL.Image.Dither.FLOYDSTEINBERG))
    stream = io.BytesIO()
    milliseconds = round(1000.0 * seconds / len(frames))
    frames[0].save(
        stream, "GIF", save_all=True, append_images=frames[1:], duration=milliseconds, loop=0
    )
    return stream.getvalue()
