"""INFACE's figure 3, of our people: error by share of the scans, and by number of latents."""

from __future__ import annotations

import math
from collections.abc import Sequence

from facewright.engine.training import svg
from facewright.engine.training.compressing import LATENTS
from facewright.engine.training.generalisation import AT_SHARES, SHARES, Row

LEFT, WIDE, TOP, TALL, GAP = 50, 330, 52, 260, 80
MOST_MM = 1.2
LOW_MM, HIGH_MM = 0.2, 0.5
KINDS = {
    "PCA": "#8a8a8a",
    "PCA, mirrored too": "#4f8f4f",
    "autoencoder": "#1f6f9f",
    "PCA, unlimited clean scans": "#c2571a",
}
STYLE = "polyline{fill:none;stroke-width:2}.d{stroke-dasharray:5 4}" + "".join(
    f".k{number}{{stroke:{colour}}}" for number, colour in enumerate(KINDS.values())
)


def figure(rows: Sequence[Row]) -> str:
    """Return the figure as SVG; dashed lines are 64 latents, and PCA on the cleanest fifth."""
    width = LEFT + WIDE + GAP + WIDE + 30
    body = [*_by_share(rows), *_by_latents(rows, LEFT + WIDE + GAP)]
    for number, (kind, colour) in enumerate(KINDS.items()):
        x, y = LEFT + 200 * number, TOP + TALL + 54
        body += [svg.dot(x, y - 4, colour, 4), svg.text(x + 8, y, kind)]
    return svg.page(width, TOP + TALL + 70, STYLE, body)


def _by_share(rows: Sequence[Row]) -> list[str]:
    first, last = SHARES[0], SHARES[-1]

    def x(share: float) -> float:
        return LEFT + WIDE * (share - first) / (last - first)

    lines = [
        svg.text(LEFT, 16, "Mean distance left, mm, by share of the scans, cleanest first", "h"),
        svg.text(LEFT, 32, "solid: 128 latents; dashed: 64"),
        *_ticks(LEFT, LOW_MM, HIGH_MM, 0.1),
    ]
    lines += [svg.text(x(share) - 10, TOP + TALL + 16, f"{100 * share:.0f} %") for share in SHARES]
    for number, kind in enumerate(KINDS):
        for latents in AT_SHARES:
            points = [
                (x(row.share), _y(row.mean, LOW_MM, HIGH_MM))
                for row in rows
                if row.model == kind and row.latents == latents
            ]
            dashed = " d" if latents == AT_SHARES[0] else ""
            if len(points) > 1:
                lines.append(svg.curve(points, f"k{number}{dashed}"))
    return lines


def _by_latents(rows: Sequence[Row], start: float) -> list[str]:
    first, last = math.log2(LATENTS[0]), math.log2(LATENTS[-1])

    def x(latents: int) -> float:
        return start + WIDE * (math.log2(latents) - first) / (last - first)

    lines = [
        svg.text(start, 16, "The same by number of latents", "h"),
        svg.text(start, 32, "solid: all scans; dashed: cleanest fifth"),
        *_ticks(start, 0.0, MOST_MM, 0.2),
    ]
    lines += [svg.text(x(count) - 8, TOP + TALL + 16, str(count)) for count in LATENTS]
    for number, kind in enumerate(KINDS):
        for share, dashed in ((1.0, ""), (SHARES[0], " d")):
            points = [
                (x(row.latents), _y(row.mean, 0.0, MOST_MM))
                for row in rows
                if row.model == kind and row.share == share
            ]
            if len(points) == len(LATENTS) and (kind == "PCA" or not dashed):
                lines.append(svg.curve(points, f"k{number}{dashed}"))
    return lines


def _y(mm: float, low: float, high: float) -> float:
    return TOP + TALL * (1 - (mm - low) / (high - low))


def _ticks(start: float, low: float, high: float, step: float) -> list[str]:
    lines = []
    for number in range(round((high - low) / step) + 1):
        mm = low + step * number
        y = _y(mm, low, high)
        lines.append(svg.line(start, y, start + WIDE, y, "g"))
        lines.append(svg.text(start - 26, y + 4, f"{mm:.1f}"))
    return lines
