"""`curriculum export …`: grades, item banks and learning records for other systems."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any, cast

import click

from curriculum_utils.cli.options import HELP, cohort_option, course_option, plural
from curriculum_utils.cohorts import chosen_cohort
from curriculum_utils.errors import display_path

to_option = click.option(
    "--to",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file to write; only you can read it.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.group("export", context_settings=HELP)
def export_group() -> None:
    """Write grades, item banks or learning records for another system."""


@export_group.command("grades", context_settings=HELP)
@click.argument("modules", nargs=-1, metavar="[MODULE]...")
@click.option("--for", "system", type=click.Choice(["canvas", "moodle", "csv"]), required=True, help="Who reads it.")
@to_option
@click.option(
    "--match",
    type=click.Choice(["id", "login", "email"]),
    default="id",
    help="For Canvas: the roster's id is the SIS user id (id) or the login (login); or match by email. [default: id]",
)
@click.option("--column", "columns", multiple=True, metavar="MODULE=NAME", help="What the module is called there.")
@click.option("--final-only/--with-provisional", default=True, help="Whether grades that wait for a person stay out.")
@cohort_option
@json_option
@course_option
def grades_command(
    modules: tuple[str, ...],
    system: str,
    to: Path,
    match: str,
    columns: tuple[str, ...],
    cohort: str | None,
    course: Path,
    *,
    final_only: bool,
    as_json: bool,
) -> None:
    """Write the grades as a CSV file for Canvas, Moodle or a spreadsheet.

    Grades are nbgrader's, manual scores and late penalty included; after a retake the best hand-in counts, as in
    `curriculum passing`. What still waits for a person is left empty and listed.
    """
    from curriculum_utils.cohorts.going_out import write_out  # noqa: PLC0415
    from curriculum_utils.reports.lms_grades import grade_file  # noqa: PLC0415 - the help needs no gradebook

    named: dict[str, str] = {}
    for column in columns:
        module, equals, name = column.partition("=")
        if not equals or not name.strip():
            raise click.BadParameter(f'"{column}" is not MODULE=NAME', param_hint="--column")
        named[module] = name.strip()
    chosen = chosen_cohort(course, cohort)
    found = grade_file(
        chosen, modules, cast(Any, system), match=cast(Any, match), columns=named, provisional=not final_only
    )
    write_out(to, found.content)
    if as_json:
        told = {"file": str(to), "learners": found.learners, "grades": found.grades}
        click.echo(json.dumps({**told, "left_out": [asdict(one) for one in found.left_out]}, indent=1))
        return
    for one in found.left_out:
        click.echo(f"left out: {one.learner}, {one.module}: {one.why}")
    click.echo(f"{display_path(to)}: {plural(found.grades, 'grade')} of {plural(found.learners, 'learner')}.")


@export_group.command("qti", context_settings=HELP)
@click.argument("module")
@to_option
@click.option("--with-keys", is_flag=True, help="Also the pre-test and the graded items, with their keys.")
@click.option(
    "--keys",
    type=click.Path(file_okay=False, exists=True, path_type=Path),
    help="A private folder of keys, laid over curriculum/keys.",
)
@json_option
@course_option
def qti_command(module: str, to: Path, keys: Path | None, course: Path, *, with_keys: bool, as_json: bool) -> None:
    """Write a module's items as a QTI 2.1 package (zip).

    Practice items alone, unless --with-keys says otherwise: whoever has the file has the keys.
    """
    from curriculum_utils.cohorts.going_out import write_out  # noqa: PLC0415
    from curriculum_utils.reports.qti import qti_package  # noqa: PLC0415

    found = qti_package(course, module, with_keys=with_keys, keys=keys)
    write_out(to, found.content)
    if as_json:
        told = {"file": str(to), "items": list(found.items), "left_out": [asdict(one) for one in found.left_out]}
        click.echo(json.dumps(told, indent=1))
        return
    for one in found.left_out:
        click.echo(f"left out: {one.item}: {one.why}")
    click.echo(f"{display_path(to)}: {plural(len(found.items), 'item')}, {len(found.left_out)} left out.")
    if with_keys:
        click.echo("It holds the keys of items that are graded: keep it from learners.")


@export_group.command("xapi", context_settings=HELP)
@click.argument("modules", nargs=-1, metavar="[MODULE]...")
@to_option
@click.option(
    "--home-page",
    required=True,
    metavar="IRI",
    help="The system whose account names the learners have, as your record store knows it.",
)
@click.option("--real-ids", is_flag=True, help="The roster's ids as account names, instead of made-up ones.")
@cohort_option
@json_option
@course_option
def xapi_command(
    modules: tuple[str, ...],
    to: Path,
    home_page: str,
    cohort: str | None,
    course: Path,
    *,
    real_ids: bool,
    as_json: bool,
) -> None:
    """Write what learners answered and earned as xAPI statements (JSON).

    Answers' own words stay out. The same facts have the same statement ids each time.
    """
    from curriculum_utils.cohorts.going_out import write_out  # noqa: PLC0415
    from curriculum_utils.reports.xapi import statements, statements_json  # noqa: PLC0415

    chosen = chosen_cohort(course, cohort)
    found = statements(chosen, modules, home_page=home_page, real_ids=real_ids)
    write_out(to, statements_json(found))
    if as_json:
        click.echo(json.dumps({"file": str(to), "statements": len(found)}))
        return
    click.echo(f"{display_path(to)}: {plural(len(found), 'statement')}.")
