"""The plane in which a head is most alike on both sides."""

from __future__ import annotations

import numpy as np

from facewright.engine.arrays import DoubleArray, IntArray


def mirrored(vertices: DoubleArray, mirror: IntArray) -> DoubleArray:
    """Return the mirror image in the plane that maps `(V, 3)` best onto itself.

    Of all reflections x -> x - 2 n n'x about the centroid, the best in the least-squares sense
    has the normal n that minimises n'An, with A the covariance between the head and itself with
    the sides exchanged. A is symmetric because the pairs are closed under exchange, so n is its
    lowest eigenvector, and mirroring twice gives the head back.
    """
    center = vertices.mean(axis=0)
    centered = vertices - center
    covariance = centered[mirror].T @ centered
    _, directions = np.linalg.eigh(0.5 * (covariance + covariance.T))
    normal = directions[:, 0]
    swapped = centered[mirror]
    return np.asarray(center + swapped - 2.0 * np.outer(swapped @ normal, normal))
