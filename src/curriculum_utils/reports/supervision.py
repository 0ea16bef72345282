"""The supervision sheet: replies worth talking about, criterion by criterion, without a word on who wrote them."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from curriculum_utils.content import Vocabulary
from curriculum_utils.items.write_reply import WriteReply
from curriculum_utils.reports.gathering import Gathered
from curriculum_utils.reports.judging import Judged
from curriculum_utils.reports.labels import asked_move
from curriculum_utils.responses.private import private_details

PER_KIND = 3
WORDS = 5  # a shorter reply gives a group little to talk about
_SHOWN = {
    "birth": "a birth date",
    "phone": "a phone number",
    "email": "an e-mail address",
    "address": "an address",
    "record": "a file number",
}


@dataclass(frozen=True)
class SheetReply:
    """One reply: the client's words it answers, its own, and what the scorer was unsure of."""

    client: str
    text: str
    doubt: str = ""


@dataclass(frozen=True)
class SheetLabel:
    """One criterion or trap with its replies. `good` met it (a trap: fell into it), `missed` were asked for it."""

    name: str
    plain: str
    trap: bool
    description: str
    hint: str
    total: int
    asked: int
    good: tuple[SheetReply, ...]
    missed: tuple[SheetReply, ...]
    doubtful: tuple[SheetReply, ...]


@dataclass(frozen=True)
class Sheet:
    """The whole sheet; `replies` and `learners` count what it was chosen from."""

    cohort: str
    made: datetime
    scorer_version: str
    replies: int
    learners: int
    left_out: int
    criteria: tuple[SheetLabel, ...]
    traps: tuple[SheetLabel, ...]


def supervision_sheet(term: Gathered, *, made: datetime | None = None) -> Sheet:
    """The sheet of a cohort, from each learner's last written reply to each item, the pre-test left out.

    A reply that the scorer did not read (it may speak of somebody in danger, or of a real client) is in no sheet.
    What looks like a real person's details is replaced by what it was, and so is every name on the roster.
    """
    last = [one.last for one in term.answered if one.last is not None]
    written = [
        one
        for one in last
        if isinstance(one.attempt.item.exercise, WriteReply) and one.attempt.item.exercise.use != "pretest"
    ]
    read = [one for one in written if one.scored is not None]
    names = _names(term)
    vocabulary = _vocabularies(term)
    return Sheet(
        cohort=term.cohort.name,
        made=made or datetime.now(UTC),
        scorer_version=term.scorer.scorer_version,
        replies=len(read),
        learners=len({one.attempt.learner for one in read}),
        left_out=len(written) - len(read),
        criteria=tuple(found for one in _criteria(vocabulary, read, names) if (found := one).total or found.asked),
        traps=tuple(sorted(_traps(vocabulary, read, names), key=lambda one: (-one.total, one.name))),
    )


def redacted(text: str, names: Iterable[str] = ()) -> str:
    """The text with details of real persons, and these names, replaced by what they were."""
    for detail in reversed(private_details(text)):
        text = f"{text[: detail.start]}[{_SHOWN[detail.kind]}]{text[detail.end :]}"
    known = sorted(set(names), key=lambda name: (-len(name), name))
    # Two letters in small are more often a word ("an", "so") than somebody's name; a longer one is taken out anyway.
    for flags, some in (
        (re.IGNORECASE, [name for name in known if len(name) > 2]),
        (re.NOFLAG, [name for name in known if len(name) == 2]),
    ):
        if some:
            text = re.sub(rf"(?<!\w)(?:{'|'.join(map(re.escape, some))})(?!\w)", "[a name]", text, flags=flags)
    return text


def _criteria(vocabulary: Sequence[Vocabulary], read: Sequence[Judged], names: Sequence[str]) -> Iterator[SheetLabel]:
    entries = {entry.name: entry for one in vocabulary for entry in one.rubric.criteria}
    for name, entry in entries.items():
        asked = [one for one in read if name in _needed(one)]
        met = [one for one in asked if one.scored and name in one.scored.met]
        clean = [one for one in met if one.scored and not one.scored.traps and not one.scored.review]
        missed = [one for one in asked if one.scored and name not in one.scored.met and not one.scored.review]
        doubtful = [one for one in asked if one.scored and one.scored.review]
        yield SheetLabel(
            name=name,
            plain=entry.plain,
            trap=False,
            description=f"Met when {entry.met_when}",
            hint=entry.hint,
            total=len(met),
            asked=len(asked),
            good=_chosen(clean, names),
            missed=_chosen(missed, names),
            doubtful=_chosen(doubtful, names),
        )


def _traps(vocabulary: Sequence[Vocabulary], read: Sequence[Judged], names: Sequence[str]) -> Iterator[SheetLabel]:
    entries = {entry.name: entry for one in vocabulary for entry in one.rubric.traps}
    for name, entry in entries.items():
        fell = [one for one in read if one.scored and name in one.scored.traps]
        if fell:
            yield SheetLabel(
                name=name,
                plain=entry.plain,
                trap=True,
                description=f"Fallen into when {entry.fallen_into_when}",
                hint=entry.hint,
                total=len(fell),
                asked=len(read),
                good=_chosen(fell, names),
                missed=(),
                doubtful=(),
            )


def _chosen(candidates: Sequence[Judged], names: Sequence[str]) -> tuple[SheetReply, ...]:
    """A few replies of different learners and different words, the longer ones first; nothing tells the learner."""
    long = [one for one in candidates if len(_text(one).split()) >= WORDS] or list(candidates)
    ordered = sorted(long, key=lambda one: (-min(len(_text(one).split()), 60), _text(one)))
    chosen: list[SheetReply] = []
    learners: set[str] = set()
    said: set[str] = set()
    for one in ordered:
        text = redacted(_text(one), names)
        if one.attempt.learner in learners or text in said:
            continue
        learners.add(one.attempt.learner)
        said.add(text)
        vignette = one.attempt.item.vignette
        doubt = one.scored.review if one.scored and one.scored.review else ""
        chosen.append(SheetReply(vignette.last_client_words() if vignette else "", text, doubt))
        if len(chosen) == PER_KIND:
            break
    return tuple(chosen)


def _needed(one: Judged) -> tuple[str, ...]:
    move = asked_move(one.attempt.item)
    moves = one.attempt.vocabulary.moves
    return tuple(moves[move].criteria) if move is not None and move in moves else ()


def _text(one: Judged) -> str:
    text = one.attempt.answer.get("text")
    return " ".join(text.split()) if isinstance(text, str) else ""


def _names(term: Gathered) -> list[str]:
    parts: set[str] = set()
    for learner in term.learners:
        for name in (learner.first_name, learner.last_name, learner.full_name):
            parts.update((name, *name.replace("-", " ").split()))
        parts.add(learner.id)
    return sorted(part for part in parts if len(part) > 1)


def _vocabularies(term: Gathered) -> list[Vocabulary]:
    found = (term.kept.module(module.slug) for module in term.modules)
    return [release.vocabulary for release in found if release is not None]
