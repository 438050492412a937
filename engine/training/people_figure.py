"""The figure beside the card: how much random people differ, and how far they compress."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from facewright.engine.training import svg
from facewright.engine.training.left import Left
from facewright.engine.training.spreads import LEAST, MOST, Spread

ROW, LEFT, WIDE, TOP, GAP = 17, 92, 330, 46, 90
LOW, HIGH = 0.2, 2.5
"""Ends of the scale of ratios."""
INFACE = {"PCA": (128, 0.33, 0.14), "autoencoder": (128, 0.23, 0.05)}
"""Components, mean and sd that the paper says in words, mm."""
MOST_MM = 1.2
STYLE = (
    ".a{fill:#b9b9b9}.b{fill:#1f6f9f}.c{fill:none;stroke:#1f6f9f;stroke-width:2}.d{stroke:#c2571a}"
)


def figure(
    people: Sequence[Spread], prior: Sequence[Spread], left: Mapping[int, Left], seen: str
) -> str:
    """Return the figure as SVG.

    Parameters
    ----------
    people, prior : sequence of Spread
        Of random people, and of the prior of the axes alone.
    left : mapping
        What so many components leave.
    seen : str
        Who was drawn and measured, under the titles.
    """
    codes = list(dict.fromkeys(row.code for row in people))
    height = TOP + ROW * len(codes) + 60
    width = LEFT + WIDE + GAP + WIDE + 30
    body = [*_ratios(people, prior, codes), *_curve(left, LEFT + WIDE + GAP, height - 60)]
    body.append(svg.text(LEFT, height - 8, seen))
    return svg.page(width, height, STYLE, body)


def _ratios(people: Sequence[Spread], prior: Sequence[Spread], codes: list[str]) -> list[str]:
    """Return bars from the least to the largest ratio of each measure over ages and sexes."""

    def x(ratio: float) -> float:
        share = math.log(min(max(ratio, LOW), HIGH) / LOW) / math.log(HIGH / LOW)
        return LEFT + WIDE * share

    bottom = TOP + ROW * len(codes)
    lines = [
        svg.text(LEFT, 16, "Spread of a measure over the published one", "h"),
        svg.text(LEFT, 32, "grey: the prior of the axes alone; blue: random people"),
        f'<rect x="{x(LEAST):.1f}" y="{TOP}" width="{x(MOST) - x(LEAST):.1f}" '
        f'height="{bottom - TOP}" fill="#e6f0e2"/>',
    ]
    for tick in (0.25, 0.5, LEAST, 1.0, MOST, 2.0):
        lines.append(svg.line(x(tick), TOP, x(tick), bottom, "g"))
        lines.append(svg.text(x(tick) - 9, bottom + 14, f"{tick:g}"))
    for row, code in enumerate(codes):
        y = TOP + ROW * row
        lines.append(svg.text(6, y + 12, code))
        for rows, kind, top, thick in ((prior, "a", 2, 12), (people, "b", 5, 6)):
            ratios = [one.ratio for one in rows if one.code == code]
            start, end = x(min(ratios)), x(max(ratios))
            lines.append(
                f'<rect class="{kind}" x="{start:.1f}" y="{y + top}" height="{thick}" '
                f'width="{max(end - start, 2):.1f}"/>'
            )
    return lines


def _curve(left: Mapping[int, Left], start: float, bottom: float) -> list[str]:
    """Return the curve over the number of components, with what INFACE says."""
    first, last = math.log2(min(left)), math.log2(max(left))

    def x(count: int) -> float:
        return start + WIDE * (math.log2(count) - first) / (last - first)

    def y(mm: float) -> float:
        return bottom - (bottom - TOP) * mm / MOST_MM

    lines = [
        svg.text(start, 16, "What principal components leave, mm", "h"),
        svg.text(start, 32, "blue: random infants; orange: INFACE in words (mean and sd)"),
    ]
    for step in range(7):
        mm = 0.2 * step
        lines.append(svg.line(start, y(mm), start + WIDE, y(mm), "g"))
        lines.append(svg.text(start - 24, y(mm) + 4, f"{mm:.1f}"))
    lines += [svg.text(x(count) - 8, bottom + 14, str(count)) for count in left]
    lines.append(svg.curve([(x(count), y(one.mean)) for count, one in left.items()], "c"))
    for name, (count, mean, sd) in INFACE.items():
        lines.append(svg.line(x(count), y(mean + sd), x(count), y(mean - sd), "d"))
        lines.append(svg.dot(x(count), y(mean), "#c2571a", 4))
        lines.append(svg.text(x(count) + 8, y(mean) + (4 if name != "PCA" else -6), name))
    return lines
