"""The visits of a patient worked out beside the window: pictures, changes, measures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from facewright.app.aside import Aside
from facewright.engine.arrays import ByteArray
from facewright.engine.face import Face
from facewright.engine.progress import Progress
from facewright.engine.visits import Visit

if TYPE_CHECKING:
    from facewright.engine.measure.cleft_words import Side
    from facewright.engine.measure.follow_up import Change, Course
    from facewright.engine.models.store import ModelStore

SIDE_OF_TILE = (96, 112)
SIDE_OF_MAP = (216, 252)


@dataclass(frozen=True, eq=False)
class Seen:
    """What came about between two visits, with pictures of it.

    Attributes
    ----------
    change : Change
    pictures : tuple of (H, W, 3) uint8
    """

    change: Change
    pictures: tuple[ByteArray, ...]


class Visiting(Aside):
    """Draws visits, lays two of them together, and measures all."""

    def __init__(self, models: ModelStore) -> None:
        super().__init__(models)
        self._portraits: dict[int, tuple[Face, ByteArray]] = {}

    def forget(self) -> None:
        """Drop what is under way and the pictures."""
        super().forget()
        self._portraits = {}

    def portraits(
        self, visits: Sequence[Visit], told: Callable[[dict[int, ByteArray]], None]
    ) -> None:
        """Draw each visit once; they are told by the id of their face, known ones at once."""
        wanted = [v.face for v in visits if id(v.face) not in self._portraits]
        keep = {id(v.face) for v in visits}
        self._portraits = {k: kept for k, kept in self._portraits.items() if k in keep}

        def done(found: list[tuple[Face, ByteArray]]) -> None:
            self._portraits |= {id(face): (face, image) for face, image in found}
            told({key: image for key, (_, image) in self._portraits.items()})

        if not wanted:
            done([])
            return

        def work(progress: Progress) -> list[tuple[Face, ByteArray]]:
            from facewright.engine.reports.visits import portrait

            ratio = 2  # sharp on fine screens, too
            size = (ratio * SIDE_OF_TILE[0], ratio * SIDE_OF_TILE[1])
            found = []
            for face in wanted:
                progress(0.0, "")
                found.append((face, portrait(face, self._models, size)))
            return found

        self._ask("portraits", work, done, lambda _: None)

    def change(
        self,
        first: Visit,
        second: Visit,
        done: Callable[[Seen], None],
        failed: Callable[[str], None],
    ) -> None:
        """Lay two visits together and draw what changed."""

        def work(progress: Progress) -> Seen:
            from facewright.engine.measure.follow_up import change
            from facewright.engine.reports.visits import mapped

            found = change(first, second, self._models.lifespan().template)
            progress(0.5, "")
            pictures = mapped(found.comparison, self._models, found.limit, SIDE_OF_MAP)
            return Seen(found, tuple(pictures))

        self._ask("change", work, done, failed)

    def courses(
        self,
        visits: Sequence[Visit],
        side: Side,
        done: Callable[[tuple[Course, ...]], None],
        failed: Callable[[str], None],
    ) -> None:
        """Measure the cleft at every visit."""

        def work(_progress: Progress) -> tuple[Course, ...]:
            from facewright.engine.measure.follow_up import courses

            return courses(visits, side, self._models.lifespan().template)

        self._ask("courses", work, done, failed)
