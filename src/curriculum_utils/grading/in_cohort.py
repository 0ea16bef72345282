"""What every part of ours that nbgrader makes is told by configuration: which course, which cohort, which scorer."""

import json
from functools import cache
from pathlib import Path
from typing import cast

from traitlets import Dict, Unicode
from traitlets.config import Configurable
from traitlets.utils.importstring import import_item

from curriculum_utils.content import ReleasedModule
from curriculum_utils.errors import GradingError
from curriculum_utils.grading.structure import structure_of
from curriculum_utils.items.assessing import LazyScorer
from curriculum_utils.items.pinned import CohortFolders, PinnedReleases
from curriculum_utils.scoring import Scorer, ScoringVocabulary
from curriculum_utils.scoring.second_endpoint import key_in
from curriculum_utils.scoring.second_memory import RememberingRater
from curriculum_utils.scoring.second_opinion import SecondOpinion
from curriculum_utils.scoring.second_rater import SecondRater
from curriculum_utils.scoring.vocabulary import rubric_vocabulary, vocabulary_of


class InCohort(Configurable):
    """One cohort of one course; set `c.InCohort.…` and every part has it."""

    course_root = Unicode(help="The course's folder, absolute.").tag(config=True)
    cohort = Unicode(help="The cohort's name.").tag(config=True)
    private_keys = Unicode(help="A folder of keys laid over the course's own.").tag(config=True)
    scorer = Unicode(
        "curriculum_utils.scoring.load_scorer",
        help="What gives the scorer of written replies: a function without arguments, as module.name.",
    ).tag(config=True)
    second_rater = Dict(
        per_key_traits={"endpoint": Unicode(), "model": Unicode(), "key_variable": Unicode()},
        help="Where replies are read a second time: endpoint, model and, if it needs a key, key_variable. "
        "Empty: nowhere, and nothing leaves this machine.",
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

    def grading_scorer(self, release: ReleasedModule) -> Scorer:
        """What scores the release's replies: `reply_scorer`, and the cohort's second rater's opinion if it has one.

        Raises:
            ScoringError: the second rater cannot be asked as it is set.
        """
        if not self.second_rater:
            return self.reply_scorer()
        vocabulary = _vocabulary(release)
        as_text = (json.dumps(settings, sort_keys=True) for settings in (self.second_rater, vocabulary.as_json()))
        return SecondOpinion(self.reply_scorer(), _second_rater(*as_text, self.folders().own), vocabulary)

    def structure(self, module: str, db_url: str) -> ReleasedModule:
        """The release that the module's notebooks are graded in; see `structure_of`.

        Raises:
            GradingError: there is none.
            ScoringError: the second rater cannot be asked as it is set; told here, before anything is graded.
        """
        private = Path(self.private_keys) if self.private_keys else None
        release = structure_of(self.folders(), module, db_url, scorer=self.reply_scorer(), private_keys=private)
        self.grading_scorer(release)
        return release


@cache
def _scorer(name: str) -> Scorer:
    """One scorer for the whole process: loading it takes longer than grading a notebook."""
    return LazyScorer(lambda: cast(Scorer, import_item(name)()))


@cache
def _second_rater(settings: str, vocabulary: str, folder: Path) -> Scorer:
    """One second rater for the whole process, so that one that is silent is noticed across notebooks.

    Args:
        settings: `InCohort.second_rater` as JSON.
        vocabulary: the release's, as JSON.
        folder: the cohort's, where its log and its answers are kept.
    """
    chosen: dict[str, str] = json.loads(settings)
    rater = SecondRater(
        chosen.get("endpoint", ""),
        chosen.get("model", ""),
        vocabulary_of(vocabulary, "the release"),
        key=key_in(chosen.get("key_variable")),
        log=folder / "second-rater-log.jsonl",
    )
    return RememberingRater(rater, folder / "second-rater-answers.jsonl")


def _vocabulary(release: ReleasedModule) -> ScoringVocabulary:
    """The release's own labels and moves: what its replies are scored by, however much the course has changed since."""
    moves = {slug: move.criteria for slug, move in release.vocabulary.effective_moves().items()}
    return rubric_vocabulary(release.vocabulary.rubric, {release.module: moves})
