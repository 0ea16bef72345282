from collections.abc import Callable
from pathlib import Path

import pytest

from curriculum_utils.content import Lesson, Prose, Reference
from curriculum_utils.content.guides import load_lesson
from curriculum_utils.errors import ContentError

# Four lines: what follows begins on line 5.
HEAD = "---\ntitle: Look\n# Two lines of it are enough.\n---\n"


@pytest.fixture
def lesson(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Lesson]:
    monkeypatch.chdir(tmp_path)

    def load(text: str) -> Lesson:
        path = Path("1-look.md")
        path.write_text(text, "utf-8")
        return load_lesson(path)

    return load


@pytest.fixture
def refusal(lesson: Callable[[str], Lesson]) -> Callable[[str], list[str]]:
    def told(text: str) -> list[str]:
        with pytest.raises(ContentError) as caught:
            lesson(text)
        return str(caught.value).splitlines()

    return told


def test_a_lesson_is_prose_and_references_in_the_order_of_the_file(lesson: Callable[[str], Lesson]):
    read = lesson(
        f"{HEAD}# Title\n\nSome *prose*.\n\n```{{vignette}} the-form\n```\n```{{exercise}} fs-one\n```\n\nEnd.\n"
    )
    assert read.slug == "1-look"
    assert read.header.title == "Look"
    # 5 # Title | 6 | 7 prose | 8 | 9 vignette | 11 exercise | 13 | 14 End.
    assert read.blocks == (
        Prose(5, "# Title\n\nSome *prose*."),
        Reference(9, "vignette", "the-form"),
        Reference(11, "exercise", "fs-one"),
        Prose(14, "End."),
    )


@pytest.mark.parametrize("fence", ["```", "````", "~~~", ":::"])
def test_a_directive_may_stand_in_any_fence(lesson: Callable[[str], Lesson], fence: str):
    assert lesson(f"{HEAD}{fence}{{exercise}} fs-one\n{fence}\n").blocks == (Reference(5, "exercise", "fs-one"),)


@pytest.mark.parametrize(
    "body",
    [
        "- a list\n\n  ```{exercise} fs-one\n  ```\n",
        "> ```{exercise} fs-one\n> ```\n",
        "````\n```{exercise} fs-one\n```\n````\n",
        "    ```{exercise} fs-one\n    ```\n",
        "`{exercise} fs-one`\n",
        "```python\nx = {1}\n```\n",
    ],
    ids=["in a list", "in a quote", "in a longer fence", "in an indented block", "in inline code", "other code"],
)
def test_what_only_looks_like_a_directive_stays_prose(lesson: Callable[[str], Lesson], body: str):
    assert lesson(HEAD + body).blocks == (Prose(5, body.strip()),)


def test_prose_with_windows_line_ends_keeps_its_lines(lesson: Callable[[str], Lesson]):
    read = lesson((HEAD + "One.\n\n```{exercise} fs-one\n```\n").replace("\n", "\r\n"))
    assert read.blocks == (Prose(5, "One."), Reference(7, "exercise", "fs-one"))


@pytest.mark.parametrize("text", ["", "# Look\n", "---\ntitle: Look\n\n# Look\n"])
def test_a_lesson_without_front_matter_is_refused(refusal: Callable[[str], list[str]], text: str):
    assert refusal(text) == ["1-look.md:1: begins with no front matter; start with `---`, title, `---` [front-matter]"]


def test_front_matter_without_a_title_is_refused(refusal: Callable[[str], list[str]]):
    assert refusal("---\n{}\n---\nText.\n") == ["1-look.md:2: title: is missing; add it [missing-key]"]


def test_empty_front_matter_is_refused(refusal: Callable[[str], list[str]]):
    assert refusal("---\n---\nText.\n") == [
        "1-look.md:1: is empty; see docs/authors/formats.md for what belongs here [empty]"
    ]


def test_front_matter_is_held_to_its_keys_at_the_line_of_the_file(refusal: Callable[[str], list[str]]):
    assert refusal("---\ntitle: Look\nauthor: me\n---\nText.\n") == [
        "1-look.md:3: author: is not a key this file knows; allowed here: title [unknown-key]"
    ]


def test_an_unknown_directive_is_told_with_those_allowed(refusal: Callable[[str], list[str]]):
    assert refusal(f"{HEAD}Text.\n\n```{{excercise}} fs-one\n```\n") == [
        '1-look.md:7: no directive "excercise"; allowed: vignette, exercise, diagram [directive]'
    ]


def test_a_directive_that_names_nothing_is_told(refusal: Callable[[str], list[str]]):
    assert refusal(f"{HEAD}```{{exercise}}\n```\n") == [
        "1-look.md:5: names no exercise; write the slug after the braces [directive]"
    ]


def test_a_directive_that_was_never_closed_does_not_swallow_the_rest_in_silence(refusal: Callable[[str], list[str]]):
    assert refusal(f"{HEAD}```{{exercise}} fs-one\n\nAll of this would be lost.\n") == [
        "1-look.md:5: holds text that nobody would see; close it on the next line, with as many backticks [directive]"
    ]


@pytest.mark.parametrize(
    ("body", "line"),
    [
        ("<div>x</div>\n", 5),
        ("Text.\n\n<!-- a note -->\n", 7),
        ("Text with <b>bold</b> words.\n", 5),
        ("Text.\n\n- an entry\n- <script>alert(1)</script>\n", 8),
    ],
)
def test_html_in_a_lesson_is_refused_at_its_line(refusal: Callable[[str], list[str]], body: str, line: int):
    assert refusal(HEAD + body) == [
        f"1-look.md:{line}: HTML in a lesson; use Markdown (learners' pages strip HTML) [no-html]"
    ]


@pytest.mark.parametrize(
    "body", ["`<b>` in code.\n", "```\n<div>\n```\n", "1 < 2 and 3 > 2.\n", "Write to <a@b.org>.\n"]
)
def test_what_markdown_itself_does_with_angle_brackets_is_allowed(lesson: Callable[[str], Lesson], body: str):
    assert lesson(HEAD + body).blocks == (Prose(5, body.strip()),)


def test_every_problem_of_a_lesson_is_told_at_once(refusal: Callable[[str], list[str]]):
    told = refusal("---\n---\n<hr>\n\n```{figure} x\n```\n")
    assert [line.partition(": ")[0] for line in told] == ["1-look.md:1", "1-look.md:3", "1-look.md:5"]


def test_a_lesson_that_is_not_utf_8_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    path = Path("1-look.md")
    path.write_bytes("---\ntitle: Zoë\n---\n".encode("latin-1"))
    with pytest.raises(ContentError) as caught:
        load_lesson(path)
    assert str(caught.value) == "1-look.md:1: not UTF-8 text; save the file as UTF-8 [encoding]"
