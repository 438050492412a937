"""Finding names by some of their letters, as in `nsw` for "Nose width"."""

from __future__ import annotations

_WORD_START, _IN_A_ROW, _WHOLE = 8.0, 5.0, 12.0
_GAP = 0.3  # what each letter that is passed over costs, so that short spans win


def score(query: str, name: str, words: str = "") -> float | None:
    """Return how well a name fits, greater for better; None where it does not.

    Every word of the query must be in `name` by its letters in order, or in `words` as a part.

    Parameters
    ----------
    query : str
    name : str
        What is shown.
    words : str
        Other words that it may be found by; they count less.
    """
    total = 0.0
    low, other = name.lower(), words.lower()
    for word in query.lower().split():
        here = _letters(word, low)
        if here is None and word in other:
            here = 1.0
        if here is None:
            return None
        total += here
    return total - 0.01 * len(name)


def _letters(word: str, text: str) -> float | None:
    """Return the best score over all places where the first letter stands."""
    starts = [at for at, letter in enumerate(text) if letter == word[0]]
    found = [value for at in starts if (value := _from(word, text, at)) is not None]
    return max(found, default=None)


def _from(word: str, text: str, at: int) -> float | None:
    if text.startswith(word, at) and _starts_word(text, at):
        ends = at + len(word)
        whole = ends == len(text) or not text[ends].isalnum()
        return _WORD_START + _IN_A_ROW * len(word) + (_WHOLE if whole else 0.0)
    value, here = 0.0, at
    for count, letter in enumerate(word):
        place = text.find(letter, here)
        if place < 0:
            return None
        if _starts_word(text, place):
            value += _WORD_START
        if count:
            value += _IN_A_ROW if place == here else -_GAP * (place - here)
        here = place + 1
    return value if value > 0 else None


def _starts_word(text: str, at: int) -> bool:
    return at == 0 or not text[at - 1].isalnum()
