"""What ARKit's shapes do to a face, in plain words; a search finds a shape by any of them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

WORDS: Mapping[str, str] = MappingProxyType(
    {
        "browDown": "Lowers the brow, as in a frown or when angry.",
        "browInnerUp": "Raises the inner ends of the brows, as in worry or grief.",
        "browOuterUp": "Raises the outer end of the brow, as in surprise.",
        "cheekPuff": "Blows up the cheeks.",
        "cheekSquint": "Raises the cheek, as in a smile that reaches the eyes.",
        "eyeBlink": "Closes the eye: a blink, and a wink on one side alone.",
        "eyeLookDown": "Turns the eye down.",
        "eyeLookIn": "Turns the eye towards the nose.",
        "eyeLookOut": "Turns the eye away from the nose.",
        "eyeLookUp": "Turns the eye up.",
        "eyeSquint": "Narrows the eye, as against bright light.",
        "eyeWide": "Opens the eye wide, as in fear or surprise.",
        "jawForward": "Pushes the lower jaw forward.",
        "jawLeft": "Moves the lower jaw to the subject's left.",
        "jawOpen": "Opens the mouth by the jaw, as in a yawn or a shout.",
        "jawRight": "Moves the lower jaw to the subject's right.",
        "mouthClose": "Closes the lips over an open jaw; goes with an open jaw, at most as far.",
        "mouthDimple": "Draws the corner of the mouth in and back: a dimple.",
        "mouthFrown": "Draws the corner of the mouth down, as when sad.",
        "mouthFunnel": "Opens the lips into a ring, as for an o.",
        "mouthLeft": "Moves the mouth to the subject's left.",
        "mouthLowerDown": "Lowers the lower lip and shows the lower teeth.",
        "mouthPress": "Presses the lips together, as when holding back.",
        "mouthPucker": "Purses the lips, as for a kiss or a pout.",
        "mouthRight": "Moves the mouth to the subject's right.",
        "mouthRollLower": "Rolls the lower lip in over the teeth.",
        "mouthRollUpper": "Rolls the upper lip in over the teeth.",
        "mouthShrugLower": "Pushes the lower lip up with the chin, as when sulking.",
        "mouthShrugUpper": "Pushes the upper lip up towards the nose.",
        "mouthSmile": "Draws the corner of the mouth up: a smile.",
        "mouthStretch": "Draws the corner of the mouth out and down, as in fear or crying.",
        "mouthUpperUp": "Raises the upper lip and shows the upper teeth.",
        "noseSneer": "Wrinkles the nose and raises its wing, as in disgust.",
        "tongueOut": "Parts the lips and puts the tongue out.",
    }
)
"""By the name of the shape, without the side where there is one for each."""


def words_of(shape: str) -> str:
    """Return what a shape does, or nothing for one that ARKit does not have."""
    if shape in WORDS:
        return WORDS[shape]
    return WORDS.get(shape.removesuffix("Left").removesuffix("Right"), "")
