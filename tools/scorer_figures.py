"""How well a scorer does on labelled replies, in figures."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from agreement import weighted_kappa
from reply_data import EMPTY_WORTHY, KINDS, RISK_WORDS

from curriculum_utils.scoring.credit import reply_credit
from curriculum_utils.scoring.protocol import Reply, ReplyScore, Scorer
from curriculum_utils.scoring.shipped import RISK
from curriculum_utils.scoring.vocabulary import ScoringVocabulary

# Credits are multiples of 1/24 (thirds and halves of a move, halved once or twice for traps): the scale of the kappa.
STEPS = 24
# A credit off by this much changes what a learner is told: a criterion of three, or a trap.
WRONG = 0.25
ORDINARY = ("plain", "plain-words", "trap-at-end", "dressed-trap", RISK_WORDS)
"""Kinds that a learner might hand in who is not trying the scorer out."""
BINS = 10
COVERAGES = (1.0, 0.95, 0.9, 0.85, 0.8, 0.7, 0.5)
AT_END = "trap-at-end"


@dataclass(frozen=True)
class Labelled:
    """A reply with its labels in data/replies."""

    reply: Reply
    labels: frozenset[str]
    writer: str
    kind: str


Figures = dict[str, object]


def measure(everything: Sequence[Labelled], said: Sequence[ReplyScore], vocabulary: ScoringVocabulary) -> Figures:
    """Every figure for one set of replies; shares and errors in [0, 1].

    Replies that speak of risk are not to be scored: they count for nothing but the figures of risk.
    """
    safe = [at for at, item in enumerate(everything) if item.kind != RISK]
    replies, scores = [everything[at] for at in safe], [said[at] for at in safe]
    labels = vocabulary.labels
    per_label = {label: _label_figures(replies, scores, label) for label in labels}
    means = {
        name: _mean([per_label[label]["f1"] for label in chosen])
        for name, chosen in (("all", labels), ("criteria", vocabulary.criteria), ("traps", vocabulary.traps))
    }
    true = [_credit(item, item.labels, vocabulary) for item in replies]
    found = [_credit(item, score.labels, vocabulary) for item, score in zip(replies, scores, strict=True)]
    errors = [abs(a - b) for a, b in zip(true, found, strict=True)]
    kept = [at for at, score in enumerate(scores) if not score.review]
    adversarial = [at for at, item in enumerate(replies) if item.kind in EMPTY_WORTHY and not item.labels]
    ordinary = [at for at, item in enumerate(replies) if item.kind in ORDINARY]
    there = [item.labels & set(vocabulary.traps) for item in replies]
    traps = sum(map(len, there))
    caught = sum(len(names & set(score.labels)) for names, score in zip(there, scores, strict=True))
    covered = _traps_at_end(replies, scores, there)
    return {
        "replies": len(replies),
        "macro_f1": means,
        "trap_recall": round(caught / traps, 4) if traps else None,
        "trap_at_end": covered,
        "kappa": {
            "all": _kappa(true, found),
            "unflagged": _kappa([true[at] for at in kept], [found[at] for at in kept]),
        },
        "flagged": round(1 - len(kept) / len(replies), 4),
        "credit_error": {"all": _mean(errors), "unflagged": _mean([errors[at] for at in kept])},
        "credit_wrong": {
            "all": _mean([error >= WRONG for error in errors]),
            "unflagged": _mean([errors[at] >= WRONG for at in kept]),
        },
        "adversarial": {
            "worth_nothing": len(adversarial),
            "given_credit": sum(found[at] > 0 for at in adversarial),
            "given_credit_unflagged": sum(found[at] > 0 and not scores[at].review for at in adversarial),
        },
        "ordinary": _ordinary(ordinary, errors, scores),
        "wrong_traps": _wrong_traps(replies, scores, vocabulary),
        "risk": _risk(everything, said),
        "kinds": {
            kind: _kind_figures([at for at, item in enumerate(replies) if item.kind == kind], found, errors, scores)
            for kind in KINDS
            if any(item.kind == kind for item in replies)
        },
        "ece": _mean([row["ece"] for row in per_label.values()]),
        "labels": per_label,
    }


def without_risk(replies: Sequence[Labelled]) -> list[Labelled]:
    """The replies that are to be scored."""
    return [item for item in replies if item.kind != RISK]


def scored(scorer: Scorer, replies: Sequence[Labelled]) -> list[ReplyScore]:
    """The scorer's word on each reply."""
    return scorer.score([item.reply for item in replies])


def coverage_curve(
    replies: Sequence[Labelled], scores: Sequence[ReplyScore], doubts: Sequence[float], vocabulary: ScoringVocabulary
) -> list[dict[str, float | None]]:
    """The credit's mean error among the replies left when the most doubtful go to a person, for some shares left."""
    errors = [
        abs(_credit(item, item.labels, vocabulary) - _credit(item, score.labels, vocabulary))
        for item, score in _pairs(replies, scores)
    ]
    order = sorted(range(len(replies)), key=lambda at: doubts[at])
    return [
        {"coverage": share, "error": _mean([errors[at] for at in order[: max(1, round(share * len(order)))]])}
        for share in COVERAGES
    ]


def _ordinary(ordinary: Sequence[int], errors: Sequence[float], scores: Sequence[ReplyScore]) -> dict[str, object]:
    kept = [at for at in ordinary if not scores[at].review]
    return {
        "replies": len(ordinary),
        "flagged": round(1 - len(kept) / len(ordinary), 4) if ordinary else None,
        "error": {"all": _mean([errors[at] for at in ordinary]), "unflagged": _mean([errors[at] for at in kept])},
    }


def _risk(replies: Sequence[Labelled], scores: Sequence[ReplyScore]) -> dict[str, int]:
    """How many replies there are that speak of risk, in words that only sound like it, and else; and left unscored."""
    found: dict[str, int] = {}
    for name, kinds in ((RISK, (RISK,)), (RISK_WORDS, (RISK_WORDS,)), ("else", set(KINDS) - {RISK, RISK_WORDS})):
        inside = [score for item, score in _pairs(replies, scores) if item.kind in kinds]
        found[name] = len(inside)
        found[f"{name}_unscored"] = sum(not score.scored for score in inside)
    return found


def _wrong_traps(
    replies: Sequence[Labelled], scores: Sequence[ReplyScore], vocabulary: ScoringVocabulary
) -> dict[str, int]:
    """Traps found that are not there, those among them that cost credit, and how many of both a person sees."""
    found = {"all": 0, "all_flagged": 0, "costly": 0, "costly_flagged": 0}
    for item, score in _pairs(replies, scores):
        for trap in set(score.labels) & set(vocabulary.traps) - item.labels:
            costs = _credit(item, set(score.labels) - {trap}, vocabulary) > _credit(item, score.labels, vocabulary)
            found["all"] += 1
            found["all_flagged"] += score.review
            found["costly"] += costs
            found["costly_flagged"] += costs and score.review
    return found


def _kind_figures(
    inside: Sequence[int], credits_: Sequence[float], errors: Sequence[float], scores: Sequence[ReplyScore]
) -> dict[str, object]:
    kept = [at for at in inside if not scores[at].review]
    return {
        "replies": len(inside),
        "flagged": _mean([scores[at].review for at in inside]),
        "mean_credit": _mean([credits_[at] for at in inside]),
        "error": _mean([errors[at] for at in inside]),
        "wrong_unflagged": sum(errors[at] >= WRONG for at in kept),
    }


def _traps_at_end(
    replies: Sequence[Labelled], scores: Sequence[ReplyScore], there: Sequence[frozenset[str] | set[str]]
) -> dict[str, int]:
    ends = [at for at, item in enumerate(replies) if item.kind == AT_END]
    missed = {at: len(there[at] - set(scores[at].labels)) for at in ends}
    total = sum(len(there[at]) for at in ends)
    return {
        "there": total,
        "found": total - sum(missed.values()),
        "missed": sum(missed.values()),
        "missed_unflagged": sum(number for at, number in missed.items() if not scores[at].review),
    }


def _label_figures(replies: Sequence[Labelled], scores: Sequence[ReplyScore], label: str) -> dict[str, float | None]:
    hits = sum(label in item.labels and label in score.labels for item, score in _pairs(replies, scores))
    said = sum(label in score.labels for score in scores)
    there = sum(label in item.labels for item in replies)
    return {
        "positives": there,
        "precision": round(hits / said, 4) if said else None,
        "recall": round(hits / there, 4) if there else None,
        "f1": round(2 * hits / (said + there), 4) if there else None,
        "ece": _calibration_error(
            [(score.probabilities.get(label, 0.0), label in item.labels) for item, score in _pairs(replies, scores)]
        ),
    }


def _calibration_error(pairs: Sequence[tuple[float, bool]]) -> float:
    """Expected calibration error over ten equal bins (Naeini et al. 2015)."""
    total = 0.0
    for number in range(BINS):
        inside = [pair for pair in pairs if min(int(pair[0] * BINS), BINS - 1) == number]
        if inside:
            total += abs(sum(chance for chance, _ in inside) - sum(truth for _, truth in inside)) / len(pairs)
    return round(total, 4)


def _credit(item: Labelled, labels: Collection[str], vocabulary: ScoringVocabulary) -> float:
    traps = [label for label in labels if label in vocabulary.traps]
    return reply_credit(labels, traps, vocabulary.modules[item.reply.module], asked=item.reply.move).credit


def _kappa(true: Sequence[float], found: Sequence[float]) -> float | None:
    """The weighted kappa over credits in steps of 1/24."""
    value = weighted_kappa(*(np.rint(np.array(values) * STEPS) for values in (true, found)))
    return None if np.isnan(value) else round(value, 4)


def _pairs(replies: Sequence[Labelled], scores: Sequence[ReplyScore]) -> list[tuple[Labelled, ReplyScore]]:
    return list(zip(replies, scores, strict=True))


def _mean(values: Sequence[float | bool | None]) -> float | None:
    known = [value for value in values if value is not None]
    return round(float(np.mean(known)), 4) if known else None
