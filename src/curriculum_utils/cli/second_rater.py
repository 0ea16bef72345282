"""The options by which `curriculum score` asks a second rater, and what they come to."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from curriculum_utils.errors import ScoringError
from curriculum_utils.scoring.vocabulary import ScoringVocabulary

if TYPE_CHECKING:
    from curriculum_utils.scoring.second_rater import SecondRater

Command = TypeVar("Command", bound=Callable[..., Any])


@dataclass(frozen=True)
class SecondRaterOptions:
    """The options as they were given; all None when no second rater is asked."""

    second_rater: str | None
    second_model: str | None
    second_key_variable: str | None
    second_log: Path | None


_OPTIONS = (
    click.option(
        "--second-rater",
        metavar="URL",
        help="Have a chat model at this OpenAI-compatible endpoint read each reply too, and flag where it differs. "
        "Replies are sent there.",
    ),
    click.option("--second-model", metavar="NAME", help="The second rater's model."),
    click.option(
        "--second-key-variable", metavar="VAR", help="The environment variable that holds the second rater's key."
    ),
    click.option(
        "--second-log",
        type=click.Path(dir_okay=False, path_type=Path),
        help="Add a JSON line about each reply to this file, without its words.",
    ),
)


def second_rater_options(command: Command) -> Command:
    """Gives the command the options `--second-…`; it gets them as keywords of `SecondRaterOptions`."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def second_rater_of(options: SecondRaterOptions, vocabulary: ScoringVocabulary) -> "SecondRater | None":
    """The second rater that the options name; None when they name none.

    Raises:
        click.UsageError: they do not go together, or what they name cannot be used.
    """
    if options == SecondRaterOptions(None, None, None, None):
        return None
    if options.second_rater is None or options.second_model is None:
        raise click.UsageError("a second rater needs both --second-rater URL and --second-model NAME")
    # Whoever asks no second rater does not wait for what it needs.
    from curriculum_utils.scoring.second_endpoint import key_in  # noqa: PLC0415
    from curriculum_utils.scoring.second_rater import SecondRater  # noqa: PLC0415

    try:
        return SecondRater(
            options.second_rater,
            options.second_model,
            vocabulary,
            key=key_in(options.second_key_variable),
            log=options.second_log,
        )
    except ScoringError as error:
        raise click.UsageError(str(error)) from None
