"""Whether a learner lets corrected replies of theirs leave the cohort to train scorers: said in each log."""

from collections.abc import Iterable

from curriculum_utils.responses.events import Event, LogContents
from curriculum_utils.responses.log import ResponseLog

# An event names an item; this one stands for none.
ITEM = "consent"
PURPOSE = "training"


def say_consent(log: ResponseLog, *, given: bool) -> Event:
    """Records a plain yes or no; the last word in a log counts. To be said in each of a learner's logs.

    Raises:
        LogNotSaved: as `ResponseLog.append`.
    """
    return log.append("consent", ITEM, "", {PURPOSE: given})


def consents(logs: Iterable[LogContents], learner: str) -> bool:
    """Whether the learner's logs together say yes: at least one does, and none ends on a no.

    Only their own words count: an event below another learner's header says nothing of them.
    """
    last_words = [word for log in logs if (word := _last_word(log, learner)) is not None]
    return bool(last_words) and all(last_words)


def _last_word(log: LogContents, learner: str) -> bool | None:
    said = [
        event.answer[PURPOSE] is True
        for event in log.events
        if event.kind == "consent" and event.learner == learner and PURPOSE in event.answer
    ]
    return said[-1] if said else None
