"""An exercise, key or answer as the model its item type declares."""

from typing import TypeVar

T = TypeVar("T")


def is_a(model: type[T], value: object) -> T:
    """The value, which is of that model by construction.

    Raises:
        TypeError: it is not; an item was handed to another type's code.
    """
    if not isinstance(value, model):
        raise TypeError(f"expected {model.__name__}, got {type(value).__name__}")
    return value
