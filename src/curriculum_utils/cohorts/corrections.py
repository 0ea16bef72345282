"""What people decided, as labelled replies in the form that the scorer trains on; see data/replies/README.md.

Nothing in a line says whose reply it is. It leaves the cohort only with the learner's consent, as their logs say it.
Lines of learners who consented and were erased since are kept in a file of their own, as nothing leads back to them.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from curriculum_utils.cohorts.cohort import Cohort
from curriculum_utils.cohorts.files import write_private
from curriculum_utils.cohorts.going_out import write_out
from curriculum_utils.content import sha256
from curriculum_utils.errors import CohortError, LogUnreadable, display_path
from curriculum_utils.grading.blind_names import blind_names
from curriculum_utils.grading.decisions import DecidedLabel, Decision, standing_decisions
from curriculum_utils.responses import LogContents, consents, private_details, read_log
from curriculum_utils.responses.log import FOLDER

KEPT = "kept-corrections.jsonl"


@dataclass(frozen=True)
class Correction:
    """One reply: `first` has what the scorer gave it, `second` and `labels` what a person did."""

    id: str
    writer: str
    module: str
    client_id: str
    client: str
    reply: str
    labels: list[str]
    near: list[str]
    kind: str
    first: list[str]
    second: list[str]


@dataclass(frozen=True)
class Corrections:
    """What may leave the cohort, and how many replies may not: without consent, or with details of a real person."""

    rows: tuple[Correction, ...]
    without_consent: int
    with_details: int


def corrections(cohort: Cohort, module: str | None = None) -> Corrections:
    """The decided replies whose learners consent; each line's `writer` is a pseudonym of whoever decided."""
    url = cohort.gradebook_url
    decisions = [one for one in standing_decisions(url, module).values() if one.labels]
    found = _of(cohort, decisions)
    rows = {one.id: one for one in _kept(cohort) if module in (None, one.module)} | {one.id: one for one in found.rows}
    # By an id that is drawn at random: the gradebook's order would tell whose replies stand together.
    return Corrections(tuple(rows[name] for name in sorted(rows)), found.without_consent, found.with_details)


def keep_corrections_of(cohort: Cohort, learner: str) -> None:
    """Keeps the lines of a learner who is about to be erased, if they consented; again it changes nothing."""
    decisions = [one for one in standing_decisions(cohort.gradebook_url).values() if one.labels]
    rows = {one.id: one for one in _of(cohort, [one for one in decisions if one.learner == learner]).rows}
    before = {one.id: one for one in _kept(cohort)}
    if rows.keys() - before.keys():
        every = before | rows
        write_private(cohort.folder / KEPT, "".join(_line(every[name]) for name in sorted(every)).encode())


def _kept(cohort: Cohort) -> list[Correction]:
    path = cohort.folder / KEPT
    try:
        return [Correction(**json.loads(line)) for line in path.read_text("utf-8").splitlines()]
    except FileNotFoundError:
        return []
    except (OSError, ValueError, TypeError):
        raise CohortError(f"{display_path(path)}: cannot be read; restore it from a backup, or remove it") from None


def _of(cohort: Cohort, decisions: list[Decision]) -> Corrections:
    url = cohort.gradebook_url
    writers = blind_names(url, {one.by for one in decisions}, kind="marker")
    willing = {learner for learner in {one.learner for one in decisions} if has_consented(cohort, learner)}
    rows: list[Correction] = []
    without = details = 0
    for one in decisions:
        for turn, said in enumerate(one.replies):
            if one.learner not in willing:
                without += 1
            elif private_details(said.reply) or private_details(said.client):
                details += 1
            else:
                rows.append(_row(one, turn, f"corrector-{writers[one.by]}"))
    return Corrections(tuple(rows), without, details)


def has_consented(cohort: Cohort, learner: str) -> bool:
    """Whether the learner's collected logs say that corrected replies may be used for training."""
    logs: list[LogContents] = []
    for path in sorted(cohort.step("submitted").joinpath(learner).glob(f"*/{FOLDER}/*.jsonl")):
        try:
            logs.append(read_log(path))
        except LogUnreadable:
            return False  # what cannot be read may hold a no
    return consents(logs, learner)


def _row(one: Decision, turn: int, writer: str) -> Correction:
    said = one.replies[turn]
    # A reply that stands alone has turn 0, those of a session count from 1.
    of_reply = [label for label in one.labels if label.turn in (0, turn + 1)]
    person = _names(label for label in of_reply if label.person)
    return Correction(
        id=f"{writer}-{sha256(f'{one.uid}/{turn}')[:12]}",
        writer=writer,
        module=one.module,
        client_id=f"{writer}-{sha256(said.client)[:8]}",
        client=said.client,
        reply=said.reply,
        labels=person,
        near=_names(label for label in of_reply if label.machine and not label.person),
        kind="plain",
        first=_names(label for label in of_reply if label.machine),
        second=person,
    )


def _names(labels: Iterable[DecidedLabel]) -> list[str]:
    return [one.label for one in labels]


def export_corrections(cohort: Cohort, to: Path, module: str | None = None) -> Corrections:
    """Writes what may leave the cohort as JSON lines, readable by this user alone; a file that is there is replaced.

    Raises:
        CohortError: the file cannot be written; one that was there is as it was.
    """
    found = corrections(cohort, module)
    write_out(to, "".join(map(_line, found.rows)).encode())
    return found


def _line(row: Correction) -> str:
    return json.dumps(vars(row), ensure_ascii=False) + "\n"
