"""`match-reason` as a form: choose a reason for each move."""

from curriculum_utils.content import as_mapping, words
from curriculum_utils.plain.drawn import Fields, Json, mappings, sign, text
from curriculum_utils.plain.markup import Child, h
from curriculum_utils.plain.posted import Posted


def fields(form: Fields) -> Child:
    names, given = as_mapping(form.content["names"]), as_mapping(form.answer.get("pairs"))
    reasons = [(text(right["id"]), text(right["text"])) for right in mappings(form.content["right"])]
    rows: list[Child] = []
    for number, left in enumerate(mappings(form.content["left"])):
        id_ = form.first if number == 0 else f"{form.id}-pair-{number}"
        options = [h("option", words("choose-reason"), value="")] + [
            h("option", f"{_letter(place)}. {reason}", value=name, selected=name == given.get(text(left["id"])))
            for place, (name, reason) in enumerate(reasons)
        ]
        select = h("select", options, name=f"pair-{left['id']}", id=id_, aria_describedby=form.described)
        title = text(names.get(text(left["move"]))) or text(left["move"])
        rows.append(h("p", h("label", title, for_=id_), h("br"), select))
    return [
        h("p", words("label-reasons"), id=f"{form.id}-reasons"),
        h("ol", [h("li", reason) for _, reason in reasons], class_="letters", aria_labelledby=f"{form.id}-reasons"),
        h("fieldset", h("legend", words("label-match")), rows),
    ]


def read(content: Json, posted: Posted) -> dict[str, object]:
    chosen = {text(left["id"]): posted.one(f"pair-{left['id']}") for left in mappings(content["left"])}
    return {"pairs": {left: right for left, right in chosen.items() if right}}


def review(content: Json, answer: Json, feedback: Json) -> Child:
    names, given, fits = (
        as_mapping(content["names"]),
        as_mapping(answer.get("pairs")),
        as_mapping(feedback.get("pairs")),
    )
    reasons = {text(right["id"]): text(right["text"]) for right in mappings(content["right"])}
    rows: list[Child] = []
    for left in mappings(content["left"]):
        name = text(left["id"])
        told = None
        if name in fits:
            right = "right" if fits[name] is True else "wrong"
            told = h("dd", sign(right), h("strong", words(f"pair-{right}")))
        reason = reasons.get(text(given.get(name))) or words("pair-missing")
        rows.append(h("div", h("dt", text(names.get(text(left["move"]))) or text(left["move"])), h("dd", reason), told))
    return h("dl", rows, class_="pairs")


def _letter(place: int) -> str:
    return chr(ord("A") + place)
