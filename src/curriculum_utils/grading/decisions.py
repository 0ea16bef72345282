"""What people decided about written answers, label by label: a table of our own beside nbgrader's, never written over.

A decision and the points that follow from it are committed together. The last row of a grade is the one that holds; a
withdrawal is a row too. What the labels earn is worked out in `cohorts.deciding`.
"""

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, Literal, cast

from nbgrader.api import Base
from sqlalchemy import Boolean, Column, Float, Integer, MetaData, String, Table, Text, inspect

from curriculum_utils.grading.gradebook import engine, make_table
from curriculum_utils.grading.history import resting_on, writing

_GRADE = cast(Mapping[str, Table], Base.metadata.tables)["grade"]

# What the history of grades says of them.
_WHY = {"decide": "a person decided on the answer", "withdraw": "a person's decision was taken back"}

DECISION = Table(
    "curriculum_decision",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("uid", String(32), nullable=False, unique=True),
    Column("grade_id", String(32), nullable=False, index=True),
    Column("learner", String(128), nullable=False, index=True),
    Column("module", String(128), nullable=False, index=True),
    Column("item", String(128), nullable=False),
    Column("action", String(16), nullable=False),
    Column("labels", Text, nullable=False),
    Column("replies", Text, nullable=False),
    Column("reply_digest", String(64), nullable=False),
    Column("by", String(128), nullable=False),
    Column("at", String(32), nullable=False),
    Column("release", String(64), nullable=False),
    Column("rubric_version", String(128), nullable=False),
    Column("scorer_version", String(128), nullable=False),
    Column("previous_score", Float),
    Column("score", Float),
    Column("waits", Boolean, nullable=False),
)


@dataclass(frozen=True)
class DecidedLabel:
    """One label of one reply. `turn` counts a session's replies from 1; 0 for a reply that stands alone.

    `machine` is what the scorer found, None where it left the reply unscored; `person` is what was decided.
    """

    turn: int
    label: str
    machine: bool | None
    person: bool
    probability: float | None = None

    @property
    def key(self) -> str:
        """How a person names it: the label, behind the turn's number in a session."""
        return label_key(self.turn, self.label)


@dataclass(frozen=True)
class SaidReply:
    """A reply with the client's words that it answers, as they were when it was decided on."""

    client: str
    reply: str


@dataclass(frozen=True)
class Decision:
    """A person's word on one answer; scores in points, `score` None where a withdrawal left none.

    `replies` stay with the decision: a later submission takes the place of the one that was decided on.
    """

    grade_id: str
    learner: str
    module: str
    item: str
    action: Literal["decide", "withdraw"]
    labels: tuple[DecidedLabel, ...]
    replies: tuple[SaidReply, ...]
    reply_digest: str
    by: str
    release: str
    rubric_version: str
    scorer_version: str
    previous_score: float | None
    score: float | None
    waits: bool = False
    at: str = ""
    uid: str = ""

    def says_the_same_as(self, other: "Decision") -> bool:
        """Whether both leave the grade as it is for the same reasons, whoever said so first."""
        mine, others = (
            (one.action, one.labels, one.reply_digest, one.by, one.score, one.release) for one in (self, other)
        )
        return mine == others


def label_key(turn: int, label: str) -> str:
    """`label`, or `2:label` for the second reply of a session."""
    return f"{turn}:{label}" if turn else label


def write_decisions(db_url: str, decisions: Sequence[Decision]) -> None:
    """Keeps the decisions and sets the grades that they are about, all in one transaction.

    A decision sets nbgrader's manual score and clears its flag; a withdrawal takes the manual score away again. The
    history of grades says of each who decided and on which versions it rests.
    """
    if not decisions:
        return
    make_table(db_url, DECISION)
    at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    by = {one.by for one in decisions}
    why = _WHY[decisions[0].action]
    if len(by) > 1 or any(_WHY[one.action] != why for one in decisions):
        raise ValueError("one person decides, or takes back, what is written together")
    with writing(db_url, who=decisions[0].by, why=why) as connection:
        for one in decisions:
            versions = {"release": one.release, "rubric": one.rubric_version, "scorer": one.scorer_version}
            resting_on(connection, {name: version for name, version in versions.items() if version})
            manual = one.score if one.action == "decide" else None
            values: dict[str, Any] = {"manual_score": manual, "needs_manual_grade": one.waits}
            connection.execute(_GRADE.update().where(_GRADE.c.id == one.grade_id).values(**values))
            connection.execute(DECISION.insert().values(**_row(one, at)))


def _row(one: Decision, at: str) -> dict[str, Any]:
    row: dict[str, Any] = vars(one) | {"at": at, "uid": secrets.token_hex(16)}
    row["labels"] = json.dumps([asdict(entry) for entry in one.labels], ensure_ascii=False)
    row["replies"] = json.dumps([asdict(entry) for entry in one.replies], ensure_ascii=False)
    return row


def all_decisions(db_url: str, module: str | None = None) -> list[Decision]:
    """Every decision ever made, oldest first; none where nobody has decided anything."""
    if not inspect(engine(db_url)).has_table(DECISION.name):
        return []
    statement = DECISION.select().order_by(DECISION.c.id)
    if module is not None:
        statement = statement.where(DECISION.c.module == module)
    with engine(db_url).connect() as connection:
        return [_decision(dict(row)) for row in connection.execute(statement).mappings()]


def _decision(row: dict[str, Any]) -> Decision:
    row.pop("id")
    row["labels"] = tuple(DecidedLabel(**entry) for entry in json.loads(row["labels"]))
    row["replies"] = tuple(SaidReply(**entry) for entry in json.loads(row["replies"]))
    return Decision(**row)


def standing_decisions(db_url: str, module: str | None = None) -> dict[str, Decision]:
    """The decision that holds of each grade, by grade; one that was withdrawn holds no longer."""
    last = {one.grade_id: one for one in all_decisions(db_url, module)}
    return {grade_id: one for grade_id, one in last.items() if one.action == "decide"}
