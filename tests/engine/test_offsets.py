"""Strokes kept in pieces: nothing is lost, and little room is taken."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from facewright.engine.edits.offsets import STEP, added, packed, spread

COUNT = 4000


def stroke(rng: np.random.Generator, size: float = 5.0, width: int = 300) -> np.ndarray:
    """Random motions of a few neighbours in a row."""
    field = np.zeros((COUNT, 3))
    first = int(rng.integers(0, COUNT - width))
    field[first : first + width] = rng.normal(0, size, (width, 3))
    return field


def test_the_sum_of_pieces_is_all_that_was_moved(rng: np.random.Generator) -> None:
    pieces, whole = (), np.zeros((COUNT, 3))
    for _ in range(200):
        field = stroke(rng)
        pieces, whole = added(pieces, field), whole + np.rint(field / STEP) * STEP
        assert np.abs(np.rint(field / STEP) * STEP - field).max() <= STEP / 2
    np.testing.assert_array_equal(spread(pieces, COUNT), whole.astype(np.float32))


def test_pieces_stay_few_and_the_larger_come_first(rng: np.random.Generator) -> None:
    pieces, held = (), {}
    for number in range(400):
        pieces = added(pieces, stroke(rng, width=int(rng.integers(5, 600))))
        held |= {id(piece): piece for piece in pieces}
        sizes = [len(piece) for piece in pieces]
        assert len(pieces) <= 12
        assert all(2 * after < before for before, after in itertools.pairwise(sizes))
        if number % 7 == 0:
            assert spread(pieces, COUNT).any()
    whole = COUNT * 4 * 4 * 400  # all of it again for each stroke
    assert sum(piece.nbytes for piece in held.values()) < whole / 6


def test_a_stroke_leaves_the_pieces_before_it_as_they_are(rng: np.random.Generator) -> None:
    base = added((), stroke(rng, width=3000))
    more = added(base, stroke(rng, width=200))
    assert more[0] is base[0]
    assert len(more) == 2
    assert not base[0].flags.writeable


def test_what_is_taken_back_leaves_nothing(rng: np.random.Generator) -> None:
    field = stroke(rng)
    assert added(added((), field), -np.rint(field / STEP) * STEP) == ()
    assert added((), np.full((COUNT, 3), STEP / 3)) == ()


def test_far_motions_take_more_room_and_no_harm(rng: np.random.Generator) -> None:
    near, far = packed(stroke(rng, 1.0)), packed(stroke(rng, 500.0))
    assert (near.dtype, far.dtype) == (np.int16, np.int32)
    field = stroke(rng, 500.0)
    assert np.abs(spread([packed(field)], COUNT) - field).max() < 1e-3
    field[7] = np.inf
    with pytest.raises(ValueError, match="finite"):
        packed(field)
    both = added(added((), stroke(rng, 20.0)), stroke(rng, 20.0))
    assert spread(both, COUNT).any()


def test_mirrored_motions_stay_mirrored(rng: np.random.Generator) -> None:
    field = stroke(rng)
    one, other = (spread([packed(f)], COUNT) for f in (field, -field))
    np.testing.assert_array_equal(one, -other)
