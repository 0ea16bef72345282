"""`curriculum lint` and `curriculum build`."""

import dataclasses
import json
import sys
from pathlib import Path

import click

from curriculum_utils.cli.options import HELP, course_option, plural
from curriculum_utils.content import lint, load_course
from curriculum_utils.errors import Problem, display_path
from curriculum_utils.items import SCHEMAS
from curriculum_utils.notebooks import build, check

_keys_option = click.option(
    "--keys",
    type=click.Path(file_okay=False, exists=True, path_type=Path),
    help="A private folder of keys, laid over curriculum/keys.",
)


@click.command("lint", context_settings=HELP)
@course_option
@_keys_option
@click.option("--with-scorer", is_flag=True, help="Also let the scorer read every exemplar (a few seconds).")
@click.option("--json", "as_json", is_flag=True, help="Print the problems as JSON.")
def lint_command(course: Path, keys: Path | None, *, with_scorer: bool, as_json: bool) -> None:
    """Check the author's files; list every problem."""
    problems = lint(course / "curriculum", SCHEMAS, keys=keys)
    if with_scorer and not problems:
        problems = _misread(course / "curriculum", keys)
    if as_json:
        click.echo(json.dumps([dataclasses.asdict(problem) for problem in problems], ensure_ascii=False, indent=1))
    else:
        for problem in problems:
            click.echo(str(problem))
        next_step = "Mend them and run: curriculum lint" if problems else "Next: curriculum build"
        click.echo(f"{plural(len(problems), 'problem')}. {next_step}")
    sys.exit(1 if problems else 0)


def _misread(curriculum: Path, keys: Path | None) -> list[Problem]:
    """What the scorer reads otherwise than the labels; asked only of a course that is sound."""
    from curriculum_utils.items.exemplars import misread_exemplars  # noqa: PLC0415 - the scorer takes time to load
    from curriculum_utils.scoring import load_scorer  # noqa: PLC0415

    return sorted(misread_exemplars(load_course(curriculum, SCHEMAS, keys=keys), load_scorer()))


@click.command("build", context_settings=HELP)
@course_option
@_keys_option
@click.option("--check", "only_check", is_flag=True, help="Change nothing; say what is out of date.")
def build_command(course: Path, keys: Path | None, *, only_check: bool) -> None:
    """Build source/ from curriculum/; the same content gives the same bytes."""
    loaded = load_course(course / "curriculum", SCHEMAS, keys=keys)
    source = course / "source"
    notebooks = sum(len(module.lessons) for module in loaded.modules.values())
    if only_check:
        differences = check(loaded, source)
        for difference in differences:
            click.echo(f"{display_path(difference.path)} {difference.kind}")
        if differences:
            # Each module has its items.json beside its notebooks.
            files = notebooks + len(loaded.modules)
            click.echo(f"{len(differences)} of {plural(files, 'file')} differ. Run: curriculum build")
            sys.exit(1)
        click.echo(f"{plural(notebooks, 'notebook')} up to date.")
        return
    changed = build(loaded, source)
    for path in changed:
        click.echo(f"{display_path(path)} {'written' if path.exists() else 'removed'}")
    click.echo(f"{plural(notebooks, 'notebook')}, {plural(len(changed), 'file')} changed.")
