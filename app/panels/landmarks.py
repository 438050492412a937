"""Landmarks: see them, move them, place them one after the other with a picture of each."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QBrush, QColor
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QSizePolicy,
    QTreeWidget,
    QTreeWidgetItem,
)

from facewright.app import theme
from facewright.app.dialogs import places
from facewright.app.errors import Message, explain
from facewright.app.panels.base import Panel
from facewright.app.tools.landmarks import LandmarkTool, names_on_head
from facewright.app.widgets.landmark_card import SIZE, SMALL, LandmarkCard
from facewright.app.workbench import Workbench
from facewright.engine.errors import FacewrightError
from facewright.engine.landmarks import Points
from facewright.engine.measure.vocabulary import CLEFT, ESSENTIAL, view_of, word_of

FEWEST = 4
"""Landmarks that the registration of a scan wants at least."""
_LOW = 560
"""Height of the panel's place, in pixels, below which the picture is small."""
_NAME = Qt.ItemDataRole.UserRole


class LandmarksPanel(Panel):
    """The list of landmarks, what each one is, and the guide that asks for them in turn."""

    catches_up = True

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        tool = bench.tools.get(LandmarkTool.id)
        assert isinstance(tool, LandmarkTool)
        self.tool = tool
        self.about = QLabel()
        self.about.setWordWrap(True)
        self.about.setProperty("role", "small")
        self.column.addWidget(self.about)
        self.column.addLayout(self._head_row())
        self.card = LandmarkCard(bench.document.models)
        self.column.addWidget(self.card)
        self.asked = QLabel()
        self.asked.setWordWrap(True)
        self.asked.setProperty("role", "strong")
        self.column.addWidget(self.asked)
        self.column.addLayout(self._guide_row())
        self.list = QTreeWidget()
        self.list.setAccessibleName(self.tr("Landmarks"))
        self.list.setColumnCount(3)
        self.list.setHeaderHidden(True)
        self.list.setRootIsDecorated(False)
        self.list.setUniformRowHeights(True)
        self.list.header().setStretchLastSection(False)
        fitting = QHeaderView.ResizeMode.ResizeToContents
        for column, mode in enumerate((fitting, QHeaderView.ResizeMode.Stretch, fitting)):
            self.list.header().setSectionResizeMode(column, mode)
        self.list.setMinimumHeight(2 * theme.ROW)
        # It scrolls itself: asked how high it would like to be, it makes the panel scroll, too.
        self.list.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        self.list.currentItemChanged.connect(self._choose)
        self.column.addWidget(self.list, 1)
        self.column.addLayout(self._boxes())
        self.register = self._button(self.tr("Register with these"), self._register)
        self.register.setProperty("role", "primary")
        self.column.addWidget(self.register)
        self.column.addLayout(self._file_row())
        self.hear(tool.told, self._show)
        self.hear(bench.files.scans.changed, self._sync)
        self._sync()

    def sync(self) -> None:
        """List the landmarks of what is open."""
        self._fill()
        self._show()

    def fit(self, height: int) -> None:
        """Leave more of a low place to the list."""
        low = height < theme.stretched(_LOW)
        self.card.show_side(SMALL if low else SIZE)

    def _sync(self, *told: object) -> None:
        if not self.isVisible():
            return  # the names come with the head model, which nobody shall wait for unseen
        super()._sync(*told)
        if self.tool.on_scan:  # there is no document yet, and all the more to do
            self.setEnabled(True)
            self.sync()

    # -- parts -------------------------------------------------------------------------------

    def _head_row(self) -> QHBoxLayout:
        self.edit = self._button(self.tr("Edit landmarks"), self._take)
        self.edit.setCheckable(True)
        self.edit.setIcon(theme.icon("landmarks"))
        self.which = QComboBox()
        self.which.addItem(self.tr("Essential"), "essential")
        self.which.addItem(self.tr("All"), "all")
        self.which.addItem(self.tr("Cleft"), "cleft")
        self.which.setAccessibleName(self.tr("Which landmarks are listed"))
        self.which.activated.connect(lambda _index: self.sync())
        line = QHBoxLayout()
        line.setSpacing(2 * theme.SPACE)
        line.addWidget(self.edit, 1)
        line.addWidget(self.which, 1)
        return line

    def _guide_row(self) -> QHBoxLayout:
        self.guide = self._button(self.tr("Place in turn"), self._guide)
        self.guide.setToolTip(
            self.tr("Asks for one landmark after the other; each click places one")
        )
        self.skip = self._button(self.tr("Skip"), self.tool.skip)
        self.skip.setToolTip(self.tr("Go on without this one: it cannot be seen"))
        self.back = self._button(self.tr("Automatic"), self._give_back)
        self.back.setToolTip(self.tr("Put the chosen landmark back to where it was found"))
        line = QHBoxLayout()
        line.setSpacing(2 * theme.SPACE)
        for button in (self.guide, self.skip, self.back):
            line.addWidget(button, 1)
        return line

    def _boxes(self) -> QHBoxLayout:
        self.mirror = QCheckBox(self.tr("Both sides"))
        self.mirror.setToolTip(self.tr("The landmark of the other side follows, mirrored"))
        self.mirror.clicked.connect(lambda on: setattr(self.tool, "mirror", on))
        self.named = QCheckBox(self.tr("Show all names"))
        self.named.clicked.connect(self._name_all)
        line = QHBoxLayout()
        line.addWidget(self.mirror)
        line.addWidget(self.named)
        return line

    def _file_row(self) -> QHBoxLayout:
        self.import_ = self._button(self.tr("Import…"), self._import)
        self.export = self._button(self.tr("Export…"), self._export)
        line = QHBoxLayout()
        line.setSpacing(2 * theme.SPACE)
        for button in (self.import_, self.export):
            line.addWidget(button, 1)
        return line

    def _button(self, text: str, run: object) -> QPushButton:
        button = QPushButton(text)
        button.clicked.connect(lambda *_: run())  # type: ignore[operator]
        return button

    # -- showing -----------------------------------------------------------------------------

    def _names(self) -> tuple[str, ...]:
        known = names_on_head(self.document.models.lifespan().template.landmarks)
        listed = {"essential": ESSENTIAL, "cleft": CLEFT}.get(self.which.currentData(), known)
        return tuple(name for name in listed if name in known)

    def _items(self) -> list[QTreeWidgetItem]:
        items = map(self.list.topLevelItem, range(self.list.topLevelItemCount()))
        return [item for item in items if item is not None]

    def _fill(self) -> None:
        names = self._names()
        if [item.data(0, _NAME) for item in self._items()] == list(names):
            return
        self.list.blockSignals(True)
        self.list.clear()
        for name in names:
            word = word_of(name)
            item = QTreeWidgetItem(self.list, [name, word.name if word else "", ""])
            item.setData(0, _NAME, name)
        self.list.blockSignals(False)

    def _show(self, *_told: object) -> None:
        if not self.isVisible():
            return
        tool = self.tool
        if set(tool.queue) - set(self._names()):  # asked for from elsewhere
            wanted = "cleft" if set(tool.queue) <= set(CLEFT) else "all"
            self.which.setCurrentIndex(self.which.findData(wanted))
            self._fill()
        standing = tool.points().names if tool.on_scan else ()
        self.list.blockSignals(True)
        quiet = QBrush(QColor(theme.theme.quiet))
        for item in self._items():
            name = item.data(0, _NAME)
            state = self.tr("placed") if tool.is_moved(name) else self.tr("automatic")
            if tool.on_scan and name not in standing:
                state = self.tr("not placed")
            item.setText(2, state)
            item.setForeground(2, quiet)
            if name == tool.chosen:
                self.list.setCurrentItem(item)
        self.list.blockSignals(False)
        self.card.show_landmark(tool.chosen or next(iter(self._names()), ""))
        self._show_guide()
        used = self.bench.tools.current is tool
        self.edit.setChecked(used)
        self.mirror.setChecked(tool.mirror)
        self.mirror.setVisible(not tool.on_scan)
        self.named.setChecked(tool.named)
        self.back.setEnabled(tool.is_moved(tool.chosen))
        self.back.setText(self.tr("Take away") if tool.on_scan else self.tr("Automatic"))
        self.register.setVisible(tool.on_scan)
        enough = len(tool.placed.names) >= FEWEST
        self.register.setEnabled(enough)
        self.register.setToolTip(
            "" if enough else self.tr("Place at least {} landmarks first.").format(FEWEST)
        )
        self.about.setVisible(not tool.queue and (tool.on_scan or not used))
        self.about.setText(
            self.tr("Place landmarks on the scan, then register with them.")
            if tool.on_scan
            else self.tr(
                "Landmarks were found automatically. Edit them to drag one along the skin."
            )
        )

    def _show_guide(self) -> None:
        queue = self.tool.queue
        word = word_of(queue[0]) if queue else None
        self.asked.setVisible(bool(queue))
        self.skip.setEnabled(bool(queue))
        self.guide.setText(self.tr("Stop") if queue else self.tr("Place in turn"))
        if queue:
            text = self.tr("Click on {}: {} ({} to go)")
            self.asked.setText(text.format(queue[0], word.name if word else "", len(queue)))

    # -- doing -------------------------------------------------------------------------------

    def _take(self) -> None:
        used = self.bench.tools.current is self.tool
        self.bench.tools.use("" if used else self.tool.id)
        self._show()

    def _guide(self) -> None:
        if self.tool.queue:
            self.tool.ask_for(())
            return
        self.bench.tools.use(self.tool.id)
        names = self._names()
        if self.tool.on_scan:
            names = tuple(name for name in names if name not in self.tool.placed.names)
        self.tool.ask_for(names)

    def _choose(self, item: QTreeWidgetItem | None, _before: object = None) -> None:
        if item is None:
            return
        name = item.data(0, _NAME)
        self.tool.choose(name)
        if self.tool.queue:
            rest = tuple(other for other in self.tool.queue if other != name)
            self.tool.ask_for((name, *rest))
        active = self.bench.stage.active
        if active is not None and self.bench.tools.current is self.tool:
            active.view(view_of(name))
        self._show()

    def _give_back(self) -> None:
        self.tool.give_back((self.tool.chosen,))
        self._show()

    def _name_all(self, on: bool) -> None:
        self.tool.named = on
        self.tool.choose(self.tool.chosen)

    def _register(self) -> None:
        placed = self.tool.placed
        self.bench.tools.put_down()
        self.bench.files.scans.register(landmarks=placed)

    def _import(self) -> None:
        folder = str(self.bench.settings.get("folder", ""))
        path = places.ask_landmarks(self, folder)
        if path is not None:
            self.import_points(path)

    def import_points(self, path: Path) -> None:
        """Take landmarks from a file: in head frame mm for a head, in the scan's own for a scan."""
        from facewright.engine.files.landmarks import read_points

        try:
            points = read_points(path)
        except FacewrightError as error:
            self.bench.tell(explain(error))
            return
        taken = self.tool.take(points)
        text = self.tr("{} landmarks taken from {}.").format(taken, path.name)
        if not taken:
            text = self.tr(
                "{} names no landmark that Facewright knows: use Farkas codes such as prn or en_l."
            ).format(path.name)
        self.bench.tell(Message("good" if taken else "check", text))

    def _export(self) -> None:
        folder = str(self.bench.settings.get("folder", ""))
        path = places.ask_save(
            self, folder, f"{self.document.title or 'scan'}-landmarks.json",
            (".json", ".mrk.json", ".fcsv", ".csv"),
        )  # fmt: skip
        if path is not None:
            self.export_points(path)

    def export_points(self, path: Path) -> None:
        """Write the landmarks: of a head in its frame, mm, of a scan in the file's own."""
        from facewright.engine.files.landmarks import write_points

        points: Points = self.tool.placed if self.tool.on_scan else self.tool.points()
        if not np.isfinite(points.positions).all() or not points.names:
            self.bench.tell(Message("check", self.tr("There is no landmark to export yet.")))
            return
        try:
            write_points(points, path)
        except FacewrightError as error:
            self.bench.tell(explain(error))
            return
        text = self.tr("{} landmarks exported to {}.").format(len(points.names), path.name)
        self.bench.tell(Message("good", text))
