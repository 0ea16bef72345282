"""What must hold of every simulated client: proven from its graph, and tried on learners of some plain kinds."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

from curriculum_utils.content.clients import ANY, ENDINGS, MOST_TURNS, PracticeClient
from curriculum_utils.content.item import Vocabulary
from curriculum_utils.content.lint import unknown_label
from curriculum_utils.content.suggest import did_you_mean
from curriculum_utils.content.yaml_source import KeyPath, Source
from curriculum_utils.errors import Problem
from curriculum_utils.practice.session import Heard, begin, replay

LEAST_STATES, LEAST_LINES, WAYS = 6, 60, 2


def check_client(client: PracticeClient, source: Source, vocabulary: Vocabulary) -> Iterator[Problem]:
    """Everything wrong with one client; sessions are tried only where the graph is sound."""
    broken = [*_names(client, source), *_labels(client, source, vocabulary)]
    yield from broken
    if broken:
        return
    stuck = [*_unreached(client, source), *_never_ending(client, source)]
    yield from stuck
    yield from _amounts(client, source)
    yield from _said_twice(client, source)
    if not stuck:
        yield from _sessions(client, source, vocabulary)


def _names(client: PracticeClient, source: Source) -> Iterator[Problem]:
    ids = [state.id for state in client.states]
    for at, state in enumerate(client.states):
        if ids.count(state.id) > 1:
            yield source.problem(("states", at, "id"), f'a second state "{state.id}"', "duplicate-id")
        if state.worn is not None:
            yield from _unknown_state(source, ("states", at, "worn"), state.worn, ids)
    yield from _unknown_state(source, ("start",), client.start, ids)
    for at, transition in enumerate(client.transitions):
        yield from _unknown_state(source, ("transitions", at, "to"), transition.to, ids)
        for name in transition.source:
            if name == ANY and len(transition.source) == 1:
                continue
            yield from _unknown_state(source, ("transitions", at, "from"), name, ids)
            if any(state.id == name and state.ends for state in client.states):
                message = f'"{name}" ends the session; nothing leads on from it'
                yield source.problem(("transitions", at, "from"), message, "after-the-end")


def _unknown_state(source: Source, at: KeyPath, name: str, ids: Sequence[str]) -> Iterator[Problem]:
    if name not in ids:
        yield source.problem(at, f'no state "{name}"{did_you_mean(name, ids)}', "dangling")


def _labels(client: PracticeClient, source: Source, vocabulary: Vocabulary) -> Iterator[Problem]:
    rubric = vocabulary.rubric
    for number, transition in enumerate(client.transitions):
        at, when = ("transitions", number, "when"), transition.when
        if when.trap is not None:
            yield from unknown_label(source, (*at, "trap"), when.trap, (*rubric.trap_names(), ANY), "trap")
        for part, names in (("met", when.met), ("one_of", when.one_of)):
            for index, name in enumerate(names):
                yield from unknown_label(source, (*at, part, index), name, rubric.criterion_names(), "criterion")


def _unreached(client: PracticeClient, source: Source) -> Iterator[Problem]:
    onward = _onward(client)
    reached, todo = {client.start}, [client.start]
    while todo:
        for name in onward[todo.pop()] - reached:
            reached.add(name)
            todo.append(name)
    for at, state in enumerate(client.states):
        if state.id not in reached:
            yield source.problem(("states", at), f'no way leads to the state "{state.id}"', "unreachable")


def _onward(client: PracticeClient) -> Mapping[str, set[str]]:
    onward: dict[str, set[str]] = defaultdict(set)
    for state in client.states:
        if state.worn is not None:
            onward[state.id].add(state.worn)
        onward[state.id].update(one.to for one in client.transitions if client.leaves(one, state))
    return onward


def _never_ending(client: PracticeClient, source: Source) -> Iterator[Problem]:
    """States whose `worn` goes round in a circle: with every line said, the client would have nothing left to say."""
    for at, state in enumerate(client.states):
        seen = {state.id}
        one = state
        while one.worn is not None:
            one = client.state(one.worn)
            if one.id in seen:
                message = f'from "{state.id}" on, `worn` leads round in a circle and to no ending'
                yield source.problem(("states", at, "worn"), message, "dead-end")
                break
            seen.add(one.id)


def _amounts(client: PracticeClient, source: Source) -> Iterator[Problem]:
    if len(client.states) < LEAST_STATES:
        message = f"{len(client.states)} states; a client has at least {LEAST_STATES}"
        yield source.problem(("states",), message, "too-few")
    lines = len(set(client.all_lines()))
    if lines < LEAST_LINES:
        yield source.problem((), f"{lines} lines; a client has at least {LEAST_LINES} of their own", "too-few")
    ways = Counter(state.ends or (state.late.ends if state.late else None) for state in client.states)
    for ending in ENDINGS:
        if ways[ending] < WAYS:
            message = f"a session can end {ending} in {ways[ending]} way(s); give it {WAYS} (`ends`, or `late`)"
            yield source.problem(("states",), message, "too-few")


def _said_twice(client: PracticeClient, source: Source) -> Iterator[Problem]:
    for line, number in Counter(client.all_lines()).items():
        if number > 1:
            yield source.problem((), f'said in {number} places: "{line[:60]}"', "said-twice")


def _sessions(client: PracticeClient, source: Source, vocabulary: Vocabulary) -> Iterator[Problem]:
    """Learners of plain kinds: a session goes well with whole moves, and never with nothing or a trap each time."""
    whole = [Heard(frozenset(move.criteria), coverage=1.0) for move in vocabulary.effective_moves().values()]
    # One move over and over, or all in turn; a module without moves has a problem of its own.
    rounds = [[one] for one in whole] + [whole] if whole else []
    if rounds and all(_ending(client, one) != "well" for one in rounds):
        message = "whole effective moves, one after another, do not bring the session to end well"
        yield source.problem((), message, "cannot-go-well")
    tried = {"replies that meet nothing": Heard()}
    for trap in vocabulary.rubric.trap_names():
        tried[f"{trap} each time"] = Heard(frozenset(), frozenset([trap]))
        everything = frozenset(vocabulary.rubric.criterion_names())
        tried[f"{trap} each time, after everything good"] = Heard(everything, frozenset([trap]), 1.0)
    for name, heard in tried.items():
        if _ending(client, [heard]) == "well":
            yield source.problem((), f"with {name} the session ends well", "too-easy")


def _ending(client: PracticeClient, round_: Sequence[Heard]) -> str | None:
    """How the session ends with these replies, over and over."""
    if begin(client).ended is not None:
        return begin(client).ended
    return replay(client, [round_[at % len(round_)] for at in range(MOST_TURNS)]).ended
