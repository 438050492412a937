"""What the system would ask, answered for the monkey."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest import mock

if TYPE_CHECKING:
    from monkey import Monkey


@contextmanager
def answering(monkey: Monkey) -> Iterator[None]:
    """Answer the dialogs that belong to the system."""
    rng = monkey.answers
    places = "facewright.app.dialogs.places"

    def to_open(*_given: Any) -> Path | None:
        found = [*monkey.folder.glob("*.face"), *monkey.scans, monkey.damaged()]
        return rng.choice([None, *found])

    def to_save(_parent: Any, _folder: str, _name: str, suffixes: Sequence[str]) -> Path | None:
        name = f"saved{rng.randrange(3)}{next(iter(suffixes))}"
        return rng.choice(
            [None, monkey.folder / name, monkey.folder / name, monkey.folder / "no" / "such" / name]
        )

    def landmarks(*_given: Any) -> Path:
        return monkey.damaged(("points json",))

    def model(*_given: Any) -> Path | None:
        return rng.choice([None, monkey.damaged()])

    def native(*_given: Any) -> tuple[str, str]:
        return str(monkey.folder / f"file{rng.randrange(9)}"), ""

    def choose(_parent: Any, _title: str, _text: str, options: Any, _default: str) -> str:
        answer = str(rng.choice([name for name, _label in options]))
        monkey.note(f"answer {answer!r}")
        return answer

    with (
        mock.patch(f"{places}.ask_open", to_open),
        mock.patch(f"{places}.ask_landmarks", landmarks),
        mock.patch(f"{places}.ask_model", model),
        mock.patch(f"{places}.ask_save", to_save),
        mock.patch("facewright.app.dialogs.ask.choose", choose),
        mock.patch("PySide6.QtWidgets.QFileDialog.getSaveFileName", native),
        mock.patch("PySide6.QtGui.QDesktopServices.openUrl", return_value=True),
    ):
        yield
