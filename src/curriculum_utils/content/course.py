"""`curriculum/` read from disk into a Course; rules across files are in `content.lint`."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel

from curriculum_utils.content.clients import PracticeClient
from curriculum_utils.content.guides import Lesson, load_lesson
from curriculum_utils.content.item import Item, ItemSchemas, Vocabulary, item_digest
from curriculum_utils.content.json_types import as_list, as_mapping
from curriculum_utils.content.models import (
    CourseManifest,
    Diagram,
    Exercise,
    Key,
    ModuleEntry,
    Move,
    Rubric,
    Term,
    Terms,
    Use,
    Vignette,
)
from curriculum_utils.content.suggest import did_you_mean
from curriculum_utils.content.validation import validated
from curriculum_utils.content.yaml_source import KeyPath, Source, load_yaml
from curriculum_utils.errors import ContentError, Problem, display_path

ModelT = TypeVar("ModelT", bound=BaseModel)


@dataclass(frozen=True)
class Authored:
    """An item with the sources it came from; `key_at` is where in `key_source` the key stands."""

    item: Item
    source: Source
    key_source: Source
    key_at: KeyPath


@dataclass
class Module:
    """One module's lessons and items, in course order."""

    entry: ModuleEntry
    lessons: list[Lesson] = field(default_factory=list[Lesson])
    items: dict[str, Authored] = field(default_factory=dict[str, Authored])

    @property
    def slug(self) -> str:
        return self.entry.slug

    @property
    def title(self) -> str:
        return self.entry.title

    def items_of(self, use: Use) -> list[Item]:
        """The items for that use, by name."""
        return [one.item for one in self.items.values() if one.item.exercise.use == use]


@dataclass
class Course:
    """All that `curriculum/` holds. `sources` has the file behind each move, vignette, client and diagram."""

    root: Path
    manifest: CourseManifest
    rubric: Rubric
    moves: dict[str, dict[str, Move]] = field(default_factory=dict[str, dict[str, Move]])
    vignettes: dict[str, Vignette] = field(default_factory=dict[str, Vignette])
    clients: dict[str, PracticeClient] = field(default_factory=dict[str, PracticeClient])
    terms: tuple[Term, ...] = ()
    diagrams: dict[str, Diagram] = field(default_factory=dict[str, Diagram])
    modules: dict[str, Module] = field(default_factory=dict[str, Module])
    sources: dict[tuple[str, str], Source] = field(default_factory=dict[tuple[str, str], Source])

    def vocabulary(self, module: str) -> Vocabulary:
        """The module's own moves, then the shared ones."""
        return Vocabulary(self.rubric, {**self.moves.get(module, {}), **self.moves.get("shared", {})})


def read_course(root: Path, schemas: ItemSchemas, *, keys: Path | None = None) -> tuple[Course | None, list[Problem]]:
    """What could be read, and every problem met on the way; no course without course.yaml and rubric.yaml.

    Args:
        root: the folder that holds `course.yaml`.
        schemas: the item types, by name.
        keys: a private folder laid over `root/keys`, for keys that are not in the repository.
    """
    problems: list[Problem] = []
    manifest = _load(CourseManifest, root / "course.yaml", problems)
    rubric = _load(Rubric, root / "rubric.yaml", problems)
    if manifest is None or rubric is None:
        return None, problems
    course = Course(root, manifest[1], rubric[1])
    course.sources["course", "course"] = manifest[0]
    course.sources["rubric", "rubric"] = rubric[0]
    _read_shared(course, problems)
    for entry in course.manifest.modules:
        module = Module(entry)
        course.modules[entry.slug] = module
        for path in _files(root / "guides" / entry.slug, "*.md"):
            try:
                module.lessons.append(load_lesson(path))
            except ContentError as error:
                problems.extend(error.problems)
        placed = {ref.slug: lesson.slug for lesson in module.lessons for ref in lesson.references("exercise")}
        for path in _files(root / "exercises" / entry.slug, "*.yaml"):
            key_path = _key_path(root, keys, entry.slug, path.name)
            authored = _read_item(course, entry.slug, path, key_path, placed, schemas, problems)
            if authored is not None:
                module.items[path.stem] = authored
    return course, problems


def _read_shared(course: Course, problems: list[Problem]) -> None:
    """What all modules draw on: terms, moves, vignettes, practice clients, diagrams."""
    root = course.root
    if (root / "terms.yaml").exists() and (terms := _load(Terms, root / "terms.yaml", problems)) is not None:
        course.terms = terms[1].terms
    _read_moves(course, problems)
    _read_each(course, "vignette", Vignette, course.vignettes, problems)
    _read_each(course, "client", PracticeClient, course.clients, problems)
    _read_each(course, "diagram", Diagram, course.diagrams, problems)


def _read_each(
    course: Course, kind: str, model: type[ModelT], into: dict[str, ModelT], problems: list[Problem]
) -> None:
    """Every file of `curriculum/<kind>s/`, by its name."""
    for path in _files(course.root / f"{kind}s", "*.yaml"):
        if (loaded := _load(model, path, problems)) is not None:
            course.sources[kind, path.stem], into[path.stem] = loaded


def _key_path(root: Path, overlay: Path | None, module: str, name: str) -> Path:
    private = overlay / module / name if overlay is not None else None
    return private if private is not None and private.exists() else root / "keys" / module / name


def _read_moves(course: Course, problems: list[Problem]) -> None:
    for path in _files(course.root / "moves", "*.yaml"):
        try:
            source = load_yaml(path)
        except ContentError as error:
            problems.extend(error.problems)
            continue
        entries = as_list(as_mapping(source.data).get("moves"))
        if not entries:
            problems.append(source.problem((), "holds no list `moves:`", "missing-key"))
            continue
        course.sources["moves", path.stem] = source
        group = course.moves.setdefault(path.stem, {})
        for index, entry in enumerate(entries):
            move = validated(Move, source, problems, at=("moves", index), data=entry)
            if move is None:
                continue
            if any(move.slug in known for known in course.moves.values()):
                problems.append(
                    source.problem(("moves", index, "slug"), f'a second move "{move.slug}"', "duplicate-id")
                )
            group[move.slug] = move


def _read_item(
    course: Course,
    module: str,
    path: Path,
    key_path: Path,
    placed: Mapping[str, str],
    schemas: ItemSchemas,
    problems: list[Problem],
) -> Authored | None:
    try:
        source = load_yaml(path)
    except ContentError as error:
        problems.extend(error.problems)
        return None
    data = as_mapping(source.data)
    if "type" not in data:
        problems.append(source.problem(("type",), f"is missing; allowed: {', '.join(sorted(schemas))}", "missing-key"))
        return None
    schema = schemas.get(str(data.get("type")))
    if schema is None:
        hint = did_you_mean(str(data.get("type")), schemas)
        problems.append(source.problem(("type",), f'no item type "{data.get("type")}"{hint}', "unknown-type"))
        return None
    exercise = validated(schema.exercise, source, problems, data={k: v for k, v in data.items() if k != "key"})
    if exercise is None:
        return None
    vignette = _named(course, "vignette", exercise.vignette, course.vignettes, source, problems)
    client = _named(course, "client", exercise.client, course.clients, source, problems)
    key_source, key_at, key = _read_key(schema.key, exercise, source, data.get("key"), key_path, problems)
    item = Item(
        id=path.stem,
        module=module,
        notebook=placed.get(path.stem, ""),
        exercise=exercise,
        vignette=vignette,
        key=key,
        digest=item_digest(exercise, vignette, client),
        client=client,
    )
    return Authored(item, source, key_source, key_at)


def _named(
    course: Course, kind: str, slug: str | None, known: Mapping[str, ModelT], source: Source, problems: list[Problem]
) -> ModelT | None:
    """The vignette or client that an exercise names; what is not there is told."""
    if slug is None:
        return None
    found = known.get(slug)
    # One that is there but cannot be read has its own problem already.
    if found is None and not (course.root / f"{kind}s" / f"{slug}.yaml").exists():
        problems.append(source.problem((kind,), f'no {kind} "{slug}"{did_you_mean(slug, known)}', "dangling"))
    return found


def _read_key(
    model: type[Key], exercise: Exercise, source: Source, inline: object, key_path: Path, problems: list[Problem]
) -> tuple[Source, KeyPath, Key | None]:
    if exercise.use == "practice":
        if inline is None:
            problems.append(source.problem((), "a practice item needs its `key:` in this file", "missing-key"))
            return source, ("key",), None
        return source, ("key",), validated(model, source, problems, at=("key",), data=inline)
    if inline is not None:
        message = f"the key of a {exercise.use} item is within reach of learners; move it to {display_path(key_path)}"
        problems.append(source.problem(("key",), message, "key-in-reach"))
    if not key_path.exists():
        message = f"a {exercise.use} item without its key; write {display_path(key_path)}"
        problems.append(source.problem((), message, "missing-key-file"))
        return source, (), None
    loaded = _load(model, key_path, problems)
    return (loaded[0], (), loaded[1]) if loaded is not None else (source, (), None)


def _load(model: type[ModelT], path: Path, problems: list[Problem]) -> tuple[Source, ModelT] | None:
    if not path.exists():
        problems.append(Problem(display_path(path), 1, "", "the file is missing; see docs/authors/formats.md", "file"))
        return None
    try:
        source = load_yaml(path)
    except ContentError as error:
        problems.extend(error.problems)
        return None
    value = validated(model, source, problems)
    return None if value is None else (source, value)


def _files(folder: Path, pattern: str) -> Iterator[Path]:
    """The folder's files by name; nothing for a folder that is not there."""
    return iter(sorted(path for path in folder.glob(pattern) if path.is_file()))
