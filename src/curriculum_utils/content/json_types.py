"""Untyped JSON or YAML narrowed to something a type checker can follow."""

from typing import cast


def as_mapping(value: object) -> dict[str, object]:
    """The value if it is a mapping with text keys, else an empty one."""
    if not isinstance(value, dict):
        return {}
    entries = cast(dict[object, object], value)
    return {name: child for name, child in entries.items() if isinstance(name, str)}


def as_list(value: object) -> list[object]:
    """The value as a list if it is a list or tuple, else an empty one."""
    return list(cast(list[object], value)) if isinstance(value, list | tuple) else []
