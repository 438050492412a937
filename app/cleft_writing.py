"""What a cleft plan leaves on disk: its report, and the rater's error as a table."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from facewright.app.cleft_planning import page_of, write_page
from facewright.app.dialogs import places
from facewright.app.errors import Message, explain
from facewright.engine.errors import FacewrightError
from facewright.engine.files.atomic import written
from facewright.engine.measure.rounds import to_csv

if TYPE_CHECKING:
    from facewright.app.workbench import Workbench
    from facewright.engine.reports.cleft import CleftPlan


def ask_place(
    parent: QWidget, bench: Workbench, what: str, suffixes: tuple[str, ...]
) -> Path | None:
    """Ask where to write something of the head that is open; None if the user gives up."""
    folder = str(bench.settings.get("folder", ""))
    name = f"{bench.document.title} {what}{suffixes[0]}"
    return places.ask_save(parent, folder, name, suffixes)


def write_report(plan: CleftPlan, path: Path, bench: Workbench, done: Callable[[], None]) -> None:
    """Draw a report in the background and write it; `done` is called once it is there."""

    def keep(html: str) -> None:
        try:
            write_page(html, path, plan.head)
        except FacewrightError as error:
            bench.tell(explain(error))
            return
        done()
        bench.tell(Message("good", _tr("Saved the report to {}").format(path.name), place=path))

    title = _tr("Drawing {}").format(path.name)
    work = page_of(plan, bench.document.models)
    bench.jobs.start(title, work, keep, bench.files.fail, key="cleft-report")


def write_table(plan: CleftPlan, path: Path, bench: Workbench) -> None:
    """Write the rater's error as CSV."""
    try:
        with written(path) as temporary:
            temporary.write_text(to_csv(plan.errors, plan.side), encoding="utf-8")
    except FacewrightError as error:
        bench.tell(explain(error))
        return
    bench.tell(Message("good", _tr("Saved the table to {}").format(path.name), place=path))


def _tr(text: str) -> str:
    return QCoreApplication.translate("CleftWriting", text)
