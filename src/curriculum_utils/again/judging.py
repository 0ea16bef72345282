"""What an answer showed: how well each thing that its item aims at was met, and which traps it could fall into."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from curriculum_utils.again.answers import Answered
from curriculum_utils.content import Item, Vocabulary, as_list, as_mapping, canonical_json, sha256
from curriculum_utils.errors import CurriculumError
from curriculum_utils.items import Marking, Scored, assess, type_of
from curriculum_utils.items.choose_move import ChooseMoveKey
from curriculum_utils.items.match_reason import MatchReason, MatchReasonKey
from curriculum_utils.scoring import Reply, ReplyScore, Scorer

FORMAT = 1
MAX_BYTES = 5_000_000


@dataclass(frozen=True)
class Occasion:
    """One time that a learner could fall into traps, and those that they fell into."""

    open_to: tuple[str, ...]
    fell: tuple[str, ...]


@dataclass(frozen=True)
class Judged:
    """What an answer showed.

    `credit` is in [0, 1], for each aim of the item; nothing for a session, whose traps alone are counted. `met` and
    `missing` are the criteria of the move that a written reply was to make.
    """

    credit: Mapping[str, float]
    occasions: tuple[Occasion, ...] = ()
    met: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


def aims_of(item: Item, vocabulary: Vocabulary) -> tuple[str, ...]:
    """What an item with its key aims at, a move that backfires by its trap: so both modules may speak of one thing."""
    return tuple(dict.fromkeys(_aim(name, vocabulary) for name in type_of(item).aims_at(item)))


def _aim(name: str, vocabulary: Vocabulary) -> str:
    move = vocabulary.moves.get(name)
    return move.trap if move is not None and move.trap is not None else name


class Judge:
    """Judges answers, each once.

    Args:
        scorer: for written replies; without one only those are judged that the file knows.
        file: where the judgement of written replies is kept, by digest and without a word of them. It may be deleted.
    """

    def __init__(self, scorer: Scorer | None = None, file: Path | None = None) -> None:
        self._scorer = scorer
        self._file = file
        self._known: dict[str, Judged | None] = {}
        self._kept: dict[str, object] | None = None
        self._used: dict[str, object] = {}

    def judge(self, answered: Answered) -> Judged | None:
        """What the answer showed; None where nothing can be said of it by machine, or not without a scorer."""
        name = _digest(answered)
        if name not in self._known:
            if not _written(answered.item):
                self._known[name] = _judged(answered, _NoScorer())
            elif name in self._from_file():
                self._known[name] = _from_json(self._from_file()[name])
            elif self._scorer is not None:
                self._known[name] = _judged(answered, self._scorer)
            else:
                return None
        if _written(answered.item):
            self._used[name] = _to_json(self._known[name])
        return self._known[name]

    def keep(self) -> None:
        """Writes what was judged into the file, in place of what it held; that it cannot be written does no harm."""
        if self._file is None or self._scorer is None or not self._used or self._used == self._from_file():
            return
        body = {"v": FORMAT, "scorer": self._scorer.scorer_version, "judged": self._used}
        new = self._file.with_suffix(".tmp")
        with suppress(OSError):
            self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            new.write_text(canonical_json(body), "utf-8")
            new.replace(self._file)
            self._kept = dict(self._used)

    def _from_file(self) -> dict[str, object]:
        if self._kept is None:
            self._kept = {} if self._file is None else _read(self._file, self._scorer)
        return self._kept


class _NoScorer:
    """Stands where no reply is scored; asking it is a mistake in code."""

    rubric_version = scorer_version = ""
    known_labels: frozenset[str] = frozenset()

    def score(self, replies: Sequence[Reply]) -> list[ReplyScore]:
        raise AssertionError(f"{len(replies)} replies to score without a scorer")


def _written(item: Item) -> bool:
    return type_of(item).in_own_words or item.client is not None


def _digest(answered: Answered) -> str:
    # The release vouches for item, key, moves and rubric at once.
    return sha256(canonical_json([answered.release.release, answered.item.id, dict(answered.answer)]))


def _judged(answered: Answered, scorer: Scorer) -> Judged | None:
    item, vocabulary = answered.item, answered.release.vocabulary
    try:
        outcome = assess(item, answered.answer, Marking(vocabulary, scorer))
    except CurriculumError:
        return None
    if not isinstance(outcome, Scored):
        return None
    occasions = tuple(_occasions(item, outcome, vocabulary))
    if item.client is not None:
        return Judged({}, occasions)
    credit = dict.fromkeys(aims_of(item, vocabulary), outcome.credit)
    if isinstance(item.key, MatchReasonKey) and isinstance(item.exercise, MatchReason):
        given = as_mapping(answered.answer.get("pairs"))
        for pair in item.exercise.left:
            credit[_aim(pair.move, vocabulary)] = float(given.get(pair.id) == item.key.pairs[pair.id])
    return Judged(credit, occasions, outcome.met, outcome.missing)


def _occasions(item: Item, outcome: Scored, vocabulary: Vocabulary) -> Iterator[Occasion]:
    if isinstance(item.key, ChooseMoveKey):
        offered = tuple(option.trap for option in item.key.options.values() if option.trap is not None)
        yield Occasion(tuple(dict.fromkeys(offered)), outcome.traps)
    elif _written(item):
        for fell in [turn.traps for turn in outcome.turns] if item.client is not None else [outcome.traps]:
            yield Occasion(vocabulary.rubric.trap_names(), fell)


def _read(file: Path, scorer: Scorer | None) -> dict[str, object]:
    try:
        with file.open("rb") as opened:
            data = as_mapping(json.loads(opened.read(MAX_BYTES)))
    except (OSError, ValueError, RecursionError):
        return {}
    if data.get("v") != FORMAT or (scorer is not None and data.get("scorer") != scorer.scorer_version):
        return {}
    return as_mapping(data.get("judged"))


def _to_json(judged: Judged | None) -> object:
    if judged is None:
        return None
    return {
        "credit": dict(judged.credit),
        "occasions": [[list(one.open_to), list(one.fell)] for one in judged.occasions],
        "met": list(judged.met),
        "missing": list(judged.missing),
    }


def _from_json(value: object) -> Judged | None:
    data = as_mapping(value)
    credit = {name: float(one) for name, one in as_mapping(data.get("credit")).items() if isinstance(one, int | float)}
    occasions = [[_names(part) for part in as_list(one)] for one in as_list(data.get("occasions"))]
    if not data or any(len(one) != 2 for one in occasions):
        return None
    return Judged(
        credit,
        tuple(Occasion(open_to, fell) for open_to, fell in occasions),
        _names(data.get("met")),
        _names(data.get("missing")),
    )


def _names(value: object) -> tuple[str, ...]:
    return tuple(str(one) for one in as_list(value))
