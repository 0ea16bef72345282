"""`curriculum audit`: how one learner's grades came about."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from curriculum_utils.cli.options import HELP, cohort_option, course_option, plural
from curriculum_utils.cohorts import chosen_cohort

if TYPE_CHECKING:
    from curriculum_utils.cohorts.auditing import Audit
    from curriculum_utils.grading.history import Change, Standing

_SAID_BEFORE = ("id", "learner", "module", "item", "at")


@click.command("audit", context_settings=HELP)
@click.argument("learner")
@click.option("--module", help="Of this module alone.")
@click.option("--item", help="Of this exercise alone.")
@click.option("--json", "as_json", is_flag=True, help="Every single change as JSON.")
@cohort_option
@course_option
def audit_command(
    learner: str, module: str | None, item: str | None, cohort: str | None, course: Path, *, as_json: bool
) -> None:
    """Show how one learner's grades came about: by exercise, oldest first, with who or what set them and why.

    A change from formgrader, an nbgrader command or another program is in it too.
    """
    from curriculum_utils.cohorts.auditing import audit  # noqa: PLC0415 - the help needs no gradebook

    found = audit(chosen_cohort(course, cohort), learner, module=module, item=item)
    if as_json:
        notes = [{"kind": note.kind, **note.row} for note in found.notes]
        told = {"learner": learner, "changes": [_as_json(change) for change in found.changes], "notes": notes}
        click.echo(json.dumps(told, ensure_ascii=False, indent=1, default=str))
        return
    _tell(found)


def _tell(found: "Audit") -> None:
    from curriculum_utils.cohorts.auditing import standing, who  # noqa: PLC0415

    by_item = found.by_item()
    for (module, notebook, item), told in by_item.items():
        click.echo(f"{module} / {notebook} / {item or 'late penalty'}")
        for change in told:
            click.echo(f"  {change.at[:19].replace('T', ' ')} UTC  {_values(change)}  {who(change)}{_because(change)}")
        last = told[-1]
        now = "deleted" if last.change == "delete" else _told(standing(last))
        click.echo(f"  now: {now}")
    for note in found.notes:
        about = " / ".join(str(note.row[name]) for name in ("module", "item") if note.row.get(name))
        rest = {
            name: value for name, value in note.row.items() if name not in ("id", "learner", "module", "item", "at")
        }
        said = ", ".join(f"{name}: {value}" for name, value in rest.items() if value not in (None, ""))
        click.echo(f"{note.kind}  {note.at}  {about}  {said}")
    count = sum(map(len, by_item.values()))
    click.echo(f"{plural(count, 'change')} of {plural(len(by_item), 'grade')}, {plural(len(found.notes), 'note')}.")


def _values(change: "Change") -> str:
    old = "–" if change.change == "insert" else _told(change.old)
    return f"{old} → {'deleted' if change.change == 'delete' else _told(change.new)}"


def _told(values: "Standing") -> str:
    """`3`, `1.5 (by a person; scorer 3)`, `– waits`; a penalty `−0.5`."""
    if values.penalty is not None:
        return f"−{values.penalty:g}"
    text = _points(values.score)
    about = [f"by a person; scorer {_points(values.auto)}"] if values.manual is not None else []
    about += [f"{values.extra:+g} extra"] if values.extra else []
    text += f" ({', '.join(about)})" if about else ""
    return f"{text} waits" if values.waits else text


def _points(points: float | None) -> str:
    return "–" if points is None else f"{points:g}"


def _because(change: "Change") -> str:
    why = f": {change.why}" if change.why else ""
    named = {name: value for name, value in change.versions.items() if value and name != "run"}
    versions = ", ".join(f"{name} {str(value)[:12]}" for name, value in sorted(named.items()))
    return f"{why}{f' [{versions}]' if versions else ''}"


def _as_json(change: "Change") -> dict[str, object]:
    return {**vars(change), "old": vars(change.old), "new": {**vars(change.new), "score": change.new.score}}
