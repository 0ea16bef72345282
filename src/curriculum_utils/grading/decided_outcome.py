"""What an answer was found to be once a person has decided on its labels: feedback and reports take it from here."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from curriculum_utils.content import Item, Vocabulary, words
from curriculum_utils.grading.decisions import Decision
from curriculum_utils.items import Answer, Marking, Outcome, Scored, assess
from curriculum_utils.items.practice_session import PracticeSession
from curriculum_utils.items.write_reply import WriteReply
from curriculum_utils.scoring import Reply, ReplyScore, Span


def standing_outcome(
    item: Item, answer: Answer | None, found: Outcome, vocabulary: Vocabulary, decision: Decision | None
) -> Outcome:
    """The outcome by the person's labels, marked as such, where they were decided on this answer; else `found`.

    The evidence stays at the labels that stand. In a session the client's way stays as the page showed it.

    Args:
        answer: what was answered, as recorded.
        found: what the scorer had found of it.
        decision: the one that holds of the grade; None where nobody has decided.
    """
    if decision is None or not decision.labels or answer is None or _texts(item, answer) != _decided_texts(decision):
        return found
    met: dict[int, set[str]] = {}
    for one in decision.labels:
        met.setdefault(one.turn, set()).update({one.label} if one.person else ())
    if isinstance(item.exercise, WriteReply):
        evidence: Mapping[str, tuple[Span, ...]] = found.evidence if isinstance(found, Scored) else {}
        scorer = _PersonsLabels(tuple(sorted(met.get(0, ()))), evidence, frozenset(vocabulary.rubric.labels()))
        decided = assess(item, answer, Marking(vocabulary, scorer))
    else:
        decided = _session(found, met, vocabulary)
    if not isinstance(decided, Scored):
        return found
    return replace(decided, verdict=f"{words('decided-by-person')} {decided.verdict}".strip(), review=None)


def _texts(item: Item, answer: Answer) -> list[str]:
    if isinstance(item.exercise, WriteReply):
        return [str(answer.get("text"))]
    turns = answer.get("turns")
    if not isinstance(item.exercise, PracticeSession) or not isinstance(turns, Sequence):
        return []
    return [str(turn.get("text")) if isinstance(turn, Mapping) else "" for turn in turns]  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType, reportUnknownArgumentType]


def _decided_texts(decision: Decision) -> list[str]:
    return [one.reply for one in decision.replies]


def _session(found: Outcome, met: Mapping[int, Collection[str]], vocabulary: Vocabulary) -> Outcome:
    """The session as it went, with other labels; what was remarked on its turning points went by the scorer's."""
    if not isinstance(found, Scored):
        return found
    rubric = vocabulary.rubric
    turns = tuple(
        replace(
            turn,
            met=tuple(name for name in rubric.criterion_names() if name in met.get(number, ())),
            traps=tuple(name for name in rubric.trap_names() if name in met.get(number, ())),
            evidence={name: spans for name, spans in turn.evidence.items() if name in met.get(number, ())},
        )
        for number, turn in enumerate(found.turns, 1)
    )
    return replace(
        found,
        met=tuple(name for name in rubric.criterion_names() if any(name in turn.met for turn in turns)),
        traps=tuple(name for name in rubric.trap_names() if any(name in turn.traps for turn in turns)),
        turns=turns,
        verdict="",
        remarks=tuple(one for one in found.remarks if one.authored),
    )


@dataclass(frozen=True)
class _PersonsLabels:
    """A scorer that says of one reply what a person said."""

    met: tuple[str, ...]
    evidence: Mapping[str, tuple[Span, ...]]
    known_labels: frozenset[str]
    rubric_version: str = ""
    scorer_version: str = ""

    def score(self, replies: Sequence[Reply]) -> list[ReplyScore]:
        spans = {name: self.evidence[name] for name in self.met if name in self.evidence}
        return [ReplyScore(one.id, self.met, {}, spans, "", "") for one in replies]
