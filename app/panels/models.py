"""Models: what is on this computer, other people's among them, and the sliders of theirs."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QPushButton

from facewright.app import theme
from facewright.app.panels.base import Panel
from facewright.app.panels.model_sliders import ModelSliders
from facewright.app.widgets.rows import row, small_label
from facewright.app.workbench import Workbench
from facewright.engine.edits.from_model import FromModel
from facewright.engine.errors import FacewrightError
from facewright.engine.models.store import IMPORTED

if TYPE_CHECKING:
    from facewright.engine.models.base import ModelCard
    from facewright.engine.models.external.imported import Imported

_CARD = Qt.ItemDataRole.UserRole
_ROWS, _FEW_ROWS = 3.5, 2.5
"""Models that the list shows before it scrolls; the half row tells that there are more."""
_LOW = 820
"""Height of the panel's place, in pixels, below which the sliders need the room."""


class ModelsPanel(Panel):
    """Lists models, begins heads with imported ones, and tunes those."""

    catches_up = True

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self._most = _ROWS
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("Models"))
        self.list.currentItemChanged.connect(lambda *_items: self._show_card())
        self.bring = self._button(self.tr("Import…"), "open", bench.files.imports.ask)
        self.bring.setToolTip(
            self.tr("INFACE, INCRAN, FLAME, Basel Face Model or ICT-FaceKit, from a file of yours")
        )
        self.remove = self._button(
            self.tr("Remove…"), "trash", lambda: self._act(bench.files.imports.remove)
        )
        self.about = small_label()
        self.about.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.begin = self._button(
            self.tr("New head"), "", lambda: self._act(bench.files.imports.new_head)
        )
        self.begin.setProperty("role", "primary")
        self.carry = self._button(
            self.tr("Carry this head over"), "", lambda: self._act(bench.files.imports.carry_over)
        )
        self.sliders = ModelSliders(self.document)
        self.column.addWidget(self.list)
        self.column.addWidget(row(self.bring, self.remove, stretch=None))
        self.column.addWidget(self.about)
        self.column.addWidget(row(self.begin, self.carry, stretch=None))
        self.column.addWidget(self.sliders, 1)
        self.column.addStretch(0)
        self.hear(bench.files.imports.changed, self._came)
        self._fill()
        self._sync()

    def sync(self) -> None:
        """Show the sliders of the model that the head begins with."""
        if not self.isVisible():
            return
        model = self._model_of_head()
        self.sliders.setVisible(model is not None)
        if model is not None:
            self.sliders.show_model(model)
        self._show_buttons()

    def _sync(self, *_told: object) -> None:
        """Stay of use without a head: models are listed and imported all the same."""
        if self.document.is_open:
            try:
                self.sync()
            except FacewrightError:
                self.sliders.hide()  # the document itself has told what is wrong
        else:
            self.sliders.hide()
            self._show_buttons()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        """Look what is here now: files may have come by the command line."""
        self._fill()
        super().showEvent(event)

    def fit(self, height: int) -> None:
        """List fewer models where there is little height."""
        self._most = _FEW_ROWS if height < theme.stretched(_LOW) else _ROWS
        self._show_rows()

    # -- inside ------------------------------------------------------------------------------

    def _show_rows(self) -> None:
        rows = min(float(self.list.count()), self._most)
        height = round(rows * self.list.sizeHintForRow(0))
        self.list.setFixedHeight(height + 2 * self.list.frameWidth() + 2)

    def _button(self, text: str, icon: str, run: Callable[[], object]) -> QPushButton:
        button = QPushButton(text)
        if icon:
            button.setIcon(theme.icon(icon))
        button.clicked.connect(lambda: run())
        return button

    def _came(self, id: str) -> None:
        """List what there is now, and show the model that came."""
        self._fill(id)
        self.bench.raise_panel("models")
        self._sync()

    def _fill(self, chosen: str = "") -> None:
        """List the models, imported ones first."""
        before = self._card()
        wanted = chosen or ("" if before is None else before.id)
        try:
            cards = self.document.models.cards()
        except FacewrightError as error:
            self.about.setText(str(error))
            return
        with QSignalBlocker(self.list):
            self.list.clear()
            for card in sorted(cards, key=lambda card: IMPORTED not in card.files):
                item = QListWidgetItem(theme.icon(_icon(card)), self._line(card))
                item.setData(_CARD, card)
                item.setToolTip(card.title)
                self.list.addItem(item)
                if card.id == wanted:
                    self.list.setCurrentItem(item)
            if self.list.currentItem() is None:
                self.list.setCurrentRow(0)
        self._show_rows()
        self._show_card()

    def _line(self, card: ModelCard) -> str:
        """Return the two lines that stand for a model: its name; whose it is and its size."""
        whose = self.tr("imported") if IMPORTED in card.files else self.tr("part of Facewright")
        try:
            size = self.document.models.size(card.id, card.version)
        except FacewrightError:
            size = 0
        told = self.tr("{}, {} {}, {:.1f} MB").format(whose, card.id, card.version, size / 1e6)
        return f"{card.title}\n{told}"

    def _card(self) -> ModelCard | None:
        item: QListWidgetItem | None = self.list.currentItem()
        card: ModelCard | None = None if item is None else item.data(_CARD)
        return card

    def _act(self, run: Callable[[ModelCard], object]) -> None:
        card = self._card()
        if card is not None:
            run(card)

    def _show_card(self) -> None:
        card = self._card()
        if card is not None:
            self.about.setText(f"{card.summary}\n{card.licence}")
        self._show_buttons()

    def _show_buttons(self) -> None:
        """Enable what can be done with the model that is chosen; tips say why not."""
        card = self._card()
        foreign = card is not None and IMPORTED in card.files
        why = "" if foreign else self.tr("Choose a model that was imported.")
        self.remove.setEnabled(foreign)
        self.remove.setToolTip(why or self.tr("Delete it from this computer"))
        self.begin.setEnabled(foreign)
        self.begin.setToolTip(
            why
            or self.tr(
                "Begin with the model's mean in our template; the first time the two are "
                "matched, which takes some seconds"
            )
        )
        if not self.document.is_open:
            why = self.tr("Open a scan or a project first.")
        self.carry.setEnabled(not why)
        self.carry.setToolTip(
            why or self.tr("Begin with the head of this model that is most like the one shown")
        )

    def _model_of_head(self) -> Imported | None:
        """Return the imported model that the head begins with, or None."""
        from facewright.engine.models.external.regressor import imported

        index, edit = self.document.edit_for(FromModel)
        if index is None or not edit.model:
            return None
        return imported(edit.model, self.document.models, edit.version or None)


def _icon(card: ModelCard) -> str:
    return "file" if IMPORTED in card.files else "facewright"
