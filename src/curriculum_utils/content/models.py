"""What the author's files hold, as frozen models; loading and cross-checks live beside this module.

Exercise bodies and keys of one item type are defined with that type, in `curriculum_utils.items`.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError, model_validator

# nbgrader takes an item's id as grade_id, which may hold neither dots nor blanks.
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=64)]
Label = Annotated[str, StringConstraints(pattern=r"^[a-z]+(_[a-z]+)*$", max_length=64)]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000)]
Points = Annotated[float, Field(gt=0, le=100)]


def is_slug(name: str) -> bool:
    """Whether a file of that name can be an id."""
    try:
        TypeAdapter(Slug).validate_python(name)
    except ValidationError:
        return False
    return True


class Model(BaseModel):
    """Frozen, and closed to keys it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Criterion(Model):
    """Something that makes a reply work."""

    name: Label
    plain: Text
    met_when: Text
    not_met_by: Text
    hint: Text


class Trap(Model):
    """Something that makes a reply backfire."""

    name: Label
    plain: Text
    fallen_into_when: Text
    not_by: Text
    hint: Text


class Rubric(Model):
    """The only vocabulary: criteria and traps, in the order in which ties are settled."""

    version: Text
    criteria: tuple[Criterion, ...] = Field(min_length=1)
    traps: tuple[Trap, ...] = Field(min_length=1)

    def criterion_names(self) -> tuple[str, ...]:
        return tuple(c.name for c in self.criteria)

    def trap_names(self) -> tuple[str, ...]:
        return tuple(t.name for t in self.traps)

    def labels(self) -> tuple[str, ...]:
        return self.criterion_names() + self.trap_names()

    def plain(self, label: str) -> str:
        """The label's name as a learner reads it."""
        return next((entry.plain for entry in (*self.criteria, *self.traps) if entry.name == label), label)

    def hint(self, label: str) -> str:
        """What would meet the criterion, or stand in the trap's place."""
        return next((entry.hint for entry in (*self.criteria, *self.traps) if entry.name == label), "")


class Move(Model):
    """A named way of replying: effective (a group of criteria) or one that backfires (a trap)."""

    slug: Slug
    kind: Literal["effective", "backfires"]
    title: Text
    criteria: tuple[Label, ...] = ()
    trap: Label | None = None
    sounds_like: Text | None = None
    what: Text | None = None
    why: Text

    @model_validator(mode="after")
    def _kind_and_labels_agree(self) -> "Move":
        if self.kind == "effective" and (not self.criteria or self.trap):
            raise ValueError("an effective move lists its criteria and names no trap")
        if self.kind == "backfires" and (self.criteria or not self.trap):
            raise ValueError("a move that backfires names its trap and lists no criteria")
        return self


class Client(Model):
    """A fictional client, as far as a vignette shows them."""

    name: Text
    age: Annotated[int, Field(ge=16, le=110)]
    pronouns: Text
    setting: Text
    problem: Text


class Turn(Model):
    """One person's words."""

    id: Slug
    who: Literal["client", "therapist"]
    text: Text


class Vignette(Model):
    """A client, a setting, and what was said."""

    title: Text
    client: Client
    scene: Text | None = None
    turns: tuple[Turn, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _turn_ids_are_unique(self) -> "Vignette":
        ids = [turn.id for turn in self.turns]
        if len(set(ids)) != len(ids):
            raise ValueError("two turns share an id")
        return self

    def turn(self, turn_id: str) -> Turn | None:
        return next((turn for turn in self.turns if turn.id == turn_id), None)

    def last_client_words(self) -> str:
        """What the client said last: what a reply answers. Empty if the client never speaks."""
        return next((turn.text for turn in reversed(self.turns) if turn.who == "client"), "")


class Key(Model):
    """What an item's answer is held against; each item type has its own."""


class Exercise(Model):
    """What the learner sees of an item; each item type adds its own fields."""

    type: str
    use: Literal["practice", "graded"]
    title: Text
    vignette: Slug | None = None
    client: Slug | None = None
    prompt: Text
    points: Points
    confidence: bool = False


class ModuleEntry(Model):
    """A module's place in the course."""

    slug: Slug
    title: Text
    summary: Text


class CourseManifest(Model):
    """`course.yaml`."""

    title: Text
    licence: Text
    modules: tuple[ModuleEntry, ...] = Field(min_length=1)


class LessonHeader(Model):
    """The front matter of a guide file."""

    title: Text
    minutes: Annotated[int, Field(gt=0, le=180)]
