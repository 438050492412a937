"""A scene in a window in memory, for tests that probe pixels."""

from __future__ import annotations

import gc
import time

import numpy as np
import pytest
import trimesh
from vtkmodules.util.numpy_support import vtk_to_numpy
from vtkmodules.vtkCommonCore import vtkOutputWindow
from vtkmodules.vtkRenderingCore import vtkRenderer, vtkRenderWindow, vtkWindowToImageFilter

from facewright.engine.mesh import Mesh, Topology
from facewright.viewer.navigation import Orbit
from facewright.viewer.picking import pixel
from facewright.viewer.scene import Scene


@pytest.fixture
def stage():
    """A scene in a small window in memory, and how to take its picture."""
    import vtkmodules.vtkRenderingFreeType
    import vtkmodules.vtkRenderingOpenGL2  # noqa: F401

    class Stage:
        def __init__(self) -> None:
            self.renderer = vtkRenderer()
            self.window = vtkRenderWindow()
            self.window.SetOffScreenRendering(1)
            self.window.SetMultiSamples(0)
            self.window.SetSize(240, 200)
            self.window.AddRenderer(self.renderer)
            self.orbit = Orbit(self.renderer)
            self.errors: list[str] = []  # of shader programs, for example
            self._output = vtkOutputWindow.GetInstance()
            self._tag = self._output.AddObserver("ErrorEvent", self._complain)
            self.asked = 0
            self.scene = Scene(self.renderer, self.ask)

        def _complain(self, _caller: object, event: str) -> None:
            self.errors.append(event)

        def close(self) -> None:
            self._output.RemoveObserver(self._tag)
            self.scene.close()
            self.window.Finalize()

        def settle(self) -> None:
            """Wait for soft shadows."""
            end = time.monotonic() + 20.0
            self.scene.settle()
            while self.scene.settling and time.monotonic() < end:
                self.scene.settle()
                time.sleep(0.005)
            assert not self.scene.settling

        def ask(self) -> None:
            self.asked += 1

        def picture(self) -> np.ndarray:
            self.renderer.ResetCameraClippingRange()
            self.window.Render()
            grab = vtkWindowToImageFilter()
            grab.SetInput(self.window)
            grab.ReadFrontBufferOff()
            grab.Update()
            flat = vtk_to_numpy(grab.GetOutput().GetPointData().GetScalars())
            return flat.reshape(200, 240, 3)[::-1].astype(int)

        def at(self, picture: np.ndarray, point) -> np.ndarray:
            x, y = pixel(self.renderer, np.asarray(point, np.float32))
            return picture[199 - y, x]

    stage = Stage()
    yield stage
    errors = stage.errors
    stage.close()
    vars(stage).clear()  # or pytest keeps its VTK objects into the next test
    gc.collect()
    assert not errors


@pytest.fixture
def ball() -> Mesh:
    sphere = trimesh.creation.icosphere(subdivisions=3, radius=100.0)
    return Mesh(Topology.build(sphere.faces, len(sphere.vertices)), sphere.vertices)
