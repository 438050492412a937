"""Walk the cleft panel on the sample infant and take a picture of each step: `cleft_walk.py OUT`.

Opens the shipped infant with a cleft in the real window, says its age, places the landmarks that
an open cleft misleads, repeats that as a second round, proposes a repair in each way, compares,
adds an earlier visit, and writes the report as PDF and HTML; each page of the PDF becomes a
picture, too, where pypdfium2 is installed. Needs a display; without one run it under
`xvfb-run -s "-screen 0 1920x1200x24"`.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtWidgets import QApplication, QScrollArea
from waiting import wait

from facewright.app import theme
from facewright.app.samples import shipped
from facewright.app.settings import THEME, Settings
from facewright.app.window import MainWindow
from facewright.engine.edits.subject import About
from facewright.engine.geometry.nearest import SurfaceTree
from facewright.engine.geometry.rigid import moved
from facewright.engine.landmarks import Landmarks
from facewright.engine.measure.vocabulary import CLEFT
from facewright.engine.models.store import ModelStore
from facewright.engine.visits import Visit

if TYPE_CHECKING:
    from facewright.app.panels.cleft import CleftPanel

MONTHS = 4
SPREAD = 0.35
"""Mm by which a second placing of a landmark differs, about what raters do."""


def main() -> int:
    """Take the pictures and return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--size", default="1600x1000", help="of the window, in pixels")
    parser.add_argument("--theme", default="dark", choices=("dark", "light"))
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    width, height = (int(part) for part in options.size.split("x"))
    app = QApplication(sys.argv[:1])
    theme.apply(app)
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(Path(folder))
        settings.choose(THEME, options.theme)
        window = MainWindow(ModelStore(), settings)
        window.resize(width, height)
        window.show()
        Walk(window, options.out).go()
        window.document.saved_as(options.out, window.document.history)  # nothing to ask about
        window.close()
        window.deleteLater()
    return 0


class Walk:
    """A clinician's way through the panel, with a picture after each step."""

    def __init__(self, window: MainWindow, out: Path) -> None:
        self.window, self.document, self.out = window, window.document, out
        self.count = 0

    def go(self) -> None:
        """Walk from the file to the report."""
        window, document = self.window, self.document
        window.raise_panel("cleft")
        self.shot("no head yet")
        sample = next(s for s in shipped() if s.path is not None and "cleft" in s.path.name)
        assert sample.path is not None
        window.files.open([sample.path])
        wait(lambda: document.is_open)
        wait(lambda: False, 4.0)
        panel = self.panel
        window.raise_panel("cleft")
        self.shot("loaded")
        about = About.initial(document.face_at(1))
        project = document.project
        document.apply(About.label, project.with_edit(replace(about, age=MONTHS / 12), 1))
        self.shot("age said")
        panel.landmark_step.place.click()
        self.shot("landmarks, asked for in turn")
        document.apply("Place landmarks", replace(document.project, landmarks=self.marks(0)))
        window.tools.put_down()
        window.stage.change(landmarks=False)
        window.raise_panel("cleft")
        panel.sides.buttons["left"].click()
        wait(lambda: panel.plan is not None)
        self.shot("side and area")
        for way in ("mirror", "model", "blend"):
            before = document.project
            panel.ways.buttons[way].click()
            wait(lambda before=before: document.project is not before)
            wait(partial(self.planned, way))
            self.shot(f"proposal {way}")
        self.scroll(panel.compare_step)
        panel.compare_step.heat.setChecked(True)
        self.shot("compare, change")
        panel.compare_step.before.click()
        self.shot("compare, before")
        panel.compare_step.before.click()
        panel.compare_step.heat.setChecked(False)
        self.repeat()
        self.visits()
        window.raise_panel("cleft")
        wait(lambda: panel.plan is not None)
        self.scroll(panel.report_step)
        self.report()
        self.shot("report saved")

    @property
    def panel(self) -> CleftPanel:
        """The panel that is walked through."""
        return self.window.panels["cleft"]  # type: ignore[return-value]

    def planned(self, way: str) -> bool:
        """Whether the plan that is shown was made in this way."""
        return self.panel.plan is not None and self.panel.plan.way == way

    def repeat(self) -> None:
        """Place the landmarks once more, blind, and end the round."""
        panel = self.panel
        self.scroll(panel.repeat_step)
        self.shot("repeat, not begun")
        panel.repeat_step.begin.click()
        self.shot("repeat, points asked for again")
        document = self.document
        again = replace(document.project, landmarks=self.marks(1))
        document.apply("Place landmarks", again)
        self.window.tools.put_down()
        self.window.stage.change(landmarks=False)
        self.window.raise_panel("cleft")
        self.scroll(panel.repeat_step)
        self.shot("repeat, placed")
        panel.repeat_step.finish.click()
        panel.compare_step.before.click()  # the proposal again
        wait(lambda: panel.repeat_step.table.topLevelItemCount() > 0)
        self.scroll(panel.repeat_step)
        self.shot("repeat, error")

    def visits(self) -> None:
        """Add what the head may have been like later, and choose both."""
        self.window.raise_panel("visits")
        self.shot("visits, none yet")
        self.document.apply("Add a visit", replace(
            self.document.project, visits=(self.later(),), day="2026-03-02",
        ))  # fmt: skip
        visits = self.window.panels["visits"]
        wait(lambda: not visits.courses.isHidden() and visits.view.table.isVisible())  # type: ignore[attr-defined]
        self.shot("visits")
        visits.colour.setChecked(True)  # type: ignore[attr-defined]
        self.scroll(visits.courses.chart)  # type: ignore[attr-defined]
        self.shot("visits, measures over time")
        visits.colour.setChecked(False)  # type: ignore[attr-defined]

    def report(self) -> None:
        """Write the report twice and take a picture of each page."""
        for suffix in (".html", ".pdf"):
            path = self.out / f"report{suffix}"
            path.unlink(missing_ok=True)
            self.panel.write_report(path)
            wait(path.exists)
            wait(lambda: not self.window.jobs.busy)
        pages(self.out / "report.pdf", self.out)

    # -- what stands in for a hand -----------------------------------------------------------

    def marks(self, seed: int) -> Landmarks:
        """Return the points of the cleft where it was made, a little off each time."""
        from facewright.engine.training.samples import CLEFT as MADE
        from facewright.engine.training.samples import scanned_face

        models, source = self.document.models, self.document.scan_source
        assert source is not None
        opened = scanned_face(MADE, models)
        there = opened.landmarks.select(CLEFT).on(opened.mesh.vertices).positions
        places = moved(moved(there, MADE.to_file), source.transform)
        places = places + np.random.default_rng(seed).normal(0, SPREAD, places.shape)
        skin = self.document.face_at(1).mesh
        faces = skin.topology.faces
        seen = faces[models.lifespan().template.visible[faces].all(axis=1)]
        near = SurfaceTree(skin.vertices.astype(np.float64), seen).nearest(places)
        return Landmarks.build(CLEFT, seen[near.triangles], near.weights)

    def later(self) -> Visit:
        """Return the head as it is proposed, eight months older: a visit after the repair."""
        from facewright.engine.edits.age import Age

        models = self.document.models
        repaired = self.document.face_at(len(self.document.project.edits))
        older = Age(years=1.0).apply(repaired, models)
        healed = replace(older, landmarks=None)
        return Visit("made up, 12 months.ply", "ab" * 32, healed, "2026-11-02")

    def scroll(self, widget: object) -> None:
        """Bring a part of a panel into view."""
        place = widget
        while place is not None and not isinstance(place, QScrollArea):
            place = place.parentWidget()  # type: ignore[attr-defined]
        if isinstance(place, QScrollArea):
            wait(lambda: False, 0.3)
            top = widget.mapTo(place.widget(), widget.rect().topLeft()).y()  # type: ignore[attr-defined]
            place.verticalScrollBar().setValue(top - 40)

    def shot(self, name: str) -> None:
        """Take a picture of the window once it rests."""
        wait(lambda: False, 2.0)
        self.count += 1
        self.window.grab().save(str(self.out / f"{self.count:02d} {name}.png"))


def pages(path: Path, out: Path) -> None:
    """Save each page of a PDF as a picture, where pypdfium2 is there to draw it."""
    try:
        from pypdfium2 import PdfDocument
    except ImportError:
        sys.stdout.write("Install pypdfium2 to see the pages of the report.\n")
        return
    for number, page in enumerate(PdfDocument(path)):
        page.render(scale=1.6).to_pil().save(out / f"page {number + 1}.png")


if __name__ == "__main__":
    raise SystemExit(main())
