"""Appending to a response log, and what stands in it afterwards."""

import errno
import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path
from threading import Thread

import pytest

from curriculum_utils.errors import LogNotSaved
from curriculum_utils.responses import Event, Header, ResponseLog, lock_path, log_path, read_log

RELEASE = "a" * 64
DIGEST = "d" * 64
OpenLog = Callable[..., ResponseLog]


def lines_of(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def test_graded_and_practice_answers_have_files_of_their_own(tmp_path: Path):
    assert log_path(tmp_path, "4-moves", assessed=True) == tmp_path / "responses" / "4-moves.jsonl"
    assert log_path(tmp_path, "4-moves", assessed=False) == tmp_path / "responses" / "4-moves.practice.jsonl"


def test_the_file_has_the_documented_form(log: ResponseLog):
    log.append("commit", "ss-choose-01", DIGEST, {"option": "b", "sure": 0.75})
    header, event = log.path.read_bytes().splitlines()
    log_id = json.loads(header)["log"]
    assert header.decode() == (
        f'{{"v":1,"log":"{log_id}","learner":"farida","notebook":"4-moves","release":"{RELEASE}",'
        '"at":"2026-03-01T12:00:00.000Z"}'
    )
    assert event.decode() == (
        f'{{"kind":"commit","item":"ss-choose-01","item_digest":"{DIGEST}","attempt":1,'
        '"at":"2026-03-01T12:00:01.000Z","answer":{"option":"b","sure":0.75},'
        f'"prev":"{hashlib.sha256(header).hexdigest()}"}}'
    )
    assert log.path.read_bytes().endswith(b"}\n")


def test_an_event_is_read_back_as_append_returned_it(log: ResponseLog):
    answer = {"text": "Das “klingt” schwer.\n\u2028Und?\x00 🙂", "spans": [[0, 3]], "sure": None}
    event = log.append("commit", "i", DIGEST, answer)
    assert event == Event(
        "commit", "i", DIGEST, 1, "2026-03-01T12:00:01.000Z", answer, line=2, release=RELEASE, learner="farida"
    )
    contents = log.read()
    assert contents.events == (event,)
    assert contents.header == Header(log.log_id, "farida", "4-moves", RELEASE, "2026-03-01T12:00:00.000Z")
    assert contents.notices == ()
    assert contents.chain_intact


def test_what_append_returns_has_the_types_that_readers_see(log: ResponseLog):
    event = log.append("commit", "i", DIGEST, {"pair": ("m1", "r2"), "half": "ok \ud83d", "joined": "\ud83d\ude42"})
    assert event.answer == {"pair": ["m1", "r2"], "half": "ok \ufffd", "joined": "🙂"}
    assert log.read().events == (event,)


def test_a_missing_log_is_empty_and_reading_does_not_make_it(log: ResponseLog):
    assert log.read().events == ()
    assert log.read().header is None
    assert log.read().chain_intact
    assert not log.path.parent.exists()


def test_each_commit_closes_an_attempt_of_its_item(log: ResponseLog):
    # i: shown 1, commit 1, shown 2, turn 2, branch 2, commit 2, contest of 2, consent 3; j counts for itself.
    events = [
        log.append("shown", "i", DIGEST, {}),
        log.append("commit", "i", DIGEST, {}),
        log.append("shown", "i", DIGEST, {}),
        log.append("turn", "i", DIGEST, {}),
        log.append("branch", "i", DIGEST, {}),
        log.append("commit", "i", DIGEST, {}),
        log.append("contest", "i", DIGEST, {}),
        log.append("consent", "i", DIGEST, {}),
        log.append("commit", "j", DIGEST, {}),
    ]
    assert [event.attempt for event in events] == [1, 1, 2, 2, 2, 2, 2, 3, 1]
    assert log.read().next_attempt("i") == 3
    assert log.read().next_attempt("never-shown") == 1


def test_contents_answer_which_commit_was_first_last_and_what_was_shown(log: ResponseLog):
    log.append("shown", "i", DIGEST, {"order": ["a", "b"]})
    first = log.append("commit", "i", DIGEST, {"option": "a"})
    log.append("commit", "other", DIGEST, {"option": "z"})
    shown = log.append("shown", "i", DIGEST, {"order": ["b", "a"]})
    last = log.append("commit", "i", DIGEST, {"option": "b"})
    contents = log.read()
    assert contents.commits("i") == [first, last]
    assert contents.first_commit("i") == first
    assert contents.last_commit("i") == last
    assert contents.shown("i") == shown
    assert contents.last_commit("none") is contents.first_commit("none") is contents.shown("none") is None


def test_file_order_and_not_the_clock_decides_which_commit_is_last(path: Path, open_log: OpenLog):
    late = open_log()
    late.append("commit", "i", DIGEST, {"n": 1})
    early = ResponseLog(
        path, learner="farida", notebook="4-moves", release=RELEASE, clock=lambda: late._clock().replace(year=2001)
    )
    early.append("commit", "i", DIGEST, {"n": 2})
    last = read_log(path).last_commit("i")
    assert last is not None
    assert (last.answer, last.attempt, last.at[:4]) == ({"n": 2}, 2, "2001")


def test_the_log_id_makes_the_log_and_stays(open_log: OpenLog, path: Path):
    log_id = open_log().log_id
    assert lines_of(path)[0]["log"] == log_id
    assert open_log().log_id == log_id
    open_log().append("commit", "i", DIGEST, {})
    assert open_log().log_id == log_id
    assert len(lines_of(path)) == 2
    assert read_log(path).chain_intact


def test_two_learners_logs_have_different_ids(tmp_path: Path):
    ids = {
        ResponseLog(log_path(tmp_path / name, "n", assessed=True), learner=name, notebook="n", release=RELEASE).log_id
        for name in ("a", "b", "c")
    }
    assert len(ids) == 3


def test_a_corrected_release_puts_its_header_above_what_answers_it(open_log: OpenLog, path: Path):
    old = open_log()
    old.append("commit", "i", DIGEST, {})
    new = open_log(release="b" * 64)
    new.append("commit", "i", DIGEST, {})
    new.append("commit", "i", DIGEST, {})
    contents = read_log(path)
    assert [(e.line, e.release[0], e.attempt) for e in contents.events] == [(2, "a", 1), (4, "b", 2), (5, "b", 3)]
    assert contents.header is not None
    assert contents.header.release == RELEASE  # the first header is the log's
    assert contents.log_ids == (contents.header.log,)
    assert contents.learners == ("farida",)
    assert contents.chain_intact
    assert contents.notices == ()


def test_another_learner_in_the_same_log_shows(open_log: OpenLog, path: Path):
    open_log().append("commit", "i", DIGEST, {})
    open_log(learner="noor").append("commit", "i", DIGEST, {})
    contents = read_log(path)
    assert contents.learners == ("farida", "noor")
    assert len(contents.log_ids) == 1
    assert [event.learner for event in contents.events] == ["farida", "noor"]
    assert contents.chain_intact


def test_going_back_to_the_first_release_puts_its_header_again(open_log: OpenLog, path: Path):
    for release in ("a" * 64, "b" * 64, "a" * 64):
        open_log(release=release).append("commit", "i", DIGEST, {})
    assert [event.release[0] for event in read_log(path).events] == ["a", "b", "a"]
    assert ["v" in line for line in lines_of(path)] == [True, False] * 3


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({"sure": float("nan")}, "JSON"),
        ({"sure": float("inf")}, "JSON"),
        ({"sure": 10**15}, "digits"),  # 16 digits
        ({"when": object()}, "JSON"),
        ({1: "a", "1": "b"}, "twice"),
        ({"text": "x" * 200_001}, "longer than 200,000 bytes"),
    ],
)
def test_an_answer_that_no_reader_would_take_is_refused_and_the_log_kept(
    log: ResponseLog, answer: dict[str, object], said: str
):
    log.append("commit", "i", DIGEST, {"text": "kept"})
    before = log.path.read_bytes()
    with pytest.raises(LogNotSaved, match=said) as error:
        log.append("commit", "i", DIGEST, answer)
    assert str(error.value).startswith("All that you saved before is safe.")
    assert log.path.read_bytes() == before


@pytest.mark.parametrize("depth", [15, 16, 100_000])
def test_nesting_is_bounded_when_written(log: ResponseLog, depth: int):
    # The line is level 1 and the answer level 2: lists may go 14 deep.
    value: object = "x"
    for _ in range(depth - 1):
        value = [value]
    if depth == 15:
        log.append("commit", "i", DIGEST, {"deep": value})
        assert len(log.read().events) == 1
    else:
        with pytest.raises(LogNotSaved):
            log.append("commit", "i", DIGEST, {"deep": value})


@pytest.mark.parametrize("item", ["", "x" * 201])
def test_an_event_without_a_usable_item_is_refused(log: ResponseLog, item: str):
    with pytest.raises(LogNotSaved):
        log.append("commit", item, DIGEST, {})
    assert log.read().events == ()


def test_a_kind_that_readers_do_not_know_is_refused(log: ResponseLog):
    with pytest.raises(LogNotSaved, match="kind"):
        log.append("graded", "i", DIGEST, {})  # pyright: ignore[reportArgumentType]


def test_a_file_where_the_folder_should_be_is_told(log: ResponseLog):
    log.path.parent.write_text("in the way")
    with pytest.raises(LogNotSaved, match=r"^All that you saved before is safe\. This was not saved: a file stands"):
        log.append("commit", "i", DIGEST, {})
    with pytest.raises(LogNotSaved):
        _ = ResponseLog(log.path.parent / "deeper" / "x.jsonl", learner="f", notebook="n", release=RELEASE).append(
            "commit", "i", DIGEST, {}
        )
    assert log.path.parent.read_text() == "in the way"


def test_a_linked_log_is_not_written_through(log: ResponseLog, tmp_path: Path):
    target = tmp_path / "elsewhere.txt"
    target.write_text("untouched")
    log.path.parent.mkdir()
    log.path.symlink_to(target)
    with pytest.raises(LogNotSaved, match="is a link"):
        log.append("commit", "i", DIGEST, {})
    assert target.read_text() == "untouched"


def test_a_linked_folder_is_not_written_into(log: ResponseLog, tmp_path: Path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    log.path.parent.symlink_to(elsewhere, target_is_directory=True)
    with pytest.raises(LogNotSaved, match="is a link"):
        log.append("commit", "i", DIGEST, {})
    assert list(elsewhere.iterdir()) == []


def test_a_folder_in_the_logs_place_is_told(log: ResponseLog):
    log.path.mkdir(parents=True)
    with pytest.raises(LogNotSaved, match="not an ordinary file"):
        log.append("commit", "i", DIGEST, {})


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this system")
def test_a_device_is_never_written():
    log = ResponseLog(Path("/dev/full"), learner="f", notebook="n", release=RELEASE)
    with pytest.raises(LogNotSaved, match="not an ordinary file"):
        log.append("commit", "i", DIGEST, {})
    assert not lock_path(log.path).exists()


def test_a_log_too_large_to_be_read_again_takes_no_more(log: ResponseLog):
    log.append("commit", "i", DIGEST, {})
    # 99 lines of 200,000 bytes, then one that leaves room for 900 bytes of the 20,000,000.
    last = 20_000_000 - 900 - log.path.stat().st_size - 99 * 200_000
    with log.path.open("ab") as file:
        file.writelines([b"x" * 199_999 + b"\n"] * 99)
        file.write(b"x" * (last - 1) + b"\n")
    before = log.path.stat().st_size
    with pytest.raises(LogNotSaved, match="no more fits into the file"):
        log.append("commit", "i", DIGEST, {"text": "x" * 1000})
    assert log.path.stat().st_size == before
    assert len(log.read().events) == 1


def test_a_disk_that_fails_while_flushing_leaves_the_log_as_it_was(log: ResponseLog, monkeypatch: pytest.MonkeyPatch):
    log.append("commit", "i", DIGEST, {"n": 1})
    before = log.path.read_bytes()

    def failing(descriptor: int) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", failing)
        with pytest.raises(LogNotSaved, match="Input/output error"):
            log.append("commit", "i", DIGEST, {"n": 2})
    assert log.path.read_bytes() == before
    assert log.append("commit", "i", DIGEST, {"n": 3}).attempt == 2


def test_a_log_that_another_program_replaces_meanwhile_is_not_called_saved(
    log: ResponseLog, monkeypatch: pytest.MonkeyPatch
):
    log.append("commit", "i", DIGEST, {"n": 1})
    before = log.path.read_bytes()
    flush = os.fsync

    def replaced_at_flush(descriptor: int) -> None:
        flush(descriptor)
        newer = log.path.with_name("newer")
        newer.write_bytes(before)
        newer.replace(log.path)

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", replaced_at_flush)
        with pytest.raises(LogNotSaved, match="replaced by another program"):
            log.append("commit", "i", DIGEST, {"n": 2})
    assert log.path.read_bytes() == before


def test_kernels_take_turns_in_one_file(open_log: OpenLog, path: Path):
    one, two = open_log(), open_log()
    for n in range(3):
        one.append("commit", "i", DIGEST, {"n": n})
        two.append("commit", "i", DIGEST, {"n": n})
    contents = read_log(path)
    assert [event.attempt for event in contents.events] == [1, 2, 3, 4, 5, 6]
    assert contents.chain_intact
    assert len(contents.log_ids) == 1


def test_threads_of_one_kernel_lose_nothing(open_log: OpenLog, path: Path):
    log = open_log()
    threads = [Thread(target=lambda: [log.append("turn", "i", DIGEST, {}) for _ in range(10)]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(read_log(path).events) == 40
    assert read_log(path).chain_intact


def test_beside_the_log_lies_only_its_empty_lock(log: ResponseLog):
    log.append("commit", "i", DIGEST, {})
    assert {file.name for file in log.path.parent.iterdir()} <= {"4-moves.jsonl", ".4-moves.jsonl.lock"}
    if lock_path(log.path).exists():  # Windows removes it
        assert lock_path(log.path).read_bytes() == b""
