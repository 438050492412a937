"""Help for what is in use: short texts of `assets/help`, with the keys as they are set."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QLocale, QSize, Qt
from PySide6.QtGui import (
    QBrush,
    QColor,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
)
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QTextBrowser,
    QWidget,
)

from facewright.app import theme
from facewright.app.panels import PANELS

if TYPE_CHECKING:
    from facewright.app.window import MainWindow

translate = QCoreApplication.translate
_KEY = re.compile(r"\{([\w.-]+)\}")
_GENERAL = (("start", "Getting started", "help"), ("view", "The 3D view", "view-front"))


def topics() -> tuple[tuple[str, str, str], ...]:
    """Return id, title and icon of every text, those of panels in the panels' order."""
    general = tuple((id, translate("Help", title), icon) for id, title, icon in _GENERAL)
    panels = tuple((spec.id, translate("Panels", spec.title), spec.icon) for spec in PANELS)
    return general + tuple(topic for topic in panels if text(topic[0]))


@cache
def text(topic: str, language: str = "") -> str:
    """Return the Markdown of a topic in a language, in English without one; empty if unknown."""
    folder = files("facewright.assets") / "help"
    for name in (f"{topic}.{language}.md", f"{topic}.md"):
        source = folder / name
        if source.is_file():
            return source.read_text(encoding="utf-8")
    return ""


def topic_in_use(window: MainWindow) -> str:
    """Return the topic of what has the focus: a panel, the 3D view, or how to begin."""
    widget: QWidget | None = QApplication.focusWidget()
    while widget is not None:
        for id, panel in window.panels.items():
            if widget is panel and text(id):
                return id
        if window.viewport is not None and widget is window.centralWidget():
            return "view"
        widget = widget.parentWidget()
    return "start"


class HelpDialog(QDialog):
    """Shows the help, open at what is in use.

    Parameters
    ----------
    window : MainWindow
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.setWindowTitle(self.tr("Help"))
        self._window = window
        self.topics = QListWidget()
        self.topics.setAccessibleName(self.tr("Topics"))
        self.topics.setFixedWidth(theme.stretched(190))
        self.topics.setIconSize(QSize(theme.ICON, theme.ICON))
        self.topics.ensurePolished()  # or rows are measured without the stylesheet
        self.page = QTextBrowser()
        self.page.setAccessibleName(self.tr("Help text"))
        self.page.document().setDocumentMargin(4 * theme.SPACE)
        for id, title, icon in topics():
            item = QListWidgetItem(theme.icon(icon, "quiet"), title)
            item.setData(Qt.ItemDataRole.UserRole, id)
            self.topics.addItem(item)
        self.topics.currentItemChanged.connect(self._show)
        line = QHBoxLayout(self)
        edge = 2 * theme.SPACE
        line.setContentsMargins(edge, edge, edge, edge)
        line.setSpacing(edge)
        line.addWidget(self.topics)
        line.addWidget(self.page, 1)
        self.resize(min(theme.stretched(780), window.width() - 40), min(640, window.height() - 40))
        self.open_at(topic_in_use(window))
        self.page.setFocus()

    def open_at(self, topic: str) -> None:
        """Show a topic."""
        for row in range(self.topics.count()):
            if self.topics.item(row).data(Qt.ItemDataRole.UserRole) == topic:
                self.topics.setCurrentRow(row)

    # -- inside ------------------------------------------------------------------------------

    def _show(self, item: QListWidgetItem | None, _before: object = None) -> None:
        if item is None:
            return
        language = QLocale().name().partition("_")[0]
        source = text(item.data(Qt.ItemDataRole.UserRole), language)
        document = self.page.document()
        document.setMarkdown(_KEY.sub(self._keys, source))
        _dress(document)
        self.page.moveCursor(QTextCursor.MoveOperation.Start)

    def _keys(self, match: re.Match[str]) -> str:
        """Return the keys of an action, as code; its name where it has none."""
        table = self._window.actions_table
        ids = {spec.id: spec for spec in table}
        if match[1] not in ids:
            return match[0]
        keys = table.shown_keys(match[1])
        return f"`{keys}`" if keys else f"*{ids[match[1]].name}*"


def _dress(document: QTextDocument) -> None:
    """Draw keys as keys, give paragraphs air, and set quotations apart."""
    colors = theme.theme
    keys = QTextCharFormat()
    keys.setBackground(QBrush(QColor(colors.raised)))
    keys.setFontFamilies(["Inter", "Segoe UI", "SF Pro Text", "Noto Sans", "DejaVu Sans"])
    keys.setFontFixedPitch(False)
    keys.setFontWeight(600)
    quiet = QTextCharFormat()
    quiet.setForeground(QBrush(QColor(colors.quiet)))
    block = document.begin()
    while block.isValid():
        cursor = QTextCursor(block)
        form = block.blockFormat()
        level = form.headingLevel()
        form.setTopMargin(14 if level > 1 else 0)
        form.setBottomMargin(3 if block.textList() else 8)
        form.setLineHeight(120, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
        cursor.setBlockFormat(form)
        if form.property(QTextFormat.Property.BlockQuoteLevel.value):
            cursor.select(QTextCursor.SelectionType.BlockUnderCursor)
            cursor.mergeCharFormat(quiet)
        pieces = block.begin()
        spans = []
        while not pieces.atEnd():
            piece = pieces.fragment()
            if piece.charFormat().fontFixedPitch():
                spans.append((piece.position(), piece.length()))
            pieces += 1
        for at, length in spans:
            cursor.setPosition(at)
            cursor.setPosition(at + length, QTextCursor.MoveMode.KeepAnchor)
            cursor.mergeCharFormat(keys)
        block = block.next()
