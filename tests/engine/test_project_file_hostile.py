"""Project files that are damaged or mean harm: one sentence each, and nothing happens."""

from __future__ import annotations

import contextlib
import io
import json
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from documents import rich
from toy import ToyStore

from facewright.engine.edits.base import Edit
from facewright.engine.edits.offsets import MOST
from facewright.engine.edits.pull import Pull
from facewright.engine.edits.register import Register
from facewright.engine.edits.sculpt import Sculpt
from facewright.engine.errors import FacewrightError, InputError
from facewright.engine.face import Face, Texture
from facewright.engine.files.archive import ArchiveWriter
from facewright.engine.files.project import load, save
from facewright.engine.project import History, Project


@pytest.fixture
def models() -> ToyStore:
    return ToyStore()


def members(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def rewrite(path: Path, content: dict[str, bytes]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in content.items():
            archive.writestr(name, data)


def in_document(change: Callable[[dict[str, Any]], object]) -> Callable[[dict[str, bytes]], None]:
    def apply(content: dict[str, bytes]) -> None:
        document = json.loads(content["project.json"])
        change(document)
        content["project.json"] = json.dumps(document).encode()

    return apply


def first(content: dict[str, bytes], folder: str) -> str:
    return next(name for name in content if name.startswith(folder))


def lying_header(content: dict[str, bytes]) -> None:
    stream = io.BytesIO()
    header = {"descr": "<f4", "fortran_order": False, "shape": (10**12, 3)}
    np.lib.format.write_array_header_1_0(stream, header)
    content[first(content, "arrays/")] = stream.getvalue() + bytes(12)


def pickled(content: dict[str, bytes]) -> None:
    stream = io.BytesIO()
    np.save(stream, np.array([{"a": 1}], dtype=object), allow_pickle=True)
    content[first(content, "arrays/")] = stream.getvalue()


def changed_array(content: dict[str, bytes]) -> None:
    name = first(content, "arrays/")
    content[name] = content[name][:-1] + bytes([content[name][-1] ^ 1])


def big_image(content: dict[str, bytes]) -> None:
    from PIL import Image

    stream = io.BytesIO()
    Image.new("RGB", (9000, 8)).save(stream, "PNG")
    content[first(content, "images/")] = stream.getvalue()


HOSTILE: dict[str, Callable[[dict[str, bytes]], object]] = {
    "path traversal": lambda c: c.update({"../../evil.npy": b"x"}),
    "absolute path": lambda c: c.update({"/etc/evil": b"x"}),
    "foreign member": lambda c: c.update({"arrays/evil.py": b"x"}),
    "bomb": lambda c: c.update({f"arrays/{'0' * 64}.npy": bytes(64 << 20)}),
    "no document": lambda c: c.pop("project.json"),
    "no JSON": lambda c: c.update({"project.json": b"\xff\xfe{"}),
    "a list": lambda c: c.update({"project.json": b"[]"}),
    "deep": lambda c: c.update({"project.json": b"[" * 200_000}),
    "huge number": lambda c: c.update(
        {"project.json": b'{"schema":1,"index":' + b"9" * 6000 + b"}"}
    ),
    "array missing": lambda c: c.pop(first(c, "arrays/")),
    "array changed": changed_array,
    "array pickled": pickled,
    "array header lies": lying_header,
    "array no npy": lambda c: c.update({first(c, "arrays/"): b"nothing"}),
    "image too large": big_image,
    "image no png": lambda c: c.update({first(c, "images/"): b"nothing"}),
    "future schema": in_document(lambda d: d.update(schema=99)),
    "no schema": in_document(lambda d: d.pop("schema")),
    "index": in_document(lambda d: d.update(index=99)),
    "negative index": in_document(lambda d: d.update(index=-1)),
    "no versions": in_document(lambda d: d.update(versions=[])),
    "versions null": in_document(lambda d: d.update(versions=None)),
    "edit row": in_document(lambda d: d["versions"][0]["project"].update(edits=[7])),
    "edit row negative": in_document(lambda d: d["versions"][0]["project"].update(edits=[-1])),
    "edit row bool": in_document(lambda d: d["versions"][0]["project"].update(edits=[True])),
    "unknown edit": in_document(lambda d: d["tables"]["edits"][0].update(kind="os.system")),
    "strength text": in_document(lambda d: d["tables"]["edits"][0].update(strength="loud")),
    "strength list": in_document(lambda d: d["tables"]["edits"][0].update(strength=[])),
    "weights list": in_document(lambda d: d["tables"]["edits"][2].update(weights=[1])),
    "hash is a path": in_document(lambda d: d["tables"]["faces"][0].update(pose="../x")),
    "wrong shape": in_document(
        lambda d: d["tables"]["faces"][0]["mesh"].update(vertices=d["tables"]["faces"][0]["pose"])
    ),
    "trait origin": in_document(
        lambda d: d["tables"]["faces"][0]["subject"].update(age=[3, "stolen"])
    ),
    "tables missing": in_document(lambda d: d.pop("tables")),
    "topology": in_document(lambda d: d["tables"]["faces"][0]["mesh"].update(topology="other")),
    "mask is a pose": in_document(
        lambda d: d["versions"][0]["project"].update(mask=d["tables"]["faces"][0]["pose"])
    ),
    "mask missing": in_document(lambda d: d["versions"][0]["project"].pop("mask")),
    "caliper kind": in_document(lambda d: d["tables"]["calipers"][0].update(kind="laser")),
    "caliper without points": in_document(lambda d: d["tables"]["calipers"][0].update(points=None)),
    "caliper row": in_document(lambda d: d["versions"][0]["project"].update(calipers=[1])),
    "kept null": in_document(lambda d: d.update(kept=None)),
    "time": in_document(lambda d: d["versions"][0].update(time="nan")),
    "label missing": in_document(lambda d: d["versions"][0].pop("label")),
}


@pytest.fixture
def good_file(tmp_path: Path, models: ToyStore, rng: np.random.Generator) -> Path:
    path = tmp_path / "case.face"
    save(rich(models, rng), path, models)
    return path


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_gets_one_sentence(name: str, good_file: Path, models: ToyStore) -> None:
    content = members(good_file)
    HOSTILE[name](content)
    rewrite(good_file, content)
    for store in (models, None):
        with pytest.raises(InputError) as caught:
            load(good_file, store)
        message = str(caught.value)
        assert "case.face" in message
        assert "\n" not in message
        assert len(message) < 300
    assert not (good_file.parent.parent / "evil.npy").exists()


POINTS = Pull(
    names="tip",
    corners=np.array([[0, 1, 2]], np.float32),
    weights=np.array([[0.2, 0.3, 0.5]], np.float32),
    moves=np.array([[0, 1, 0]], np.float32),
    precision=np.array([0.2], np.float32),
)
OFFSETS = np.array([[3, 0, 1, 0]], np.float32)
STEPS = np.array([[3, 0, 900, 0]], np.int16)


@pytest.mark.parametrize(
    ("edit", "field", "value"),
    [
        (POINTS, "names", "tip\nanother"),
        (POINTS, "names", ""),
        (POINTS, "moves", None),
        (POINTS, "moves", np.full((1, 3), np.nan, np.float32)),
        (POINTS, "corners", np.array([[-1, 1, 2]], np.float32)),
        (POINTS, "weights", OFFSETS),
        (POINTS, "precision", np.zeros(1, np.float32)),
        (Sculpt(offsets=(STEPS,)), "offsets", [STEPS[:, :3]]),
        (Sculpt(offsets=(STEPS,)), "offsets", [STEPS[0]]),
        (Sculpt(offsets=(STEPS,)), "offsets", [STEPS, -STEPS]),
        (Sculpt(offsets=(STEPS,)), "offsets", [OFFSETS * np.float32(np.nan)]),
        (Sculpt(offsets=(STEPS,)), "offsets", [STEPS] * (MOST + 1)),
        (Sculpt(offsets=(STEPS,)), "offsets", ["0" * 64]),
        (Sculpt(offsets=(STEPS,)), "offsets", None),
        (Sculpt(offsets=(STEPS,)), "offsets", 3.0),
    ],
)
def test_steps_made_by_hand_that_do_not_hold_together_are_refused(
    edit: Edit, field: str, value: Any, tmp_path: Path, models: ToyStore
) -> None:
    good, bad = tmp_path / "good.face", tmp_path / "case.face"
    save(History.of(Project(edits=(edit,))), good, models)
    assert load(good, models).history.project.edits[0].kind == edit.kind
    content = members(good)
    document = json.loads(content["project.json"])
    archive = ArchiveWriter()
    if isinstance(value, np.ndarray):
        value = archive.array(value)
    elif isinstance(value, list) and isinstance(value[0], np.ndarray):
        value = [archive.array(piece, piece.dtype) for piece in value]
    archive.write(bad, b"{}")
    content |= members(bad)
    document["tables"]["edits"][0][field] = value
    rewrite(bad, content | {"project.json": json.dumps(document).encode()})
    with pytest.raises(InputError, match=r"case\.face is damaged"):
        load(bad, models)


def test_a_member_given_twice_is_refused(good_file: Path) -> None:
    content = members(good_file)
    with zipfile.ZipFile(good_file, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("project.json", content["project.json"])
    with pytest.raises(InputError, match="twice"):
        load(good_file)


def test_many_images_that_pack_well_are_refused(
    tmp_path: Path, models: ToyStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Megabytes each from a few kilobytes: none is a bomb by itself."""
    mesh = models.lifespan().mean()
    edits = []
    for shade in range(4):
        texture = Texture(np.full((900, 900, 3), shade, np.uint8), np.ones((900, 900)))
        edits.append(Register(face=Face(mesh, texture=texture)))
    path = tmp_path / "many.face"
    save(History.of(Project(edits=tuple(edits))), path, models)
    assert len(load(path, models).history.project.edits) == 4
    monkeypatch.setattr("facewright.engine.files.archive.ROOM", 8 << 20)
    with pytest.raises(InputError, match="far more than its size"):
        load(path, models)


def test_truncated_and_flipped_bytes_never_crash(
    good_file: Path, tmp_path: Path, models: ToyStore, rng: np.random.Generator
) -> None:
    data = good_file.read_bytes()
    bad = tmp_path / "bad.face"
    survived = 0
    for _ in range(150):
        if rng.random() < 0.3:
            broken = bytearray(data[: rng.integers(0, len(data))])
        else:
            broken = bytearray(data)
            for at in rng.integers(0, len(data), 8):
                broken[at] = rng.integers(256)
        bad.write_bytes(broken)
        with contextlib.suppress(InputError):
            load(bad, models)
            survived += 1
    assert survived < 150


JUNK: tuple[Any, ...] = (
    None, True, -1, 0, 7, 10**30, 1e308, "", "nan", "x" * 5000, "\u0000", [], [[]], {}, [None],
    {"id": 3}, "../../etc/passwd", "0" * 64,
)  # fmt: skip


def test_documents_with_one_thing_wrong_never_crash(
    good_file: Path, models: ToyStore, rng: np.random.Generator
) -> None:
    """Every value of the document in turn is replaced by junk, removed or doubled."""
    content = members(good_file)
    text = content["project.json"]
    places = list(_places(json.loads(text)))
    opened = 0
    for at in rng.choice(len(places), 400):
        document = json.loads(text)
        parent = document
        for step in places[at][:-1]:
            parent = parent[step]
        key = places[at][-1]
        match rng.integers(3):
            case 0:
                parent[key] = JUNK[rng.integers(len(JUNK))]
            case 1:
                del parent[key]
            case 2:
                parent[key] = [parent[key], parent[key]]
        content["project.json"] = json.dumps(document).encode()
        rewrite(good_file, content)
        try:
            loaded = load(good_file, models)
        except InputError:
            continue
        opened += 1
        with contextlib.suppress(FacewrightError):
            loaded.evaluator(models).face(loaded.history.project)
    assert 0 < opened < 300


def _places(node: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    items = node.items() if isinstance(node, dict) else enumerate(node)
    for key, value in items:
        yield (*path, key)
        if isinstance(value, dict | list):
            yield from _places(value, (*path, key))


def test_a_folder_and_an_empty_file_are_told(tmp_path: Path) -> None:
    empty = tmp_path / "empty.face"
    empty.write_bytes(b"")
    for path in (empty, tmp_path):
        with pytest.raises(InputError, match=path.name):
            load(path)


def test_a_loaded_mesh_on_a_bare_topology_still_works(good_file: Path, models: ToyStore) -> None:
    loaded = load(good_file)
    assert loaded.problems == ()
    assert loaded.baked.mesh.topology.id == models.lifespan().topology.id
    assert replace(loaded.baked).mesh.topology.mirror is None
