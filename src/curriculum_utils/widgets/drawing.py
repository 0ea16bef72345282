"""An item and the feedback on an answer as JSON for the page, which draws it and decides nothing.

Text is cut into pieces here and not in the page: offsets count characters in Python and half characters in
JavaScript.
"""

import itertools
from collections.abc import Mapping, Sequence

from curriculum_utils.content import (
    Item,
    Sentence,
    Vignette,
    Vocabulary,
    as_list,
    as_mapping,
    direction,
    language,
    templates,
    words,
)
from curriculum_utils.items import Answer, Outcome, Scored, type_of
from curriculum_utils.items.match_reason import MatchReasonKey
from curriculum_utils.items.spot_the_trap import SpotTheTrapKey
from curriculum_utils.scoring import Span
from curriculum_utils.widgets.safe_words import SAFE

RETURNED = (
    "title",
    "no-points",
    "waiting",
    "by-person",
    "for",
    "for-undated",
    "earlier",
    "other-version",
    "none",
    "remark",
    "remark-by",
    "remark-at",
)
CONTEST = ("blank", "help", "open", "reason", "save", "saved", "which", "withdraw")
_SENTENCES = (
    "access-label-met",
    "access-label-missing",
    "access-label-trap",
    "access-quoted",
    "answer-changed",
    "attempt-line",
    "button-check",
    "button-clear-marks",
    "button-mark",
    "button-save",
    "button-save-again",
    "button-back-to-turn",
    "button-say",
    "button-try-again",
    "characters-left",
    "choose-reason",
    "confidence-1",
    "confidence-2",
    "confidence-3",
    "confidence-4",
    "confidence-label",
    "draft-kept",
    "earlier-attempts",
    "earlier-version",
    "feedback-label",
    "label-confidence",
    "label-match",
    "label-options",
    "label-reasons",
    "label-say",
    "label-traps",
    "legend-trap",
    "legend-yours",
    "looking",
    "mark-help",
    "mark-help-touch",
    "mark-turn",
    "nothing-marked",
    "no-trap-chosen",
    "pair-missing",
    "pair-right",
    "pair-wrong",
    *(f"returned-{name}" for name in RETURNED),
    *(f"contest-{name}" for name in CONTEST),
    "paused",
    "private-address",
    "private-afresh",
    "private-birth",
    "private-change",
    "private-despite",
    "private-email",
    "private-hint",
    "private-phone",
    "private-record",
    "private-title",
    "private-why",
    "safe-draft-here",
    "saved-attempt",
    "saved-graded",
    "saved-pretest",
    "saving",
    "saving-slow",
    "session-arc-caption",
    "session-arc-label",
    "session-nothing-found",
    "session-other-way",
    "session-what",
    "trap-chosen",
    "who-you",
    "your-choice",
    *SAFE,
)
COURSE_LANGUAGE = "en"
"""What courses are written in, whatever the interface speaks: no key of a course says it."""

WRITTEN = ("write-reply", "practice-session")
"""Types that the learner writes in: the page asks them to keep real clients out."""


def sentences(item: Item) -> dict[str, Sentence]:
    """The page's own sentences, as `templates`."""
    name = item.vignette.client.name if item.vignette else ""
    texts = templates(_SENTENCES)
    texts |= {"blank": words(f"blank-{item.exercise.type}"), "label-write": words("label-write", name=name)}
    if item.client is not None:
        texts |= {name: words(f"session-{name}") for name in ("button-check", "button-save", "button-save-again")}
    if item.exercise.use == "pretest":
        texts["button-check"] = words("button-save")
    return texts


def content_of(item: Item, order: Sequence[str], vocabulary: Vocabulary) -> dict[str, object]:
    """What the page draws of an item, with nothing of its key.

    Args:
        order: the learner's own order of the item's options.
    """
    exercise, view = item.exercise, type_of(item).view(item, order)
    points = words("points-note", points=f"{exercise.points:g}")
    return {
        "id": item.id,
        "language": language(),
        "direction": direction(),
        "course_language": COURSE_LANGUAGE,
        "type": exercise.type,
        "title": exercise.title,
        "prompt": exercise.prompt,
        "graded": item.graded,
        # A first answer is what the pre-test asks for: once saved, it stands.
        "final": exercise.use == "pretest",
        "kind": words(f"kind-{exercise.use}") + (f" · {points}" if item.graded else ""),
        "confidence": exercise.confidence,
        "care": words("care-note") if exercise.type in WRITTEN else "",
        "vignette": _vignette(item.vignette, view) if item.vignette else None,
        "names": {name: _capital(vocabulary.rubric.plain(name)) for name in vocabulary.rubric.trap_names()}
        | {slug: move.title for slug, move in vocabulary.moves.items()},
        **view,
    }


def feedback_of(item: Item, answer: Answer, outcome: Outcome, vocabulary: Vocabulary) -> dict[str, object]:
    """What the page draws of an outcome; the item is one for practice, so its key may be seen after the answer."""
    if not isinstance(outcome, Scored):
        return {"verdict": words("unscored", reason=outcome.reason), "tone": "unscored"}
    tone = {0.0: "wrong", 1.0: "right"}.get(outcome.credit, "partly")
    numbers = {name: number for number, name in enumerate((n for n, spans in outcome.evidence.items() if spans), 1)}
    feedback: dict[str, object] = {
        "verdict": outcome.verdict,
        "tone": tone,
        "remarks": _remarks(outcome),
        "note": outcome.review or "",
    }
    if isinstance(text := answer.get("text"), str):
        found = (("met", outcome.met), ("missing", outcome.missing), ("trap", outcome.traps))
        feedback["labels"] = [
            {"kind": kind, "name": _capital(vocabulary.rubric.plain(name)), "number": numbers.get(name)}
            for kind, names in found
            for name in names
        ]
        # What was met stands among the labels already.
        feedback["remarks"] = [remark for remark in _remarks(outcome) if remark["kind"] != "met"]
        feedback["pieces"] = pieces(text, outcome.evidence, set(outcome.traps), numbers)
    if outcome.turns:
        kind = type_of(item)
        drawn = kind.drawn_answer(item, kind.parse(item, answer))
        feedback["turns"] = _turns(outcome, as_list(drawn.get("turns")), vocabulary)
    if isinstance(item.key, SpotTheTrapKey) and item.vignette is not None:
        feedback["words"] = _trap_words(item.key, item.vignette)
    if isinstance(item.key, MatchReasonKey):
        given, due = as_mapping(answer.get("pairs")), item.key.pairs
        feedback["pairs"] = {left: given.get(left) == right for left, right in due.items()}
    return feedback


def label_names(labels: Sequence[str], vocabulary: Vocabulary) -> list[dict[str, object]]:
    """Labels as the page lists them, by their plain names."""
    traps = vocabulary.rubric.trap_names()
    return [{"kind": "trap" if n in traps else "met", "name": _capital(vocabulary.rubric.plain(n))} for n in labels]


def _turns(outcome: Scored, drawn: Sequence[object], vocabulary: Vocabulary) -> list[dict[str, object]]:
    """A session's turns as the page draws them, each with what its reply did."""
    return [
        {**as_mapping(turn), "labels": label_names((*one.met, *one.traps), vocabulary), "turned": one.turned}
        for turn, one in zip(drawn, outcome.turns, strict=False)
    ]


def _remarks(outcome: Scored) -> list[dict[str, object]]:
    return [{"kind": one.kind, "text": one.text, "authored": one.authored} for one in outcome.remarks]


def pieces(
    text: str, evidence: Mapping[str, Sequence[Span]], traps: set[str], numbers: Mapping[str, int]
) -> list[dict[str, object]]:
    """A reply cut where evidence begins or ends, every piece with the numbers of all labels that it is evidence for.

    `ends` names the labels whose evidence ends with the piece: there their numbers are written.
    """
    spans = [
        (max(0, start), min(len(text), end), name)
        for name, found in evidence.items()
        for start, end in found
        if start < end
    ]
    edges = sorted({0, len(text), *(edge for start, end, _ in spans for edge in (start, end))})
    cut: list[dict[str, object]] = []
    for start, end in itertools.pairwise(edges):
        names = [name for first, last, name in spans if first <= start and end <= last]
        kind = "" if not names else "trap" if traps & set(names) else "met"
        ends = sorted({numbers[name] for first, last, name in spans if last == end and first < end})
        cut.append({"text": text[start:end], "kind": kind, "ends": ends})
    return cut


def _vignette(vignette: Vignette, view: Mapping[str, object]) -> dict[str, object]:
    client, tokens = vignette.client, as_mapping(view.get("tokens"))
    names = {"client": client.name, "therapist": words("who-therapist")}
    return {
        "title": vignette.title,
        "client": words("client-line", name=client.name, age=client.age),
        "setting": _capital(client.setting),
        "scene": vignette.scene or "",
        "turns": [
            {
                "id": turn.id,
                "who": turn.who,
                "name": names[turn.who],
                "text": turn.text,
                "words": _words(turn.text, as_list(tokens[turn.id])) if turn.id in tokens else None,
            }
            for turn in vignette.turns
        ],
    }


def _words(text: str, spans: Sequence[object]) -> list[dict[str, object]]:
    """A turn as words that can be marked, each with what stands between it and the next; nothing is left out."""
    bounds = [(int(str(first)), int(str(last))) for first, last in map(as_list, spans)]
    starts = [start for start, _ in bounds[1:]] + [len(text)]
    lead: list[dict[str, object]] = []
    if bounds and bounds[0][0] > 0:
        lead.append({"text": "", "start": -1, "end": -1, "after": text[: bounds[0][0]]})
    return lead + [
        {"text": text[start:end], "start": start, "end": end, "after": text[end:following]}
        for (start, end), following in zip(bounds, starts, strict=True)
    ]


def _trap_words(key: SpotTheTrapKey, vignette: Vignette) -> dict[str, list[list[int]]]:
    found: dict[str, list[list[int]]] = {}
    for span in key.spans:
        turn = vignette.turn(span.turn)
        start = turn.text.find(span.quote) if turn is not None else -1
        if start >= 0:
            found.setdefault(span.turn, []).append([start, start + len(span.quote)])
    return found


def _capital(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"
