"""Identity: who the head is, along the model's axes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QTimer
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton

from facewright.app import theme
from facewright.app.document import Shown
from facewright.app.panels.weights import Weighted, WeightsPanel
from facewright.app.widgets.badge import Badge
from facewright.app.widgets.limits import Range
from facewright.app.widgets.slider import NamedSlider
from facewright.app.workbench import Workbench
from facewright.engine.edits.identity import Asymmetry, Identity
from facewright.engine.edits.reshape import encode
from facewright.engine.face import Weights
from facewright.engine.models.axis_words import Words, describe
from facewright.engine.models.base import plausibility

if TYPE_CHECKING:
    from facewright.engine.models.base import Axis

_GROUPS = (("Face", "identity", True), ("Detail", "detail", False))
IMPLAUSIBLE = 3.0
_JUDGE_AFTER_MS = 200  # judging takes longer than a picture: it waits until the head rests
_SHAPE = ("identity", "detail", "asymmetry")


class IdentityPanel(WeightsPanel):
    """Moves the person along identity, detail and asymmetry axes; says when that goes too far."""

    kinds = (Identity, Asymmetry)
    names = 0.58

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self._words: dict[str, Words] = {}
        self.badge = Badge()
        self.random = QPushButton(" " + self.tr("Randomise"))
        self.random.setIcon(theme.icon("dice"))
        self.random.setToolTip(self.tr("Move to a random person of the model, this far away"))
        self.random.clicked.connect(self._randomise)
        self.scale = NamedSlider(
            self.tr("How far"), Range(0.0, 1.5, 0.5, 0.05), self.tr("Spread of random people")
        )
        line = QHBoxLayout()
        line.setSpacing(2 * theme.SPACE)
        line.addWidget(self.badge)
        line.addStretch(1)
        line.addWidget(self.random)
        self.column.addLayout(line)
        self.column.addWidget(self.scale)
        self._rng = np.random.default_rng()
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_JUDGE_AFTER_MS)
        self._soon.timeout.connect(self._judge)
        self._unjudged = False
        self.hear(self.document.head_changed, self._changed)
        self._sync()

    def kind_of(self, axis: Axis) -> type[Weighted]:
        """Return the kind of step that holds the axis' group."""
        return Asymmetry if axis.group == "asymmetry" else Identity

    def groups(self, axes: tuple[Axis, ...]) -> Iterable[tuple[str, list[Axis], bool]]:
        """Yield identity, detail and asymmetry."""
        model = self.document.models.lifespan()
        for _, group, _ in _GROUPS:
            self._words.update(describe(model, group))
        for title, group, is_open in _GROUPS:
            yield title, [axis for axis in axes if axis.group == group], is_open
        yield self.tr("Asymmetry"), [a for a in axes if a.group == "asymmetry"], False

    def label_of(self, axis: Axis) -> str:
        """Return the number of the axis in its group and what it does."""
        words = self._words.get(axis.name)
        if words is None:
            return axis.label
        number = int(axis.name.rpartition("_")[2]) + 1
        return f"{number} {words.label[:1].upper()}{words.label[1:]}"

    def name_of(self, axis: Axis) -> str:
        """Return what the axis does after its name."""
        words = self._words.get(axis.name)
        return axis.label if words is None else f"{axis.label}, {words.label}"

    def help_of(self, axis: Axis) -> str:
        """Return what the axis changes, by how much."""
        words = self._words.get(axis.name)
        return axis.description if words is None else f"{words.text} {axis.description}"

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Judge the head soon: being painted, the panel is in front."""
        super().paintEvent(event)
        if self._unjudged and not self._soon.isActive():
            self._soon.start()

    def stop(self) -> None:
        """Stop listening and judging."""
        super().stop()
        self._soon.stop()

    def _changed(self, _shown: Shown | None) -> None:
        self._unjudged = True
        if self._soon.isActive():
            self._soon.start()  # again: a head that is being tuned is judged when it rests
        self.update()

    def _judge(self) -> None:
        """Show how plausible the head's shape is under the model."""
        shown = self.document.shown
        if shown is None or self.visibleRegion().isEmpty():
            return
        self._unjudged = False
        model = self.document.models.lifespan()
        row = encode(shown.face, model).coefficients / model.prior_sd
        score = plausibility(np.concatenate([row[model.groups[name]] for name in _SHAPE]))
        far = score > IMPLAUSIBLE
        self.badge.say(
            self.tr("Implausible") if far else self.tr("Plausible"),
            "poor" if far else "good",
            self.tr(
                "{:.1f} on the model's scale of plausibility; people stay below 3. "
                "Shape alone, expression and age aside."
            ).format(score),
        )

    def _randomise(self) -> None:
        """Set the identity's weights to those of a random person, as one step."""
        model = self.document.models.lifespan()
        age = self.document.face_at().subject.age.value
        person = model.sample(self._rng, 1, age=age)[0] * self.scale.number
        chosen = {
            axis.name: float(value)
            for axis, value in zip(model.axes, person, strict=True)
            if axis.group in ("identity", "detail")
        }
        self.set_weights(Identity, Weights(chosen), self.tr("Random person"))
