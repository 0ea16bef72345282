"""Each graded hand-in, kept beside nbgrader's tables: nbgrader keeps one submission, and a retake takes its place."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Boolean, Column, Connection, Float, Integer, MetaData, String, Table, inspect

from curriculum_utils.grading.gradebook import engine, make_table
from curriculum_utils.grading.standing import Standing
from curriculum_utils.responses import receipt
from curriculum_utils.responses.log import FOLDER
from curriculum_utils.responses.receipt import answer_files

ATTEMPT = Table(
    "curriculum_attempt",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("learner", String(128), nullable=False, index=True),
    Column("module", String(128), nullable=False),
    Column("handed_in", String(32), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("score", Float, nullable=False),
    Column("maximum", Float, nullable=False),
    Column("settled", Boolean, nullable=False),
    Column("at", String(32), nullable=False),
)


@dataclass(frozen=True)
class Attempt:
    """One graded hand-in; `score` in points after the late penalty, final once `settled`.

    `handed_in` is nbgrader's time stamp in UTC, empty where there was none; `digest` is the SHA-256 of the assessed
    answers, empty where they were not at hand. `at` is when it was first written down.
    """

    learner: str
    module: str
    handed_in: str
    digest: str
    score: float
    maximum: float
    settled: bool
    at: str = ""


def answers_digest(folder: Path) -> str:
    """The SHA-256 (hex) of the assessed answers in a hand-in; empty where no log is there.

    What a learner sees differently is no answer: to say so and hand in again uses up no retake.
    """
    logs = [path for path in answer_files(folder / FOLDER) if not path.name.endswith(".practice.jsonl")]
    return receipt.answers_digest(logs, receipt.ANSWERS) if logs else ""


def note_attempts(db_url: str, standings: dict[Standing, str]) -> None:
    """Writes down what these graded hand-ins stand at; one that is known by its time stamp is brought up to date.

    A hand-in whose answers are those of the one before is the same attempt. All in one transaction; doing it again
    changes nothing.

    Args:
        standings: the digest of the answers by standing; empty where it is not known.
    """
    graded = {one: digest for one, digest in standings.items() if one.score is not None}
    if not graded:
        return
    make_table(db_url, ATTEMPT)
    with engine(db_url).begin() as connection:
        for standing, digest in graded.items():
            _note(connection, standing, digest)


def _note(connection: Connection, standing: Standing, digest: str) -> None:
    stamp = "" if standing.handed_in is None else standing.handed_in.isoformat()
    mine = (ATTEMPT.c.learner == standing.learner) & (ATTEMPT.c.module == standing.module)
    rows = list(connection.execute(ATTEMPT.select().where(mine).order_by(ATTEMPT.c.id)))
    known = next((row for row in rows if row.handed_in == stamp), None)
    if known is None and rows and digest and rows[-1].digest == digest:
        known = rows[-1]
    values: dict[str, object] = {
        "handed_in": stamp,
        "score": standing.score,
        "maximum": standing.maximum,
        "settled": standing.state == "settled",
    }
    if known is None:
        now = datetime.now(UTC).isoformat(timespec="seconds")
        values |= {"learner": standing.learner, "module": standing.module, "digest": digest, "at": now}
        connection.execute(ATTEMPT.insert().values(**values))
        return
    if digest:
        values["digest"] = digest
    # The first time stamp says in which order hand-ins came; the same answers handed in again change nothing of it.
    values["handed_in"] = known.handed_in
    connection.execute(ATTEMPT.update().where(ATTEMPT.c.id == known.id).values(**values))


def attempts(db_url: str) -> dict[tuple[str, str], list[Attempt]]:
    """Every graded hand-in that was written down, by learner and module, in the order in which they came."""
    if not inspect(engine(db_url)).has_table(ATTEMPT.name):
        return {}
    found: dict[tuple[str, str], list[Attempt]] = {}
    with engine(db_url).connect() as connection:
        for row in connection.execute(ATTEMPT.select().order_by(ATTEMPT.c.id)).mappings():
            values: dict[str, Any] = {str(name): value for name, value in row.items() if name != "id"}
            values["settled"] = bool(values["settled"])
            one = Attempt(**values)
            found.setdefault((one.learner, one.module), []).append(one)
    return found
