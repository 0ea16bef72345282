"""From a YAML source to a model, every failure told at the author's line."""

from typing import TypeVar

from pydantic import BaseModel, ValidationError

from curriculum_utils.content.yaml_source import KeyPath, Source
from curriculum_utils.errors import Problem

ModelT = TypeVar("ModelT", bound=BaseModel)
_WHOLE_FILE = object()


def validated(
    model: type[ModelT], source: Source, problems: list[Problem], *, at: KeyPath = (), data: object = _WHOLE_FILE
) -> ModelT | None:
    """The model, or None with what is wrong added to `problems`.

    Args:
        at: where in the file the data stands, when it is not the whole file.
        data: the data at that place; the whole file's when left out.
    """
    value = source.data if data is _WHOLE_FILE else data
    if value is None:
        problems.append(source.problem(at, "is empty; see docs/authors/formats.md for what belongs here", "empty"))
        return None
    try:
        return model.model_validate(value)
    except ValidationError as error:
        for detail in error.errors(include_url=False, include_context=False):
            key = (*at, *detail["loc"])
            allowed = tuple(model.model_fields) if len(detail["loc"]) == 1 else ()
            problems.append(source.problem(key, *_told(detail["type"], detail["msg"], allowed)))
        return None


def _told(kind: str, message: str, allowed: tuple[str, ...]) -> tuple[str, str]:
    """The message for an author, and the rule's id; `allowed` are the keys there, where they are known."""
    if kind == "missing":
        return "is missing; add it", "missing-key"
    if kind == "extra_forbidden":
        where = f"; allowed here: {', '.join(allowed)}" if allowed else "; take it out or check its spelling"
        return f"is not a key this file knows{where}", "unknown-key"
    if kind == "string_pattern_mismatch":
        return "must be lower-case letters and digits, joined by hyphens (slugs) or underscores (labels)", "slug"
    if kind == "string_type":
        return "must be text; put it in quotes", "value"
    if kind == "model_type":
        return "must hold `key: value` lines", "value"
    text = message.removeprefix("Value error, ")
    return f"{text[:1].lower()}{text[1:]}", "value"
