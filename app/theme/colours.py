"""The colours of the window by their meaning, dark and light, and how contrast is measured."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Theme:
    """Colours by their meaning, as "#rrggbb".

    Text has a contrast of 4.5:1 or better on every surface it is used on, and what carries
    meaning without being text 3:1; `TEXT_ON` and `MARKS_ON` say which and a test computes them.
    """

    name: str
    ground: str  # behind everything
    panel: str  # docks, bars
    control: str  # buttons, menus
    raised: str  # hovered controls, tips
    field: str  # where text is typed
    selected: str  # what is chosen in a list, a switch that is on
    line: str  # separators that only decorate
    edge: str  # outlines that show where a field or a box is
    track: str  # bars of sliders
    text: str
    quiet: str  # secondary text
    faint: str  # disabled text
    accent: str  # the one colour that means "this"
    accent_raised: str  # the same, hovered
    on_accent: str
    good: str
    check: str
    poor: str


DARK = Theme(
    name="dark",
    ground="#14161a",
    panel="#1c1f25",
    control="#282c34",
    raised="#343944",
    field="#14161a",
    selected="#23405f",
    line="#2e333c",
    edge="#848c99",
    track="#6a7280",
    text="#e7e9ed",
    quiet="#a9b0bb",
    faint="#6d7480",
    accent="#58a6ff",
    accent_raised="#79b8ff",
    on_accent="#081a30",
    good="#4cc38a",
    check="#f0b849",
    poor="#ff8a80",
)

LIGHT = Theme(
    name="light",
    ground="#dfe3e8",
    panel="#f4f5f7",
    control="#ffffff",
    raised="#e3e8ef",
    field="#ffffff",
    selected="#cfe2fb",
    line="#cdd3db",
    edge="#747c89",
    track="#858d9a",
    text="#1b1f26",
    quiet="#4c5460",
    faint="#949ca8",
    accent="#0a5cc2",
    accent_raised="#084a9e",
    on_accent="#ffffff",
    good="#0c6b40",
    check="#7d5000",
    poor="#b3261e",
)

THEMES = {theme.name: theme for theme in (DARK, LIGHT)}

TEXT_ON: dict[str, tuple[str, ...]] = {
    "text": ("ground", "panel", "control", "raised", "field", "selected"),
    "quiet": ("ground", "panel", "control", "raised", "field", "selected"),
    "on_accent": ("accent", "accent_raised"),
    "accent": ("ground", "panel", "control", "field"),
    "good": ("ground", "panel", "control"),
    "check": ("ground", "panel", "control"),
    "poor": ("ground", "panel", "control"),
}
"""Which colours are used for text, and on what."""

MARKS_ON: dict[str, tuple[str, ...]] = {
    "edge": ("ground", "panel", "control", "field"),
    "track": ("panel",),
    "accent": ("ground", "panel", "control", "raised", "field", "selected"),
    "good": ("panel", "control"),
    "check": ("panel", "control"),
    "poor": ("panel", "control"),
}
"""Which colours carry meaning without being text, and on what."""


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours "#rrggbb", 1 to 21, after WCAG 2.2."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(color: str) -> float:
    parts = (int(color[at : at + 2], 16) / 255.0 for at in (1, 3, 5))
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
