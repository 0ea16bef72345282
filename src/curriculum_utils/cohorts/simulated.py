"""Simulated learners: scripted answers of very different quality, for the demo and for tests.

They answer as a learner does, into the response log beside the released notebooks; no score is ever written here.
What they know of the right answers comes from the instructor's keys, which they "happen" to hit or miss.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

from pydantic import Field, ValidationError

from curriculum_utils.cohorts.simulated_talk import Talk
from curriculum_utils.content import Item, Key, Model, Turn, load_release
from curriculum_utils.content.yaml_source import load_yaml
from curriculum_utils.errors import CohortError
from curriculum_utils.items import SCHEMAS, type_of
from curriculum_utils.items.assessing import LazyScorer
from curriculum_utils.items.choose_move import ChooseMove, ChooseMoveKey
from curriculum_utils.items.match_reason import MatchReason, MatchReasonKey
from curriculum_utils.items.narrow import is_a
from curriculum_utils.items.spot_the_trap import SpotTheTrap, SpotTheTrapKey
from curriculum_utils.items.write_reply import WriteReply, WriteReplyKey
from curriculum_utils.responses import ResponseLog, log_path, option_order
from curriculum_utils.scoring import load_scorer
from curriculum_utils.scoring.remembered import RememberingScorer

Share = Annotated[float, Field(ge=0, le=1)]
Answer = dict[str, object]
# A second try at a practice item lands as often as this, whatever the profile: feedback has been read.
RETRY_RIGHT = 0.9
SECONDS_PER_ANSWER = 75
_SCORER = RememberingScorer(LazyScorer(load_scorer))


class Profile(Model):
    """How a kind of learner answers; see demo/learners.yaml."""

    right: Share
    reply: dict[str, Share]
    retry: Share
    reach: Share


class Learners(Model):
    """`demo/learners.yaml`."""

    profiles: dict[str, Profile]
    learners: dict[str, str]


Pools = Mapping[str, Mapping[str, list[str]]]
"""Scripted replies by item and quality; under a module's name those for its practice sessions."""


@dataclass(frozen=True)
class Chance:
    """Draws that depend on nothing but who answers what: the same demo on every machine."""

    seed: str

    def share(self, *what: object) -> float:
        """A number in [0, 1) for this question."""
        text = "\x1f".join((self.seed, *map(str, what)))
        return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8]) / 2**64

    def pick(self, options: list[str], *what: object) -> str:
        return options[int(self.share(*what) * len(options))]

    def weighted(self, weights: Mapping[str, float], *what: object) -> str:
        left = self.share(*what) * sum(weights.values())
        for name, weight in weights.items():
            left -= weight
            if left < 0:
                return name
        return next(iter(weights))


def load_learners(path: Path) -> Learners:
    """Who answers, and how.

    Raises:
        CohortError: the file does not have this form, or names a profile that is not there.
    """
    try:
        learners = Learners.model_validate(load_yaml(path).data)
    except ValidationError as error:
        raise CohortError(f"{path}: {str(error).splitlines()[0]}") from None
    for name, profile in learners.learners.items():
        if profile not in learners.profiles:
            raise CohortError(f'{path}: learner "{name}" has a profile "{profile}" that is not described')
    return learners


def load_pools(folder: Path) -> Pools:
    """The scripted replies of every `*.yaml` in the folder."""
    pools: dict[str, Mapping[str, list[str]]] = {}
    for path in sorted(folder.glob("*.yaml")):
        pools.update(load_yaml(path).data)  # pyright: ignore[reportArgumentType, reportCallIssue]
    return pools


def answer_module(
    folder: Path, learner: str, profile: Profile, keys: Mapping[str, Key], pools: Pools, *, start: datetime
) -> int:
    """Answers a fetched module as this learner would; returns how many answers were committed.

    Args:
        folder: the learner's copy of the release; its logs are written there.
        keys: the module's keys, by item.
        start: when the learner begins; answers follow in steady steps.
    """
    release = load_release(folder, SCHEMAS)
    chance, now, committed = Chance(learner), start, 0
    for notebook in release.notebooks:
        items = release.items_of(notebook.slug)
        reached = items[: max(1, round(len(items) * profile.reach))] if items else []
        for item in reached:
            log = ResponseLog(
                log_path(folder, notebook.slug, assessed=item.assessed),
                learner=learner,
                notebook=notebook.slug,
                release=release.release,
                clock=_clock_at(now),
            )
            order = option_order(log.log_id, item.id, type_of(item).orderable(item))
            log.append("shown", item.id, item.digest, {"order": order})
            talk = Talk(release.vocabulary, _SCORER, pools.get(release.module, {}))
            for answer in _attempts(item, keys[item.id], profile, chance, pools, talk):
                now += timedelta(seconds=SECONDS_PER_ANSWER)
                ResponseLog(
                    log.path, learner=learner, notebook=notebook.slug, release=release.release, clock=_clock_at(now)
                ).append("commit", item.id, item.digest, answer)
                committed += 1
    return committed


def _clock_at(moment: datetime) -> Callable[[], datetime]:
    return lambda: moment


def _attempts(item: Item, key: Key, profile: Profile, chance: Chance, pools: Pools, talk: Talk) -> Iterator[Answer]:
    """The first answer and, for practice, sometimes a second and better one."""
    if item.client is not None:
        yield {"turns": talk.session(item, lambda turn: chance.weighted(profile.reply, item.id, "quality", turn))}
        return
    right = chance.share(item.id, "right") < profile.right
    quality = chance.weighted(profile.reply, item.id, "quality")
    yield _answer(item, key, chance, pools, right=right, quality=quality)
    if item.assessed or chance.share(item.id, "retry") >= profile.retry:
        return
    if not right or quality != "strong":
        better = chance.share(item.id, "again") < RETRY_RIGHT
        yield _answer(item, key, chance, pools, right=better, quality="strong" if better else "partial")


def _answer(item: Item, key: Key, chance: Chance, pools: Pools, *, right: bool, quality: str) -> Answer:
    exercise = item.exercise
    answer: Answer = {}
    if isinstance(exercise, WriteReply):
        pool = pools.get(item.id, {}).get(quality)
        if not pool:
            pool = _from_exemplars(is_a(WriteReplyKey, key), quality, exercise.points)
        answer["text"] = chance.pick(pool, item.id, "text", quality)
    elif isinstance(exercise, ChooseMove) and isinstance(key, ChooseMoveKey):
        wrong = [option.id for option in exercise.options if option.id != key.correct]
        answer["option"] = key.correct if right else chance.pick(wrong, item.id, "option")
    elif isinstance(exercise, MatchReason) and isinstance(key, MatchReasonKey):
        answer["pairs"] = _pairs(key, chance, item.id, right=right)
    elif isinstance(exercise, SpotTheTrap) and isinstance(key, SpotTheTrapKey):
        answer.update(_spot(item, exercise, key, chance, right=right))
    if exercise.confidence:
        answer["confidence"] = (3 if right else 2) + round(chance.share(item.id, "sure"))
    return answer


def _from_exemplars(key: WriteReplyKey, quality: str, most: float) -> list[str]:
    """For an item that demo/replies has nothing for: its exemplars of about that quality, the nearest there are."""
    found: dict[str, list[str]] = {"strong": [], "partial": [], "trapped": [], "off": []}
    for one in key.exemplars:
        kind = "strong" if one.points >= most else "trapped" if one.traps else "partial" if one.points else "off"
        found[kind].append(one.text)
    near = {"strong": "partial", "partial": "strong", "trapped": "off", "off": "trapped"}
    return found[quality] or found[near[quality]] or [one.text for one in key.exemplars]


def _pairs(key: MatchReasonKey, chance: Chance, item: str, *, right: bool) -> dict[str, str]:
    """All pairs right, or those of two moves exchanged."""
    pairs = dict(key.pairs)
    if not right:
        first, second = sorted(pairs, key=lambda name: chance.share(item, "swap", name))[:2]
        pairs[first], pairs[second] = pairs[second], pairs[first]
    return pairs


def _spot(item: Item, exercise: SpotTheTrap, key: SpotTheTrapKey, chance: Chance, *, right: bool) -> Answer:
    """The trap and its words; or another name and the first half of the words; or words of another sentence."""
    span = key.spans[0]
    turn = item.vignette.turn(span.turn) if item.vignette else None
    if turn is None:
        return {"trap": key.trap}
    start = turn.text.index(span.quote)
    if right:
        return {"trap": key.trap, "marks": [_mark(turn, start, start + len(span.quote))]}
    others = [name for name in exercise.traps if name != key.trap]
    trap = chance.pick(others, item.id, "trap")
    if chance.share(item.id, "marks") < 0.5:
        return {"trap": trap, "marks": [_mark(turn, start, start + max(1, len(span.quote) // 2))]}
    return {"trap": trap, "marks": [_mark(turn, 0, max(1, len(turn.text) // 3))]}


def _mark(turn: Turn, start: int, end: int) -> dict[str, object]:
    return {"turn": turn.id, "start": start, "end": end}
