"""An answered item as one block of escaped HTML: for formgrader, feedback and the saved copy beside a widget.

What the client said stands above the answer, so that whoever reads it can judge it. The key is not in it.
"""

from collections.abc import Sequence
from dataclasses import replace
from importlib.resources import files

from curriculum_utils.content import Item, Vocabulary, words
from curriculum_utils.errors import AnswerError
from curriculum_utils.items import html
from curriculum_utils.items.base import Answer, ItemType, Outcome, Scored, Unscored


def stylesheet() -> str:
    """The look of `item_html`, as a `<style>` element; once per page is enough."""
    css = files("curriculum_utils.items").joinpath("page.css").read_text("utf-8")
    return f"<style>{css}</style>"


def item_html(
    item_type: ItemType,
    item: Item,
    raw: Answer | None,
    outcome: Outcome | None,
    vocabulary: Vocabulary,
    *,
    score: float | None = None,
    for_a_person: Sequence[str] = (),
) -> str:
    """The block.

    Args:
        raw: the answer as recorded; None if there is none.
        outcome: what scoring gave; None to show the answer alone.
        score: the points earned, to be named with the item's maximum; None to name none.
        for_a_person: why a person should look at it, in plain sentences.
    """
    parts = [html.tag("h4", html.text(item.exercise.title)), html.paragraph(item.exercise.prompt, cls="cu-prompt")]
    if item.vignette is not None:
        parts.insert(1, html.conversation(item.vignette))
    parts.append(html.tag("p", html.tag("b", html.text(words("answer-label"))), cls="cu-answer-label"))
    parts.append(_answer(item_type, item, raw, outcome, vocabulary))
    if score is not None:
        line = words("points-earned", points=f"{score:g}", maximum=f"{item.exercise.points:g}")
        parts.append(html.paragraph(line, cls="cu-points"))
    parts.extend(html.paragraph(words("for-a-person", reason=reason), cls="cu-review") for reason in for_a_person)
    return html.tag("div", *parts, cls="cu-static")


def _answer(
    item_type: ItemType, item: Item, raw: Answer | None, outcome: Outcome | None, vocabulary: Vocabulary
) -> str:
    if raw is None and isinstance(outcome, Unscored):
        return html.verdict_line(outcome)
    if raw is None or item_type.is_blank(raw):
        return html.paragraph(words("no-answer"), cls="cu-none")
    try:
        answer = item_type.parse(item, raw)
    except AnswerError as error:
        return html.paragraph(words("answer-unreadable", reason=str(error)), cls="cu-none")
    if item.assessed and item_type.remarks_hold_the_key and isinstance(outcome, Scored):
        outcome = replace(outcome, remarks=())
    return item_type.answer_html(item, answer, outcome, vocabulary)
