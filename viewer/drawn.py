"""What a render window has drawn, and by what."""

from __future__ import annotations

import re

import numpy as np
from vtkmodules.util.numpy_support import vtk_to_numpy
from vtkmodules.vtkRenderingCore import vtkRenderWindow, vtkWindowToImageFilter

from facewright.engine.arrays import ByteArray

_SOFTWARE = ("llvmpipe", "softpipe", "swrast", "swiftshader", "gdi generic", "software")


def picture_of(window: vtkRenderWindow) -> ByteArray:
    """Return what was drawn last as `(H, W, 3)` uint8, first row at the top."""
    grab = vtkWindowToImageFilter()
    grab.SetInput(window)
    grab.SetInputBufferTypeToRGB()
    grab.ReadFrontBufferOff()
    grab.Update()
    image = grab.GetOutput()
    width, height, _ = image.GetDimensions()
    flat = vtk_to_numpy(image.GetPointData().GetScalars())
    return np.ascontiguousarray(flat.reshape(height, width, 3)[::-1])


def driver_of(window: vtkRenderWindow) -> str:
    """Return what draws, in the driver's own words; a picture must have been drawn."""
    found = re.search(r"renderer string:\s*(.+)", window.ReportCapabilities(), re.IGNORECASE)
    return found[1].strip() if found else "OpenGL"


def is_software(driver: str) -> bool:
    """Tell whether the processor draws, by the words of a driver."""
    return any(name in driver.lower() for name in _SOFTWARE)
