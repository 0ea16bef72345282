"""What the desk's pages may ask, by verb; each question names its cohort."""

from collections.abc import Callable, Mapping
from pathlib import Path

from curriculum_utils.cohorts import Cohort, open_cohort
from curriculum_utils.content import as_list
from curriculum_utils.desk import overview
from curriculum_utils.desk.history import history
from curriculum_utils.desk.jobs import Jobs
from curriculum_utils.desk.reviewing import Reviewing
from curriculum_utils.desk.verbs import Typed, errand
from curriculum_utils.errors import CohortError
from curriculum_utils.scoring import Scorer


class Desks:
    """The desk of one course: questions about its cohorts, and commands that it starts."""

    def __init__(self, root: Path, jobs: Jobs, *, scorer: Scorer | None = None) -> None:
        """As given; `scorer` reads the replies, each cohort's own by default."""
        self._root, self._jobs, self._scorer = root, jobs, scorer
        self._reviews: dict[tuple[str, bool], Reviewing] = {}
        self._verbs: dict[str, Callable[[Mapping[str, object], Typed], object]] = {
            "cohorts": lambda _fields, _typed: overview.cohorts(root),
            "overview": lambda _fields, typed: overview.overview(self._cohort(typed)),
            "audit": lambda _fields, typed: history(self._cohort(typed), typed.needed("learner", "The learner")),
            "check": self._check,
            "run": self._run,
            "queue": self._queue,
            "entry": lambda _fields, typed: self._review(typed).entry(typed.text("handle")),
            "points": lambda fields, typed: self._review(typed).points(
                typed.text("handle"), _names(fields, "overturn")
            ),
            "decide": self._decide,
            "undo": self._undo,
            "snippets": lambda _fields, typed: self._review(typed).snippets(),
            "keep-snippet": lambda _f, typed: self._review(typed).keep_snippet(typed.text("name"), typed.text("text")),
            "sample": self._sample,
            "mark": self._mark,
            "agreement": lambda _fields, typed: self._review(typed).agreement(typed.text("module") or None),
        }

    def answer(self, verb: str, fields: Mapping[str, object]) -> object:
        """What the page asked for, as plain data.

        Raises:
            CurriculumError: it cannot be had; nothing was changed.
        """
        if verb not in self._verbs:
            raise CohortError(f'the desk cannot answer "{verb}"; reload the page')
        return self._verbs[verb](fields, Typed(fields))

    def _cohort(self, typed: Typed) -> Cohort:
        return open_cohort(self._root, typed.needed("cohort", "The cohort"))

    def _review(self, typed: Typed) -> Reviewing:
        cohort, blind = self._cohort(typed), not typed.on("names")
        found = self._reviews.get((cohort.name, blind))
        # Its settings may have been changed since.
        if found is None or found.cohort != cohort:
            found = self._reviews[cohort.name, blind] = Reviewing(cohort, blind=blind, scorer=self._scorer)
        return found

    def _check(self, _fields: Mapping[str, object], typed: Typed) -> object:
        module = typed.slug("module", "Module")
        return overview.release_check(self._cohort(typed), module, force=typed.on("force"))

    def _run(self, fields: Mapping[str, object], typed: Typed) -> object:
        verb, cohort = typed.text("run"), self._cohort(typed)
        # What was graded or collected meanwhile is read anew.
        self._reviews.clear()
        return self._jobs.start(verb, typed.text("module"), errand(verb, cohort.name, fields)).as_json()

    def _queue(self, _fields: Mapping[str, object], typed: Typed) -> object:
        which = "decided" if typed.text("which") == "decided" else "waiting"
        return self._review(typed).queue(typed.text("module") or None, which)

    def _decide(self, fields: Mapping[str, object], typed: Typed) -> object:
        return self._review(typed).decide(
            typed.needed("handle", "The answer"),
            _names(fields, "overturn"),
            by=typed.needed("by", "Who decides"),
            points=_number(fields, "points"),
            said=typed.text("remark"),
            also=_names(fields, "also"),
        )

    def _undo(self, _fields: Mapping[str, object], typed: Typed) -> object:
        return self._review(typed).undo(typed.needed("handle", "The answer"), by=typed.needed("by", "Who decides"))

    def _sample(self, fields: Mapping[str, object], typed: Typed) -> object:
        module, marker = typed.slug("module", "Module"), typed.needed("marker", "Who marks")
        return self._review(typed).sample(
            module, marker, share=_number(fields, "share"), seed=int(_number(fields, "seed") or 1)
        )

    def _mark(self, fields: Mapping[str, object], typed: Typed) -> object:
        return self._review(typed).mark(
            typed.needed("handle", "The answer"), _names(fields, "found"), by=typed.needed("marker", "Who marks")
        )


def _names(fields: Mapping[str, object], name: str) -> list[str]:
    return [one for one in as_list(fields.get(name)) if isinstance(one, str)]


def _number(fields: Mapping[str, object], name: str) -> float | None:
    """The field as a number, None where it is left empty.

    Raises:
        CohortError: it is something else.
    """
    value = fields.get(name)
    if value is None or value == "":
        return None
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    raise CohortError(f"{value}: is no number; write it in digits, such as 2.5")
