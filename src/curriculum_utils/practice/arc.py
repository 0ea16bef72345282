"""The arc of a session: how open the client was after each turn, and where it turned."""

from dataclasses import dataclass

from curriculum_utils.content.clients import PracticeClient
from curriculum_utils.practice.session import Heard, Session

MOST_TURNING_POINTS = 2  # each is told in a sentence, and three of those are the most that are read


@dataclass(frozen=True)
class TurningPoint:
    """A turn that changed how open the client was, by `change` steps; `heard` is what the reply was found to be."""

    number: int
    change: int
    heard: Heard


def openness(client: PracticeClient, session: Session) -> tuple[int, ...]:
    """From 0 (closed) to 4 (in touch): at the opening, then after each turn."""
    return (client.state(client.start).openness, *(turn.openness for turn in session.turns))


def turning_points(client: PracticeClient, session: Session) -> list[TurningPoint]:
    """The turns that moved the client most, at most two, in the order of the session; of equals the earlier.

    A reply that held nothing but a trap and yet brought the client closer is none: no sentence should praise it.
    """
    levels = openness(client, session)
    moved = [
        TurningPoint(turn.number, levels[at + 1] - levels[at], session.heard[at])
        for at, turn in enumerate(session.turns)
        if levels[at + 1] != levels[at] and not (levels[at + 1] > levels[at] and _only_a_trap(session.heard[at]))
    ]
    most = sorted(moved, key=lambda point: (-abs(point.change), point.number))[:MOST_TURNING_POINTS]
    return sorted(most, key=lambda point: point.number)


def _only_a_trap(heard: Heard) -> bool:
    return bool(heard.traps) and not heard.criteria
