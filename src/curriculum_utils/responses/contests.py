"""What a learner says against what came back of an answer, as it stands in their log; the form is drawn elsewhere."""

from collections.abc import Mapping
from dataclasses import dataclass

from curriculum_utils.responses.events import Event, LogContents

MOST_CHARACTERS = 2_000
_MOST_NAME = 200


@dataclass(frozen=True)
class Contest:
    """A criterion or trap that the learner sees differently, and why; `at` is RFC 3339.

    `label` is empty where they mean the answer as a whole. `grade` names what came back, so that a later return can
    be contested anew.
    """

    label: str
    reason: str
    grade: str
    at: str
    attempt: int


def standing_contest(contents: LogContents, item: str) -> Contest | None:
    """The contest that holds of the item's last answer; None if there is none, or it was withdrawn.

    One that speaks of an answer which was replaced since is over: the new answer is graded by itself.
    """
    last = contents.last_commit(item)
    if last is None:
        return None
    found = [e for e in contents.events if e.kind == "contest" and e.item == item and e.line > last.line]
    return _contest(found[-1]) if found else None


def contest_answer(label: str, reason: str, grade: str) -> dict[str, object]:
    """What a `contest` event holds; an empty reason withdraws the one before."""
    return {"label": label, "reason": reason.strip()[:MOST_CHARACTERS], "grade": grade}


def _contest(event: Event) -> Contest | None:
    reason = _text(event.answer, "reason", MOST_CHARACTERS).strip()
    if not reason:
        return None
    label, grade = (_text(event.answer, key, _MOST_NAME) for key in ("label", "grade"))
    return Contest(label, reason, grade, event.at, event.attempt)


def _text(answer: Mapping[str, object], key: str, most: int) -> str:
    value = answer.get(key)
    return value[:most] if isinstance(value, str) else ""
