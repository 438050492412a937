"""Compiles every numeric loop, so that no user waits for it: `python -m facewright.engine.warming`.

Run once at set-up. Each loop is used as the program uses it, on the model's own head: what numba
keeps is for those kinds of arrays. Where the program's folder cannot be written, numba keeps it
in the cache folder of whoever runs this.
"""

from __future__ import annotations

import sys
from dataclasses import replace

import numpy as np

from facewright.engine.arrays import ByteArray, frozen
from facewright.engine.edits.age import Age
from facewright.engine.edits.start import Start
from facewright.engine.errors import FacewrightError
from facewright.engine.evaluator import Evaluator
from facewright.engine.geometry import constrained_arap
from facewright.engine.geometry.arap import Arap
from facewright.engine.geometry.brush import rehearse
from facewright.engine.geometry.masking import seen_from
from facewright.engine.geometry.nearest import SurfaceTree
from facewright.engine.geometry.normals import vertex_normals
from facewright.engine.geometry.visibility import visibility
from facewright.engine.mesh import Mesh, Scan
from facewright.engine.models.store import ModelStore
from facewright.engine.photos.shading import frame, picture
from facewright.engine.project import Project
from facewright.engine.scans.views import photograph, stage

_SMALL = (32, 32)  # pixels of a picture


def compile_loops(models: ModelStore) -> None:
    """Use every numeric loop once.

    Raises
    ------
    ModelUnavailable
        If the head model is not here.
    """
    rig, edits = models.rig(), (Start(seed=1), Age(years=31.0))
    face = Evaluator(models).face(Project(edits=edits))
    scanned = replace(face, mesh=face.mesh.moved(face.mesh.vertices))
    Evaluator(models).face(Project(edits=(*edits, Age(years=32.0))))
    head, image = rig.pose(scanned), rig.skin_image(scanned)
    _touch(head.skin)
    picture(head, image, size=_SMALL)
    _photograph(head.skin, image)


def _touch(skin: Mesh) -> None:
    """Use the loops that work on any surface."""
    vertices, faces = skin.vertices, skin.topology.faces
    rehearse(skin)
    visibility(vertices, vertex_normals(vertices, faces), (vertices, faces), rays=1)
    seen_from(vertices, faces, (0.0, 0.0, 1000.0))
    tree = SurfaceTree(vertices, faces)
    few = np.array(vertices[:3], np.float64)
    tree.nearest(few)
    for rays in (few, frozen(few, np.float64)):
        tree.cast(few, rays)
    constrained_arap.rehearse()
    Arap(vertices[faces[0]], np.array([[0, 1, 2]], np.int32), 1.0).bent(few, few)


def _photograph(skin: Mesh, image: ByteArray) -> None:
    """Look at a painted surface, as registration does."""
    topology = skin.topology
    assert topology.uv is not None
    assert topology.uv_faces is not None
    corner_uv = frozen(topology.uv[topology.uv_faces])
    scan = Scan("head", skin.vertices, topology.faces, corner_uv, image)
    photograph(stage(scan), frame(skin.vertices, "front", _SMALL), _SMALL[0])


def main() -> int:
    """Compile everything and return the exit status."""
    try:
        compile_loops(ModelStore())
    except FacewrightError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
