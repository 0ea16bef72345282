"""`curriculum explain`: one reply, label by label."""

import json
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from curriculum_utils.cli.options import HELP
from curriculum_utils.cli.score import vocabulary_for
from curriculum_utils.content.suggest import did_you_mean

if TYPE_CHECKING:
    from curriculum_utils.scoring.explain import Explanation, LabelReading

WIDTH = 96


@click.command("explain", context_settings=HELP)
@click.argument("reply", required=False)
@click.option("--module", required=True, help="The module whose moves the reply is held against.")
@click.option("--move", help="The move that was asked for. [default: the module's move that fits best]")
@click.option("--client", default="", help="What the client said.")
@click.option("--all", "everything", is_flag=True, help="Show all labels, also those far from being met.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option(
    "--course",
    type=click.Path(file_okay=False, exists=True, path_type=Path),
    help="The course whose moves and words to use. [default: the one at or above the current folder, else the shipped]",
)
def explain_command(
    *,
    reply: str | None,
    module: str,
    move: str | None,
    client: str,
    everything: bool,
    as_json: bool,
    course: Path | None,
) -> None:
    """Show, label by label, how one reply is scored.

    For each label: its probability, its threshold, the words that speak for it, and what would have met it. REPLY is
    read from standard input when it is left out.
    """
    from curriculum_utils.scoring.explain import explain  # noqa: PLC0415
    from curriculum_utils.scoring.protocol import Reply  # noqa: PLC0415
    from curriculum_utils.scoring.shipped import shipped_scorer  # noqa: PLC0415

    vocabulary = vocabulary_for(course)
    if module not in vocabulary.modules:
        raise click.UsageError(f'No module "{module}"{did_you_mean(module, vocabulary.modules)}')
    moves = vocabulary.modules[module]
    if move is not None and move not in moves:
        raise click.UsageError(f'No effective move "{move}" in module "{module}"{did_you_mean(move, moves)}')
    text = _typed() if reply is None else reply
    found = explain(shipped_scorer(vocabulary), Reply("reply", module, client, text, move), vocabulary)
    click.echo(
        json.dumps(_as_json(found), ensure_ascii=False, indent=1) if as_json else "\n".join(_page(found, everything))
    )


def _typed() -> str:
    if sys.stdin.isatty():
        click.echo("Type the reply; end with Ctrl+D.", err=True)
    return sys.stdin.buffer.read().decode("utf-8", "replace").strip()


def _page(found: "Explanation", everything: bool) -> Iterator[str]:  # noqa: FBT001
    yield from _verdict(found)
    if not found.score.scored:
        return
    near = [one for one in found.readings if one.met or one.needed or one.probability >= one.threshold / 2]
    shown = found.readings if everything else near
    for title, traps in (("Criteria", False), ("Traps", True)):
        rows = [one for one in shown if one.is_trap == traps]
        yield ""
        yield f"{title}:" if rows else f"{title}: none near."
        for one in rows:
            yield from _label(one)
    left_out = len(found.readings) - len(shown)
    yield ""
    if left_out:
        yield f"{left_out} more labels are far from being met; --all shows them."
    yield f"Rubric {found.score.rubric_version}, scorer {found.score.scorer_version}."


def _verdict(found: "Explanation") -> Iterator[str]:
    if found.credit is None:
        yield "Not scored."
    else:
        held = f" against {found.move}" if found.move else ""
        worth = found.credit
        yield f"Credit {worth.credit:.2f} of 1{held}: coverage {worth.coverage:.2f}, traps {_traps(found)}."
    if found.score.review_reason:
        yield from textwrap.wrap(f"For a person to look at. {found.score.review_reason}", WIDTH)


def _traps(found: "Explanation") -> int:
    return sum(one.met and one.is_trap for one in found.readings)


def _label(one: "LabelReading") -> Iterator[str]:
    said = ("fallen into" if one.met else "not fallen into") if one.is_trap else ("met" if one.met else "not met")
    asked = ", asked for" if one.needed else ""
    yield f"  {one.label} ({one.plain}): {said}, {one.probability:.2f} of {one.threshold:.2f} needed{asked}"
    if one.words and (one.met or one.probability >= one.threshold / 2):
        told = " … ".join(" ".join(words.split()) for words in one.words)
        yield from textwrap.wrap(f"“{told}”", WIDTH, initial_indent="      ", subsequent_indent="      ")
    if one.met == one.is_trap and (one.met or one.needed):
        advice = one.hint if one.is_trap else f"It is met when {one.wanted} {one.hint}"
        yield from textwrap.wrap(advice, WIDTH, initial_indent="      ", subsequent_indent="      ")


def _as_json(found: "Explanation") -> dict[str, object]:
    return {
        "credit": None if found.credit is None else round(found.credit.credit, 6),
        "coverage": None if found.credit is None else round(found.credit.coverage, 6),
        "move": found.move,
        "review": found.score.review,
        "review_reason": found.score.review_reason,
        "labels": [
            {
                "label": one.label,
                "trap": one.is_trap,
                "asked_for": one.needed,
                "met": one.met,
                "probability": one.probability,
                "threshold": one.threshold,
                "words": list(one.words),
                "wanted": one.wanted,
                "hint": one.hint,
            }
            for one in found.readings
        ],
        "rubric_version": found.score.rubric_version,
        "scorer_version": found.score.scorer_version,
    }
