"""The anthropometric landmarks: what each code means and where it lies.

Codes and definitions follow Farkas, Anthropometry of the Head and Face (2nd ed., 1994), in our
own words; `na`, `nb` and `vm` are ours, for measures of clefts. Left and right are the subject's.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class LandmarkWord:
    """A landmark in words.

    Attributes
    ----------
    code : str
        Farkas code, without a side.
    name : str
    definition : str
        One sentence that says where to place it.
    view : str
        Preset of the view from which it is seen best; "left" stands for the point's own side.
    """

    code: str
    name: str
    definition: str
    view: str = "front"


_ROWS = (
    ("v", "vertex", "Highest point of the head when it looks straight ahead.", "front"),
    ("tr", "trichion", "Hairline in the midline of the forehead.", "front"),
    ("g", "glabella", "Foremost point of the forehead between the brows, in the midline.", "left"),
    ("op", "opisthocranion", "Rearmost point of the head in the midline.", "left"),
    ("eu", "eurion", "Point of the side of the skull where the head is widest.", "front"),
    ("ft", "frontotemporale", "Innermost point of the temple's ridge beside the brow.", "front"),
    ("n", "nasion", "Midpoint of the nasal root, where nose and forehead bones meet.", "left"),
    ("se", "sellion", "Deepest point of the nasofrontal angle, in the midline.", "left"),
    ("rh", "rhinion", "End of the nasal bone on the bridge, in the midline.", "left"),
    ("prn", "pronasale", "Foremost point of the tip of the nose.", "left"),
    (
        "c",
        "columella",
        "Highest point of the columella's crest, at the top of the nostrils.",
        "three-quarter",
    ),
    ("sn", "subnasale", "Where the columella meets the upper lip, in the midline.", "left"),
    (
        "mf",
        "maxillofrontale",
        "Base of the nasal root beside the inner corner of the eye.",
        "front",
    ),
    ("al", "alare", "Outermost point of the wing of the nose.", "front"),
    (
        "ac",
        "alar curvature point",
        "Where the crease of the wing of the nose ends at the face.",
        "three-quarter",
    ),
    ("sbal", "subalare", "Where the wing's base runs into the skin of the upper lip.", "front"),
    ("sn1", "columella side", "Narrowest place of the columella, at its side.", "front"),
    ("na", "nostril apex", "Front end of the nostril's rim, below the tip.", "front"),
    ("nb", "nostril base", "Rear end of the nostril's rim, on its floor.", "front"),
    ("en", "endocanthion", "Inner corner of the eye, where the lids meet.", "front"),
    ("ex", "exocanthion", "Outer corner of the eye, where the lids meet.", "front"),
    ("ps", "palpebrale superius", "Highest point of the upper lid's free margin.", "front"),
    ("pi", "palpebrale inferius", "Lowest point of the lower lid's free margin.", "front"),
    ("zy", "zygion", "Outermost point of the cheekbone's arch.", "front"),
    ("ls", "labiale superius", "Midpoint of the upper lip's red border.", "front"),
    ("cph", "crista philtri", "Peak of Cupid's bow, where the philtrum's ridge ends.", "front"),
    (
        "vm",
        "vermilion margin",
        "Free edge of the upper lip straight below its peak.",
        "front",
    ),
    ("ch", "cheilion", "Corner of the mouth.", "front"),
    ("sts", "stomion superius", "Lowest point of the upper lip in the midline.", "front"),
    ("sto", "stomion", "Where the closed lips meet, in the midline.", "front"),
    ("sti", "stomion inferius", "Highest point of the lower lip in the midline.", "front"),
    ("li", "labiale inferius", "Midpoint of the lower lip's red border.", "front"),
    ("sl", "sublabiale", "Deepest point of the groove between lower lip and chin.", "left"),
    ("pg", "pogonion", "Foremost point of the chin.", "left"),
    ("gn", "gnathion", "Lowest point of the chin in the midline.", "left"),
    ("go", "gonion", "Angle of the jaw, its outermost point.", "three-quarter"),
    ("t", "tragion", "Notch above the cartilage in front of the ear's opening.", "left"),
    ("sa", "superaurale", "Highest point of the ear's rim.", "left"),
    ("sba", "subaurale", "Lowest point of the ear lobe.", "left"),
    ("pra", "preaurale", "Foremost point of the ear where it joins the head.", "left"),
    ("pa", "postaurale", "Rearmost point of the ear's rim.", "left"),
    ("obs", "otobasion superius", "Where the top of the ear joins the head.", "left"),
    ("obi", "otobasion inferius", "Where the ear lobe joins the cheek.", "left"),
)

WORDS: dict[str, LandmarkWord] = {row[0]: LandmarkWord(*row) for row in _ROWS}
"""Every landmark of the template that has a Farkas code."""

ESSENTIAL = (
    "ex_r", "en_r", "en_l", "ex_l", "n", "prn", "sn", "al_r", "al_l", "ch_r", "ch_l", "pg",
)  # fmt: skip
"""Twelve points that are found on any face, in the order in which a hand goes over it."""

CLEFT = ("sn", "c", "sn1_r", "sn1_l", "sbal_r", "sbal_l", "cph_r", "cph_l")
"""Those that the measures of a cleft's severity rest on; an open cleft misleads the fit there."""


def side_of(name: str) -> str:
    """Return "l", "r" or nothing for a landmark of the midline."""
    return name[-1] if name.endswith(("_l", "_r")) else ""


def counterpart(name: str) -> str | None:
    """Return the same landmark of the other side, None in the midline."""
    side = side_of(name)
    return f"{name[:-1]}{'r' if side == 'l' else 'l'}" if side else None


def word_of(name: str) -> LandmarkWord | None:
    """Return what a landmark is in words, None for one without a Farkas code."""
    side = side_of(name)
    return WORDS.get(name[:-2] if side else name)


def view_of(name: str) -> str:
    """Return the preset from which a landmark is seen best."""
    word, side = word_of(name), side_of(name)
    if word is None:
        return "front"
    if side == "r":
        return {"left": "right", "three-quarter": "three-quarter"}.get(word.view, word.view)
    if word.view == "three-quarter":
        return "three-quarter-left"
    return word.view
