"""What changed between the schemas of project files, one function for each step.

A migration takes the document of schema `n` and returns that of schema `n + 1`. It works on
plain JSON, never on today's classes, and is never changed once released.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from facewright.engine.errors import InputError

SCHEMA = 6
"""Schema that this version writes."""

Document = dict[str, Any]


def _name_versions(document: Document) -> Document:
    """Versions got label and time, and a place for those kept aside; projects mask and calipers."""
    versions = [
        {
            **version,
            "label": "",
            "time": None,
            "project": {**version["project"], "mask": None, "calipers": []},
        }
        for version in document["versions"]
    ]
    return {**document, "versions": versions, "kept": []}


def _piece_strokes(document: Document) -> Document:
    """Strokes lie in pieces since; until then all of them were one, of mm."""

    def pieced(edit: Document) -> Document:
        if edit["kind"] != "sculpt":
            return edit
        whole = edit["offsets"]
        return {**edit, "offsets": [] if whole is None else [whole]}

    tables = document["tables"]
    return {**document, "tables": {**tables, "edits": [pieced(edit) for edit in tables["edits"]]}}


def _plain_people(document: Document) -> Document:
    """Random people have fine form since; those drawn until then stay as they were."""

    def plain(edit: Document) -> Document:
        return {**edit, "fine": 0.0, "fine_seed": 0} if edit["kind"] == "start" else edit

    tables = document["tables"]
    return {**document, "tables": {**tables, "edits": [plain(edit) for edit in tables["edits"]]}}


def _no_visits(document: Document) -> Document:
    """Projects hold other days of the patient and rounds of marking since."""
    none = {"day": "", "visits": [], "rounds": []}

    def with_none(version: Document) -> Document:
        return {**version, "project": {**version["project"], **none}}

    return {
        **document,
        "versions": [with_none(version) for version in document["versions"]],
        "kept": [with_none(version) for version in document["kept"]],
        "tables": {**document["tables"], "visits": [], "rounds": []},
    }


def _ours(document: Document) -> Document:
    """Heads say whether another model made them since; visits what was placed on their scans."""
    tables = document["tables"]
    faces = [{**face, "foreign": False} for face in tables["faces"]]
    visits = [{**visit, "marks": None} for visit in tables["visits"]]
    return {**document, "tables": {**tables, "faces": faces, "visits": visits}}


MIGRATIONS: Mapping[int, Callable[[Document], Document]] = MappingProxyType(
    {1: _name_versions, 2: _piece_strokes, 3: _plain_people, 4: _no_visits, 5: _ours}
)
"""From schema `n` (the key) to `n + 1`."""


def migrate(
    document: Document,
    name: str,
    *,
    target: int = SCHEMA,
    steps: Mapping[int, Callable[[Document], Document]] = MIGRATIONS,
) -> Document:
    """Return `document` in the schema `target`.

    Raises
    ------
    InputError
        If it was written by a newer version, or its schema was never released.
    """
    schema = document.get("schema")
    if not isinstance(schema, int) or isinstance(schema, bool) or schema < 1:
        raise InputError(
            f"{name} does not say which version wrote it: it is no Facewright project."
        )
    if schema > target:
        program = str(document.get("program", "a newer version"))[:20]
        raise InputError(
            f"{name} was saved by a newer Facewright ({program}): update this one to open it."
        )
    while schema < target:
        document = {**steps[schema](document), "schema": schema + 1}
        schema += 1
    return document
