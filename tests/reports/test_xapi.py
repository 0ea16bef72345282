"""Learning records: valid statements, of nobody in particular, with the same ids each time."""

import json
import re
from pathlib import Path

import pytest
from copied_term import begun
from jsonschema import Draft202012Validator
from report_term import MODULE, WHOLE, Term

from curriculum_utils.errors import CohortError
from curriculum_utils.reports.xapi import statements, statements_json

HOME = "https://learn.example.org"
# From the xAPI 1.0.3 specification, part two, 2.4: what a statement of ours may hold.
IRI = {"type": "string", "pattern": r"^[a-z][a-z0-9+.-]*:[^\s]+$"}
UUID = {"type": "string", "pattern": r"^[0-9a-f]{8}-[0-9a-f]{4}-[1-5][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$"}
LANGUAGES = {"type": "object", "minProperties": 1, "propertyNames": {"pattern": r"^[a-z]{2,3}(-[A-Za-z0-9]+)*$"}}
KINDS = ["true-false", "choice", "fill-in", "long-fill-in", "matching", "performance", "sequencing", "likert"]


def closed(required: list[str], **properties: object) -> dict[str, object]:
    return {"type": "object", "additionalProperties": False, "required": required, "properties": properties}


DEFINITION = closed([], name=LANGUAGES, type=IRI, interactionType={"enum": [*KINDS, "numeric", "other"]})
ACTIVITY = closed(["id"], objectType={"const": "Activity"}, id=IRI, definition=DEFINITION)
NUMBER = {"type": "number"}
SCORE = closed([], scaled={"type": "number", "minimum": -1, "maximum": 1}, raw=NUMBER, min=NUMBER, max=NUMBER)
TRUTH = {"type": "boolean"}
STATEMENT = closed(
    ["id", "actor", "verb", "object"],
    id=UUID,
    actor=closed(
        ["account"],
        objectType={"const": "Agent"},
        account=closed(["homePage", "name"], homePage=IRI, name={"type": "string", "minLength": 1}),
    ),
    verb=closed(["id"], id=IRI, display=LANGUAGES),
    object=ACTIVITY,
    result=closed([], score=SCORE, success=TRUTH, completion=TRUTH),
    context=closed(
        [],
        registration=UUID,
        contextActivities=closed(
            [], parent={"type": "array", "items": ACTIVITY}, grouping={"type": "array", "items": ACTIVITY}
        ),
        extensions={"type": "object", "propertyNames": IRI},
    ),
    timestamp={"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$"},
    version={"const": "1.0.3"},
)


@pytest.fixture(scope="module")
def term(tmp_path_factory: pytest.TempPathFactory) -> Term:
    term = begun(tmp_path_factory.mktemp("xapi"))
    term.late_rule("10%")
    term.answer("ana", "fs-choose", {"option": "a"}, {"option": "b"})
    term.answer("ana", "fs-a-write", {"text": WHOLE, "confidence": 3})
    term.grade("ana", {"fs-a-choose": 1.0, "fs-a-write": 3.0, "fs-a-spot": 1.0, "fs-a-match": 0.0}, late=True)
    term.answer("bo", "fs-a-choose", {"option": "b"})
    term.grade("bo", {"fs-a-choose": 1.0, "fs-a-write": None}, waits=["fs-a-write"])
    return term


def verbs(found: list[dict[str, object]]) -> list[str]:
    return [str(one["verb"]["id"]).rpartition("/")[2] for one in found]  # pyright: ignore


def test_every_statement_is_valid_and_says_what_happened(term: Term):
    found = json.loads(statements_json(statements(term.cohort, home_page=HOME)))
    for one in found:
        Draft202012Validator(STATEMENT).validate(one)
    # ana: three answers, four scores, one completion; bo: an answer, and nothing more while a person is asked.
    assert sorted(verbs(found)) == ["answered"] * 4 + ["completed"] + ["scored"] * 4
    assert len({one["id"] for one in found}) == len(found)


def test_the_schema_would_find_a_fault(term: Term):
    broken = {**statements(term.cohort, home_page=HOME)[0], "timestamp": "yesterday"}
    assert list(Draft202012Validator(STATEMENT).iter_errors(broken))


def test_the_module_s_score_is_the_gradebook_s(term: Term):
    done = next(one for one in statements(term.cohort, home_page=HOME) if verbs([one]) == ["completed"])
    # 5 points less 10 %, of 9: 4.5 of 9
    assert done["result"] == {"completion": True, "score": {"scaled": 0.5, "raw": 4.5, "min": 0.0, "max": 9.0}}
    assert done["timestamp"] == "2026-10-11T18:00:00.000Z"


def test_the_same_facts_give_the_same_bytes(term: Term):
    first = statements_json(statements(term.cohort, home_page=HOME))
    assert first == statements_json(statements(term.cohort, [MODULE], home_page=HOME))


def test_nobody_is_named_and_nobody_s_words_go_out(term: Term):
    text = statements_json(statements(term.cohort, home_page=HOME)).decode()
    for private in ("ana", "Okafor", "bo", WHOLE):
        assert not re.search(rf"\b{re.escape(private)}\b", text)
    assert '"name": "ana"' in statements_json(statements(term.cohort, home_page=HOME, real_ids=True)).decode()


def test_the_secret_behind_the_made_up_names_is_for_the_instructor_alone(term: Term):
    statements(term.cohort, home_page=HOME)
    assert (term.cohort.folder / "secret.key").stat().st_mode & 0o777 == 0o600


def test_a_changed_score_is_another_statement_and_the_others_stay(tmp_path: Path):
    term = begun(tmp_path)
    points = {"fs-a-choose": 1.0, "fs-a-write": 3.0, "fs-a-spot": 1.0, "fs-a-match": 0.0}
    term.grade("ana", points)
    before = {str(one["id"]) for one in statements(term.cohort, home_page=HOME)}
    term.grade("ana", points, manual={"fs-a-match": 2.0})
    after = {str(one["id"]) for one in statements(term.cohort, home_page=HOME)}
    assert len(before & after) == 3  # the other three items
    assert len(after - before) == 2  # the item, and the module


@pytest.mark.parametrize("home", ["learn.example.org", "ftp://x", "https://", "https://a b", ""])
def test_a_home_page_that_is_no_address_is_refused(term: Term, home: str):
    with pytest.raises(CohortError, match="is no address"):
        statements(term.cohort, home_page=home)
