"""What people decided, as labelled replies in the form that the scorer trains on; see data/replies/README.md.

Nothing in a line says whose reply it is. It leaves the cohort only with the learner's consent, as their logs say it.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from curriculum_utils.cohorts.cohort import Cohort
from curriculum_utils.cohorts.going_out import write_out
from curriculum_utils.content import sha256
from curriculum_utils.errors import LogUnreadable
from curriculum_utils.grading.blind_names import blind_names
from curriculum_utils.grading.decisions import DecidedLabel, Decision, standing_decisions
from curriculum_utils.responses import LogContents, consents, private_details, read_log
from curriculum_utils.responses.log import FOLDER


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
    # By an id that is drawn at random: the gradebook's order would tell whose replies stand together.
    return Corrections(tuple(sorted(rows, key=lambda one: one.id)), without, details)


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
    lines = [json.dumps(vars(row), ensure_ascii=False) + "\n" for row in found.rows]
    write_out(to, "".join(lines).encode())
    return found
