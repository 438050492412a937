"""Directions in which heads differ: ICT's identity and expressions, MakeHuman's details.

MakeHuman's targets are sculpted, one per feature and at full strength extreme. They become axes
that behave like people's differences: what ICT's identity spans is taken out, and the rest is
turned into principal directions with decaying standard deviations.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np

from facewright.engine.arrays import DoubleArray, FloatArray
from facewright.engine.geometry.diffusion import Diffusion
from facewright.engine.models.lifespan_axes import ARKIT
from facewright.engine.models.template import Template
from facewright.engine.training.growth import (
    NODES,
    THROAT_LENGTH,
    folds,
    node_head,
    throat,
)
from facewright.engine.training.measures import circumference
from facewright.engine.training.registering import Registered
from facewright.engine.training.sources import MakeHuman
from facewright.engine.training.template import SIDES

DETAILS, ASYMMETRIES = 80, 36
DETAIL_STRENGTH, ASYMMETRY_STRENGTH = 0.09, 0.10
"""Share of a target's full strength that is one standard deviation before decay."""
DETAIL_DECAY, ASYMMETRY_DECAY = -0.35, 0.35
"""Exponent by which modes shrink with their rank beyond their own spectrum.

Details' is below zero: sculpted targets leave less in the far modes than people have there.
"""
SIDED = re.compile(r"/l-|-l$")
OTHER_SIDE = re.compile(r"/r-|-r$")
DETAIL_GROUPS = ("cheek", "chin", "ears", "eyebrows", "eyes", "forehead", "head", "mouth", "nose")
LEFT_OUT = (
    "head/head-age",
    "head/head-trans",
    "head/head-fat-",
    "head/head-scale-",
    "head/head-back",
    "forehead/forehead-nubian",
    "ears/l-ear-shape-pointed",
    "asym/asymm-",
    "asym/asym-top",
)
SEX_STRENGTH, ANCESTRY_STRENGTH = 0.7, 0.75
"""MakeHuman's men, women and peoples are stereotypes: this share of them is taken."""
TONGUE_OPENING = 0.22
FOLD_LENGTH = 9.0
"""Mm: what ageing changes in sex and ancestry on a smaller scale than this counts as folds."""


def identity(registered: Registered) -> DoubleArray:
    """Return ICT's identity axes on the coarse template, `(100, V, 3)` mm per sd."""
    return registered.carry(registered.kit.identity)


def expressions(registered: Registered) -> DoubleArray:
    """Return the 52 ARKit shapes on the coarse template, `(52, V, 3)` mm.

    ICT splits browInnerUp and cheekPuff by side; tongueOut opens the jaw a little, the tongue
    itself is a part of its own.
    """
    names = registered.kit.expression_names
    carried = dict(
        zip(
            [name.replace("_L", "Left").replace("_R", "Right") for name in names],
            registered.carry(registered.kit.expression),
            strict=True,
        )
    )
    for merged in ("browInnerUp", "cheekPuff"):
        carried[merged] = carried[f"{merged}Left"] + carried[f"{merged}Right"]
    carried["tongueOut"] = TONGUE_OPENING * carried["jawOpen"] + 0.3 * carried["mouthFunnel"]
    return np.stack([carried[name] for name in ARKIT])


def _targets(source: MakeHuman, template: Template) -> Iterator[tuple[str, DoubleArray]]:
    """Yield the targets that move the face, left-sided ones standing for both sides."""
    for name in source.names:
        group = name.split("/")[0]
        if group not in (*DETAIL_GROUPS, "asym") or OTHER_SIDE.search(name):
            continue
        if name.startswith(LEFT_OUT):
            continue
        yield name, source.target(name, template.makehuman)


def details(
    source: MakeHuman, template: Template, spanned: DoubleArray, weight: DoubleArray
) -> tuple[DoubleArray, DoubleArray]:
    """Return symmetric detail and antisymmetric asymmetry axes, `(D, V, 3)` and `(A, V, 3)`.

    Parameters
    ----------
    spanned : (K, V, 3)
        Axes whose span the details leave.
    weight : (V,)
        How much each vertex counts.
    """
    mirror = template.coarse.mirror
    even, odd = [], []
    for name, offsets in _targets(source, template):
        mirrored = offsets[mirror] * [-1.0, 1.0, 1.0]
        if not name.startswith("asym/"):
            even.append(offsets + mirrored if SIDED.search(name) else (offsets + mirrored) / 2)
        if SIDED.search(name):
            odd.append(offsets - mirrored)
    symmetric = _modes(np.stack(even), spanned, weight, DETAILS, DETAIL_DECAY)
    one_sided = _modes(np.stack(odd), spanned, weight, ASYMMETRIES, ASYMMETRY_DECAY)
    return DETAIL_STRENGTH * symmetric, ASYMMETRY_STRENGTH * one_sided


def _modes(
    shapes: DoubleArray, spanned: DoubleArray, weight: DoubleArray, count: int, decay: float
) -> DoubleArray:
    """Return the first principal directions of zero-mean `shapes` outside `spanned`."""
    root = np.sqrt(np.repeat(weight, 3))
    flat = shapes.reshape(len(shapes), -1)
    known = spanned.reshape(len(spanned), -1)
    shares = np.linalg.lstsq((known * root).T, (flat * root).T, rcond=1e-4)[0]
    rest = flat - shares.T @ known
    mix, _, _ = np.linalg.svd(rest * root, full_matrices=False)
    directions = mix[:, :count].T @ rest
    fall = (1.0 + np.arange(count) / 4.0) ** -decay
    sign = np.sign(directions[np.arange(count), np.abs(directions).argmax(axis=1)])
    return np.asarray(directions * (fall * sign)[:, None]).reshape(count, -1, 3)


def populations(source: MakeHuman, template: Template, means: DoubleArray) -> FloatArray:
    """Return sex, African and Asian directions at each node, `(4, 3, V, 3)` mm at unit size.

    Sex is half the way from male to female; an ancestry is the whole way from European. What
    old age changes in them is smoothed as its mean is: MakeHuman's old women and men differ in
    the folds of their necks.
    """
    nodes = []
    for node, mean in zip(NODES, means, strict=True):
        size = circumference(mean, template)

        def head(*people: str, node: str = node, size: float = size) -> DoubleArray:
            shape = node_head(source, template, node, people)
            return np.asarray(shape * (size / circumference(shape, template)))

        both = head(*(f"caucasian-{sex}" for sex in SIDES))
        sex = (head("caucasian-female") - head("caucasian-male")) / 2
        rows = [SEX_STRENGTH * sex]
        for people in ("african", "asian"):
            other = head(*(f"{people}-{sex}" for sex in SIDES))
            rows.append(ANCESTRY_STRENGTH * (other - both))
        nodes.append(np.stack(rows))
    young, old = nodes[NODES.index("young")], nodes[NODES.index("old")]
    aged = unfolded(means[NODES.index("young")], old - young, template)
    nodes[NODES.index("old")] = young + aged
    return np.stack(nodes).astype(np.float32)


def unfolded(young: DoubleArray, offsets: DoubleArray, template: Template) -> DoubleArray:
    """Return what ageing adds to directions, `(K, V, 3)`, with a share of its relief."""
    smooth = smoothed(young, offsets, template)
    kept = folds(young, template)[:, None]
    return np.asarray(smooth + kept * (offsets - smooth))


def smoothed(young: DoubleArray, offsets: DoubleArray, template: Template) -> DoubleArray:
    """Return `(K, V, 3)` offsets without relief: folds of the face, and of the neck wholly."""
    length = FOLD_LENGTH + throat(young, template) * (THROAT_LENGTH - FOLD_LENGTH)
    columns = offsets.transpose(1, 0, 2).reshape(len(young), -1)
    smooth = Diffusion(young, template.coarse.faces, length).smooth(columns)
    return smooth.reshape(len(young), len(offsets), 3).transpose(1, 0, 2)
