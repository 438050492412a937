"""Faces in pictures: where they are, and 478 points on each.

Runs MediaPipe's published networks (Bazarevsky et al. 2019, BlazeFace; Kartynnik et al. 2019,
face mesh; Ablavatski et al. 2020, iris) with pre- and postprocessing of our own.
"""

from __future__ import annotations

import contextlib
import math
import os
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from facewright.engine.arrays import ByteArray, DoubleArray, FloatArray

KEYPOINTS = ("eye_r", "eye_l", "nose", "mouth", "ear_r", "ear_l")
"""Of a detection, in the order of the network's output; sides are the subject's."""

SHORT_STRIDES = (8, 16, 16, 16)
FULL_STRIDES = (4,)
EYE_RIM_R = (33, 7, 163, 144, 145, 153, 154, 155, 133, 246, 161, 160, 159, 158, 157, 173)
EYE_RIM_L = (263, 249, 390, 373, 374, 380, 381, 382, 362, 466, 388, 387, 386, 385, 384, 398)
"""Mesh points that the iris network refines, in its order: lower lid, then upper lid."""

IRIS_R, IRIS_L = 468, 473
"""Rows of the iris centres; the four points on its rim follow each."""


@dataclass(frozen=True, eq=False)
class Detection:
    """A face found in a picture.

    Attributes
    ----------
    box : (4,) float64
        x, y, width and height in pixels.
    keypoints : (6, 2) float64
        Pixels, named by `KEYPOINTS`.
    score : float
        In [0, 1].
    """

    box: DoubleArray
    keypoints: DoubleArray
    score: float


@dataclass(frozen=True, eq=False)
class FaceMesh:
    """The face mesh of one face.

    Attributes
    ----------
    points : (478, 3) float64
        Pixels x and y, and depth in pixels (smaller is nearer); 468 mesh points and twice
        five iris points, whose depth is their eye's.
    presence : float
        Belief that a face is there, in [0, 1].
    """

    points: DoubleArray
    presence: float


class FaceFinder:
    """Runs the networks; made by `ModelStore.faces()`. Thread-safe.

    Parameters
    ----------
    networks : mapping of name to file
        "face_detection_short", "face_detection_full", "face_landmark", "iris_landmark".
    """

    def __init__(self, networks: Mapping[str, Path]) -> None:
        self._networks = dict(networks)
        self._running: dict[str, Any] = {}
        self._lock = threading.RLock()

    def detect(
        self, image: ByteArray, *, threshold: float = 0.5, far: bool = False
    ) -> list[Detection]:
        """Return the faces in an upright picture, the best first.

        Parameters
        ----------
        image : (H, W, 3) uint8
        threshold : float
            Least score.
        far : bool
            Use the network for small faces (of 5 m and more in a phone's picture) instead of
            the one for portraits.
        """
        name, side, strides = (
            ("face_detection_full", 192, FULL_STRIDES)
            if far
            else ("face_detection_short", 128, SHORT_STRIDES)
        )
        height, width = image.shape[:2]
        extent = float(max(height, width))
        roi = Region(0.5 * width, 0.5 * height, extent, 0.0)
        outputs = self._run(name, crop(image, roi, side) * 2.0 - 1.0)
        raw, logits = sorted((o.reshape(-1, o.shape[-1]) for o in outputs), key=lambda o: -o.size)
        found = decode(raw, logits[:, 0], anchors(side, strides), side, threshold)
        offset = np.array([0.5 * (width - extent), 0.5 * (height - extent)])
        return [
            Detection(
                np.concatenate([d.box[:2] * extent + offset, d.box[2:] * extent]),
                d.keypoints * extent + offset,
                d.score,
            )
            for d in found
        ]

    def mesh(self, image: ByteArray, face: Detection | Region, *, iris: bool = True) -> FaceMesh:
        """Return the face mesh of a face.

        Runs twice: in the region given, then in the region of the points found. With `iris`,
        rims of the eyes are refined and the irises found; without, they are rough.

        Parameters
        ----------
        image : (H, W, 3) uint8
        face : Detection, or Region
            Where the face is: a region is half as large again as the face.
        iris : bool
        """
        roi = region_of_detection(face) if isinstance(face, Detection) else face
        points, presence = self._mesh_in(image, roi)
        points, presence = self._mesh_in(image, region_of(points))
        full = np.concatenate([points, np.repeat(_rough_irises(points), 5, axis=0)])
        if iris:
            for rim, first, mirrored in ((EYE_RIM_R, IRIS_R, False), (EYE_RIM_L, IRIS_L, True)):
                self._refine_eye(image, full, rim, first, mirrored)
        return FaceMesh(full, presence)

    def _mesh_in(self, image: ByteArray, roi: Region) -> tuple[DoubleArray, float]:
        outputs = self._run("face_landmark", crop(image, roi, 192))
        flat, flag = sorted(outputs, key=lambda o: -o.size)[:2]
        local = flat.reshape(468, 3).astype(np.float64)
        points = np.empty_like(local)
        points[:, :2] = roi.to_image(local[:, :2] / 192.0)
        points[:, 2] = local[:, 2] * (roi.side / 192.0)
        return points, float(_sigmoid(flag.reshape(1))[0])

    def _refine_eye(
        self,
        image: ByteArray,
        points: DoubleArray,
        rim: tuple[int, ...],
        first: int,
        mirrored: bool,
    ) -> None:
        """Replace, in place, an eye's rim and iris by those of the iris network."""
        ends = points[[rim[0], rim[8]], :2]
        right, left = ends[::-1] if mirrored else ends
        middle = ends.mean(axis=0)
        side = 2.3 * float(np.linalg.norm(left - right))
        if not side > 2.0:
            return
        roi = Region(middle[0], middle[1], side, _tilt(right, left), mirrored)
        contour, iris = sorted(
            self._run("iris_landmark", crop(image, roi, 64)), key=lambda o: -o.size
        )
        flat = contour.reshape(-1, 3)[:16, :2].astype(np.float64)
        points[list(rim), :2] = roi.to_image(flat / 64.0)
        inner = iris.reshape(5, 3)[:, :2].astype(np.float64)
        points[first : first + 5, :2] = roi.to_image(inner / 64.0)
        points[first : first + 5, 2] = points[[rim[0], rim[8]], 2].mean()

    def _run(self, name: str, image: FloatArray) -> list[FloatArray]:
        with self._lock:
            network = self._running.get(name)
            if network is None:
                network = self._running[name] = _load(self._networks[name])
            network.set_tensor(network.get_input_details()[0]["index"], image[None])
            network.invoke()
            return [network.get_tensor(d["index"])[0] for d in network.get_output_details()]


@dataclass(frozen=True)
class Region:
    """A turned square of a picture.

    Attributes
    ----------
    x, y : float
        Middle, pixels.
    side : float
        Pixels.
    angle : float
        Radians; what is turned clockwise by it in the picture stands upright in the region.
    mirrored : bool
        The region shows left and right exchanged.
    """

    x: float
    y: float
    side: float
    angle: float
    mirrored: bool = False

    def axes(self) -> DoubleArray:
        """Return the region's right and down directions in the picture, `(2, 2)` rows."""
        c, s = math.cos(self.angle), math.sin(self.angle)
        flip = -1.0 if self.mirrored else 1.0
        return np.array([[flip * c, flip * s], [-s, c]]) * self.side

    def to_image(self, points: DoubleArray) -> DoubleArray:
        """Return pixels of points `(N, 2)` that run from 0 to 1 across the region."""
        return np.asarray((points - 0.5) @ self.axes() + (self.x, self.y))


def crop(image: ByteArray, roi: Region, side: int) -> FloatArray:
    """Return a region as `(side, side, 3)` float32 in [0, 1]; black outside the picture."""
    from PIL import Image

    picture = Image.fromarray(np.ascontiguousarray(image))
    shrink = max(1, int(roi.side / side / 1.5))
    if shrink > 1:
        picture = picture.reduce(shrink)
    right, down = roi.axes() / (side * shrink)
    origin = roi.to_image(np.zeros((1, 2)))[0] / shrink
    coefficients = (right[0], down[0], origin[0], right[1], down[1], origin[1])
    turned = picture.transform(
        (side, side), Image.Transform.AFFINE, coefficients, Image.Resampling.BILINEAR
    )
    return np.asarray(turned, dtype=np.float32) / np.float32(255.0)


def region_of(points: DoubleArray) -> Region:
    """Return the upright region around mesh points `(N, 2 or 3)`, half as large again."""
    angle = _tilt(points[33, :2], points[263, :2])
    upright = Region(0.0, 0.0, 1.0, angle).axes()
    turned = points[:, :2] @ upright.T
    low, high = turned.min(axis=0), turned.max(axis=0)
    x, y = (0.5 * (low + high)) @ upright
    return Region(float(x), float(y), 1.5 * float((high - low).max()), angle)


def region_of_detection(face: Detection) -> Region:
    """Return the upright region around a detected face, half as large again."""
    x, y, width, height = face.box
    angle = _tilt(face.keypoints[0], face.keypoints[1])
    return Region(x + 0.5 * width, y + 0.5 * height, 1.5 * max(width, height), angle)


def anchors(side: int, strides: tuple[int, ...]) -> DoubleArray:
    """Return the anchor centres `(N, 2)` in [0, 1] of a BlazeFace network.

    Each cell of a level has two anchors per layer with that stride, one where there is a single
    layer (the full-range network).
    """
    rows = []
    for stride in dict.fromkeys(strides):
        count = strides.count(stride) * (2 if len(strides) > 1 else 1)
        cells = side // stride
        centres = (np.arange(cells) + 0.5) / cells
        y, x = np.meshgrid(centres, centres, indexing="ij")
        rows.append(np.repeat(np.stack([x.ravel(), y.ravel()], axis=1), count, axis=0))
    return np.concatenate(rows)


def decode(
    raw: FloatArray,
    logits: FloatArray,
    centres: DoubleArray,
    side: int,
    threshold: float,
    overlap: float = 0.3,
) -> list[Detection]:
    """Return detections in [0, 1] coordinates from the network's `(N, 16)` and `(N,)` outputs.

    Boxes that overlap the best one by more than `overlap` are averaged with it, weighted by
    score (BlazeFace's blending in place of plain suppression).
    """
    scores = _sigmoid(np.asarray(logits, dtype=np.float64))
    keep = np.flatnonzero(scores >= threshold)
    keep = keep[np.argsort(-scores[keep], kind="stable")]
    scores = scores[keep]
    shifts = raw[keep].astype(np.float64) / side
    values = shifts.copy()
    values[:, 0:2] += centres[keep] - 0.5 * shifts[:, 2:4]
    values[:, 4:] += np.tile(centres[keep], 6)
    found: list[Detection] = []
    while len(scores):
        near = _overlaps(values[0, :4], values[:, :4]) > overlap
        near[0] = True
        weights = scores[near]
        mean = (values[near] * weights[:, None]).sum(axis=0) / weights.sum()
        found.append(Detection(mean[:4], mean[4:].reshape(6, 2), float(scores[0])))
        values, scores = values[~near], scores[~near]
    return found


def _overlaps(box: DoubleArray, boxes: DoubleArray) -> DoubleArray:
    """Return the intersection over union of one box with many, x y width height."""
    low = np.maximum(box[:2], boxes[:, :2])
    high = np.minimum(box[:2] + box[2:], boxes[:, :2] + boxes[:, 2:])
    inner = np.prod(np.maximum(high - low, 0.0), axis=1)
    union = np.prod(box[2:]) + np.prod(boxes[:, 2:], axis=1) - inner
    return np.asarray(inner / np.maximum(union, 1e-12))


def _sigmoid(values: Any) -> DoubleArray:
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(values, -80.0, 80.0).astype(np.float64))))


def _tilt(right_eye: DoubleArray, left_eye: DoubleArray) -> float:
    """Return how far a face leans, radians clockwise in the picture."""
    dx, dy = left_eye[:2] - right_eye[:2]
    return math.atan2(dy, dx)


def _rough_irises(points: DoubleArray) -> DoubleArray:
    """Return the middles of both eyes, `(2, 3)`."""
    return np.array([points[list(rim)].mean(axis=0) for rim in (EYE_RIM_R, EYE_RIM_L)])


def _load(path: Path) -> Any:
    with _silenced():
        from ai_edge_litert.interpreter import Interpreter

        network = Interpreter(model_path=str(path), num_threads=1)
        network.allocate_tensors()
    return network


@contextlib.contextmanager
def _silenced() -> Iterator[None]:
    """Keep a native library from writing to standard error, where users read ours."""
    try:
        saved = os.dup(2)
    except OSError:  # no standard error, as in a windowed program
        yield
        return
    with open(os.devnull, "wb") as nowhere:
        os.dup2(nowhere.fileno(), 2)
    try:
        yield
    finally:
        os.dup2(saved, 2)
        os.close(saved)
