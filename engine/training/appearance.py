"""Make the model's skin from MakeHuman's CC0 skins: `assets/models/skin/1.0.0`.

The skins are small (about 150 pixels across a face), so they serve as colours per vertex:
symmetrised, with the hair cap painted over from the skin around it and the overall tone set per
ancestry. Infant and child skins are the young woman's, smoothed and brightened, so that they show
neither stubble, wrinkles nor make-up. Pores, brows and lashes are drawn by rule in texture space.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage, sparse
from scipy.interpolate import PchipInterpolator

from facewright.engine.arrays import BoolArray, ByteArray, DoubleArray, FloatArray
from facewright.engine.models.skin import ANCESTRIES, FOLDER, SEXES, SIDE, STAGES, WEIGHTS
from facewright.engine.models.store import ModelStore
from facewright.engine.models.template import Template, load_template
from facewright.engine.training.sources import data_folder

SOURCE_ANCESTRY = {"european": "caucasian", "african": "african", "asian": "asian"}
SOURCE_STAGE = {"young": "young", "middle": "middleage", "old": "old"}
TONES = {
    "european": (220.0, 173.0, 152.0),
    "african": (116.0, 76.0, 56.0),
    "asian": (214.0, 170.0, 140.0),
}
"""Mean sRGB of the face of a young person; the pictures' own means differ by their lighting."""
CONTRAST = 0.8
"""Share of a picture's variation over the face that is kept: part of it is baked light."""
STAGE_TONE = {"young": 1.0, "middle": 0.98, "old": 0.96}
MALE_TONE = 0.965
YOUNG_LOOK = {"infant": (0.45, 60, (1.05, 1.065, 1.08)), "child": (0.7, 12, (1.03, 1.04, 1.05))}
"""Contrast, rounds of smoothing and tone of infants and children against the young woman."""
LIP_INSIDE, MOUTH_COLOR = (172.0, 96.0, 92.0), (112.0, 50.0, 48.0)
MOUTH_RINGS = 6
"""Rings of vertices over which the inside of the lips darkens."""
SOCKET_COLOR = (176.0, 104.0, 98.0)
COMPONENTS = 6
PIGMENTS = {"melanin": (-0.20, -0.24, -0.22), "blood": (0.02, -0.06, -0.05)}
"""Change of sRGB for one standard deviation of a pigment, on skin: added to the basis."""
SUPER = 4
BROW_HAIRS, BROW_SHADE = 640, 5.0
"""Hairs of a brow, and the blur of the shade under them in texels."""
BROW_PATH = (
    (13.0, 22.0), (18.0, 23.2), (25.0, 24.7), (32.0, 25.8), (38.0, 26.0), (44.0, 25.0),
    (50.0, 22.8), (54.5, 20.8),
)  # fmt: skip
"""Middle line of the left brow on the mean adult, x and y in mm."""
BROW_HALF = ((0.0, 0.12, 0.5, 1.0), (2.6, 3.4, 2.6, 0.7))
"""Share of its length, and half its width there in mm."""
BROW_LEAN = ((0.0, 0.15, 0.4, 0.7, 1.0), (62.0, 42.0, 18.0, 6.0, 0.0))
"""Share of its length, and degrees by which hair stands up from its course."""


def picture_colors(picture: ByteArray, template: Template) -> DoubleArray:
    """Return the picture's colour at each fine vertex, `(V, 3)`, bilinear, mean over seams."""
    height, width = picture.shape[:2]
    uv, vertex = template.uv_source, template.fine.uv_vertex
    assert vertex is not None
    place = [(1 - uv[:, 1]) * height - 0.5, uv[:, 0] * width - 0.5]
    values = np.stack(
        [
            ndimage.map_coordinates(picture[..., c].astype(float), place, order=1, mode="nearest")
            for c in range(3)
        ],
        axis=1,
    )
    total = np.zeros((template.fine.count, 3))
    np.add.at(total, vertex, values)
    return total / np.bincount(vertex, minlength=template.fine.count)[:, None]


class Canvas:
    """The fine template as something to colour."""

    def __init__(self, template: Template) -> None:
        self.template = template
        regions = template.fine.regions
        assert template.fine.mirror is not None
        assert template.fine.quads is not None
        self.mirror = template.fine.mirror
        lips = (regions["upper_lip"] + regions["lower_lip"]) > 0
        inner = regions["inner"] > 0
        self.mouth: BoolArray = inner & (regions["part_mouth"] > 0)
        self.socket: BoolArray = inner & (regions["eyes"] > 0)
        self.face: BoolArray = (regions["face"] > 0) & (regions["eyes"] == 0) & ~lips
        self.steps = self._steps(lips | inner)
        self.depth = np.zeros((template.fine.count, 1))
        within = self.mouth
        for _ in range(MOUTH_RINGS):
            within = within & (self._touching @ ~within == 0)
            self.depth[within] += 1 / MOUTH_RINGS
        hair = regions["scalp"] > 0
        for _ in range(4):
            hair = hair | (self._touching @ hair > 0)
        self.hair: BoolArray = hair & ~(regions["ears"] > 0)

    def _steps(self, apart: BoolArray) -> sparse.csr_array:
        """Return the averaging of neighbours on the same side of `apart`'s border."""
        quads = self.template.fine.quads
        assert quads is not None
        pairs = np.unique(
            np.sort(np.concatenate([quads[:, [i, (i + 1) % 4]] for i in range(4)]), axis=1), axis=0
        )
        count = self.template.fine.count
        both = np.concatenate([pairs, pairs[:, ::-1]])
        graph = sparse.csr_array((np.ones(len(both)), both.T), shape=(count, count))
        self._touching = graph
        same = both[apart[both[:, 0]] == apart[both[:, 1]]]
        inside = sparse.csr_array((np.ones(len(same)), same.T), shape=(count, count))
        degree = np.maximum(inside.sum(axis=1), 1)
        return sparse.csr_array(sparse.diags_array(1 / degree) @ inside)

    def smooth(self, colors: DoubleArray, rounds: int) -> DoubleArray:
        """Return colours averaged with their neighbours, not across the lips' border."""
        for _ in range(rounds):
            colors = 0.5 * colors + 0.5 * (self.steps @ colors)
        return colors

    def clean(self, colors: DoubleArray) -> DoubleArray:
        """Return colours made symmetric, without hair, mouth and sockets painted."""
        from scipy.sparse.linalg import splu

        colors = (colors + colors[self.mirror]) / 2
        count = len(colors)
        degree = self._touching.sum(axis=1)
        laplacian = sparse.csc_array(sparse.diags_array(degree) - self._touching)
        free, known = np.flatnonzero(self.hair), np.flatnonzero(~self.hair)
        block = sparse.csc_array(laplacian[free][:, free])
        colors = colors.copy()
        colors[free] = splu(block).solve(-(laplacian[free][:, known] @ colors[known]))
        assert len(colors) == count
        inward = np.array(LIP_INSIDE) + self.depth * (np.array(MOUTH_COLOR) - np.array(LIP_INSIDE))
        colors[self.mouth] = inward[self.mouth]
        colors[self.socket] = SOCKET_COLOR
        return colors

    def toned(self, colors: DoubleArray, tone: DoubleArray, contrast: float) -> DoubleArray:
        """Return colours whose mean over the face is `tone`, with less variation."""
        mean = colors[self.face].mean(axis=0)
        keep = self.mouth | self.socket
        moved = tone + contrast * (colors - mean)
        moved[keep] = colors[keep]
        return np.asarray(np.clip(moved, 0, 255))


def tones(canvas: Canvas, folder: Path) -> tuple[ByteArray, DoubleArray]:
    """Return the table of tones `(3, 2, 5, V, 3)` and the cleaned pictures `(20, V, 3)`."""
    from PIL import Image

    cleaned: dict[tuple[str, str, str], list[DoubleArray]] = {}
    for path in sorted((folder / "makehuman" / "skins").glob("*.png")):
        with Image.open(path) as opened:
            picture = np.asarray(opened.convert("RGB"))
        colors = canvas.clean(picture_colors(picture, canvas.template))
        stage, ancestry, sex = path.name.split("--")[0].split("_")
        cleaned.setdefault((ancestry, sex, stage), []).append(colors)
    table = np.zeros(
        (len(ANCESTRIES), len(SEXES), len(STAGES), canvas.template.fine.count, 3), np.uint8
    )
    for a, ancestry in enumerate(ANCESTRIES):
        base = np.array(TONES[ancestry])
        for s, sex in enumerate(SEXES):
            for t, stage in enumerate(STAGES):
                if stage in SOURCE_STAGE:
                    source = cleaned[SOURCE_ANCESTRY[ancestry], sex, SOURCE_STAGE[stage]]
                    tone = base * STAGE_TONE[stage] * (MALE_TONE if sex == "male" else 1.0)
                    colors = canvas.toned(np.mean(source, axis=0), tone, CONTRAST)
                else:
                    contrast, rounds, brighter = YOUNG_LOOK[stage]
                    source = cleaned[SOURCE_ANCESTRY[ancestry], "female", "young"]
                    soft = canvas.smooth(np.mean(source, axis=0), rounds)
                    colors = canvas.toned(soft, base * np.array(brighter), contrast)
                table[a, s, t] = np.round(colors)
    everything = [colors for key in sorted(cleaned) for colors in cleaned[key]]
    return table, np.array(everything)


def color_basis(
    pictures: DoubleArray, canvas: Canvas
) -> tuple[DoubleArray, DoubleArray, DoubleArray]:
    """Return mean `(V, 3)`, components `(K, V, 3)` of unit sd and their sd, sRGB in [0, 1].

    Principal components of the pictures, each of its own overall tone relieved, and two
    directions of pigment. The pictures are light and dark skins in groups, so a principal
    component would only tell the groups apart; the pigments say it in two smooth numbers.
    """
    values = pictures / 255
    overall = values[:, canvas.face].mean(axis=1, keepdims=True)
    own = values - overall
    mean = own.mean(axis=0) + overall[:, 0].mean(axis=0)
    flat = (own - own.mean(axis=0)).reshape(len(own), -1)
    _, spread, rows = np.linalg.svd(flat, full_matrices=False)
    sd = spread[:COMPONENTS] / np.sqrt(len(own) - 1)
    rows = rows[:COMPONENTS] * np.sign(rows[:COMPONENTS].sum(axis=1, keepdims=True))
    components = (rows * sd[:, None]).reshape(COMPONENTS, -1, 3)
    skin = (~(canvas.mouth | canvas.socket)).astype(float)[:, None]
    pigments = np.array([skin * np.array(change) for change in PIGMENTS.values()])
    return (
        mean,
        np.concatenate([components, pigments]),
        np.concatenate([sd, np.ones(len(pigments))]),
    )


def pores() -> ByteArray:
    """Return fine detail of skin as brightness, 127.5 in the middle, `(SIDE, SIDE)`."""
    rng = np.random.default_rng(11)
    total = np.zeros((SIDE, SIDE))
    for sigma, share in ((0.7, 0.5), (1.4, 0.45), (3.5, 0.35), (9.0, 0.3)):
        octave = ndimage.gaussian_filter(rng.standard_normal((SIDE, SIDE)), sigma, mode="wrap")
        total += share * octave / octave.std()
    return np.asarray(np.clip(127.5 + 42.5 * total / total.std(), 0, 255), dtype=np.uint8)


class Pen:
    """Draws on the face's island of the texture, by places on a head `(V, 3)` from front."""

    def __init__(self, template: Template, head: NDArray[Any]) -> None:
        from PIL import Image, ImageDraw
        from scipy.interpolate import LinearNDInterpolator

        uv, vertex = template.fine.uv, template.fine.uv_vertex
        assert uv is not None
        assert vertex is not None
        regions = template.fine.regions
        use = ((regions["face"] > 0) & (np.abs(template.reference[:, 0]) < 75))[vertex]
        self._uv = LinearNDInterpolator(head[vertex][use][:, :2], uv[use])
        self._image = Image.new("L", (SIDE * SUPER, SIDE * SUPER))
        self._draw = ImageDraw.Draw(self._image)

    def line(self, points: DoubleArray, width: float) -> None:
        """Draw a polyline through `(N, 2)` x and y in mm, `width` texels wide."""
        uv = self._uv(points)
        if np.isfinite(uv).all():
            pixels = SIDE * SUPER * np.column_stack([uv[:, 0], 1 - uv[:, 1]])
            self._draw.line(
                [tuple(p) for p in pixels], fill=255, width=max(1, round(width * SUPER))
            )

    def image(self, blur: float) -> ByteArray:
        """Return what was drawn, `(SIDE, SIDE)`."""
        fine = np.asarray(self._image, dtype=np.float64)
        small = fine.reshape(SIDE, SUPER, SIDE, SUPER).mean(axis=(1, 3))
        soft = ndimage.gaussian_filter(small, blur) if blur else small
        return np.asarray(np.round(np.clip(soft, 0, 255)), dtype=np.uint8)


def brows(template: Template, head: FloatArray) -> ByteArray:
    """Return how much brow hair covers each texel, drawn hair by hair on a mean adult `head`.

    The brow begins above the inner eye corner, peaks between the outer edge of the iris and the
    outer eye corner, and ends at about the height where it began (Farkas and Kolar 1987). Hair
    stands up at its beginning; above its middle line hair leans down, below it up. It thins out
    towards ends and edges; a soft shade under it stands for hair too fine to draw.
    """
    pen = Pen(template, head)
    path = np.array(BROW_PATH)
    length = np.concatenate([[0], np.linalg.norm(np.diff(path, axis=0), axis=1).cumsum()])
    course = PchipInterpolator(length / length[-1], path)
    for out in (1.0, -1.0):
        rng = np.random.default_rng(5)
        for _ in range(BROW_HAIRS):
            t = rng.beta(1.45, 1.6)
            along, across = course(t, 1), np.clip(rng.normal(0, 0.45), -1, 1)
            slope = np.arctan2(along[1], along[0])
            half = np.interp(t, *BROW_HALF)
            root = course(t) + half * across * np.array([-np.sin(slope), np.cos(slope)])
            lean = np.interp(t, *BROW_LEAN) - np.interp(t, [0.1, 0.45], [0, 16]) * across
            angle = slope + np.radians(lean + rng.normal(0, 7))
            reach = rng.uniform(3.0, 5.5) * np.interp(t, [0, 0.2, 0.6, 1], [0.6, 1, 1, 0.7])
            points = [root]
            for _ in range(3):
                points.append(points[-1] + reach / 3 * np.array([np.cos(angle), np.sin(angle)]))
                angle -= np.radians(9)
            pen.line(np.array(points) * [out, 1.0], 0.35)
    hair = pen.image(0.6).astype(np.float64)
    shade = ndimage.gaussian_filter(hair, BROW_SHADE)
    return np.asarray(np.round(np.clip(0.75 * hair + 0.5 * shade, 0, 255)), dtype=np.uint8)


def lashes(template: Template) -> ByteArray:
    """Return the line of lashes along the lids' margins, strong above and faint below."""
    upper, lower = (Pen(template, template.reference) for _ in range(2))
    for side in ("l", "r"):
        for pen, name, width in ((upper, "upper_lid", 3.0), (lower, "lower_lid", 2.0)):
            chain = template.curves[f"{name}_{side}"]
            pen.line(template.reference[chain[2:]][:, :2].astype(float), width)
    both = np.maximum(upper.image(0.6).astype(float), 0.35 * lower.image(0.6))
    return np.asarray(np.round(both), dtype=np.uint8)


def run(data: Path | None, out: Path | None) -> str:
    """Make the skin; the target `appearance` of `facewright-train`."""
    from safetensors.numpy import save_file

    folder = out / "models" / "skin" / FOLDER.name if out else FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    template = load_template()
    canvas = Canvas(template)
    adult = ModelStore().lifespan().mean().vertices
    table, pictures = tones(canvas, data_folder(data))
    mean, components, sd = color_basis(pictures, canvas)
    arrays: dict[str, NDArray[Any]] = {
        "brow": brows(template, adult),
        "components": components.astype(np.float16),
        "lash": lashes(template),
        "mean": mean.astype(np.float16),
        "pores": pores(),
        "sd": sd.astype(np.float32),
        "tones": table,
    }
    save_file(
        {name: np.ascontiguousarray(array) for name, array in arrays.items()}, folder / WEIGHTS
    )
    write_card(folder)
    return f"{len(pictures)} pictures, {len(components)} components"


def write_card(folder: Path) -> None:
    """Write `card.json` beside the weights."""
    digest = hashlib.sha256((folder / WEIGHTS).read_bytes()).hexdigest()
    card = {
        "id": "skin",
        "version": folder.name,
        "title": "Skin colour by age, sex and ancestry",
        "summary": "A colour per vertex for three ancestries, two sexes and five stages of life, a "
        "colour basis of eight components, and pores, brows and lashes drawn by rule. It shows "
        "what a head might look like; it measures nothing and identifies nobody.",
        "licence": "MIT",
        "sources": [
            "MakeHuman skins, 20 diffuse pictures of 512 x 512 pixels (CC0)",
            "Pores, brows and lashes: made by this project's code",
        ],
        "population": "Painted skins of adults labelled African, Asian and Caucasian, young, "
        "middle-aged and old; overall tones set by hand. Infant and child skins are the young "
        "woman's, smoothed and brightened: no picture of a child was used.",
        "not_trained_on": [
            "photographs or scans of real people's skin",
            "infants and children",
            "scars, birthmarks, wrinkles in relief, make-up, beards, hair",
        ],
        "files": {WEIGHTS: digest},
        "measured": {},
    }
    text = json.dumps(card, indent=2, ensure_ascii=False) + "\n"
    (folder / "card.json").write_text(text, encoding="utf-8")
