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
# What an item is for: tried with feedback at once; answered before the module, without feedback or points; graded.
Use = Literal["practice", "pretest", "graded"]
Difficulty = Literal["easy", "medium", "hard"]


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
    use: Use
    title: Text
    vignette: Slug | None = None
    client: Slug | None = None
    prompt: Text
    points: Points
    difficulty: Difficulty | None = None
    confidence: bool = False


class NotebookPlan(Model):
    """One notebook of a module: the minutes that a learner needs, and, if stated, what its graded items give."""

    slug: Slug
    minutes: Annotated[int, Field(gt=0, le=180)]
    points: Annotated[float, Field(ge=0)] | None = None


class ModuleEntry(Model):
    """A module's place in the course. `weights` are each item type's share of the graded points, in [0, 1]."""

    slug: Slug
    title: Text
    summary: Text
    notebooks: tuple[NotebookPlan, ...] = ()
    weights: dict[str, Annotated[float, Field(ge=0, le=1)]] = Field(default_factory=dict[str, float])

    def minutes(self, notebook: str) -> int | None:
        """How long a notebook takes; None if it is not planned."""
        return next((plan.minutes for plan in self.notebooks if plan.slug == notebook), None)


class Standards(Model):
    """What every module of the course promises, for lint to hold it to; what is left out is not asked for.

    Attributes:
        minutes_of_module: the least and the most that all notebooks of a module may take together.
        minutes_of_notebook: the most that one may take.
        written_items: items of the types that are answered in one's own words, sessions apart.
        assessed_apart: whether assessed items share no vignette and no sentence with anything else.
        feedback_sentences: the fewest that a distractor's feedback may have; no two options may share theirs.
        above_chance: the most that a test-wise guesser may score above chance, as a share in [0, 1].
        reading_grade: the highest Flesch-Kincaid grade of lesson prose.
    """

    minutes_of_module: tuple[int, int] | None = None
    minutes_of_notebook: int | None = None
    vignettes: int = 0
    items: int = 0
    written_items: int = 0
    pretest_items: int = 0
    graded_items: int = 0
    diagrams: int = 0
    assessed_apart: bool = False
    feedback_sentences: Annotated[int, Field(ge=0)] = 0
    above_chance: Annotated[float, Field(gt=0, le=1)] | None = None
    reading_grade: Annotated[float, Field(gt=0, le=20)] | None = None


class CourseManifest(Model):
    """`course.yaml`."""

    title: Text
    licence: Text
    standards: Standards = Standards()
    modules: tuple[ModuleEntry, ...] = Field(min_length=1)


class LessonHeader(Model):
    """The front matter of a guide file."""

    title: Text


class Term(Model):
    """A word of the profession, with the forms in which it is used and what it means in plain words."""

    term: Text
    forms: tuple[Text, ...] = ()
    meaning: Text


class Terms(Model):
    """`terms.yaml`: words that a lesson explains at their first use."""

    terms: tuple[Term, ...] = Field(min_length=1)


class Diagram(Model):
    """A picture that the builder draws: `kind` says how, `alt` says in words what it shows.

    loop: `parts` one after the other in a circle, the last leads back to the first.
    polarity: two poles, `parts` by pairs: what each is good for, then what each costs.
    layers: `parts` from the innermost out, each guarding what lies within.
    """

    kind: Literal["loop", "polarity", "layers"]
    title: Text
    alt: Annotated[str, StringConstraints(strip_whitespace=True, min_length=60, max_length=1200)]
    parts: tuple["DiagramPart", ...] = Field(min_length=2, max_length=8)
    centre: Text | None = None

    @model_validator(mode="after")
    def _poles_come_in_pairs(self) -> "Diagram":
        if self.kind == "polarity" and len(self.parts) % 2:
            raise ValueError("a polarity has its parts in pairs, one for each pole")
        return self


class DiagramPart(Model):
    """One part of a diagram; `who` colours it: the client's, the therapist's, or nobody's."""

    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]
    who: Literal["client", "therapist"] | None = None
