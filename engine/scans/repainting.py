"""Skin painted anew where a plan gives it another shape: the model's own, in the tone around it."""

from __future__ import annotations

import numpy as np

from facewright.engine.arrays import FloatArray, frozen
from facewright.engine.face import Subject, Texture
from facewright.engine.geometry.masking import edge_lengths, feathered
from facewright.engine.mask import Mask
from facewright.engine.mesh import Mesh
from facewright.engine.models.skin import Skin

FEATHER = 4.0
"""Mm over which the new skin gives way to the old."""
LEAST_RING = 200
"""Texels about the area from which its tone is told."""
TONES = (0.2, 3.0)
"""Least and greatest change of a colour channel."""


def repainted(texture: Texture, area: Mask, subject: Subject, mesh: Mesh, skin: Skin) -> Texture:
    """Return a texture with the model's skin in the area, which counts as inferred.

    The model's colours are scaled, channel by channel, to those of the known skin about the
    area; there is no detail of the patient's own in it.

    Parameters
    ----------
    texture : Texture
    area : (V,) mask
    subject : Subject
        Whose skin the model paints.
    mesh : Mesh
        On which the area is feathered, mm.
    skin : Skin
    """
    size = texture.image.shape[1::-1]
    lengths = edge_lengths(mesh.vertices, mesh.topology.faces)
    soft = feathered(area, lengths, FEATHER)
    share = _resized(skin.spread(soft[:, None])[..., 0], size)
    wide = _resized(skin.spread(feathered(area, lengths, 5 * FEATHER)[:, None])[..., 0], size)
    model = np.stack(
        [
            _resized(channel, size)
            for channel in np.moveaxis(skin.image(subject).astype(np.float32), -1, 0)
        ],
        axis=-1,
    )
    old = texture.image.astype(np.float32)
    ring = (wide > 0.02) & (share < 0.02) & (texture.known > 0.5)
    if np.count_nonzero(ring) >= LEAST_RING:
        tone = np.median(old[ring], axis=0) / np.maximum(np.median(model[ring], axis=0), 1.0)
        model *= np.clip(tone, *TONES)
    mixed = old + share[..., None] * (model - old)
    return Texture(
        np.clip(mixed + 0.5, 0, 255).astype(np.uint8), frozen(texture.known * (1.0 - share))
    )


def _resized(values: FloatArray, size: tuple[int, int]) -> FloatArray:
    """Return an image `(H, W)` at another size, width first."""
    from PIL import Image

    if values.shape[::-1] == size:
        return np.asarray(values, np.float32)
    image = Image.fromarray(np.asarray(values, np.float32), mode="F")
    return np.asarray(image.resize(size, Image.Resampling.BILINEAR), np.float32)
