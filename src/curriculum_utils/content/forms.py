"""The two forms of a module's test: the pre-test (A) and the graded assessment (B), held against one blueprint.

Also what keeps a test a test: nothing that it shows may have been seen before.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from curriculum_utils.content.course import Authored, Course, Module
from curriculum_utils.content.guides import Prose
from curriculum_utils.content.item import Item, ItemSchemas, dumped
from curriculum_utils.content.json_types import as_list, as_mapping
from curriculum_utils.content.models import Difficulty, Vignette
from curriculum_utils.errors import Problem, display_path

# Shorter sentences ("I see.", "What would you say to her?") are common property.
SENTENCE_WORDS = 5
# What the exercises say alike by design: how to answer, and quotes of what is shown.
_NOT_TELLING = {"prompt", "title", "quote", "setting", "problem", "shown", "temperament"}
_SENTENCE = re.compile(r"""(?<=[.!?:;…])["'”’)\]*_]*\s+|(?<=[)\]])\s+""")
# What begins anew in Markdown without a full stop before it: a heading, a quoted line, a row, an entry of a list.
_BEGINS = re.compile(r"\s*(?:[#>|]|[-*+]\s|\d+[.)]\s)")


@dataclass(frozen=True, order=True)
class Cell:
    """One kind of task: the item type, what it is about, and how hard it is meant to be."""

    type: str
    aims: tuple[str, ...]
    difficulty: Difficulty


def cell_of(item: Item, schemas: ItemSchemas) -> Cell | None:
    """The item's place in a blueprint; None where its key or its difficulty is not known."""
    exercise = item.exercise
    if item.key is None or exercise.difficulty is None:
        return None
    return Cell(exercise.type, schemas[exercise.type].aims_at(item), exercise.difficulty)


def blueprint(items: Iterable[Item], schemas: ItemSchemas) -> Counter[Cell]:
    """How many items of each cell a form has."""
    return Counter(cell for item in items if (cell := cell_of(item, schemas)) is not None)


def parallel_forms(course: Course, schemas: ItemSchemas) -> Iterator[Problem]:
    """Whether each task of the pre-test comes back in the assessment with another client, and none there is new.

    Sessions stand outside the blueprint: only the assessment has one.
    """
    for module in course.modules.values():
        before = [one for one in module.items.values() if one.item.exercise.use == "pretest"]
        if not before:
            continue
        after = [one for one in module.items.values() if one.item.graded and one.item.client is None]
        for one in (*before, *after):
            if one.item.exercise.difficulty is None:
                message = "an item of a form says how hard it is meant to be: easy, medium or hard"
                yield one.source.problem(("difficulty",), message, "difficulty")
        first, second = (blueprint([one.item for one in form], schemas) for form in (before, after))
        for one in (*before, *after):
            cell = cell_of(one.item, schemas)
            if cell is None:
                continue
            what = f"{cell.difficulty} {cell.type} about {', '.join(cell.aims)}"
            if one in before and first[cell] > second[cell]:
                message = f"the pre-test has {first[cell]} {what}, the assessment {second[cell]}; write the parallel"
                yield one.source.problem((), message, "parallel-forms")
            if one in after and not first[cell]:
                message = f"the assessment has {what}, the pre-test none; write the parallel"
                yield one.source.problem((), message, "parallel-forms")


def nothing_seen_before(course: Course) -> Iterator[Problem]:
    """Whether a form shows no vignette, no client and no sentence that practice, a lesson or the other form shows."""
    if not course.manifest.standards.assessed_apart:
        return
    seen = _Seen(course)
    for module in course.modules.values():
        for one in module.items.values():
            if one.item.assessed:
                yield from seen.against(one)


class _Seen:
    """Which items show which vignettes, clients' names and sentences; lessons count as practice."""

    def __init__(self, course: Course) -> None:
        self._vignettes: dict[str, set[str]] = {}
        self._names: dict[str, set[str]] = {}
        self._sentences: dict[str, set[str]] = {}
        self._places: dict[str, str] = {}
        for module in course.modules.values():
            self._read_lessons(course, module)
            for one in module.items.values():
                self._read(one)

    def _read_lessons(self, course: Course, module: Module) -> None:
        for lesson in module.lessons:
            for block in lesson.blocks:
                if isinstance(block, Prose):
                    self._keep(display_path(lesson.path), sentences(block.text))
            for reference in lesson.references("vignette"):
                vignette = course.vignettes.get(reference.slug)
                self._vignettes.setdefault(reference.slug, set()).add(display_path(lesson.path))
                if vignette is not None:
                    self._names.setdefault(vignette.client.name, set()).add(display_path(lesson.path))
                self._keep(display_path(lesson.path), _of_vignette(vignette))

    def _read(self, one: Authored) -> None:
        if one.item.exercise.vignette is not None:
            self._vignettes.setdefault(one.item.exercise.vignette, set()).add(one.item.id)
        for name in _names_in(one.item):
            self._names.setdefault(name, set()).add(one.item.id)
        self._keep(one.item.id, _of_item(one.item))
        self._places[one.item.id] = display_path(one.source.path)

    def _keep(self, place: str, said: Iterable[str]) -> None:
        for sentence in said:
            self._sentences.setdefault(sentence, set()).add(place)

    def against(self, one: Authored) -> Iterator[Problem]:
        mine = one.item.id
        vignette = one.item.exercise.vignette
        for other in sorted(self._vignettes.get(vignette or "", set()) - {mine}):
            where = self._places.get(other, other)
            message = f"{where} shows this vignette too; an assessed item has a client of its own"
            yield one.source.problem(("vignette",), message, "shared-vignette")
        for name in _names_in(one.item):
            for other in sorted(self._names[name] - {mine}):
                where = self._places.get(other, other)
                message = f"{where} has a client named {name} too; an assessed item has a client of its own"
                yield one.source.problem((), message, "shared-client")
        for sentence in sorted(set(_of_item(one.item))):
            for other in sorted(self._sentences[sentence] - {mine}):
                where = self._places.get(other, other)
                message = f'"{sentence[:60]}" also stands in {where}; an assessed item has words of its own'
                yield one.source.problem((), message, "shared-sentence")


def _names_in(item: Item) -> list[str]:
    """The name of the item's client, in its vignette or its session."""
    shown = (item.vignette, item.client)
    return [one.client.name for one in shown if one is not None]


def _of_item(item: Item) -> list[str]:
    """Every telling sentence that an item shows, or that its key holds."""
    texts = [dumped(item.exercise), dumped(item.key) if item.key is not None else None]
    found = [sentence for text in texts for sentence in _in(text)]
    if item.client is not None:
        found += _in(dumped(item.client))
    return [*found, *_of_vignette(item.vignette)]


def _of_vignette(vignette: Vignette | None) -> list[str]:
    return list(_in(dumped(vignette))) if vignette is not None else []


def _in(value: object) -> Iterator[str]:
    for name, child in as_mapping(value).items():
        if name not in _NOT_TELLING:
            yield from _in(child)
    for child in as_list(value):
        yield from _in(child)
    if isinstance(value, str):
        yield from sentences(value)


def sentences(text: str) -> Iterator[str]:
    """The sentences of a text that are long enough to be known again, blanks and case evened out."""
    parts = (part for block in _blocks(text) for part in _SENTENCE.split(" ".join(block.split()).casefold()))
    for sentence in parts:
        plain = sentence.strip(" .!?:;…\"'“”‘’*_>-()[]#")
        if len(plain.split()) >= SENTENCE_WORDS:
            yield plain


def _blocks(text: str) -> Iterator[str]:
    """The paragraphs of a Markdown text; a heading or an entry of a list is one of its own."""
    held: list[str] = []
    for line in text.splitlines():
        if held and (not line.strip() or _BEGINS.match(line) or held[-1].lstrip().startswith("#")):
            yield "\n".join(held)
            held = []
        held.append(line)
    yield "\n".join(held)
