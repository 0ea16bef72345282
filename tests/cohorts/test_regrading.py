"""A regrade writes what it foresaw; a correction shows who moves and why before anything is written."""

import json
import os
import shutil
import signal
import subprocess
import sys
from contextlib import chdir
from pathlib import Path

import pytest
import tiny_course
from click.testing import CliRunner
from nbgrader_course import COHORT, NbgraderCourse, answer, make_course
from tiny_course import ANSWERS, MODULE

from curriculum_utils.cli import cli
from curriculum_utils.cohorts import Cohort, open_cohort, term
from curriculum_utils.cohorts.auditing import audit
from curriculum_utils.cohorts.regrading import Regrade, foresee, regrade
from curriculum_utils.errors import CohortError, ContentError
from curriculum_utils.grading.history import changes
from curriculum_utils.grading.remarks import add_remark

CHOOSE, MATCH, SPOT = "fs-a-choose", "fs-a-match", "fs-a-spot"
# Ana answers as the key has it, Bo chooses "a", Cy only matches. Nobody writes: it needs a scorer of these labels.
GIVEN = {
    "ana": {name: ANSWERS[name] for name in (CHOOSE, MATCH, SPOT)},
    "bo": {CHOOSE: {"option": "a"}, MATCH: ANSWERS[MATCH]},
    "cy": {MATCH: ANSWERS[MATCH]},
}
KEY = f"keys/{MODULE}/{CHOOSE}.yaml"
# The key said that b is right; it is a. So Ana loses the point that Bo gains.
CORRECTED = """\
correct: a
options:
  a: {move: meet-the-weight, feedback: "She hears that it is about her, this time."}
  b: {trap: fixes_it, feedback: "She hears a plan in it, this time."}
  c: {trap: soothes, feedback: "She hears that it is not very serious, this time."}
"""


@pytest.fixture(scope="module")
def graded_course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cohort whose three submissions are graded; not to be changed."""
    folder = tmp_path_factory.mktemp("graded")
    course = make_course(folder, learners=GIVEN)
    (course.folders.own / "cohort.yaml").write_text(f"name: {COHORT}\ncreated: '2026-01-01T00:00:00+00:00'\n", "utf-8")
    cohort = open_cohort(course.root, COHORT)
    with chdir(course.root):
        cohort.exchange.mkdir()
        cohort.exchange.chmod(0o777)
        term.release(cohort, MODULE)
        for learner, given in GIVEN.items():
            hand_in(course, learner, given)
        done = term.grade(cohort, MODULE, GIVEN)
    assert [one.problem for one in done] == [None] * 3
    return folder


@pytest.fixture
def cohort(graded_course: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cohort:
    shutil.copytree(graded_course / "course", tmp_path / "course")
    monkeypatch.chdir(tmp_path / "course")
    return open_cohort(tmp_path / "course", COHORT)


def hand_in(course: NbgraderCourse, learner: str, given: dict[str, dict[str, object]]) -> None:
    folder = course.folders.step("submitted", learner, MODULE)
    shutil.copytree(course.folders.released(MODULE), folder)
    answer(folder, learner, given)
    (folder / "timestamp.txt").write_text("2026-03-01 12:00:00.000000 UTC", "utf-8")


def nb(cohort: Cohort) -> NbgraderCourse:
    return NbgraderCourse(cohort.root, cohort.root.parent / "home")


def correct_key(cohort: Cohort) -> None:
    (cohort.root / "curriculum" / KEY).write_text(CORRECTED, "utf-8")


def everything(cohort: Cohort) -> dict[str, tuple[float | None, float | None, bool]]:
    """Scorer's points, a person's points and the flag of each grade, by `learner/item`."""
    return {
        f"{learner}/{item}": (grade.auto_score, grade.manual_score, bool(grade.needs_manual_grade))
        for learner in GIVEN
        for item, grade in nb(cohort).grades(learner).items()
    }


def on_disk(cohort: Cohort) -> dict[str, bytes]:
    left_out = ("curriculum/", ".ipynb_checkpoints")
    paths = (path for path in sorted(cohort.root.rglob("*")) if path.is_file())
    named = {path.relative_to(cohort.root).as_posix(): path for path in paths}
    return {name: path.read_bytes() for name, path in named.items() if not name.startswith(left_out)}


def as_foreseen(planned: Regrade, before: dict[str, tuple[float | None, float | None, bool]]):
    """What the gradebook would hold, by the forecast alone."""
    after = dict(before)
    for move in planned.moves:
        after[f"{move.learner}/{move.item}"] = (move.new_auto, move.decision if move.stands else None, move.waits)
    return after


def moved(planned: Regrade) -> dict[str, tuple[float | None, float | None, tuple[str, ...]]]:
    return {f"{move.learner}/{move.item}": (move.old, move.new, move.reasons) for move in planned.moves}


def test_where_nothing_changed_nobody_moves_and_nothing_is_written(cohort: Cohort):
    before, grades = on_disk(cohort), everything(cohort)
    planned = foresee(cohort, MODULE)
    assert (planned.moves, planned.penalties, planned.rekeyed, planned.decisions) == ((), (), {}, ())
    assert planned.learners == ("ana", "bo", "cy")
    assert on_disk(cohort) == before
    regrade(cohort, MODULE, by="lee")
    assert everything(cohort) == grades


def test_a_corrected_key_shows_who_moves_and_why_and_writes_nothing(cohort: Cohort):
    correct_key(cohort)
    before = on_disk(cohort)
    planned = foresee(cohort, MODULE)
    # One point each way; Cy did not answer it.
    assert moved(planned) == {
        "ana/fs-a-choose": (1.0, 0.0, ("key changed",)),
        "bo/fs-a-choose": (0.0, 1.0, ("key changed",)),
    }
    assert list(planned.rekeyed.values()) == [(CHOOSE,)]
    # Ana had 1 + 3 + 2, Bo 0 + 3, Cy 3.
    assert planned.totals == {"ana": (6.0, 5.0), "bo": (3.0, 4.0), "cy": (3.0, 3.0)}
    assert on_disk(cohort) == before


def test_the_regrade_writes_what_was_foreseen(cohort: Cohort):
    nb(cohort).decide("ana", CHOOSE, 0.5)
    nb(cohort).decide("bo", MATCH, 1.0)
    correct_key(cohort)
    before = everything(cohort)
    planned = foresee(cohort, MODULE)
    wanted = as_foreseen(planned, before)
    assert wanted != before
    told, done = regrade(cohort, MODULE, by="lee")
    assert told == planned
    assert [one.problem for one in done] == [None] * 3
    assert everything(cohort) == wanted
    # Ana's decision stands and asks for another look; Bo's rests on what it did.
    assert wanted["ana/fs-a-choose"] == (0.0, 0.5, True)
    assert wanted["bo/fs-a-match"] == (3.0, 1.0, False)
    assert [(move.learner, move.item, move.stands) for move in planned.decisions] == [("ana", CHOOSE, True)]
    assert foresee(cohort, MODULE).moves == ()


@pytest.mark.parametrize("stood_before", [False, True])
def test_a_decision_gives_way_when_told_to(cohort: Cohort, *, stood_before: bool):
    nb(cohort).decide("ana", CHOOSE, 0.5)
    nb(cohort).decide("bo", MATCH, 1.0)
    correct_key(cohort)
    if stood_before:
        regrade(cohort, MODULE, by="lee")
    before = everything(cohort)
    planned = foresee(cohort, MODULE, overrule=True)
    assert [(move.learner, move.item, move.stands) for move in planned.decisions] == [("ana", CHOOSE, False)]
    regrade(cohort, MODULE, by="lee", overrule=True)
    assert everything(cohort) == as_foreseen(planned, before)
    assert everything(cohort)["ana/fs-a-choose"] == (0.0, None, False)
    assert everything(cohort)["bo/fs-a-match"] == (3.0, 1.0, False), "what rests on the same is nobody's to overrule"
    overruled = [one for one in changes(cohort.gradebook_url, "ana", item=CHOOSE) if one.who == "lee"]
    assert [(one.old.manual, one.new.manual) for one in overruled] == [(0.5, None)]


def test_the_old_keys_are_kept_and_the_history_names_both(cohort: Cohort):
    correct_key(cohort)
    (kept,) = (cohort.releases / MODULE).glob("*/keys.json")
    old = kept.read_bytes()
    regrade(cohort, MODULE, by="lee")
    assert kept.with_name("keys-1.json").read_bytes() == old
    assert json.loads(kept.read_bytes())[CHOOSE]["correct"] == "a"
    keys = [
        one.versions["key"] for one in changes(cohort.gradebook_url, "bo", item=CHOOSE) if one.old.auto != one.new.auto
    ]
    assert len(keys) == 2
    assert len(set(keys)) == 2


def test_only_the_learner_asked_for_is_graded(cohort: Cohort):
    correct_key(cohort)
    regrade(cohort, MODULE, ["bo"], by="lee")
    after = everything(cohort)
    assert (after["bo/fs-a-choose"][0], after["ana/fs-a-choose"][0]) == (1.0, 1.0)
    assert list(moved(foresee(cohort, MODULE))) == ["ana/fs-a-choose"]
    assert moved(foresee(cohort, MODULE))["ana/fs-a-choose"][2] == ("key changed",), (
        "also where the key is kept already"
    )


def test_a_key_of_content_that_was_not_answered_is_passed_over(cohort: Cohort):
    tiny_course.edit(
        cohort.root / "curriculum", f"exercises/{MODULE}/{CHOOSE}.yaml", "say to her now?", "tell her now?"
    )
    correct_key(cohort)
    planned = foresee(cohort, MODULE)
    assert planned.moves == ()
    assert planned.passed_over == (CHOOSE,)


def test_kept_keys_leave_the_course_alone(cohort: Cohort):
    correct_key(cohort)
    assert foresee(cohort, MODULE, keys=False).moves == ()


def test_a_grade_changed_by_hand_is_told_as_such(cohort: Cohort):
    import sqlite3

    with sqlite3.connect(cohort.gradebook_path) as database:
        database.execute("UPDATE grade SET auto_score = 2.5 WHERE auto_score = 2.0")
    assert moved(foresee(cohort, MODULE)) == {"ana/fs-a-spot": (2.5, 2.0, ("changed outside grading",))}


def test_another_submission_is_told_as_such(cohort: Cohort):
    answer(cohort.step("submitted") / "cy" / MODULE, "cy", {CHOOSE: ANSWERS[CHOOSE]})
    planned = foresee(cohort, MODULE)
    assert moved(planned) == {"cy/fs-a-choose": (0.0, 1.0, ("handed in again",))}
    before = everything(cohort)
    regrade(cohort, MODULE, by="lee")
    assert everything(cohort) == as_foreseen(planned, before)


def test_bad_input_changes_nothing(cohort: Cohort):
    before = on_disk(cohort)
    with pytest.raises(CohortError, match='no module "first-stepz"; did you mean "first-steps"'):
        foresee(cohort, "first-stepz")
    with pytest.raises(CohortError, match='no submission of "annna"'):
        regrade(cohort, MODULE, ["annna"], by="lee")
    (cohort.root / "curriculum" / KEY).write_text("correct: z\n", "utf-8")
    with pytest.raises(ContentError, match=CHOOSE):
        regrade(cohort, MODULE, by="lee")
    assert on_disk(cohort) == before


_KILLED = """
import os, signal, sys
from pathlib import Path
from curriculum_utils.cohorts import open_cohort, regrading, term
from curriculum_utils.grading import pins, review

def kill(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

def second(function):
    calls = []
    def called(*args, **kw):
        calls.append(1)
        return kill() if len(calls) == 2 else function(*args, **kw)
    return called

match sys.argv[2]:
    case "keys": pins._write = second(pins._write)
    case "overruling": regrading.set_manual_score = kill
    case "grading": term.grade = kill
    case "flags": review.put_rests_on = kill
    case "second learner": term._one = second(term._one)
regrading.regrade(open_cohort(Path(sys.argv[1]), "spring"), "first-steps", by="lee", overrule=True)
"""


@pytest.mark.parametrize("point", ["keys", "overruling", "grading", "flags", "second learner"])
def test_killed_at_any_point_and_run_again_it_completes(cohort: Cohort, point: str):
    nb(cohort).decide("ana", CHOOSE, 0.5)
    correct_key(cohort)
    wanted = as_foreseen(foresee(cohort, MODULE, overrule=True), everything(cohort))
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    arguments = [sys.executable, "-c", _KILLED, str(cohort.root), point]
    done = subprocess.run(arguments, env=environment, check=False, capture_output=True)
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()
    regrade(cohort, MODULE, by="lee", overrule=True)
    assert everything(cohort) == wanted
    assert foresee(cohort, MODULE, overrule=True).moves == ()
    assert len(list((cohort.releases / MODULE).glob("*/keys-*.json"))) == 1, "the old keys are kept once"
    assert not list((cohort.releases / MODULE).glob("*/.write-*")) or point == "keys"


def test_the_commands(cohort: Cohort):
    correct_key(cohort)
    run = CliRunner()
    looked = run.invoke(cli, ["regrade", MODULE, "--dry-run"])
    assert looked.exit_code == 0, looked.output
    assert "ana  fs-a-choose  1 → 0  key changed" in looked.output
    assert "ana  total  6 → 5  (-1)" in looked.output
    assert "2 answers of 2 learners would change; nothing was written." in looked.output
    written = run.invoke(cli, ["regrade", MODULE, "--by", "lee", "--workers", "1", "--json"])
    told = json.loads(written.stdout)
    assert (told["written"], len(told["moves"]), told["failed"]) == (True, 2, [])
    add_remark(cohort.gradebook_url, "ana", MODULE, CHOOSE, "Sorry: the key was wrong.", by="lee")
    shown = run.invoke(cli, ["audit", "ana", "--item", CHOOSE])
    lines = shown.output.splitlines()
    assert lines[0] == f"{MODULE} / 1-look / {CHOOSE}"
    assert " – waits → 1  grading: graded from the response log [" in lines[1]
    assert " 1 → 0  grading: graded from the response log [" in lines[2]
    assert lines[3] == "  now: 0"
    assert "remark" in lines[4]
    assert "Sorry: the key was wrong." in lines[4]
    assert lines[5] == "2 changes of 1 grade, 1 note."
    as_json = json.loads(run.invoke(cli, ["audit", "ana", "--item", CHOOSE, "--json"]).stdout)
    assert as_json["changes"][-1]["new"]["score"] == 0.0


def test_an_audit_of_nobody_says_so(cohort: Cohort):
    with pytest.raises(CohortError, match='no learner "anna" in spring; did you mean "ana"'):
        audit(cohort, "anna")
