"""Linear maps between the latents of two imported models, such as INCRAN's from head to skull.

A .json with `matrix` (n, m) and `intercept` (n,), over the latents that the models' own programs
count in; the layout is that of linear_regressor.py in github.com/tillns/INFACE.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from facewright.engine.arrays import DoubleArray, FloatArray
from facewright.engine.errors import InputError, ModelUnavailable
from facewright.engine.files.atomic import written
from facewright.engine.models.external.foreign import MOST_AXES
from facewright.engine.models.external.imported import Imported

if TYPE_CHECKING:
    from facewright.engine.models.store import ModelStore

LARGEST_FILE = 64 << 20
FOLDER = "regressors"


@dataclass(frozen=True, eq=False)
class Regressor:
    """`matrix @ latents + intercept`.

    Attributes
    ----------
    matrix : (n, m) float64
    intercept : (n,) float64
    """

    matrix: DoubleArray
    intercept: DoubleArray

    def carry(self, coefficients: ArrayLike, source: Imported, target: Imported) -> FloatArray:
        """Return coefficients of `target` for `(m,)` coefficients of `source`.

        Raises
        ------
        InputError
            If the map is not one between these two models.
        """
        self.check(source, target)
        latents = self.matrix @ source.latents(coefficients) + self.intercept
        return target.standard(latents).astype(np.float32)

    def check(self, source: Imported, target: Imported) -> None:
        """Refuse models whose axes the map does not fit.

        Raises
        ------
        InputError
        """
        if self.matrix.shape != (len(target.axes), len(source.axes)):
            raise InputError(
                f"This map leads from {self.matrix.shape[1]} axes to {self.matrix.shape[0]}, but "
                f"{source.card.id} has {len(source.axes)} and {target.card.id} "
                f"{len(target.axes)}: name the two models that it was made for."
            )


def read_regressor(path: Path) -> Regressor:
    """Return the map in a .json file.

    Raises
    ------
    InputError
        In one sentence that names the file, for whatever cannot be used.
    """
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise InputError(f"{path.name} is far too large for a map between two models.")
        found = json.loads(path.read_text(encoding="utf-8"))
        matrix = np.asarray(found["matrix"], dtype=np.float64)
        intercept = np.asarray(found["intercept"], dtype=np.float64)
    except (OSError, ValueError, KeyError, TypeError, RecursionError, OverflowError) as error:
        raise InputError(
            f"{path.name} holds no map between two models: it needs a matrix and an intercept."
        ) from error
    fits = matrix.ndim == 2 and intercept.shape == matrix.shape[:1]
    if not fits or not 1 <= min(matrix.shape) <= max(matrix.shape) <= MOST_AXES:
        raise InputError(f"{path.name} has a matrix that does not fit its intercept.")
    if not (np.isfinite(matrix).all() and np.isfinite(intercept).all()):
        raise InputError(f"{path.name} has numbers that are not finite.")
    return Regressor(matrix, intercept)


def keep_regressor(path: Path, source: str, target: str, models: ModelStore) -> Regressor:
    """Store the map from model `source` to `target` in the cache, in place of an older one.

    Raises
    ------
    InputError
        If the file or the models do not fit.
    ModelUnavailable
        If a model is not here.
    """
    from safetensors.numpy import save_file

    regressor = read_regressor(path)
    regressor.check(imported(source, models), imported(target, models))
    stored = _stored(source, target, models)
    stored.parent.mkdir(parents=True, exist_ok=True)
    with written(stored) as temporary:
        save_file({"matrix": regressor.matrix, "intercept": regressor.intercept}, temporary)
    return regressor


def load_regressor(source: str, target: str, models: ModelStore) -> Regressor:
    """Return the map from model `source` to `target` that was imported.

    Raises
    ------
    ModelUnavailable
        If there is none.
    """
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    try:
        arrays = load_file(_stored(source, target, models))
        return Regressor(arrays["matrix"], arrays["intercept"])
    except (OSError, KeyError, SafetensorError) as error:
        raise ModelUnavailable(
            f"There is no map from {source} to {target}: import its .json first."
        ) from error


def imported(id: str, models: ModelStore, version: str | None = None) -> Imported:
    """Return an imported model, of one version or the newest.

    Raises
    ------
    ModelUnavailable
        If it is not here, or none that was imported.
    """
    model = models.get(id, version)
    if not isinstance(model, Imported):
        raise ModelUnavailable(f"{id} was not imported from a file: name one that was.")
    return model


def _stored(source: str, target: str, models: ModelStore) -> Path:
    return models.cache / FOLDER / f"{source}-to-{target}.safetensors"
