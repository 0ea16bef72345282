"""Grading with a second rater: it flags where it differs, sets no score, and is not there unless it was switched on."""

import json
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from chat_server import Answer, ChatServer, completion, status
from click.testing import CliRunner
from nbgrader.apps import NbGraderAPI
from nbgrader_course import COHORT, SHOW, UNDECIDED, NbgraderCourse, scripted_scorer
from tiny_course import ANSWERS, MODULE, WHOLE_REPLY

from curriculum_utils.cli import cli
from curriculum_utils.cohorts import Cohort, cohort_config, open_cohort, term
from curriculum_utils.content import words
from curriculum_utils.grading import in_cohort

pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")

ITEM = "fs-a-write"
QUOTES = {"names_weight": "It weighs on you", "names_pattern": "we keep circling it", "asks_open": "What is that like?"}
TRAP = {"label": "fixes_it", "quote": "week after week"}
REASON = words("review-second-reading", labels="offers a fix")
LOG, KEPT = "second-rater-log.jsonl", "second-rater-answers.jsonl"
_CONFIG = """\
from pathlib import Path
from curriculum_utils.cohorts import configure

c = get_config()
configure(c, Path(__file__).parent)
c.InCohort.scorer = "nbgrader_course.scripted_scorer"
"""


def reading(*more: dict[str, str]) -> Answer:
    """What the first scorer finds, and more."""
    claims = [{"label": label, "quote": quote} for label, quote in QUOTES.items()]
    return completion(json.dumps({"labels": [*claims, *more]}))


@pytest.fixture
def handed_in(course: NbgraderCourse, monkeypatch: pytest.MonkeyPatch) -> Iterator[NbgraderCourse]:
    """The course with one submission, whose reply the scripted scorer finds whole, also for our own commands."""
    course.hand_in("ana", collected=True)
    (course.root / "nbgrader_config.py").write_text(_CONFIG, "utf-8")
    monkeypatch.setenv("CURRICULUM_COHORT", COHORT)
    monkeypatch.delenv("RATER_KEY", raising=False)
    monkeypatch.setattr("curriculum_utils.scoring.load_scorer", scripted_scorer)
    in_cohort._scorer.cache_clear()  # pyright: ignore[reportPrivateUsage]
    yield course
    # What was loaded by a name that meant the scripted scorer here must not serve the tests that follow.
    in_cohort._scorer.cache_clear()  # pyright: ignore[reportPrivateUsage]


def cohort_of(course: NbgraderCourse, url: str | None = None, **more: str) -> Cohort:
    """The course's cohort, with a second rater at `url` in its cohort.yaml if there is one."""
    about: dict[str, Any] = {"v": 1, "name": COHORT, "created": "2026-03-01", "exchange": str(course.root / "exchange")}
    if url is not None:
        about["second_rater"] = {"endpoint": url, "model": "small", **more}
    (course.folders.own / "cohort.yaml").write_text(json.dumps(about), "utf-8")  # JSON is YAML
    return open_cohort(course.root, COHORT)


def curriculum_grade(course: NbgraderCourse) -> str:
    told = CliRunner().invoke(cli, ["grade", MODULE, "--workers", "1", "--course", str(course.root)])
    assert told.exit_code == 0, told.output
    return told.output


def nbgrader_autograde(course: NbgraderCourse) -> str:
    return course.run("autograde", MODULE, "--force")


def formgraders_button(course: NbgraderCourse) -> str:
    api = NbGraderAPI(config=cohort_config(open_cohort(course.root, COHORT)))
    result = api.autograde(MODULE, "ana", force=True)
    return f"{result.get('log', '')}\n{result.get('error', '')}"


@pytest.mark.parametrize("grade", [curriculum_grade, nbgrader_autograde, formgraders_button])
def test_a_reply_that_it_reads_differently_waits_for_a_person_and_keeps_its_score(
    grade: Callable[[NbgraderCourse], str], handed_in: NbgraderCourse
):
    with ChatServer(reading(TRAP)) as server:
        cohort_of(handed_in, server.url)
        grade(handed_in)
        (asked,) = server.asked
    # 3 of 3 criteria, and no trap by the first scorer
    assert handed_in.scores("ana")[ITEM] == 3.0
    assert handed_in.waiting("ana") == {ITEM}
    assert REASON in json.dumps(handed_in.outputs("ana", ITEM))
    assert asked.data == {"client": "I didn't send it. Again.", "reply": WHOLE_REPLY}


def test_it_is_asked_about_the_labels_of_the_release(handed_in: NbgraderCourse):
    with ChatServer(reading()) as server:
        cohort_of(handed_in, server.url)
        formgraders_button(handed_in)
        system = server.asked[0].body["messages"][0]["content"]
    labels = system.partition("Labels for what makes a reply work")[2]
    assert [line for line in labels.splitlines() if line.startswith("- ")] == [
        "- names_weight: says how much this weighs. That is so when the reply names the weight.",
        "- names_pattern: says what keeps happening. That is so when the reply names what both keep doing.",
        "- asks_open: asks what it is like. That is so when the reply asks openly.",
        "- fixes_it: offers a fix. That is so when the reply proposes a step.",
        "- soothes: soothes. That is so when the reply says that all is well.",
        "- asks_why: asks why. That is so when the reply asks why it was not done.",
    ]


def test_a_reply_that_both_read_alike_waits_for_nobody(handed_in: NbgraderCourse):
    with ChatServer(reading()) as server:
        cohort_of(handed_in, server.url)
        formgraders_button(handed_in)
        assert len(server.asked) == 1
    assert handed_in.scores("ana")[ITEM] == 3.0
    assert handed_in.waiting("ana") == set()


def test_where_it_is_silent_the_score_stands(handed_in: NbgraderCourse):
    with ChatServer(status(404)) as server:
        cohort_of(handed_in, server.url)
        formgraders_button(handed_in)
        assert len(server.asked) == 1
    assert handed_in.scores("ana")[ITEM] == 3.0
    assert handed_in.waiting("ana") == set()


def test_a_cohort_without_one_makes_no_connection_at_all(handed_in: NbgraderCourse, monkeypatch: pytest.MonkeyPatch):
    made: list[object] = []
    monkeypatch.setattr(socket.socket, "connect", lambda _socket, address: made.append(address))
    cohort_of(handed_in)
    curriculum_grade(handed_in)
    assert made == []
    assert handed_in.waiting("ana") == set()
    assert not [path.name for path in handed_in.folders.own.iterdir() if "second" in path.name]


def test_only_written_replies_that_the_scorer_has_scored_are_sent(handed_in: NbgraderCourse):
    handed_in.hand_in("bo", {**ANSWERS, ITEM: {"text": UNDECIDED}}, collected=True)
    with ChatServer(reading()) as server:
        cohort_of(handed_in, server.url)
        curriculum_grade(handed_in)
        # Practice is not scored when grading, and of the four graded items one is written; bo's stays unscored.
        assert [asked.data["reply"] for asked in server.asked] == [WHOLE_REPLY]


def test_grading_again_sends_nothing_again_and_leaves_a_decision_settled(handed_in: NbgraderCourse):
    with ChatServer(reading(TRAP)) as server:
        cohort_of(handed_in, server.url)
        formgraders_button(handed_in)
        handed_in.decide("ana", ITEM, 2.5)
        server.change(reading())  # it would say something else today
        in_cohort._second_rater.cache_clear()  # pyright: ignore[reportPrivateUsage]  # as in another process
        formgraders_button(handed_in)
        assert len(server.asked) == 1
    assert handed_in.waiting("ana") == set()
    assert handed_in.grades("ana")[ITEM].manual_score == 2.5


def test_its_log_and_its_answers_lie_in_the_cohorts_folder_without_a_word_of_the_reply(handed_in: NbgraderCourse):
    with ChatServer(reading(TRAP)) as server:
        cohort_of(handed_in, server.url)
        formgraders_button(handed_in)
    paths = [handed_in.folders.own / name for name in (LOG, KEPT)]
    (log,) = (json.loads(line) for line in paths[0].read_text("utf-8").splitlines())
    assert (log["outcome"], log["model"]) == ("answered", "small")
    for path in paths:
        assert path.stat().st_mode & 0o777 == 0o600
        assert "week" not in path.read_text("utf-8")


def test_learners_do_not_see_the_reason(handed_in: NbgraderCourse):
    with ChatServer(reading(TRAP)) as server:
        cohort_of(handed_in, server.url)
        formgraders_button(handed_in)
    page = handed_in.feedback("ana", SHOW)
    assert "second rater" not in page.lower()
    assert words("feedback-waits") in page


def test_without_the_key_nothing_is_graded_and_the_variable_is_named(handed_in: NbgraderCourse):
    with ChatServer(reading()) as server:
        cohort_of(handed_in, server.url, key_variable="RATER_KEY")
        told = formgraders_button(handed_in)
        assert server.connections == 0
    assert (
        "Nothing was graded: the environment variable RATER_KEY is not set; put the second rater's key into it" in told
    )
    assert "Traceback" not in told.partition("Nothing was graded")[0]
    assert not (handed_in.folders.everyone("autograded") / "ana").exists()


def test_the_key_reaches_the_endpoint_and_no_file(handed_in: NbgraderCourse, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("RATER_KEY", "sk-test-0123456789")
    with ChatServer(reading(TRAP)) as server:
        cohort_of(handed_in, server.url, key_variable="RATER_KEY")
        told = formgraders_button(handed_in)
        assert server.asked[0].headers["Authorization"] == "Bearer sk-test-0123456789"
    assert "sk-test" not in told
    files = [path for path in handed_in.root.rglob("*") if path.is_file()]
    assert [path for path in files if b"sk-test" in path.read_bytes()] == []


def test_a_learners_kernel_does_not_even_load_it():
    script = (
        "import sys, curriculum_utils.widgets, curriculum_utils.items.executed\n"
        "print(*(name for name in sys.modules if name.startswith('curriculum_utils.scoring.second')))"
    )
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert told.stdout.split() == []


def test_releasing_needs_neither_the_endpoint_nor_its_key(handed_in: NbgraderCourse):
    cohort = cohort_of(handed_in, "http://127.0.0.1:1/v1", key_variable="RATER_KEY")
    term.release(cohort, MODULE, force=True)
    assert Path(handed_in.outbound).is_dir()
