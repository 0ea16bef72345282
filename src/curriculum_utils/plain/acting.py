"""What a form sent to one item is made to do: saved through the same record as the live page's, or refused in words."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from curriculum_utils.content import as_mapping, as_sentence, words
from curriculum_utils.errors import AnswerError, LogNotSaved, LogUnreadable
from curriculum_utils.items import Answer
from curriculum_utils.items.narrow import is_a
from curriculum_utils.items.practice_session import PracticeSessionAnswer, shown_turns
from curriculum_utils.plain.drawn import Json, mappings, text
from curriculum_utils.plain.kinds import KINDS
from curriculum_utils.plain.posted import Posted
from curriculum_utils.plain.practice_session import SENT, ended, kept, sent
from curriculum_utils.widgets.record import ItemRecord

MOST_KEPT = 5  # as on the live page
Drawn = Sequence[Json]


@dataclass(frozen=True)
class Refused:
    """Not done: `problem` is for the learner, `answer` is what stands in the fields, so that nothing typed is lost."""

    item: str
    problem: str
    answer: Json = field(default_factory=dict[str, object])


@dataclass(frozen=True)
class Done:
    """It is on disk; `part` is the part of the item where reading goes on."""

    part: str


def act(record: ItemRecord, content: Json, posted: Posted) -> Done | Refused:
    """Do what the form's button says.

    Args:
        content: the item as it is drawn.
    """
    kind = KINDS[record.kind.name]
    answer = kind.read(content, posted)
    level = posted.number("confidence")
    if 1 <= level <= 4:
        answer["confidence"] = level
    typed = {**answer, "text": posted.one("text")} if kind.written else answer
    verb = posted.verb
    if content.get("final") and _stands(record):
        return Refused(record.item.id, words("plain-final"))
    try:
        if record.item.client is not None:
            typed = {**typed, **_in_draft(record, answer, posted)}
        if verb in ("say", "commit") and (most := _exceeded(record, posted.one("text"))):
            problem = words("plain-too-long", count=len(posted.one("text")), most=most)
            return Refused(record.item.id, problem, typed)
        if record.item.client is not None:
            return _in_session(record, typed, answer, verb, posted.place)
        if verb == "keep":
            _keep(record, typed)
            return Done("form")
        return _commit(record, answer, posted) or Refused(record.item.id, _blank(record), typed)
    except Exception as error:  # noqa: BLE001 - the learner must hear of it whatever it was
        return Refused(record.item.id, _why(error), typed)


def _why(error: Exception) -> str:
    if isinstance(error, LogNotSaved):
        return str(error)
    return words("not-saved", reason=as_sentence(str(error) or type(error).__name__))


def _commit(record: ItemRecord, answer: Answer, posted: Posted | None) -> Done | None:
    """Saves the answer; None if there is nothing in it."""
    if record.kind.is_blank(answer):
        return None
    state = record.state(with_feedback=False)
    last, attempt = _last(record), state["next"]
    if last is not None and not state["stale"] and _same(record, last, answer):
        # Two presses of one button send the same form twice, and a graded answer that says the same is no new one.
        twice = posted is not None and posted.number("attempt") < int(str(attempt))
        if twice or record.item.graded or record.item.client is not None:
            record.forget_draft()
            return Done("answer")
    record.commit(answer)
    return Done("answer")


def _last(record: ItemRecord) -> Answer | None:
    try:
        return record.last_answer()
    except LogUnreadable:
        return None  # saving says what is wrong, and what to do


def _stands(record: ItemRecord) -> bool:
    """Whether an answer to the item as it now is was saved."""
    state = record.state(with_feedback=False)
    return bool(state["attempt"]) and not state["stale"]


def _same(record: ItemRecord, one: Answer, other: Answer) -> bool:
    try:
        return record.kind.parse(record.item, one) == record.kind.parse(record.item, other)
    except AnswerError:
        return False


def _exceeded(record: ItemRecord, written: str) -> int:
    """The most characters that a reply may have, if this one has more; else 0."""
    most = record.kind.view(record.item, record.kind.orderable(record.item)).get("max_characters")
    return most if isinstance(most, int) and len(written) > most else 0


def _blank(record: ItemRecord) -> str:
    return words("plain-end-blank" if record.item.client is not None else f"blank-{record.kind.name}")


def _keep(record: ItemRecord, draft: Answer) -> None:
    attempt = record.state(with_feedback=False)["next"]
    record.keep_draft(int(str(attempt)), draft, int(time.time() * 1000))


# A practice session


def _in_draft(record: ItemRecord, answer: Answer, posted: Posted) -> dict[str, object]:
    """The session as a draft holds it: the turns that were sent, as they are drawn, and the other ways."""
    turns = is_a(PracticeSessionAnswer, record.kind.parse(record.item, answer)).turns
    draft = _draft(record)
    known, others = mappings(draft.get("turns")), kept(draft)
    drawn = [
        # What a reply was found to do is in the draft alone.
        before if _sent(before) == _sent(turn) else turn
        for turn, before in zip(
            shown_turns(record.item.client, turns), [*known, *[{}] * len(turns)][: len(turns)], strict=True
        )
    ]
    if known and sent(drawn)[: len(known)] != sent(known):
        # Another window has gone on, or another way, since this form was drawn.
        others = [known, *others]
    return {"turns": drawn, "kept": others[:MOST_KEPT], "text": posted.one("text")}


def _draft(record: ItemRecord) -> dict[str, object]:
    return as_mapping(as_mapping(record.state(with_feedback=False)["draft"]).get("answer"))


def _sent(turn: Mapping[str, object]) -> dict[str, object]:
    return {key: turn.get(key) for key in SENT}


def _in_session(record: ItemRecord, draft: dict[str, object], answer: Answer, verb: str, number: int) -> Done | Refused:
    turns, others = mappings(draft["turns"]), kept(draft)
    if verb == "back" and 1 <= number <= len(turns):
        record.branch(number)
        before = {**draft, "turns": turns[: number - 1], "text": turns[number - 1]["text"]}
        _keep(record, before | {"kept": [turns, *others][:MOST_KEPT]})
        return Done("field")
    if verb == "take" and 1 <= number <= len(others):
        way = others.pop(number - 1)
        _keep(record, {**draft, "turns": way, "kept": [turns, *others][:MOST_KEPT] if turns else others})
        return Done("last")
    if verb == "keep":
        _keep(record, draft)
        return Done("form")
    if verb == "say":
        return _say(record, draft, answer)
    if text(draft["text"]).strip():
        return Refused(record.item.id, words("plain-end-unsaid"), draft)
    return _commit(record, answer, None) or Refused(record.item.id, _blank(record), draft)


def _say(record: ItemRecord, draft: dict[str, object], answer: Answer) -> Done | Refused:
    turns, said = mappings(draft["turns"]), text(draft["text"])
    if not said.strip():
        return Refused(record.item.id, words(f"blank-{record.kind.name}"), draft)
    known = mappings(_draft(record).get("turns"))
    if sent(known)[: len(turns)] == sent(turns) and [turn["text"] for turn in known[len(turns) :]] == [said.strip()]:
        return Done("last")  # two presses of one button: it was said, and answered
    turns = [*turns, record.turn(sent(turns), said)]
    draft = {**draft, "turns": turns, "text": ""}
    try:
        if ended(turns):
            return _commit(record, {**answer, "turns": sent(turns)}, None) or Done("last")
        _keep(record, draft)
    except LogNotSaved as error:
        # The reply itself is in the log: the page goes on from it.
        return Refused(record.item.id, str(error), draft)
    return Done("last")
