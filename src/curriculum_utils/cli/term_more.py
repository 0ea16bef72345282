"""`curriculum extend`, `withdraw` and `status`: single learners, taking back, and how far everything has come."""

import json
import sys
from pathlib import Path

import click

from curriculum_utils.cli.options import HELP, account, cohort_option, course_option, plural
from curriculum_utils.cohorts import Cohort, chosen_cohort, list_cohorts
from curriculum_utils.cohorts.due import parse_due, told
from curriculum_utils.cohorts.extensions import extend
from curriculum_utils.cohorts.status import Status, statuses
from curriculum_utils.cohorts.withdrawing import kept_releases, withdraw


@click.command("extend", context_settings=HELP)
@click.argument("module")
@click.argument("learner")
@click.option(
    "--until",
    metavar="WHEN",
    required=True,
    help='"2027-03-08 17:00 Europe/Berlin"; "none" takes the extension away.',
)
@cohort_option
@course_option
def extend_command(module: str, learner: str, until: str, cohort: str | None, course: Path) -> None:
    """Give one learner more time.

    Before or after they handed in. What was late and no longer is loses its penalty when it is graded the next time.
    """
    chosen, wanted = chosen_cohort(course, cohort), parse_due(until)
    changed = extend(chosen, module, learner, wanted, by=account())
    what = "no extension" if wanted.at is None else f"until {told(wanted.at)}"
    click.echo(f"{module}: {learner} has {what}{'' if changed else ', as before'}.")
    if changed:
        click.echo(f"Next, if feedback was given already: curriculum feedback {module} --cohort {chosen.name}")


@click.command("withdraw", context_settings=HELP)
@click.argument("module")
@cohort_option
@course_option
def withdraw_command(module: str, cohort: str | None, course: Path) -> None:
    """Take a module back: nobody can fetch it any more.

    What was fetched, answered and handed in stays, and can be graded.
    Until it is released again nothing can be handed in through the exchange; zips can.
    """
    chosen = chosen_cohort(course, cohort)
    was_there = withdraw(chosen, module)
    click.echo(f"{module}: {'withdrawn from' if was_there else 'was not released any more to'} {chosen.name}.")
    _tell_releases(chosen, module)
    click.echo("Zips of it that were handed out cannot be called back.")
    click.echo(f"Next, when it is corrected: curriculum build, then curriculum release {module} --cohort {chosen.name}")


@click.command("status", context_settings=HELP)
@click.argument("module", required=False)
@click.option("--cohort", help="The cohort's name. [default: every cohort]")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@course_option
def status_command(module: str | None, cohort: str | None, course: Path, *, as_json: bool) -> None:
    """Show how far each module has come.

    Handed in, late, set aside, graded, what waits for a person and why, given back.
    """
    chosen = [chosen_cohort(course, cohort)] if cohort is not None else list_cohorts(course)
    found = [one for each in chosen for one in statuses(each, module)]
    if as_json:
        click.echo(json.dumps([one.as_json() for one in found], ensure_ascii=False, indent=1))
        return
    for one in found:
        tell_status(one)
    click.echo(f"{plural(len(found), 'released module')} in {plural(len(chosen), 'cohort')}.")
    sys.exit(0)


def tell_status(one: Status) -> None:
    """Prints one module's status."""
    click.echo(f"{one.cohort}  {one.module}  {one.state}{f', due {one.due}' if one.due else ''}")
    counts = (
        ("handed in", len(one.handed_in)),
        ("late", len(one.late)),
        ("extended", len(one.extended)),
        ("collected", len(one.collected)),
        ("set aside", len(one.aside)),
        ("graded", len(one.graded)),
        ("half graded", len(one.half_graded)),
        ("given back", len(one.returned)),
    )
    click.echo(f"  {', '.join(f'{count} {what}' for what, count in counts)}, of {plural(one.learners, 'learner')}")
    tell_waiting(one)


def tell_waiting(one: Status) -> None:
    """Prints what waits for a person: how many by reason, and how many by learner."""
    data = one.as_json()
    by_reason, by_learner = data["waiting_by_reason"], data["waiting_by_learner"]
    if not isinstance(by_reason, dict) or not isinstance(by_learner, dict) or not one.waiting:
        return
    click.echo(f"  {plural(len(one.waiting), 'answer')} waiting for a person:")
    for reason, count in by_reason.items():  # pyright: ignore[reportUnknownVariableType]
        click.echo(f"    {count:4}  {reason}")
    click.echo("  by learner: " + ", ".join(f"{learner} {count}" for learner, count in by_learner.items()))  # pyright: ignore[reportUnknownVariableType]


def _tell_releases(cohort: Cohort, module: str) -> None:
    for kept in kept_releases(cohort, module):
        click.echo(f"kept  {kept.digest[:12]}  answered by {plural(kept.answered, 'learner')}")
