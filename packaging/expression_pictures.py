"""Draw the pictures of the expression presets into `assets/expressions`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PIL import Image

from facewright.engine.edits.reshape import mean_face
from facewright.engine.models.presets import PRESETS, picture_of
from facewright.engine.models.store import ModelStore
from facewright.engine.photos.shading import picture

SIDE, DRAWN = 112, 336
"""Pixels: two for each that is shown at 56, drawn at three times that to be smooth."""
HEIGHT = 250.0
"""Millimetres of the head that are drawn."""
FACE = (40, 62, 296, 318)
"""Left, top, right and bottom of the face in what is drawn, pixels."""


def main() -> None:
    """Draw one picture for each preset."""
    models = ModelStore()
    face, rig = mean_face(models), models.rig()
    folder = Path(__file__).resolve().parent.parent / "assets" / "expressions"
    folder.mkdir(exist_ok=True)
    image = rig.skin_image(face)
    for name, weights in PRESETS.items():
        head = rig.pose(replace(face, expression=weights))
        drawn = picture(head, image, size=(DRAWN, DRAWN), height=HEIGHT)
        face_alone = Image.fromarray(drawn).crop(FACE)
        small = face_alone.resize((SIDE, SIDE), Image.Resampling.LANCZOS)
        small.save(folder / picture_of(name), optimize=True)


if __name__ == "__main__":
    main()
