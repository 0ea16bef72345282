"""What came back of a graded item as JSON for the page, drawn as feedback on practice is."""

from curriculum_utils.content import Item, Vocabulary, canonical_json, words
from curriculum_utils.errors import AnswerError
from curriculum_utils.items import Answer, Scored, type_of
from curriculum_utils.items.returned import ReturnedItem
from curriculum_utils.responses import Contest
from curriculum_utils.widgets.contesting import contest_of
from curriculum_utils.widgets.drawing import feedback_of


def returned_of(
    item: Item,
    back: ReturnedItem,
    submitted: str,
    now: Answer | None,
    vocabulary: Vocabulary,
    contest: Contest | None = None,
) -> dict[str, object]:
    """What the page draws below the answer.

    Args:
        item: as it stands in the learner's folder.
        back: what came back of it.
        submitted: when that was handed in; may be empty.
        now: the answer that is saved last.
        contest: what the learner has said against what came back.
    """
    same_item = back.digest == item.digest
    answer = _drawn_answer(item, back.answer) if same_item and back.answer is not None else None
    score = None if back.score is None else f"{round(back.score, 2):g}"
    # A confidence alone, or a blank at the end, is a change too: the page compares no further.
    earlier = back.answer is not None and now is not None and canonical_json(now) != canonical_json(back.answer)
    return {
        "submitted": submitted,
        "points": None
        if score is None
        else words("returned-points", points=score, maximum=f"{round(back.maximum, 2):g}"),
        "waiting": back.waiting,
        "by_person": back.by_person,
        "other_version": not same_item,
        "answer": answer,
        "earlier": earlier,
        "feedback": _feedback(item, back, answered=answer is not None, vocabulary=vocabulary),
        "remarks": [{"text": remark.text, "by": remark.by, "at": remark.at} for remark in back.remarks],
        "contest": contest_of(item, back, changed=earlier or now is None, standing=contest, vocabulary=vocabulary),
    }


def _drawn_answer(item: Item, raw: Answer) -> dict[str, object] | None:
    kind = type_of(item)
    try:
        return kind.drawn_answer(item, kind.parse(item, raw))
    except AnswerError:
        return None


def _feedback(item: Item, back: ReturnedItem, *, answered: bool, vocabulary: Vocabulary) -> dict[str, object] | None:
    if back.outcome is None:
        return None
    outcome = back.outcome.outcome()
    if not answered or back.answer is None:
        # Nothing to mark: what was said, without the words that it was said of.
        verdict = outcome.verdict if isinstance(outcome, Scored) else words("unscored", reason=outcome.reason)
        return {"verdict": verdict, "tone": "unscored"}
    known = set(vocabulary.rubric.labels())
    if isinstance(outcome, Scored) and not known.issuperset((*outcome.met, *outcome.missing, *outcome.traps)):
        return {"verdict": outcome.verdict, "tone": "unscored"}  # by a rubric that is not the one in this folder
    feedback = feedback_of(item, back.answer, outcome, vocabulary)
    return feedback if back.outcome.pairs is None else feedback | {"pairs": back.outcome.pairs}
