"""What lint says of a simulated client."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from sample_client import SESSION, document
from tiny_course import edit

Problems = Callable[..., list[str]]
NOOR = "clients/noor.yaml"


@pytest.fixture
def told(curriculum: Path, problems: Problems) -> Callable[[dict[str, Any]], list[str]]:
    """What lint says of a client, with file and line left out."""
    guide = next((curriculum / "guides/first-steps").glob("*.md"))
    guide.write_text(guide.read_text("utf-8") + "\n```{exercise} fs-session\n```\n", "utf-8")
    edit(curriculum, "course.yaml", "slug: 1-look, minutes: 5", "slug: 1-look, minutes: 14")
    (curriculum / "clients").mkdir(exist_ok=True)
    (curriculum / "exercises/first-steps/fs-session.yaml").write_text(SESSION, "utf-8")

    def tell(client: dict[str, Any]) -> list[str]:
        (curriculum / NOOR).write_text(yaml.safe_dump(client, sort_keys=False), "utf-8")
        return [line.split(": ", 1)[1] for line in problems()]

    return tell


Told = Callable[[dict[str, Any]], list[str]]


def test_the_sample_is_clean(told: Told):
    assert told(document()) == []


def changed(part: str, at: int, **values: object) -> dict[str, Any]:
    """The sample with some keys of one state or transition replaced; None takes a key out."""
    client = document()
    entry = client[part][at]
    entry.update(values)
    client[part][at] = {name: value for name, value in entry.items() if value is not None}
    return client


@pytest.mark.parametrize(
    ("client", "said"),
    [
        (document({"start": "garded"}), 'start: no state "garded"; did you mean "guarded"? [dangling]'),
        (changed("states", 0, worn="wery"), 'states.0.worn: no state "wery"; did you mean "weary"? [dangling]'),
        (changed("transitions", 1, to="gon"), 'transitions.1.to: no state "gon"; did you mean "gone"? [dangling]'),
        (
            changed("transitions", 1, **{"from": ["weary", "gone"]}),
            'transitions.1.from: "gone" ends the session; nothing leads on from it [after-the-end]',
        ),
        (
            changed("transitions", 2, when={"trap": "fixes"}),
            'transitions.2.when.trap: no trap "fixes"; did you mean "fixes_it"? [unknown-label]',
        ),
        (
            changed("transitions", 6, when={"met": ["name_weight"]}),
            'transitions.6.when.met.0: no criterion "name_weight"; did you mean "names_weight"? [unknown-label]',
        ),
        (changed("states", 1, id="guarded"), 'states.1.id: a second state "guarded" [duplicate-id]'),
    ],
)
def test_what_points_nowhere_is_told(told: Told, client: dict[str, Any], said: str):
    assert said in told(client)


def test_a_state_that_no_way_leads_to_is_told(told: Told):
    assert told(changed("transitions", 6, to="in-touch")) == [
        'states.6: no way leads to the state "at-rest" [unreachable]'
    ]


def test_states_that_wear_out_into_each_other_are_a_dead_end(told: Told):
    said = told(changed("states", 2, worn="guarded"))
    assert 'states.0.worn: from "guarded" on, `worn` leads round in a circle and to no ending [dead-end]' in said


@pytest.mark.parametrize(
    ("client", "said"),
    [
        (changed("states", 0, late=None), "states.0: needs `worn` (where it leads when all lines are said) and `late`"),
        (changed("states", 5, worn="gone"), "states.5: ends the session, so it has neither `worn` nor `late`"),
        (changed("transitions", 0, when={}), "transitions.0.when: needs `trap`, `met`, `one_of`, `coverage`, `repair`"),
        (
            changed("transitions", 0, when={"trap": "any", "flat": True}),
            "transitions.0.when: asks for a trap, for some",
        ),
        (
            changed("transitions", 0, when={"met": ["asks_open"], "again": True}),
            "transitions.0.when: `again` goes with",
        ),
    ],
)
def test_what_cannot_be_is_told(told: Told, client: dict[str, Any], said: str):
    assert any(line.startswith(said) for line in told(client))


def test_too_few_states_lines_and_endings_are_told(told: Told):
    client = document()
    client["states"] = [
        state for state in client["states"] if state["id"] not in ("testing", "at-rest", "gone", "trusting")
    ]
    for state in client["states"]:
        state["lines"] = state["lines"][:2]
        if "worn" in state:
            state["worn"] = "slammed"
    client["transitions"] = [
        {"from": "any", "when": {"trap": "any"}, "to": "weary"},
        {"from": "any", "when": {"flat": True}, "to": "curious"},
        {"from": "any", "when": {"coverage": 1.0}, "to": "in-touch"},
    ]
    assert told(client) == [
        "12 lines; a client has at least 60 of their own [too-few]",
        "states: 5 states; a client has at least 6 [too-few]",
        "states: a session can end badly in 1 way(s); give it 2 (`ends`, or `late`) [too-few]",
        "states: a session can end well in 1 way(s); give it 2 (`ends`, or `late`) [too-few]",
    ]


def test_a_line_in_two_places_is_told(told: Told):
    assert told(changed("transitions", 2, lines=["guarded 1."])) == ['said in 2 places: "guarded 1." [said-twice]']


def test_a_client_whom_nothing_helps_is_told(told: Told):
    client = document()
    client["transitions"][4:8] = [
        {"from": "any", "when": {"coverage": 0.5}, "to": "curious"},
        {"from": "any", "when": {"flat": True}, "to": "trusting"},
        {"from": "curious", "when": {"met": ["names_weight"]}, "to": "in-touch"},
        {"from": "curious", "when": {"met": ["names_weight"]}, "to": "at-rest"},
    ]
    assert "whole effective moves, one after another, do not bring the session to end well [cannot-go-well]" in told(
        client
    )


def test_a_client_who_is_won_over_by_a_trap_or_by_nothing_is_told(told: Told):
    client = document()
    client["transitions"].insert(0, {"from": "any", "when": {"trap": "soothes"}, "to": "at-rest"})
    client["transitions"].insert(0, {"from": "guarded", "when": {"flat": True}, "to": "in-touch"})
    assert told(client) == [
        "with replies that meet nothing the session ends well [too-easy]",
        "with soothes each time the session ends well [too-easy]",
        "with soothes each time, after everything good the session ends well [too-easy]",
    ]


def test_a_client_of_no_module_and_one_of_no_session_are_told(told: Told, curriculum: Path):
    said = told(document({"module": "last-steps"}))
    assert 'module: no module "last-steps"; did you mean "first-steps"? [dangling]' in said
    edit(curriculum, "exercises/first-steps/fs-session.yaml", "client: noor", "client: nor")
    assert told(document()) == [
        "no exercise is a session with this client; write one [unplaced]",
        'client: no client "nor"; did you mean "noor"? [dangling]',
    ]


def test_a_client_of_another_module_and_a_vignette_beside_a_client_are_told(told: Told, curriculum: Path):
    with (curriculum / "course.yaml").open("a", encoding="utf-8") as file:
        file.write("  - {slug: second-steps, title: Second steps, summary: More.}\n")
    said = told(document({"module": "second-steps"}))
    assert 'client: "noor" is a client of second-steps [other-module]' in said
    edit(curriculum, "exercises/first-steps/fs-session.yaml", "client: noor", "client: noor\nvignette: the-form")
    assert "vignette: takes none: the client opens the session [two-openings]" in told(document())


def test_a_client_kept_for_the_assessment_is_not_practised_with(told: Told):
    assert told(document({"use": "graded"})) == ['client: "noor" is kept for `use: graded` [other-use]']
