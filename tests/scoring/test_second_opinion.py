"""Two scorers on one reply: the first one's score stands, and a difference that counts asks for a person."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curriculum_utils.content import words
from curriculum_utils.scoring import Reply, ReplyScore, Scorer, ScoringVocabulary, ScriptedScorer, reply_credit
from curriculum_utils.scoring.second_opinion import SecondOpinion

# meet: a, b. look: c, d, e.
LABELS = ("a", "b", "c", "d", "e", "x", "y", "z")
VOCABULARY = ScoringVocabulary(
    rubric_version="1",
    criteria=LABELS[:5],
    traps=LABELS[5:],
    plain={label: f"does {label}" for label in LABELS},
    modules={"m": {"meet": ("a", "b"), "look": ("c", "d", "e")}},
)
TEXT = "It weighs on you."


def scripted(labels: str, **more: object) -> ScriptedScorer:
    return ScriptedScorer({TEXT: tuple(labels)}, known_labels=LABELS, **more)  # pyright: ignore


def a_reply(move: str | None = "meet", module: str = "m") -> Reply:
    return Reply("r", module, "Again.", TEXT, move)


def heard(first: str | Scorer, second: str | Scorer, reply: Reply | None = None) -> ReplyScore:
    one, two = (scripted(scorer) if isinstance(scorer, str) else scorer for scorer in (first, second))
    return SecondOpinion(one, two, VOCABULARY).score([reply or a_reply()])[0]


def told(*labels: str) -> str:
    return words("review-second-reading", labels=", ".join(f"does {label}" for label in labels))


class CountingScorer(ScriptedScorer):
    """Counts what it was asked about."""

    count = 0

    def score(self, replies: Sequence[Reply]) -> list[ReplyScore]:
        self.count += len(replies)
        return super().score(replies)


def test_the_reason_is_in_plain_words():
    assert told("a", "x") == "A second rater read it differently: does a, does x."


@pytest.mark.parametrize(
    ("first", "second", "move", "named"),
    [
        ("ab", "a", "meet", "b"),  # 1 instead of ½
        ("", "a", "meet", "a"),  # 0 instead of ½
        ("ab", "abx", "meet", "x"),  # 1 instead of ½
        ("abx", "ab", "meet", "x"),
        ("ab", "ax", "meet", "bx"),  # 1 instead of ¼
        ("ab", "cde", "meet", "ab"),  # c, d and e are of another move
        ("ab", "ac", "meet", "b"),
        ("a", "cd", None, "a"),  # move left open: ½ instead of ⅔; by themselves c and d change nothing
    ],
)
def test_a_difference_that_changes_the_credit_is_flagged(first: str, second: str, move: str | None, named: str):
    score = heard(first, second, a_reply(move))
    assert (score.review, score.review_reason) == (True, told(*named))


def test_labels_that_count_only_together_are_named_together():
    # ½ of "meet" becomes ⅔ of "look": beside c, d alone does it
    assert heard("ac", "acd", a_reply(None)).review_reason == told("d")
    # ⅓ of "look" is less than ½: c and d do it only together
    assert heard("a", "acd", a_reply(None)).review_reason == told("c", "d")


@pytest.mark.parametrize(
    ("first", "second", "move"),
    [
        ("ab", "ab", "meet"),
        ("", "", "meet"),
        ("ab", "abc", "meet"),  # c is not of the move asked for
        ("abcd", "ab", "meet"),
        ("ab", "abc", None),  # 1 stays 1: another move's first criterion
        ("a", "b", "meet"),  # ½ stays ½
    ],
)
def test_a_difference_that_changes_no_credit_leaves_the_score_as_it_is(first: str, second: str, move: str | None):
    assert heard(first, second, a_reply(move)) == scripted(first).score([a_reply(move)])[0]


@pytest.mark.parametrize(
    ("first", "second", "named"),
    [
        ("", "x", "x"),  # 0 stays 0
        ("x", "", "x"),
        ("axy", "axyz", "z"),  # a third trap takes nothing more
        ("ax", "ay", "xy"),  # one trap each, but not the same
    ],
)
def test_a_trap_that_only_one_of_them_sees_is_flagged_even_where_it_costs_nothing(first: str, second: str, named: str):
    score = heard(first, second)
    assert (score.review, score.review_reason) == (True, told(*named))


@pytest.mark.parametrize("reply", [a_reply("meet", "other"), a_reply("unknown")], ids=["module", "move"])
def test_where_no_credit_can_be_worked_out_every_difference_is_flagged(reply: Reply):
    assert heard("ab", "abc", reply).review_reason == told("c")
    assert not heard("ab", "ab", reply).review


@pytest.mark.parametrize("second", ["", "a", "ab", "abx", "cde", "xyz"])
def test_the_first_one_s_score_never_changes(second: str):
    first = scripted("ab")
    before, after = first.score([a_reply()])[0], heard(first, second)
    # all but the flag and its reason
    assert replace(after, review=before.review, review_reason=before.review_reason) == before
    # 2 of 2 criteria, no trap
    assert reply_credit(after.labels, (), VOCABULARY.modules["m"], asked="meet").credit == 1


@given(
    first=st.sets(st.sampled_from(LABELS)),
    second=st.sets(st.sampled_from(LABELS)),
    move=st.sampled_from([None, *VOCABULARY.modules["m"]]),
)
def test_it_flags_exactly_where_the_credit_or_a_trap_differs(first: set[str], second: set[str], move: str | None):
    def credit(labels: set[str]) -> float:
        return reply_credit(labels, labels & {*VOCABULARY.traps}, VOCABULARY.modules["m"], asked=move).credit

    score = heard("".join(first), "".join(second), a_reply(move))
    differs = credit(first) != credit(second) or first & {*VOCABULARY.traps} != second & {*VOCABULARY.traps}
    assert score.review is differs
    assert set(score.labels) == first


def test_the_first_one_s_own_reason_stands_before():
    first = scripted("ab", review={TEXT: "It is doubtful."})
    assert heard(first, "a").review_reason == f"It is doubtful. {told('b')}"
    assert heard(first, "ab").review_reason == "It is doubtful."


def test_where_the_second_gives_no_answer_the_first_one_s_score_stands():
    assert heard("ab", scripted("", unscored={TEXT: "It is silent."})) == scripted("ab").score([a_reply()])[0]


def test_what_the_first_leaves_unscored_is_not_even_shown_to_the_second():
    first = scripted("", unscored={TEXT: "It may concern a real person."})
    second = CountingScorer({TEXT: ("x",)}, known_labels=LABELS)
    assert heard(first, second) == first.score([a_reply()])[0]
    assert second.count == 0


def test_a_label_that_the_second_does_not_know_is_no_difference():
    second = ScriptedScorer({TEXT: ("a",)}, known_labels=("a", "x"))
    assert not heard("ab", second).review


def test_a_label_that_the_second_claimed_without_proof_is_no_difference():
    class Unproven(ScriptedScorer):
        def score(self, replies: Sequence[Reply]) -> list[ReplyScore]:
            return [replace(score, unsure=("b", "y")) for score in super().score(replies)]

    assert not heard("ab", Unproven({TEXT: ("a",)}, known_labels=LABELS)).review
    assert heard("abx", Unproven({TEXT: ("a",)}, known_labels=LABELS)).review_reason == told("x")


def test_it_answers_for_the_first_scorer():
    first = ScriptedScorer({}, known_labels=("a",), rubric_version="1", scorer_version="one")
    second = ScriptedScorer({}, known_labels=LABELS, rubric_version="2", scorer_version="two")
    both: Scorer = SecondOpinion(first, second, VOCABULARY)
    assert (both.rubric_version, both.scorer_version, both.known_labels) == ("1", "one", {"a"})


def test_every_reply_of_a_batch_keeps_its_place():
    texts = {"one": ("a",), "two": (), "three": ("x",)}
    first = ScriptedScorer(texts, known_labels=LABELS, unscored={"two": "Nobody knows."})
    second = ScriptedScorer({"one": ("a",), "two": ("x",), "three": ()}, known_labels=LABELS)
    replies = [Reply(text, "m", "", text, "meet") for text in texts]
    scores = SecondOpinion(first, second, VOCABULARY).score(replies)
    assert [score.id for score in scores] == ["one", "two", "three"]
    assert [score.review_reason for score in scores] == [None, "Nobody knows.", told("x")]
