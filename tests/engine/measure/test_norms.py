"""Published norms against worked values from elsewhere, and where none is given."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from facewright.engine.face import Subject, Trait
from facewright.engine.measure.farkas import BY_CODE
from facewright.engine.measure.norms import (
    NormAt,
    NormCurve,
    NormSource,
    Row,
    Sex,
    best,
    curves,
    norm_for,
    sex_of,
)

SEX = {"male": -1.0, "both": 0.0, "female": 1.0}
SEX_TWO: tuple[Sex, Sex] = ("male", "female")
UNSURE = {"feingold-farkas", "goodman", "farkas", "bergman"}
"""Sources whose numbers nobody could hold against the original."""


def subject(age: float, sex: Sex = "both") -> Subject:
    return Subject(age=Trait(age, "given"), sex=Trait(SEX[sex], "given"))


def norm(code: str, age: float, sex: Sex = "both") -> NormAt:
    found = norm_for(code, subject(age, sex))
    assert isinstance(found, NormAt), found
    return found


def curve(code: str, source: str, sex: Sex) -> NormCurve:
    return next(c for c in curves()[code] if (c.source.id, c.sex) == (source, sex))


WHO_CENTIMETRES: tuple[tuple[Sex, int, float, float, float], ...] = (
    ("female", 0, 31.7, 33.9, 36.1), ("female", 3, 37.2, 39.5, 41.9),
    ("female", 6, 39.7, 42.2, 44.6), ("female", 24, 44.6, 47.2, 49.8),
    ("female", 60, 47.2, 49.9, 52.6), ("male", 0, 32.1, 34.5, 36.9),
    ("male", 7, 41.7, 44.0, 46.3), ("male", 12, 43.6, 46.1, 48.5),
    ("male", 36, 46.8, 49.5, 52.1), ("male", 60, 47.9, 50.7, 53.5),
)  # fmt: skip
"""Sex, months, and the 3rd, 50th and 97th percentile as WHO prints them."""


@pytest.mark.parametrize(("sex", "months", "low", "middle", "high"), WHO_CENTIMETRES)
def test_head_circumference_gives_the_printed_percentiles(
    sex: Sex, months: int, low: float, middle: float, high: float
) -> None:
    head = norm("OFC", months / 12, sex)
    assert head.source.id == "who"
    beyond = 1.8808  # of a normal distribution, 3 of 100 lie further out on either side
    for printed, z in ((low, -beyond), (middle, 0.0), (high, beyond)):
        assert head.mean + z * head.sd == pytest.approx(10 * printed, abs=0.75)
        assert head.z(10 * printed) == pytest.approx(z, abs=0.06)


KESTERKE = (
    ("n-sn", 56.7, 54.6), ("sn-prn", 21.1, 20.0), ("ch-ch", 50.4, 47.7), ("sto-li", 9.2, 9.1),
)  # fmt: skip
"""Means of men and women of 19 to 25 years in another paper on the same people, mm."""


@pytest.mark.parametrize(("code", "men", "women"), KESTERKE)
def test_young_adults_are_as_another_paper_has_them(code: str, men: float, women: float) -> None:
    assert norm(code, 22.5, "male").mean == pytest.approx(men, abs=0.2)
    assert norm(code, 22.5, "female").mean == pytest.approx(women, abs=0.2)


def test_all_who_were_photographed_are_in_the_bands() -> None:
    people = [sum(row.count for row in curve("n-sn", "weinberg", sex).rows) for sex in SEX_TWO]
    assert people == [952, 1502]
    assert sum(people) == 2454  # as the paper says


@pytest.mark.parametrize(
    ("code", "source", "sex", "row"),
    [
        ("n-gn", "weinberg", "female", Row(35, 37, 59, 117.89, 5.24)),
        ("al-al", "weinberg", "male", Row(13, 14, 21, 32.94, 2.67)),
        ("zy-zy", "weinberg-calipers", "female", Row(23, 24, 95, 128.42, 4.65)),
        ("en-ex", "weinberg", "male", Row(7, 8, 27, 25.925, 2.1)),  # mean of right and left
        ("en-ex", "stromland", "male", Row(10, 10, 291, 27.43, 1.36)),
        ("en-en", "laestadius", "both", Row(1, 1, 0, 25.0, 2.06)),
    ],
)
def test_rows_are_as_published(code: str, source: str, sex: Sex, row: Row) -> None:
    found = curve(code, source, sex)
    assert row in found.rows
    assert found.at((row.age + row.to) / 2).mean == pytest.approx(row.mean, abs=0.4 * row.sd)


@pytest.mark.parametrize(
    ("code", "source", "age", "count", "mean"),
    [
        ("eu-eu", "weinberg-calipers", 3, 22, 136.45), ("ch-ch", "weinberg", 5, 46, 37.33),
        ("sn-gn", "weinberg", 7, 39, 58.96), ("al-al", "weinberg", 10, 36, 30.83),
        ("n-gn", "weinberg", 13, 48, 115.78), ("t-t", "weinberg", 16, 15, 142.40),
        ("sn-prn", "weinberg", 18, 78, 20.59), ("n-gn", "weinberg", 23, 171, 121.99),
        ("sto-li", "weinberg", 27, 110, 8.50), ("zy-zy", "weinberg-calipers", 30, 79, 134.19),
        ("n-gn", "weinberg", 35, 84, 121.22), ("g-op", "weinberg-calipers", 39, 62, 190.40),
    ],
)  # fmt: skip
def test_both_sexes_make_the_mean_that_is_published_for_both(
    code: str, source: str, age: float, count: int, mean: float
) -> None:
    rows = [row for s in SEX_TWO for row in curve(code, source, s).rows if row.age == age]
    assert sum(row.count for row in rows) == count
    assert sum(row.count * row.mean for row in rows) / count == pytest.approx(mean, abs=0.011)


SOURCE = NormSource("x", "X", "", "people", (2.0, 20.0), "", "", True, "", 0)


def banded(sex: Sex, offset: float = 0.0, source: NormSource = SOURCE) -> NormCurve:
    """A measure that grows 2 mm a year, by bands of a year with 25 people each."""
    rows = tuple(Row(a, a + 1, 25, 10 + 2 * (a + 0.5) + offset, 1.5) for a in range(2, 20))
    return NormCurve("x", source, sex, rows)


@pytest.mark.parametrize("age", [2.0, 2.3, 7.0, 13.77, 20.0])
def test_bands_of_steady_growth_are_smoothed_to_it(age: float) -> None:
    found = banded("male").at(age)
    assert found.mean == pytest.approx(10 + 2 * age)
    assert found.sd == pytest.approx(1.5)
    assert 9 <= found.count <= 110


def test_a_smoothed_mean_is_as_sure_as_it_says() -> None:
    rng = np.random.default_rng(0)
    means = []
    for _ in range(400):
        rows = tuple(
            Row(row.age, row.to, row.count, float(rng.normal(row.mean, 1.5 / 5)), 1.5)
            for row in banded("male").rows
        )
        means.append(NormCurve("x", SOURCE, "male", rows).at(8.0).mean)
    count = banded("male").at(8.0).count
    assert np.std(means) == pytest.approx(1.5 / np.sqrt(count), rel=0.12)


def test_between_two_ages_of_a_chart_is_the_middle() -> None:
    boys = curve("en-ex", "stromland", "male").at(1.5)
    assert boys.mean == pytest.approx((21.32 + 22.70) / 2)
    assert boys.sd == pytest.approx((1.04 + 1.10) / 2)


def test_nothing_is_given_beyond_ages_and_sex_of_a_study() -> None:
    girls = banded("female")
    assert isinstance(best([girls], 10.0, "female"), NormAt)
    assert best([girls], 10.0, "male") == "No norm for this sex at this age."
    assert best([girls], 10.0, "both") == "No norm for this sex at this age."
    beyond = "No norm at this age: there are some from 2 years to 20 years."
    assert best([girls], 1.99, "female") == beyond
    assert best([girls], 20.01, "female") == beyond


@pytest.mark.parametrize(
    ("code", "age", "reason"),
    [
        ("ex-ex", 0.5, "No norm at this age: there are some from 3 years to 41 years."),
        ("n-gn", 70.0, "No norm at this age: there are some from 3 years to 41 years."),
        ("OFC", 6.0, "No norm at this age: there are some from birth to 5 years."),
        ("en-ex", 0.0, "No norm at this age: there are some from 1 month to 41 years."),
        ("c-sn-ls", 25.0, "No norm at this age: there are some from 6 years to 18 years."),
        ("ps-pi", 5.0, "None that we could check."),
        ("FI", 30.0, "None that we could check."),
    ],
)
def test_where_there_is_none_the_reason_is_said(code: str, age: float, reason: str) -> None:
    assert norm_for(code, subject(age, "female")) == reason


def test_without_an_age_there_is_no_norm() -> None:
    assert "without an age" in str(norm_for("ex-ex", Subject()))


def test_women_and_men_are_pooled_half_each_where_the_sex_is_unknown() -> None:
    pooled = best([banded("male", 1.0), banded("female", -1.0)], 10.0, "both")
    assert isinstance(pooled, NormAt)
    assert pooled.pooled_here
    assert pooled.mean == pytest.approx(30.0)
    assert pooled.sd == pytest.approx(np.hypot(1.5, 1.0))
    unknown = Subject(age=Trait(10.0, "given"), sex=Trait(1.0, "unknown"))
    assert sex_of(unknown) == sex_of(subject(1.0)) == "both"


def test_surfaces_go_before_hands_and_the_own_sex_before_both() -> None:
    assert norm("en-en", 2.0, "male").source.id == "laestadius"
    assert norm("en-en", 4.0, "male").source.id == "weinberg"
    assert norm("en-ex", 2.0, "male").source.id == "stromland"
    assert norm("en-ex", 2.0).pooled_here
    assert norm("en-ex", 4.0, "male").source.id == "weinberg"
    assert norm("n-sn", 1.0).sex == "both"


def test_every_source_is_used_and_says_how_it_was_checked() -> None:
    held = [curve for found in curves().values() for curve in found]
    sources = {curve.source.id: curve.source for curve in held}
    assert {s.rank for s in sources.values()} == set(range(len(sources)))
    for source in sources.values():
        assert all((source.title, source.citation, source.population, source.method))
        assert source.checked.endswith(".")
        assert "Cliniface (2020)" not in source.citation
    assert {s.id for s in sources.values() if not s.verified} == UNSURE


def test_curves_are_sane() -> None:
    for code, held in curves().items():
        assert BY_CODE[code].kind in ("distance", "angle", "slope", "girth"), code
        for found in held:
            low, high = found.ages
            assert found.source.ages[0] <= low < high <= found.source.ages[1]
            assert all(a.age <= a.to <= b.age for a, b in pairwise(found.rows))
            steps = [found.at(age) for age in np.arange(low, high, 0.25)]
            for step in steps:
                assert 0 < step.sd < 0.4 * abs(step.mean) or code == "en-ex slope", code
            if low < 3.0:
                continue  # infants grow more than that in a quarter of a year
            for before, after in pairwise(steps):
                unsure = before.sd / np.sqrt(before.count) if before.count else 0.0
                assert abs(after.mean - before.mean) < 0.25 * before.sd + unsure, code
                assert 0.85 < after.sd / before.sd < 1.15, (code, found.source.id)


def test_studies_of_the_same_measure_agree() -> None:
    for code, held in curves().items():
        for one in held:
            for other in held:
                if one.source.rank >= other.source.rank or other.sex not in (one.sex, "both"):
                    continue
                low, high = max(one.ages[0], other.ages[0]), min(one.ages[1], other.ages[1])
                for age in np.arange(low, high, 0.5):
                    a, b = one.at(age), other.at(age)
                    assert abs(a.mean - b.mean) < 1.2 * max(a.sd, b.sd), (code, age)
