"""Learn on annotated photos which blend of mesh points stands for which iBUG point.

What an iBUG point is, is taken from the mean of 300-W's annotations (Sagonas et al. 2016) as dlib
gives it (`get_face_chip_details`): brow points lie on the upper edge of the hair from its tip to
the middle of its inner end, those of lids and lips on their edges, at the shares of the way
between both ends that the mean has. People drew these edges on the photos of two sets: five
people, of whom the one seen twice counts once. Photos do not show depth, so a blend that was
chosen on renders of heads is given up only where photos say clearly that another is better.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from types import MappingProxyType

import numpy as np

from facewright.engine.arrays import DoubleArray
from facewright.engine.errors import InputError
from facewright.engine.photos.vocabulary import BLENDS, Blend, named_points
from facewright.engine.training.anatomy import IBUG_MIRROR
from facewright.engine.training.sources import data_folder

EYES = 63.0
"""Distance of the pupils to which photos are scaled, mm."""

GAIN = 0.3
"""Least gain in mm, on people left out of the learning, for which a blend is given up."""

BROW = (0.0, 0.191, 0.46, 0.738, 1.0)
UPPER_LID, LOWER_LID = (0.0, 0.307, 0.677, 1.0), (0.289, 0.653)
UPPER_CONTACT, LOWER_CONTACT = (0.077, 0.369, 0.5, 0.631, 0.923), (0.366, 0.5, 0.634)
"""Shares of the way from the first point of an edge to its last, in dlib's mean face."""

Stop = int | tuple[int, int]
"""A point of an annotated photo, or the middle between two."""


@dataclass(frozen=True)
class Edge:
    """An edge that was drawn on photos.

    Attributes
    ----------
    numbers : tuple of int
        The iBUG points on it.
    stops : tuple of Stop
        Its points in the file, counted from 0.
    shares : tuple of float, optional
        Where the iBUG points lie between its ends; without, each stop is one of them.
    """

    numbers: tuple[int, ...]
    stops: tuple[Stop, ...]
    shares: tuple[float, ...] | None = None


LONDON = (
    Edge((17, 18, 19, 20, 21), (71, 72, 73, 74, (75, 76)), BROW),
    Edge((26, 25, 24, 23, 22), (82, 81, 80, 79, (78, 77)), BROW),
    Edge((36, 37, 38, 39), (18, 19, 20, 21, 22), UPPER_LID),
    Edge((45, 44, 43, 42), (27, 26, 25, 24, 23), UPPER_LID),
    Edge((41, 40), (18, 28, 29, 30, 22), LOWER_LID),
    Edge((46, 47), (27, 33, 32, 31, 23), LOWER_LID),
    Edge(tuple(range(48, 60)), (87, 88, 89, 90, 91, 92, 93, 108, 107, 106, 105, 104)),
    Edge((60, 61, 62, 63, 64), (87, 94, 95, 96, 97, 98, 93), UPPER_CONTACT),
    Edge((67, 66, 65), (87, 99, 100, 101, 102, 103, 93), LOWER_CONTACT),
)
"""WebMorph's 189 points: the Face Research Lab London Set (DeBruine and Jones 2017, CC BY)."""

ZOOM = (
    Edge((17, 18, 19, 20, 21), (32, 62, 68, 80, 48), BROW),
    Edge((26, 25, 24, 23, 22), (66, 69, 15, 64, 16), BROW),
    Edge((36, 37, 38, 39), (44, 4, 56, 51, 79), UPPER_LID),
    Edge((45, 44, 43, 42), (40, 34, 38, 67, 61), UPPER_LID),
    Edge((41, 40), (44, 25, 11, 58, 79), LOWER_LID),
    Edge((46, 47), (40, 41, 17, 47, 61), LOWER_LID),
    Edge(tuple(range(48, 60)), (29, 0, 3, 26, 72, 42, 45, 75, 2, 12, 39, 10)),
)
"""The 83 points of webmorphR's photos from several distances (CC0)."""

PHOTOS: Mapping[str, tuple[str, tuple[Edge, ...], frozenset[int]]] = MappingProxyType(
    {
        "london_003_03": ("003", LONDON, frozenset(range(17, 27))),
        "london_022_03": ("022", LONDON, frozenset()),
        "london_030_03": ("030", LONDON, frozenset()),
        "london_062_03": ("062", LONDON, frozenset()),
        "zoom_45cm": ("zoom", ZOOM, frozenset({17, 26})),
        "zoom_60cm": ("zoom", ZOOM, frozenset({17, 26})),
    }
)
"""Person, edges and points left out: brows under a fringe, tips set beyond the hair."""

_BROW = ((70, 300), (63, 293), (105, 334), (66, 296), (107, 336), (46, 276), (53, 283), (52, 282),
         (65, 295), (55, 285))  # fmt: skip
_TIP = ((70, 300), (46, 276), (156, 383), (124, 353), (71, 301), (139, 368), (113, 342))
_UPPER_LID = ((33, 263), (246, 466), (161, 388), (160, 387), (159, 386), (158, 385), (157, 384),
              (173, 398), (133, 362))  # fmt: skip
_LOWER_LID = ((33, 263), (7, 249), (163, 390), (144, 373), (145, 374), (153, 380), (154, 381),
              (155, 382), (133, 362))  # fmt: skip
_LIPS = ((61, 291), (146, 375), (185, 409), (40, 270), (39, 269), (37, 267), (91, 321),
         (181, 405), (84, 314))  # fmt: skip
_CONTACT = ((61, 291), (78, 308), (191, 415), (80, 310), (81, 311), (82, 312), (95, 324),
            (88, 318), (178, 402), (87, 317), (62, 292), (76, 306))  # fmt: skip

CANDIDATES: Mapping[int, tuple[tuple[tuple[int, int], ...], float]] = MappingProxyType(
    {17: (_TIP, 14.0), **dict.fromkeys((18, 19, 20, 21), (_BROW, 14.0))}
    | dict.fromkeys((36, 37, 38, 39), (_UPPER_LID, 9.0))
    | dict.fromkeys((40, 41), (_LOWER_LID, 9.0))
    | dict.fromkeys((48, 49, 50, 58, 59), (_LIPS, 9.0))
    | dict.fromkeys((60, 61, 67), (_CONTACT, 9.0))
)
"""Mesh points of the right and left for each iBUG point of the right, and how far apart in mm
two of them may lie."""


@dataclass(frozen=True, eq=False)
class Sample:
    """An iBUG point on a photo: where people set it, and the mesh `(478, 2)`, in mm."""

    person: str
    number: int
    weight: float
    place: DoubleArray
    mesh: DoubleArray


def drawn(edge: Edge, points: DoubleArray) -> Iterator[tuple[int, DoubleArray]]:
    """Yield the iBUG points of an edge from a file's points `(N, 2)`."""
    line = np.array([points[list(s) if isinstance(s, tuple) else [s]].mean(axis=0)
                     for s in edge.stops])  # fmt: skip
    if edge.shares is not None:
        way = line[-1] - line[0]
        reached = (line - line[0]) @ way / (way @ way)
        line = np.stack([np.interp(edge.shares, reached, line[:, d]) for d in range(2)], axis=1)
    yield from zip(edge.numbers, line, strict=True)


def annotated(path: Path) -> DoubleArray:
    """Return the points `(N, 2)` of a WebMorph file in pixels."""
    lines = path.read_text(encoding="utf-8").splitlines()
    rows = lines[1 : int(lines[0]) + 1]
    return np.array([[float(number) for number in row.split()[:2]] for row in rows])


def samples(folder: Path) -> list[Sample]:
    """Return every annotated point of the photos in `folder`, with the face mesh found there.

    Raises
    ------
    InputError
        If the folder does not hold the photos.
    ModelUnavailable
        If the face networks were not fetched.
    """
    from PIL import Image

    from facewright.engine.models.store import ModelStore

    if not all((folder / f"{name}.tem").is_file() for name in PHOTOS):
        raise InputError(f"{folder} does not hold the annotated photos: {', '.join(PHOTOS)}.")
    finder, result = ModelStore().faces(), []
    people = [person for person, _, _ in PHOTOS.values()]
    for name, (person, edges, hidden) in PHOTOS.items():
        image = np.asarray(Image.open(folder / f"{name}.jpg").convert("RGB"))
        mesh = finder.mesh(image, finder.detect(image)[0]).points[:, :2].astype(np.float64)
        along = mesh[473] - mesh[468]
        size = float(np.linalg.norm(along))
        turn = np.array([along, [-along[1], along[0]]]).T / size * (EYES / size)
        points = annotated(folder / f"{name}.tem")
        for edge in edges:
            for number, place in drawn(edge, points):
                if number not in hidden:
                    weight = 1.0 / people.count(person)
                    result.append(Sample(person, number, weight, place @ turn, mesh @ turn))
    return result


def off(blend: Blend, mirrored: Mapping[int, int], right: int, sample: Sample) -> DoubleArray:
    """Return by how much a blend for the `right` misses a sample of either side, `(2,)` mm."""
    chosen = [p if sample.number == right else mirrored.get(p, p) for p, _ in blend]
    weights = np.array([weight for _, weight in blend])
    return np.asarray(weights / weights.sum() @ sample.mesh[chosen] - sample.place)


def learn(right: int, known: Sequence[Sample]) -> Blend:
    """Return the blend of one or two candidates that misses the known samples least."""
    pairs, reach = CANDIDATES[right]
    mirrored, tenths = dict(pairs), np.arange(1, 10) / 10
    blends: list[Blend] = [((point, 1.0),) for point, _ in pairs]
    for a, b in combinations(mirrored, 2):
        if np.mean([np.linalg.norm(s.mesh[a] - s.mesh[b]) for s in known]) < reach:
            blends += [((a, round(float(t), 1)), (b, round(float(1 - t), 1))) for t in tenths]

    def cost(blend: Blend) -> float:
        return sum(s.weight * float((off(blend, mirrored, right, s) ** 2).sum()) for s in known)

    return min(blends, key=cost)


def run(data: Path | None, out: Path | None) -> str:
    """Return the blends that photos ask for; the target `blends` of `facewright-train`.

    Nothing is written: what is clearly better is entered in `vocabulary` by hand.
    """
    lines = []
    every = samples(data_folder(data) / "real" / "photos")
    for right, (pairs, _) in CANDIDATES.items():
        own = [s for s in every if s.number in (right, IBUG_MIRROR[right])]
        missed = [
            np.linalg.norm(named_points(s.mesh, [f"ibug{s.number}"])[0] - s.place) for s in own
        ]
        left_out = [
            np.linalg.norm(off(learn(right, [k for k in own if k.person != s.person]),
                               dict(pairs), right, s))
            for s in own
        ]  # fmt: skip
        blend = learn(right, own)
        weights = [s.weight for s in own]
        now, then = (float(np.average(far, weights=weights)) for far in (missed, left_out))
        verdict = "take" if then < now - GAIN else "keep"
        lines.append(
            f"ibug{right}: {verdict}; {BLENDS[f'ibug{right}']} misses by {now:.1f} mm, "
            f"{blend} people left out by {then:.1f} mm"
        )
    return "\n".join(lines)
