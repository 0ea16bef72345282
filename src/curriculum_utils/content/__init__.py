"""What is taught, as data: models, loading, lint, and the form in which a module is released."""

from curriculum_utils.content.clients import PracticeClient
from curriculum_utils.content.course import Authored, Course, Module, read_course
from curriculum_utils.content.guides import Lesson, Prose, Reference
from curriculum_utils.content.item import (
    CheckContext,
    Item,
    ItemSchema,
    ItemSchemas,
    Vocabulary,
    canonical_json,
    dumped,
    item_digest,
    sha256,
)
from curriculum_utils.content.json_types import as_list, as_mapping
from curriculum_utils.content.lint import lint, load_course, unknown_label
from curriculum_utils.content.models import Exercise, Key, Label, Model, Move, Rubric, Slug, Text, Turn, Vignette
from curriculum_utils.content.released import ReleasedModule, ReleasedNotebook, load_release, release_text
from curriculum_utils.content.suggest import did_you_mean
from curriculum_utils.content.words import Sentence, as_sentence, direction, language, templates, word_list, words

__all__ = [
    "Authored",
    "CheckContext",
    "Course",
    "Exercise",
    "Item",
    "ItemSchema",
    "ItemSchemas",
    "Key",
    "Label",
    "Lesson",
    "Model",
    "Module",
    "Move",
    "PracticeClient",
    "Prose",
    "Reference",
    "ReleasedModule",
    "ReleasedNotebook",
    "Rubric",
    "Sentence",
    "Slug",
    "Text",
    "Turn",
    "Vignette",
    "Vocabulary",
    "as_list",
    "as_mapping",
    "as_sentence",
    "canonical_json",
    "did_you_mean",
    "direction",
    "dumped",
    "item_digest",
    "language",
    "lint",
    "load_course",
    "load_release",
    "read_course",
    "release_text",
    "sha256",
    "templates",
    "unknown_label",
    "word_list",
    "words",
]
