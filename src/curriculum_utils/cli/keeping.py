"""`curriculum backup` and `restore`: a cohort in one file, and back."""

import json
from pathlib import Path

import click

from curriculum_utils.cli.options import HELP, course_option, plural
from curriculum_utils.cohorts import open_cohort
from curriculum_utils.errors import display_path

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.command("backup", context_settings=HELP)
@click.argument("name")
@click.option(
    "--to",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The zip file to write.  [default: cohorts/.backups/NAME-TIME.zip]",
)
@json_option
@course_option
def backup_command(name: str, to: Path | None, course: Path, *, as_json: bool) -> None:
    """Back a cohort up into one zip file, while others may go on working.

    It holds learners' answers and names: keep it where nobody else reads it.
    """
    from curriculum_utils.cohorts.backup import back_up  # noqa: PLC0415 - the help needs none of it

    done = back_up(open_cohort(course, name), to)
    if as_json:
        told = {"file": str(done.path), "files": done.files, "bytes": done.size, "left_out": done.left_out}
        click.echo(json.dumps(told, ensure_ascii=False, indent=1))
        return
    for sentence in done.left_out:
        click.echo(f"not in it: {sentence}")
    click.echo(f"{display_path(done.path)}: {plural(done.files, 'file')}, {done.size:,} bytes.")
    click.echo(f"To put it back: curriculum restore {display_path(done.path)}")


@click.command("restore", context_settings=HELP)
@click.argument("file", type=click.Path(dir_okay=False, exists=True, path_type=Path))
@click.option("--as", "name", metavar="NAME", help="The cohort's name from now on.  [default: the one it had]")
@click.option("--replace", is_flag=True, help="Set aside a cohort of that name that is there.")
@json_option
@course_option
def restore_command(file: Path, name: str | None, course: Path, *, replace: bool, as_json: bool) -> None:
    """Put a cohort back from its backup; everything is checked before anything is touched.

    Interrupted, it is completed when it is run again.
    """
    from curriculum_utils.cohorts.restoring import restore  # noqa: PLC0415 - the help needs none of it

    done = restore(course, file, name=name, replace=replace)
    if as_json:
        told = {
            "name": done.cohort.name,
            "files": done.files,
            "completed_an_interrupted_restore": done.completed,
            "set_aside": None if done.set_aside is None else str(done.set_aside),
            "left_out": list(done.left_out),
        }
        click.echo(json.dumps(told, ensure_ascii=False, indent=1))
        return
    if done.completed:
        click.echo("An earlier restore of this file was interrupted; it is complete now.")
    if done.set_aside is not None:
        click.echo(f"what was there  {display_path(done.set_aside)}")
    for sentence in done.left_out:
        click.echo(f"not in the backup: {sentence}")
    click.echo(f"{display_path(done.cohort.folder)}: {plural(done.files, 'file')} restored.")
    click.echo(f"Next: curriculum cohort show {done.cohort.name}")
