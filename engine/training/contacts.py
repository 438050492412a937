"""Lips and lids: which vertices meet, and shapes that keep them together."""

from __future__ import annotations

import numpy as np
from scipy import sparse
from scipy.spatial import cKDTree

from facewright.engine.arrays import DoubleArray, IntArray
from facewright.engine.geometry.laplacian import cotangent_laplacian
from facewright.engine.geometry.sparse import Factor
from facewright.engine.geometry.transfer import Transfer
from facewright.engine.models.eyes import Ball
from facewright.engine.models.template import Template

TOUCHING = 1.2
"""Lips closer than this, in mm, touch."""
OVERLAP = 0.15
"""How far the upper lid passes the lower one, mm."""
LID_DEPTH = 4.0
"""How far before the eyeball skin still slides on it, mm."""


def lip_contacts(template: Template, young: DoubleArray) -> IntArray:
    """Return pairs of coarse vertices of upper and lower lip that touch, `(C, 2)`.

    Each vertex of one lip's inner edge, and of its red where that is close, with the nearest
    of the other lip.
    """
    pairs = []
    for lip, other in (("upper", "lower"), ("lower", "upper")):
        edge = _chain(template, f"{lip}_lip_inner")
        own, theirs = (_red(template, name) for name in (lip, other))
        tree = cKDTree(young[theirs])
        close = own[tree.query(young[own])[0] < TOUCHING]
        vertices = np.union1d(edge, close)
        partners = theirs[tree.query(young[vertices])[1]]
        columns = [vertices, partners] if lip == "upper" else [partners, vertices]
        pairs.append(np.stack(columns, axis=1))
    every = np.unique(np.concatenate(pairs), axis=0)
    return np.asarray(every[every[:, 0] != every[:, 1]], dtype=np.int32)


def _red(template: Template, lip: str) -> IntArray:
    red = np.flatnonzero(template.coarse.regions[f"{lip}_lip"] > 0.5)
    return np.asarray(np.union1d(red, _chain(template, f"{lip}_lip_inner")), dtype=np.int32)


def joined(
    template: Template, young: DoubleArray, shapes: DoubleArray, contacts: IntArray
) -> DoubleArray:
    """Return `(K, V_coarse, 3)` shapes that move vertices in contact alike.

    Otherwise close: their gradients are kept in least squares.
    """
    faces = template.coarse.faces
    still = np.broadcast_to(np.eye(3), (len(faces), 3, 3))
    return Transfer(young, faces, still, contacts=contacts, opening=0.0).offsets(shapes)


def lid_pairs(template: Template, side: str) -> IntArray:
    """Return coarse vertices of the upper lid's edge and theirs on the lower, `(P, 2)`.

    Both run from the inner to the outer corner, which are left out; partners have the nearest
    share of the length.
    """
    upper, lower = (_chain(template, f"{lid}_lid_{side}") for lid in ("upper", "lower"))
    reference = template.reference.astype(np.float64)
    shares = [_shares(reference[chain]) for chain in (upper, lower)]
    partner = np.abs(shares[0][:, None] - shares[1][None]).argmin(axis=1)
    return np.stack([upper, lower[partner]], axis=1)[1:-1].astype(np.int32)


def close_lids(template: Template, head: DoubleArray, blink: DoubleArray, side: str) -> DoubleArray:
    """Return blink offsets, `(V_coarse, 3)`, that bring the lids of `head` together.

    The gap that `blink` leaves is added to the upper lid and fades over the eye's region
    biharmonically.
    """
    upper, lower = (_chain(template, f"{lid}_lid_{side}") for lid in ("upper", "lower"))
    closed = head + blink
    share, along = _shares(head[upper]), _shares(head[lower])
    meeting = np.stack([np.interp(share, along, closed[lower][:, d]) for d in range(3)], axis=1)
    meeting[:, 1] -= OVERLAP * np.sin(np.pi * share)
    change = np.zeros_like(blink)
    change[upper] = meeting - closed[upper]
    held = template.coarse.regions["part_eyes"] < 0.05
    held = held & ~(template.coarse.regions["inner"] > 0.5)
    held[upper] = True
    held[lower] = True
    laplacian = cotangent_laplacian(head, template.coarse.faces)
    bending = laplacian @ laplacian
    free = np.flatnonzero(~held)
    block = bending[free][:, free]
    ridge = 1e-9 * block.diagonal().max() * sparse.eye_array(len(free))
    change[free] = Factor(block + ridge).solve(-(bending[free] @ change))
    return np.asarray(blink + change)


def slide_lids(head: DoubleArray, gaze: DoubleArray, ball: Ball) -> DoubleArray:
    """Return a gaze's offsets, `(V_coarse, 3)`, whose lids slide on the ball.

    ICT's sink in by up to 0.3 mm, which would push the eye back. The skin right before the ball
    keeps its distance, what lies `LID_DEPTH` before it moves as given.
    """
    moved = head + gaze - ball.centre
    before, after = np.linalg.norm(head - ball.centre, axis=1), np.linalg.norm(moved, axis=1)
    share = np.clip(1.0 - (before - ball.radius) / LID_DEPTH, 0.0, 1.0)
    sunk = share * np.maximum(0.0, before - after)
    return np.asarray(gaze + moved * (sunk / after)[:, None])


def _chain(template: Template, name: str) -> IntArray:
    chain = template.curves[name]
    return np.asarray(chain[chain < template.coarse.count])


def _shares(points: DoubleArray) -> DoubleArray:
    steps = np.linalg.norm(np.diff(points, axis=0), axis=1)
    length = np.concatenate([[0.0], np.cumsum(steps)])
    return np.asarray(length / length[-1])
