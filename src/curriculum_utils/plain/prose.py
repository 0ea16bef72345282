"""Markdown of a lesson as HTML that can do nothing: no HTML of its own, no script, and headings in order."""

import re
from collections.abc import Sequence
from urllib.parse import quote

from markdown_it import MarkdownIt
from markdown_it.token import Token

from curriculum_utils.plain.markup import Html

_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_LINKED = re.compile(r"(?:https?|mailto):", re.IGNORECASE)
_PICTURE = re.compile(r"data:image/(?:svg\+xml|png|jpeg|gif|webp);base64,[a-z0-9+/=]*", re.IGNORECASE)
_LESSON = re.compile(r"([a-z0-9-]+)\.ipynb(#.*)?")
DEEPEST = 6


class _Markdown(MarkdownIt):
    """What is neither a web address, a picture in place nor a path stays text."""

    def validateLink(self, url: str) -> bool:  # noqa: N802 - the library's name
        return not _SCHEME.match(url) or bool(_LINKED.match(url) or _PICTURE.fullmatch(url))


class Headings:
    """The heading that one is under, so that none below it skips a level."""

    def __init__(self) -> None:
        self.level = 0

    def take(self, wanted: int) -> int:
        """The level for a heading that asks for one: the first on a page is the only one of level 1."""
        self.level = min(max(wanted, 2), self.level + 1) if self.level else 1
        return self.level

    @property
    def below(self) -> int:
        """The level for a heading under this one."""
        return min(self.level + 1, DEEPEST)


def rendered(text: str, headings: Headings, files: str) -> Html:
    """The Markdown as HTML.

    Args:
        headings: counts on over the page's blocks.
        files: the address that pictures lying beside the notebook are below, with a slash at its end.
    """
    markdown = _Markdown("commonmark", {"html": False}).enable(["table", "strikethrough"])
    tokens = markdown.parse(text)
    for token in tokens:
        if token.type == "heading_open":
            token.tag = f"h{headings.take(int(token.tag[1]))}"
        elif token.type == "heading_close":
            token.tag = f"h{headings.level}"
        _settle(token.children or (), files)
    return Html(markdown.renderer.render(tokens, markdown.options, {}))


def _settle(tokens: Sequence[Token], files: str) -> None:
    """Addresses as they hold on a plain page; a link to what has no plain page leads nowhere."""
    for token in tokens:
        if token.type == "image":
            source = str(token.attrGet("src") or "")
            token.attrSet("src", source if _SCHEME.match(source) else files + quote(source, safe="/%"))
        elif token.type == "link_open":
            address = str(token.attrGet("href") or "")
            if (lesson := _LESSON.fullmatch(address)) is not None:
                token.attrSet("href", lesson[1])
            elif not _LINKED.match(address):
                token.attrs.pop("href", None)
