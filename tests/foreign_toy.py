"""The toy store with somebody else's model in it, matched with the toy head."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from foreign_files import bfm2009
from toy import ToyModel, ToyStore

from facewright.engine.errors import InputError, ModelUnavailable
from facewright.engine.geometry.correspondence import Correspondence
from facewright.engine.models.base import ModelCard
from facewright.engine.models.external.axes import card_of
from facewright.engine.models.external.foreign import Foreign, Group
from facewright.engine.models.external.linear import ImportedLinear
from facewright.engine.models.external.reading import read_model
from facewright.engine.progress import Progress, silent
from facewright.engine.project import ModelRef
from facewright.engine.scans import template_map
from facewright.engine.scans.template_map import TemplateMap

OTHER = "bfm.other"


def foreign_model(toy: ToyModel) -> ImportedLinear:
    """The toy head in somebody else's frame: two axes of identity and two of expression."""
    mean, shapes = toy.neutral_basis(30.0)
    basis = np.concatenate([shapes[3:5], toy.expression_basis(30.0)[[0, 1]]])
    source = Foreign(
        family="bfm",
        title="Other",
        terms="somebody's terms apply",
        mean=mean.astype(np.float64) + np.array([0.0, 40.0, -10.0]),
        faces=toy.topology.faces,
        groups=(Group("identity", "sd", 2), Group("expression", "sd", 2)),
        latent_mean=np.zeros(4),
        latent_sd=np.ones(4),
        prior_sd=np.ones(4),
        basis=basis.reshape(4, -1),
    )
    card = card_of(
        source, source="other.h5", source_sha256="0" * 64, version="1", weights_sha256="1" * 64
    )
    return ImportedLinear(source, card)


class ForeignStore(ToyStore):
    """The toy head and an imported model; others can be imported and removed."""

    def __init__(self, cache: Path, *, matched: bool = True) -> None:
        super().__init__()
        self.cache = cache
        self._others = {OTHER: foreign_model(self._model)}
        if matched:
            self.match(self._others[OTHER])

    def match(self, model: ImportedLinear) -> TemplateMap:
        """Keep the map that registering would find."""
        toy = self._model.topology
        motion = np.eye(4)
        motion[:3, 3] = (0.0, -40.0, 10.0)
        placed = model.mean().vertices + motion[:3, 3]
        own = self._model.mean().vertices.astype(np.float64)
        near = {"limit": 1.5, "cosine": 0.5}
        made = TemplateMap(
            model,
            toy,
            motion,
            Correspondence.build(own, toy.faces, placed, model.topology.faces, **near),
            Correspondence.build(placed, model.topology.faces, own, toy.faces, **near),
        )
        path = template_map.map_file(model, self)  # type: ignore[arg-type]
        path.parent.mkdir(parents=True, exist_ok=True)
        template_map._save(made, path)
        return made

    def cards(self) -> tuple[ModelCard, ...]:
        return (*(model.card for model in self._others.values()), self._model.card)

    def get(self, id: str, version: str | None = None) -> object:
        if id in self._others:
            return self._others[id]
        return super().get(id, version)

    def reference(self, id: str) -> ModelRef:
        card = self.get(id).card  # type: ignore[attr-defined]
        return ModelRef(card.id, card.version, self._sha256)

    def size(self, id: str, version: str | None = None) -> int:
        return 3_400_000

    def remove(self, id: str, version: str | None = None) -> ModelCard:
        if id not in self._others:
            raise ModelUnavailable("It belongs to Facewright and stays.")
        return self._others.pop(id).card

    def import_model(self, path: Path, progress: Progress = silent) -> ModelCard:
        source = read_model(path, progress)
        if source.basis is None:
            raise InputError(f"{path.name} is no linear model.")
        card = card_of(
            source, source=path.name, source_sha256="2" * 64, version="1", weights_sha256="3" * 64
        )
        self._others[card.id] = ImportedLinear(source, card)
        return card


def write_model(folder: Path) -> Path:
    """Write a small file in the layout of the Basel Face Model of 2009."""
    return bfm2009(folder / "01_MorphableModel.mat").path
