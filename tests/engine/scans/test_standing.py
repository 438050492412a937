"""How a scan stands in its file, and which side is left."""

from __future__ import annotations

import numpy as np
import pytest

from facewright.engine.errors import InputError
from facewright.engine.mesh import Scan
from facewright.engine.scans.standing import AXES, MIRRORED, mirrored, upright


def test_every_pair_of_axes_is_a_rotation_that_stands_the_head_up():
    for up, high in AXES.items():
        for front, forward in AXES.items():
            if up[1] == front[1]:
                with pytest.raises(InputError, match="two different axes"):
                    upright(up, front)
                continue
            turn = upright(up, front)
            assert np.allclose(turn @ high, (0, 1, 0))
            assert np.allclose(turn @ forward, (0, 0, 1))
            assert np.isclose(np.linalg.det(turn), 1.0)


def test_a_mirrored_scan_faces_outward_and_twice_is_as_before():
    scan = Scan(
        name="a.ply",
        vertices=np.array([[1, 0, 0], [3, 0, 0], [1, 2, 0]], np.float32),
        faces=np.array([[0, 1, 2]], np.int32),
        corner_uv=np.array([[[0, 0], [1, 0], [0, 1]]], np.float32),
        normals=np.array([[0.6, 0, 0.8]] * 3, np.float32),
        sha256="f" * 64,
        notes=("mended",),
    )
    turned = mirrored(scan)

    def facing(one: Scan) -> np.ndarray:
        a, b, c = one.vertices[one.faces[0]]
        return np.cross(b - a, c - a)

    assert np.allclose(facing(turned), facing(scan))  # along z, which mirroring leaves alone
    assert np.allclose(turned.normals, [[-0.6, 0, 0.8]] * 3)
    assert turned.notes == ("mended", MIRRORED)
    assert turned.sha256 == scan.sha256
    for corner in range(3):  # each corner keeps its place on the texture
        vertex = turned.faces[0, corner]
        before = int(np.flatnonzero(scan.faces[0] == vertex)[0])
        assert np.allclose(turned.corner_uv[0, corner], scan.corner_uv[0, before])
    again = mirrored(turned)
    assert np.allclose(again.vertices, scan.vertices)
    assert np.array_equal(again.faces, scan.faces)
    assert again.notes == ("mended",)
