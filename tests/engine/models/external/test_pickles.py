"""Pickles are read as records: nothing in one is imported, called or given a state."""

from __future__ import annotations

import os
import pickle
import sys
from pathlib import Path

import hostile_models
import numpy as np
import pytest
from foreign_files import flame_pickle

from facewright.engine.errors import InputError
from facewright.engine.models.external import pickled_arrays, pickles
from facewright.engine.models.external.foreign import Unusable
from facewright.engine.models.external.reading import read_model

HOSTILE = dict(hostile_models.pickles())


@pytest.mark.parametrize("label", HOSTILE)
def test_hostile_pickles_are_refused_and_do_nothing(
    label: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(hostile_models.MARKER, raising=False)
    left = Path("/tmp/facewright-test")
    left.unlink(missing_ok=True)
    path = tmp_path / "generic_model.pkl"
    path.write_bytes(HOSTILE[label])
    with pytest.raises(InputError, match=r"^generic_model\.pkl .*\.$"):
        read_model(path)
    assert hostile_models.MARKER not in os.environ
    assert not left.exists()


def test_these_pickles_do_act_in_pythons_own_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    """Or the test above would show nothing."""
    monkeypatch.setenv(hostile_models.MARKER, "0")
    pickle.loads(HOSTILE["eval 2"])
    assert os.environ[hostile_models.MARKER] == "1"


def test_reading_imports_nothing_that_the_file_names(tmp_path: Path) -> None:
    path = flame_pickle(tmp_path / "generic_model.pkl").path
    before = {name for name in sys.modules if name.startswith("chumpy")}
    read_model(path)
    assert {name for name in sys.modules if name.startswith("chumpy")} == before == set()


@pytest.mark.parametrize("name", ["os.system", "builtins.eval", "posix.system", "numpy.load",
                                  "numpy.core.multiarray.fromfile", "chumpy.ch.Ch.__init__.x",
                                  "scipy.sparse.load_npz", "_codecs.lookup", "builtins.getattr",
                                  "numpyXcore.multiarray._reconstruct"])  # fmt: skip
def test_names_that_no_model_needs_are_refused(name: str) -> None:
    harmless = name.startswith("chumpy")  # a name alone is never looked up
    assert pickled_arrays.allowed(name) is harmless


@pytest.mark.parametrize("protocol", range(6))
@pytest.mark.parametrize(
    "array",
    [
        np.arange(12.0).reshape(3, 4),
        np.asfortranarray(np.arange(24, dtype=np.float32).reshape(2, 3, 4)),
        np.arange(6, dtype=">u4"),
        np.arange(200, 230, dtype=np.uint8),
        np.zeros((0, 3)),
    ],
    ids=["double", "fortran", "big-endian", "bytes", "empty"],
)
def test_arrays_are_those_of_pythons_own_reader(
    protocol: int, array: np.ndarray, tmp_path: Path
) -> None:
    path = tmp_path / "one.pkl"
    path.write_bytes(pickle.dumps({"a": array}, protocol=protocol))
    found = pickled_arrays.array(pickles.load(path, pickled_arrays.allowed)["a"])
    np.testing.assert_array_equal(found, array)
    assert found.dtype == array.dtype


def test_an_array_shorter_than_its_shape_is_refused() -> None:
    kind = pickles.Call(pickles.Name("numpy", "dtype"), ("f8",))
    made = pickles.Call(pickles.Name("numpy.core.multiarray", "_reconstruct"), ())
    made.state = (1, (3, 3), kind, False, bytes(72))
    assert pickled_arrays.array(made).shape == (3, 3)
    for shape, raw in (((3, 3), bytes(71)), ((10**9, 10**9), bytes(72)), ((-3, -3), bytes(72))):
        made.state = (1, shape, kind, False, raw)
        with pytest.raises(Unusable):
            pickled_arrays.array(made)
