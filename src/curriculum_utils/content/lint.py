"""Rules that hold across the author's files; every problem is reported, none stops the others."""

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from curriculum_utils.content.course import Authored, Course, Module, read_course
from curriculum_utils.content.forms import nothing_seen_before, parallel_forms
from curriculum_utils.content.item import CheckContext, ItemSchemas
from curriculum_utils.content.json_types import as_list, as_mapping
from curriculum_utils.content.models import Move, is_slug
from curriculum_utils.content.readable import readable
from curriculum_utils.content.standards import plans, standards
from curriculum_utils.content.suggest import did_you_mean
from curriculum_utils.content.yaml_source import KeyPath, Source
from curriculum_utils.errors import ContentError, Problem, display_path


def lint(root: Path, schemas: ItemSchemas, *, keys: Path | None = None) -> list[Problem]:
    """Every problem in `root`, in file order; an empty list means that the course can be built."""
    return _checked(root, schemas, keys)[1]


def load_course(root: Path, schemas: ItemSchemas, *, keys: Path | None = None) -> Course:
    """The course under `root`, fit to be built and released; arguments as for `read_course`.

    Raises:
        ContentError: with every problem that `lint` finds. A reference that leads nowhere could not be built, and
            a key within reach of learners must not be.
    """
    course, problems = _checked(root, schemas, keys)
    if problems or course is None:
        raise ContentError(problems)
    return course


def _checked(root: Path, schemas: ItemSchemas, keys: Path | None) -> tuple[Course | None, list[Problem]]:
    course, problems = read_course(root, schemas, keys=keys)
    if course is not None:
        for rule in (
            _rubric,
            _moves,
            _modules,
            _practice_clients,
            _diagrams,
            _file_names,
            _strays,
            _keys_out_of_reach,
            nothing_seen_before,
            readable,
        ):
            problems.extend(rule(course))
        for rule in (plans, parallel_forms, standards):
            problems.extend(rule(course, schemas))
        for module in course.modules.values():
            for authored in module.items.values():
                problems.extend(_item(course, module, authored, schemas))
        for schema in schemas.values():
            problems.extend(schema.check_course(course) if schema.check_course is not None else ())
    return course, sorted(set(problems))


def unknown_label(source: Source, at: KeyPath, label: str, allowed: Iterable[str], what: str) -> Iterator[Problem]:
    """A problem if `label` is not among those allowed; `what` is "criterion" or "trap"."""
    names = list(allowed)
    if label not in names:
        yield source.problem(at, f'no {what} "{label}"{did_you_mean(label, names)}', "unknown-label")


def _rubric(course: Course) -> Iterator[Problem]:
    source = course.sources["rubric", "rubric"]
    seen: set[str] = set()
    for part, entries in (("criteria", course.rubric.criteria), ("traps", course.rubric.traps)):
        for index, entry in enumerate(entries):
            if entry.name in seen:
                yield source.problem((part, index, "name"), f'a second label "{entry.name}"', "duplicate-id")
            seen.add(entry.name)


def _moves(course: Course) -> Iterator[Problem]:
    for group, moves in course.moves.items():
        source = course.sources["moves", group]
        if group != "shared" and group not in course.modules:
            hint = did_you_mean(group, course.modules)
            yield source.problem((), f'moves of a module "{group}" that course.yaml does not list{hint}', "dangling")
        # By its place in the file, which a move before it that could not be read would shift.
        for index, entry in enumerate(as_list(as_mapping(source.data).get("moves"))):
            move = moves.get(str(as_mapping(entry).get("slug")))
            if move is not None:
                yield from _labels_of(move, source, ("moves", index), course)


def _labels_of(move: Move, source: Source, at: KeyPath, course: Course) -> Iterator[Problem]:
    for index, name in enumerate(move.criteria):
        yield from unknown_label(source, (*at, "criteria", index), name, course.rubric.criterion_names(), "criterion")
    if move.trap is not None:
        yield from unknown_label(source, (*at, "trap"), move.trap, course.rubric.trap_names(), "trap")


def _modules(course: Course) -> Iterator[Problem]:
    manifest = course.sources["course", "course"]
    slugs = [entry.slug for entry in course.manifest.modules]
    owners: dict[str, str] = {}
    for index, entry in enumerate(course.manifest.modules):
        at = ("modules", index, "slug")
        if slugs.count(entry.slug) > 1:
            yield manifest.problem(at, f'a second module "{entry.slug}"', "duplicate-id")
        module = course.modules[entry.slug]
        if not _guides(course, module):
            yield manifest.problem(at, f"no lessons; write curriculum/guides/{entry.slug}/1-….md", "dangling")
        if not course.vocabulary(entry.slug).effective_moves():
            yield manifest.problem(at, f"no effective moves in moves/{entry.slug}.yaml", "dangling")
        yield from _lesson_references(course, module)
        for slug, authored in module.items.items():
            if slug in owners:
                message = f'a second item "{slug}" (the other is in {owners[slug]}); ids are unique across modules'
                yield authored.source.problem((), message, "duplicate-id")
            owners.setdefault(slug, entry.slug)


def _lesson_references(course: Course, module: Module) -> Iterator[Problem]:
    placed = Counter(ref.slug for lesson in module.lessons for ref in lesson.references("exercise"))
    for lesson in module.lessons:
        known = {"exercise": module.items, "vignette": course.vignettes, "diagram": course.diagrams}
        for kind in ("exercise", "vignette", "diagram"):
            for ref in lesson.references(kind):
                if ref.slug and ref.slug not in known[kind] and ref.slug not in _files_of(course, module, kind):
                    hint = did_you_mean(ref.slug, known[kind])
                    message = f'no {kind} "{ref.slug}"{hint}'
                    yield Problem(display_path(lesson.path), ref.line, kind, message, "dangling")
                if kind == "exercise" and placed[ref.slug] > 1:
                    message = f'"{ref.slug}" is placed {placed[ref.slug]} times; an item has one place'
                    yield Problem(display_path(lesson.path), ref.line, kind, message, "duplicate-id")
    if len(module.lessons) < len(_guides(course, module)):
        return  # What a lesson that cannot be read places is not known.
    for slug, authored in module.items.items():
        if slug not in placed:
            yield authored.source.problem((), "stands in no lesson; place it with an {exercise} directive", "unplaced")


def _guides(course: Course, module: Module) -> list[Path]:
    return list((course.root / "guides" / module.slug).glob("*.md"))


def _files_of(course: Course, module: Module, kind: str) -> set[str]:
    """The ids of the files that are there: a broken one has its own problem already."""
    folder = course.root / "exercises" / module.slug if kind == "exercise" else course.root / f"{kind}s"
    return {path.stem for path in folder.glob("*.yaml")}


def _item(course: Course, module: Module, authored: Authored, schemas: ItemSchemas) -> Iterator[Problem]:
    item = authored.item
    if item.key is None:
        return
    context = CheckContext(item, course.vocabulary(module.slug), authored.source, authored.key_source, authored.key_at)
    yield from schemas[item.exercise.type].check(context)


def _practice_clients(course: Course) -> Iterator[Problem]:
    used = Counter(one.item.exercise.client for module in course.modules.values() for one in module.items.values())
    for slug, client in course.clients.items():
        source = course.sources["client", slug]
        if client.module not in course.modules:
            hint = did_you_mean(client.module, course.modules)
            yield source.problem(("module",), f'no module "{client.module}"{hint}', "dangling")
        elif not used[slug]:
            yield source.problem((), "no exercise is a session with this client; write one", "unplaced")


def _diagrams(course: Course) -> Iterator[Problem]:
    lessons = [lesson for module in course.modules.values() for lesson in module.lessons]
    shown = {ref.slug for lesson in lessons for ref in lesson.references("diagram")}
    for slug in course.diagrams:
        if slug not in shown:
            message = "stands in no lesson; place it with a {diagram} directive"
            yield course.sources["diagram", slug].problem((), message, "unplaced")


def _file_names(course: Course) -> Iterator[Problem]:
    for pattern in ("guides/*/*.md", "exercises/*/*.yaml", "vignettes/*.yaml", "clients/*.yaml", "diagrams/*.yaml"):
        for path in sorted(course.root.glob(pattern)):
            if not is_slug(path.stem):
                message = "a file's name must be lower-case letters and digits, joined by hyphens; rename it"
                yield Problem(display_path(path), 1, "", message, "slug")


def _strays(course: Course) -> Iterator[Problem]:
    """Files that nothing reads: most often a misspelt name."""
    for path in sorted((course.root / "keys").glob("*/*.yaml")):
        module = course.modules.get(path.parent.name)
        if not (course.root / "exercises" / path.parent.name / path.name).exists():
            known = module.items if module else course.modules
            near = did_you_mean(path.stem if module else path.parent.name, known)
            yield Problem(display_path(path), 1, "", f"a key without its exercise{near}", "dangling")
        elif module and path.stem in module.items and not module.items[path.stem].item.assessed:
            message = "a practice item carries its key in the exercise file; remove this file or make the item graded"
            yield Problem(display_path(path), 1, "", message, "two-keys")
    for folder in ("exercises", "guides"):
        for path in sorted((course.root / folder).glob("*/")):
            if path.is_dir() and path.name not in course.modules:
                hint = did_you_mean(path.name, course.modules)
                message = f'course.yaml lists no module "{path.name}"{hint}'
                yield Problem(display_path(path), 1, "", message, "dangling")


def _keys_out_of_reach(course: Course) -> Iterator[Problem]:
    """No exemplar and no feedback of an assessed item stands word for word where learners can read it."""
    public: list[tuple[Path, str]] = []
    for folder in ("guides", "exercises", "vignettes", "clients"):
        for path in sorted((course.root / folder).rglob("*.*")):
            if path.is_file():
                public.append((path, _squeezed(path.read_text("utf-8", errors="replace"))))
    for module in course.modules.values():
        for authored in module.items.values():
            if not authored.item.assessed or authored.item.key is None:
                continue
            for at, text in _key_texts(authored.item.key.model_dump(mode="json"), ()):
                for path, content in public:
                    if _squeezed(text) in content:
                        use = authored.item.exercise.use
                        message = f"this text of a {use} item's key also stands in {display_path(path)}"
                        yield authored.key_source.problem((*authored.key_at, *at), message, "key-in-reach")


def _key_texts(value: object, at: KeyPath) -> Iterator[tuple[KeyPath, str]]:
    """The key's own sentences. Quotes are left out: they repeat what the learner reads by design."""
    for name, child in as_mapping(value).items():
        if name != "quote":
            yield from _key_texts(child, (*at, name))
    for index, child in enumerate(as_list(value)):
        yield from _key_texts(child, (*at, index))
    if isinstance(value, str) and len(value.split()) >= 5:
        yield at, value


def _squeezed(text: str) -> str:
    return " ".join(text.split()).casefold()
