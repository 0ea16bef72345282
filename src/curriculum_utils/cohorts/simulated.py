"""Simulated learners: scripted answers of very different quality, for the demo and for tests.

They answer as a learner does, into the response log beside the released notebooks; no score is ever written here.
What they know of the right answers comes from the instructor's keys, which they "happen" to hit or miss.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path

from pydantic import ValidationError

from curriculum_utils.cohorts.manners import Answer, Answering, Chance, Pools, Profile
from curriculum_utils.cohorts.simulated_talk import Talk
from curriculum_utils.content import Key, Model, load_release
from curriculum_utils.content.yaml_source import load_yaml
from curriculum_utils.errors import CohortError
from curriculum_utils.items import SCHEMAS, type_of
from curriculum_utils.items.assessing import LazyScorer
from curriculum_utils.responses import ResponseLog, log_path, option_order
from curriculum_utils.scoring import load_scorer
from curriculum_utils.scoring.remembered import RememberingScorer

# A second try at a practice item lands as often as this, whatever the profile: feedback has been read.
RETRY_RIGHT = 0.9
# What a reply is before a module has taught anything: rarely off the point, mostly kind, often with a trap in it.
UNTAUGHT = {"partial": 0.5, "trapped": 0.35, "off": 0.15}
SECONDS_PER_ANSWER = 75
_SCORER = RememberingScorer(LazyScorer(load_scorer))


class Learners(Model):
    """`demo/learners.yaml`."""

    profiles: dict[str, Profile]
    learners: dict[str, str]


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
            # By the learner and not by the log, whose name is drawn anew each time: the same demo on every machine.
            order = option_order(learner, item.id, type_of(item).orderable(item))
            log.append("shown", item.id, item.digest, {"order": order})
            talk = Talk(release.vocabulary, _SCORER, pools.get(release.module, {}))
            answering = Answering(item, keys[item.id], profile, chance, pools, release.vocabulary, order)
            for answer in attempts(answering, talk):
                now += timedelta(seconds=SECONDS_PER_ANSWER)
                ResponseLog(
                    log.path, learner=learner, notebook=notebook.slug, release=release.release, clock=_clock_at(now)
                ).append("commit", item.id, item.digest, answer)
                committed += 1
    return committed


def _clock_at(moment: datetime) -> Callable[[], datetime]:
    return lambda: moment


def attempts(answering: Answering, talk: Talk) -> Iterator[Answer]:
    """The first answer and, for practice, sometimes a second and better one."""
    item, profile, chance = answering.item, answering.profile, answering.chance
    if item.client is not None:
        yield {"turns": talk.session(item, answering)}
        return
    right = chance.share(item.id, "right") < profile.right
    quality = chance.weighted(profile.reply, item.id, "quality") if profile.reply else None
    if item.exercise.use == "pretest" and chance.share(item.id, "before") >= profile.before:
        right, quality = False, chance.weighted(UNTAUGHT, item.id, "untaught")
    yield answering.answer(right=right, quality=quality)
    if item.assessed or quality is None or chance.share(item.id, "retry") >= profile.retry:
        return
    if not right or quality != "strong":
        better = chance.share(item.id, "again") < RETRY_RIGHT
        yield answering.answer(right=better, quality="strong" if better else "partial")
