"""`curriculum open`: a folder of modules that a learner unpacked, with nothing but the learner package."""

import os
import sys
from pathlib import Path

import click

from curriculum_utils.cli.options import HELP
from curriculum_utils.content.words import LANGUAGE, languages, words
from curriculum_utils.errors import CurriculumError, display_path
from curriculum_utils.widgets.lab import App, serve
from curriculum_utils.widgets.who import WHO, is_learner_id, keep_learner, kept_learner


@click.command("open", context_settings=HELP)
@click.argument("folder", type=click.Path(file_okay=False, exists=True, path_type=Path), default=".")
@click.option("--learner", metavar="ID", help="Your id on the roster. [default: asked once, and kept in the folder]")
@click.option("--app", type=click.Choice(["lab", "notebook", "voila"]), default="lab", show_default=True)
@click.option("--port", type=click.IntRange(1024, 65535), help="[default: the same each time]")
@click.option("--browser/--no-browser", default=True, help="Open a browser window.")
@click.option("--language", type=click.Choice(languages()), help="Of the buttons and sentences around the tasks.")
def open_command(
    folder: Path, learner: str | None, app: App, port: int | None, language: str | None, *, browser: bool
) -> None:
    """Open modules that came as a file, as a learner."""
    if language is not None:
        os.environ[LANGUAGE] = language
    home = folder.resolve()
    if not any(home.glob("*/items.json")):
        raise CurriculumError(words("handout-no-module", folder=display_path(home)))
    os.environ["CURRICULUM_LEARNER"] = who = _who(home, learner)
    click.echo(words("handout-id-kept", learner=who, file=display_path(home / WHO)))
    sys.exit(serve(home, app=app, open_browser=browser, port=port))


def _who(home: Path, given: str | None) -> str:
    if given is None and (kept := kept_learner(home)) is not None:
        return kept
    learner = (given if given is not None else click.prompt(words("handout-asked"), type=str)).strip()
    while not is_learner_id(learner):
        click.echo(words("handout-id-bad", learner=learner), err=True)
        if given is not None:
            sys.exit(1)
        learner = click.prompt(words("handout-asked"), type=str).strip()
    keep_learner(home, learner)
    return learner
