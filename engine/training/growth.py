"""Growth: MakeHuman's baby, child, young and old carried onto the registered head.

MakeHuman's proportions by age are right and its relief is a caricature, so what is taken from
it is the gradient of its deformation, smoothed: little around eyes, nose, mouth and ears, which
are small at birth, and much on skull, cheeks and neck. Sizes are not taken at all: they come
from head circumference by age. Of old age, part of the folds is taken in the face and none on
the neck; what published ageing does to ears, nose and lips is put in its place.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.spatial import cKDTree

from facewright.engine.arrays import DoubleArray, IntArray
from facewright.engine.geometry.diffusion import Diffusion
from facewright.engine.geometry.normals import face_areas
from facewright.engine.geometry.transfer import Transfer, jacobians
from facewright.engine.models.template import Template
from facewright.engine.training.contacts import joined
from facewright.engine.training.measures import circumference, inner_eye_middle
from facewright.engine.training.sources import MakeHuman
from facewright.engine.training.template import SIDES

NODES = ("baby", "child", "young", "old")
BROAD = {"baby": 12.0, "child": 9.0, "old": 9.0}
NARROW = {"baby": 3.0, "child": 2.5, "old": 4.0}
"""Smoothing length in mm on skull, cheeks and neck, and around the features."""
FOLDS, BAGS = 0.75, 0.55
"""Share of MakeHuman's folds of old age that is kept in the face, and around the eyes."""
THROAT_LENGTH, THROAT_FADE = 26.0, 14.0
"""Smoothing length on the neck and under the jaw, and how far that fades into the face, mm."""
FEATURES = (
    "eyes/l-eye-scale-incr",
    "eyes/r-eye-scale-incr",
    "nose/nose-scale-vert-incr",
    "mouth/mouth-scale-horiz-incr",
    "ears/l-ear-scale-incr",
    "ears/r-ear-scale-incr",
)
AGEING = (
    (("ears/l-ear-scale-vert-incr", "ears/r-ear-scale-vert-incr"), ("sa_l", "sba_l"), 8.0),
    (("nose/nose-scale-vert-incr",), ("n", "sn"), 2.0),
    (("nose/nose-scale-horiz-incr",), ("al_l", "al_r"), 2.0),
    (("mouth/mouth-trans-down",), ("sn", "ls"), 2.5),
    (("mouth/mouth-upperlip-height-decr",), ("ls", "sto"), -1.0),
    (("mouth/mouth-angles-down",), ("ex_l", "ch_l"), 2.0),
)
"""Targets, a measure that they change, and its change in mm from young to 90 years.

Directions as published, amounts cautious guesses of ours: ears lengthen, by 0.22 mm a year in
Heathcote 1995, noses grow longer and wider (Sforza and others 2010), the upper lip lengthens and
its red thins (Iblher and others 2008), mouth corners sink with it.
"""
PLAIN = {"baby": 9.0, "child": 4.0}
"""Length in mm over which the adult's brow and orbits are smoothed."""
LID_REACH, BROW_FADE = 4.0, 6.0
TIE_LENGTH = 250.0
AGED_STEP = 0.1
"""Share of a target by which the slope of a measure is found."""


@dataclass(frozen=True, eq=False)
class Growth:
    """What growth does to the registered young head.

    Attributes
    ----------
    maps : (4, F, 3, 3) float64
        Gradient of the deformation from young to each node, per coarse triangle, at equal head
        circumference; the identity at young.
    means : (4, V_coarse, 3) float64
        The node's head, inner eye corners around the origin, circumference of the young head.
    """

    maps: DoubleArray
    means: DoubleArray


def node_head(
    source: MakeHuman, template: Template, node: str, people: tuple[str, ...]
) -> DoubleArray:
    """Return MakeHuman's head of a node, coarse, mm, inner eye corners around the origin.

    `people` are ancestry-sex pairs to average, such as `caucasian-male`.
    """
    names = [f"macrodetails/{who}-{node}" for who in people]
    vertices = source.vertices[template.makehuman] + source.mean_target(names, template.makehuman)
    return vertices - inner_eye_middle(vertices)


def grow(source: MakeHuman, template: Template, young: DoubleArray, contacts: IntArray) -> Growth:
    """Return growth on the registered coarse head `young`, `(V_coarse, 3)`.

    `contacts`, `(C, 2)`, are vertices of both lips that touch. Old age keeps half of its folds
    in the face and none on the neck.
    """
    people = tuple(f"caucasian-{sex}" for sex in SIDES)
    heads = {node: node_head(source, template, node, people) for node in NODES}
    faces = template.coarse.faces
    size = circumference(heads["young"], template)
    conductance = feature_weight(source, template)
    maps, means = [], []
    for node in NODES:
        scaled = heads[node] * (size / circumference(heads[node], template))
        if node == "young":
            maps.append(np.broadcast_to(np.eye(3), (len(faces), 3, 3)))
            means.append(young)
            continue
        length = BROAD[node] + (NARROW[node] - BROAD[node]) * conductance
        if node == "old":
            length += throat(heads["young"], template) * (THROAT_LENGTH - length)
        field = smooth_maps(heads["young"], faces, jacobians(heads["young"], scaled, faces), length)
        ratio = circumference(young, template) / size
        goal = young + (scaled - heads["young"]) * ratio
        sharp = _folded(heads["young"], scaled, field, template) if node == "old" else field
        start = _smoothed(young, template, PLAIN[node]) if node in PLAIN else young
        carried = Transfer(start, faces, sharp, tie=TIE_LENGTH, contacts=contacts).shape(
            start, goal
        )
        if node == "old":
            carried = _aged(source, template, young, carried, contacts)
        carried -= inner_eye_middle(carried)
        factor = circumference(young, template) / circumference(carried, template)
        maps.append(field * factor)
        means.append(carried * factor)
    return Growth(np.stack(maps), np.stack(means))


def _smoothed(young: DoubleArray, template: Template, length: float) -> DoubleArray:
    """Return the head without the adult's brow ridges and hollow orbits.

    Lids, nose and all that lies below the eyes stay.
    """
    kept = [chain for name, chain in template.curves.items() if "_lid_" in name]
    nose = np.flatnonzero(template.coarse.regions["nose"] > 0.5)
    near = np.concatenate([*kept, nose])
    distance, _ = cKDTree(young[near[near < len(young)]]).query(young)
    above = np.clip((young[:, 1] + BROW_FADE) / (2 * BROW_FADE), 0.0, 1.0)
    held = np.maximum(np.exp(-np.square(distance / LID_REACH)), 1 - above)
    held = np.maximum(held, template.coarse.regions["ears"])
    return Diffusion(young, template.coarse.faces, length * (1.0 - held)).smooth(young)


def _aged(
    source: MakeHuman,
    template: Template,
    young: DoubleArray,
    old: DoubleArray,
    contacts: IntArray,
) -> DoubleArray:
    """Return the old head with the measures of `AGEING` changed as they say."""

    def measures(head: DoubleArray) -> DoubleArray:
        marks = template.landmarks.on((template.lift @ head).astype(np.float32))
        pairs = [pair for _, pair, _ in AGEING]
        return np.array([np.linalg.norm(marks[a].astype(float) - marks[b]) for a, b in pairs])

    targets = [
        np.sum([source.target(name, template.makehuman) for name in names], axis=0)
        for names, _, _ in AGEING
    ]
    shapes = joined(template, old, np.stack(targets), contacts)
    goal = measures(young) + np.array([change for _, _, change in AGEING])
    now = measures(old)
    slopes = [(measures(old + AGED_STEP * shape) - now) / AGED_STEP for shape in shapes]
    amounts = np.linalg.solve(np.stack(slopes, axis=1), goal - now)
    return np.asarray(old + np.tensordot(amounts, shapes, 1))


def throat(young: DoubleArray, template: Template) -> DoubleArray:
    """Return 1 on the neck and under the jaw, fading into the face, `(V_coarse,)`."""
    neck = template.coarse.regions["neck"][:, None].astype(np.float64)
    faded = Diffusion(young, template.coarse.faces, THROAT_FADE).smooth(neck)
    return np.asarray(np.clip(2.0 * faded[:, 0], 0.0, 1.0))


def folds(young: DoubleArray, template: Template) -> DoubleArray:
    """Return the share of old age's relief that is kept, `(V_coarse,)`."""
    bags = FOLDS + (BAGS - FOLDS) * np.clip(template.coarse.regions["eyes"], 0.0, 1.0)
    return np.asarray(bags * (1.0 - throat(young, template)))


def _folded(
    young: DoubleArray, old: DoubleArray, field: DoubleArray, template: Template
) -> DoubleArray:
    """Return the maps to old age with a share of its folds."""
    faces = template.coarse.faces
    kept = folds(young, template)[faces].mean(axis=1)[:, None, None]
    return np.asarray(kept * jacobians(young, old, faces) + (1 - kept) * field)


def feature_weight(source: MakeHuman, template: Template) -> DoubleArray:
    """Return 1 at eyes, nose, mouth and ears, falling to 0 away from them, `(V_coarse,)`."""
    weight = np.zeros(template.coarse.count)
    for name in FEATURES:
        length = np.linalg.norm(source.target(name, template.makehuman), axis=1)
        weight = np.maximum(weight, np.minimum(1.0, 3.0 * length / length.max()))
    return np.asarray(weight)


def smooth_maps(
    vertices: DoubleArray, faces: IntArray, maps: DoubleArray, length: DoubleArray
) -> DoubleArray:
    """Return a field of maps, `(F, 3, 3)`, diffused over `length` mm, `(V,)`."""
    areas = np.maximum(face_areas(vertices, faces), 1e-9)
    gather = sparse.csr_array(
        (np.repeat(areas / 3, 3), (faces.ravel(), np.repeat(np.arange(len(faces)), 3))),
        (len(vertices), len(faces)),
    )
    mass = np.asarray(gather.sum(axis=1)).ravel()
    values = (gather @ maps.reshape(-1, 9)) / mass[:, None]
    smoothed = Diffusion(vertices, faces, length).smooth(values)
    return np.asarray(smoothed[faces].mean(axis=1).reshape(-1, 3, 3))
