"""The page before anything is open: what to drop, what to begin with, what was open last."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPixmap, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from facewright.app import theme
from facewright.app.jobs import JobLane
from facewright.app.samples import Sample
from facewright.app.settings import Settings
from facewright.app.thumbnails import Thumbnails
from facewright.app.widgets.icon_label import IconLabel
from facewright.app.widgets.tile import SIZE, Tile
from facewright.engine.progress import Progress

_MOST_COLUMNS = 4
_GAP = 3 * theme.SPACE


class Welcome(QScrollArea):
    """A place to drop files on, samples, and recent files.

    Parameters
    ----------
    samples : sequence of Sample
    settings : Settings
    thumbnails : Thumbnails
    lane : JobLane
        Looks the files up.

    Attributes
    ----------
    open_asked, head_asked : Signal()
    path_asked : Signal(Path)
    drop : DropArea
    samples, recent : TileGrid
    """

    open_asked = Signal()
    head_asked = Signal()
    path_asked = Signal(object)

    def __init__(
        self,
        samples: Sequence[Sample],
        settings: Settings,
        thumbnails: Thumbnails,
        lane: JobLane,
    ) -> None:
        super().__init__()
        self._settings = settings
        self._lane = lane
        self._thumbnails = thumbnails
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        page = QWidget()
        page.setProperty("role", "page")
        self.drop = DropArea()
        self.drop.open.clicked.connect(self.open_asked)
        self.samples = TileGrid(self.tr("Begin with"))
        for sample in samples:
            self._add_sample(sample)
        self.recent = TileGrid(self.tr("Recent"))
        column = QVBoxLayout()
        column.setSpacing(6 * theme.SPACE)
        column.addStretch(1)  # on a tall screen it stands above the middle
        column.addWidget(self.drop)
        column.addWidget(self.samples)
        column.addWidget(self.recent)
        column.addStretch(2)
        middle = QWidget()
        middle.setLayout(column)
        middle.setMaximumWidth(_MOST_COLUMNS * (SIZE.width() + _GAP) - _GAP)
        column.setContentsMargins(0, 0, 0, 0)
        line = QHBoxLayout(page)
        edge = 8 * theme.SPACE
        line.setContentsMargins(edge, edge, edge, edge)
        line.addStretch(1)
        line.addWidget(middle, 1000)
        line.addStretch(1)
        self.setWidget(page)
        self.refresh()

    def refresh(self) -> None:
        """List the files that were open last, those that are gone in grey."""
        self.recent.clear()
        for path in self._settings.remembered:
            tile = Tile(path.name, path.parent.name, "file", can_remove=True)
            tile.setToolTip(str(path))
            tile.clicked.connect(lambda _on=False, p=path, t=tile: self._open(p, t))
            tile.remove_asked.connect(lambda p=path: self._remove(p))
            self.recent.add(tile)
        self._order()
        tiles = dict(zip(self._settings.remembered, self.recent.tiles, strict=True))
        if tiles:
            self._lane.start(
                "",
                lambda progress: self._look_up(tuple(tiles), progress),
                lambda found: self._show_found(tiles, found),
                key="thumbnails",
            )

    # -- inside ------------------------------------------------------------------------------

    def _order(self) -> None:
        """Let the Tab key go through tiles as they stand."""
        before: QWidget = self.samples.tiles[-1] if self.samples.tiles else self.drop.open
        for tile in self.recent.tiles:
            for widget in (tile, tile.remove):
                QWidget.setTabOrder(before, widget)
                before = widget

    def _add_sample(self, sample: Sample) -> None:
        tile = Tile(sample.name, sample.about, "head" if sample.path is None else "scan")
        if sample.picture is not None:
            tile.show_picture(QPixmap(str(sample.picture)))
        if sample.path is None:
            tile.clicked.connect(self.head_asked)
        else:
            tile.clicked.connect(lambda _on=False, p=sample.path: self.path_asked.emit(p))
        self.samples.add(tile)

    def _look_up(
        self, paths: tuple[Path, ...], progress: Progress
    ) -> dict[Path, tuple[Path | None, str] | None]:
        """Return picture and date of each file, None for one that is gone; disks may be slow."""
        found: dict[Path, tuple[Path | None, str] | None] = {}
        for number, path in enumerate(paths):
            progress(number / len(paths), "")
            try:
                changed = datetime.fromtimestamp(path.stat().st_mtime).astimezone()
            except OSError:
                found[path] = None
            else:
                found[path] = self._thumbnails.get(path), f"{changed:%d %b %Y, %H:%M}"
        return found

    def _show_found(
        self, tiles: dict[Path, Tile], found: dict[Path, tuple[Path | None, str] | None]
    ) -> None:
        if any(tile not in self.recent.tiles for tile in tiles.values()):
            return  # another list has taken the place of this one
        for path, tile in tiles.items():
            about = found[path]
            if about is None:
                tile.set_missing()
                continue
            picture, tile.about = about
            tile.setAccessibleName(f"{tile.text()}, {tile.about}")
            if picture is not None:
                tile.show_picture(QPixmap(str(picture)))
            tile.update()

    def _open(self, path: Path, tile: Tile) -> None:
        if tile.missing:
            tile.remove.setFocus()
        else:
            self.path_asked.emit(path)

    def _remove(self, path: Path) -> None:
        self._settings.forget(path)
        self.refresh()


class DropArea(QFrame):
    """Where files are dropped; it lights up while something is held over the window.

    Attributes
    ----------
    open : QPushButton
    """

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "drop")
        mark = IconLabel("facewright", "accent", 52)
        self._title = QLabel()
        self._title.setProperty("role", "hero")
        self._title.setWordWrap(True)
        text = QLabel(
            self.tr(
                "Scans as OBJ, PLY, STL, GLB, VTK, OFF or points, in any unit and direction; a "
                "scan with its picture or its landmarks; a folder; a .face project. Facewright "
                "finds the face and gives you a head that you can edit."
            )
        )
        text.setWordWrap(True)
        text.setProperty("role", "small")
        self.open = QPushButton(self.tr("Open…"))
        self.open.setProperty("role", "primary")
        self.open.setIcon(theme.icon("open", "on_accent"))
        self.open.setAccessibleName(self.tr("Open a scan or project"))
        words = QVBoxLayout()
        words.setSpacing(2 * theme.SPACE)
        words.addWidget(self._title)
        words.addWidget(text)
        words.addSpacing(theme.SPACE)
        words.addWidget(self.open, 0, Qt.AlignmentFlag.AlignLeft)
        line = QHBoxLayout(self)
        edge = 6 * theme.SPACE
        line.setContentsMargins(edge, edge, edge, edge)
        line.setSpacing(edge)
        line.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
        line.addLayout(words, 1)
        self.light_up(False)

    def light_up(self, on: bool) -> None:
        """Show that a drop would be taken."""
        self._title.setText(self.tr("Let go to open it") if on else self.tr("Drop a scan here"))
        theme.set_role(self, "drop-over" if on else "drop")


class TileGrid(QWidget):
    """A heading with tiles below, in as many columns as there is room for.

    Attributes
    ----------
    tiles : list of Tile
    """

    def __init__(self, title: str) -> None:
        super().__init__()
        self.tiles: list[Tile] = []
        head = QLabel(title)
        head.setProperty("role", "title")
        self._area = QWidget()
        self._area.setMinimumWidth(SIZE.width())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3 * theme.SPACE)
        column.addWidget(head)
        column.addWidget(self._area)
        self.setVisible(False)

    def add(self, tile: Tile) -> None:
        """Put a tile at the end."""
        tile.setParent(self._area)
        tile.show()
        self.tiles.append(tile)
        self.setVisible(True)
        self.arrange()

    def clear(self) -> None:
        """Take all tiles away."""
        for tile in self.tiles:
            tile.hide()
            tile.deleteLater()
        self.tiles = []
        self.setVisible(False)

    def arrange(self) -> None:
        """Lay the tiles out for the width there is."""
        across, down = SIZE.width() + _GAP, SIZE.height() + _GAP
        columns = min(max(1, (self.width() + _GAP) // across), _MOST_COLUMNS)
        for number, tile in enumerate(self.tiles):
            tile.move(number % columns * across, number // columns * down)
        self._area.setFixedHeight(max(1, -(-len(self.tiles) // columns)) * down - _GAP)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Lay out anew for another width."""
        super().resizeEvent(event)
        self.arrange()
