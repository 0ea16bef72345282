"""What is said of a practice session: how it ended, where it turned, and why a person should look at it."""

from collections.abc import Sequence

from curriculum_utils.content import PracticeClient, Vocabulary, words
from curriculum_utils.items.base import Remark
from curriculum_utils.practice import Session, turning_points
from curriculum_utils.practice.hearing import HeardReply

DOUBTFUL_SHARE = 1 / 3
"""Of the turns: beyond it, turns that are merely in doubt make the session one for a person."""


def verdict(client: PracticeClient, session: Session) -> str:
    """How the session ended, in one sentence."""
    ending = session.ended or "open"
    return words(f"session-{ending}", name=client.client.name, count=len(session.turns))


def turning_remarks(client: PracticeClient, session: Session, vocabulary: Vocabulary) -> list[Remark]:
    """Where the session turned, and on what."""
    found: list[Remark] = []
    for point in turning_points(client, session):
        labels = point.heard.criteria if point.change > 0 else point.heard.traps or point.heard.criteria
        order = [name for name in vocabulary.rubric.labels() if name in labels]
        plain = ", ".join(vocabulary.rubric.plain(name) for name in order) or words("session-nothing-met")
        direction = "closer" if point.change > 0 else "away"
        text = words(f"session-turn-{direction}", number=point.number, name=client.client.name, labels=plain)
        found.append(Remark("trap" if point.change < 0 else "met", text))
    return found


def review(heard: Sequence[HeardReply], diverged: int | None) -> str | None:
    """Why a person should look at a session; None if nobody needs to.

    Args:
        diverged: the first turn at which the client would now answer otherwise than the page did.
    """
    reasons = [] if diverged is None else [words("session-diverges", number=diverged)]
    flagged = [(number, one.score) for number, one in enumerate(heard, 1) if one.score.review]
    doubtful = [number for number, score in flagged if score.unsure]
    suspect = [(number, score) for number, score in flagged if not score.unsure]
    reasons += [
        words("session-turn-review", number=number, reason=score.review_reason or words("review-generic"))
        for number, score in suspect
    ]
    if len(doubtful) > DOUBTFUL_SHARE * len(heard):
        reasons.append(words("session-doubtful", numbers=", ".join(map(str, doubtful))))
    return " ".join(reasons) or None
