"""`curriculum remark`: what an instructor says of one answer."""

from pathlib import Path

import click

from curriculum_utils.cli.options import HELP, account, cohort_option, course_option
from curriculum_utils.cohorts import chosen_cohort


@click.command("remark", context_settings=HELP)
@click.argument("learner")
@click.argument("module")
@click.argument("item")
@click.argument("text")
@click.option("--by", default=account, help="Who says it, as the learner reads it. [default: this account's name]")
@cohort_option
@course_option
def remark_command(learner: str, module: str, item: str, text: str, by: str, cohort: str | None, course: Path) -> None:
    """Say something about one answer, for the learner to read beside it.

    The last remark on an answer is the one that is shown; an empty TEXT ("") withdraws it. Learners read it when
    feedback is made and returned the next time.
    """
    from curriculum_utils.cohorts.remarking import remark  # noqa: PLC0415 - the help needs no gradebook

    chosen = chosen_cohort(course, cohort)
    if not remark(chosen, learner, module, item, text, by=by):
        click.echo(f"{item} of {learner}: there is no remark to withdraw.")
        return
    click.echo(f"{item} of {learner}: {'remark kept' if text.strip() else 'remark withdrawn'}.")
    click.echo(f"Next, for the learner to read it: curriculum feedback {module} --cohort {chosen.name}")
