"""A person's decision on written answers: labels accepted or overturned, from which the points follow."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Literal

from curriculum_utils.cohorts.cohort import Cohort
from curriculum_utils.cohorts.remarking import LONGEST_NAME, remark
from curriculum_utils.cohorts.review_queue import ReviewDesk
from curriculum_utils.cohorts.settling import settle_penalties
from curriculum_utils.cohorts.submitted_items import SubmittedItem
from curriculum_utils.content.suggest import did_you_mean
from curriculum_utils.errors import CohortError
from curriculum_utils.grading.decisions import (
    DecidedLabel,
    Decision,
    SaidReply,
    all_decisions,
    label_key,
    write_decisions,
)
from curriculum_utils.grading.item_grades import ItemGrade
from curriculum_utils.grading.remarks import standing_remarks
from curriculum_utils.scoring import Scorer

Verdict = Literal["accept", "overturn"]


def decide(
    cohort: Cohort,
    handle: str,
    labels: Mapping[str, Verdict] | None = None,
    *,
    by: str,
    points: float | None = None,
    said: str = "",
    also: Sequence[str] = (),
    scorer: Scorer | None = None,
) -> list[Decision]:
    """Decides an answer, and with `also` those that are to be treated alike; all of it is kept, or nothing.

    A label that is not named is accepted as the scorer found it; where it scored nothing, as not met. The points follow
    from the labels by the scorer's own arithmetic, are written as nbgrader's manual score, and settle the answer.

    Args:
        labels: what becomes of each label, by its key: `label`, in a session `2:label` for the second reply.
        by: who decides.
        points: for an answer without written words, its points; without them the automatic ones are accepted.
        said: a remark for the learner, and for those of `also`; empty for none.
        also: handles of other answers to the same item, which get the same labels.
    Raises:
        CohortError: a handle, a label or the points cannot be used, or an answer has changed since it was graded.
    """
    desk = ReviewDesk(cohort, scorer=scorer)
    by = by.strip()
    if not by or len(by) > LONGEST_NAME:
        raise CohortError(f"say who decides, in at most {LONGEST_NAME} characters: --by NAME")
    first = desk.find(handle)
    decisions = [_decision(desk, first, labels or {}, by, points)]
    met = {one.key: one.person for one in decisions[0].labels}
    for other in dict.fromkeys(also):
        grade = desk.find(other)
        if grade.grade_id == first.grade_id:
            continue
        decisions.append(_alike_decision(desk, grade, first, met, by))
    last = {one.grade_id: one for one in all_decisions(cohort.gradebook_url)}
    by_id = {grade.grade_id: grade for grade in desk.grades}
    new = [one for one in decisions if not _stands(last.get(one.grade_id), one, by_id[one.grade_id])]
    if new:
        write_decisions(cohort.gradebook_url, new)
    for one in decisions:  # also of one that stands: a run that was killed before this is made good
        settle_penalties(cohort, one.module, one.learner)
    if said.strip():
        _remark(cohort, decisions, said, by)
    return decisions


def decided_points(desk: ReviewDesk, handle: str, labels: Mapping[str, Verdict]) -> float:
    """The points that a decision with these labels would give; nothing is kept.

    Raises:
        CohortError: as `decide`.
    """
    return _decision(desk, desk.find(handle), labels, "", None).score or 0.0


def withdraw_decision(cohort: Cohort, handle: str, *, by: str, scorer: Scorer | None = None) -> Decision:
    """Takes a decision back: the automatic score counts again, and the answer waits where there was a reason.

    Raises:
        CohortError: no such answer, or nobody has decided it.
    """
    desk = ReviewDesk(cohort, scorer=scorer)
    grade = desk.find(handle)
    last = desk.decisions.get(grade.grade_id)
    if last is None:
        raise CohortError(f"{handle}: nobody has decided this answer here; nothing was changed")
    waits = bool(grade.reasons) or grade.auto_score is None
    back = replace(
        last,
        action="withdraw",
        by=by.strip() or last.by,
        previous_score=grade.score,
        score=grade.auto_score,
        waits=waits,
    )
    write_decisions(cohort.gradebook_url, [back])
    settle_penalties(cohort, back.module, back.learner)
    return back


def _decision(
    desk: ReviewDesk, grade: ItemGrade, labels: Mapping[str, Verdict], by: str, points: float | None
) -> Decision:
    found = _fresh(desk, grade)
    if not found.replies:
        return _without_words(desk, grade, found, labels, by, points)
    if points is not None:
        raise CohortError(f"{desk.handle(grade)}: the points follow from the labels; leave --points out")
    machine = _machine(found)
    if unknown := [key for key in labels if key not in machine]:
        close = did_you_mean(unknown[0], machine)
        raise CohortError(f'{desk.handle(grade)}: no label "{unknown[0]}" to decide on{close}')
    decided = {key: bool(was) != (labels.get(key) == "overturn") for key, was in machine.items()}
    return _made(grade, found, decided, by)


def _alike_decision(desk: ReviewDesk, grade: ItemGrade, first: ItemGrade, met: Mapping[str, bool], by: str) -> Decision:
    """The same labels for another answer to the same item."""
    found = _fresh(desk, grade)
    if (grade.module, grade.item) != (first.module, first.item) or not met:
        raise CohortError(f"{desk.handle(grade)}: only written answers to the same item can be decided together")
    if found.item.digest != desk.read(first).item.digest or set(_machine(found)) != set(met):
        message = "answers another version of the item, or has another number of replies; decide it by itself"
        raise CohortError(f"{desk.handle(grade)}: {message}")
    return _made(grade, found, met, by)


def _fresh(desk: ReviewDesk, grade: ItemGrade) -> SubmittedItem:
    if desk.current(grade) == "no":
        raise CohortError(
            f"{desk.handle(grade)}: the answer, the key or the scorer has changed since it was graded; first: "
            f"curriculum grade {grade.module}"
        )
    return desk.read(grade)


def _machine(found: SubmittedItem) -> dict[str, bool | None]:
    """What the scorer found of each label, by key; None where it left the reply unscored."""
    return {
        label_key(one.turn, name): name in one.score.labels if one.score.scored else None
        for one in found.replies
        for name in found.labels
    }


def _made(grade: ItemGrade, found: SubmittedItem, decided: Mapping[str, bool], by: str) -> Decision:
    machine, relevant = _machine(found), set(found.labels)
    met = [
        {*(set(one.score.labels) - relevant), *(name for name in relevant if decided[label_key(one.turn, name)])}
        for one in found.replies
    ]
    rows = tuple(
        DecidedLabel(one.turn, name, machine[key], decided[key], one.score.probabilities.get(name))
        for one in found.replies
        for name in found.labels
        for key in (label_key(one.turn, name),)
    )
    return _row(grade, found, rows, by, found.earned(met, grade.maximum))


def _without_words(
    desk: ReviewDesk,
    grade: ItemGrade,
    found: SubmittedItem,
    labels: Mapping[str, Verdict],
    by: str,
    given: float | None,
) -> Decision:
    handle = desk.handle(grade)
    if labels:
        raise CohortError(f"{handle}: this answer has no labels; give its points: --points N")
    score = grade.auto_score if given is None else given
    if score is None:
        raise CohortError(f"{handle}: nothing was scored here; give its points: --points N")
    if not 0 <= score <= grade.maximum:
        raise CohortError(f"{handle}: {score:g} points; give 0 to {grade.maximum:g}")
    return _row(grade, found, (), by, float(score))


def _row(grade: ItemGrade, found: SubmittedItem, labels: tuple[DecidedLabel, ...], by: str, score: float) -> Decision:
    return Decision(
        grade_id=grade.grade_id,
        learner=grade.learner,
        module=grade.module,
        item=grade.item,
        action="decide",
        labels=labels,
        replies=tuple(SaidReply(one.client, one.text) for one in found.replies),
        reply_digest=found.digest,
        by=by,
        release=found.graded.release,
        rubric_version=found.rubric_version,
        scorer_version=found.scorer_version,
        previous_score=grade.score,
        score=score,
    )


def _stands(last: Decision | None, new: Decision, grade: ItemGrade) -> bool:
    """Whether the same was decided already and the gradebook says so: deciding it again would change nothing."""
    same = last is not None and last.says_the_same_as(new)
    return same and not grade.waits and grade.manual_score == new.score


def _remark(cohort: Cohort, decisions: Sequence[Decision], said: str, by: str) -> None:
    for one in decisions:
        standing = standing_remarks(cohort.gradebook_url, one.learner, one.module).get(one.item)
        if standing is None or standing.text != said.strip():
            remark(cohort, one.learner, one.module, one.item, said, by=by)
