"""A log read again, grown or not, gives what a first reading gives."""

from itertools import count
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from curriculum_utils.responses import ResponseLog, read_log, reading
from curriculum_utils.responses.reading import parse_log

RELEASE = "a" * 64
LINES = (
    b'{"v":1,"log":"L","learner":"farida","notebook":"4-moves","release":"r","at":"t"}',
    b'{"kind":"commit","item":"i","item_digest":"d","attempt":1,"at":"t","answer":{"n":1}}',
    b'{"kind":"commit","item":"j","item_digest":"d","attempt":1,"at":"t","answer":{"n":2}}',
    b"torn {",
    b"",
)
numbers = count()


@given(st.lists(st.tuples(st.lists(st.sampled_from(LINES), max_size=6), st.booleans()), min_size=1, max_size=5))
def test_what_was_read_before_changes_nothing(versions: list[tuple[list[bytes], bool]]):
    known = Path(f"log-{next(numbers)}.jsonl")
    grown = b""
    for lines, keep in versions:
        # A log that grew, or one that was put in its place, either with its last newline or without.
        grown = (grown if keep else b"") + b"\n".join(lines)
        for raw in (grown, grown + b"\n"):
            assert parse_log(raw, known) == parse_log(raw, Path(f"first-{next(numbers)}.jsonl"))


def test_an_edited_line_is_seen_although_the_log_was_read_before(path: Path):
    log = ResponseLog(path, learner="farida", notebook="4-moves", release=RELEASE)
    for number in range(3):
        log.append("commit", "i", "d" * 64, {"n": number})
    assert read_log(path).chain_intact
    path.write_bytes(path.read_bytes().replace(b'"n":1', b'"n":7'))
    contents = read_log(path)
    assert [event.answer for event in contents.events] == [{"n": 0}, {"n": 7}, {"n": 2}]
    assert not contents.chain_intact


def test_only_so_many_logs_are_remembered():
    for _ in range(2 * reading.MAX_REMEMBERED):
        parse_log(b"{}\n", Path(f"many-{next(numbers)}.jsonl"))
    assert len(reading._remembered) == reading.MAX_REMEMBERED
