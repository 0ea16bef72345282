"""The parts of grading that can be looked at one by one: cells, the tidied folder, pages for learners, settings."""

import html
import json
import os
from pathlib import Path

import pytest
from nbconvert.exporters import HTMLExporter
from nbgrader.server_extensions.formgrader.handlers import template_path
from nbgrader_course import COHORT, LOOK, SHOW, UNDECIDED, NbgraderCourse, answer, scripted_scorer
from tiny_course import ANSWERS, MODULE, edit, load
from traitlets.config import Config

from curriculum_utils.errors import GradingError
from curriculum_utils.grading.config import apply
from curriculum_utils.grading.exporter import is_complete
from curriculum_utils.grading.steps import course_call, tidy
from curriculum_utils.grading.structure import structure_of
from curriculum_utils.items.executed import NotAnswered, graded_cell, validated_cell
from curriculum_utils.items.pinned import LearnerFolder, PinnedReleases, learner_folder

pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")


# Cells


@pytest.mark.parametrize(
    ("source", "call"),
    [
        ('grade("fs-a-spot")', ("grade", "fs-a-spot")),
        ("show('fs-spot')", ("show", "fs-spot")),
        ('grade("a"); print(1)', ("", "")),
        ('grade("a", 1)', ("", "")),
        ('grade(item="a")', ("", "")),
        ('x = grade("a")', ("", "")),
        ('widgets.grade("a")', ("", "")),
        ('open("a")', ("", "")),
        ("grade(", ("", "")),
        ("grade(1)", ("", "")),
    ],
)
def test_only_the_literal_form_is_a_course_cell(source: str, call: tuple[str, str]):
    assert course_call(source) == call


# The autograded folder


def test_nothing_of_the_learner_but_answers_stays_in_the_autograded_folder(course: NbgraderCourse):
    structure = PinnedReleases(course.folders.releases, MODULE).current()
    assert structure is not None
    place = LearnerFolder(course.folders, "ana", MODULE)
    keep = {
        "1-look.ipynb",
        "items.json",
        "timestamp.txt",
        "submission_secret.txt",
        "responses/1-look.jsonl",
        "responses/1-look.practice.jsonl",
    }
    lose = {
        "curriculum_utils.py",
        "sitecustomize.py",
        ".ipython/profile_default/startup/00.py",
        "curriculum_utils/__init__.py",
        "extra.ipynb",
        "responses/other.jsonl",
        "responses/1-look.py",
        "responses/deeper/1-look.jsonl",
    }
    for name in keep | lose:
        path = place.autograded / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x", "utf-8")
    tidy(place, structure)
    left = {path.relative_to(place.autograded).as_posix() for path in place.autograded.rglob("*") if path.is_file()}
    assert left == keep


def test_the_target_of_a_learner_s_link_does_not_stay(course: NbgraderCourse):
    structure = PinnedReleases(course.folders.releases, MODULE).current()
    assert structure is not None
    place = LearnerFolder(course.folders, "ana", MODULE)
    # nbgrader copies what a link points to, so that only the submission still shows that it was one.
    (place.submitted / "responses").mkdir(parents=True)
    (place.submitted / "responses" / "1-look.jsonl").symlink_to("/etc/passwd")
    (place.autograded / "responses").mkdir(parents=True)
    (place.autograded / "responses" / "1-look.jsonl").write_text("root:x:0:0", "utf-8")
    tidy(place, structure)
    assert list((place.autograded / "responses").iterdir()) == []


def test_a_notebook_is_complete_when_every_graded_cell_has_an_output(course: NbgraderCourse):
    course.hand_in("ana", collected=True)
    course.autograde()
    structure = PinnedReleases(course.folders.releases, MODULE).current()
    assert structure is not None
    path = course.folders.step("autograded", "ana", MODULE) / "2-show.ipynb"
    assert is_complete(path, structure)
    whole = path.read_text("utf-8")
    path.chmod(0o644)
    path.write_text(whole[:-20], "utf-8")
    assert not is_complete(path, structure)
    notebook = json.loads(whole)
    notebook["cells"][-1]["outputs"] = []
    path.write_text(json.dumps(notebook), "utf-8")
    assert not is_complete(path, structure)
    assert not is_complete(path.with_name("1-gone.ipynb"), structure)


# The release that a submission is graded in


def test_answers_to_an_earlier_release_are_graded_after_a_corrected_one(course: NbgraderCourse):
    answers = {**ANSWERS, "fs-a-choose": {"option": "a"}}
    course.hand_in("ana", answers, collected=True)
    edit(course.root / "curriculum", f"exercises/{MODULE}/fs-a-choose.yaml", "cut the form", "divide the form")
    course.build()
    course.release()
    course.hand_in("bo", answers, collected=True)
    course.autograde()
    assert course.scores("ana") == course.scores("bo")
    assert course.waiting("bo") == set()
    assert course.waiting("ana") == {"fs-a-choose"}
    assert "cut the form" in str(course.outputs("ana", "fs-a-choose"))
    assert "divide the form" in str(course.outputs("bo", "fs-a-choose"))


def test_a_module_that_was_handed_out_without_the_exchange_is_kept_when_it_is_graded(course: NbgraderCourse):
    course.hand_in("ana", collected=True)
    (kept,) = PinnedReleases(course.folders.releases, MODULE).digests()
    for path in (course.folders.releases / MODULE).rglob("*"):
        if path.is_file():
            path.unlink()
    (course.folders.releases / MODULE / kept).rmdir()
    course.autograde()
    assert course.scores("ana")["fs-a-choose"] == 1.0
    assert PinnedReleases(course.folders.releases, MODULE).digests() == [kept]


def test_nothing_is_graded_when_no_release_fits_the_gradebook(course: NbgraderCourse):
    with pytest.raises(GradingError, match="the gradebook has no assignment other-module"):
        structure_of(course.folders, "other-module", course.db_url, scorer=scripted_scorer())


def test_an_assignment_that_is_no_module_is_never_given_full_marks(course: NbgraderCourse):
    # A stock notebook of an instructor's own, beside the modules: without Execute its cells would have no output.
    stock = course.root / "source" / "ps1"
    stock.mkdir()
    notebook = json.loads((course.root / "source" / MODULE / "2-show.ipynb").read_bytes())
    (stock / "problem.ipynb").write_text(json.dumps(notebook), "utf-8")
    api = course.api()
    assert api.generate_assignment("ps1")["success"]
    folder = course.folders.step("submitted", "ana", "ps1")
    folder.mkdir(parents=True)
    (folder / "problem.ipynb").write_text(json.dumps(notebook), "utf-8")
    result = api.autograde("ps1", "ana")
    assert not result["success"]
    assert "Nothing was graded" in result["log"]
    assert "no module of this course" in result["log"]


def test_another_scorer_than_the_release_was_kept_with_is_told(course: NbgraderCourse):
    course.hand_in("ana", collected=True)
    (digest,) = PinnedReleases(course.folders.releases, MODULE).digests()
    path = course.folders.releases / MODULE / digest / "versions.json"
    path.write_text(path.read_text("utf-8").replace('"scripted"', '"older"'), "utf-8")
    assert "was released with scorer older; written replies are scored by scripted" in course.autograde()


# What instructors see


def test_what_a_learner_wrote_is_text_in_formgrader(course: NbgraderCourse):
    course.hand_in(
        "ana", {"fs-a-write": {"text": "<script>alert(1)</script><img src=x onerror=alert(2)>"}}, collected=True
    )
    course.autograde()
    # As formgrader renders a submission.
    exporter = HTMLExporter(template_name="formgrade", extra_template_basedirs=[template_path])
    facts = {"base_url": "", "notebook_id": SHOW, "submission_id": "x", "index": 0, "total": 1}
    notebook = course.folders.step("autograded", "ana", MODULE) / f"{SHOW}.ipynb"
    page, _ = exporter.from_filename(str(notebook), resources=facts)
    assert "<script>alert(1)" not in page
    assert "<img src=x" not in page
    assert "&lt;script&gt;alert(1)" in page


# Feedback


def test_feedback_shows_answer_evidence_and_remarks_and_no_code(course: NbgraderCourse):
    course.hand_in("ana", {**ANSWERS, "fs-a-choose": {"option": "a"}}, collected=True)
    course.autograde()
    page = course.feedback("ana", LOOK)
    assert "Let's cut the form into three small steps." in page
    assert "This one tends to backfire." in page
    assert "0 of 1 point" in page
    assert "curriculum_utils.widgets" not in page
    assert 'show("' not in page
    assert "show(&" not in page
    page = course.feedback("ana", SHOW)
    assert '<mark class="cu-met"' in page


def test_feedback_holds_nothing_of_a_key_that_the_answer_did_not_call_for(course: NbgraderCourse):
    course.hand_in("ana", {**ANSWERS, "fs-a-choose": {"option": "a"}}, collected=True)
    course.autograde()
    pages = course.feedback("ana", LOOK) + course.feedback("ana", SHOW)
    assert "She is met where she stands just now, this time" not in pages
    assert "So much weight on one page" not in pages


def test_feedback_does_not_tell_a_graded_key_to_whoever_missed_it(course: NbgraderCourse):
    missed = {"fs-a-spot": {"trap": "soothes"}, "fs-a-match": {"pairs": {"m1": "r2"}}}
    course.hand_in("ana", {**ANSWERS, **missed}, collected=True)
    course.autograde()
    page = course.feedback("ana", SHOW)
    assert "The trap is elsewhere, and has another name." in page
    assert "The trap here:" not in page
    items = load(course.root / "curriculum").modules[MODULE].items
    for item in missed:
        told = items[item].item.key.model_dump()["feedback"]
        for sentence in told.values() if isinstance(told, dict) else [told]:
            assert sentence not in html.unescape(page)


def test_feedback_says_what_a_person_has_still_to_look_at(course: NbgraderCourse):
    course.hand_in("ana", {**ANSWERS, "fs-a-write": {"text": UNDECIDED}}, collected=True)
    course.autograde()
    page = course.feedback("ana", SHOW)
    assert "a person will still look at 1 answer." in page
    assert page.count("A person will still look at this answer; its points may change.") == 1
    course.decide("ana", "fs-a-write", 2.0)
    assert "will still look" not in course.feedback("ana", SHOW)


def test_feedback_names_neither_other_learners_nor_reasons_for_a_person(course: NbgraderCourse):
    course.hand_in("ana", {**ANSWERS, "fs-a-write": {"text": UNDECIDED}}, signed="bo", collected=True)
    course.autograde()
    assert "“bo”" in str(course.outputs("ana", "fs-a-write"))
    page = course.feedback("ana", SHOW)
    assert "“bo”" not in page
    assert "For a person to look at" not in page


def test_feedback_tells_the_score_that_a_person_gave(course: NbgraderCourse):
    course.hand_in("ana", {**ANSWERS, "fs-a-write": {"text": UNDECIDED}}, collected=True)
    course.autograde()
    course.decide("ana", "fs-a-write", 2.0)
    page = course.feedback("ana", SHOW)
    assert "A person scored this answer: 2 of 3 points." in page
    assert "2 of 3 points" in page


def test_what_was_odd_about_a_log_is_told_to_instructors(course: NbgraderCourse):
    def tear(folder: Path) -> None:
        with (folder / "responses" / "2-show.jsonl").open("ab") as file:
            file.write(b'{"kind":"com')

    course.hand_in("ana", change=tear, collected=True)
    course.autograde()
    assert "is torn and was skipped" in str(course.outputs("ana", "setup_cell"))
    # What could be read keeps its score; the line that could not may have held a later answer to any of them.
    assert course.scores("ana")["fs-a-write"] == 3.0
    # The choice stands in the other lesson, whose log is whole.
    assert course.waiting("ana") == set(course.scores("ana")) - {"fs-a-choose"}


# In a kernel


def test_a_cell_outside_a_course_has_no_key_and_says_so(tmp_path: Path):
    with pytest.raises(GradingError, match="not a learner's folder of a course"):
        graded_cell("fs-a-choose", tmp_path)


def test_a_learner_s_folder_is_known_by_its_place(course: NbgraderCourse):
    course.hand_in("ana", collected=True)
    place = learner_folder(course.folders.step("submitted", "ana", MODULE))
    assert (place.folders, place.learner, place.module) == (course.folders, "ana", MODULE)


def test_a_cell_executed_by_nbgrader_gives_what_the_log_earns(course: NbgraderCourse):
    course.hand_in("ana", {"fs-a-spot": {"trap": "fixes_it", "marks": []}}, collected=True)
    course.autograde()
    html, points = graded_cell("fs-a-spot", course.folders.step("autograded", "ana", MODULE))
    # ½ for the name, nothing marked: 0.5 × 2 points
    assert points == 1.0
    shown, result = course.outputs("ana", "fs-a-spot")
    assert "".join(shown["data"]["text/html"]) == html
    assert "".join(result["data"]["text/plain"]) == repr(points)


def test_validating_asks_for_an_answer_in_one_sentence(course: NbgraderCourse):
    with pytest.raises(NotAnswered) as caught:
        validated_cell("fs-a-choose", course.outbound)
    assert caught.value._render_traceback_() == [str(caught.value)]
    assert str(caught.value).startswith("“The form, once more” has no answer yet.")


def test_validating_says_nothing_of_an_answered_item(course: NbgraderCourse, tmp_path: Path):
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "items.json").write_bytes((course.outbound / "items.json").read_bytes())
    answer(folder, "ana", {"fs-a-choose": {"option": "a"}})
    validated_cell("fs-a-choose", folder)


# Settings


def test_settings_put_everything_of_a_cohort_below_the_course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PATH", os.environ["PATH"])
    c = Config()
    apply(c, root=tmp_path, cohort=COHORT)
    assert c.CourseDirectory.course_id == COHORT
    assert c.CourseDirectory.submitted_directory == f"submitted/{COHORT}"
    assert c.CourseDirectory.db_url == f"sqlite:///{tmp_path.resolve()}/cohorts/{COHORT}/gradebook.db?timeout=60"
    assert "root" not in c.Exchange
    assert "nbgrader.preprocessors.Execute" not in c.Autograde.autograde_preprocessors


def test_execution_is_one_setting_and_keeps_our_other_steps(tmp_path: Path):
    plain, execute = Config(), Config()
    apply(plain, root=tmp_path, cohort=COHORT)
    apply(execute, root=tmp_path, cohort=COHORT, execute=True)
    swapped = {
        "curriculum_utils.grading.steps.ScoreResponses": "nbgrader.preprocessors.Execute",
    }
    assert execute.Autograde.autograde_preprocessors == [
        swapped.get(name, name) for name in plain.Autograde.autograde_preprocessors
    ]
    assert execute.Autograde.sanitize_preprocessors == plain.Autograde.sanitize_preprocessors
