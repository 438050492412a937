"""Landmarks that were placed on a scan before its head was made, where they are now."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from facewright.engine.edits.register import registration_of, scan_of
from facewright.engine.face import Face
from facewright.engine.geometry.nearest import SurfaceTree
from facewright.engine.geometry.rigid import moved
from facewright.engine.landmarks import Points

if TYPE_CHECKING:
    from facewright.engine.models.store import ModelStore
    from facewright.engine.project import Project


def marked_names(project: Project) -> frozenset[str]:
    """Return which landmarks were placed by hand, on the scan or on the head.

    While a round of repeated marking goes on, those on the scan do not count.
    """
    own, step = project.landmarks, registration_of(project)
    names = frozenset(() if own is None else own.names)
    blind = any(repeat.landmarks is None for repeat in project.rounds)
    if step is None or step.placed is None or blind:
        return names
    return names | frozenset(step.names.split("\n"))


def marked_on_scan(project: Project, face: Face, models: ModelStore) -> Points | None:
    """Return what was placed on the scan of a project's head, in the frame of the head, mm.

    They need not lie on the head, which cannot follow an open cleft everywhere. Where later
    steps moved the skin under them, they moved with it; the expression that the registration
    found stays in them, for about an open cleft what it found is a guess.
    Those that were placed again on the head itself are left out: `face` has them.

    Parameters
    ----------
    project : Project
    face : Face
        Its head, at whichever step.
    """
    step, source = registration_of(project), scan_of(project)
    if step is None or source is None or step.placed is None or step.face is None:
        return None
    if step.face.mesh.topology.id != face.mesh.topology.id:
        return None
    again = set(face.landmarks.names if face.landmarks else ())
    names = step.names.split("\n")
    kept = [row for row, name in enumerate(names) if name not in again]
    if not kept:
        return None
    there = moved(step.placed[kept, :3].astype(np.float64), source.transform)
    drawn = models.rig().pose(step.face).skin.vertices.astype(np.float64)
    faces = face.mesh.topology.faces
    seen = faces[models.lifespan().template.visible[faces].all(axis=1)]
    near = SurfaceTree(drawn, seen).nearest(there)
    steps = (face.mesh.vertices - step.face.mesh.vertices)[seen[near.triangles]].astype(np.float64)
    there = there + np.einsum("pc,pcx->px", near.weights, steps)
    return Points.build(tuple(names[row] for row in kept), there, step.placed[kept, 3])
