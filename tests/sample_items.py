"""The item types' own samples as items, and the vocabulary they are written in.

from sample_items import VOCABULARY, marking, sample_item
"""

from collections.abc import Mapping, Sequence

from curriculum_utils.content import Item, PracticeClient, Rubric, Vignette, Vocabulary, item_digest
from curriculum_utils.content.models import Move
from curriculum_utils.items import TYPES, Marking
from curriculum_utils.scoring.fake import ScriptedScorer


def entry(name: str, part: str) -> dict[str, str]:
    """A criterion or a trap that tells its name in every field."""
    said = ("met_when", "not_met_by") if part == "criteria" else ("fallen_into_when", "not_by")
    return {"name": name, "plain": f"plain {name}", "hint": f"Hint for {name}.", said[0]: "x", said[1]: "x"}


def vocabulary(criteria: Sequence[str], traps: Sequence[str], moves: Mapping[str, Sequence[str] | str]) -> Vocabulary:
    """A vocabulary of made-up labels; a move is given by its criteria, or by the one trap that it is."""
    rubric = Rubric.model_validate(
        {
            "version": "sample",
            "criteria": [entry(name, "criteria") for name in criteria],
            "traps": [entry(name, "traps") for name in traps],
        }
    )
    made: dict[str, Move] = {}
    for slug, labels in moves.items():
        own = (
            {"kind": "backfires", "trap": labels}
            if isinstance(labels, str)
            else {"kind": "effective", "criteria": labels}
        )
        made[slug] = Move.model_validate({"slug": slug, "title": f"Title of {slug}", "why": "x", **own})
    return Vocabulary(rubric, made)


VOCABULARY = vocabulary(
    ["sample_apart", "sample_credit", "sample_question"],
    ["sample_fix", "sample_soothe", "sample_ask_why"],
    {
        "sample-move": ["sample_apart", "sample_credit", "sample_question"],
        "sample-fix": "sample_fix",
        "sample-soothe": "sample_soothe",
    },
)
_VIGNETTE = TYPES["write-reply"].sample.vignette


def sample_item(
    type_name: str,
    *,
    exercise: Mapping[str, object] | None = None,
    key: Mapping[str, object] | None = None,
    vignette: Mapping[str, object] | None = None,
    withheld: bool = False,
) -> Item:
    """The sample of a type as an item.

    Args:
        exercise: fields that replace the sample's; `key` and `vignette` likewise.
        withheld: leave the key out, as on a learner's side.
    """
    kind = TYPES[type_name]
    body = kind.exercise_model.model_validate({**kind.sample.exercise, **(exercise or {})})
    shown = None
    if body.vignette is not None:
        shown = Vignette.model_validate({**(kind.sample.vignette or _VIGNETTE or {}), **(vignette or {})})
    answers = None if withheld else kind.key_model.model_validate({**kind.sample.key, **(key or {})})
    client = PracticeClient.model_validate(kind.sample.client) if kind.sample.client is not None else None
    digest = item_digest(body, shown, client)
    return Item("sample", "sample-module", "1-sample", body, shown, answers, digest, client)


def marking(
    labels_by_text: Mapping[str, Sequence[str]] | None = None,
    *,
    words: Vocabulary = VOCABULARY,
    known: Sequence[str] | None = None,
    review: Mapping[str, str] | None = None,
    unscored: Mapping[str, str] | None = None,
) -> Marking:
    """A marking whose scorer finds what it is told to, and has learnt every label unless `known` says which."""
    learnt = words.rubric.labels() if known is None else known
    return Marking(words, ScriptedScorer(labels_by_text or {}, known_labels=learnt, review=review, unscored=unscored))
