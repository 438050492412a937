"""Every scan of a folder registered: heads, their measures, a table of quality, a contact sheet.

What is done is told by the table: a file is only done again when it, or what was asked, changed.
A file that cannot be registered gets its line and the others go on.
"""

from __future__ import annotations

import csv
import hashlib
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from facewright.engine.arrays import ByteArray
from facewright.engine.camera import Camera
from facewright.engine.errors import Cancelled, FacewrightError, InputError
from facewright.engine.files.atomic import written
from facewright.engine.files.project import SUFFIX
from facewright.engine.progress import Progress, part, silent

if TYPE_CHECKING:
    from facewright.engine.edits.base import Edit
    from facewright.engine.edits.register import Registered
    from facewright.engine.face import Face
    from facewright.engine.mesh import Scan
    from facewright.engine.models.store import ModelStore

TABLE, SHEET, PICTURES, MEASURES = "quality.csv", "contact.html", "pictures", "measures"
SIDE, TALL = 320, 280.0
"""Pixels and mm of each picture's height."""


@dataclass(frozen=True)
class Line:
    """One scan in the table; numbers are text, empty where there are none.

    `median`, `mean` and `p95` are mm from the scan to the head on the face, `artefacts` the
    share of the face that was left out, `asked` what the batch was asked for.
    """

    file: str
    sha256: str
    asked: str
    head: str = ""
    verdict: str = ""
    median: str = ""
    mean: str = ""
    p95: str = ""
    artefacts: str = ""
    unit: str = ""
    age: str = ""
    seconds: str = ""
    said: str = ""
    error: str = ""


@dataclass(frozen=True)
class Asked:
    """What is done to every scan.

    Attributes
    ----------
    unit : str
        "auto", or a key of `units.UNITS`.
    age : float or None
        Years, where all are of one age.
    steps : tuple of Edit
        Steps added to each head, such as a region to complete.
    """

    unit: str = "auto"
    age: float | None = None
    steps: tuple[Edit, ...] = ()

    def __str__(self) -> str:
        words = [self.unit] if self.age is None else [self.unit, f"{self.age:g} years"]
        for step in self.steps:
            asked = ((getattr(step, field.name), field.default) for field in fields(step))
            said = (_word(value) for value, usual in asked if value is not usual)
            words.append(" ".join([step.kind, *said]))
        return "; ".join(words)


def _word(value: object) -> str:
    if isinstance(value, np.ndarray):
        return hashlib.sha256(value.tobytes()).hexdigest()[:12]
    return str(value)


@dataclass(frozen=True)
class Batch:
    """What became of a folder.

    `lines` holds one line for each scan, in order; `done` how many were registered just now.
    """

    out: Path
    lines: tuple[Line, ...]
    done: int

    @property
    def failed(self) -> int:
        """How many scans have no head."""
        return sum(bool(line.error) for line in self.lines)

    @property
    def sheet(self) -> Path:
        """The contact sheet."""
        return self.out / SHEET


def scans_in(folder: Path) -> list[Path]:
    """Return the scans of a folder and of those in it, in the order of their names.

    Raises
    ------
    InputError
        If it is no folder or holds none.
    """
    from facewright.engine.files.meshes import can_read

    if not folder.is_dir():
        raise InputError(f"{folder} is no folder: name the folder that holds the scans.")
    found = sorted(p for p in folder.rglob("*") if p.is_file() and can_read(p))
    if not found:
        raise InputError(f"There is no scan in {folder}: choose another folder.")
    return found


def register_folder(
    folder: Path,
    out: Path,
    models: ModelStore,
    asked: Asked | None = None,
    *,
    again: bool = False,
    progress: Progress = silent,
) -> Batch:
    """Register every scan in a folder that is not done yet.

    Parameters
    ----------
    folder : Path
    out : Path
        Where heads, table and contact sheet go; made where it is missing.
    models : ModelStore
    asked : Asked, optional
    again : bool
        Register also what is done.
    progress : Progress
        Asked within each scan: stopping keeps what is done.

    Raises
    ------
    InputError
        If there is nothing to register, or `out` cannot be written.
    """
    asked = asked or Asked()
    inside = out.resolve()
    paths = [path for path in scans_in(folder) if inside not in path.resolve().parents]
    try:
        for part_of in (PICTURES, MEASURES):
            (out / part_of).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"{out} cannot be made: choose another folder.") from error
    known = {} if again else {line.file: line for line in read_table(out / TABLE)}
    lines: list[Line] = []
    done = 0
    for number, path in enumerate(paths):
        name = path.relative_to(folder).as_posix()
        share = part(progress, number / len(paths), (number + 1) / len(paths))
        share(0.0, name)
        try:
            blank = Line(name, _hash(path), str(asked))
        except OSError:
            lines.append(Line(name, "", str(asked), error=f"{name} cannot be read."))
            continue
        line = known.get(name)
        if line is None or not _is_done(line, blank, out):
            line = _registered(path, blank, out, models, asked, _named(share, name))
            done += 1
        lines.append(line)
        waiting = [known[p] for p in _names(paths[number + 1 :], folder) if p in known]
        _write_table([*lines, *waiting], out / TABLE)
    _write_table(lines, out / TABLE)
    _write_sheet(lines, out)
    progress(1.0, f"{len(lines)} scans")
    return Batch(out, tuple(lines), done)


def _names(paths: Sequence[Path], folder: Path) -> list[str]:
    return [path.relative_to(folder).as_posix() for path in paths]


def _named(progress: Progress, name: str) -> Progress:
    return lambda fraction, text: progress(fraction, f"{name}: {text}")


def _hash(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _is_done(line: Line, now: Line, out: Path) -> bool:
    """Return whether a line tells of this very file and wish, and its head is there."""
    same = (line.sha256, line.asked) == (now.sha256, now.asked)
    return same and (bool(line.error) or (bool(line.head) and (out / line.head).is_file()))


def _registered(
    path: Path, line: Line, out: Path, models: ModelStore, asked: Asked, progress: Progress
) -> Line:
    """Register one scan, write its head and pictures, and return its line."""
    from facewright.engine.edits.register import register_scan
    from facewright.engine.files.meshes import read_scan

    begun = time.perf_counter()
    head = line.file.replace("/", "_") + SUFFIX
    try:
        scan = read_scan(path, part(progress, 0.0, 0.1))
        result = register_scan(
            scan, models, unit=asked.unit, age=asked.age, progress=part(progress, 0.1, 0.95)
        )
        _write_head(scan, result, out / head, models, asked)
    except Cancelled:
        raise
    except FacewrightError as error:
        return replace(line, error=str(error), seconds=f"{time.perf_counter() - begun:.1f}")
    except MemoryError:
        return replace(line, error=f"{line.file} needs more memory than there is: make it smaller.")
    except Exception as error:  # one bad file must not stop a night's work
        told = f"Something went wrong inside Facewright ({type(error).__name__}): report this file."
        return replace(line, error=told, seconds=f"{time.perf_counter() - begun:.1f}")
    account = result.registration
    found = account.artefacts
    return replace(
        line,
        head=head,
        verdict=account.verdict.level,
        median=f"{account.distances.median:.3f}",
        mean=f"{account.distances.mean:.3f}",
        p95=f"{account.distances.p95:.3f}",
        artefacts="" if found is None else f"{found.share:.3f}",
        unit=result.source.unit,
        age=f"{account.face.subject.age.value:g}",
        seconds=f"{time.perf_counter() - begun:.1f}",
        said=" ".join((account.verdict.text, *account.verdict.advice, *scan.notes)),
    )


def _write_head(
    scan: Scan, result: Registered, path: Path, models: ModelStore, asked: Asked
) -> None:
    from facewright.engine.evaluator import Evaluator
    from facewright.engine.files.project import save
    from facewright.engine.project import History, Project

    project = Project(
        sources=(result.source,),
        edits=(result.edit, *asked.steps),
        models=(models.reference("lifespan"),),
    )
    registered = result.edit.face
    assert registered is not None
    face = Evaluator(models).face(project) if asked.steps else registered
    save(History.of(project, f"Open {scan.name}"), path, models, face=face)
    shown = [_before(scan, result)]
    shown += [_pictured(each, models) for each in (registered, face)[not asked.steps :]]
    _write_picture(np.concatenate(shown, axis=1), _picture_of(path.name, path.parent))
    _write_measures(face, result.source.unit, models, _measures_of(path.name, path.parent))


def _pictured(face: Face, models: ModelStore) -> ByteArray:
    from facewright.engine.photos.shading import picture

    rig = models.rig()
    return picture(rig.pose(face), rig.skin_image(face), size=(SIDE, SIDE), camera=_camera())


def _write_measures(face: Face, unit: str, models: ModelStore, path: Path) -> None:
    """Write a head's measures with their norms, as the command `measure` does."""
    from facewright.engine.measure.anthropometry import (
        Whose,
        judged,
        measure_head,
        scale_of,
        to_csv,
    )

    marks = models.lifespan().template.landmarks.replaced(face.landmarks)
    rows = judged(measure_head(face.mesh, marks), face.subject)
    whose = Whose(path.stem, face.subject, scale_of(unit))
    with written(path) as temporary:
        temporary.write_text(to_csv(rows, whose), encoding="utf-8")


def _before(scan: Scan, result: Registered) -> ByteArray:
    """Return the scan as it came, from the front."""
    from facewright.engine.geometry.rigid import moved
    from facewright.engine.photos.shading import picture_surface
    from facewright.engine.scans.surfacing import surface

    whole = surface(scan)
    vertices = moved(whole.vertices, result.registration.scan_to_head).astype(np.float32)
    return picture_surface(
        vertices,
        whole.faces,
        whole.colors,
        texture=whole.texture,
        corner_uv=whole.corner_uv,
        size=(SIDE, SIDE),
        camera=_camera(),
    )


def _camera() -> Camera:
    return Camera.looking(
        np.zeros(3), np.array([0.0, 0, -1]), np.array([0.0, 1, 0]), size=(SIDE, SIDE), height=TALL
    )


def _picture_of(head: str, out: Path) -> Path:
    return out / PICTURES / (head.removesuffix(SUFFIX) + ".jpg")


def _measures_of(head: str, out: Path) -> Path:
    return out / MEASURES / (head.removesuffix(SUFFIX) + ".csv")


def _write_picture(image: ByteArray, path: Path) -> None:
    from PIL import Image

    with written(path) as temporary:
        Image.fromarray(image).save(temporary, "JPEG", quality=88)


def read_table(path: Path) -> list[Line]:
    """Return the lines of a table, or none where there is no table of this kind."""
    names = {field.name for field in fields(Line)}
    try:
        with path.open(encoding="utf-8", newline="") as stream:
            rows = csv.DictReader(stream)
            if set(rows.fieldnames or ()) != names:
                return []
            return [Line(**{name: row[name] or "" for name in names}) for row in rows]
    except (OSError, ValueError, csv.Error):
        return []


def _write_table(lines: Sequence[Line], path: Path) -> None:
    with written(path) as temporary, temporary.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, [field.name for field in fields(Line)])
        writer.writeheader()
        writer.writerows(asdict(line) for line in lines)


def _write_sheet(lines: Sequence[Line], out: Path) -> None:
    """Write the contact sheet: scan and head side by side, and what could not be done."""
    from facewright.engine.reports.html import Markup, page, text

    parts = [text("h1", "Registered scans")]
    good = [line for line in lines if not line.error]
    order = "Left the scan, right the head; with steps after it, the registered head between them."
    parts.append(text("p", f"{len(good)} of {len(lines)} scans have a head. {order}"))
    cells = []
    for line in good:
        caption = f"{line.file}: {line.verdict}, median {line.median} mm"
        if line.artefacts and float(line.artefacts) >= 0.005:
            caption += f", {float(line.artefacts):.0%} left out"
        cells.append(_figure(line.head, caption, out))
    rows = ["".join(cells[at : at + 2]) for at in range(0, len(cells), 2)]
    parts.append(Markup("<table>" + "".join(f"<tr>{row}</tr>" for row in rows) + "</table>"))
    if bad := [line for line in lines if line.error]:
        parts.append(text("h2", "Without a head"))
        parts += [text("p", f"{line.file}: {line.error}") for line in bad]
    with written(out / SHEET) as temporary:
        temporary.write_text(page("Registered scans", parts), encoding="utf-8")


def _figure(head: str, caption: str, out: Path) -> str:
    """Return a cell with the pictures of a head, a caption, and a link to its measures."""
    from html import escape
    from urllib.parse import quote

    words = escape(caption)
    source, table = (
        quote(path.relative_to(out).as_posix())
        for path in (_picture_of(head, out), _measures_of(head, out))
    )
    image = f'<img src="{source}" style="max-width:{2 * SIDE}px;width:100%" alt="{words}">'
    return f'<td>{image}<br>{words}, <a href="{table}">measures</a></td>'
