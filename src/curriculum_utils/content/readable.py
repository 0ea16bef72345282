"""Whether lessons can be read by everybody: short paragraphs, plain sentences, terms explained, pictures in words."""

import re
from collections.abc import Iterator

from curriculum_utils.content.course import Course, Module
from curriculum_utils.content.guides import Lesson, Prose
from curriculum_utils.errors import Problem, display_path

PARAGRAPH_WORDS = 90
_IMAGE = re.compile(r"!\[(?P<alt>[^\]]*)\]")
_MARKS = re.compile(r"[*_`>]+|^\s*(?:[-+]|\d+[.)])\s+", re.MULTILINE)
_SENTENCE_END = re.compile(r"[.!?:]+[\"'”’)]*(?=\s|$)")
_WORD = re.compile(r"[A-Za-zÀ-ÿ]+(?:['’-][A-Za-zÀ-ÿ]+)*")


def readable(course: Course) -> Iterator[Problem]:
    """What would keep a lesson from being read."""
    highest = course.manifest.standards.reading_grade
    for module in course.modules.values():
        yield from _terms(course, module)
        for lesson in module.lessons:
            where = display_path(lesson.path)
            for line, paragraph in _paragraphs(lesson):
                if (count := len(_WORD.findall(paragraph))) > PARAGRAPH_WORDS:
                    message = f"a paragraph of {count} words; split it, {PARAGRAPH_WORDS} are enough"
                    yield Problem(where, line, "", message, "long-paragraph")
                if any(not match["alt"].strip() for match in _IMAGE.finditer(paragraph)):
                    message = "a picture without words for those who cannot see it; write them between the brackets"
                    yield Problem(where, line, "", message, "text-alternative")
            prose = "\n\n".join(plain(text) for _, text in _paragraphs(lesson))
            if highest is not None and (grade := flesch_kincaid(prose)) > highest:
                message = f"reads at grade {grade:.1f} (Flesch-Kincaid), {highest:g} is the most; shorten its sentences"
                yield Problem(where, 1, "", message, "reading-grade")


def _terms(course: Course, module: Module) -> Iterator[Problem]:
    """The first use of a professional term stands in italics, in the paragraph that explains it."""
    for entry in course.terms:
        forms = "|".join(re.escape(form) for form in (entry.term, *entry.forms))
        used = re.compile(rf"(?<!\w)(?:{forms})(?!\w)", re.IGNORECASE)
        marked = re.compile(rf"[*_](?:{forms})[*_]", re.IGNORECASE)
        for lesson, line, paragraph in _of_module(module):
            if used.search(paragraph):
                if not marked.search(paragraph):
                    message = f'"{entry.term}" is a term; explain it here, at its first use, and put it in *italics*'
                    yield Problem(display_path(lesson.path), line, "", message, "unexplained-term")
                break


def _of_module(module: Module) -> Iterator[tuple[Lesson, int, str]]:
    for lesson in module.lessons:
        for line, paragraph in _paragraphs(lesson):
            yield lesson, line, paragraph


def _paragraphs(lesson: Lesson) -> Iterator[tuple[int, str]]:
    """Each paragraph or list entry with its line; headings and tables are none."""
    for block in lesson.blocks:
        if not isinstance(block, Prose):
            continue
        line, held = block.line, list[str]()
        for text in [*block.text.splitlines(), ""]:
            begins = bool(re.match(r"\s*(?:[-*+]|\d+[.)])\s", text))
            if held and (begins or not text.strip()):
                yield line - len(held), "\n".join(held)
                held = []
            if text.strip() and not text.lstrip().startswith(("#", "|")):
                held.append(text)
            line += 1


def plain(paragraph: str) -> str:
    """The paragraph without Markdown's marks, ended like a sentence."""
    text = " ".join(_MARKS.sub("", paragraph).split())
    return text if text.endswith((".", "!", "?", ":")) else f"{text}."


def flesch_kincaid(text: str) -> float:
    """The US school grade at which the text can be read; 0 for a text without words.

    Source: Kincaid, Fishburne, Rogers and Chissom (1975), 0.39 words a sentence + 11.8 syllables a word - 15.59.
    """
    # Only authors have it; a learner's install lints nothing.
    import syllapy  # pyright: ignore[reportMissingTypeStubs]  # noqa: PLC0415

    words = _WORD.findall(text)
    sentences = max(1, len(_SENTENCE_END.findall(text)))
    if not words:
        return 0.0
    syllables = sum(max(1, syllapy.count(word)) for word in words)
    return 0.39 * len(words) / sentences + 11.8 * syllables / len(words) - 15.59
