"""What answers did, by the rubric's words: moves, criteria met, traps fallen into."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from curriculum_utils.content import Item, Move
from curriculum_utils.items.choose_move import ChooseMove, ChooseMoveKey
from curriculum_utils.items.write_reply import WriteReply
from curriculum_utils.reports.answered import Answered
from curriculum_utils.reports.items import mean
from curriculum_utils.reports.judging import Judged


@dataclass(frozen=True)
class MoveRow:
    """One effective move of one module.

    Credits are means over answers to items that ask for this move. `open_n` counts the replies to items that leave
    the move open in which this one stood out; they are in no mean, for a reply that uses no move would be in none.
    """

    module: str
    move: str
    title: str
    choose_n: int
    choose_credit: float | None
    write_n: int
    write_credit: float | None
    waiting: int
    open_n: int


@dataclass(frozen=True)
class CriterionRow:
    """One criterion over the last replies to items whose move asks for it: as a person decided, else as scored.

    `asked` counts replies that were scored, `met` those that met it, `unscored` those that wait for a person, and
    `unsure` the scored ones that the scorer would have a person look at. `open_met` counts replies to items that
    leave the move open.
    """

    criterion: str
    plain: str
    asked: int
    met: int
    unscored: int
    unsure: int
    open_met: int

    @property
    def share(self) -> float | None:
        return self.met / self.asked if self.asked else None


@dataclass(frozen=True)
class TrapRow:
    """One trap over all attempts, practice and graded.

    `replies` of `replies_of` written replies fell into it; `choices` of the `choices_of` choices in which it was
    offered picked it. `last_*` count only last attempts. `learners` fell into it at least once.
    """

    trap: str
    plain: str
    replies: int
    replies_of: int
    choices: int
    choices_of: int
    learners: int
    last_replies: int
    last_choices: int


@dataclass(frozen=True)
class LearnerCriterion:
    """One criterion in one learner's replies; counts as in `CriterionRow`."""

    learner: str
    criterion: str
    met: int
    asked: int


def asked_move(item: Item) -> str | None:
    """The move that an item asks for; None where it asks for none or leaves it open."""
    if isinstance(item.exercise, WriteReply):
        return item.exercise.move
    if isinstance(item.key, ChooseMoveKey) and item.key.correct in item.key.options:
        return item.key.options[item.key.correct].move
    return None


def move_row(module: str, move: Move, answered: Iterable[Answered]) -> MoveRow:
    """A move over everybody's answers in its module."""
    chosen: list[float] = []
    written: list[float] = []
    waiting = open_n = 0
    for one in answered:
        if one.last is None:
            continue
        item, writes = one.last.attempt.item, isinstance(one.last.attempt.item.exercise, WriteReply)
        if writes and asked_move(item) is None and one.last.scored and one.last.scored.move == move.slug:
            open_n += 1
        if asked_move(item) != move.slug:
            continue
        waiting += one.waits
        if one.credit is not None:
            (written if writes else chosen).append(one.credit)
    return MoveRow(
        module=module,
        move=move.slug,
        title=move.title,
        choose_n=len(chosen),
        choose_credit=mean(chosen),
        write_n=len(written),
        write_credit=mean(written),
        waiting=waiting,
        open_n=open_n,
    )


def criterion_rows(
    criteria: Mapping[str, str], answered: Sequence[Answered]
) -> tuple[list[CriterionRow], list[LearnerCriterion]]:
    """The rubric's criteria over everybody's last replies, and learner by learner.

    Args:
        criteria: plain names by label, in the rubric's order.
    """
    asked = dict.fromkeys(criteria, 0)
    met, unscored, unsure, open_met = (dict.fromkeys(criteria, 0) for _ in range(4))
    by_learner: dict[tuple[str, str], list[int]] = {}
    for one in answered:
        if one.last is None or not isinstance(one.last.attempt.item.exercise, WriteReply):
            continue
        scored, move = one.standing, one.last.attempt.item.exercise.move
        if move is None:
            for name in scored.met if scored else ():
                _count(open_met, name)
            continue
        needed = one.last.attempt.vocabulary.moves[move].criteria
        for name in needed:
            if scored is None:
                _count(unscored, name)
                continue
            _count(asked, name)
            _count(met, name, int(name in scored.met))
            _count(unsure, name, int(scored.review is not None))
            pair = by_learner.setdefault((one.learner, name), [0, 0])
            pair[0] += name in scored.met
            pair[1] += 1
    rows = [
        CriterionRow(name, plain, asked[name], met[name], unscored[name], unsure[name], open_met[name])
        for name, plain in criteria.items()
    ]
    return rows, [LearnerCriterion(*place, *pair) for place, pair in by_learner.items()]


def _count(counts: dict[str, int], name: str, more: int = 1) -> None:
    # An older release may use a label that the current rubric no longer has.
    counts[name] = counts.get(name, 0) + more


def trap_rows(traps: Mapping[str, str], judged: Iterable[Judged], last: Iterable[Judged]) -> list[TrapRow]:
    """The rubric's traps over all attempts.

    Args:
        traps: plain names by label, in the rubric's order.
        last: the attempts among `judged` that were the learner's last at their item.
    """
    scored = [one for one in judged if one.scored is not None]
    final = {id(one) for one in last}
    replies = [one for one in scored if isinstance(one.attempt.item.exercise, WriteReply)]
    choices = [one for one in scored if isinstance(one.attempt.item.exercise, ChooseMove)]
    rows: list[TrapRow] = []
    for name, plain in traps.items():
        fell = _with(name, replies)
        chose = _with(name, choices)
        rows.append(
            TrapRow(
                trap=name,
                plain=plain,
                replies=len(fell),
                replies_of=len(replies),
                choices=len(chose),
                choices_of=sum(_offers(one.attempt.item, name) for one in choices),
                learners=len({one.attempt.learner for one in (*fell, *chose)}),
                last_replies=sum(id(one) in final for one in fell),
                last_choices=sum(id(one) in final for one in chose),
            )
        )
    return rows


def _with(trap: str, judged: Iterable[Judged]) -> list[Judged]:
    return [one for one in judged if one.scored is not None and trap in one.scored.traps]


def _offers(item: Item, trap: str) -> bool:
    return isinstance(item.key, ChooseMoveKey) and any(option.trap == trap for option in item.key.options.values())
