"""What the regions of the head are called; left and right are the subject's."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

_WORDS = {
    "face": "Face",
    "left": "Left half",
    "right": "Right half",
    "eyebrows": "Eyebrows",
    "eyes": "Eyes",
    "nose": "Nose",
    "upper_lip": "Upper lip",
    "lower_lip": "Lower lip",
    "rest": "Cheeks and the rest",
    "ears": "Ears",
    "neck": "Neck",
    "scalp": "Scalp",
}

OFFERED = (
    "face", "eyebrows", "eyes", "nose", "upper_lip", "lower_lip", "ears", "neck", "scalp", "left",
    "right",
)  # fmt: skip
"""Regions to choose from; the template has others that only models speak of."""


def region_word(name: str) -> str:
    """Return the translated name of a region of the template."""
    word = _WORDS.get(name, name.replace("_", " ").capitalize())
    return QCoreApplication.translate("Regions", word)
