"""`spot-the-trap` as a form: a passage is marked by its first and its last word, and the trap is named.

Two choices a passage, and not a box a word: a turn has some sixty words, and each would be a stop on the keyboard.
"""

from collections.abc import Sequence

from curriculum_utils.content import as_list, as_mapping, words
from curriculum_utils.plain.drawn import Fields, Json, conversation, mappings, marked, radios, text
from curriculum_utils.plain.markup import Child, Html, h
from curriculum_utils.plain.posted import Posted

NEAR = 3  # words that tell one place in a turn from another
Word = tuple[int, int, str]
"""A word that can be marked: its characters in the turn, half-open, and itself."""


def fields(form: Fields) -> Child:
    vignette, number = as_mapping(form.content["vignette"]), 0

    def say(turn: Json) -> Child:
        nonlocal number
        if turn.get("words") is None:
            return text(turn["text"])
        number += 1
        return [h("p", text(turn["text"])), _passages(form, turn, number)]

    names = as_mapping(form.content["names"])
    traps = [(str(name), text(names.get(str(name))) or str(name)) for name in as_list(form.content["traps"])]
    return [
        h("p", words("plain-mark-help"), class_="soft"),
        conversation(vignette, say),
        radios(form, "trap", words("label-traps"), traps, chosen=text(form.answer.get("trap"))),
    ]


def read(content: Json, posted: Posted) -> dict[str, object]:
    marks: list[dict[str, object]] = []
    for turn in _markable(content):
        known = _words(turn)
        on: set[int] = set()
        number = 1
        while f"from-{turn['id']}-{number}" in posted.fields and number <= len(known):
            ends = [_place(posted.one(f"{side}-{turn['id']}-{number}"), known) for side in ("from", "to")]
            chosen = sorted(end for end in ends if end is not None)
            on |= set(range(chosen[0], chosen[-1] + 1)) if chosen else set()
            number += 1
        marks += [{"turn": turn["id"], "start": known[a][0], "end": known[b][1]} for a, b in _runs(on)]
    return {"trap": posted.one("trap") or None, "marks": marks}


def review(content: Json, answer: Json, feedback: Json) -> Child:
    trap, names = text(answer.get("trap")), as_mapping(content["names"])
    here = as_mapping(feedback.get("words"))

    def say(turn: Json) -> Child:
        if turn.get("words") is None:
            return text(turn["text"])
        mine, due = _ranges(answer, turn), [_pair(one) for one in as_list(here.get(text(turn["id"])))]
        pieces: list[tuple[str, str, Child]] = []
        cells = mappings(turn["words"])
        kinds = [_kind(cell, mine, due) for cell in cells]
        for at, cell in enumerate(cells):
            pieces.append((text(cell["text"]), kinds[at], None))
            joined = kinds[at] if kinds[at : at + 2] == [kinds[at]] * 2 else ""
            pieces.append((text(cell["after"]), joined, None))
        return h("p", marked([piece for piece in pieces if piece[0]]))

    chosen = text(names.get(trap)) or words("no-trap-chosen")
    legend = [h("mark", words("legend-yours"), class_="yours")]
    legend += [h("mark", words("legend-trap"), class_="here")] if here else []
    return [
        conversation(as_mapping(content["vignette"]), say),
        h("p", [[mark, " "] for mark in legend], class_="soft", aria_hidden="true"),
        h("p", words("trap-chosen", trap=chosen)),
    ]


def _passages(form: Fields, turn: Json, number: int) -> Html:
    """The choices for one turn: a passage, and room for one more than is marked."""
    known = _words(turn)
    marked_now = _ranges(form.answer, turn)
    runs = _runs({at for at, word in enumerate(known) if any(word[0] < b and word[1] > a for a, b in marked_now)})
    first = form.first if number == 1 else None
    pairs = [_pair_of_selects(form, turn, at, runs, first) for at in range(1, max(2, len(runs) + 1) + 1)]
    more = h("details", h("summary", words("plain-mark-more")), pairs[1:], open=len(runs) > 1)
    legend = h("legend", words("plain-mark-legend", number=number))
    return h("fieldset", legend, pairs[0], more, aria_describedby=form.described if number == 1 else None)


def _pair_of_selects(form: Fields, turn: Json, number: int, runs: Sequence[tuple[int, int]], first: str | None) -> Html:
    """The first and the last word of one passage; `first` is the id of the form's first control, if it is in here."""
    known = _words(turn)
    run = runs[number - 1] if number <= len(runs) else None
    sides: list[Child] = []
    for side, chosen in (("from", run and run[0]), ("to", run and run[1])):
        begins = first if number == 1 and side == "from" else None
        id_ = begins or f"{form.id}-{side}-{turn['id']}-{number}"
        label = words(f"plain-mark-{side}") if number == 1 else words(f"plain-mark-{side}-more", number=number)
        options = [h("option", words("plain-mark-nothing"), value="")] + [
            h("option", _near(known, at, side), value=at, selected=at == chosen) for at in range(len(known))
        ]
        select = h("select", options, name=f"{side}-{turn['id']}-{number}", id=id_)
        sides.append(h("span", h("label", label, for_=id_), " ", select, class_="side"))
    return h("p", sides)


def _near(known: Sequence[Word], at: int, side: str) -> str:
    """A word with its neighbours, those after a first word and those before a last one."""
    if side == "from":
        more = "…" if at + NEAR < len(known) else ""
        return " ".join(word for _, _, word in known[at : at + NEAR]) + more
    more = "…" if at >= NEAR else ""
    return more + " ".join(word for _, _, word in known[max(0, at - NEAR + 1) : at + 1])


def _markable(content: Json) -> list[dict[str, object]]:
    vignette = as_mapping(content["vignette"])
    return [turn for turn in mappings(vignette.get("turns")) if turn.get("words") is not None]


def _words(turn: Json) -> list[Word]:
    found = [(_int(word["start"]), _int(word["end"]), text(word["text"])) for word in mappings(turn["words"])]
    return [word for word in found if word[0] >= 0]


def _place(sent: str, known: Sequence[Word]) -> int | None:
    place = int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 6 else len(known)
    return place if place < len(known) else None


def _runs(on: set[int]) -> list[tuple[int, int]]:
    """The first and the last word of each run of words."""
    firsts = sorted(at for at in on if at - 1 not in on)
    lasts = sorted(at for at in on if at + 1 not in on)
    return list(zip(firsts, lasts, strict=True))


def _ranges(answer: Json, turn: Json) -> list[tuple[int, int]]:
    marks = [mark for mark in mappings(answer.get("marks")) if mark.get("turn") == turn["id"]]
    return [(_int(mark.get("start")), _int(mark.get("end"))) for mark in marks]


def _kind(cell: Json, mine: Sequence[tuple[int, int]], due: Sequence[tuple[int, int]]) -> str:
    start, end = _int(cell["start"]), _int(cell["end"])
    yours, here = (any(start < b and end > a for a, b in ranges) for ranges in (mine, due))
    return "both" if yours and here else "yours" if yours else "here" if here else ""


def _pair(value: object) -> tuple[int, int]:
    first, last = as_list(value)
    return _int(first), _int(last)


def _int(value: object) -> int:
    return value if isinstance(value, int) else -1
