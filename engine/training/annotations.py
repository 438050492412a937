"""Draw landmarks, curves and regions on the template: `assets/template/annotations.*`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from itertools import pairwise
from pathlib import Path

import numpy as np
from scipy import sparse

from facewright.engine.arrays import BoolArray, FloatArray, IntArray
from facewright.engine.geometry.subdivision import subdivide
from facewright.engine.models.template import ANNOTATIONS, TEMPLATE, Template, load_template
from facewright.engine.training import anatomy
from facewright.engine.training.anatomy import Spot

FACE_RADIUS = 95.0
"""Radius of the face area around prn for a head of `FACE_WIDTH` mm ex to ex (DESIGN, 2)."""
FACE_WIDTH = 90.0


class Sheet:
    """The fine level as something to draw on.

    Parameters
    ----------
    template : Template
        Its annotations are not used.
    """

    def __init__(self, template: Template) -> None:
        self.template = template
        self.vertices: FloatArray = template.reference
        self.count = template.fine.count
        assert template.fine.mirror is not None
        assert template.coarse.quads is not None
        self.mirror: IntArray = template.fine.mirror
        self.visible: BoolArray = template.visible | template.visible[self.mirror]
        self._place = {int(name): row for row, name in enumerate(template.makehuman)}
        edges = subdivide(template.coarse.quads, template.coarse.count).edges
        self._middle = {(int(a), int(b)): row for row, (a, b) in enumerate(edges)}

    @cached_property
    def sides(self) -> sparse.csr_array:
        """Sides of the fine quads: a chain with diagonal steps still bars the way."""
        return self._lengths([(i, (i + 1) % 4) for i in range(4)])

    @cached_property
    def _steps(self) -> sparse.csr_array:
        """Sides and diagonals of the fine quads."""
        return self._lengths([(i, j) for i in range(4) for j in range(i + 1, 4)])

    def _lengths(self, corners: list[tuple[int, int]]) -> sparse.csr_array:
        quads = self.template.fine.quads
        assert quads is not None
        pairs = np.concatenate([quads[:, pair] for pair in corners])
        pairs = np.unique(np.sort(pairs, axis=1), axis=0)
        lengths = np.linalg.norm(np.diff(self.vertices[pairs], axis=1)[:, 0], axis=1)
        one_way = sparse.coo_array((lengths, pairs.T), (self.count, self.count))
        return sparse.csr_array(one_way + one_way.T)

    def fine(self, spot: Spot) -> int:
        """Return the fine vertex of a spot.

        Raises
        ------
        ValueError
            If a pair is no edge of the template.
        """
        if isinstance(spot, int):
            return self._place[spot]
        a, b = sorted((self._place[spot[0]], self._place[spot[1]]))
        if (a, b) not in self._middle:
            raise ValueError(f"{spot} is no edge")
        return self.template.coarse.count + self._middle[a, b]

    def chain(self, spots: Iterable[Spot]) -> IntArray:
        """Return the fine vertices along the shortest edges through `spots`."""
        from scipy.sparse.csgraph import dijkstra

        stops = [self.fine(spot) for spot in spots]
        path = [stops[0]]
        for start, end in pairwise(stops):
            limit = 3 * float(np.linalg.norm(self.vertices[start] - self.vertices[end])) + 10
            _, before = dijkstra(self._steps, indices=start, return_predecessors=True, limit=limit)
            leg = [end]
            while leg[-1] != start:
                leg.append(int(before[leg[-1]]))
            path += leg[-2::-1]
        return np.array(path, dtype=np.int32)

    def fill(self, borders: Sequence[IntArray], seeds: Iterable[Spot]) -> BoolArray:
        """Return what the seeds reach without crossing the borders, borders included.

        Borders and seeds count on both sides.
        """
        from scipy.sparse.csgraph import connected_components

        border = np.zeros(self.count, dtype=bool)
        for chain in borders:
            border[chain] = True
        border |= border[self.mirror]
        inside = np.flatnonzero(~border)
        _, label = connected_components(self.sides[inside][:, inside], directed=False)
        starts = np.array([self.fine(seed) for seed in seeds])
        starts = np.concatenate([starts, self.mirror[starts]])
        wanted = label[np.searchsorted(inside, starts)]
        region = border.copy()
        region[inside[np.isin(label, wanted)]] = True
        return region

    def corners(self, vertices: IntArray) -> IntArray:
        """Return a triangle at each vertex, the vertex first, `(N, 3)`."""
        faces = self.template.fine.faces
        first = np.full(self.count, -1)
        flat = faces.ravel()[::-1]
        first[flat] = np.arange(flat.size)[::-1]
        place = first[vertices]
        turn = (place % 3)[:, None] + np.arange(3)
        return np.take_along_axis(faces[place // 3], turn % 3, axis=1)


def landmark_vertices(sheet: Sheet) -> dict[str, int]:
    """Return the fine vertex of each landmark by its name."""
    places: dict[str, int] = {}
    ibug = {number: sheet.fine(spot) for number, spot in anatomy.IBUG_MIDLINE.items()}
    ibug |= {number: sheet.fine(spot) for number, spot in anatomy.IBUG_LEFT.items()}
    ibug |= {right: int(sheet.mirror[ibug[left]]) for right, left in anatomy.IBUG_MIRROR.items()}
    places |= {f"ibug{number}": ibug[number] for number in range(68)}
    places |= {code: sheet.fine(spot) for code, spot in anatomy.FARKAS_MIDLINE.items()}
    for code, spot in anatomy.FARKAS_LEFT.items():
        places[f"{code}_l"] = sheet.fine(spot)
        places[f"{code}_r"] = int(sheet.mirror[places[f"{code}_l"]])
    return places


def curves(sheet: Sheet) -> dict[str, IntArray]:
    """Return the chains of fine vertices: both sides, or whole from right to left."""
    drawn: dict[str, IntArray] = {}
    for name, spots in anatomy.PATHS_LEFT.items():
        chain = sheet.chain(spots)
        drawn[f"{name}_l"], drawn[f"{name}_r"] = chain, sheet.mirror[chain]
    for name, spots in anatomy.PATHS_HALF.items():
        chain = sheet.chain(spots)
        drawn[name] = np.concatenate([sheet.mirror[chain[:0:-1]], chain])
    return drawn


def _lips(sheet: Sheet) -> tuple[BoolArray, BoolArray]:
    corner = sheet.chain(anatomy.LIP_CORNER)
    upper = sheet.fill(
        [sheet.chain(anatomy.UPPER_BORDER), sheet.chain(anatomy.UPPER_CONTACT), corner], [467]
    )
    lower = sheet.fill(
        [sheet.chain(anatomy.LOWER_BORDER), sheet.chain(anatomy.LOWER_CONTACT), corner], [495]
    )
    return upper, lower & ~upper


def _face_area(sheet: Sheet, places: Mapping[str, int]) -> BoolArray:
    """Return the metric face area of the reference head (DESIGN, section 2)."""
    v = sheet.vertices
    left, right = v[places["ex_l"]], v[places["ex_r"]]
    radius = FACE_RADIUS * float(np.linalg.norm(left - right)) / FACE_WIDTH
    near = np.linalg.norm(v - v[places["prn"]], axis=1) <= radius
    front = v[:, 2] >= (left[2] + right[2]) / 2 - radius / 3
    area = near & front & sheet.visible
    return np.asarray(area & area[sheet.mirror])


def regions(sheet: Sheet, places: Mapping[str, int]) -> dict[str, FloatArray]:
    """Return the masks of the fine level; see assets/README.md for what each is for."""
    chain, visible = sheet.chain, sheet.visible
    upper_lip, lower_lip = _lips(sheet)
    nose = sheet.fill([chain(anatomy.BORDER_NOSE)], [297])
    eyes = sheet.fill([chain(anatomy.BORDER_EYE)], [6788])
    eyebrows = sheet.fill([chain(anatomy.BORDER_BROW)], [6979])
    mouth = sheet.fill([chain(anatomy.BORDER_MOUTH)], [467, 495])
    orbit = sheet.fill([chain(anatomy.BORDER_ORBIT)], [6788]) | eyebrows | eyes
    wide_nose = sheet.fill([chain(anatomy.BORDER_WIDE_NOSE)], [297])
    neck = sheet.fill([chain(anatomy.BORDER_NECK)], [803])
    scalp = sheet.fill([chain(anatomy.BORDER_SCALP)], [881]) & visible
    parts = {
        "eyebrows": eyebrows & ~eyes,
        "eyes": eyes,
        "nose": nose,
        "upper_lip": upper_lip,
        "lower_lip": lower_lip,
    }
    four = {
        "part_nose": wide_nose,
        "part_mouth": mouth & ~wide_nose,
        "part_eyes": orbit & ~wide_nose & ~mouth,
    }
    masks = parts | {"rest": ~_any(parts)} | four | {"part_remainder": ~_any(four)}
    masks |= {
        "ears": sheet.fill([chain(anatomy.BORDER_EAR)], [12034]),
        "neck": neck,
        "scalp": scalp & ~neck,
        "inner": ~visible,
        "face": _face_area(sheet, places),
    }
    side = np.sign(np.round(sheet.vertices[:, 0] - sheet.vertices[sheet.mirror, 0], 4))
    side[sheet.mirror == np.arange(sheet.count)] = 0
    result = {name: mask.astype(np.float32) for name, mask in masks.items()}
    result |= {"left": (1 + side) / 2, "right": (1 - side) / 2}
    return {name: np.asarray(mask, dtype=np.float32) for name, mask in result.items()}


def _any(masks: Mapping[str, BoolArray]) -> BoolArray:
    return np.asarray(np.any(list(masks.values()), axis=0))


def run(data: Path | None, out: Path | None) -> str:
    """Draw the annotations; the target `annotations` of `facewright-train`.

    `data` is not used: the template says which MakeHuman vertex each of its own is.
    """
    from safetensors.numpy import save_file

    folder = out / "template" if out else TEMPLATE
    sheet = Sheet(load_template(folder))
    places = landmark_vertices(sheet)
    anchored = np.array(list(places.values()), dtype=np.int32)
    arrays: dict[str, FloatArray | IntArray] = {
        "landmark_corners": sheet.corners(anchored),
        "landmark_weights": np.tile(np.eye(3, dtype=np.float32)[0], (len(anchored), 1)),
    }
    drawn, masks = curves(sheet), regions(sheet, places)
    arrays |= {f"curve/{name}": chain for name, chain in drawn.items()}
    arrays |= {f"region/{name}": mask for name, mask in masks.items()}
    ordered = {name: np.ascontiguousarray(arrays[name]) for name in sorted(arrays)}
    save_file(ordered, folder / f"{ANNOTATIONS}.safetensors")
    text = json.dumps({"landmarks": list(places)}, indent=1) + "\n"
    (folder / f"{ANNOTATIONS}.json").write_text(text, encoding="utf-8")
    load_template.cache_clear()
    return f"{len(places)} landmarks, {len(drawn)} curves, {len(masks)} regions"
