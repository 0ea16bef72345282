"""Every command is documented, and help starts without loading what a command needs."""

import subprocess
import sys
from pathlib import Path

import pytest

from curriculum_utils.cli import COMMANDS
from curriculum_utils.cli.reference import reference

ROOT = Path(__file__).resolve().parents[2]


def test_the_reference_is_what_the_commands_say():
    assert (ROOT / "docs/cli.md").read_text("utf-8") == reference(), "run: make docs"


@pytest.mark.parametrize("name", COMMANDS)
def test_the_readme_or_a_guide_names_the_command(name: str):
    pages = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    assert any(f"curriculum {name}" in page.read_text("utf-8") for page in pages if page.name != "cli.md")


@pytest.mark.parametrize("name", COMMANDS)
def test_the_line_in_help_is_the_commands_own_first_line(name: str):
    from curriculum_utils.cli import cli

    command = cli.get_command(cli.make_context("curriculum", [name, "--help"], resilient_parsing=True), name)
    assert command is not None
    own = (command.help or "").split("\n")[0]
    assert own.startswith(COMMANDS[name][1].rstrip("."))


def test_help_loads_neither_nbgrader_nor_pandas_nor_the_scorer():
    script = (
        "import sys; from curriculum_utils.cli import cli\n"
        "try: cli(['--help'])\n"
        "except SystemExit: pass\n"
        "heavy = {'nbgrader', 'pandas', 'matplotlib', 'pydantic', 'numpy', 'yaml', 'rich'} & set(sys.modules)\n"
        "print(sorted(heavy), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"
