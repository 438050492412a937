"""From the start of the program to its window, its page and the first picture of a head.

Run: `xvfb-run -a -s "-screen 0 1920x1200x24" python tests/benchmarks/bench_start.py`
Budgets: nothing heavy imported before the first picture; 1 GB of memory at rest, with a head of
the model and with a sample scan that was registered.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

TESTS = Path(__file__).resolve().parents[1]
HEAVY = ("torch", "tensorflow", "numba", "trimesh", "ai_edge_litert", "matplotlib", "pandas")
REST_MB = 1000
SAMPLE = TESTS.parent / "assets" / "samples" / "adult.glb"

PROGRAM = f"""
import json, os, resource, sys, time
from pathlib import Path
sys.path.insert(0, {str(TESTS)!r})
from watch import resident_megabytes
import facewright.app.main as program
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from facewright.app.window import MainWindow

begun, said, scan = float(sys.argv[2]), {{}}, sys.argv[3:]

def heavy():
    return sorted(set({HEAVY!r}) & set(sys.modules))

shown = MainWindow.showEvent

def show(self, event):
    shown(self, event)
    if "window" not in said:
        said["window"] = time.time() - begun
        said["heavy at window"] = heavy()
        QTimer.singleShot(0, self, lambda: welcome(self))

def welcome(window):
    said["page"] = time.time() - begun
    window.files.open([Path(scan[0])]) if scan else window.files.new_head()
    look = QTimer(window)
    look.setInterval(2)
    look.timeout.connect(lambda: picture(window, look))
    look.start()

def picture(window, look):
    view = window.viewport
    if view is not None and view.pictures and window.document.is_open:
        look.stop()
        look.deleteLater()
        said["picture"] = time.time() - begun
        said["processor"] = resource.getrusage(resource.RUSAGE_SELF).ru_utime
        said["heavy at picture"] = heavy()
        QTimer.singleShot(8000, window, lambda: rest(window))

def rest(window):
    said["rest MB"] = resident_megabytes()
    said["peak"] = max(int(line.split()[1]) * 1024 / 1e6 for line in open("/proc/self/status")
                       if line.startswith("VmHWM"))
    print(json.dumps(said), flush=True)
    os._exit(0)  # the head is not saved, and nobody is here to be asked

MainWindow.showEvent = show
program.main(["--settings", sys.argv[1]])
"""


def main() -> int:
    """Start the program a few times and return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=3)
    options = parser.parse_args()
    within = True
    for number in range(options.times):
        said = started()
        print(
            f"{number}: window {said['window']:.2f} s, page {said['page']:.2f} s, picture of a "
            f"head {said['picture']:.2f} s ({said['processor']:.2f} s of a processor); "
            f"{_memory(said)}; heavy: {said['heavy at window'] or 'none'} by the window, "
            f"{said['heavy at picture'] or 'none'} by the picture",
            flush=True,
        )
        within &= said["rest MB"] < REST_MB and not said["heavy at window"]
        within &= not said["heavy at picture"]
        said = started(SAMPLE)
        print(f"{number}: a registered scan: {_memory(said)}", flush=True)
        within &= said["rest MB"] < REST_MB
    return int(not within)


def started(*scan: Path) -> dict[str, Any]:
    """Start the program with a head of the model, or with a scan, and return what it says."""
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM, folder, str(time.time()), *map(str, scan)],
            capture_output=True, text=True, timeout=300, check=False,
        )  # fmt: skip
    if done.returncode:
        raise SystemExit(done.stderr[-2000:])
    found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def _memory(said: dict[str, Any]) -> str:
    return f"{said['rest MB']:.0f} MB at rest (budget {REST_MB}), {said['peak']:.0f} MB at most"


if __name__ == "__main__":
    raise SystemExit(main())
