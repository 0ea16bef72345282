"""`curriculum cohort …`."""

import json
from pathlib import Path

import click

from curriculum_utils.cli.options import HELP, course_option, plural
from curriculum_utils.cohorts import list_cohorts, new_cohort, open_cohort
from curriculum_utils.cohorts.due import cohort_due_dates, told
from curriculum_utils.errors import display_path
from curriculum_utils.items.due import utc_text


@click.group("cohort", context_settings=HELP)
def cohort_group() -> None:
    """Make, list and show cohorts."""


@cohort_group.command("new", context_settings=HELP)
@click.argument("name")
@click.option("--roster", required=True, type=click.Path(dir_okay=False, exists=True, path_type=Path))
@click.option("--exchange", type=click.Path(file_okay=False, path_type=Path), help="nbgrader's exchange folder.")
@click.option(
    "--keys",
    type=click.Path(file_okay=False, exists=True, path_type=Path),
    help="A private folder of keys, laid over curriculum/keys.",
)
@course_option
def new_command(name: str, roster: Path, exchange: Path | None, keys: Path | None, course: Path) -> None:
    """Make a cohort from a roster: a CSV file with the columns id, first_name, last_name, email."""
    cohort = new_cohort(course, name, roster, exchange=exchange, keys=keys)
    click.echo(f"{display_path(cohort.folder)}: {plural(len(cohort.roster()), 'learner')}.")
    click.echo(f"Next: curriculum release MODULE --cohort {cohort.name}")


@cohort_group.command("list", context_settings=HELP)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@course_option
def list_command(course: Path, *, as_json: bool) -> None:
    """List the course's cohorts."""
    cohorts = list_cohorts(course)
    rows = [{"name": c.name, "learners": len(c.roster()), "created": c.settings.created} for c in cohorts]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    for row in rows:
        click.echo(f"{row['name']}  {plural(int(row['learners']), 'learner')}  made {row['created']}")
    click.echo(f"{plural(len(rows), 'cohort')}. New: curriculum cohort new NAME --roster roster.csv")


@cohort_group.command("show", context_settings=HELP)
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@course_option
def show_command(name: str, course: Path, *, as_json: bool) -> None:
    """Show a cohort: its folders, when its modules are due, and its learners."""
    cohort = open_cohort(course, name)
    learners, dates = cohort.roster(), cohort_due_dates(cohort)
    if as_json:
        data = {
            "name": cohort.name,
            "folder": str(cohort.folder),
            "gradebook": str(cohort.gradebook_path),
            "exchange": str(cohort.exchange),
            "due": {module: utc_text(due) for module, due in dates.items()},
            "learners": [vars(learner) for learner in learners],
        }
        click.echo(json.dumps(data, ensure_ascii=False, indent=1))
        return
    click.echo(f"cohort     {cohort.name}")
    click.echo(f"folder     {display_path(cohort.folder)}")
    click.echo(f"gradebook  {display_path(cohort.gradebook_path)}")
    click.echo(f"exchange   {display_path(cohort.exchange)}")
    for module, due in dates.items():
        click.echo(f"due        {module}  {told(due)}")
    for learner in learners:
        click.echo(f"{learner.id}  {learner.full_name}  {learner.email}".rstrip())
    click.echo(f"{plural(len(learners), 'learner')}.")
