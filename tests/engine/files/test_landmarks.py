"""Landmark files: ours round trip, others' are read with their names."""

from __future__ import annotations

import json

import numpy as np
import pytest
import wellformed

from facewright.engine.errors import InputError
from facewright.engine.files.landmarks import read_points, write_points
from facewright.engine.landmarks import Points


@pytest.fixture
def points(rng) -> Points:
    names = ("prn", "en_l", "en_r", "name, with comma")
    return Points.build(names, rng.normal(size=(4, 3)) * 100, [1.0, 0.5, 0.25, 1.0])


@pytest.mark.parametrize("suffix", [".json", ".csv", ".fcsv"])
def test_what_is_written_reads_back(suffix, points, tmp_path):
    path = tmp_path / f"lm{suffix}"
    write_points(points, path)
    read = read_points(path)
    assert read.names == points.names
    assert np.allclose(read.positions, points.positions, atol=1e-4)
    if suffix != ".fcsv":
        assert np.allclose(read.confidence, points.confidence, atol=1e-4)


@pytest.mark.parametrize("suffix", [".json", ".csv", ".fcsv"])
def test_points_in_metres_lose_nothing(suffix, tmp_path, rng):
    small = Points.build(("prn", "sn"), 1e-3 * rng.random((2, 3)) + [0, 0.1, 1])
    write_points(small, tmp_path / f"lm{suffix}", unit="m")
    assert np.array_equal(read_points(tmp_path / f"lm{suffix}").positions, small.positions)


def test_json_says_format_version_and_unit(points, tmp_path):
    write_points(points, tmp_path / "lm.json", unit="m")
    tree = json.loads((tmp_path / "lm.json").read_text())
    assert (tree["format"], tree["version"], tree["unit"]) == ("facewright landmarks", 1, "m")


def test_points_of_a_photo_round_trip(tmp_path):
    flat = Points.build(("prn", "sn"), [[1, 2], [3, 4]])
    write_points(flat, tmp_path / "lm.json")
    assert read_points(tmp_path / "lm.json").positions.tolist() == [[1, 2], [3, 4]]


@pytest.mark.parametrize("suffix", [".ljson", ".pp", ".mrk.json", ".fcsv"])
def test_others_files(suffix, tmp_path):
    path = tmp_path / f"lm{suffix}"
    path.write_bytes(wellformed.landmark_bytes(suffix))
    read = read_points(path)
    assert read.names == tuple(f"ibug{i}" for i in range(68))
    assert read["ibug1"].tolist() == [3, 4, 5]


def test_labelled_ljson_comes_in_ibug_order(tmp_path):
    sizes = {"chin": 17, "leye": 6, "reye": 6, "leyebrow": 5, "nose": 9, "reyebrow": 5, "mouth": 20}
    labels, at = [], 0
    for label, size in sizes.items():
        labels.append({"label": label, "mask": list(range(at, at + size))})
        at += size
    points = [[i, 0, 0] for i in range(68)]
    group = {"labels": labels, "landmarks": {"points": points}}
    path = tmp_path / "lm.ljson"
    path.write_text(json.dumps({"version": 1, "groups": {"LJSON": group}}))
    read = read_points(path)
    assert [read[f"ibug{i}"][0] for i in (0, 36, 42, 17, 27, 22, 48)] == [0, 17, 23, 29, 34, 43, 48]


def test_points_that_were_not_placed_are_left_out(tmp_path):
    group = {"labels": [], "landmarks": {"points": [[1, 2, 3], [None, None, None], [4, 5, 6]]}}
    (tmp_path / "a.ljson").write_text(json.dumps(group))
    assert read_points(tmp_path / "a.ljson").names == ("1", "3")
    controls = [
        {"label": "a", "position": [1, 2, 3], "positionStatus": "defined"},
        {"label": "b", "position": [0, 0, 0], "positionStatus": "undefined"},
    ]
    (tmp_path / "a.mrk.json").write_text(json.dumps({"markups": [{"controlPoints": controls}]}))
    assert read_points(tmp_path / "a.mrk.json").names == ("a",)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("1.5,2,0\n3,4,0\n", ("1", "2")),
        ("name;x;y;z\nprn;1;2;3\n", ("prn",)),
        ("prn 1 2 3\nsn 4 5 6\n", ("prn", "sn")),
        ("# a comment\nprn\t1\t2\t3\n", ("prn",)),
    ],
)
def test_csv_dialects(text, names, tmp_path):
    path = tmp_path / "lm.csv"
    path.write_text(text)
    read = read_points(path)
    assert read.names == names
    assert read.positions.shape == (len(names), 3)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("lm.csv", "prn,1,2,3\nprn,4,5,6\n"),
        ("lm.csv", ""),
        ("lm.csv", "prn,1,2,x\n"),
        ("lm.json", '{"format": "facewright landmarks", "version": 2, "points": []}'),
        ("lm.json", "[1, 2]"),
        ("lm.docx", "x"),
    ],
)
def test_what_is_no_list_is_refused(name, text, tmp_path):
    (tmp_path / name).write_text(text)
    with pytest.raises(InputError, match=name):
        read_points(tmp_path / name)


def test_another_suffix_is_not_written(points, tmp_path):
    with pytest.raises(InputError, match=r"lm\.xls"):
        write_points(points, tmp_path / "lm.xls")
