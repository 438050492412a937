"""Draw what every controller does at -3, 0 and +3 sd: `controller_sheet.py OUT [--age YEARS]`.

One picture for each part and one for the whole face, a row for each controller: less, as it is
and more, from the front or, for depths, from the side. No window is needed.
"""

from __future__ import annotations

import argparse
import math
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from facewright.engine.arrays import ByteArray
from facewright.engine.camera import Camera
from facewright.engine.edits.controllers import Controllers
from facewright.engine.edits.start import Start
from facewright.engine.evaluator import Evaluator
from facewright.engine.face import Face, Weights
from facewright.engine.models.parts.rules import CONTROLLERS, WHOLE, Controller
from facewright.engine.models.parts.segments import PARTS
from facewright.engine.models.store import ModelStore
from facewright.engine.photos.shading import picture
from facewright.engine.project import Project

FAR = 3.0
SIDE, LINE = 300, 20
SIDEWAYS = ("depth", "tip_out", "tip_up", "lip_height")
"""What keys contain of features that are seen better from the side."""
TURN = math.radians(70)
AROUND = 2.2
"""Height of a picture over the size of the part."""


def main() -> None:
    """Write the pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--age", type=float, default=30.0, help="years")
    parser.add_argument("--seed", type=int, default=0, help="of the person; 0 is the mean")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    models = ModelStore()
    start = Start(age=options.age, seed=options.seed, fine_seed=options.seed)
    face = Evaluator(models).face(Project(edits=(start,)))
    for part in (WHOLE, *PARTS):
        members = [controller for controller in CONTROLLERS if controller.part == part]
        pairs = [row(face, controller, models) for controller in members]
        if len(pairs) % 2:
            pairs.append(np.full_like(pairs[-1], 255))
        lines = [np.concatenate(pairs[k : k + 2], axis=1) for k in range(0, len(pairs), 2)]
        path = options.out / f"{part}.png"
        Image.fromarray(np.concatenate(lines)).save(path)


def row(face: Face, controller: Controller, models: ModelStore) -> ByteArray:
    """Return less, as it is, and more, with what each measures."""
    model, rig = models.controllers(), models.rig()
    camera = looking(face, controller, models)
    image = rig.skin_image(face)
    place = CONTROLLERS.index(controller)
    tiles = []
    for amount in (-FAR, 0.0, FAR):
        edit = Controllers(weights=Weights({controller.key: amount}))
        after = edit.apply(face, models)
        drawn = picture(rig.pose(after), image, size=(SIDE, SIDE), camera=camera)
        millimetres = model.ruler.measured(after.mesh.vertices)[place]
        tile = Image.new("RGB", (SIDE, SIDE + LINE), "white")
        tile.paste(Image.fromarray(drawn), (0, LINE))
        words = f"{controller.key}  {amount:+.0f} sd  {millimetres:.1f} mm"
        ImageDraw.Draw(tile).text((4, 4), words, fill="black")
        tiles.append(np.asarray(tile))
    return np.concatenate(tiles, axis=1)


def looking(face: Face, controller: Controller, models: ModelStore) -> Camera:
    """Return the camera that looks at a controller's part."""
    model = models.controllers()
    members = np.flatnonzero(model.template.face)
    if controller.part != WHOLE:
        own = model.segments.members[controller.part]
        members = own[model.template.visible[own]]
    points = face.mesh.vertices[members].astype(np.float64)
    low, high = points.min(axis=0), points.max(axis=0)
    turn = TURN if any(word in controller.key for word in SIDEWAYS) else 0.0
    across = max(*(high - low)[:2])
    return Camera.looking(
        (low + high) / 2,
        (-math.sin(turn), 0.0, -math.cos(turn)),
        (0, 1, 0),
        size=(SIDE, SIDE),
        height=across * (1.15 if controller.part == WHOLE else min(AROUND, 1.0 + 60.0 / across)),
    )


if __name__ == "__main__":
    main()
