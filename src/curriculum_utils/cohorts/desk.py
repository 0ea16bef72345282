# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
"""One learner's side of nbgrader's exchange, for whoever stands in for a learner on this machine."""

from collections.abc import Callable
from contextlib import chdir
from pathlib import Path
from typing import Any

from nbgrader.auth import Authenticator
from nbgrader.coursedir import CourseDirectory
from nbgrader.exchange import ExchangeFactory

from curriculum_utils.cohorts.cohort import Cohort
from curriculum_utils.cohorts.settings import cohort_config


class LearnerDesk:
    """One learner's side of nbgrader's exchange: fetching a module into their folder, and submitting it."""

    def __init__(self, cohort: Cohort, learner: str, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._config = cohort_config(cohort)
        self._config.Exchange.assignment_dir = str(folder)
        self._config.Exchange.cache = str(folder / ".nbgrader-cache")
        self._config.CourseDirectory.student_id = learner
        self._exchange = ExchangeFactory(config=self._config)

    def fetch(self, module: str) -> None:
        """nbgrader fetch_assignment."""
        self._run(self._exchange.FetchAssignment, module)

    def submit(self, module: str) -> None:
        """nbgrader submit."""
        self._run(self._exchange.Submit, module)

    def fetch_feedback(self, module: str) -> None:
        """nbgrader fetch_feedback."""
        self._run(self._exchange.FetchFeedback, module)

    def _run(self, step: Callable[..., Any], module: str) -> None:
        course = CourseDirectory(config=self._config)
        course.assignment_id = module
        with chdir(self.folder):
            step(coursedir=course, authenticator=Authenticator(config=self._config), config=self._config).start()
