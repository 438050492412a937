"""Faces to begin with, and random ones, as amounts of controllers."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from facewright.engine.face import Weights
from facewright.engine.models.parts.rules import CONTROLLERS

MOST = 3.0
"""Sd beyond which nobody is drawn."""

PRESETS: Mapping[str, Weights] = MappingProxyType(
    {
        "Fine nose": Weights(nose_width=-1.5, nose_tip_width=-1.5, nose_bridge_width=-1.0),
        "Strong nose": Weights(nose_height=1.0, nose_tip_out=1.5, nose_bridge_width=1.5),
        "Snub nose": Weights(nose_tip_up=2.0, nose_height=-1.5),
        "Full lips": Weights(
            upper_lip_height=2.0, lower_lip_height=2.0,
            upper_lip_end_height=1.0, lower_lip_end_height=1.0,
        ),
        "Thin lips": Weights(
            upper_lip_height=-1.5, lower_lip_height=-1.5,
            upper_lip_end_height=-1.0, lower_lip_end_height=-1.0,
        ),
        "Wide mouth": Weights(labial_fissure_width=2.0, lower_lip_width=1.0),
        "Large eyes": Weights(eye_height=2.0, canthus_distance=1.5),
        "Slanted eyes": Weights(lateral_canthus_height=2.0, medial_canthus_height=-1.0),
        "Arched brows": Weights(brow_curve=2.0, brow_tail_thickness=-1.0),
        "Broad jaw": Weights(mandibular_width=2.0),
        "Narrow jaw": Weights(mandibular_width=-1.5),
        "Long face": Weights(facial_height=1.5, facial_width=-1.5),
    }
)  # fmt: skip
"""What each is called, in the order they are offered; each sets its own controllers alone."""


def random_amounts(seed: int, scale: float = 1.0) -> dict[str, float]:
    """Return amounts of all controllers: normal with sd `scale`; the same for the same seed."""
    drawn = np.random.default_rng([seed, 4]).normal(0.0, scale, len(CONTROLLERS))
    return {
        controller.key: float(amount)
        for controller, amount in zip(CONTROLLERS, np.clip(drawn, -MOST, MOST), strict=True)
    }
