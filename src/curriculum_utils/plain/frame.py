"""The document around every plain page: one file, no script, nothing from elsewhere."""

from collections.abc import Sequence
from functools import cache
from importlib.resources import files

from curriculum_utils.content import direction, language, words
from curriculum_utils.plain.markup import Child, Html, h, together


def document(title: str, main: Child, *, links: Sequence[tuple[str, str]] = (), below: Child = None) -> Html:
    """A whole page.

    Args:
        main: what stands in it, from its heading of level 1 on.
        links: where one may go from its top, as words and address.
        below: what stands at its end.
    """
    rows = [h("li", h("a", told, href=address)) for told, address in links]
    head = h(
        "head",
        h("meta", charset="utf-8"),
        h("title", title),
        h("meta", name="viewport", content="width=device-width, initial-scale=1"),
        h("style", _style()),
        # Without one a browser asks the server for an icon that is not there.
        h("link", rel="icon", href="data:,"),
    )
    body = h(
        "body",
        h("a", words("plain-skip"), href="#main", class_="skip"),
        h("header", h("nav", h("ul", rows), aria_label=words("plain-nav"))) if rows else None,
        h("main", main, id="main", tabindex=-1),
        h("footer", below) if below else None,
    )
    return together(Html("<!doctype html>"), h("html", head, body, lang=language(), dir=direction()))


def message(heading: str, sentence: str, home: str, *, typed: str = "") -> Html:
    """A page that says why what was asked for is not here; `typed` is given back, so that it is not lost."""
    copy = h("textarea", "\n", typed, id="typed", rows=8, readonly=True)
    back = [h("p", h("label", words("plain-typed"), for_="typed")), copy] if typed else None
    way = h("p", h("a", words("plain-go-home"), href=home))
    return document(heading, [h("h1", heading), h("p", sentence), back, way])


@cache
def _style() -> Html:
    return Html(files("curriculum_utils.plain").joinpath("plain.css").read_text("utf-8"))
