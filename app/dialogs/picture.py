"""A picture of the view: one or a turn around the head, how large, on which ground."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QStandardItemModel
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QFormLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from facewright.app import theme
from facewright.app.dialogs.places import place_buttons
from facewright.app.settings import Settings
from facewright.viewer.shot import AS_SHOWN, CLEAR, WHITE, Shot

STILL, MOVING, ROW = "still", "gif", "row"
_SIZES = ((1920, 1080), (3840, 2160), (1080, 1080), (2048, 2048), (1080, 1350))


class PictureDialog(QDialog):
    """Asks what the picture is to be; remembers the last choice.

    Parameters
    ----------
    parent : QWidget
    settings : Settings
    view : QSize
        Of the view, in pixels of the screen.
    """

    def __init__(self, parent: QWidget, settings: Settings, view: QSize) -> None:
        super().__init__(parent)
        self._settings = settings
        self.setWindowTitle(self.tr("Save a picture"))
        self.setMinimumWidth(440)
        column = QVBoxLayout(self)
        edge = 6 * theme.SPACE
        column.setContentsMargins(edge, edge, edge, 4 * theme.SPACE)
        column.setSpacing(3 * theme.SPACE)
        head = QLabel(self.tr("Save a picture of the view"))
        head.setProperty("role", "title")
        column.addWidget(head)
        form = QFormLayout()
        form.setSpacing(2 * theme.SPACE)
        self.what = self._choice(
            "picture_what",
            (
                (self.tr("A picture (PNG)"), STILL),
                (self.tr("One turn around the head, moving (GIF)"), MOVING),
                (self.tr("One turn around the head, numbered pictures (PNG)"), ROW),
            ),
        )
        as_view = f"{view.width()}x{view.height()}"
        sizes = [(self.tr("As the view, {} x {}").format(view.width(), view.height()), as_view)]
        sizes += [(f"{width} x {height}", f"{width}x{height}") for width, height in _SIZES]
        self.size_of = self._choice("picture_size", tuple(sizes))
        self.ground = self._choice(
            "picture_ground",
            (
                (self.tr("As in the view"), AS_SHOWN),
                (self.tr("White"), WHITE),
                (self.tr("Transparent"), CLEAR),
            ),
        )
        for name, field in (
            (self.tr("What"), self.what),
            (self.tr("Size in pixels"), self.size_of),
            (self.tr("Background"), self.ground),
        ):
            form.addRow(name, field)
            field.setAccessibleName(name)
        column.addLayout(form)
        self.marks = QCheckBox(self.tr("With cube, scale bar, points and mask"))
        self.marks.setChecked(bool(settings.get("picture_marks", False)))
        column.addWidget(self.marks)
        column.addWidget(place_buttons(self))
        self.what.currentIndexChanged.connect(self._offer)
        self._offer()

    @property
    def shot(self) -> Shot:
        """What was chosen."""
        width, _, height = self.size_of.currentData().partition("x")
        ground = self.ground.currentData() if self.ground.isEnabled() else AS_SHOWN
        return Shot((int(width), int(height)), ground, self.marks.isChecked())

    def accept(self) -> None:
        """Keep the choice for the next time."""
        for name, field in (
            ("picture_what", self.what),
            ("picture_size", self.size_of),
            ("picture_ground", self.ground),
        ):
            self._settings.set(name, field.currentData())
        self._settings.set("picture_marks", self.marks.isChecked())
        super().accept()

    def _choice(self, name: str, rows: tuple[tuple[str, str], ...]) -> QComboBox:
        field = QComboBox()
        for text, value in rows:
            field.addItem(text, value)
        field.setCurrentIndex(max(field.findData(self._settings.get(name, "")), 0))
        return field

    def _offer(self) -> None:
        """Say why a moving picture has the ground of the view: GIF knows no soft edges."""
        moving = self.what.currentData() == MOVING
        clear = self.ground.findData(CLEAR)
        if moving and self.ground.currentIndex() == clear:
            self.ground.setCurrentIndex(0)
        rows = self.ground.model()
        assert isinstance(rows, QStandardItemModel)
        item = rows.item(clear)
        item.setEnabled(not moving)
        item.setToolTip(self.tr("GIF knows no soft edges: choose PNG.") if moving else "")
