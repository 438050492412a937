"""Find what eyes, teeth and tongue hang on: `assets/template/parts.safetensors`."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from facewright.engine.arrays import BoolArray, FloatArray, IntArray
from facewright.engine.models.rig import PARTS_FILE
from facewright.engine.models.template import TEMPLATE, load_template
from facewright.engine.training import anatomy
from facewright.engine.training.annotations import Sheet

SEAL_RING = 3
LIPS_END, CAVITY_FREE, THROAT, THROAT_END = 4, 8, 16, 20
"""Rings of fine vertices from the lips' contact to where their inner faces end, to where the
mouth's cavity is free, and where the throat begins and ends."""
CREASE_RINGS = 5
"""Rings of fine vertices around the lids that the eyeball must stay behind: the crease."""
CHIN = (733, 5162, 5211, 5296, 7453, 11771, 11824, 11823, 11779, 11832, 11899, 11901, 10366, 7594)
"""Skin that lies on the mandible: MakeHuman vertices on the midline and the left."""


def lid_closing(sheet: Sheet, lids: IntArray) -> tuple[IntArray, IntArray, FloatArray]:
    """Return how the left lids' skin follows their rim when they close.

    Returns
    -------
    rim : (2 N,) int32
        The rear edge of both lids on the fine level, a closed chain from the inner corner, over
        the upper lid to the outer corner and back along the lower one.
    column : (L,) int32
        The place in `rim` that each of `lids` follows.
    share : (L,) float32
        How far it follows: 1 at the rim, 0 at the lids' crease.
    """
    from scipy.spatial import cKDTree

    spots = anatomy.LID_BALL
    rim = sheet.chain([*spots, spots[0]])[:-1]
    crease = sheet.chain(anatomy.BORDER_EYE)
    v = sheet.vertices
    to_rim, column = cKDTree(v[rim]).query(v[lids])
    to_crease, _ = cKDTree(v[crease]).query(v[lids])
    share = np.clip(1.25 * to_crease / np.maximum(to_rim + to_crease, 1e-6), 0, 1)
    return rim, column.astype(np.int32), (share * share * (3 - 2 * share)).astype(np.float32)


def mouth_cavity(sheet: Sheet) -> dict[str, IntArray | FloatArray]:
    """Return the vertices behind the lips' contact and how the rig may widen them.

    Vertices that can be seen are left out: they belong to the face, not to the rig.

    Returns
    -------
    cavity : (N,) int32
    cavity_share : (N,) float32
        How far each follows a wider mouth: 0 at the lips and in the throat, 1 between.
    cavity_lips : (N,) float32
        1 on the lips' inner faces, which stay before the teeth.
    cavity_way : (N, 2) float32
        Direction, across and up, from the middle of its ring of vertices.
    contact_upper, contact_lower : (M,) int32
        The line where the lips meet, on either lip, from right to left.
    seal_upper, seal_lower : (M,) int32
        The same, `SEAL_RING` rings farther in: never seen, drawn together by closed lips.
    """
    contact = np.concatenate(
        [sheet.chain(anatomy.UPPER_CONTACT), sheet.chain(anatomy.LOWER_CONTACT)]
    )
    border = np.unique(np.concatenate([contact, sheet.mirror[contact]]))
    inside = sheet.fill([border], [639])
    rings = np.full(sheet.count, THROAT_END)
    front = np.zeros(sheet.count, dtype=bool)
    front[border] = True
    for ring in range(THROAT_END):
        rings[front & (rings == THROAT_END)] = ring
        front |= (sheet.sides @ front > 0) & inside
    every = np.flatnonzero(inside).astype(np.int32)
    depth, place = rings[every], sheet.vertices[every, :2].astype(np.float64)
    way = np.zeros_like(place)
    for number in range(THROAT_END + 1):
        at = depth == number
        low, high = place[at].min(axis=0), place[at].max(axis=0)
        way[at] = (place[at] - (low + high) / 2) / np.maximum((high - low) / 2, 1e-6)
    way /= np.maximum(np.linalg.norm(way, axis=1, keepdims=True), 1e-6)
    rise = np.interp(depth, [LIPS_END, CAVITY_FREE, THROAT, THROAT_END], [0, 1, 1, 0])
    x = sheet.vertices[:, 0]

    def row(chain: IntArray, ring: int) -> IntArray:
        near = np.zeros(sheet.count, dtype=bool)
        near[np.concatenate([chain, sheet.mirror[chain]])] = True
        for _ in range(ring):
            near |= (sheet.sides @ near > 0) & inside
        found = every[(depth == ring) & near[every]]
        found = found if ring == 0 else found[~sheet.visible[found]]
        return np.asarray(found[np.argsort(x[found], kind="stable")], dtype=np.int32)

    upper, lower = sheet.chain(anatomy.UPPER_CONTACT), sheet.chain(anatomy.LOWER_CONTACT)
    hidden = ~sheet.visible[every]
    return {
        "contact_upper": row(upper, 0),
        "contact_lower": row(lower, 0),
        "seal_upper": row(upper, SEAL_RING),
        "seal_lower": row(lower, SEAL_RING),
        "cavity": every[hidden],
        "cavity_share": np.asarray(rise * rise * (3 - 2 * rise), dtype=np.float32)[hidden],
        "cavity_lips": ((depth > 0) & (depth <= CAVITY_FREE)).astype(np.float32)[hidden],
        "cavity_way": way.astype(np.float32)[hidden],
    }


def handles(sheet: Sheet) -> dict[str, IntArray | FloatArray]:
    """Return the fine vertices that the rig reads, by name; see `engine.models.rig`."""
    regions = sheet.template.fine.regions
    x, mirror = sheet.vertices[:, 0], sheet.mirror
    eyes: BoolArray = regions["eyes"] > 0.5
    inner: BoolArray = regions["inner"] > 0.5
    socket = np.flatnonzero(eyes & inner & (x > 0)).astype(np.int32)
    lids = np.flatnonzero(eyes & ~inner & (x > 0)).astype(np.int32)
    rim, column, share = lid_closing(sheet, lids)
    outside = sheet.fill([rim], [CHIN[0]])
    near = np.zeros(sheet.count, dtype=bool)
    near[lids] = True
    for _ in range(CREASE_RINGS):
        near |= sheet.sides @ near > 0
    front = np.flatnonzero(outside & near & (x > -1)).astype(np.int32)
    chin = np.array([sheet.fine(spot) for spot in CHIN], dtype=np.int32)
    return mouth_cavity(sheet) | {
        "rim_l": rim,
        "rim_r": mirror[rim],
        "socket_l": socket,
        "socket_r": mirror[socket],
        "lids_l": lids,
        "lids_r": mirror[lids],
        "front_l": front,
        "front_r": mirror[front],
        "lid_column": column,
        "lid_share": share,
        "chin": np.unique(np.concatenate([chin, mirror[chin]])).astype(np.int32),
    }


def run(data: Path | None, out: Path | None) -> str:
    """Write the handles; the target `parts` of `facewright-train`. `data` is not used."""
    from safetensors.numpy import save_file

    folder = out / "template" if out else TEMPLATE
    found = handles(Sheet(load_template(folder)))
    arrays = {name: np.ascontiguousarray(found[name]) for name in sorted(found)}
    save_file(arrays, folder / PARTS_FILE)
    return f"{len(arrays)} handles"
