"""What a guesser who knows nothing but how tests are made would score on a module's choices.

A choice whose right option is the longest, or the gentlest, tests reading habits and not the learner's judgement.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from curriculum_utils.content import Rubric, word_list

_WORD = re.compile(r"[a-z]+(?:['’][a-z]+)*")
# How many words of an option its opening is.
_OPENING = 10
STRATEGIES = (
    "the longest",
    "the shortest",
    "the first",
    "the one with a question mark",
    "the one with the most rubric words",
    "the one with the gentlest opening",
)


@dataclass(frozen=True)
class Choice:
    """The options of one item as texts, in the author's order, and which of them is right."""

    options: tuple[str, ...]
    right: int


@dataclass(frozen=True)
class Guess:
    """What one strategy scores over some choices, and what chance would; both are mean credit in [0, 1]."""

    score: float
    chance: float
    choices: int

    @property
    def above_chance(self) -> float:
        return self.score - self.chance


def guesses(choices: Sequence[Choice], rubric: Rubric) -> Mapping[str, Guess]:
    """What each strategy scores, by its name; where several options tie, one of them is taken at random."""
    chance = sum(1 / len(choice.options) for choice in choices) / len(choices) if choices else 0.0
    return {
        name: Guess(sum(_expected(choice, rate) for choice in choices) / max(1, len(choices)), chance, len(choices))
        for name, rate in _strategies(rubric).items()
    }


def best_options(strategy: str, options: Sequence[str], rubric: Rubric) -> list[int]:
    """The places of the options that a strategy would pick from, in the order in which they stand."""
    return _best(options, _strategies(rubric)[strategy])


def _best(options: Sequence[str], rate: Callable[[int, str], float]) -> list[int]:
    rated = [rate(place, text) for place, text in enumerate(options)]
    return [place for place, value in enumerate(rated) if value == max(rated)]


def _expected(choice: Choice, rate: Callable[[int, str], float]) -> float:
    best = _best(choice.options, rate)
    return 1 / len(best) if choice.right in best else 0.0


def _strategies(rubric: Rubric) -> dict[str, Callable[[int, str], float]]:
    told = frozenset(_rubric_words(rubric))
    rates: tuple[Callable[[int, str], float], ...] = (
        lambda _, text: len(text),
        lambda _, text: -len(text),
        lambda place, _: -place,
        lambda _, text: float("?" in text),
        lambda _, text: len(told.intersection(_words(text))),
        lambda _, text: _gentleness(text),
    )
    return dict(zip(STRATEGIES, rates, strict=True))


def _rubric_words(rubric: Rubric) -> Iterator[str]:
    """What somebody who has read the criteria's names and hints, and not understood them, would look for."""
    for criterion in rubric.criteria:
        for word in _words(f"{criterion.plain} {criterion.hint}"):
            if len(word) > 3 and word not in word_list("common"):
                yield word


def _gentleness(text: str) -> float:
    opening = _words(text)[:_OPENING]
    return sum(word in word_list("gentle") for word in opening) - sum(word in word_list("harsh") for word in opening)


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold().replace("’", "'"))
