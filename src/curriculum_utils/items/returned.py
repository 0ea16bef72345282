"""What comes back of a graded notebook as data: written into its feedback page, read in the learner's folder.

It says no more than the page itself does: nothing of a key, no reason for a person, nobody else's name.
"""

import json
import re
from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from curriculum_utils.content import as_list, as_mapping
from curriculum_utils.errors import AnswerError
from curriculum_utils.items import type_of
from curriculum_utils.items.assessing import GradedItem
from curriculum_utils.items.base import Outcome, Remark, Scored, ScoredTurn, Unscored
from curriculum_utils.items.match_reason import MatchReasonKey
from curriculum_utils.responses.lines import BadLine, decode

FORMAT = 1
OPENING = '<script id="curriculum-feedback" type="application/json">'
CLOSING = "</script>"
MAX_BYTES = 2_000_000  # of the data in one page; sixteen items with two sessions need a tenth of it
MAX_ITEMS = 200

Name = Annotated[str, Field(max_length=200)]
Line = Annotated[str, Field(max_length=20_000)]
# An instructor may give points beyond a maximum, and take some away.
Points = Annotated[float, Field(ge=-1_000_000, le=1_000_000, allow_inf_nan=False)]
Labels = Annotated[tuple[Name, ...], Field(max_length=100)]
Place = Annotated[int, Field(ge=0, le=100_000)]
Spans = Annotated[tuple[tuple[Place, Place], ...], Field(max_length=100)]


class Returned(BaseModel):
    """Frozen; a key that a later version has put in is passed over."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class ReturnedRemark(Returned):
    """What scoring says of an answer, by machine."""

    kind: Literal["trap", "missing", "met", "note"]
    text: Line
    label: Name | None = None


class ReturnedTurn(Returned):
    """What one reply of a session was found to be."""

    met: Labels = ()
    traps: Labels = ()


class ReturnedOutcome(Returned):
    """An outcome less what is not for learners; `credit` is None where nothing could be said by machine.

    `pairs` says of each move of a matching item whether its reason fits.
    """

    credit: Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)] | None = None
    verdict: Line = ""
    met: Labels = ()
    missing: Labels = ()
    traps: Labels = ()
    evidence: dict[Name, Spans] = Field(default_factory=dict[str, tuple[tuple[int, int], ...]])
    remarks: Annotated[tuple[ReturnedRemark, ...], Field(max_length=20)] = ()
    turns: Annotated[tuple[ReturnedTurn, ...], Field(max_length=100)] = ()
    pairs: dict[Name, bool] | None = None

    def outcome(self) -> Outcome:
        """As the page draws it."""
        if self.credit is None:
            return Unscored(self.verdict)
        return Scored(
            credit=self.credit,
            verdict=self.verdict,
            met=self.met,
            missing=self.missing,
            traps=self.traps,
            evidence=self.evidence,
            remarks=tuple(Remark(one.kind, one.text, one.label) for one in self.remarks),
            turns=tuple(ScoredTurn("", "", one.met, one.traps, {}, 0.0, "", 0) for one in self.turns),
        )


class InstructorRemark(Returned):
    """What an instructor says of an answer; `by` and `at` (RFC 3339) are empty where they are not known."""

    text: Line
    by: Name = ""
    at: Name = ""


class ReturnedAnswer(Returned):
    """One graded item as it was graded: the version and the answer, and what scoring gave."""

    id: Name
    digest: Name
    answer: dict[str, object] | None = None
    outcome: ReturnedOutcome | None = None


class ReturnedItem(ReturnedAnswer):
    """The same as it stands in the gradebook. `score` in points, None where there is none yet."""

    score: Points | None = None
    maximum: Points = 0.0
    waiting: bool = False
    by_person: bool = False
    remarks: Annotated[tuple[InstructorRemark, ...], Field(max_length=20)] = ()


class ReturnedPage(Returned):
    """All that came back of one notebook.

    Attributes:
        logs: ids of the response logs that were graded, by which a learner's own page is known.
        submitted: when it was handed in, `made`: when the page was made; RFC 3339 in UTC, or empty.
        score: the notebook's points, a late penalty taken off.
    """

    v: Literal[1] = FORMAT
    module: Name
    notebook: Name
    logs: Annotated[tuple[Name, ...], Field(max_length=20)] = ()
    submitted: Name = ""
    made: Name = ""
    score: Points = 0.0
    maximum: Points = 0.0
    items: tuple[ReturnedItem, ...] = ()

    def item(self, item_id: str) -> ReturnedItem | None:
        return next((one for one in self.items if one.id == item_id), None)


def answer_returned(graded: GradedItem) -> ReturnedAnswer:
    """What may come back of a graded item, before anything is known of the gradebook."""
    outcome = graded.outcome
    return ReturnedAnswer(
        id=graded.item.id,
        digest=graded.item.digest,
        answer=_readable(graded),
        outcome=_scored(graded, outcome) if isinstance(outcome, Scored) else ReturnedOutcome(verdict=outcome.reason),
    )


def _readable(graded: GradedItem) -> dict[str, object] | None:
    """The answer, unless nothing could be read of it."""
    if graded.answer is None:
        return None
    try:
        type_of(graded.item).parse(graded.item, graded.answer)
    except AnswerError:
        return None
    return dict(graded.answer)


def _scored(graded: GradedItem, outcome: Scored) -> ReturnedOutcome:
    # Not outcome.move, which for a choice is the key, and not outcome.review, which is for instructors.
    pairs, key = None, graded.item.key
    if isinstance(key, MatchReasonKey) and graded.answer is not None:
        given = as_mapping(graded.answer.get("pairs"))
        pairs = {left: given.get(left) == right for left, right in key.pairs.items()}
    return ReturnedOutcome(
        credit=outcome.credit,
        verdict=outcome.verdict,
        met=outcome.met,
        missing=outcome.missing,
        traps=outcome.traps,
        evidence={name: tuple(spans) for name, spans in outcome.evidence.items() if spans},
        remarks=tuple(
            ReturnedRemark(kind=one.kind, text=one.text, label=one.label)
            for one in type_of(graded.item).remarks_returned(outcome)
        ),
        turns=tuple(ReturnedTurn(met=one.met, traps=one.traps) for one in outcome.turns),
        pairs=pairs,
    )


def as_script(page: ReturnedPage) -> str:
    """The page's data as an element that nothing in it can end or break out of."""
    text = json.dumps(page.model_dump(mode="json"), sort_keys=True, separators=(",", ":"), allow_nan=False)
    for sign in "<>&":
        # Within JSON these stand in strings alone, where they may be written by their number.
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return f"{OPENING}{text}{CLOSING}"


# nbconvert writes a page's attributes in an order of its own.
_DATA = re.compile(rb"""<script(?=[^<>]*\sid="curriculum-feedback")[^<>]*>([^<]*)</script>""")


def page_in(html: bytes) -> ReturnedPage | None:
    """The data in a feedback page; None where it holds none, or none that can be used. A bad item is left out."""
    found = _DATA.search(html)
    if found is None:
        return None
    try:
        data = decode(found[1], most=MAX_BYTES)
        items = [item for raw in as_list(data.get("items"))[:MAX_ITEMS] if (item := _item(raw)) is not None]
        # `items` are checked one by one, so that one bad one does not cost the others.
        return ReturnedPage.model_validate({**data, "items": ()}).model_copy(update={"items": tuple(items)})
    except (BadLine, ValidationError):
        return None


def _item(raw: object) -> ReturnedItem | None:
    try:
        return ReturnedItem.model_validate(raw)
    except ValidationError:
        return None


def answers_of(raw: Mapping[str, object]) -> dict[str, ReturnedAnswer]:
    """The answers that an autograded notebook's own metadata holds, by item."""
    found: dict[str, ReturnedAnswer] = {}
    for one in as_list(raw.get("items")):
        try:
            answer = ReturnedAnswer.model_validate(one)
        except ValidationError:
            continue  # by another version of this package; the page itself shows the answer all the same
        found[answer.id] = answer
    return found
