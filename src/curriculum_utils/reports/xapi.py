"""What learners answered and earned as xAPI 1.0.3 statements, for a learning record store.

Source: the xAPI specification, part two (statements) and part three (data processing); verbs are ADL's.
"""

import json
import re
import uuid
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from curriculum_utils.cohorts import Cohort
from curriculum_utils.cohorts.passing import checked_module, counted, rule_of
from curriculum_utils.cohorts.secret import mark
from curriculum_utils.content import Item, canonical_json
from curriculum_utils.errors import CohortError
from curriculum_utils.grading.standing import Standing
from curriculum_utils.reports.attempts import Attempt, read_answers
from curriculum_utils.reports.notices import Notices
from curriculum_utils.reports.releases import Kept, read_releases

Statement = dict[str, object]

_VERBS = "http://adlnet.gov/expapi/verbs/"
_ACTIVITIES = "http://adlnet.gov/expapi/activities/"
_SPACE = uuid.UUID("6a0a1c1e-6d0f-5f0e-9d5c-2f8c6f6a7d11")
_HOME = re.compile(r"^https?://[^\s/$.?#<>\"{}|\\^`][^\s<>\"{}|\\^`]*$")
# Written words, and what has no form of its own in the specification, have no correct pattern.
_INTERACTION = {
    "choose-move": "choice",
    "match-reason": "matching",
    "spot-the-trap": "other",
    "write-reply": "long-fill-in",
    "practice-session": "other",
}


def statements(
    cohort: Cohort, modules: Sequence[str] = (), *, home_page: str, real_ids: bool = False
) -> list[Statement]:
    """One statement for each answer, each final score of an item, and each module that is completed.

    A module's score is the one that counts, of the best hand-in; items are told where that is the last one.

    The same facts give the same statements with the same ids; a changed score gives another statement, as a record
    store keeps what it has. Answers' own words are in none.

    Args:
        modules: all of the gradebook, where empty.
        home_page: the IRI of the system that the account names belong to; activities are named below it.
        real_ids: account names are the roster's ids, instead of made-up ones that stay the same in this cohort.
    Raises:
        CohortError: no such module, or `home_page` is no address.
    """
    if not _HOME.match(home_page):
        raise CohortError(f'"{home_page}" is no address; name the system, as --home-page https://learn.example.org')
    standings = counted(cohort)
    known = list(dict.fromkeys(module for _, module in standings))
    chosen = [checked_module(module, known) for module in dict.fromkeys(modules)] or known
    notices = Notices(cohort.root)
    kept = read_releases(cohort, notices)
    names = {learner.id: learner.full_name for learner in cohort.roster()}
    account = {name: name if real_ids else mark(cohort, "xapi", name)[:32] for name in names}
    writer = _Writer(cohort, kept, home_page.rstrip("/"), account)
    answers = [one for one in read_answers(cohort, names, kept, notices).attempts if one.module in chosen]
    found = [writer.answered(one) for one in answers]
    for (_, module), standing in standings.items():
        if module in chosen and standing.state == "settled":
            found.extend(writer.scored(standing))
    return found


def statements_json(found: Sequence[Statement]) -> bytes:
    """The statements as a JSON list, one on each line, as a record store takes it in one request."""
    lines = ",\n".join(json.dumps(one, ensure_ascii=False, sort_keys=True, allow_nan=False) for one in found)
    return f"[\n{lines}\n]\n".encode() if found else b"[]\n"


class _Writer:
    """Statements of one cohort."""

    def __init__(self, cohort: Cohort, kept: Kept, base: str, account: Mapping[str, str]) -> None:
        self._cohort, self._kept, self._base, self._account = cohort, kept, base, account

    def answered(self, one: Attempt) -> Statement:
        """A committed answer, as often as it was committed; practice as well."""
        extensions = {f"{self._base}/xapi/attempt": one.number, f"{self._base}/xapi/use": one.item.exercise.use}
        return self._statement(
            one.learner, one.module, "answered", self._item(one.item, one.module), at=one.at, extensions=extensions
        )

    def scored(self, standing: Standing) -> list[Statement]:
        """What a graded hand-in came to, item by item and as a whole; nothing of it waits for a person."""
        learner, module, at = standing.learner, standing.module, standing.handed_in
        release = self._kept.module(module)
        found: list[Statement] = []
        for one in standing.items:
            item = release.items.get(one.item) if release else None
            if item is None or one.score is None:
                continue
            result = {"score": _score(one.score, item.exercise.points)}
            found.append(self._statement(learner, module, "scored", self._item(item, module), at=at, result=result))
        score = standing.score if standing.score is not None else 0.0
        result = {"score": _score(score, standing.maximum), "completion": True}
        found.append(self._statement(learner, module, "completed", self._module(module), at=at, result=result))
        if (pass_mark := rule_of(self._cohort, module).pass_mark) is not None and standing.maximum > 0:
            passed = 100 * score / standing.maximum >= pass_mark - 1e-9
            verb = "passed" if passed else "failed"
            result = {"score": _score(score, standing.maximum), "success": passed}
            found.append(self._statement(learner, module, verb, self._module(module), at=at, result=result))
        return found

    def _statement(
        self,
        learner: str,
        module: str,
        verb: str,
        activity: Mapping[str, object],
        *,
        at: datetime | None,
        result: Mapping[str, object] | None = None,
        extensions: Mapping[str, object] | None = None,
    ) -> Statement:
        parent = self._course() if activity["id"] == self._module(module)["id"] else self._module(module)
        context: dict[str, object] = {
            "registration": str(uuid.uuid5(_SPACE, f"{self._cohort.name}\n{module}\n{self._account[learner]}")),
            "contextActivities": {"parent": [parent], "grouping": [self._course()]},
        }
        if extensions:
            context["extensions"] = dict(extensions)
        statement: Statement = {
            "actor": {
                "objectType": "Agent",
                "account": {"homePage": self._base, "name": self._account[learner]},
            },
            "verb": {"id": f"{_VERBS}{verb}", "display": {"en": verb}},
            "object": dict(activity),
            "context": context,
            "version": "1.0.3",
        }
        if result:
            statement["result"] = dict(result)
        if at is not None:
            moment = at.astimezone(UTC).isoformat(timespec="milliseconds")
            statement["timestamp"] = moment.replace("+00:00", "Z")
        return {"id": str(uuid.uuid5(_SPACE, canonical_json(statement))), **statement}

    def _item(self, item: Item, module: str) -> dict[str, object]:
        definition: dict[str, object] = {
            "name": {"und": item.exercise.title},
            "type": f"{_ACTIVITIES}cmi.interaction",
            "interactionType": _INTERACTION.get(item.exercise.type, "other"),
        }
        # An item that was corrected is another activity: its results are not to be added up with those before.
        iri = f"{self._base}/xapi/activities/{module}/{item.id}/{item.digest[:12]}"
        return {"objectType": "Activity", "id": iri, "definition": definition}

    def _module(self, module: str) -> dict[str, object]:
        definition = {"name": {"und": self._kept.titles.get(module, module)}, "type": f"{_ACTIVITIES}module"}
        return {"objectType": "Activity", "id": f"{self._base}/xapi/activities/{module}", "definition": definition}

    def _course(self) -> dict[str, object]:
        title = self._kept.course or self._cohort.name
        definition = {"name": {"und": title}, "type": f"{_ACTIVITIES}course"}
        return {"objectType": "Activity", "id": f"{self._base}/xapi/activities", "definition": definition}


def _score(raw: float, maximum: float) -> dict[str, float]:
    """The score of a statement; extra credit may lift it above the maximum, which the specification allows of none."""
    top = max(maximum, raw)
    score = {"raw": round(raw, 4), "min": 0.0, "max": round(top, 4)}
    return {"scaled": round(raw / top, 4), **score} if top > 0 else score
