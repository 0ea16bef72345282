"""`curriculum passing` and `curriculum certificate`."""

import json
from dataclasses import asdict
from pathlib import Path

import click

from curriculum_utils.cli.options import HELP, cohort_option, course_option, plural
from curriculum_utils.cohorts import chosen_cohort
from curriculum_utils.errors import CohortError, display_path


@click.command("passing", context_settings=HELP)
@click.argument("module", required=False)
@cohort_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@course_option
def passing_command(module: str | None, cohort: str | None, course: Path, *, as_json: bool) -> None:
    """Tell who has passed: points, share, hand-ins used, and how many are left.

    The best graded hand-in counts, of those that the retakes of cohort.yaml allow.
    """
    from curriculum_utils.cohorts.passing import passing  # noqa: PLC0415 - the help needs no gradebook

    chosen = chosen_cohort(course, cohort)
    rows = passing(chosen, module)
    if as_json:
        click.echo(json.dumps([asdict(row) for row in rows], ensure_ascii=False, indent=1))
        return
    for row in rows:
        points = "-" if row.score is None else f"{row.score:g} of {row.maximum:g} ({row.share:g} %)"
        left = "no limit" if row.left is None else f"{row.left} left"
        click.echo(f"{row.learner}  {row.module}  {row.outcome}  {points}  {plural(row.used, 'hand-in')}, {left}")
    passed = sum(row.outcome == "passed" for row in rows)
    without = sorted({row.module for row in rows if row.pass_mark is None})
    for name in without:
        click.echo(f"{name}: no pass mark is set; write pass_mark into {display_path(chosen.folder / 'cohort.yaml')}")
    click.echo(f"{passed} of {len(rows)} passed. Next: curriculum certificate --all --cohort {chosen.name} --to FOLDER")


@click.command("certificate", context_settings=HELP)
@click.argument("learner", required=False)
@click.option("--all", "everybody", is_flag=True, help="One for everybody who has passed.")
@click.option("--module", "modules", multiple=True, help="For this module alone; may be repeated. [default: all]")
@click.option("--to", required=True, type=click.Path(file_okay=False, path_type=Path), help="The folder to write into.")
@cohort_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@course_option
def certificate_command(
    learner: str | None,
    modules: tuple[str, ...],
    to: Path,
    cohort: str | None,
    course: Path,
    *,
    everybody: bool,
    as_json: bool,
) -> None:
    """Write a certificate of completion (PDF) for who has passed."""
    from curriculum_utils.reports.certificates import write_certificates  # noqa: PLC0415 - matplotlib is slow to import

    if everybody == (learner is not None):
        raise click.UsageError("name one learner, or say --all")
    chosen = chosen_cohort(course, cohort)
    done = write_certificates(chosen, to, learner=learner, modules=modules)
    if as_json:
        rows = {
            "written": [{"learner": one.learner, "file": str(one.file), "digest": one.digest} for one in done.written],
            "refused": [{"learner": name, "why": why} for name, why in done.refused],
        }
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
    else:
        for one in done.written:
            click.echo(f"certificate  {display_path(one.file)}")
        for name, why in done.refused:
            click.echo(f"none for {name}: {why}")
        click.echo(f"{plural(len(done.written), 'certificate')}, {len(done.refused)} refused.")
    if done.refused and not everybody:
        raise CohortError(f"no certificate for {learner}; see: curriculum passing --cohort {chosen.name}")
