"""A learner's "I see this differently": what can be contested of what came back, and its saving. No Jupyter here."""

from collections.abc import Mapping
from typing import cast

from curriculum_utils.content import Item, Vocabulary, as_list, as_mapping, canonical_json, sha256, words
from curriculum_utils.errors import AnswerError
from curriculum_utils.items.returned import ReturnedItem
from curriculum_utils.responses import Contest, ResponseLog, contest_answer
from curriculum_utils.responses.contests import MOST_CHARACTERS


def grade_named(back: ReturnedItem) -> str:
    """What names one grade of one answer: a new one can be contested anew."""
    outcome = back.outcome
    found = None if outcome is None else [outcome.met, outcome.missing, outcome.traps]
    return sha256(canonical_json([back.digest, back.answer, back.score, back.by_person, found]))[:16]


def contest_of(
    item: Item, back: ReturnedItem, *, changed: bool, standing: Contest | None, vocabulary: Vocabulary
) -> dict[str, object] | None:
    """What the page needs to draw the form; None where there is nothing to contest.

    Args:
        changed: the answer was changed since; the new one will be graded by itself.
        standing: the contest that the log holds of the last answer.
    """
    if back.answer is None or back.digest != item.digest or changed:
        return None
    grade = grade_named(back)
    own = standing is not None and standing.grade == grade
    return {
        "grade": grade,
        "most": MOST_CHARACTERS,
        "labels": [
            *({"label": name, "plain": vocabulary.rubric.plain(name)} for name in _labels(back, vocabulary)),
            {"label": "", "plain": words("contest-answer")},
        ],
        "standing": {"label": standing.label, "reason": standing.reason} if own and standing is not None else None,
    }


def save_contest(
    log: ResponseLog, item: Item, offered: Mapping[str, object] | None, label: str, reason: str, grade: str
) -> None:
    """Keeps the learner's reason, in the place of an earlier one; an empty reason takes that back.

    Args:
        offered: what came back as the page may draw it now, with its `contest`; None for nothing.
        grade: the name of what the learner had before them.
    Raises:
        AnswerError: it cannot be contested any more, or not so; nothing was saved.
        LogNotSaved: as `ResponseLog.append`.
    """
    form = as_mapping((offered or {}).get("contest"))
    if not form:
        raise AnswerError(words("contest-not-possible"))
    if form.get("grade") != grade:
        raise AnswerError(words("contest-changed"))
    known = [as_mapping(one).get("label") for one in as_list(form.get("labels"))]
    if label not in known:
        raise AnswerError(words("contest-not-possible"))
    standing = cast("Mapping[str, object] | None", form.get("standing"))
    said = contest_answer(label, reason, grade)
    before = None if standing is None else contest_answer(str(standing["label"]), str(standing["reason"]), grade)
    if said == before or (not said["reason"] and before is None):
        return  # it stands in the log already
    log.append("contest", item.id, item.digest, said)


def _labels(back: ReturnedItem, vocabulary: Vocabulary) -> list[str]:
    """The criteria and traps that came back, in the rubric's order; those of a session's turns too."""
    if back.outcome is None:
        return []
    parts = (back.outcome, *back.outcome.turns)
    found = {name for part in parts for name in (*part.met, *part.traps)} | set(back.outcome.missing)
    return [name for name in vocabulary.rubric.labels() if name in found]
