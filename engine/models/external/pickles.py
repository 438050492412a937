"""Pickles as inert values: a machine that builds records of what a file asks for and does nothing.

A pickle is a program. Python's own `Unpickler` imports and calls what it names, even when only
allowed names are let through, and fills its memo up to any number a file writes. This one knows
no import and no call: a name becomes a `Name`, a call becomes a `Call` of values, and `numbers`
afterwards makes arrays of the few that stand for arrays. Names that no such file needs are
refused.
"""

from __future__ import annotations

import codecs
import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from facewright.engine.models.external.foreign import Unusable

MOST_STEPS = 1_000_000
"""What a model's pickle does in some thousand steps is a bomb at this many."""

LONGEST_NUMBER = 64
"""Bytes of a whole number."""

_MARK = object()


@dataclass(frozen=True, eq=False)
class Name:
    """Something that the file would import."""

    module: str
    name: str

    @property
    def full(self) -> str:
        """Module and name with a dot between."""
        return f"{self.module}.{self.name}"


@dataclass(eq=False)
class Call:
    """Something that the file would make, and the state that it would be given."""

    what: Name
    arguments: tuple[Any, ...]
    state: Any = field(default=None)


def load(path: Path, allowed: Callable[[str], bool]) -> Any:
    """Return what a pickle holds, with names and calls as records.

    Parameters
    ----------
    path : Path
    allowed : callable
        Says of a full name whether a file may mention it.

    Raises
    ------
    Unusable
        If it is damaged, names anything else, or asks for far more steps than a model takes.
    """
    machine = _Machine(path.read_bytes(), allowed)
    try:
        return machine.run()
    except Unusable:
        raise
    except (IndexError, ValueError, TypeError, struct.error, OverflowError) as error:
        raise Unusable("it is a damaged pickle") from error


class _Machine:
    """The stack, the memo and where the reading stands."""

    def __init__(self, data: bytes, allowed: Callable[[str], bool]) -> None:
        self.data, self.at, self.allowed = data, 0, allowed
        self.stack: list[Any] = []
        self.memo: dict[int, Any] = {}

    def run(self) -> Any:
        for _ in range(MOST_STEPS):
            code = self.take(1)[0]
            if code == ord("."):
                return self.stack[-1]
            step = _STEPS.get(code)
            if step is None:
                raise Unusable("it is no pickle, or asks for something outside itself")
            step(self)
        raise Unusable("it asks for more steps than any model's pickle")

    def take(self, count: int) -> bytes:
        """Return the next bytes; never more than are there."""
        if count < 0 or self.at + count > len(self.data):
            raise Unusable("it is cut short")
        self.at += count
        return self.data[self.at - count : self.at]

    def line(self) -> bytes:
        """Return the bytes up to the next line end."""
        end = self.data.index(b"\n", self.at)
        found = self.data[self.at : end]
        self.at = end + 1
        return found

    def whole(self, form: str) -> int:
        """Return the next number of a `struct` form."""
        return int(struct.unpack(form, self.take(struct.calcsize(form)))[0])

    def push(self, value: Any) -> None:
        self.stack.append(value)

    def pop(self) -> Any:
        value = self.stack.pop()
        if value is _MARK:
            raise Unusable("it is a damaged pickle")
        return value

    def marked(self) -> list[Any]:
        """Return and take away what was pushed since the last mark."""
        for place in range(len(self.stack) - 1, -1, -1):
            if self.stack[place] is _MARK:
                found = self.stack[place + 1 :]
                del self.stack[place:]
                return found
        raise Unusable("it is a damaged pickle")

    def name(self, module: Any, name: Any) -> Name:
        found = Name(text(module), text(name))
        if not self.allowed(found.full):
            raise Unusable(f"it asks for {found.full[:60]}, which no model of a face needs")
        return found


def text(value: Any) -> str:
    """Return a string as Python 2 or 3 wrote it.

    Raises
    ------
    Unusable
        If it is none.
    """
    if isinstance(value, bytes):
        return value.decode("latin-1")
    if not isinstance(value, str):
        raise Unusable("it is a damaged pickle")
    return value


def _number(digits: bytes) -> int:
    if len(digits) > 2 * LONGEST_NUMBER:
        raise Unusable("it is a damaged pickle")
    return int(digits)


def _int_line(m: _Machine) -> None:
    line = m.line()
    m.push(line == b"01" if line in (b"00", b"01") else _number(line))


def _long(form: str) -> Callable[[_Machine], None]:
    def step(m: _Machine) -> None:
        count = m.whole(form)
        if count > LONGEST_NUMBER:
            raise Unusable("it is a damaged pickle")
        m.push(int.from_bytes(m.take(count), "little", signed=True))

    return step


def _quoted(m: _Machine) -> None:
    line = m.line().strip()
    if len(line) < 2 or line[:1] != line[-1:] or line[:1] not in (b"'", b'"'):
        raise Unusable("it is a damaged pickle")
    m.push(codecs.escape_decode(line[1:-1])[0])


def _bytes(form: str) -> Callable[[_Machine], None]:
    return lambda m: m.push(m.take(m.whole(form)))


def _unicode(form: str) -> Callable[[_Machine], None]:
    return lambda m: m.push(m.take(m.whole(form)).decode("utf-8", "surrogatepass"))


def _value(form: str) -> Callable[[_Machine], None]:
    return lambda m: m.push(struct.unpack(form, m.take(struct.calcsize(form)))[0])


def _constant(value: Any) -> Callable[[_Machine], None]:
    return lambda m: m.push(value)


def _tuple(count: int) -> Callable[[_Machine], None]:
    def step(m: _Machine) -> None:
        m.push(tuple(reversed([m.pop() for _ in range(count)])))

    return step


def _paired(values: list[Any]) -> dict[str, Any]:
    """Return the pairs whose keys are strings; chumpy keeps others, and none is of use here."""
    pairs = zip(values[::2], values[1::2], strict=True)
    return {text(key): value for key, value in pairs if isinstance(key, str | bytes)}


def _extend(m: _Machine, values: list[Any]) -> None:
    target = m.stack[-1]
    if not isinstance(target, list):
        raise Unusable("it is a damaged pickle")
    target.extend(values)


def _set_items(m: _Machine, values: list[Any]) -> None:
    target = m.stack[-1]
    if isinstance(target, dict):
        target.update(_paired(values))
    elif not isinstance(target, Call):  # an OrderedDict or the like: its items are of no use
        raise Unusable("it is a damaged pickle")


def _remember(key: Callable[[_Machine], int]) -> Callable[[_Machine], None]:
    def step(m: _Machine) -> None:
        m.memo[key(m)] = m.stack[-1]

    return step


def _recall(key: Callable[[_Machine], int]) -> Callable[[_Machine], None]:
    def step(m: _Machine) -> None:
        place = key(m)
        if place not in m.memo:
            raise Unusable("it is a damaged pickle")
        m.push(m.memo[place])

    return step


def _call(m: _Machine, what: Any, arguments: Any) -> None:
    if not isinstance(what, Name) or not isinstance(arguments, tuple | list):
        raise Unusable("it is a damaged pickle")
    m.push(Call(what, tuple(arguments)))


def _reduce(m: _Machine) -> None:
    arguments = m.pop()
    _call(m, m.pop(), arguments)


def _new_with_keywords(m: _Machine) -> None:
    m.pop()
    _reduce(m)


def _build(m: _Machine) -> None:
    state, target = m.pop(), m.stack[-1]
    if not isinstance(target, Call):
        raise Unusable("it is a damaged pickle")
    target.state = state


def _object(m: _Machine) -> None:
    what, *arguments = m.marked()
    _call(m, what, arguments)


def _instance(m: _Machine) -> None:
    what = m.name(m.line(), m.line())
    _call(m, what, m.marked())


def _global(m: _Machine) -> None:
    m.push(m.name(m.line(), m.line()))


def _stack_global(m: _Machine) -> None:
    name = m.pop()
    m.push(m.name(m.pop(), name))


_STEPS: dict[int, Callable[[_Machine], Any]] = {
    0x80: lambda m: m.take(1),  # protocol
    0x95: lambda m: m.take(8),  # frame
    ord("("): lambda m: m.push(_MARK),
    ord("0"): lambda m: m.stack.pop(),
    ord("1"): lambda m: m.marked(),
    ord("2"): lambda m: m.push(m.stack[-1]),
    ord("N"): _constant(None),
    0x88: _constant(True),
    0x89: _constant(False),
    ord("I"): _int_line,
    ord("L"): lambda m: m.push(_number(m.line().rstrip(b"L"))),
    ord("F"): lambda m: m.push(float(m.line())),
    ord("J"): _value("<i"),
    ord("K"): _value("<B"),
    ord("M"): _value("<H"),
    ord("G"): _value(">d"),
    0x8A: _long("<B"),
    0x8B: _long("<i"),
    ord("S"): _quoted,
    ord("T"): _bytes("<i"),
    ord("U"): _bytes("<B"),
    ord("B"): _bytes("<I"),
    ord("C"): _bytes("<B"),
    0x8E: _bytes("<Q"),
    0x96: _bytes("<Q"),
    ord("V"): lambda m: m.push(m.line().decode("raw-unicode-escape")),
    ord("X"): _unicode("<I"),
    0x8C: _unicode("<B"),
    0x8D: _unicode("<Q"),
    ord("]"): lambda m: m.push([]),
    ord("}"): lambda m: m.push({}),
    ord(")"): _constant(()),
    0x8F: lambda m: m.push([]),  # a set; hashing its members is of no use here
    ord("l"): lambda m: m.push(m.marked()),
    ord("d"): lambda m: m.push(_paired(m.marked())),
    ord("t"): lambda m: m.push(tuple(m.marked())),
    0x85: _tuple(1),
    0x86: _tuple(2),
    0x87: _tuple(3),
    0x91: lambda m: m.push(m.marked()),
    ord("a"): lambda m: _extend(m, [m.pop()]),
    ord("e"): lambda m: _extend(m, m.marked()),
    0x90: lambda m: _extend(m, m.marked()),
    ord("s"): lambda m: _set_items(m, [m.pop(), m.pop()][::-1]),
    ord("u"): lambda m: _set_items(m, m.marked()),
    ord("p"): _remember(lambda m: _number(m.line())),
    ord("q"): _remember(lambda m: m.whole("<B")),
    ord("r"): _remember(lambda m: m.whole("<I")),
    0x94: _remember(lambda m: len(m.memo)),
    ord("g"): _recall(lambda m: _number(m.line())),
    ord("h"): _recall(lambda m: m.whole("<B")),
    ord("j"): _recall(lambda m: m.whole("<I")),
    ord("c"): _global,
    0x93: _stack_global,
    ord("i"): _instance,
    ord("o"): _object,
    ord("R"): _reduce,
    0x81: _reduce,
    0x92: _new_with_keywords,
    ord("b"): _build,
}
"""What each code does. Left out: ids and buffers from outside, and the registry of extensions."""
