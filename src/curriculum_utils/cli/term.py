"""`curriculum release`, `collect`, `grade` and `feedback`: a term with one cohort."""

import os
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import click

from curriculum_utils.cli.options import HELP, cohort_option, course_option, plural
from curriculum_utils.cohorts import Cohort, chosen_cohort, term
from curriculum_utils.cohorts.due import cohort_due_dates, parse_due, told
from curriculum_utils.content.suggest import did_you_mean
from curriculum_utils.errors import CohortError, display_path

workers_option = click.option(
    "--workers", type=click.IntRange(1, 64), default=os.cpu_count() or 1, help="Processes side by side."
)


@contextmanager
def progress_bar(title: str, total: int) -> Generator[Callable[[str], None]]:
    """A bar on standard error; the function it gives is called once per learner."""
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import Progress  # noqa: PLC0415

    with Progress(console=Console(stderr=True), transient=not sys.stderr.isatty()) as progress:
        task = progress.add_task(title, total=total)
        yield lambda _learner: progress.advance(task)


@click.command("release", context_settings=HELP)
@click.argument("module")
@cohort_option
@click.option("--force", is_flag=True, help="Replace what is released; what learners answered stays.")
@click.option(
    "--due",
    metavar="WHEN",
    help='Until when to hand it in: "2027-03-01 17:00 Europe/Berlin"; "none" takes the date away.  '
    "[default: as it was]",
)
@course_option
def release_command(module: str, cohort: str | None, course: Path, due: str | None, *, force: bool) -> None:
    """Release a module to a cohort, through nbgrader's exchange.

    With another --due alone, what is released stays as it is and only its date is changed.
    """
    chosen = chosen_cohort(course, cohort)
    wanted = None if due is None else parse_due(due)
    term.release(chosen, module, force=force, due=wanted)
    click.echo(f"{module}: released to {chosen.name} through {display_path(chosen.exchange)}.")
    if (date := wanted.at if wanted is not None else cohort_due_dates(chosen).get(module)) is not None:
        click.echo(f"Due {told(date)}{', which is over already' if date < datetime.now(UTC) else ''}.")
    elif wanted is not None:
        click.echo("It has no due date now.")
    click.echo(f"Next, when learners have submitted: curriculum collect {module} --cohort {chosen.name}")


@click.command("collect", context_settings=HELP)
@click.argument("module")
@cohort_option
@course_option
def collect_command(module: str, cohort: str | None, course: Path) -> None:
    """Collect what learners submitted; what cannot be taken is set aside and told."""
    chosen = chosen_cohort(course, cohort)
    learners = term.collect(chosen, module)
    click.echo(f"{module}: {plural(len(learners), 'submission')} of {plural(len(chosen.roster()), 'learner')}.")
    aside = sorted(chosen.set_aside.glob(f"{module}/*/WHY.txt"))
    for why in aside:
        click.echo(f"set aside: {display_path(why.parent)}: {why.read_text('utf-8').splitlines()[0]}")
    click.echo(f"Next: curriculum grade {module} --cohort {chosen.name}")
    sys.exit(1 if aside else 0)


@click.command("grade", context_settings=HELP)
@click.argument("module")
@cohort_option
@workers_option
@course_option
def grade_command(module: str, cohort: str | None, workers: int, course: Path) -> None:
    """Grade what was collected; nothing that a learner wrote is run."""
    chosen = chosen_cohort(course, cohort)
    learners = _some(term.submitted(chosen, module), chosen, module, "collect")
    with progress_bar(f"Grading {module}", len(learners)) as tell:
        done = term.grade(chosen, module, learners, workers=workers, progress=tell)
    _finish(done, "graded", f"curriculum feedback {module} --cohort {chosen.name}")


@click.command("feedback", context_settings=HELP)
@click.argument("module")
@cohort_option
@workers_option
@course_option
def feedback_command(module: str, cohort: str | None, workers: int, course: Path) -> None:
    """Generate feedback pages and return them, through the exchange."""
    chosen = chosen_cohort(course, cohort)
    learners = _some(term.graded(chosen, module), chosen, module, "grade")
    with progress_bar(f"Feedback on {module}", len(learners)) as tell:
        done = term.give_feedback(chosen, module, learners, workers=workers, progress=tell)
    if left := term.waiting(chosen, module):
        click.echo(f"{plural(left, 'answer')} still wait for a person (formgrader, Manual Grading); the pages say so.")
    _finish(done, "given feedback", f"curriculum report --cohort {chosen.name}")


def _some(learners: list[str], cohort: Cohort, module: str, first: str) -> list[str]:
    if not learners:
        if not (cohort.root / "source" / module).is_dir():
            known = [path.name for path in (cohort.root / "source").glob("*/")]
            raise CohortError(f'no module "{module}"{did_you_mean(module, known)}')
        raise CohortError(
            f"nothing to do yet for {cohort.name}; first: curriculum {first} {module} --cohort {cohort.name}"
        )
    return learners


def _finish(done: list[term.Done], what: str, next_command: str) -> None:
    failed = [result for result in done if result.problem is not None]
    for result in failed:
        click.echo(f"{result.learner}: {result.problem}")
    click.echo(f"{plural(len(done) - len(failed), 'submission')} {what}, {len(failed)} failed. Next: {next_command}")
    sys.exit(1 if failed else 0)
