"""One late submission with a doubtful reply, through to the end: wherever points are told, they are the same points."""

import csv
import io
from datetime import UTC, datetime

import pytest
from nbgrader.api import Gradebook
from nbgrader_course import COHORT, DOUBTFUL, SHOW, NbgraderCourse, scripted_scorer
from tiny_course import ANSWERS, MODULE
from traitlets.config import Config

from curriculum_utils.cohorts import Cohort, open_cohort
from curriculum_utils.cohorts.auditing import audit
from curriculum_utils.cohorts.changing import change_cohort
from curriculum_utils.cohorts.deciding import decide, withdraw_decision
from curriculum_utils.cohorts.due import Due
from curriculum_utils.cohorts.extensions import extend
from curriculum_utils.cohorts.passing import passing
from curriculum_utils.cohorts.review_queue import review_queue
from curriculum_utils.content import words
from curriculum_utils.grading.gradebook import set_due_date
from curriculum_utils.grading.penalties import LATE_RULE
from curriculum_utils.items.returned import ReturnedPage, page_in
from curriculum_utils.reports import assemble
from curriculum_utils.reports.lms_grades import grade_file
from curriculum_utils.reports.xapi import statements

WRITE, SCORER = "fs-a-write", scripted_scorer()
# Handed in at noon, due an hour before.
SETTINGS = "name: spring\ncreated: '2026-03-01T12:00:00+00:00'\nlate: 20%\npass_mark: 60\n"


@pytest.fixture
def late(course: NbgraderCourse, monkeypatch: pytest.MonkeyPatch) -> NbgraderCourse:
    (course.folders.own / "cohort.yaml").write_text(SETTINGS, "utf-8")
    ruled = course.config()
    ruled.LatePenalty.rule = ruled.SettleLatePenalty.rule = "20%"

    def config(_course: NbgraderCourse) -> Config:
        return ruled

    monkeypatch.setattr(NbgraderCourse, "config", config)
    set_due_date(course.db_url, MODULE, datetime(2026, 3, 1, 11, tzinfo=UTC))
    course.hand_in("ana", {**ANSWERS, WRITE: {"text": DOUBTFUL}}, collected=True)
    course.api().autograde(MODULE, "ana", force=True)
    return course


def penalty(course: NbgraderCourse) -> float:
    with Gradebook(course.db_url, COHORT) as gradebook:
        return round(gradebook.find_submission(MODULE, "ana").late_submission_penalty, 4)


def told(cohort: Cohort) -> dict[str, float | None]:
    """The module's points of ana by each way out of the house."""
    found = grade_file(cohort, [], "csv", provisional=True).content.decode("utf-8-sig")
    line = next(row for row in csv.DictReader(io.StringIO(found)) if row["id"] == "ana")
    row = next(one for one in passing(cohort) if one.learner == "ana")
    learner = next(one for one in assemble(cohort, scorer=SCORER).learners if one.learner == "ana")
    scaled = [
        one["result"]["score"]["raw"]  # pyright: ignore
        for one in statements(cohort, home_page="https://learn.example.org")
        if str(one["verb"]["id"]).endswith("/completed")  # pyright: ignore
    ]
    return {
        "export": float(line[MODULE]),
        "passing": row.score,
        "report": None if learner.points is None else round(learner.points, 6),
        "records": scaled[0] if scaled else None,
    }


def page(course: NbgraderCourse) -> ReturnedPage:
    found = page_in(course.feedback("ana", SHOW).encode())
    assert found is not None
    return found


def test_points_are_the_same_wherever_they_are_told(late: NbgraderCourse):
    cohort = open_cohort(late.root, COHORT)
    # 1 + 0 + 2 + 3 by the scorer, less a fifth; one reply waits, so nothing is passed and no record is complete.
    assert penalty(late) == 1.2
    assert told(cohort) == {"export": 4.8, "passing": None, "report": 4.8, "records": None}

    (entry,) = review_queue(cohort, scorer=SCORER)
    decide(cohort, entry.handle, {"names_weight": "overturn"}, by="kim", scorer=SCORER)
    # A third of 3 points more: 7, of which a fifth is lost.
    assert penalty(late) == 1.4
    assert told(cohort) == dict.fromkeys(("export", "passing", "report", "records"), 5.6)
    assert passing(cohort)[0].outcome == "passed"  # 62.2 % of 60
    assert page(late).score == 4.8  # this notebook's 6 points less 1.2

    extend(cohort, MODULE, "ana", Due(datetime(2026, 3, 1, 13, tzinfo=UTC)), by="kim")
    assert penalty(late) == 0
    assert told(cohort) == dict.fromkeys(("export", "passing", "report", "records"), 7.0)
    assert page(late).score == 6

    extend(cohort, MODULE, "ana", Due(None), by="kim")
    assert penalty(late) == 1.4
    cohort = change_cohort(cohort, late="none").cohort
    assert penalty(late) == 0
    change = change_cohort(cohort, late="refuse")
    assert (change.penalties, penalty(late)) == (2, 7.0)
    assert told(change.cohort)["export"] == 0
    change_cohort(change.cohort, late="20%")
    withdraw_decision(cohort := open_cohort(late.root, COHORT), entry.handle, by="lee", scorer=SCORER)
    assert penalty(late) == 1.2
    assert told(cohort)["report"] == 4.8


def test_the_history_names_who_decided_and_the_rule(late: NbgraderCourse):
    cohort = open_cohort(late.root, COHORT)
    (entry,) = review_queue(cohort, scorer=SCORER)
    decide(cohort, entry.handle, {"names_weight": "overturn"}, by="kim", scorer=SCORER)
    withdraw_decision(cohort, entry.handle, by="lee", scorer=SCORER)
    by_item = audit(cohort, "ana").by_item()
    decided, taken_back = by_item[MODULE, SHOW, WRITE][-2:]
    assert (decided.who, decided.why) == ("kim", "a person decided on the answer")
    assert (decided.old.manual, decided.new.manual) == (None, 1.0)
    assert decided.versions["release"] == entry_release(late)
    assert decided.versions["scorer"] == SCORER.scorer_version
    assert (taken_back.who, taken_back.new.manual) == ("lee", None)
    # The penalty followed each: 5 points of this notebook were 6, and are 5 again.
    followed = by_item[MODULE, SHOW, ""][-2:]
    assert [(one.who, one.old.penalty, one.new.penalty) for one in followed] == [
        (LATE_RULE, 1.0, 1.2),
        (LATE_RULE, 1.2, 1.0),
    ]


def test_what_comes_back_and_what_is_mastered_go_by_the_persons_labels(late: NbgraderCourse):
    cohort = open_cohort(late.root, COHORT)
    machine = page(late).item(WRITE)
    assert machine is not None
    assert machine.outcome is not None
    assert machine.outcome.met == ()

    (entry,) = review_queue(cohort, scorer=SCORER)
    decide(cohort, entry.handle, {"names_weight": "overturn"}, by="kim", scorer=SCORER)
    html = late.feedback("ana", SHOW)
    back = page_in(html.encode())
    assert back is not None
    item = back.item(WRITE)
    assert item is not None
    assert item.outcome is not None
    assert (item.outcome.met, item.outcome.missing) == (("names_weight",), ("names_pattern", "asks_open"))
    assert item.outcome.verdict.startswith(words("decided-by-person"))
    assert html.count(words("decided-by-person")) == 2  # in the data and on the page
    mine = [one for one in assemble(cohort, scorer=SCORER).learner_criteria if one.learner == "ana"]
    graded = {one.criterion: one.met for one in mine}
    assert graded == {"names_weight": 2, "names_pattern": 1, "asks_open": 1}  # beside a whole reply in practice

    withdraw_decision(cohort, entry.handle, by="kim", scorer=SCORER)
    assert page(late).item(WRITE) == machine


def entry_release(course: NbgraderCourse) -> str:
    return (course.folders.releases / MODULE / "current").read_text("ascii").strip()
