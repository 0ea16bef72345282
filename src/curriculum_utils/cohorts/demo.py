"""The demo cohort: made afresh, fetched, answered and submitted by simulated learners through nbgrader's exchange."""

import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

from nbgrader.api import Gradebook, SubmittedAssignment

from curriculum_utils.cohorts.cohort import Cohort
from curriculum_utils.cohorts.desk import LearnerDesk
from curriculum_utils.cohorts.making import new_cohort
from curriculum_utils.cohorts.roster import read_roster
from curriculum_utils.cohorts.simulated import Profile, answer_module, load_learners, load_pools
from curriculum_utils.cohorts.term import Progress
from curriculum_utils.content import Course, Key
from curriculum_utils.errors import CohortError, display_path

NAME = "demo"
# Only a cohort that carries this mark is ever removed by the demo.
MARK = "MADE-BY-CURRICULUM-DEMO"
# Beside the cohorts, and no cohort: it has no cohort.yaml.
KEPT = ".kept-from-demo"
STEPS = ("release", "submitted", "autograded", "feedback")


@dataclass(frozen=True)
class Demo:
    """The demo cohort and who answers in it.

    Attributes:
        profiles: how each learner answers.
        kinds: the name of each learner's profile.
        kept: in sentences, what of an earlier demo was not removed.
    """

    cohort: Cohort
    profiles: dict[str, Profile]
    kinds: dict[str, str]
    kept: tuple[str, ...] = ()

    @property
    def homes(self) -> Path:
        """The simulated learners' own folders."""
        return self.cohort.folder / "learners"

    def home(self, learner: str) -> Path:
        return self.homes / learner


def new_demo(root: Path) -> Demo:
    """A fresh demo cohort; what an earlier demo left is removed first.

    Raises:
        CohortError: a cohort of that name is there which no demo made.
    """
    folder = root / "cohorts" / NAME
    kept = _clear(root, folder) if folder.exists() else ()
    for step in STEPS:
        if (root / step / NAME).exists():
            raise CohortError(f"{root / step / NAME}: left by another cohort named {NAME}; move it away first")
    learners = load_learners(root / "demo" / "learners.yaml")
    cohort = new_cohort(root, NAME, root / "demo" / "roster.csv")
    (cohort.folder / MARK).touch()
    profiles = {learner.id: learners.profiles[learners.learners[learner.id]] for learner in cohort.roster()}
    kinds = {learner: learners.learners[learner] for learner in profiles}
    return Demo(cohort, profiles, kinds, kept)


def _clear(root: Path, folder: Path) -> tuple[str, ...]:
    """Removes what an earlier demo made, and moves aside what a person did in it: answers and decisions."""
    if not (folder / MARK).exists():
        raise CohortError(f"{folder}: this cohort was not made by the demo; rename it, and run the demo again")
    aside = root / "cohorts" / KEPT / datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    kept: list[str] = []
    simulated = {learner.id for learner in read_roster(root / "demo" / "roster.csv")}
    for home in sorted((folder / "learners").glob("*")):
        if home.name not in simulated:
            _move(home, aside / home.name)
            kept.append(f"The answers of {home.name} are kept in {display_path(aside / home.name)}.")
    if _decided_by_a_person(folder / "gradebook.db"):
        _move(folder / "gradebook.db", aside / "gradebook.db")
        kept.append(f"A gradebook with a person's scores is kept in {display_path(aside / 'gradebook.db')}.")
    # The mark goes last, so that a demo killed while it cleans up can be started again.
    for step in STEPS:
        shutil.rmtree(root / step / NAME, ignore_errors=True)
    for path in folder.iterdir():
        if path.name != MARK:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    (folder / MARK).unlink()
    folder.rmdir()
    return tuple(kept)


def _move(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    source.rename(target)


def _decided_by_a_person(gradebook: Path) -> bool:
    """Whether somebody gave a score by hand; no for a gradebook that is not there or was never finished."""
    if not gradebook.is_file():
        return False
    with closing(sqlite3.connect(f"file:{quote(str(gradebook))}?mode=ro", uri=True)) as database:
        try:
            rows = database.execute("SELECT 1 FROM grade WHERE manual_score IS NOT NULL LIMIT 1").fetchall()
        except sqlite3.DatabaseError:
            return False
    return bool(rows)


def answer_and_submit(demo: Demo, course: Course, module: str, *, progress: Progress) -> int:
    """Every learner fetches the module, answers it and submits; returns how many answers they committed."""
    pools = load_pools(demo.cohort.root / "demo" / "replies")
    keys = item_keys(course, module)
    committed = 0
    for number, (learner, profile) in enumerate(demo.profiles.items()):
        desk = LearnerDesk(demo.cohort, learner, demo.home(learner))
        desk.fetch(module)
        start = datetime.now(UTC) - timedelta(hours=4, minutes=7 * number)
        committed += answer_module(desk.folder / module, learner, profile, keys, pools, start=start)
        desk.submit(module)
        progress(learner)
    return committed


def item_keys(course: Course, module: str) -> dict[str, Key]:
    """The keys of a module's items, practice and graded, by item."""
    items = course.modules[module].items
    return {slug: authored.item.key for slug, authored in items.items() if authored.item.key is not None}


@dataclass(frozen=True)
class KindResult:
    """What the learners of one kind earned: shares in [0, 1] of the points of all, and of each item type."""

    kind: str
    learners: int
    share: float
    by_type: dict[str, float]


def results_by_kind(demo: Demo, course: Course) -> list[KindResult]:
    """Each kind of learner, the best first; a doubtful answer counts as it was scored, an unscored one as 0."""
    authored = [one for module in course.modules.values() for one in module.items.values()]
    types = {one.item.id: one.item.exercise.type for one in authored}
    earned: dict[tuple[str, str], list[float]] = {}
    with Gradebook(demo.cohort.gradebook_url, demo.cohort.name) as gradebook:
        for submission in gradebook.db.query(SubmittedAssignment).all():
            kind = demo.kinds[str(submission.student_id)]
            for grade in (grade for notebook in submission.notebooks for grade in notebook.grades):
                place = earned.setdefault((kind, types[str(grade.name)]), [0.0, 0.0])
                place[0] += float(grade.score)
                place[1] += float(grade.max_score)
    found: list[KindResult] = []
    for kind in dict.fromkeys(demo.kinds.values()):
        mine = {kind_type: points for (name, kind_type), points in earned.items() if name == kind}
        total = sum(most for _, most in mine.values())
        share = sum(score for score, _ in mine.values()) / total if total else 0.0
        by_type = {name: score / most for name, (score, most) in sorted(mine.items())}
        found.append(KindResult(kind, list(demo.kinds.values()).count(kind), share, by_type))
    return sorted(found, key=lambda one: -one.share)
