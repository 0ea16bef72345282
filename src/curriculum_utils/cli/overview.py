"""`curriculum overview`: a module's timing, the blueprint of its forms, and who its clients are."""

import dataclasses
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import click

from curriculum_utils.cli.options import HELP, course_option, plural
from curriculum_utils.content import load_course
from curriculum_utils.content.overview import USES, Overview, overview
from curriculum_utils.content.suggest import did_you_mean
from curriculum_utils.items import SCHEMAS

MOST_VALUES = 8  # of a trait, the most frequent ones; settings are many


@click.command("overview", context_settings=HELP)
@click.argument("module", required=False)
@course_option
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@click.option("--markdown", is_flag=True, help="Print timing and blueprint as Markdown, for the instructors' page.")
def overview_command(module: str | None, course: Path, *, as_json: bool, markdown: bool) -> None:
    """Show a module at a glance.

    Its minutes, items and points, the blueprint of both forms, and the spread of its clients.
    """
    content = load_course(course / "curriculum", SCHEMAS)
    if module is not None and module not in content.modules:
        raise click.UsageError(f'no module "{module}"{did_you_mean(module, content.modules)}')
    chosen = [content.modules[module]] if module is not None else list(content.modules.values())
    found = [overview(content, one, SCHEMAS) for one in chosen]
    if as_json:
        entries = [dataclasses.asdict(one) | {"minutes": one.minutes, "points": one.points} for one in found]
        click.echo(json.dumps(entries, ensure_ascii=False, indent=1))
        return
    for one in found:
        click.echo(as_markdown(one) if markdown else _as_text(one))


def as_markdown(one: Overview) -> str:
    """Timing and blueprint as two Markdown tables, as they stand in docs/instructors."""
    notebooks = [[row.title, str(row.minutes), *_counts(row.items), _points(row.points)] for row in one.notebooks]
    total = [sum(row.items[use] for row in one.notebooks) for use in USES]
    notebooks.append(["**In all**", str(one.minutes), *map(str, total), f"{one.points:g}"])
    weights = ", ".join(f"{name} {share:.0%}" for name, share in one.weights.items())
    blueprint = [
        [row.type, ", ".join(row.about), row.difficulty, str(row.form_a), str(row.form_b)] for row in one.blueprint
    ]
    return "\n".join(
        [
            *_markdown(["Notebook", "Minutes", "Practice", "Pre-test", "Graded", "Points"], notebooks),
            "",
            f"Shares of the points: {weights}.",
            "",
            *_markdown(["Kind of item", "About", "Difficulty", "Form A", "Form B"], blueprint),
        ]
    )


def _markdown(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    return [f"| {' | '.join(cells)} |" for cells in (head, ["---"] * len(head), *rows)]


def _as_text(one: Overview) -> str:
    lines = [f"{one.module}: {one.title}", ""]
    lines += _columns(
        ["notebook", "minutes", *USES, "points"],
        [[row.slug, str(row.minutes), *_counts(row.items), _points(row.points)] for row in one.notebooks],
    )
    lines += [f"{one.minutes} minutes and {one.points:g} points in all.", ""]
    lines += _columns(
        ["kind of item", "difficulty", "form A", "form B", "about"],
        [[row.type, row.difficulty, str(row.form_a), str(row.form_b), ", ".join(row.about)] for row in one.blueprint],
    )
    people = sum(one.clients.values())
    lines += ["", f"{plural(people, 'client')} with {plural(one.problems, 'different problem')}:"]
    for what, by_use in one.spread.items():
        found = {value: sum(counts.get(value, 0) for counts in by_use.values()) for value in _values(by_use)}
        shown = sorted(sorted(found, key=lambda value: -found[value])[:MOST_VALUES])
        rows = [
            [value, str(found[value]), *_counts({use: by_use[use].get(value, 0) for use in USES})] for value in shown
        ]
        lines += ["", *_columns([what, "all", *USES], rows)]
        if rest := len(found) - len(shown):
            lines.append(f"and {rest} more, with {sum(found.values()) - sum(found[value] for value in shown)} clients")
    return "\n".join([*lines, ""])


def _columns(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    table = [list(head), *map(list, rows)]
    widths = [max(len(row[place]) for row in table) for place in range(len(head))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in table]


def _values(by_use: Mapping[str, Mapping[str, int]]) -> list[str]:
    return sorted({value for counts in by_use.values() for value in counts})


def _counts(by_use: Mapping[str, int]) -> list[str]:
    return [str(by_use[use] or "–") for use in USES]


def _points(points: float) -> str:
    return f"{points:g}" if points else "–"
