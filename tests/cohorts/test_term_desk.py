"""Releasing, extending, withdrawing and giving back, as an instructor types them."""

import json
import subprocess
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from handed_term import CHOICES, DUE_AT, Handed, make_term
from nbgrader.api import Gradebook
from tiny_course import MODULE

from curriculum_utils.cli import cli
from curriculum_utils.cohorts.extensions import extensions
from curriculum_utils.cohorts.handout import START_HERE
from curriculum_utils.cohorts.releasing import unfit_names
from curriculum_utils.cohorts.zips import receive
from curriculum_utils.content import load_release
from curriculum_utils.items import SCHEMAS
from curriculum_utils.widgets.who import kept_learner


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("made") / "course"
    root.mkdir()
    make_term(root)
    return root


@pytest.fixture
def term(made: Path, tmp_path: Path) -> Handed:
    import shutil

    shutil.copytree(made, tmp_path / "course")
    return Handed(tmp_path / "course")


# Before a release


def test_every_reason_against_a_release_is_told_at_once_and_nothing_is_changed(term: Handed):
    term.correct()
    source = term.root / "source" / MODULE
    (source / "responses").mkdir()
    (source / "keys.yaml").write_text("x")
    (source / "notes.txt").write_text("Marks of last year")
    (source / "aux.txt").write_text("x")
    outbound = term.cohort.exchange / "spring" / "outbound" / MODULE
    before = {path: path.read_bytes() for path in outbound.iterdir()}
    done = term.run("release", MODULE, "--check", "--json", code=1)
    problems = "\n".join(json.loads(done.output)["problems"])
    for told in (
        "responses: keys and learners' answers are never released",
        "keys.yaml: keys and learners' answers are never released",
        "notes.txt: no part of the module, but it would be released",
        "aux.txt: Windows allows no such name",
        "in another version. Nothing was changed",
    ):
        assert told in problems
    refused = str(term.run("release", MODULE, code=1).exception)
    assert "notes.txt" in refused
    assert "in another version" in refused
    assert {path: path.read_bytes() for path in outbound.iterdir()} == before


def test_a_release_that_may_go_is_told_with_what_is_kept(term: Handed):
    done = term.run("release", MODULE, "--check")
    assert "answered by 0 learners, offered now" in done.output
    assert f"{MODULE} may be released." in done.output


@pytest.mark.parametrize("name", ["CON.ipynb", "a:b.txt", "ends. ", "what?.md", "Lpt1"])
def test_names_that_windows_does_not_allow_are_found(tmp_path: Path, name: str):
    (tmp_path / name).write_text("x")
    assert len(unfit_names(tmp_path)) == 1


def test_names_that_differ_in_capitals_only_are_found(tmp_path: Path):
    for name in ("Look.ipynb", "look.ipynb", "fine-constitution.txt"):
        (tmp_path / name).write_text("x")
    assert len(unfit_names(tmp_path)) == 2


# The zip to hand out


def test_the_zip_holds_what_a_learner_needs_and_is_the_same_each_time(term: Handed, tmp_path: Path):
    first, second = tmp_path / "a.zip", tmp_path / "b.zip"
    wheel = tmp_path / "curriculum_utils-0.1.0-py3-none-any.whl"
    wheel.write_bytes(b"a wheel")
    term.run("release", MODULE, "--zip", str(first), "--package", str(wheel))
    term.run("release", MODULE, "--zip", str(second), "--package", str(wheel))
    assert first.read_bytes() == second.read_bytes()
    with zipfile.ZipFile(first) as archive:
        assert archive.testzip() is None
        names = {name.removeprefix("curriculum-spring/") for name in archive.namelist()}
        archive.extractall(tmp_path / "there")
    module = {f"{MODULE}/{name}" for name in ("1-look.ipynb", "2-show.ipynb", "items.json", "due.json")}
    assert names == {START_HERE, "start.sh", "start.bat", wheel.name, *module}
    there = tmp_path / "there" / "curriculum-spring"
    outbound = term.cohort.exchange / "spring" / "outbound" / MODULE
    assert load_release(there / MODULE, SCHEMAS).release == load_release(outbound, SCHEMAS).release
    assert subprocess.run(["sh", "-n", there / "start.sh"], check=False).returncode == 0
    assert b"\n" not in (there / "start.bat").read_bytes().replace(b"\r\n", b"")
    page = (there / START_HERE).read_text("utf-8")
    assert "start.bat" in page
    assert "learner id" in page
    assert "learner package" not in page  # it went along
    # Something else of that name is not written over.
    first.write_text("mine")
    done = term.run("release", MODULE, "--zip", str(first), code=1)
    assert "another file of that name is there" in str(done.exception)
    assert first.read_text() == "mine"
    term.run("release", MODULE, "--zip", str(first), "--package", str(wheel), "--force")
    assert first.read_bytes() == second.read_bytes()


def test_the_roster_id_is_asked_once_and_kept_in_the_folder(term: Handed, monkeypatch: pytest.MonkeyPatch):
    home = term.home("ana")
    served: list[str] = []
    monkeypatch.setenv("CURRICULUM_LEARNER", "")

    def serve(folder: Path, **_: object) -> int:
        import os

        served.append(f"{os.environ['CURRICULUM_LEARNER']} in {folder.name}")
        return 0

    monkeypatch.setattr("curriculum_utils.cli.open.serve", serve)
    done = CliRunner().invoke(cli, ["open", str(home)], input="Ana Okafor\nana\n")
    assert done.exit_code == 0, done.output
    assert "cannot be a learner id" in done.output
    assert kept_learner(home) == "ana"
    done = CliRunner().invoke(cli, ["open", str(home)])
    assert done.exit_code == 0, done.output
    assert served == ["ana in ana", "ana in ana"]
    done = CliRunner().invoke(cli, ["open", str(home.parent)])
    assert "holds no module" in str(done.exception)


# Extensions


def late(term: Handed, learner: str) -> tuple[float, timedelta | None]:
    with Gradebook(term.cohort.gradebook_url, "spring") as gradebook:
        submission = gradebook.find_submission(MODULE, learner)
        return submission.total_seconds_late, submission.extension


def test_an_extension_counts_before_and_after_handing_in(term: Handed):
    day = timedelta(days=1)
    term.run("extend", MODULE, "ana", "--until", "2027-03-08 17:00 Europe/Berlin")
    for learner in ("ana", "bo"):
        term.answer(learner)
        term.hand_in(learner)
    receive(term.cohort, MODULE, term.inbox, now=DUE_AT + day)
    term.run("collect", MODULE)
    term.run("grade", MODULE, "--workers", "1")
    assert late(term, "ana") == (0, 7 * day)
    assert late(term, "bo") == (day.total_seconds(), None)
    (status,) = json.loads(term.run("status", MODULE, "--json").output)
    assert (status["late"], status["extended"]) == (["bo"], {"ana": "2027-03-08T16:00:00Z"})
    # Afterwards, for somebody whose submission is there already.
    term.run("extend", MODULE, "bo", "--until", "2027-03-03 16:00 UTC")
    assert late(term, "bo") == (0, 2 * day)
    # The common date moves; the learners' own dates stay what they were.
    term.run("release", MODULE, "--due", "2027-03-02 12:00 UTC")
    assert late(term, "bo") == (0, timedelta(days=1, hours=4))
    assert "has no extension." in term.run("extend", MODULE, "bo", "--until", "none").output
    assert late(term, "bo")[1] is None
    assert "as before" in term.run("extend", MODULE, "bo", "--until", "none").output
    assert extensions(term.cohort) == {MODULE: {"ana": datetime(2027, 3, 8, 16, tzinfo=UTC)}}


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((MODULE, "anna", "--until", "2027-03-08 17:00 UTC"), 'no learner "anna" in spring; did you mean "ana"?'),
        (("last-steps", "ana", "--until", "2027-03-08 17:00 UTC"), "is not released to spring"),
        ((MODULE, "ana", "--until", "2027-03-01 16:00 UTC"), "an extension is later than that"),
        ((MODULE, "ana", "--until", "soon"), "is no due date"),
    ],
)
def test_an_extension_that_cannot_be_is_refused(term: Handed, arguments: tuple[str, ...], told: str):
    assert told in str(term.run("extend", *arguments, code=1).exception)
    assert extensions(term.cohort) == {}


# Withdrawing, and what was answered before


def test_a_withdrawn_module_is_graded_and_a_corrected_one_loses_no_answer(term: Handed):
    outbound = term.cohort.exchange / "spring" / "outbound" / MODULE
    term.answer("ana")
    term.hand_in("ana")
    first = load_release(outbound, SCHEMAS).release
    assert "withdrawn from spring" in term.run("withdraw", MODULE).output
    assert not outbound.exists()
    assert "was not released any more" in term.run("withdraw", MODULE).output
    assert [path.name for path in (term.cohort.exchange / "spring").glob(".withdrawn*")] == []
    term.collect()
    term.run("grade", MODULE, "--workers", "1")
    term.correct()
    term.run("release", MODULE)
    second = load_release(outbound, SCHEMAS).release
    assert second != first
    (term.root.parent / "homes").mkdir(exist_ok=True)
    term.answer("bo")
    term.hand_in("bo")
    term.collect()
    term.run("grade", MODULE, "--workers", "1")
    with Gradebook(term.cohort.gradebook_url, "spring") as gradebook:
        # 1 + 2 + 3 points each, ana's by the first release and bo's by the second.
        assert [gradebook.find_submission(MODULE, name).score for name in ("ana", "bo")] == [6.0, 6.0]
    assert (term.receipt("ana")["releases"], term.receipt("bo")["releases"]) == ([first], [second])
    (status,) = json.loads(term.run("status", MODULE, "--json").output)
    assert [(one["digest"], one["offered"], one["answered"]) for one in status["releases"]] == [
        (second, True, 1),
        (first, False, 1),
    ]
    assert "answered by 1 learner" in term.run("withdraw", MODULE).output


def test_what_was_never_released_cannot_be_withdrawn(term: Handed):
    assert "was never released to spring" in str(term.run("withdraw", "first-step", code=1).exception)


# The dashboard, and feedback as files


def test_grading_tells_what_waits_by_reason_and_by_learner_and_feedback_goes_out_as_files(term: Handed, tmp_path: Path):
    term.answer("ana")
    term.hand_in("ana")
    term.answer("bo", CHOICES, signed="somebody")
    term.hand_in("bo", "bo.zip", signed="somebody")
    term.collect(code=1)
    folder = term.cohort.exchange / "spring" / "inbound" / f"bo+{MODULE}+2027-02-28 12:00:00.000000 UTC+x1"
    import shutil

    # The same answers, straight through the exchange: nobody has confirmed them, so each is shown to a person.
    shutil.copytree(term.home("bo") / MODULE, folder)
    (folder / "timestamp.txt").write_text("2027-02-28 12:00:00.000000 UTC")
    term.run("collect", MODULE, code=1)
    told = json.loads(term.run("grade", MODULE, "--workers", "1", "--json").output)
    assert (told["graded"], told["half_graded"], told["failed"]) == (["ana", "bo"], [], {})
    assert told["waiting_by_learner"] == {"bo": 4}
    assert told["waiting_by_reason"] == {"The answers were recorded for “somebody”, not for this learner.": 4}
    (waits,) = {one["learner"] for one in told["waiting"]}
    assert waits == "bo"
    assert "4 answers waiting for a person:" in term.run("status", MODULE).output
    done = term.run("feedback", MODULE, "--workers", "1", "--zip", str(tmp_path / "mail"))
    assert "2 zips, one for each learner." in done.output
    with zipfile.ZipFile(tmp_path / "mail" / f"ana+{MODULE}-feedback.zip") as archive:
        assert archive.namelist() == [f"{MODULE}/feedback/1-look.html", f"{MODULE}/feedback/2-show.html"]
        page = archive.read(f"{MODULE}/feedback/2-show.html")
    assert page == (term.cohort.step("feedback") / "ana" / MODULE / "2-show.html").read_bytes()
    (status,) = json.loads(term.run("status", MODULE, "--json").output)
    assert status["returned"] == ["ana", "bo"]
