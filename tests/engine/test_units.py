"""Units are guessed from the face, and never an infant for something else."""

from __future__ import annotations

import itertools

import pytest

from facewright.engine.errors import InputError
from facewright.engine.units import (
    ADULT_EYES_HIGH,
    NEWBORN_EYES,
    RARE_UNITS,
    UNITS,
    age_in_years,
    guess_unit,
)


@pytest.mark.parametrize("unit", list(UNITS))
@pytest.mark.parametrize("size", [33.0, 38.9, 45.5, 50.3, 63.0, 71.0, 77.0])
def test_people_of_every_age_in_every_unit(unit, size):
    if unit in RARE_UNITS and size < 50:
        assert guess_unit(size / UNITS[unit]).name == "arbitrary"
        return
    guess = guess_unit(size / UNITS[unit])
    assert guess.name == unit
    assert guess.certain
    assert guess.millimetres * size / UNITS[unit] == pytest.approx(size)


def test_no_size_fits_two_units():
    for one, other in itertools.combinations(UNITS.values(), 2):
        assert max(one, other) / min(one, other) > ADULT_EYES_HIGH / NEWBORN_EYES


def test_infants_are_noticed_and_adults_are_not():
    assert any("young child" in note for note in guess_unit(41.0).notes)
    assert not any("child" in note for note in guess_unit(63.0).notes)


@pytest.mark.parametrize("eyes", [1.2316, 1.2618, 1e-6, 900.0, 12.0])
def test_other_sizes_take_the_mean_adult_and_say_so(eyes):
    guess = guess_unit(eyes)
    assert guess.name == "arbitrary"
    assert not guess.certain
    assert guess.millimetres * eyes == pytest.approx(63.0)
    assert any("not the person's own" in note for note in guess.notes)


def test_the_files_word_counts_where_it_fits():
    assert guess_unit(0.063, stated="m").notes == ()
    wrong = guess_unit(63.0, stated="m")
    assert wrong.name == "mm"
    assert "The file says m" in wrong.notes[0]
    assert guess_unit(63.0, stated="furlong").name == "mm"


def test_the_users_word_counts_always():
    chosen = guess_unit(0.063, wanted="mm")
    assert chosen.millimetres == 1.0
    assert not chosen.certain
    assert "m would fit" in chosen.notes[0]
    assert guess_unit(63.0, wanted="mm").notes == ()
    with pytest.raises(InputError, match="furlong"):
        guess_unit(63.0, wanted="furlong")


@pytest.mark.parametrize("eyes", [0.0, -1.0, float("nan"), float("inf")])
def test_a_face_without_size_is_refused(eyes):
    with pytest.raises(InputError):
        guess_unit(eyes)


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("30", 30.0),
        ("7 months", 7 / 12),
        ("7mo", 7 / 12),
        ("1 month", 1 / 12),
        ("2.5 y", 2.5),
        ("2,5 years", 2.5),
        ("1 yr", 1.0),
        ("2y 3mo", 2.25),
        ("6 weeks", 42 / 365.25),
    ],
)
def test_ages_are_read_as_people_write_them(text, years):
    assert age_in_years(text) == pytest.approx(years)


@pytest.mark.parametrize("text", ["", "old", "7 7", "3 x", "-1", "nan", "1e5", "2 y foo", "y"])
def test_what_is_no_age_is_refused(text):
    with pytest.raises(ValueError, match="no age"):
        age_in_years(text)
