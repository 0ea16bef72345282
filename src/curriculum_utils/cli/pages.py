"""`curriculum lab` and `curriculum instructor`: the two views, in a browser, on this machine alone."""

import os
import sys
from pathlib import Path

import click

from curriculum_utils.cli.options import HELP, cohort_option, course_option, plural
from curriculum_utils.cohorts import Cohort, chosen_cohort
from curriculum_utils.content.words import LANGUAGE, languages
from curriculum_utils.errors import CohortError, display_path
from curriculum_utils.widgets.handing_in import COHORT, COURSE
from curriculum_utils.widgets.lab import App, serve, serve_instructor

_port_option = click.option("--port", type=click.IntRange(1024, 65535), help="[default: the same each time]")
_browser_option = click.option("--browser/--no-browser", default=True, help="Open a browser window.")


@click.command("lab", context_settings=HELP)
@click.argument("module", required=False)
@click.option("--learner", default="me", show_default=True, help="Whose answers these are.")
@cohort_option
@click.option(
    "--app",
    type=click.Choice(["lab", "notebook", "voila"]),
    default="lab",
    show_default=True,
    help="What shows them: JupyterLab, Notebook 7 or Voilà.",
)
@_port_option
@_browser_option
@click.option("--language", type=click.Choice(languages()), help="Of the buttons and sentences around the tasks.")
@course_option
def lab_command(
    module: str | None,
    learner: str,
    cohort: str | None,
    app: App,
    port: int | None,
    language: str | None,
    course: Path,
    *,
    browser: bool,
) -> None:
    """Open the learner's view of the released modules, or of one of them."""
    chosen = chosen_cohort(course, cohort)
    home = _fetched(chosen, module, learner)
    if language is not None:
        os.environ[LANGUAGE] = language
    os.environ["CURRICULUM_LEARNER"] = learner
    os.environ[COURSE], os.environ[COHORT] = str(course.resolve()), chosen.name
    click.echo(f"{display_path(home)}: answers are kept here, as {learner}. Stop with Ctrl+C.")
    sys.exit(serve(home, app=app, open_browser=browser, port=port))


@click.command("instructor", context_settings=HELP)
@cohort_option
@_port_option
@_browser_option
@course_option
def instructor_command(cohort: str | None, port: int | None, course: Path, *, browser: bool) -> None:
    """Open the instructor's desk, with formgrader beside it, on a cohort."""
    chosen = chosen_cohort(course, cohort)
    os.environ[COHORT] = chosen.name
    learners = plural(len(chosen.roster()), "learner")
    click.echo(f"{chosen.name}: {learners}. Formgrader is a link on the desk. Stop with Ctrl+C.")
    sys.exit(serve_instructor(course, open_browser=browser, port=port))


def _fetched(cohort: Cohort, module: str | None, learner: str) -> Path:
    """The learner's folder with the released modules in it, or the one named; fetched if they are not there yet."""
    from curriculum_utils.cohorts.desk import LearnerDesk  # noqa: PLC0415 - nbgrader takes its time to load
    from curriculum_utils.cohorts.due import refresh_due  # noqa: PLC0415

    released = sorted(path.name for path in (cohort.exchange / cohort.name / "outbound").glob("*") if path.is_dir())
    if not released:
        raise CohortError(f"{cohort.name} has no released module; first: curriculum release MODULE (or: make demo)")
    if module is not None and module not in released:
        raise CohortError(f'"{module}" is not released to {cohort.name}; released: {", ".join(released)}')
    home = cohort.folder / "learners" / learner
    for name in released if module is None else [module]:
        if not (home / name).is_dir():
            LearnerDesk(cohort, learner, home).fetch(name)
        refresh_due(cohort, name, home / name)
    return home
