"""Which format a file has, and the model in it; every refusal is one sentence."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np

from facewright.engine.errors import InputError
from facewright.engine.models.external.foreign import Foreign, Unusable
from facewright.engine.progress import Progress, silent

LARGEST_FILE = 2 << 30
"""Bytes; larger files are refused before they are opened."""

KINDS = (
    "INFACE or INCRAN (.h5), FLAME (.npz or .pkl), Basel Face Model (.mat or .h5) "
    "or a folder of ICT-FaceKit"
)
_HDF5, _ZIP, _MATLAB = b"\x89HDF\r\n\x1a\n", b"PK\x03\x04", b"MATLAB"


def read_model(path: Path, progress: Progress = silent) -> Foreign:
    """Return the model in a file or folder of any known format.

    Raises
    ------
    InputError
        In one sentence that names the file, for whatever cannot be used.
    """
    path = Path(path)
    try:
        with np.errstate(all="ignore"):  # bad numbers are found and refused
            return _read(path, progress)
    except Unusable as error:
        raise InputError(
            f"{path.name} cannot be used because {error}: take the file as its authors publish it."
        ) from error
    except MemoryError:
        raise InputError(
            f"{path.name} needs more memory than there is: close other programs and try again."
        ) from None
    except OSError as error:
        reason = (error.strerror or "it cannot be opened").lower()
        raise InputError(
            f"{path.name} could not be read ({reason}): check the file and try again."
        ) from None


def source_sha256(path: Path) -> str:
    """Return the sha256 of a file, or of all files that make a folder's model."""
    from facewright.engine.models.external import ict
    from facewright.engine.models.fetching import sha256_of

    folder = ict.model_folder(path) if path.is_dir() else None
    if folder is None:
        return sha256_of(path)
    lines = [f"{file.name} {sha256_of(file)}" for file in ict.files_of(folder)]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _read(path: Path, progress: Progress) -> Foreign:
    if path.is_dir():
        from facewright.engine.models.external import ict

        folder = ict.model_folder(path)
        if folder is None:
            raise InputError(
                f"{path.name} is a folder without {ict.NEUTRAL}: choose the FaceXModel folder of "
                "ICT-FaceKit."
            )
        return ict.read(folder, progress)
    if not path.is_file():
        raise InputError(f"{path.name} is not a file: check its name.")
    size = path.stat().st_size
    if size > LARGEST_FILE:
        raise InputError(
            f"{path.name} has {size / 2**20:,.0f} MB and the limit is "
            f"{LARGEST_FILE / 2**20:,.0f} MB: this is no model of a face."
        )
    with path.open("rb") as file:
        start = file.read(16)
    progress(0.0, f"Reading {path.name}")
    if start.startswith(_HDF5):
        return _hdf5(path)
    if start.startswith(_ZIP):
        from facewright.engine.models.external import flame

        return flame.read_npz(path)
    if start.startswith(_MATLAB):
        from facewright.engine.models.external import bfm2009

        return bfm2009.read(path)
    if path.suffix.lower() in (".pkl", ".pickle"):
        from facewright.engine.models.external import flame

        return flame.read_pickle(path)
    raise InputError(f"{path.name} is no model that can be imported here: use {KINDS}.")


def _hdf5(path: Path) -> Foreign:
    from facewright.engine.models.external import inface, statismo
    from facewright.engine.models.external.hdf5 import Hdf5

    with Hdf5(path) as file:
        if statismo.is_statismo(file):
            return statismo.read(path, file)
        if inface.is_inface(file):
            return inface.read(path, file)
    raise Unusable("its layout is neither that of INFACE nor that of the Basel Face Model")
