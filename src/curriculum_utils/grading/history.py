"""The history of every grade, whoever sets it: tables beside nbgrader's, filled by triggers, and how writers say who.

    with writing(db_url, who="decision of lee", why="names the fear", what={"rubric": "0.3"}) as connection:
        ...  # the trigger writes each change down with these words

A write without it is kept as one from outside: formgrader, an nbgrader command or another program made it.
"""

import json
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Float,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    func,
    inspect,
    text,
)

from curriculum_utils import __version__
from curriculum_utils.content import as_mapping
from curriculum_utils.grading.gradebook import engine, make_table
from curriculum_utils.grading.history_sql import (
    HISTORY_NAME,
    PREFIX,
    VALUES,
    WRITER_NAME,
    drop_statement,
    found_statement,
    trigger_statements,
)

HISTORY = Table(
    HISTORY_NAME,
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("at", String(32), nullable=False),
    Column("change", String(16), nullable=False),
    Column("grade_id", String(32), index=True),
    Column("learner", String(128), index=True),
    Column("module", String(128)),
    Column("notebook", String(128)),
    Column("item", String(128)),
    Column("who", Text),
    Column("why", Text),
    Column("versions", Text),
    *(
        Column(f"{side}_{name}", Boolean if name == "needs_manual_grade" else Float)
        for side in ("old", "new")
        for name in (*VALUES, "penalty")
    ),
    sqlite_autoincrement=True,  # a number is never given twice, also after an erasure
)
# Whoever writes puts a row here, and takes it away, in one and the same transaction: no other ever sees it.
WRITER = Table(
    WRITER_NAME,
    MetaData(),
    Column("token", String(32), primary_key=True),
    Column("who", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("versions", Text, nullable=False),
)
_LOCK = 0x6375_7272  # any fixed number: who holds it on PostgreSQL makes the triggers


@dataclass(frozen=True)
class Standing:
    """One grade's values at a moment, in points; `waits` for a person. A notebook's change has only `penalty`."""

    auto: float | None = None
    manual: float | None = None
    extra: float | None = None
    waits: bool | None = None
    penalty: float | None = None

    @property
    def score(self) -> float | None:
        """What counts, as nbgrader counts it: a person's points before the scorer's, and extra credit on top."""
        given = self.manual if self.manual is not None else self.auto
        return given if self.extra is None else (given or 0.0) + self.extra


@dataclass(frozen=True)
class Change:
    """One change of one grade, or of a notebook's late penalty, where `item` is None.

    `at` is RFC 3339 in UTC. `change` is insert, update, delete, or found: a value that was there before the history,
    or was changed while nothing watched. `who` is None for a write from outside.
    """

    id: int
    at: str
    change: str
    learner: str | None
    module: str | None
    notebook: str | None
    item: str | None
    who: str | None
    why: str | None
    versions: Mapping[str, object]
    old: Standing
    new: Standing


@contextmanager
def writing(
    db_url: str, *, who: str, why: str = "", what: Mapping[str, str | None] | None = None
) -> Generator[Connection]:
    """A transaction in which every change of a grade is kept with these words; rolled back if the block raises.

    Args:
        who: who or what sets the grades, as `curriculum audit` shall show it.
        why: the reason, as a sentence.
        what: versions it rests on, such as release, rubric and scorer; this package's own is added.
    """
    if not keep_history(db_url):
        make_table(db_url, WRITER)
    versions = json.dumps({**(what or {}), "product": __version__}, sort_keys=True, ensure_ascii=False)
    token = uuid4().hex
    with engine(db_url).begin() as connection:
        connection.execute(WRITER.insert().values(token=token, who=who, why=why, versions=versions))
        yield connection
        connection.execute(WRITER.delete().where(WRITER.c.token == token))


def resting_on(connection: Connection, what: Mapping[str, str | None]) -> None:
    """Inside `writing`: other versions for what is written from here on."""
    versions = json.dumps({**what, "product": __version__}, sort_keys=True, ensure_ascii=False)
    connection.execute(WRITER.update().values(versions=versions))  # it sees no row but its own


def keep_history(db_url: str) -> bool:
    """Sees to it that every later change of a grade is written down; quick where that is so already.

    What stands without a history is written down as found. Safe to call again and from several processes at once.

    Returns:
        Whether there is a gradebook to watch: nbgrader makes its tables when it first opens one.
    """
    known = inspect(engine(db_url))
    if not all(known.has_table(name) for name in ("grade", "submitted_notebook")):
        return False
    make_table(db_url, HISTORY)
    make_table(db_url, WRITER)
    dialect = engine(db_url).dialect.name
    wanted = trigger_statements(dialect)
    with engine(db_url).connect() as connection:
        if set(_triggers(connection)) == set(wanted):
            return True
    with engine(db_url).connect() as connection:
        _lock(connection)
        there = _triggers(connection)
        for name, table in there.items():
            if name not in wanted:
                connection.execute(text(drop_statement(dialect, name, table)))
        for name, statements in wanted.items():
            if name not in there:
                for statement in statements:
                    connection.exec_driver_sql(statement)
        if set(there) != set(wanted):  # else another process was faster
            connection.exec_driver_sql(found_statement(dialect))
        connection.commit()
    return True


def _lock(connection: Connection) -> None:
    """One process at a time makes triggers, and nothing is graded meanwhile."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _LOCK})
        connection.execute(text("LOCK TABLE grade IN SHARE ROW EXCLUSIVE MODE"))


def _triggers(connection: Connection) -> dict[str, str]:
    """Our triggers that there are, with the table of each."""
    query = (
        "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger' AND name LIKE :ours"
        if connection.dialect.name == "sqlite"
        else "SELECT t.tgname, c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
        "WHERE NOT t.tgisinternal AND t.tgname LIKE :ours AND pg_table_is_visible(c.oid)"
    )
    rows = connection.execute(text(query), {"ours": f"{PREFIX}%"})
    return {str(name): str(table) for name, table in rows}


def last_change(connection: Connection) -> int:
    """The number of the newest change; 0 if there is none."""
    return int(connection.execute(HISTORY.select().with_only_columns(func.max(HISTORY.c.id))).scalar() or 0)


def name_grading(
    connection: Connection,
    place: tuple[str, str, str],
    *,
    after: int,
    who: str,
    why: str,
    what: Mapping[str, str | None],
    item: str | None = None,
) -> None:
    """Says of the changes that nbgrader's own steps wrote in a grading that it was the grading.

    A change that touched a person's points is never among them: somebody made it meanwhile, in formgrader.

    Args:
        place: learner, module and notebook.
        after: the newest change before the grading began.
        item: of this item alone; of the notebook's late penalty where it is None.
    """
    names = dict(zip(("learner", "module", "notebook"), place, strict=True))
    where = (HISTORY.c.id > after) & HISTORY.c.who.is_(None) & HISTORY.c.change.in_(("insert", "update"))
    for name, value in names.items():
        where &= HISTORY.c[name] == value
    where &= HISTORY.c.item.is_(None) if item is None else HISTORY.c.item == item
    for name in ("manual_score", "extra_credit"):
        where &= HISTORY.c[f"old_{name}"].is_not_distinct_from(HISTORY.c[f"new_{name}"])
    versions = json.dumps({**what, "product": __version__}, sort_keys=True, ensure_ascii=False)
    connection.execute(HISTORY.update().where(where).values(who=who, why=why, versions=versions))


def changes(db_url: str, learner: str, *, module: str | None = None, item: str | None = None) -> list[Change]:
    """Every change of a learner's grades, oldest first; of one module or item, where they are given."""
    if not inspect(engine(db_url)).has_table(HISTORY.name):
        return []
    where = HISTORY.c.learner == learner
    if module is not None:
        where &= HISTORY.c.module == module
    if item is not None:
        where &= HISTORY.c.item == item
    with engine(db_url).connect() as connection:
        rows = connection.execute(HISTORY.select().where(where).order_by(HISTORY.c.id)).mappings()
        return [_change({str(name): value for name, value in row.items()}) for row in rows]


def _change(row: dict[str, Any]) -> Change:
    names = ("auto_score", "manual_score", "extra_credit", "needs_manual_grade", "penalty")
    old, new = (Standing(*(row[f"{side}_{name}"] for name in names)) for side in ("old", "new"))
    about = {name: row[name] for name in ("id", "at", "change", "learner", "module", "notebook", "item", "who", "why")}
    return Change(**about, versions=as_mapping(json.loads(row["versions"] or "{}")), old=old, new=new)
