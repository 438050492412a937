"""Documents that tests of files and the window share, over the toy head."""

from __future__ import annotations

import numpy as np
from toy import ToyStore

from facewright.engine.edits.age import Age
from facewright.engine.edits.identity import Identity
from facewright.engine.edits.register import Register
from facewright.engine.edits.subject import About
from facewright.engine.face import Face, Subject, Texture, Trait, Weights
from facewright.engine.landmarks import Landmarks, Points
from facewright.engine.measure.calipers import Caliper
from facewright.engine.project import History, Project, Source
from facewright.engine.visits import Round, Visit


def scanned(models: ToyStore, rng: np.random.Generator) -> Register:
    """A registered head with everything that a face can hold."""
    mean = models.lifespan().mean()
    face = Face(
        mesh=mean.moved(mean.vertices + rng.normal(0, 0.5, mean.vertices.shape)),
        subject=Subject(age=Trait(41.5, "given"), sex=Trait(0.25, "estimated")),
        expression=Weights(jawOpen=0.3),
        pose=np.diag([1, 1, 1, 1]),
        texture=Texture(rng.integers(0, 255, (16, 24, 3)), rng.random((16, 24))),
        landmarks=models.lifespan().template.landmarks,
        inferred=rng.random(162).astype(np.float32),
    )
    error = rng.normal(0, 0.1, 162).astype(np.float32)
    error[3] = np.nan
    return Register(
        face=face, source="ab" * 32, age=41.5, error=error, level="good", verdict="Good."
    )


def rich(models: ToyStore, rng: np.random.Generator) -> History:
    register = scanned(models, rng)
    nose = np.asarray(models.lifespan().topology.regions["nose"])
    landmarks = Landmarks.build(("mine",), [[0, 1, 2]], [[0.2, 0.3, 0.5]])
    source = Source("scan.obj", "ab" * 32, "scan", "cm", np.diag([10, 10, 10, 1]), ("mended",))
    project = Project(
        sources=(source,),
        edits=(register,),
        landmarks=landmarks,
        models=(models.reference("lifespan"),),
        mask=nose,
        calipers=(Caliper.build("straight", [[0, 1, 2], [3, 4, 5]], np.eye(3)[:2], "gap"),),
        notes="Zeile 1\nline 2 “quoted” \u2603",
        day="2026-11-21",
        visits=(
            Visit(
                "before.ply",
                "cd" * 32,
                scanned(models, rng).face,
                "2026-03-01",
                "cm",
                marks=Points.build(("sn", "c"), rng.normal(size=(2, 3)), [1.0, 0.5]),
            ),
        ),
        rounds=(Round(landmarks, nose, 1.5e9), Round()),
    )
    history = History.of(project, "Open scan.obj")
    for edit in (
        Age(years=60.0, mask=nose),
        Identity(weights=Weights(identity_000=1 / 3)),
        About(sex=1.0),
    ):
        project = project.with_edit(edit)
        history = history.commit(edit.label, project)
    return history.undo()
