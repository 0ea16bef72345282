"""The page to practise again told what the browser tells it, and what the start page says of it."""

import json
from pathlib import Path

import pytest
from again_course import CERTAIN, SURE, WRONG, Learner, right, twin

from curriculum_utils.again import Tally
from curriculum_utils.responses import read_log
from curriculum_utils.widgets.again_page import AgainPage, AgainPart
from curriculum_utils.widgets.lab import AGAIN_PAGE, write_start
from curriculum_utils.widgets.repractice import line_of, trend
from curriculum_utils.widgets.scripts import static
from curriculum_utils.widgets.start_page import state_of


@pytest.fixture
def robin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Learner:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("CURRICULUM_LEARNER", "robin")
    learner = Learner(tmp_path / "robin")
    write_start(learner.home)
    return learner


def commit(page: AgainPage, answer: dict[str, object], number: int = 0) -> None:
    page.cards[number]._handle_custom_msg({"kind": "commit", "token": "t", "answer": answer}, [])


def ask_for_more(page: AgainPage) -> None:
    page.foot._handle_custom_msg({"kind": "more"}, [])


def log(robin: Learner):
    return read_log(robin.home / "practised-again" / "first-steps.jsonl")


def test_a_task_says_why_it_comes_back_and_only_afterwards_what_it_is_about(robin: Learner):
    robin.answers("fs-choose", WRONG, SURE)
    page = AgainPage(robin.home, robin.scorer)
    (task,) = page.head.state["tasks"]
    assert (task["title"], task["how"], task["done"]) == ("The form, once more, Milan", "surely-wrong", False)
    assert "about" not in task
    commit(page, right("fs-choose-milan"))
    (task,) = page.head.state["tasks"]
    assert (task["done"], task["about"]) == (True, "Meet the weight")
    assert task["back"] > task["at"]
    assert page.foot.state["open"] == page.foot.state["more"] == 0


def test_answers_go_to_a_log_of_their_own_and_the_lessons_stays_as_it_was(robin: Learner):
    robin.answers("fs-choose", WRONG, SURE)
    lesson = robin.home / "first-steps" / "responses" / "1-look.practice.jsonl"
    before = lesson.read_bytes()
    commit(AgainPage(robin.home, robin.scorer), {"option": "b", "confidence": CERTAIN})
    assert lesson.read_bytes() == before
    (event,) = log(robin).commits("fs-choose-milan")
    assert dict(event.answer) == {"option": "b", "confidence": CERTAIN}


def test_an_exercise_begins_blank_though_it_was_answered_in_its_lesson_and_in_an_earlier_round(robin: Learner):
    robin.answers("fs-choose-milan", WRONG)
    robin.answers("fs-choose-nora", WRONG, SURE)
    robin.later(days=1).repeats("fs-choose-milan")
    robin.later(days=9).repeats("fs-choose-nora", WRONG, SURE)
    (card,) = (page := AgainPage(robin.home, robin.scorer)).cards
    assert (card.content["id"], card.state["answer"], card.state["attempt"]) == ("fs-choose-milan", None, 0)
    commit(page, {"option": "c"})
    assert (card.state["answer"], card.state["attempt"], card.state["earlier"]) == ({"option": "c"}, 2, [])
    assert [dict(event.answer) for event in log(robin).commits("fs-choose-milan")] == [{"option": "b"}, {"option": "c"}]


def test_how_sure_one_is_is_asked_here_also_where_the_lesson_does_not(robin: Learner):
    robin.answers("fs-spot", {"trap": "soothes", "marks": []})
    (card,) = AgainPage(robin.home, robin.scorer).cards
    assert card.content["id"] == "fs-spot-milan"
    assert card.content["confidence"] is True


def test_looking_for_more_brings_a_new_round(robin: Learner):
    robin.answers("fs-choose", WRONG, SURE)
    page = AgainPage(robin.home, robin.scorer)
    commit(page, right("fs-choose-milan"))
    ask_for_more(page)
    state = page.head.state
    assert (state["round"], state["tasks"], state["missed"]) == (2, [], True)
    assert state["next"]


def test_before_the_first_answer_nothing_is_missed_and_the_start_page_says_nothing(robin: Learner):
    state = AgainPage(robin.home, robin.scorer).head.state
    assert (state["answered"], state["missed"], state["tasks"], state["traps"]) == (False, False, [], [])
    assert state_of(robin.home)["again"] is None


def test_the_start_page_tells_how_many_are_due_and_else_when_the_next_is(robin: Learner):
    robin.answers("fs-choose", WRONG, SURE)
    assert line_of(robin.home) == {"path": AGAIN_PAGE, "due": 1, "next": ""}
    page = AgainPage(robin.home, robin.scorer)
    commit(page, right("fs-choose-milan"))
    assert line_of(robin.home) == {"path": AGAIN_PAGE, "due": 0, "next": page.head.state["next"]}


def test_without_its_page_the_start_page_has_no_way_there(robin: Learner):
    robin.answers("fs-choose", WRONG, SURE)
    (robin.home / AGAIN_PAGE).unlink()
    assert state_of(robin.home)["again"] is None


def test_a_tendency_leads_to_the_section_that_teaches_it(robin: Learner):
    robin.answers("fs-choose", WRONG, SURE)
    (trap,) = AgainPage(robin.home, robin.scorer).foot.state["traps"]
    assert (trap["name"], trap["times"], trap["occasions"]) == ("Offers a fix", 1, 1)
    assert trap["section"] == {"path": "first-steps/1-look.ipynb", "anchor": "Fix-it", "title": "Fix it"}


def test_what_one_module_does_not_teach_is_read_in_another(robin: Learner):
    robin.answers("fs-choose", WRONG, SURE)
    for notebook in (robin.home / "first-steps").glob("*.ipynb"):
        notebook.unlink()
    robin.add(twin())
    (trap,) = AgainPage(robin.home, robin.scorer).foot.state["traps"]
    assert trap["section"]["path"] == "other-steps/1-look.ipynb"


@pytest.mark.parametrize(
    ("times", "occasions", "lately", "lately_of", "said"),
    [
        (3, 5, 0, 0, ""),
        (3, 20, 0, 10, "again-gone"),
        # 2 of 10 before: 2 are to be expected, 4 are more, 3 may be chance.
        (6, 20, 4, 10, "again-more-often"),
        (5, 20, 3, 10, "again-as-often"),
        (8, 20, 2, 10, "again-less"),
        (1, 10, 1, 5, "again-as-often"),
    ],
)
def test_a_change_is_told_only_where_it_is_more_than_one_reply(
    times: int, occasions: int, lately: int, lately_of: int, said: str
):
    assert trend(Tally("x", times, occasions, lately, lately_of, "m")) == said


def test_a_log_that_cannot_be_read_is_told_on_the_page(robin: Learner):
    robin.answers("fs-choose", WRONG, SURE)
    (robin.home / "practised-again" / "first-steps.jsonl").mkdir(parents=True)
    page = AgainPage(robin.home, robin.scorer)
    assert page.head.state["problem"]
    commit(page, right("fs-choose-milan"))
    assert page.cards[0].state["problem"].startswith("All that you saved before is safe. This was not saved:")


def test_the_page_has_every_sentence_that_its_script_asks_for():
    import re

    from curriculum_utils.widgets.again_page import _SENTENCES

    asked = set(re.findall(r'"(again-[a-z0-9-]+[a-z0-9])"', static("again.js"))) - {"again-page"}
    assert {"again-title", "again-fell", "again-next"} <= asked <= set(_SENTENCES)
    assert AgainPart.part.default_value == ""


def test_the_page_is_the_same_file_each_time_and_holds_one_cell_of_a_fixed_form(robin: Learner):
    first = (robin.home / AGAIN_PAGE).read_bytes()
    write_start(robin.home)
    assert (robin.home / AGAIN_PAGE).read_bytes() == first
    notebook = json.loads(first)
    (cell,) = notebook["cells"]
    assert cell["source"] == "from curriculum_utils.widgets import again; again()"
    assert notebook["metadata"]["curriculum"] == {"page": "again"}
