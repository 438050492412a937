"""Lids and lips keep even edges."""

from __future__ import annotations

import numpy as np
import pytest

from facewright.engine.geometry import nicp
from facewright.engine.models.template import load_template
from facewright.engine.scans import rims


def test_sockets_and_mouth_lie_behind_their_rims():
    template = load_template()
    outer = rims.outer(template)
    for names in rims.APERTURES:
        for name in names:
            assert outer[template.curves[name]].all()
    behind = ~outer
    assert not (behind & (template.fine.regions["scalp"] > 0.5)).any()
    assert 300 < (behind & template.visible).sum() < 1500
    assert (behind == behind[template.fine.mirror]).all()


@pytest.mark.parametrize("level", ["coarse", "fine"])
def test_rows_behind_rims_are_even_chains(level):
    template = load_template()
    count = getattr(template, level).count
    held = rims.ties(template, template.reference.astype(float), np.arange(count))
    assert len(held.chains) > len(rims.APERTURES) * 2
    outer = rims.outer(template)[:count]
    rim_rows = [chain for chain in held.chains if outer[chain].all()]
    assert len(rim_rows) == 2 * len(rims.APERTURES)
    for chain in held.chains:
        assert len(set(chain.tolist())) == len(chain) >= 3
    assert held.bending == rims.EVEN


def test_a_chain_bends_only_where_it_is_uneven():
    x = np.array([[0.0, 0, 0], [1, 0, 0], [3, 0, 0], [4, 1, 0], [4, 3, 0]])
    faces = np.array([[0, 1, 3], [1, 2, 3], [2, 4, 3]], np.int32)
    chain = np.arange(5, dtype=np.int32)
    none = np.zeros((0, 2), np.int32), np.zeros(0)
    form = nicp.Deformer.build(x, faces, nicp.Ties(*none, (chain,), 2.0)).tied
    along = np.r_[0, np.cumsum(np.linalg.norm(np.diff(x, axis=0), axis=1))]
    assert along @ form @ along == pytest.approx(0.0, abs=1e-9)
    assert np.ones(5) @ form @ np.ones(5) == pytest.approx(0.0, abs=1e-9)
    # a parabola's d'' is 2: the energy is c^5 times 4 times the length between the ends' middles
    length = along[-1] - 0.5 * (along[1] + along[-1] - along[-2])
    assert along**2 @ form @ along**2 == pytest.approx(2.0**5 * 4 * length)
