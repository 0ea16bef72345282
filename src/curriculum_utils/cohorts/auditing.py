"""The whole history of one learner's grades, read from the gradebook: changes, and what was said and decided.

Steps of one grading that cancel each other are told as one change or not at all; `--json` has every single one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import MetaData, Table, inspect, select

from curriculum_utils.cohorts.cohort import Cohort
from curriculum_utils.content.suggest import did_you_mean
from curriculum_utils.errors import CohortError
from curriculum_utils.grading.gradebook import engine
from curriculum_utils.grading.history import HISTORY, Change, Standing, changes, keep_history

OUTSIDE = "formgrader or another program"
# Tables of ours that may say more of a learner, each with a column `learner`; a gradebook has only some of them.
_PREFIX = "curriculum_"
_PASSED_OVER = {HISTORY.name, "curriculum_writer"}


@dataclass(frozen=True)
class Note:
    """One row of another table of ours about the learner: a remark, a decision, an extension."""

    kind: str
    row: Mapping[str, object]

    @property
    def at(self) -> str:
        return str(self.row.get("at") or "")


@dataclass(frozen=True)
class Audit:
    """One learner's history: every change oldest first, the notes beside it, and what stands now by module and item."""

    learner: str
    changes: tuple[Change, ...]
    notes: tuple[Note, ...]

    def by_item(self) -> dict[tuple[str, str, str], list[Change]]:
        """The changes as a person reads them, by module, notebook and item; an empty item is a notebook's penalty."""
        found: dict[tuple[str, str, str], list[Change]] = {}
        for change in self.changes:
            place = (change.module or "?", change.notebook or "?", change.item or "")
            found.setdefault(place, []).append(change)
        return {place: told for place, every in sorted(found.items()) if (told := together(every))}


def audit(cohort: Cohort, learner: str, *, module: str | None = None, item: str | None = None) -> Audit:
    """All that is known of how a learner's grades came about.

    Args:
        module: of this module alone.
        item: of this item alone.
    Raises:
        CohortError: nobody of that id is, or was, in the cohort.
    """
    keep_history(cohort.gradebook_url)
    every = changes(cohort.gradebook_url, learner, module=module, item=item)
    known = [one.id for one in cohort.roster()]
    if not every and learner not in known:
        raise CohortError(f'no learner "{learner}" in {cohort.name}{did_you_mean(learner, known)}')
    return Audit(learner, tuple(every), tuple(_notes(cohort.gradebook_url, learner, module, item)))


def together(every: Sequence[Change]) -> list[Change]:
    """The changes of one item, those of one grading made one; what a grading only passed through is left out."""
    found: list[Change] = []
    for change in every:
        run, last = change.versions.get("run"), found[-1] if found else None
        if last is not None and run is not None and last.versions.get("run") == run:
            found[-1] = replace(change, old=last.old, change=last.change)
        else:
            found.append(change)
    return [change for change in found if change.old != change.new]


def who(change: Change) -> str:
    """Who or what made a change, as a person reads it."""
    if change.who is not None:
        return change.who
    return "found as it stood" if change.change == "found" else OUTSIDE


def standing(change: Change) -> Standing:
    """What stands after a change; nothing after a deletion."""
    return Standing() if change.change == "delete" else change.new


def _notes(db_url: str, learner: str, module: str | None, item: str | None) -> list[Note]:
    names = sorted(name for name in inspect(engine(db_url)).get_table_names() if name.startswith(_PREFIX))
    found: list[Note] = []
    with engine(db_url).connect() as connection:
        for name in names:
            if name in _PASSED_OVER:
                continue
            table = Table(name, MetaData(), autoload_with=connection)
            if "learner" not in table.c or (item is not None and "item" not in table.c):
                continue
            statement = select(table).where(table.c.learner == learner)
            for column, value in (("module", module), ("item", item)):
                if value is not None and column in table.c:
                    statement = statement.where(table.c[column] == value)
            kind = name.removeprefix(_PREFIX).replace("_", " ")
            rows: list[dict[str, Any]] = [dict(row) for row in connection.execute(statement).mappings()]
            found += [Note(kind, row) for row in rows]
    return sorted(found, key=lambda note: (note.at, note.kind))
