"""Says whether data/replies is what its datasheet promises, and that nothing of test or dev has leaked into train.

python tools/check_replies.py           # exit 1 if not
"""

import re
import sys
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import product
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "src"))

from agreement import agreement, agreement_on_risk, least
from reply_data import RISK_WORDS, Row, read_rows, split

from curriculum_utils.scoring.shipped import RISK
from curriculum_utils.scoring.vocabulary import course_vocabulary

LEAST_REPLIES, LEAST_CLIENTS, LEAST_OF_A_LABEL = 4_000, 120, 150
LEAST_TWICE_PLAIN = 1_000
CONTRASTS_OF_A_LABEL = ("negated", "talked-about", "quoted", "salad", "other-addressee")
LEAST_OF_A_CONTRAST = 9
"""Near-misses of each label among each of these kinds."""
LEAST_RISK = 150
LEAST_KAPPA = 0.85
SHINGLE = 3
TOO_LIKE = 0.5
"""Share of word triples in common (Jaccard) from which two replies count as the same one reworded."""
TOO_SHORT_TO_JUDGE = 5


def main() -> int:
    vocabulary = course_vocabulary(ROOT / "curriculum")
    rows = read_rows(vocabulary)
    problems = [*wrong_amounts(rows, vocabulary.labels), *leaks(rows)]
    for problem in problems:
        print(problem)
    print(f"{len(rows)} replies checked; {len(problems)} problems found.")
    return 1 if problems else 0


def wrong_amounts(rows: Sequence[Row], labels: Sequence[str]) -> Iterator[str]:
    """What there is too little of."""
    if len(rows) < LEAST_REPLIES:
        yield f"{len(rows)} replies, fewer than {LEAST_REPLIES}"
    clients = {row.client for row in rows}
    if len(clients) < LEAST_CLIENTS:
        yield f"{len(clients)} client statements, fewer than {LEAST_CLIENTS}"
    there = Counter(label for row in rows for label in row.labels)
    near = Counter(label for row in rows for label in row.near)
    for label in labels:
        for kind, count in (("positives", there[label]), ("near-misses", near[label])):
            if count < LEAST_OF_A_LABEL:
                yield f"{label}: {count} {kind}, fewer than {LEAST_OF_A_LABEL}"
    yield from _contrasts(rows, labels)
    once = [row for row in rows if row.second is None and row.kind != "plain"]
    if once:
        yield f"{len(once)} contrast replies were read only once, such as {once[0].id}"
    twice = sum(row.second is not None for row in rows if row.kind == "plain")
    if twice < LEAST_TWICE_PLAIN:
        yield f"{twice} plain replies were read twice, fewer than {LEAST_TWICE_PLAIN}"
    alone = [row.id for row in rows if row.kind in (RISK, RISK_WORDS) and row.risk is None]
    if alone:
        yield f"of {len(alone)} replies only the writer said whether they speak of risk, such as {alone[0]}"
    if agreement_on_risk(rows) < LEAST_KAPPA:
        yield "readers agree too little on what speaks of risk"
    agreed = agreement(rows, labels)
    if least(agreed) < LEAST_KAPPA:
        weak = [label for label in labels if agreed[label] < LEAST_KAPPA]
        yield f"readers agree too little on {', '.join(weak)}"


def _contrasts(rows: Sequence[Row], labels: Sequence[str]) -> Iterator[str]:
    near = Counter((label, row.kind) for row in rows for label in row.near)
    for label, kind in product(labels, CONTRASTS_OF_A_LABEL):
        if near[label, kind] < LEAST_OF_A_CONTRAST:
            yield f"{label}: {near[label, kind]} {kind} near-misses, fewer than {LEAST_OF_A_CONTRAST}"
    kinds = Counter(row.kind for row in rows)
    for kind in (RISK, RISK_WORDS):
        if kinds[kind] < LEAST_RISK:
            yield f"{kinds[kind]} replies of kind {kind}, fewer than {LEAST_RISK}"


def leaks(rows: Sequence[Row]) -> Iterator[str]:
    """Writers, clients or replies that stand in more than one part of the split."""
    part_of = {writer: part for part, writers in split().items() for writer in writers}
    for writer in sorted({row.writer for row in rows} ^ part_of.keys()):
        yield f"{writer}: has replies and no part of the split, or a part and no replies"
    clients: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        clients[_plain(row.client)].add(part_of.get(row.writer, ""))
    for client, parts in clients.items():
        if len(parts) > 1:
            yield f"a client stands in {' and '.join(sorted(parts))}: {client[:60]}"
    index: dict[str, list[int]] = defaultdict(list)
    shingles = [_shingles(row.reply) for row in rows]
    for at, row in enumerate(rows):
        part = part_of.get(row.writer, "")
        likely: Counter[int] = Counter(other for one in shingles[at] for other in index[one])
        for other, common in likely.items():
            union = len(shingles[at]) + len(shingles[other]) - common
            if part_of.get(rows[other].writer, "") != part and common >= TOO_LIKE * union:
                yield f"{row.id} ({part}) is nearly {rows[other].id}"
        for one in shingles[at]:
            index[one].append(at)


def _shingles(text: str) -> frozenset[str]:
    words = _plain(text).split()
    if len(words) < TOO_SHORT_TO_JUDGE:
        # Short enough that two people say it alike: only the whole counts.
        return frozenset([" ".join(words)]) if words else frozenset()
    return frozenset(" ".join(words[at : at + SHINGLE]) for at in range(len(words) - SHINGLE + 1))


def _plain(text: str) -> str:
    return " ".join(re.findall(r"[^\W_]+", unicodedata.normalize("NFKC", text).lower()))


if __name__ == "__main__":
    sys.exit(main())
