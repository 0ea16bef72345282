"""Reading logs that a crash, an editor or a stranger has been at."""

import errno
import hashlib
import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from curriculum_utils.errors import LogUnreadable
from curriculum_utils.responses import LogContents, ResponseLog, read_log

RELEASE = "a" * 64
HEADER = {"v": 1, "log": "L", "learner": "farida", "notebook": "4-moves", "release": RELEASE, "at": "t"}
EVENT = {"kind": "commit", "item": "i", "item_digest": "d", "attempt": 1, "at": "t", "answer": {"n": 1}}


def write(path: Path, *lines: bytes | Mapping[str, object]) -> None:
    """A log of these lines; those given as data get the `prev` that belongs there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    raw: list[bytes] = []
    for line in lines:
        if isinstance(line, bytes):
            raw.append(line)
        else:
            prev = {"prev": hashlib.sha256(raw[-1]).hexdigest()} if raw else {}
            raw.append(json.dumps({**line, **prev}).encode())
    path.write_bytes(b"".join(line + b"\n" for line in raw))


@pytest.mark.parametrize(
    ("line", "notice"),
    [
        (b'{"kind":"commit","item"', "is torn and was skipped"),
        (b"\xff\xfe\x00", "is torn and was skipped"),
        (b"", "is empty and was skipped"),
        (b"[]", "is not an object and was skipped"),
        (b'"text"', "is not an object and was skipped"),
        (b"[" * 100_000, "is nested too deeply and was skipped"),
        (b'{"a":' + b"[" * 16 + b"]" * 16 + b"}", "is nested too deeply and was skipped"),
        (b'{"a":NaN}', "holds NaN, which is no number and was skipped"),
        (b'{"a":-Infinity}', "holds -Infinity, which is no number and was skipped"),
        (b'{"a":1e999}', "holds a number without end and was skipped"),
        (b'{"a":' + b"9" * 5000 + b"}", "holds a number of more than 15 digits and was skipped"),
        (b'{"a":1,"a":2}', "holds a name twice and was skipped"),
        (b'{"a":"\\ud83d"}', "holds half a character and was skipped"),
        (b'{"a":"' + b"x" * 200_000 + b'"}', "is longer than 200,000 bytes and was skipped"),
    ],
)
def test_a_bad_line_is_skipped_and_named(path: Path, line: bytes, notice: str):
    write(path, HEADER, EVENT, line, EVENT | {"attempt": 2})
    contents = read_log(path)
    assert [event.line for event in contents.events] == [2, 4]
    assert f"line 3 {notice}" in contents.notices


@pytest.mark.parametrize(
    ("change", "notice"),
    [
        ({"kind": "praise"}, "is of a kind that this version does not know ('praise')"),
        ({"kind": 3}, 'has no "kind" of up to 200 characters'),
        ({"item": ""}, "names no item"),
        ({"item": None}, 'has no "item" of up to 200 characters'),
        ({"item_digest": "x" * 201}, 'has no "item_digest" of up to 200 characters'),
        ({"attempt": 0}, "has no attempt that counts from 1"),
        ({"attempt": True}, "has no attempt that counts from 1"),
        ({"attempt": 1.0}, "has no attempt that counts from 1"),
        ({"attempt": 1_000_000_001}, "has no attempt that counts from 1"),
        ({"answer": "b"}, "has no answer"),
        ({"at": 5}, 'has no "at" of up to 200 characters'),
    ],
)
def test_an_event_of_another_form_is_skipped_without_breaking_the_chain(
    path: Path, change: dict[str, object], notice: str
):
    write(path, HEADER, EVENT, EVENT | change, EVENT)
    contents = read_log(path)
    assert [event.line for event in contents.events] == [2, 4]
    assert contents.notices == (f"line 3 {notice} and was skipped",)
    assert contents.chain_intact


def test_fields_that_a_later_version_adds_are_ignored(path: Path):
    write(path, HEADER | {"locale": "de"}, EVENT | {"device": "tablet", "v": 2})
    contents = read_log(path)
    assert len(contents.events) == 1
    assert contents.notices == ()


def test_a_log_without_its_header_is_read_and_told(path: Path):
    write(path, EVENT, EVENT)
    contents = read_log(path)
    assert contents.header is None
    assert [event.release for event in contents.events] == ["", ""]
    assert contents.notices == (
        "line 1 has no readable header above it: whose answers start there, and to which release, is not known",
    )


def test_a_log_that_lost_its_header_goes_on_under_a_new_one(log: ResponseLog):
    log.append("commit", "i", "d", {"n": 1})
    log.path.write_bytes(log.path.read_bytes().split(b"\n", 1)[1])
    event = log.append("commit", "i", "d", {"n": 2})
    contents = log.read()
    # Line 1 is the old commit, line 2 the new header, line 3 the new commit.
    assert (event.line, event.attempt, event.release) == (3, 2, RELEASE)
    assert contents.events[-1] == event
    assert contents.log_ids == (log.log_id,)
    assert not contents.chain_intact  # the removed header shows


def test_a_torn_header_is_told_and_the_log_goes_on_with_its_chain_whole(log: ResponseLog):
    _ = log.log_id
    log.path.write_bytes(log.path.read_bytes()[:40])
    log.append("commit", "i", "d", {"n": 1})
    contents = log.read()
    assert contents.notices == ("line 1 is torn and was skipped",)
    assert contents.header is not None
    assert [(event.line, event.learner) for event in contents.events] == [(3, "farida")]
    assert contents.chain_intact


def test_events_below_a_header_of_a_later_format_are_not_given_to_the_release_above(path: Path):
    write(path, HEADER, EVENT, HEADER | {"v": 2, "release": "b" * 64}, EVENT)
    contents = read_log(path)
    assert [event.release for event in contents.events] == [RELEASE, ""]
    assert contents.notices[0] == "line 3 is a header of a format that this version does not read and was skipped"


def test_a_forged_highest_attempt_does_not_stop_the_learner(log: ResponseLog):
    write(log.path, HEADER, EVENT | {"attempt": 1_000_000_000})
    assert log.append("commit", "i", "d", {}).attempt == 1_000_000_000
    assert len(log.read().events) == 2


def test_a_last_line_that_only_lacks_its_newline_counts(log: ResponseLog):
    log.append("commit", "i", "d", {"n": 1})
    log.path.write_bytes(log.path.read_bytes()[:-1])
    assert len(log.read().events) == 1
    assert log.append("commit", "i", "d", {"n": 2}).attempt == 2
    assert log.read().notices == ()
    assert log.read().chain_intact


def test_line_ends_changed_by_another_program_break_the_chain_but_lose_nothing(log: ResponseLog):
    for n in range(3):
        log.append("commit", "i", "d", {"n": n})
    log.path.write_bytes(log.path.read_bytes().replace(b"\n", b"\r\n"))
    contents = log.read()
    assert len(contents.events) == 3
    assert not contents.chain_intact


def test_two_logs_put_into_one_show_both_ids(path: Path):
    write(path, HEADER, EVENT, HEADER | {"log": "M", "learner": "noor"}, EVENT)
    contents = read_log(path)
    assert contents.log_ids == ("L", "M")
    assert contents.learners == ("farida", "noor")


def test_a_header_put_in_without_its_place_in_the_chain_shows(path: Path):
    later = json.dumps(HEADER | {"release": "b" * 64}).encode()
    write(path, HEADER, EVENT, later, EVENT)
    assert not read_log(path).chain_intact


def test_notices_do_not_grow_without_end(path: Path):
    write(path, HEADER, *[b"garbage"] * 5000)
    contents = read_log(path)
    assert len(contents.notices) == 21
    assert contents.notices[-1] == "4980 more notices were left out"


def test_a_missing_file_or_folder_is_an_empty_log(tmp_path: Path):
    assert read_log(tmp_path / "none.jsonl") == LogContents()
    assert read_log(tmp_path / "no" / "folder" / "none.jsonl") == LogContents()


def test_an_empty_file_is_an_empty_log(path: Path):
    write(path)
    assert read_log(path) == LogContents()


def _link(path: Path) -> None:
    target = path.with_name("target.jsonl")
    write(target, HEADER, EVENT)
    path.symlink_to(target)


def _linked_folder(path: Path) -> None:
    target = path.parent.with_name("target")
    write(target / path.name, HEADER, EVENT)
    path.parent.rmdir()
    path.parent.symlink_to(target, target_is_directory=True)


def _pipe(path: Path) -> None:
    os.mkfifo(path)


def _large(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(20_000_001)


def _many_lines(path: Path) -> None:
    path.write_bytes(b"\n" * 200_001)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (_link, "is a link"),
        (lambda path: path.symlink_to("/nowhere/at/all"), "is a link"),
        (_linked_folder, "is a link"),
        (lambda path: path.mkdir(), "not an ordinary file"),
        (_pipe, "not an ordinary file"),
        (_large, "larger than 20,000,000 bytes"),
        (_many_lines, "more than 200,000 lines"),
    ],
    ids=["link", "dangling-link", "linked-folder", "folder", "pipe", "large", "many-lines"],
)
def test_what_is_no_log_is_not_opened(path: Path, make: Callable[[Path], object], said: str):
    path.parent.mkdir()
    make(path)
    with pytest.raises(LogUnreadable, match=said) as error:
        read_log(path)
    assert str(path.name) in str(error.value) or str(path.parent) in str(error.value)


def test_a_file_in_the_folders_place_is_told(tmp_path: Path):
    (tmp_path / "responses").write_text("in the way")
    with pytest.raises(LogUnreadable, match=os.strerror(errno.ENOTDIR)):
        read_log(tmp_path / "responses" / "x.jsonl")
