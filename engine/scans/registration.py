"""From a scan to a registered head: fit the model, draw it onto the surface, carry the colours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from facewright.engine.arrays import DoubleArray, FloatArray, frozen
from facewright.engine.face import Face
from facewright.engine.geometry import nicp
from facewright.engine.geometry.rigid import moved
from facewright.engine.geometry.settle import grown, settle
from facewright.engine.geometry.target import Target
from facewright.engine.geometry.threads import one_thread
from facewright.engine.landmarks import Points
from facewright.engine.mask import Mask, as_mask
from facewright.engine.measure.distance import Distances
from facewright.engine.mesh import Mesh, Scan
from facewright.engine.progress import Progress, part, silent
from facewright.engine.scans import fitting, rims
from facewright.engine.scans.age_guess import guess_age
from facewright.engine.scans.artefacts import Artefacts
from facewright.engine.scans.drawn import Drawn
from facewright.engine.scans.explaining import Sitting
from facewright.engine.scans.placement import Clock, Placed, outward, prepare
from facewright.engine.scans.texture import carry_texture, has_colors
from facewright.engine.scans.verdict import Verdict

if TYPE_CHECKING:
    from facewright.engine.models.lifespan import LifespanModel
    from facewright.engine.models.store import ModelStore
    from facewright.engine.scans.landmarking import Found

SEEK = {"neck": 0.2, "ears": 0.15, "scalp": 0.02}
"""How far parts that hair and clothes cover seek the scan; the face does so fully."""

RIM = 0.2
"""The same for outer skin that borders on the inside of mouth, nose and eye sockets."""

CLEAR = 3
"""Rings of triangles about mouth, nostrils and eye sockets that stay as the drawing left them."""

AROUND = 260.0
"""Millimetres about the face beyond which a scan is not looked at."""


@dataclass(frozen=True, eq=False)
class Registration:
    """A scan as a registered head.

    Attributes
    ----------
    face : Face
        Neutral skin, expression, texture where the scan has colours, and what is inferred.
    scan_to_head : (4, 4) float64
        File coordinates to the head frame: a rigid motion times the unit factor.
    error : (V,) float32
        Millimetres from each vertex of the head, as the scan shows it, to the scan, positive
        where the head lies outside; NaN where the scan shows nothing.
    distances : Distances
        From the scan to the head in the face area.
    landmarks : Points
        All landmarks of the template on the head as the scan shows it, head frame.
    verdict : Verdict
    seconds : mapping of stage to seconds
    fitted : (V, 3) float32
        The model's head before the non-rigid step, head frame.
    artefacts : Artefacts or None
        What of the scan was left out; None where a mask said so.
    """

    face: Face
    scan_to_head: DoubleArray
    error: FloatArray
    distances: Distances
    landmarks: Points
    verdict: Verdict
    seconds: Mapping[str, float]
    fitted: FloatArray
    artefacts: Artefacts | None = None


def register(
    scan: Scan,
    models: ModelStore,
    *,
    found: Found | None = None,
    landmarks: Points | None = None,
    unit: str = "auto",
    mask: Mask | None = None,
    age: float | None = None,
    progress: Progress = silent,
) -> Registration:
    """Return the head that a scan shows.

    Parameters
    ----------
    scan : Scan
        In the file's own unit and axes; point clouds are meshed first.
    models : ModelStore
    found : Found, optional
        Landmarks found before, to save the search.
    landmarks : Points, optional
        Landmarks in file coordinates, by iBUG or Farkas names, in place of found ones.
    unit : str
        "auto", or a key of `units.UNITS`.
    mask : (V,) mask, optional
        1 where the surface is to be believed, 0 where it is damaged or in the way: one value
        per vertex of the scan, or per vertex of the template. Without a mask such places are
        looked for, see `artefacts`.
    age : float, optional
        Years; guessed roughly from size and proportion when not given.
    progress : Progress
        Asked at every step, so that a long job stops within a second.

    Raises
    ------
    InputError
        If no face is found, landmarks are too few, or the mask fits neither scan nor head.
    """
    with one_thread():
        return _register(scan, models, found, landmarks, unit, mask, age, progress)


def _register(
    scan: Scan,
    models: ModelStore,
    found: Found | None,
    landmarks: Points | None,
    unit: str,
    mask: Mask | None,
    age: float | None,
    progress: Progress,
) -> Registration:
    """Do what `register` says."""
    clock = Clock()
    model = models.lifespan()
    whole, placed = prepare(scan, models, found, landmarks, unit, clock, part(progress, 0, 0.4))
    with clock("fit"):
        whole = outward(whole, placed)
        target, seek = _target(scan, whole, placed, model, mask)
        years = age
        if years is None:
            years = guess_age(
                model,
                placed.points,
                free_scale=not placed.unit,
                progress=part(progress, 0.4, 0.45),
            )
        fit = fitting.fit(
            model,
            target,
            placed.points,
            age=years,
            weights=seek,
            free_scale=not placed.unit,
            progress=part(progress, 0.45, 0.5),
        )
    with clock("artefacts"):
        found_artefacts = None
        if mask is None:
            sitting = Sitting(model, whole, placed, target, seek, given=landmarks is not None)
            fit, found_artefacts = sitting.explained(fit, part(progress, 0.5, 0.55))
            placed = sitting.uncovered(found_artefacts)
            seek = seek * ~found_artefacts.found
            target = Target(target.vertices, target.faces, target.trust * ~found_artefacts.doubted)
    with clock("non-rigid"):
        vertices = moved(placed.vertices, fit.scan_to_head)
        target = Target(vertices, whole.faces, target.trust)
        anchors = _anchors(model, placed.points, fit.scan_to_head)
        shown = _draw(model, fit.vertices, target, seek, anchors, part(progress, 0.55, 0.8))
    with clock("judge"):
        head = Drawn.of(model, fit, shown, target, seek)
        distances = head.distances(target)
        verdict = head.verdict(placed, distances)
    face = head.face(years, given=age is not None)
    with clock("texture"):
        if has_colors(whole):
            skin = models.rig().skin_image(face)
            texture = carry_texture(
                whole,
                target,
                Mesh(model.topology, shown),
                1 - head.inferred,
                skin,
                progress=part(progress, 0.82, 1.0),
            )
            face = replace(face, texture=texture)
    progress(1.0, "Registered")
    return Registration(
        face,
        fit.scan_to_head @ placed.to_upright,
        head.error,
        distances,
        head.marks,
        verdict,
        dict(clock.seconds),
        frozen(fit.vertices),
        found_artefacts,
    )


def _target(
    scan: Scan, whole: Scan, placed: Placed, model: LifespanModel, mask: Mask | None
) -> tuple[Target, DoubleArray]:
    """Return the scan as a target and how far each template vertex seeks it."""
    center = np.median(placed.points.positions, axis=0)
    trust = (np.linalg.norm(placed.vertices - center, axis=1) < AROUND).astype(np.float64)
    seek = seeking(model)
    if mask is not None:
        count = len(scan.vertices)
        if np.shape(mask) == (count,) and count != model.topology.count:
            trust *= _on_surface(as_mask(mask, count), scan, whole)
        else:
            seek *= as_mask(mask, model.topology.count)
    return Target(placed.vertices, whole.faces, trust), seek


def _on_surface(mask: Mask, scan: Scan, whole: Scan) -> Mask:
    """Return a scan's mask on the surface laid through it, where it was a cloud of points."""
    if len(whole.vertices) == len(scan.vertices):
        return mask
    from scipy.spatial import cKDTree

    return np.asarray(mask[cKDTree(scan.vertices).query(whole.vertices)[1]])


def seeking(model: LifespanModel) -> DoubleArray:
    """Return `(V_fine,)` how far each vertex seeks a scan: outer skin, the face most.

    Rims of lips, lids and nostrils seek little: scanners round them off.
    """
    topology, seen = model.topology, model.template.visible
    weight = np.ones(topology.count)
    for name, value in SEEK.items():
        if name in topology.regions:
            weight = np.minimum(weight, 1 - (1 - value) * topology.regions[name])
    rim = np.zeros(topology.count, dtype=bool)
    rim[topology.faces[~seen[topology.faces].all(axis=1)].ravel()] = True
    return np.asarray(weight * np.where(rim, RIM, 1.0) * seen)


def _anchors(model: LifespanModel, points: Points, motion: DoubleArray) -> nicp.Anchors:
    """Return the landmarks that scan and template share as anchors in the head frame."""
    template = model.template.landmarks
    names = tuple(name for name in points.names if name in template.names)
    own = template.select(names)
    rows = [points.names.index(name) for name in names]
    certain = points.confidence[rows] * np.array([fitting.certainty(name) for name in names])
    places = moved(points.positions[rows], motion)
    return nicp.Anchors.build(own.corners, own.weights, places, certain, model.topology.count)


def _draw(
    model: LifespanModel,
    fitted: FloatArray,
    target: Target,
    seek: DoubleArray,
    anchors: nicp.Anchors,
    progress: Progress,
) -> FloatArray:
    """Return the fitted head drawn onto the scan.

    The coarse level first, then the fine one, which is then laid along the scan where both are
    regular.
    """
    template = model.template
    subset, start = template.subset, fitted.astype(np.float64)
    coarse = nicp.register(
        start[subset],
        template.coarse.faces,
        target,
        weights=seek[subset],
        anchors=anchors.on_coarse(template.lift),
        ties=rims.ties(template, start, subset),
        schedule=nicp.COARSE,
        progress=part(progress, 0.0, 0.3),
    )
    fine = nicp.register(
        start,
        template.fine.faces,
        target,
        weights=seek,
        anchors=anchors,
        ties=rims.ties(template, start, np.arange(template.fine.count, dtype=np.int32)),
        schedule=nicp.FINE,
        begun=template.lift @ (coarse - start[subset]),
        progress=part(progress, 0.3, 1.0),
    )
    hidden = grown(~template.visible, template.fine.faces, CLEAR)
    laid = settle(fine, template.fine.faces, target, (seek == 1) & ~hidden, start)
    return laid.astype(np.float32)
