"""What all tools share: they act on the head under the pointer while they are chosen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import QObject

from facewright.engine.arrays import DoubleArray

if TYPE_CHECKING:
    from facewright.app.workbench import Workbench
    from facewright.viewer.pointer import Pointer


@dataclass(frozen=True, eq=False)
class Hit:
    """The point of the shown skin under the pointer.

    Attributes
    ----------
    triangle : int
        Row of the topology's faces.
    weights : (3,) float64
        Barycentric.
    position, normal : (3,) float64
        mm; unit length, outward.
    """

    triangle: int
    weights: DoubleArray
    position: DoubleArray
    normal: DoubleArray


class Tool(QObject):
    """One way to act on the head by pointing.

    A press that lands on the head belongs to the tool until the button is let go; elsewhere it
    turns the camera, as do the middle and right buttons everywhere. A tool must leave the
    document as it was when `cancel` is called in the middle of a drag.

    Attributes
    ----------
    id, label, hint : str
        `hint` says in one sentence what to do; it stands below the view.
    acts_on_scans : bool
        Whether it also works on a scan that has no head yet.
    """

    id: ClassVar[str]
    label: ClassVar[str]
    hint: ClassVar[str] = ""
    acts_on_scans: ClassVar[bool] = False

    def __init__(self, bench: Workbench) -> None:
        super().__init__()
        self.bench = bench
        self.document = bench.document

    def enter(self) -> None:
        """Begin to be the tool in use."""

    def leave(self) -> None:
        """Stop being the tool in use; takes its overlay away."""
        self.bench.stage.overlay(self.id, None)

    def hover(self, pointer: Pointer, hit: Hit | None) -> None:
        """Follow the pointer while no button is down; `hit` is None off the head."""

    def press(self, pointer: Pointer, hit: Hit | None) -> bool:
        """Begin a drag; True takes it, False leaves it to the camera."""
        return False

    def drag(self, pointer: Pointer, hit: Hit | None) -> None:
        """Go on; `hit` is on the head as it was when the drag began."""

    def release(self, pointer: Pointer, hit: Hit | None) -> None:
        """End the drag and keep its result."""

    @property
    def is_busy(self) -> bool:
        """Whether there is something to give up though no button is held."""
        return False

    def cancel(self) -> None:
        """Give up the drag in progress, if there is one."""

    def resize(self, factor: float) -> None:
        """Make the brush larger or smaller; tools without one ignore it."""

    def menu(self, pointer: Pointer, hit: Hit | None) -> bool:
        """Show a menu at the pointer; False leaves the right button to the camera."""
        return False
