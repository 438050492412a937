"""Imported models in the user's cache: a card and one safetensors file, like our own."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from facewright.engine.errors import ModelUnavailable
from facewright.engine.files.atomic import written
from facewright.engine.models.base import FaceModel, ModelCard
from facewright.engine.models.external.axes import card_of
from facewright.engine.models.external.foreign import Autoencoder, Foreign, Group
from facewright.engine.models.external.reading import read_model, source_sha256
from facewright.engine.models.external.skinning import Skinning
from facewright.engine.models.layers import Layers
from facewright.engine.models.store import IMPORTED
from facewright.engine.progress import Progress, part, silent

_PLAIN = ("mean", "faces", "latent_mean", "latent_sd", "prior_sd")
_MAYBE = ("basis", "skin")
_JOINTS = ("regressor", "weights", "parents", "corrections")


def keep(
    path: Path, cache: Path, known: Iterable[ModelCard], progress: Progress = silent
) -> ModelCard:
    """Read a foreign model and store it under `cache`; return its card.

    A file that is here already keeps its version; another one of the same name becomes the next.

    Raises
    ------
    InputError
        If the file is no model, is damaged, or the cache cannot be written.
    """
    from facewright.engine.models.fetching import sha256_of

    path = path.resolve()
    model = read_model(path, part(progress, 0.0, 0.7))
    progress(0.7, "Storing the model")
    identity = source_sha256(path)
    draft = card_of(model, source=path.name, source_sha256=identity, version="1", weights_sha256="")
    same = [card for card in known if card.id == draft.id]
    for card in same:
        if any(identity in source for source in card.sources):
            return card
    version = str(1 + max((int(card.version) for card in same), default=0))
    folder = cache / "models" / draft.id / version
    folder.mkdir(parents=True, exist_ok=True)
    with written(folder / IMPORTED) as temporary:
        save(model, temporary)
    card = replace(draft, version=version, files={IMPORTED: sha256_of(folder / IMPORTED)})
    with written(folder / "card.json") as temporary:
        temporary.write_text(json.dumps(asdict(card), indent=2), encoding="utf-8")
    progress(1.0, "The model is imported")
    return card


def save(model: Foreign, path: Path) -> None:
    """Write a model as safetensors, its words in the file's metadata."""
    from safetensors.numpy import save_file

    arrays: dict[str, NDArray[Any]] = {name: getattr(model, name) for name in _PLAIN}
    arrays |= {name: getattr(model, name) for name in _MAYBE if getattr(model, name) is not None}
    if model.skinning is not None:
        arrays |= {f"skinning.{name}": getattr(model.skinning, name) for name in _JOINTS}
    words: dict[str, Any] = {
        "family": model.family,
        "title": model.title,
        "terms": model.terms,
        "notes": list(model.notes),
        "landmarks": dict(model.landmarks),
        "groups": [[g.kind, g.unit, g.count, list(g.names)] for g in model.groups],
    }
    if model.skinning is not None:
        words["jaw"] = model.skinning.jaw
    if model.network is not None:
        networks = {"decoder": model.network.decoder} | {
            f"encoder{place}": layers for place, layers in enumerate(model.network.encoders)
        }
        words["slopes"] = {name: layers.slope for name, layers in networks.items()}
        for name, layers in networks.items():
            for place, (weight, bias) in enumerate(zip(layers.weights, layers.biases, strict=True)):
                arrays[f"{name}.weight.{place}"], arrays[f"{name}.bias.{place}"] = weight, bias
    save_file(
        {name: np.ascontiguousarray(array) for name, array in arrays.items()},
        path,
        metadata={"model": json.dumps(words)},
    )


def load(folder: Path, card: ModelCard) -> FaceModel:
    """Return the model stored in a folder, on its own topology.

    Raises
    ------
    ModelUnavailable
        If this version cannot read it.
    """
    from facewright.engine.models.external.linear import ImportedLinear
    from facewright.engine.models.external.network import ImportedNetwork
    from facewright.engine.models.external.skinned import ImportedSkinned

    try:
        model = _restored(folder / IMPORTED)
    except (OSError, ValueError, KeyError, TypeError, IndexError) as error:
        raise ModelUnavailable(
            f'"{card.title}" was imported by another version of Facewright: import it again.'
        ) from error
    if model.network is not None:
        return ImportedNetwork(model, card)
    return (ImportedLinear if model.skinning is None else ImportedSkinned)(model, card)


def _restored(path: Path) -> Foreign:
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, "np") as file:
            words = json.loads(file.metadata()["model"])
            arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    except SafetensorError as error:
        raise ValueError("the file is damaged") from error
    network = None
    if "slopes" in words:
        slopes: dict[str, float] = words["slopes"]
        layers = {name: _layers(name, slope, arrays) for name, slope in slopes.items()}
        encoders = sorted(name for name in layers if name != "decoder")
        network = Autoencoder(tuple(layers[name] for name in encoders), layers["decoder"])
    skinning = None
    if "jaw" in words:
        joints = {name: arrays[f"skinning.{name}"] for name in _JOINTS}
        skinning = Skinning(**joints, jaw=int(words["jaw"]))
    return Foreign(
        family=words["family"],
        title=words["title"],
        terms=words["terms"],
        notes=tuple(words["notes"]),
        landmarks=words["landmarks"],
        groups=tuple(Group(k, u, n, tuple(names)) for k, u, n, names in words["groups"]),
        network=network,
        skinning=skinning,
        mean=arrays["mean"],
        faces=arrays["faces"],
        latent_mean=arrays["latent_mean"],
        latent_sd=arrays["latent_sd"],
        prior_sd=arrays["prior_sd"],
        basis=arrays.get("basis"),
        skin=arrays.get("skin"),
    )


def _layers(name: str, slope: float, arrays: dict[str, NDArray[Any]]) -> Layers:
    pattern = re.compile(rf"{name}\.weight\.\d+")
    count = sum(bool(pattern.fullmatch(key)) for key in arrays)
    return Layers(
        tuple(arrays[f"{name}.weight.{place}"] for place in range(count)),
        tuple(arrays[f"{name}.bias.{place}"] for place in range(count)),
        slope,
    )
