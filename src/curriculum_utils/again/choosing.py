"""Which item comes back for an aim that is due: always with another client, never one that is or was in a test."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from curriculum_utils.again.answers import Answers, Studied
from curriculum_utils.again.judging import aims_of
from curriculum_utils.again.schedule import Card
from curriculum_utils.content import Item

MOST_TASKS = 5  # about ten minutes
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Task:
    """An item that comes back, and the card that asks for it."""

    studied: Studied
    item: Item
    card: Card


@dataclass(frozen=True)
class Round:
    """What comes back now.

    Attributes:
        tasks: at most `MOST_TASKS`, the most pressing first.
        due: how many tasks are due in all.
        alone: aims that are due, and for which no lesson that was begun has another client.
        next: when the next one is due that is not yet; None if nothing was missed.
    """

    tasks: tuple[Task, ...]
    due: int
    alone: tuple[str, ...]
    next: datetime | None


def choose(modules: Sequence[Studied], answers: Answers, cards: Mapping[str, Card], now: datetime) -> Round:
    """What comes back at `now`."""
    due = sorted((card for card in cards.values() if card.due <= now), key=lambda card: card.pressing)
    later = [card.due for card in cards.values() if card.due > now]
    pool, tasks, alone = _pool(modules, answers), list[Task](), list[str]()
    for card in due:
        taken = {(task.item.module, task.item.id) for task in tasks}
        fitting = [
            (studied, item)
            for studied, item in pool.get(card.aim, ())
            if client_of(item) not in _met_last(card) and (item.module, item.id) not in taken
        ]
        if fitting:
            studied, item = min(fitting, key=lambda pair: _preference(pair[1], card, answers))
            tasks.append(Task(studied, item, card))
        else:
            alone.append(card.aim)
    return Round(tuple(tasks[:MOST_TASKS]), len(tasks), tuple(alone), min(later, default=None))


def client_of(item: Item) -> str | None:
    """The name of the client that an item shows; None where it shows none."""
    shown = item.vignette or item.client
    return shown.client.name.casefold() if shown is not None else None


def _pool(modules: Sequence[Studied], answers: Answers) -> dict[str, list[tuple[Studied, Item]]]:
    """The items that may come back, by aim: short ones, with a client who is in no test, from lessons begun."""
    every = [item for studied in modules for item in studied.release.items.values()]
    tested = {client_of(item) for item in every if item.assessed}
    scenes = {(item.module, item.exercise.vignette) for item in every if item.assessed}
    pool: dict[str, list[tuple[Studied, Item]]] = {}
    for studied in modules:
        for item in studied.release.items.values():
            place = item.module, item.notebook
            if item.assessed or item.key is None or item.vignette is None or place not in answers.begun:
                continue
            if client_of(item) in tested or (item.module, item.exercise.vignette) in scenes:
                continue
            for aim in aims_of(item, studied.release.vocabulary):
                pool.setdefault(aim, []).append((studied, item))
    return pool


def _met_last(card: Card) -> set[str | None]:
    """The clients of the answer that was missed last, and of the last time that it came back."""
    repeated: Iterable[Item] = (one.answered.item for one in reversed(card.reviews) if one.answered.repeated)
    return {client_of(item) for item in (card.slip.answered.item, next(iter(repeated), None)) if item is not None}


def _preference(item: Item, card: Card, answers: Answers) -> tuple[bool, bool, bool, datetime, str, str]:
    """The least is the best: a client not missed with before, answered in its lesson, another type, longest ago."""
    place = item.module, item.id
    # How it went with each client the last time.
    last = {client_of(review.answered.item): review for review in card.reviews}
    return (
        client_of(item) in last and last[client_of(item)].slip,
        # A lesson's own tasks, still to come there, are taken only where there is nothing else.
        place not in answers.in_lesson,
        item.exercise.type == card.slip.answered.item.exercise.type,
        answers.last.get(place, _LONG_AGO),
        *place,
    )
