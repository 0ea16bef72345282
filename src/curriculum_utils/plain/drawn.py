"""What the forms of all item types share: conversations, choices, marked words, and what is said of an answer.

Everything is drawn from the JSON that the live page gets (`widgets.drawing`, `ItemRecord.state`).
"""

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from curriculum_utils.content import as_list, as_mapping, language, words
from curriculum_utils.plain.markup import Child, Html, h, unseen

Json = Mapping[str, object]
_SIGNS = {"met": "✓", "right": "✓", "missing": "○", "trap": "!", "wrong": "✕", "partly": "◐"}


@dataclass(frozen=True)
class Fields:
    """What a form's fields are drawn from.

    Attributes:
        id: the item's id, which every id on the page begins with.
        content: as `content_of`.
        answer: what stands in the fields, an answer or a draft.
        problem: why what was sent was refused; empty where it was not.
    """

    id: str
    content: Json
    answer: Json
    problem: str = ""

    @property
    def first(self) -> str:
        """The id of the first control: where a problem leads to."""
        return f"{self.id}-field"

    @property
    def described(self) -> str | None:
        """The id of what describes a control that was refused."""
        return f"{self.id}-problem" if self.problem else None

    @property
    def invalid(self) -> str | None:
        return "true" if self.problem else None


def mappings(value: object) -> list[dict[str, object]]:
    """The value as a list of JSON objects."""
    return [as_mapping(one) for one in as_list(value)]


def text(value: object) -> str:
    """The value if it is text, else nothing."""
    return value if isinstance(value, str) else ""


def sign(kind: str) -> Child:
    """A small sign before a line that says the same in words."""
    return h("span", f"{_SIGNS[kind]} ", aria_hidden="true", class_=f"sign {kind}") if kind in _SIGNS else None


def when(at: str) -> str:
    """A moment (RFC 3339) in this computer's own time, which is named: on a hub it may not be the learner's."""
    from babel.dates import format_datetime  # noqa: PLC0415 - loads the rules of all languages

    try:
        moment = datetime.fromisoformat(at).astimezone()
    except ValueError:
        return at
    return f"{format_datetime(moment, 'd MMMM y, HH:mm', locale=language().replace('-', '_'))} {moment.tzname()}"


def conversation(vignette: Json, say: Callable[[Json], Child] | None = None) -> Html:
    """The client, the scene and what was said; `say` draws one turn's words."""
    turns = mappings(vignette.get("turns"))
    return h(
        "div",
        h("p", h("strong", text(vignette.get("client"))), " · ", text(vignette.get("setting")), class_="soft"),
        h("p", scene) if (scene := text(vignette.get("scene"))) else None,
        h(
            "ol",
            [
                turn_line(text(turn["who"]), text(turn["name"]), say(turn) if say else text(turn["text"]))
                for turn in turns
            ],
            class_="turns",
            aria_label=text(vignette.get("title")),
        ),
    )


def turn_line(who: str, name: str, said: Child, *more: Child, id_: str | None = None) -> Html:
    """One turn of a conversation."""
    tabindex = None if id_ is None else -1
    return h(
        "li",
        h("div", h("b", name, unseen(": "), class_="who"), h("div", said, class_="said"), id=id_, tabindex=tabindex),
        more,
        class_=f"from-{who}",
    )


def radios(
    fields: Fields, name: str, legend: str, options: Sequence[tuple[str, str]], *, chosen: str, first: bool = False
) -> Html:
    """A group of radio buttons; `options` are values and texts, `first` says that the form begins with it."""
    rows: list[Html] = []
    for number, (value, label) in enumerate(options):
        id_ = fields.first if first and number == 0 else f"{fields.id}-{name}-{number}"
        button = h("input", type="radio", name=name, value=value, id=id_, checked=value == chosen)
        rows.append(h("p", button, " ", h("label", label, for_=id_), class_="option"))
    described = fields.described if first else None
    return h("fieldset", h("legend", legend), rows, aria_describedby=described)


def marked(pieces: Sequence[tuple[str, str, Child]]) -> list[Child]:
    """Words cut into pieces, as text, kind (empty for none) and what follows; marks are said in words as well."""
    drawn: list[Child] = []
    for kind, run in itertools.groupby(pieces, key=lambda piece: piece[1]):
        inner: list[Child] = [[piece, after] for piece, _, after in run]
        if kind:
            begin, end = unseen(f"{words(f'plain-mark-{kind}')} "), unseen(f" {words('plain-mark-end')}")
            drawn.append(h("mark", begin, inner, end, class_=kind))
        else:
            drawn.append(inner)
    return drawn


def labels(found: Sequence[Json]) -> Child:
    """Criteria and traps by name, with the number that their evidence carries."""
    rows: list[Html] = []
    for label in found:
        kind, number = text(label["kind"]), label.get("number")
        told = words(f"plain-label-{kind}", name=text(label["name"]))
        rows.append(h("li", sign(kind), told, h("sup", f"\u00a0{number}") if number else None))
    return h("ul", rows, class_="labels") if rows else None


def feedback(told: Json) -> Child:
    """The verdict and what goes with it."""
    if not told:
        return None
    remarks = [h("p", text(remark["text"])) for remark in mappings(told.get("remarks"))]
    tone = text(told.get("tone"))
    return h(
        "div",
        h("p", sign(tone), h("strong", text(told.get("verdict")))),
        remarks,
        h("p", note, class_="soft") if (note := text(told.get("note"))) else None,
        class_=f"feedback {tone}",
    )


def confidence_line(answer: Json) -> Child:
    level = answer.get("confidence")
    if not isinstance(level, int) or not 1 <= level <= 4:
        return None
    return h("p", words("confidence-label", level=words(f"confidence-{level}")), class_="soft")
