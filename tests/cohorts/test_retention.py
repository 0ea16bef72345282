"""When a cohort's retention period begins and is over; what is erased then; what stays of corrections."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from copied_term import begun
from report_term import DOUBTFUL, MODULE, TRAPPED, Term, scripted

from curriculum_utils.cli import cli
from curriculum_utils.cohorts import open_cohort, update_settings
from curriculum_utils.cohorts.corrections import KEPT, corrections, keep_corrections_of
from curriculum_utils.cohorts.deciding import decide
from curriculum_utils.cohorts.erasing import ERASURES, erase
from curriculum_utils.cohorts.retention import retention
from curriculum_utils.cohorts.review_queue import ReviewDesk
from curriculum_utils.grading.gradebook import engine
from curriculum_utils.grading.history import HISTORY, changes, keep_history
from curriculum_utils.responses import say_consent

WRITE = "fs-a-write"
REST = {"fs-a-choose": 1.0, "fs-a-spot": 0.0, "fs-a-match": 0.0, WRITE: 1.0}


@pytest.fixture
def term(tmp_path: Path) -> Term:
    return begun(tmp_path)


def run(term: Term, *words: str, code: int = 0) -> Result:
    done = CliRunner().invoke(cli, [*words, "--course", str(term.cohort.root)])
    assert done.exit_code == code, f"{done.output}\n{done.exception!r}"
    return done


def receipt(term: Term, received: str) -> None:
    path = term.cohort.folder / "receipts" / MODULE / "ana.json"
    path.parent.mkdir(parents=True)
    rest = {"how": "zip", "answers": 1, "items": 1, "digest": "", "releases": [], "file": "", "sha256": ""}
    path.write_text(json.dumps({"module": MODULE, "learner": "ana", "received": received, **rest}), "utf-8")


def test_it_begins_when_the_cohort_was_archived_whatever_happened_since(term: Term):
    receipt(term, "2030-01-01T00:00:00Z")
    cohort = update_settings(term.cohort, archived="2027-01-10T12:00:00+00:00", retention_days=10)
    found = retention(cohort, datetime(2027, 1, 20, 12, tzinfo=UTC))
    assert (found.by, found.over, found.over_since) == ("archived", True, datetime(2027, 1, 20, 12, tzinfo=UTC))
    assert not retention(cohort, datetime(2027, 1, 20, 11, 59, tzinfo=UTC)).over


def test_before_that_it_begins_with_the_last_hand_in_or_change_of_a_grade(term: Term):
    cohort = update_settings(term.cohort, created="2026-01-01T00:00:00+00:00", retention_days=1)
    made = datetime(2026, 1, 1, tzinfo=UTC)
    assert (retention(cohort).by, retention(cohort).begins) == ("made", made)
    receipt(term, "2026-03-01T10:00:00Z")
    assert (retention(cohort).by, retention(cohort).begins) == ("last activity", datetime(2026, 3, 1, 10, tzinfo=UTC))
    # A grade that is only found is no activity; one that is set later than the hand-in is.
    keep_history(cohort.gradebook_url)
    with engine(cohort.gradebook_url).begin() as connection:
        connection.execute(HISTORY.insert().values(change="found", at="2026-05-01T10:00:00.000Z"))
    assert retention(cohort).begins == datetime(2026, 3, 1, 10, tzinfo=UTC)
    with engine(cohort.gradebook_url).begin() as connection:
        connection.execute(HISTORY.insert().values(change="update", at="2026-04-01T10:00:00.000Z"))
    assert retention(cohort).begins == datetime(2026, 4, 1, 10, tzinfo=UTC)


def test_without_a_period_nothing_is_ever_over(term: Term):
    assert not retention(term.cohort, datetime(2999, 1, 1, tzinfo=UTC)).over
    assert run(term, "protect", "retention").output == (
        "spring  4 learners  no retention period\n1 cohort, 0 with learners whose period is over.\n"
    )


def test_a_cohort_is_erased_only_when_its_period_is_over_and_somebody_says_yes(term: Term):
    term.grade("ana", REST)
    term.answer("ana", WRITE, {"text": DOUBTFUL})
    term.enrol("only-in-nbgrader")
    words = ("protect", "retention", "--cohort", "spring", "--erase")
    now = datetime.now(UTC)
    update_settings(term.cohort, archived=now.isoformat(), retention_days=10)
    assert "nothing was erased" in str(run(term, *words, "--yes", code=1).exception)
    update_settings(term.cohort, archived=(now - timedelta(days=11)).isoformat())
    run(term, *words, code=1)  # nobody answers the question
    assert len(open_cohort(term.cohort.root, "spring").roster()) == 4
    assert run(term, *words, "--yes").output.endswith("spring: 5 learners erased.\n")
    cohort = open_cohort(term.cohort.root, "spring")
    assert cohort.roster() == []
    assert changes(cohort.gradebook_url, "ana") == []
    assert len((cohort.folder / ERASURES).read_text("utf-8").splitlines()) == 5
    # What is left can still be looked at, and the command may be run again.
    run(term, "cohort", "show", "spring")
    assert run(term, *words, "--yes").output.endswith("spring: 0 learners erased.\n")


def decided(term: Term) -> None:
    """Replies of two learners are corrected: one of them allows it to be used, the other does not."""
    for learner, text in (("ana", DOUBTFUL), ("bo", TRAPPED)):
        term.answer(learner, WRITE, {"text": text})
        term.grade(learner, REST, waits=[WRITE])
        desk = ReviewDesk(term.cohort, scorer=scripted())
        decide(term.cohort, desk.handle(desk.find(f"{MODULE}/{WRITE}/{learner}")), {}, by="lee", scorer=scripted())
    say_consent(term.log("ana", WRITE), given=True)
    say_consent(term.log("bo", WRITE), given=False)


def test_corrections_stay_where_the_learner_allowed_it_and_nothing_leads_back(term: Term):
    decided(term)
    before = corrections(term.cohort)
    assert [row.reply for row in before.rows] == [DOUBTFUL]
    keep_corrections_of(term.cohort, "ana")  # as a run that was killed behind this
    assert corrections(term.cohort).rows == before.rows
    for learner in ("ana", "bo"):
        erase(term.cohort, learner, by="lee")
    assert corrections(term.cohort).rows == before.rows
    kept = (term.cohort.folder / KEPT).read_text("utf-8")
    assert "ana" not in kept
    assert TRAPPED not in kept
    assert (term.cohort.folder / KEPT).stat().st_mode & 0o777 == 0o600


def test_corrections_go_with_the_learner_where_that_is_asked_for(term: Term):
    decided(term)
    erase(term.cohort, "ana", by="lee", corrections=False)
    assert corrections(term.cohort).rows == ()
