"""A response log read whole: what can be used is taken, what cannot is skipped and told, never fatal."""

import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from curriculum_utils.content.words import words
from curriculum_utils.errors import LogUnreadable
from curriculum_utils.responses.events import Event, Header, LogContents
from curriculum_utils.responses.files import open_regular, read_capped
from curriculum_utils.responses.lines import BadLine, decode, digest, event_of, header_of

MAX_LINES = 200_000  # a year of practice has a few thousand
MAX_NOTICES = 20
MAX_REMEMBERED = 32  # logs; two modules have half as many
MAX_REMEMBERED_BYTES = 2_000_000

# What the whole lines of a log came to, beside the very bytes that they were: a page asks several times for each of
# its items, and a year of practice takes a tenth of a second to take apart. Nothing is believed of a file that does
# not begin with the same bytes. Events are shared between readers, who do not change them.
_remembered: "OrderedDict[Path, tuple[bytes, Reading]]" = OrderedDict()
_remembering = threading.Lock()  # the start page reads in a thread of its own while it hands in


def read_log(path: Path) -> LogContents:
    """All that the log at `path` holds; nothing for a missing file.

    Raises:
        LogUnreadable: a link, a folder, a pipe, too large, or not permitted.
    """
    try:
        with open_regular(path) as file:
            return parse_log(read_capped(file, path), path)
    except FileNotFoundError:
        return LogContents()
    except OSError as error:
        raise LogUnreadable(
            words("log-not-permitted", path=path, reason=error.strerror or type(error).__name__)
        ) from None


def parse_log(raw: bytes, path: Path) -> LogContents:
    """What a log's bytes hold; `path` is named in errors."""
    return read_lines(raw, path).contents()


def read_lines(raw: bytes, path: Path) -> "Reading":
    """A log's bytes taken line by line; the last line may lack its newline.

    Raises:
        LogUnreadable: more than `MAX_LINES` lines.
    """
    whole = raw[: raw.rfind(b"\n") + 1]
    known, reading = _recall(path, whole)
    # One more than may be: the last part of a split is what stands behind the last newline.
    lines = whole[len(known) :].split(b"\n", MAX_LINES - reading.lines + 1)[:-1]
    torn = raw[len(whole) :]
    if reading.lines + len(lines) + bool(torn) > MAX_LINES:
        raise LogUnreadable(words("log-too-long", path=path, cap=MAX_LINES))
    for line in lines:
        reading.take(line)
    _remember(path, whole, reading)
    if torn:
        reading.take(torn)
    reading.size, reading.torn = len(raw), bool(torn)
    return reading


def _recall(path: Path, whole: bytes) -> tuple[bytes, "Reading"]:
    """The longest known beginning of a log's whole lines, and how far it was read."""
    with _remembering:
        known, reading = _remembered.get(path, (b"", Reading()))
    return (known, reading.copy()) if whole.startswith(known) else (b"", Reading())


def _remember(path: Path, whole: bytes, reading: "Reading") -> None:
    with _remembering:
        _remembered.pop(path, None)
        if len(whole) <= MAX_REMEMBERED_BYTES:
            _remembered[path] = (whole, reading.copy())
        while len(_remembered) > MAX_REMEMBERED:
            _remembered.popitem(last=False)


@dataclass
class Reading:
    """How far a log was read: `header` is the one that holds there, `above` the last line's bytes.

    `size` is in bytes; `torn` says that the last line lacks its newline.
    """

    size: int = 0
    torn: bool = False
    lines: int = 0
    header: Header | None = None
    above: bytes | None = None
    headers: list[Header] = field(default_factory=list[Header])
    events: list[Event] = field(default_factory=list[Event])
    notices: list[str] = field(default_factory=list[str])
    skipped: list[int] = field(default_factory=list[int])
    intact: bool = True
    nameless: bool = False

    def copy(self) -> "Reading":
        """As far as this one, and reading on by itself."""
        parts = {"headers": [*self.headers], "events": [*self.events], "notices": [*self.notices]}
        return replace(self, **parts, skipped=[*self.skipped])

    @property
    def prev(self) -> str | None:
        """What the next line must carry; None at the top of a file."""
        return None if self.above is None else digest(self.above)

    def take(self, line: bytes) -> None:
        self.lines += 1
        try:
            data = decode(line)
            self._check_chain(data)
            if "v" in data and "kind" not in data:
                self._take_header(data)
            else:
                self._take_event(event_of(data, self.lines, self.header))
        except BadLine as problem:
            self.notices.append(f"line {self.lines} {problem} and was skipped")
            self.skipped.append(self.lines)
        self.above = line

    def _take_header(self, data: Mapping[str, object]) -> None:
        self.header = None  # below a header that cannot be read, the one above it no longer holds
        self.header = header_of(data)
        self.headers.append(self.header)

    def _take_event(self, event: Event) -> None:
        if self.header is None and not self.nameless:
            self.nameless = True
            self.notices.append(
                f"line {event.line} has no readable header above it: whose answers start there, and to which release, "
                "is not known"
            )
        self.events.append(event)

    def _check_chain(self, data: Mapping[str, object]) -> None:
        # Bytes, not data: a torn line above is part of the chain too, so a crash does not look like tampering.
        if data.get("prev") == self.prev:
            return
        self.intact = False
        self.notices.append(
            f"line {self.lines} does not follow from what stands above it: a line there was changed, added or removed"
        )

    def contents(self) -> LogContents:
        told, left = self.notices[:MAX_NOTICES], len(self.notices) - MAX_NOTICES
        if left > 0:
            told.append(f"{left} more notices were left out")
        return LogContents(
            header=self.headers[0] if self.headers else None,
            events=tuple(self.events),
            notices=tuple(told),
            chain_intact=self.intact,
            learners=tuple(dict.fromkeys(header.learner for header in self.headers)),
            log_ids=tuple(dict.fromkeys(header.log for header in self.headers)),
            skipped=tuple(self.skipped),
        )
