"""The axes of the life-span head: names, labels, ranges and priors."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from facewright.engine.arrays import DoubleArray
from facewright.engine.models.base import Axis

SHAPE = ("identity", "detail", "asymmetry")
"""Groups of axes that a person is born with: age, sex, ancestry and expression aside."""

ARKIT = (
    "browDownLeft", "browDownRight", "browInnerUp", "browOuterUpLeft", "browOuterUpRight",
    "cheekPuff", "cheekSquintLeft", "cheekSquintRight", "eyeBlinkLeft", "eyeBlinkRight",
    "eyeLookDownLeft", "eyeLookDownRight", "eyeLookInLeft", "eyeLookInRight",
    "eyeLookOutLeft", "eyeLookOutRight", "eyeLookUpLeft", "eyeLookUpRight", "eyeSquintLeft",
    "eyeSquintRight", "eyeWideLeft", "eyeWideRight", "jawForward", "jawLeft", "jawOpen",
    "jawRight", "mouthClose", "mouthDimpleLeft", "mouthDimpleRight", "mouthFrownLeft",
    "mouthFrownRight", "mouthFunnel", "mouthLeft", "mouthLowerDownLeft",
    "mouthLowerDownRight", "mouthPressLeft", "mouthPressRight", "mouthPucker", "mouthRight",
    "mouthRollLower", "mouthRollUpper", "mouthShrugLower", "mouthShrugUpper",
    "mouthSmileLeft", "mouthSmileRight", "mouthStretchLeft", "mouthStretchRight",
    "mouthUpperUpLeft", "mouthUpperUpRight", "noseSneerLeft", "noseSneerRight", "tongueOut",
)  # fmt: skip
"""The 52 blendshapes of Apple's ARKit."""

MEANINGS = {
    "mouthClose": "Closes the lips over an open jaw: meant to go with jawOpen, at most as far.",
    "tongueOut": "Parts the lips for the tongue, which is a part of its own.",
}

AXIS_PRIOR: Mapping[str, float] = MappingProxyType(
    {
        "age": 25.0,
        "sex": 0.7,
        "ancestry": 0.4,
        "identity": 1.0,
        "detail": 0.7,
        "asymmetry": 1.0,
        "expression": 0.35,
    }
)
"""Standard deviation of each group's axes, in their own units."""


def build_axes(
    counts: Mapping[str, int],
) -> tuple[tuple[Axis, ...], Mapping[str, slice]]:
    """Return all axes and the slice of each group.

    Parameters
    ----------
    counts : mapping
        How many axes of `identity`, `detail` and `asymmetry` there are.
    """
    axes = [
        Axis("age", "Age", "years", 0.0, 90.0, 30.0, "age", "From birth to old age."),
        Axis("sex", "Sex", "", -1.0, 1.0, 0.0, "sex", "Male at -1, female at 1."),
        Axis("african", "African", "share", 0.0, 1.0, 0.0, "ancestry",
             "Share of African ancestry's mean shape."),
        Axis("asian", "Asian", "share", 0.0, 1.0, 0.0, "ancestry",
             "Share of East Asian ancestry's mean shape."),
    ]  # fmt: skip
    words = {
        "identity": ("Identity", "of how adults' faces differ"),
        "detail": ("Detail", "of local form that the identity axes leave out"),
        "asymmetry": ("Asymmetry", "of how the sides of a face differ"),
    }
    for group, (label, meaning) in words.items():
        for k in range(counts[group]):
            axes.append(
                Axis(f"{group}_{k:03d}", f"{label} {k + 1}", "sd", -3.0, 3.0, 0.0, group,
                     f"Mode {k + 1} {meaning}.")
            )  # fmt: skip
    axes += [
        Axis(name, _spoken(name), "", 0.0, 1.0, 0.0, "expression",
             MEANINGS.get(name, f"ARKit's {name}."))
        for name in ARKIT
    ]  # fmt: skip
    groups: dict[str, slice] = {}
    for row, axis in enumerate(axes):
        start = groups[axis.group].start if axis.group in groups else row
        groups[axis.group] = slice(start, row + 1)
    return tuple(axes), MappingProxyType(groups)


def _spoken(name: str) -> str:
    """Return `mouthSmileLeft` as "Mouth smile left"."""
    words = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in name)
    return words[0].upper() + words[1:]


def age_sample(rng: np.random.Generator, n: int) -> DoubleArray:
    """Return `(n,)` ages in years, spread from birth to 85 with children well represented."""
    child = rng.random(n) < 0.3
    return np.where(child, 18.0 * rng.random(n) ** 1.5, 18.0 + 67.0 * rng.random(n))
