"""A cohort that an earlier release made goes on in mid-term: it opens, keeps its grades, grades who hands in.

`data/cohort-before-the-desk.json` holds its files as that release wrote them, the gradebook as SQL: ana is graded, bo
has handed in. It is never made anew: what it holds is what instructors have on their disks.
"""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from nbgrader_course import ALL_POINTS, COHORT, NbgraderCourse, make_course

from curriculum_utils.cohorts import list_cohorts, open_cohort, update_settings

FILES: dict[str, str] = json.loads((Path(__file__).parent / "data/cohort-before-the-desk.json").read_text("utf-8"))


@pytest.fixture
def course(tmp_path: Path) -> NbgraderCourse:
    made = make_course(tmp_path)
    for name, text in FILES.items():
        path = made.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix == ".sql":
            with closing(sqlite3.connect(path.with_suffix(".db"))) as database:
                database.executescript(text)
        else:
            path.write_text(text, "utf-8")
    return made


def test_a_cohort_of_the_release_before_opens_grades_and_takes_new_settings(course: NbgraderCourse):
    [cohort] = list_cohorts(course.root)
    assert (cohort.name, cohort.settings.v, cohort.settings.late, cohort.settings.pass_mark) == (
        COHORT,
        1,
        "none",
        None,
    )
    assert [one.full_name for one in cohort.roster()] == ["Ana Okafor, K.", "Bo N"]
    # 1 + 3 + 2 + 3 points, as that release graded them.
    before = course.scores("ana")
    assert sum(score or 0 for score in before.values()) == ALL_POINTS
    course.autograde()
    assert course.scores("ana") == before
    assert sum(score or 0 for score in course.scores("bo").values()) == ALL_POINTS
    update_settings(cohort, pass_mark=60)
    now = open_cohort(course.root, COHORT).settings
    assert (now.created, now.pass_mark) == (cohort.settings.created, 60)
