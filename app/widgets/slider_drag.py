"""A hand that drags the handle of a slider."""

from __future__ import annotations

from PySide6.QtCore import Qt

from facewright.app.widgets.slider_face import SliderFace

FINE, COARSE = 0.1, 10
"""What Shift and Ctrl make of a step."""

_SNAP_PIXELS = 2.5


class Drag:
    """Follows the pointer from where it took hold.

    Parameters
    ----------
    face : SliderFace
    number : float
        Where the handle stands when it is taken.
    x : float
        Where the pointer took it.
    """

    def __init__(self, face: SliderFace, number: float, x: float) -> None:
        self._face = face
        self._share = face.limits.share_of(number)
        self._x = x

    def to(self, x: float, held: Qt.KeyboardModifier) -> float:
        """Return the number that the pointer at `x` asks for.

        Shift goes finely from where the pointer was; Ctrl goes in steps of five times the
        slider's; without either the default is easy to hit again, and ages are whole.
        """
        limits, per_pixel = self._face.limits, 1.0 / self._face.bar().width()
        fine = bool(held & Qt.KeyboardModifier.ShiftModifier)
        self._share += (x - self._x) * per_pixel * (FINE if fine else 1.0)
        self._x = x
        number = limits.number_at(self._share)
        if held & Qt.KeyboardModifier.ControlModifier:
            coarse = limits.step * COARSE / 2
            return limits.default + coarse * round((number - limits.default) / coarse)
        rest = limits.share_of(limits.default)
        if not fine and abs(self._share - rest) < _SNAP_PIXELS * per_pixel:
            return limits.default
        return number if fine else limits.rounded(number)
