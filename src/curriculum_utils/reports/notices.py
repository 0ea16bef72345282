"""What a report could not read, collected for the person who reads it."""

from dataclasses import dataclass, field
from pathlib import Path

MAX_NOTICES = 200
MAX_TEXT = 400


@dataclass(frozen=True)
class Notice:
    """One thing that was left out or may be wrong: where it lies, and what that means for the report."""

    where: str
    what: str


@dataclass
class Notices:
    """Notices in the order in which they were met; the same one is told once."""

    root: Path
    entries: list[Notice] = field(default_factory=list[Notice])
    left_out: int = 0

    def add(self, where: Path | str, what: str) -> None:
        """Tells `what` of a file, shown as it lies below the course's folder, or of anything that has a name."""
        notice = Notice(_printable(self._shown(where)), _printable(what))
        if notice in self.entries:
            return
        if len(self.entries) >= MAX_NOTICES:
            self.left_out += 1
            return
        self.entries.append(notice)

    def _shown(self, where: Path | str) -> str:
        if isinstance(where, Path) and where.is_relative_to(self.root):
            return where.relative_to(self.root).as_posix()
        return str(where)


def _printable(text: str) -> str:
    # File names and log lines come from learners: no control characters or half characters, and an end.
    clean = "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in text)
    return clean if len(clean) <= MAX_TEXT else f"{clean[:MAX_TEXT]}…"
