"""A second marker reads a sample of written answers, blind to what others found; agreement is told label by label.

Nothing here changes a grade.
"""

import math
import random
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from curriculum_utils.cohorts.agreement import METHOD, Agreement, agreement
from curriculum_utils.cohorts.cohort import Cohort
from curriculum_utils.cohorts.remarking import LONGEST_NAME
from curriculum_utils.cohorts.review_queue import ReviewDesk
from curriculum_utils.cohorts.review_views import ReplyView, reply_views
from curriculum_utils.content.suggest import did_you_mean
from curriculum_utils.errors import CohortError
from curriculum_utils.grading.decisions import DecidedLabel, label_key, standing_decisions
from curriculum_utils.grading.item_grades import ItemGrade
from curriculum_utils.grading.second_marks import Sample, SecondMark, keep_mark, keep_sample, samples, second_marks
from curriculum_utils.scoring import Scorer

MARKERS, SCORER, FIRST_AND_SCORER = "first and second marker", "second marker and scorer", "first marker and scorer"


@dataclass(frozen=True)
class ToMark:
    """One answer for a second marker: nothing that machine or person has found, and nobody's name."""

    handle: str
    title: str
    prompt: str
    said: tuple[tuple[str, str], ...]
    replies: tuple[ReplyView, ...]
    marked: bool


@dataclass(frozen=True)
class AgreementTable:
    """Agreement between two readers, label by label; `answers` counts the answers that both read."""

    between: str
    answers: int
    method: str
    rows: tuple[Agreement, ...]
    note: str = ""


def draw_sample(
    cohort: Cohort, module: str, *, share: float, seed: int, marker: str, scorer: Scorer | None = None
) -> Sample:
    """A sample of the module's written answers for a second marker; drawn once, the same at every call.

    Args:
        share: how many of the answers, in (0, 1]; at least one is drawn.
    Raises:
        CohortError: there is no written answer to draw from, or share or name cannot be used.
    """
    if not (math.isfinite(share) and 0 < share <= 1):
        raise CohortError(f"--share {share:g}: give a share above 0 and up to 1, such as 0.2")
    marker = _named(marker)
    drawn = [one for one in samples(cohort.gradebook_url) if (one.module, one.marker) == (module, marker)]
    for one in drawn:
        if (one.share, one.seed) == (share, seed):
            return one
    desk = ReviewDesk(cohort, scorer=scorer)
    written = [grade for grade in desk.grades if grade.module == module and _said_anything(desk, grade)]
    if not written:
        raise CohortError(f"{module}: no written answer is graded in {cohort.name}; first: curriculum grade {module}")
    count = max(1, math.ceil(share * len(written) - 1e-9))
    # The gradebook's order is that of ids, which says nothing of the answers.
    chosen = random.Random(seed).sample(written, count)  # noqa: S311 - a sample that can be drawn again, no secret
    return keep_sample(
        cohort.gradebook_url, Sample(module, marker, share, seed, tuple(grade.grade_id for grade in chosen))
    )


def to_mark(cohort: Cohort, module: str, marker: str, *, scorer: Scorer | None = None) -> list[ToMark]:
    """What the marker was asked to read in the module, in the order in which it was drawn.

    Raises:
        CohortError: nothing was drawn for them.
    """
    marker = _named(marker)
    url = cohort.gradebook_url
    wanted = _wanted(url, module, marker)
    desk = ReviewDesk(cohort, scorer=scorer)
    marked = {one.grade_id for one in second_marks(url, module) if one.by == marker}
    by_id = {grade.grade_id: grade for grade in desk.grades}
    return [_to_mark(desk, by_id[one], marked=one in marked) for one in wanted if one in by_id]


def second_mark(
    cohort: Cohort, handle: str, found: Collection[str], *, by: str, scorer: Scorer | None = None
) -> SecondMark:
    """Keeps what a second marker found in an answer of their sample; labels not named were not found.

    Args:
        found: labels by key: `label`, in a session `2:label` for the second reply.
    Raises:
        CohortError: the answer was not drawn for them, or a label is none of its labels; nothing was kept.
    """
    by = _named(by)
    desk = ReviewDesk(cohort, scorer=scorer)
    grade = desk.find(handle)
    if grade.grade_id not in _wanted(cohort.gradebook_url, grade.module, by):
        raise CohortError(f"{desk.handle(grade)}: was not drawn for {by}; see: curriculum review sample {grade.module}")
    read = desk.read(grade)
    keys = {label_key(one.turn, name): (one, name) for one in read.replies for name in read.labels}
    if unknown := [key for key in found if key not in keys]:
        raise CohortError(f'{desk.handle(grade)}: no label "{unknown[0]}"{did_you_mean(unknown[0], keys)}')
    labels = tuple(
        DecidedLabel(one.turn, name, name in one.score.labels if one.score.scored else None, key in found)
        for key, (one, name) in keys.items()
    )
    mark = SecondMark(grade.grade_id, grade.learner, grade.module, grade.item, labels, read.digest, by)
    keep_mark(cohort.gradebook_url, mark)
    return mark


def agreements(cohort: Cohort, module: str | None = None) -> list[AgreementTable]:
    """Agreement per label between the two markers, and between each of them and the scorer.

    Only answers that both read in the same words count, and only labels that the scorer decided are held against it.
    """
    first = standing_decisions(cohort.gradebook_url, module)
    second = [mark for mark in second_marks(cohort.gradebook_url, module) if mark.labels]
    pairs: dict[str, list[list[tuple[str, bool, bool]]]] = {MARKERS: [], SCORER: [], FIRST_AND_SCORER: []}
    for mark in second:
        pairs[SCORER].append([(one.label, one.person, one.machine) for one in mark.labels if one.machine is not None])
        held = first.get(mark.grade_id)
        if held is not None and held.reply_digest == mark.reply_digest and held.by != mark.by:
            theirs = {one.key: one.person for one in held.labels}
            same = [(one.label, theirs[one.key], one.person) for one in mark.labels if one.key in theirs]
            pairs[MARKERS].append(same)
    for held in first.values():
        if held.labels:
            known = [(one.label, one.person, one.machine) for one in held.labels if one.machine is not None]
            pairs[FIRST_AND_SCORER].append(known)
    flagged = "The first marker reads what waits for a person: the harder answers, and with the scorer's word in view."
    notes = {FIRST_AND_SCORER: flagged}
    return [_table(between, answers, notes.get(between, "")) for between, answers in pairs.items()]


def _table(between: str, answers: list[list[tuple[str, bool, bool]]], note: str) -> AgreementTable:
    read = [answer for answer in answers if answer]
    labels = dict.fromkeys(label for answer in read for label, _, _ in answer)
    rows = [
        agreement(label, [(one, other) for answer in read for name, one, other in answer if name == label])
        for label in labels
    ]
    return AgreementTable(between, len(read), METHOD, tuple(rows), note)


def _to_mark(desk: ReviewDesk, grade: ItemGrade, *, marked: bool) -> ToMark:
    entry, read = desk.entry(grade), desk.read(grade)
    replies = reply_views(read, {}, None, unmarked=True)
    return ToMark(entry.handle, entry.title, entry.prompt, entry.said, replies, marked)


def _wanted(url: str, module: str, marker: str) -> list[str]:
    drawn = [one for one in samples(url) if (one.module, one.marker) == (module, marker)]
    if not drawn:
        raise CohortError(f"{module}: no sample was drawn for {marker}; first: curriculum review sample {module}")
    return list(dict.fromkeys(_flat(one.grades for one in drawn)))


def _flat(parts: Iterable[Iterable[str]]) -> Iterable[str]:
    return (one for part in parts for one in part)


def _said_anything(desk: ReviewDesk, grade: ItemGrade) -> bool:
    return any(text.strip() for text in desk.submissions.texts(grade.learner, grade.module, grade.item))


def _named(marker: str) -> str:
    if not marker.strip() or len(marker.strip()) > LONGEST_NAME:
        raise CohortError(f"say who marks, in at most {LONGEST_NAME} characters: --marker NAME")
    return marker.strip()
