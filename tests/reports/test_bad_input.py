"""What a report does with what it cannot read: it says so, leaves that out, and goes on."""

import shutil
from collections.abc import Callable

import pytest
import tiny_course
from report_term import DOUBTFUL, KNOWN, LABELS, MADE, MODULE, WHOLE, Term, keep, scripted

from curriculum_utils.errors import CohortError, ScoringError
from curriculum_utils.reports import ReportData, assemble, write_report
from curriculum_utils.scoring import Reply, ReplyScore, ScriptedScorer


def told(data: ReportData) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for notice in data.notices:
        found.setdefault(notice.where, []).append(notice.what)
    return found


def place(data: ReportData, learner: str):
    return next(row for row in data.learners if row.learner == learner).modules[0]


def test_a_term_in_order_has_nothing_to_tell(data: ReportData):
    assert data.notices == ()


def test_without_a_gradebook_there_are_no_points_and_no_gradebook_is_made(term: Term):
    term.cohort.gradebook_path.unlink()
    data = term.report()
    assert told(data) == {
        "cohorts/spring/gradebook.db": ["The gradebook is missing; the report shows no points."],
    }
    assert not term.cohort.gradebook_path.exists()
    assert [row.points for row in data.learners] == [None] * 4
    assert place(data, "ana").state == "not graded yet"
    # the maximum is then that of the release, and the scorer's reading stands: ana 1, cy 1/3, bo waits
    assert place(data, "ana").maximum == 9.0
    write = next(row for row in data.items if row.item == "fs-a-write")
    assert (write.n, write.credit) == (2, pytest.approx((1 + 1 / 3) / 2))


def test_a_gradebook_that_is_no_database_is_told(term: Term):
    term.cohort.gradebook_path.write_bytes(b"not a database, at all " * 50)
    data = term.report()
    assert "file is not a database" in told(data)["cohorts/spring/gradebook.db"][0]
    assert not data.gradebook


def test_before_anybody_hands_in_the_report_is_empty_and_whole(start: Callable[..., Term]):
    data = start().report()
    assert data.notices == ()
    assert [(module.learners, module.submitted, module.median) for module in data.modules] == [(4, 0, None)]
    assert len(data.items) == 8
    assert (data.attempts, data.learner_criteria) == ((), ())


def test_a_torn_line_costs_that_answer_and_no_other(term: Term):
    log = term.log("ana", "fs-choose").path
    lines = log.read_bytes().splitlines(keepends=True)
    lines[1] = lines[1][:40] + b"\n"  # ana's first answer to fs-choose
    log.write_bytes(b"".join(lines))
    data = term.report()
    (notices,) = told(data).values()
    assert notices[0] == "Line 2 is torn and was skipped."
    assert [row.credit for row in data.attempts if (row.learner, row.item) == ("ana", "fs-choose")] == [1.0]


def test_a_log_that_is_a_link_is_not_followed(term: Term):
    log = term.log("ana", "fs-choose").path
    log.rename(term.cohort.root / "elsewhere.jsonl")
    log.symlink_to(term.cohort.root / "elsewhere.jsonl")
    data = term.report()
    assert "is a link" in told(data)[f"submitted/spring/ana/{MODULE}/responses/1-look.practice.jsonl"][0]
    assert place(data, "ana").answered_practice == 0


def test_a_submission_that_is_a_link_is_not_followed(term: Term):
    folder = term.submitted("ana")
    folder.rename(term.cohort.root / "elsewhere")
    folder.symlink_to(term.cohort.root / "elsewhere")
    data = term.report()
    assert told(data)[f"submitted/spring/ana/{MODULE}"] == ["This is a link; it was not followed."]
    assert place(data, "ana").points == 6.0  # the gradebook has them


def test_who_is_not_on_the_roster_is_told_and_left_out(term: Term):
    shutil.copytree(term.cohort.step("submitted") / "ana", term.cohort.step("submitted") / "zoe")
    term.enrol("zoe")
    term.grade("zoe", {"fs-a-choose": 1.0})
    data = term.report()
    assert told(data) == {
        "gradebook": [f"“zoe” is not on the roster; the points in “{MODULE}” are left out."],
        "submitted/spring/zoe": ["“zoe” is not on the roster; this work is left out."],
    }
    assert {row.learner for row in data.attempts} == {"ana", "bo", "cy"}


def test_answers_recorded_for_somebody_else_are_left_out(term: Term):
    term.answer("dee", "fs-choose", {"option": "b"}, {"option": "b"}, says="ana")
    data = term.report()
    (notice,) = data.notices
    assert notice.what == "2 answers left out: recorded for “ana”, not for this learner."
    assert place(data, "dee").state == "not graded yet"  # it was handed in, all the same
    assert place(data, "dee").answered_practice == 0


def test_a_release_that_is_not_kept_leaves_its_answers_out(term: Term):
    shutil.rmtree(term.cohort.releases / MODULE / term.release.release)
    data = term.report()
    assert set(told(data)) == {f"submitted/spring/{name}/{MODULE}" for name in ("ana", "bo", "cy")}
    assert place(data, "ana").points == 6.0
    assert data.items == ()


def test_a_damaged_release_is_told(term: Term):
    path = term.cohort.releases / MODULE / term.release.release / "items.json"
    path.write_text(path.read_text("utf-8").replace("Your words", "My words"), "utf-8")
    data = term.report()
    assert any("This release cannot be read" in what for notices in told(data).values() for what in notices)
    assert place(data, "bo").points == 4.0


def test_an_answer_to_a_release_that_was_never_kept_is_counted_as_left_out(term: Term):
    path = term.submitted("dee") / "responses" / "1-look.practice.jsonl"
    path.parent.mkdir(parents=True)
    text = term.log("ana", "fs-choose").path.read_text("utf-8").splitlines()
    made_up = text[0].replace(term.release.release, "f" * 64).replace('"ana"', '"dee"')
    other = text[1].replace(term.release.items["fs-choose"].digest, "e" * 64)
    path.write_text(f"{made_up}\n{other}\n", "utf-8")
    data = term.report()
    told_of = [notice.what for notice in data.notices]
    assert f"1 answer left out: of a release that is not kept here ({'f' * 12})." in told_of


def test_a_graded_item_answered_in_another_notebook_s_log_is_left_out(term: Term):
    item = term.release.items["fs-a-choose"]
    term.log("ana", "fs-choose").append("commit", item.id, item.digest, {"option": "a"})
    data = term.report()
    assert [notice.what for notice in data.notices] == ["1 answer left out: in the log of another notebook."]
    # ana's answer b in the right log stands, at the first attempt too
    choose = next(row for row in data.items if row.item == "fs-a-choose")
    assert choose.first_credit == 0.5  # ana 1, bo 0


def test_an_unreadable_roster_is_stood_in_for_by_the_gradebook(term: Term):
    term.cohort.roster_path.write_text("name\nAna\n", "utf-8")
    data = term.report()
    assert [row.learner for row in data.learners] == ["ana", "bo", "cy", "dee"]
    assert "The roster cannot be read" in told(data)["cohorts/spring/roster.csv"][0]


def test_with_neither_roster_nor_gradebook_there_is_no_report(term: Term):
    term.cohort.roster_path.unlink()
    term.cohort.gradebook_path.unlink()
    with pytest.raises(CohortError, match="nothing to report on"):
        term.report()


def test_a_folder_that_cannot_be_written_is_named(term: Term):
    (term.cohort.root / "out").write_text("a file")
    with pytest.raises(CohortError, match="cannot be written there"):
        write_report(term.cohort, term.cohort.root / "out", scorer=scripted())


def test_an_unreadable_answer_waits_for_a_person(term: Term):
    term.answer("dee", "fs-choose", {"option": "z"})
    data = term.report()
    (row,) = [row for row in data.attempts if row.learner == "dee"]
    assert (row.state, row.credit) == ("waits for a person", None)
    assert "no option 'z' in this item" in row.reason


def test_a_blank_answer_is_no_answer(term: Term):
    term.answer("dee", "fs-write", {"text": "  "})
    data = term.report()
    write = next(row for row in data.items if row.item == "fs-write")
    assert write.answered == 2  # ana and bo
    assert [row.state for row in data.attempts if row.learner == "dee"] == ["blank"]


def test_a_label_that_the_scorer_has_not_learnt_leaves_the_reply_to_a_person(term: Term):
    scorer = ScriptedScorer({WHOLE: ("names_weight",)})
    data = assemble(term.cohort, scorer=scorer, made=MADE)
    assert all(row.asked == 0 for row in data.criteria)
    # ana 2, bo 2 and cy 1 last replies
    assert [row.unscored for row in data.criteria] == [5, 5, 5]
    written = [row for row in data.attempts if row.type == "write-reply"]
    assert {(row.state, row.credit) for row in written} == {("waits for a person", None)}


class BrokenScorer(ScriptedScorer):
    """Knows its labels and cannot score."""

    def score(self, replies: list[Reply]) -> list[ReplyScore]:
        raise ScoringError("the weights are gone")


def test_a_scorer_that_fails_is_told_and_choices_are_judged_all_the_same(term: Term):
    data = assemble(term.cohort, scorer=BrokenScorer(LABELS, known_labels=KNOWN), made=MADE)
    assert told(data)["scorer"] == ["Written replies could not be scored: the weights are gone"]
    assert data.moves[0].choose_n == 5
    # graded ones have the gradebook's points: ana's 3/3
    assert (data.moves[0].write_n, data.moves[0].write_credit) == (1, 1.0)


def test_a_release_made_with_another_scorer_is_told(term: Term):
    scorer = ScriptedScorer(LABELS, known_labels=KNOWN, scorer_version="newer")
    data = assemble(term.cohort, scorer=scorer, made=MADE)
    (notice,) = data.notices
    assert notice.where == f"release {term.release.release[:12]}"
    assert "made with scorer scripted" in notice.what
    assert "newer" in notice.what


def test_an_extension_granted_is_no_submission(term: Term):
    term.grade("dee", {})  # nbgrader's row, with empty grades that all ask for a person
    data = term.report()
    assert (place(data, "dee").state, place(data, "dee").waiting) == ("not handed in", 0)


def test_a_submission_of_which_nothing_could_be_scored_is_graded_all_the_same(term: Term):
    term.grade("dee", {"fs-a-write": None}, waits=["fs-a-write"])
    (term.cohort.step("autograded") / "dee" / MODULE).mkdir(parents=True)
    data = term.report()
    dee = place(data, "dee")
    # none of the four has a score
    assert (dee.state, dee.points, dee.share, dee.unscored) == ("graded", 0.0, None, 4)


# Corrected releases and items that leave the move open


def test_a_corrected_item_counts_as_new(term: Term):
    old = term.release
    exercise = tiny_course.FILES[f"exercises/{MODULE}/fs-choose.yaml"]
    term.release = keep(
        term.cohort,
        {f"exercises/{MODULE}/fs-choose.yaml": exercise.replace("The form, once more", "The form, corrected")},
    )
    term.answer("ana", "fs-choose", {"option": "c"})
    data = term.report()
    assert data.notices == ()
    choose = next(row for row in data.items if row.item == "fs-choose")
    # ana: only the corrected version, answered c: 0, one attempt. bo 1 and cy 0 → 0 answered the old one.
    assert choose.title == "The form, corrected"
    assert (choose.versions, choose.n, choose.credit) == (2, 3, pytest.approx(1 / 3))
    assert (choose.again_n, choose.again_first) == (1, 0.0)  # cy's
    assert {row.digest: row.current for row in data.releases} == {old.release: False, term.release.release: True}


def test_a_reply_to_an_item_that_leaves_the_move_open_is_counted_and_in_no_mean(start: Callable[..., Term]):
    exercise = tiny_course.FILES[f"exercises/{MODULE}/fs-write.yaml"]
    term = start(changes={f"exercises/{MODULE}/fs-write.yaml": exercise.replace("move: meet-the-weight\n", "")})
    term.answer("ana", "fs-write", {"text": WHOLE})
    term.answer("bo", "fs-write", {"text": "Mm."})  # uses no move
    term.answer("cy", "fs-a-write", {"text": DOUBTFUL})  # asks for the move: 1/3
    data = term.report()
    (move,) = data.moves
    assert (move.write_n, move.write_credit, move.open_n) == (1, pytest.approx(1 / 3), 1)
    asked = {row.criterion: (row.asked, row.open_met) for row in data.criteria}
    assert asked == {"names_weight": (1, 1), "names_pattern": (1, 1), "asks_open": (1, 1)}
