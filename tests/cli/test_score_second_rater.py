"""`curriculum score --second-rater`: what it prints, what it refuses, and that it is off unless it is asked for."""

import json
import socket
from pathlib import Path

import pytest
from chat_server import ChatServer, raw, says
from click.testing import CliRunner, Result

from curriculum_utils.cli.score import score_command
from curriculum_utils.scoring import ScriptedScorer, shipped_vocabulary

KEY = "sk-test-0123456789"
TEXT = "A part of you guards that drawer. What is it afraid of? Don't worry."
MOVE = "side-with-the-sabotage"
FLAGGED = "A second rater read it differently: reassures."


@pytest.fixture(autouse=True)
def _away_from_any_course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("RATER_KEY", raising=False)
    # The first scorer finds two criteria of three and no trap, whatever the shipped one would find.
    first = ScriptedScorer({TEXT: ("externalizes", "asks_protection")}, known_labels=shipped_vocabulary().labels)
    monkeypatch.setattr("curriculum_utils.scoring.shipped.load_scorer", lambda _vocabulary: first)


def line(reply: str = TEXT) -> str:
    return json.dumps({"id": "a1", "module": "self-sabotage", "client": "I didn't.", "reply": reply, "move": MOVE})


def run(*arguments: str, lines: tuple[str, ...] = (line(),)) -> Result:
    result = CliRunner().invoke(score_command, list(arguments), input="\n".join(lines))
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def sure(trap: bool = False):  # noqa: FBT001, FBT002
    claims = [("externalizes", "A part of you guards"), ("asks_protection", "What is it afraid of?")]
    return says(*claims, *([("reassures", "Don't worry.")] if trap else []))


def test_a_reply_that_the_second_rater_reads_differently_is_flagged_and_keeps_its_score():
    alone = json.loads(run().stdout)
    with ChatServer(sure(trap=True)) as server:
        result = run("--second-rater", server.url, "--second-model", "small")
    out = json.loads(result.stdout)
    # 2 of 3 criteria, no trap
    assert (out["credit"], out["labels"]) == (0.666667, ["externalizes", "asks_protection"])
    assert out == {**alone, "review": True, "review_reason": FLAGGED}
    assert result.stderr == (
        "1 reply scored, 1 of them for a person to look at.\nThe second rater answered 1 of 1 times.\n"
    )
    assert result.exit_code == 0


def test_a_reply_that_both_read_alike_comes_out_as_without_a_second_rater():
    with ChatServer(sure()) as server:
        result = run("--second-rater", server.url, "--second-model", "small")
    assert result.stdout == run().stdout
    assert result.stderr == (
        "1 reply scored, 0 of them for a person to look at.\nThe second rater answered 1 of 1 times.\n"
    )


def test_a_second_rater_that_is_silent_changes_nothing_and_is_counted():
    with ChatServer(raw(b"nonsense")) as server:
        result = run("--second-rater", server.url, "--second-model", "small", lines=(line(), line(), line(" ")))
    assert result.stdout == run(lines=(line(), line(), line(" "))).stdout
    assert result.stderr == (
        "3 replies scored, 0 of them for a person to look at.\nThe second rater answered 0 of 2 times.\n"
    )
    assert result.exit_code == 0


def test_the_labels_asked_about_are_those_of_the_vocabulary():
    with ChatServer(sure()) as server:
        run("--second-rater", server.url, "--second-model", "small")
    system = server.asked[0].body["messages"][0]["content"]
    assert [label for label in shipped_vocabulary().labels if f"\n- {label}: " not in system] == []


def test_the_key_comes_from_the_variable_and_shows_nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("RATER_KEY", KEY)
    log = tmp_path / "second.jsonl"
    with ChatServer(sure(trap=True)) as server:
        arguments = ("--second-rater", server.url, "--second-model", "small", "--second-key-variable", "RATER_KEY")
        result = run(*arguments, "--second-log", str(log))
    assert server.asked[0].headers["Authorization"] == f"Bearer {KEY}"
    assert KEY not in result.output + log.read_text("utf-8")
    assert json.loads(log.read_text("utf-8"))["outcome"] == "answered"


def test_without_the_options_no_connection_is_made(monkeypatch: pytest.MonkeyPatch):
    made: list[object] = []
    monkeypatch.setattr(socket.socket, "connect", lambda _socket, address: made.append(address))
    assert run().exit_code == 0
    assert made == []


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (
            ("--second-rater", "https://host/v1"),
            "a second rater needs both --second-rater URL and --second-model NAME",
        ),
        (("--second-model", "small"), "a second rater needs both --second-rater URL and --second-model NAME"),
        (("--second-log", "log.jsonl"), "a second rater needs both --second-rater URL and --second-model NAME"),
        (
            ("--second-key-variable", "RATER_KEY"),
            "a second rater needs both --second-rater URL and --second-model NAME",
        ),
        (
            ("--second-rater", "http://host/v1", "--second-model", "small"),
            (
                "http://host/v1: learners' replies would travel unprotected; use https, or http only to this machine "
                "(127.0.0.1 or localhost)"
            ),
        ),
        (
            ("--second-rater", "https://host/v1", "--second-model", "small", "--second-key-variable", "RATER_KEY"),
            "the environment variable RATER_KEY is not set; put the second rater's key into it",
        ),
        (
            ("--second-rater", "https://host/v1", "--second-model", "small", "--second-key-variable", KEY),
            "the second rater's key variable must be the name of an environment variable, not the key",
        ),
        (
            ("--second-rater", "https://host/v1", "--second-model", "small", "--second-log", "gone/log.jsonl"),
            "gone/log.jsonl: cannot be written (No such file or directory); name another file",
        ),
    ],
)
def test_options_that_cannot_be_used_are_misuse(arguments: tuple[str, ...], told: str):
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == (f"Usage: score [OPTIONS]\nTry 'score --help' for help.\n\nError: {told}\n")
