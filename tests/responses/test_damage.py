"""What must hold whatever happens to the bytes of a log."""

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from curriculum_utils.responses import Event, LogContents, ResponseLog, read_log

RELEASE = "a" * 64


def log_of(folder: str, raw: bytes) -> ResponseLog:
    path = Path(folder) / "x.jsonl"
    path.write_bytes(raw)
    return ResponseLog(path, learner="farida", notebook="4-moves", release=RELEASE)


def read(raw: bytes) -> LogContents:
    with tempfile.TemporaryDirectory() as folder:
        return read_log(log_of(folder, raw).path)


def said(event: Event) -> tuple[object, ...]:
    """The event without the place where it stands."""
    return event.kind, event.item, event.attempt, event.at, event.answer


def test_torn_anywhere_in_its_last_line_a_log_loses_only_that_line(written: bytes, tmp_path: Path):
    begin = written[:-1].rindex(b"\n") + 1
    whole = read(written).events
    for end in range(begin, len(written)):
        log = log_of(str(tmp_path), written[:end])
        left = log.read()
        # All but the newline is the whole line, which then counts.
        assert left.events == (whole if end == len(written) - 1 else whole[:-1])
        assert left.chain_intact
        event = log.append("commit", "item-2", "d", {"text": "again"})
        after = log.read()
        assert after.events == (*left.events, event)
        assert after.chain_intact
        assert len(after.notices) == (begin < end < len(written) - 1)  # the torn line stays, and is named


@settings(deadline=None)  # a busy disk or machine is no failure
@given(data=st.data())
def test_torn_anywhere_a_log_keeps_the_lines_above_and_takes_the_next_event(written: bytes, data: st.DataObject):
    end = data.draw(st.integers(0, len(written)))
    lines_above = written[:end].count(b"\n")
    with tempfile.TemporaryDirectory() as folder:
        log = log_of(folder, written[:end])
        event = log.append("commit", "item-0", "d", {"text": "again"})
        contents = log.read()
    assert contents.events[-1] == event
    kept = [e for e in read(written).events if e.line <= lines_above]
    assert list(contents.events[: len(kept)]) == kept
    assert contents.chain_intact
    assert contents.learners == ("farida",)


@settings(deadline=None)  # a busy disk or machine is no failure
@given(garbage=st.binary(max_size=200), data=st.data())
def test_garbage_put_in_anywhere_costs_at_most_the_line_that_it_hits(
    written: bytes, garbage: bytes, data: st.DataObject
):
    at = data.draw(st.integers(0, len(written)))
    contents = read(written[:at] + garbage + written[at:])
    hit = written[:at].count(b"\n") + 1
    kept = [said(event) for event in read(written).events if event.line != hit]
    assert [one for one in map(said, contents.events) if one in kept] == kept


@settings(deadline=None)  # a busy disk or machine is no failure
@given(raw=st.binary(max_size=400))
def test_no_bytes_at_all_make_reading_fail_and_all_of_them_can_be_appended_to(raw: bytes):
    with tempfile.TemporaryDirectory() as folder:
        log = log_of(folder, raw)
        event = log.append("commit", "item-0", "d", {})
        assert log.read().events[-1] == event


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**15) + 1, 10**15 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)


@settings(deadline=None)  # a busy disk or machine is no failure
@given(answer=st.dictionaries(st.text(), JSON, max_size=4))
def test_any_answer_made_of_json_comes_back_as_it_went_in(answer: dict[str, object]):
    with tempfile.TemporaryDirectory() as folder:
        log = log_of(folder, b"")
        event = log.append("commit", "i", "d", answer)
        assert event.answer == answer
        assert log.read().events == (event,)


@settings(deadline=None)  # a busy disk or machine is no failure
@given(data=st.data())
def test_any_change_of_a_byte_above_the_last_line_shows(written: bytes, data: st.DataObject):
    at = data.draw(st.integers(0, written[:-1].rindex(b"\n") - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda value: value != written[at]))
    contents = read(written[:at] + bytes([byte]) + written[at + 1 :])
    assert not contents.chain_intact
    assert any("was changed, added or removed" in notice for notice in contents.notices)


@settings(deadline=None)  # a busy disk or machine is no failure
@given(data=st.data())
def test_any_line_taken_out_above_the_last_shows(written: bytes, data: st.DataObject):
    lines = written.splitlines(keepends=True)
    del lines[data.draw(st.integers(0, len(lines) - 2))]
    assert not read(b"".join(lines)).chain_intact


@settings(deadline=None)  # a busy disk or machine is no failure
@given(data=st.data())
def test_lines_in_another_order_show(written: bytes, data: st.DataObject):
    lines = written.splitlines(keepends=True)
    moved = data.draw(st.permutations(lines).filter(lambda order: order != lines))
    assert not read(b"".join(moved)).chain_intact


def test_a_log_cut_off_at_its_end_does_not_show(written: bytes):
    # The limit of the chain that the docs name: nothing outside the file remembers how long it was.
    lines = written.splitlines(keepends=True)
    assert read(b"".join(lines[:-1])).chain_intact
