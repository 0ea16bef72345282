"""The tiny course as nbgrader runs it: a course folder, a cohort, an exchange, and learners who hand in.

    from nbgrader_course import NbgraderCourse, make_course

Both lessons have graded items here, so that a submission has two notebooks to grade.
"""

import csv
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbgrader.api import Grade, Gradebook
from nbgrader.apps import NbGraderAPI
from nbgrader.converters import Autograde
from nbgrader.utils import capture_log
from tiny_course import ANSWERS, FILES, MODULE, REPLY_LABELS, WHOLE_REPLY, load, write_course
from traitlets.config import Config

from curriculum_utils.content import ReleasedModule, load_release
from curriculum_utils.grading.config import apply, gradebook_url
from curriculum_utils.items import SCHEMAS
from curriculum_utils.items.pinned import CohortFolders
from curriculum_utils.notebooks import build
from curriculum_utils.responses import ResponseLog, log_path
from curriculum_utils.scoring import ScriptedScorer

COHORT = "spring"
LEARNERS = ("ana", "bo", "chidi")
LOOK, SHOW = "1-look", "2-show"
# Points that all answers of ANSWERS together earn: 1 + 3 + 2 + 3.
ALL_POINTS = 9.0
LABELS = ("names_weight", "names_pattern", "asks_open", "fixes_it", "soothes", "asks_why")
UNDECIDED = "This one the scorer cannot decide."
DOUBTFUL = "This one the scorer would rather show to somebody."

_CONFIG = """\
from pathlib import Path
from curriculum_utils.grading.config import apply

c = get_config()
here = Path(__file__).parent
apply(c, root=here, cohort="{cohort}", exchange=here / "exchange", execute={execute})
c.InCohort.scorer = "nbgrader_course.scripted_scorer"
"""
_LEARNER_CONFIG = """\
c = get_config()
c.Exchange.root = {exchange!r}
c.CourseDirectory.course_id = {cohort!r}
"""


def scripted_scorer() -> ScriptedScorer:
    """The scorer of the course: it knows the whole reply, one it cannot decide and one it doubts."""
    return ScriptedScorer(
        REPLY_LABELS,
        known_labels=LABELS,
        unscored={UNDECIDED: "It cannot be decided."},
        review={DOUBTFUL: "It is doubtful."},
    )


def harsher_scorer() -> ScriptedScorer:
    """Another version of the scorer: it finds less in the whole reply, and decides what the first one cannot."""
    labels = {**REPLY_LABELS, WHOLE_REPLY: ("names_weight",), UNDECIDED: ("names_weight", "asks_open")}
    return ScriptedScorer(labels, known_labels=LABELS, review={DOUBTFUL: "It is doubtful."}, scorer_version="harsher")


def two_graded_lessons() -> dict[str, str]:
    """FILES with the first graded item moved to the first lesson."""
    moved = "```{exercise} fs-a-choose\n```\n"
    look, show = f"guides/{MODULE}/{LOOK}.md", f"guides/{MODULE}/{SHOW}.md"
    return {look: f"{FILES[look]}\n{moved}", show: FILES[show].replace(moved, "")}


@dataclass(frozen=True)
class NbgraderCourse:
    """A course folder. `home` is where nbgrader keeps what it keeps for a user."""

    root: Path
    home: Path

    @property
    def folders(self) -> CohortFolders:
        return CohortFolders(self.root, COHORT)

    @property
    def db_url(self) -> str:
        return gradebook_url(self.root, COHORT)

    @property
    def inbound(self) -> Path:
        return self.root / "exchange" / COHORT / "inbound"

    @property
    def outbound(self) -> Path:
        return self.root / "exchange" / COHORT / "outbound" / MODULE

    def run(self, *arguments: str, cwd: Path | None = None, check: bool = True) -> str:
        """What a stock nbgrader command printed, both streams."""
        done = subprocess.run(
            [sys.executable, "-m", "nbgrader", *arguments],
            cwd=cwd or self.root,
            env=self.environment(cwd or self.home),
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
        told = done.stdout + done.stderr
        assert not check or done.returncode == 0, told
        return told

    def environment(self, user: Path | None = None) -> dict[str, str]:
        """The environment of somebody who keeps their settings in `user`."""
        home = str(user or self.home)
        own = str(Path(sys.executable).parent)
        return {
            **os.environ,
            "PATH": os.pathsep.join((own, os.environ["PATH"])),
            "PYTHONPATH": str(Path(__file__).parent),  # for scripted_scorer
            "HOME": home,
            "JUPYTER_DATA_DIR": f"{home}/.jupyter-data",
            "JUPYTER_CONFIG_DIR": f"{home}/.jupyter",
            "IPYTHONDIR": f"{home}/.ipython",
        }

    def build(self) -> None:
        build(load(self.root / "curriculum"), self.root / "source")

    def config(self) -> Config:
        c = Config()
        apply(c, root=self.root, cohort=COHORT, exchange=self.root / "exchange")
        c.InCohort.scorer = "nbgrader_course.scripted_scorer"
        return c

    def api(self) -> NbGraderAPI:
        """nbgrader's own API, in this process: what formgrader's buttons call."""
        return NbGraderAPI(config=self.config())

    def release(self) -> ReleasedModule:
        """Generates and releases the module, and returns what learners fetch."""
        api = self.api()
        told(api.generate_assignment(MODULE))
        api.exchange.config.ExchangeReleaseAssignment.force = True
        told(api.release_assignment(MODULE))
        return load_release(self.outbound, SCHEMAS)

    def collect(self) -> str:
        """What nbgrader told while collecting; newer submissions take the place of older ones."""
        return told(self.api().collect(MODULE, update=True))

    def autograde(self, *, force: bool = True, learner: str = "*", check: bool = True) -> str:
        """What nbgrader told while autograding everybody who handed in."""
        api = self.api()
        api.coursedir.assignment_id, api.coursedir.student_id = MODULE, learner
        converter = Autograde(coursedir=api.coursedir, parent=api)
        converter.force = force
        return told(capture_log(converter), check=check)

    def feedback(self, learner: str, notebook: str) -> str:
        """The page that the learner would get back."""
        told(self.api().generate_feedback(MODULE, learner))
        return (self.folders.step("feedback", learner, MODULE) / f"{notebook}.html").read_text("utf-8")

    def outputs(self, learner: str, item: str) -> list[dict[str, Any]]:
        """What the item's cell shows in the autograded notebook."""
        for path in self.folders.step("autograded", learner, MODULE).glob("*.ipynb"):
            for cell in json.loads(path.read_text("utf-8"))["cells"]:
                if cell.get("id") == item:
                    return cell["outputs"]
        raise KeyError(item)

    def learner_home(self, learner: str) -> Path:
        """A folder of the learner's own, set up to fetch and submit."""
        folder = self.home / "learners" / learner
        folder.mkdir(parents=True, exist_ok=True)
        text = _LEARNER_CONFIG.format(exchange=str(self.root / "exchange"), cohort=COHORT)
        (folder / "nbgrader_config.py").write_text(text, "utf-8")
        return folder

    def hand_in(
        self,
        learner: str,
        answers: Mapping[str, Mapping[str, object]] = ANSWERS,
        *,
        signed: str | None = None,
        change: Callable[[Path], None] | None = None,
        collected: bool = False,
        second: int = 0,
    ) -> Path:
        """Puts a learner's submission into the exchange, as `nbgrader submit` does, or straight into `submitted/`.

        Args:
            signed: whose name the log carries, if not the learner's.
            change: what is done to the folder before it is handed in.
            second: when, counted from noon.
        """
        stamp = f"2026-03-01 12:00:{second:02d}.000000 UTC"
        name = f"{learner}+{MODULE}+{stamp}+x{second:02d}"
        folder = self.folders.step("submitted", learner, MODULE) if collected else self.inbound / name
        folder.parent.mkdir(parents=True, exist_ok=True)
        shutil.copytree(self.folders.released(MODULE), folder)
        answer(folder, signed or learner, answers)
        (folder / "timestamp.txt").write_text(stamp, "utf-8")
        (folder / "submission_secret.txt").write_text(f"secret of {learner}", "utf-8")
        if change is not None:
            change(folder)
        return folder

    def grades(self, learner: str) -> dict[str, Grade]:
        """The learner's grades by item, detached from the database."""
        with Gradebook(self.db_url, COHORT) as gradebook:
            submission = gradebook.find_submission(MODULE, learner)
            found = {grade.name: grade for notebook in submission.notebooks for grade in notebook.grades}
            for grade in found.values():
                _ = (grade.auto_score, grade.manual_score, grade.needs_manual_grade, grade.score)
            gradebook.db.expunge_all()
            return found

    def scores(self, learner: str) -> dict[str, float | None]:
        return {name: grade.auto_score for name, grade in self.grades(learner).items()}

    def waiting(self, learner: str) -> set[str]:
        """The items that wait for a person."""
        return {name for name, grade in self.grades(learner).items() if grade.needs_manual_grade}

    def decide(self, learner: str, item: str, score: float | None) -> None:
        """What formgrader does when a person gives a score, or with None leaves the flagged one as it is."""
        with Gradebook(self.db_url, COHORT) as gradebook:
            for notebook in gradebook.find_submission(MODULE, learner).notebooks:
                for grade in notebook.grades:
                    if grade.name == item:
                        grade.manual_score = score
                        grade.needs_manual_grade = score is None and grade.auto_score is None
            gradebook.db.commit()


def told(result: Mapping[str, Any], *, check: bool = True) -> str:
    """What nbgrader logged; fails the test where the command failed."""
    assert result["success"] or not check, f"{result.get('log')}\n{result.get('error')}"
    return f"{result.get('log', '')}\n{result.get('error', '')}"


def answer(folder: Path, learner: str, answers: Mapping[str, Mapping[str, object]]) -> None:
    """Commits answers into the logs beside the notebooks in `folder`."""
    release = load_release(folder, SCHEMAS)
    for name, given in answers.items():
        item = release.items[name]
        path = log_path(folder, item.notebook, assessed=item.graded)
        log = ResponseLog(path, learner=learner, notebook=item.notebook, release=release.release)
        log.append("shown", name, item.digest, {})
        log.append("commit", name, item.digest, given)


def make_course(
    folder: Path, *, learners: Iterable[str] = LEARNERS, files: Mapping[str, str] | None = None, execute: bool = False
) -> NbgraderCourse:
    """Writes and builds the course, with one cohort and an exchange, in `folder/course`."""
    root = folder / "course"
    course = NbgraderCourse(root, folder / "home")
    write_course(root, {**two_graded_lessons(), **(files or {})})
    course.build()
    (root / "nbgrader_config.py").write_text(_CONFIG.format(cohort=COHORT, execute=execute), "utf-8")
    (root / "exchange").mkdir()
    (root / "exchange").chmod(0o777)
    course.folders.own.mkdir(parents=True)
    course.home.mkdir()
    with (course.folders.own / "roster.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("id",), *((name,) for name in learners)])
    return course
