"""Practice sessions as arcs: how open the client was at the opening and after each turn."""

from collections.abc import Iterable
from dataclasses import dataclass

from curriculum_utils.reports.answered import Answered
from curriculum_utils.reports.items import mean

OPEN = 4  # the most that openness can be: in touch


@dataclass(frozen=True)
class Arc:
    """One client over the learners who talked with them, each learner's last session.

    `sessions` hold openness from 0 (closed) to 4 (in touch), at the opening and then after each turn. `traps` counts
    the turns that fell into one, of all `turns`. `left_out` are sessions that nothing could be said about by machine.
    """

    module: str
    item: str
    client: str
    use: str
    sessions: tuple[tuple[int, ...], ...]
    turns: int
    traps: int
    left_out: int

    @property
    def learners(self) -> int:
        return len(self.sessions)

    @property
    def start(self) -> float | None:
        return mean([session[0] for session in self.sessions])

    @property
    def end(self) -> float | None:
        """Mean openness where each session stopped."""
        return mean([session[-1] for session in self.sessions])

    @property
    def opened(self) -> int:
        """Sessions that stopped with the client more open than at the opening."""
        return sum(session[-1] > session[0] for session in self.sessions)

    @property
    def closed(self) -> int:
        return sum(session[-1] < session[0] for session in self.sessions)

    @property
    def by_turn(self) -> tuple[tuple[float, int], ...]:
        """Mean openness at the opening and after each turn, with the number of sessions that came so far."""
        longest = max((len(session) for session in self.sessions), default=0)
        found: list[tuple[float, int]] = []
        for turn in range(longest):
            there = [session[turn] for session in self.sessions if len(session) > turn]
            found.append((sum(there) / len(there), len(there)))
        return tuple(found)


def arcs(answered: Iterable[Answered]) -> list[Arc]:
    """One arc for each client that somebody talked with, in the order in which they are met."""
    by_item: dict[tuple[str, str], list[Answered]] = {}
    for one in answered:
        if one.last is not None and one.last.attempt.item.client is not None:
            by_item.setdefault((one.module, one.item), []).append(one)
    return [_arc(module, item, found) for (module, item), found in sorted(by_item.items())]


def _arc(module: str, item: str, answered: list[Answered]) -> Arc:
    sessions: list[tuple[int, ...]] = []
    turns = traps = left_out = 0
    client, use = item, ""
    for one in answered:
        judged = one.last
        if judged is None or judged.attempt.item.client is None:
            continue
        who = judged.attempt.item.client
        client, use = who.client.name, judged.attempt.item.exercise.use
        if judged.scored is None or not judged.scored.turns:
            left_out += 1
            continue
        sessions.append((who.state(who.start).openness, *(turn.openness for turn in judged.scored.turns)))
        turns += len(judged.scored.turns)
        traps += sum(bool(turn.traps) for turn in judged.scored.turns)
    return Arc(module, item, client, use, tuple(sessions), turns, traps, left_out)
