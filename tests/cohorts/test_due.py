"""Due dates: typed by an instructor, kept by nbgrader, beside a release and no part of it."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from nbgrader.api import Gradebook
from tiny_course import MODULE, edit, write_course

from curriculum_utils.cli import cli
from curriculum_utils.cohorts import Cohort, new_cohort
from curriculum_utils.cohorts.desk import LearnerDesk
from curriculum_utils.cohorts.due import parse_due, refresh_due
from curriculum_utils.content import load_release
from curriculum_utils.errors import CohortError
from curriculum_utils.items import SCHEMAS
from curriculum_utils.items.due import NAME, read_due, write_due

FIVE = datetime(2027, 3, 1, 16, tzinfo=UTC)  # 17:00 in Berlin, where winter time holds


# What an instructor types


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("2027-03-01 17:00 Europe/Berlin", FIVE),
        ("2027-03-01T16:00 UTC", FIVE),
        ("  2027-07-01 00:00   Asia/Kolkata ", datetime(2027, 6, 30, 18, 30, tzinfo=UTC)),
        ("none", None),
        ("None", None),
    ],
)
def test_a_date_is_read_in_its_own_zone(text: str, due: datetime | None):
    assert parse_due(text).at == due


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("2027-03-01 17:00", "names no time zone; write it behind the time: --due"),
        ("tomorrow", "is no due date; write day, time and time zone: --due"),
        ("", "is no due date"),
        ("2027-02-30 17:00 Europe/Berlin", r"is no due date \(day is out of range for month\)"),
        ("2027-03-01 25:00 Europe/Berlin", r"is no due date \(hour must be in 0..23\)"),
        ("2027-03-01 17:00 Europe/Berln", 'no time zone "Europe/Berln"; did you mean "Europe/Berlin"?'),
        ("2027-03-01 17:00 ../../etc/passwd", "no time zone"),
        ("2027-03-01 17:00 Europe", 'no time zone "Europe"'),
        ("0001-01-01 00:00 Asia/Tokyo", "is too far away"),
    ],
)
def test_what_is_no_date_is_answered_with_an_example(text: str, told: str):
    with pytest.raises(CohortError, match=told) as caught:
        parse_due(text)
    assert '--due "2027-03-01 17:00 Europe/Berlin"' in str(caught.value)


def test_a_time_that_the_clocks_skip_is_refused_with_the_one_they_show():
    with pytest.raises(CohortError, match=r"2027-03-28 02:30 does not exist in Europe/Berlin.*say 2027-03-28 03:30"):
        parse_due("2027-03-28 02:30 Europe/Berlin")


def test_a_time_that_comes_twice_is_asked_for_in_utc():
    with pytest.raises(CohortError, match=r"comes twice.*“2027-10-31 00:30 UTC”.*“2027-10-31 01:30 UTC”"):
        parse_due("2027-10-31 02:30 Europe/Berlin")
    assert parse_due("2027-10-31 01:30 UTC").at == datetime(2027, 10, 31, 1, 30, tzinfo=UTC)


# The file


def test_a_date_is_read_as_it_was_written_and_taken_away(tmp_path: Path):
    (tmp_path / "items.json").write_text("{}")
    write_due(tmp_path, FIVE)
    assert read_due(tmp_path) == FIVE
    write_due(tmp_path, None)
    assert [path.name for path in tmp_path.iterdir()] == ["items.json"]
    write_due(tmp_path, None)
    assert read_due(tmp_path) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        '{"v":1}',
        '{"v":2,"due":"2027-03-01T16:00:00Z"}',
        '{"v":1,"due":7}',
        '{"v":1,"due":"2027-03-01T16:00:00"}',
        '{"v":1,"due":"soon"}',
        '{"v":1,"due":"0001-01-01T00:00:00+14:00"}',
        "[" * 9_000,
        " " * 20_000,
    ],
)
def test_a_file_that_holds_no_date_is_none(tmp_path: Path, text: str):
    (tmp_path / NAME).write_text(text)
    assert read_due(tmp_path) is None


def test_a_link_is_not_followed(tmp_path: Path):
    (tmp_path / "module").mkdir()
    (tmp_path / NAME).write_text('{"v":1,"due":"2027-03-01T16:00:00Z"}')
    (tmp_path / "module" / NAME).symlink_to(tmp_path / NAME)
    assert read_due(tmp_path / "module") is None


# Releasing


class Course:
    """A course with one cohort, and its commands."""

    def __init__(self, root: Path) -> None:
        self.root = root
        write_course(root)
        (root / "roster.csv").write_text("id\nrobin\n")
        self.cohort: Cohort = new_cohort(root, "spring", root / "roster.csv")
        self.run("build")

    @property
    def outbound(self) -> Path:
        return self.cohort.exchange / "spring" / "outbound" / MODULE

    def run(self, *arguments: str) -> Result:
        return CliRunner().invoke(cli, [*arguments, "--course", str(self.root)])

    def release(self, *options: str) -> Result:
        return self.run("release", MODULE, "--cohort", "spring", *options)

    def nbgraders(self) -> datetime | None:
        with Gradebook(self.cohort.gradebook_url, "spring") as gradebook:
            return gradebook.find_assignment(MODULE).duedate


@pytest.fixture
def course(tmp_path: Path) -> Course:
    return Course(tmp_path / "course")


BERLIN = "2027-03-01 17:00 Europe/Berlin"


def test_a_date_goes_to_nbgrader_and_to_learners_and_is_no_part_of_the_release(course: Course):
    done = course.release("--due", BERLIN)
    assert done.exit_code == 0, done.output
    assert "Due 2027-03-01 17:00 Europe/Berlin (2027-03-01 16:00 UTC).\n" in done.output
    assert course.nbgraders() == datetime(2027, 3, 1, 16)  # noqa: DTZ001 - nbgrader's dates are in UTC and do not say so
    assert read_due(course.outbound) == FIVE
    digest = load_release(course.outbound, SCHEMAS).release
    (kept,) = (path for path in (course.cohort.releases / MODULE).iterdir() if path.is_dir())
    assert kept.name == digest == load_release(course.root / "source" / MODULE, SCHEMAS).release
    assert not (kept / NAME).exists()
    # Another date is no other release, and who has fetched hears of it.
    LearnerDesk(course.cohort, "robin", course.root / "robin").fetch(MODULE)
    assert read_due(course.root / "robin" / MODULE) == FIVE
    done = course.release("--due", "2027-03-08 17:00 Europe/Berlin")
    assert done.exit_code == 0, done.output
    assert load_release(course.outbound, SCHEMAS).release == digest
    refresh_due(course.cohort, MODULE, course.root / "robin" / MODULE)
    assert read_due(course.root / "robin" / MODULE) == datetime(2027, 3, 8, 16, tzinfo=UTC)
    shown = course.run("cohort", "show", "spring").output
    assert f"due        {MODULE}  2027-03-08 16:00 UTC\n" in shown
    assert '"2027-03-08T16:00:00Z"' in course.run("cohort", "show", "spring", "--json").output
    # Without --due it stays, also where the release is put out anew.
    assert course.release("--force").exit_code == 0
    assert read_due(course.outbound) == datetime(2027, 3, 8, 16, tzinfo=UTC)
    done = course.release("--due", "none")
    assert done.exit_code == 0, done.output
    assert "It has no due date now." in done.output
    assert (course.nbgraders(), read_due(course.outbound)) == (None, None)
    refresh_due(course.cohort, MODULE, course.root / "robin" / MODULE)
    assert not (course.root / "robin" / MODULE / NAME).exists()


def test_where_releasing_is_refused_the_date_stays_as_it_was(course: Course):
    course.release("--due", BERLIN)
    edit(course.root / "curriculum", "vignettes/the-form.yaml", "Again.", "Once more.")
    course.run("build")
    done = course.release("--due", "2027-04-01 17:00 Europe/Berlin")
    assert done.exit_code == 1
    assert "in another version" in str(done.exception)
    assert course.nbgraders() == datetime(2027, 3, 1, 16)  # noqa: DTZ001 - as above
    assert read_due(course.outbound) == FIVE


def test_nonsense_changes_nothing(course: Course):
    done = course.release("--due", "soon")
    assert done.exit_code == 1
    assert not course.outbound.exists()


def test_a_date_that_is_over_is_told(course: Course):
    assert (
        "(2020-03-01 16:00 UTC), which is over already."
        in course.release("--due", "2020-03-01 17:00 Europe/Berlin").output
    )


# Remarks

NEXT = f"Next, for the learner to read it: curriculum feedback {MODULE} --cohort spring"


def test_a_remark_is_kept_withdrawn_and_never_put_at_nothing(course: Course):
    def remark(*arguments: str) -> tuple[int, str]:
        done = course.run("remark", *arguments, "--cohort", "spring", "--by", "lee")
        return done.exit_code, f"{done.output}{done.exception or ''}"

    assert "is not released to spring" in remark("robin", MODULE, "fs-a-write", "x")[1]
    course.release()
    assert remark("robin", MODULE, "fs-a-write", "Read it aloud.") == (
        0,
        f"fs-a-write of robin: remark kept.\n{NEXT}\n",
    )
    assert "remark withdrawn" in remark("robin", MODULE, "fs-a-write", " ")[1]
    assert remark("robin", MODULE, "fs-a-write", "")[1] == "fs-a-write of robin: there is no remark to withdraw.\n"
    for wrong, told in (
        (("robbin", MODULE, "fs-a-write"), 'no learner "robbin" in spring; did you mean "robin"?'),
        (("robin", "first-step", "fs-a-write"), f'no module "first-step"; did you mean "{MODULE}"?'),
        (("robin", MODULE, "fs-a-wrte"), 'no graded exercise "fs-a-wrte" in first-steps; did you mean "fs-a-write"?'),
        (("robin", MODULE, "fs-write"), "did you mean"),
    ):
        code, said = remark(*wrong, "x")
        assert (code, told in said) == (1, True), said
    assert "10,000 are the most" in remark("robin", MODULE, "fs-a-write", "x" * 10_001)[1]
