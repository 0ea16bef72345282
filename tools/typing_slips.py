"""Slips of the keyboard, put into texts: to learn from, and to measure what they cost."""

import random
import re

_WORDS = re.compile(r"([A-Za-z']+)")
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_BESIDE = {key: row[max(at - 1, 0) : at] + row[at + 1 : at + 2] for row in _ROWS for at, key in enumerate(row)}
SHARES = (0.05, 0.1, 0.2, 0.33)


def slip(word: str, rng: random.Random) -> str:
    """The word with two letters swapped, one left out, one doubled or one replaced by the key beside it."""
    if len(word) < 3:
        return word
    at = rng.randrange(len(word) - 1)
    kind = rng.randrange(4)
    if kind == 0:
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    if kind == 1:
        return word[:at] + word[at + 1 :]
    if kind == 2:
        return word[: at + 1] + word[at:]
    return word[:at] + rng.choice(_BESIDE.get(word[at].lower()) or word[at]) + word[at + 1 :]


def in_every(text: str, number: int, rng: random.Random) -> str:
    """The text with a slip in every `number`-th word."""
    parts = _WORDS.split(text)
    for at in range(2 * number - 1, len(parts), 2 * number):
        parts[at] = slip(parts[at], rng)
    return "".join(parts)


def as_typed(text: str, rng: random.Random) -> str:
    """The text as somebody may have typed it: half of the time as it stands, else with some slips or marks missing."""
    if rng.random() < 0.5:
        return text
    share = rng.choice(SHARES)
    parts = _WORDS.split(text)
    for at in range(1, len(parts), 2):
        if rng.random() < share:
            parts[at] = slip(parts[at], rng)
    typed = "".join(parts)
    if rng.random() < 0.2:
        typed = typed.replace("'", "")
    if rng.random() < 0.2:
        typed = re.sub("[.,;]", "", typed)
    return typed
