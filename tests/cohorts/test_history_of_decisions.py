"""What is decided in the review queue stands in the history of the grade under the name of who decided it."""

from pathlib import Path

from report_term import DOUBTFUL, MODULE, begin, scripted

from curriculum_utils.cohorts.auditing import audit
from curriculum_utils.cohorts.deciding import decide
from curriculum_utils.cohorts.review_queue import ReviewDesk

WRITE = "fs-a-write"


def test_a_decision_is_in_the_history_and_beside_it(tmp_path: Path):
    term, scorer = begin(tmp_path), scripted()
    term.answer("ana", WRITE, {"text": DOUBTFUL})
    term.grade("ana", {WRITE: 0.25}, waits=[WRITE])
    desk = ReviewDesk(term.cohort, scorer=scorer)
    (made,) = decide(term.cohort, desk.handle(desk.find(f"{MODULE}/{WRITE}/ana")), by="kim", scorer=scorer)
    found = audit(term.cohort, "ana", item=WRITE)
    before, last = found.changes
    # The score from before the history began, then the decision.
    assert (before.change, before.who, before.new.score, before.new.waits) == ("found", None, 0.25, True)
    assert (last.who, last.old.score, last.new.score, last.new.waits) == ("kim", 0.25, 1.0, False)
    assert made.score == 1.0, "one of three criteria, of three points"
    assert last.versions["release"] == term.release.release
    assert [note.kind for note in found.notes] == ["decision"]
