"""Whether the scorer reads the course's exemplars as their authors labelled them: whole ones as whole, others not."""

from collections.abc import Iterator

from curriculum_utils.content import Course
from curriculum_utils.errors import Problem
from curriculum_utils.items.base import Marking, Scored
from curriculum_utils.items.unlearnt import unlearnt_labels
from curriculum_utils.items.write_reply import WriteReply, WriteReplyKey, WriteReplyType
from curriculum_utils.scoring import Scorer

_TYPE = WriteReplyType()


def misread_exemplars(course: Course, scorer: Scorer) -> Iterator[Problem]:
    """Exemplars that earn all points by their labels and not by the scorer, or the other way round.

    Items whose criteria the scorer has not learnt are left out: no other words would help them.
    """
    for module in course.modules.values():
        vocabulary = course.vocabulary(module.slug)
        for one in module.items.values():
            exercise, key = one.item.exercise, one.item.key
            if not isinstance(key, WriteReplyKey) or not isinstance(exercise, WriteReply):
                continue
            asked = [exercise.move] if exercise.move is not None else list(vocabulary.effective_moves())
            if unlearnt_labels(vocabulary, asked, scorer) is not None:
                continue
            for index, exemplar in enumerate(key.exemplars):
                answer = _TYPE.parse(one.item, {"text": exemplar.text})
                outcome = _TYPE.score(one.item, answer, Marking(vocabulary, scorer))
                whole = abs(exemplar.points - exercise.points) < 1e-6
                if isinstance(outcome, Scored) and (outcome.credit == 1) == whole:
                    continue
                found = ", ".join((*outcome.met, *outcome.traps)) if isinstance(outcome, Scored) else outcome.reason
                should = "should earn all points" if whole else "should not earn all points"
                message = f"{should}, and the scorer reads it otherwise (found: {found or 'nothing'}); reword it"
                yield one.key_source.problem((*one.key_at, "exemplars", index, "text"), message, "exemplar-scored")
