"""A response log read whole: what can be used is taken, what cannot is skipped and told, never fatal."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from curriculum_utils.content.words import words
from curriculum_utils.errors import LogUnreadable
from curriculum_utils.responses.events import Event, Header, LogContents
from curriculum_utils.responses.files import open_regular, read_capped
from curriculum_utils.responses.lines import BadLine, decode, digest, event_of, header_of

MAX_LINES = 200_000  # a year of practice has a few thousand
MAX_NOTICES = 20


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
    lines = raw.split(b"\n", MAX_LINES)
    if not lines[-1]:
        lines.pop()
    if len(lines) > MAX_LINES:
        raise LogUnreadable(words("log-too-long", path=path, cap=MAX_LINES))
    reading = Reading(size=len(raw), torn=raw[-1:] not in (b"", b"\n"))
    for line in lines:
        reading.take(line)
    return reading


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
