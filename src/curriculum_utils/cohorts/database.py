"""Where a cohort keeps its gradebook when that is not SQLite in its own folder: a database of its own, by URL."""

import importlib.util
from pathlib import Path
from typing import Any

from nbgrader.api import Base
from sqlalchemy import Column, MetaData, String, Table, inspect, select
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from curriculum_utils.errors import CohortError
from curriculum_utils.grading.config import SQLITE_TIMEOUT_S
from curriculum_utils.grading.gradebook import engine, make_table

_DRIVER = "postgresql+psycopg"
_FORMS = "postgresql://user@host/database (or sqlite:////an/absolute/path.db)"
# One row: whose database this is. nbgrader itself would let two courses share one, and their assignments collide.
OWNER = Table(
    "curriculum_owner",
    MetaData(),
    Column("cohort", String(128), primary_key=True),
    Column("course", String(1024), nullable=False),
)


def checked_url(text: str) -> str:
    """The URL as it is kept in cohort.yaml.

    Raises:
        CohortError: it is no database that can be used, or it holds a password.
    """
    try:
        url = make_url(text.strip())
    except (ArgumentError, ValueError):
        raise CohortError(f"the database's URL cannot be read; write {_FORMS}") from None
    if url.password is not None or any("password" in key.lower() for key in url.query):
        raise CohortError(
            "the database's URL holds a password, which cohort.yaml would show to whoever reads it; leave it out of "
            "the URL, and give it in ~/.pgpass or in the environment variable PGPASSWORD"
        )
    if url.drivername in ("postgresql", "postgres", _DRIVER):
        if not url.database:
            raise CohortError(f"the database's URL names no database; write {_FORMS}")
        return url.set(drivername=_DRIVER).render_as_string()
    if url.drivername == "sqlite":
        if not url.database or not Path(url.database).is_absolute():
            raise CohortError(f"a SQLite database is named by its whole path; write {_FORMS}")
        return url.set(database=str(Path(url.database).resolve()), query={}).render_as_string()
    raise CohortError(f'"{url.drivername}" is no database that a gradebook can be kept in; write {_FORMS}')


def working_url(kept: str) -> str:
    """The URL to open the database with."""
    return f"{kept}?timeout={SQLITE_TIMEOUT_S}" if is_sqlite(kept) else kept


def is_sqlite(kept: str) -> bool:
    return kept.startswith("sqlite:")


def claim(kept: str, root: Path, cohort: str, taken: dict[str, str]) -> None:
    """Makes the database this cohort's; again for the same cohort changes nothing.

    Args:
        taken: the databases of the course's other cohorts, with their cohort's names.
    Raises:
        CohortError: it cannot be reached, it is another cohort's, or it holds a gradebook already.
    """
    if kept in taken:
        raise CohortError(f"the database is that of the cohort {taken[kept]}; each cohort has one of its own")
    if kept.startswith(_DRIVER) and importlib.util.find_spec("psycopg") is None:
        raise CohortError('PostgreSQL needs a package that is not installed; run: pip install "psycopg[binary]"')
    course = str(root.resolve())
    try:
        owner = _owner(working_url(kept))
        if owner is None:
            make_table(working_url(kept), OWNER)
            with engine(working_url(kept)).begin() as connection:
                connection.execute(OWNER.insert().values(cohort=cohort, course=course))
        elif owner != (cohort, course):
            raise CohortError(f"the database is that of the cohort {owner[0]} of {owner[1]}; make another database")
        elif _has_submissions(working_url(kept)):
            raise CohortError(f"the database holds submissions to an earlier cohort {cohort}; make another database")
    except SQLAlchemyError as error:
        raise CohortError(
            f"the database cannot be used ({_reason(error, make_url(kept))}); see that it is running, that this "
            "account may make tables in it, and that the password is in ~/.pgpass or PGPASSWORD"
        ) from None


def _owner(url: str) -> tuple[str, str] | None:
    """Whose database it is; None where it is nobody's and holds no gradebook."""
    tables = set(inspect(engine(url)).get_table_names())
    if OWNER.name in tables:
        with engine(url).connect() as connection:
            row = connection.execute(select(OWNER.c.cohort, OWNER.c.course)).first()
        if row is not None:
            return str(row[0]), str(row[1])
    if "student" in tables or "assignment" in tables:
        raise CohortError("the database holds a gradebook already; make an empty one for this cohort")
    return None


def _has_submissions(url: str) -> bool:
    submission: Any = Base.metadata.tables["submitted_assignment"]
    if not inspect(engine(url)).has_table(submission.name):
        return False
    with engine(url).connect() as connection:
        return connection.execute(select(submission.c.id).limit(1)).first() is not None


def _reason(error: SQLAlchemyError, url: URL) -> str:
    """The first line of what the driver said; drivers name the address, which the instructor typed."""
    said = str(getattr(error, "orig", None) or error).strip().splitlines()
    return said[0] if said else f"no reason was given by {url.drivername}"
