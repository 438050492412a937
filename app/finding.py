"""Everything that the command palette finds: actions, sliders, steps to add, files, samples."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QPushButton, QScrollArea, QWidget

from facewright.app.fuzzy import score
from facewright.app.panels import PANELS
from facewright.app.samples import shipped
from facewright.app.widgets.slider import NamedSlider
from facewright.app.widgets.slider_list import SliderList

if TYPE_CHECKING:
    from facewright.app.window import MainWindow

translate = QCoreApplication.translate
_LATEST_BONUS = 6.0


@dataclass(frozen=True)
class Entry:
    """One thing that can be found and done.

    Attributes
    ----------
    id : str
        Stable, so that what was used last is known at the next start.
    name, place : str
        What it is called and where it stands, as shown.
    run : callable
    icon : str
        Name in `assets/icons`, or empty.
    keys : str
        Its shortcut, as this system writes it.
    why_not : str
        Why it cannot be done now; empty when it can.
    words : str
        Other words that it is found by.
    """

    id: str
    name: str
    place: str
    run: Callable[[], object]
    icon: str = ""
    keys: str = ""
    why_not: str = ""
    words: str = ""


def entries(window: MainWindow) -> tuple[Entry, ...]:
    """Return everything that can be found in a window as it is now."""
    return (*_actions(window), *_sliders(window), *_steps(window), *_files(window))


def search(query: str, among: tuple[Entry, ...], latest: tuple[str, ...]) -> list[Entry]:
    """Return what fits, best first; without a query what was used last, then the rest.

    Parameters
    ----------
    query : str
    among : tuple of Entry
    latest : tuple of str
        Identifiers of what was used, the last one first.
    """
    rank = {id: place for place, id in enumerate(latest)}
    if not query.strip():
        return sorted(among, key=lambda entry: rank.get(entry.id, len(rank)))
    found: list[tuple[float, int, Entry]] = []
    for order, entry in enumerate(among):
        value = score(query, entry.name, f"{entry.place} {entry.words}")
        if value is not None:
            bonus = _LATEST_BONUS / (1 + rank[entry.id]) if entry.id in rank else 0.0
            found.append((value + bonus - (3.0 if entry.why_not else 0.0), -order, entry))
    return [entry for _value, _order, entry in sorted(found, key=lambda f: f[:2], reverse=True)]


# -- sources ---------------------------------------------------------------------------------


def _actions(window: MainWindow) -> Iterator[Entry]:
    table = window.actions_table
    for spec in table:
        action = table[spec.id]
        path = [translate("Actions", part) for part in spec.menu.split("/")]
        yield Entry(
            f"action:{spec.id}",
            action.text().rstrip("…"),
            " › ".join(path),
            action.trigger,
            spec.icon,
            table.shown_keys(spec.id),
            spec.reason(window),
            spec.words,
        )


def _sliders(window: MainWindow) -> Iterator[Entry]:
    why_not = ""
    if not window.document.is_open:
        why_not = translate("Actions", "Open a scan or a project first.")
    for spec in PANELS:
        panel = window.panels[spec.id]
        title = translate("Panels", spec.title)
        first = getattr(panel, "list", None)  # asking for it makes it, where it was not shown yet
        lists = [first] if isinstance(first, SliderList) else []
        for sliders in lists:
            for group in sliders.groups:
                for item in group.items:
                    yield Entry(
                        f"slider:{spec.id}.{item.key}",
                        item.label,
                        f"{title} › {group.title}",
                        partial(_go_to_item, window, spec.id, sliders, item.key),
                        "identity",
                        why_not=why_not,
                        words=f"{item.key} {item.help} slider",
                    )
        names: Counter[str] = Counter()
        for slider in panel.findChildren(NamedSlider):
            listed = any(sliders.isAncestorOf(slider) for sliders in lists)
            if not listed and slider.isVisibleTo(panel):
                names[slider.label] += 1
                yield Entry(
                    f"slider:{spec.id}.{slider.label}.{names[slider.label]}",
                    slider.label,
                    title,
                    partial(_go_to, window, spec.id, slider),
                    "identity",
                    why_not=why_not,
                    words="slider",
                )


def _steps(window: MainWindow) -> Iterator[Entry]:
    panel = window.panels.get("steps")
    button = None if panel is None else getattr(panel, "add", None)
    menu = button.menu() if isinstance(button, QPushButton) else None
    if menu is None:
        return
    why_not = ""
    if not window.document.is_open:
        why_not = translate("Actions", "Open a scan or a project first.")
    for action in menu.actions():
        if action.text():
            yield Entry(
                f"step:{action.text()}",
                action.text(),
                translate("Palette", "Add a step"),
                action.trigger,
                "add",
                why_not=why_not,
                words="edit step add apply",
            )


def _files(window: MainWindow) -> Iterator[Entry]:
    for path in window.settings.recent:
        yield Entry(
            f"file:{path}",
            path.name,
            translate("Palette", "Open a recent file"),
            partial(window.files.open, [path]),
            "history",
            words=f"recent open {path.parent}",
        )
    for sample in shipped():
        if sample.path is not None:  # the model's head is an action already
            yield Entry(
                f"sample:{sample.path.name}",
                sample.name,
                translate("Palette", "Open a sample"),
                partial(window.files.open, [sample.path]),
                "scan",
                words=f"sample example try demo {sample.about}",
            )


def _go_to_item(window: MainWindow, panel: str, sliders: SliderList, key: str) -> None:
    _go_to(window, panel, sliders.reveal(key))


def _go_to(window: MainWindow, panel: str, slider: QWidget) -> None:
    window.raise_panel(panel)
    slider.setFocus(Qt.FocusReason.ShortcutFocusReason)
    above = slider.parentWidget()
    while above is not None:
        if isinstance(above, QScrollArea):
            above.ensureWidgetVisible(slider, 20, 80)
        above = above.parentWidget()
