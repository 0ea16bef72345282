"""The item types. To add one, write its module and name it in TYPES."""

from collections.abc import Mapping
from types import MappingProxyType

from curriculum_utils.content import Item, ItemSchemas
from curriculum_utils.items.base import (
    Answer,
    AnswerModel,
    ItemType,
    Marking,
    Outcome,
    Remark,
    Sample,
    Scored,
    ScoredTurn,
    Unscored,
    outcome_of,
    points,
)
from curriculum_utils.items.choose_move import ChooseMoveType
from curriculum_utils.items.match_reason import MatchReasonType
from curriculum_utils.items.page import item_html, stylesheet
from curriculum_utils.items.practice_session import PracticeSessionType
from curriculum_utils.items.spot_the_trap import SpotTheTrapType
from curriculum_utils.items.write_reply import WriteReplyType

TYPES: Mapping[str, ItemType] = MappingProxyType(
    {
        item_type.name: item_type
        for item_type in (
            ChooseMoveType(),
            WriteReplyType(),
            SpotTheTrapType(),
            MatchReasonType(),
            PracticeSessionType(),
        )
    }
)
SCHEMAS: ItemSchemas = MappingProxyType({name: item_type.schema() for name, item_type in TYPES.items()})


def type_of(item: Item) -> ItemType:
    """The type that an item is of."""
    return TYPES[item.exercise.type]


def assess(item: Item, raw: Answer | None, marking: Marking) -> Outcome:
    """The outcome of whatever was recorded as the answer to an item; see `outcome_of`."""
    return outcome_of(type_of(item), item, raw, marking)


__all__ = [
    "SCHEMAS",
    "TYPES",
    "Answer",
    "AnswerModel",
    "ItemType",
    "Marking",
    "Outcome",
    "Remark",
    "Sample",
    "Scored",
    "ScoredTurn",
    "Unscored",
    "assess",
    "item_html",
    "points",
    "stylesheet",
    "type_of",
]
