"""How near painted skin comes to the truth: on whole skins held out, and on real scans.

No network that was taught to see is at hand, so likeness is told by a fixed bank of filters:
derivatives and blobs at two scales in brightness and in colour. `gram` compares how their answers
go together over a hole (Gatys, Ecker and Bethge 2015), wherever they are; `seen` compares them
place by place, each relative to how strong they are there (after Zhang et al. 2018, LPIPS).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from scipy import ndimage

from facewright.engine.arrays import BoolArray, DoubleArray, FloatArray
from facewright.engine.edits.complete import AREAS, Complete, area_of
from facewright.engine.face import Subject, Texture, Trait
from facewright.engine.files.atomic import written
from facewright.engine.files.meshes import read_scan
from facewright.engine.models.lifespan import LifespanModel
from facewright.engine.models.skin import ANCESTRIES, SEXES, STAGES, Skin
from facewright.engine.models.store import ModelStore
from facewright.engine.scans.registration import register
from facewright.engine.scans.repainting import repainted
from facewright.engine.training.painting import (
    FOLDER,
    Generator,
    basis,
    named_holes,
    places,
    reconstruction,
    seen,
)
from facewright.engine.training.skins import SIDE, Canvas, Skins
from facewright.engine.training.sources import data_folder

FINE = 4
"""How many texels of a shipped texture one of the network's is wide."""
SCANS = ("james.obj", "LeePerrySmith.obj", "fran_cut.vtk", "sven_mannequin_pointcloud.ply")
SCALES = (1.0, 2.0)
RGB = np.array([[0.30, 0.59, 0.11], [0.5, -0.5, 0.0], [0.25, 0.25, -0.5]])
"""Brightness and two differences of colours."""
STILL = 1.0
"""Levels of an answer under which it is as good as none."""


@dataclass(frozen=True)
class Likeness:
    """How far a painted hole is from the truth; 0 is the truth itself.

    Attributes
    ----------
    color : float
        Mean difference of smoothed colours, sRGB levels.
    gradient : float
        Between the distributions of gradients' lengths, levels a texel.
    gram : float
        Between what the filters' answers say of one another, as a share.
    seen : float
        Between the filters' answers in each place, as a share.
    """

    color: float
    gradient: float
    gram: float
    seen: float

    @classmethod
    def of(cls, found: FloatArray, truth: FloatArray, where: BoolArray) -> Likeness:
        """Return the likeness of two images `(H, W, 3)`, sRGB levels, in a hole `(H, W)`."""
        smooth = np.abs(_blurred(found, 3.0) - _blurred(truth, 3.0))[where].mean()
        slopes = [np.sort(_slope(image)[where]) for image in (found, truth)]
        own, other = (answers(image)[where] for image in (found, truth))
        grams = [a.T @ a / len(a) for a in (own, other)]
        strong = np.linalg.norm(np.concatenate([own, other], axis=1), axis=1) + STILL
        return cls(
            float(smooth),
            float(np.abs(slopes[0] - slopes[1]).mean()),
            float(np.linalg.norm(grams[0] - grams[1]) / np.linalg.norm(grams[1])),
            float((np.linalg.norm(own - other, axis=1) / strong).mean()),
        )


def answers(image: FloatArray) -> DoubleArray:
    """Return what the filters answer, `(H, W, F)`."""
    found = []
    for channel in np.moveaxis(image.astype(np.float64) @ RGB.T, -1, 0):
        for scale in SCALES:
            for order in ((0, 1), (1, 0)):
                found.append(scale * ndimage.gaussian_filter(channel, scale, order=order))
            found.append(scale**2 * ndimage.gaussian_laplace(channel, scale))
    return np.stack(found, axis=-1)


def _blurred(image: FloatArray, sigma: float) -> DoubleArray:
    return np.asarray(ndimage.gaussian_filter(image.astype(np.float64), (sigma, sigma, 0)))


def _slope(image: FloatArray) -> DoubleArray:
    return np.asarray(np.hypot(*np.gradient(image.astype(np.float64).mean(axis=2))))


@dataclass(frozen=True, eq=False)
class Asked:
    """A texture of which parts are hidden and painted; `skin` knows nothing of it."""

    name: str
    texture: Texture
    subject: Subject
    skin: Skin


def run(data: Path | None, out: Path | None) -> str:
    """Judge what was trained; the target `painting-judged` of `facewright-train`."""
    torch.set_num_threads(1)
    folder = out or FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    model = ModelStore().lifespan()
    canvas = Canvas(model.template, model.mean().vertices)
    taught, apart = Skins.load(data, canvas).split()
    space, where = basis(taught, canvas), places(canvas)
    state = torch.load(FOLDER / "painting.pt", weights_only=True)
    generator = Generator()
    generator.load_state_dict(state["steady"])
    holes = named_holes(model, canvas)
    rows: dict[str, list[tuple[str, Likeness]]] = {}
    skin = leave_out(taught, model)
    for kind, asked in (("skin", _painted(apart, skin)), ("scan", _scanned(data, skin))):
        for one in asked:
            seen_there = _reduced(one.texture.known[..., None])[..., 0] > 0.9
            truth = _reduced(one.texture.image.astype(np.float32))
            for region in AREAS:
                lost, hole = holes[region]
                judged = hole & canvas.covered & seen_there
                if judged.mean() < 0.002:
                    continue
                shown = np.asarray(truth / 255, np.float32)
                low = reconstruction(shown, hole & canvas.covered, lost, space, canvas)
                given = seen(shown, low, hole & canvas.covered, where)
                with torch.no_grad():
                    made = generator(torch.from_numpy(given)[None])[0].numpy().transpose(1, 2, 0)
                area = area_of(Complete(region=region), model)
                assert area is not None
                hidden = (area > 0) & model.template.visible
                own = repainted(one.texture, hidden, one.subject, model.mean(), one.skin)
                ways = {
                    "reconstruction alone": 255 * low,
                    "network": 255 * made,
                    "by example": _reduced(own.image.astype(np.float32)),
                }
                for way, image in ways.items():
                    found = Likeness.of(image, truth, judged)
                    rows.setdefault(f"{kind}s, {way}", []).append((one.name, found))
    table = {name: _mean(found) for name, found in sorted(rows.items())}
    with written(folder / "painting.json") as path:
        path.write_text(json.dumps({"step": state["step"], **table}, indent=2) + "\n", "utf-8")
    lines = (f"{n}: " + ", ".join(f"{k} {v:.3g}" for k, v in m.items()) for n, m in table.items())
    return f"step {state['step']}\n" + "\n".join(lines)


def _mean(found: list[tuple[str, Likeness]]) -> Mapping[str, float]:
    rows = [asdict(likeness) for _, likeness in found]
    return {name: float(np.mean([row[name] for row in rows])) for name in rows[0]}


def leave_out(taught: Skins, model: LifespanModel) -> Skin:
    """Return the model's skin as if it knew only the skins that teach: their mean, for all."""
    texels = taught.canvas.texels
    at = texels.row, texels.column
    one = np.ones(len(texels.row))
    colors = np.array([texels.gather(i[at].astype(float), one)[0] for i in taught.images])
    mean = colors.mean(axis=0)
    own = (colors - colors.mean(axis=1, keepdims=True)).reshape(len(colors), -1)
    _, spread, axes = np.linalg.svd(own - own.mean(axis=0), full_matrices=False)
    sd = spread[:8] / np.sqrt(len(colors) - 1)
    shape = (len(ANCESTRIES), len(SEXES), len(STAGES), *mean.shape)
    weights = {
        "tones": np.broadcast_to(np.round(255 * mean), shape),
        "components": (sd[:, None] * axes[:8]).reshape(8, -1, 3),
        "mean": mean,
        "sd": sd,
    }
    return Skin(weights, model.topology)


def _painted(skins: Skins, skin: Skin) -> Iterator[Asked]:
    for name, image in zip(skins.names, skins.images, strict=True):
        large = ndimage.zoom(255 * image, (FINE, FINE, 1), order=1, grid_mode=True, mode="nearest")
        known = np.ones(large.shape[:2], np.float32)
        yield Asked(name, Texture(large.clip(0, 255).astype(np.uint8), known), Subject(), skin)


def _scanned(data: Path | None, skin: Skin) -> Iterator[Asked]:
    for name in SCANS:
        path = data_folder(data) / "real" / "scans" / name
        if path.is_file():
            face = register(read_scan(path), ModelStore()).face
            if face.texture is not None:
                yield Asked(name, face.texture, Subject(Trait(30.0)), skin)


def _reduced(image: FloatArray) -> FloatArray:
    """Return an image at the network's size."""
    side = image.shape[0] // FINE
    assert side == SIDE
    return np.asarray(image.reshape(side, FINE, side, FINE, -1).mean(axis=(1, 3)), np.float32)
