"""When a scan of another visit was taken: its day, and how old the patient was."""

from __future__ import annotations

from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from facewright.app import theme
from facewright.app.widgets.numbers import parse
from facewright.app.widgets.rows import small_label
from facewright.engine.errors import InputError
from facewright.engine.visits import as_day

OLDEST = 120.0


class VisitDialog(QDialog):
    """Asks for day and age; both may stay empty.

    Attributes
    ----------
    day, age : QLineEdit
    """

    def __init__(self, parent: QWidget, name: str) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Add a visit"))
        about = small_label()
        about.setText(
            self.tr(
                "When was {} taken? Leave empty what is not known; a project says itself what it "
                "knows. The age helps to register a scan."
            ).format(name)
        )
        self.day = QLineEdit()
        self.day.setPlaceholderText(self.tr("YYYY-MM-DD"))
        self.age = QLineEdit()
        self.age.setPlaceholderText(self.tr("5 months, 2y 3mo"))
        self.problem = small_label()
        self.problem.hide()
        form = QFormLayout()
        form.addRow(self.tr("Scanned on"), self.day)
        form.addRow(self.tr("Age then"), self.age)
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        buttons.accepted.connect(self._check)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setSpacing(3 * theme.SPACE)
        column.addWidget(about)
        column.addLayout(form)
        column.addWidget(self.problem)
        column.addWidget(buttons)
        self.setMinimumWidth(theme.stretched(380))

    def answer(self) -> tuple[str, float | None]:
        """Return day and age in years as they stand there.

        Raises
        ------
        InputError
            If one of them cannot be read.
        """
        return as_day(self.day.text()), as_years(self.age.text())

    def _check(self) -> None:
        try:
            self.answer()
        except InputError as error:
            self.problem.setText(str(error))
            self.problem.show()
            return
        self.accept()


def as_years(words: str) -> float | None:
    """Return an age in years as people write it; None from nothing.

    Raises
    ------
    InputError
        If it is none.
    """
    if not words.strip():
        return None
    try:
        years = parse(words, "years")
    except ValueError as error:
        raise InputError(f"{words[:20]} is no age: write it as 5 months or 2y 3mo.") from error
    if not 0 <= years <= OLDEST:
        raise InputError(f"{words[:20]} is no age of a patient.")
    return years
