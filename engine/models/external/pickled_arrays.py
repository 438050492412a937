"""The few records of a pickle that stand for arrays: of numpy, chumpy and sparse ones of scipy."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
from numpy.typing import NDArray

from facewright.engine.models.external.foreign import Unfamiliar, Unusable
from facewright.engine.models.external.pickles import Call, Name, text

_RECONSTRUCT = re.compile(r"numpy\.(core|_core)\.multiarray\._reconstruct")
_FROM_BUFFER = re.compile(r"numpy\.(core|_core)\.numeric\._frombuffer")
_ENCODE = "_codecs.encode"
_CHUMPY = re.compile(r"chumpy(\.\w+)*\.Ch")
_SPARSE = re.compile(r"scipy\.sparse\.(_?csc|_?csr)\.(csc|csr)_(matrix|array)")
_ALLOWED = re.compile(
    r"numpy\.(core|_core)\.(multiarray\.(_reconstruct|scalar)|numeric\._frombuffer)"
    r"|numpy\.(ndarray|dtype)"
    r"|numpy\.matrixlib\.defmatrix\.matrix"
    r"|scipy\.sparse\.(_?csc|_?csr|_?coo)\.(csc|csr|coo)_(matrix|array)"
    r"|chumpy(\.\w+)*\.\w+"
    r"|_codecs\.encode"
    r"|(copy_reg|copyreg)\._reconstructor"
    r"|(__builtin__|builtins)\.(object|bytes|set|frozenset|list|tuple|dict|bytearray)"
    r"|collections\.(OrderedDict|defaultdict)"
)
_CODE = re.compile(r"[<>|=]?([fiub][1248])")


MOST_DENSE = 20_000_000
"""Numbers of a sparse matrix written out."""


def allowed(name: str) -> bool:
    """Tell whether a pickled model of arrays may mention `name`; nothing of it is imported."""
    return _ALLOWED.fullmatch(name) is not None


def array(value: Any) -> NDArray[Any]:
    """Return the array that a record stands for, its size checked against its bytes.

    Raises
    ------
    Unusable
        If it stands for none.
    """
    if isinstance(value, Call):
        name = _made(value)
        if _RECONSTRUCT.fullmatch(name):
            return _rebuilt(value.state)
        if _FROM_BUFFER.fullmatch(name) and len(value.arguments) == 4:
            raw, kind, shape, order = value.arguments
            return _shaped(_raw(raw), _dtype(kind), shape, text(order) == "F")
        if _CHUMPY.fullmatch(name) and isinstance(value.state, dict) and "x" in value.state:
            return array(value.state["x"])
        if _SPARSE.fullmatch(name) and isinstance(value.state, dict):
            return _dense(value.state, by_columns=".csc_" in name)
    raise Unfamiliar("an array in it is kept in a way that is not known")


def _dense(state: dict[str, Any], *, by_columns: bool) -> NDArray[Any]:
    """Return the array of a compressed sparse matrix, every index checked."""
    shape = state.get("_shape")
    if not isinstance(shape, tuple) or len(shape) != 2:
        raise Unusable("a sparse matrix in it has no shape")
    values, inner, starts = (array(state.get(name)) for name in ("data", "indices", "indptr"))
    if not all(isinstance(size, int) and size > 0 for size in shape):
        raise Unusable("a sparse matrix in it has no shape")
    rows, columns = shape[::-1] if by_columns else shape
    if rows * columns > MOST_DENSE:
        raise Unusable("a sparse matrix in it is larger than any that a model of a face needs")
    whole = inner.dtype.kind in "iu" and starts.dtype.kind in "iu"
    if not whole or starts.shape != (rows + 1,) or values.shape != inner.shape or inner.ndim != 1:
        raise Unusable("a sparse matrix in it is damaged")
    begun = starts.astype(np.int64)
    counts = begun[1:] - begun[:-1]
    if begun[0] != 0 or (counts < 0).any() or counts.sum() != len(inner):
        raise Unusable("a sparse matrix in it is damaged")
    places = inner.astype(np.int64)
    if len(places) and not 0 <= places.min() <= places.max() < columns:
        raise Unusable("a sparse matrix in it is damaged")
    dense = np.zeros((rows, columns))
    np.add.at(dense, (np.repeat(np.arange(rows), counts), places), values)
    return dense.T if by_columns else dense


def _made(call: Call) -> str:
    """Return the full name of what a call makes."""
    first = call.arguments[0] if call.arguments else None
    if call.what.name == "_reconstructor" and isinstance(first, Name):
        return first.full
    return call.what.full


def _rebuilt(state: Any) -> NDArray[Any]:
    """Return the array of numpy's state: version, shape, type, order and bytes."""
    if not isinstance(state, tuple) or len(state) != 5:
        raise Unusable("an array in it is damaged")
    _, shape, kind, fortran, raw = state
    return _shaped(_raw(raw), _dtype(kind), shape, bool(fortran))


def _dtype(value: Any) -> np.dtype[Any]:
    """Return the type of numbers that numpy's record of a type stands for."""
    if not isinstance(value, Call) or value.what.full != "numpy.dtype" or not value.arguments:
        raise Unusable("an array in it has a type that is not known")
    code = _CODE.fullmatch(text(value.arguments[0]))
    if code is None:
        raise Unusable("an array in it is not of numbers")
    order = "<"
    if isinstance(value.state, tuple) and len(value.state) > 1:
        order = text(value.state[1])
    if order not in ("<", ">", "|", "="):
        raise Unusable("an array in it is damaged")
    try:
        return np.dtype((">" if order == ">" else "<") + code.group(1))
    except TypeError:
        raise Unusable("an array in it is not of numbers") from None


def _raw(value: Any) -> bytes:
    """Return the bytes of an array, also as Python 3 writes them for Python 2."""
    if isinstance(value, Call) and value.what.full == _ENCODE and value.arguments:
        value = value.arguments[0]
    if isinstance(value, Call) and value.what.name == "bytes" and not value.arguments:
        return b""
    if isinstance(value, str):
        try:
            return value.encode("latin-1")
        except UnicodeEncodeError:
            raise Unusable("an array in it is damaged") from None
    if not isinstance(value, bytes):
        raise Unusable("an array in it is damaged")
    return value


def _shaped(raw: bytes, kind: np.dtype[Any], shape: Any, fortran: bool) -> NDArray[Any]:
    if not isinstance(shape, tuple) or len(shape) > 3:
        raise Unusable("an array in it has no shape")
    count = 1
    for size in shape:
        if not isinstance(size, int) or size < 0:
            raise Unusable("an array in it has no shape")
        count *= size
    if count * kind.itemsize != len(raw):
        raise Unusable("an array in it is cut short")
    flat = np.frombuffer(raw, dtype=kind)
    return flat.reshape(shape, order="F" if fortran else "C")
