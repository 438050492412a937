"""The standard measures of heads and faces: what each is, between which landmarks.

Codes and definitions follow Farkas, Anthropometry of the Head and Face (2nd ed., 1994), in our
own words; those for clefts follow Mercan and others, Plastic and Reconstructive Surgery 141,
2018. All are of the neutral head in its own frame, without expression and pose.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "distance", "depth", "height", "angle", "slope", "tilt", "index", "sides", "arc", "girth"
]

UNITS: dict[Kind, str] = {
    "distance": "mm", "depth": "mm", "height": "mm", "angle": "°", "slope": "°", "tilt": "°",
    "index": "%", "sides": "", "arc": "mm", "girth": "mm",
}  # fmt: skip

KIND_WORDS: dict[Kind, str] = {
    "distance": "Straight distance",
    "depth": "Distance from back to front, projected",
    "height": "Distance from below to above, projected",
    "angle": "Angle at the middle point",
    "slope": "Angle to the horizontal, seen from the front; above zero where the outer end is up",
    "tilt": "Angle to the perpendicular of the line through the outer eye corners, seen from the "
    "front; above zero towards the subject's left",
    "index": "The first measure as a percentage of the second",
    "sides": "Right side divided by left side",
    "arc": "Along the surface",
    "girth": "Tape around the head",
}
"""How each kind of measure is taken."""


@dataclass(frozen=True)
class Definition:
    """A standard measure.

    Attributes
    ----------
    code : str
        Farkas' pair or triple of landmarks: "n-sn". Unique.
    name : str
    kind : str
        See `KIND_WORDS`.
    points : tuple of str
        Landmarks, `*` in place of the side for a measure that both sides have; for "index" and
        "sides" the codes of the measures that it is made from.
    group : str
    text : str
        One sentence on what it is.
    """

    code: str
    name: str
    kind: Kind
    points: tuple[str, ...]
    group: str
    text: str

    @property
    def paired(self) -> bool:
        """Whether the right and the left side each have one."""
        return any("*" in point for point in self.points)

    @property
    def unit(self) -> str:
        """One of "mm", "°", "%" or nothing."""
        return UNITS[self.kind]

    def on_side(self, side: str) -> tuple[str, ...]:
        """Return the landmarks of one side, "r" or "l"."""
        return tuple(point.replace("*", f"_{side}") for point in self.points)


GROUPS = ("Head", "Face", "Eyes", "Nose", "Lips and mouth", "Ears", "Cleft")

_ROWS: dict[str, tuple[tuple[str, str, Kind, str, str], ...]] = {
    "Head": (
        ("eu-eu", "Head width", "distance", "eu_r eu_l",
         "Greatest width of the skull above the ears."),
        ("g-op", "Head length", "distance", "g op",
         "From the brow to the rearmost point of the head."),
        ("CI", "Cephalic index", "index", "eu-eu g-op", "Head width over head length."),
        ("OFC", "Head circumference", "girth", "g op",
         "A tape over brow and back of the head, ears left out, hair not counted."),
        ("v-n", "Forehead and crown height", "distance", "v n",
         "From the top of the head to the nasal root."),
        ("v-gn", "Height of head and face", "distance", "v gn",
         "From the top of the head to the chin."),
        ("ft-ft", "Forehead width", "distance", "ft_r ft_l",
         "Between the ridges of the temples beside the brows."),
        ("t-t", "Skull base width", "distance", "t_r t_l", "Between the notches before the ears."),
        ("t-g-t", "Upper facial arc", "arc", "t_r g t_l",
         "From ear to ear over the brow, along the skin."),
    ),
    "Face": (
        ("zy-zy", "Face width", "distance", "zy_r zy_l", "Between the arches of the cheekbones."),
        ("go-go", "Jaw width", "distance", "go_r go_l", "Between the angles of the jaw."),
        ("n-gn", "Face height", "distance", "n gn", "From the nasal root to the chin."),
        ("n-sto", "Upper face height", "distance", "n sto",
         "From the nasal root to where the lips meet."),
        ("sn-gn", "Lower face height", "distance", "sn gn",
         "From the base of the nose to the chin."),
        ("sto-gn", "Mandible height", "distance", "sto gn",
         "From where the lips meet to the chin."),
        ("sl-gn", "Chin height", "distance", "sl gn", "From the groove under the lip to the chin."),
        ("tr-n", "Forehead height", "distance", "tr n", "From the hairline to the nasal root."),
        ("tr-gn", "Physiognomical face height", "distance", "tr gn",
         "From the hairline to the chin."),
        ("g-sn", "Midface height", "distance", "g sn",
         "From between the brows to the base of the nose."),
        ("t-n", "Upper face depth", "distance", "t* n", "From the ear to the nasal root."),
        ("t-sn", "Middle face depth", "distance", "t* sn", "From the ear to the base of the nose."),
        ("t-gn", "Lower face depth", "distance", "t* gn", "From the ear to the chin."),
        ("go-gn", "Jaw length", "distance", "go* gn", "From the angle of the jaw to the chin."),
        ("ex-go", "Side height of the face", "distance", "ex* go*",
         "From the outer eye corner to the angle of the jaw."),
        ("t-sn-t", "Maxillary arc", "arc", "t_r sn t_l",
         "From ear to ear over the base of the nose, along the skin."),
        ("t-gn-t", "Mandibular arc", "arc", "t_r gn t_l",
         "From ear to ear over the chin, along the skin."),
        ("g-sn-pg", "Facial convexity", "angle", "g sn pg", "How far the midface stands forward."),
        ("n-prn-pg", "Total facial convexity", "angle", "n prn pg",
         "How far the tip of the nose stands forward."),
        ("n-pg depth", "Chin prominence", "depth", "n pg",
         "How far the chin lies in front of the nasal root; below zero behind it."),
        ("FI", "Facial index", "index", "n-gn zy-zy", "Face height over face width."),
        ("UFI", "Upper face index", "index", "n-sto zy-zy", "Upper face height over face width."),
        ("MFI", "Mandible to face width", "index", "go-go zy-zy", "Jaw width over face width."),
    ),
    "Eyes": (
        ("en-en", "Inner eye distance", "distance", "en_r en_l", "Between the inner eye corners."),
        ("ex-ex", "Outer eye distance", "distance", "ex_r ex_l", "Between the outer eye corners."),
        ("en-ex", "Eye fissure length", "distance", "en* ex*",
         "From the inner to the outer corner of an eye."),
        ("ps-pi", "Eye fissure height", "distance", "ps* pi*",
         "Between the margins of the lids, eyes open."),
        ("en-ex slope", "Eye fissure slope", "slope", "en* ex*",
         "How much the outer eye corner lies above the inner one."),
        ("ex-n depth", "Eye depth", "depth", "ex* n",
         "How far the nasal root lies in front of the outer eye corner."),
        ("ICI", "Intercanthal index", "index", "en-en ex-ex",
         "Inner over outer eye distance."),
        ("EFI", "Eye fissure index", "index", "ps-pi en-ex", "Fissure height over length."),
    ),
    "Nose": (
        ("n-sn", "Nose height", "distance", "n sn", "From the nasal root to the base of the nose."),
        ("n-prn", "Nasal bridge length", "distance", "n prn", "From the nasal root to the tip."),
        ("sn-prn", "Nasal tip protrusion", "distance", "sn prn",
         "From the base of the nose to its tip."),
        ("al-al", "Nose width", "distance", "al_r al_l", "Between the wings of the nose."),
        ("ac-ac", "Width of the nose's base", "distance", "ac_r ac_l",
         "Between the creases where the wings meet the face."),
        ("sbal-sbal", "Width at the wings' feet", "distance", "sbal_r sbal_l",
         "Between the points where the wings run into the lip."),
        ("mf-mf", "Nasal root width", "distance", "mf_r mf_l",
         "Between the sides of the nasal root."),
        ("ac-prn", "Length of the wing", "distance", "ac* prn",
         "From the crease of the wing to the tip."),
        ("sn-c", "Columella length", "distance", "sn c",
         "From the base of the nose to the top of the nostrils."),
        ("sn1-sn1", "Columella width", "distance", "sn1_r sn1_l",
         "Across the columella where it is narrowest."),
        ("sn-prn depth", "Nasal projection", "depth", "sn prn",
         "How far the tip lies in front of the base of the nose."),
        ("g-n-prn", "Nasofrontal angle", "angle", "g n prn", "Between forehead and bridge."),
        ("n-prn-c", "Nasal tip angle", "angle", "n prn c", "Between bridge and columella."),
        ("c-sn-ls", "Nasolabial angle", "angle", "c sn ls", "Between columella and upper lip."),
        ("NI", "Nasal index", "index", "al-al n-sn", "Nose width over nose height."),
        ("NPI", "Nasal protrusion index", "index", "sn-prn al-al",
         "Protrusion of the tip over nose width."),
    ),
    "Lips and mouth": (
        ("ch-ch", "Mouth width", "distance", "ch_r ch_l", "Between the corners of the mouth."),
        ("sn-sto", "Upper lip height", "distance", "sn sto",
         "From the base of the nose to where the lips meet."),
        ("sn-ls", "Philtrum length", "distance", "sn ls",
         "From the base of the nose to the upper lip's red border."),
        ("ls-sto", "Upper vermilion height", "distance", "ls sto",
         "Height of the upper lip's red in the midline."),
        ("sto-li", "Lower vermilion height", "distance", "sto li",
         "Height of the lower lip's red in the midline."),
        ("li-sl", "Skin height of the lower lip", "distance", "li sl",
         "From the lower lip's red border to the groove under it."),
        ("sto-sl", "Lower lip height", "distance", "sto sl",
         "From where the lips meet to the groove under the lower lip."),
        ("cph-cph", "Philtrum width", "distance", "cph_r cph_l",
         "Between the peaks of Cupid's bow."),
        ("ch-sto", "Half of the mouth", "distance", "ch* sto",
         "From a corner of the mouth to its middle."),
        ("li-sl-pg", "Mentolabial angle", "angle", "li sl pg", "Between lower lip and chin."),
        ("VI", "Vermilion index", "index", "ls-sto sto-li", "Upper over lower vermilion height."),
        ("MWI", "Mouth to face width", "index", "ch-ch zy-zy", "Mouth width over face width."),
    ),
    "Ears": (
        ("sa-sba", "Ear length", "distance", "sa* sba*", "From the top of the ear to its lobe."),
        ("pra-pa", "Ear width", "distance", "pra* pa*", "From the ear's root to its rear rim."),
        ("obs-obi", "Length of the ear's root", "distance", "obs* obi*",
         "Between the ends at which the ear is fixed."),
        ("EI", "Ear index", "index", "pra-pa sa-sba", "Ear width over ear length."),
    ),
    "Cleft": (
        ("columella tilt", "Columellar angle", "tilt", "sn c",
         "How far the columella leans out of the midline; 0 where it is upright."),
        ("sn1-sbal", "Nostril floor width", "distance", "sn1* sbal*",
         "From the columella to the wing's foot."),
        ("sn1-sbal R/L", "Nostril width ratio", "sides", "sn1-sbal", "1 where both are alike."),
        ("sbal-cph", "Lateral lip height", "distance", "sbal* cph*",
         "From the wing's foot to the peak of Cupid's bow."),
        ("sbal-cph R/L", "Lateral lip height ratio", "sides", "sbal-cph",
         "1 where both are alike."),
        ("cph-ch", "Lateral lip length", "distance", "cph* ch*",
         "From the peak of Cupid's bow to the corner of the mouth."),
        ("cph-ch R/L", "Lateral lip length ratio", "sides", "cph-ch", "1 where both are alike."),
        ("sn-cph", "Philtral height", "distance", "sn cph*",
         "From the base of the nose to the peak of Cupid's bow."),
        ("sn-cph R/L", "Philtral height ratio", "sides", "sn-cph", "1 where both are alike."),
        ("ac-prn R/L", "Length of the wings, ratio", "sides", "ac-prn",
         "1 where both are alike."),
    ),
}  # fmt: skip

DEFINITIONS: tuple[Definition, ...] = tuple(
    Definition(code, name, kind, tuple(points.split()), group, text)
    for group, rows in _ROWS.items()
    for code, name, kind, points, text in rows
)
"""Every standard measure, in order; "index" and "sides" come after what they are made from."""

BY_CODE: dict[str, Definition] = {definition.code: definition for definition in DEFINITIONS}


def landmarks_of(definition: Definition) -> tuple[str, ...]:
    """Return every landmark that a measure rests on, of both sides."""
    if definition.kind in ("index", "sides"):
        parts = (landmarks_of(BY_CODE[code]) for code in definition.points)
        return tuple(dict.fromkeys(name for part in parts for name in part))
    names = (*definition.on_side("r"), *definition.on_side("l"))
    more = ("ex_r", "ex_l") if definition.kind == "tilt" else ()
    return tuple(dict.fromkeys((*names, *more)))


def view_of_measure(definition: Definition) -> str:
    """Return the preset of the view from which a measure is seen best."""
    if definition.group == "Ears" or definition.code in ("g-op", "OFC", "CI"):
        return "left"
    names = landmarks_of(definition)
    middle = not any(name.endswith(("_r", "_l")) for name in names)
    if definition.kind == "depth" or (definition.kind == "angle" and middle):
        return "left"
    if definition.code in ("t-n", "t-sn", "t-gn", "go-gn", "ex-go", "ac-prn"):
        return "three-quarter"
    return "left" if middle and definition.code in ("sn-prn", "n-prn", "v-n", "v-gn") else "front"
