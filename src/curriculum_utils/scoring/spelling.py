"""Slips of the keyboard put right before a text is read: "teh" is read as "the", and its place in the text is kept.

Only words that are not known are touched, and only when one slip away from a known one; the learner's text is never
changed. Dialect words stand among the known ones.
"""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from curriculum_utils.scoring.protocol import Span

SHORTEST = 3
"""Shorter words have too many neighbours to tell which was meant."""
LONGEST = 20
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_LETTERS = "abcdefghijklmnopqrstuvwxyz'"


@dataclass(frozen=True)
class Mended:
    """A text as it is read; `edges` has (place in it, place in the original) where each stretch starts."""

    text: str
    edges: tuple[Span, ...]
    changed: frozenset[int]
    """Which stretches, by number, are mended words: they stand for the original word as a whole."""

    def original(self, span: Span) -> Span:
        """The characters of the original text that a span of the mended text stands for."""
        first, last = (self._stretch(place) for place in (span[0], max(span[0], span[1] - 1)))
        start = self.edges[first][1] + (0 if first in self.changed else span[0] - self.edges[first][0])
        if last in self.changed:
            return start, self.edges[last + 1][1]
        return start, self.edges[last][1] + span[1] - self.edges[last][0]

    def _stretch(self, place: int) -> int:
        return bisect_right(self.edges, place, key=lambda edge: edge[0]) - 1


class Speller:
    """Knows words by how often they are used."""

    def __init__(self, uses: Mapping[str, int]) -> None:
        self._uses = uses

    @property
    def known(self) -> Container[str]:
        """The words it knows, in lower case."""
        return self._uses

    def mend(self, text: str) -> Mended:
        """The text with unknown words replaced by the most used known word one slip away, where there is one."""
        parts: list[str] = []
        edges: list[Span] = [(0, 0)]
        changed: set[int] = set()
        done = length = 0

        def add(part: str, end: int) -> None:
            nonlocal done, length
            parts.append(part)
            length, done = length + len(part), end
            edges.append((length, end))

        for match in _WORD.finditer(text):
            better = self.better(match.group())
            if better is not None:
                add(text[done : match.start()], match.start())
                changed.add(len(edges) - 1)
                add(better, match.end())
        add(text[done:], len(text))
        return Mended("".join(parts), tuple(edges), frozenset(changed))

    def better(self, word: str) -> str | None:
        """The known word that was probably meant; None to leave the word as it stands."""
        plain = word.lower().replace("’", "'")
        if plain in self._uses or not SHORTEST <= len(plain) <= LONGEST or not plain.isascii():
            return None
        found = {one for one in _one_slip_away(plain) if one in self._uses}
        return min(found, key=lambda one: (-self._uses[one], one), default=None)


def _one_slip_away(word: str) -> Iterator[str]:
    """The word with a letter left out, two swapped, one replaced or one put in."""
    cuts = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    for before, after in cuts:
        if after:
            yield before + after[1:]
            yield from (before + letter + after[1:] for letter in _LETTERS)
        yield from (before + letter + after for letter in _LETTERS)
    for at, (first, second) in enumerate(pairwise(word)):
        yield word[:at] + second + first + word[at + 2 :]


def uses_of(texts: Iterable[str], also_known: Iterable[str]) -> dict[str, int]:
    """How often words are used: those that stand at least twice in the texts, and those known anyway, as never used."""
    counted = Counter(word.lower().replace("’", "'") for text in texts for word in _WORD.findall(text))
    return dict.fromkeys(also_known, 0) | {word: number for word, number in counted.items() if number > 1}
