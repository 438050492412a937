"""What was dropped or chosen: told apart by suffix, folders looked into, nothing read yet."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QCoreApplication

from facewright.engine.files.project import SUFFIX

SCANS = (".obj", ".ply", ".stl", ".glb", ".gltf", ".vtk", ".vtp", ".off", ".xyz", ".pts", ".asc")
IMAGES = (".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff", ".webp", ".tga")
LANDMARKS = (".json", ".fcsv", ".csv", ".pp", ".ljson")
VOLUMES = (".dcm", ".nii", ".nrrd", ".nhdr", ".mha", ".mhd", ".gz")
MODELS = (".h5", ".npz", ".pkl", ".pickle", ".mat")
"""Files that hold somebody else's face model; ICT-FaceKit is a folder."""
_MOST = 2000


@dataclass(frozen=True)
class Incoming:
    """What to open.

    Attributes
    ----------
    project, scan, model : Path or None
        At most one of them.
    image, landmarks : Path or None
        What goes with the scan.
    notes : tuple of str
        What was left out, or why there is nothing to open.
    """

    project: Path | None = None
    scan: Path | None = None
    image: Path | None = None
    landmarks: Path | None = None
    model: Path | None = None
    notes: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to open."""
        return self.project is None and self.scan is None and self.model is None


def sort_out(paths: Iterable[Path]) -> Incoming:
    """Return what files and folders stand for; of several scans or projects the first counts.

    A single file whose suffix says nothing is taken for a scan: its reader says what is wrong.
    """
    from facewright.engine.models.external.ict import model_folder

    given = list(paths)
    if len(given) == 1 and model_folder(given[0]) is not None:
        return Incoming(model=given[0])
    files = [file for path in given for file in _inside(path)]
    kinds = {
        kind: [file for file in files if file.suffix.lower() in suffixes]
        for kind, suffixes in (
            ("project", (SUFFIX,)),
            ("scan", SCANS),
            ("image", IMAGES),
            ("landmarks", LANDMARKS),
            ("volume", VOLUMES),
            ("model", MODELS),
        )
    }
    if kinds["project"]:
        project = kinds["project"][0]
        return Incoming(project=project, notes=_left_out(project, kinds["project"]))
    if kinds["scan"]:
        scan = kinds["scan"][0]
        return Incoming(
            scan=scan,
            image=_nearest(scan, kinds["image"]),
            landmarks=_nearest(scan, kinds["landmarks"]),
            notes=_left_out(scan, kinds["scan"]),
        )
    if kinds["model"]:
        model = kinds["model"][0]
        return Incoming(model=model, notes=_left_out(model, kinds["model"]))
    if len(given) == 1 and not given[0].is_dir() and not any(kinds.values()):
        return Incoming(scan=given[0])
    return Incoming(notes=(_nothing(given, kinds),))


def _inside(path: Path) -> list[Path]:
    """Return a file itself, or the files of a folder, those in folders inside it last."""
    if not path.is_dir():
        return [path]
    found: list[Path] = []
    for file in path.rglob("*"):
        if len(found) == _MOST:
            break
        if file.is_file() and not file.name.startswith("."):
            found.append(file)
    return sorted(found, key=lambda file: (len(file.parts), file.name.lower()))


def _nearest(scan: Path, others: list[Path]) -> Path | None:
    """Return the file that shares the scan's name, or the only one there is."""
    same = [other for other in others if other.stem.lower() == scan.stem.lower()]
    if same:
        return same[0]
    return others[0] if len(others) == 1 else None


def _left_out(chosen: Path, all_of_them: list[Path]) -> tuple[str, ...]:
    if len(all_of_them) == 1:
        return ()
    text = QCoreApplication.translate("Incoming", "One file at a time: {} is opened.")
    return (text.format(chosen.name),)


def _nothing(given: list[Path], kinds: dict[str, list[Path]]) -> str:
    def say(text: str) -> str:
        return QCoreApplication.translate("Incoming", text)

    name = given[0].name if given else ""
    if kinds["volume"]:
        return say(
            "{} is a CT or MR volume. Facewright opens surfaces: export the skin as STL or PLY "
            "from the program that shows the volume, and open that."
        ).format(kinds["volume"][0].name)
    if kinds["image"]:
        return say(
            "{} is a picture. Drop it together with the scan whose skin it shows, in one go."
        ).format(kinds["image"][0].name)
    if kinds["landmarks"]:
        return say("{} holds landmarks. Drop it together with its scan, in one go.").format(
            kinds["landmarks"][0].name
        )
    return say("{} holds nothing that Facewright opens: drop a scan or a .face project.").format(
        name
    )
