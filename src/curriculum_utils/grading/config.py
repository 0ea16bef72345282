"""One cohort's settings for nbgrader: where its files lie, and which of nbgrader's parts are replaced by ours."""

from contextlib import suppress
from pathlib import Path

from traitlets.config import Config

from curriculum_utils.grading.feedback_page import TEMPLATE, templates
from curriculum_utils.grading.process import prepare_process
from curriculum_utils.items.pinned import CohortFolders

_OURS = "curriculum_utils.grading"
_NBGRADER = "nbgrader.preprocessors"
# How long a writer waits for another one before nbgrader's database gives up.
SQLITE_TIMEOUT_S = 60


def gradebook_url(root: Path, cohort: str) -> str:
    """The cohort's own gradebook: nbgrader's assignment names are unique in a database, so none is ever shared."""
    return f"sqlite:///{CohortFolders(root, cohort).own / 'gradebook.db'}?timeout={SQLITE_TIMEOUT_S}"


def apply(
    c: Config,
    *,
    root: Path,
    cohort: str,
    db_url: str | None = None,
    exchange: Path | None = None,
    private_keys: Path | None = None,
    execute: bool = False,
    late: str = "none",
) -> None:
    """Sets everything that nbgrader needs for one cohort.

    Args:
        c: the configuration, as `get_config()` gives it in nbgrader_config.py.
        root: the course's folder.
        db_url: the gradebook, if not SQLite in the cohort's folder.
        exchange: nbgrader's exchange; where nbgrader looks by itself, if not given.
        private_keys: a folder of keys laid over the course's own.
        execute: run the (rebuilt) notebooks in a kernel as stock nbgrader does, for the same scores at more cost.
        late: the cohort's late rule.
    """
    root = root.resolve()
    prepare_process()
    c.InCohort.course_root = str(root)
    c.InCohort.cohort = cohort
    if private_keys is not None:
        c.InCohort.private_keys = str(private_keys.resolve())
    directory = c.CourseDirectory
    directory.root = str(root)
    directory.course_id = cohort
    directory.source_directory = "source"
    for step in ("release", "submitted", "autograded", "feedback"):
        directory[f"{step}_directory"] = f"{step}/{cohort}"
    directory.db_url = db_url or gradebook_url(root, cohort)
    _watch(directory.db_url)
    # nbgrader's own list, and the files that are locked while a response log is written.
    directory.ignore = [".ipynb_checkpoints", "*.pyc", "__pycache__", "feedback", ".*.jsonl.lock"]
    if exchange is not None:
        c.Exchange.root = str(exchange)
    c.ExchangeFactory.collect = f"{_OURS}.exchange.Collect"
    c.ExchangeFactory.release_assignment = f"{_OURS}.exchange.ReleaseAssignment"
    c.Autograde.exporter_class = f"{_OURS}.exporter.SubmissionExporter"
    c.Autograde.sanitize_preprocessors = [
        f"{_OURS}.steps.RebuildFromRelease",
        *_nbgrader("ClearOutput", "DeduplicateIds", "OverwriteKernelspec", "OverwriteCells", "CheckCellMetadata"),
    ]
    scoring = f"{_NBGRADER}.Execute" if execute else f"{_OURS}.steps.ScoreResponses"
    c.Autograde.autograde_preprocessors = [
        f"{_OURS}.review.RememberDecisions",
        scoring,
        *_nbgrader("IgnorePattern"),
        "nbconvert.preprocessors.ClearMetadataPreprocessor",
        *_nbgrader("LimitOutput", "SaveAutoGrades"),
        f"{_OURS}.review.FlagForReview",
        f"{_OURS}.extensions.CarryExtensions",
        *_nbgrader("AssignLatePenalties"),
        f"{_OURS}.review.NoteLateness",
        *_nbgrader("CheckCellMetadata"),
    ]
    c.AssignLatePenalties.plugin_class = f"{_OURS}.late.LatePenalty"
    c.LatePenalty.rule = c.SettleLatePenalty.rule = late
    c.GenerateFeedback.exporter_class = f"{_OURS}.feedback_page.FeedbackExporter"
    # nbgrader sets the template of every HTML page to its own; the narrower class goes first.
    c.FeedbackExporter.template_name = TEMPLATE
    c.FeedbackExporter.extra_template_basedirs = [templates()]
    # A key is in no cell of ours; ClearHiddenTests stands here for cells that an instructor may add one day.
    c.GenerateFeedback.preprocessors = [
        f"{_OURS}.penalties.SettleLatePenalty",
        *_nbgrader("GetGrades", "ClearHiddenTests"),
        f"{_OURS}.feedback.ForTheLearner",
        "nbconvert.preprocessors.CSSHTMLHeaderPreprocessor",
    ]


def _watch(db_url: str) -> None:
    """Keeps the history of grades from now on, whichever of nbgrader's programs writes next.

    One that cannot be opened or written now is none of a configuration's business: nbgrader tells it when it tries.
    """
    from sqlalchemy.engine import make_url  # noqa: PLC0415
    from sqlalchemy.exc import SQLAlchemyError  # noqa: PLC0415 - learners' settings have no gradebook

    url = make_url(db_url)
    if url.get_backend_name() == "sqlite" and not (url.database and Path(url.database).is_file()):
        return  # opening it would make an empty one
    from curriculum_utils.grading.history import keep_history  # noqa: PLC0415

    with suppress(SQLAlchemyError):
        keep_history(db_url)


def _nbgrader(*names: str) -> list[str]:
    return [f"{_NBGRADER}.{name}" for name in names]
