from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sample_items import VOCABULARY, marking, sample_item, vocabulary
from tiny_course import edit

from curriculum_utils.errors import AnswerError
from curriculum_utils.items import TYPES, Marking, Outcome, Remark, Scored, Unscored, assess, points

WRITE = TYPES["write-reply"]
REPLY = "What I would say."
FILE = "exercises/first-steps/fs-write.yaml"
AT = f"curriculum/{FILE}"
Problems = Callable[[], list[str]]

# Two moves share q; the longer one stands first and so wins a tie.
OPEN = vocabulary(
    ["a", "b", "c", "q"],
    ["t", "u", "v"],
    {"first": ["a", "b", "q"], "second": ["c", "q"], "third": ["q", "b"], "bad": "t"},
)


def written(labels: Sequence[str], *, move: str | None = "sample-move", maximum: float = 3) -> Scored:
    """The outcome of a reply in which the scorer finds these labels."""
    words = VOCABULARY if move == "sample-move" else OPEN
    item = sample_item("write-reply", exercise={"move": move, "points": maximum})
    outcome = assess(item, {"text": REPLY}, marking({REPLY: labels}, words=words))
    assert isinstance(outcome, Scored)
    return outcome


TRAPS = ("sample_fix", "sample_soothe", "sample_ask_why")
WHOLE = ("sample_apart", "sample_credit", "sample_question")


@pytest.mark.parametrize(
    ("labels", "credit"),
    [
        (WHOLE, 1.0),  # 3 of 3
        (WHOLE[:2], 2 / 3),
        (WHOLE[:1], 1 / 3),
        ((), 0.0),
        ((*WHOLE, "sample_fix"), 0.5),  # 3 of 3, one trap: 1 × 0.5
        ((*WHOLE, "sample_fix", "sample_soothe"), 0.25),  # two traps: 1 × 0.25
        ((*WHOLE, "sample_fix", "sample_soothe", "sample_ask_why"), 0.25),  # no less for a third
        ((*WHOLE[:2], "sample_fix"), 1 / 3),  # 2/3 × 0.5
        (("sample_fix",), 0.0),
    ],
)
def test_credit_is_coverage_halved_for_a_trap_and_quartered_for_more(labels: Sequence[str], credit: float):
    assert written(labels).credit == pytest.approx(credit)


def test_a_trap_in_the_last_sentence_halves_a_whole_move():
    # 3 of 3 criteria, one trap: 4 × 1 × 0.5
    outcome = written((*WHOLE, "sample_fix"), maximum=4)
    assert points(outcome.credit, 4) == 2.0


def test_a_criterion_of_another_move_earns_nothing_when_one_move_is_asked_for():
    # Asked for "second" (c, q); a and b belong to others: 1 of 2.
    outcome = written(["a", "b", "q"], move="second")
    assert (outcome.credit, outcome.move, outcome.met, outcome.missing) == (0.5, "second", ("q",), ("c",))


@pytest.mark.parametrize(
    ("labels", "move", "credit"),
    [
        (["c", "q"], "second", 1.0),  # first 1/3, second 2/2, third 1/2
        (["a", "b"], "first", 2 / 3),  # first 2/3, second 0, third 1/2
        (["b", "q"], "third", 1.0),  # first 2/3, second 1/2, third 2/2
        (["q"], "second", 0.5),  # first 1/3, second and third 1/2: a tie, the earlier one
        (["a", "b", "q"], "first", 1.0),  # first 3/3, second 1/2, third 2/2: a tie, the earlier one
        ([], None, 0.0),
        (["t"], None, 0.0),
    ],
)
def test_a_move_left_open_counts_the_best_one_and_ties_go_to_the_earlier(
    labels: list[str], move: str | None, credit: float
):
    outcome = written(labels, move=None)
    assert (outcome.move, outcome.credit) == (move, pytest.approx(credit))


@given(
    st.sets(st.sampled_from(["a", "b", "c", "q"])),
    st.sets(st.sampled_from(["t", "u", "v"])),
    st.sampled_from(["t", "u", "v"]),
    st.sampled_from([None, "first", "second", "third"]),
)
def test_one_more_trap_never_raises_a_credit(criteria: set[str], traps: set[str], more: str, move: str | None):
    before = written([*criteria, *traps], move=move).credit
    assert written([*criteria, *traps, more], move=move).credit <= before


@given(
    st.sets(st.sampled_from(["a", "b", "c", "q"])),
    st.sampled_from(["a", "b", "c", "q"]),
    st.sets(st.sampled_from(["t", "u"])),
    st.sampled_from([None, "first", "second"]),
)
def test_one_more_criterion_never_lowers_a_credit(criteria: set[str], more: str, traps: set[str], move: str | None):
    before = written([*criteria, *traps], move=move).credit
    assert written([*criteria, more, *traps], move=move).credit >= before


# What the learner is told


@pytest.mark.parametrize(
    ("labels", "verdict"),
    [
        (WHOLE, "Your reply does all of what this move asks."),
        (WHOLE[:2], "Your reply does 2 of the 3 things this move asks."),
        ((), "Your reply does none of the things this move asks, yet."),
        (
            (*WHOLE, "sample_fix"),
            "Your reply does all of what this move asks. It also falls into a trap, so it earns less.",
        ),
        (
            (*WHOLE[:2], "sample_fix", "sample_soothe"),
            "Your reply does 2 of the 3 things this move asks. It also falls into 2 traps, so it earns less.",
        ),
        (("sample_fix",), "Your reply falls into a trap, and does none of the things this move asks, yet."),
        (TRAPS, "Your reply falls into 3 traps, and does none of the things this move asks, yet."),
    ],
)
def test_the_verdict_says_how_much_of_the_move_is_there(labels: Sequence[str], verdict: str):
    assert written(labels).verdict == verdict


@pytest.mark.parametrize(
    ("labels", "kinds"),
    [
        (WHOLE, ["met", "met", "note"]),
        (WHOLE[:1], ["missing", "missing", "note"]),
        ((*WHOLE[:1], "sample_fix"), ["trap", "missing", "note"]),
        ((*WHOLE, "sample_soothe", "sample_fix"), ["trap", "trap", "note"]),
        (("sample_fix", "sample_soothe", "sample_ask_why"), ["trap", "trap", "note"]),
    ],
)
def test_at_most_three_remarks_traps_first_then_what_is_missing(labels: Sequence[str], kinds: list[str]):
    assert [remark.kind for remark in written(labels).remarks] == kinds


def test_remarks_name_the_label_in_plain_words_with_its_hint_and_end_with_the_items_own_note():
    assert written((*WHOLE[1:], "sample_fix")).remarks == (
        Remark("trap", "These words may backfire (plain sample_fix). Hint for sample_fix.", "sample_fix"),
        Remark("missing", "Not there yet: plain sample_apart. Hint for sample_apart.", "sample_apart"),
        Remark("note", "Look again at how tired she sounds.", authored=True),
    )


def test_evidence_is_kept_for_the_moves_criteria_and_every_trap_only():
    outcome = written(["a", "c", "q", "u"], move="second")
    # The scripted scorer marks the whole reply.
    assert outcome.evidence == {label: ((0, len(REPLY)),) for label in ("c", "q", "u")}
    assert outcome.traps == ("u",)


# What goes to a person


def outcome_with(how: Marking, *, move: str | None = "sample-move") -> Outcome:
    return assess(sample_item("write-reply", exercise={"move": move}), {"text": REPLY}, how)


def test_a_move_with_a_label_that_the_scorer_has_not_learnt_is_unscored():
    assert outcome_with(marking({REPLY: ["sample_apart"]}, known=["sample_apart", *TRAPS])) == Unscored(
        "The scorer has not learnt: plain sample_credit, plain sample_question."
    )


def test_with_the_move_left_open_every_effective_move_must_be_learnt():
    learnt = ["sample_apart", "sample_credit", *TRAPS]
    assert outcome_with(marking(known=learnt), move=None) == Unscored(
        "The scorer has not learnt: plain sample_question."
    )


def test_a_trap_that_the_scorer_has_not_learnt_leaves_every_reply_open():
    # It might be there, and would halve what the reply earns.
    assert outcome_with(marking({REPLY: WHOLE}, known=[*WHOLE, *TRAPS[:2]])) == Unscored(
        "The scorer has not learnt: plain sample_ask_why."
    )


def test_a_label_of_a_move_that_was_not_asked_for_need_not_be_learnt():
    item = sample_item("write-reply", exercise={"move": "second"})
    how = marking({REPLY: ["c", "q"]}, words=OPEN, known=["c", "q", "t", "u", "v"])
    outcome = assess(item, {"text": REPLY}, how)
    assert isinstance(outcome, Scored)
    assert outcome.credit == 1.0


def test_what_the_scorer_cannot_decide_is_unscored_with_its_reason_never_0():
    assert outcome_with(marking(unscored={REPLY: "Not in English."})) == Unscored("Not in English.")


def test_a_scorers_wish_for_a_person_passes_through_beside_the_credit():
    outcome = outcome_with(marking({REPLY: WHOLE}, review={REPLY: "The scorer is unsure about: x."}))
    assert isinstance(outcome, Scored)
    assert (outcome.credit, outcome.review) == (1.0, "The scorer is unsure about: x.")


def test_a_sure_score_asks_for_nobody():
    assert written(WHOLE).review is None


@pytest.mark.parametrize("text", ["x" * 4001, 7, None, ["x"], {"a": 1}, "\ud800"])
def test_a_text_that_is_none_or_too_long_is_refused(text: object):
    with pytest.raises(AnswerError, match="text"):
        WRITE.parse(sample_item("write-reply"), {"text": text})


def test_blanks_around_a_reply_are_kept_as_the_learner_wrote_them():
    # Evidence counts characters from the first blank on.
    answer = WRITE.parse(sample_item("write-reply"), {"text": "  So.\n"})
    assert answer.model_dump()["text"] == "  So.\n"


# What lint says. In the tiny course: 1-6 the common keys, 7 move, 8 confidence, 9 key: 10-11 feedback, 12 exemplars:
# 13 text, 14 criteria, 15 points; 16 text, 17 criteria, 18 traps, 19 points


def test_a_vignette_is_needed(curriculum: Path, problems: Problems):
    edit(curriculum, FILE, "vignette: the-form\n", "")
    assert problems() == [f"{AT}:1: needs a vignette: the client's words that the reply answers [missing-key]"]


def test_a_vignette_that_does_not_end_with_the_client_is_told(curriculum: Path, problems: Problems):
    with (curriculum / "vignettes/the-form.yaml").open("a", encoding="utf-8") as file:
        file.write('  - {id: t1, who: therapist, text: "Hm."}\n')
    assert f'{AT}:4: vignette: "the-form" must end with the client\'s words [last-turn]' in problems()


@pytest.mark.parametrize("move", ["meet-the-wait", "soothe"])
def test_a_move_that_is_no_effective_one_is_told(curriculum: Path, problems: Problems, move: str):
    edit(curriculum, FILE, "move: meet-the-weight", f"move: {move}")
    [told] = problems()
    assert told.startswith(f'{AT}:7: move: no effective move "{move}"; ')
    assert told.endswith("[dangling]")


def test_the_move_may_be_left_open(curriculum: Path, problems: Problems):
    edit(curriculum, FILE, "move: meet-the-weight\n", "")
    assert problems() == []


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        # 3 of 3 criteria × 3 points
        (
            "points: 3\n    - text",
            "points: 2\n    - text",
            15,
            "exemplars.0.points: 2 does not follow from the labels, which earn 3",
        ),
        # 1 of 3 criteria × 0.5 × 3 points
        ("points: 0.5", "points: 1", 19, "exemplars.1.points: 1 does not follow from the labels, which earn 0.5"),
        ("      traps: [fixes_it]\n", "", 18, "exemplars.1.points: 0.5 does not follow from the labels, which earn 1"),
    ],
)
def test_points_that_do_not_follow_from_the_labels_are_told(
    curriculum: Path, problems: Problems, old: str, new: str, line: int, message: str
):
    edit(curriculum, FILE, old, new)
    assert problems() == [f"{AT}:{line}: key.{message} [exemplar-points]"]


def test_points_may_be_rounded_to_three_decimals(curriculum: Path, problems: Problems):
    # 1 of 3 criteria × 0.5 × 1 point
    edit(curriculum, FILE, "points: 3\nmove", "points: 1\nmove")
    edit(curriculum, FILE, "points: 3\n    - text", "points: 1\n    - text")
    edit(curriculum, FILE, "points: 0.5", "points: 0.167")
    assert problems() == []


def test_an_unknown_trap_of_an_exemplar_is_told(curriculum: Path, problems: Problems):
    edit(curriculum, FILE, "traps: [fixes_it]", "traps: [fixesit]")
    assert problems() == [
        f'{AT}:18: key.exemplars.1.traps.0: no trap "fixesit"; did you mean "fixes_it"? [unknown-label]'
    ]


def test_without_an_exemplar_that_earns_all_points_the_author_is_told(curriculum: Path, problems: Problems):
    edit(
        curriculum, FILE, "[names_weight, names_pattern, asks_open]\n      points: 3", "[names_weight]\n      points: 1"
    )
    assert problems() == [f"{AT}:12: key.exemplars: none earns all the points; add one that does [no-exemplar]"]


def test_a_single_exemplar_is_too_few(curriculum: Path, problems: Problems):
    path = curriculum / FILE
    path.write_text(path.read_text("utf-8").partition('    - text: "What is it like to have')[0], "utf-8")
    [told] = problems()
    assert told.startswith(f"{AT}:12: key.exemplars: ")


def test_without_a_near_miss_the_author_is_told(curriculum: Path, problems: Problems):
    edit(
        curriculum,
        FILE,
        "[asks_open]\n      traps: [fixes_it]\n      points: 0.5",
        "[names_weight, names_pattern, asks_open]\n      points: 3",
    )
    message = "all of them earn all the points; add a near-miss that does not"
    assert problems() == [f"{AT}:12: key.exemplars: {message} [no-near-miss]"]
