"""Grading again after a key, a rubric or the scorer changed: first who moves, by how much and why; then for good."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from curriculum_utils.cohorts import term
from curriculum_utils.cohorts.cohort import Cohort
from curriculum_utils.cohorts.settings import cohort_config
from curriculum_utils.content import ReleasedModule, canonical_json, dumped, load_course, load_release
from curriculum_utils.content.suggest import did_you_mean
from curriculum_utils.errors import CohortError
from curriculum_utils.grading.forecast import Forecaster, Foreseen, ForeseenLearner, same_points
from curriculum_utils.grading.gradebook import recorded_cells, set_manual_score
from curriculum_utils.grading.history import writing
from curriculum_utils.grading.pins import replace_keys
from curriculum_utils.items import SCHEMAS
from curriculum_utils.items.pinned import PinnedReleases


@dataclass(frozen=True)
class Move:
    """One item of one learner that would stand otherwise; scores in points, None where there is none.

    `reasons` are plain words; `gained` and `lost` the labels by which the findings differ. `decision` is what a person
    gave, `stands` whether that still counts.
    """

    learner: str
    notebook: str
    item: str
    old: float | None
    new: float | None
    old_auto: float | None
    new_auto: float | None
    decision: float | None
    stands: bool
    waits: bool
    waited: bool
    reasons: tuple[str, ...]
    gained: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()


@dataclass(frozen=True)
class PenaltyMove:
    """A late penalty that would be another one, in points."""

    learner: str
    notebook: str
    old: float
    new: float


@dataclass(frozen=True)
class Regrade:
    """What a regrade would do, or did.

    Attributes:
        rekeyed: item ids whose key in curriculum/ is another than the kept one, by release.
        passed_over: items whose content has changed since they were answered: their kept key stays.
        moves: what would stand otherwise, by learner and item.
        decisions: what people decided and what now rests on something else, whether it stands or is overruled.
        totals: points of each learner before and after, late penalties taken off.
    """

    module: str
    learners: tuple[str, ...]
    rekeyed: Mapping[str, tuple[str, ...]]
    passed_over: tuple[str, ...]
    moves: tuple[Move, ...]
    penalties: tuple[PenaltyMove, ...]
    decisions: tuple[Move, ...]
    totals: Mapping[str, tuple[float, float]]


@dataclass(frozen=True)
class _Plan:
    regrade: Regrade
    keys: Mapping[str, Mapping[str, object]]
    overruled: tuple[str, ...]


def foresee(
    cohort: Cohort, module: str, learners: Sequence[str] = (), *, keys: bool = True, overrule: bool = False
) -> Regrade:
    """What `regrade` would do with the same arguments; nothing is written.

    Args:
        learners: of these alone; of everybody with a collected submission, if empty.
        keys: with the keys of today's curriculum/ for items whose content is as it was answered.
        overrule: what people decided gives way where it rests on something else by now.
    Raises:
        CohortError: no such module or learner, or nothing was collected.
        ContentError: curriculum/ has problems, told with file and line.
    """
    return _plan(cohort, module, learners, keys=keys, overrule=overrule).regrade


def regrade(
    cohort: Cohort,
    module: str,
    learners: Sequence[str] = (),
    *,
    by: str,
    keys: bool = True,
    overrule: bool = False,
    workers: int = 1,
    progress: term.Progress | None = None,
) -> tuple[Regrade, list[term.Done]]:
    """Keeps the corrected keys, overrules if asked to, and grades again by the steps of `curriculum grade`.

    Killed at any moment and run again it completes: a key that is kept is not kept twice, a decision that is gone is
    not missed, and grading redoes what was left half done.

    Args:
        by: who asks for it, for the history.
    Returns:
        What moved, as foreseen from where this run began, and what became of each submission.
    """
    plan = _plan(cohort, module, learners, keys=keys, overrule=overrule)
    for digest, corrected in plan.keys.items():
        replace_keys(cohort.releases, module, digest, corrected)
    if plan.overruled:
        why = "a decision gave way to a regrade (--overrule-manual)"
        with writing(cohort.gradebook_url, who=by, why=why) as connection:
            for grade_id in plan.overruled:
                set_manual_score(connection, grade_id, None)
    done = term.grade(cohort, module, plan.regrade.learners, workers=workers, progress=progress)
    return plan.regrade, done


def _plan(cohort: Cohort, module: str, learners: Sequence[str], *, keys: bool, overrule: bool) -> _Plan:
    chosen = _chosen(cohort, module, learners)
    corrected, passed_over = _corrected_keys(cohort, module) if keys else ({}, ())
    pinned = PinnedReleases(cohort.releases, module)
    releases = {digest: load_release(pinned.folder(digest), SCHEMAS, keys=new) for digest, new in corrected.items()}
    rekeyed = {digest: _differing(pinned, releases[digest]) for digest in corrected}
    seer = Forecaster(cohort_config(cohort), module, releases, overrule)
    seen = [seer.foresee(learner) for learner in chosen]
    moves = [_move(one.learner, item) for one in seen for item in one.items if _is_told(item)]
    doubted = [(one.learner, item) for one in seen for item in one.items if item.doubted]
    told = Regrade(
        module=module,
        learners=tuple(chosen),
        rekeyed=rekeyed,
        passed_over=passed_over,
        moves=tuple(moves),
        penalties=tuple(move for one in seen for move in _penalty_moves(one)),
        decisions=tuple(_move(learner, item) for learner, item in doubted),
        totals={one.learner: _totals(one) for one in seen},
    )
    overruled = tuple(item.grade_id for _, item in doubted if overrule and item.grade_id is not None)
    return _Plan(told, corrected, overruled)


def _chosen(cohort: Cohort, module: str, learners: Sequence[str]) -> list[str]:
    handed_in = term.submitted(cohort, module)
    if recorded_cells(cohort.gradebook_url, module) is None:
        known = [path.name for path in (cohort.root / "source").glob("*/")]
        if module in known:
            raise CohortError(f"{module} is not released to {cohort.name}; first: curriculum release {module}")
        raise CohortError(f'no module "{module}"{did_you_mean(module, known)}')
    if not handed_in:
        raise CohortError(f"nothing to grade for {cohort.name}; first: curriculum collect {module}")
    for learner in learners:
        if learner not in handed_in:
            raise CohortError(f'no submission of "{learner}" to {module}{did_you_mean(learner, handed_in)}')
    return [learner for learner in handed_in if not learners or learner in learners]


def _corrected_keys(cohort: Cohort, module: str) -> tuple[dict[str, dict[str, object]], tuple[str, ...]]:
    """The whole keys of each kept release for which curriculum/ has others now, and the items that were passed over.

    A key is taken over only where the item is what was answered: another version of it may have other options.
    """
    authored = load_course(cohort.root / "curriculum", SCHEMAS, keys=cohort.private_keys).modules.get(module)
    if authored is None:
        return {}, ()
    pinned = PinnedReleases(cohort.releases, module)
    corrected: dict[str, dict[str, object]] = {}
    passed_over: set[str] = set()
    for digest in pinned.digests():
        release = pinned.get(digest)
        if release is None:
            continue
        old = {item.id: dumped(item.key) for item in release.items.values() if item.assessed and item.key is not None}
        new: dict[str, object] = dict(old)
        for name in old:
            own = authored.items.get(name)
            if own is None or own.item.digest != release.items[name].digest:
                passed_over.add(name)
            elif own.item.key is not None:
                new[name] = dumped(own.item.key)
        if canonical_json(new) != canonical_json(old):
            corrected[digest] = new
    return corrected, tuple(sorted(passed_over))


def _differing(pinned: PinnedReleases, now: ReleasedModule) -> tuple[str, ...]:
    kept = pinned.get(now.release)
    return tuple(name for name, item in now.items.items() if kept is None or kept.items[name].key != item.key)


def _is_told(item: Foreseen) -> bool:
    return item.moves or bool(_labels(item)[0] or _labels(item)[1])


def _move(learner: str, item: Foreseen) -> Move:
    before, after = item.before, item.after
    gained, lost = _labels(item)
    decision = None if before is None else before.manual
    return Move(
        learner=learner,
        notebook=item.notebook,
        item=item.item,
        old=None if before is None else before.score,
        new=after.score,
        old_auto=None if before is None else before.auto,
        new_auto=after.auto,
        decision=decision,
        stands=decision is not None and after.manual is not None,
        waits=after.waits,
        waited=before is not None and before.waits,
        reasons=_reasons(item),
        gained=gained,
        lost=lost,
    )


def _labels(item: Foreseen) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The labels that are found now and were not, and the other way round."""
    if item.then is None:
        return (), ()
    then, now = {*item.then.met, *item.then.traps}, {*item.now.met, *item.now.traps}
    return tuple(sorted(now - then)), tuple(sorted(then - now))


def _reasons(item: Foreseen) -> tuple[str, ...]:
    """Why the item moves: what its score rests on now and did not before."""
    before, then, now = item.before, item.then, item.now
    overruled = before is not None and before.manual is not None and item.after.manual is None
    told = ["decision overruled"] if overruled else []
    if before is None or (then is None and before.auto is None and before.manual is None):
        return (*told, "not graded before")
    if then is None:
        return (*told, "graded before reasons were kept")
    told += ["handed in again"] if then.answer != now.answer else []
    told += ["release corrected"] if then.release != now.release else []
    told += ["key changed"] if then.key != now.key else []
    told += ["rubric changed"] if then.rubric != now.rubric else []
    told += ["scorer changed"] if item.asked and then.scorer != now.scorer else []
    if not told:
        # The grade rests on the same, so it was set from outside, or only asks for somebody's look.
        told = ["changed outside grading" if not same_points(before.auto, item.after.auto) else "another look needed"]
        if before.waits and not item.after.waits:
            told = ["nothing left to look at"]
    return tuple(told)


def _penalty_moves(one: ForeseenLearner) -> list[PenaltyMove]:
    pairs = {name: (old or 0.0, new or 0.0) for name, (old, new) in one.penalties.items()}
    return [PenaltyMove(one.learner, name, *pair) for name, pair in pairs.items() if not same_points(*pair)]


def _totals(one: ForeseenLearner) -> tuple[float, float]:
    old = sum((item.before.score or 0.0) for item in one.items if item.before is not None)
    new = sum(item.after.score or 0.0 for item in one.items)
    penalties = one.penalties.values()
    return old - sum(before or 0.0 for before, _ in penalties), new - sum(after or 0.0 for _, after in penalties)
