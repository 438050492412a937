"""Two heads compared: size, sign, region, alignment and colours of the difference."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.spatial.transform import Rotation
from toy import ToyModel

from facewright.engine.errors import InputError
from facewright.engine.geometry.normals import vertex_normals
from facewright.engine.measure.comparison import ABOVE, BELOW, MIDDLE, compare
from facewright.engine.mesh import Mesh, Topology

HEAD = ToyModel().mean()
NORMALS = vertex_normals(HEAD.vertices, HEAD.topology.faces)
NOSE = HEAD.topology.regions["nose"] > 0.5


def swollen(amount: float) -> Mesh:
    return HEAD.moved(HEAD.vertices + amount * NOSE[:, None] * NORMALS)


@pytest.mark.parametrize("amount", [1.5, -0.8])
def test_a_swelling_is_found_where_it_is_with_its_sign(amount: float) -> None:
    result = compare(HEAD, swollen(amount), align=False)
    np.testing.assert_allclose(result.signed[NOSE], amount, atol=1e-4)
    np.testing.assert_allclose(result.signed[~NOSE], 0, atol=1e-4)
    nose = result.summary["regions"]["nose"]
    assert nose["mean"] == pytest.approx(abs(amount), abs=1e-4)
    assert nose["signed_mean"] == pytest.approx(amount, abs=1e-4)
    assert nose["vertices"] == NOSE.sum()
    assert result.summary["max"] == pytest.approx(abs(amount), abs=1e-4)
    assert result.summary["median"] == pytest.approx(0, abs=1e-4)


def test_what_lies_inside_does_not_count() -> None:
    """Sockets and the inside of the nose may move far where no one sees it."""
    inner = np.zeros(HEAD.topology.count, np.float32)
    inner[np.flatnonzero(NOSE)[:2]] = 1.0
    topology = replace(HEAD.topology, regions={**HEAD.topology.regions, "inner": inner})
    offsets = np.where(NOSE & (inner < 0.5), 1.0, 0.0) + 20.0 * inner
    first = Mesh(topology, HEAD.vertices)
    result = compare(first, first.moved(HEAD.vertices + offsets[:, None] * NORMALS), align=False)
    assert result.distances.max() == pytest.approx(20.0, abs=1e-3)
    assert result.summary["max"] == pytest.approx(1.0, abs=1e-3)
    nose = result.summary["regions"]["nose"]
    assert nose["max"] == pytest.approx(1.0, abs=1e-3)
    assert nose["vertices"] == NOSE.sum() - 2
    assert "inner" not in result.summary["regions"]


def test_alignment_takes_a_motion_out_and_leaves_the_change() -> None:
    turn = Rotation.from_euler("xyz", [10, -20, 5], degrees=True).as_matrix()
    moved = HEAD.moved(swollen(2.0).vertices @ turn.T + (30.0, -5.0, 12.0))
    result = compare(HEAD, moved)
    np.testing.assert_allclose(result.signed[NOSE], 2.0, atol=1e-3)
    np.testing.assert_allclose(result.distances[~NOSE], 0, atol=1e-3)


def test_the_mean_is_by_area_and_not_by_vertex() -> None:
    """Half of a square is cut finer: the finer half must not count for more."""
    grid = [(0, 0), (1, 0), (1, 1), (0, 1), (2, 0), (2, 1), (1.5, 0.5)]
    flat = np.array([(x, y, 0.0) for x, y in grid])
    faces = [(0, 1, 2), (0, 2, 3), (1, 4, 6), (4, 5, 6), (5, 2, 6), (2, 1, 6)]
    topology = Topology.build(faces, len(flat))
    lifted = flat.copy()
    lifted[6, 2] = 3.0
    result = compare(Mesh(topology, flat), Mesh(topology, lifted), align=False)
    share = 1.0 / 3.0 / 2.0  # a third of the four small triangles, of area 2 in all
    assert result.summary["mean"] == pytest.approx(3.0 * share, abs=1e-6)


def test_colours_say_the_sign() -> None:
    result = compare(HEAD, swollen(1.0), align=False)
    colors = result.colors(limit=1.0)
    np.testing.assert_array_equal(colors[NOSE], np.tile(ABOVE, (NOSE.sum(), 1)))
    np.testing.assert_array_equal(colors[~NOSE][0], MIDDLE)
    inside = compare(HEAD, swollen(-1.0), align=False).colors(limit=1.0)
    np.testing.assert_array_equal(inside[NOSE][0], BELOW)
    half = result.colors(limit=2.0)[NOSE][0].astype(int)
    np.testing.assert_allclose(half, (np.array(ABOVE) + MIDDLE) / 2, atol=1)


def test_other_topologies_are_refused() -> None:
    other = Mesh(Topology.build([(0, 1, 2)], 3), np.eye(3))
    with pytest.raises(InputError, match="different topologies"):
        compare(HEAD, other)
