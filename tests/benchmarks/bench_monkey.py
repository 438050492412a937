"""A monkey in the real window: openings, random actions, and the memory that stays.

Run: `xvfb-run -a -s "-screen 0 1920x1200x24" python tests/benchmarks/bench_monkey.py --seed 1`
Budgets: no exception, no warning of Qt or VTK, nothing left after a close, and resident memory
at the end within 5 % of that after the tenth opening.
"""

from __future__ import annotations

import argparse
import faulthandler
import sys
import tempfile
import time
import traceback
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from monkey import visit
from watch import Living, Watch, resident_megabytes

SAMPLES = Path(__file__).resolve().parents[2] / "assets" / "samples"
SETTLED = 10  # openings after which memory may not grow any more
GROWTH = 1.05
STUCK = 120.0  # seconds without a turn of the event loop after which the window hangs


def main() -> int:
    """Play and return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", default="1")
    parser.add_argument("--openings", type=int, default=50)
    parser.add_argument("--actions", type=int, default=1000, help="of all openings together")
    parser.add_argument("--only", type=int, help="the one opening to play, from 0")
    parser.add_argument("--toy", action="store_true", help="a head of 162 vertices")
    parser.add_argument("--trace", type=Path, help="write each action here before it is done")
    options = parser.parse_args()
    faulthandler.enable()

    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication

    from facewright.app import theme

    app = QApplication(sys.argv[:1])
    theme.apply(app)
    turns = QTimer()
    turns.timeout.connect(lambda: faulthandler.dump_traceback_later(STUCK, exit=True))
    turns.start(1000)
    if options.toy:
        from toy import ToyStore as Store
    else:
        from facewright.engine.models.store import ModelStore as Store  # type: ignore[assignment]
    store, scans = Store(), [] if options.toy else sorted(SAMPLES.glob("*.[gp]l[by]"))
    trace: list[str] = []
    stream = None if options.trace is None else options.trace.open("w", encoding="utf-8")

    def write(line: str) -> None:
        trace.append(line)
        if stream is not None:
            stream.write(line + "\n")
            stream.flush()

    memory: list[float] = []
    failed = 0
    openings = range(options.openings) if options.only is None else [options.only]
    begun, before = time.monotonic(), None
    with Watch() as watch:
        for opening in openings:
            with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
                seed = f"{options.seed}/{opening}"
                actions = options.actions // options.openings
                first = opening == 0 and bool(scans)  # all models are loaded then
                try:
                    for _ in visit(store, Path(folder), seed, actions, scans, write, first):
                        if watch.look():
                            break  # what was done last is what the trace ends with
                except Exception as error:
                    watch.faults.append("".join(traceback.format_exception(error)))
            living = Living.now()
            left = [] if before is None else living.left_since(before)
            before = before or living
            memory.append(resident_megabytes())
            print(f"{opening}: {memory[-1]:.0f} MB, {time.monotonic() - begun:.0f} s", flush=True)
            if watch.look() or left:
                failed += 1
                print(*trace[-20:], *watch.faults, *(f"left behind: {x}" for x in left), sep="\n")
                watch.faults.clear()
                trace.clear()
    print("memory after each opening, MB:", *(f"{value:.0f}" for value in memory))
    if len(memory) > SETTLED:
        growth = memory[-1] / memory[SETTLED - 1]
        print(f"the last over the tenth: {growth:.3f} (budget {GROWTH})")
        failed += growth > GROWTH
    return int(failed > 0)


if __name__ == "__main__":
    raise SystemExit(main())
