"""What a picture of a view is to be, as a value; imports nothing."""

from __future__ import annotations

from dataclasses import dataclass

AS_SHOWN, WHITE, CLEAR = "shown", "white", "clear"
GROUNDS = (AS_SHOWN, WHITE, CLEAR)


@dataclass(frozen=True)
class Shot:
    """What a picture is to be.

    Attributes
    ----------
    size : (width, height)
        Pixels.
    ground : str
        Of `GROUNDS`: as in the view, white, or transparent.
    marks : bool
        Whether what is laid over the head is drawn: sides, cube, scale bar, landmarks, mask.
    """

    size: tuple[int, int]
    ground: str = AS_SHOWN
    marks: bool = False
