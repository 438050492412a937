"""Numbers as people type and read them: units, arithmetic, signs."""

from __future__ import annotations

import ast
import math
import operator
import re
from collections.abc import Callable, Mapping

from facewright.engine.units import AGE_WORDS

_OPERATORS: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}

_FACTORS: Mapping[str, Mapping[str, float]] = {
    "years": AGE_WORDS,
    "sd": {"sd": 1.0, "σ": 1.0, "s": 1.0},
    "share": {"%": 0.01},
    "": {"%": 0.01},
    "mm": {"mm": 1.0, "cm": 10.0},
}

INFANT_YEARS = 3.0
"""Ages below are told in months."""
_GROWN_YEARS = 18.0
_AGE = re.compile(r"(\d+(?:[.,]\d+)?)\s*([^\W\d_]+)\s*(?:,|and)?\s*", re.IGNORECASE)

_mark = "."


def use_mark(mark: str) -> None:
    """Write numbers with this decimal mark from now on; both can always be typed."""
    global _mark
    _mark = mark


def parse(text: str, unit: str = "", effect: float = 0.0) -> float:
    """Return the number that `text` means: `1,5`, `3*0.4`, `6 months`, `45 %`, `2y 3mo`.

    Parameters
    ----------
    text : str
    unit : str
        What the number counts, as in `Range`.
    effect : float
        Millimetres for one of that unit, so that `3 mm` is understood; 0 where it is not.

    Raises
    ------
    ValueError
        If it is no number, or not finite.
    """
    text = text.strip().replace("−", "-")
    factors = dict(_FACTORS.get(unit, {}))
    if effect:
        factors |= {name: factor / effect for name, factor in _FACTORS["mm"].items()}
    if unit == "years" and len(_AGE.findall(text)) > 1 and not _AGE.sub("", text):
        return sum(parse(f"{number} {name}", unit) for number, name in _AGE.findall(text))
    match = re.fullmatch(r"(?P<sum>[-+*/().,\d\s]+?)\s*(?P<unit>[^\W\d_]+|%)?\s*", text)
    if match is None or len(text) > 80:
        raise ValueError(f"not a number: {text}")
    factor = 1.0
    if match["unit"]:
        factor = factors.get(match["unit"].lower(), math.nan)
    try:
        tree = ast.parse(match["sum"].replace(",", ".").strip(), mode="eval")
        value = _value(tree.body) * factor
    except (SyntaxError, ZeroDivisionError, RecursionError, OverflowError) as error:
        raise ValueError(f"not a number: {text}") from error
    if not math.isfinite(value):
        raise ValueError(f"not a number: {text}")
    return value


def length(text: str) -> float | None:
    """Return the mm that `text` means: `34 mm`, `3.4 cm`; None for what has no such unit.

    Raises
    ------
    ValueError
        If there is a unit but no number.
    """
    text = text.strip().lower()
    return parse(text, "mm") if text.endswith(tuple(_FACTORS["mm"])) else None


def shown(value: float, unit: str = "") -> str:
    """Return the number as it stands beside a slider."""
    if unit == "years":
        if round(value * 12) < INFANT_YEARS * 12:
            return f"{value * 12:.0f} mo"
        years, months = divmod(round(value * 12), 12)
        if months and value < _GROWN_YEARS:
            return f"{years} y {months} mo"
        return f"{round(value, 1):g} y".replace(".", _mark)
    if unit == "sd":
        return f"{written(value, 2, signed=True)} σ"
    if unit == "share":
        return f"{value * 100:.0f} %"
    if unit == "count":
        return f"{value:.0f}"
    if unit == "mm":
        return f"{written(value, 1)} mm"
    text = written(value, 2)
    return f"{text} {unit}" if unit else text


def beside(value: float, effect: float) -> str:
    """Return the same number in mm, where one unit of it is `effect` mm; nothing for 0."""
    return f"{written(value * effect, 1, signed=True)} mm" if effect else ""


def written(value: float, digits: int, *, signed: bool = False) -> str:
    """Return a number with its minus, and its plus where `signed`; never a negative zero."""
    rounded = round(value, digits)
    sign = "+" if signed and rounded else ""
    text = f"{rounded or 0.0:{sign}.{digits}f}"
    return text.replace("-", "−").replace(".", _mark)


def _value(node: ast.expr) -> float:
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        return float(node.value)
    if isinstance(node, ast.BinOp) and type(node.op) in _OPERATORS:
        return _OPERATORS[type(node.op)](_value(node.left), _value(node.right))
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.UAdd):
        value = _value(node.operand)
        return -value if isinstance(node.op, ast.USub) else value
    raise ValueError("only numbers and + - * / ( )")
