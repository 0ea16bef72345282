"""`curriculum cohort …`."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from curriculum_utils.cli.options import HELP, course_option, plural
from curriculum_utils.cohorts import Cohort, list_cohorts, new_cohort, open_cohort
from curriculum_utils.cohorts.policy import parse_retention
from curriculum_utils.errors import CohortError, display_path
from curriculum_utils.items.due import utc_text

_file = click.Path(dir_okay=False, exists=True, path_type=Path)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
key_file_option = click.option(
    "--key-file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where the key to the pseudonyms is kept: a file outside the course.",
)


def policy_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that `new` and `change` share."""
    for option in (
        click.option("--retention", metavar="PERIOD", help="How long data are kept: 365d, 52w, 3y, none."),
        click.option("--retakes", metavar="N", help='How often a module may be taken again; "none" for no limit.'),
        click.option("--pass-mark", metavar="PERCENT", help='Percent of a module\'s points; "none" for no mark.'),
        click.option("--module", "module", metavar="MODULE", help="Pass mark and retakes hold of this module alone."),
        click.option(
            "--late",
            metavar="RULE",
            help='What late work costs: "none", "refuse", "10% per day, at most 50%", "20%", "0 after 3 days".',
        ),
    ):
        command = option(command)
    return command


def policy(given: dict[str, Any], modules: dict[str, Any]) -> dict[str, Any]:
    """The fields of cohort.yaml that the options give; what was not given is left as it is.

    Raises:
        CohortError: a value cannot be read.
    """
    found: dict[str, Any] = {} if given["late"] is None else {"late": given["late"]}
    if given["retention"] is not None:
        found["retention_days"] = parse_retention(given["retention"])
    passing = {
        key: _number(option, given[key], kind)
        for key, option, kind in (("pass_mark", "--pass-mark", float), ("retakes", "--retakes", int))
        if given[key] is not None
    }
    if given["module"] is None:
        return found | passing
    if not passing:
        raise CohortError("--module goes with --pass-mark or --retakes")
    own = {key: value for key, value in {**modules.get(given["module"], {}), **passing}.items() if value is not None}
    others = {name: value for name, value in modules.items() if name != given["module"]}
    return found | {"modules": others | ({given["module"]: own} if own else {})}


def _number(option: str, text: str, kind: Callable[[str], float]) -> float | None:
    if text.strip().lower() == "none":
        return None
    try:
        return kind(text.strip().removesuffix("%"))
    except ValueError:
        raise CohortError(f'{option} "{text}" is no number; write one, such as {option} 60, or none') from None


@click.group("cohort", context_settings=HELP)
def cohort_group() -> None:
    """Make, list, show, change and archive cohorts."""


@cohort_group.command("new", context_settings=HELP)
@click.argument("name")
@click.option("--roster", required=True, type=_file)
@click.option("--exchange", type=click.Path(file_okay=False, path_type=Path), help="nbgrader's exchange folder.")
@click.option(
    "--keys",
    type=click.Path(file_okay=False, exists=True, path_type=Path),
    help="A private folder of keys, laid over curriculum/keys.",
)
@click.option("--database", metavar="URL", help="A database of its own: postgresql://user@host/name, no password.")
@click.option("--pseudonyms", is_flag=True, help="Made-up ids in place of names; see --key-file.")
@key_file_option
@policy_options
@json_option
@course_option
def new_command(
    name: str,
    roster: Path,
    exchange: Path | None,
    keys: Path | None,
    database: str | None,
    key_file: Path | None,
    course: Path,
    *,
    pseudonyms: bool,
    as_json: bool,
    **given: Any,
) -> None:
    """Make a cohort from a roster: a CSV file with the columns id, first_name, last_name, email."""
    settings = policy(given, {}) | {"database": database, "pseudonyms": pseudonyms}
    cohort = new_cohort(course, name, roster, exchange=exchange, keys=keys, key_file=key_file, **settings)
    if as_json:
        _print_json(facts(cohort))
        return
    click.echo(f"{display_path(cohort.folder)}: {plural(len(cohort.roster()), 'learner')}.")
    if key_file is not None:
        click.echo(f"The key to the pseudonyms is in {display_path(key_file)}; keep it apart, and keep a copy.")
    click.echo(f"Next: curriculum release MODULE --cohort {cohort.name}")


@cohort_group.command("change", context_settings=HELP)
@click.argument("name")
@click.option("--roster", type=_file, help="A new roster; learners who are not in it are told, and stay.")
@click.option("--remove-missing", is_flag=True, help="Remove them, unless there are submissions of theirs.")
@key_file_option
@policy_options
@json_option
@course_option
def change_command(
    name: str,
    roster: Path | None,
    key_file: Path | None,
    course: Path,
    *,
    remove_missing: bool,
    as_json: bool,
    **given: Any,
) -> None:
    """Change a cohort: its roster, its late rule, its pass mark, how long its data are kept."""
    from curriculum_utils.cohorts.changing import change_cohort  # noqa: PLC0415

    cohort = open_cohort(course, name)
    settings = policy(given, cohort.settings.model_dump()["modules"])
    if roster is None and not settings and not remove_missing and key_file is None:
        raise CohortError(f"nothing to change; say what, for example: curriculum cohort change {name} --late none")
    done = change_cohort(cohort, roster=roster, remove_missing=remove_missing, key_file=key_file, **settings)
    lists = {key: getattr(done, key) for key in ("added", "removed", "missing", "with_work")}
    if as_json:
        _print_json(facts(done.cohort) | {key: list(ids) for key, ids in lists.items()} | {"penalties": done.penalties})
        return
    said = {
        "added": "added",
        "removed": "removed",
        "missing": "not in the new roster; stays (remove with --remove-missing)",
        "with_work": "not in the new roster; stays, as there are submissions",
    }
    for key, ids in lists.items():
        for learner in ids:
            click.echo(f"{learner}: {said[key]}")
    if done.penalties:
        click.echo(f"Late penalties of {plural(done.penalties, 'notebook')} were worked out anew.")
    click.echo(f"{name}: changed. See: curriculum cohort show {name}")


@cohort_group.command("list", context_settings=HELP)
@click.option("--all", "everything", is_flag=True, help="Archived cohorts too.")
@json_option
@course_option
def list_command(course: Path, *, everything: bool, as_json: bool) -> None:
    """List the course's cohorts."""
    cohorts = list_cohorts(course)
    shown = [one for one in cohorts if everything or one.settings.archived is None]
    if as_json:
        rows = ({"name": one.name, "learners": len(one.roster()), **_settled(one)} for one in shown)
        _print_json(list(rows))
        return
    for one in shown:
        archived = f"  archived {one.settings.archived}" if one.settings.archived else ""
        click.echo(f"{one.name}  {plural(len(one.roster()), 'learner')}  made {one.settings.created}{archived}")
    hidden = f" {len(cohorts) - len(shown)} archived: --all." if len(cohorts) > len(shown) else ""
    click.echo(f"{plural(len(shown), 'cohort')}.{hidden} New: curriculum cohort new NAME --roster roster.csv")


@cohort_group.command("show", context_settings=HELP)
@click.argument("name")
@json_option
@course_option
def show_command(name: str, course: Path, *, as_json: bool) -> None:
    """Show a cohort: its folders, when its modules are due, what is settled, and its learners."""
    from curriculum_utils.cohorts.due import told  # noqa: PLC0415 - the help needs no gradebook

    cohort = open_cohort(course, name)
    found = facts(cohort)
    if as_json:
        _print_json(found)
        return
    for key, shown in (
        ("cohort", cohort.name),
        ("folder", display_path(cohort.folder)),
        ("gradebook", cohort.settings.database or display_path(cohort.gradebook_path)),
        ("exchange", display_path(cohort.exchange)),
    ):
        click.echo(f"{key:<10} {shown}")
    for line in _told(cohort):
        click.echo(line)
    for module, due in _dates(cohort).items():
        click.echo(f"due        {module}  {told(due)}")
    learners = cohort.roster()
    for learner in learners:
        click.echo(f"{learner.id}  {learner.full_name}  {learner.email}".rstrip())
    click.echo(f"{plural(len(learners), 'learner')}.")


@cohort_group.command("archive", context_settings=HELP)
@click.argument("name")
@course_option
def archive_command(name: str, course: Path) -> None:
    """Put a cohort out of the way: it is only read from then on."""
    from curriculum_utils.cohorts.changing import archive  # noqa: PLC0415

    cohort = archive(course, name)
    click.echo(f"{name}: archived {cohort.settings.archived}. To go on with it: curriculum cohort unarchive {name}")


@cohort_group.command("unarchive", context_settings=HELP)
@click.argument("name")
@course_option
def unarchive_command(name: str, course: Path) -> None:
    """Go on with a cohort that was archived."""
    from curriculum_utils.cohorts.changing import unarchive  # noqa: PLC0415

    unarchive(course, name)
    click.echo(f"{name}: no longer archived. See: curriculum cohort show {name}")


@cohort_group.command("key", context_settings=HELP)
@click.argument("name")
@click.option("--key-file", required=True, type=_file, help="The file with the key.")
@json_option
@course_option
def key_command(name: str, key_file: Path, course: Path, *, as_json: bool) -> None:
    """Print who is who in a cohort with pseudonyms, as CSV."""
    from curriculum_utils.cohorts.changing import key_of  # noqa: PLC0415
    from curriculum_utils.cohorts.pseudonyms import key_csv  # noqa: PLC0415

    entries = key_of(open_cohort(course, name), key_file)
    if as_json:
        _print_json([{"pseudonym": one.pseudonym, **vars(one.learner)} for one in entries])
        return
    click.echo(key_csv(name, entries), nl=False)


def facts(cohort: Cohort) -> dict[str, Any]:
    """What `show --json` tells of a cohort."""
    return {
        "name": cohort.name,
        "folder": str(cohort.folder),
        "gradebook": cohort.settings.database or str(cohort.gradebook_path),
        "exchange": str(cohort.exchange),
        **_settled(cohort),
        "due": {module: utc_text(due) for module, due in _dates(cohort).items()},
        "learners": [vars(learner) for learner in cohort.roster()],
    }


def _settled(cohort: Cohort) -> dict[str, Any]:
    names = ("created", "archived", "late", "pass_mark", "retakes", "retention_days", "pseudonyms", "modules")
    data = cohort.settings.model_dump()
    return {name: data[name] for name in names}


def _told(cohort: Cohort) -> list[str]:
    """What is settled for the cohort, a line each; what was never settled is left out."""
    settings = cohort.settings
    rows = [("", "archived", settings.archived), ("", "late", None if settings.late == "none" else settings.late)]
    for module, own in (("", settings), *settings.modules.items()):
        mark = None if own.pass_mark is None else f"{own.pass_mark:g}%"
        rows += [(module, "pass mark", mark), (module, "retakes", own.retakes)]
    kept = None if settings.retention_days is None else plural(settings.retention_days, "day")
    rows += [("", "kept for", kept), ("", "ids", "pseudonyms" if settings.pseudonyms else None)]
    return [f"{key:<10} {f'{module}  ' if module else ''}{value}" for module, key, value in rows if value is not None]


def _dates(cohort: Cohort) -> dict[str, Any]:
    from curriculum_utils.cohorts.due import cohort_due_dates  # noqa: PLC0415 - the help needs no gradebook

    return cohort_due_dates(cohort)


def _print_json(data: object) -> None:
    click.echo(json.dumps(data, ensure_ascii=False, indent=1))
