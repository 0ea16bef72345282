"""The form of each item type. To add one, write its module and name it in KINDS."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from curriculum_utils.plain import choose_move, match_reason, practice_session, spot_the_trap, write_reply
from curriculum_utils.plain.drawn import Fields, Json
from curriculum_utils.plain.markup import Child
from curriculum_utils.plain.posted import Posted


@dataclass(frozen=True)
class Kind:
    """One type's form.

    Attributes:
        fields: draws the fields.
        read: the answer that a form sent.
        review: draws a saved answer with what was said of it.
        draws_vignette: whether the fields and the saved answer hold the conversation themselves.
        shows_itself: whether the fields show the saved answer, so that it need not stand above a new attempt.
        written: whether there is text to keep for later.
        empties: whether a new attempt begins with nothing chosen.
    """

    fields: Callable[[Fields], Child]
    read: Callable[[Json, Posted], dict[str, object]]
    review: Callable[[Json, Json, Json], Child]
    draws_vignette: bool = False
    shows_itself: bool = False
    written: bool = False
    empties: bool = False


KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "choose-move": Kind(choose_move.fields, choose_move.read, choose_move.review, empties=True),
        "write-reply": Kind(write_reply.fields, write_reply.read, write_reply.review, written=True),
        "match-reason": Kind(match_reason.fields, match_reason.read, match_reason.review),
        "spot-the-trap": Kind(spot_the_trap.fields, spot_the_trap.read, spot_the_trap.review, draws_vignette=True),
        "practice-session": Kind(
            practice_session.fields,
            practice_session.read,
            practice_session.review,
            shows_itself=True,
            written=True,
        ),
    }
)
