"""`practice-session` as a form: one reply at a time, each answered on a page of its own.

The conversation travels in the form, so that it goes on where no draft can be kept, and each reply follows what its
writer had before them. The way back to other ways is in the draft.
"""

import json
from collections.abc import Sequence

from curriculum_utils.content import as_list, as_mapping, words
from curriculum_utils.plain.drawn import Fields, Json, labels, mappings, text, turn_line
from curriculum_utils.plain.markup import Child, Html, h
from curriculum_utils.plain.posted import Posted
from curriculum_utils.plain.write_reply import text_field

Turns = list[dict[str, object]]
SENT = ("text", "line", "state")
"""What of a drawn turn is part of the answer."""


def fields(form: Fields) -> Child:
    content, turns = form.content, mappings(form.answer.get("turns"))
    name = text(content.get("name"))
    over = ended(turns)
    return [
        # Enter in one of the choices below means the same as the button that says it.
        h("button", name="do", value="commit" if over else "say", tabindex=-1, aria_hidden="true", class_="unseen"),
        h("input", type="hidden", name="turns", value=json.dumps(sent(turns), ensure_ascii=False)),
        h("p", text(content.get("about")), class_="soft"),
        h("p", text(content.get("scene"))),
        _conversation(form, turns, name),
        None if over else text_field(form, words("label-say", name=name), rows=4),
        None if over else h("p", h("button", words("button-say"), name="do", value="say", class_="primary")),
        [
            h("p", h("button", words("session-other-way", number=at, count=len(way)), name="do", value=f"take:{at}"))
            for at, way in enumerate(kept(form.answer), 1)
        ],
    ]


def read(content: Json, posted: Posted) -> dict[str, object]:
    """The answer as it is sent; what stands in the field is no part of it."""
    del content
    return {"turns": sent(mappings(_loaded(posted.one("turns"))))}


def review(content: Json, answer: Json, feedback: Json) -> Child:
    name, turns = text(content.get("name")), mappings(feedback.get("turns")) or mappings(answer.get("turns"))
    arc = None
    if feedback.get("turns"):
        steps = [
            h("li", words("plain-arc-step", state=text(turn.get("shown")), openness=turn.get("openness", "")))
            for turn in turns
        ]
        arc = [h("p", words("plain-arc", name=name)), h("ol", steps, class_="arc")]
    return [_said(content, turns, name), arc]


def sent(turns: Sequence[Json]) -> Turns:
    """The turns as they are part of an answer."""
    return [{key: turn.get(key) for key in SENT} for turn in turns]


def kept(draft: Json) -> list[Turns]:
    """The other ways through the session that stay within reach."""
    return [mappings(way) for way in as_list(draft.get("kept"))]


def ended(turns: Sequence[Json]) -> bool:
    return bool(turns and turns[-1].get("ended"))


def _conversation(form: Fields, turns: Sequence[Json], name: str) -> Html:
    rows = [turn_line("client", name, text(form.content.get("opening")), id_=None if turns else f"{form.id}-last")]
    for number, turn in enumerate(turns, 1):
        back = h(
            "button", words("plain-back-to-turn", number=number), name="do", value=f"back:{number}", class_="quiet"
        )
        last = f"{form.id}-last" if number == len(turns) else None
        rows.append(turn_line("you", words("who-you"), text(turn.get("text")), _what_it_did(turn), h("p", back)))
        rows.append(turn_line("client", name, text(turn.get("line")), id_=last))
    return h("ol", rows, class_="turns", aria_label=words("plain-session-so-far"))


def _said(content: Json, turns: Sequence[Json], name: str) -> Html:
    rows = [turn_line("client", name, text(content.get("opening")))]
    for turn in turns:
        rows.append(turn_line("you", words("who-you"), text(turn.get("text")), _what_it_did(turn)))
        rows.append(turn_line("client", name, text(turn.get("line"))))
    return h("ol", rows, class_="turns", aria_label=text(content.get("title")))


def _what_it_did(turn: Json) -> Child:
    """What a reply was found to do; it is folded, for nothing is said of it before it is asked for."""
    if "labels" not in turn:
        return None
    drawn = labels(mappings(turn["labels"])) or h("p", words("session-nothing-found"))
    return h("details", h("summary", words("session-what")), drawn)


def _loaded(value: str) -> object:
    try:
        return as_mapping({"turns": json.loads(value)})["turns"] if value else []
    except (ValueError, RecursionError):
        return []
