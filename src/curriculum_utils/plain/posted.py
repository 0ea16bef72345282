"""What a form sent, read without trust: names and texts, nothing more."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

ERRANDS = frozenset({"hand-in", "hand-in-anyway", "feedback"})
"""What takes seconds, and touches no answer: it need not wait for what saves one, nor that for it."""


@dataclass(frozen=True)
class Posted:
    """The fields of a form, or of an address, with every value that each has."""

    fields: Mapping[str, Sequence[str]] = field(default_factory=dict[str, Sequence[str]])

    def one(self, name: str) -> str:
        """The first value of a field, lines ended as the live page ends them; empty where there is none."""
        values = self.fields.get(name, ())
        # A form is sent with \r\n, whatever was typed.
        return values[0].replace("\r\n", "\n").replace("\r", "\n") if values else ""

    @property
    def verb(self) -> str:
        """What the button that was pressed says is to be done, without the place that it names."""
        return self.one("do").partition(":")[0]

    @property
    def place(self) -> int:
        """The place that the button names (`back:2`), counted from 1; 0 where it names none."""
        return _whole(self.one("do").partition(":")[2])

    def number(self, name: str) -> int:
        """A field that holds a whole number; 0 where it does not."""
        return _whole(self.one(name))


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
