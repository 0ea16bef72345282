"""Grades for other systems: the right points, the right shape, and nothing that a spreadsheet would run."""

import csv
import io
from pathlib import Path

import pytest
from copied_term import begun
from nbgrader.api import Gradebook
from report_term import MODULE, Term

from curriculum_utils.errors import CohortError
from curriculum_utils.reports.lms_grades import GradeFile, grade_file

ROSTER = (
    "id,first_name,last_name,email\n"
    'ana,Ana,"O\'Kafor, ""Doc""",ana@x.org\n'
    "bo,Bo,\"=cmd|' /C calc'!A0\",=2+3\n"
    "cy,Cy,Nørgaard,cy@x.org\n"
    "dee,Dee,Ray,dee@x.org\n"
)


@pytest.fixture
def term(tmp_path: Path) -> Term:
    """ana is done with a manual score and a penalty, bo is done, cy waits for a person, dee handed in nothing."""
    term = begun(tmp_path, ROSTER)
    term.late_rule("8.6957%")
    whole = {"fs-a-choose": 1.0, "fs-a-write": 3.0, "fs-a-spot": 1.0, "fs-a-match": 0.0}
    term.grade("ana", whole, manual={"fs-a-spot": 1.75}, late=True)  # 5.75 less 8.6957 %: 5.25
    term.grade("bo", dict.fromkeys(whole, 0.0))
    term.grade("cy", {**whole, "fs-a-write": None}, waits=["fs-a-write"])
    return term


def rows(found: GradeFile, encoding: str = "utf-8") -> list[list[str]]:
    return list(csv.reader(io.StringIO(found.content.decode(encoding), newline=""), strict=True))


def test_points_are_those_of_nbgraders_gradebook(term: Term):
    assert rows(grade_file(term.cohort, [], "moodle"))[1][4] == "5.25"
    with Gradebook(term.cohort.gradebook_url, term.cohort.name) as gradebook:
        one = gradebook.find_submission(MODULE, "ana")
        assert round(one.score - one.late_submission_penalty, 6) == 5.25


def test_canvas_gets_its_header_its_points_possible_and_one_row_for_each_final_grade(term: Term):
    found = rows(grade_file(term.cohort, [MODULE], "canvas"))
    # GradebookImporter: the first two headings hold "Student" and "ID", the last one before the assignments "Section".
    assert found[0] == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", MODULE]
    assert "Points Possible" in found[1][0]
    assert found[1][5] == "9"
    assert [row[2] for row in found[2:]] == ["ana", "bo"]
    assert [row[5] for row in found[2:]] == ["5.25", "0"]
    assert found[2][0] == 'O\'Kafor, "Doc", Ana'
    assert all(len(row) == 6 for row in found)
    assert not grade_file(term.cohort, [], "canvas").content.startswith(b"\xef\xbb\xbf")


def test_canvas_is_matched_by_login_or_email_where_that_is_asked_for(term: Term):
    login = rows(grade_file(term.cohort, [], "canvas", match="login"))
    assert [row[2:4] for row in login[2:]] == [["", "ana"], ["", "bo"]]
    email = grade_file(term.cohort, [], "canvas", match="email")
    # bo's email is a formula: it is no key, and bo is told.
    assert [row[2:4] for row in rows(email)[2:]] == [["", "ana@x.org"]]
    assert ("bo", "no email in the roster that Canvas could match") in [
        (one.learner, one.why) for one in email.left_out
    ]


def test_what_waits_and_what_is_missing_is_left_out_and_told(term: Term):
    found = grade_file(term.cohort, [], "moodle")
    assert [(one.learner, one.why) for one in found.left_out] == [
        ("cy", "1 answer waits for a person"),
        ("dee", "nothing handed in"),
    ]
    assert (found.learners, found.grades) == (2, 2)


def test_provisional_grades_come_only_when_asked_for(term: Term):
    found = rows(grade_file(term.cohort, [], "moodle", provisional=True))
    assert [(row[0], row[4]) for row in found[1:]] == [("ana", "5.25"), ("bo", "0"), ("cy", "2")]


def test_a_spreadsheet_has_everybody_opens_as_utf_8_and_runs_nothing(term: Term):
    found = grade_file(term.cohort, [], "csv")
    assert found.content.startswith(b"\xef\xbb\xbf")
    lines = list(csv.DictReader(io.StringIO(found.content.decode("utf-8-sig"), newline=""), strict=True))
    assert [line["id"] for line in lines] == ["ana", "bo", "cy", "dee"]
    assert lines[1]["last_name"] == "'=cmd|' /C calc'!A0"
    assert lines[1]["email"] == "'=2+3"
    assert lines[2]["last_name"] == "Nørgaard"
    states = [line[f"{MODULE}: state"] for line in lines]
    assert states == ["final", "final", "waits for a person", "not handed in"]
    assert [line[MODULE] for line in lines] == ["5.25", "0", "", ""]
    assert lines[0][f"{MODULE}: late penalty"] == "0.5"
    assert all(not cell.startswith(tuple("=+-@")) for line in lines for cell in line.values())


def test_moodle_gets_no_formula_in_any_cell(term: Term):
    cells = [cell for row in rows(grade_file(term.cohort, [], "moodle")) for cell in row]
    assert not [cell for cell in cells if cell.startswith(tuple("=+-@"))]


def test_a_column_may_have_the_other_systems_name(term: Term):
    found = rows(grade_file(term.cohort, [], "canvas", columns={MODULE: "Module 1 (4711)"}))
    assert found[0][5] == "Module 1 (4711)"
    with pytest.raises(CohortError, match='no module "other"'):
        grade_file(term.cohort, [], "canvas", columns={"other": "x"})


def test_a_penalty_never_takes_a_score_below_nothing(term: Term):
    term.grade("bo", {"fs-a-choose": 1.0, "fs-a-write": 0.0, "fs-a-spot": 0.0, "fs-a-match": 0.0}, late=True)
    term.late_rule("refuse")
    assert rows(grade_file(term.cohort, [], "moodle"))[2][4] == "0"


def test_an_extension_alone_is_no_grade(term: Term):
    with Gradebook(term.cohort.gradebook_url, term.cohort.name) as gradebook:
        gradebook.update_or_create_submission(MODULE, "dee")
    found = grade_file(term.cohort, [], "csv", provisional=True)
    assert [one.why for one in found.left_out if one.learner == "dee"] == ["nothing handed in"]
    (term.cohort.step("submitted") / "dee" / MODULE).mkdir(parents=True)
    found = grade_file(term.cohort, [], "csv")
    assert [one.why for one in found.left_out if one.learner == "dee"] == ["collected, not graded yet"]
