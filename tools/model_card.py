"""Writes docs/model-card.md: every figure in it comes from the run that wrote the model, or from a file beside it."""

import random
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from agreement import agreement, agreement_on_risk, least
from reply_data import REPLIES, ROOT, Row, split
from scorer_figures import Figures, Labelled, coverage_curve, measure, scored, without_risk
from typing_slips import in_every

from curriculum_utils.scoring.protocol import Reply, ReplyScore
from curriculum_utils.scoring.shipped import RISK, ShippedScorer
from curriculum_utils.scoring.vocabulary import ScoringVocabulary

CARD = ROOT / "docs" / "model-card.md"
TEXT = Path(__file__).with_name("model_card.md")
SLIP_SEED = 11
SHOWN_FAILURES = 12


def write(
    scorer: ShippedScorer,
    rows: Sequence[Row],
    sets: Mapping[str, Sequence[Labelled]],
    figures: Mapping[str, Figures],
    description: Mapping[str, object],
    vocabulary: ScoringVocabulary,
) -> None:
    """The card, from the text in `tools/model_card.md` with its {places} filled."""
    test = without_risk(sets["test"])
    scores = scored(scorer, test)
    typed = {
        part: measure(with_slips(sets[part]), scored(scorer, with_slips(sets[part])), vocabulary)
        for part in ("test", "dev")
    }
    doubts = [scorer.doubt_of(item.reply) for item in test]
    curve = coverage_curve(test, scores, doubts, vocabulary)
    agreed = agreement(rows, vocabulary.labels)
    places = {
        "version": description["scorer_version"],
        "rubric": description["rubric_version"],
        "date": description["date"],
        "replies": f"{len(rows):,}",
        "writers": len({row.writer for row in rows}),
        "clients": len({row.client_id for row in rows}),
        "twice": f"{sum(row.second is not None for row in rows):,}",
        "least_kappa": f"{least(agreed):.2f}",
        "risk_kappa": f"{agreement_on_risk(rows):.2f}",
        "risk_replies": sum(row.kind == RISK for row in rows),
        "risk_writers": len({row.writer for row in rows if row.kind == RISK}),
        "split": _split(rows),
        "targets": _targets(figures, typed),
        "sets": _sets(figures),
        "labels": _labels(figures["test"], agreed, rows, vocabulary.labels),
        "coverage": _coverage(curve),
        "kinds": _kinds(figures["test"]),
        "risk": _risk(figures),
        "wrong_traps": _wrong_traps(figures),
        "thresholds": _from_file("thresholds.md"),
        "failures": _failures(test, scores, vocabulary.labels),
        "kept": _from_file("comparison.md"),
        "speed": _from_file("speed.md"),
        "machines": _from_file("machines.md"),
    }
    text = TEXT.read_text(encoding="utf-8")
    for name, value in places.items():
        text = text.replace("{{" + name + "}}", str(value))
    CARD.write_text(text, encoding="utf-8")


def with_slips(items: Sequence[Labelled]) -> list[Labelled]:
    """The same replies with a slip of the keyboard in every third word."""
    rng = random.Random(SLIP_SEED)
    return [
        Labelled(
            Reply(one.reply.id, one.reply.module, one.reply.client, in_every(one.reply.reply, 3, rng), one.reply.move),
            one.labels,
            one.writer,
            one.kind,
        )
        for one in items
    ]


def _split(rows: Sequence[Row]) -> str:
    lines = ["| part | writers | clients | replies |", "|---|---|---|---|"]
    for part, writers in split().items():
        inside = [row for row in rows if row.writer in writers]
        lines.append(f"| {part} | {len(writers)} | {len({row.client_id for row in inside})} | {len(inside):,} |")
    return "\n".join(lines)


def _targets(figures: Mapping[str, Any], typed: Mapping[str, Any]) -> str:
    """The aims with what the test and the dev writers gave; reached or not is said of the test writers."""
    aims: list[tuple[str, str, Callable[[str], float], Callable[[float], bool]]] = [
        (
            "macro-F1 over 26 labels",
            "at least 0.90",
            lambda part: figures[part]["macro_f1"]["all"],
            lambda x: x >= 0.90,
        ),
        ("trap recall", "at least 0.92", lambda part: figures[part]["trap_recall"], lambda x: x >= 0.92),
        (
            "quadratic weighted kappa of the credit",
            "at least 0.90",
            lambda part: figures[part]["kappa"]["all"],
            lambda x: x >= 0.90,
        ),
        (
            "share of contrast replies worth nothing that get credit and no flag",
            "at most 0.03",
            lambda part: _unflagged_credit(figures[part]["adversarial"]),
            lambda x: x <= 0.03,
        ),
        (
            "macro-F1 lost to a slip in every third word",
            "at most 0.05",
            lambda part: figures[part]["macro_f1"]["all"] - typed[part]["macro_f1"]["all"],
            lambda x: x <= 0.05,
        ),
        (
            "share of ordinary replies flagged",
            "at most 0.15",
            lambda part: figures[part]["ordinary"]["flagged"],
            lambda x: x <= 0.15,
        ),
        (
            "error of the credit among those not flagged, as a share of the error among all",
            "at most 0.50",
            lambda part: figures[part]["ordinary"]["error"]["unflagged"] / figures[part]["ordinary"]["error"]["all"],
            lambda x: x <= 0.50,
        ),
    ]
    lines = ["| figure | aim | test writers | | dev writers |", "|---|---|---|---|---|"]
    for name, aim, value, good in aims:
        said = "reached" if good(value("test")) else "**not reached**"
        lines.append(f"| {name} | {aim} | {value('test'):.3f} | {said} | {value('dev'):.3f} |")
    return "\n".join(lines)


def _unflagged_credit(adversarial: Mapping[str, int]) -> float:
    return adversarial["given_credit_unflagged"] / max(adversarial["worth_nothing"], 1)


def _sets(figures: Mapping[str, Any]) -> str:
    titles = {
        "replies": lambda one: one["replies"],
        "macro-F1, all labels": lambda one: one["macro_f1"]["all"],
        "macro-F1, criteria": lambda one: one["macro_f1"]["criteria"],
        "macro-F1, traps": lambda one: one["macro_f1"]["traps"],
        "traps found, of those there": lambda one: one["trap_recall"],
        "traps at the end of an effective move: there": lambda one: one["trap_at_end"]["there"],
        "of these missed": lambda one: one["trap_at_end"]["missed"],
        "of these missed and the reply not flagged": lambda one: one["trap_at_end"]["missed_unflagged"],
        "quadratic weighted kappa of the credit": lambda one: one["kappa"]["all"],
        "quadratic weighted kappa, replies not flagged": lambda one: one["kappa"]["unflagged"],
        "share flagged, all kinds of reply": lambda one: one["flagged"],
        "credit off by 0.25 or more, share": lambda one: one["credit_wrong"]["all"],
        "credit off by 0.25 or more, replies not flagged": lambda one: one["credit_wrong"]["unflagged"],
        "mean calibration error (ECE)": lambda one: one["ece"],
    }
    lines = ["| | " + " | ".join(figures) + " |", "|---|" + "---|" * len(figures)]
    for title, get in titles.items():
        lines.append(f"| {title} | " + " | ".join(_told(get(one)) for one in figures.values()) + " |")
    return "\n".join(lines)


def _labels(test: Any, agreed: Mapping[str, float], rows: Sequence[Row], labels: Sequence[str]) -> str:
    lines = [
        "| label | positives | near-misses | readers' κ | test positives | precision | recall | F1 | ECE |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for label in labels:
        one = test["labels"][label]
        there, near = sum(label in row.labels for row in rows), sum(label in row.near for row in rows)
        shown = " | ".join(_told(one[name]) for name in ("precision", "recall", "f1", "ece"))
        lines.append(f"| `{label}` | {there} | {near} | {agreed[label]:.2f} | {one['positives']} | {shown} |")
    return "\n".join(lines)


def _coverage(curve: Sequence[Mapping[str, float | None]]) -> str:
    lines = ["| replies kept, least doubtful first | mean error of the credit |", "|---|---|"]
    return "\n".join(lines + [f"| {one['coverage']:.0%} | {_told(one['error'])} |" for one in curve])


def _kinds(test: Any) -> str:
    lines = [
        "| kind | replies | mean credit | mean error | flagged | credit off by 0.25 or more, not flagged |",
        "|---|---|---|---|---|---|",
    ]
    for kind, one in test["kinds"].items():
        shown = " | ".join(_told(one[name]) for name in ("replies", "mean_credit", "error", "flagged"))
        lines.append(f"| {kind} | {shown} | {one['wrong_unflagged']} |")
    return "\n".join(lines)


def _risk(figures: Mapping[str, Any]) -> str:
    parts = [part for part in figures if figures[part]["risk"]["risk"]]
    lines = ["| not scored, because they seem to speak of risk | " + " | ".join(parts) + " |"]
    lines.append("|---|" + "---|" * len(parts))
    for title, name in (
        ("of replies that speak of somebody in danger or of a real client", "risk"),
        ("of replies in words that only sound like it", "risk-words"),
        ("of all others", "else"),
    ):
        shown = (f"{figures[part]['risk'][f'{name}_unscored']} of {figures[part]['risk'][name]}" for part in parts)
        lines.append(f"| {title} | " + " | ".join(shown) + " |")
    return "\n".join(lines)


def _wrong_traps(figures: Mapping[str, Any]) -> str:
    lines = [
        "| traps wrongly found | of which flagged | those that cost credit | of which flagged |",
        "|---|---|---|---|",
    ]
    names = ("all", "all_flagged", "costly", "costly_flagged")
    rows = ((part, figures[part]["wrong_traps"]) for part in ("test", "dev"))
    return "\n".join(lines + ["| " + " | ".join(f"{part}: {one[name]}" for name in names) + " |" for part, one in rows])


def _failures(items: Sequence[Labelled], scores: Sequence[ReplyScore], labels: Sequence[str]) -> str:
    """Unflagged replies whose labels were wrong, drawn with a fixed seed."""
    wrong = [
        (item, score)
        for item, score in zip(items, scores, strict=True)
        if set(score.labels) != item.labels and not score.review
    ]
    drawn = random.Random(SLIP_SEED).sample(wrong, min(SHOWN_FAILURES, len(wrong)))
    lines: list[str] = []
    for item, score in drawn:
        missed = [f"missed `{label}`" for label in labels if label in item.labels and label not in score.labels]
        added = [f"wrongly found `{label}`" for label in score.labels if label not in item.labels]
        lines.append(f"- “{' '.join(item.reply.reply.split())}” — {', '.join(missed + added)}")
    return "\n".join(
        [f"{len(wrong)} of {len(items)} were wrong in some label and not flagged. Drawn at random:", "", *lines]
    )


def _from_file(name: str) -> str:
    path = REPLIES / name
    return path.read_text(encoding="utf-8").strip() if path.exists() else "Not measured yet."


def _told(value: object) -> str:
    if value is None:
        return "–"
    return f"{value:.3f}" if isinstance(value, float) else str(value)
