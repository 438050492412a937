"""Edit heads by part in the real window and take pictures: `controllers_walk.py OUT [FILE...]`.

On each file, or on the sample adult, the sample infant and a random head without one: a narrower
nose, fuller lips, wider eyes, in turn; then what the panel offers besides. After each step the
change of the vertices of earlier parts is written out, in mm. Needs a display; without one run it
under `xvfb-run -s "-screen 0 1920x1200x24"`.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtWidgets import QApplication
from waiting import wait

from facewright.app import theme
from facewright.app.samples import shipped
from facewright.app.settings import THEME, Settings
from facewright.app.window import MainWindow
from facewright.engine.edits.start import Start
from facewright.engine.models.store import ModelStore
from facewright.engine.project import History, Project

if TYPE_CHECKING:
    from facewright.app.panels.controllers import ControllersPanel

SESSION = (
    ("nose", {"nose_width": -2.5, "nose_tip_width": -1.5}),
    ("upper_lip", {"upper_lip_height": 2.0}),
    ("lower_lip", {"lower_lip_height": 2.0}),
    ("eyes", {"eye_height": 2.0, "canthus_distance": 1.5}),
)


def main() -> int:
    """Take the pictures and return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("files", type=Path, nargs="*")
    parser.add_argument("--size", default="1600x1000", help="of the window, in pixels")
    parser.add_argument("--theme", default="dark", choices=("dark", "light"))
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    width, height = (int(part) for part in options.size.split("x"))
    samples = {s.path.stem: s.path for s in shipped() if s.path is not None}
    files = options.files or [samples["adult"], samples["infant"], None]
    app = QApplication(sys.argv[:1])
    theme.apply(app)
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(Path(folder))
        settings.choose(THEME, options.theme)
        window = MainWindow(ModelStore(), settings)
        window.resize(width, height)
        window.show()
        walk = Walk(window, options.out)
        for file in files:
            walk.go(file)
        walk.rest()
        window.document.saved_as(options.out, window.document.history)  # nothing to ask about
        window.close()
        window.deleteLater()
    return 0


class Walk:
    """An artist's way through the panel, with a picture after each step."""

    def __init__(self, window: MainWindow, out: Path) -> None:
        self.window, self.document, self.out = window, window.document, out
        self.count = 0

    @property
    def panel(self) -> ControllersPanel:
        """The panel that is walked through."""
        return self.window.panels["controllers"]  # type: ignore[return-value]

    def go(self, file: Path | None) -> None:
        """Open a head and edit its parts one after the other."""
        window, document = self.window, self.document
        document.saved_as(self.out, document.history)
        name = "random head" if file is None else file.stem
        before = document.opening
        if file is None:
            project = Project(edits=(Start(seed=12, age=24.0, sex=0.8, fine_seed=12),))
            document.open(History.of(project), title="Random", saved=True)
        else:
            window.files.open([file])
        wait(lambda: document.is_open and document.opening is not before)
        wait(lambda: not window.jobs.busy)
        window.workspaces.use("studio")
        window.raise_panel("controllers")
        window.banner.hide()
        assert window.viewport is not None
        window.viewport.view("front")
        window.viewport.frame()
        self.shot(f"{name}, opened")
        members = document.models.controllers().segments.members
        done: list[tuple[str, np.ndarray]] = []
        for part, amounts in SESSION:
            assert self.panel.list is not None
            for key, amount in amounts.items():
                self.panel.list.reveal(key).change(amount)
            vertices = document.face_at().mesh.vertices
            for earlier, kept in done:
                off = float(np.abs(vertices[members[earlier]] - kept).max())
                sys.stdout.write(f"{name}: after {part}, {earlier} moved by {off:.6f} mm\n")
            done.append((part, vertices[members[part]].copy()))
            self.shot(f"{name}, {part}")
        window.viewport.view("three-quarter")
        self.shot(f"{name}, three quarters")

    def rest(self) -> None:
        """Show the heat map, a typed measure, the ideas and the variations."""
        panel = self.panel
        assert panel.list is not None
        slider = panel.list.reveal("nose_width")
        slider.hovered.emit(True)
        self.shot("what a slider moves")
        slider.hovered.emit(False)
        panel.list.measure_asked.emit("nose_width", 33.0)
        self.shot("33 mm typed")
        folds = {fold.head.text(): fold for fold in panel.folds}
        for title, fold in folds.items():
            fold.head.setChecked(True)
            wait(lambda: False, 6.0)
            self.shot(title.lower())
            fold.head.setChecked(False)

    def shot(self, name: str) -> None:
        """Take a picture of the window once it rests."""
        wait(lambda: False, 2.5)
        self.count += 1
        self.window.grab().save(str(self.out / f"{self.count:02d} {name}.png"))


if __name__ == "__main__":
    raise SystemExit(main())
