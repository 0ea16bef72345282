"""What a guesser who only knows how tests are made scores, and what lint says of it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from tiny_course import edit

from curriculum_utils.content import Rubric
from curriculum_utils.items.test_wise import Choice, guesses

Problems = Callable[..., list[str]]
CHOOSE = "exercises/first-steps/fs-choose.yaml"
RUBRIC = Rubric.model_validate(
    {
        "version": "1",
        "criteria": [
            {
                "name": "asks_payoff",
                "plain": "asks what is gained by standing still",
                "met_when": "x",
                "not_met_by": "x",
                "hint": "Ask what the client would lose.",
            }
        ],
        "traps": [{"name": "t", "plain": "t", "fallen_into_when": "x", "not_by": "x", "hint": "x"}],
    }
)


@pytest.mark.parametrize(
    ("strategy", "options", "score"),
    [
        ("the longest", ("short", "the longest of all", "middling"), 1.0),
        ("the shortest", ("longer", "no", "longest"), 1.0),
        ("the first", ("a", "b", "c"), 0.0),
        ("the one with a question mark", ("Go.", "Why go?", "Will you go?"), 0.5),
        ("the one with a question mark", ("Go.", "Stay.", "Wait."), 1 / 3),
        # "gained" and "lose" are the rubric's; "what", "would" and "client" give nothing away.
        (
            "the one with the most rubric words",
            ("What would a client do?", "What is gained or lost?", "So be it."),
            1.0,
        ),
        ("the one with the gentlest opening", ("But why?", "That sounds hard.", "Send it tonight."), 1.0),
        ("the one with the gentlest opening", ("I hear how heavy it is.", "Send it.", "But no."), 0.0),
    ],
)
def test_a_strategy_scores_what_its_pick_is_worth(strategy: str, options: tuple[str, ...], score: float):
    # The second option is right; where several are picked, one of them is taken at random.
    guess = guesses([Choice(options, 1)], RUBRIC)[strategy]
    assert guess.score == pytest.approx(score)
    assert guess.chance == pytest.approx(1 / 3)


def test_chance_and_score_are_means_over_the_choices():
    # The longest is right once of twice; chance is 1/2 and 1/4.
    choices = [Choice(("aa", "a"), 0), Choice(("aa", "a", "a", "a"), 1)]
    guess = guesses(choices, RUBRIC)["the longest"]
    assert (guess.score, guess.chance, guess.above_chance) == (0.5, 0.375, 0.125)


def promise(curriculum: Path, line: str) -> None:
    edit(curriculum, "course.yaml", "modules:\n", f"standards: {{{line}}}\nmodules:\n")


def test_choices_that_are_given_away_are_told(curriculum: Path, problems: Problems):
    promise(curriculum, "above_chance: 0.1")
    # In both choices of the tiny course the right option is the longest, and of three options.
    told = [line for line in problems() if "the longest" in line]
    assert told == [
        (
            "curriculum/course.yaml:5: modules.0.slug: whoever always picks the longest of the options scores 100% on "
            "first-steps's 2 choices, 67% above chance; 10% is the most [test-wise]"
        )
    ]


def test_nothing_is_said_of_guessers_where_the_course_promises_nothing(problems: Problems):
    assert problems() == []


def test_a_distractor_s_feedback_is_long_enough_and_its_own(curriculum: Path, problems: Problems):
    promise(curriculum, "feedback_sentences: 2")
    text = "She hears a plan. It tempts because it is quick."
    path = curriculum / CHOOSE
    lines = path.read_text("utf-8").splitlines()
    places = [number for number, line in enumerate(lines) if "feedback:" in line and "trap:" in line]
    assert len(places) == 2
    told = [line for line in problems() if "fs-choose.yaml" in line]
    assert [line.partition("feedback: ")[2] for line in told] == [
        (
            "a distractor's feedback has at least 2 sentences: what this client would hear, why it tempts, what to do "
            "instead [own-feedback]"
        )
    ] * 2
    for number in places:
        head, _, _ = lines[number].partition("feedback:")
        lines[number] = f'{head}feedback: "{text}"}}'
    path.write_text("\n".join(lines) + "\n", "utf-8")
    told = [line for line in problems() if "exercises/first-steps/fs-choose.yaml" in line]
    assert [line.partition("feedback: ")[2] for line in told] == [
        "the same feedback as in fs-choose, a; each option needs its own [own-feedback]"
    ]
