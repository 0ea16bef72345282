"""Practice sessions: scored turn by turn, held against the lines that the page showed."""

from collections.abc import Mapping, Sequence

import pytest
from sample_items import marking, sample_item

from curriculum_utils.content import words
from curriculum_utils.errors import AnswerError
from curriculum_utils.items import TYPES, Scored, Unscored, assess
from curriculum_utils.items.practice_session import PracticeSessionAnswer, SessionTurn
from curriculum_utils.items.session_turn import next_turn

ALL = ("sample_apart", "sample_credit", "sample_question")
LABELS: Mapping[str, Sequence[str]] = {
    "whole": ALL,
    "a part": ["sample_apart"],
    "trapped": [*ALL, "sample_fix"],
    "fix": ["sample_fix"],
}
ITEM = sample_item("practice-session")


def session(*turns: tuple[str, str, str]) -> dict[str, object]:
    return {"turns": [{"text": text, "line": line, "state": state} for text, line, state in turns]}


def scored(answer: Mapping[str, object], **how: Mapping[str, str]) -> Scored:
    outcome = assess(ITEM, answer, marking(LABELS, **how))
    assert isinstance(outcome, Scored)
    return outcome


def test_a_session_earns_the_mean_of_its_turns_and_says_how_it_ended_and_where_it_turned():
    outcome = scored(session(("a part", "Hm.", "guarded"), ("whole", "It's afraid of the no.", "open")))
    assert outcome.credit == pytest.approx((1 / 3 + 1) / 2)
    assert outcome.verdict == words("session-well", name="Ines", count=2)
    assert [remark.text for remark in outcome.remarks] == [
        words(
            "session-turn-closer",
            number=2,
            name="Ines",
            labels="plain sample_apart, plain sample_credit, plain sample_question",
        ),
        "Read once more what she said just before she turned away.",
    ]
    assert (outcome.met, outcome.traps, outcome.review) == (ALL, (), None)
    assert [(turn.client, turn.text, turn.state, turn.openness) for turn in outcome.turns] == [
        ("I didn't send it. Again.", "a part", "On her guard", 1),
        ("Hm.", "whole", "In touch", 4),
    ]
    assert [turn.turned for turn in outcome.turns] == [False, True]


def test_a_trap_moves_the_client_away_and_a_session_can_end_badly():
    outcome = scored(session(("trapped", "I think I'll stop here.", "gone")))
    assert outcome.credit == 0.5
    assert outcome.verdict == words("session-badly", name="Ines", count=1)
    assert outcome.remarks[0].kind == "trap"
    assert "plain sample_fix" in outcome.remarks[0].text


def test_a_session_that_was_left_counts_the_turns_not_taken_with_nothing():
    outcome = scored(session(("a part", "Hm.", "guarded")))
    assert outcome.credit == pytest.approx(1 / 3 / 6)
    assert outcome.verdict == words("session-open", name="Ines", count=1)


@pytest.mark.parametrize(
    ("answer", "turn"),
    [
        (session(("a part", "Something else.", "guarded")), 1),
        (session(("a part", "Hm.", "open")), 1),
        (session(("whole", "It's afraid of the no.", "open"), ("whole", "And more.", "open")), 2),
    ],
)
def test_a_session_that_its_replay_does_not_give_goes_to_a_person(answer: Mapping[str, object], turn: int):
    assert scored(answer).review == words("session-diverges", number=turn)


def test_a_reply_that_is_not_scored_leaves_the_session_to_a_person():
    outcome = assess(ITEM, session(("a part", "Hm.", "guarded")), marking(LABELS, unscored={"a part": "At risk."}))
    assert outcome == Unscored(words("session-turn-review", number=1, reason="At risk."))


def test_a_suspect_turn_goes_to_a_person_by_its_number():
    assert scored(session(("a part", "Hm.", "guarded")), review={"a part": "To the marker."}).review == words(
        "session-turn-review", number=1, reason="To the marker."
    )


def test_a_label_that_the_scorer_has_not_learnt_leaves_it_to_a_person():
    outcome = assess(ITEM, session(("a part", "Hm.", "guarded")), marking(known=ALL))
    assert isinstance(outcome, Unscored)
    assert "plain sample_fix" in outcome.reason


def test_what_it_did_turn_by_turn_is_in_the_html():
    answer = session(("trapped", "I think I'll stop here.", "gone"))
    kind = TYPES["practice-session"]
    html = kind.answer_html(ITEM, kind.parse(ITEM, answer), scored(answer), marking().vocabulary)
    for text in ("I didn&#x27;t send it. Again.", "trapped", "I think I&#x27;ll stop here.", "Afterwards: Gone"):
        assert text in html


# The next turn


def turns(answer: Mapping[str, object]) -> tuple[SessionTurn, ...]:
    return PracticeSessionAnswer.model_validate(answer).turns


def test_the_next_turn_is_what_a_replay_gives():
    how = marking(LABELS)
    first, labels = next_turn(ITEM, how.vocabulary, how.scorer, (), "a part")
    assert (first.line, first.state, labels) == ("Hm.", "guarded", ("sample_apart",))
    second, _ = next_turn(ITEM, how.vocabulary, how.scorer, (first,), "whole")
    assert (second.line, second.state) == ("It's afraid of the no.", "open")
    with pytest.raises(AnswerError, match="has ended"):
        next_turn(ITEM, how.vocabulary, how.scorer, (first, second), "more")


def test_turns_of_another_version_of_the_client_are_not_gone_on_from():
    how = marking(LABELS)
    with pytest.raises(AnswerError, match="another version"):
        next_turn(ITEM, how.vocabulary, how.scorer, turns(session(("a part", "Hmm?", "guarded"))), "whole")


def test_a_reply_that_is_not_scored_is_told_and_not_answered():
    how = marking(LABELS, unscored={"whole": "Turn to your supervisor."})
    with pytest.raises(AnswerError, match="Turn to your supervisor"):
        next_turn(ITEM, how.vocabulary, how.scorer, (), "whole")
