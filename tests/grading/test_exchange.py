"""Collecting and releasing through the exchange."""

import shutil
from pathlib import Path

import pytest
from nbgrader_course import COHORT, NbgraderCourse, told
from tiny_course import ANSWERS, MODULE, edit

from curriculum_utils.content import load_release
from curriculum_utils.items import SCHEMAS
from curriculum_utils.items.pinned import PinnedReleases

pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")


def submitted(course: NbgraderCourse, learner: str) -> Path:
    return course.folders.step("submitted", learner, MODULE)


def why(course: NbgraderCourse, learner: str) -> str:
    (note,) = (course.folders.own / "set-aside" / MODULE).glob(f"{learner}+*/WHY.txt")
    return note.read_text("utf-8")


# Collecting


def test_a_submission_is_collected_as_it_was_handed_in(course: NbgraderCourse):
    source = course.hand_in("ana")
    course.collect()
    for path in source.rglob("*"):
        if path.is_file() and not path.name.endswith(".lock"):
            assert (submitted(course, "ana") / path.relative_to(source)).read_bytes() == path.read_bytes()


def test_files_that_are_locked_while_a_log_is_written_stay_behind(course: NbgraderCourse):
    course.hand_in("ana", change=lambda folder: (folder / "responses" / ".2-show.jsonl.lock").touch())
    course.collect()
    assert list(submitted(course, "ana").rglob("*.lock")) == []


def test_a_submission_with_a_link_is_set_aside_with_the_reason_and_the_others_go_on(course: NbgraderCourse):
    course.hand_in("ana", change=lambda folder: (folder / "notes").symlink_to(course.root / "curriculum" / "keys"))
    course.hand_in("bo")
    log = course.collect()
    assert not submitted(course, "ana").exists()
    assert submitted(course, "bo").is_dir()
    assert "This submission was not collected: “notes” is a link." in why(course, "ana")
    assert "1 of 2 submissions were set aside" in log


def test_a_learner_who_is_not_on_the_roster_is_set_aside(course: NbgraderCourse):
    course.hand_in("eve")
    course.collect()
    assert not submitted(course, "eve").exists()
    assert "“eve” is not on the roster" in why(course, "eve")


def test_a_learner_enrolled_since_is_collected_and_the_note_is_gone(course: NbgraderCourse):
    course.hand_in("eve")
    course.collect()
    with (course.folders.own / "roster.csv").open("a", encoding="utf-8") as file:
        file.write("eve\n")
    course.collect()
    assert submitted(course, "eve").is_dir()
    assert not list((course.folders.own / "set-aside" / MODULE).iterdir())


def test_without_a_roster_everybody_is_collected_as_by_stock_nbgrader(course: NbgraderCourse):
    (course.folders.own / "roster.csv").unlink()
    course.hand_in("eve")
    course.collect()
    assert submitted(course, "eve").is_dir()


@pytest.mark.parametrize("name", [f"+{MODULE}+2026-03-01 12:00:00 UTC+x", f"ana+{MODULE}+whenever+x", f"ana+{MODULE}+"])
def test_a_folder_with_a_strange_name_is_set_aside_and_the_others_go_on(course: NbgraderCourse, name: str):
    (course.inbound / name).mkdir()
    course.hand_in("bo")
    course.collect()
    assert submitted(course, "bo").is_dir()
    assert sorted(path.name for path in course.folders.everyone("submitted").iterdir()) == ["bo"]
    assert (course.folders.own / "set-aside" / MODULE / name / "WHY.txt").is_file()


def test_a_newer_submission_takes_the_place_of_the_older_one(course: NbgraderCourse):
    course.hand_in("ana", {}, second=1)
    course.collect()
    course.hand_in("ana", ANSWERS, second=2)
    course.collect()
    assert (submitted(course, "ana") / "timestamp.txt").read_text("utf-8") == "2026-03-01 12:00:02.000000 UTC"
    assert (submitted(course, "ana") / "responses" / "2-show.jsonl").is_file()
    assert [path.name for path in submitted(course, "ana").parent.iterdir()] == [MODULE]


def test_a_newer_submission_that_is_refused_leaves_the_older_one_collected(course: NbgraderCourse):
    course.hand_in("ana", second=1)
    course.collect()
    course.hand_in("ana", second=2, change=lambda folder: (folder / "gone").symlink_to("nowhere"))
    course.collect()
    assert (submitted(course, "ana") / "timestamp.txt").read_text("utf-8") == "2026-03-01 12:00:01.000000 UTC"
    assert "Whatever was collected from this learner before is as it was." in why(course, "ana")


def test_missing_and_unreadable_notebooks_are_restored_from_the_release(course: NbgraderCourse):
    def damage(folder: Path) -> None:
        (folder / "1-look.ipynb").unlink()
        (folder / "2-show.ipynb").write_text("{oops", "utf-8")

    course.hand_in("ana", change=damage)
    course.collect()
    for name in ("1-look.ipynb", "2-show.ipynb"):
        released = (course.folders.released(MODULE) / name).read_bytes()
        assert (submitted(course, "ana") / name).read_bytes() == released
    assert (submitted(course, "ana") / "2-show.ipynb.unreadable").read_text("utf-8") == "{oops"


def test_the_time_of_submission_is_the_one_the_exchange_filed_it_under(course: NbgraderCourse):
    course.hand_in("ana", second=7, change=lambda folder: (folder / "timestamp.txt").write_text("1999-01-01 UTC"))
    course.collect()
    assert (submitted(course, "ana") / "timestamp.txt").read_text("utf-8") == "2026-03-01 12:00:07.000000 UTC"


def test_a_submission_without_its_secret_gets_one_so_that_feedback_can_be_released(course: NbgraderCourse):
    course.hand_in("ana", change=lambda folder: (folder / "submission_secret.txt").unlink())
    course.collect()
    assert len((submitted(course, "ana") / "submission_secret.txt").read_text("utf-8")) == 128


# Releasing


def test_releasing_keeps_the_release_with_its_keys(course: NbgraderCourse):
    released = load_release(course.outbound, SCHEMAS)
    kept = PinnedReleases(course.folders.releases, MODULE).current()
    assert kept is not None
    assert kept.release == released.release
    assert kept.items["fs-a-choose"].key is not None
    assert released.items["fs-a-choose"].key is None


def test_releasing_twice_says_so_and_changes_nothing(course: NbgraderCourse):
    before = {path: path.stat().st_mtime_ns for path in course.outbound.iterdir()}
    log = told(course.api().release_assignment(MODULE), check=False)
    assert f"{MODULE} is released already, as it is now. Nothing was changed" in log
    assert {path: path.stat().st_mtime_ns for path in course.outbound.iterdir()} == before


def test_another_version_takes_the_place_of_a_released_one_only_by_force(course: NbgraderCourse):
    old = load_release(course.outbound, SCHEMAS).release
    edit(course.root / "curriculum", f"exercises/{MODULE}/fs-choose.yaml", "cut the form", "divide the form")
    course.build()
    told(course.api().generate_assignment(MODULE))
    log = told(course.api().release_assignment(MODULE), check=False)
    assert f"{MODULE} is released already, in another version. Nothing was changed" in log
    assert load_release(course.outbound, SCHEMAS).release == old
    assert course.release().release != old
    assert len(PinnedReleases(course.folders.releases, MODULE).digests()) == 2


def test_a_release_that_would_leak_goes_nowhere(course: NbgraderCourse):
    shutil.rmtree(course.outbound)
    folder = course.folders.released(MODULE)
    (folder / "responses").mkdir()
    (folder / "responses" / "1-look.jsonl").write_text("{}\n", "utf-8")
    log = told(course.api().release_assignment(MODULE), check=False)
    assert "was not released" in log
    assert "learners' answers are never released" in log
    assert not course.outbound.exists()


def test_an_assignment_that_is_no_module_is_not_released(course: NbgraderCourse):
    shutil.rmtree(course.outbound)
    (course.folders.released(MODULE) / "items.json").unlink()
    log = told(course.api().release_assignment(MODULE), check=False)
    assert "holds no items.json, so it is no module of this course" in log


def test_a_cohort_is_not_chosen_by_nbgrader_s_course_flag(course: NbgraderCourse):
    (course.root / "exchange" / "autumn" / "inbound").mkdir(parents=True)
    config = course.config()
    config.CourseDirectory.course_id = "autumn"
    api = type(course.api())(config=config)
    log = told(api.collect(MODULE), check=False)
    assert f"The cohort is {COHORT}, not autumn" in log
