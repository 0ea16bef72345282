"""The `curriculum` command: verbs that nbgrader's users know. Each command loads only what it needs."""

import importlib
import sys

import click

from curriculum_utils.cli.options import HELP
from curriculum_utils.errors import ContentError, CurriculumError

# name -> where its click command lives, and the line that `curriculum --help` shows without importing it
COMMANDS: dict[str, tuple[str, str]] = {
    "lint": ("content:lint_command", "Check the author's files; list every problem."),
    "build": ("content:build_command", "Build source/ from curriculum/."),
    "overview": ("overview:overview_command", "Show a module at a glance."),
    "score": ("score:score_command", "Score replies, JSON lines in and out."),
    "explain": ("explain:explain_command", "Show, label by label, how one reply is scored."),
    "cohort": ("cohorts:cohort_group", "Make, list, show, change and archive cohorts."),
    "release": ("term:release_command", "Release a module to a cohort."),
    "extend": ("term_more:extend_command", "Give one learner more time."),
    "withdraw": ("term_more:withdraw_command", "Take a module back: nobody can fetch it any more."),
    "collect": ("term:collect_command", "Collect what learners submitted."),
    "grade": ("term:grade_command", "Grade what was collected."),
    "status": ("term_more:status_command", "Show how far each module has come."),
    "review": ("review:review_group", "Look at what waits for a person."),
    "remark": ("remark:remark_command", "Say something about one answer."),
    "feedback": ("term:feedback_command", "Generate feedback pages and return them."),
    "regrade": ("regrade:regrade_command", "Grade a module again after a key, a rubric or the scorer changed."),
    "audit": ("audit:audit_command", "Show how one learner's grades came about."),
    "report": ("report:report_command", "Write the grade report."),
    "export": ("exports:export_group", "Write grades, item banks or learning records for another system."),
    "passing": ("passing:passing_command", "Tell who has passed: points, share, hand-ins used, and how many are left."),
    "certificate": ("passing:certificate_command", "Write a certificate of completion (PDF) for who has passed."),
    "backup": ("keeping:backup_command", "Back a cohort up into one zip file."),
    "restore": ("keeping:restore_command", "Put a cohort back from its backup."),
    "protect": ("protect:protect_group", "Take out or erase what is held of one learner."),
    "demo": ("demo:demo_command", "Run a whole course with simulated learners."),
    "lab": ("pages:lab_command", "Open the learner's view of the released modules."),
    "open": ("open:open_command", "Open modules that came as a file, as a learner."),
    "instructor": ("pages:instructor_command", "Open the instructor's desk, with formgrader beside it, on a cohort."),
}


class LazyGroup(click.Group):
    """A group whose commands are imported when they are used: `--help` stays fast."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        module, attribute = COMMANDS[cmd_name][0].split(":")
        return getattr(importlib.import_module(f"curriculum_utils.cli.{module}"), attribute)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError:
            from curriculum_utils.content.suggest import did_you_mean  # noqa: PLC0415

            name = args[0] if args else ""
            ctx.fail(f'No command "{name}"{did_you_mean(name, COMMANDS)}')


@click.group(cls=LazyGroup, context_settings=HELP)
@click.version_option(package_name="curriculum-utils", prog_name="curriculum")
def cli() -> None:
    """A training curriculum for therapists, in notebooks: build it, release it, grade it, report on it."""


def main() -> None:
    """Runs the command; errors of ours are shown as their sentence, with exit status 1, never as a traceback."""
    try:
        cli(standalone_mode=True)
    except ContentError as error:
        for problem in error.problems:
            click.echo(str(problem), err=True)
        click.echo(f"{len(error.problems)} {'problem' if len(error.problems) == 1 else 'problems'}.", err=True)
        sys.exit(1)
    except CurriculumError as error:
        click.echo(str(error), err=True)
        sys.exit(1)
