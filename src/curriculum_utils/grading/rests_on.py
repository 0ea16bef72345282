"""What the score that stands of each graded item rests on: which answer, release, key and scorer, and what was found.

A later look at the same answer is held against it, to say why a score moves; nothing here decides one.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Column, Connection, MetaData, String, Table, Text

from curriculum_utils.content import Item, as_list, as_mapping, canonical_json, dumped, sha256
from curriculum_utils.items import Scored
from curriculum_utils.items.assessing import GradedItem

RESTS_ON = Table(
    "curriculum_rests_on",
    MetaData(),
    Column("grade_id", String(32), primary_key=True),
    Column("facts", Text, nullable=False),
)


@dataclass(frozen=True)
class RestsOn:
    """Digests and versions behind one score, and the labels found in the answer.

    `key` and `answer` are digests, empty where there is none; so nothing of a key or an answer is in here.
    """

    release: str
    rubric: str
    scorer: str
    key: str
    answer: str
    met: tuple[str, ...] = ()
    traps: tuple[str, ...] = ()

    @property
    def versions(self) -> dict[str, str | None]:
        """As the history of grades keeps them."""
        return {"release": self.release, "rubric": self.rubric, "scorer": self.scorer, "key": self.key or None}


def rests_on(graded: GradedItem, scorer_version: str) -> RestsOn:
    """What a score rests on that was given just now."""
    outcome = graded.outcome
    met, traps = (outcome.met, outcome.traps) if isinstance(outcome, Scored) else ((), ())
    return RestsOn(
        release=graded.release,
        rubric=graded.vocabulary.rubric.version,
        scorer=scorer_version,
        key=key_digest(graded.item),
        answer="" if graded.answer is None else sha256(canonical_json(dict(graded.answer))),
        met=tuple(met),
        traps=tuple(traps),
    )


def key_digest(item: Item) -> str:
    """A digest of an item's key; empty where it has none."""
    return "" if item.key is None else sha256(canonical_json(dumped(item.key)))


def put_rests_on(connection: Connection, grade_id: str, facts: RestsOn) -> None:
    """Writes it in the place of what was there before."""
    connection.execute(RESTS_ON.delete().where(RESTS_ON.c.grade_id == grade_id))
    told = json.dumps(vars(facts), sort_keys=True, ensure_ascii=False)
    connection.execute(RESTS_ON.insert().values(grade_id=grade_id, facts=told))


def all_rest_on(connection: Connection, grade_ids: list[str]) -> dict[str, RestsOn]:
    """What these grades rest on, by grade; one from before this was kept is not in it."""
    rows = connection.execute(RESTS_ON.select().where(RESTS_ON.c.grade_id.in_(grade_ids)))
    return {str(grade_id): _read(as_mapping(json.loads(facts))) for grade_id, facts in rows}


def _read(facts: Mapping[str, object]) -> RestsOn:
    texts = {name: str(facts.get(name, "")) for name in ("release", "rubric", "scorer", "key", "answer")}
    met, traps = (tuple(map(str, as_list(facts.get(name)))) for name in ("met", "traps"))
    return RestsOn(**texts, met=met, traps=traps)
