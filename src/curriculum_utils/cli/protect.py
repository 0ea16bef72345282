"""`curriculum protect`: what is held of one learner, taken out or erased, and whether a cohort's time is over."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from curriculum_utils.cli.options import HELP, account, cohort_option, course_option, plural
from curriculum_utils.cohorts import Cohort, chosen_cohort, list_cohorts, open_cohort
from curriculum_utils.errors import CohortError, display_path

if TYPE_CHECKING:
    from curriculum_utils.cohorts.erasing import Erasure
    from curriculum_utils.cohorts.retention import Retention

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
yes_option = click.option("--yes", is_flag=True, help="Erase without a question.")
key_option = click.option(
    "--key-file",
    type=click.Path(dir_okay=False, exists=True, path_type=Path),
    help="The key to the cohort's pseudonyms, for the learner's line in it.",
)


@click.group("protect", context_settings=HELP)
def protect_group() -> None:
    """Take out or erase what is held of one learner; tell whose retention period is over."""


@protect_group.command("export", context_settings=HELP)
@click.argument("learner")
@click.option("--to", required=True, type=click.Path(path_type=Path), help="The zip file to write.")
@key_option
@json_option
@cohort_option
@course_option
def export_command(
    learner: str, to: Path, key_file: Path | None, cohort: str | None, course: Path, *, as_json: bool
) -> None:
    """Write everything that a cohort holds of one learner into one zip file.

    A readable page, the files as they are, and the gradebook's rows. Only your account can read it.
    """
    from curriculum_utils.cohorts.taking_out import take_out  # noqa: PLC0415 - the help needs no gradebook

    done = take_out(chosen_cohort(course, cohort), learner, to, key_file=key_file)
    if as_json:
        _print_json({"file": str(done.path), "files": done.files, "rows": done.rows})
        return
    click.echo(f"{display_path(done.path)}: {plural(done.files, 'file')}, {plural(done.rows, 'row')}.")


@protect_group.command("erase", context_settings=HELP)
@click.argument("learner")
@click.option("--dry-run", is_flag=True, help="Show what would be erased; change nothing.")
@click.option("--without-corrections", is_flag=True, help="Erase corrected replies too, whatever the learner allowed.")
@yes_option
@key_option
@json_option
@cohort_option
@course_option
def erase_command(
    learner: str,
    key_file: Path | None,
    cohort: str | None,
    course: Path,
    *,
    dry_run: bool,
    without_corrections: bool,
    yes: bool,
    as_json: bool,
) -> None:
    """Erase one learner from a cohort: answers, grades, feedback, receipts, name. There is no way back.

    Let nothing else of the cohort run meanwhile. Interrupted, it is completed when it is run again.
    """
    from curriculum_utils.cohorts import erasing  # noqa: PLC0415 - the help needs no gradebook

    chosen = chosen_cohort(course, cohort)
    if dry_run or not yes:
        planned = erasing.plan(chosen, learner)
        if dry_run and as_json:
            _print_json({"learner": learner, "erased": False, **_as_json(planned)})
            return
        _tell(planned, err=not dry_run)
        if dry_run:
            click.echo("Nothing was changed. To do it: leave out --dry-run.")
            return
        click.confirm(f"Erase all of this of {learner} in {chosen.name}?", abort=True, err=True)
    done = erasing.erase(chosen, learner, by=account(), key_file=key_file, corrections=not without_corrections)
    if as_json:
        _print_json({"learner": learner, "erased": True, **_as_json(done)})
        return
    _tell(done)
    click.echo(f"Erased; entered as {done.id} in {display_path(chosen.folder / erasing.ERASURES)}.")
    click.echo(f"The report was removed with it. Next: curriculum report --cohort {chosen.name}")


@protect_group.command("retention", context_settings=HELP)
@click.option("--erase", "erase_all", is_flag=True, help="Erase every learner of the cohort, if its period is over.")
@yes_option
@json_option
@click.option("--cohort", help="The cohort's name. [default: every cohort]")
@course_option
def retention_command(cohort: str | None, course: Path, *, erase_all: bool, yes: bool, as_json: bool) -> None:
    """Tell how long each cohort's data are kept, and since when that is over.

    The period begins when the cohort was archived; before that, with the last hand-in or change of a grade.
    """
    from curriculum_utils.cohorts.retention import retention  # noqa: PLC0415 - the help needs no gradebook

    if erase_all and cohort is None:
        raise CohortError("--erase takes one cohort at a time; name it with --cohort NAME")
    cohorts = list_cohorts(course) if cohort is None else [open_cohort(course, cohort)]
    found = [retention(one) for one in cohorts]
    if erase_all:
        _erase_all(cohorts[0], found[0], yes=yes, as_json=as_json)
        return
    if as_json:
        _print_json([{**asdict(one), **_times(one)} for one in found])
        return
    for one in found:
        click.echo(f"{one.cohort}  {plural(one.learners, 'learner')}  {_period(one)}")
    over = sum(one.over and one.learners > 0 for one in found)
    click.echo(f"{plural(len(found), 'cohort')}, {over} with learners whose period is over.")
    if over:
        click.echo("Next: curriculum protect retention --cohort NAME --erase")


def _erase_all(cohort: Cohort, found: "Retention", *, yes: bool, as_json: bool) -> None:
    from curriculum_utils.cohorts.erasing import erase, under_way  # noqa: PLC0415
    from curriculum_utils.cohorts.held import people_of  # noqa: PLC0415

    if not found.over:
        raise CohortError(f"{cohort.name}: {_period(found)}; nothing was erased")
    # Somebody may have been half erased, or be known to nbgrader alone.
    learners = list(dict.fromkeys([*under_way(cohort), *people_of(cohort)]))
    if not yes:
        question = f"{cohort.name}: {_period(found)}. Erase all {plural(len(learners), 'learner')}?"
        click.confirm(question, abort=True, err=True)
    done = [erase(cohort, learner, by=account(), corrections=True) for learner in learners]
    if as_json:
        _print_json({"cohort": cohort.name, "erased": len(done)})
        return
    if done:
        for sentence in done[-1].left:
            click.echo(f"left: {sentence}")
    click.echo(f"{cohort.name}: {plural(len(done), 'learner')} erased.")


def _period(one: "Retention") -> str:
    if one.over_since is None:
        return "no retention period"
    begun = f"{plural(one.days or 0, 'day')} from {one.begins:%Y-%m-%d} ({one.by})"
    return f"{'over since' if one.over else 'kept until'} {one.over_since:%Y-%m-%d}: {begun}"


def _times(one: "Retention") -> dict[str, str | None]:
    end = one.over_since
    return {"begins": one.begins.isoformat(), "over_since": None if end is None else end.isoformat()}


def _tell(found: "Erasure", *, err: bool = False) -> None:
    for kind, count in found.counts.items():
        click.echo(f"{count:>6}  {kind}", err=err)
    for sentence in found.left:
        click.echo(f"left: {sentence}", err=err)
    for path in found.traces:
        click.echo(f"look at this, it still says the id, name or address: {display_path(path)}", err=err)


def _as_json(found: "Erasure") -> dict[str, object]:
    return {**asdict(found), "traces": [str(path) for path in found.traces]}


def _print_json(data: object) -> None:
    click.echo(json.dumps(data, ensure_ascii=False, indent=1))
