"""What the desk's buttons run: each is a command that the command line knows, with what was typed in its place."""

import os
from pathlib import Path

import click
import pytest
from tiny_course import write_course

from curriculum_utils.cli import cli
from curriculum_utils.desk.verbs import errand
from curriculum_utils.errors import CohortError

ONE = {"module": "first-steps"}


def parsed(root: Path, arguments: tuple[str, ...]) -> tuple[str, dict[str, object]]:
    """The command that the arguments name, and its parameters, as the command line reads them; nothing is run."""
    os.chdir(root)
    command, rest = cli.get_command(click.Context(cli), arguments[0]), list(arguments[1:])
    assert command is not None
    name = arguments[0]
    if isinstance(command, click.Group):
        name, command = f"{name} {rest[0]}", command.commands[rest.pop(0)]
    return name, command.make_context(name, rest).params


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    write_course(tmp_path)
    (tmp_path / "inbox").mkdir()
    monkeypatch.chdir(tmp_path)  # and back again afterwards
    return tmp_path


@pytest.mark.parametrize(
    ("verb", "fields", "command", "given"),
    [
        ("release", ONE, "release", {"module": "first-steps", "force": False, "due": None, "target": None}),
        (
            "release",
            ONE | {"force": True, "due": "2027-03-01 17:00 Europe/Berlin", "zip": "m.zip"},
            "release",
            {"force": True, "due": "2027-03-01 17:00 Europe/Berlin", "target": Path("m.zip"), "check": False},
        ),
        ("due", ONE | {"due": "none"}, "release", {"due": "none", "force": False}),
        ("extend", ONE | {"learner": "-x", "until": "none"}, "extend", {"learner": "-x", "until": "none"}),
        ("withdraw", ONE, "withdraw", {"module": "first-steps"}),
        ("collect", ONE, "collect", {"folder": None, "received": None, "assign": ()}),
        (
            "collect",
            ONE | {"from": "inbox", "received": "2027-03-01 16:00 UTC", "assign": ["a b.zip=ana", "c.zip=bo"]},
            "collect",
            {"folder": Path("inbox"), "received": "2027-03-01 16:00 UTC", "assign": ("a b.zip=ana", "c.zip=bo")},
        ),
        ("grade", ONE, "grade", {"module": "first-steps", "as_json": False}),
        ("feedback", ONE | {"zip": "out"}, "feedback", {"folder": Path("out")}),
        ("regrade", ONE, "regrade", {"dry_run": False, "kept_keys": False, "overrule_manual": False}),
        (
            "regrade-dry",
            ONE | {"kept_keys": True, "overrule": True},
            "regrade",
            {"dry_run": True, "as_json": True, "kept_keys": True, "overrule_manual": True},
        ),
        ("report", {}, "report", {"blind": False, "as_json": True}),
        ("report", {"blind": True}, "report", {"blind": True}),
        ("backup", {"to": "b.zip"}, "backup", {"name": "spring", "to": Path("b.zip"), "as_json": True}),
        (
            "grades",
            {"system": "moodle"},
            "export grades",
            {"system": "moodle", "to": Path("cohorts/spring/grades-moodle.csv")},
        ),
        ("grades", {"system": "csv", "to": "g.csv"}, "export grades", {"system": "csv", "to": Path("g.csv")}),
    ],
)
def test_the_command_line_reads_a_button_as_it_is_meant(
    root: Path, verb: str, fields: dict[str, object], command: str, given: dict[str, object]
):
    name, read = parsed(root, errand(verb, "spring", fields).arguments)
    assert name == command
    assert {key: read[key] for key in given} == given
    if "cohort" in read:
        assert read["cohort"] == "spring"


def test_what_is_typed_never_becomes_another_option(root: Path):
    typed = ONE | {"due": "--force", "zip": "--check"}
    _, read = parsed(root, errand("release", "spring", typed).arguments)
    assert (read["due"], read["target"], read["force"], read["check"]) == ("--force", Path("--check"), False, False)


@pytest.mark.parametrize(
    ("verb", "fields", "told"),
    [
        ("grade", {}, "Module is missing"),
        ("grade", {"module": "--help"}, '"--help" is no module'),
        ("due", ONE | {"due": "  "}, "The date is missing"),
        ("extend", ONE | {"learner": "ana"}, "The date is missing"),
        ("extend", ONE | {"until": "none"}, "The learner is missing"),
        ("grades", {}, "Who reads the file is missing"),
        ("erase", ONE, 'no verb "erase"'),
    ],
)
def test_a_form_that_lacks_something_runs_nothing(verb: str, fields: dict[str, object], told: str):
    with pytest.raises(CohortError, match=told):
        errand(verb, "spring", fields)


def test_only_what_is_told_as_data_is_read_as_data():
    as_data = {
        verb
        for verb in ("regrade-dry", "report", "backup", "grade", "collect", "regrade")
        if errand(verb, "spring", ONE).as_json
    }
    assert as_data == {"regrade-dry", "report", "backup"}
