"""Expressions to begin with, as weights of ARKit's shapes.

Emotions are combinations of action units after Ekman, Friesen and Hager (Facial Action Coding
System, Investigator's Guide, 2002, table of prototypes); the shapes that stand for an action
unit and the weights are ours. The others are what faces do in a clinic or a studio.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from facewright.engine.face import Weights


def _both(**named: float) -> dict[str, float]:
    """Return weights for the left and the right side of each shape."""
    return {f"{name}{side}": w for name, w in named.items() for side in ("Left", "Right")}


PRESETS: Mapping[str, Weights] = MappingProxyType(
    {
        "Neutral": Weights(),
        "Smile": Weights(_both(mouthSmile=0.6, cheekSquint=0.35, mouthDimple=0.2)),
        "Laugh": Weights(
            _both(mouthSmile=0.8, cheekSquint=0.6, mouthUpperUp=0.35, eyeSquint=0.3), jawOpen=0.3
        ),
        "Surprise": Weights(_both(browOuterUp=0.8, eyeWide=0.7), browInnerUp=0.8, jawOpen=0.4),
        "Sad": Weights(
            _both(mouthFrown=0.6, browDown=0.15, eyeSquint=0.15),
            browInnerUp=0.8,
            mouthShrugLower=0.4,
        ),
        "Angry": Weights(
            _both(browDown=0.9, eyeSquint=0.35, eyeWide=0.25, mouthPress=0.6, noseSneer=0.3)
        ),
        "Afraid": Weights(
            _both(browOuterUp=0.5, browDown=0.25, eyeWide=0.8, mouthStretch=0.6),
            browInnerUp=0.8,
            jawOpen=0.2,
        ),
        "Disgust": Weights(
            _both(noseSneer=0.8, mouthFrown=0.4, mouthUpperUp=0.4, browDown=0.4, cheekSquint=0.3),
            mouthShrugLower=0.3,
        ),
        "Cry": Weights(
            _both(
                eyeBlink=0.6,
                eyeSquint=0.8,
                browDown=0.6,
                cheekSquint=0.7,
                mouthStretch=0.5,
                mouthLowerDown=0.5,
                mouthUpperUp=0.4,
                noseSneer=0.4,
            ),
            browInnerUp=0.6,
            jawOpen=0.5,
        ),
        "Eyes shut": Weights(_both(eyeBlink=1.0)),
    }
)
"""What each is called, in the order they are offered."""


def picture_of(name: str) -> str:
    """Return the file in `assets/expressions` that shows a preset."""
    return f"{name.lower().replace(' ', '-')}.png"
