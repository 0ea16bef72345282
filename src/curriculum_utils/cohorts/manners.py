"""How a simulated learner answers one item: by what they know, or by what people do who don't.

Nothing here decides a score: each manner does what such a person would do on the page, and the items' own scoring says
what it earns.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from curriculum_utils.content import Item, Key, Model, Turn, Vocabulary
from curriculum_utils.items.choose_move import ChooseMove, ChooseMoveKey
from curriculum_utils.items.match_reason import MatchReason, MatchReasonKey
from curriculum_utils.items.narrow import is_a
from curriculum_utils.items.spot_the_trap import SpotTheTrap, SpotTheTrapKey
from curriculum_utils.items.test_wise import STRATEGIES, best_options
from curriculum_utils.items.write_reply import MAX_CHARACTERS, WriteReply, WriteReplyKey

# The quality of a reply that begins well and ends in a trap; made of one of each.
SPOILED = "spoiled"
Share = Annotated[float, Field(ge=0, le=1)]
Answer = dict[str, object]
Pools = Mapping[str, Mapping[str, list[str]]]
"""Scripted replies by item and quality; under a module's name those for its practice sessions."""


class Profile(Model):
    """How a kind of learner answers; see demo/learners.yaml.

    Attributes:
        right: how often a choice, a pair or a trap's name is known.
        otherwise: what they do where they don't know: a wrong answer at random, a guess by how tests are made, the
            trap that pulls, or the nearest text pasted.
        reply: how often a written reply is of each quality; empty for those who don't write replies of their own.
        before: the share of `right` and of strong replies that was theirs before the module.
    """

    right: Share
    otherwise: Literal["errs", "guesses", "is trapped", "pastes"] = "errs"
    reply: dict[str, Share] = Field(default_factory=dict[str, float])
    retry: Share
    reach: Share
    before: Share = 1.0


@dataclass(frozen=True)
class Chance:
    """Draws that depend on nothing but who answers what: the same demo on every machine."""

    seed: str

    def share(self, *what: object) -> float:
        """A number in [0, 1) for this question."""
        text = "\x1f".join((self.seed, *map(str, what)))
        return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8]) / 2**64

    def pick(self, options: Sequence[str], *what: object) -> str:
        return options[int(self.share(*what) * len(options))]

    def weighted(self, weights: Mapping[str, float], *what: object) -> str:
        left = self.share(*what) * sum(weights.values())
        for name, weight in weights.items():
            left -= weight
            if left < 0:
                return name
        return next(iter(weights))


@dataclass(frozen=True)
class Answering:
    """One learner before one item; `order` is the item's options as this learner sees them."""

    item: Item
    key: Key
    profile: Profile
    chance: Chance
    pools: Pools
    vocabulary: Vocabulary
    order: Sequence[str]

    def answer(self, *, right: bool, quality: str | None) -> Answer:
        """The answer; `quality` is that of a reply of their own, None for those who have none."""
        item, exercise, answer = self.item, self.item.exercise, Answer()
        manner = "knows" if right else self.profile.otherwise
        if isinstance(exercise, WriteReply):
            client = item.vignette.last_client_words() if item.vignette else ""
            own = self.chance.pick(self._pool(exercise, quality), item.id, "text", client) if quality else None
            answer["text"] = own or self.without_skill(client)
        elif isinstance(exercise, ChooseMove):
            answer["option"] = self._option(exercise, manner)
        elif isinstance(exercise, MatchReason):
            answer["pairs"] = self._pairs(exercise, manner)
        elif isinstance(exercise, SpotTheTrap):
            answer.update(self._spot(exercise, manner))
        if exercise.confidence:
            answer["confidence"] = (3 if right else 2) + round(self.chance.share(item.id, "sure"))
        return answer

    def without_skill(self, client: str) -> str:
        """What one writes who has nothing to say: the criteria's own words, or the client's, pasted."""
        if self.profile.otherwise == "pastes":
            return client[:MAX_CHARACTERS]
        hints = [criterion.hint for criterion in self.vocabulary.rubric.criteria]
        first = int(self.chance.share(self.item.id, "hint", client) * len(hints))
        return " ".join((hints * 2)[first : first + 3])

    def _pool(self, exercise: WriteReply, quality: str | None) -> Sequence[str]:
        if quality == SPOILED:
            return spoiled(self._pool(exercise, "strong"), self._pool(exercise, "trapped"))
        pool = self.pools.get(self.item.id, {}).get(quality or "")
        return pool or _from_exemplars(is_a(WriteReplyKey, self.key), quality or "off", exercise.points)

    def _option(self, exercise: ChooseMove, manner: str) -> str:
        key, options = is_a(ChooseMoveKey, self.key), [option.id for option in exercise.options]
        wrong = [name for name in options if name != key.correct]
        match manner:
            case "knows":
                return key.correct
            case "guesses":
                strategy = self.chance.pick(STRATEGIES, self.item.id, "strategy")
                texts = {option.id: option.text for option in exercise.options}
                best = best_options(strategy, [texts[name] for name in self.order], self.vocabulary.rubric)
                return self.chance.pick([self.order[place] for place in best], self.item.id, "option")
            case "pastes":
                return self.order[0]
            case _:
                return self.chance.pick(wrong, self.item.id, "option")

    def _pairs(self, exercise: MatchReason, manner: str) -> dict[str, str]:
        """All pairs right, those of two moves exchanged, or the reasons in the order in which they stand."""
        pairs = dict(is_a(MatchReasonKey, self.key).pairs)
        if manner in ("guesses", "pastes"):
            return dict(zip([left.id for left in exercise.left], self.order, strict=False))
        if manner != "knows":
            first, second = sorted(pairs, key=lambda name: self.chance.share(self.item.id, "swap", name))[:2]
            pairs[first], pairs[second] = pairs[second], pairs[first]
        return pairs

    def _spot(self, exercise: SpotTheTrap, manner: str) -> Answer:
        """The trap and its words; or another name and half of the words, another sentence, or the whole turn."""
        key, vignette = is_a(SpotTheTrapKey, self.key), self.item.vignette
        turns = [turn for turn in vignette.turns if turn.who == "therapist"] if vignette else []
        if not turns:
            return {"trap": key.trap}
        if manner in ("guesses", "pastes"):
            guessed = self.chance.pick(exercise.traps, self.item.id, "trap")
            trap, turn = (guessed, turns[-1]) if manner == "guesses" else (exercise.traps[0], turns[0])
            return {"trap": trap, "marks": [_mark(turn, 0, len(turn.text))]}
        span = key.spans[0]
        turn = next(one for one in turns if one.id == span.turn)
        start = turn.text.index(span.quote)
        if manner == "knows":
            return {"trap": key.trap, "marks": [_mark(turn, start, start + len(span.quote))]}
        others = [name for name in exercise.traps if name != key.trap]
        trap = self.chance.pick(others, self.item.id, "trap")
        # Who falls into the trap does not hear it: they mark what sounds odd to them elsewhere.
        if manner == "errs" and self.chance.share(self.item.id, "marks") < 0.5:
            return {"trap": trap, "marks": [_mark(turn, start, start + max(1, len(span.quote) // 2))]}
        return {"trap": trap, "marks": [_mark(turn, 0, max(1, len(turn.text) // 3))]}


def spoiled(strong: Sequence[str], trapped: Sequence[str]) -> list[str]:
    """Good replies that go on into a trap."""
    return [f"{good} {trap}" for good in strong for trap in trapped]


def _from_exemplars(key: WriteReplyKey, quality: str, most: float) -> list[str]:
    """For an item that demo/replies has nothing for: its exemplars of about that quality, the nearest there are."""
    found: dict[str, list[str]] = {"strong": [], "partial": [], "trapped": [], "off": []}
    for one in key.exemplars:
        kind = "strong" if one.points >= most else "trapped" if one.traps else "partial" if one.points else "off"
        found[kind].append(one.text)
    near = {"strong": "partial", "partial": "strong", "trapped": "off", "off": "trapped"}
    return found[quality] or found[near[quality]] or [one.text for one in key.exemplars]


def _mark(turn: Turn, start: int, end: int) -> dict[str, object]:
    return {"turn": turn.id, "start": start, "end": end}
