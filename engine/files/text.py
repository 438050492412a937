"""Read numbers from big text files, block by block, without one Python object per number."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from facewright.engine.arrays import BoolArray, ByteArray, DoubleArray, IntArray
from facewright.engine.errors import InputError

BLOCK = 4 << 20
"""Bytes read at a time: small enough that the scratch arrays stay far below the file."""

LONGEST_LINE = 16 << 20
"""A longer line is no line of a mesh."""

_SPACE, _NEWLINE, _COMMA, _SLASH, _MINUS = 32, 10, 44, 47, 45


@dataclass(frozen=True)
class Lines:
    """The lines of one block that hold anything, with their words located.

    Attributes
    ----------
    text : (B,) uint8
    word_start, word_stop : (W,) int32
        Byte range of each word.
    first : (L,) int32
        Index of each line's first word.
    count : (L,) int32
        Words of each line.
    """

    text: ByteArray
    word_start: IntArray
    word_stop: IntArray
    first: IntArray
    count: IntArray

    @classmethod
    def split(cls, data: bytes, commas: bool = False) -> Lines:
        """Locate the words of `data`; every control character separates, so do commas if asked."""
        text = np.frombuffer(data, dtype=np.uint8)
        solid = text > _SPACE
        if commas:
            solid &= text != _COMMA
        edge = np.diff(solid.view(np.int8), prepend=np.int8(0), append=np.int8(0))
        start = np.flatnonzero(edge == 1).astype(np.int32)
        stop = np.flatnonzero(edge == -1).astype(np.int32)
        line = np.cumsum((text == _NEWLINE) | (text == 13), dtype=np.int32)[start]
        first = np.flatnonzero(np.diff(line, prepend=np.int32(-1))).astype(np.int32)
        count = np.diff(first, append=np.int32(len(start)))
        return cls(text, start, stop, first, count)

    def __len__(self) -> int:
        return len(self.first)

    def key(self) -> IntArray:
        """Return, per line, the first two bytes of its first word as `a + 256 * b`.

        `b` is 0 for a word of one byte.
        """
        at = self.word_start[self.first]
        second = np.minimum(at + 1, len(self.text) - 1)
        longer = self.word_stop[self.first] > at + 1
        return self.text[at].astype(np.int32) + 256 * (self.text[second] * longer).astype(np.int32)

    def line(self, index: int) -> str:
        """Return one line as text, without the blanks around it."""
        first = self.first[index]
        last = first + self.count[index] - 1
        return bytes(self.text[self.word_start[first] : self.word_stop[last]]).decode(
            "utf-8", "replace"
        )

    def words(self, index: int) -> list[str]:
        """Return the words of one line."""
        return self.line(index).split()

    def numbers(self, chosen: BoolArray, skip: int = 0) -> DoubleArray:
        """Return every number of the chosen lines, but for the first `skip` words of each.

        Raises
        ------
        ValueError
            If a word is no number.
        """
        rows = np.flatnonzero(chosen & (self.count > skip))
        if not len(rows):
            return np.zeros(0)
        first = self.word_start[self.first[rows] + skip]
        last = self.word_stop[self.first[rows] + self.count[rows] - 1]
        kept = ranges(first, last, len(self.text))
        text = np.where(kept, self.text, np.uint8(_SPACE))
        text[text == _COMMA] = _SPACE
        values: DoubleArray = np.fromstring(text[kept | _shifted(kept)].tobytes(), sep=" ")
        if values.size != int((self.count[rows] - skip).sum()):
            raise ValueError("not only numbers")
        return values


def ranges(start: NDArray[Any], stop: NDArray[Any], size: int) -> BoolArray:
    """Return which of `size` bytes lie in any of the ranges, none of which touch.

    Parameters
    ----------
    start, stop : (N,) int
        Empty ranges may be among them.
    size : int
    """
    change = np.zeros(size + 1, dtype=np.int8)
    change[start] += 1
    change[stop] -= 1
    return np.cumsum(change[:-1], dtype=np.int8).view(np.bool_)


def _shifted(kept: BoolArray) -> BoolArray:
    """Return `kept` moved one byte on: the separator behind each range."""
    return np.concatenate([[False], kept[:-1]])


def whole_numbers(
    lines: Lines, chosen: BoolArray, skip: int = 1
) -> tuple[IntArray, IntArray, IntArray]:
    """Return the words `a`, `a/b`, `a//c` or `a/b/c` of the chosen lines as numbers.

    Returns
    -------
    first, second : (N,) int32
        The numbers before and behind the first slash of each word; 0 where there is none.
    count : (L,) int32
        Words of each chosen line.

    Raises
    ------
    ValueError
        If a word holds anything else, or a number beyond 32 bits.
    """
    rows = np.flatnonzero(chosen)
    count = lines.count[rows] - skip
    word = np.repeat(lines.first[rows] + skip - np.cumsum(count) + count, count) + np.arange(
        int(count.sum()), dtype=np.int32
    )
    if not len(word):
        return np.zeros(0, np.int32), np.zeros(0, np.int32), count
    start, stop = lines.word_start[word], lines.word_stop[word]
    slash = np.flatnonzero(lines.text == _SLASH).astype(np.int32)
    nearest = np.searchsorted(slash, start).astype(np.int32)
    slash = np.concatenate([slash, np.full(2, len(lines.text), dtype=np.int32)])
    first_stop = np.minimum(slash[nearest], stop)
    second_start = np.minimum(first_stop + 1, stop)
    second_stop = np.minimum(slash[np.minimum(nearest + 1, len(slash) - 1)], stop)
    if (first_stop == start).any():
        raise ValueError("a word without a number")
    return (
        _parsed(lines.text, start, first_stop),
        _parsed(lines.text, second_start, np.maximum(second_stop, second_start)),
        count,
    )


def _parsed(text: ByteArray, start: IntArray, stop: IntArray) -> IntArray:
    """Return the decimal numbers in the byte ranges; 0 for an empty range."""
    length = stop - start
    longest = int(length.max(initial=0))
    if longest > 11:
        raise ValueError("a number beyond 32 bits")
    value = np.zeros(len(start), dtype=np.int64)
    negative = (length > 0) & (text[np.minimum(start, len(text) - 1)] == _MINUS)
    for place in range(longest):
        inside = (place < length) & ~((place == 0) & negative)
        digit = text[np.minimum(start + place, len(text) - 1)].astype(np.int64) - 48
        if (inside & ((digit < 0) | (digit > 9))).any():
            raise ValueError("not a whole number")
        value = np.where(inside, value * 10 + digit, value)
    if (negative & (length == 1)).any() or value.max(initial=0) > np.iinfo(np.int32).max:
        raise ValueError("a number beyond 32 bits")
    return np.where(negative, -value, value).astype(np.int32)


def blocks(path: Path, start: int = 0, commas: bool = False) -> Iterator[tuple[float, Lines]]:
    """Yield `(fraction read, lines)` of a text file, cut at line ends.

    Raises
    ------
    InputError
        If a line is longer than any mesh's, or the bytes are not text.
    """
    size = max(path.stat().st_size, 1)
    with path.open("rb") as file:
        file.seek(start)
        for data in _pieces(file, path):
            yield min(file.tell() / size, 1.0), Lines.split(data, commas)


def _pieces(file: BinaryIO, path: Path) -> Iterator[bytes]:
    rest = b""
    while data := file.read(BLOCK):
        if b"\0" in data:
            raise InputError(
                f"{path.name} is named a text file but holds binary data: export it again."
            )
        data = rest + data
        cut = _last_line_end(data)
        if not cut and len(data) > LONGEST_LINE:
            raise InputError(f"{path.name} has no line ends and is no mesh: export it again.")
        rest = data[cut:]
        if cut:
            yield _joined(data[:cut])
    if rest:
        yield _joined(rest)


def _last_line_end(data: bytes) -> int:
    """Return where the last whole line of `data` ends; a backslash continues a line."""
    end = len(data)
    while end := max(data.rfind(b"\n", 0, end), data.rfind(b"\r", 0, end)) + 1:
        line = data[:end].rstrip(b"\r\n") if end < 3 else data[end - 3 : end].rstrip(b"\r\n")
        if not line.endswith(b"\\"):
            return end
        end -= 1
    return 0


def _joined(data: bytes) -> bytes:
    """Return `data` with continued lines joined."""
    if b"\\" not in data:
        return data
    return data.replace(b"\\\r\n", b"   ").replace(b"\\\n", b"  ")
