"""Colours of the view by the theme that they belong to. Imports nothing heavy.

The window has its own table (`app/theme/colours.py`); what both show is one colour, and a test
compares and measures them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

Color = tuple[float, float, float]


def said(code: str) -> Color:
    """Return the sRGB colour that "#rrggbb" means, in [0, 1]."""
    red, green, blue = (int(code[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue


@dataclass(frozen=True)
class Ground:
    """What lies behind the head, and the colours that are readable on it; sRGB.

    Attributes
    ----------
    low, high : Color
        Background at its lower and at its upper edge.
    text, quiet : Color
        Words over the background, and less important ones.
    face, line : Color
        Fill and outline of marks such as the orientation cube.
    sheet, edge : Color
        Surface and edges of a wireframe.
    no_value : Color
        Skin that carries no value on a heat map.
    plate : Color
        Behind words and around dots that lie on the head, so that they stand out from any skin.
    tones : mapping of str to Color
        Dots, lines and their words by what they mean; told apart with every common colour
        blindness by lightness too.
    """

    low: Color
    high: Color
    text: Color
    quiet: Color
    face: Color
    line: Color
    sheet: Color
    edge: Color
    no_value: Color
    plate: Color
    tones: Mapping[str, Color]


GROUNDS: dict[str, Ground] = {
    "dark": Ground(
        low=said("#15171b"),
        high=said("#34373d"),
        text=said("#e7e9ed"),
        quiet=said("#b3bac4"),
        face=said("#383d47"),
        line=said("#757f91"),
        sheet=said("#262a30"),
        edge=said("#789cc7"),
        no_value=said("#6b6e73"),
        plate=said("#14161a"),
        tones={
            "plain": said("#fac740"),
            "chosen": said("#58a6ff"),
            "moved": said("#fa8c38"),
            "quiet": said("#b8bdc7"),
            "guide": said("#f2f2f7"),
        },
    ),
    "light": Ground(
        low=said("#c6c9cf"),
        high=said("#eceef0"),
        text=said("#1b1f26"),
        quiet=said("#454d59"),
        face=said("#f5f6f9"),
        line=said("#808a99"),
        sheet=said("#f6f7f9"),
        edge=said("#3d5e8a"),
        no_value=said("#9ea1a6"),
        plate=said("#ffffff"),
        tones={
            "plain": said("#7d5000"),
            "chosen": said("#0a5cc2"),
            "moved": said("#a83608"),
            "quiet": said("#5c6470"),
            "guide": said("#1b1f26"),
        },
    ),
}
"""Grounds by the name of their theme."""

MASK = said("#f28c1a")
"""Stripes over masked skin."""
