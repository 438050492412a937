"""Feed every reader thousands of hostile files: `python tests/benchmarks/fuzz_readers.py`.

Every reader runs in a process of its own with its memory held, so that a crash of native code
is seen and counted and the run goes on. Then files of five million vertices, and some of 100 MB
made to be slow, are read, each in a process of its own: seconds against the budget of 10 s plus
10 s per 100 MB, peak memory above a fresh process against eight times the file. Last, a file
over the limit must be refused before it is read. Ends with status 1 if anything was amiss.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import resource
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
import hostile
import wellformed

from facewright.engine.errors import InputError

SECONDS, SECONDS_PER_BYTE = 10.0, 10.0 / 100e6
RATIO = 8.0
MEMORY = 6 << 30
"""Address space of a process that reads small files."""


def peak() -> int:
    """Return the most memory that this program ever held, in bytes.

    `ru_maxrss` would count what the parent held before it started this program.
    """
    status = Path("/proc/self/status")
    if status.is_file():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return 1024 * int(line.split()[1])
    return 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def work(reader: str, number: int, start: int) -> None:
    """Run the cases of one reader from `start` on; one JSON line each on standard output."""
    warnings.simplefilter("error")
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    suffix, make = wellformed.SEEDS[reader]
    seed = make()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"hostile{suffix}"
        path.write_bytes(seed)
        hostile.read(reader, path)  # whatever is imported is held from here on
        cases = [*hostile.crafted(reader), *hostile.mutations(seed, number, seed=11)]
        with contextlib.suppress(OSError):
            Path("/proc/self/clear_refs").write_text("5")  # forget what making them took
        before = peak()
        for index, case in enumerate(cases[start:], start):
            path.write_bytes(case.content)
            print(json.dumps({"index": index, "label": case.label}), flush=True)
            begin = time.perf_counter()
            fault = hostile.fault(reader, path)
            spent = time.perf_counter() - begin
            allowed = SECONDS + SECONDS_PER_BYTE * len(case.content)
            if not fault and spent > allowed:
                fault = f"took {spent:.1f} s"
            print(json.dumps({"fault": fault, "spent": spent, "grown": peak() - before}))
        print(json.dumps({"done": len(cases)}))


def fuzz(reader: str, number: int) -> bool:
    """Fuzz one reader and print its line; return whether all was well."""
    cases = faults = crashes = 0
    slowest, grown, start = 0.0, 0, 0
    told: list[str] = []
    while True:
        run = subprocess.run(
            [sys.executable, __file__, "--work", reader, str(number), str(start)],
            capture_output=True,
            text=True,
            check=False,
        )
        last: dict[str, object] = {}
        for line in run.stdout.splitlines():
            entry = json.loads(line)
            last = entry if "label" in entry else last
            if "fault" in entry:
                cases += 1
                slowest, grown = max(slowest, entry["spent"]), max(grown, entry["grown"])
                if entry["fault"]:
                    faults += 1
                    told.append(f"{last['label']}: {entry['fault']}")
        if '"done"' in run.stdout:
            break
        if "index" not in last:
            told.append(run.stderr[-500:])
            faults += 1
            break
        crashes += 1
        cases += 1
        told.append(f"{last['label']}: the process ended with {run.returncode}")
        start = int(str(last["index"])) + 1
    print(
        f"{reader:16s} {cases:6d} cases {crashes:3d} crashed {faults:3d} amiss "
        f"slowest {slowest:6.2f} s  memory grown by {grown / 2**20:6.0f} MB",
        flush=True,
    )
    for line in told[:5]:
        print(f"    {line}")
    return not faults and not crashes


def grid(n: int = 2237) -> tuple[np.ndarray, np.ndarray]:
    """Return `n * n` vertices, five million by default, and their triangles."""
    u, v = np.meshgrid(np.linspace(0, 1, n), np.linspace(0, 1, n), indexing="ij")
    points = np.stack([u * 200, v * 200, 30 * np.sin(u * 9) * np.cos(v * 7)], -1)
    i = np.arange(n * n, dtype=np.int32).reshape(n, n)
    a, b, c, d = i[:-1, :-1], i[1:, :-1], i[1:, 1:], i[:-1, 1:]
    faces = [np.stack(t, -1).reshape(-1, 3) for t in ((a, b, c), (a, c, d))]
    return points.reshape(-1, 3).astype(np.float32), np.concatenate(faces)


def rows(file: object, line: str, values: np.ndarray) -> None:
    """Write one line of text for each row."""
    for part in np.array_split(values, max(len(values) // 50_000, 1)):
        file.write((line * len(part) % tuple(part.reshape(-1).tolist())).encode())  # type: ignore


def big_obj(path: Path, points: np.ndarray, faces: np.ndarray) -> None:
    with path.open("wb") as file:
        rows(file, "v %.4f %.4f %.4f\n", points)
        rows(file, "vt %.5f %.5f\n", points[:, :2] / 200)
        rows(file, "f %d/%d %d/%d %d/%d\n", np.repeat(faces + 1, 2, axis=1))


def big_ply(path: Path, points: np.ndarray, faces: np.ndarray) -> None:
    listed = np.zeros(len(faces), dtype=[("n", "u1"), ("i", "<i4", 3)])
    listed["n"], listed["i"] = 3, faces
    path.write_bytes(_ply_head("binary_little_endian", points, faces))
    with path.open("ab") as file:
        points.astype("<f4").tofile(file)
        listed.tofile(file)


def big_ply_ascii(path: Path, points: np.ndarray, faces: np.ndarray) -> None:
    with path.open("wb") as file:
        file.write(_ply_head("ascii", points, faces))
        rows(file, "%.4f %.4f %.4f\n", points)
        rows(file, "3 %d %d %d\n", faces)


def _ply_head(form: str, points: np.ndarray, faces: np.ndarray) -> bytes:
    return (
        f"ply\nformat {form} 1.0\nelement vertex {len(points)}\nproperty float x\n"
        f"property float y\nproperty float z\nelement face {len(faces)}\n"
        "property list uchar int vertex_indices\nend_header\n"
    ).encode()


def big_stl(path: Path, points: np.ndarray, faces: np.ndarray) -> None:
    listed = np.zeros(
        len(faces), dtype=[("normal", "<f4", 3), ("corners", "<f4", (3, 3)), ("spare", "<u2")]
    )
    listed["corners"] = points[faces]
    with path.open("wb") as file:
        file.write(bytes(80) + np.uint32(len(faces)).tobytes())
        listed.tofile(file)


def big_glb(path: Path, points: np.ndarray, faces: np.ndarray) -> None:
    from facewright.engine.files.glb import Finish, Shape, glb

    normals = np.tile(np.float32([0, 0, 1]), (len(points), 1))
    shape = Shape("grid", points / 1000, normals, faces, None, Finish("plain"))
    path.write_bytes(glb([shape], "benchmark"))


def big_off(path: Path, points: np.ndarray, faces: np.ndarray) -> None:
    with path.open("wb") as file:
        file.write(f"OFF\n{len(points)} {len(faces)} 0\n".encode())
        rows(file, "%.4f %.4f %.4f\n", points)
        rows(file, "3 %d %d %d\n", faces)


def big_vtk(path: Path, points: np.ndarray, faces: np.ndarray) -> None:
    head = "# vtk DataFile Version 3.0\ngrid\nBINARY\nDATASET POLYDATA\n"
    with path.open("wb") as file:
        file.write(f"{head}POINTS {len(points)} float\n".encode())
        points.astype(">f4").tofile(file)
        file.write(f"\nPOLYGONS {len(faces)} {4 * len(faces)}\n".encode())
        np.insert(faces, 0, 3, axis=1).astype(">i4").tofile(file)


def big_vtp(path: Path, points: np.ndarray, faces: np.ndarray) -> None:
    arrays = (points, faces, np.arange(3, faces.size + 1, 3, dtype=np.int32))
    at = np.cumsum([0, *(a.nbytes + 8 for a in arrays)])
    entry = '<DataArray type="{}" Name="{}" {} format="appended" offset="{}"/>'
    text = (
        '<VTKFile type="PolyData" byte_order="LittleEndian" header_type="UInt64"><PolyData>'
        f'<Piece NumberOfPoints="{len(points)}" NumberOfPolys="{len(faces)}"><Points>'
        + entry.format("Float32", "Points", 'NumberOfComponents="3"', at[0])
        + "</Points><Polys>"
        + entry.format("Int32", "connectivity", "", at[1])
        + entry.format("Int32", "offsets", "", at[2])
        + '</Polys></Piece></PolyData><AppendedData encoding="raw">_'
    )
    with path.open("wb") as file:
        file.write(text.encode())
        for array in arrays:
            file.write(np.uint64(array.nbytes).tobytes())
            array.tofile(file)
        file.write(b"</AppendedData></VTKFile>")


def big_xyz(path: Path, points: np.ndarray, _: np.ndarray) -> None:
    with path.open("wb") as file:
        rows(file, "%.4f %.4f %.4f\n", points)


def one_place_obj(path: Path, *_: np.ndarray) -> None:
    path.write_bytes(b"v 0 0 0\n" * 12_000_000 + b"f 1 2 3\n" * 1_000_000)


def materials_obj(path: Path, *_: np.ndarray) -> None:
    path.write_bytes(b"v 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 3\n" + b"usemtl a\n" * 11_000_000)


def one_place_xyz(path: Path, *_: np.ndarray) -> None:
    path.write_bytes(b"0 0 0\n" * 17_000_000)


def ragged_ply(path: Path, points: np.ndarray, *_: np.ndarray) -> None:
    """Triangles and squares by turns: no two rows of the same length follow each other."""
    row = np.dtype([("n", "u1"), ("i", "<i4", 3), ("m", "u1"), ("j", "<i4", 4)])
    listed = np.zeros(3_500_000, dtype=row)
    listed["n"], listed["m"] = 3, 4
    first = np.arange(len(listed), dtype=np.int32)[:, None] % 900
    listed["i"] = first + np.array([[0, 30, 31]])
    listed["j"] = first + np.array([[1, 31, 61, 62]])
    head = _ply_head("binary_little_endian", points[:1000], np.zeros(2 * len(listed)))
    path.write_bytes(head + points[:1000].astype("<f4").tobytes() + listed.tobytes())


BIG: dict[str, tuple[str, Callable[[Path, np.ndarray, np.ndarray], None]]] = {
    "obj": (".obj", big_obj),
    "ply binary": (".ply", big_ply),
    "ply ascii": (".ply", big_ply_ascii),
    "stl binary": (".stl", big_stl),
    "glb": (".glb", big_glb),
    "vtk binary": (".vtk", big_vtk),
    "vtp appended": (".vtp", big_vtp),
    "off": (".off", big_off),
    "xyz": (".xyz", big_xyz),
    "obj one place": (".obj", one_place_obj),
    "obj materials": (".obj", materials_obj),
    "xyz one place": (".xyz", one_place_xyz),
    "ply ragged": (".ply", ragged_ply),
}


def read_big(path: Path) -> None:
    """Read one file and print seconds, memory and counts as JSON."""
    import scipy.sparse.csgraph  # noqa: F401

    from facewright.engine.files.meshes import read_scan

    before = peak()
    begin = time.perf_counter()
    vertices = faces = 0
    with contextlib.suppress(InputError):  # refused is as good as read
        scan = read_scan(path)
        vertices, faces = len(scan.vertices), len(scan.faces)
    found = {"spent": time.perf_counter() - begin, "grown": peak() - before}
    print(json.dumps({**found, "vertices": vertices, "faces": faces}))


def big(name: str, folder: Path) -> bool:
    """Read five million vertices and print the line; return whether all was well."""
    suffix, make = BIG[name]
    path = folder / f"big{suffix}"
    make(path, *grid())
    size = path.stat().st_size
    run = subprocess.run(
        [sys.executable, __file__, "--big", str(path)], capture_output=True, text=True, check=False
    )
    path.unlink()
    if run.returncode:
        print(f"{name:16s} ended with {run.returncode}: {run.stderr[-300:]}")
        return False
    found = json.loads(run.stdout)
    allowed, ratio = SECONDS + SECONDS_PER_BYTE * size, found["grown"] / size
    print(
        f"{name:16s} {size / 1e6:5.0f} MB {found['vertices']:,} vertices {found['faces']:,} faces "
        f"{found['spent']:5.1f} s of {allowed:4.0f} allowed, {ratio:.1f} times the file",
        flush=True,
    )
    return bool(found["spent"] <= allowed and ratio <= RATIO)


def too_large(folder: Path) -> bool:
    """Return whether a file of 3 GB is refused before it is read."""
    path = folder / "huge.obj"
    with path.open("wb") as file:
        file.truncate(3 << 30)
    begin, before = time.perf_counter(), peak()
    fault = hostile.fault("obj", path)
    spent, grown = time.perf_counter() - begin, peak() - before
    print(f"3 GB file refused in {1000 * spent:.1f} ms, {grown / 2**20:.0f} MB; {fault or 'well'}")
    return not fault and spent < 1 and grown < 64 << 20


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--cases", type=int, default=3000, help="mutations for each reader")
    parser.add_argument("--no-big", action="store_true", help="leave out the large files")
    parser.add_argument("--only", nargs="*", help="these readers alone")
    parser.add_argument("--work", nargs=3, help=argparse.SUPPRESS)
    parser.add_argument("--big", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.work:
        work(options.work[0], int(options.work[1]), int(options.work[2]))
        return 0
    if options.big:
        read_big(options.big)
        return 0
    readers = [r for r in wellformed.SEEDS if not options.only or r in options.only]
    well = [fuzz(reader, options.cases) for reader in readers]
    with tempfile.TemporaryDirectory() as folder:
        if not options.no_big:
            names = [name for name in BIG if not options.only or name in options.only]
            well += [big(name, Path(folder)) for name in names]
        well.append(too_large(Path(folder)))
    print("all well" if all(well) else "something was amiss")
    return 0 if all(well) else 1


if __name__ == "__main__":
    sys.exit(main())
