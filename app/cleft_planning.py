"""Plans of clefts worked out and written beside the window."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from facewright.app.aside import Aside
from facewright.engine.edits.repair import Repair
from facewright.engine.face import Face
from facewright.engine.mesh import Scan
from facewright.engine.progress import Progress
from facewright.engine.project import Project

if TYPE_CHECKING:
    from facewright.engine.models.store import ModelStore
    from facewright.engine.reports.cleft import CleftPlan


@dataclass(frozen=True, eq=False)
class Asked:
    """A head, the step that repairs it, and what else a plan tells.

    Attributes
    ----------
    project : Project
    before : Face
    edit : Repair
    title : str
    scan : Scan or None
        In the file's own frame, for the report's pictures.
    others : tuple of Path
        Projects of other heads that the rater marked twice.
    """

    project: Project
    before: Face
    edit: Repair
    title: str
    scan: Scan | None = None
    others: tuple[Path, ...] = ()

    def same(self, other: Asked | None) -> bool:
        """Whether both ask for the same proposal on the same head."""
        if other is None:
            return False
        one, two = self.edit, other.edit
        same = (one.side, one.way, one.alternative) == (two.side, two.way, two.alternative)
        here, there = self.before, other.before
        marks = here.landmarks is there.landmarks and here.subject == there.subject
        marks &= self.others == other.others and self.project.day == other.project.day
        marks &= self.project.rounds is other.project.rounds
        marks &= self.project.visits is other.project.visits
        return same and one.area is two.area and here.mesh is there.mesh and marks


class CleftPlanning(Aside):
    """Works proposals out, and what is told of them."""

    def prepare(
        self, asked: Asked, done: Callable[[], None], failed: Callable[[str], None]
    ) -> None:
        """Work a proposal out, so that the document has it at once."""

        def work(_progress: Progress) -> None:
            asked.edit.apply(asked.before, self._models)

        self._ask("prepare", work, lambda _: done(), failed)

    def plan(
        self, asked: Asked, done: Callable[[CleftPlan], None], failed: Callable[[str], None]
    ) -> None:
        """Measure and compare a proposal."""

        def work(_progress: Progress) -> CleftPlan:
            from facewright.engine.reports.cleft import planned

            return planned(
                asked.project, asked.before, asked.edit, asked.title, self._models,
                scan=asked.scan, others=asked.others,
            )  # fmt: skip

        self._ask("plan", work, done, failed)


def page_of(plan: CleftPlan, models: ModelStore) -> Callable[[Progress], str]:
    """Return the job that draws a plan's report."""

    def work(progress: Progress) -> str:
        from facewright.engine.reports.cleft_page import to_html

        return to_html(plan, models, progress)

    return work


def write_page(html: str, path: Path, title: str) -> None:
    """Write a report as its name says, as PDF or HTML.

    Raises
    ------
    InputError
        If the file cannot be written.
    """
    from facewright.app.printing import write_pdf
    from facewright.engine.files.atomic import written

    if path.suffix.lower() == ".pdf":
        write_pdf(html, path, title)
        return
    with written(path) as temporary:
        temporary.write_text(html, encoding="utf-8")
