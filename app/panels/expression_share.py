"""How much of an expression there is: what is left of the scan's own, and what is given."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from facewright.app import theme
from facewright.app.expressing import ask_donor, step_at_rest
from facewright.app.widgets.limits import Range
from facewright.app.widgets.rows import row
from facewright.app.widgets.slider import NamedSlider
from facewright.app.workbench import Workbench
from facewright.engine.edits.expression import Expression

_SHARE = Range(0.0, 1.0, 1.0, 0.05, "share")


class ExpressionShare(QWidget):
    """Two shares, each shown while there is such a step, and the way to another head's face.

    Attributes
    ----------
    rest, given : NamedSlider
        How much of the scan's own expression is taken out, and how much of the given one arrives.
    donor : QPushButton
    """

    def __init__(self, bench: Workbench) -> None:
        super().__init__()
        self._document = bench.document
        self.rest = NamedSlider(
            self.tr("Own expression taken out"),
            _SHARE,
            self.tr("How much of the scan's expression goes, with its folds"),
        )
        self.rest.moved.connect(self._try_rest)
        self.rest.committed.connect(
            lambda share: self._keep(self.tr("Own expression taken out"), share)
        )
        self.given = NamedSlider(
            self.tr("Strength"), _SHARE, self.tr("How much of the expression below arrives")
        )
        self.given.moved.connect(self._try_given)
        self.given.committed.connect(
            lambda share: self._keep(self.tr("Strength of the expression"), share)
        )
        self.donor = QPushButton(self.tr("From another head…"))
        self.donor.setIcon(theme.icon("open"))
        self.donor.setToolTip(
            self.tr("Take the expression of a project or a scan; its values are kept here")
        )
        self.donor.clicked.connect(lambda: ask_donor(bench.files))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.SPACE)
        column.addWidget(row(self.donor, QWidget(), stretch=1))
        column.addWidget(self.rest)
        column.addWidget(self.given)

    def sync(self) -> None:
        """Show the shares of the document's steps."""
        edits, at_rest = self._document.project.edits, step_at_rest(self._document)
        self.rest.setVisible(at_rest is not None)
        if at_rest is not None:
            self.rest.show_number(edits[at_rest].strength)
        index, edit = self._document.edit_for(Expression)
        self.given.setVisible(index is not None and (bool(edit.weights) or edit.strength < 1.0))
        self.given.show_number(edit.strength)

    def _try_rest(self, share: float) -> None:
        index = step_at_rest(self._document)
        if index is not None:
            edit = self._document.project.edits[index]
            self._document.preview(index, replace(edit, strength=share))

    def _try_given(self, share: float) -> None:
        index, edit = self._document.edit_for(Expression)
        self._document.preview(index, replace(edit, strength=share))

    def _keep(self, name: str, share: float) -> None:
        self._document.commit(f"{name}: {share * 100:.0f} %")
