"""Late rules as instructors write them, and nbgrader's plugin that takes points off; see also `penalties`."""

import math
import re
from dataclasses import dataclass

from nbgrader.plugins import BasePlugin
from traitlets import Unicode

from curriculum_utils.errors import CohortError

NO_RULE = "none"
REFUSE = "refuse"
_SECONDS = {"minute": 60, "hour": 3600, "day": 86400, "week": 604800}
_NUMBER = r"(\d{1,6}(?:\.\d{1,4})?)"
_UNIT = r"(minute|hour|day|week)s?"
_SHARE = re.compile(
    rf"{_NUMBER} ?%(?: (?:per|a|an) (minute|hour|day|week))?"
    rf"(?:,? at most {_NUMBER} ?%)?(?:,? after {_NUMBER} {_UNIT})?"
)
_ZERO = re.compile(rf"0 after {_NUMBER} {_UNIT}")
FORMS = (
    '"none" (late work counts in full), "refuse" (it counts 0), "10% per day, at most 50%" (or per hour, per week; '
    '"…, after 2 hours" lets that much pass), "20%" (once, however late), or "0 after 3 days" (in full until then)'
)


@dataclass(frozen=True)
class LateRule:
    """What lateness costs, as a share of the points earned.

    Attributes:
        text: the rule in one spelling, as it is kept in cohort.yaml.
        share: taken off in each period that has begun, in [0, 1].
        period: its length in seconds; infinite where the share is taken off once.
        most: no more than this is taken off, in [0, 1].
        grace: seconds that pass for on time.
    """

    text: str
    share: float = 0.0
    period: float = math.inf
    most: float = 1.0
    grace: float = 0.0

    def lost(self, seconds_late: float) -> float:
        """The share of the points that is lost, in [0, 1]."""
        counted = seconds_late - self.grace
        if counted <= 0 or self.share == 0:
            return 0.0
        # A period that has begun counts whole: one second late is one day late, as "per day" is commonly read.
        begun = 1 if math.isinf(self.period) else math.ceil(counted / self.period)
        return min(self.share * begun, self.most)

    def penalty(self, score: float, seconds_late: float) -> float | None:
        """The points to take off `score`, four decimals at most; None where none are, as nbgrader writes it."""
        lost = round(float(score) * self.lost(seconds_late), 4)
        return min(lost, float(score)) if lost > 0 else None


def parse_late(text: str) -> LateRule:
    """The rule that an instructor wrote; see FORMS.

    Raises:
        CohortError: it is none of the forms, or its numbers make no sense.
    """
    said = " ".join(text.lower().split())
    if said == NO_RULE:
        return LateRule(NO_RULE)
    if said == REFUSE:
        return LateRule(REFUSE, share=1.0)
    if found := _ZERO.fullmatch(said):
        return LateRule(f"0 after {_span(found[1], found[2])}", share=1.0, grace=float(found[1]) * _SECONDS[found[2]])
    if (found := _SHARE.fullmatch(said)) is None:
        raise CohortError(f'--late "{text}" is no late rule; write one of {FORMS}')
    return _share_rule(text, *found.groups())


def _share_rule(
    text: str, percent: str, per: str | None, most: str | None, grace: str | None, unit: str | None
) -> LateRule:
    share, limit = float(percent), 100.0 if most is None else float(most)
    if not 0 < share <= 100 or not 0 < limit <= 100:
        raise CohortError(f'--late "{text}": a percentage is above 0 and at most 100')
    if per is None and most is not None:
        raise CohortError(f'--late "{text}": “at most” goes with “per day”, hour or week; without, {percent}% is all')
    if limit < share:
        raise CohortError(
            f'--late "{text}": at most {limit:g}% is less than the first {share:g}%; say --late "{most}%"'
        )
    said = f"{share:g}%" + (f" per {per}" if per else "") + (f", at most {limit:g}%" if limit < 100 and per else "")
    pause = 0.0
    if grace is not None and unit is not None:
        said, pause = f"{said}, after {_span(grace, unit)}", float(grace) * _SECONDS[unit]
    return LateRule(said, share / 100, _SECONDS[per] if per else math.inf, limit / 100, pause)


def _span(number: str, unit: str) -> str:
    return f"{float(number):g} {unit}{'' if float(number) == 1 else 's'}"


class LatePenalty(BasePlugin):
    """nbgrader's plugin for `AssignLatePenalties`, by the cohort's rule."""

    rule = Unicode(NO_RULE, help="The cohort's late rule, as in its cohort.yaml.").tag(config=True)

    def late_submission_penalty(self, student_id: str, score: float, total_seconds_late: float) -> float | None:
        """The points to take off a notebook's score; None for none."""
        del student_id
        return parse_late(self.rule).penalty(score, total_seconds_late)
