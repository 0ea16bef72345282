"""`choose-move` as a form: pick what to say."""

from curriculum_utils.content import words
from curriculum_utils.plain.drawn import Fields, Json, mappings, radios, sign, text
from curriculum_utils.plain.markup import Child, h
from curriculum_utils.plain.posted import Posted


def fields(form: Fields) -> Child:
    options = [(text(option["id"]), text(option["text"])) for option in mappings(form.content["options"])]
    chosen = text(form.answer.get("option"))
    return radios(form, "option", words("label-options"), options, chosen=chosen, first=True)


def read(content: Json, posted: Posted) -> dict[str, object]:
    del content
    return {"option": posted.one("option") or None}


def review(content: Json, answer: Json, feedback: Json) -> Child:
    rows: list[Child] = []
    for option in mappings(content["options"]):
        mine = option["id"] == answer.get("option")
        tone = sign("right" if feedback.get("tone") == "right" else "wrong") if feedback else None
        said = h("strong", tone, words("your-choice"), ": ") if mine else None
        rows.append(h("li", said, text(option["text"]), class_="mine" if mine else None))
    return h("ul", rows, class_="options")
