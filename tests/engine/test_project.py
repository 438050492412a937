"""The evaluator's cache, and blending."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
import pytest
from toy import ToyStore

from facewright.engine.edits.age import Age
from facewright.engine.edits.base import Edit
from facewright.engine.edits.expression import Expression
from facewright.engine.edits.identity import Asymmetry, Identity
from facewright.engine.edits.neutralise import Neutralise
from facewright.engine.edits.register import Register
from facewright.engine.edits.start import Start
from facewright.engine.edits.subject import About
from facewright.engine.errors import Cancelled, FacewrightError
from facewright.engine.evaluator import EditFailed, Evaluator
from facewright.engine.face import Face, Texture, Weights
from facewright.engine.landmarks import Landmarks
from facewright.engine.mesh import Mesh, Topology
from facewright.engine.project import Project, Source


@pytest.fixture(scope="module")
def models() -> ToyStore:
    return ToyStore()


applied: list[str] = []


@dataclass(frozen=True, eq=False, kw_only=True)
class Lift(Edit):
    kind: ClassVar[str] = "lift"
    label: ClassVar[str] = "Lift"

    name: str = ""
    height: float = 1.0

    def apply(self, face: Face, models: ToyStore) -> Face:
        applied.append(self.name)
        if self.height < 0:
            raise ZeroDivisionError("a defect of this edit")
        return face.with_vertices(face.mesh.vertices + np.float32([0, self.height, 0]))


@dataclass(frozen=True, eq=False, kw_only=True)
class Stop(Edit):
    kind: ClassVar[str] = "stop"
    label: ClassVar[str] = "Stop"

    def apply(self, face: Face, models: ToyStore) -> Face:
        raise Cancelled


def chain(*names: str) -> Project:
    return Project(edits=tuple(Lift(name=name) for name in names))


@pytest.fixture(autouse=True)
def _forget() -> None:
    applied.clear()


def test_only_what_follows_a_change_is_applied_again(models: ToyStore) -> None:
    evaluator = Evaluator(models)
    project = chain("a", "b", "c", "d")
    first = evaluator.face(project)
    assert applied == ["a", "b", "c", "d"]
    assert evaluator.face(project) is first
    assert len(applied) == 4
    changed = project.with_replaced(2, Lift(name="C", height=5.0))
    second = evaluator.face(changed)
    assert applied[4:] == ["C", "d"]
    np.testing.assert_allclose(
        second.mesh.vertices - first.mesh.vertices, [[0, 4, 0]] * 162, atol=1e-4
    )
    assert evaluator.face(project) is first, "undo costs nothing"
    assert evaluator.face(project, upto=2) is not None
    assert len(applied) == 6


def test_moving_adding_and_removing_steps(models: ToyStore) -> None:
    evaluator = Evaluator(models)
    project = chain("a", "b", "c")
    evaluator.face(project)
    evaluator.face(project.with_moved(2, 1))
    assert applied[3:] == ["c", "b"]
    evaluator.face(project.without_edit(1))
    assert applied[5:] == [], "a then c was seen before"
    evaluator.face(project.with_edit(Lift(name="d")))
    assert applied[5:] == ["d"]


def test_the_cache_is_bounded(models: ToyStore) -> None:
    evaluator = Evaluator(models, keep=8)
    project = chain("a", "b", "c")
    for height in range(100):
        evaluator.face(project.with_replaced(2, Lift(name="drag", height=height)))
    assert len(evaluator._steps) == 8 + 2 * 3
    assert applied.count("a") == 1, "what a drag shares stays"


def test_a_project_longer_than_the_cache_is_not_made_anew(models: ToyStore) -> None:
    evaluator = Evaluator(models, keep=2)
    project = chain(*"abcdefgh")
    evaluator.face(project)
    for height in range(2):
        evaluator.face(project.with_replaced(7, Lift(name="drag", height=height)))
    evaluator.face(project.with_replaced(0, Lift(name="first")))
    assert applied[8:10] == ["drag"] * 2
    done = len(applied)
    evaluator.face(project)
    assert len(applied) == done, "a drag of the first step leaves the committed head"


def test_no_edits_give_the_mean(models: ToyStore) -> None:
    face = Evaluator(models).face(Project())
    np.testing.assert_array_equal(face.mesh.vertices, models.lifespan().mean().vertices)


def test_a_failing_step_says_which_and_loses_nothing(models: ToyStore) -> None:
    evaluator = Evaluator(models)
    project = chain("a", "b")
    good = evaluator.face(project)
    broken = project.with_edit(Lift(name="bad", height=-1.0))
    with pytest.raises(EditFailed, match=r"Step 3, Lift, cannot be applied") as caught:
        evaluator.face(broken)
    assert caught.value.index == 2
    assert isinstance(caught.value.__cause__, ZeroDivisionError)
    assert evaluator.face(project) is good
    disabled = broken.with_replaced(2, Lift(name="bad", height=-1.0, enabled=False))
    assert evaluator.face(disabled) is good


def test_a_step_that_gives_no_finite_shape_fails(models: ToyStore) -> None:
    with pytest.raises(EditFailed, match="finite"):
        Evaluator(models).face(Project(edits=(Lift(height=float("nan")),)))


def test_the_step_that_breaks_the_shape_is_named(models: ToyStore) -> None:
    edits = (Lift(), Lift(height=float("inf")), Lift(), Age(years=50.0))
    for project in (Project(edits=edits[:3]), Project(edits=edits)):
        with np.errstate(invalid="ignore"), pytest.raises(EditFailed, match="finite") as caught:
            Evaluator(models).face(project)
        assert caught.value.index == 1


@pytest.mark.parametrize(
    "edit",
    [
        Expression(weights=Weights(jawOpen=float("nan"))),
        Expression(weights=Weights(jawOpen=1.0), strength=float("inf")),
        Identity(weights=Weights(identity_000=float("inf"))),
        Age(years=float("nan")),
        About(age=float("nan")),
    ],
    ids=lambda edit: edit.kind,
)
def test_numbers_that_are_none_are_refused(edit: Edit, models: ToyStore) -> None:
    with np.errstate(invalid="ignore", over="ignore"), pytest.raises(EditFailed, match="finite"):
        Evaluator(models).face(Project(edits=(edit,)))


def test_cancelling_passes_through(models: ToyStore) -> None:
    with pytest.raises(Cancelled):
        Evaluator(models).face(Project(edits=(Stop(),)))


def test_strength_and_mask(models: ToyStore) -> None:
    evaluator = Evaluator(models)
    mean = models.lifespan().mean().vertices
    mask = np.asarray(models.lifespan().topology.regions["left"])
    half = evaluator.face(Project(edits=(Lift(height=2.0, strength=0.5, mask=mask),)))
    np.testing.assert_allclose(half.mesh.vertices[:, 1] - mean[:, 1], mask, atol=1e-5)
    np.testing.assert_array_equal(half.mesh.vertices[mask == 0], mean[mask == 0])
    off = evaluator.face(Project(edits=(Lift(strength=0.0),)))
    np.testing.assert_array_equal(off.mesh.vertices, mean)


def test_a_mask_of_another_head_is_refused(models: ToyStore) -> None:
    edit = Lift(mask=np.ones(7, np.float32))
    with pytest.raises(EditFailed, match="7 values"):
        Evaluator(models).face(Project(edits=(edit,)))


def test_strength_blends_expression_and_subject(models: ToyStore) -> None:
    evaluator = Evaluator(models)
    smile = Weights(mouthSmileLeft=0.8, mouthSmileRight=0.8)
    half = evaluator.face(Project(edits=(Expression(weights=smile, strength=0.5),)))
    assert half.expression == Weights(mouthSmileLeft=0.4, mouthSmileRight=0.4)
    relaxed = Project(edits=(Expression(weights=smile), Neutralise(strength=0.25)))
    assert evaluator.face(relaxed).expression["mouthSmileLeft"] == pytest.approx(0.6)
    older = evaluator.face(Project(edits=(Age(years=50.0, strength=0.5),)))
    assert older.subject.age.value == pytest.approx(40.0)


def test_a_mask_keeps_an_expression_on_its_side(models: ToyStore) -> None:
    left = np.asarray(models.lifespan().topology.regions["left"])
    smile = Weights(mouthSmileLeft=1.0, mouthSmileRight=1.0)
    face = Evaluator(models).face(Project(edits=(Expression(weights=smile, mask=left),)))
    assert face.expression["mouthSmileLeft"] == pytest.approx(1.0)
    assert face.expression["mouthSmileRight"] == pytest.approx(0.0)


def textured(models: ToyStore, shade: int, size: tuple[int, int] = (40, 80)) -> Face:
    image = np.full((*size, 3), shade, np.uint8)
    return Face(models.lifespan().mean(), texture=Texture(image, np.ones(size)))


def test_a_mask_confines_a_texture_texel_by_texel(models: ToyStore) -> None:
    """The middle of the image is the front; the subject's left lies to its right."""
    left = np.asarray(models.lifespan().topology.regions["left"])
    first = Register(face=textured(models, 200))
    second = Register(face=textured(models, 100), mask=left, strength=0.5)
    texture = Evaluator(models).face(Project(edits=(first, second))).texture
    assert (texture.image[10:30, 48:72] == 150).all()
    assert (texture.image[10:30, 8:32] == 200).all()
    assert (texture.known == 1).all()


def test_a_masked_texture_meets_the_models_own_skin(models: ToyStore) -> None:
    left = np.asarray(models.lifespan().topology.regions["left"])
    own = models.rig().skin_image(Evaluator(models).face(Project()))[0, 0]
    scan = Register(face=textured(models, 100), mask=left)
    texture = Evaluator(models).face(Project(edits=(scan,))).texture
    assert (texture.image[20, 60] == 100).all()
    assert texture.known[20, 60] == 1
    assert (texture.image[20, 20] == own).all()
    assert texture.known[20, 20] == 0
    back = Evaluator(models).face(Project(edits=(replace(scan, mask=None), Start(mask=left))))
    assert (back.texture.image[20, 60] == own).all()
    assert (back.texture.image[20, 20] == 100).all()


def test_textures_of_other_sizes_fade(models: ToyStore) -> None:
    first = Register(face=textured(models, 200, (16, 16)))
    second = Register(face=textured(models, 100), strength=0.25)
    texture = Evaluator(models).face(Project(edits=(first, second))).texture
    assert texture.image.shape == (40, 80, 3)
    assert (texture.image == 175).all()


def test_a_mask_keeps_the_subject(models: ToyStore) -> None:
    nose = np.asarray(models.lifespan().topology.regions["nose"])
    face = Evaluator(models).face(Project(edits=(Age(years=5.0, mask=nose),)))
    assert face.subject.age.value == 30.0
    mean = models.lifespan().mean().vertices
    np.testing.assert_array_equal(face.mesh.vertices[nose == 0], mean[nose == 0])
    assert not np.allclose(face.mesh.vertices[nose > 0], mean[nose > 0])


def test_half_a_pose_is_half_the_turn(models: ToyStore) -> None:
    quarter = np.eye(4, dtype=np.float32)
    quarter[:3, :3] = [[0, 0, 1], [0, 1, 0], [-1, 0, 0]]
    quarter[0, 3] = 10.0
    mean = Evaluator(models).face(Project())
    turned = Register(face=replace(mean, pose=quarter), strength=0.5)
    pose = Evaluator(models).face(Project(edits=(turned,))).pose
    s = np.sqrt(0.5)
    np.testing.assert_allclose(pose[:3, :3], [[s, 0, s], [0, 1, 0], [-s, 0, s]], atol=1e-6)
    assert pose[0, 3] == pytest.approx(5.0)


def test_a_pinned_face_stands_for_its_edits(models: ToyStore) -> None:
    evaluator = Evaluator(models)
    project = chain("a", "b")
    baked = replace(evaluator.face(Project()), expression=Weights(jawOpen=1.0))
    applied.clear()
    evaluator.pin(project, baked)
    assert evaluator.face(project) is baked
    assert applied == []
    more = evaluator.face(project.with_edit(Lift(name="c")))
    assert applied == ["c"]
    assert more.expression["jawOpen"] == 1.0
    evaluator.face(project, upto=1)
    assert applied == ["c", "a"], "earlier steps are their own"


def test_a_drag_through_later_steps_fits_the_model_once() -> None:
    models = ToyStore()
    evaluator = Evaluator(models)
    head = evaluator.face(Project(edits=(Start(seed=3),)))
    bumpy = head.with_vertices(
        head.mesh.vertices + np.random.default_rng(1).normal(0, 0.3, (162, 3)).astype(np.float32)
    )
    project = Project(edits=(Register(face=bumpy), Identity(), Age(years=60.0), Asymmetry()))
    for step in range(1, 20):
        weights = Weights(identity_000=0.1 * step)
        evaluator.face(project.with_replaced(1, Identity(weights=weights)))
    assert models.lifespan().encoded == 1


def test_steps_that_change_coefficients_decode_once() -> None:
    models = ToyStore()
    model = models.lifespan()
    decoded = []
    plain = model.vertices
    model.vertices = lambda c: decoded.append(c) or plain(c)
    edits = [Start(seed=3), *(Age(years=float(years)) for years in range(31, 40)), Asymmetry()]
    evaluator = Evaluator(models)
    end = evaluator.face(Project(edits=tuple(edits)))
    before = len(decoded)
    for step in range(5):
        weights = Weights(identity_000=0.1 * step)
        evaluator.face(Project(edits=(edits[0], Identity(weights=weights), *edits[1:])))
    assert len(decoded) - before <= 5
    assert np.isfinite(end.mesh.vertices).all()
    assert not end.mesh.vertices.flags.writeable


def test_landmarks_that_the_user_placed_stand_on_the_head(models: ToyStore) -> None:
    placed = Landmarks.build(("mine",), [[0, 1, 2]], [[0.2, 0.3, 0.5]])
    project = replace(chain("a"), landmarks=placed)
    evaluator = Evaluator(models)
    face = evaluator.face(project)
    assert face.landmarks is placed
    assert evaluator.face(project) is face
    assert evaluator.face(replace(project, landmarks=None)).landmarks is None
    assert evaluator.face(project.with_edit(Start(seed=2))).landmarks is placed
    foreign = replace(project, landmarks=Landmarks.build(("far",), [[0, 1, 999]], [[1, 0, 0]]))
    with pytest.raises(FacewrightError, match="place them again"):
        evaluator.face(foreign)


def test_a_head_of_another_template_is_refused(models: ToyStore) -> None:
    topology = Topology.build([[0, 1, 2]], 200)
    other = Register(face=Face(Mesh(topology, np.zeros((200, 3), np.float32))))
    with pytest.raises(EditFailed, match="another template") as caught:
        Evaluator(models).face(Project(edits=(other, Age(years=50.0))))
    assert caught.value.index == 1
    with pytest.raises(EditFailed, match="use it whole"):
        Evaluator(models).face(Project(edits=(replace(other, strength=0.5),)))


def test_threads_may_share_an_evaluator(models: ToyStore) -> None:
    from concurrent.futures import ThreadPoolExecutor

    evaluator = Evaluator(models, keep=6)
    projects = [chain("a", "b").with_edit(Lift(height=float(h))) for h in range(20)]
    with ThreadPoolExecutor(4) as pool:
        faces = list(pool.map(evaluator.face, projects * 5))
    mean = models.lifespan().mean().vertices
    for height, face in zip(list(range(20)) * 5, faces, strict=True):
        lifted = face.mesh.vertices[:, 1] - mean[:, 1]
        np.testing.assert_allclose(lifted, 2.0 + height, atol=1e-4)


def test_a_source_and_a_model_replace_their_like() -> None:
    from facewright.engine.project import ModelRef

    project = Project().with_source(Source("a.obj", "1")).with_source(Source("b.obj", "1"))
    assert [s.name for s in project.sources] == ["b.obj"]
    project = project.with_model(ModelRef("m", "1", "a")).with_model(ModelRef("m", "2", "b"))
    assert [m.version for m in project.models] == ["2"]
