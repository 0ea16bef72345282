"""`curriculum review`: the queue of flagged answers, decisions, snippets, a second marker, and corrections as data."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from curriculum_utils.cli.options import HELP, account, cohort_option, course_option, plural
from curriculum_utils.cohorts import chosen_cohort
from curriculum_utils.errors import display_path

if TYPE_CHECKING:
    from curriculum_utils.cohorts.agreement import Agreement
    from curriculum_utils.cohorts.review_views import Entry, ReplyView

json_option = click.option("--json", "as_json", is_flag=True, help="As JSON.")
names_option = click.option("--names", is_flag=True, help="Show learners' names; hidden otherwise.")
by_option = click.option("--by", default=account, help="Who decides. [default: this account's name]")


@click.group("review", context_settings=HELP)
def review_group() -> None:
    """Look at what waits for a person, the most consequential first, and decide it label by label.

    A HANDLE is what `list` prints: module/exercise/@name. Names of learners are hidden.
    """


def _print_json(data: object) -> None:
    click.echo(json.dumps(data, ensure_ascii=False, indent=2))


@review_group.command("list", context_settings=HELP)
@click.argument("module", required=False)
@names_option
@cohort_option
@course_option
@json_option
def list_command(module: str | None, cohort: str | None, course: Path, *, names: bool, as_json: bool) -> None:
    """List the answers that wait for a person, the most consequential first."""
    from curriculum_utils.cohorts.review_queue import review_queue  # noqa: PLC0415 - the help needs no gradebook

    chosen = chosen_cohort(course, cohort)
    queue = review_queue(chosen, module, blind=not names)
    if as_json:
        _print_json([asdict(one) for one in queue])
        return
    for number, one in enumerate(queue, 1):
        points = "no points yet" if one.score is None else f"{one.score:g} of {one.maximum:g}"
        click.echo(f"{number:3}. {one.handle}  {one.who}  “{one.title}”, {points}")
        click.echo(f"     first because: {one.why_first}")
        for reason in one.reasons:
            click.echo(f"     {reason}")
    click.echo(f"{plural(len(queue), 'answer')} to look at in {chosen.name}.")
    if queue:
        click.echo(f"Next: curriculum review show {queue[0].handle} --cohort {chosen.name}")


@review_group.command("show", context_settings=HELP)
@click.argument("handle")
@names_option
@cohort_option
@course_option
@json_option
def show_command(handle: str, cohort: str | None, course: Path, *, names: bool, as_json: bool) -> None:
    """Show one answer: the client's words, the reply with its evidence, every label, and answers alike."""
    from curriculum_utils.cohorts.review_queue import ReviewDesk  # noqa: PLC0415

    desk = ReviewDesk(chosen_cohort(course, cohort), blind=not names)
    one = desk.entry(desk.find(handle))
    if as_json:
        _print_json(asdict(one))
        return
    _show(one)
    click.echo(f"Next: curriculum review decide {one.handle} --cohort {desk.cohort.name}   (--overturn LABEL)")


def _show(one: "Entry") -> None:
    points = "no points yet" if one.score is None else f"{one.score:g} of {one.maximum:g} points"
    click.echo(f"{one.handle}  {one.who}  “{one.title}”, {points}")
    for who, said in one.said:
        click.echo(f"  {who}: {said}")
    for reply in one.replies:
        _show_reply(reply)
    if not one.replies:
        click.echo("  No written words; look at the answer in formgrader, or with --json.")
    for reason in one.reasons:
        click.echo(f"  why: {reason}")
    if one.contest is not None:
        click.echo(f"  contested ({one.contest.plain}): {one.contest.reason}")
    for alike in one.alike:
        score = "no points" if alike.score is None else f"{alike.score:g}"
        decided = "not decided" if alike.labels is None else f"decided: {', '.join(alike.labels) or 'nothing met'}"
        click.echo(f"  alike ({alike.similarity:.2f}): {alike.handle}, {score}, {decided}: {alike.text}")
    if one.current == "no":
        click.echo(f"  Changed since it was graded; first: curriculum grade {one.module}")


def _show_reply(reply: "ReplyView") -> None:
    if reply.turn:
        click.echo(f"  {reply.turn}. client: {reply.client}")
    marked = "".join(f"[{s.text}]({', '.join(s.labels)})" if s.labels else s.text for s in reply.segments)
    click.echo(f"  reply: {marked}")
    for label in reply.labels:
        chance = "" if label.probability is None else f" {label.probability:.2f}"
        against = "" if label.threshold is None else f" (met from {label.threshold:.2f})"
        person = "" if label.person is None else f"; decided: {'met' if label.person else 'not met'}"
        kind = "trap" if label.is_trap else "criterion"
        click.echo(f"    {label.key}: {label.state}{chance}{against}{person}  [{kind}: {label.plain}]")


@review_group.command("decide", context_settings=HELP)
@click.argument("handle")
@click.option("--overturn", multiple=True, metavar="LABEL", help="Decide this label otherwise; 2:LABEL in a session.")
@click.option("--points", type=float, help="Points, for an answer without written words.")
@click.option("--remark", "said", default="", help="What the learner reads beside the answer.")
@click.option("--snippet", default="", help="The name of a snippet to say as the remark.")
@click.option("--also", multiple=True, metavar="HANDLE", help="Another answer to the same exercise, to decide alike.")
@by_option
@cohort_option
@course_option
@json_option
def decide_command(
    handle: str,
    cohort: str | None,
    course: Path,
    overturn: Sequence[str],
    points: float | None,
    said: str,
    snippet: str,
    also: Sequence[str],
    by: str,
    *,
    as_json: bool,
) -> None:
    """Decide an answer: labels that are not overturned are accepted, and the points follow from them."""
    from curriculum_utils.cohorts import deciding, snippets  # noqa: PLC0415

    if said and snippet:
        raise click.UsageError("Give --remark or --snippet, not both.")
    chosen = chosen_cohort(course, cohort)
    words = snippets.snippet(chosen, snippet) if snippet else said
    labels: dict[str, Literal["accept", "overturn"]] = dict.fromkeys(overturn, "overturn")
    made = deciding.decide(chosen, handle, labels, by=by, points=points, said=words, also=also)
    if as_json:
        _print_json([_decision_json(one) for one in made])
        return
    for shown, one in zip((handle, *also), made, strict=False):
        before = "none" if one.previous_score is None else f"{one.previous_score:g}"
        click.echo(f"{shown}: {one.score:g} points (before: {before}).")
    click.echo(f"{plural(len(made), 'answer')} decided. Next: curriculum review list --cohort {chosen.name}")


def _decision_json(one: Any) -> dict[str, object]:
    """A decision without the learner's id or words."""
    return {key: value for key, value in asdict(one).items() if key not in ("learner", "replies", "uid")}


@review_group.command("undo", context_settings=HELP)
@click.argument("handle")
@by_option
@cohort_option
@course_option
@json_option
def undo_command(handle: str, cohort: str | None, course: Path, by: str, *, as_json: bool) -> None:
    """Take a decision back: the automatic points count again."""
    from curriculum_utils.cohorts.deciding import withdraw_decision  # noqa: PLC0415

    back = withdraw_decision(chosen_cohort(course, cohort), handle, by=by)
    if as_json:
        _print_json(_decision_json(back))
        return
    score = "no points" if back.score is None else f"{back.score:g} points"
    click.echo(f"{handle}: {score} again{', waits for a person' if back.waits else ''}.")


@review_group.command("snippets", context_settings=HELP)
@click.option("--add", nargs=2, metavar="NAME TEXT", help="Keep a remark under a name.")
@click.option("--remove", metavar="NAME", help="Forget one.")
@cohort_option
@course_option
@json_option
def snippets_command(
    cohort: str | None, course: Path, add: tuple[str, str] | None, remove: str | None, *, as_json: bool
) -> None:
    """List the remarks that are kept for use again; add or remove one."""
    from curriculum_utils.cohorts import snippets  # noqa: PLC0415

    chosen = chosen_cohort(course, cohort)
    if add:
        snippets.add_snippet(chosen, *add)
    if remove:
        snippets.remove_snippet(chosen, remove)
    known = snippets.snippets(chosen)
    if as_json:
        _print_json(known)
        return
    for name, text in known.items():
        click.echo(f"{name}: {text}")
    click.echo(f"{plural(len(known), 'snippet')} in {chosen.name}.")


@review_group.command("sample", context_settings=HELP)
@click.argument("module")
@click.option("--marker", required=True, help="Who marks a second time.")
@click.option("--share", default=0.2, show_default=True, help="How many of the written answers, up to 1.")
@click.option("--seed", default=1, show_default=True, help="Another number draws another sample.")
@click.option("--mark", "handle", metavar="HANDLE", help="Keep what the marker found in this answer of the sample.")
@click.option("--found", multiple=True, metavar="LABEL", help="With --mark: a label that was found; 2:LABEL.")
@cohort_option
@course_option
@json_option
def sample_command(
    module: str,
    marker: str,
    share: float,
    seed: int,
    handle: str | None,
    found: Sequence[str],
    cohort: str | None,
    course: Path,
    *,
    as_json: bool,
) -> None:
    """Draw a sample for a second marker, who sees neither names nor what others found; no grade changes.

    The same words give the same sample again. With --mark, keep what they found in one answer.
    """
    from curriculum_utils.cohorts import second_marking  # noqa: PLC0415

    chosen = chosen_cohort(course, cohort)
    if handle:
        mark = second_marking.second_mark(chosen, handle, found, by=marker)
        if as_json:
            _print_json({"handle": handle, "found": [one.key for one in mark.labels if one.person], "by": mark.by})
        else:
            click.echo(f"{handle}: kept what {mark.by} found. No grade was changed.")
        return
    if found:
        raise click.UsageError("--found goes with --mark HANDLE.")
    second_marking.draw_sample(chosen, module, share=share, seed=seed, marker=marker)
    answers = second_marking.to_mark(chosen, module, marker)
    if as_json:
        _print_json([asdict(one) for one in answers])
        return
    for one in answers:
        click.echo(f"{one.handle}  “{one.title}”{'  (marked)' if one.marked else ''}")
        for reply in one.replies:
            click.echo(f"  client: {reply.client}")
            click.echo(f"  reply: {''.join(piece.text for piece in reply.segments)}")
            click.echo(f"  labels: {', '.join(label.key for label in reply.labels)}")
    left = sum(not one.marked for one in answers)
    click.echo(f"{plural(len(answers), 'answer')} for {marker}, {left} not marked yet.")


@review_group.command("agreement", context_settings=HELP)
@click.argument("module", required=False)
@cohort_option
@course_option
@json_option
def agreement_command(module: str | None, cohort: str | None, course: Path, *, as_json: bool) -> None:
    """Tell how far markers and scorer agree, label by label: percent, and kappa with its 95 % interval."""
    from curriculum_utils.cohorts.second_marking import agreements  # noqa: PLC0415

    tables = agreements(chosen_cohort(course, cohort), module)
    if as_json:
        _print_json([asdict(one) for one in tables])
        return
    for table in tables:
        click.echo(f"{table.between}: {plural(table.answers, 'answer')} read by both.")
        for row in table.rows:
            click.echo(f"  {_agreement_line(row)}")
        if table.note and table.rows:
            click.echo(f"  {table.note}")
    click.echo(f"{tables[0].method}.")


def _agreement_line(row: "Agreement") -> str:
    agreed = "" if row.agreed is None else f", {row.agreed:.0%} agree"
    kappa = "" if row.kappa is None else f", kappa {row.kappa:.2f}"
    interval = "" if row.low is None or row.high is None else f" ({row.low:.2f} to {row.high:.2f})"
    return f"{row.label}: n {row.n}{agreed}{kappa}{interval}{f'. Note: {row.warning}.' if row.warning else ''}"


@review_group.command("export", context_settings=HELP)
@click.argument("module", required=False)
@click.option("--to", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The file to write.")
@cohort_option
@course_option
@json_option
def export_command(module: str | None, to: Path, cohort: str | None, course: Path, *, as_json: bool) -> None:
    """Write decided replies as labelled data that the scorer can learn from, of learners who consent.

    No line says whose reply it is. Read them before you pass them on: a person may be known by what they write.
    """
    from curriculum_utils.cohorts.corrections import export_corrections  # noqa: PLC0415

    found = export_corrections(chosen_cohort(course, cohort), to, module)
    if as_json:
        counts = {"without_consent": found.without_consent, "with_details": found.with_details}
        _print_json({"file": str(to), "replies": len(found.rows), **counts})
        return
    click.echo(f"{display_path(to)}: {plural(len(found.rows), 'correction')}.")
    click.echo(
        f"Kept in the cohort: {found.without_consent} without consent, {found.with_details} with details that "
        "look like a real person's."
    )
