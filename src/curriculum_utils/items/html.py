"""Small pieces of escaped HTML that the item types share; everything a person typed goes through `text`."""

import html
import itertools
from collections.abc import Iterable, Mapping, Sequence

from curriculum_utils.content import Vignette, Vocabulary, words
from curriculum_utils.items.base import Outcome, Remark, Scored
from curriculum_utils.scoring import Span


def text(value: object) -> str:
    """The value escaped for element content and attributes."""
    return html.escape(str(value), quote=True)


def tag(name: str, *inner: str, cls: str = "") -> str:
    """An element around HTML that is already safe."""
    attribute = f' class="{text(cls)}"' if cls else ""
    return f"<{name}{attribute}>{''.join(inner)}</{name}>"


def paragraph(value: str, *, cls: str = "") -> str:
    return tag("p", text(value), cls=cls)


def conversation(vignette: Vignette) -> str:
    """The vignette's turns as a list."""
    scene = paragraph(vignette.scene, cls="cu-scene") if vignette.scene else ""
    turns = (
        tag("li", tag("b", text(speaker(vignette, turn.who))), " ", text(turn.text), cls=f"cu-{turn.who}")
        for turn in vignette.turns
    )
    return scene + tag("ol", *turns, cls="cu-turns")


def speaker(vignette: Vignette, who: str) -> str:
    return vignette.client.name if who == "client" else words("who-therapist")


def marked(reply: str, evidence: Mapping[str, Sequence[Span]], vocabulary: Vocabulary) -> str:
    """The reply with the words that met a criterion or fell into a trap in `<mark>`, labels named beside them.

    Overlapping spans are cut at each other's ends, so that every piece carries all of its labels.
    """
    traps = set(vocabulary.rubric.trap_names())
    spans = [
        (max(0, start), min(len(reply), end), label)
        for label, label_spans in evidence.items()
        for start, end in label_spans
        if start < end
    ]
    edges = sorted({0, len(reply), *(edge for start, end, _ in spans for edge in (start, end))})
    pieces: list[str] = []
    for start, end in itertools.pairwise(edges):
        labels = [label for first, last, label in spans if first <= start and end <= last]
        piece = text(reply[start:end])
        if labels:
            kind = "trap" if traps & set(labels) else "met"
            names = "; ".join(
                words("evidence-trap" if label in traps else "evidence-met", plain=vocabulary.rubric.plain(label))
                for label in labels
            )
            piece = f'<mark class="cu-{kind}" title="{text(names)}">{piece}</mark>'
        pieces.append(piece)
    return tag("p", *pieces, cls="cu-reply")


def labels_list(outcome: Scored, vocabulary: Vocabulary) -> str:
    """Criteria met, criteria missing and traps as one list, each with its plain name."""
    rows = [
        *(("✓", "cu-met", "remark-met", label) for label in outcome.met),
        *(("○", "cu-missing", "remark-missing", label) for label in outcome.missing),
        *(("!", "cu-trap", "remark-trap", label) for label in outcome.traps),
    ]
    if not rows:
        return ""
    entries = (
        tag("li", text(f"{sign} "), text(_label_line(key, label, vocabulary)), cls=cls)
        for sign, cls, key, label in rows
    )
    return tag("ul", *entries, cls="cu-labels")


def _label_line(key: str, label: str, vocabulary: Vocabulary) -> str:
    rubric = vocabulary.rubric
    return words(key, plain=rubric.plain(label), hint=rubric.hint(label))


def remarks_list(remarks: Iterable[Remark]) -> str:
    entries = [tag("li", text(remark.text), cls=f"cu-{remark.kind}") for remark in remarks]
    return tag("ul", *entries, cls="cu-remarks") if entries else ""


def confidence_line(level: int | None) -> str:
    if level is None:
        return ""
    return paragraph(words("confidence-label", level=words(f"confidence-{level}")), cls="cu-confidence")


def verdict_line(outcome: Outcome | None) -> str:
    if outcome is None:
        return ""
    if isinstance(outcome, Scored):
        return paragraph(outcome.verdict, cls="cu-verdict")
    return paragraph(words("unscored", reason=outcome.reason), cls="cu-verdict")
