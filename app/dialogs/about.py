"""What the program is, and what it is not."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QVBoxLayout, QWidget

from facewright.app import theme


def program_version() -> str:
    """Return the installed version."""
    try:
        return version("facewright")
    except PackageNotFoundError:
        return "unknown"


class AboutDialog(QDialog):
    """Name, version, and the limits of what results mean."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("About Facewright"))
        column = QVBoxLayout(self)
        edge = 6 * theme.SPACE
        column.setContentsMargins(edge, edge, edge, 4 * theme.SPACE)
        column.setSpacing(3 * theme.SPACE)
        head = QLabel(f"Facewright {program_version()}")
        head.setProperty("role", "title")
        column.addWidget(head)
        text = QLabel(
            "".join(
                f"<p>{paragraph}</p>"
                for paragraph in (
                    self.tr("An editor of 3D heads for clinicians, artists and examiners."),
                    self.tr(
                        "<b>It is no medical device.</b> It is not approved for diagnosis, "
                        "treatment planning or any other clinical decision."
                    ),
                    self.tr(
                        "<b>It gives no proof of identity.</b> A face made from a skull or a model "
                        "is one of many that would fit; inferred areas can be marked as such."
                    ),
                    self.tr(
                        "Everything stays on this computer: no file leaves it and nothing is "
                        "reported."
                    ),
                    self.tr(
                        "MIT licence. The head model was made from MakeHuman's base mesh and "
                        "targets (CC0) and from USC ICT-FaceKit (MIT)."
                    ),
                )
            )
        )
        text.setWordWrap(True)
        text.setFixedWidth(460)
        text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        column.addWidget(text)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        column.addWidget(buttons)
