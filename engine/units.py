"""Guessing the unit of a scan from the size of the face in it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from facewright.engine.errors import InputError

UNITS: Mapping[str, float] = MappingProxyType(
    {"mm": 1.0, "cm": 10.0, "m": 1000.0, "inch": 25.4, "dm": 100.0}
)
"""Millimetres in each unit that scans come in."""

ADULT_EYES = 63.0
"""Mean distance of adults' pupils, mm."""

NEWBORN_EYES, ADULT_EYES_HIGH = 32.0, 78.0
"""Between which pupils of people of any age lie, mm.

Newborns: 38.9 sd 3.6 (Feingold and Bossert 1974); adults: 63 sd 3.6. The range is 2 sd and more
beyond both. It spans a factor of 2.44, less than the 2.54 between any two units above, so no
size fits two of them: an infant in millimetres is never taken for an adult in something else.
"""

RARE_UNITS = frozenset({"inch", "dm"})
"""Taken only for faces of school age and over: a smaller one more likely has no unit at all."""

CHILD_EYES = 50.0
"""Below it the eyes stand as close as in children of five years and less, mm."""


@dataclass(frozen=True)
class Unit:
    """What was taken for the unit of a file, and why.

    Attributes
    ----------
    name : str
        A key of `UNITS`, or "arbitrary".
    millimetres : float
        What file coordinates are multiplied by.
    certain : bool
        False where the size was assumed.
    notes : tuple of str
        Sentences for the user.
    """

    name: str
    millimetres: float
    certain: bool = True
    notes: tuple[str, ...] = ()


def guess_unit(eyes: float, stated: str | None = None, wanted: str = "auto") -> Unit:
    """Return the unit of a scan with the eyes' centres `eyes` file units apart.

    Parameters
    ----------
    eyes : float
        Distance of the pupils, or of the middles between the corners of each eye.
    stated : str, optional
        The unit that the file itself gives: taken where it fits a face.
    wanted : str
        A key of `UNITS` that the user chose, taken as it is; or "auto".

    Raises
    ------
    InputError
        If `wanted` is no unit or `eyes` is not a positive number.
    """
    if not 0 < eyes < float("inf"):
        raise InputError("The face in this scan has no size: check the file it came from.")
    if wanted != "auto":
        if wanted not in UNITS:
            raise InputError(f'"{wanted}" is no unit: use auto, {", ".join(UNITS)}.')
        size = eyes * UNITS[wanted]
        if NEWBORN_EYES <= size <= ADULT_EYES_HIGH:
            return Unit(wanted, UNITS[wanted])
        likely = guess_unit(eyes)
        return Unit(
            wanted,
            UNITS[wanted],
            certain=False,
            notes=(
                f"In {wanted}, as you chose, the eyes would be {size:.3g} mm apart, which no "
                f"person's are: {_advice(likely)}.",
            ),
        )
    fitting = [name for name, mm in UNITS.items() if NEWBORN_EYES <= eyes * mm <= ADULT_EYES_HIGH]
    if stated is not None and stated in fitting:
        return Unit(stated, UNITS[stated], notes=_age_note(eyes * UNITS[stated]))
    notes: tuple[str, ...] = ()
    if stated is not None and stated in UNITS:
        notes = (
            f"The file says {stated}, but then the eyes would be "
            f"{eyes * UNITS[stated]:.3g} mm apart.",
        )
    for name in fitting:
        if name in RARE_UNITS and eyes * UNITS[name] < CHILD_EYES:
            continue
        notes += (f"The unit was taken to be {name}, from the size of the face.",)
        return Unit(name, UNITS[name], notes=notes + _age_note(eyes * UNITS[name]))
    notes += (
        f"The file has no unit that a face fits: the scale was set so that the eyes are "
        f"{ADULT_EYES:.0f} mm apart, the mean of adults; measures in mm are not the person's own.",
    )
    return Unit("arbitrary", ADULT_EYES / eyes, certain=False, notes=notes)


def _age_note(size: float) -> tuple[str, ...]:
    if size >= CHILD_EYES:
        return ()
    return (f"The eyes are {size:.0f} mm apart, as in a young child.",)


def _advice(likely: Unit) -> str:
    if likely.name == "arbitrary":
        return "check the unit"
    return f"{likely.name} would fit"


AGE_WORDS: Mapping[str, float] = MappingProxyType(
    dict.fromkeys(("y", "yr", "yrs", "year", "years"), 1.0)
    | dict.fromkeys(("m", "mo", "mos", "month", "months"), 1 / 12)
    | dict.fromkeys(("w", "week", "weeks"), 7 / 365.25)
)
"""Years in each unit that ages are told in."""
_AGE = re.compile(r"(\d+(?:[.,]\d+)?|[.,]\d+)\s*([a-z]*)\s*", re.IGNORECASE)


def age_in_years(text: str) -> float:
    """Return an age as people write it: `30`, `7 months`, `7mo`, `2.5 y`, `2y 3mo`, `6 weeks`.

    Raises
    ------
    ValueError
        If it is no age.
    """
    parts = [(float(n.replace(",", ".")), word.lower()) for n, word in _AGE.findall(text)]
    plain = len(parts) == 1 and not parts[0][1]
    if not parts or _AGE.sub("", text.strip()):
        raise ValueError(f"no age: {text}")
    if not (plain or all(word in AGE_WORDS for _, word in parts)):
        raise ValueError(f"no age: {text}")
    return sum(number * AGE_WORDS.get(word, 1.0) for number, word in parts)
