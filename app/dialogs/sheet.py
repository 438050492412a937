"""The sheet of keys: what every key and the mouse do, to read or to print."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import TYPE_CHECKING

from PySide6.QtCore import QMarginsF
from PySide6.QtGui import QKeySequence, QPageLayout, QPageSize, QPdfWriter, QTextDocument
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QPushButton,
    QTextBrowser,
    QVBoxLayout,
)

from facewright.app import theme
from facewright.app.menus.base import Action, translate
from facewright.app.settings import MOUSE

if TYPE_CHECKING:
    from facewright.app.window import MainWindow


def native(key: str) -> str:
    """Return a key as this system writes it."""
    return QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)


def by_menu(window: MainWindow) -> Iterator[tuple[str, list[Action]]]:
    """Give every menu of the table with its actions, submenus as `View › Camera`."""
    groups: dict[str, list[Action]] = {}
    for spec in window.actions_table:
        path = " › ".join(translate("Actions", part) for part in spec.menu.split("/"))
        groups.setdefault(path, []).append(spec)
    yield from groups.items()


class ShortcutSheet(QDialog):
    """All keys by menu, with what the mouse does; can be saved as a page to print."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.setWindowTitle(self.tr("Keys and mouse"))
        self._window = window
        self.page = QTextBrowser()
        self.page.setAccessibleName(self.windowTitle())
        self.page.setHtml(self.html(theme.theme.quiet, theme.text_size()))
        save = QPushButton(self.tr("Save as PDF…"))
        save.clicked.connect(self._save)
        close = QPushButton(self.tr("Close"))
        close.setDefault(True)
        close.clicked.connect(self.accept)
        line = QHBoxLayout()
        line.addWidget(save)
        line.addStretch(1)
        line.addWidget(close)
        column = QVBoxLayout(self)
        edge = 4 * theme.SPACE
        column.setContentsMargins(edge, edge, edge, edge)
        column.setSpacing(2 * theme.SPACE)
        column.addWidget(self.page, 1)
        column.addLayout(line)
        self.resize(min(theme.stretched(920), window.width() - 40), min(720, window.height() - 40))

    def html(self, quiet: str, em: int) -> str:
        """Return the sheet in two columns, for a colour of headings and a height of text."""
        wide = 15 * em
        blocks = [
            (title, [(spec.name, self._keys(spec.id)) for spec in specs if self._keys(spec.id)])
            for title, specs in by_menu(self._window)
        ]
        blocks = [block for block in blocks if block[1]] + self._by_hand()
        total = sum(len(rows) + 2 for _title, rows in blocks)
        columns: list[list[str]] = [[], []]
        done = 0
        for title, rows in blocks:
            side = columns[0] if done < total / 2 else columns[1]
            done += len(rows) + 2
            cells = "".join(
                f"<tr><td width='{wide}' style='padding:2px 16px 2px 0'>{escape(name)}</td>"
                f"<td style='padding:2px 0; white-space:nowrap'><b>{escape(keys)}</b></td></tr>"
                for name, keys in rows
            )
            side.append(
                f"<p style='color:{quiet}; margin:12px 0 2px 0'>{escape(title)}</p>"
                f"<table width='100%' cellspacing='0'>{cells}</table>"
            )
        cells = "".join(
            f"<td width='50%' valign='top' style='padding-right:28px'>{''.join(side)}</td>"
            for side in columns
        )
        return f"<table width='100%'><tr>{cells}</tr></table>"

    def _keys(self, id: str) -> str:
        return ", ".join(native(key) for key in self._window.actions_table.keys(id))

    def _by_hand(self) -> list[tuple[str, list[tuple[str, str]]]]:
        tr = self.tr
        blender = self._window.settings.value(MOUSE) == "blender"
        move = tr("Shift and middle button") if blender else tr("Middle button, Shift and drag")
        turn = tr("Middle button, or drag") if blender else tr("Drag")
        return [
            (
                tr("Mouse in the 3D view"),
                [
                    (tr("Turn the head"), turn),
                    (tr("Move the head"), move),
                    (tr("Zoom to the pointer"), tr("Wheel")),
                    (tr("Look at a point"), tr("Double-click")),
                    (tr("Turn while a tool is in use"), tr("Right button, Alt and drag")),
                ],
            ),
            (
                tr("On a slider"),
                [
                    (tr("Step, five steps"), tr("Arrow keys, Page keys")),
                    (tr("Back to the default"), tr("Home, double-click")),
                    (tr("Type a value"), tr("Enter, or any digit")),
                    (tr("Finer, coarser"), tr("Shift and drag, Ctrl and drag")),
                ],
            ),
        ]

    def _save(self) -> None:
        path, _kind = QFileDialog.getSaveFileName(
            self, self.tr("Save as PDF"), "facewright-keys.pdf", "PDF (*.pdf)"
        )
        if path:
            self.save(path)

    def save(self, path: str) -> None:
        """Write the sheet as a PDF page, black on white."""
        writer = QPdfWriter(path)
        writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
        writer.setPageMargins(QMarginsF(15, 15, 15, 15), QPageLayout.Unit.Millimeter)
        page = QTextDocument()
        page.setHtml(f"<h2>Facewright</h2>{self.html(theme.LIGHT.quiet, theme.TYPE['small'])}")
        page.print_(writer)
