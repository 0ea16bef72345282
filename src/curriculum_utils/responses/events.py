"""What a response log holds, once read; reading and writing are in `responses.reading` and `responses.log`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

Kind = Literal["shown", "commit", "turn", "branch", "contest", "consent"]
KINDS: frozenset[str] = frozenset(get_args(Kind))


@dataclass(frozen=True)
class Header:
    """Whose log it is and what it answers; `at` is RFC 3339 in UTC."""

    log: str
    learner: str
    notebook: str
    release: str
    at: str


@dataclass(frozen=True)
class Event:
    """One thing the learner was shown or did.

    `attempt` counts the commits of an item from 1; `line` counts the file's lines from 1. `release` and
    `learner` are those of the nearest header above, empty where none stands there.
    """

    kind: str
    item: str
    item_digest: str
    attempt: int
    at: str
    answer: Mapping[str, object]
    line: int
    release: str = ""
    learner: str = ""


@dataclass(frozen=True)
class LogContents:
    """A whole log in file order, which alone decides what came last.

    `header` is the first one; `learners` and `log_ids` name every different one met, in file order.
    `notices` are sentences for a person, most of them about one line. `chain_intact` is False where a line was
    changed, put in or taken out above another; the end of a log may still have been cut off or rewritten.
    `skipped` are the numbers of the lines that could not be read: each may have held an answer.
    """

    header: Header | None = None
    events: tuple[Event, ...] = ()
    notices: tuple[str, ...] = ()
    chain_intact: bool = True
    learners: tuple[str, ...] = ()
    log_ids: tuple[str, ...] = ()
    skipped: tuple[int, ...] = ()

    def commits(self, item: str) -> list[Event]:
        return [event for event in self.events if event.kind == "commit" and event.item == item]

    def last_commit(self, item: str) -> Event | None:
        """The commit that is graded."""
        return next(iter(self.commits(item)[-1:]), None)

    def may_lack_a_later_one(self, item: str) -> bool:
        """Whether a line that could not be read stands below the item's last commit, or anywhere if it has none."""
        last = self.last_commit(item)
        return any(last is None or line > last.line for line in self.skipped)

    def first_commit(self, item: str) -> Event | None:
        """The commit that serves item statistics and learning gain."""
        return next(iter(self.commits(item)[:1]), None)

    def shown(self, item: str) -> Event | None:
        """The item's latest `shown` event, which holds the order of its options."""
        return next((e for e in reversed(self.events) if e.kind == "shown" and e.item == item), None)

    def last_attempt(self, item: str) -> int:
        """The number of the item's latest attempt; 0 before the first commit."""
        # The highest and not the count: a damaged line must not give one number to two commits.
        return max((event.attempt for event in self.commits(item)), default=0)

    def next_attempt(self, item: str) -> int:
        """The number that the item's next commit will carry, and its draft until then."""
        return min(self.last_attempt(item) + 1, MAX_ATTEMPT)


# Only a forged line comes near; without an end, adding 1 to it would give a number that no reader takes.
MAX_ATTEMPT = 1_000_000_000
