from collections.abc import Callable
from pathlib import Path

import pytest
from sample_items import marking, sample_item
from tiny_course import edit

from curriculum_utils.errors import AnswerError
from curriculum_utils.items import TYPES, Remark, Scored, assess

MATCH = TYPES["match-reason"]
FILE = "exercises/first-steps/fs-match.yaml"
AT = f"curriculum/{FILE}"
Problems = Callable[[], list[str]]


def paired(pairs: dict[str, str], **fields: object) -> Scored:
    outcome = assess(sample_item("match-reason", **fields), {"pairs": pairs}, marking())  # pyright: ignore
    assert isinstance(outcome, Scored)
    return outcome


@pytest.mark.parametrize(
    ("pairs", "credit"),
    [
        ({"m1": "r1", "m2": "r2", "m3": "r3"}, 1.0),  # 3 of 3
        ({"m1": "r1", "m2": "r3", "m3": "r2"}, 1 / 3),
        ({"m1": "r1", "m2": "r2"}, 2 / 3),  # m3 left out: not wrong, not right
        ({"m1": "r1", "m2": "r1", "m3": "r1"}, 1 / 3),  # one reason for all: it fits once
        ({"m3": "r1"}, 0.0),
    ],
)
def test_credit_is_the_share_of_moves_with_their_own_reason(pairs: dict[str, str], credit: float):
    assert paired(pairs).credit == credit


def test_only_pairs_that_do_not_fit_are_remarked_on():
    outcome = paired({"m1": "r1", "m2": "r3"})
    assert outcome.verdict == "1 of 3 pairs fit."
    assert outcome.remarks == (
        Remark("missing", "Title of sample-soothe: Whose comfort?", authored=True),
        Remark("missing", "Title of sample-move: Think of purpose.", authored=True),
    )


def test_five_wrong_pairs_still_get_no_more_than_three_remarks():
    names = [str(n) for n in range(1, 6)]
    outcome = paired(
        {"m1": "r2", "m2": "r1"},
        exercise={
            "left": [{"id": f"m{n}", "move": "sample-fix"} for n in names],
            "right": [{"id": f"r{n}", "text": "x"} for n in names],
        },
        key={"pairs": {f"m{n}": f"r{n}" for n in names}, "feedback": {f"m{n}": f"About {n}." for n in names}},
    )
    assert outcome.credit == 0.0
    assert [remark.text for remark in outcome.remarks] == [f"Title of sample-fix: About {n}." for n in "123"]


@pytest.mark.parametrize(
    "answer",
    [
        {"pairs": {"m9": "r1"}},
        {"pairs": {"m1": "r9"}},
        {"pairs": {"m1": "m2"}},
        {"pairs": {"m1": 1}},
        {"pairs": [["m1", "r1"]]},
        {"pairs": {f"m{n}": "r1" for n in range(11)}},
    ],
)
def test_pairs_of_anything_else_are_refused(answer: dict[str, object]):
    with pytest.raises(AnswerError):
        MATCH.parse(sample_item("match-reason"), answer)


# What lint says. In the tiny course: 1-5 the common keys, 6 left: 7-9, 10 right: 11-13,
# 14 key: 15 pairs, 16 feedback: 17-19


def test_a_vignette_has_no_place_here(curriculum: Path, problems: Problems):
    edit(curriculum, FILE, "prompt:", "vignette: the-form\nprompt:")
    assert problems() == [f"{AT}:4: vignette: a match-reason item shows no vignette [unknown-key]"]


def test_a_move_that_is_not_there_is_told(curriculum: Path, problems: Problems):
    edit(curriculum, FILE, "move: soothe", "move: sooth")
    assert problems() == [f'{AT}:8: left.1.move: no move "sooth"; did you mean "soothe"? [dangling]']


def test_a_shared_move_may_stand_here(curriculum: Path, problems: Problems):
    edit(curriculum, FILE, "move: soothe", "move: ask-why")
    assert problems() == []


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("{id: m2, move", "{id: m1, move", [f'{AT}:7: left.0.id: a second "m1"', f'{AT}:8: left.1.id: a second "m1"']),
        (
            "{id: r3, text",
            "{id: r1, text",
            [f'{AT}:11: right.0.id: a second "r1"', f'{AT}:13: right.2.id: a second "r1"'],
        ),
    ],
)
def test_an_id_that_stands_twice_is_told_at_both(
    curriculum: Path, problems: Problems, old: str, new: str, told: list[str]
):
    edit(curriculum, FILE, old, new)
    found = problems()
    assert [f"{line} [duplicate-id]" in found for line in told] == [True, True]


def test_a_move_without_its_reason_or_feedback_is_told(curriculum: Path, problems: Problems):
    edit(curriculum, FILE, ", m3: r3}", "}")
    edit(curriculum, FILE, '    m2: "Whose comfort does this one serve?"\n', "")
    assert problems() == [
        f'{AT}:15: key.pairs: says no reason for "m3" [missing-key]',
        f'{AT}:16: key.feedback: says nothing about "m2" [missing-key]',
    ]


def test_a_key_of_moves_and_reasons_that_are_not_there_is_told(curriculum: Path, problems: Problems):
    edit(curriculum, FILE, "m3: r3}", "m3: r7, m8: r1}")
    edit(curriculum, FILE, '    m3: "Think', '    m9: "Nobody reads this."\n    m3: "Think')
    assert problems() == [
        f'{AT}:15: key.pairs.m3: no reason "r7"; allowed: r1, r2, r3 [dangling]',
        f'{AT}:15: key.pairs.m8: no move "m8"; allowed: m1, m2, m3 [dangling]',
        f'{AT}:19: key.feedback.m9: no move "m9"; allowed: m1, m2, m3 [dangling]',
    ]


def test_one_reason_more_than_moves_is_allowed_and_two_are_not(curriculum: Path, problems: Problems):
    edit(curriculum, FILE, "key:\n", '  - {id: r4, text: "A fourth."}\nkey:\n')
    assert problems() == []
    edit(curriculum, FILE, "key:\n", '  - {id: r5, text: "A fifth."}\nkey:\n')
    assert problems() == [f"{AT}:10: right: 5 reasons for 3 moves; give as many, or one more [value]"]
