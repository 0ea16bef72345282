"""One item as every floor above sees it, and what the loader must know of an item type."""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic import BaseModel

from curriculum_utils.content.clients import PracticeClient
from curriculum_utils.content.models import Exercise, Key, Move, Rubric, Vignette
from curriculum_utils.content.yaml_source import KeyPath, Source
from curriculum_utils.errors import Problem

if TYPE_CHECKING:
    from curriculum_utils.content.course import Course


@dataclass(frozen=True)
class Item:
    """One scored exercise in its place.

    `key` is None where it is withheld (an assessed item on the learner's side). `digest` identifies what the
    learner sees: exercise, vignette and practice client, not the key.
    """

    id: str
    module: str
    notebook: str
    exercise: Exercise
    vignette: Vignette | None
    key: Key | None
    digest: str
    client: PracticeClient | None = None

    @property
    def graded(self) -> bool:
        """Whether it earns points: a grade cell of nbgrader's."""
        return self.exercise.use == "graded"

    @property
    def assessed(self) -> bool:
        """Whether it is answered without feedback, its key withheld from learners: graded, or of the pre-test."""
        return self.exercise.use != "practice"


@dataclass(frozen=True)
class Vocabulary:
    """What labels and moves mean while one module is checked or scored: its own moves, in the rubric's order."""

    rubric: Rubric
    moves: Mapping[str, Move]

    def effective_moves(self) -> dict[str, Move]:
        return {slug: move for slug, move in self.moves.items() if move.kind == "effective"}


@dataclass(frozen=True)
class CheckContext:
    """What an item type's check may look at, and how it reports at the author's line."""

    item: Item
    vocabulary: Vocabulary
    exercise_source: Source
    key_source: Source
    key_at: KeyPath

    def exercise_problem(self, key: KeyPath, message: str, rule: str) -> Problem:
        return self.exercise_source.problem(key, message, rule)

    def key_problem(self, key: KeyPath, message: str, rule: str) -> Problem:
        return self.key_source.problem((*self.key_at, *key), message, rule)


@dataclass(frozen=True)
class ItemSchema:
    """What loading and linting need of an item type; the rest of it lives in `curriculum_utils.items`."""

    exercise: type[Exercise]
    key: type[Key]
    check: Callable[[CheckContext], Iterable[Problem]]
    aims_at: Callable[[Item], tuple[str, ...]]
    """The moves or the trap that an item with its key is about; a form's blueprint counts them."""
    seconds: int
    """What answering takes beside the reading, as lint reckons a notebook's minutes."""
    in_own_words: bool = False
    check_course: Callable[["Course"], Iterable[Problem]] | None = None
    """What this type wants of the course as a whole, checked once."""


ItemSchemas = Mapping[str, ItemSchema]


def canonical_json(value: object) -> str:
    """JSON that is the same, byte for byte, for equal values: sorted keys, no blanks, text as it is."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def dumped(model: BaseModel, *, exclude: set[str] | None = None) -> dict[str, object]:
    """The model as JSON types, keys left out that stand at their default."""
    return model.model_dump(mode="json", exclude=exclude, exclude_defaults=True, by_alias=True)


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def item_digest(exercise: Exercise, vignette: Vignette | None, client: PracticeClient | None = None) -> str:
    """The SHA-256 (hex) of what the learner sees of an item."""
    seen = {"exercise": dumped(exercise, exclude={"key"}), "vignette": dumped(vignette) if vignette else None}
    if client is not None:
        seen["client"] = dumped(client)
    return sha256(canonical_json(seen))
