"""Where models live: shipped in assets, fetched into the user's cache, checked by sha256."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import threading
import weakref
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar, cast

from facewright.engine.assets import ASSETS
from facewright.engine.errors import InputError, ModelUnavailable
from facewright.engine.models import fetching
from facewright.engine.models.base import FaceModel, ModelCard
from facewright.engine.progress import Progress, silent

if TYPE_CHECKING:
    from facewright.engine.models.lifespan import LifespanModel
    from facewright.engine.models.parts.model import PartsModel
    from facewright.engine.models.rig import Rig
    from facewright.engine.photos.detection import FaceFinder
    from facewright.engine.project import ModelRef

_T = TypeVar("_T")


class ModelStore:
    """Finds, checks, loads and keeps models. Thread-safe; cheap to make.

    Parameters
    ----------
    assets : Path, optional
        Folder with `models/<id>/<version>/card.json`; the installed one by default.
    cache : Path, optional
        Where fetched files go; FACEWRIGHT_CACHE or the user's cache folder by default.
    """

    def __init__(self, assets: Path | None = None, cache: Path | None = None) -> None:
        self.assets = ASSETS if assets is None else Path(assets)
        self.cache = cache_folder() if cache is None else Path(cache)
        self._lock = threading.RLock()
        self._kept: dict[str, Any] = {}
        self._faces: weakref.ref[FaceFinder] | None = None
        self._verified: set[Path] = set()

    def cards(self) -> tuple[ModelCard, ...]:
        """Return the cards of all models that are here, sorted by id and version.

        Raises
        ------
        ModelUnavailable
            If a card cannot be read.
        """
        return tuple(card for card, _ in self._keep("cards", self._listed))

    def lifespan(self) -> LifespanModel:
        """Return the life-span head model.

        Raises
        ------
        ModelUnavailable
            If its files are missing or do not match its card.
        """
        return cast("LifespanModel", self.get("lifespan"))

    def controllers(self) -> PartsModel:
        """Return the face in parts, with its controllers.

        Raises
        ------
        ModelUnavailable
            If its files are missing or do not match its card.
        """
        return cast("PartsModel", self.get("controllers"))

    def rig(self) -> Rig:
        """Return the rig that shows a face of the life-span model with its eyes and teeth."""

        def make() -> Rig:
            from facewright.engine.models.rig import Rig

            return Rig(self.lifespan())

        return self._keep("rig", make)

    def faces(self) -> FaceFinder:
        """Return what finds faces and their landmarks in pictures.

        Kept for as long as somebody holds it: loaded again in tenths of a second, it spares a
        program at rest 100 MB.

        Raises
        ------
        ModelUnavailable
            If its networks were not fetched.
        """
        from facewright.engine.photos.detection import FaceFinder

        with self._lock:
            found = None if self._faces is None else self._faces()
            if found is None:
                found = FaceFinder({name: self.network(name) for name in fetching.NETWORKS})
                self._faces = weakref.ref(found)
            return found

    def get(self, id: str, version: str | None = None) -> FaceModel:
        """Return a face model by id, of one version or the newest.

        Raises
        ------
        ModelUnavailable
            If there is no such model or version here, or its files do not match its card.
        """
        card, folder = self._find(id, version)

        def make() -> FaceModel:
            load = loader_of(card)
            if load is None:
                raise ModelUnavailable(
                    f'"{card.title}" is not a face model that can be edited: use lifespan.'
                )
            self._check(card, folder)
            return load(folder, card)

        return self._keep(f"model:{id}:{card.version}", make)

    def reference(self, id: str, version: str | None = None) -> ModelRef:
        """Return id, version and sha256 of a model, for a project to pin.

        The sha256 covers the names and hashes of all its files.
        """
        from facewright.engine.project import ModelRef

        card, _ = self._find(id, version)
        return ModelRef(card.id, card.version, card_sha256(card))

    def folder(self, id: str, version: str | None = None) -> Path:
        """Return the folder of a model with all files in it checked against its card.

        Raises
        ------
        ModelUnavailable
            If there is no such model here, or its files do not match its card.
        """
        with self._lock:
            card, folder = self._find(id, version)
            self._check(card, folder)
            return folder

    def network(self, name: str) -> Path:
        """Return the file of one of MediaPipe's networks, checked.

        Parameters
        ----------
        name : str
            A key of `fetching.NETWORKS`.

        Raises
        ------
        ModelUnavailable
            If it was not fetched yet, or the file was changed since.
        """
        if name not in fetching.NETWORKS:
            raise ModelUnavailable(f'There is no network "{name}".')
        for base in (self.assets, self.cache):
            path = fetching.network_file(base, name)
            if path.is_file():
                self._verify(path, fetching.NETWORKS[name].sha256)
                return path
        raise ModelUnavailable(
            "Finding a face needs MediaPipe's networks, which are not here yet: run "
            f'"facewright-cli models fetch mediapipe" once (36 MB), {fetching.BY_HAND}.'
        )

    def fetched(self) -> bool:
        """Tell whether MediaPipe's networks are here."""
        return all(
            any(fetching.network_file(base, name).is_file() for base in (self.assets, self.cache))
            for name in fetching.NETWORKS
        )

    def fetch(self, id: str, progress: Progress = silent, wheel: Path | None = None) -> None:
        """Fetch what is not shipped; the only call that uses the network.

        Parameters
        ----------
        id : str
            "mediapipe": the face detection, face mesh and iris networks.
        progress : Progress
        wheel : Path, optional
            The pinned wheel, got by other means, for machines without a network.

        Raises
        ------
        ModelUnavailable
            If `id` is not something to fetch, or fetching fails; says why and what to do.
        Cancelled
            If asked to stop; nothing is left behind.
        """
        if id != "mediapipe":
            raise ModelUnavailable(f'There is nothing to fetch called "{id}": use "mediapipe".')
        fetching.fetch_networks(self.cache, progress, wheel)
        with self._lock:
            self._verified.clear()
            self._faces = None

    def import_model(self, path: Path, progress: Progress = silent) -> ModelCard:
        """Read somebody else's model, keep it in the user's cache and return its card.

        Raises
        ------
        InputError
            If the file is no model that can be imported; says why in one sentence.
        Cancelled
            If asked to stop.
        """
        from facewright.engine.models.external.storing import keep

        card = keep(path, self.cache, self.cards(), progress)
        with self._lock:
            self._kept.pop("cards", None)
        return card

    def size(self, id: str, version: str | None = None) -> int:
        """Return how many bytes a model takes on this computer.

        Raises
        ------
        ModelUnavailable
            If there is no such model here.
        """
        _, folder = self._find(id, version)
        return sum(file.stat().st_size for file in folder.iterdir() if file.is_file())

    def remove(self, id: str, version: str | None = None) -> ModelCard:
        """Delete an imported model, of one version or the newest, from the user's cache.

        Raises
        ------
        ModelUnavailable
            If there is no such model here, or it came with the program.
        InputError
            If its files cannot be deleted.
        """
        with self._lock:
            card, folder = self._find(id, version)
            if IMPORTED not in card.files or self.cache not in folder.parents:
                raise ModelUnavailable(f'"{card.title}" belongs to Facewright and stays.')
            try:
                shutil.rmtree(folder)
            except OSError as error:
                raise InputError(
                    f"{folder} cannot be deleted ({error.strerror}): close what uses it and try "
                    "again."
                ) from error
            self._kept.pop("cards", None)
            self._kept.pop(f"model:{id}:{card.version}", None)
            return card

    def _keep(self, key: str, make: Callable[[], _T]) -> _T:
        with self._lock:
            if key not in self._kept:
                self._kept[key] = make()
            return cast("_T", self._kept[key])

    def _listed(self) -> list[tuple[ModelCard, Path]]:
        found: dict[tuple[str, tuple[int, ...], str], tuple[ModelCard, Path]] = {}
        for base in (self.cache, self.assets):
            for path in sorted((base / "models").rglob("card.json")):
                card = read_card(path)
                found[card.id, _numbers(card.version), card.version] = (card, path.parent)
        return [found[key] for key in sorted(found)]

    def _find(self, id: str, version: str | None) -> tuple[ModelCard, Path]:
        listed = self._keep("cards", self._listed)
        named = [(card, folder) for card, folder in listed if card.id == id]
        if not named:
            raise ModelUnavailable(
                f'The model "{id}" is not here: install Facewright again or import the model.'
            )
        for card, folder in reversed(named):
            if version in (None, card.version):
                return card, folder
        have = ", ".join(card.version for card, _ in named)
        raise ModelUnavailable(
            f'The model "{id}" is here in version {have}, not {version}: import that version, '
            "or let the project use the newer one."
        )

    def _check(self, card: ModelCard, folder: Path) -> None:
        for name, sha256 in card.files.items():
            if Path(name).name != name:
                raise ModelUnavailable(f'The card of "{card.id}" names a file elsewhere: {name}.')
            self._verify(folder / name, sha256)

    def _verify(self, path: Path, sha256: str) -> None:
        """Check a file once per process."""
        with self._lock:
            if path in self._verified:
                return
            if not path.is_file():
                raise ModelUnavailable(
                    f"The model file {path.name} is missing from {path.parent}: install "
                    "Facewright again or import the model again."
                )
            found = fetching.sha256_of(path)
            if found != sha256:
                raise ModelUnavailable(
                    f"The model file {path} is not the one its card describes (sha256 "
                    f"{found[:12]}, expected {sha256[:12]}): fetch or install it again."
                )
            self._verified.add(path)


def read_card(path: Path) -> ModelCard:
    """Return the card in a `card.json`.

    Raises
    ------
    ModelUnavailable
        If it is not JSON or lacks a field.
    """
    try:
        fields = json.loads(path.read_text(encoding="utf-8"))
        texts = {key: str(fields[key]) for key in _TEXTS}
        lists = {key: tuple(str(item) for item in fields[key]) for key in _LISTS}
        maps = {
            key: MappingProxyType({str(k): str(v) for k, v in fields[key].items()}) for key in _MAPS
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelUnavailable(
            f"The model card {path} cannot be read ({type(error).__name__}: {error}): install "
            "Facewright again or import the model again."
        ) from error
    return ModelCard(**texts, **lists, **maps)  # type: ignore[arg-type]


def card_sha256(card: ModelCard) -> str:
    """Return one sha256 over id, version and the hashes of all files of a model."""
    lines = [card.id, card.version, *(f"{k} {v}" for k, v in sorted(card.files.items()))]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def cache_folder() -> Path:
    """Return FACEWRIGHT_CACHE, or the user's cache folder of this system."""
    given = os.environ.get("FACEWRIGHT_CACHE")
    if given:
        return Path(given)
    import platformdirs

    return Path(platformdirs.user_cache_dir("facewright", appauthor=False))


def _load_lifespan(folder: Path, card: ModelCard) -> FaceModel:
    from facewright.engine.models.lifespan import LifespanModel

    model: FaceModel = LifespanModel.load(folder, card)
    return model


def _load_network(folder: Path, card: ModelCard) -> FaceModel:
    from facewright.engine.models.autoencoder import Autoencoder

    return Autoencoder.load(folder, card)


def _load_parts(folder: Path, card: ModelCard) -> FaceModel:
    from facewright.engine.models.parts.model import PartsModel

    return PartsModel.load(folder, card)


def _load_imported(folder: Path, card: ModelCard) -> FaceModel:
    from facewright.engine.models.external.storing import load

    return load(folder, card)


def loader_of(card: ModelCard) -> Callable[[Path, ModelCard], FaceModel] | None:
    """Return what loads the face model of a card; None for cards of something else."""
    return LOADERS.get(card.id, _load_imported if IMPORTED in card.files else None)


IMPORTED = "imported.safetensors"
"""The file that tells somebody else's model, which came through `import_model`."""

INFACE = ("infants", "infants-apart", "ages")
"""Our own networks after INFACE: what they are, their cards say."""

LOADERS: Mapping[str, Callable[[Path, ModelCard], FaceModel]] = {
    "lifespan": _load_lifespan,
    "controllers": _load_parts,
    **dict.fromkeys(INFACE, _load_network),
}
"""How each face model is loaded from its folder: a new model is one line here."""

_TEXTS = ("id", "version", "title", "summary", "licence", "population")
_LISTS = ("sources", "not_trained_on")
_MAPS = ("files", "measured")


def _numbers(version: str) -> tuple[int, ...]:
    """Return the numbers of a version, so that 0.10 sorts after 0.9."""
    return tuple(int(piece) if piece.isdecimal() else 0 for piece in version.split("."))
