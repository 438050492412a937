"""The wheel built from the source distribution is whole and runs by itself."""

from __future__ import annotations

import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def build(target: str, source: Path, out: Path) -> Path:
    out.mkdir()
    command = [sys.executable, "-m", "hatchling", "build", "-t", target, "-d", str(out)]
    subprocess.run(command, cwd=source, check=True, capture_output=True)
    (made,) = out.iterdir()
    return made


def test_wheel_from_sdist_runs_outside_of_the_checkout(tmp_path: Path) -> None:
    with tarfile.open(build("sdist", ROOT, tmp_path / "sdist")) as archive:
        archive.extractall(tmp_path / "source", filter="data")
    (source,) = (tmp_path / "source").iterdir()
    wheel = build("wheel", source, tmp_path / "wheel")
    site = tmp_path / "site"
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        archive.extractall(site)
    tops = {name.split("/")[0] for name in names}
    assert {name for name in tops if not name.endswith(".dist-info")} == {"facewright"}
    tracked = subprocess.run(
        ["git", "ls-files", "app", "viewer", "engine", "assets"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    ).stdout.splitlines()
    assert {f"facewright/{name}" for name in tracked} <= set(names)
    code = (
        "import facewright.engine as fw; print(fw.__file__); "
        "print(fw.ModelStore().lifespan().mean().vertices.shape[1])"
    )
    ran = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(site)!r}); {code}"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    file, columns = ran.stdout.split()
    assert Path(file).is_relative_to(site)
    assert columns == "3"
