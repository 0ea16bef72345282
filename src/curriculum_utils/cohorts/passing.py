"""Who has passed a module: the pass mark, the hand-ins that count, and how many are left."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from curriculum_utils.cohorts.cohort import Cohort
from curriculum_utils.cohorts.settling import settle_penalties
from curriculum_utils.content.suggest import did_you_mean
from curriculum_utils.errors import CohortError
from curriculum_utils.grading.attempts import Attempt, answers_digest, attempts, note_attempts
from curriculum_utils.grading.standing import Standing, read_standings

Outcome = Literal["passed", "not yet", "waiting", "not handed in", "no pass mark"]
_TOLERANCE = 1e-9


@dataclass(frozen=True)
class Rule:
    """What passing a module takes: a share of its points in percent, and how often it may be taken again.

    `pass_mark` is None where nothing is passed or failed, `retakes` where there is no limit.
    """

    pass_mark: float | None
    retakes: int | None


@dataclass(frozen=True)
class Passing:
    """One learner's module: the best hand-in that counts, in points, and what it comes to.

    `share` is in percent of `maximum`; `score` and `share` are None where nothing that counts is graded. `used` counts
    graded hand-ins, those over the limit too; `left` is how many more would count, None without a limit. `passed_on` is
    the day (UTC) of the first hand-in that reached the mark.
    """

    learner: str
    module: str
    outcome: Outcome
    score: float | None
    maximum: float
    share: float | None
    pass_mark: float | None
    used: int
    left: int | None
    passed_on: str | None = None


def rule_of(cohort: Cohort, module: str) -> Rule:
    """What `cohort.yaml` says of the module."""
    mark, retakes = (getattr(cohort.settings, name, None) for name in ("pass_mark_of", "retakes_of"))
    return Rule(mark(module) if mark is not None else None, retakes(module) if retakes is not None else None)


def standings_of(cohort: Cohort) -> dict[tuple[str, str], Standing]:
    """What each learner of the roster stands at in each module of the gradebook, by learner and module.

    Raises:
        ContentError: the roster has problems.
        GradingError: the gradebook cannot be read.
    """
    return _standings(cohort, [learner.id for learner in cohort.roster()])


def _standings(cohort: Cohort, learners: Sequence[str]) -> dict[tuple[str, str], Standing]:
    with suppress(CohortError):  # reading it tells of a gradebook that cannot be read
        settle_penalties(cohort)
    return read_standings(
        cohort.gradebook_url,
        learners,
        submitted=cohort.step("submitted"),
        autograded=cohort.step("autograded"),
    )


def note_hand_ins(cohort: Cohort, module: str | None = None) -> None:
    """Writes down what every graded hand-in stands at now: before a later one takes its place, and after grading."""
    # Graded work, not the roster, says whose: nbgrader may know learners whom the roster no longer lists.
    autograded = cohort.step("autograded")
    learners = sorted({path.name for path in autograded.glob("*/") if not path.name.startswith(".")})
    graded = {
        standing: answers_digest(autograded / learner / name)
        for (learner, name), standing in _standings(cohort, learners).items()
        if standing.score is not None and module in (None, name)
    }
    note_attempts(cohort.gradebook_url, graded)


def passing(cohort: Cohort, module: str | None = None) -> list[Passing]:
    """Every learner's outcome in one module or in all, in the roster's order.

    Raises:
        CohortError: no such module.
    """
    standings = standings_of(cohort)
    modules = list(dict.fromkeys(name for _, name in standings))
    chosen = modules if module is None else [checked_module(module, modules)]
    note_hand_ins(cohort)
    kept = attempts(cohort.gradebook_url)
    return [
        outcome(standing, kept.get(place, []), rule_of(cohort, place[1]))
        for place, standing in standings.items()
        if place[1] in chosen
    ]


def counted(cohort: Cohort) -> dict[tuple[str, str], Standing]:
    """What counts of each learner's module, for whatever gives grades to others: by learner and module.

    It is the hand-in that `passing` goes by: the best of those that count. Without retakes it is what stands in
    nbgrader's gradebook.

    Raises:
        ContentError: the roster has problems.
        GradingError: the gradebook cannot be read.
    """
    standings = standings_of(cohort)
    note_hand_ins(cohort)
    kept = attempts(cohort.gradebook_url)
    return {place: _counted(one, kept.get(place, []), rule_of(cohort, place[1])) for place, one in standings.items()}


def _counted(standing: Standing, hand_ins: Sequence[Attempt], rule: Rule) -> Standing:
    counting = _counting(hand_ins, rule)
    stamp = "" if standing.handed_in is None else standing.handed_in.isoformat()
    # The same answers handed in again are the last attempt, with its first time stamp.
    now = next((one for one in hand_ins if one.handed_in == stamp), hand_ins[-1] if hand_ins else None)
    settled = [one for one in counting if one.settled]
    # Of equals the one that is in the gradebook, with its items.
    best = max(settled or counting, key=lambda one: (_share(one), one is now), default=None)
    if best is None or best is now:
        return standing
    return replace(
        standing,
        state="settled" if best.settled else "waiting",
        score=best.score,
        maximum=best.maximum,
        penalty=0.0,
        handed_in=datetime.fromisoformat(best.handed_in) if best.handed_in else None,
        items=(),
        earlier=True,
    )


def _counting(hand_ins: Sequence[Attempt], rule: Rule) -> list[Attempt]:
    """Those that the rule allows; later ones are left aside."""
    return list(hand_ins if rule.retakes is None else hand_ins[: rule.retakes + 1])


def checked_module(module: str, known: Sequence[str]) -> str:
    """The module's name, if the gradebook has it.

    Raises:
        CohortError: it has not.
    """
    if module not in known:
        hint = did_you_mean(module, known) or f"; there are: {', '.join(known) or 'none, as nothing is released yet'}"
        raise CohortError(f'no module "{module}" in the gradebook{hint}')
    return module


def outcome(standing: Standing, hand_ins: Sequence[Attempt], rule: Rule) -> Passing:
    """What a learner's graded hand-ins come to: the best of those that count, later ones than allowed left aside."""
    counting = _counting(hand_ins, rule)
    settled = [one for one in counting if one.settled]
    best = max(settled, key=_share, default=None)
    open_ = any(not one.settled for one in counting)
    used = len(hand_ins)
    left = None if rule.retakes is None else max(0, rule.retakes + 1 - used)
    share = None if best is None else _share(best)
    said = _said(standing, share, rule, open_=open_, more=left != 0)
    return Passing(
        standing.learner,
        standing.module,
        said,
        None if best is None else best.score,
        standing.maximum if best is None else best.maximum,
        None if share is None else round(share, 2),
        rule.pass_mark,
        used,
        left,
        _first_day(settled, rule) if said == "passed" else None,
    )


def _said(standing: Standing, share: float | None, rule: Rule, *, open_: bool, more: bool) -> Outcome:
    if rule.pass_mark is None:
        return "no pass mark"
    if share is not None and share >= rule.pass_mark - _TOLERANCE:
        return "passed"
    if open_ or (standing.state == "collected" and more):
        return "waiting"
    return "not handed in" if share is None else "not yet"


def _first_day(settled: Sequence[Attempt], rule: Rule) -> str:
    first = next(one for one in settled if _share(one) >= (rule.pass_mark or 0.0) - _TOLERANCE)
    return (first.handed_in or first.at)[:10]


def _share(attempt: Attempt) -> float:
    return 100.0 * attempt.score / attempt.maximum if attempt.maximum > 0 else 0.0
