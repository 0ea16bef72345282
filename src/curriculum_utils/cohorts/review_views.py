"""What a reviewer sees, as plain data that goes into JSON: one entry of the queue and its parts."""

import itertools
from dataclasses import dataclass

from curriculum_utils.cohorts.submitted_items import ReadReply, SubmittedItem
from curriculum_utils.grading.decisions import Decision, label_key


@dataclass(frozen=True)
class Segment:
    """A piece of a reply and the labels that it is evidence for; the pieces together are the reply."""

    text: str
    labels: tuple[str, ...] = ()


@dataclass(frozen=True)
class LabelView:
    """One label of one reply. `key` names it in a decision.

    `machine` is what the scorer found, None where it left the reply unscored; `person` what was decided, None before.
    `probability` and `threshold` are in [0, 1], None where the scorer does not tell. `doubtful`: it names this label
    among those that it is unsure of.
    """

    key: str
    label: str
    plain: str
    is_trap: bool
    machine: bool | None
    person: bool | None
    doubtful: bool
    probability: float | None
    threshold: float | None

    @property
    def state(self) -> str:
        """met, not met, doubtful or unscored, as the machine leaves it."""
        if self.machine is None:
            return "unscored"
        return "doubtful" if self.doubtful else "met" if self.machine else "not met"


@dataclass(frozen=True)
class ReplyView:
    """A reply, the client's words before it, and its labels; `turn` is 0 for a reply that stands alone."""

    turn: int
    client: str
    segments: tuple[Segment, ...]
    labels: tuple[LabelView, ...]


@dataclass(frozen=True)
class AlikeView:
    """Another answer to the same item that says nearly the same; `similarity` in [0, 1].

    `labels` are those that a person decided as met, None where nobody has decided.
    """

    handle: str
    who: str
    similarity: float
    text: str
    score: float | None
    waits: bool
    labels: tuple[str, ...] | None


@dataclass(frozen=True)
class ContestView:
    """What the learner sees differently; `label` is empty for the answer as a whole."""

    label: str
    plain: str
    reason: str
    at: str


@dataclass(frozen=True)
class Entry:
    """One answer that waits for a person, or that a person has decided.

    `said` is the conversation before a reply, as (speaker, words). `consequence` is in points: what is at stake times
    how doubtful it is. `current` is "no" where the answer, the key or the scorer has changed since it was graded.
    `html` is the answer as the feedback page shows it, escaped.
    """

    handle: str
    who: str
    module: str
    item: str
    title: str
    type: str
    prompt: str
    said: tuple[tuple[str, str], ...]
    replies: tuple[ReplyView, ...]
    html: str
    score: float | None
    maximum: float
    reasons: tuple[str, ...]
    contest: ContestView | None
    alike: tuple[AlikeView, ...]
    urgent: bool
    consequence: float
    why_first: str
    current: str
    decided: bool


def reply_views(
    found: SubmittedItem, thresholds: dict[str, float], decision: Decision | None, *, unmarked: bool = False
) -> tuple[ReplyView, ...]:
    """The replies of an item with their labels; `unmarked` leaves out all that machine or person has found."""
    held = {one.key: one.person for one in decision.labels} if decision is not None else {}
    return tuple(_reply_view(found, one, thresholds, held, unmarked=unmarked) for one in found.replies)


def _reply_view(
    found: SubmittedItem, reply: ReadReply, thresholds: dict[str, float], held: dict[str, bool], *, unmarked: bool
) -> ReplyView:
    rubric, score = found.vocabulary.rubric, reply.score
    labels: list[LabelView] = []
    for name in found.labels:
        key = label_key(reply.turn, name)
        labels.append(
            LabelView(
                key=key,
                label=name,
                plain=rubric.plain(name),
                is_trap=name in rubric.trap_names(),
                machine=name in score.labels if score.scored and not unmarked else None,
                person=held.get(key),
                doubtful=name in score.unsure and not unmarked,
                probability=score.probabilities.get(name) if score.scored and not unmarked else None,
                threshold=None if unmarked else thresholds.get(name),
            )
        )
    pieces = (Segment(reply.text),) if unmarked else segments(reply)
    return ReplyView(reply.turn, reply.client, pieces, tuple(labels))


def segments(reply: ReadReply) -> tuple[Segment, ...]:
    """The reply cut wherever evidence begins or ends; nothing of it is lost."""
    spans = [
        (max(0, start), min(len(reply.text), end), label)
        for label, found in reply.score.evidence.items()
        for start, end in found
        if start < end
    ]
    edges = sorted({0, len(reply.text), *(edge for start, end, _ in spans for edge in (start, end))})
    return tuple(
        Segment(
            reply.text[start:end],
            tuple(dict.fromkeys(name for first, last, name in spans if first <= start and end <= last)),
        )
        for start, end in itertools.pairwise(edges)
    )
