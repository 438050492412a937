"""Every reader meets hostile files with one sentence, quickly, and never with a crash."""

from __future__ import annotations

import time

import hostile
import pytest
import wellformed

MUTATIONS = 56
SECONDS = 10.0


@pytest.mark.parametrize("reader", wellformed.SEEDS)
def test_a_well_formed_seed_is_read(reader, tmp_path):
    suffix, make = wellformed.SEEDS[reader]
    path = tmp_path / f"seed{suffix}"
    path.write_bytes(make())
    result = hostile.read(reader, path)
    if reader.startswith("points"):
        assert result.positions.shape == (68, 3)
    elif reader.startswith("texture"):
        assert result.texture.shape == (48, 64, 3)
    elif reader.startswith("model"):
        assert result.mean.shape == (128, 3)
    elif reader == "face":
        assert result.history is not None
    else:
        assert result.vertices.shape == (144, 3)
        assert len(result.faces) == (0 if reader == "xyz" else 242)


@pytest.mark.parametrize("reader", wellformed.SEEDS)
def test_hostile_files_are_read_or_refused_in_one_sentence(reader, tmp_path):
    suffix, make = wellformed.SEEDS[reader]
    path = tmp_path / f"hostile{suffix}"
    cases = [*hostile.crafted(reader), *hostile.mutations(make(), MUTATIONS, seed=7)]
    assert len(cases) > MUTATIONS + 5
    for case in cases:
        path.write_bytes(case.content)
        start = time.perf_counter()
        assert hostile.fault(reader, path) == "", case.label
        assert time.perf_counter() - start < SECONDS, case.label
