"""What lint says of a lesson that not everybody could read."""

from collections.abc import Callable
from pathlib import Path

import pytest
from tiny_course import edit

from curriculum_utils.content.readable import flesch_kincaid, plain

Problems = Callable[..., list[str]]
LESSON = "guides/first-steps/1-look.md"


def say(curriculum: Path, text: str) -> None:
    edit(curriculum, LESSON, "Meet *Ines*, who puts things off.", text)


def test_a_long_paragraph_is_told_at_its_line(curriculum: Path, problems: Problems):
    say(curriculum, "Short.\n\n" + " ".join(["word"] * 90) + ".")
    assert problems() == []
    say_again = " ".join(["word"] * 91)
    edit(curriculum, LESSON, " ".join(["word"] * 90), say_again)
    assert problems() == [
        "curriculum/guides/first-steps/1-look.md:9: a paragraph of 91 words; split it, 90 are enough [long-paragraph]"
    ]


def test_entries_of_a_list_are_paragraphs_of_their_own(curriculum: Path, problems: Problems):
    say(curriculum, "\n".join(f"- {' '.join(['word'] * 50)}" for _ in range(3)))
    assert problems() == []


def test_a_picture_without_words_is_told(curriculum: Path, problems: Problems):
    say(curriculum, "![A door that stands ajar](door.png)")
    assert problems() == []
    edit(curriculum, LESSON, "![A door that stands ajar]", "![ ]")
    assert problems() == [
        (
            "curriculum/guides/first-steps/1-look.md:7: a picture without words for those who cannot see it; write "
            "them between the brackets [text-alternative]"
        )
    ]


def test_prose_above_the_grade_that_the_course_promises_is_told(curriculum: Path, problems: Problems):
    hard = "Countertransferential identification characteristically complicates psychotherapeutic responsibility."
    say(curriculum, hard)
    assert problems() == []
    edit(curriculum, "course.yaml", "modules:\n", "standards: {reading_grade: 10}\nmodules:\n")
    (told,) = problems()
    assert told.startswith("curriculum/guides/first-steps/1-look.md:1: reads at grade ")
    assert told.endswith("(Flesch-Kincaid), 10 is the most; shorten its sentences [reading-grade]")


def test_a_term_is_explained_at_its_first_use(curriculum: Path, problems: Problems):
    terms = "terms:\n  - {term: paradox, forms: [paradoxes], meaning: a demand that contradicts itself}\n"
    (curriculum / "terms.yaml").write_text(terms, "utf-8")
    assert problems() == []
    say(curriculum, "Here are two.\n\nBoth are Paradoxes in their way.\n\nA *paradox* contradicts itself.")
    assert problems() == [
        (
            'curriculum/guides/first-steps/1-look.md:9: "paradox" is a term; explain it here, at its first use, and '
            "put it in *italics* [unexplained-term]"
        )
    ]
    edit(
        curriculum,
        LESSON,
        "Both are Paradoxes in their way.",
        "A *paradox* contradicts itself; unparadoxical isn't one.",
    )
    assert problems() == []


@pytest.mark.parametrize(
    ("text", "grade"),
    [
        # 0.39 × 6 words / 1 sentence + 11.8 × 6 syllables / 6 words − 15.59
        ("The cat sat on the mat.", -1.45),
        # 0.39 × 4 / 2 + 11.8 × 8 / 4 − 15.59: "a-ny-bo-dy" has four, "an-swers" two, "Who" and "waits" one
        ("Anybody answers. Who waits?", 8.79),
        ("", 0.0),
    ],
)
def test_the_grade_follows_from_words_sentences_and_syllables(text: str, grade: float):
    assert flesch_kincaid(text) == pytest.approx(grade, abs=0.005)


def test_marks_of_markdown_are_not_read():
    assert plain("- *Where* is my **attention**") == "Where is my attention."
    assert plain("> She said: `no`!") == "She said: no!"
