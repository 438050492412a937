"""Rims of eyes and mouth: what lies behind them, and what holds them in shape on a scan."""

from __future__ import annotations

import itertools
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from facewright.engine.arrays import BoolArray, DoubleArray, IntArray, frozen
from facewright.engine.geometry.nicp import Ties

if TYPE_CHECKING:
    from facewright.engine.models.template import Template

APERTURES = (
    ("upper_lip_inner", "lower_lip_inner"),
    ("upper_lid_l", "lower_lid_l"),
    ("upper_lid_r", "lower_lid_r"),
)
APERTURE = 3.0
"""How closely lips and lids keep their opening, in mm² of surface for each vertex."""

FOLLOWED, FOLLOW = 3, 1.0
"""How many outer vertices each inner one follows, and how closely, in mm² of surface."""

EVEN = 2.5
"""Length in mm that makes rims move evenly along themselves, as `nicp.Ties.bending`."""

ROWS = 3
"""How many rows of vertices behind each rim move evenly as well."""


@lru_cache(maxsize=4)
def outer(template: Template) -> BoolArray:
    """Return `(V_fine,)` True on outer skin, the rims of eyes and mouth included."""
    from scipy import sparse

    topology = template.fine
    rim = np.zeros(topology.count, dtype=bool)
    for names in _apertures(template):
        for name in names:
            rim[template.curves[name]] = True
    edges = topology.faces[:, [0, 1, 1, 2, 2, 0]].reshape(-1, 2)
    edges = edges[~rim[edges].any(axis=1)]
    graph = sparse.coo_array((np.ones(len(edges)), edges.T), shape=(topology.count,) * 2)
    part = sparse.csgraph.connected_components(graph, directed=False)[1]
    outside = part == np.argmax(np.bincount(part))
    return frozen(outside | rim, np.bool_)


def _apertures(template: Template) -> list[tuple[str, str]]:
    return [names for names in APERTURES if all(name in template.curves for name in names)]


def ties(template: Template, vertices: DoubleArray, level: IntArray) -> Ties:
    """Return what holds the unseen together with the seen, on the fine vertices in `level`.

    Skin inside mouth, nose and eye sockets follows the outer skin nearest to it, so that it
    never comes through. Lips and lids keep the opening that the fit gave them, which is too
    narrow to be told from points and planes. Their rims, and the rows behind, move evenly
    along themselves: a scanner sees eyeballs, lashes and teeth there, roughly.

    Parameters
    ----------
    template : Template
    vertices : (V_fine, 3) float64
        The head before it is drawn onto the scan.
    level : (N,) int32
        Fine index of each vertex of the mesh to tie.
    """
    from scipy.spatial import cKDTree

    own = vertices[level]
    skin = template.visible[level]
    outside, inside = np.flatnonzero(skin), np.flatnonzero(~skin)
    near, index = cKDTree(own[outside]).query(own[inside], k=FOLLOWED)
    strength = FOLLOW / (1.0 + (near / 3.0) ** 2)
    pairs = [np.stack([np.repeat(inside, FOLLOWED), outside[index.ravel()]], axis=1)]
    weights = [strength.ravel()]
    row = np.full(len(vertices), -1)
    row[level] = np.arange(len(level))
    chains: list[IntArray] = []
    quads = (template.fine if len(level) == template.fine.count else template.coarse).quads
    assert quads is not None
    behind = ~outer(template)[level]
    rims = [tuple(_on_level(row, template.curves[n]) for n in ns) for ns in _apertures(template)]
    across = _across(_near(quads, behind, [chain for pair in rims for chain in pair]))
    for above, below in rims:
        for chain in (above, below):
            chains += _rows(chain, across, behind)
        facing = below[cKDTree(own[below]).query(own[above])[1]]
        apart = above != facing
        pairs.append(np.stack([above, facing], axis=1)[apart])
        weights.append(np.full(int(apart.sum()), APERTURE))
    joined = np.concatenate(pairs).astype(np.int32)
    return Ties(joined, np.concatenate(weights), tuple(chains), EVEN)


def _on_level(row: IntArray, chain: IntArray) -> IntArray:
    """Return the vertices of a chain that a level has, by their `row` there (-1 for none)."""
    rows = row[chain]
    return np.asarray(rows[rows >= 0], dtype=np.int32)


def _near(quads: IntArray, behind: BoolArray, chains: list[IntArray]) -> IntArray:
    """Return the quads that rows behind the chains can run along."""
    within = np.zeros(len(behind), dtype=bool)
    for chain in chains:
        within[chain] = True
    for _ in range(ROWS):
        within[quads[within[quads].any(axis=1)].ravel()] = True
    return np.asarray(quads[within[quads].all(axis=1) & (behind[quads].sum(axis=1) >= 2)])


def _across(quads: IntArray) -> dict[tuple[int, int], list[tuple[int, int]]]:
    """Return for each edge, either way round, the edges on the other side of its quads."""
    across: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for turn in range(4):
        for a, b, c, d in np.roll(quads, turn, axis=1).tolist():
            across.setdefault((a, b), []).append((d, c))
            across.setdefault((b, a), []).append((c, d))
    return across


def _rows(
    chain: IntArray, across: dict[tuple[int, int], list[tuple[int, int]]], behind: BoolArray
) -> list[IntArray]:
    """Return a chain of a rim and the chains parallel to it behind, as quads lead there."""
    rows, passed = [chain], set(chain.tolist())
    for _ in range(ROWS):
        found: dict[int, None] = {}
        for edge in itertools.pairwise(rows[-1].tolist()):
            for pair in across.get(edge, ()):
                if behind[list(pair)].all() and passed.isdisjoint(pair):
                    found.update(dict.fromkeys(pair))
                    break
        if len(found) < 3:
            break
        passed.update(found)
        rows.append(np.array(list(found), dtype=np.int32))
    return rows
