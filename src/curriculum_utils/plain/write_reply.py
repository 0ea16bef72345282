"""`write-reply` as a form: write what you would say."""

from curriculum_utils.content import as_list, as_mapping, words
from curriculum_utils.plain.drawn import Fields, Json, labels, mappings, marked, text
from curriculum_utils.plain.markup import Child, Html, h
from curriculum_utils.plain.posted import Posted


def fields(form: Fields) -> Child:
    vignette = as_mapping(form.content.get("vignette"))
    name = next((text(turn["name"]) for turn in mappings(vignette.get("turns")) if turn["who"] == "client"), "")
    return text_field(form, words("label-write", name=name))


def text_field(form: Fields, label: str, rows: int = 6) -> list[Html]:
    """A field to write in. It has no `maxlength`: a browser would cut what is pasted, and say nothing."""
    area = h(
        "textarea",
        # A parser swallows the first line break.
        "\n",
        text(form.answer.get("text")),
        name="text",
        id=form.first,
        rows=rows,
        spellcheck="true",
        aria_describedby=form.described,
        aria_invalid=form.invalid,
    )
    return [h("p", h("label", label, for_=form.first)), area]


def read(content: Json, posted: Posted) -> dict[str, object]:
    del content
    return {"text": posted.one("text")}


def review(content: Json, answer: Json, feedback: Json) -> Child:
    del content
    plain: list[dict[str, object]] = [{"text": answer.get("text"), "kind": "", "ends": []}]
    pieces = mappings(feedback.get("pieces")) or plain
    drawn = [
        (text(piece["text"]), text(piece["kind"]), [h("sup", f"\u00a0{number}") for number in as_list(piece["ends"])])
        for piece in pieces
    ]
    return [
        h("blockquote", h("p", marked(drawn), class_="reply")),
        labels(mappings(feedback.get("labels"))),
    ]
