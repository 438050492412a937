"""Anonymous person: somebody else in the place of this head, and how far apart the two are."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtWidgets import QCheckBox, QPushButton

from facewright.app.panels.base import Panel
from facewright.app.widgets.limits import Range
from facewright.app.widgets.random_bar import RandomBar
from facewright.app.widgets.rows import small_label
from facewright.app.widgets.section import Section
from facewright.app.workbench import Workbench
from facewright.engine.edits.anonymise import Anonymise, apart, step_of, without_trace
from facewright.engine.errors import FacewrightError


class AnonymisePanel(Panel):
    """Draws another person, says how far from this one, and saves a file without a trace."""

    catches_up = True

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        about = Section(
            self.tr("Put another person in this one's place"),
            self.tr(
                "A random person of the same age takes over: shape, fine form and skin. The "
                "texture is the model's own, for a skin tells who somebody is better than a shape."
            ),
        )
        self.random_bar = RandomBar(
            self.tr("Draw another person"),
            Range(0.0, 1.5, 1.0, 0.05),
            self.tr("How far random people lie from the mean"),
        )
        self.random_bar.button.setText(self.tr("Another person"))
        self.random_bar.reset.setText(self.tr("Take back"))
        self.random_bar.reset.setToolTip(self.tr("Show the person's own head again"))
        self.random_bar.asked.connect(self._draw)
        self.random_bar.reset_asked.connect(self._take_back)
        about.add(self.random_bar)
        self.keeps = {
            "keep_expression": QCheckBox(self.tr("Keep the expression")),
            "keep_sex": QCheckBox(self.tr("Keep the sex")),
            "keep_ancestry": QCheckBox(self.tr("Keep the ancestry")),
        }
        for name, box in self.keeps.items():
            box.setChecked(True)
            box.clicked.connect(lambda on, name=name: self._keep(name, on))
            about.add(box)
        self.distance = small_label()
        about.add(self.distance)
        share = Section(
            self.tr("Give it away"),
            self.tr(
                "This project still holds the scan's head in its history. An anonymous copy begins "
                "anew: no history, no sources, no notes, no landmarks, no mask. Give it a name "
                "that tells nobody who it was."
            ),
        )
        self.save = QPushButton(self.tr("Save an anonymous copy…"))
        self.save.clicked.connect(self._save)
        share.add(self.save)
        self.column.addWidget(about)
        self.column.addWidget(share)
        self.column.addStretch(1)
        self._sync()

    def sync(self) -> None:
        """Show the step, and how far the two people are apart."""
        index, edit = self._step()
        drawn = index is not None and edit.seed > 0
        self.random_bar.reset.setEnabled(drawn)
        if drawn and not self.random_bar.seed.hasFocus():
            self.random_bar.seed.setText(str(edit.seed))
        if index is not None:
            for name, box in self.keeps.items():
                box.setChecked(getattr(edit, name))
        self.save.setEnabled(drawn)
        self.save.setToolTip("" if drawn else self.tr("Draw another person first."))
        if self.isVisible():
            self.distance.setText(self._told(index, edit))

    def _step(self) -> tuple[int | None, Anonymise]:
        index = step_of(self.document.project)
        if index is None:
            return None, Anonymise()
        edit = self.document.project.edits[index]
        assert isinstance(edit, Anonymise)
        return index, edit

    def _told(self, index: int | None, edit: Anonymise) -> str:
        """Return how far the shown person is from the one before."""
        if index is None or not edit.seed:
            return self.tr("This is the person's own head.")
        if not edit.enabled:
            return self.tr("The step is switched off: this is the person's own head.")
        before, after = (self.document.face_at(upto) for upto in (index, index + 1))
        far = apart(before, after, self.document.models)
        told = self.tr(
            "The faces lie {:.1f} mm apart on average. In the model they are {:.1f} σ apart; two "
            "strangers of this age are {:.1f} σ apart."
        ).format(far.millimetres, far.sigma, far.strangers)
        if edit.strength < 1.0 or edit.mask is not None:
            told += " " + self.tr("Part of the person stays: see the strength and mask in Steps.")
        return told

    def _draw(self, seed: int, variety: float) -> None:
        """Put the person of a seed in the place of this one, as one step; 0 is nobody."""
        seed = max(seed, 1)
        self._change(self.tr("Anonymous person {}").format(seed), seed=seed, variety=variety)

    def _keep(self, name: str, on: bool) -> None:
        """Keep a trait or draw it anew; before a person is drawn the box alone remembers."""
        if self._step()[0] is not None:
            self._change(self.keeps[name].text(), **{name: on})

    def _change(self, name: str, **values: object) -> None:
        index, edit = self._step()
        if index is None:
            kept = {key: box.isChecked() for key, box in self.keeps.items()}
            step = replace(edit, **kept, **values)  # type: ignore[arg-type]
            self.document.apply(name, self.document.project.with_edit(step))
        else:
            step = replace(edit, enabled=True, **values)  # type: ignore[arg-type]
            self.document.replace_step(name, index, step)

    def _take_back(self) -> None:
        index, _ = self._step()
        if index is not None:
            project = self.document.project.without_edit(index)
            self.document.apply(self.tr("The person's own head"), project)

    def _save(self) -> None:
        index, _ = self._step()
        try:
            before = self.document.face_at(index)
            bare = without_trace(self.document.project, before, self.document.models)
        except FacewrightError as error:
            self.bench.files.fail(error)
            return
        self.bench.files.save_apart(bare, self.tr("anonymous"))
