"""The visits of one patient as one page of HTML."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from facewright.engine.measure.follow_up import HERE
from facewright.engine.progress import Progress, silent
from facewright.engine.reports.cleft import NO_DEVICE
from facewright.engine.reports.html import facts, page, text
from facewright.engine.reports.visits import FollowUp, section
from facewright.engine.reports.words import when

if TYPE_CHECKING:
    from facewright.engine.models.store import ModelStore
    from facewright.engine.project import Project


def to_html(
    name: str,
    project: Project,
    found: FollowUp,
    models: ModelStore,
    progress: Progress = silent,
) -> str:
    """Return what visits of a patient tell as one page; drawing its pictures takes seconds.

    Parameters
    ----------
    name : str
        What the patient's project is called.
    project : Project
    found : FollowUp
        Of its visits.
    """
    from facewright.engine.files.project import program_version

    pinned = project.models or (models.reference("lifespan"),)
    files = [(s.name, s.unit, s.sha256) for s in project.sources]
    files += [(v.name, v.unit, v.sha256) for v in found.visits if v.sha256 != HERE]
    rows = [("Program", f"Facewright {program_version()}")]
    rows += [("Model", f"{m.id} {m.version}, sha256 {m.sha256}") for m in pinned]
    rows += [("File", f"{file}, unit {unit}, sha256 {sha256}") for file, unit, sha256 in files]
    parts = [
        text("h1", "Follow-up"),
        text("p", f"{name} · {when(datetime.now(UTC).astimezone())}", "quiet"),
        text("p", NO_DEVICE, "warning"),
        *section(found, models, progress),
        text("h2", "How this was made"),
        text("p", "Each visit is a head registered to Facewright's template, before any proposal. "
             "Ratios are the side of the cleft over the other one. Two visits are laid together "
             "on forehead and eye corners, which treatment leaves alone."),
        facts(rows),
    ]  # fmt: skip
    return page(f"Follow-up: {name}", parts)
