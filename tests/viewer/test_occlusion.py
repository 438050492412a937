"""Soft shadows follow the head: after a stroke, and at once when it is undone."""

from __future__ import annotations

import threading
from dataclasses import replace

import numpy as np
import pytest
import trimesh

from facewright.engine.mesh import Mesh, Topology
from facewright.viewer.display import Display
from facewright.viewer.shading import occlusion


@pytest.fixture(autouse=True)
def nothing_known(monkeypatch):
    monkeypatch.setattr(occlusion, "_known", type(occlusion._known)())


def bowl(depth: float) -> Mesh:
    """A ball of 100 mm, pressed in at the front."""
    made = trimesh.creation.icosphere(subdivisions=4, radius=100.0)
    vertices = np.array(made.vertices)
    there = np.linalg.norm(vertices - (0, 0, 100), axis=1)
    vertices[:, 2] -= depth * np.exp(-((there / 30.0) ** 2))
    return Mesh(Topology.build(made.faces, len(vertices)), vertices)


def test_undoing_a_strong_stroke_brings_its_shadows_back_at_once(stage):
    flat = bowl(0.0)
    deep = flat.moved(bowl(80.0).vertices)
    stage.scene.display = replace(Display(), look="clay", cube=False, scale=False, sides=False)
    stage.scene.show(flat)
    stage.orbit.frame(stage.scene.bounds)
    stage.settle()
    open_ = stage.picture()
    stage.scene.show(deep)
    stage.settle()
    assert np.abs(stage.picture() - open_).max() > 60
    stage.scene.show(flat.moved(flat.vertices.copy()))
    assert np.abs(stage.picture() - open_).max() > 10, "the shadows of the stroke"
    assert stage.scene.settle(), "there is something to draw, without waiting"
    assert not stage.scene.settling
    assert np.abs(stage.picture() - open_).max() <= 2


def test_undoing_before_the_shadows_are_there_waits_for_no_others(stage):
    flat = bowl(0.0)
    stage.scene.show(flat)
    stage.settle()
    stage.scene.show(flat.moved(bowl(80.0).vertices))
    stage.scene.settle()
    task = stage.scene._head._task
    stage.scene.show(flat.moved(flat.vertices.copy()))
    task.join()
    assert stage.scene.settle()
    assert not stage.scene.settling


def test_parts_belong_to_the_shape():
    ball = bowl(0.0)
    skin = occlusion.Surface(ball.vertices, ball.vertices, ball.topology.faces)
    eye = occlusion.Surface(ball.vertices[:9] * 0.1, ball.vertices[:9], ball.topology.faces[:2])
    turned = replace(eye, vertices=eye.vertices + np.float32(1))
    signs = {occlusion.sign({"": skin, "eye": part}) for part in (eye, turned)}
    assert len(signs | {occlusion.sign({"": skin})}) == 3
    assert occlusion.sign({"": skin, "eye": eye}) in signs


def test_a_few_heads_are_remembered():
    for number in range(occlusion.KEPT + 1):
        occlusion.remember(bytes([number]), "head", {"": np.full((1, 9), number, np.float32)})
    assert occlusion.known(bytes([0])) is None
    assert occlusion.known(bytes([1])) is not None
    occlusion.remember(b"last", "head", {})
    assert occlusion.known(bytes([1])) is not None, "what is asked for stays"
    assert occlusion.recall("head")[""][0, 0] == 1.0
    assert occlusion.recall("another") == {}


def test_a_task_is_over_when_it_was_waited_for(monkeypatch):
    begun, slow = threading.Event(), threading.Event()

    def visibility(*_given, stop):
        begun.set()
        slow.wait(10.0)  # a machine that takes its time to notice
        return None if stop() else np.zeros((1, 9), np.float32)

    monkeypatch.setattr("facewright.engine.geometry.visibility.visibility", visibility)
    ball = bowl(0.0)
    skin = occlusion.Surface(ball.vertices, ball.vertices, ball.topology.faces)
    task = occlusion.Task(ball.vertices, {"": skin}, b"ball")
    assert begun.wait(10.0)
    task.stop()
    threading.Timer(0.2, slow.set).start()
    task.join()
    assert not task.running
    assert task.result is None
