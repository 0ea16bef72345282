"""What instructors say of single answers: a table of our own in the gradebook, as nbgrader has none for graded cells.

Nothing is written over: each remark is a row, the last row of an item is the one that learners read, and an empty
text withdraws those before it.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Column, Connection, Integer, MetaData, String, Table, Text, inspect

from curriculum_utils.grading.gradebook import comment_texts, engine, make_table
from curriculum_utils.items.returned import InstructorRemark

REMARK = Table(
    "curriculum_remark",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("learner", String(128), nullable=False, index=True),
    Column("module", String(128), nullable=False),
    Column("item", String(128), nullable=False),
    Column("text", Text, nullable=False),
    Column("by", String(128), nullable=False),
    Column("at", String(32), nullable=False),
)


@dataclass(frozen=True)
class Remarks:
    """What is said of one learner's answers in one notebook, by cell: ours, and comments kept by nbgrader itself."""

    own: dict[str, InstructorRemark]
    comments: dict[str, str]

    def of(self, cell: str) -> tuple[InstructorRemark, ...]:
        """What stands at a cell, nbgrader's comment first."""
        comment = (InstructorRemark(text=self.comments[cell]),) if cell in self.comments else ()
        return (*comment, self.own[cell]) if cell in self.own else comment


def add_remark(db_url: str, learner: str, module: str, item: str, text: str, *, by: str) -> None:
    """Keeps a remark; an empty text withdraws the one that stands."""
    make_table(db_url, REMARK)
    at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    row = {"learner": learner, "module": module, "item": item, "text": text, "by": by, "at": at}
    with engine(db_url).begin() as connection:
        connection.execute(REMARK.insert().values(**row))


def standing_remarks(db_url: str, learner: str, module: str) -> dict[str, InstructorRemark]:
    """The remark that stands at each item of a learner's module."""
    if not inspect(engine(db_url)).has_table(REMARK.name):
        return {}
    with engine(db_url).connect() as connection:
        where = (REMARK.c.learner == learner) & (REMARK.c.module == module)
        rows = connection.execute(REMARK.select().where(where).order_by(REMARK.c.id))
        last = {str(row.item): InstructorRemark(text=row.text, by=row.by, at=row.at) for row in rows}
    return {item: remark for item, remark in last.items() if remark.text}


def remarks_of(connection: Connection, db_url: str, learner: str, module: str, notebook: str) -> Remarks:
    """All that is said of a learner's answers in a notebook."""
    own = standing_remarks(db_url, learner, module)
    return Remarks(own, comment_texts(connection, learner, module, notebook))
