"""The building blocks of a report: plain HTML that browsers and Qt's text engine both lay out.

Everything that came from a file or a user is escaped; pictures are embedded, so that a report is
one file, and nothing is fetched when it is opened.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Iterable, Sequence
from html import escape

from facewright.engine.arrays import ByteArray

_STYLE = """
body { font-family: "Noto Sans", "DejaVu Sans", Arial, sans-serif; font-size: 10pt;
       color: #1d2126; }
h1 { font-size: 19pt; margin: 0 0 2px 0; }
h2 { font-size: 12.5pt; margin: 18px 0 6px 0; color: #1f4e79; }
h3 { font-size: 10.5pt; margin: 14px 0 4px 0; }
p { margin: 3px 0; }
td, th { padding: 3px 7px; text-align: left; }
th { color: #4a525b; font-weight: 600; }
.number { text-align: right; }
.quiet { color: #5a626b; font-size: 8.5pt; }
.warning { background-color: #fff4d6; }
table.lines { border-collapse: collapse; }
table.lines td, table.lines th { border-bottom: 1px solid #d5dae0; }
@media screen { body { max-width: 60em; margin: 2em auto; padding: 0 1em; }
                img { max-width: 100%; } }
"""


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()


def page(title: str, parts: Iterable[Markup]) -> str:
    """Return a whole page in UTF-8."""
    body = "\n".join(parts)
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head>\n<body>\n{body}\n</body></html>\n"
    )


def text(tag: str, words: str, kind: str = "") -> Markup:
    """Return words in a tag, of a class of the style where one is named."""
    of = f' class="{kind}"' if kind else ""
    return Markup(f"<{tag}{of}>{_safe(words)}</{tag}>")


def facts(rows: Iterable[tuple[str, str]], columns: int = 1) -> Markup:
    """Return names and values one below the other, or in so many columns."""
    cells = [f"<th>{escape(name)}</th><td>{_safe(value)}</td>" for name, value in rows if value]
    high = -(-len(cells) // columns)
    lines = (f"<tr>{''.join(cells[line::high])}</tr>" for line in range(high))
    return Markup(f"<table>{''.join(lines)}</table>")


def table(
    header: Sequence[str], rows: Iterable[Sequence[str]], numbers: int, widths: Sequence[int] = ()
) -> Markup:
    """Return a table; after its first column, up to `numbers` of them hold numbers.

    `widths` are in per cent, where the columns are not to share the page as they like.
    """

    def line(tag: str, cells: Sequence[str]) -> str:
        parts = []
        for place, cell in enumerate(cells):
            wide = f' width="{widths[place]}%"' if widths else ""
            right = ' align="right" class="number"' if 0 < place <= numbers else ""
            parts.append(f"<{tag}{wide}{right}>{_safe(cell)}</{tag}>")
        return f"<tr>{''.join(parts)}</tr>"

    body = "".join(line("td", row) for row in rows)
    # Attributes too, as Qt's text engine knows few styles.
    return Markup(
        '<table class="lines" width="100%" border="0" cellspacing="0" cellpadding="3">'
        f"<thead>{line('th', header)}</thead><tbody>{body}</tbody></table>"
    )


def pictures(rows: Iterable[tuple[str, Sequence[ByteArray]]], width: int) -> Markup:
    """Return rows of pictures, each row under its caption, `width` pixels a picture."""
    lines = []
    for caption, images in rows:
        span = max(1, len(images))
        lines.append(f'<tr><td colspan="{span}"><b>{escape(caption)}</b></td></tr>')
        cells = (f"<td>{img(image, width, caption)}</td>" for image in images)
        lines.append(f"<tr>{''.join(cells)}</tr>")
    return Markup(f'<table cellspacing="0" cellpadding="2">{"".join(lines)}</table>')


def img(image: ByteArray, width: int, words: str) -> Markup:
    """Return a picture `width` pixels wide; `words` stand in where it cannot be seen."""
    return Markup(f'<img src="{_embedded(image)}" width="{width}" alt="{escape(words)}">')


def _safe(words: str) -> str:
    return words if isinstance(words, Markup) else escape(words)


def _embedded(image: ByteArray) -> str:
    from PIL import Image

    packed = io.BytesIO()
    Image.fromarray(image).save(packed, "JPEG", quality=88)
    return "data:image/jpeg;base64," + base64.b64encode(packed.getvalue()).decode("ascii")
