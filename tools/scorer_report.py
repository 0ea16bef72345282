"""One run from labelled replies to a shipped model: heads, calibration, limits, figures and the model card.

The encoder is taken as it lies in the model's folder (see train_encoder). Heads are learnt from the training writers;
calibration, thresholds and limits come from the dev writers; the test writers are only measured.
"""

import dataclasses
import datetime
import hashlib
import json
from collections.abc import Mapping, Sequence

import model_card
import numpy as np
import scorer_fit as fitting
from reading import seen
from reply_data import SUSPICIONS, Row, read_rows, split, suspected
from scorer_figures import Figures, Labelled, measure, scored
from scorer_limits import longest_reply, review_limit, risk_threshold
from train_scorer import KIND, MODEL, REPLIES, ROOT, as_text

from curriculum_utils.scoring.encoder import Encoder
from curriculum_utils.scoring.model import (
    DESCRIPTION,
    FILES,
    FORMAT,
    HEADS,
    VOCABULARY,
    WORDS,
    LabelSettings,
    load_model,
    packed,
    read_words,
    unpacked,
    version_of,
)
from curriculum_utils.scoring.protocol import Reply
from curriculum_utils.scoring.shipped import RISK, ShippedScorer, probability
from curriculum_utils.scoring.spelling import Speller
from curriculum_utils.scoring.vocabulary import ScoringVocabulary


def build(vocabulary: ScoringVocabulary, inputs: str) -> None:
    """Learns, measures and writes model, figures and card.

    Raises:
        ValueError: a reply is not in the form of data/replies.
    """
    rows, parts = read_rows(vocabulary), split()
    names = (*vocabulary.labels, *SUSPICIONS)
    pooled = what_the_heads_see(rows)
    truth = np.array([[float(name in row.labels or name in suspected(row)) for name in names] for row in rows])
    of = {part: [at for at, row in enumerate(rows) if row.writer in writers] for part, writers in parts.items()}
    queries = unpacked((MODEL / HEADS).read_bytes()).queries
    heads = fitting.fit_heads(queries, pooled[of["train"]], truth[of["train"]])
    found = fitting.evidence(heads, pooled[of["dev"]])
    settings = fitting.calibrate(found, truth[of["dev"]], names, vocabulary.traps)
    settings[RISK] = with_risk_threshold(
        settings[RISK], found[:, names.index(RISK)], truth[of["dev"], names.index(RISK)]
    )
    (MODEL / HEADS).write_bytes(packed(heads))
    (MODEL / VOCABULARY).write_text(as_text(vocabulary.as_json()), encoding="utf-8")
    known = [labelled(rows[at]) for at in of["train"]]
    choosing = [labelled(rows[at]) for at in of["dev"]]
    limits = {"review_limit": 1.0, "longest": longest_reply(known)}
    _describe(vocabulary, names, settings, limits, inputs, parts)
    limits["review_limit"] = review_limit(ShippedScorer(load_model(MODEL), vocabulary), choosing)
    description = _describe(vocabulary, names, settings, limits, inputs, parts)
    shipped = ShippedScorer(load_model(MODEL), vocabulary)
    exemplars = read_exemplars(vocabulary)
    sets = {"test": [labelled(rows[at]) for at in of["test"]], "dev": choosing, "exemplars": exemplars}
    figures: dict[str, Figures] = {
        name: measure(items, scored(shipped, items), vocabulary) for name, items in sets.items() if items
    }
    body = {"scorer_version": description["scorer_version"], "date": description["date"], "figures": figures}
    (REPLIES / "figures.json").write_text(as_text(body), encoding="utf-8")
    model_card.write(shipped, rows, sets, figures, description, vocabulary)


def with_risk_threshold(settings: LabelSettings, found: np.ndarray, truth: np.ndarray) -> LabelSettings:
    """The settings with the threshold from which a reply is not scored, from the dev writers' evidence for risk."""
    chances = np.array([probability(settings, float(amount)) for amount in found])
    return dataclasses.replace(settings, threshold=risk_threshold(chances, truth > 0))


def what_the_heads_see(rows: Sequence[Row]) -> np.ndarray:
    """What each head's query picks from each reply, shape (n_replies, n_names, width), 32-bit.

    Kept in build/ under the digest of all it hangs on: reading ten thousand replies takes two minutes.
    """
    files = [(MODEL / name).read_bytes() for name in FILES]
    queries = unpacked(files[FILES.index(HEADS)]).queries
    digest = hashlib.sha256(queries.tobytes())
    for name, content in zip(FILES, files, strict=True):
        if name != HEADS:
            digest.update(content)
    digest.update("\0".join(row.reply for row in rows).encode("utf-8"))
    for code in ("encoder.py", "heads.py", "guards.py", "segments.py", "spelling.py"):
        digest.update((ROOT / "src/curriculum_utils/scoring" / code).read_bytes())
    kept = ROOT / "build" / f"seen-{digest.hexdigest()[:24]}.npy"
    if kept.exists():
        return np.load(kept, allow_pickle=False)
    speller = Speller(read_words(files[FILES.index(WORDS)].decode("utf-8")))
    found = seen(Encoder(MODEL), speller, queries, rows)
    kept.parent.mkdir(exist_ok=True)
    np.save(kept, found)
    return found


def labelled(row: Row) -> Labelled:
    """The row as figures are worked out from it."""
    return Labelled(Reply(row.id, row.module, row.client, row.reply), row.labels, row.writer, row.kind)


def read_exemplars(vocabulary: ScoringVocabulary) -> list[Labelled]:
    """The labelled exemplars of the course's written exercises: other authors, never learnt from."""
    from curriculum_utils.content import read_course  # noqa: PLC0415
    from curriculum_utils.items import SCHEMAS  # noqa: PLC0415
    from curriculum_utils.items.write_reply import WriteReply, WriteReplyKey  # noqa: PLC0415

    course, _ = read_course(ROOT / "curriculum", SCHEMAS)
    found: list[Labelled] = []
    for module in course.modules.values() if course else ():
        for authored in module.items.values():
            item = authored.item
            if isinstance(item.key, WriteReplyKey) and isinstance(item.exercise, WriteReply):
                client = item.vignette.last_client_words() if item.vignette else ""
                for at, one in enumerate(item.key.exemplars):
                    reply = Reply(f"{item.id}.{at}", item.module, client, one.text, item.exercise.move)
                    found.append(Labelled(reply, frozenset((*one.criteria, *one.traps)), "course", "exemplar"))
    return [item for item in found if item.labels <= set(vocabulary.labels)]


def _describe(
    vocabulary: ScoringVocabulary,
    names: Sequence[str],
    settings: Mapping[str, LabelSettings],
    limits: Mapping[str, float],
    inputs: str,
    parts: Mapping[str, Sequence[str]],
) -> dict[str, object]:
    """Writes the description and gives it back."""
    description: dict[str, object] = {
        "format": FORMAT,
        "kind": KIND,
        "labels": list(vocabulary.labels),
        "suspicions": list(SUSPICIONS),
        "rubric_version": vocabulary.rubric_version,
        "settings": {name: dataclasses.asdict(settings[name]) for name in names},
        **limits,
        "learnt_from": list(parts["train"]),
        "calibrated_on": list(parts["dev"]),
        "tested_on": list(parts["test"]),
        "inputs_sha256": inputs,
        "sha256": {name: hashlib.sha256((MODEL / name).read_bytes()).hexdigest() for name in FILES},
    }
    description = {**description, "scorer_version": version_of(description), "date": _date(description)}
    (MODEL / DESCRIPTION).write_text(as_text(description), encoding="utf-8")
    return description


def _date(description: Mapping[str, object]) -> str:
    """Today, or the day on which the same model was first written, so that the same input gives the same bytes."""
    try:
        before = json.loads((REPLIES / "figures.json").read_bytes())
        if before["scorer_version"] == version_of(description):
            return str(before["date"])
    except (OSError, ValueError, KeyError):
        pass
    return datetime.datetime.now(datetime.UTC).date().isoformat()
