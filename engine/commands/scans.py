"""`info`, `landmarks` and `register`: what comes from scans and photos."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from facewright.engine.commands.base import (
    Commands,
    Report,
    Tools,
    add_command,
    check_output,
    points_data,
    read_mask,
    years,
)
from facewright.engine.errors import FacewrightError, InputError
from facewright.engine.files.project import SUFFIX, load, save
from facewright.engine.project import History, Project

if TYPE_CHECKING:
    from facewright.engine.landmarks import Points
    from facewright.engine.mesh import Scan
    from facewright.engine.models.store import ModelStore

PHOTOS = (".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff")
AXES = {
    (0, 1): "+x", (0, -1): "-x", (1, 1): "+y", (1, -1): "-y", (2, 1): "+z", (2, -1): "-z",
}  # fmt: skip


def declare(commands: Commands) -> None:
    """Add these commands to the parser."""
    command = add_command(
        commands, "info", run_info, "kind, size, unit and axes, faces found, problems"
    )
    command.add_argument("files", nargs="+", type=Path, metavar="FILE")

    command = add_command(commands, "landmarks", run_landmarks, "named points of a scan or photo")
    command.add_argument("file", type=Path, metavar="SCAN|PHOTO")
    command.add_argument(
        "-o", "--output", type=Path, metavar="lm.json", help="or a .csv or .fcsv file"
    )
    _add_unit(command)

    command = add_command(commands, "register", run_register, "turn a scan into a head")
    command.add_argument("file", type=Path, metavar="SCAN")
    command.add_argument(
        "-o", "--output", type=Path, required=True, metavar="head.face", help="the project to write"
    )
    command.add_argument(
        "--mask",
        metavar="MASK",
        help="where the surface is believed: a region of the head, or a number per scan vertex",
    )
    command.add_argument("--landmarks", type=Path, metavar="lm.json", help="in file coordinates")
    _add_unit(command)
    command.add_argument("--age", type=years, metavar="YEARS", help="the subject's, where known")


def _add_unit(command: argparse.ArgumentParser) -> None:
    units = ["auto", "mm", "cm", "m"]
    command.add_argument(
        "--unit", choices=units, default="auto", help="of the file's numbers; auto guesses"
    )


def run_info(arguments: argparse.Namespace, tools: Tools) -> Report:
    """Describe each file; one that cannot be read is told and the others still come."""
    found: list[dict[str, Any]] = []
    failures = []
    for path in arguments.files:
        try:
            found.append({"file": path.name, **describe(path, tools)})
        except FacewrightError as error:
            failures.append(str(error))
            found.append({"file": path.name, "kind": "unreadable", "problems": [str(error)]})
    lines = tuple(line for item in found for line in _described(item))
    return Report({"files": found}, lines, failures[0] if failures else "")


def describe(path: Path, tools: Tools) -> dict[str, Any]:
    """Return what a file is.

    Raises
    ------
    InputError
        If it is missing or cannot be read.
    """
    suffix = path.suffix.lower()
    if suffix == SUFFIX:
        return _describe_project(path, tools.models)
    if suffix in PHOTOS:
        return _describe_photo(path, tools.models)
    return _describe_scan(path, tools)


def _describe_project(path: Path, models: ModelStore) -> dict[str, Any]:
    loaded = load(path, models)
    project = loaded.history.project
    return {
        "kind": "project",
        "unit": "mm",
        "axes": {"left": "+x", "up": "+y", "front": "+z"},
        "steps": [
            {"kind": edit.kind, "label": edit.label, "enabled": edit.enabled}
            for edit in project.edits
        ],
        "versions": len(loaded.history.versions),
        "sources": [{"name": s.name, "role": s.role, "sha256": s.sha256} for s in project.sources],
        "models": [{"id": m.id, "version": m.version, "sha256": m.sha256} for m in project.models],
        "problems": list(loaded.problems),
    }


def _describe_photo(path: Path, models: ModelStore) -> dict[str, Any]:
    from facewright.engine.files.textures import read_image

    image = read_image(path)
    data: dict[str, Any] = {"kind": "photo", "width": image.shape[1], "height": image.shape[0]}
    try:
        data["faces_found"] = len(models.faces().detect(image))
        data["problems"] = [] if data["faces_found"] else ["No face was found in this photo."]
    except FacewrightError as error:
        data["problems"] = [str(error)]
    return data


def _describe_scan(path: Path, tools: Tools) -> dict[str, Any]:
    from facewright.engine.files.meshes import read_scan
    from facewright.engine.scans.landmarking import find_landmarks

    scan = read_scan(path, tools.progress)
    low, high = scan.vertices.min(axis=0), scan.vertices.max(axis=0)
    data: dict[str, Any] = {
        "kind": "scan" if len(scan.faces) else "point cloud",
        "vertices": len(scan.vertices),
        "triangles": len(scan.faces),
        "texture": None if scan.texture is None else list(scan.texture.shape[1::-1]),
        "vertex_colors": scan.colors is not None,
        "size_in_file_units": (high - low).tolist(),
        "stated_unit": scan.unit,
        "sha256": scan.sha256,
        "problems": list(scan.notes),
    }
    try:
        found = find_landmarks(scan, tools.models, progress=tools.progress)
    except FacewrightError as error:
        data["faces_found"] = 0
        data["problems"].append(str(error))
        return data
    factor = float(np.cbrt(np.linalg.det(found.to_upright[:3, :3])))
    data["unit"] = found.unit
    data["size"] = ((high - low) * factor).tolist()
    data["axes"] = axes_of(found.to_upright)
    data["faces_found"] = found.faces
    data["confidence"] = float(found.confidence)
    data["problems"] += [note for note in found.notes if note not in data["problems"]]
    return data


def axes_of(to_upright: Any) -> dict[str, str]:
    """Return which axis of the file points to the subject's left, up and to the front."""
    rows = np.asarray(to_upright, dtype=np.float64)[:3, :3]
    names = {}
    for name, row in zip(("left", "up", "front"), rows, strict=True):
        axis = int(np.abs(row).argmax())
        names[name] = AXES[axis, 1 if row[axis] > 0 else -1]
    return names


def _described(item: dict[str, Any]) -> tuple[str, ...]:
    words = [f"{item['file']}: {item['kind']}"]
    if "vertices" in item:
        words.append(f"{item['vertices']:,} vertices, {item['triangles']:,} triangles")
    if "width" in item:
        words.append(f"{item['width']} x {item['height']} pixels")
    if "size" in item:
        words.append(" x ".join(f"{side:.0f}" for side in item["size"]) + " mm")
    if "unit" in item and item["kind"] != "project":
        axes = item["axes"]
        words.append(f"unit {item['unit']}; up {axes['up']}, front {axes['front']}")
    if "faces_found" in item:
        words.append(f"faces found: {item['faces_found']}")
    if "steps" in item:
        steps = ", ".join(step["label"] for step in item["steps"]) or "none"
        words.append(f"steps: {steps}; {item['versions']} versions")
    return ("; ".join(words), *(f"  {problem}" for problem in item["problems"]))


def run_landmarks(arguments: argparse.Namespace, tools: Tools) -> Report:
    """Find landmarks on a scan, in 3D, or on a photo, in pixels."""
    path: Path = arguments.file
    if arguments.output is not None:
        check_output(arguments.output)
    if path.suffix.lower() in PHOTOS:
        points, data = photo_landmarks(path, tools.models)
    else:
        from facewright.engine.files.meshes import read_scan
        from facewright.engine.scans.landmarking import find_landmarks

        scan = read_scan(path, tools.progress)
        found = find_landmarks(scan, tools.models, unit=arguments.unit, progress=tools.progress)
        points = found.points
        data = {
            "frame": "file",
            "unit": found.unit,
            "faces_found": found.faces,
            "confidence": float(found.confidence),
            "to_upright": np.asarray(found.to_upright).tolist(),
            "notes": list(found.notes),
        }
    lines = [f"{len(points.names)} landmarks, confidence {data['confidence']:.2f}"]
    if arguments.output is not None:
        from facewright.engine.files.landmarks import write_points

        write_points(points, arguments.output, data["unit"])
        lines.append(f"Written to {arguments.output}")
    return Report({**data, "landmarks": points_data(points)}, (*lines, *data["notes"]))


def photo_landmarks(path: Path, models: ModelStore) -> tuple[Points, dict[str, Any]]:
    """Return the landmarks of the best face in a photo, in pixels, and what was found.

    Raises
    ------
    InputError
        If the photo cannot be read or shows no face.
    """
    from facewright.engine.files.textures import read_image
    from facewright.engine.landmarks import Points
    from facewright.engine.photos.vocabulary import BLENDS, named_points

    image = read_image(path)
    finder = models.faces()
    faces = finder.detect(image) or finder.detect(image, far=True)
    if not faces:
        raise InputError(f"No face was found in {path.name}: crop it closer to the face.")
    mesh = finder.mesh(image, faces[0])
    names = tuple(BLENDS)
    positions = named_points(mesh.points, names)[:, :2]
    points = Points.build(names, positions, np.full(len(names), mesh.presence))
    notes = [f"{len(faces)} faces were found; these are the best one's."] if len(faces) > 1 else []
    return points, {
        "frame": "pixels",
        "unit": "pixel",
        "faces_found": len(faces),
        "confidence": mesh.presence,
        "notes": notes,
    }


def run_register(arguments: argparse.Namespace, tools: Tools) -> Report:
    """Register a scan and save it as a project."""
    from facewright.engine.edits.register import register_scan
    from facewright.engine.files.meshes import read_scan
    from facewright.engine.progress import part

    check_output(arguments.output, SUFFIX)
    landmarks = None
    if arguments.landmarks is not None:
        from facewright.engine.files.landmarks import read_points

        landmarks = read_points(arguments.landmarks)
    scan: Scan = read_scan(arguments.file, part(tools.progress, 0.0, 0.1))
    mask = None
    if arguments.mask is not None:
        mask = read_mask(arguments.mask, tools.models.lifespan().topology)
    done = register_scan(
        scan,
        tools.models,
        landmarks=landmarks,
        unit=arguments.unit,
        mask=mask,
        age=arguments.age,
        progress=part(tools.progress, 0.1, 1.0),
    )
    project = Project(
        sources=(done.source,),
        edits=(done.edit,),
        models=(tools.models.reference("lifespan"),),
    )
    history = History.of(project, f"Open {scan.name}")
    save(history, arguments.output, tools.models, face=done.edit.face)
    result = done.registration
    distances = result.distances
    data = {
        "output": str(arguments.output),
        "source": {"name": scan.name, "sha256": scan.sha256, "unit": done.source.unit},
        "scan_to_head": np.asarray(result.scan_to_head, dtype=np.float64).tolist(),
        "distances": {
            "median": distances.median,
            "mean": distances.mean,
            "p95": distances.p95,
            "samples": distances.samples,
        },
        "landmarks": points_data(result.landmarks),
        "verdict": {
            "level": result.verdict.level,
            "text": result.verdict.text,
            "advice": list(result.verdict.advice),
        },
        "artefacts": None if result.artefacts is None else result.artefacts.share,
        "seconds": dict(result.seconds),
        "notes": list(scan.notes),
    }
    summary = (
        f"{arguments.output}: {result.verdict.text} Mean {distances.mean:.2f} mm, "
        f"95 % within {distances.p95:.2f} mm."
    )
    lines = [summary, *result.verdict.advice]
    if result.artefacts is not None and result.artefacts.share >= 0.005:
        lines.append(
            f"Artefacts on {result.artefacts.share:.0%} of the face were left out; "
            "--mask says where to believe the scan instead."
        )
    return Report(data, tuple(lines))
