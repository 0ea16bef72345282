"""A module at a glance, for instructors and authors: notebooks, the blueprint of both forms, the spread of clients."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from curriculum_utils.content.course import Course, Module
from curriculum_utils.content.forms import Cell, blueprint
from curriculum_utils.content.item import ItemSchemas
from curriculum_utils.content.models import Client, Use

USES: tuple[Use, ...] = ("practice", "pretest", "graded")
# Half-open, in years.
AGE_BANDS = ((16, 30), (30, 45), (45, 60), (60, 111))


@dataclass(frozen=True)
class NotebookRow:
    """One notebook: minutes, items by use, and the points that its graded items give."""

    slug: str
    title: str
    minutes: int
    items: Mapping[str, int]
    points: float


@dataclass(frozen=True)
class BlueprintRow:
    """One cell of the blueprint with how many items each form has; `about` are titles of moves or a trap's name."""

    type: str
    about: tuple[str, ...]
    difficulty: str
    form_a: int
    form_b: int


@dataclass(frozen=True)
class Overview:
    """One module.

    Attributes:
        clients: how many there are for each use.
        spread: how many of them are of each age, pronouns and setting, by use.
        problems: how many different ones they bring.
    """

    module: str
    title: str
    notebooks: tuple[NotebookRow, ...]
    weights: Mapping[str, float]
    blueprint: tuple[BlueprintRow, ...]
    clients: Mapping[str, int]
    spread: Mapping[str, Mapping[str, Mapping[str, int]]]
    problems: int

    @property
    def minutes(self) -> int:
        return sum(row.minutes for row in self.notebooks)

    @property
    def points(self) -> float:
        return sum(row.points for row in self.notebooks)


def overview(course: Course, module: Module, schemas: ItemSchemas) -> Overview:
    """The module at a glance; the course is fit to be built."""
    clients = _clients(course, module)
    people = [client for found in clients.values() for client in found]
    return Overview(
        module=module.slug,
        title=module.title,
        notebooks=tuple(_notebooks(module)),
        weights=module.entry.weights,
        blueprint=tuple(_blueprint(course, module, schemas)),
        clients={use: len(found) for use, found in clients.items()},
        spread={
            what: {use: dict(Counter(map(read, found)).most_common()) for use, found in clients.items()}
            for what, read in _TRAITS.items()
        },
        problems=len({client.problem.casefold() for client in people}),
    )


def _notebooks(module: Module) -> Iterable[NotebookRow]:
    minutes = {plan.slug: plan.minutes for plan in module.entry.notebooks}
    for lesson in module.lessons:
        items = [one.item for one in module.items.values() if one.item.notebook == lesson.slug]
        uses = Counter(item.exercise.use for item in items)
        points = sum(item.exercise.points for item in items if item.graded)
        yield NotebookRow(
            lesson.slug, lesson.header.title, minutes[lesson.slug], {use: uses[use] for use in USES}, points
        )


def _blueprint(course: Course, module: Module, schemas: ItemSchemas) -> Iterable[BlueprintRow]:
    first, second = blueprint(module.items_of("pretest"), schemas), blueprint(module.items_of("graded"), schemas)
    order = {name: place for place, name in enumerate(schemas)}
    for cell in sorted({*first, *second}, key=lambda cell: (order[cell.type], cell)):
        yield BlueprintRow(cell.type, _about(course, module, cell), cell.difficulty, first[cell], second[cell])


def _about(course: Course, module: Module, cell: Cell) -> tuple[str, ...]:
    moves = course.vocabulary(module.slug).moves
    return tuple(moves[name].title if name in moves else course.rubric.plain(name) for name in cell.aims)


def _clients(course: Course, module: Module) -> dict[str, list[Client]]:
    """The clients of the module by use; one who is met twice counts once. What a lesson shows is practice."""
    found: dict[str, dict[str, Client]] = {use: {} for use in USES}
    for lesson in module.lessons:
        for reference in lesson.references("vignette"):
            found["practice"][reference.slug] = course.vignettes[reference.slug].client
    for one in module.items.values():
        exercise = one.item.exercise
        if one.item.vignette is not None and exercise.vignette is not None:
            found[exercise.use][exercise.vignette] = one.item.vignette.client
        if one.item.client is not None and exercise.client is not None:
            found[exercise.use][exercise.client] = one.item.client.client
    return {use: list(clients.values()) for use, clients in found.items()}


def _band(client: Client) -> str:
    first, last = next(band for band in AGE_BANDS if band[0] <= client.age < band[1])
    return f"{first} to {last - 1}"


def _pronouns(client: Client) -> str:
    return client.pronouns


def _setting(client: Client) -> str:
    return client.setting


_TRAITS: Mapping[str, Callable[[Client], str]] = {"age": _band, "pronouns": _pronouns, "setting": _setting}
