"""Heads move between our template and other people's models: `pytest -s` prints the table.

ICT-FaceKit's own head and axes, written into its folder layout, and a cropped, lying face of our
own model in the layout of the Basel Face Model 2009.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import foreign_files
import numpy as np
import pytest

from facewright.engine.cli import main
from facewright.engine.edits.age import Age
from facewright.engine.edits.from_model import FromModel
from facewright.engine.edits.neutralise import Neutralise
from facewright.engine.errors import InputError, ModelUnavailable
from facewright.engine.evaluator import Evaluator
from facewright.engine.face import Weights
from facewright.engine.files.meshes import read_scan
from facewright.engine.geometry.nearest import SurfaceTree
from facewright.engine.geometry.normals import flipped
from facewright.engine.geometry.rigid import align, moved, rotation
from facewright.engine.models.external.linear import ImportedLinear
from facewright.engine.models.store import ModelStore
from facewright.engine.project import Project
from facewright.engine.scans import registration, template_map
from facewright.engine.scans.template_map import TemplateMap
from facewright.engine.training.sources import data_folder

pytestmark = pytest.mark.acceptance

IDENTITIES, EXPRESSIONS = 30, ("jawOpen", "mouthSmile_L", "eyeBlink_L")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> ModelStore:
    """A store that writes to a folder of its own and finds networks fetched before."""
    usual, cache = ModelStore(), tmp_path_factory.mktemp("cache")
    try:
        usual.lifespan()
    except ModelUnavailable as missing:
        pytest.skip(str(missing))
    if (usual.cache / "networks").is_dir():
        (cache / "networks").symlink_to(usual.cache / "networks")
    return ModelStore(cache=cache)


@pytest.fixture(scope="module")
def kit(store: ModelStore, tmp_path_factory: pytest.TempPathFactory) -> TemplateMap:
    try:
        source = data_folder() / "ict-facekit"
    except InputError as missing:
        pytest.skip(str(missing))
    indices = json.loads((source / "vertex_indices.json").read_text())
    with np.load(source / "ict_facekit.npz") as data:
        names = list(data["expression_names"])
        written = foreign_files.ict_folder(
            tmp_path_factory.mktemp("kit") / "FaceXModel",
            data["neutral"].astype(np.float64),
            [*data["quads"], *data["triangles"]],
            data["identity"][:IDENTITIES].astype(np.float64),
            {n: data["expression"][names.index(n)].astype(np.float64) for n in EXPRESSIONS},
            indices["idx_to_landmark_verts"],
        )
    return template_map.template_map(store.import_model(written.path).id, store)


def test_the_kit_covers_our_skin(kit: TemplateMap, store: ModelStore) -> None:
    visible = store.lifespan().template.visible
    assert kit.here.held[visible].mean() > 0.98
    assert not kit.here.held[~visible].any()


def test_sockets_behind_eyeballs_do_not_shut_the_eyes(
    kit: TemplateMap, store: ModelStore, tmp_path: Path
) -> None:
    """The same head with all that is in it, in FLAME's layout, which names no outer skin."""
    with np.load(data_folder() / "ict-facekit" / "ict_facekit.npz") as data:
        corners = [data["quads"][:, [0, 1, 2]], data["quads"][:, [0, 2, 3]], data["triangles"]]
        neutral, identity = data["neutral"].astype(np.float64), data["identity"][:8]
    arrays = foreign_files.flame_arrays(len(identity))[0]
    count = len(neutral)
    arrays |= {
        "v_template": neutral / 100,
        "f": np.concatenate(corners).astype(np.uint32),
        "shapedirs": np.moveaxis(identity, 0, -1).astype(np.float64) / 100,
        "J_regressor": np.eye(5, count),
        "weights": np.tile(np.eye(5)[1], (count, 1)),
        "posedirs": np.zeros((count, 3, 36)),
    }
    np.savez(tmp_path / "all.npz", **arrays)
    found = template_map.template_map(store.import_model(tmp_path / "all.npz").id, store)
    marks = store.lifespan().template.landmarks
    for side in "lr":
        gaps = []
        for head in (found, kit):
            at = marks.on(head.here.vertices)
            gaps.append((at[f"ps_{side}"] - at[f"pi_{side}"])[1])
        print(f"\n{side}: eye {gaps[0]:.1f} mm open, {gaps[1]:.1f} without sockets")
        assert gaps[0] == pytest.approx(gaps[1], abs=1.5)


def test_heads_cross_both_ways(kit: TemplateMap, store: ModelStore) -> None:
    template, model = store.lifespan().template, kit.model
    face = template.face
    skin = template_map.skin_faces(model)
    own_face = slice(0, 9409)
    still = {axis.name: 0.0 for axis in model.axes if axis.group == "expression"}
    print(f"\n{'moved':>8}{'head to model':>16}{'p95':>8}{'back':>8}{'p95':>8}  mm")
    for c in model.sample(np.random.default_rng(0), 4):
        mesh = model.instance(c)
        head = kit.head(mesh)
        tree = SurfaceTree(moved(mesh.vertices, kit.motion), skin)
        apart = tree.nearest(head.vertices[face]).distances
        found = kit.coefficients(head, given=still)
        back = np.linalg.norm(model.instance(found).vertices - mesh.vertices, axis=1)[own_face]
        away = np.linalg.norm(mesh.vertices - model.mean().vertices, axis=1)[own_face]
        print(
            f"{away.mean():8.2f}{apart.mean():16.3f}{np.quantile(apart, 0.95):8.3f}"
            f"{back.mean():8.3f}{np.quantile(back, 0.95):8.3f}"
        )
        assert apart.mean() < 0.08
        assert np.quantile(apart, 0.95) < 0.25
        assert back.mean() < 0.12
        assert np.quantile(back, 0.95) < 0.3
        assert len(flipped(kit.here.vertices, head.vertices, template.fine.faces)) < 40


def test_expressions_cross_too(kit: TemplateMap, store: ModelStore) -> None:
    """Lips and lids that touch must not be taken for each other."""
    template = store.lifespan().template
    face = template.face
    rest = template.landmarks.on(kit.head(kit.model.mean()).vertices)
    labels = [axis.label for axis in kit.model.axes]
    opening = {"jawOpen": ("ls", "li", 10, 40), "eyeBlink_L": ("ps_l", "pi_l", -14, -5)}
    for name, (upper, lower, least, most) in opening.items():
        c = np.eye(len(labels))[labels.index(name)]
        mesh = kit.model.instance(c)
        head = kit.head(mesh)
        placed = moved(mesh.vertices, kit.motion)
        apart = SurfaceTree(placed, template_map.skin_faces(kit.model)).nearest(head.vertices[face])
        assert apart.distances.mean() < 0.08
        marks = template.landmarks.on(head.vertices)
        gap = (marks[upper] - marks[lower])[1] - (rest[upper] - rest[lower])[1]
        assert least < gap < most
        assert kit.coefficients(head)[labels.index(name)] == pytest.approx(1.0, abs=0.15)


def aligned_distance(points: np.ndarray, goals: np.ndarray, surface: SurfaceTree) -> float:
    """Return the mean distance of points to a surface, after they are laid on their goals."""
    return float(surface.nearest(moved(points, align(points, goals))).distances.mean())


def test_heads_of_ours_find_their_likeness(kit: TemplateMap, store: ModelStore) -> None:
    lifespan, model = store.lifespan(), kit.model
    face = lifespan.template.face
    found = []
    for c in lifespan.sample(np.random.default_rng(3), 6, age=30):
        head = lifespan.instance(c)
        surface = SurfaceTree(head.vertices, lifespan.topology.faces)
        meshes = (model.instance(kit.coefficients(head)), model.mean())
        found.append(
            [
                aligned_distance(kit.head(mesh).vertices[face], head.vertices[face], surface)
                for mesh in meshes
            ]
        )
        near, mean = found[-1]
        print(f"\na head of ours: {near:.2f} mm from its likeness, {mean:.2f} from the mean")
        assert near < mean
    near, mean = np.mean(found, axis=0)
    assert near < 0.75 * mean


def test_the_map_is_made_once(
    kit: TemplateMap, store: ModelStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise AssertionError("the mean was registered again")

    monkeypatch.setattr(registration, "register", fail)
    again = template_map.template_map(kit.model.card.id, ModelStore(cache=store.cache))
    mesh = kit.model.instance(kit.model.sample(np.random.default_rng(1))[0])
    np.testing.assert_array_equal(again.head(mesh).vertices, kit.head(mesh).vertices)
    path = template_map.map_file(kit.model, store)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    try:
        with pytest.raises(AssertionError, match="registered again"):
            template_map.template_map(kit.model.card.id, store)
    finally:
        path.write_bytes(whole)


def test_without_the_networks_the_files_own_landmarks_place_it(
    kit: TemplateMap, store: ModelStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(_: ModelStore) -> None:
        raise ModelUnavailable("the networks were not fetched")

    monkeypatch.setattr(ModelStore, "faces", missing)
    found = template_map.build(kit.model, store)
    np.testing.assert_allclose(found.motion, kit.motion, atol=2.0)
    assert found.here.held[store.lifespan().template.visible].mean() > 0.98
    bare = replace(kit.model.source, landmarks={})
    with pytest.raises(InputError, match="No face was found on the mean"):
        template_map.build(ImportedLinear(bare, kit.model.card), store)


def test_heads_are_carried_from_the_command_line(
    kit: TemplateMap, store: ModelStore, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    id = kit.model.card.id
    words = ["sample", "lifespan", "--seed", "3", "--age", "30", "-o", str(tmp_path)]
    assert main(words, store) == 0
    head, numbers = str(tmp_path / "lifespan-1.face"), str(tmp_path / "numbers.json")
    capsys.readouterr()
    for output in (numbers, str(tmp_path / "theirs.ply")):
        assert main(["models", "carry", head, output, "--model", id, "--json"], store) == 0
    told = json.loads(Path(numbers).read_text())
    assert list(told["coefficients"]) == [axis.name for axis in kit.model.axes]
    theirs = read_scan(tmp_path / "theirs.ply")
    c = np.array(list(told["coefficients"].values()))
    surface = SurfaceTree(kit.model.instance(c).vertices, kit.model.topology.faces)
    assert surface.nearest(theirs.vertices).distances.max() < 1e-3
    ours = str(tmp_path / "ours.ply")
    assert main(["models", "carry", numbers, ours, "--model", id], store) == 0
    skin = SurfaceTree(kit.head(kit.model.instance(c)).vertices, kit.topology.faces)
    assert skin.nearest(read_scan(Path(ours)).vertices).distances.max() < 1e-3
    capsys.readouterr()
    for wrong in ([numbers, numbers], [head, str(tmp_path / "x.obj")], [ours, ours]):
        assert main(["models", "carry", *wrong, "--model", id], store) == 1
        assert capsys.readouterr().err.count("\n") == 1


def test_a_cropped_face_that_lies_down_is_matched(store: ModelStore, tmp_path: Path) -> None:
    """Our own face as a Basel Face Model: what lies behind it follows the face."""
    from scipy.io import savemat

    try:
        store.faces()
    except ModelUnavailable as missing:
        pytest.skip(str(missing))
    lifespan = store.lifespan()
    template = lifespan.template
    mean, basis = lifespan.neutral_basis(30.0)
    rows = slice(lifespan.groups["identity"].start - 1, lifespan.groups["identity"].start + 7)
    shapes = basis[rows].astype(np.float64)
    front = template.visible[template.subset] & (mean[:, 2] > -40)
    faces = template.coarse.faces
    faces = faces[front[faces].all(axis=1)]
    used, compact = np.unique(faces, return_inverse=True)
    turn = rotation([np.pi / 2, 0, 0]) @ rotation([0, 0.3, 0])
    lengths = np.linalg.norm(shapes[:, used].reshape(len(shapes), -1), axis=1)
    columns = (shapes[:, used] @ turn.T).reshape(len(shapes), -1) / lengths[:, None]
    savemat(
        tmp_path / "01_MorphableModel.mat",
        {
            "shapeMU": (1000 * (mean[used] @ turn.T)).reshape(-1, 1).astype(np.float32),
            "shapePC": columns.T.astype(np.float32),
            "shapeEV": 1000 * lengths[:, None],
            "tl": compact.reshape(-1, 3)[:, ::-1].astype(np.float64) + 1,
        },
        do_compression=True,
    )
    found = template_map.template_map(
        store.import_model(tmp_path / "01_MorphableModel.mat").id, store
    )
    np.testing.assert_allclose(found.motion[:3, :3], turn.T, atol=0.02)
    c = np.array([1.5, -1, 1, 0.5, -1.5, 1, 0, 1])
    head = found.head(found.model.instance(c))
    truth = template.lift @ (mean + np.tensordot(c, shapes, axes=1))
    face = template.face
    shift = found.motion[:3, 3]
    apart = SurfaceTree(truth + shift, template.fine.faces).nearest(head.vertices[face])
    print(f"\ncropped face: {apart.distances.mean():.3f} mm, {found.here.held.mean():.0%} covered")
    assert apart.distances.mean() < 0.2
    assert len(flipped(found.here.vertices, head.vertices, template.fine.faces)) < 40
    np.testing.assert_allclose(found.coefficients(head), c, atol=0.25)


def test_heads_become_documents(kit: TemplateMap, store: ModelStore, tmp_path: Path) -> None:
    """What is shown is the other model's; its jaw is ours to shut, and every step goes on."""
    ours, model = store.lifespan(), kit.model
    weights = Weights(identity_000=2.0, identity_003=-1.5, expression_000=0.8)
    step = FromModel(model=model.card.id, version=model.card.version, weights=weights)
    project = Project(edits=(step,))
    evaluator = Evaluator(store)
    face = evaluator.face(project)
    c = np.zeros(len(model.axes))
    for row, axis in enumerate(model.axes):
        c[row] = weights[axis.name]
    shown = face.mesh.vertices + ours.expression_offsets(face.expression, 30.0)
    np.testing.assert_allclose(shown, kit.head(model.instance(c)).vertices, atol=2e-3)
    assert face.expression["jawOpen"] == pytest.approx(0.8, abs=0.25)
    still = Evaluator(store).face(project.with_edit(Neutralise()))
    rest = kit.head(model.instance(np.where(c == 0.8, 0.0, c))).vertices
    region = ours.template.face
    left, moved_by = (
        np.linalg.norm(head[region] - rest[region], axis=1).mean()
        for head in (still.mesh.vertices, shown)
    )
    print(f"\na jaw of theirs: {moved_by:.2f} mm, {left:.2f} mm of it are left when it is shut")
    assert left < 0.35 * moved_by
    older = evaluator.face(project.with_edit(Age(years=75.0)))
    assert np.linalg.norm(older.mesh.vertices - face.mesh.vertices, axis=1)[region].mean() > 1.0
