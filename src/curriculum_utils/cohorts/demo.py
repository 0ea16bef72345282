"""The demo cohort: made afresh, fetched, answered and submitted by simulated learners through nbgrader's exchange."""

import shutil
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from curriculum_utils.cohorts.cohort import Cohort, new_cohort
from curriculum_utils.cohorts.desk import LearnerDesk
from curriculum_utils.cohorts.simulated import Profile, answer_module, load_learners, load_pools
from curriculum_utils.cohorts.term import Progress
from curriculum_utils.content import Course, Key
from curriculum_utils.errors import CohortError

NAME = "demo"
# Only a cohort that carries this mark is ever removed by the demo.
MARK = "MADE-BY-CURRICULUM-DEMO"
STEPS = ("release", "submitted", "autograded", "feedback")


@dataclass(frozen=True)
class Demo:
    """The demo cohort and who answers in it."""

    cohort: Cohort
    profiles: dict[str, Profile]

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
    if folder.exists():
        if not (folder / MARK).exists():
            raise CohortError(f"{folder}: this cohort was not made by the demo; rename it, and run the demo again")
        # The mark goes last, so that a demo killed while it cleans up can be started again.
        for step in STEPS:
            shutil.rmtree(root / step / NAME, ignore_errors=True)
        for path in folder.iterdir():
            if path.name != MARK:
                shutil.rmtree(path) if path.is_dir() else path.unlink()
        (folder / MARK).unlink()
        folder.rmdir()
    for step in STEPS:
        if (root / step / NAME).exists():
            raise CohortError(f"{root / step / NAME}: left by another cohort named {NAME}; move it away first")
    learners = load_learners(root / "demo" / "learners.yaml")
    cohort = new_cohort(root, NAME, root / "demo" / "roster.csv")
    (cohort.folder / MARK).touch()
    profiles = {learner.id: learners.profiles[learners.learners[learner.id]] for learner in cohort.roster()}
    return Demo(cohort, profiles)


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
