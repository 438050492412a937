"""Pictures of every workspace, panel, dialog and state, and what is cut: `window_sheets.py OUT`.

Opens a head in the real window at each size and theme, brings each panel to the front in each
workspace that has it, saves contact sheets, and lists the words that have less room than they
need. `--all` does so from 1366x768 to 4K and at 100 and 200 %. Needs a display as large as the
largest size; without one: `xvfb-run -s "-screen 0 3840x2400x24" window_sheets.py OUT --all`.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import contact_sheet
from PySide6.QtCore import QPoint, QSize
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QLabel,
    QMenu,
    QStyle,
    QStyleOptionComboBox,
    QTabBar,
    QTreeWidget,
    QWidget,
)
from state_sheet import states
from waiting import wait

from facewright.app import theme
from facewright.app.dialogs.about import AboutDialog
from facewright.app.dialogs.export import ExportDialog
from facewright.app.dialogs.layouts import LayoutsDialog
from facewright.app.dialogs.picture import PictureDialog
from facewright.app.dialogs.settings import SettingsDialog
from facewright.app.dialogs.sheet import ShortcutSheet
from facewright.app.dialogs.shortcuts import ShortcutsDialog
from facewright.app.dialogs.unit import UnitDialog
from facewright.app.help import HelpDialog
from facewright.app.jobs import JobLane
from facewright.app.palette import Palette
from facewright.app.samples import shipped
from facewright.app.settings import THEME, Settings
from facewright.app.waiting import Waiting, look_for_face
from facewright.app.window import MainWindow
from facewright.app.workspaces import WORKSPACES
from facewright.engine.files.meshes import read_scan
from facewright.engine.models.store import ModelStore

SIZES = ("1366x768", "1920x1080")
THEMES = ("dark", "light")
ALL = (("1", "1366x768,1920x1080,3840x2160"), ("2", "1366x768,1920x1080"))
"""Scales of the screen, and sizes of the window at each, in pixels of the layout."""
WIDE = 2400
"""Width of contact sheets, pixels."""


def main() -> int:
    """Take the pictures; return 1 if words are cut anywhere."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("file", type=Path, nargs="?", help="a scan; a model head without")
    parser.add_argument("--sizes", default=",".join(SIZES))
    parser.add_argument("--themes", default=",".join(THEMES))
    parser.add_argument("--all", action="store_true", help="every size, theme and scale")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    if options.all:
        return every_scale(options.out, options.file, options.themes)
    app = QApplication(sys.argv[:1])
    theme.apply(app)
    found = 0
    for look in options.themes.split(","):
        for size in options.sizes.split(","):
            width, height = (int(part) for part in size.split("x"))
            with tempfile.TemporaryDirectory() as folder:
                settings = Settings(Path(folder))
                settings.choose(THEME, look)
                window = MainWindow(ModelStore(), settings)
                window.resize(width, height)
                window.show()
                wait(lambda: False, 1.0)
                window.grab().save(str(options.out / f"{size}-{look}-welcome.png"))
                found += report(f"{size} {look} welcome", window)
                open_head(window, options.file)
                found += sheets(window, options.out, f"{size}-{look}")
                found += asked(window, options.out / f"{size}-{look}-dialogs.png")
                menus(window, options.out / f"{size}-{look}-menus.png")
                window.document.saved_as(options.out, window.document.history)
                window.close()
                window.deleteLater()
        contact_sheet.save(tuple(states()), 1400, options.out / f"states-{look}.png")
    return 1 if found else 0


def every_scale(out: Path, file: Path | None, themes: str) -> int:
    """Run once for each scale of the screen: Qt takes it from its surroundings alone."""
    found = 0
    for scale, sizes in ALL:
        folder = out / f"scale-{scale}"
        command = [sys.executable, __file__, str(folder), *([str(file)] if file else []),
                   "--sizes", sizes, "--themes", themes]  # fmt: skip
        surroundings = {**os.environ, "QT_SCALE_FACTOR": scale}
        found |= subprocess.run(command, env=surroundings, check=False).returncode
    return found


def open_head(window: MainWindow, file: Path | None) -> None:
    """Open a scan, or a head of the model."""
    if file is None:
        window.files.new_head()
    else:
        window.files.open([file])
    wait(lambda: window.document.is_open)
    wait(lambda: False, 1.5)


def sheets(window: MainWindow, out: Path, name: str) -> int:
    """Save each workspace, and a sheet of its panels; return how many words are cut."""
    cut = 0
    for space in WORKSPACES:
        window.workspaces.use(space.id)
        wait(lambda: False, 0.8)
        window.grab().save(str(out / f"{name}-{space.id}.png"))
        pictures = []
        for id in window.panels:
            dock = window.docks[id]
            if dock.isHidden():
                continue
            window.raise_panel(id)
            wait(lambda: False, 0.4)
            pictures.append((f"{space.id}: {dock.windowTitle()}", dock.grab()))
            cut += report(f"{name} {space.id} {id}", window)
        contact_sheet.save(pictures, WIDE, out / f"{name}-{space.id}-panels.png")
    return cut


def asked(window: MainWindow, path: Path) -> int:
    """Save a sheet of the dialogs; return how many words are cut."""
    cut, pictures = 0, []
    for make in (
        lambda: AboutDialog(window),
        lambda: ExportDialog(window),
        lambda: LayoutsDialog(window, window.workspaces),
        lambda: PictureDialog(window, window.settings, QSize(800, 600)),
        lambda: SettingsDialog(window),
        lambda: ShortcutsDialog(window),
        lambda: ShortcutSheet(window),
        lambda: Palette(window),
        lambda: HelpDialog(window),
        lambda: UnitDialog(window, scan_in_no_unit(window.document.models, faceless=False)),
        lambda: UnitDialog(window, scan_in_no_unit(window.document.models, faceless=True)),
    ):
        dialog = make()
        dialog.show()
        wait(lambda: False, 0.5)
        drawn = dialog.findChildren(JobLane)
        wait(lambda lanes=drawn: not any(lane.busy for lane in lanes), 20.0)
        name = dialog.windowTitle() or type(dialog).__name__
        pictures.append((name, dialog.grab()))
        cut += report(f"{path.stem} {name}", dialog)
        dialog.close()
        dialog.deleteLater()
    contact_sheet.save(pictures, WIDE, path)
    return cut


@cache
def scan_in_no_unit(models: ModelStore, *, faceless: bool) -> Waiting:
    """Return a sample whose unit has to be asked for, with its face found or not."""
    infant = next(
        sample.path for sample in shipped() if sample.path and sample.path.stem == "infant"
    )
    scan = read_scan(infant)
    scan = replace(scan, vertices=scan.vertices * 3.3)
    if faceless:
        return Waiting(scan, None, f"No face was found in {scan.name}: turn it to the front.")
    return look_for_face(scan, models, "auto", lambda _fraction, _text: None)


def menus(window: MainWindow, path: Path) -> None:
    """Save a sheet of the menus, each after the one that it opens from."""
    pictures = []
    for menu in window.menuBar().findChildren(QMenu):
        if not menu.title():  # for a bar with too little room
            continue
        menu.popup(window.mapToGlobal(QPoint(0, 0)))
        wait(lambda: False, 0.2)
        pictures.append((menu.title().replace("&", ""), menu.grab()))
        menu.close()
    contact_sheet.save(pictures, WIDE, path)


def report(where: str, window: QWidget) -> int:
    """Print what is cut and return how much that is."""
    lines = [f"{where}: {line}" for line in cut_words(window)]
    for line in lines:
        sys.stdout.write(line + "\n")
    return len(lines)


def cut_words(window: QWidget) -> Iterator[str]:
    """Yield visible words that have less room than they ask for, and what sticks out."""
    for tree in window.findChildren(QTreeWidget):
        if tree.isVisible():
            yield from cut_cells(tree)
    for bar in window.findChildren(QTabBar):
        wide = sum(bar.tabRect(index).width() for index in range(bar.count()))
        if bar.isVisible() and wide > bar.width():
            yield f"tabs to {bar.tabText(bar.count() - 1)!r} have {bar.width()}, want {wide}"
    for widget in window.findChildren(QWidget):
        if not widget.isVisible() or not isinstance(widget, QLabel | QAbstractButton | QComboBox):
            continue
        text = widget.currentText() if isinstance(widget, QComboBox) else widget.text()
        if not text.strip() or text.startswith("<"):
            continue
        wanted, given = widget.minimumSizeHint(), widget.size()
        if isinstance(widget, QComboBox):  # its hint has room for texts that it does not show
            wanted, given = combo_sizes(widget)
        if isinstance(widget, QLabel) and widget.wordWrap():
            short = widget.heightForWidth(given.width()) > given.height() + 1
        else:
            lines = widget.fontMetrics().height() * (text.count("\n") + 1)
            short = wanted.width() > given.width() + 1 or lines > given.height() + 1
        if short:
            yield (
                f"{type(widget).__name__} {text[:50]!r} has {given.width()}x{given.height()}, "
                f"wants {wanted.width()}x{wanted.height()}"
            )


def combo_sizes(box: QComboBox) -> tuple[QSize, QSize]:
    """Return what the chosen text of a box asks for, and the room between frame and arrow."""
    option = QStyleOptionComboBox()
    box.initStyleOption(option)
    room = box.style().subControlRect(
        QStyle.ComplexControl.CC_ComboBox, option, QStyle.SubControl.SC_ComboBoxEditField, box
    )
    icon = 0 if box.itemIcon(box.currentIndex()).isNull() else box.iconSize().width() + 4
    text = box.fontMetrics()
    return QSize(text.horizontalAdvance(box.currentText()) + icon, text.height()), room.size()


def cut_cells(tree: QTreeWidget) -> Iterator[str]:
    """Yield the words of rows in view that their columns cut."""
    air = 2 * (tree.style().pixelMetric(QStyle.PixelMetric.PM_FocusFrameHMargin, None, tree) + 1)
    item = tree.itemAt(2, 2)
    while item is not None and tree.visualItemRect(item).top() < tree.viewport().height():
        for column in range(tree.columnCount()):
            index = tree.indexFromItem(item, column)
            text, given = item.text(column), tree.visualRect(index).width()
            wanted = tree.fontMetrics().horizontalAdvance(text) + air
            if text and given and not item.isFirstColumnSpanned() and wanted > given:
                yield f"row {text[:50]!r} has {given}, wants {wanted}"
        item = tree.itemBelow(item)


if __name__ == "__main__":
    raise SystemExit(main())
