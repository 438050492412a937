"""Read and write named points: our JSON, menpo's LJSON, CSV, 3D Slicer's and MeshLab's files."""

from __future__ import annotations

import csv
import io
import json
import math
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np

from facewright.engine.errors import InputError
from facewright.engine.files.atomic import written
from facewright.engine.landmarks import Points

VERSION = 1
LARGEST_FILE = 16 << 20
MOST_POINTS = 100_000

_Row = tuple[str, tuple[float, ...], float]


_IBUG = {
    **{"chin": 0, "leyebrow": 17, "reyebrow": 22, "nose": 27, "leye": 36, "reye": 42},
    **{"jaw": 0, "right_eyebrow": 17, "left_eyebrow": 22, "right_eye": 36, "left_eye": 42},
    "mouth": 48,
}
"""First iBUG point of menpo's labels."""


_MALFORMED = (
    ValueError,
    KeyError,
    IndexError,
    TypeError,
    AttributeError,
    OverflowError,
    RecursionError,
    StopIteration,
    csv.Error,
)


class _Unreadable(ValueError):
    """A file that is not what its suffix says."""


def read_points(path: Path) -> Points:
    """Return the named points of a file, in the file's own unit and axes.

    Parameters
    ----------
    path : Path
        `.json` (ours), `.mrk.json` and `.fcsv` (3D Slicer), `.ljson` (menpo), `.pp` (MeshLab),
        `.csv` and `.txt` (`name, x, y, z`, or numbers alone). Slicer's numbers are taken as
        written: it saves meshes and points in the same system, LPS today and RAS before 4.11.

    Returns
    -------
    Points
        68 nameless points are taken for iBUG's and named `ibug0` to `ibug67`; other nameless
        points are named by their number from 1. Points that a file marks as not placed are
        left out.

    Raises
    ------
    InputError
        If the file is no such list.
    """
    path = Path(path)
    try:
        size = path.stat().st_size
        if size > LARGEST_FILE:
            raise InputError(f"{path.name} is too large for a list of landmarks: check the file.")
        text = path.read_text("utf-8-sig", "replace")
    except OSError as error:
        reason = (error.strerror or "it cannot be opened").lower()
        raise InputError(
            f"{path.name} could not be read ({reason}): check the file and try again."
        ) from None
    reader = _READERS.get(_suffix(path))
    if reader is None:
        raise InputError(
            f"{path.name} is no list of landmarks that can be read here: save it as JSON, LJSON, "
            "CSV, FCSV, MRK.JSON or PP."
        )
    try:
        rows = reader(text)
        return _points(rows)
    except _MALFORMED:
        raise InputError(
            f"{path.name} is no list of landmarks, or a damaged one: save it again as JSON or CSV."
        ) from None


def write_points(points: Points, path: Path, unit: str = "mm") -> None:
    """Write points as our JSON, `.csv` or `.fcsv`, by suffix.

    Parameters
    ----------
    points : Points
    path : Path
    unit : str
        Unit of the positions, recorded in the file where it has a place for it.

    Raises
    ------
    InputError
        If the suffix is another one, or the file cannot be written.
    """
    path = Path(path)
    writer = {".json": _to_json, ".csv": _to_csv, ".fcsv": _to_fcsv}.get(_suffix(path))
    if writer is None:
        raise InputError(f"Landmarks are not written as {path.name}: use .json, .csv or .fcsv.")
    with written(path) as temporary:
        temporary.write_text(writer(points, unit), "utf-8")


def _suffix(path: Path) -> str:
    name = path.name.lower()
    return ".mrk.json" if name.endswith(".mrk.json") else path.suffix.lower()


def _points(rows: Iterable[_Row]) -> Points:
    rows = list(rows)
    if not rows or len(rows) > MOST_POINTS:
        raise _Unreadable("no points")
    width = {len(position) for _, position, _ in rows}
    if width not in ({2}, {3}):
        raise _Unreadable("points of different kinds")
    names = [name.strip() for name, _, _ in rows]
    if not any(names):
        names = [f"ibug{i}" if len(rows) == 68 else str(i + 1) for i in range(len(rows))]
    if len(set(names)) != len(names) or not all(names):
        raise _Unreadable("names given twice or missing")
    positions = np.array([position for _, position, _ in rows], dtype=np.float64)
    confidence = np.array([certain for _, _, certain in rows], dtype=np.float64)
    if not (np.abs(positions) < 1e9).all() or not ((confidence >= 0) & (confidence <= 1)).all():
        raise _Unreadable("no usable numbers")
    return Points.build(tuple(names), positions.astype(np.float32), confidence.astype(np.float32))


def _json(text: str) -> Iterable[_Row]:
    """Ours, or whichever of the others was saved with a plain `.json` suffix."""
    tree = json.loads(text)
    if "markups" in tree:
        return _markups(text)
    if "groups" in tree or "landmarks" in tree:
        return _ljson(text)
    if tree["format"] != "facewright landmarks" or not 1 <= int(tree["version"]) <= VERSION:
        raise _Unreadable("another format")
    return [
        (str(p["name"]), tuple(map(float, p["position"])), float(p.get("confidence", 1.0)))
        for p in tree["points"]
    ]


def _ljson(text: str) -> Iterable[_Row]:
    """Menpo's files of version 1, 2 and 3: the first group; null points are left out.

    Labelled groups of 68 points are brought into iBUG's order; `leye` and the like are menpo3d's
    words for the left of the picture, `left_eye` is the subject's.
    """
    tree = json.loads(text)
    group = next(iter(tree["groups"].values())) if "groups" in tree else tree
    points = group["landmarks"]["points"]
    every = [tuple(float(math.nan if v is None else v) for v in p) for p in points]
    names = [f"ibug{i}" if len(every) == 68 else str(i + 1) for i in range(len(every))]
    labels = group.get("labels") or []
    if len(every) == 68 and {label["label"] for label in labels} <= set(_IBUG):
        for label in labels:
            for step, row in enumerate(label["mask"]):
                names[row] = f"ibug{_IBUG[label['label']] + step}"
    return [
        (name, p, 1.0)
        for name, p in zip(names, every, strict=True)
        if all(math.isfinite(v) for v in p)
    ]


def _csv(text: str) -> Iterable[_Row]:
    """Lines `name, x, y, z[, confidence]` or numbers alone; a heading line is skipped."""
    lines = (line.strip() for line in text.splitlines())
    first = next((line for line in lines if line and not line.startswith("#")), "")
    sign = next((s for s in (";", "\t", ",") if s in first), " ")
    rows: list[_Row] = []
    headed = False
    for words in csv.reader(io.StringIO(text), delimiter=sign):
        words = [word.strip() for word in words if word.strip()]
        if not words or words[0].startswith("#"):
            continue
        values = [_number(word) for word in words]
        if sum(v is not None for v in values) < 2:
            if not rows and not headed:
                headed = True
                continue
            raise _Unreadable("a line without numbers")
        named = values[0] is None or len(words) > 3
        tail = [v for v in values[named:] if v is not None]
        if len(tail) != len(words) - named:
            raise _Unreadable("a word where a number should be")
        confidence = tail[3] if len(tail) > 3 else 1.0
        rows.append((words[0] if named else "", tuple(tail[:3]), confidence))
    return rows


def _number(word: str) -> float | None:
    try:
        return float(word)
    except ValueError:
        return None


def _fcsv(text: str) -> Iterable[_Row]:
    """3D Slicer's fiducial lists: `id,x,y,z,ow,ox,oy,oz,vis,sel,lock,label,...`."""
    columns = ["id", "x", "y", "z", "ow", "ox", "oy", "oz", "vis", "sel", "lock", "label"]
    rows: list[_Row] = []
    for line in text.splitlines():
        if match := re.match(r"#\s*columns\s*=\s*(.*)", line):
            columns = [word.strip() for word in match[1].split(",")]
        elif line.strip() and not line.startswith("#"):
            words = next(csv.reader([line]))
            entry = dict(zip(columns, words, strict=False))
            x, y, z = (float(entry[axis]) for axis in "xyz")
            rows.append((entry.get("label") or entry.get("id", ""), (x, y, z), 1.0))
    return rows


def _markups(text: str) -> Iterable[_Row]:
    """3D Slicer's markups: control points that are placed."""
    rows: list[_Row] = []
    for markup in json.loads(text)["markups"]:
        for i, point in enumerate(markup["controlPoints"]):
            if point.get("positionStatus", "defined") != "defined":
                continue
            x, y, z = (float(v) for v in point["position"])
            name = str(point.get("label") or point.get("id") or i + 1)
            rows.append((name, (x, y, z), 1.0))
    return rows


def _picked(text: str) -> Iterable[_Row]:
    """MeshLab's picked points: `<point x= y= z= name= active=/>`."""
    if "<!ENTITY" in text or "PickedPoints" not in text:
        raise _Unreadable("no picked points")
    rows: list[_Row] = []
    for tag in re.findall(r"<point\b([^>]*)/?>", text):
        entry = dict(re.findall(r"(\w+)\s*=\s*\"([^\"]*)\"", tag))
        if entry.get("active", "1") != "0":
            position = (float(entry["x"]), float(entry["y"]), float(entry["z"]))
            rows.append((entry.get("name", ""), position, 1.0))
    return rows


_READERS: dict[str, Callable[[str], Iterable[_Row]]] = {
    ".json": _json,
    ".ljson": _ljson,
    ".mrk.json": _markups,
    ".fcsv": _fcsv,
    ".pp": _picked,
    ".csv": _csv,
    ".txt": _csv,
}


def _text(number: float) -> str:
    """Return a coordinate so that it reads back as the same, whatever the unit."""
    return str(np.float32(number))


def _to_json(points: Points, unit: str) -> str:
    listed: list[dict[str, Any]] = [
        {
            "name": name,
            "position": [float(_text(v)) for v in position],
            "confidence": round(float(certain), 4),
        }
        for name, position, certain in zip(
            points.names, points.positions, points.confidence, strict=True
        )
    ]
    tree = {
        "format": "facewright landmarks",
        "version": VERSION,
        "unit": unit,
        "points": listed,
    }
    return json.dumps(tree, indent=1) + "\n"


def _to_csv(points: Points, unit: str) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    axes = ["x", "y", "z"][: points.positions.shape[1]]
    writer.writerow(["name", *axes, *(["confidence"] if len(axes) == 3 else [])])
    for name, position, certain in zip(
        points.names, points.positions, points.confidence, strict=True
    ):
        extra = [f"{certain:.4f}"] if len(axes) == 3 else []
        writer.writerow([name, *map(_text, position), *extra])
    return out.getvalue()


def _to_fcsv(points: Points, unit: str) -> str:
    out = io.StringIO()
    out.write("# Markups fiducial file version = 5.0\n# CoordinateSystem = LPS\n")
    out.write("# columns = id,x,y,z,ow,ox,oy,oz,vis,sel,lock,label,desc,associatedNodeID\n")
    writer = csv.writer(out, lineterminator="\n")
    for i, (name, position) in enumerate(zip(points.names, points.positions, strict=True)):
        x, y, z = (_text(v) for v in (*position, 0.0)[:3])
        writer.writerow([f"P{i + 1}", x, y, z, 0, 0, 0, 1, 1, 1, 0, name, "", ""])
    return out.getvalue()
