"""The scale of age: its curves are scipy's."""

from __future__ import annotations

import numpy as np
from scipy.interpolate import PchipInterpolator

from facewright.engine.models.agescale import Monotone


def test_monotone_curves_are_scipys():
    rng = np.random.default_rng(11)
    x = np.sort(rng.uniform(0.0, 10.0, 9))
    y = rng.normal(size=(9, 2)).round(1)
    y[4] = y[3]  # a piece that neither rises nor falls
    curve, peer = Monotone(x, y), PchipInterpolator(x, y)
    for here in np.concatenate([x, rng.uniform(-1.0, 11.0, 50)]):
        assert np.array_equal(curve(here), peer(here))
    one = Monotone(x, y[:, 0])
    assert one(4.0).shape == ()
    assert one(4.0) == curve(4.0)[0]
