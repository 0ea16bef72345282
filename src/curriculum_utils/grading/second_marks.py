"""What a second marker was asked to read and found there: tables of our own, beside grades that they never touch."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Column, Float, Integer, MetaData, String, Table, Text, UniqueConstraint, inspect
from sqlalchemy.exc import IntegrityError

from curriculum_utils.grading.decisions import DecidedLabel
from curriculum_utils.grading.gradebook import engine, make_table

SAMPLE = Table(
    "curriculum_second_sample",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("module", String(128), nullable=False),
    Column("marker", String(128), nullable=False),
    Column("share", Float, nullable=False),
    Column("seed", Integer, nullable=False),
    Column("grades", Text, nullable=False),
    Column("at", String(32), nullable=False),
    # Drawing the same sample once more, or twice at once, gives the one that is there.
    UniqueConstraint("module", "marker", "share", "seed"),
)
MARK = Table(
    "curriculum_second_mark",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("grade_id", String(32), nullable=False, index=True),
    Column("learner", String(128), nullable=False, index=True),
    Column("module", String(128), nullable=False),
    Column("item", String(128), nullable=False),
    Column("labels", Text, nullable=False),
    Column("reply_digest", String(64), nullable=False),
    Column("by", String(128), nullable=False),
    Column("at", String(32), nullable=False),
)


@dataclass(frozen=True)
class Sample:
    """The grades, by id, that a marker was asked to read."""

    module: str
    marker: str
    share: float
    seed: int
    grades: tuple[str, ...]


@dataclass(frozen=True)
class SecondMark:
    """What a second marker found in one answer; `machine` of each label is the scorer's word, kept for comparison."""

    grade_id: str
    learner: str
    module: str
    item: str
    labels: tuple[DecidedLabel, ...]
    reply_digest: str
    by: str
    at: str = ""


def keep_sample(db_url: str, sample: Sample) -> Sample:
    """Keeps a sample, unless one was drawn with the same words before: the one that holds is given back."""
    make_table(db_url, SAMPLE)
    row = vars(sample) | {"grades": json.dumps(sample.grades), "at": _now()}
    try:
        with engine(db_url).begin() as connection:
            connection.execute(SAMPLE.insert().values(**row))
    except IntegrityError:
        same = ("module", "marker", "share", "seed")
        return next(one for one in samples(db_url) if all(getattr(one, key) == getattr(sample, key) for key in same))
    return sample


def samples(db_url: str) -> list[Sample]:
    """Every sample that was drawn, oldest first."""
    rows = _rows(db_url, SAMPLE)
    return [
        Sample(row["module"], row["marker"], row["share"], row["seed"], tuple(json.loads(row["grades"])))
        for row in rows
    ]


def keep_mark(db_url: str, mark: SecondMark) -> None:
    """Keeps what a second marker found; their last word on an answer counts."""
    make_table(db_url, MARK)
    labels = json.dumps([asdict(one) for one in mark.labels])
    with engine(db_url).begin() as connection:
        connection.execute(MARK.insert().values(**(vars(mark) | {"labels": labels, "at": _now()})))


def second_marks(db_url: str, module: str | None = None) -> list[SecondMark]:
    """The last word of each second marker on each answer."""
    found: dict[tuple[str, str], SecondMark] = {}
    for row in _rows(db_url, MARK):
        row.pop("id")
        row["labels"] = tuple(DecidedLabel(**one) for one in json.loads(row["labels"]))
        mark = SecondMark(**row)
        if module in (None, mark.module):
            found[mark.grade_id, mark.by] = mark
    return list(found.values())


def _rows(db_url: str, table: Table) -> Sequence[dict[str, Any]]:
    if not inspect(engine(db_url)).has_table(table.name):
        return []
    with engine(db_url).connect() as connection:
        return [dict(row) for row in connection.execute(table.select().order_by(table.c.id)).mappings()]


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
