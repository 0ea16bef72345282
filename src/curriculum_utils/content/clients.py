"""`clients/<slug>.yaml`: a simulated client, declared as states, lines, and what in a reply moves them.

How a session runs is in `curriculum_utils.practice`; what must hold of every client is in `practice.check`.
"""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import ConfigDict, Field, field_validator, model_validator

from curriculum_utils.content.models import Client, Label, Model, Slug, Text

Ending = Literal["well", "unresolved", "badly"]
ENDINGS: tuple[Ending, ...] = ("well", "unresolved", "badly")
MOST_TURNS = 12
"""The learner's turns after which every session is over."""
ANY = "any"
"""For `trap:`, whichever trap; for `from:`, every state that does not end the session."""


class LateEnding(Model):
    """How a session ends that is still in a state when its time is up."""

    ends: Ending
    line: Text


class ClientState(Model):
    """A state of a client: what they say in it, and how open they are, from 0 (closed) to 4 (in touch).

    `lines` are said one after another, none twice; when they are used up the client moves on to `worn`.
    """

    id: Slug
    shown: Text
    openness: Annotated[int, Field(ge=0, le=4)]
    lines: tuple[Text, ...] = Field(min_length=1)
    ends: Ending | None = None
    worn: Slug | None = None
    late: LateEnding | None = None

    @model_validator(mode="after")
    def _goes_on_or_ends(self) -> "ClientState":
        if self.ends is None and (self.worn is None or self.late is None):
            raise ValueError("needs `worn` (where it leads when all lines are said) and `late`, or `ends`")
        if self.ends is not None and (self.worn or self.late):
            raise ValueError("ends the session, so it has neither `worn` nor `late`")
        return self


class When(Model):
    """What in a reply moves the client: a trap, or something in a reply without any.

    All that is given must hold. `again`: the trap was fallen into before in this session. `met` are criteria that must
    all be there, `one_of` some of which one must be; `coverage` is the least of the best effective move, in (0, 1].
    `repair`: the reply meets something just after one with a trap. `flat`: it meets nothing.
    """

    trap: Label | None = None
    again: bool = False
    met: tuple[Label, ...] = ()
    one_of: tuple[Label, ...] = ()
    coverage: Annotated[float, Field(gt=0, le=1)] | None = None
    repair: bool = False
    flat: bool = False

    @model_validator(mode="after")
    def _asks_for_something_that_can_be(self) -> "When":
        wanted = bool(self.met or self.one_of or self.coverage is not None or self.repair)
        if not (self.trap or wanted or self.flat):
            raise ValueError("needs `trap`, `met`, `one_of`, `coverage`, `repair` or `flat`")
        if sum((self.trap is not None, wanted, self.flat)) > 1:
            raise ValueError("asks for a trap, for something met, or for nothing met (`flat`): only one of these")
        if self.again and self.trap is None:
            raise ValueError("`again` goes with `trap`")
        return self


class Transition(Model):
    """From some states to another, or back to the same with an answer of its own; the first that fits is taken."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    source: tuple[Slug, ...] = Field(alias="from", min_length=1)
    when: When
    to: Slug
    lines: tuple[Text, ...] = ()

    @field_validator("source", mode="before")
    @classmethod
    def _one_or_several(cls, value: object) -> object:
        return [value] if isinstance(value, str) else value


class PracticeClient(Model):
    """A simulated client; `use: graded` keeps one for the assessment."""

    title: Text
    module: Slug
    use: Literal["practice", "graded"]
    client: Client
    temperament: Text
    scene: Text
    opening: Text
    start: Slug
    states: tuple[ClientState, ...] = Field(min_length=1)
    transitions: tuple[Transition, ...] = ()

    def state(self, name: str) -> ClientState:
        """The state of that id.

        Raises:
            KeyError: there is none.
        """
        for state in self.states:
            if state.id == name:
                return state
        raise KeyError(name)

    def leaves(self, transition: Transition, state: ClientState) -> bool:
        """Whether the transition can be taken in that state."""
        return state.ends is None and (transition.source == (ANY,) or state.id in transition.source)

    def all_lines(self) -> Iterator[str]:
        """Everything the client can say, in file order."""
        yield self.opening
        for state in self.states:
            yield from state.lines
            if state.late is not None:
                yield state.late.line
        for transition in self.transitions:
            yield from transition.lines
