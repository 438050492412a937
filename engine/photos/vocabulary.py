"""Which points of the face mesh stand for which named landmarks.

The mesh has no point of its own for many landmarks, so each one is a blend of up to three mesh
points, the same on both sides. Those of brows, mouth corners and the middle of the lips were
learned on annotated photos (`engine/training/blends.py`), the others chosen on renders of random
heads of ICT-FaceKit and of our own model, on which the landmarks are known; where lips and brows
are painted, the edge that people see counts. A bare surface does not show brows.

The photos ask for other points of the upper lids too (37, 38 and their mirror images, 2 mm
nearer the nose or the temple along the same edge). Those were left as they were after a look at
the one scan with given landmarks, so that scan is no independent check of them. For the lower
lip's inner edge (65, 67) they ask for points of the upper one: with mouths closed, as there, both
are alike, but where one opens they are not.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

import numpy as np

from facewright.engine.arrays import DoubleArray

Blend = tuple[tuple[int, float], ...]
"""Mesh points and their weights, in any scale."""

_SIDES = (
    *((162, 389), (227, 447), (137, 366), (215, 435), (138, 367), (135, 364), (136, 365)),
    *((149, 378), (176, 400), (148, 377), (70, 300), (63, 293), (105, 334), (66, 296)),
    *((107, 336), (98, 327), (97, 326), (167, 393), (33, 263), (130, 359), (160, 387)),
    *((158, 385), (133, 362), (153, 380), (145, 374), (144, 373), (163, 390), (159, 386)),
    *((61, 291), (39, 269), (40, 270), (37, 267), (91, 321), (181, 405), (84, 314)),
    *((78, 308), (81, 311), (178, 402), (48, 278), (129, 358), (468, 473), (124, 353)),
    *((53, 283), (55, 285), (161, 388), (146, 375), (82, 312), (87, 317)),
)
"""Mesh points of the subject's right, each with its mirror image."""

_LEFT = dict(_SIDES)

_RIGHT_IBUG: Mapping[int, tuple[int, Blend]] = {
    0: (16, ((162, 0.85), (227, 0.15))),
    1: (15, ((227, 0.75), (162, 0.25))),
    2: (14, ((137, 0.8), (227, 0.2))),
    3: (13, ((215, 0.6), (137, 0.4))),
    4: (12, ((138, 1.0),)),
    5: (11, ((135, 0.4), (149, 0.35), (136, 0.25))),
    6: (10, ((149, 0.7), (176, 0.3))),
    7: (9, ((148, 0.7), (176, 0.3))),
    17: (26, ((70, 0.7), (124, 0.3))),
    18: (25, ((63, 0.8), (53, 0.2))),
    19: (24, ((105, 0.8), (66, 0.2))),
    20: (23, ((66, 0.8), (107, 0.2))),
    21: (22, ((55, 0.7), (107, 0.3))),
    31: (35, ((98, 0.5), (167, 0.25), (97, 0.25))),
    32: (34, ((97, 0.5), (167, 0.25), (2, 0.25))),
    36: (45, ((33, 0.5), (130, 0.5))),
    37: (44, ((160, 0.5), (161, 0.5))),
    38: (43, ((158, 1.0),)),
    39: (42, ((133, 1.0),)),
    40: (47, ((153, 1.0),)),
    41: (46, ((144, 0.5), (163, 0.5))),
    48: (54, ((61, 1.0),)),
    49: (53, ((39, 0.5), (40, 0.5))),
    50: (52, ((37, 1.0),)),
    58: (56, ((84, 0.67), (181, 0.33))),
    59: (55, ((91, 0.67), (181, 0.33))),
    60: (64, ((78, 0.6), (146, 0.4))),
    61: (63, ((82, 0.8), (81, 0.2))),
    67: (65, ((87, 0.8), (178, 0.2))),
}
"""iBUG point of the subject's right: its mirror image, and its blend."""

_MIDDLE_IBUG: Mapping[int, Blend] = {
    8: ((152, 1.0),),
    27: ((168, 0.7), (8, 0.3)),
    28: ((197, 0.6), (6, 0.4)),
    29: ((195, 0.67), (5, 0.33)),
    30: ((4, 0.75), (1, 0.25)),
    33: ((2, 0.6), (164, 0.4)),
    51: ((0, 1.0),),
    57: ((17, 0.9), (18, 0.1)),
    62: ((13, 1.0),),
    66: ((14, 1.0),),
}

_RIGHT_FARKAS: Mapping[str, Blend] = {
    "en": ((133, 1.0),),
    "ex": ((33, 0.5), (130, 0.5)),
    "ps": ((159, 1.0),),
    "pi": ((145, 1.0),),
    "p": ((468, 1.0),),
    "al": ((48, 1.0),),
    "ac": ((129, 1.0),),
    "cph": ((37, 1.0),),
    "ch": ((61, 1.0),),
}

_MIDDLE_FARKAS: Mapping[str, Blend] = {
    "g": ((9, 1.0),),
    "n": ((168, 1.0),),
    "prn": ((4, 0.75), (1, 0.25)),
    "sn": ((2, 0.7), (164, 0.3)),
    "ls": ((0, 1.0),),
    "sto": ((13, 0.5), (14, 0.5)),
    "li": ((17, 0.9), (18, 0.1)),
    "sl": ((18, 0.5), (200, 0.5)),
    "pg": ((199, 0.5), (200, 0.5)),
    "gn": ((152, 1.0),),
}


def _mirrored(blend: Blend) -> Blend:
    return tuple((_LEFT.get(point, point), weight) for point, weight in blend)


def _table() -> dict[str, Blend]:
    numbered = dict(_MIDDLE_IBUG)
    for right, (left, blend) in _RIGHT_IBUG.items():
        numbered[right], numbered[left] = blend, _mirrored(blend)
    table = {f"ibug{k}": numbered[k] for k in range(68)}
    for code, blend in _RIGHT_FARKAS.items():
        table[f"{code}_r"], table[f"{code}_l"] = blend, _mirrored(blend)
    return table | dict(_MIDDLE_FARKAS)


BLENDS: Mapping[str, Blend] = MappingProxyType(_table())
"""`ibug0` to `ibug67`, then Farkas codes; `_r` and `_l` are the subject's sides."""

PUPILS = ("p_r", "p_l")

BROWS = frozenset(f"ibug{k}" for k in range(17, 27))
JAW = frozenset(f"ibug{k}" for k in range(17))


def named_points(points: DoubleArray, names: Iterable[str] | None = None) -> DoubleArray:
    """Return landmarks `(N, D)` from mesh points `(478, D)`; by default all of `BLENDS`.

    A landmark with a blend that holds nan is nan.
    """
    rows = []
    for name in BLENDS if names is None else names:
        blend = BLENDS[name]
        weights = np.array([weight for _, weight in blend])
        rows.append((weights / weights.sum()) @ points[[point for point, _ in blend]])
    return np.array(rows)
