"""Options and small phrases that several commands share."""

import getpass
from pathlib import Path

import click

from curriculum_utils.errors import CurriculumError

# For every command: click remembers a command's help option from wherever it was first asked.
HELP = {"help_option_names": ["-h", "--help"]}


def find_course_root(start: Path) -> Path:
    """The nearest folder at or above `start` that holds `curriculum/course.yaml`.

    Raises:
        CurriculumError: there is none.
    """
    for folder in (start, *start.parents):
        if (folder / "curriculum" / "course.yaml").is_file():
            return folder
    raise CurriculumError(
        f"{start}: no course here (no curriculum/course.yaml at or above it); go to the course's folder or name it "
        "with --course"
    )


def _course(_ctx: click.Context, _param: click.Parameter, value: Path | None) -> Path:
    return find_course_root((value or Path.cwd()).resolve())


course_option = click.option(
    "--course",
    type=click.Path(file_okay=False, exists=True, path_type=Path),
    callback=_course,
    help="The course's folder. [default: the one at or above the current folder]",
)

cohort_option = click.option("--cohort", help="The cohort's name. [default: $CURRICULUM_COHORT, or the only one]")


def plural(count: int, noun: str) -> str:
    """`1 notebook`, `3 notebooks`, `2 submissions`."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def account() -> str:
    """The name of this account, for the record of who did something; empty where it has none."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container whose user has no name
        return ""
