"""The running job in the status bar: what it does, how far it is, how long it takes, Cancel."""

from __future__ import annotations

from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QWidget,
)

from facewright.app import theme
from facewright.app.jobs import JobLane, Report
from facewright.app.widgets.elided import ElidedLabel

_STEPS = 1000
_ALERT_MS = 4000


class JobBar(QWidget):
    """Follows a lane; hidden while the lane is free.

    A job that ends while the window is not in front makes the window's entry in the task bar
    ask for attention.
    """

    def __init__(self, lane: JobLane) -> None:
        super().__init__()
        self._lane = lane
        self.text = ElidedLabel()
        self.text.setAccessibleName(self.tr("What is running"))
        self.bar = QProgressBar()
        self.bar.setRange(0, _STEPS)
        self.bar.setTextVisible(False)
        self.bar.setMinimumWidth(60)
        self.bar.setMaximumWidth(180)
        self.bar.setAccessibleName(self.tr("Progress"))
        self.left = ElidedLabel()
        self.cancel = QPushButton(self.tr("Cancel"))
        self.cancel.setProperty("role", "small")
        self.cancel.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.cancel.clicked.connect(lambda: lane.cancel())
        line = QHBoxLayout(self)
        line.setContentsMargins(theme.SPACE, 0, theme.SPACE, 0)
        line.setSpacing(2 * theme.SPACE)
        for widget in (self.text, self.bar, self.left, self.cancel):
            line.addWidget(widget)
        line.addStretch(1)
        lane.changed.connect(self.show_report)
        self.hide()

    def show_report(self, report: Report | None) -> None:
        """Show where the job stands, or nothing."""
        ended = report is None and not self.isHidden()
        self.setVisible(report is not None)
        if report is None:
            if ended and not self.window().isActiveWindow():
                QApplication.alert(self.window(), _ALERT_MS)
            return
        self.text.setText(f"{report.title}: {report.text}" if report.text else report.title)
        self.bar.setRange(0, _STEPS if report.fraction > 0 else 0)
        self.bar.setValue(round(report.fraction * _STEPS))
        self.left.setText("" if report.seconds_left is None else self._left(report.seconds_left))

    def _left(self, seconds: float) -> str:
        if seconds < 1.5:
            return self.tr("almost done")
        if seconds < 90:
            return self.tr("{} s left").format(f"{seconds:.0f}")
        return self.tr("{} min left").format(f"{seconds / 60:.0f}")
