"""How far a person and the scorer, or two persons, agree, label by label."""

from dataclasses import dataclass

import pandas as pd

from curriculum_utils.reports.statistics import Kappa, kappa

COLUMNS = ("label", "person", "scorer")
ALL = "all labels"


@dataclass(frozen=True)
class AgreementRow:
    """One label over the replies that both read.

    `person` and `scorer` count how often each said yes; `overturned` how often they differ.
    """

    label: str
    person: int
    scorer: int
    overturned: int
    kappa: Kappa


def agreement(frame: pd.DataFrame) -> list[AgreementRow]:
    """Agreement by label, in the order in which labels first stand there, and over all labels as the last row.

    Args:
        frame: one row for each label of each reply that both read, with columns `label` (text), `person` and
            `scorer` (yes or no). For two persons, the second one's decision stands in `scorer`.
    Returns:
        Nothing for an empty frame. The row over all labels has no interval: labels of one reply hang together.
    Raises:
        ValueError: a column is missing or a decision is empty.
    """
    missing = [name for name in COLUMNS if name not in frame.columns]
    if missing:
        raise ValueError(f"agreement needs the columns {', '.join(COLUMNS)}; there is no {', '.join(missing)}")
    if frame.empty:
        return []
    if frame[list(COLUMNS)].isna().to_numpy().any():
        raise ValueError("agreement needs a yes or no from both in every row; leave out what only one of them read")
    decisions: list[tuple[str, bool, bool]] = [
        (str(label), bool(person), bool(scorer))
        for label, person, scorer in zip(frame["label"], frame["person"], frame["scorer"], strict=True)
    ]
    labels = dict.fromkeys(label for label, _, _ in decisions)
    rows = [_row(name, [(a, b) for label, a, b in decisions if label == name]) for name in labels]
    together = _row(ALL, [(a, b) for _, a, b in decisions])
    whole = Kappa(together.kappa.n, together.kappa.agreed, together.kappa.kappa, None, None)
    return [*rows, AgreementRow(ALL, together.person, together.scorer, together.overturned, whole)]


def _row(label: str, pairs: list[tuple[bool, bool]]) -> AgreementRow:
    person, scorer = [a for a, _ in pairs], [b for _, b in pairs]
    overturned = sum(a != b for a, b in pairs)
    return AgreementRow(label, sum(person), sum(scorer), overturned, kappa(person, scorer))
