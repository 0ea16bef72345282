"""What a learner of the journey answers, and what each answer is worth: worked out beside the page, never through it.

The answers come from the manners of the demo's learners, by seed: the same on every machine. The points of choices,
pairs and spottings are reckoned here from the author's key files; only written words are left to the scorer.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import yaml

from curriculum_utils.cohorts.demo import item_keys
from curriculum_utils.cohorts.manners import Answer, Answering, Chance
from curriculum_utils.cohorts.simulated import attempts, load_learners, load_pools
from curriculum_utils.cohorts.simulated_talk import Talk
from curriculum_utils.content import Item, Key, ReleasedModule, load_course
from curriculum_utils.items import SCHEMAS, Marking, Scored, points, type_of
from curriculum_utils.items.base import Outcome, outcome_of
from curriculum_utils.scoring import load_scorer
from curriculum_utils.scoring.remembered import RememberingScorer

WORD = re.compile(r"\w+(?:['’\-]\w+)*")


@dataclass(frozen=True)
class Desk:
    """The instructor's side: keys and replies, read from the course's own files."""

    course: Path

    @cached_property
    def content(self):
        return load_course(self.course / "curriculum", SCHEMAS)

    @cached_property
    def scorer(self) -> RememberingScorer:
        return RememberingScorer(load_scorer())

    def keys(self, module: str) -> Mapping[str, Key]:
        return item_keys(self.content, module)

    def answers(self, learner: str, release: ReleasedModule, item: Item) -> list[Answer]:
        """What this learner of the demo answers, attempt by attempt."""
        learners = load_learners(self.course / "demo" / "learners.yaml")
        pools = load_pools(self.course / "demo" / "replies")
        answering = Answering(
            item=item,
            key=self.keys(release.module)[item.id],
            profile=learners.profiles[learners.learners[learner]],
            chance=Chance(learner),
            pools=pools,
            vocabulary=release.vocabulary,
            order=type_of(item).orderable(item),
        )
        return list(attempts(answering, Talk(release.vocabulary, self.scorer, pools.get(release.module, {}))))

    def outcome(self, release: ReleasedModule, item: Item, answer: Answer) -> Outcome:
        """What the scorer says of an answer, with the author's key."""
        keyed = self.content.modules[release.module].items[item.id].item
        return outcome_of(type_of(keyed), keyed, answer, Marking(release.vocabulary, self.scorer))

    def due(self, release: ReleasedModule, item: Item, answer: Answer) -> float:
        """The points that an answer to a graded item must earn."""
        kind, most = item.exercise.type, float(item.exercise.points)
        key = self._key_file(release.module, item.id)
        if kind == "choose-move":
            return most if answer["option"] == key["correct"] else 0.0
        if kind == "match-reason":
            return round(
                most * sum(answer["pairs"].get(a) == b for a, b in key["pairs"].items()) / len(key["pairs"]), 4
            )
        if kind == "spot-the-trap":
            return round(most * (0.5 * (answer["trap"] == key["trap"]) + 0.5 * _shared_words(item, answer, key)), 4)
        outcome = self.outcome(release, item, answer)
        return points(outcome.credit, most) if isinstance(outcome, Scored) else 0.0

    def _key_file(self, module: str, item: str) -> Mapping[str, object]:
        """The key as its author wrote it: for an assessed item a file of its own."""
        return yaml.safe_load((self.course / "curriculum" / "keys" / module / f"{item}.yaml").read_text("utf-8"))

    def told(self, release: ReleasedModule, item: Item) -> list[str]:
        """Every sentence of feedback that the item's key holds."""
        return list(_feedback(self.keys(release.module)[item.id].model_dump(mode="json")))


def _feedback(value: object, *, inside: bool = False) -> Sequence[str]:
    if isinstance(value, Mapping):
        return [text for name, one in value.items() for text in _feedback(one, inside=inside or name == "feedback")]
    return [" ".join(value.split())] if inside and isinstance(value, str) else []


def words_of(text: str) -> list[tuple[int, int]]:
    """Where each word of a turn begins and ends."""
    return [match.span() for match in WORD.finditer(text)]


def touched(text: str, start: int, end: int) -> list[int]:
    """The places of the words that these characters touch."""
    return [place for place, (first, last) in enumerate(words_of(text)) if first < end and last > start]


def _shared_words(item: Item, answer: Answer, key: Mapping[str, object]) -> float:
    """The F1 of the words that were marked and those that the key quotes."""
    text = {turn.id: turn.text for turn in item.vignette.turns}
    marked = {(m["turn"], n) for m in answer["marks"] for n in touched(text[m["turn"]], m["start"], m["end"])}
    quoted: set[tuple[str, int]] = set()
    for span in key["spans"]:
        turn, quote = span["turn"], span["quote"]
        start = text[turn].index(quote)
        quoted |= {(turn, n) for n in touched(text[turn], start, start + len(quote))}
    return 2 * len(marked & quoted) / (len(marked) + len(quoted))
