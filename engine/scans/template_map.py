"""The map between our template and another model's: heads move across it both ways.

The other model's mean is registered like a scan, once; where each vertex of the one lies on the
other is kept in the user's cache. After that a head crosses by its motion from the mean, a sum
over three vertices each.
"""

from __future__ import annotations

import atexit
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from facewright.engine.arrays import DoubleArray, FloatArray, IntArray, frozen
from facewright.engine.errors import InputError, ModelUnavailable
from facewright.engine.files.atomic import written
from facewright.engine.geometry.correspondence import Correspondence
from facewright.engine.geometry.laplacian import edge_weights
from facewright.engine.geometry.masking import INSIDE, edge_lengths, grown
from facewright.engine.geometry.normals import face_areas, face_vectors, vertex_normals
from facewright.engine.geometry.rigid import align, moved
from facewright.engine.geometry.visibility import visibility
from facewright.engine.landmarks import Points
from facewright.engine.mask import Mask
from facewright.engine.mesh import Mesh, Scan, Topology
from facewright.engine.models.external.imported import Imported
from facewright.engine.models.external.regressor import imported
from facewright.engine.models.store import card_sha256
from facewright.engine.progress import Progress, part, silent

if TYPE_CHECKING:
    from facewright.engine.models.store import ModelStore
    from facewright.engine.scans.landmarking import Found
    from facewright.engine.scans.registration import Registration

NEAR, COSINE = 1.5, 0.5
"""Mm and least cosine between normals within which a vertex lies on the other surface."""

LEAST_SHARED = 0.2
"""Share of our outer skin that another model must cover to be a face."""

SHARP = frozenset(f"ibug{number}" for number in range(27, 68))
"""Landmarks of nose, eyes and mouth: what of a file's own is taken where pictures show no face or
the networks that look at them are not here. Brows and jaw are drawn differently by others."""

ALIGNING_ROUNDS = 4
"""How often a head is laid against the other model's nearest one before its coefficients count."""

SKY_RAYS, LEAST_SKY = 96, 0.05
"""Directions in which a vertex looks, and the share that must be open for it to be outer skin."""

LASHES = 4.0
"""Mm of skin that other parts of a model may hide between skin that is seen."""

FOLDER = "maps"
_ARRAYS = ("shown", "motion", "corners", "weights", "other_corners", "other_weights")


@dataclass(frozen=True, eq=False)
class TemplateMap:
    """Our template on another model's mean.

    Attributes
    ----------
    model : Imported
    topology : Topology
        Ours.
    motion : (4, 4) float64
        From the other model's frame to the head frame, both in mm.
    here : Correspondence
        Our vertices, laid on the other mean in the head frame.
    there : Correspondence
        The other mean's vertices in the head frame, on our skin.
    """

    model: Imported
    topology: Topology
    motion: DoubleArray
    here: Correspondence
    there: Correspondence

    def head(self, mesh: Mesh) -> Mesh:
        """Return our head for a mesh of the other model, in the head frame."""
        offsets = moved(mesh.vertices, self.motion) - self.there.vertices
        vertices = self.here.vertices + self.here.carry(offsets)
        return Mesh(self.topology, vertices.astype(np.float32))

    def mesh(self, head: Mesh) -> tuple[Mesh, Mask]:
        """Return the other model's mesh for our head, and where it is known, 1 or 0."""
        offsets = head.vertices - self.here.vertices
        vertices = moved(self.there.vertices + self.there.carry(offsets), self._back)
        known = self.there.held.astype(np.float32)
        return Mesh(self.model.topology, vertices.astype(np.float32)), known

    def coefficients(
        self, head: Mesh, known: Mask | None = None, given: Mapping[str, float] | None = None
    ) -> FloatArray:
        """Return the other model's `(K,)` coefficients for our head.

        Parameters
        ----------
        head : Mesh
        known : (V,) mask of our template, optional
            Where the head is to be believed.
        given : mapping of axis name to value, optional
            Axes that are held, such as expressions at 0.
        """
        mesh, seen = self.mesh(head)
        if known is not None:
            values = known[np.maximum(self.there.corners, 0)]
            seen = np.einsum("vk,vk->v", self.there.weights, values).astype(np.float32)
        found = self.model.coefficients(mesh, seen, given)
        for _ in range(ALIGNING_ROUNDS):
            nearest = self.model.instance(found).vertices
            motion = align(mesh.vertices, nearest, seen)
            if np.abs(motion - np.eye(4)).max() < 1e-5:
                break
            mesh = mesh.moved(moved(mesh.vertices, motion))
            found = self.model.coefficients(mesh, seen, given)
        return found

    @property
    def _back(self) -> DoubleArray:
        return np.asarray(np.linalg.inv(self.motion))


def template_map(id: str, models: ModelStore, progress: Progress = silent) -> TemplateMap:
    """Return the map to an imported model, made on the first call and kept in the cache.

    Raises
    ------
    InputError
        If the model's mean shows no face that our template can be laid on.
    ModelUnavailable
        If the model is not here, or was not imported.
    Cancelled
        If asked to stop.
    """
    kept = kept_map(id, models)
    if kept is not None:
        return kept
    model = imported(id, models)
    made = build(model, models, progress)
    path = map_file(model, models)
    path.parent.mkdir(parents=True, exist_ok=True)
    _save(made, path)
    return _remembered(path, made)


def kept_map(id: str, models: ModelStore, version: str | None = None) -> TemplateMap | None:
    """Return the map to an imported model where it was made before, at once; else None.

    Raises
    ------
    ModelUnavailable
        If the model is not here, or was not imported.
    """
    model = imported(id, models, version)
    path = map_file(model, models)
    with _lock:
        known = _latest.get(path)
    if known is not None and known.model is model and known.topology is models.lifespan().topology:
        return known
    loaded = _load(path, model, models)
    return None if loaded is None else _remembered(path, loaded)


KEPT = 2
"""Maps that are remembered; what a map solves with takes a tenth of a second to prepare."""
_latest: dict[Path, TemplateMap] = {}
atexit.register(_latest.clear)  # solvers must go before the library that made them
_lock = threading.Lock()


def _remembered(path: Path, made: TemplateMap) -> TemplateMap:
    with _lock:
        _latest.pop(path, None)
        while len(_latest) >= KEPT:
            _latest.pop(next(iter(_latest)))
        _latest[path] = made
    return made


def map_file(model: Imported, models: ModelStore) -> Path:
    """Return where the map lies; its name changes with either model."""
    ours = models.reference("lifespan")
    name = f"{model.card.id}-{card_sha256(model.card)[:12]}-{ours.sha256[:12]}.safetensors"
    return models.cache / FOLDER / name


def build(model: Imported, models: ModelStore, progress: Progress = silent) -> TemplateMap:
    """Return the map made anew; see `template_map`."""
    template = models.lifespan().template
    mean = model.mean().vertices
    skin = skin_faces(model)
    result = _registered(model, skin, models, part(progress, 0.0, 0.9))
    progress(0.9, "Finding what lies where")
    offsets = models.lifespan().expression_offsets(
        result.face.expression, result.face.subject.age.value
    )
    shown = (result.face.mesh.vertices + offsets).astype(np.float64)
    motion = result.scan_to_head
    placed = moved(mean, motion)
    near = {"limit": NEAR, "cosine": COSINE}
    outer = template.visible
    here = Correspondence.build(shown, template.fine.faces, placed, skin, allowed=outer, **near)
    if here.held.sum() < LEAST_SHARED * outer.sum():
        raise InputError(
            f"{model.card.title} shows too little of a face for our template: it stays a model "
            "of its own."
        )
    own_skin = template.fine.faces[outer[template.fine.faces].all(axis=1)]
    used = np.zeros(len(placed), dtype=bool)
    used[skin.ravel()] = True
    there = Correspondence.build(
        placed, model.topology.faces, shown, own_skin, allowed=used, **near
    )
    progress(1.0, "The templates are matched")
    return TemplateMap(model, template.fine, motion, here, there)


def skin_faces(model: Imported) -> IntArray:
    """Return the triangles of the outer skin: what the file says, or what can be seen of the head.

    The head is the largest connected part. Sockets that hang on it behind eyeballs, which are
    parts of their own, and the inside of a mouth would be taken for lids and lips.
    """
    faces, skin = model.topology.faces, model.source.skin
    if skin is not None:
        return np.asarray(faces[skin[faces].all(axis=1)])
    vertices = model.mean().vertices.astype(np.float64)
    part = _largest(faces, vertices)
    normals = vertex_normals(vertices, part)
    centered = vertices - vertices[np.unique(part)].mean(axis=0)
    inside_out = np.sum(centered[part[:, 0]] * face_vectors(vertices, part)) < 0
    sky = visibility(
        vertices, -normals if inside_out else normals, (vertices, faces), rays=SKY_RAYS
    )
    assert sky is not None  # nothing stops it
    # Closed, so that lashes before a lid leave no gap in it.
    lengths = edge_lengths(vertices, part)
    wide = grown(frozen(sky[:, 0] > LEAST_SKY), lengths, LASHES)
    seen = grown(frozen(1 - wide), lengths, LASHES) < INSIDE
    return _largest(part[seen[part].all(axis=1)], vertices)


def _largest(faces: IntArray, vertices: DoubleArray) -> IntArray:
    """Return the triangles of the connected part with the largest area."""
    from scipy.sparse.csgraph import connected_components

    _, label = connected_components(edge_weights(faces, len(vertices)), directed=False)
    areas = np.bincount(label[faces[:, 0]], face_areas(vertices, faces))
    return np.asarray(faces[label[faces[:, 0]] == int(areas.argmax())])


def _registered(
    model: Imported, skin: IntArray, models: ModelStore, progress: Progress
) -> Registration:
    """Return the mean registered like a scan: by pictures, or by the file's own landmarks."""
    from facewright.engine.scans.registration import register

    mean = model.mean().vertices
    used, compact = np.unique(skin, return_inverse=True)
    faces = compact.reshape(-1, 3).astype(np.int32)
    scan = Scan(model.card.title, mean[used], faces, unit="mm")
    found, points = _found(scan, models, part(progress, 0.0, 0.4)), None
    if found is None:
        sharp = {name: row for name, row in model.source.landmarks.items() if name in SHARP}
        if not sharp:
            raise InputError(
                f"No face was found on the mean of {model.card.title}: fetch the networks that "
                "find faces, or reach a skull through an imported map from its head."
            )
        points = Points.build(tuple(sharp), mean[list(sharp.values())])
    return register(
        scan,
        models,
        found=found,
        landmarks=points,
        unit="mm",
        progress=part(progress, 0.4, 1.0),
    )


def _found(scan: Scan, models: ModelStore, progress: Progress) -> Found | None:
    from facewright.engine.scans.landmarking import find_landmarks

    try:
        return find_landmarks(scan, models, unit="mm", progress=progress)
    except (InputError, ModelUnavailable):
        return None


def _save(made: TemplateMap, path: Path) -> None:
    from safetensors.numpy import save_file

    arrays: dict[str, NDArray[Any]] = {
        "shown": made.here.vertices,
        "motion": made.motion,
        "corners": made.here.corners,
        "weights": made.here.weights,
        "other_corners": made.there.corners,
        "other_weights": made.there.weights,
    }
    plain = {name: np.ascontiguousarray(array) for name, array in arrays.items()}
    with written(path) as temporary:
        save_file(plain, temporary)


def _load(path: Path, model: Imported, models: ModelStore) -> TemplateMap | None:
    """Return a map kept before; None where there is none, or it does not fit any more."""
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    topology = models.lifespan().topology
    try:
        shown, motion, *rest = (load_file(path)[name] for name in _ARRAYS)
    except (OSError, KeyError, SafetensorError):
        return None
    corners, weights, other_corners, other_weights = rest
    if not (
        _fits(corners, weights, topology.count, model.topology.count)
        and _fits(other_corners, other_weights, model.topology.count, topology.count)
        and shown.shape == (topology.count, 3)
        and motion.shape == (4, 4)
    ):
        return None
    placed = moved(model.mean().vertices, motion)
    here = Correspondence(shown, topology.faces, corners, weights)
    there = Correspondence(placed, model.topology.faces, other_corners, other_weights)
    return TemplateMap(model, topology, motion, here, there)


def _fits(corners: NDArray[Any], weights: NDArray[Any], own: int, other: int) -> bool:
    shapes = corners.shape == weights.shape == (own, 3)
    return shapes and bool(((corners >= -1) & (corners < other)).all())
