"""The View menu: where the cameras stand, how many views there are, the turntable."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from facewright.app.menus.base import Action, needs_view, translate

if TYPE_CHECKING:
    from facewright.app.window import MainWindow

_SPEEDS = (("slow", "Slow", 12.0), ("medium", "Medium", 24.0), ("fast", "Fast", 60.0))


def _view(name: str, window: MainWindow) -> None:
    if window.stage.active is not None:
        window.stage.active.view(name)


def _frame(window: MainWindow) -> None:
    if window.stage.active is not None:
        window.stage.active.frame()


def _has(field: str, value: object, window: MainWindow) -> bool:
    return bool(getattr(window.stage.arrangement, field) == value)


def _set(field: str, value: object, window: MainWindow) -> None:
    window.stage.arrange(**{field: value})


def _toggle(field: str, window: MainWindow) -> None:
    window.stage.arrange(**{field: not getattr(window.stage.arrangement, field)})


def _speed(speed: float, window: MainWindow) -> None:
    window.stage.arrange(speed=speed)
    window.stage.spin(True)


def _needs_several(window: MainWindow) -> str:
    if window.stage.arrangement.count > 1:
        return ""
    return translate("Actions", "There is one view: choose two or four first.")


def _presets() -> tuple[Action, ...]:
    table = (
        ("front", "Front", "1", "view-front"),
        ("back", "Back", "Ctrl+1", "view-back"),
        ("three-quarter", "Three-quarter from the right", "2", "view-three-quarter"),
        ("three-quarter-left", "Three-quarter from the left", "Ctrl+2", "view-three-quarter"),
        ("right", "Right side", "3", "view-right"),
        ("left", "Left side", "Ctrl+3", "view-left"),
        ("top", "Top", "7", "view-top"),
    )
    return tuple(
        Action(f"view.{name}", text, "View/Camera", partial(_view, name), (key,), icon,
               needs_view, words="camera turn profile")
        for name, text, key, icon in table
    )  # fmt: skip


def _counts() -> tuple[Action, ...]:
    table = ((1, "One view"), (2, "Two views"), (4, "Four views"))
    return tuple(
        Action(f"view.{count}", text, "View/Views", partial(_set, "count", count),
               (f"Alt+{count}",), f"view-{count}", needs_view,
               checked=partial(_has, "count", count), group="views", words="split quad layout")
        for count, text in table
    )  # fmt: skip


def _speeds() -> tuple[Action, ...]:
    return tuple(
        Action(f"turntable.{name}", text, "View/Turntable", partial(_speed, speed),
               reason=needs_view, checked=partial(_has, "speed", speed), group="turntable",
               part=name == "slow", words="turntable speed rotate")
        for name, text, speed in _SPEEDS
    )  # fmt: skip


CAMERA: tuple[Action, ...] = (
    Action("view.frame", "Fit into the view", "View", _frame, ("F", "."), "frame", needs_view,
           bar=True, part=True, words="zoom centre reset camera"),
    *_presets(),
    Action("view.parallel", "Orthographic", "View/Camera", partial(_toggle, "parallel"), ("5",),
           "ortho", needs_view, checked=partial(_has, "parallel", True), part=True,
           words="parallel perspective projection"),
    *_counts(),
    Action("view.linked", "Zoom and move together", "View/Views", partial(_toggle, "linked"),
           reason=_needs_several, checked=partial(_has, "linked", True), part=True,
           words="sync synchronise views link"),
    Action("view.turned", "Turn together", "View/Views", partial(_toggle, "turned"),
           reason=_needs_several, checked=partial(_has, "turned", True),
           words="sync synchronise views link rotate"),
    Action("view.turntable", "Turntable", "View/Turntable",
           lambda w: w.stage.spin(not w.stage.spinning), ("T",), "turntable", needs_view,
           checked=lambda w: w.stage.spinning, words="spin rotate animate play stop"),
    *_speeds(),
)  # fmt: skip
