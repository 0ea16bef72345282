"""A guide file (Markdown with front matter) read into blocks: prose, vignettes, exercises, diagrams."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from curriculum_utils.content.models import LessonHeader
from curriculum_utils.content.validation import validated
from curriculum_utils.content.yaml_source import Source, load_yaml
from curriculum_utils.errors import ContentError, Problem, display_path

Kind = Literal["vignette", "exercise", "diagram"]
_DIRECTIVE = re.compile(r"^\{(?P<name>[^}]*)\}\s*(?P<argument>.*)$")


@dataclass(frozen=True)
class Prose:
    """Markdown for the learner to read."""

    line: int
    text: str


@dataclass(frozen=True)
class Reference:
    """A vignette, an exercise or a diagram that stands at this place of the lesson."""

    line: int
    kind: Kind
    slug: str


@dataclass(frozen=True)
class Lesson:
    """One guide file: one notebook of the module."""

    slug: str
    path: Path
    header: LessonHeader
    blocks: tuple[Prose | Reference, ...]

    def references(self, kind: Kind) -> list[Reference]:
        return [b for b in self.blocks if isinstance(b, Reference) and b.kind == kind]


def load_lesson(path: Path) -> Lesson:
    """The lesson in a guide file.

    Raises:
        ContentError: no front matter, an unknown directive, HTML, or not UTF-8.
    """
    try:
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError:
        raise _error(path, 1, "not UTF-8 text; save the file as UTF-8", "encoding") from None
    lines = text.splitlines()
    if not lines or lines[0].strip() != "---" or "---" not in [line.strip() for line in lines[1:]]:
        raise _error(path, 1, "begins with no front matter; start with `---`, title, `---`", "front-matter")
    end = next(i for i, line in enumerate(lines) if i > 0 and line.strip() == "---")
    source = load_yaml(path, text="\n".join(lines[1:end]), first_line=2)
    problems: list[Problem] = []
    header = validated(LessonHeader, Source(path, source.data, source.lines), problems)
    blocks = _blocks(path, lines, end + 1, problems)
    if problems or header is None:
        raise ContentError(problems)
    return Lesson(path.stem, path, header, tuple(blocks))


def _blocks(path: Path, lines: list[str], start: int, problems: list[Problem]) -> list[Prose | Reference]:
    # Only authors have these two; a learner's install reads no guides.
    from markdown_it import MarkdownIt  # noqa: PLC0415
    from mdit_py_plugins.colon_fence import colon_fence_plugin  # noqa: PLC0415

    parser = MarkdownIt("commonmark").use(colon_fence_plugin)
    body = "\n".join(lines[start:])
    blocks: list[Prose | Reference] = []
    prose_from = start
    for token in parser.parse(body):
        if token.map is None:
            continue
        first, last = token.map[0] + start, token.map[1] + start
        if token.type in ("fence", "colon_fence") and token.level == 0:
            match = _DIRECTIVE.match(token.info.strip())
            if match is None:
                continue
            _append_prose(blocks, lines, prose_from, first)
            prose_from = last
            name, slug = match["name"].strip(), match["argument"].strip()
            if token.content.strip():
                message = "holds text that nobody would see; close it on the next line, with as many backticks"
                problems.append(_problem(path, first + 1, message, "directive"))
            if name in ("vignette", "exercise", "diagram"):
                if not slug:
                    message = f"names no {name}; write the slug after the braces"
                    problems.append(_problem(path, first + 1, message, "directive"))
                blocks.append(Reference(first + 1, name, slug))
            else:
                message = f'no directive "{name}"; allowed: vignette, exercise, diagram'
                problems.append(_problem(path, first + 1, message, "directive"))
        elif token.type == "html_block" or (
            token.type == "inline" and any(child.type == "html_inline" for child in token.children or [])
        ):
            message = "HTML in a lesson; use Markdown (learners' pages strip HTML)"
            problems.append(_problem(path, first + 1, message, "no-html"))
    _append_prose(blocks, lines, prose_from, len(lines))
    return blocks


def _append_prose(blocks: list[Prose | Reference], lines: list[str], first: int, last: int) -> None:
    while first < last and not lines[first].strip():
        first += 1
    if text := "\n".join(lines[first:last]).strip():
        blocks.append(Prose(first + 1, text))


def _problem(path: Path, line: int, message: str, rule: str) -> Problem:
    return Problem(display_path(path), line, "", message, rule)


def _error(path: Path, line: int, message: str, rule: str) -> ContentError:
    return ContentError([_problem(path, line, message, rule)])
