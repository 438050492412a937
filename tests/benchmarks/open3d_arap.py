"""Open3D's as-rigid-as-possible deformation, in an interpreter that has it.

PYTHON open3d_arap.py IN.npz OUT.npz: vertices (V, 3), faces (F, 3), held (H,), places (H, 3),
rounds, count in; vertices (V, 3) and the seconds of each of `count` calls out.
"""

from __future__ import annotations

import sys
import time

import numpy as np
import open3d


def main() -> None:
    given = np.load(sys.argv[1])
    mesh = open3d.geometry.TriangleMesh(
        open3d.utility.Vector3dVector(given["vertices"]),
        open3d.utility.Vector3iVector(given["faces"]),
    )
    held = open3d.utility.IntVector(given["held"].tolist())
    places = open3d.utility.Vector3dVector(given["places"])
    seconds = []
    for _ in range(int(given["count"])):
        start = time.perf_counter()
        bent = mesh.deform_as_rigid_as_possible(held, places, int(given["rounds"]))
        seconds.append(time.perf_counter() - start)
    np.savez(sys.argv[2], vertices=np.asarray(bent.vertices), seconds=seconds)


if __name__ == "__main__":
    main()
