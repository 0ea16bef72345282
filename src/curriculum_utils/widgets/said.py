"""An answer in plain words: what was written, chosen, marked or paired, for the learner who gave it. No markup here."""

import json
from collections.abc import Mapping

from curriculum_utils.content import Item, Vocabulary, as_list, as_mapping, words
from curriculum_utils.items import Answer


def said(answer: Answer, item: Item | None, vocabulary: Vocabulary | None) -> list[str]:
    """The lines of an answer; of an item that the release no longer has, with ids in the place of texts."""
    lines = [
        *_written(answer),
        *_chosen(answer, item),
        *_spotted(answer, item, vocabulary),
        *_paired(answer, item, vocabulary),
        *_talked(answer, item),
    ]
    if not lines:
        # A form that this version does not know is shown as it was kept: nothing is withheld.
        return [json.dumps(dict(answer), ensure_ascii=False)]
    if answer.get("confidence") in (1, 2, 3, 4):
        lines.append(words("confidence-label", level=words(f"confidence-{answer['confidence']}")))
    return lines


def contested(answer: Answer, vocabulary: Vocabulary | None) -> tuple[str, ...]:
    """What a learner said against what came back: of which label, and why; that it was taken back."""
    reason, label = str(answer.get("reason") or ""), str(answer.get("label") or "")
    if not reason:
        return (words("data-contest-withdrawn"),)
    known = vocabulary is not None and label in vocabulary.rubric.labels()
    about = vocabulary.rubric.plain(label) if vocabulary is not None and known else label or words("contest-answer")
    return (words("data-contested", about=about, reason=reason),)


def consented(answer: Answer) -> tuple[str, ...]:
    """Whether corrected replies may be used."""
    return (words("consent-given" if answer.get("training") is True else "consent-refused"),)


def _written(answer: Answer) -> list[str]:
    text = answer.get("text")
    if not isinstance(text, str):
        return []
    line = answer.get("line")
    return [words("data-you-said", text=text), *([words("data-client-said", text=line)] if line else [])]


def _chosen(answer: Answer, item: Item | None) -> list[str]:
    if "option" not in answer:
        return []
    texts = _texts(item, "options")
    option = str(answer["option"])
    return [words("data-chosen", text=texts.get(option, option))]


def _spotted(answer: Answer, item: Item | None, vocabulary: Vocabulary | None) -> list[str]:
    if "marks" not in answer:
        return []
    marked: list[str] = []
    for mark in map(as_mapping, as_list(answer.get("marks"))):
        turn = item.vignette.turn(str(mark.get("turn"))) if item and item.vignette else None
        start, end = mark.get("start"), mark.get("end")
        if turn is not None and isinstance(start, int) and isinstance(end, int):
            marked.append(f"“{turn.text[max(0, start) : max(0, end)]}”")
        else:
            marked.append(f"{mark.get('turn')} {start}-{end}")
    trap = answer.get("trap")
    name = vocabulary.rubric.plain(str(trap)) if vocabulary and trap in vocabulary.rubric.labels() else str(trap)
    return [
        words("marked-words", words=", ".join(marked)) if marked else words("nothing-marked"),
        words("trap-chosen", trap=name if trap else words("no-trap-chosen")),
    ]


def _paired(answer: Answer, item: Item | None, vocabulary: Vocabulary | None) -> list[str]:
    if "pairs" not in answer:
        return []
    left, right = _texts(item, "left", "move"), _texts(item, "right")
    lines: list[str] = []
    for one, other in as_mapping(answer["pairs"]).items():
        move = left.get(one, one)
        if vocabulary is not None and move in vocabulary.moves:
            move = vocabulary.moves[move].title
        lines.append(words("data-paired", left=move, right=right.get(str(other), str(other))))
    return lines or [words("pair-missing")]


def _talked(answer: Answer, item: Item | None) -> list[str]:
    if "turns" not in answer:
        return []
    lines = [words("data-client-said", text=item.client.opening)] if item and item.client else []
    for turn in map(as_mapping, as_list(answer["turns"])):
        lines.append(words("data-you-said", text=str(turn.get("text") or "")))
        if turn.get("line"):
            lines.append(words("data-client-said", text=str(turn["line"])))
    return lines


def _texts(item: Item | None, part: str, field: str = "text") -> Mapping[str, str]:
    """The texts of an exercise's parts by their ids, of whichever type has such parts."""
    if item is None:
        return {}
    listed = map(as_mapping, as_list(item.exercise.model_dump(mode="json").get(part)))
    return {str(one.get("id")): str(one.get(field) or one.get("id")) for one in listed}
