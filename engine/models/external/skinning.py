"""A jaw that turns: skinning by joints, as SMPL and FLAME do it.

Loper et al. 2015, equations 2 to 10: joints are sums of the shaped vertices, every vertex moves
with a weighted mean of its joints' motions, and the turns themselves add corrective offsets.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from facewright.engine.arrays import DoubleArray, FloatArray, IntArray
from facewright.engine.geometry.rigid import rotation


@dataclass(frozen=True, eq=False)
class Skinning:
    """Joints of a model.

    Attributes
    ----------
    regressor : (J, V) float64
        Each joint as a weighted sum of vertices.
    weights : (V, J) float64
        How far each vertex moves with each joint.
    parents : (J,) int32
        The joint that each hangs on, before it in the order; -1 for the first.
    corrections : (9 (J - 1), 3 V) float32
        Mm for each entry by which the turns of all but the first joint differ from none.
    jaw : int
        Which joint is the jaw.
    """

    regressor: DoubleArray
    weights: DoubleArray
    parents: IntArray
    corrections: FloatArray
    jaw: int

    def posed(self, shaped: DoubleArray, turn: DoubleArray) -> DoubleArray:
        """Return `(V, 3)` vertices with the jaw turned by a `(3,)` rotation vector in radians."""
        turned, moved = self._motions(shaped, turn)
        corrected = shaped + self._corrected(turn)
        return np.asarray(np.einsum("vij,vj->vi", turned, corrected) + moved)

    def unposed(self, posed: DoubleArray, shaped: DoubleArray, turn: DoubleArray) -> DoubleArray:
        """Return the vertices that `posed` are with the jaw shut, joints taken from `shaped`."""
        turned, moved = self._motions(shaped, turn)
        back = np.linalg.solve(turned, (posed - moved)[:, :, None])[:, :, 0]
        return np.asarray(back - self._corrected(turn))

    def _motions(self, shaped: DoubleArray, turn: DoubleArray) -> tuple[DoubleArray, DoubleArray]:
        """Return each vertex' mean motion: `(V, 3, 3)` and `(V, 3)`."""
        joints = self.regressor @ shaped
        turns = np.tile(np.eye(3), (len(joints), 1, 1))
        shifts = np.zeros_like(joints)
        for joint, parent in enumerate(self.parents):
            own = rotation(turn) if joint == self.jaw else np.eye(3)
            if parent < 0:
                turns[joint], shifts[joint] = own, joints[joint]
            else:
                turns[joint] = turns[parent] @ own
                shifts[joint] = turns[parent] @ (joints[joint] - joints[parent]) + shifts[parent]
        shifts -= np.einsum("jik,jk->ji", turns, joints)
        mean = np.einsum("vj,jik->vik", self.weights, turns)
        return np.asarray(mean), np.asarray(self.weights @ shifts)

    def _corrected(self, turn: DoubleArray) -> DoubleArray:
        """Return the `(V, 3)` offsets that the jaw's turn adds."""
        rows = slice(9 * (self.jaw - 1), 9 * self.jaw)
        entries = (rotation(turn) - np.eye(3)).ravel()
        return np.asarray((entries @ self.corrections[rows]).reshape(-1, 3))
