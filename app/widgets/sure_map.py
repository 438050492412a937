"""How sure a completion is: a sentence, and the spread of its points as colours on the head."""

from __future__ import annotations

from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QVBoxLayout, QWidget

from facewright.app import theme
from facewright.app.completing import Completing, Question, Sureness
from facewright.app.stage import Stage
from facewright.app.staging import Values
from facewright.app.widgets.rows import small_label


class SureMap(QWidget):
    """Asks how sure the region of a question is, and shows the answer while it is switched on.

    Parameters
    ----------
    stage : Stage
    completing : Completing
        Works the answer out.

    Attributes
    ----------
    switch : QCheckBox
    said : QLabel
    line : QHBoxLayout
        Of the switch; there is room beside it.
    """

    def __init__(self, stage: Stage, completing: Completing) -> None:
        super().__init__()
        self._stage, self._completing = stage, completing
        self._question: Question | None = None
        self._asked: Question | None = None
        self._found: Sureness | None = None
        self.switch = QCheckBox(self.tr("Show how sure this is"))
        self.switch.setToolTip(
            self.tr("Colours how far the true skin may lie from the likeliest shape, in mm")
        )
        self.switch.toggled.connect(self._switch)
        self.said = small_label()
        self.said.hide()
        self.line = QHBoxLayout()
        self.line.setSpacing(2 * theme.SPACE)
        self.line.addWidget(self.switch)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.SPACE)
        column.addLayout(self.line)
        column.addWidget(self.said)
        stage.coloured.connect(self._leave)

    def stop(self) -> None:
        """Let go of the stage."""
        self._stage.coloured.disconnect(self._leave)

    def ask(self, question: Question) -> None:
        """Keep to the region of `question` from now on."""
        self._question = question
        if self.switch.isChecked():
            self._answer()

    def release(self) -> None:
        """Give the head its own colours back."""
        self.switch.setChecked(False)

    def forget(self) -> None:
        """Let go of the head that was open."""
        self.release()
        self._question = self._asked = self._found = None

    def give_way(self, on: bool) -> None:
        """Take the colours away for as long as something else is shown on the head."""
        if self.switch.isChecked():
            self._stage.show_values(None if on else self._values(), self)

    # -- inside ------------------------------------------------------------------------------

    def _switch(self, on: bool) -> None:
        self.said.setVisible(on)
        if not on:
            self._stage.show_values(None, self)
        elif self._question is not None:
            self._answer()

    def _answer(self) -> None:
        """Show what is known of the region, or ask for it."""
        question = self._question
        assert question is not None
        if not question.same_region(self._asked):
            self._asked, self._found = question, None
            self.said.setText(self.tr("Working out how sure this is…"))
            self._stage.show_values(None, self)
            self._completing.measure(question, self._take, self.said.setText)
        elif self._found is not None:
            self._take(self._found)

    def _take(self, found: Sureness | None) -> None:
        self._found = found
        if found is None or not self.switch.isChecked():
            return
        self.said.setText(
            self.tr(
                "Nine in ten points of the true skin are expected within {:.1f} mm of the "
                "likeliest shape."
            ).format(found.within)
        )
        self._stage.show_values(self._values(), self)

    def _values(self) -> Values | None:
        found = self._found
        if found is None:
            return None
        return Values(found.spread, found.limit, self.tr("Expected error (mm)"), amounts=True)

    def _leave(self, owner: object) -> None:
        """Leave the colours to who asks for them now."""
        if owner is not self:
            self.release()
