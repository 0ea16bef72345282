"""What `course.yaml` says of each module, held against what is there: minutes, points, weights, least numbers."""

from collections import Counter
from collections.abc import Iterator

from curriculum_utils.content.course import Course, Module
from curriculum_utils.content.guides import Lesson, Prose
from curriculum_utils.content.item import Item, ItemSchemas, dumped
from curriculum_utils.content.json_types import as_list, as_mapping
from curriculum_utils.content.models import ModuleEntry, Standards
from curriculum_utils.content.yaml_source import Source
from curriculum_utils.errors import Problem, display_path

# Adults read non-fiction silently at 238 words a minute (Brysbaert, 2019, a review of 190 studies).
WORDS_A_MINUTE = 238
# Of the feedback that an item holds a learner reads about half: what belongs to their own answer.
_FEEDBACK_READ = 0.5
_UNREAD = {"type", "use", "id", "vignette", "client", "move", "trap", "traps", "difficulty", "criteria", "exemplars"}
# A reckoning and a plan may differ by this share, or by so many minutes where that is more.
_SHARE_APART, _MINUTES_APART = 0.2, 3
_ROUNDING = 0.005


def plans(course: Course, schemas: ItemSchemas) -> Iterator[Problem]:
    """Whether each module's notebooks, minutes, points and weights are those that its files give."""
    source = course.sources["course", "course"]
    for index, entry in enumerate(course.manifest.modules):
        module, at = course.modules[entry.slug], ("modules", index)
        lessons = {lesson.slug: lesson for lesson in module.lessons}
        files = {path.stem for path in (course.root / "guides" / entry.slug).glob("*.md")}
        if not files:
            continue  # A module without lessons is told as such.
        planned = [plan.slug for plan in entry.notebooks]
        for lesson in module.lessons:
            if lesson.slug not in planned:
                message = f'"{lesson.slug}" is not among the module\'s notebooks in course.yaml; add its minutes'
                yield Problem(display_path(lesson.path), 1, "", message, "notebooks")
        for number, plan in enumerate(entry.notebooks):
            place = (*at, "notebooks", number)
            if plan.slug not in files or planned.count(plan.slug) > 1:
                what = "no lesson" if plan.slug not in files else "a second entry for"
                yield source.problem((*place, "slug"), f'{what} "{plan.slug}"', "notebooks")
            elif plan.slug in lessons:
                found = minutes_of(lessons[plan.slug], course, module, schemas)
                if abs(found - plan.minutes) > max(_SHARE_APART * found, _MINUTES_APART):
                    message = f"{plan.minutes} minutes are planned, its text and items come to about {found:.0f}"
                    yield source.problem((*place, "minutes"), message, "minutes")
                given = sum(item.exercise.points for item in module.items_of("graded") if item.notebook == plan.slug)
                if plan.points is not None and abs(given - plan.points) > _ROUNDING:
                    message = f"{plan.points:g} points are planned, its graded items give {given:g}"
                    yield source.problem((*place, "points"), message, "graded-points")
        yield from _weights(module, entry, source, (*at, "weights"))


def _weights(module: Module, entry: ModuleEntry, source: Source, at: tuple[str | int, ...]) -> Iterator[Problem]:
    points: Counter[str] = Counter()
    for item in module.items_of("graded"):
        points[item.exercise.type] += item.exercise.points  # pyright: ignore[reportArgumentType]
    total = sum(points.values())
    for kind in sorted({*points, *entry.weights}) if total and entry.weights else ():
        share, planned = points[kind] / total, entry.weights.get(kind, 0)
        if abs(share - planned) > _ROUNDING + 1e-9:
            message = f"{planned:g} is planned; its graded items have {share:.2f} of the points"
            yield source.problem((*at, kind), message, "weights")


def standards(course: Course, schemas: ItemSchemas) -> Iterator[Problem]:
    """Whether every module keeps what the course promises of each."""
    wanted, source = course.manifest.standards, course.sources["course", "course"]
    for index, entry in enumerate(course.manifest.modules):
        at, module = ("modules", index), course.modules[entry.slug]
        yield from _minutes(entry, wanted, source, at)
        yield from _reckoned(course, module, schemas, at)
        for what, (least, found) in _numbers(course, module, wanted, schemas).items():
            if found < least:
                message = f"{entry.slug} has {found} {what}; the course promises {least}"
                yield source.problem((*at, "slug"), message, "standards")


def _numbers(course: Course, module: Module, wanted: Standards, schemas: ItemSchemas) -> dict[str, tuple[int, int]]:
    items = [one.item for one in module.items.values()]
    shown = {ref.slug for lesson in module.lessons for ref in lesson.references("vignette")}
    vignettes = (shown | {item.exercise.vignette for item in items if item.exercise.vignette}) & set(course.vignettes)
    written = sum(schemas[item.exercise.type].in_own_words for item in items)
    diagrams = {ref.slug for lesson in module.lessons for ref in lesson.references("diagram")}
    return {
        "vignettes": (wanted.vignettes, len(vignettes)),
        "items": (wanted.items, len(items)),
        "written items": (wanted.written_items, written),
        "items in the pre-test": (wanted.pretest_items, len(module.items_of("pretest"))),
        "graded items": (wanted.graded_items, len(module.items_of("graded"))),
        "diagrams": (wanted.diagrams, len(diagrams)),
    }


def _minutes(entry: ModuleEntry, wanted: Standards, source: Source, at: tuple[str | int, ...]) -> Iterator[Problem]:
    total = sum(plan.minutes for plan in entry.notebooks)
    if wanted.minutes_of_module is not None:
        least, most = wanted.minutes_of_module
        if not least <= total <= most:
            message = f"the notebooks take {total} minutes together; the course promises {least} to {most}"
            yield source.problem((*at, "notebooks"), message, "minutes")
    for number, plan in enumerate(entry.notebooks):
        if wanted.minutes_of_notebook is not None and plan.minutes > wanted.minutes_of_notebook:
            message = f"{plan.minutes} minutes; the course promises at most {wanted.minutes_of_notebook}"
            yield source.problem((*at, "notebooks", number, "minutes"), message, "minutes")


def _reckoned(course: Course, module: Module, schemas: ItemSchemas, at: tuple[str | int, ...]) -> Iterator[Problem]:
    """The promise holds for what lint reckons too: a plan may be off by a fifth, and could hide a long lesson."""
    wanted, source = course.manifest.standards, course.sources["course", "course"]
    found = {lesson.slug: minutes_of(lesson, course, module, schemas) for lesson in module.lessons}
    for slug, minutes in found.items():
        if wanted.minutes_of_notebook is not None and minutes > wanted.minutes_of_notebook:
            most = wanted.minutes_of_notebook
            message = f"{slug} comes to about {minutes:.1f} minutes by its text and items; the course promises {most}"
            yield source.problem((*at, "notebooks"), message, "minutes")
    if wanted.minutes_of_module is not None and sum(found.values()) > wanted.minutes_of_module[1]:
        total, most = sum(found.values()), wanted.minutes_of_module[1]
        message = f"text and items come to about {total:.1f} minutes together; the course promises at most {most}"
        yield source.problem((*at, "notebooks"), message, "minutes")


def minutes_of(lesson: Lesson, course: Course, module: Module, schemas: ItemSchemas) -> float:
    """About how many minutes a lesson takes: reading all of it, and answering each item once."""
    words = sum(len(block.text.split()) for block in lesson.blocks if isinstance(block, Prose))
    shown = [course.vignettes[ref.slug] for ref in lesson.references("vignette") if ref.slug in course.vignettes]
    words += sum(_words(dumped(vignette)) for vignette in shown)
    items = [module.items[ref.slug].item for ref in lesson.references("exercise") if ref.slug in module.items]
    seconds = sum(schemas[item.exercise.type].seconds for item in items)
    return (words + sum(map(_read_in, items))) / WORDS_A_MINUTE + seconds / 60


def _read_in(item: Item) -> float:
    seen = _words(dumped(item.exercise)) + (_words(dumped(item.vignette)) if item.vignette else 0)
    # Only practice is answered with feedback.
    feedback = _words(dumped(item.key)) if item.key is not None and not item.assessed else 0
    return seen + _FEEDBACK_READ * feedback


def _words(value: object) -> int:
    if isinstance(value, str):
        return len(value.split())
    inside = sum(_words(child) for name, child in as_mapping(value).items() if name not in _UNREAD)
    return inside + sum(map(_words, as_list(value)))
