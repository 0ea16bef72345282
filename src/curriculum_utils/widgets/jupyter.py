"""The few calls into IPython and ipywidgets, whose own annotations say little, with types that say enough."""

from collections.abc import Callable, Sequence
from typing import cast

from IPython import display as ipython
from IPython.core.getipython import get_ipython as ipython_shell

from curriculum_utils.content import as_mapping

_display = cast(Callable[..., None], ipython.display)  # pyright: ignore[reportUnknownMemberType]


def show_html(text: str) -> None:
    """Show HTML as an output of the running cell."""
    _display(ipython.HTML(text))


def show_replaceable_html(text: str) -> Callable[[str], None]:
    """Show HTML as an output of the running cell; the function puts other HTML in its place later on."""
    handle = ipython.DisplayHandle()
    cast(Callable[..., None], handle.display)(ipython.HTML(text))  # pyright: ignore[reportUnknownMemberType]
    update = cast(Callable[..., None], handle.update)  # pyright: ignore[reportUnknownMemberType]
    return lambda changed: update(ipython.HTML(changed))


def show_column(widgets: Sequence[object], name: str) -> Callable[[Sequence[object]], None]:
    """Show widgets below each other, in a box of the CSS class `name`; the function puts others in their place."""
    import ipywidgets  # noqa: PLC0415 - not needed where nbgrader runs the notebook

    box = cast(Callable[..., object], ipywidgets.VBox)(children=list(widgets))
    cast(Callable[[str], None], getattr(box, "add_class"))(name)  # noqa: B009
    _display(box)
    return lambda others: setattr(box, "children", list(others))


def show_widget(widget: object) -> None:
    """Show a widget as an output of the running cell."""
    _display(widget)


def asking_page() -> str:
    """An id of the page whose request the kernel is answering; empty where no kernel runs."""
    kernel = getattr(cast(Callable[[], object], ipython_shell)(), "kernel", None)
    parent = cast(Callable[[], object], kernel.get_parent)() if kernel is not None else None
    return str(as_mapping(as_mapping(parent).get("header")).get("session", ""))
