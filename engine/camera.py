"""Cameras as values: world to pixels and back."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from facewright.engine.arrays import DoubleArray, frozen


@dataclass(frozen=True, eq=False)
class Camera:
    """A pinhole or orthographic camera without lens distortion.

    Pixels: x to the right, y down, origin at the outer corner of the first pixel, so that the
    centre of pixel `[row, column]` is `(column + 0.5, row + 0.5)`.

    Attributes
    ----------
    rotation : (3, 3) float64
        Rows are the image's right, down and forward directions in the world.
    eye : (3,) float64
        Where depth is 0, world units.
    scale : float
        Pinhole: focal length in pixels. Orthographic: pixels per world unit.
    centre : (2,) float64
        Pixel that the forward direction hits.
    perspective : bool
    """

    rotation: DoubleArray
    eye: DoubleArray
    scale: float
    centre: DoubleArray
    perspective: bool = True

    def __post_init__(self) -> None:
        for name, shape in (("rotation", (3, 3)), ("eye", (3,)), ("centre", (2,))):
            values = frozen(getattr(self, name), np.float64)
            if values.shape != shape:
                raise ValueError(f"{name} has shape {values.shape}, not {shape}")
            object.__setattr__(self, name, values)

    @classmethod
    def looking(
        cls,
        at: ArrayLike,
        towards: ArrayLike,
        up: ArrayLike,
        *,
        size: tuple[int, int],
        height: float,
        field: float | None = None,
        distance: float | None = None,
    ) -> Camera:
        """Return a camera with the point `at` in the middle of the image.

        Parameters
        ----------
        at : (3,)
            World point in the middle of the image.
        towards : (3,)
            Direction from the camera into the scene.
        up : (3,)
            Direction that points up in the image; need not be at right angles to `towards`.
        size : (width, height) in pixels
        height : float
            World units that the image is high, at `at`.
        field : float, optional
            Vertical field of view in radians of a pinhole camera; orthographic without.
        distance : float, optional
            Orthographic only: from eye to `at`; 4 heights by default.

        Raises
        ------
        ValueError
            If `up` is parallel to `towards` or `height` is not positive.
        """
        rotation = view_rotation(towards, up)
        if not height > 0:
            raise ValueError("a camera needs a positive height of view")
        if field is None:
            away = 4.0 * height if distance is None else distance
            scale = size[1] / height
        else:
            away = 0.5 * height / math.tan(0.5 * field)
            scale = size[1] * away / height
        eye = np.asarray(at, dtype=np.float64) - away * rotation[2]
        centre = np.array([0.5 * size[0], 0.5 * size[1]])
        return cls(rotation, eye, float(scale), centre, field is not None)

    def project(self, points: ArrayLike) -> DoubleArray:
        """Return pixel x, pixel y and depth, `(N, 3)`, of world `points` `(N, 3)`.

        Depth runs along the view direction, in world units; it is not positive behind a
        pinhole camera, where the pixels mean nothing.
        """
        local = (np.asarray(points, dtype=np.float64) - self.eye) @ self.rotation.T
        out = np.empty_like(local)
        out[:, 2] = local[:, 2]
        flat = local[:, :2]
        if self.perspective:
            depth = np.where(local[:, 2:] == 0, 1e-12, local[:, 2:])
            flat = flat / depth
        out[:, :2] = flat * self.scale + self.centre
        return out

    def unproject(self, pixels: ArrayLike) -> DoubleArray:
        """Return the world points `(N, 3)` of pixels and depth `(N, 3)`: undoes `project`."""
        values = np.asarray(pixels, dtype=np.float64)
        flat = (values[:, :2] - self.centre) / self.scale
        if self.perspective:
            flat = flat * values[:, 2:]
        local = np.column_stack([flat, values[:, 2]])
        return np.asarray(local @ self.rotation + self.eye)


def view_rotation(towards: ArrayLike, up: ArrayLike) -> DoubleArray:
    """Return the `(3, 3)` rotation with rows right, down, forward of a view.

    Raises
    ------
    ValueError
        If a direction is zero or `up` is parallel to `towards`.
    """
    forward = np.asarray(towards, dtype=np.float64)
    length = float(np.linalg.norm(forward))
    if not length > 0:
        raise ValueError("a camera needs a direction to look in")
    forward = forward / length
    right = np.cross(forward, np.asarray(up, dtype=np.float64))
    width = float(np.linalg.norm(right))
    if not width > 1e-12:
        raise ValueError("a camera's up direction must differ from where it looks")
    right = right / width
    return np.stack([right, np.cross(forward, right), forward])


def turned(yaw: float, pitch: float = 0.0) -> DoubleArray:
    """Return the direction `(3,)` from a head to a camera around it, in the head frame.

    `yaw` in radians turns the camera from the front to the subject's left (+x), `pitch` raises
    it above the head.
    """
    return np.array(
        [
            math.sin(yaw) * math.cos(pitch),
            math.sin(pitch),
            math.cos(yaw) * math.cos(pitch),
        ]
    )
