"""What people decided about replies label by label, beside what the scorer had found; the database is only read."""

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace

import pandas as pd
from sqlalchemy import create_engine, inspect, text
from sqlalchemy.exc import SQLAlchemyError

from curriculum_utils.cohorts import Cohort
from curriculum_utils.content import as_list, as_mapping
from curriculum_utils.grading.decided_outcome import standing_outcome
from curriculum_utils.grading.decisions import Decision, standing_decisions
from curriculum_utils.items import Scored
from curriculum_utils.reports.agreement import COLUMNS
from curriculum_utils.reports.answered import Answered, Place
from curriculum_utils.reports.notices import Notices

TABLE = "curriculum_decision"
DECISIONS = f"SELECT grade_id, action, labels FROM {TABLE} ORDER BY id"  # noqa: S608  # a constant


def read_decisions(cohort: Cohort, notices: Notices) -> pd.DataFrame:
    """The last decision on each answer as rows for `agreement`; empty where nobody has decided anything.

    A label that the scorer did not decide is left out: there is nothing to agree with.
    """
    rows: list[tuple[str, bool, bool]] = []
    if not cohort.gradebook_url.startswith("sqlite") or cohort.gradebook_path.is_file():
        engine = create_engine(cohort.gradebook_url)
        try:
            if inspect(engine).has_table(TABLE):
                with engine.connect() as connection:
                    last = {row.grade_id: row for row in connection.execute(text(DECISIONS))}
                rows = [pair for row in last.values() if row.action == "decide" for pair in _pairs(row.labels)]
        except (SQLAlchemyError, ValueError) as error:
            reason = str(getattr(error, "orig", None) or error).splitlines()[0]
            notices.add("decisions", f"What people decided cannot be read ({reason}); no agreement is shown.")
            rows = []
        finally:
            engine.dispose()
    return pd.DataFrame(rows, columns=list(COLUMNS))


def with_decisions(cohort: Cohort, answered: Mapping[Place, Answered]) -> list[Answered]:
    """The answers, those with a person's labels whose grade still is the person's and whose words were decided on."""
    decisions: dict[Place, Decision] = {}
    if not cohort.gradebook_url.startswith("sqlite") or cohort.gradebook_path.is_file():
        with suppress(SQLAlchemyError, ValueError, KeyError, TypeError):  # `read_decisions` tells of it
            standing = standing_decisions(cohort.gradebook_url).values()
            decisions = {(one.learner, one.module, one.item): one for one in standing}
    return [_with_decision(one, decisions.get(place)) for place, one in answered.items()]


def _with_decision(one: Answered, decision: Decision | None) -> Answered:
    if one.last is None or one.last.outcome is None or one.grade is None or not one.grade.by_person:
        return one
    attempt, found = one.last.attempt, one.last.outcome
    outcome = standing_outcome(attempt.item, attempt.answer, found, attempt.vocabulary, decision)
    return replace(one, decided=outcome) if outcome is not found and isinstance(outcome, Scored) else one


def _pairs(labels: str) -> Iterator[tuple[str, bool, bool]]:
    for entry in as_list(json.loads(labels)):
        fields = as_mapping(entry)
        label, person, machine = fields.get("label"), fields.get("person"), fields.get("machine")
        if isinstance(label, str) and isinstance(person, bool) and isinstance(machine, bool):
            yield label, person, machine
