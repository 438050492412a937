"""A network that paints what is missing of a skin: INFACE's texture completion (section 5.1).

After pix2pixHD (Wang et al., CVPR 2018), as the paper has it: random regions of a texture are
replaced by the appearance model's low-frequency reconstruction, and the target is the texture as
it was. A small U-shaped generator, discriminators at two scales that see what it was given, the
least-squares loss, and matched features of the discriminators.

It does not ship. After 2,400 steps (`painting-judged`, nose, lips and both, differences in sRGB
levels and of filters' answers) it is nearer to painted skins held out than `scans.repainting` is:
colour 2.4 against 4.3, gradients 0.49 against 0.52, Gram 0.22 against 0.33, place by place 0.28
against 0.39. On four real scans it is farther: 13.9 against 9.2, 2.8 against 2.1, 0.69 against
0.59, 0.71 against 0.61. All painted skins are of one hand, with nostrils and lips in the same
places; light that a scanner leaves on skin they do not have.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from scipy import ndimage
from torch import Tensor, nn
from torch.nn import functional

from facewright.engine.arrays import BoolArray, FloatArray
from facewright.engine.edits.complete import AREAS, Complete, area_of
from facewright.engine.models.lifespan import LifespanModel
from facewright.engine.models.store import ModelStore
from facewright.engine.training.components import Components
from facewright.engine.training.networks import save_whole
from facewright.engine.training.skins import SIDE, Canvas, Skins
from facewright.engine.training.skins_space import completed

FOLDER = Path("build") / "appearance"
POOL, NAMED = 480, 0.4
"""Skins with a hole each, drawn once, and how many of the holes are of nose and lips."""
COMPONENTS, BASIS = 24, 240
"""Of the low-frequency reconstruction, and the skins that they are taken from."""
BEND = 10.0
"""Texels over which the reconstruction is bent to meet the known skin."""
WIDTHS, SLOPE = (16, 32, 64), 0.2
CROP, BATCH, RATE = 96, 4, 2e-4
STEPS, KEEP_EVERY, STEADY = 12_000, 200, 0.998
"""Steps, how often the state is kept, and how slowly the kept weights follow."""
NEAR, FEATURES, FOOLED = 20.0, 10.0, 1.0
"""Weights of the mean difference, of the discriminators' features, and of their verdict."""
REACH = 0.3
"""Most that the generator changes the reconstruction by, sRGB in [0, 1]."""


class Generator(nn.Module):  # type: ignore[misc]
    """Paints holes; sides are multiples of four.

    It sees `(B, 7, H, W)`: the skin with the reconstruction in the hole, the hole, and three maps
    of where on the face that is.
    """

    def __init__(self) -> None:
        super().__init__()
        a, b, c = WIDTHS
        self.first, self.second = _conv(7, a), _conv(a, a)
        self.down, self.third = _conv(a, b, 2), _conv(b, b)
        self.lower, self.fourth, self.fifth = _conv(b, c, 2), _conv(c, c), _conv(c, c)
        self.up, self.sixth = _conv(c + b, b), _conv(b, b)
        self.upper, self.last = _conv(b + a, a), nn.Conv2d(a, 3, 3, padding=1)

    def forward(self, given: Tensor) -> Tensor:
        """Return `(B, 3, H, W)`."""
        fine = _leaky(self.second(_leaky(self.first(given))))
        middle = _leaky(self.third(_leaky(self.down(fine))))
        coarse = _leaky(self.fifth(_leaky(self.fourth(_leaky(self.lower(middle))))))
        middle = _leaky(self.up(torch.cat([_doubled(coarse), middle], dim=1)))
        middle = _leaky(self.sixth(middle))
        fine = _leaky(self.upper(torch.cat([_doubled(middle), fine], dim=1)))
        change = REACH * torch.tanh(self.last(fine))
        return given[:, :3] + given[:, 3:4] * change


class Discriminators(nn.Module):  # type: ignore[misc]
    """Tell true skin from painted at two scales, patch by patch."""

    def __init__(self) -> None:
        super().__init__()
        self.scales = nn.ModuleList(
            nn.ModuleList([_conv(10, 16, 2), _conv(16, 32, 2), _conv(32, 64), _conv(64, 1)])
            for _ in range(2)
        )

    def forward(self, given: Tensor, shown: Tensor) -> list[list[Tensor]]:
        """Return the features of each scale; the last one is its verdict."""
        image, found = torch.cat([given, shown], dim=1), []
        for layers in self.scales:
            features, now = [], image
            for k, layer in enumerate(layers):
                now = layer(now) if k == len(layers) - 1 else _leaky(layer(now))
                features.append(now)
            found.append(features)
            image = functional.avg_pool2d(image, 2)
        return found


def _conv(inputs: int, outputs: int, stride: int = 1) -> nn.Conv2d:
    return nn.Conv2d(inputs, outputs, 3, stride=stride, padding=1)


def _leaky(values: Tensor) -> Tensor:
    return functional.leaky_relu(values, SLOPE)


def _doubled(values: Tensor) -> Tensor:
    return values.repeat_interleave(2, dim=2).repeat_interleave(2, dim=3)


@dataclass(frozen=True, eq=False)
class Cases:
    """Skins with holes: `truth` and `low` `(N, SIDE, SIDE, 3)`, `hole` `(N, SIDE, SIDE)`."""

    truth: FloatArray
    low: FloatArray
    hole: BoolArray

    def __len__(self) -> int:
        return len(self.truth)

    def given(self, rows: Sequence[int], places: FloatArray) -> Tensor:
        """Return what the generator sees, `(B, 7, SIDE, SIDE)`."""
        return torch.stack([torch.from_numpy(seen(self.truth[r], self.low[r], self.hole[r], places))
                            for r in rows])  # fmt: skip


def seen(image: FloatArray, low: FloatArray, hole: BoolArray, places: FloatArray) -> FloatArray:
    """Return one skin as the generator sees it, `(7, H, W)`."""
    filled = np.where(hole[..., None], low, image)
    layers = np.concatenate([filled, hole[..., None], places], axis=2, dtype=np.float32)
    return np.ascontiguousarray(layers.transpose(2, 0, 1))


def places(canvas: Canvas) -> FloatArray:
    """Return where on the face each texel lies, `(SIDE, SIDE, 3)`: across, down, and lips."""
    down, across = np.mgrid[:SIDE, :SIDE] / (SIDE / 2) - 1.0
    regions = canvas.template.coarse.regions
    lips = canvas.spread((regions["upper_lip"] + regions["lower_lip"])[:, None])
    return np.concatenate([np.abs(across)[..., None], down[..., None], lips], axis=2).astype(
        np.float32
    )


def basis(skins: Skins, canvas: Canvas) -> Components:
    """Return the components of the appearance model, of widened skins, sRGB levels."""
    rng = np.random.default_rng(11)
    pull = canvas.onto_coarse
    drawn = [255 * (pull @ skins.draw(rng).reshape(-1, 3)) for _ in range(BASIS)]
    return Components.of(np.asarray(drawn, np.float32), COMPONENTS)


def reconstruction(
    image: FloatArray, hole: BoolArray, lost: BoolArray, space: Components, canvas: Canvas
) -> FloatArray:
    """Return the low-frequency skin, `(SIDE, SIDE, 3)`, bent to meet what is seen."""
    colors = 255 * (canvas.onto_coarse @ image.reshape(-1, 3))
    known = ~lost & canvas.template.visible[canvas.template.subset]
    found = completed(space, COMPONENTS, colors[None].astype(np.float32), known)[0]
    low = np.maximum(canvas.spread(found / 255), 0.02)
    outside = canvas.covered & ~hole
    weight = np.maximum(ndimage.gaussian_filter(outside.astype(np.float32), BEND), 1e-4)
    off = np.where(outside[..., None], np.log(np.maximum(image, 0.02) / low), 0)
    return np.asarray(
        low * np.exp(ndimage.gaussian_filter(off, (BEND, BEND, 0)) / weight[..., None]), np.float32
    )


def named_holes(model: LifespanModel, canvas: Canvas) -> dict[str, tuple[BoolArray, BoolArray]]:
    """Return the regions that a step can ask for, per coarse vertex and per texel."""
    found = {}
    for name in AREAS:
        area = area_of(Complete(region=name), model)
        assert area is not None
        lost = (area > 0)[model.template.subset]
        found[name] = lost, canvas.spread(lost[:, None].astype(np.float32))[..., 0] > 0.3
    return found


def cases(skins: Skins, space: Components, model: LifespanModel, count: int, seed: int) -> Cases:
    """Return widened skins with holes: INFACE's corruption, or a part of nose and lips."""
    canvas, rng = skins.canvas, np.random.default_rng(seed)
    lost, holes = canvas.holes(count, seed)
    named = list(named_holes(model, canvas).values())
    truth, low = [], []
    for k in range(count):
        if rng.random() < NAMED or not (holes[k] & canvas.covered).any():
            lost[k], holes[k] = named[rng.integers(len(named))]
        truth.append(skins.draw(rng))
        low.append(reconstruction(truth[-1], holes[k], lost[k], space, canvas))
    return Cases(np.array(truth), np.array(low), holes & canvas.covered)


def run(data: Path | None, out: Path | None) -> str:
    """Train the generator; the target `painting` of `facewright-train`."""
    folder = out or FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)
    model = ModelStore().lifespan()
    canvas = Canvas(model.template, model.mean().vertices)
    taught, _ = Skins.load(data, canvas).split()
    pool = cases(taught, basis(taught, canvas), model, POOL, 21)
    training = Training(pool, places(canvas), folder / "painting.pt")
    return f"{training.run(STEPS)} steps, L1 {training.near:.4f} of 1"


class Training:
    """The networks, their optimisers, and the step that they are at; resumes what lies at `path`.

    Attributes
    ----------
    steady : Generator
        Weights that follow the generator's slowly: what is judged and shipped.
    near : float
        Mean difference in the hole, followed slowly.
    """

    def __init__(self, pool: Cases, where: FloatArray, path: Path) -> None:
        torch.manual_seed(0)
        self.generator, self.steady, self.judges = Generator(), Generator(), Discriminators()
        self.steady.load_state_dict(self.generator.state_dict())
        self._pool, self._where, self._path = pool, where, path
        nets = (self.generator, self.judges)
        self._own, self._others = (
            torch.optim.Adam(net.parameters(), lr=RATE, betas=(0.5, 0.999)) for net in nets
        )
        self.step, self.near = 0, 0.0
        self._parts: Mapping[str, Any] = {
            "generator": self.generator, "steady": self.steady, "judges": self.judges,
            "own": self._own, "others": self._others,
        }  # fmt: skip
        if path.is_file():
            state = torch.load(path, weights_only=True)
            for name, part in self._parts.items():
                part.load_state_dict(state[name])
            self.step, self.near = state["step"], state["near"]

    def run(self, steps: int) -> int:
        """Train up to a number of steps; return it."""
        while self.step < steps:
            self._once(np.random.default_rng([3, self.step]))
            self.step += 1
            if self.step % KEEP_EVERY == 0:
                self._keep()
                print(f"step {self.step}: {self.near:.4f}", flush=True)
        return self.step

    def _once(self, rng: np.random.Generator) -> None:
        given, truth = self._batch(rng)
        hole = given[:, 3:4]
        made = self.generator(given)
        own, fake = self.judges(given, truth), self.judges(given, made.detach())
        verdict = sum(
            functional.mse_loss(a[-1], torch.ones_like(a[-1])) + b[-1].square().mean()
            for a, b in zip(own, fake, strict=True)
        )
        self._others.zero_grad()
        (0.5 * verdict).backward()
        self._others.step()
        fake = self.judges(given, made)
        near = ((made - truth).abs() * hole).sum() / (3 * hole.sum()).clamp(min=1)
        loss = NEAR * near
        for a, b in zip(own, fake, strict=True):
            loss = loss + FOOLED * functional.mse_loss(b[-1], torch.ones_like(b[-1]))
            for true, painted in zip(a[:-1], b[:-1], strict=True):
                loss = loss + FEATURES / 6 * functional.l1_loss(painted, true.detach())
        self._own.zero_grad()
        loss.backward()
        self._own.step()
        self.near += (float(near.detach()) - self.near) * (0.02 if self.step else 1.0)
        share = 1 - min(STEADY, (1 + self.step) / (10 + self.step))
        with torch.no_grad():
            for kept, now in zip(
                self.steady.parameters(), self.generator.parameters(), strict=True
            ):
                kept.lerp_(now, share)

    def _batch(self, rng: np.random.Generator) -> tuple[Tensor, Tensor]:
        """Return what the generator sees and the truth, crops about a part of each hole."""
        inputs, wanted = [], []
        for row in rng.integers(len(self._pool), size=BATCH):
            hole = self._pool.hole[row]
            spots = np.argwhere(hole)
            middle = spots[rng.integers(len(spots))] + rng.integers(-24, 25, 2)
            top, left = np.clip(middle - CROP // 2, 0, SIDE - CROP)
            at = (slice(top, top + CROP), slice(left, left + CROP))
            image, low = self._pool.truth[row][at], self._pool.low[row][at]
            crop = seen(image, low, hole[at], self._where[at])
            target = image.transpose(2, 0, 1)
            if rng.random() < 0.5:
                crop, target = crop[..., ::-1], target[..., ::-1]
            inputs.append(np.ascontiguousarray(crop))
            wanted.append(np.ascontiguousarray(target))
        return torch.from_numpy(np.array(inputs)), torch.from_numpy(np.array(wanted))

    def _keep(self) -> None:
        state = {name: part.state_dict() for name, part in self._parts.items()}
        save_whole({**state, "step": self.step, "near": self.near}, self._path)
