"""Who has passed: which hand-ins count, what is written down of each, and when."""

import csv
import io
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Literal

import pytest
from copied_term import begun
from nbgrader.api import Gradebook
from report_term import MODULE, Term

from curriculum_utils.cohorts import Cohort
from curriculum_utils.cohorts import passing as passing_module
from curriculum_utils.cohorts.changing import change_cohort
from curriculum_utils.cohorts.passing import (
    Passing,
    Rule,
    counted,
    note_hand_ins,
    outcome,
    passing,
    rule_of,
    standings_of,
)
from curriculum_utils.errors import CohortError
from curriculum_utils.grading.attempts import Attempt, answers_digest, attempts
from curriculum_utils.grading.standing import Standing
from curriculum_utils.reports.lms_grades import grade_file

ITEMS = ("fs-a-choose", "fs-a-write", "fs-a-spot", "fs-a-match")  # of 1, 3, 2 and 3 points: 9


def hand_in(score: float, *, settled: bool = True, day: int = 1) -> Attempt:
    return Attempt("ana", "m", f"2026-10-{day:02d}T18:00:00+00:00", "", score, 10.0, settled)


def said(hand_ins: Sequence[Attempt], mark: float | None, retakes: int | None, state: str = "settled") -> Passing:
    return outcome(Standing("ana", "m", state, 10.0), hand_ins, Rule(mark, retakes))  # pyright: ignore


def test_exactly_the_pass_mark_passes_and_a_hair_below_does_not():
    assert said([hand_in(7.0)], 70, None).outcome == "passed"
    assert said([hand_in(6.99)], 70, None).outcome == "not yet"


def test_the_best_hand_in_counts_and_not_the_last():
    found = said([hand_in(4), hand_in(8, day=2), hand_in(5, day=3)], 70, None)
    assert (found.outcome, found.score, found.share, found.passed_on) == ("passed", 8, 80.0, "2026-10-02")


def test_a_hand_in_beyond_the_retakes_does_not_count():
    # One retake: the first two count, of which the better has 5 of 10.
    found = said([hand_in(4), hand_in(5, day=2), hand_in(9, day=3)], 70, 1)
    assert (found.outcome, found.score, found.used, found.left) == ("not yet", 5, 3, 0)
    assert said([hand_in(4)], 70, 1).left == 1
    assert said([hand_in(4)], 70, 0).left == 0
    assert said([hand_in(4)], 70, None).left is None


def test_what_waits_for_a_person_is_neither_passed_nor_failed():
    assert said([hand_in(9, settled=False)], 70, None).outcome == "waiting"
    assert said([hand_in(9, settled=False)], 70, None).score is None
    # A hand-in that has passed stays passed while a later one is looked at.
    assert said([hand_in(8), hand_in(2, settled=False, day=2)], 70, None).outcome == "passed"


def test_nothing_handed_in_nothing_graded_and_no_mark_are_told_apart():
    assert said([], 70, None, "none").outcome == "not handed in"
    assert said([], 70, None, "collected").outcome == "waiting"
    assert said([hand_in(3)], 70, 0, "collected").outcome == "not yet"  # collected, but no retake is left
    assert said([hand_in(10)], None, None).outcome == "no pass mark"


def test_a_cohort_without_a_rule_has_no_mark_and_no_limit(tmp_path: Path):
    assert rule_of(begun(tmp_path).cohort, MODULE) == Rule(None, None)


def test_the_rule_is_read_from_the_cohorts_settings():
    settings = SimpleNamespace(pass_mark_of={MODULE: 70.0}.get, retakes_of={MODULE: 2}.get)
    assert rule_of(SimpleNamespace(settings=settings), MODULE) == Rule(70.0, 2)  # pyright: ignore


# With a gradebook


def work(term: Term, learner: str, words: str) -> None:
    """What grading leaves behind: the logs that the grades rest on."""
    folder = term.cohort.step("autograded") / learner / MODULE / "responses"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "2-show.jsonl").write_text(words, "utf-8")
    (folder / "2-show.practice.jsonl").write_text(f"practice {datetime.now(UTC)}", "utf-8")


def stamp(term: Term, learner: str, text: str) -> None:
    with Gradebook(term.cohort.gradebook_url, term.cohort.name) as gradebook:
        gradebook.update_or_create_submission(MODULE, learner, timestamp=text)


def graded(term: Term, learner: str, points: Sequence[float], day: int, words: str) -> None:
    term.grade(learner, dict(zip(ITEMS, points, strict=True)))
    stamp(term, learner, f"2026-10-{day:02d} 18:00:00 UTC")
    work(term, learner, words)


def scores(cohort: Cohort) -> list[float]:
    return [one.score for one in attempts(cohort.gradebook_url).get(("ana", MODULE), [])]


def test_each_graded_hand_in_is_kept_though_nbgrader_keeps_the_last(tmp_path: Path):
    term = begun(tmp_path)
    graded(term, "ana", (1, 3, 2, 1), 1, "first")
    note_hand_ins(term.cohort)
    graded(term, "ana", (0, 1, 0, 0), 5, "second")
    note_hand_ins(term.cohort)
    note_hand_ins(term.cohort)  # doing it again changes nothing
    assert scores(term.cohort) == [7.0, 1.0]
    row = next(one for one in passing(term.cohort) if one.learner == "ana")
    assert (row.score, row.maximum, row.share, row.used) == (7.0, 9.0, 77.78, 2)


def test_a_score_changed_by_a_person_is_brought_up_to_date(tmp_path: Path):
    term = begun(tmp_path)
    graded(term, "ana", (1, 3, 2, 1), 1, "first")
    note_hand_ins(term.cohort)
    term.grade("ana", dict(zip(ITEMS, (1, 3, 2, 1), strict=True)), manual={"fs-a-match": 3.0})
    stamp(term, "ana", "2026-10-01 18:00:00 UTC")
    note_hand_ins(term.cohort)
    assert scores(term.cohort) == [9.0]


def test_the_same_answers_handed_in_again_are_no_retake(tmp_path: Path):
    term = begun(tmp_path)
    graded(term, "ana", (1, 3, 2, 1), 1, "first")
    note_hand_ins(term.cohort)
    graded(term, "ana", (1, 3, 2, 1), 5, "first")
    for _ in range(2):
        note_hand_ins(term.cohort)
    assert scores(term.cohort) == [7.0]


def test_a_new_practice_answer_makes_no_other_hand_in(tmp_path: Path):
    term = begun(tmp_path)
    work(term, "ana", "same")
    folder = term.cohort.step("autograded") / "ana" / MODULE
    first = answers_digest(folder)
    (folder / "responses/2-show.practice.jsonl").write_text("more practice", "utf-8")
    assert first == answers_digest(folder) != ""
    (folder / "responses/2-show.jsonl").write_text("other", "utf-8")
    assert answers_digest(folder) != first


def test_an_unknown_module_is_refused_with_the_names_there_are(tmp_path: Path):
    with pytest.raises(CohortError, match=r'no module "first-step" in the gradebook.*first-steps'):
        passing(begun(tmp_path).cohort, "first-step")


def test_grading_notes_before_and_after(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    from curriculum_utils.cohorts import term as verbs

    told: list[str] = []
    monkeypatch.setattr(verbs, "note_hand_ins", lambda _cohort, module: told.append(f"noted {module}"))
    monkeypatch.setattr(verbs, "_each", lambda *_, **__: told.append("graded") or [])
    verbs.grade(begun(tmp_path).cohort, MODULE, [])
    assert told == [f"noted {MODULE}", "graded", f"noted {MODULE}"]
    assert verbs.note_hand_ins is not passing_module.note_hand_ins


def test_what_counts_goes_out_after_a_retake_and_not_what_was_handed_in_last(tmp_path: Path):
    term = begun(tmp_path)
    (term.cohort.step("autograded") / "ana" / MODULE).mkdir(parents=True)
    term.grade("ana", dict.fromkeys(ITEMS, 1.0))  # 4 points on the 10th
    note_hand_ins(term.cohort)
    term.grade("ana", {**dict.fromkeys(ITEMS, 0.0), ITEMS[0]: 1.0}, late=True)  # 1 point a day later
    place = ("ana", MODULE)
    best = counted(term.cohort)[place]
    assert (best.score, best.state, best.earlier, best.items) == (4.0, "settled", True, ())
    assert best.handed_in == datetime(2026, 10, 10, 18, tzinfo=UTC)
    assert passing(term.cohort)[0].score == 4.0
    assert sent(term, "csv") == ["4", "9", "", "final, an earlier hand-in"]
    assert sent(term, "moodle") == ["4"]

    # A retake that waits is not yet final: the earlier one counts. Settled and better, it counts itself.
    term.grade("ana", dict.fromkeys(ITEMS, 1.0) | {ITEMS[1]: 3.0}, late=True, waits=[ITEMS[1]])
    assert sent(term, "moodle") == ["4"]
    term.grade("ana", dict.fromkeys(ITEMS, 1.0) | {ITEMS[1]: 3.0}, late=True)
    assert sent(term, "csv") == ["6", "9", "0", "final"]

    # Without a retake the first hand-in is all that counts.
    cohort = change_cohort(term.cohort, retakes=0).cohort
    assert counted(cohort)[place].score == 4.0


def test_without_a_retake_what_counts_is_what_stands(tmp_path: Path):
    term = begun(tmp_path)
    (term.cohort.step("autograded") / "ana" / MODULE).mkdir(parents=True)
    term.grade("ana", dict.fromkeys(ITEMS, 1.0), waits=[ITEMS[1]])
    assert counted(term.cohort) == standings_of(term.cohort)
    assert sent(term, "moodle") == []
    term.grade("ana", dict.fromkeys(ITEMS, 1.0))
    assert counted(term.cohort) == standings_of(term.cohort)


def sent(term: Term, system: Literal["csv", "moodle"]) -> list[str]:
    """What another system gets for ana; nothing where she has no row."""
    lines = csv.reader(io.StringIO(grade_file(term.cohort, [], system).content.decode("utf-8-sig")))
    return next((line[4:] for line in lines if line[0] == "ana"), [])
