"""`curriculum report`: the grade report, the comparison of two cohorts, the supervision sheet."""

import json
from pathlib import Path

import click

from curriculum_utils.cli.options import HELP, cohort_option, course_option
from curriculum_utils.cohorts import Cohort, chosen_cohort, open_cohort
from curriculum_utils.errors import display_path


@click.command("report", context_settings=HELP)
@cohort_option
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="[default: cohorts/COHORT/report]")
@click.option("--blind", is_flag=True, help="Handles instead of names and ids.  [default folder: …/report-blind]")
@click.option("--compare", nargs=2, metavar="COHORT COHORT", help="Set two cohorts side by side instead.")
@click.option(
    "--supervision",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE.html",
    help="Write a sheet of anonymous replies to talk about instead.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the files that were written as JSON.")
@course_option
def report_command(
    cohort: str | None,
    out: Path | None,
    compare: tuple[str, str] | None,
    supervision: Path | None,
    course: Path,
    *,
    blind: bool,
    as_json: bool,
) -> None:
    """Write the grade report: one HTML page, CSV files and a workbook."""
    if compare and (cohort or blind or supervision):
        raise click.UsageError("--compare stands alone; leave out --cohort, --blind and --supervision")
    if supervision and (out or blind):
        raise click.UsageError("--supervision writes one file without names; leave out --out and --blind")
    if compare:
        written = _compared(open_cohort(course, compare[0]), open_cohort(course, compare[1]), out)
    elif supervision:
        written = _supervised(chosen_cohort(course, cohort), supervision)
    else:
        written = _reported(chosen_cohort(course, cohort), out, blind=blind)
    if as_json:
        click.echo(json.dumps([{"kind": kind, "path": str(path)} for kind, path in written], ensure_ascii=False))
        return
    width = max(len(kind) for kind, _ in written)
    for kind, path in written:
        click.echo(f"{kind:<{width}}  {display_path(path)}")


def _reported(cohort: Cohort, out: Path | None, *, blind: bool) -> list[tuple[str, Path]]:
    from curriculum_utils.reports import write_report  # noqa: PLC0415

    folder = cohort.report_folder
    files = write_report(cohort, out or (folder.with_name(f"{folder.name}-blind") if blind else folder), blind=blind)
    tables = [("table", path) for path in files.tables.values()]
    return [("report", files.page), *tables, ("workbook", files.workbook)]


def _compared(first: Cohort, second: Cohort, out: Path | None) -> list[tuple[str, Path]]:
    from curriculum_utils.reports import write_comparison  # noqa: PLC0415

    page, table = write_comparison(first, second, out or second.report_folder)
    return [("comparison", page), ("table", table)]


def _supervised(cohort: Cohort, path: Path) -> list[tuple[str, Path]]:
    from curriculum_utils.reports import write_supervision  # noqa: PLC0415

    write_supervision(cohort, path)
    return [("supervision", path)]
