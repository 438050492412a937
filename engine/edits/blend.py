"""How much of an edit arrives: its strength and mask, applied outside of every edit."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from facewright.engine.arrays import FloatArray, frozen
from facewright.engine.edits.base import Edit
from facewright.engine.errors import InputError
from facewright.engine.face import TRAITS, Face, Subject, Texture, Trait, Weights
from facewright.engine.mask import Mask, as_mask
from facewright.engine.mesh import Topology

if TYPE_CHECKING:
    from facewright.engine.models.store import ModelStore


def blend(before: Face, after: Face, edit: Edit, models: ModelStore) -> Face:
    """Return the face between `before` and `after` that the edit's strength and mask ask for.

    With a strength alone everything is interpolated: vertices, expression, the subject's
    numbers, pose and texture. A mask confines the edit to a region: vertices move and texels
    fade by its values, an expression arrives by the share of its motion that lies inside, and
    what concerns the whole head (subject, pose) stays as it was.

    Raises
    ------
    InputError
        If the mask does not fit the head, or the heads are on different templates.
    """
    if after is before or (edit.strength == 1.0 and edit.mask is None):
        return after
    if after.mesh.topology.id != before.mesh.topology.id:
        raise InputError(
            "This head is on another template: register its scan again, or use it whole."
        )
    mask = None if edit.mask is None else as_mask(edit.mask, before.mesh.topology.count)
    return replace(
        after,
        mesh=before.mesh
        if after.mesh is before.mesh
        else before.mesh.moved(
            mixed(before.mesh.vertices, after.mesh.vertices, edit.strength, mask)
        ),
        subject=before.subject if mask is not None else _subject(before, after, edit.strength),
        expression=_expression(before, after, edit.strength, mask, models),
        pose=before.pose if mask is not None else _pose(before.pose, after.pose, edit.strength),
        texture=_texture(before, after, edit.strength, mask, models),
        inferred=_inferred(before, after, edit.strength, mask),
        foreign=before.foreign or after.foreign,
    )


def mixed(before: FloatArray, after: FloatArray, strength: float, mask: Mask | None) -> FloatArray:
    """Return `before + strength * mask * (after - before)` for arrays of one row a vertex."""
    amount = np.float32(strength)
    if mask is None:
        return np.asarray(before + amount * (after - before))
    share = amount * (mask if before.ndim == 1 else mask[:, None])
    return np.asarray(before + share * (after - before))


def _subject(before: Face, after: Face, strength: float) -> Subject:
    def trait(a: Trait, b: Trait) -> Trait:
        value = a.value + strength * (b.value - a.value)
        return Trait(value, b.origin if strength >= 0.5 else a.origin)

    old, new = before.subject, after.subject
    if old == new:
        return old
    return Subject(**{name: trait(getattr(old, name), getattr(new, name)) for name in TRAITS})


def _expression(
    before: Face, after: Face, strength: float, mask: Mask | None, models: ModelStore
) -> Weights:
    old, new = before.expression, after.expression
    if old is new:
        return old
    names = sorted({*old, *new})
    shares = dict.fromkeys(names, 1.0)
    if mask is not None and names:
        shares = expression_shares(mask, names, before.subject.age.value, models)
    return Weights({n: old[n] + strength * shares[n] * (new[n] - old[n]) for n in names})


def expression_shares(
    mask: Mask, names: list[str], age: float, models: ModelStore
) -> dict[str, float]:
    """Return how much of each expression's motion, by its square, lies inside `mask`.

    Expressions are weights of the whole head: a smile masked to the left half of the face
    keeps `mouthSmileLeft` and loses `mouthSmileRight`.
    """
    model = models.lifespan()
    axes = [axis.name for axis in model.axes[model.groups["expression"]]]
    inside = mask[model.template.subset]
    shares = {}
    for name in names:
        motion = np.square(model.expression_basis(age)[axes.index(name)]).sum(axis=1)
        total = float(motion.sum())
        shares[name] = float(inside @ motion) / total if total > 0 else 0.0
    return shares


def _pose(before: FloatArray, after: FloatArray, strength: float) -> FloatArray:
    """Return the rigid motion between two, along the screw for the rotation."""
    if before is after or np.array_equal(before, after):
        return before
    from scipy.spatial.transform import Rotation

    start = Rotation.from_matrix(before[:3, :3])
    turn = (Rotation.from_matrix(after[:3, :3]) * start.inv()).as_rotvec()
    pose = np.eye(4)
    pose[:3, :3] = (Rotation.from_rotvec(strength * turn) * start).as_matrix()
    pose[:3, 3] = before[:3, 3] + strength * (after[:3, 3] - before[:3, 3])
    return np.asarray(frozen(pose))


def _texture(
    before: Face, after: Face, strength: float, mask: Mask | None, models: ModelStore
) -> Texture | None:
    """Return the skins faded into each other, texel by texel where there is a mask.

    A face without a texture has the model's own skin, of which nothing was seen.
    """
    if before.texture is after.texture or (strength >= 1.0 and mask is None):
        return after.texture
    size = next(face.texture.image.shape[:2] for face in (after, before) if face.texture)
    old, new = (_skin(face, size, models) for face in (before, after))
    share = np.full(size, strength, np.float32)
    if mask is not None:
        share *= texel_mask(mask, before.mesh.topology, size)
    image = old.image + share[:, :, None] * (new.image.astype(np.float32) - old.image)
    known = old.known + np.clip(share, 0, 1) * (new.known - old.known)
    return Texture(np.rint(np.clip(image, 0, 255)).astype(np.uint8), known)


def _skin(face: Face, size: tuple[int, int], models: ModelStore) -> Texture:
    """Return the skin that a face shows, at `(H, W)` texels."""
    from PIL import Image

    height, width = size
    known = np.zeros(size) if face.texture is None else face.texture.known
    if known.shape != size:
        known = Image.fromarray(known).resize((width, height), Image.Resampling.BILINEAR)
    image = Image.fromarray(models.rig().skin_image(face)).resize((width, height))
    return Texture(np.asarray(image), np.asarray(known))


def texel_mask(mask: Mask, topology: Topology, size: tuple[int, int]) -> FloatArray:
    """Return a mask of vertices as one of texels, `(H, W)`; beyond the uv the nearest value.

    Raises
    ------
    InputError
        If the topology has no uv.
    """
    from facewright.engine.scans.texels import Texels

    if topology.uv is None or topology.uv_faces is None:
        raise InputError("This head has no texture coordinates: take the mask off this step.")
    texels = Texels(topology, size)
    return texels.image(texels.interpolate(mask[:, None]))[..., 0].astype(np.float32)


def _inferred(before: Face, after: Face, strength: float, mask: Mask | None) -> Mask | None:
    if before.inferred is after.inferred:
        return before.inferred
    everywhere = np.ones(before.mesh.topology.count, np.float32)
    old = everywhere if before.inferred is None else before.inferred
    new = everywhere if after.inferred is None else after.inferred
    return np.asarray(frozen(mixed(old, new, min(max(strength, 0.0), 1.0), mask)))
