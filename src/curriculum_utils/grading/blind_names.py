"""Names that hide learners and markers from one another: drawn once per cohort, kept in its gradebook, never derived.

A name that was computed from an id could be computed back by trying the roster.
"""

import secrets
from collections.abc import Collection
from typing import Literal

from sqlalchemy import Column, Connection, MetaData, String, Table
from sqlalchemy.exc import IntegrityError

from curriculum_utils.grading.gradebook import engine, make_table

BLIND_NAME = Table(
    "curriculum_blind_name",
    MetaData(),
    Column("kind", String(16), primary_key=True),
    Column("who", String(128), primary_key=True),
    Column("name", String(16), nullable=False, unique=True),
)
Kind = Literal["learner", "marker"]
_TRIES = 5


def blind_names(db_url: str, people: Collection[str], *, kind: Kind = "learner") -> dict[str, str]:
    """A short name for each of these people, such as `7f`: the same at every call, unique in the cohort.

    Whoever has none yet gets one; markers have names of their own, whatever their ids.
    """
    make_table(db_url, BLIND_NAME)
    for attempt in range(_TRIES):
        try:
            with engine(db_url).begin() as connection:
                return _names(connection, people, kind)
        except IntegrityError:  # another process named somebody at the same time
            if attempt == _TRIES - 1:
                raise
    raise AssertionError("unreachable")


def _names(connection: Connection, people: Collection[str], kind: Kind) -> dict[str, str]:
    rows = list(connection.execute(BLIND_NAME.select()))
    known = {str(row.who): str(row.name) for row in rows if row.kind == kind}
    taken = {str(row.name) for row in rows}
    for who in sorted(set(people) - known.keys(), key=lambda _: secrets.randbits(32)):
        known[who] = _new(taken)
        taken.add(known[who])
        connection.execute(BLIND_NAME.insert().values(kind=kind, who=who, name=known[who]))
    return {who: known[who] for who in people}


def _new(taken: Collection[str]) -> str:
    """A name that is free; of two digits as long as half of those are."""
    digits = 2
    while sum(len(name) == digits for name in taken) >= 16**digits // 2:
        digits += 1
    while (name := f"{secrets.randbelow(16**digits):0{digits}x}") in taken:
        pass
    return name
