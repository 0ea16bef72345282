"""What a learner tends to fall into, and what most often goes missing: then and lately."""

from collections.abc import Iterable
from dataclasses import dataclass

from curriculum_utils.again.answers import Answered
from curriculum_utils.again.judging import Judged

LATELY = 10  # occasions; where there are fewer than twice as many, the later half of them
FEW = 6  # with fewer occasions nothing is told apart
MOST_TRAPS, MOST_CRITERIA = 5, 3


@dataclass(frozen=True)
class Tally:
    """How often something happened: `times` of `occasions` in all, and of the latest ones.

    `lately_of` is 0 where there are too few occasions to tell lately from before. `module` is where it happened last.
    """

    label: str
    times: int
    occasions: int
    lately: int
    lately_of: int
    module: str

    @property
    def before(self) -> int:
        return self.times - self.lately

    @property
    def before_of(self) -> int:
        return self.occasions - self.lately_of

    @property
    def rank(self) -> tuple[float, float, str]:
        """The most frequent first: lately, where that can be told, then in all."""
        share = self.times / self.occasions
        return -(self.lately / self.lately_of if self.lately_of else share), -share, self.label


@dataclass(frozen=True)
class Tendencies:
    """Traps that were fallen into and criteria that were missing, the most frequent first."""

    traps: tuple[Tally, ...]
    criteria: tuple[Tally, ...]


def tendencies(answers: Iterable[tuple[Answered, Judged]]) -> Tendencies:
    """What shows in answers, oldest first."""
    traps: dict[str, list[tuple[bool, str]]] = {}
    criteria: dict[str, list[tuple[bool, str]]] = {}
    for answered, judged in answers:
        module = answered.item.module
        for occasion in judged.occasions:
            for name in occasion.open_to:
                traps.setdefault(name, []).append((name in occasion.fell, module))
        for name in (*judged.met, *judged.missing):
            criteria.setdefault(name, []).append((name in judged.missing, module))
    return Tendencies(_most(traps, MOST_TRAPS), _most(criteria, MOST_CRITERIA))


def _most(found: dict[str, list[tuple[bool, str]]], most: int) -> tuple[Tally, ...]:
    tallies = [_tally(label, times) for label, times in found.items() if any(happened for happened, _ in times)]
    return tuple(sorted(tallies, key=lambda one: one.rank)[:most])


def _tally(label: str, times: list[tuple[bool, str]]) -> Tally:
    lately = times[-min(LATELY, len(times) // 2) :] if len(times) >= FEW else []
    return Tally(
        label=label,
        times=sum(happened for happened, _ in times),
        occasions=len(times),
        lately=sum(happened for happened, _ in lately),
        lately_of=len(lately),
        module=[module for happened, module in times if happened][-1],
    )
