"""A trap in the last sentence, after a good move: decided, or passed on to a person, or counted here as overlooked."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from curriculum_utils.content import read_course
from curriculum_utils.items import SCHEMAS
from curriculum_utils.items.write_reply import WriteReply, WriteReplyKey
from curriculum_utils.scoring import Reply, ReplyScore, load_scorer, shipped_vocabulary
from curriculum_utils.scoring.credit import reply_credit

ROOT = Path(__file__).parents[2]
MODULE = "responsibility-trap"

EXHAUSTING = "It must be exhausting, Hector, training this hard for months and still lying awake at night."
THE_TOPIC = "I'd like us to leave the locks alone today and make this our topic, that you feel so stuck."
WHAT_IS_IT_LIKE = "What is it like for you to be so stuck?"
SMALL_SIGN = "If this began to help, what would be the first small thing you'd notice yourself doing on a Saturday?"
GUARD = "Something in you seems to stand guard over that hand, and it may be trying to protect you."
OPENINGS = (
    f"{EXHAUSTING} {THE_TOPIC} {WHAT_IS_IT_LIKE}",
    f"You're right, nothing has changed so far. {SMALL_SIGN}",
    f"{GUARD} What is it afraid might happen if you said no?",
)
FIXES = (
    "Why don't I give you a worksheet to fill in before Tuesday?",
    "Maybe we could break it into smaller steps.",
    "You could try a small step tonight.",
    "And tonight you could try a breathing exercise before you go to bed.",
    "Have you tried keeping a diary?",
    "Let me give you some homework for this week.",
)

OVERLOOKED_EXEMPLARS, TRAPS_IN_EXEMPLARS = 0, 45
"""Of the traps in the course's exemplars, those neither found nor flagged in a reply given full credit."""


def score(text: str, move: str | None = None) -> ReplyScore:
    return load_scorer().score([Reply("r", MODULE, "Nothing has changed.", text, move)])[0]


def credit(found: ReplyScore, module: str, move: str | None) -> float:
    traps = set(found.labels) & set(shipped_vocabulary().traps)
    return reply_credit(found.labels, traps, shipped_vocabulary().modules[module], asked=move).credit


def overlooked(found: ReplyScore, trap: str, module: str, move: str | None) -> bool:
    """Without the trap, without a flag, and at full credit: the learner hears nothing of it."""
    return trap not in found.labels and not found.review and credit(found, module, move) == 1


def trapped_exemplars() -> Iterator[tuple[Reply, str]]:
    """Each trap with which an exemplar of the course's written exercises is labelled."""
    course, _ = read_course(ROOT / "curriculum", SCHEMAS)
    assert course is not None
    for module in course.modules.values():
        for item in (authored.item for authored in module.items.values()):
            if isinstance(item.key, WriteReplyKey) and isinstance(item.exercise, WriteReply):
                client = item.vignette.last_client_words() if item.vignette else ""
                for at, one in enumerate(item.key.exemplars):
                    reply = Reply(f"{item.id}.{at}", item.module, client, one.text, item.exercise.move)
                    yield from ((reply, trap) for trap in one.traps)


@pytest.mark.parametrize("fix", FIXES)
@pytest.mark.parametrize("opening", OPENINGS)
def test_a_fix_after_a_good_move_is_not_overlooked(opening: str, fix: str):
    assert "offers_solution" in score(fix).labels
    assert not overlooked(score(f"{opening} {fix}"), "offers_solution", MODULE, None)


@pytest.mark.parametrize("opening", OPENINGS)
def test_a_fix_in_the_last_sentence_is_shown_at_its_own_words(opening: str):
    text = f"{opening} {FIXES[2]}"
    (span,) = score(text).evidence["offers_solution"]
    assert text[slice(*span)] == FIXES[2]


@pytest.mark.parametrize("opening", OPENINGS)
def test_a_good_move_without_a_fix_has_no_trap(opening: str):
    assert not set(score(opening).labels) & set(shipped_vocabulary().traps)


def test_of_the_traps_in_the_exemplars_only_the_measured_number_is_overlooked():
    labelled = list(trapped_exemplars())
    missed = [
        reply.id
        for reply, trap in labelled
        if overlooked(load_scorer().score([reply])[0], trap, reply.module, reply.move)
    ]
    assert len(labelled) == TRAPS_IN_EXEMPLARS
    assert len(missed) == OVERLOOKED_EXEMPLARS, missed
