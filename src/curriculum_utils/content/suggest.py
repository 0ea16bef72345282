"""A near name for a misspelt one."""

import difflib
from collections.abc import Iterable


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """`; did you mean "x"?` for the nearest known name, else the list of those allowed."""
    names = sorted(set(known))
    near = difflib.get_close_matches(name, names, n=1, cutoff=0.7)
    if near:
        return f'; did you mean "{near[0]}"?'
    return f"; allowed: {', '.join(names)}" if 0 < len(names) <= 30 else ""
