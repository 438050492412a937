"""The model store: cards, hashes, and a fetch that trusts nothing."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import threading
import zipfile
from pathlib import Path

import pytest

from facewright.engine.errors import Cancelled, ModelUnavailable
from facewright.engine.models import fetching
from facewright.engine.models import store as store_module
from facewright.engine.models.fetching import Member
from facewright.engine.models.store import ModelStore, card_sha256, read_card

CONTENT = b"weights of a very small model"


def write_model(assets: Path, version: str = "1.0", content: bytes = CONTENT, **changes) -> Path:
    folder = assets / "models" / f"toy-{version}"
    folder.mkdir(parents=True)
    (folder / "weights.safetensors").write_bytes(content)
    fields = {
        "id": "toy",
        "version": version,
        "title": "Toy",
        "summary": "A model for tests.",
        "licence": "MIT",
        "sources": ["made up"],
        "population": "nobody",
        "not_trained_on": ["everybody"],
        "files": {"weights.safetensors": hashlib.sha256(content).hexdigest()},
        "measured": {"error": "0 mm"},
    }
    (folder / "card.json").write_text(json.dumps(fields | changes))
    return folder


@pytest.fixture
def loads(monkeypatch) -> list[str]:
    """Versions that a loader was asked for."""
    asked: list[str] = []

    def load(folder, card):
        asked.append(card.version)
        return object()

    monkeypatch.setattr(store_module, "LOADERS", {"toy": load})
    return asked


def make_store(tmp_path: Path) -> ModelStore:
    return ModelStore(assets=tmp_path / "assets", cache=tmp_path / "cache")


def test_models_load_once_even_from_many_threads(tmp_path, loads):
    write_model(tmp_path / "assets")
    store = make_store(tmp_path)
    seen = []
    threads = [threading.Thread(target=lambda: seen.append(store.get("toy"))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seen) == 8
    assert all(model is seen[0] for model in seen)
    assert loads == ["1.0"]


def test_newest_version_wins_and_old_ones_stay_reachable(tmp_path, loads):
    for version in ("0.9", "0.10", "0.2"):
        write_model(tmp_path / "assets", version, content=version.encode())
    store = make_store(tmp_path)
    assert store.get("toy") is store.get("toy", "0.10")
    store.get("toy", "0.2")
    assert loads == ["0.10", "0.2"]
    assert [card.version for card in store.cards()] == ["0.2", "0.9", "0.10"]
    with pytest.raises(ModelUnavailable, match=r"0\.10, not 7"):
        store.get("toy", "7")


def test_reference_follows_the_files(tmp_path):
    folder = write_model(tmp_path / "one")
    other = write_model(tmp_path / "two", content=b"other weights")
    assert card_sha256(read_card(folder / "card.json")) != card_sha256(
        read_card(other / "card.json")
    )
    reference = ModelStore(tmp_path / "one", tmp_path).reference("toy")
    assert (reference.id, reference.version) == ("toy", "1.0")
    assert reference.sha256 == card_sha256(read_card(folder / "card.json"))


def test_changed_weights_are_refused(tmp_path, loads):
    folder = write_model(tmp_path / "assets")
    (folder / "weights.safetensors").write_bytes(CONTENT[:-1] + b"!")
    with pytest.raises(ModelUnavailable, match="not the one its card describes"):
        make_store(tmp_path).get("toy")
    (folder / "weights.safetensors").unlink()
    with pytest.raises(ModelUnavailable, match="missing"):
        make_store(tmp_path).get("toy")
    assert loads == []


def test_cards_may_not_name_files_elsewhere(tmp_path, loads):
    write_model(tmp_path / "assets", files={"../../secret": "00"})
    with pytest.raises(ModelUnavailable, match="elsewhere"):
        make_store(tmp_path).get("toy")


@pytest.mark.parametrize("text", ["", "[]", "{", '{"id": "toy"}', '{"id": "toy", "files": 3}'])
def test_broken_cards_are_named(tmp_path, text):
    folder = write_model(tmp_path / "assets")
    (folder / "card.json").write_text(text)
    with pytest.raises(ModelUnavailable, match=r"card\.json"):
        make_store(tmp_path).cards()


def test_missing_things_say_what_to_do(tmp_path):
    store = make_store(tmp_path)
    assert not store.fetched()
    with pytest.raises(ModelUnavailable, match="models fetch mediapipe"):
        store.network("face_landmark")
    with pytest.raises(ModelUnavailable, match="no network"):
        store.network("../../etc/passwd")
    with pytest.raises(ModelUnavailable, match="is not here"):
        store.get("toy")
    with pytest.raises(ModelUnavailable, match="nothing to fetch"):
        store.fetch("toy")


# ---------------------------------------------------------------- fetching, without a network


@pytest.fixture
def wheel(tmp_path, monkeypatch) -> Path:
    """A small wheel that the pins are set to."""
    return pin_wheel(tmp_path / "small.whl", monkeypatch)


def pin_wheel(path: Path, monkeypatch, extra: str | None = None, content=b"net") -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("pkg/net.tflite", content)
        archive.writestr("pkg/code.py", "raise SystemExit")
        if extra is not None:
            archive.writestr(extra, "evil")
    member = Member("pkg/net.tflite", 3, hashlib.sha256(b"net").hexdigest())
    monkeypatch.setattr(fetching, "NETWORKS", {"net": member})
    monkeypatch.setattr(fetching, "WHEEL_SHA256", fetching.sha256_of(path))
    return path


def files_below(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.rglob("*") if p.is_file())


def test_fetch_takes_the_networks_and_nothing_else(tmp_path, wheel):
    store = make_store(tmp_path)
    steps = []
    store.fetch("mediapipe", lambda fraction, text: steps.append(fraction), wheel=wheel)
    assert store.fetched()
    assert store.network("net").read_bytes() == b"net"
    assert files_below(tmp_path / "cache") == ["net.tflite"]
    assert steps == sorted(steps)
    assert steps[-1] == 1.0


def test_networks_changed_after_the_fetch_are_refused(tmp_path, wheel):
    make_store(tmp_path).fetch("mediapipe", wheel=wheel)
    fetching.network_file(tmp_path / "cache", "net").write_bytes(b"bad")
    with pytest.raises(ModelUnavailable, match="fetch or install it again"):
        make_store(tmp_path).network("net")


def test_a_tampered_wheel_is_refused_before_it_is_opened(tmp_path, wheel):
    with wheel.open("ab") as file:
        file.write(b"\0")
    with pytest.raises(ModelUnavailable, match="not the file that Facewright was made with"):
        make_store(tmp_path).fetch("mediapipe", wheel=wheel)
    assert files_below(tmp_path / "cache") == []


@pytest.mark.parametrize(
    "name", ["../evil.tflite", "/evil.tflite", "pkg/../../evil", "C:\\evil", "pkg\\..\\..\\evil"]
)
def test_a_wheel_that_reaches_outside_is_refused(tmp_path, monkeypatch, name):
    wheel = pin_wheel(tmp_path / "hostile.whl", monkeypatch, extra=name)
    with pytest.raises(ModelUnavailable, match="outside its folder"):
        make_store(tmp_path).fetch("mediapipe", wheel=wheel)
    assert files_below(tmp_path / "cache") == []
    assert not (tmp_path / "evil.tflite").exists()


@pytest.mark.parametrize("content", [b"nex", b"ne", b"net" + b"\0" * 10_000_000])
def test_wrong_members_are_refused(tmp_path, monkeypatch, content):
    wheel = pin_wheel(tmp_path / "other.whl", monkeypatch, content=content)
    with pytest.raises(ModelUnavailable, match=r"net\.tflite in the wheel"):
        make_store(tmp_path).fetch("mediapipe", wheel=wheel)
    assert files_below(tmp_path / "cache") == []


def test_a_wheel_that_is_no_zip_is_refused(tmp_path, monkeypatch, wheel):
    wheel.write_bytes(b"PK\x03\x04 truncated")
    monkeypatch.setattr(fetching, "WHEEL_SHA256", fetching.sha256_of(wheel))
    with pytest.raises(ModelUnavailable, match="damaged"):
        make_store(tmp_path).fetch("mediapipe", wheel=wheel)
    with pytest.raises(ModelUnavailable, match="no file"):
        make_store(tmp_path).fetch("mediapipe", wheel=tmp_path / "absent.whl")


def fake_pip(monkeypatch, script: str) -> list[list[str]]:
    """Replace the pip process by a Python script; returns the commands asked for."""
    commands: list[list[str]] = []
    real = subprocess.Popen

    def popen(command, **options):
        commands.append(command)
        return real([sys.executable, "-c", script, *command], **options)

    monkeypatch.setattr(fetching.subprocess, "Popen", popen)
    return commands


def test_pip_is_asked_for_one_fixed_wheel(tmp_path, monkeypatch, wheel):
    script = (
        f"import shutil, sys; shutil.copy({str(wheel)!r}, sys.argv[sys.argv.index('--dest') + 1])"
    )
    commands = fake_pip(monkeypatch, script)
    store = make_store(tmp_path)
    store.fetch("mediapipe")
    assert store.network("net").read_bytes() == b"net"
    (command,) = commands
    assert command[0] == sys.executable
    assert command[-1] == "mediapipe==0.10.21"
    assert {"--no-deps", "--only-binary=:all:"} <= set(command)
    assert command[command.index("--python-version") + 1] == "312"


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        ("/usr/bin/python: No module named pip", "ensurepip"),
        ("ERROR: No matching distribution found for mediapipe", "No matching distribution"),
        ("", "pip gave no reason"),
    ],
)
def test_failures_of_pip_are_told_in_one_sentence(tmp_path, monkeypatch, wheel, output, expected):
    fake_pip(monkeypatch, f"import sys; print({output!r}); sys.exit(1)")
    with pytest.raises(ModelUnavailable, match=expected) as caught:
        make_store(tmp_path).fetch("mediapipe")
    assert "\n" not in str(caught.value)
    assert "by hand" in str(caught.value)


def test_cancel_stops_pip_and_leaves_nothing(tmp_path, monkeypatch, wheel):
    fake_pip(monkeypatch, "import time; time.sleep(60)")
    calls = []

    def progress(fraction, text):
        calls.append(text)
        if len(calls) > 3:
            raise Cancelled

    with pytest.raises(Cancelled):
        make_store(tmp_path).fetch("mediapipe", progress)
    assert files_below(tmp_path / "cache") == []
