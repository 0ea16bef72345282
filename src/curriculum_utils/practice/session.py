"""A session with a simulated client: what they answer, given what each reply was found to be.

Pure and without chance: the same replies, read by the same scorer, give the same session, so that it can be shown,
replayed, graded and reviewed.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce

from curriculum_utils.content.clients import ANY, MOST_TURNS, Ending, PracticeClient, Transition, When

Pool = tuple[str, str]
"""Where lines come from: a state's id, or a transition's number."""


@dataclass(frozen=True)
class Heard:
    """What a reply was found to be; `coverage` is that of the best effective move, in [0, 1]."""

    criteria: frozenset[str] = frozenset()
    traps: frozenset[str] = frozenset()
    coverage: float = 0.0

    @property
    def helps(self) -> bool:
        """Whether it meets something and falls into nothing."""
        return not self.traps and self.coverage > 0


@dataclass(frozen=True)
class ClientTurn:
    """The client's answer to the learner's reply number `number`, counted from 1, and the state they are in now."""

    number: int
    state: str
    line: str
    openness: int
    ended: Ending | None = None


@dataclass(frozen=True)
class Session:
    """How far a session has come; `said` counts the lines used of each pool."""

    state: str
    openness: int
    heard: tuple[Heard, ...] = ()
    turns: tuple[ClientTurn, ...] = ()
    said: Mapping[Pool, int] = field(default_factory=dict[Pool, int])

    @property
    def ended(self) -> Ending | None:
        return self.turns[-1].ended if self.turns else None


def begin(client: PracticeClient) -> Session:
    """The session as it stands after the client's opening words."""
    return Session(client.start, client.state(client.start).openness)


def answer(client: PracticeClient, session: Session, heard: Heard) -> Session:
    """The session after one more reply.

    Raises:
        ValueError: it has ended.
    """
    if session.ended is not None:
        raise ValueError("the session has ended")
    number = len(session.turns) + 1
    taken = _taken(client, session, heard)
    state = client.state(session.state if taken is None else client.transitions[taken].to)
    said = Counter(session.said)
    line = None
    if taken is not None:
        line = _next_line(client.transitions[taken].lines, said, ("transition", str(taken)))
    while line is None:
        line = _next_line(state.lines, said, ("state", state.id))
        if line is None:
            # An ending has a line left: it is met once. Lint proves that `worn` leads to one.
            state = client.state(state.worn or state.id)
    ended = state.ends
    if ended is None and number == MOST_TURNS and state.late is not None:
        ended, line = state.late.ends, state.late.line
    turn = ClientTurn(number, state.id, line, state.openness, ended)
    return Session(state.id, state.openness, (*session.heard, heard), (*session.turns, turn), dict(said))


def replay(client: PracticeClient, heard: Iterable[Heard]) -> Session:
    """The whole session; replies after its end are left out."""

    def step(session: Session, one: Heard) -> Session:
        return session if session.ended is not None else answer(client, session, one)

    return reduce(step, heard, begin(client))


def _taken(client: PracticeClient, session: Session, heard: Heard) -> int | None:
    """The number of the first transition that fits."""
    state = client.state(session.state)
    for number, transition in enumerate(client.transitions):
        if client.leaves(transition, state) and _fits(transition, session, heard):
            return number
    return None


def _fits(transition: Transition, session: Session, heard: Heard) -> bool:
    when = transition.when
    if when.trap is not None:
        return _trap_fits(when, session.heard, heard)
    if heard.traps:
        return False
    if when.flat:
        return heard.coverage == 0 and not heard.criteria
    after_a_trap = bool(session.heard and session.heard[-1].traps)
    return (
        set(when.met) <= heard.criteria
        and (not when.one_of or bool(heard.criteria.intersection(when.one_of)))
        and (when.coverage is None or heard.coverage >= when.coverage - 1e-9)
        and (not when.repair or (after_a_trap and heard.helps))
    )


def _trap_fits(when: When, before: Sequence[Heard], heard: Heard) -> bool:
    wanted = heard.traps if when.trap == ANY else heard.traps & {when.trap}
    if not when.again:
        return bool(wanted)
    known = frozenset(trap for one in before for trap in one.traps)
    return bool(wanted & known)


def _next_line(lines: Sequence[str], said: Counter[Pool], pool: Pool) -> str | None:
    """The next line of a pool, counted as said; None if all were said."""
    used = said[pool]
    if used >= len(lines):
        return None
    said[pool] = used + 1
    return lines[used]
