from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sample_items import marking, sample_item
from tiny_course import edit

from curriculum_utils.errors import AnswerError
from curriculum_utils.items import TYPES, Scored, assess
from curriculum_utils.items.spot_the_trap import token_f1

SPOT = TYPES["spot-the-trap"]
FILE = "exercises/first-steps/fs-spot.yaml"
AT = f"curriculum/{FILE}"
Problems = Callable[[], list[str]]

# That sounds heavy. What if you just sent the first page?
# 0    5      12     19   24 27  31   36   41  45    51  55 (56 characters, 11 words)
# The key: "What if you just sent the first page", 19 to 55, 8 words.
ALL = (0, 56)
TRAP = (19, 55)
FIRST_HALF = (19, 35)


def spotted(*marks: tuple[int, int], trap: str | None = "sample_fix", **fields: object) -> Scored:
    answer = {"trap": trap, "marks": [{"turn": "t1", "start": start, "end": end} for start, end in marks]}
    outcome = assess(sample_item("spot-the-trap", **fields), answer, marking())  # pyright: ignore
    assert isinstance(outcome, Scored)
    return outcome


@pytest.mark.parametrize(
    ("marks", "credit"),
    [
        ([TRAP], 1.0),  # ½ + ½ × 1
        ([], 0.5),  # the name alone
        ([FIRST_HALF], 0.5 + 0.5 * 2 * 4 / (4 + 8)),  # 4 of 8 words, none beside them: F1 2/3
        ([ALL], 0.5 + 0.5 * 2 * 8 / (11 + 8)),  # all 8, and 3 beside them: F1 16/19
        ([(12, 26)], 0.5 + 0.5 * 2 * 2 / (3 + 8)),  # heavy What if: 2 of 3 marked, of 8: F1 4/11
        ([(0, 17)], 0.5),  # the words before: F1 0
        ([(21, 22)], 0.5 + 0.5 * 2 * 1 / (1 + 8)),  # one letter of "What" marks the word: F1 2/9
        ([(19, 35), (27, 55)], 1.0),  # marks that overlap count their words once
        ([(36, 55), (19, 35)], 1.0),  # in any order
        ([(17, 19)], 0.5),  # a full stop and a blank are no words
    ],
)
def test_with_the_trap_named_credit_is_a_half_and_half_the_f1_of_the_words(marks: list[tuple[int, int]], credit: float):
    assert spotted(*marks).credit == pytest.approx(credit)


@pytest.mark.parametrize(("marks", "credit"), [([TRAP], 0.5), ([FIRST_HALF], 1 / 3), ([(0, 17)], 0.0)])
@pytest.mark.parametrize("trap", ["sample_soothe", None])
def test_with_another_trap_or_none_named_only_the_words_count(
    marks: list[tuple[int, int]], credit: float, trap: str | None
):
    assert spotted(*marks, trap=trap).credit == pytest.approx(credit)


@pytest.mark.parametrize(
    ("trap", "marks", "verdict"),
    [
        ("sample_fix", [TRAP], "You named the trap and marked its words."),
        ("sample_fix", [FIRST_HALF], "You named the trap and marked part of its words."),
        ("sample_fix", [], "You named the trap. The words you marked are not quite the ones."),
        ("sample_soothe", [TRAP], "You marked the right words. The trap has another name."),
        ("sample_soothe", [FIRST_HALF], "You marked part of the words. The trap has another name."),
        ("sample_soothe", [], "The trap is elsewhere, and has another name."),
    ],
)
def test_the_verdict_says_which_half_was_found(trap: str, marks: list[tuple[int, int]], verdict: str):
    assert spotted(*marks, trap=trap).verdict == verdict


def test_words_of_two_turns_of_the_key_both_count():
    turns = [
        {"id": "t1", "who": "therapist", "text": "Send it."},
        {"id": "c1", "who": "client", "text": "No."},
        {"id": "t2", "who": "therapist", "text": "Send half of it."},
    ]
    key = {"spans": [{"turn": "t1", "quote": "Send it"}, {"turn": "t2", "quote": "Send half"}]}
    # 2 of 4 words, none beside them: F1 2 × 2 / (2 + 4) = 2/3
    assert spotted((0, 7), key=key, vignette={"turns": turns}).credit == pytest.approx(0.5 + 1 / 3)


def test_an_apostrophe_or_a_hyphen_does_not_split_a_word():
    turns = [{"id": "t1", "who": "therapist", "text": "Don’t you re-read it, Zoë?"}]
    key = {"spans": [{"turn": "t1", "quote": "Don’t you re-read"}]}
    # Don’t | you | re-read: one of three marked by a letter of it, F1 2 / (1 + 3)
    assert spotted((0, 1), key=key, vignette={"turns": turns}).credit == pytest.approx(0.5 + 0.25)


def test_the_learner_is_told_the_trap_in_plain_words():
    assert [remark.text for remark in spotted((0, 4)).remarks] == [
        "The trap here: plain sample_fix",
        "She hears that it is a matter of logistics.",
    ]


@pytest.mark.parametrize(
    "mark",
    [
        {"turn": "c1", "start": 0, "end": 4},
        {"turn": "t9", "start": 0, "end": 4},
        {"turn": "t1", "start": 0, "end": 57},
        {"turn": "t1", "start": 4, "end": 4},
        {"turn": "t1", "start": 9, "end": 4},
        {"turn": "t1", "start": -1, "end": 4},
        {"turn": "t1", "start": 0.5, "end": 4},
        {"turn": "t1", "start": 0},
        {"turn": "t1", "start": 0, "end": 10**30},
    ],
    ids=["client's turn", "no turn", "too far", "empty", "backwards", "negative", "half", "endless", "huge"],
)
def test_a_mark_outside_the_therapists_words_is_refused(mark: dict[str, object]):
    with pytest.raises(AnswerError):
        SPOT.parse(sample_item("spot-the-trap"), {"trap": "sample_fix", "marks": [mark]})


def test_a_trap_that_was_not_offered_is_refused():
    with pytest.raises(AnswerError, match="no trap 'sample_other' in this item"):
        SPOT.parse(sample_item("spot-the-trap"), {"trap": "sample_other"})


def test_more_marks_than_any_transcript_needs_are_refused():
    marks = [{"turn": "t1", "start": 0, "end": 4}] * 51
    with pytest.raises(AnswerError):
        SPOT.parse(sample_item("spot-the-trap"), {"trap": "sample_fix", "marks": marks})


def test_the_page_shows_the_words_of_the_therapist_as_tokens():
    view = SPOT.view(sample_item("spot-the-trap", withheld=True), ())
    assert list(view["tokens"]) == ["t1"]  # pyright: ignore
    assert view["tokens"]["t1"][:4] == [(0, 4), (5, 11), (12, 17), (19, 23)]  # pyright: ignore


WORDS = st.sets(st.tuples(st.just("t1"), st.integers(0, 12)))


@given(WORDS, WORDS)
def test_f1_lies_between_0_and_1_and_is_whole_only_for_the_same_words(
    marked: set[tuple[str, int]], true: set[tuple[str, int]]
):
    f1 = token_f1(marked, true)
    assert 0 <= f1 <= 1
    assert (f1 == 1) == (marked == true != set())
    assert f1 == token_f1(true, marked)


# What lint says. In the tiny course: 1-6 the common keys, 7 traps, 8 key: 9 trap, 10 spans: 11 the one, 12 feedback


def test_an_offered_name_that_is_no_trap_is_told(curriculum: Path, problems: Problems):
    edit(curriculum, FILE, "traps: [fixes_it, soothes, ", "traps: [fixes_it, sothes, ")
    assert problems() == [f'{AT}:7: traps.1: no trap "sothes"; did you mean "soothes"? [unknown-label]']


def test_a_trap_that_is_not_offered_cannot_be_the_key(curriculum: Path, problems: Problems):
    edit(curriculum, FILE, "traps: [fixes_it, soothes, asks_why]", "traps: [soothes, asks_why, soothes]")
    assert problems() == [
        f'{AT}:7: traps.2: a second "soothes" [duplicate-id]',
        f'{AT}:9: key.trap: no trap "fixes_it"; allowed: asks_why, soothes [unknown-label]',
    ]


def test_a_transcript_is_needed(curriculum: Path, problems: Problems):
    edit(curriculum, FILE, "vignette: the-transcript\n", "")
    assert problems() == [f"{AT}:1: needs a vignette: the transcript to mark [missing-key]"]


@pytest.mark.parametrize("turn", ["c1", "t7"])
def test_a_span_of_no_turn_of_the_therapist_is_told(curriculum: Path, problems: Problems, turn: str):
    edit(curriculum, FILE, "turn: t1", f"turn: {turn}")
    message = f'"{turn}" is no turn of the therapist in "the-transcript"'
    assert problems() == [f"{AT}:11: key.spans.0.turn: {message} [dangling]"]


@pytest.mark.parametrize(("quote", "count"), [("What if you sent", 0), ("e", 4), ("what if you just", 0)])
def test_a_quote_that_does_not_stand_there_exactly_once_is_told(
    curriculum: Path, problems: Problems, quote: str, count: int
):
    # "That sounds heavy. What if you just sent the first page?": e in heavy, sent, the, page
    edit(curriculum, FILE, "What if you just sent the first page", quote)
    assert problems() == [
        (
            f"{AT}:11: key.spans.0.quote: these words stand {count} times in t1; "
            "quote words that stand there once, exactly [quote]"
        )
    ]


def test_a_key_without_spans_is_told(curriculum: Path, problems: Problems):
    edit(curriculum, FILE, '\n    - {turn: t1, quote: "What if you just sent the first page"}', " []")
    [told] = problems()
    assert told.startswith(f"{AT}:10: key.spans: ")
