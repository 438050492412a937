"""What a project keeps beside its head: the patient on other days, and repeated marking."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from facewright.engine.errors import InputError
from facewright.engine.face import Face
from facewright.engine.landmarks import Landmarks, Points
from facewright.engine.mask import Mask

DAYS = 365.25
"""Days of a year."""


@dataclass(frozen=True, eq=False)
class Visit:
    """The head of the same patient on another day; it is looked at, never edited.

    Attributes
    ----------
    name, sha256 : str
        Of the file that it came from.
    face : Face
        Before any proposal, with the landmarks that were placed on it.
    day : str
        When it was scanned, as in "2026-11-21"; empty where that was not said.
    unit : str
        The file's; lengths of "arbitrary" ones mean nothing.
    marks : Points or None
        What was placed on its scan, in the frame of the head: it goes before the head's own
        landmarks, as a head of one piece cannot follow an open cleft everywhere.
    """

    name: str
    sha256: str
    face: Face
    day: str = ""
    unit: str = "mm"
    marks: Points | None = None


@dataclass(frozen=True, eq=False)
class Round:
    """What one person placed on the head in one go, without seeing the rounds before.

    Attributes
    ----------
    landmarks : Landmarks or None
        None while the round is still going on.
    mask : Mask or None
    time : float or None
        Seconds since 1970, UTC, when it was finished.
    """

    landmarks: Landmarks | None = None
    mask: Mask | None = None
    time: float | None = None


def as_day(words: str) -> str:
    """Return a day as it is kept, from "2026-11-21"; nothing from nothing.

    Raises
    ------
    InputError
        If it is no day.
    """
    words = words.strip()
    if not words:
        return ""
    try:
        return date.fromisoformat(words).isoformat()
    except ValueError as error:
        raise InputError(f"{words[:20]} is no day: write it as 2026-11-21.") from error


def years_between(first: str, second: str) -> float | None:
    """Return the years from one day to another, below zero backwards; None where one is unsaid."""
    if not (first and second):
        return None
    return (date.fromisoformat(second) - date.fromisoformat(first)).days / DAYS
