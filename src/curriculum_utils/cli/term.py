"""`curriculum release`, `collect`, `grade` and `feedback`: a term with one cohort."""

import json
import os
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import click

from curriculum_utils.cli.options import HELP, account, cohort_option, course_option, plural
from curriculum_utils.cli.term_more import tell_status
from curriculum_utils.cohorts import Cohort, chosen_cohort, term
from curriculum_utils.cohorts.due import cohort_due_dates, parse_due, told
from curriculum_utils.cohorts.feedback_zips import write_feedback_zips
from curriculum_utils.cohorts.handout import write_handout
from curriculum_utils.cohorts.releasing import preflight, released_as_it_is
from curriculum_utils.cohorts.status import status
from curriculum_utils.cohorts.withdrawing import kept_releases, offered_release
from curriculum_utils.cohorts.zips import Zips, receive
from curriculum_utils.content.suggest import did_you_mean
from curriculum_utils.errors import CohortError, ReleaseError, display_path
from curriculum_utils.grading.exchange import WHY
from curriculum_utils.grading.receipts import read_receipts
from curriculum_utils.items.due import utc_text

_FILE = click.Path(dir_okay=False, path_type=Path)
_FOLDER = click.Path(file_okay=False, exists=True, path_type=Path)
_FOLDER_TO_MAKE = click.Path(file_okay=False, path_type=Path)
workers_option = click.option(
    "--workers", type=click.IntRange(1, 64), default=os.cpu_count() or 1, help="Processes side by side."
)


@contextmanager
def progress_bar(title: str, total: int) -> Generator[Callable[[str], None]]:
    """A bar on standard error; the function it gives is called once per learner.

    For a program that waits for the command, $CURRICULUM_PROGRESS=lines has each step told as `progress 3 of 24`.
    """
    if os.environ.get("CURRICULUM_PROGRESS") == "lines":
        steps = count(1)
        click.echo(f"progress 0 of {total}", err=True)
        yield lambda _learner: click.echo(f"progress {next(steps)} of {total}", err=True)
        return
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
@click.option("--zip", "target", type=_FILE, help="Write it as a file too, for learners without a shared disk.")
@click.option(
    "--package",
    type=click.Path(dir_okay=False, exists=True, path_type=Path),
    help="With --zip: the learner package (a .whl file), to go along.",
)
@click.option("--check", is_flag=True, help="Only look whether it may be released; change nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@course_option
def release_command(
    module: str,
    cohort: str | None,
    course: Path,
    due: str | None,
    target: Path | None,
    package: Path | None,
    *,
    force: bool,
    check: bool,
    as_json: bool,
) -> None:
    """Release a module to a cohort, through nbgrader's exchange.

    With another --due alone, what is released stays as it is and only its date is changed.
    """
    chosen = chosen_cohort(course, cohort)
    wanted = None if due is None else parse_due(due)
    if check:
        _tell_check(chosen, module, preflight(chosen, module, force=force, target=target), as_json=as_json)
        return
    if target is not None and (problems := preflight(chosen, module, force=force, target=target)):
        raise ReleaseError("\n".join(problems))
    # The zip of what is released already needs no other release.
    if target is None or wanted is not None or not released_as_it_is(chosen, module):
        term.release(chosen, module, force=force, due=wanted)
    if target is not None:
        write_handout(chosen, module, target, force=force, package=package)
    date = wanted.at if wanted is not None else cohort_due_dates(chosen).get(module)
    if as_json:
        data = {"module": module, "cohort": chosen.name, "release": offered_release(chosen, module)}
        zipped = None if target is None else str(target)
        click.echo(json.dumps({**data, "due": None if date is None else utc_text(date), "zip": zipped}, indent=1))
        return
    click.echo(f"{module}: released to {chosen.name} through {display_path(chosen.exchange)}.")
    if target is not None:
        click.echo(f"zip  {display_path(target)}  for learners without a shared disk; it begins with START-HERE.html")
    if date is not None:
        click.echo(f"Due {told(date)}{', which is over already' if date < datetime.now(UTC) else ''}.")
    elif wanted is not None:
        click.echo("It has no due date now.")
    click.echo(f"Next, when learners have submitted: curriculum collect {module} --cohort {chosen.name}")


def _tell_check(cohort: Cohort, module: str, problems: list[str], *, as_json: bool) -> None:
    """Prints what releasing would be refused for and which releases there are; exit status 1 where it would be."""
    kept = kept_releases(cohort, module)
    if as_json:
        click.echo(json.dumps({"module": module, "problems": problems, "kept": [asdict(k) for k in kept]}, indent=1))
        sys.exit(1 if problems else 0)
    for problem in problems:
        click.echo(problem)
    for one in kept:
        offered = ", offered now" if one.offered else ""
        click.echo(f"kept  {one.digest[:12]}  answered by {plural(one.answered, 'learner')}{offered}")
    if problems:
        click.echo(f"{plural(len(problems), 'problem')}. {module} cannot be released as it is; nothing was changed.")
        sys.exit(1)
    click.echo(f"{module} may be released. Next: curriculum release {module} --cohort {cohort.name}")


@click.command("collect", context_settings=HELP)
@click.argument("module")
@cohort_option
@click.option("--from", "folder", type=_FOLDER, help="Take the zips in this folder too, in whatever names.")
@click.option("--received", metavar="WHEN", help="With --from: when these came.  [default: when first collected]")
@click.option("--assign", multiple=True, metavar="FILE=ID", help="Whose a zip is that could not be matched.")
@click.option("--update/--no-update", default=True, help="Let a newer submission take the place of an older one.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@course_option
def collect_command(
    module: str,
    cohort: str | None,
    course: Path,
    folder: Path | None,
    received: str | None,
    assign: tuple[str, ...],
    *,
    update: bool,
    as_json: bool,
) -> None:
    """Collect what learners submitted; what cannot be taken is set aside and told."""
    chosen = chosen_cohort(course, cohort)
    zips = _zips(chosen, module, folder, received, assign)
    learners = term.collect(chosen, module, update=update)
    aside = sorted(chosen.set_aside.glob(f"{module}/*/{WHY}"))
    receipts = list(read_receipts(chosen.folders, module))
    if as_json:
        told_aside = {path.parent.name: path.read_text("utf-8").splitlines()[0] for path in aside}
        data: dict[str, object] = {"module": module, "cohort": chosen.name, "receipts": [asdict(r) for r in receipts]}
        data |= {"set_aside": told_aside, "duplicates": zips.duplicates, "notes": zips.notes}
        click.echo(json.dumps(data, ensure_ascii=False, indent=1))
        sys.exit(1 if aside else 0)
    for one in receipts:
        click.echo(
            f"{one.learner}  received {one.received}  by {one.how}  "
            f"{one.answers} of {one.items} answered  {one.digest[:12]}"
        )
    for note in (*(f"{name}: the same file again" for name in zips.duplicates), *zips.notes):
        click.echo(note)
    click.echo(f"{module}: {plural(len(learners), 'submission')} of {plural(len(chosen.roster()), 'learner')}.")
    for why in aside:
        click.echo(f"set aside: {display_path(why.parent)}: {why.read_text('utf-8').splitlines()[0]}")
    click.echo(f"Next: curriculum grade {module} --cohort {chosen.name}")
    sys.exit(1 if aside else 0)


def _zips(cohort: Cohort, module: str, folder: Path | None, received: str | None, assign: tuple[str, ...]) -> Zips:
    """What became of the zips, where any were asked for."""
    if folder is None and not assign:
        if received is not None:
            raise CohortError("--received says when zips came; name their folder with --from")
        return Zips(0, (), (), ())
    pairs: dict[str, str] = {}
    for pair in assign:
        file, equals, learner = pair.rpartition("=")
        if not equals or not file or not learner:
            raise CohortError(f'--assign "{pair}": write FILE=ID, such as "handed-in (3).zip=amara"')
        pairs[file] = learner
    at = None if received is None else parse_due(received).at
    if received is not None and at is None:
        raise CohortError('--received names no time; write it so: --received "2027-03-01 16:00 Europe/Berlin"')
    return receive(cohort, module, folder, received=at, assign=pairs, by=account())


@click.command("grade", context_settings=HELP)
@click.argument("module")
@cohort_option
@workers_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@course_option
def grade_command(module: str, cohort: str | None, workers: int, course: Path, *, as_json: bool) -> None:
    """Grade what was collected; nothing that a learner wrote is run.

    Ends by telling what waits for a person, by reason and by learner.
    """
    chosen = chosen_cohort(course, cohort)
    learners = _some(term.submitted(chosen, module), chosen, module, "collect")
    with progress_bar(f"Grading {module}", len(learners)) as tell:
        done = term.grade(chosen, module, learners, workers=workers, progress=tell)
    now = status(chosen, module)
    if as_json:
        failed = {one.learner: one.problem for one in done if one.problem is not None}
        click.echo(json.dumps({**now.as_json(), "failed": failed}, ensure_ascii=False, indent=1))
        sys.exit(1 if failed else 0)
    tell_status(now)
    _finish(done, "graded", f"curriculum feedback {module} --cohort {chosen.name}")


@click.command("feedback", context_settings=HELP)
@click.argument("module")
@cohort_option
@workers_option
@click.option("--zip", "folder", type=_FOLDER_TO_MAKE, help="Write one zip for each learner here too, to be mailed.")
@course_option
def feedback_command(module: str, cohort: str | None, workers: int, folder: Path | None, course: Path) -> None:
    """Generate feedback pages and return them, through the exchange."""
    chosen = chosen_cohort(course, cohort)
    learners = _some(term.graded(chosen, module), chosen, module, "grade")
    with progress_bar(f"Feedback on {module}", len(learners)) as tell:
        done = term.give_feedback(chosen, module, learners, workers=workers, progress=tell)
    if folder is not None:
        written = write_feedback_zips(chosen, module, folder)
        click.echo(f"{display_path(folder)}: {plural(len(written), 'zip')}, one for each learner.")
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
