"""What comes with the program to begin with: scans to try, and the head of the model."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from PySide6.QtCore import QCoreApplication


@dataclass(frozen=True)
class Sample:
    """Something to begin with.

    Attributes
    ----------
    name, about : str
    path : Path or None
        A scan; None is a new head of the model.
    picture : Path or None
    """

    name: str
    about: str
    path: Path | None
    picture: Path | None


def shipped() -> tuple[Sample, ...]:
    """Return the scans that are there, and the model's head last."""

    def say(text: str) -> str:
        return QCoreApplication.translate("Samples", text)

    folder = Path(str(files("facewright.assets"))) / "samples"
    pictures = folder / "pictures"
    scans = (
        ("adult.glb", say("Adult scan"), say("synthetic, in colour")),
        ("infant.ply", say("Infant scan"), say("synthetic, one year")),
        ("infant-cleft.ply", say("Infant with a cleft"), say("synthetic, four months")),
    )
    found = [
        Sample(name, about, folder / file, _there((pictures / file).with_suffix(".png")))
        for file, name, about in scans
        if (folder / file).is_file()
    ]
    head = Sample(say("New model head"), say("the mean of the model"), None,
                  _there(pictures / "head.png"))  # fmt: skip
    return (*found, head)


def is_shipped(path: Path) -> bool:
    """Tell whether a file came with the program: its folder is no place for the user's own."""
    return path.resolve().is_relative_to(Path(str(files("facewright.assets"))).resolve())


def _there(path: Path) -> Path | None:
    return path if path.is_file() else None
