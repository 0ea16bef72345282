"""What every part of ours that nbgrader makes is told by configuration: which course, which cohort, which scorer."""

from functools import cache
from pathlib import Path
from typing import cast

from traitlets import Unicode
from traitlets.config import Configurable
from traitlets.utils.importstring import import_item

from curriculum_utils.content import ReleasedModule
from curriculum_utils.errors import GradingError
from curriculum_utils.grading.structure import structure_of
from curriculum_utils.items.assessing import LazyScorer
from curriculum_utils.items.pinned import CohortFolders, PinnedReleases
from curriculum_utils.scoring import Scorer


class InCohort(Configurable):
    """One cohort of one course; set `c.InCohort.…` and every part has it."""

    course_root = Unicode(help="The course's folder, absolute.").tag(config=True)
    cohort = Unicode(help="The cohort's name.").tag(config=True)
    private_keys = Unicode(help="A folder of keys laid over the course's own.").tag(config=True)
    scorer = Unicode(
        "curriculum_utils.scoring.load_scorer",
        help="What gives the scorer of written replies: a function without arguments, as module.name.",
    ).tag(config=True)

    def folders(self) -> CohortFolders:
        """Where the cohort's files lie.

        Raises:
            GradingError: the settings name no cohort; nbgrader_config.py was not read.
        """
        if not self.course_root or not self.cohort:
            raise GradingError("no cohort is set; run nbgrader in the course's folder, where nbgrader_config.py is")
        return CohortFolders(Path(self.course_root), self.cohort)

    def pinned(self, module: str) -> PinnedReleases:
        return PinnedReleases(self.folders().releases, module)

    def reply_scorer(self) -> Scorer:
        return _scorer(self.scorer)

    def structure(self, module: str, db_url: str) -> ReleasedModule:
        """The release that the module's notebooks are graded in; see `structure_of`."""
        private = Path(self.private_keys) if self.private_keys else None
        return structure_of(self.folders(), module, db_url, scorer=self.reply_scorer(), private_keys=private)


@cache
def _scorer(name: str) -> Scorer:
    """One scorer for the whole process: loading it takes longer than grading a notebook."""
    return LazyScorer(lambda: cast(Scorer, import_item(name)()))
