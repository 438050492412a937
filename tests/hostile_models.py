"""Hostile files of foreign models: lies about sizes, bombs, links out, pickles that would act."""

from __future__ import annotations

import io
import os
import pickle
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import foreign_files
import numpy as np


def seed(write: Callable[[Path], object], name: str) -> Callable[[], bytes]:
    """Return what makes the bytes of a small well-formed file."""

    def make() -> bytes:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / name
            write(path)
            return path.read_bytes()

    return make


SEEDS: dict[str, tuple[str, Callable[[], bytes]]] = {
    "model inface pca": (".h5", seed(foreign_files.inface_pca, "m.h5")),
    "model inface autoencoder": (".h5", seed(foreign_files.inface_autoencoder, "m.h5")),
    "model bfm 2017": (".h5", seed(foreign_files.statismo, "m.h5")),
    "model bfm 2009": (".mat", seed(foreign_files.bfm2009, "m.mat")),
    "model bfm 2009 unpacked": (
        ".mat",
        seed(lambda path: foreign_files.bfm2009(path, compressed=False), "m.mat"),
    ),
    "model flame npz": (".npz", seed(lambda path: foreign_files.flame_npz(path, 12), "m.npz")),
    "model flame pickle 0": (
        ".pkl",
        seed(lambda path: foreign_files.flame_pickle(path, 0, 12), "m.pkl"),
    ),
    "model flame pickle 2": (
        ".pkl",
        seed(lambda path: foreign_files.flame_pickle(path, 2, 12), "m.pkl"),
    ),
    "model flame pickle 5": (
        ".pkl",
        seed(lambda path: foreign_files.flame_pickle(path, 5, 12), "m.pkl"),
    ),
}
"""Reader and variant: suffix and a well-formed file of 128 vertices."""


def crafted(reader: str) -> Iterator[tuple[str, bytes]]:
    """Yield label and content of the files made by hand for one reader."""
    if "pickle" in reader:
        yield from pickles()
    elif reader == "model inface pca":
        yield from _hdf5()
    elif reader == "model flame npz":
        yield from _npz()
    elif reader.startswith("model bfm 2009"):
        yield from _mat()


# ------------------------------------------------------------------------------------- pickles


class _Acts:
    """Pickles to a call."""

    def __init__(self, what: Any, *arguments: Any) -> None:
        self.call = (what, arguments)

    def __reduce__(self) -> Any:
        return self.call


MARKER = "FACEWRIGHT_TEST_WAS_HERE"
"""The environment variable that a pickle sets if anything in it is executed."""


def pickles() -> Iterator[tuple[str, bytes]]:
    """Yield pickles that would execute something, or fill the memory, in any other reader."""
    acts = {
        "system": _Acts(os.system, f"export {MARKER}=1"),
        "eval": _Acts(eval, f"__import__('os').environ.__setitem__('{MARKER}', '1')"),
        "exec": _Acts(exec, f"import os; os.environ['{MARKER}'] = '1'"),
        "putenv": _Acts(os.putenv, MARKER, "1"),
        "open": _Acts(open, "/tmp/facewright-test", "w"),
        "getattr": _Acts(getattr, dict, "pop"),
        "numpy load": _Acts(np.load, "/etc/hostname"),
        "in a list": [[_Acts(eval, "1")]],
        "in a model": {"v_template": _Acts(eval, "1")},
    }
    for label, value in acts.items():
        for protocol in (0, 2, 4):
            yield f"{label} {protocol}", pickle.dumps(value, protocol=protocol)
    protocol = b"\x80\x04"
    system = b"cposix\nsystem\n"
    yield "inst", b"(S'true'\niposix\nsystem\n."
    yield "obj", b"(" + system + b"S'true'\no."
    yield "newobj", protocol + system + b"(S'true'\nt\x81."
    yield "dotted name", protocol + b"\x8c\x05numpy\x8c\x0cf2py.os.system\x93\x8c\x04true\x85R."
    yield "chumpy with code", b"cchumpy.ch\nsystem\n(S'true'\ntR."
    yield "persistent id", b"P1\n."
    yield "binary persistent id", b"K\x01Q."
    yield "extension", b"\x82\x01."
    yield "buffer from outside", b"\x97."
    yield "state of a class", b"cnumpy\nndarray\n}S'__setstate__'\nI1\nsb."
    yield "state of a dict", b"}}b."
    yield "far memo", protocol + b"Nr\xff\xff\xff\xff."
    yield "far recall", protocol + b"j\xff\xff\xff\xff."
    yield "huge bytes", protocol + b"\x8e" + struct.pack("<Q", 2**62) + b"x."
    yield "negative bytes", b"T" + struct.pack("<i", -5) + b"x."
    yield "huge number", b"\x8b" + struct.pack("<i", 2**30) + b"x" * 100 + b"."
    yield "long digits", b"I" + b"9" * 5000 + b"\n."
    yield "many steps", b"]" * 2_000_000 + b"."
    yield "deep tuple", b")" + b"\x85" * 300_000 + b"."
    yield "laughs", b"]q\x00" + b"(h\x00h\x00h\x00h\x00eq\x00" * 30 + b"."
    yield "itself", b"}q\x00X\x0a\x00\x00\x00v_templateh\x00s."
    yield "a list", pickle.dumps([1, 2, 3])
    yield "no stop", pickle.dumps({"f": 1})[:-1]
    arrays = foreign_files.flame_arrays(12)[0]
    objects = np.array([None] * 9, dtype=object).reshape(3, 3)
    yield "object array", pickle.dumps({**arrays, "v_template": objects}, protocol=2)
    yield "strings", pickle.dumps({**arrays, "f": np.array([["a"] * 3] * 9)}, protocol=2)
    yield "nan", pickle.dumps({**arrays, "v_template": arrays["v_template"] * np.nan}, protocol=2)
    yield "four corners", pickle.dumps({**arrays, "f": np.zeros((9, 4), np.int32)}, protocol=2)
    yield "far corners", pickle.dumps({**arrays, "f": arrays["f"] + 10**6}, protocol=2)
    for label, change in _sparse_lies():
        yield label, change
    yield "other basis", pickle.dumps({**arrays, "shapedirs": arrays["shapedirs"][1:]}, protocol=2)


def _sparse_lies() -> Iterator[tuple[str, bytes]]:
    """Yield pickles whose sparse matrix names places that it does not have."""
    from scipy import sparse

    arrays = foreign_files.flame_arrays(12)[0]
    lies: dict[str, dict[str, Any]] = {
        "far column": {"indices": np.full(30, 10**6, np.int32)},
        "negative place": {"indices": np.full(30, -1, np.int32)},
        "falling starts": {"indptr": np.r_[0, 30, np.zeros(127)].astype(np.int32)},
        "far start": {"indptr": np.full(129, 2**31 - 1, np.int32)},
        "huge shape": {"_shape": (10**9, 10**9)},
        "no shape": {"_shape": ("a", None)},
        "fewer values": {"data": np.zeros(3)},
        "places of fractions": {"indices": np.full(30, 0.5)},
    }
    for label, lie in lies.items():
        matrix = sparse.csc_matrix(arrays["J_regressor"])
        matrix.__dict__.update(lie)
        yield f"sparse: {label}", pickle.dumps({**arrays, "J_regressor": matrix}, protocol=2)


# ------------------------------------------------------------------------------ HDF5, npz, mat


def _h5(fill: Callable[[Any], None]) -> bytes:
    import h5py

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "m.h5"
        foreign_files.inface_pca(path)
        with h5py.File(path, "r+") as file:
            fill(file)
        return path.read_bytes()


def _replaced(name: str, **how: Any) -> Callable[[Any], None]:
    def fill(file: Any) -> None:
        del file[name]
        file.create_dataset(name, **how)

    return fill


def _hdf5() -> Iterator[tuple[str, bytes]]:
    import h5py

    def linked(link: Any) -> Callable[[Any], None]:
        def fill(file: Any) -> None:
            del file["components"]
            file["components"] = link

        return fill

    outside = h5py.ExternalLink("/etc/hostname", "x")
    yield "link to another file", _h5(linked(outside))
    yield "link to itself", _h5(linked(h5py.SoftLink("/components")))
    yield "link to the mean", _h5(linked(h5py.SoftLink("/mean_vertices")))
    raw = [("/etc/passwd", 0, 6 * 384 * 8)]
    yield (
        "bytes of another file",
        _h5(_replaced("components", shape=(6, 384), dtype="f8", external=raw)),
    )
    many = (100_000, 100_000)
    yield "never written", _h5(_replaced("components", shape=many, dtype="f4", chunks=(100, 100)))
    yield "never written whole", _h5(_replaced("components", shape=many, dtype="f4"))
    zeros = np.zeros((300, 384 * 100), np.float32)
    yield "bomb", _h5(_replaced("components", data=zeros, compression=9, chunks=(300, 38400)))
    yield "strings", _h5(_replaced("mean_vertices", data=np.array([b"a"] * 384)))
    yield "compound", _h5(_replaced("triangles", data=np.zeros(3, "i4,f4")))
    yield "objects", _h5(_replaced("triangles", data=["a", "b"], dtype=h5py.string_dtype()))
    yield "nothing", _h5(_replaced("components", data=h5py.Empty("f4")))
    yield "one number", _h5(_replaced("components", data=1.0))
    yield "no rows", _h5(_replaced("components", data=np.zeros((0, 384))))
    yield "no triangles", _h5(_replaced("triangles", data=np.zeros((0, 3), int)))
    yield "far triangles", _h5(_replaced("triangles", data=np.full((9, 3), 2**40)))
    yield "negative triangles", _h5(_replaced("triangles", data=np.full((9, 3), -1)))
    yield "nan triangles", _h5(_replaced("triangles", data=np.full((9, 3), np.nan)))
    yield "negative variance", _h5(_replaced("eigenvalues", data=-np.ones(6)))
    yield "infinite basis", _h5(_replaced("components", data=np.full((6, 384), np.inf)))
    yield "no size", _h5(_replaced("mean_vertices", data=np.zeros((128, 3))))
    yield "a group", _h5(lambda file: (file.pop("components"), file.create_group("components")))
    virtual = h5py.VirtualLayout(shape=(6, 384), dtype="f8")
    virtual[:] = h5py.VirtualSource("/etc/hostname", "x", shape=(6, 384))

    def view(file: Any) -> None:
        del file["components"]
        file.create_virtual_dataset("components", virtual)

    yield "view of another file", _h5(view)


def _npz() -> Iterator[tuple[str, bytes]]:
    arrays = foreign_files.flame_arrays(12)[0]

    def packed(**changes: bytes) -> bytes:
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, values in arrays.items():
                inner = io.BytesIO()
                np.lib.format.write_array(inner, values)
                archive.writestr(f"{name}.npy", changes.get(name, inner.getvalue()))
        return stream.getvalue()

    def header(shape: str, kind: str = "<f8") -> bytes:
        text = f"{{'descr': '{kind}', 'fortran_order': False, 'shape': {shape}, }}"
        head = text.ljust(117).encode() + b"\n"
        return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(head)) + head

    objects = io.BytesIO()
    np.lib.format.write_array(objects, np.array([_Acts(eval, "1")], dtype=object))
    yield "pickled objects", packed(v_template=objects.getvalue())
    yield "promised", packed(v_template=header("(100000, 100000)") + bytes(800))
    yield "too much promised", packed(v_template=header("(9999999999, 9999999999)"))
    yield "negative", packed(v_template=header("(-3, 3)") + bytes(72))
    yield "code in the header", packed(v_template=header("(__import__('os'),)") + bytes(72))
    yield "bomb", packed(shapedirs=header("(128, 3, 20000)") + bytes(8 * 128 * 3 * 20000))
    yield "strings", packed(v_template=header("(128, 3)", "<U4") + bytes(128 * 3 * 16))
    yield "no array", packed(v_template=b"hello")


def _mat() -> Iterator[tuple[str, bytes]]:
    data = SEEDS["model bfm 2009"][1]()
    head = data[:128]

    def element(kind: int, content: bytes) -> bytes:
        return struct.pack("<II", kind, len(content)) + content + bytes(-len(content) % 8)

    def matrix(rows: int, columns: int, body: bytes, stated: int | None = None) -> bytes:
        flags = element(6, struct.pack("<II", 6, 0))
        dimensions = element(5, struct.pack("<ii", rows, columns))
        name = element(1, b"shapeMU")
        size = len(body) if stated is None else stated
        return flags + dimensions + name + struct.pack("<II", 9, size) + body

    yield "promised", head + element(14, matrix(2**30, 1, bytes(64), 2**31))
    yield "overrun", head + element(14, matrix(384, 1, bytes(64), 384 * 8))
    yield "negative", head + element(14, matrix(-384, -1, bytes(64)))
    yield "other size", head + element(14, matrix(10, 1, bytes(64)))
    bomb = struct.pack("<II", 14, 2**31) + matrix(10**7, 1, b"", 8 * 10**7) + bytes(8 * 10**7)
    yield "bomb", head + element(15, zlib.compress(bomb, 9))
    yield "no zlib", head + element(15, b"not packed at all")
    yield "empty zlib", head + element(15, zlib.compress(b""))
    yield "level 4", b"MATLAB 4" + data[8:124] + b"\x00\x02IM" + data[128:]
    yield "level 7.3", head[:124] + b"\x00\x02IM" + data[128:]
    yield "many", head + element(1, b"") * 5000
