"""The 30 controllers of NEO-3DF and the rules by which their features are measured.

The paper names them (section 3, "Intuitive Face Editing") and leaves the rules to its
supplement; these are ours, on Farkas' landmarks and on fixed vertices of the template where he
has none. All are in mm of the neutral head.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from facewright.engine.arrays import BoolArray, DoubleArray, FloatArray, IntArray
from facewright.engine.geometry.normals import vertex_normals
from facewright.engine.models.parts.segments import Segments

if TYPE_CHECKING:
    from facewright.engine.models.template import Template

WHOLE = "whole"
"""The part of the controllers that move the rest and, with it, where the others are."""

Rule = Literal["distance", "rise", "depth"]


@dataclass(frozen=True)
class Controller:
    """One feature of the face that has a slider.

    Attributes
    ----------
    key : str
        Stable in files.
    part : str
        Of `PARTS`, or `WHOLE`.
    label : str
        What the user reads under the part's heading.
    rule : str
        "distance" in space, below zero where the points have changed places; "rise" from the
        first point up to the second, "depth" from the first forward to the second.
    points : (str, str)
        `*` stands for the side of a feature that both sides have: their mean is measured.
    less, more : str
        What the two ends look like.
    """

    key: str
    part: str
    label: str
    rule: Rule
    points: tuple[str, str]
    less: str
    more: str

    @property
    def called(self) -> str:
        """What it is called by itself: "Nose width"."""
        if self.part in (WHOLE, "eyes") or self.key == "labial_fissure_width":
            return self.label
        part = self.part.removesuffix("s").replace("_", " ").capitalize()
        return f"{part} {self.label.lower()}"

    @property
    def parts(self) -> tuple[str, ...]:
        """The parts that it moves, but for the whole: its own, and that of what follows."""
        follower = LEADERS.get(self.key, "")
        return (self.part, *(other.part for other in FOLLOWING if other.key == follower))

    @property
    def sided(self) -> bool:
        """Whether its sides can be moved apart: those of the whole head cannot."""
        return self.part != WHOLE

    @property
    def measured_apart(self) -> bool:
        """Whether each side has a measure of its own, as an eye has and a nose's width has not."""
        return any("*" in point for point in self.points)


CONTROLLERS: tuple[Controller, ...] = (
    Controller("facial_width", WHOLE, "Maximum facial width", "distance", ("zy_r", "zy_l"),
               "narrower face", "wider face"),
    Controller("mandibular_width", WHOLE, "Mandibular width", "distance", ("go_r", "go_l"),
               "narrower jaw", "wider jaw"),
    Controller("upper_facial_depth", WHOLE, "Upper facial depth", "distance", ("t_*", "n"),
               "flatter brow", "deeper brow"),
    Controller("middle_facial_depth", WHOLE, "Middle facial depth", "distance", ("t_*", "sn"),
               "flatter midface", "deeper midface"),
    Controller("lower_facial_depth", WHOLE, "Lower facial depth", "distance", ("t_*", "gn"),
               "chin set back", "chin further out"),
    Controller("facial_height", WHOLE, "Facial height", "distance", ("n", "gn"),
               "shorter face", "longer face"),
    Controller("upper_facial_height", WHOLE, "Upper facial height", "distance", ("n", "sto"),
               "mouth higher", "mouth lower"),
    Controller("lower_facial_height", WHOLE, "Lower facial height", "distance", ("sn", "gn"),
               "shorter lower face", "longer lower face"),
    Controller("nose_height", "nose", "Height", "distance", ("nose_root", "sn"),
               "shorter nose", "longer nose"),
    Controller("nose_width", "nose", "Width", "distance", ("al_r", "al_l"),
               "narrower nose", "wider nose"),
    Controller("nose_bridge_width", "nose", "Bridge width", "distance", ("bridge_r", "bridge_l"),
               "narrower bridge", "wider bridge"),
    Controller("nose_tip_up", "nose", "Tip up", "rise", ("sn", "prn"),
               "tip hangs", "tip turned up"),
    Controller("nose_tip_out", "nose", "Tip out", "depth", ("ac_*", "prn"),
               "flatter nose", "tip further out"),
    Controller("nose_tip_width", "nose", "Tip width", "distance", ("tip_r", "tip_l"),
               "finer tip", "broader tip"),
    Controller("brow_front_thickness", "eyebrows", "Front thickness", "distance",
               ("brow_front_low_*", "brow_front_top_*"), "thinner at the nose",
               "thicker at the nose"),
    Controller("brow_tail_thickness", "eyebrows", "Tail thickness", "distance",
               ("brow_tail_low_*", "brow_tail_top_*"), "thinner at the temple",
               "thicker at the temple"),
    Controller("brow_length", "eyebrows", "Length", "distance", ("brow_head_*", "brow_end_*"),
               "shorter brows", "longer brows"),
    Controller("brow_curve", "eyebrows", "Curve", "rise", ("brow_ends_*", "brow_arch_*"),
               "straighter brows", "arched brows"),
    Controller("pupil_distance", "eyes", "Pupil distance", "distance", ("pupil_r", "pupil_l"),
               "eyes closer", "eyes wider apart"),
    Controller("eye_height", "eyes", "Eye height", "distance", ("pi_*", "ps_*"),
               "narrower eyes", "wider open eyes"),
    Controller("canthus_distance", "eyes", "Canthus distance", "distance", ("en_*", "ex_*"),
               "shorter eyes", "longer eyes"),
    Controller("medial_canthus_height", "eyes", "Medial canthus height", "rise",
               ("lids_*", "en_*"), "inner corners lower", "inner corners higher"),
    Controller("lateral_canthus_height", "eyes", "Lateral canthus height", "rise",
               ("lids_*", "ex_*"), "outer corners lower", "outer corners higher"),
    Controller("labial_fissure_width", "upper_lip", "Labial fissure width", "distance",
               ("upper_end_r", "upper_end_l"), "narrower mouth", "wider mouth"),
    Controller("upper_lip_height", "upper_lip", "Height", "distance",
               ("upper_low", "upper_top"), "thinner lip", "fuller lip"),
    Controller("upper_lip_width", "upper_lip", "Width", "distance",
               ("upper_half_r", "upper_half_l"), "narrower bow", "broader bow"),
    Controller("upper_lip_end_height", "upper_lip", "End height", "distance",
               ("upper_end_low_*", "upper_end_top_*"), "ends taper", "ends fuller"),
    Controller("lower_lip_height", "lower_lip", "Height", "distance",
               ("lower_low", "lower_top"), "thinner lip", "fuller lip"),
    Controller("lower_lip_width", "lower_lip", "Width", "distance",
               ("lower_half_r", "lower_half_l"), "narrower lip", "broader lip"),
    Controller("lower_lip_end_height", "lower_lip", "End height", "distance",
               ("lower_end_low_*", "lower_end_top_*"), "ends taper", "ends fuller"),
)  # fmt: skip
"""In the paper's order: 8 of the whole, 6 of the nose, 4, 5, 4 and 3 of the others."""

FOLLOWING = (
    Controller("lower_fissure_width", "lower_lip", "Labial fissure width", "distance",
               ("lower_end_r", "lower_end_l"), "narrower mouth", "wider mouth"),
)  # fmt: skip
"""Features without a slider: the lower lip's ends, which go with those of the upper one."""
FEATURES = CONTROLLERS + FOLLOWING
LEADERS = {"labial_fissure_width": "lower_fissure_width"}
"""Whose change, in mm, is that of another feature, too."""

TURNED = (30.0, 60.0)
"""Degrees from the front by which the skin has turned where bridge and tip are measured."""
BRIDGE, TIP = 6.0, 4.0
"""Mm above and below the rhinion and the tip that are measured with them."""
BEHIND = 8.0
"""Mm behind these within which: the wings of the nose are no part of its tip."""
BROW_FRONT, BROW_TAIL = 0.25, 0.75
"""Share of the brow's length, from its inner end, where its thickness is measured."""
LIP_HALF, LIP_END = 0.5, 0.75
"""Share of half a lip's width, from the middle, where its width and end height are measured."""

COLUMN = 1.0
"""Mm by which vertices of one column differ in x."""

SIDES = ("right", "left")

Anchor = tuple[IntArray, DoubleArray]


class Ruler:
    """Measures the features of all controllers.

    Parameters
    ----------
    template : Template
    segments : Segments
    vertices : (V, 3)
        The mean adult, mm, on which fixed vertices are chosen.
    """

    def __init__(self, template: Template, segments: Segments, vertices: FloatArray) -> None:
        anchors = _anchors(template, segments, vertices)
        ends = [
            [point.replace("*", side) for point in controller.points for side in "rl"]
            for controller in FEATURES
        ]
        used = sorted({name for four in ends for name in four})
        place = {name: row for row, name in enumerate(used)}
        self._ends: IntArray = np.array([[place[n] for n in four] for four in ends], np.int32)
        widest = max(len(anchors[name][0]) for name in used)
        self._corners = np.zeros((len(used), widest), np.int32)
        self._weights = np.zeros((len(used), widest))
        for name, row in place.items():
            corners, weights = anchors[name]
            self._corners[row, : len(corners)] = corners
            self._weights[row, : len(corners)] = weights
        self._usual: DoubleArray = self._ways(vertices)

    @property
    def vertices(self) -> IntArray:
        """The vertices that measures depend on, sorted."""
        return np.unique(self._corners[self._weights != 0]).astype(np.int32)

    def named(self, vertices: FloatArray, side: str = "") -> dict[str, float]:
        """Return the features of the controllers of one head, mm, by key."""
        found = self.measured(vertices, side)
        return {c.key: float(mm) for c, mm in zip(CONTROLLERS, found, strict=False)}

    def measured(self, vertices: FloatArray, side: str = "") -> DoubleArray:
        """Return the `(..., 31)` features of heads, `(..., V, 3)` mm, in the order of `FEATURES`.

        `side` is "right" or "left" for the features of one side; those of both are the mean.
        """
        ways = self._ways(vertices)
        axis = {"rise": 1, "depth": 2}
        usual = self._usual.reshape(2, *(1,) * (ways.ndim - 3), -1, 3)
        found = np.linalg.norm(ways, axis=-1) * np.sign((ways * usual).sum(axis=-1))
        for column, controller in enumerate(FEATURES):
            if controller.rule in axis:
                found[..., column] = ways[..., column, axis[controller.rule]]
        return np.asarray(found[SIDES.index(side)] if side else found.mean(axis=0))

    def _ways(self, vertices: FloatArray) -> DoubleArray:
        """Return the ways from first to second points, `(2, ..., 31, 3)`: right and left."""
        corners = np.asarray(vertices)[..., self._corners, :].astype(np.float64)
        points = np.einsum("...nkd,nk->...nd", corners, self._weights)
        first_r, first_l, second_r, second_l = (points[..., self._ends[:, k], :] for k in range(4))
        return np.stack([second_r - first_r, second_l - first_l])


def _anchors(template: Template, segments: Segments, vertices: FloatArray) -> Mapping[str, Anchor]:
    """Return the vertices and weights of every point, by name."""
    x = np.asarray(vertices, np.float64)
    landmarks = template.landmarks
    found: dict[str, Anchor] = {
        name: (corners, weights.astype(np.float64))
        for name, corners, weights in zip(
            landmarks.names, landmarks.corners, landmarks.weights, strict=True
        )
    }
    mirror = template.fine.mirror
    assert mirror is not None

    def at(name: str, vertex: int) -> None:
        found[name] = (np.array([vertex], np.int32), np.ones(1))

    def both(name: str, left: int) -> None:
        at(f"{name}_l", left)
        at(f"{name}_r", int(mirror[left]))

    def mean(name: str, *others: str) -> None:
        corners = np.concatenate([found[other][0] for other in others])
        weights = np.concatenate([found[other][1] for other in others]) / len(others)
        found[name] = (corners, weights)

    nose = segments.seams["nose"]
    middle = nose[np.abs(x[nose, 0]) < 0.5]
    at("nose_root", int(middle[np.argmax(x[middle, 1])]))
    turned = _turned(template, segments.members["nose"], x)
    for name, level, band in (("bridge", "rh", BRIDGE), ("tip", "prn", TIP)):
        left = turned(_spot(found[level], x), band)
        found[f"{name}_l"] = (left, np.full(len(left), 1 / len(left)))
        found[f"{name}_r"] = (mirror[left], np.full(len(left), 1 / len(left)))
    for side in "rl":
        mean(f"pupil_{side}", *(f"{point}_{side}" for point in ("en", "ex", "ps", "pi")))
        mean(f"lids_{side}", f"ps_{side}", f"pi_{side}")

    brow = segments.members["eyebrows"]
    brow = brow[x[brow, 0] > 0]
    inner, outer = x[brow, 0].min(), x[brow, 0].max()

    for name, share in (("brow_front", BROW_FRONT), ("brow_tail", BROW_TAIL)):
        row = _column(brow, inner + share * (outer - inner), x)
        both(f"{name}_low", int(row[0]))
        both(f"{name}_top", int(row[-1]))
    both("brow_head", int(brow[np.argmin(x[brow, 0])]))
    both("brow_end", int(brow[np.argmax(x[brow, 0])]))
    both("brow_arch", int(_column(brow, (inner + outer) / 2, x)[-1]))
    for side in "rl":
        mean(f"brow_ends_{side}", f"brow_head_{side}", f"brow_end_{side}")

    for lip, far in (("upper", -1), ("lower", 0)):
        members = segments.members[f"{lip}_lip"]
        members = members[template.visible[members]]
        half = x[members, 0].max()
        middle, halfway, ends = (
            _column(members, share * half, x) for share in (0, LIP_HALF, LIP_END)
        )
        at(f"{lip}_low", int(middle[-1 - far]))
        at(f"{lip}_top", int(middle[far]))
        both(f"{lip}_half", int(halfway[far]))
        both(f"{lip}_end_low", int(ends[-1 - far]))
        both(f"{lip}_end_top", int(ends[far]))
        both(f"{lip}_end", int(members[np.argmax(x[members, 0])]))
    return found


def _column(members: IntArray, x_wanted: float, x: DoubleArray) -> IntArray:
    """Return the members above and below the one nearest to an x in mm, from low to high."""
    nearest = members[np.argmin(np.abs(x[members, 0] - x_wanted))]
    line = members[np.abs(x[members, 0] - x[nearest, 0]) < COLUMN]
    return np.asarray(line[np.argsort(x[line, 1])])


def _turned(
    template: Template, members: IntArray, x: DoubleArray
) -> Callable[[DoubleArray, float], IntArray]:
    """Return a function from a point to the left vertices level with it, whose skin is `TURNED`."""
    normals = vertex_normals(x, template.fine.faces)[members]
    turn = np.degrees(np.arctan2(normals[:, 0], normals[:, 2]))
    low, high = TURNED
    side: BoolArray = (turn > low) & (turn < high) & template.visible[members]

    def found(level: DoubleArray, band: float) -> IntArray:
        near = np.abs(x[members, 1] - level[1]) < band
        return np.asarray(members[side & near & (x[members, 2] > level[2] - BEHIND)])

    return found


def _spot(anchor: Anchor, x: DoubleArray) -> DoubleArray:
    return np.asarray(anchor[1] @ x[anchor[0]])
