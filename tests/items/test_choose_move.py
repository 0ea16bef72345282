from collections.abc import Callable
from pathlib import Path

import pytest
from sample_items import marking, sample_item
from tiny_course import edit

from curriculum_utils.errors import AnswerError
from curriculum_utils.items import TYPES, Remark, Scored, assess

CHOOSE = TYPES["choose-move"]
FILE = "exercises/first-steps/fs-choose.yaml"
AT = f"curriculum/{FILE}"
Problems = Callable[[], list[str]]


def picked(option: str) -> Scored:
    outcome = assess(sample_item("choose-move"), {"option": option}, marking())
    assert isinstance(outcome, Scored)
    return outcome


def test_the_fitting_option_names_its_move_and_says_why_it_works():
    assert picked("b") == Scored(
        credit=1.0,
        verdict="This fits.",
        remarks=(
            Remark("met", "Move: Title of sample-move"),
            Remark("note", "The not-sending becomes something with a purpose.", authored=True),
        ),
        move="sample-move",
    )


@pytest.mark.parametrize(("option", "trap"), [("a", "sample_fix"), ("c", "sample_soothe")])
def test_a_distractor_names_its_trap_and_does_not_give_the_fitting_option_away(option: str, trap: str):
    outcome = picked(option)
    assert (outcome.credit, outcome.verdict, outcome.traps) == (0.0, "This one tends to backfire.", (trap,))
    assert outcome.remarks[0] == Remark("trap", f"Trap: plain {trap}", trap)
    assert outcome.move == "sample-move"  # what was asked for: reports count by it
    assert "purpose" not in " ".join(remark.text for remark in outcome.remarks)


@pytest.mark.parametrize(
    "answer", [{"option": "z"}, {"option": 1}, {"option": ["b"]}, {"choice": "b"}, {"option": None}]
)
def test_an_answer_that_is_none_of_the_options_is_refused(answer: dict[str, object]):
    with pytest.raises(AnswerError):
        CHOOSE.parse(sample_item("choose-move"), answer)


def test_a_refusal_does_not_repeat_an_endless_answer():
    with pytest.raises(AnswerError) as caught:
        CHOOSE.parse(sample_item("choose-move"), {"option": "z" * 10_000})
    assert len(str(caught.value)) < 100


# What lint says. In the tiny course: 1-6 the common keys, 7 options: 8 a, 9 b, 10 c,
# 11 key: 12 correct, 13 options: 14-16


def test_a_second_option_of_the_same_id_is_told_at_both(curriculum: Path, problems: Problems):
    edit(curriculum, FILE, "id: c, text", "id: a, text")
    told = problems()
    assert f'{AT}:8: options.0.id: a second option "a" [duplicate-id]' in told
    assert f'{AT}:10: options.2.id: a second option "a" [duplicate-id]' in told
    assert f'{AT}:16: key.options.c: no option "c"; allowed: a, b [dangling]' in told


def test_an_option_that_the_key_says_nothing_about_is_told(curriculum: Path, problems: Problems):
    edit(curriculum, FILE, '    c: {trap: soothes, feedback: "She hears that it is not very serious."}\n', "")
    assert problems() == [
        f'{AT}:13: key.options: says nothing about option "c"; every option needs its feedback [missing-key]'
    ]


def test_a_correct_option_that_is_none_is_told(curriculum: Path, problems: Problems):
    edit(curriculum, FILE, "correct: b", "correct: d")
    # With no correct option, b is a distractor and would need a trap.
    assert problems() == [
        f'{AT}:12: key.correct: no option "d"; allowed: a, b, c [dangling]',
        f"{AT}:15: key.options.b: a distractor names its `trap` and no move [option-kind]",
    ]


def test_a_distractor_without_its_trap_is_told(curriculum: Path, problems: Problems):
    edit(curriculum, FILE, "a: {trap: fixes_it, ", "a: {")
    assert problems() == [f"{AT}:14: key.options.a: a distractor names its `trap` and no move [option-kind]"]


@pytest.mark.parametrize("new", ["b: {", "b: {move: meet-the-weight, trap: soothes, "])
def test_a_correct_option_without_its_move_or_with_a_trap_is_told(curriculum: Path, problems: Problems, new: str):
    edit(curriculum, FILE, "b: {move: meet-the-weight, ", new)
    assert problems() == [f"{AT}:15: key.options.b: the correct option names its `move` and no trap [option-kind]"]


@pytest.mark.parametrize(
    ("move", "hint"), [("meet-the-wait", 'did you mean "meet-the-weight"?'), ("soothe", "allowed: meet-the-weight")]
)
def test_a_move_that_is_no_effective_one_is_told(curriculum: Path, problems: Problems, move: str, hint: str):
    edit(curriculum, FILE, "move: meet-the-weight", f"move: {move}")
    assert problems() == [f'{AT}:15: key.options.b.move: no effective move "{move}"; {hint} [dangling]']


@pytest.mark.parametrize("count", [2, 6])
def test_too_few_or_too_many_options_are_told(curriculum: Path, problems: Problems, count: int):
    path = curriculum / FILE
    head, _, rest = path.read_text("utf-8").partition("  - {id: a")
    options = "".join(f'  - {{id: {letter}, text: "Say {letter}."}}\n' for letter in "abcdef"[:count])
    path.write_text(f"{head}{options}key:{rest.partition('key:')[2]}", "utf-8")
    [told] = problems()
    assert told.startswith(f"{AT}:7: options: ")


def test_a_vignette_that_does_not_end_with_the_client_is_told(curriculum: Path, problems: Problems):
    with (curriculum / "vignettes/the-form.yaml").open("a", encoding="utf-8") as file:
        file.write('  - {id: t1, who: therapist, text: "Hm."}\n')
    assert f'{AT}:4: vignette: "the-form" must end with the client\'s words [last-turn]' in problems()


def test_a_vignette_may_be_left_out(curriculum: Path, problems: Problems):
    edit(curriculum, FILE, "vignette: the-form\n", "")
    assert problems() == []
