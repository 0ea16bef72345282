"""HTML written so that whatever is not marked as HTML is escaped."""

import html
from collections.abc import Sequence

_EMPTY = frozenset({"br", "hr", "img", "input", "link", "meta"})


class Html(str):
    """Text that is HTML already."""

    __slots__ = ()


Child = str | None | Sequence["Child"]
"""What an element may hold: text, which is escaped, HTML, which is not, nothing, or several of these."""


def h(element: str, /, *children: Child, **attributes: str | int | bool | None) -> Html:
    """An element.

    Args:
        children: as `Child`.
        attributes: `_` stands for `-`, and one at the end is left out (`class_`, `for_`); True sets an attribute,
            False and None leave it out.
    """
    told = "".join(_attribute(key, value) for key, value in attributes.items())
    if element in _EMPTY:
        return Html(f"<{element}{told}>")
    return Html(f"<{element}{told}>{together(*children)}</{element}>")


def together(*children: Child) -> Html:
    """Several children without an element around them."""
    return Html("".join(map(_drawn, children)))


def unseen(text: str) -> Html:
    """Words that are heard and not seen."""
    return h("span", text, class_="unseen")


def _drawn(child: Child) -> str:
    if child is None:
        return ""
    if isinstance(child, Html):
        return child
    return html.escape(child, quote=True) if isinstance(child, str) else together(*child)


def _attribute(key: str, value: str | int | bool | None) -> str:  # noqa: FBT001 - an attribute's own value
    if value is None or value is False:
        return ""
    name = key.rstrip("_").replace("_", "-")
    return f" {name}" if value is True else f' {name}="{html.escape(str(value), quote=True)}"'
