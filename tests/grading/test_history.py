"""Every change of a grade is written down, whoever makes it."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from contextlib import chdir
from datetime import UTC, datetime
from pathlib import Path

import pytest
from nbgrader.api import Gradebook
from nbgrader_course import COHORT, SHOW, NbgraderCourse
from sqlalchemy import create_engine
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import IntegrityError
from tiny_course import ANSWERS, MODULE

from curriculum_utils import __version__
from curriculum_utils.grading.gradebook import engine, grades_of, set_due_date, set_manual_score
from curriculum_utils.grading.history import (
    HISTORY,
    WRITER,
    Change,
    changes,
    keep_history,
    last_change,
    name_grading,
    writing,
)
from curriculum_utils.grading.history_sql import PREFIX, found_statement, trigger_statements
from curriculum_utils.grading.late import parse_late
from curriculum_utils.grading.penalties import settle_late_penalties
from curriculum_utils.grading.review import GRADING

SPOT, WRITE = "fs-a-spot", "fs-a-write"


@pytest.fixture(scope="module")
def graded_database(released_course: NbgraderCourse, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The gradebook after Ana's submission was graded once, with all 9 points; not to be changed."""
    folder = tmp_path_factory.mktemp("graded")
    shutil.copytree(released_course.root, folder / "course")
    own = NbgraderCourse(folder / "course", folder / "home")
    own.home.mkdir()
    own.hand_in("ana", collected=True)
    with chdir(own.root):
        own.autograde()
    return file(own)


@pytest.fixture
def graded(course: NbgraderCourse, graded_database: Path) -> NbgraderCourse:
    """Ana's submission, graded."""
    shutil.copyfile(graded_database, file(course))
    return course


def of(course: NbgraderCourse, item: str = SPOT) -> list[Change]:
    return changes(course.db_url, "ana", item=item)


def file(course: NbgraderCourse) -> Path:
    return course.folders.own / "gradebook.db"


def drop_triggers(course: NbgraderCourse) -> None:
    with sqlite3.connect(file(course)) as database:
        for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            database.execute(f"DROP TRIGGER {name}")


def test_a_grading_is_kept_as_grading_with_what_it_rests_on(graded: NbgraderCourse):
    first, *rest = of(graded)
    assert (first.learner, first.module, first.notebook, first.item) == ("ana", MODULE, SHOW, SPOT)
    assert (first.who, first.old.auto, first.new.auto) == (GRADING, None, 2.0)
    assert {"release", "rubric", "scorer", "key", "run"} <= set(first.versions)
    assert first.versions["scorer"] == "scripted"
    assert first.versions["product"] == __version__
    assert all(change.who == GRADING for change in rest)
    assert first.at.endswith("Z")
    assert len(first.at) == len("2026-11-22T20:19:54.295Z")


def test_a_score_given_in_formgrader_is_kept_as_from_outside(graded: NbgraderCourse):
    graded.decide("ana", SPOT, 1.5)
    last = of(graded)[-1]
    assert (last.who, last.why, last.versions) == (None, None, {})
    assert (last.old.manual, last.new.manual, last.new.score) == (None, 1.5, 1.5)


def test_plain_sql_is_kept_too(graded: NbgraderCourse):
    with sqlite3.connect(file(graded)) as database:
        database.execute("UPDATE grade SET extra_credit = 0.25 WHERE auto_score = 2.0")
    last = of(graded)[-1]
    assert (last.who, last.old.extra, last.new.extra) == (None, None, 0.25)
    assert last.new.score == 2.25


def test_a_write_that_changes_nothing_is_no_change(graded: NbgraderCourse):
    before = of(graded)
    with sqlite3.connect(file(graded)) as database:
        database.execute("UPDATE grade SET auto_score = auto_score")
    assert of(graded) == before


def test_a_writer_is_named_and_is_gone_afterwards(graded: NbgraderCourse):
    with writing(graded.db_url, who="lee", why="names the fear", what={"rubric": "0.1"}) as connection:
        set_manual_score(connection, grades_of(connection, "ana", MODULE, SHOW)[SPOT].id, 1.0)
    last = of(graded)[-1]
    assert (last.who, last.why) == ("lee", "names the fear")
    assert last.versions == {"rubric": "0.1", "product": __version__}
    graded.decide("ana", SPOT, 0.5)
    assert of(graded)[-1].who is None
    with engine(graded.db_url).connect() as connection:
        assert connection.execute(WRITER.select()).all() == []


def test_a_writer_that_fails_leaves_neither_change_nor_name(graded: NbgraderCourse):
    before = of(graded)

    def fails() -> None:
        with writing(graded.db_url, who="lee") as connection:
            set_manual_score(connection, grades_of(connection, "ana", MODULE, SHOW)[SPOT].id, 1.0)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fails()
    assert of(graded) == before
    assert graded.grades("ana")[SPOT].manual_score is None
    with engine(graded.db_url).connect() as connection:
        assert connection.execute(WRITER.select()).all() == []


def test_names_survive_the_deletion_of_what_they_name(graded: NbgraderCourse):
    with Gradebook(graded.db_url, COHORT) as gradebook:
        gradebook.remove_assignment(MODULE)
    last = of(graded)[-1]
    assert (last.change, last.module, last.notebook, last.old.auto) == ("delete", MODULE, SHOW, 2.0)


def test_names_survive_parents_that_went_first(graded: NbgraderCourse):
    with sqlite3.connect(file(graded)) as database:
        for table in ("submitted_notebook", "base_cell", "submitted_assignment", "grade"):
            database.execute(f"DELETE FROM {table}")
    last = of(graded)[-1]
    assert (last.change, last.module, last.notebook, last.item) == ("delete", MODULE, SHOW, SPOT)


def test_the_history_is_only_added_to(graded: NbgraderCourse):
    with sqlite3.connect(file(graded)) as database:
        for statement in (
            "DELETE FROM curriculum_grade_history",
            "UPDATE curriculum_grade_history SET new_auto_score = 9",
            "UPDATE curriculum_grade_history SET who = 'somebody'",
        ):
            with pytest.raises(sqlite3.IntegrityError, match="only added to"):
                database.execute(statement)


def test_an_erasure_says_who_it_is(graded: NbgraderCourse):
    with pytest.raises(IntegrityError), engine(graded.db_url).begin() as connection:
        connection.execute(HISTORY.delete().where(HISTORY.c.learner == "ana"))
    with writing(graded.db_url, who="erasure") as connection:
        newest = last_change(connection)
        connection.execute(HISTORY.delete().where(HISTORY.c.learner == "ana"))
    assert of(graded) == []
    graded.decide("ana", SPOT, 1.0)
    assert of(graded)[-1].id > newest, "a number is never given twice"


def test_a_cohort_from_before_begins_with_what_is_found(graded: NbgraderCourse):
    drop_triggers(graded)
    with sqlite3.connect(file(graded)) as database:
        database.execute("DROP TABLE curriculum_grade_history")
        database.execute("DROP TABLE curriculum_writer")
    graded.config()  # what any nbgrader command reads first
    (only,) = of(graded)
    assert (only.change, only.who, only.old.auto, only.new.auto) == ("found", None, None, 2.0)


def test_what_was_changed_while_nothing_watched_is_found(graded: NbgraderCourse):
    drop_triggers(graded)
    graded.decide("ana", SPOT, 1.0)
    before = of(graded)
    assert keep_history(graded.db_url)
    *same, last = of(graded)
    assert same == before
    assert (last.change, last.old.manual, last.new.manual) == ("found", None, 1.0)
    assert of(graded, WRITE)[-1].change != "found", "what had not changed is not told again"
    assert keep_history(graded.db_url)
    assert of(graded)[-1] == last, "and once"


def test_triggers_of_another_version_give_way(graded: NbgraderCourse):
    with sqlite3.connect(file(graded)) as database:
        database.execute(f"CREATE TRIGGER {PREFIX}old_update AFTER UPDATE ON grade BEGIN SELECT RAISE(ABORT, 'x'); END")
    keep_history(graded.db_url)
    graded.decide("ana", SPOT, 1.0)
    assert of(graded)[-1].new.manual == 1.0


def test_two_processes_make_it_at_once(graded: NbgraderCourse):
    drop_triggers(graded)
    with sqlite3.connect(file(graded)) as database:
        database.execute("DROP TABLE curriculum_grade_history")
        database.execute("DROP TABLE curriculum_writer")
    with ProcessPoolExecutor(4) as pool:
        assert list(pool.map(keep_history, [graded.db_url] * 8)) == [True] * 8
    assert [change.change for change in of(graded)] == ["found"]


def test_a_database_without_nbgraders_tables_is_left_alone(tmp_path: Path):
    assert keep_history(f"sqlite:///{tmp_path / 'empty.db'}") is False
    assert (
        create_engine(f"sqlite:///{tmp_path / 'empty.db'}")
        .connect()
        .exec_driver_sql("SELECT COUNT(*) FROM sqlite_master")
        .scalar()
        == 0
    )


def test_the_history_outlives_nbgrader_db_upgrade(graded: NbgraderCourse):
    # nbgrader copies the file by what stands in the address, and takes a `?timeout=60` for part of the name.
    graded.run("db", "upgrade", f"--CourseDirectory.db_url=sqlite:///{file(graded)}")
    graded.decide("ana", SPOT, 1.0)
    assert of(graded)[-1].new.manual == 1.0


def test_a_late_penalty_is_kept(graded: NbgraderCourse):
    with Gradebook(graded.db_url, COHORT) as gradebook:
        gradebook.find_submission_notebook(SHOW, MODULE, "ana").late_submission_penalty = 1.5
        gradebook.db.commit()
    last = [change for change in changes(graded.db_url, "ana") if change.item is None][-1]
    assert (last.notebook, last.old.penalty, last.new.penalty, last.who) == (SHOW, None, 1.5, None)


def test_the_late_rule_names_itself(graded: NbgraderCourse):
    set_due_date(graded.db_url, MODULE, datetime(2026, 3, 1, 11, tzinfo=UTC))  # an hour before it was handed in
    settle_late_penalties(graded.db_url, parse_late("refuse"))
    last = [change for change in changes(graded.db_url, "ana") if change.item is None][-1]
    assert (last.who, last.versions["late"], last.notebook) == ("late rule", "refuse", SHOW)
    assert last.new.penalty == 8.0  # 3 + 2 + 3 points of that lesson


def test_a_persons_score_given_while_it_is_graded_is_not_called_grading(graded: NbgraderCourse):
    with engine(graded.db_url).connect() as connection:
        after = last_change(connection)
    graded.decide("ana", SPOT, 1.0)
    with sqlite3.connect(file(graded)) as database:
        database.execute("UPDATE grade SET auto_score = 0.5 WHERE manual_score = 1.0")
    with engine(graded.db_url).begin() as connection:
        name_grading(connection, ("ana", MODULE, SHOW), after=after, who=GRADING, why="", what={}, item=SPOT)
    assert [change.who for change in of(graded)[-2:]] == [None, GRADING]


_KILLED = """
import os, signal, sys
from nbgrader_course import NbgraderCourse
from curriculum_utils.grading import review
from pathlib import Path

def kill(*_):
    os.kill(os.getpid(), signal.SIGKILL)

if sys.argv[2] == "after SaveAutoGrades":
    review.FlagForReview.preprocess = kill
elif sys.argv[2] == "before the flags are committed":
    review.put_rests_on = kill
else:
    review.FlagForReview._dress = kill
NbgraderCourse(Path(sys.argv[1]), Path(sys.argv[1]).parent / "home").autograde()
"""


@pytest.mark.parametrize("point", ["after SaveAutoGrades", "before the flags are committed", "after the flags"])
def test_what_a_killed_grading_left_is_never_called_the_next_ones(course: NbgraderCourse, point: str):
    course.hand_in("ana", {**ANSWERS}, collected=True)
    environment = course.environment()
    environment["PYTHONPATH"] = os.pathsep.join((environment["PYTHONPATH"], *sys.path))
    done = subprocess.run([sys.executable, "-c", _KILLED, str(course.root), point], env=environment, check=False)
    assert done.returncode == -signal.SIGKILL
    left = changes(course.db_url, "ana")
    assert left, "SaveAutoGrades commits by itself"
    kept = point == "after the flags"
    assert {change.who for change in left} == ({GRADING} if kept else {None})
    course.autograde()
    after = changes(course.db_url, "ana")
    assert after[: len(left)] == left
    assert {change.who for change in after[len(left) :]} == {GRADING}
    assert course.scores("ana") == {"fs-a-choose": 1.0, "fs-a-write": 3.0, "fs-a-spot": 2.0, "fs-a-match": 3.0}


def test_it_costs_little(graded: NbgraderCourse, tmp_path: Path):
    shutil.copy(file(graded), tmp_path / "gradebook.db")
    began = time.perf_counter()
    with sqlite3.connect(tmp_path / "gradebook.db") as database:
        for number in range(500):
            database.execute("UPDATE grade SET auto_score = ?", (number / 1000,))
        (count,) = database.execute("SELECT COUNT(*) FROM curriculum_grade_history").fetchone()
    assert count > 2000  # 4 grades, 500 times
    assert time.perf_counter() - began < 5


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
def test_both_dialects_have_a_trigger_for_each_operation(dialect: str):
    made = trigger_statements(dialect)
    assert {name.rsplit("_", 1)[1] for name in made} == {"insert", "update", "delete", "late", "keep", "hold"}
    assert not {*trigger_statements("sqlite")} & {*trigger_statements("postgresql")}
    text = " ".join(statement for statements in made.values() for statement in statements) + found_statement(dialect)
    assert ("IS DISTINCT FROM" in text) == (dialect == "postgresql")
    assert ("strftime" in text) == (dialect == "sqlite")
    assert "%" not in text or dialect == "sqlite", "psycopg reads a percent sign as a parameter"
    assert max(map(len, made)) < postgresql.dialect().max_identifier_length
