"""`curriculum regrade`: who moves after a correction, and grading again."""

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from curriculum_utils.cli.options import HELP, account, cohort_option, course_option, plural
from curriculum_utils.cli.term import progress_bar, workers_option
from curriculum_utils.cohorts import chosen_cohort

if TYPE_CHECKING:
    from curriculum_utils.cohorts.regrading import Move, Regrade


@click.command("regrade", context_settings=HELP)
@click.argument("module")
@click.option("--dry-run", is_flag=True, help="Only show who would move; nothing is written.")
@click.option("--learner", "learners", multiple=True, metavar="ID", help="Only this learner; may be said again.")
@click.option("--kept-keys", is_flag=True, help="Leave the keys as they were released; take none from curriculum/.")
@click.option(
    "--overrule-manual", is_flag=True, help="What people decided gives way where it rests on something else by now."
)
@click.option("--by", default=account, help="Who asks for it, for the history. [default: this account's name]")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@cohort_option
@workers_option
@course_option
def regrade_command(
    module: str,
    learners: tuple[str, ...],
    by: str,
    cohort: str | None,
    workers: int,
    course: Path,
    *,
    dry_run: bool,
    kept_keys: bool,
    overrule_manual: bool,
    as_json: bool,
) -> None:
    """Grade a module again after a key, a rubric or the scorer changed.

    Correct the key in curriculum/keys/, then look with --dry-run at who moves, by how much and why. Without it the
    corrected keys are kept with the release that was answered, beside the old ones, and everybody is graded again.
    What people decided stands, and asks for another look where its ground has changed.
    """
    from curriculum_utils.cohorts.regrading import foresee, regrade  # noqa: PLC0415 - the help needs no gradebook

    chosen = chosen_cohort(course, cohort)
    planned = foresee(chosen, module, learners, keys=not kept_keys, overrule=overrule_manual)
    if not as_json:
        _tell(planned, overrule=overrule_manual)
    failed = []
    if not dry_run:
        with progress_bar(f"Grading {module} again", len(planned.learners)) as tell:
            planned, done = regrade(
                chosen,
                module,
                learners,
                by=by,
                keys=not kept_keys,
                overrule=overrule_manual,
                workers=workers,
                progress=tell,
            )
        failed = [one for one in done if one.problem is not None]
    if as_json:
        told = {"written": not dry_run, **asdict(planned), "failed": [asdict(one) for one in failed]}
        click.echo(json.dumps(told, ensure_ascii=False, indent=1))
    else:
        for one in failed:
            click.echo(f"{one.learner}: {one.problem}")
        _finish(planned, chosen.name, len(failed), dry_run=dry_run)
    sys.exit(1 if failed else 0)


def _tell(planned: "Regrade", *, overrule: bool) -> None:
    for release, items in planned.rekeyed.items():
        click.echo(f"release {release[:12]}: corrected keys: {', '.join(items)}")
    if planned.passed_over:
        click.echo(
            f"Their content has changed since it was answered, so the kept key stays: {', '.join(planned.passed_over)}"
        )
    if planned.decisions:
        click.echo("Decisions of people that are overruled:" if overrule else "Decisions of people that stand:")
        for move in planned.decisions:
            click.echo(f"  {move.learner}  {move.item}  decided {move.decision:g}, scorer {_points(move.new_auto)}")
    for move in planned.moves:
        click.echo(f"{move.learner}  {move.item}  {_points(move.old)} → {_points(move.new)}  {_why(move)}")
    for late in planned.penalties:
        click.echo(f"{late.learner}  {late.notebook}  late penalty {late.old:g} → {late.new:g}  late rule")
    for learner, (old, new) in planned.totals.items():
        if old != new:
            click.echo(f"{learner}  total  {old:g} → {new:g}  ({new - old:+g})")


def _why(move: "Move") -> str:
    labels = [f"+{name}" for name in move.gained] + [f"-{name}" for name in move.lost]
    told = ", ".join((*move.reasons, *labels))
    if move.stands and move.old_auto != move.new_auto:
        told += f"; the decision stands, scorer {_points(move.old_auto)} → {_points(move.new_auto)}"
    if move.waits != move.waited:
        told += "; waits for a person" if move.waits else "; no longer waits"
    return told


def _finish(planned: "Regrade", cohort: str, failed: int, *, dry_run: bool) -> None:
    moved = {move.learner for move in planned.moves} | {late.learner for late in planned.penalties}
    count = f"{plural(len(planned.moves), 'answer')} of {plural(len(moved), 'learner')}"
    if dry_run:
        click.echo(f"{count} would change; nothing was written. To do it: the same without --dry-run.")
        return
    graded = plural(len(planned.learners) - failed, "submission")
    click.echo(f"{count} changed; {graded} graded again, {failed} failed.")
    click.echo(f"Next: curriculum feedback {planned.module} --cohort {cohort}")


def _points(points: float | None) -> str:
    return "–" if points is None else f"{points:g}"
