"""One training run from replies to files: folds by writer, calibration, final weights, figures.

The weights that ship are those measured on the test writer; nothing is fitted again afterwards.
"""

import dataclasses
import datetime
import hashlib
import json
from collections.abc import Callable, Mapping, Sequence

import numpy as np
import scorer_fit as fitting
from scorer_figures import Figures, Labelled, measure, page, scored
from train_scorer import KIND, MODEL, REPLIES, ROOT, TEST_WRITER, as_text

from curriculum_utils.scoring import guards
from curriculum_utils.scoring.model import (
    DESCRIPTION,
    FORMAT,
    VOCABULARY,
    WEIGHTS,
    LabelSettings,
    ReplyModel,
    content_hash,
    load_model,
    packed,
    version_of,
)
from curriculum_utils.scoring.protocol import Reply
from curriculum_utils.scoring.shipped import ShippedScorer, said_sentences
from curriculum_utils.scoring.vocabulary import ScoringVocabulary

SETTINGS = fitting.Settings()
# A quarter of the training writers' replies may go to a person for doubt alone; guards, and traps that one
# sentence shows by itself, send some more. On these writers more flags found few more wrong credits.
MOST_FLAGGED = 0.25
# Replies may be half as long again as the longest learnt from before a person is asked.
LONGER = 1.5


def build(vocabulary: ScoringVocabulary, inputs: str) -> None:
    """Trains, measures and writes model and figures.

    Raises:
        ValueError: a reply has an unknown label or module, or an id that stands twice.
    """
    data = read_replies(vocabulary)
    learnt = [item for item in data if item.writer != TEST_WRITER]
    held_out = [item for item in data if item.writer == TEST_WRITER]
    writers = sorted({item.writer for item in learnt})
    truth = _truth(learnt, vocabulary)
    folds = {writer: _fold(learnt, truth, writer) for writer in writers}
    evidence, alone = np.zeros(truth.shape), np.zeros(truth.shape)
    for writer, heads in folds.items():
        rows = [at for at, item in enumerate(learnt) if item.writer == writer]
        cut = [_cut(learnt[at]) for at in rows]
        evidence[rows], alone[rows] = heads.evidence(cut), heads.alone(cut)
        print(f"fold without {writer}: done", flush=True)
    settings = fitting.calibrate(evidence, truth, vocabulary.labels)
    alone_limits = fitting.alone_limits(alone, truth, vocabulary.labels, vocabulary.traps)
    heads = fitting.pruned(fitting.fit([_cut(item) for item in learnt], truth, SETTINGS), SETTINGS.kept_features)
    longest = round(LONGER * max(guards.word_count(item.reply.reply) for item in learnt))

    def model_of(some: fitting.Heads, limit: float, version: str = "fold") -> ReplyModel:
        weights = (some.space, some.whole, some.sentence, some.bias)
        limits = (settings, alone_limits, limit, longest)
        return ReplyModel(vocabulary.labels, *weights, *limits, vocabulary.rubric_version, version)

    limit = _review_limit(folds, learnt, vocabulary, model_of)
    weights = packed(heads.space, heads.whole, heads.sentence, heads.bias)
    description = _description(vocabulary, settings, alone_limits, limit, longest, inputs, weights, writers)
    MODEL.mkdir(exist_ok=True)
    (MODEL / WEIGHTS).write_bytes(weights)
    (MODEL / DESCRIPTION).write_text(as_text(description), encoding="utf-8")
    (MODEL / VOCABULARY).write_text(as_text(vocabulary.as_json()), encoding="utf-8")

    crossed = [
        score
        for writer in writers
        for score in scored(
            ShippedScorer(model_of(folds[writer], limit), vocabulary),
            [item for item in learnt if item.writer == writer],
        )
    ]
    ordered = [item for writer in writers for item in learnt if item.writer == writer]
    shipped = ShippedScorer(load_model(MODEL), vocabulary)
    figures = {
        "test": measure(held_out, scored(shipped, held_out), vocabulary),
        "crossed": measure(ordered, crossed, vocabulary),
    }
    exemplars = read_exemplars(vocabulary)
    if exemplars:
        figures["exemplars"] = measure(exemplars, scored(shipped, exemplars), vocabulary)
    _write_figures(figures, description)


def read_replies(vocabulary: ScoringVocabulary) -> list[Labelled]:
    """Every labelled reply, by file and line.

    Raises:
        ValueError: a reply has an unknown label or module, or an id that stands twice.
    """
    replies: list[Labelled] = []
    ids: set[str] = set()
    for path in sorted(REPLIES.glob("*.jsonl")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            row = json.loads(line)
            unknown = set(row["labels"]) - set(vocabulary.labels)
            if unknown or row["module"] not in vocabulary.modules or row["id"] in ids:
                raise ValueError(f"{path.name}:{number}: unknown label or module, or an id that stands twice")
            ids.add(row["id"])
            reply = Reply(row["id"], row["module"], row["client"], row["reply"])
            replies.append(Labelled(reply, frozenset(row["labels"]), row["writer"], row["kind"]))
    return replies


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


def _fold(learnt: Sequence[Labelled], truth: fitting.Labels, writer: str) -> fitting.Heads:
    rows = [at for at, item in enumerate(learnt) if item.writer != writer]
    heads = fitting.fit([_cut(learnt[at]) for at in rows], truth[rows], SETTINGS)
    return fitting.pruned(heads, SETTINGS.kept_features)


def _review_limit(
    folds: Mapping[str, fitting.Heads],
    learnt: Sequence[Labelled],
    vocabulary: ScoringVocabulary,
    model_of: Callable[[fitting.Heads, float], ReplyModel],
) -> float:
    """The doubt from which a reply goes to a person: so that at most MOST_FLAGGED of replies do, guards included."""
    doubts: list[float] = []
    for writer, heads in folds.items():
        scorer = ShippedScorer(model_of(heads, 0.0), vocabulary)
        doubts += [scorer.doubt_of(item.reply) for item in learnt if item.writer == writer]
    return round(float(np.quantile(doubts, 1 - MOST_FLAGGED)), 4)


def _description(
    vocabulary: ScoringVocabulary,
    settings: Mapping[str, LabelSettings],
    alone_limits: Mapping[str, float],
    limit: float,
    longest: int,
    inputs: str,
    weights: bytes,
    writers: Sequence[str],
) -> dict[str, object]:
    description: dict[str, object] = {
        "format": FORMAT,
        "kind": KIND,
        "labels": list(vocabulary.labels),
        "rubric_version": vocabulary.rubric_version,
        "shares": dict(SETTINGS.shares),
        "settings": {label: dataclasses.asdict(values) for label, values in settings.items()},
        "alone_limits": dict(alone_limits),
        "review_limit": limit,
        "longest": longest,
        "learnt_from": list(writers),
        "calibrated_on": "the writers learnt from, each by weights that were learnt from the others",
        "tested_on": TEST_WRITER,
        "inputs_sha256": inputs,
        "weights_sha256": hashlib.sha256(weights).hexdigest(),
    }
    return {**description, "scorer_version": version_of(description), "date": _date(description)}


def _date(description: Mapping[str, object]) -> str:
    """Today, or the day on which the same model was first written, so that the same input gives the same bytes."""
    try:
        before = json.loads((MODEL / DESCRIPTION).read_bytes())
        if content_hash(before) == content_hash(description):
            return str(before["date"])
    except (OSError, ValueError, KeyError):
        pass
    return datetime.datetime.now(datetime.UTC).date().isoformat()


def _write_figures(figures: Mapping[str, Figures], description: Mapping[str, object]) -> None:
    writers = ", ".join(map(str, description["learnt_from"]))
    titles = {
        "test": f"test writer ({TEST_WRITER})",
        "crossed": f"{writers}, each by weights learnt from the others",
        "exemplars": "exemplars of the course",
    }
    intro = (
        f"Scorer {description['scorer_version']}, rubric {description['rubric_version']}, {description['date']}. "
        "Written by `tools/train_scorer.py`.\n\n"
        f"The weights were learnt from {writers}. The first column is the one to trust: the writer and the clients in "
        "it were never learnt from, nor used to choose a setting, a threshold or the review limit. The second column "
        "was, so it flatters. The exemplars were written by the course's authors to show a point; they are few. No "
        "clinician has checked any label, and whoever wrote a reply also labelled it (see README.md): expect less on "
        "real learners' words."
    )
    body = {"scorer_version": description["scorer_version"], "date": description["date"], "figures": figures}
    (REPLIES / "figures.json").write_text(as_text(body), encoding="utf-8")
    (REPLIES / "FIGURES.md").write_text(page(figures, titles, intro), encoding="utf-8")
    print((REPLIES / "FIGURES.md").read_text(encoding="utf-8").split("## By label")[0])


def _cut(item: Labelled) -> fitting.Reply:
    text = item.reply.reply
    cut = tuple(text[start:end] for start, end in said_sentences(text, guards.marker_spans(text)))
    return fitting.Reply(item.reply.id, item.writer, cut or ("",))


def _truth(items: Sequence[Labelled], vocabulary: ScoringVocabulary) -> fitting.Labels:
    return np.array([[float(label in item.labels) for label in vocabulary.labels] for item in items])
