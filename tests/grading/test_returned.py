"""The data in a feedback page: what the page says, no more; and what instructors remark."""

import html
import json
import re
from collections.abc import Iterator

import pytest
from nbgrader.api import Gradebook
from nbgrader_course import COHORT, DOUBTFUL, LOOK, SHOW, UNDECIDED, NbgraderCourse
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateTable
from tiny_course import ANSWERS, MODULE, load

from curriculum_utils.content import dumped
from curriculum_utils.grading.gradebook import engine
from curriculum_utils.grading.remarks import REMARK, add_remark, standing_remarks
from curriculum_utils.items.returned import OPENING, ReturnedPage, as_script, page_in

pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")
# Ids, labels and digests are names for programs; whatever is longer a person wrote.
_NAME = re.compile(r"[a-z0-9_:.\-TZ]*")


def back(course: NbgraderCourse, notebook: str = SHOW, learner: str = "ana") -> ReturnedPage:
    page = page_in(course.feedback(learner, notebook).encode())
    assert page is not None
    return page


def strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for child in value.values():
            yield from strings(child)
    elif isinstance(value, list | tuple):
        for child in value:
            yield from strings(child)


def test_each_graded_item_comes_back_with_its_score_and_its_evidence(course: NbgraderCourse):
    course.hand_in("ana", {**ANSWERS, "fs-a-match": {"pairs": {"m1": "r1", "m2": "r3"}}}, collected=True)
    course.autograde()
    page = back(course)
    assert (page.module, page.notebook, page.submitted) == (MODULE, SHOW, "2026-03-01T12:00:00Z")
    # write 3 of 3, spot 2 of 2, match 1 of 3 pairs × 3
    assert [(one.id, one.score, one.maximum) for one in page.items] == [
        ("fs-a-write", 3.0, 3.0),
        ("fs-a-spot", 2.0, 2.0),
        ("fs-a-match", 1.0, 3.0),
    ]
    assert (page.score, page.maximum) == (6.0, 8.0)
    write, match = page.item("fs-a-write"), page.item("fs-a-match")
    assert write is not None
    assert match is not None
    assert write.answer == ANSWERS["fs-a-write"]
    assert write.outcome is not None
    assert write.outcome.evidence
    assert match.outcome is not None
    assert match.outcome.pairs == {"m1": True, "m2": False, "m3": False}
    assert not any(one.waiting or one.by_person for one in page.items)


def test_the_data_says_nothing_that_the_page_does_not_say(course: NbgraderCourse):
    missed = {
        "fs-a-choose": {"option": "a"},
        "fs-a-write": {"text": "What if we made you a plan for the form?"},
        "fs-a-spot": {"trap": "soothes", "marks": [{"turn": "t1", "start": 0, "end": 4}]},
        "fs-a-match": {"pairs": {"m1": "r2"}},
    }
    course.hand_in("ana", missed, collected=True)
    course.autograde()
    for notebook in (LOOK, SHOW):
        text = course.feedback("ana", notebook)
        page = page_in(text.encode())
        assert page is not None
        shown = html.unescape(re.sub(r"<script.*?</script>", "", text))
        shown = " ".join(re.sub(r"<[^>]*>", "", shown).split())
        told = [words for words in strings(page.model_dump(mode="json")) if not _NAME.fullmatch(words)]
        assert told
        for words in told:
            assert " ".join(words.split()) in shown, words


def test_no_graded_key_stands_in_the_data_whatever_was_answered(course: NbgraderCourse):
    items = load(course.root / "curriculum").modules[MODULE].items
    course.hand_in("ana", {**ANSWERS, "fs-a-choose": {"option": "c"}}, collected=True)
    course.hand_in("bo", {"fs-a-spot": {"trap": "soothes"}, "fs-a-match": {"pairs": {"m1": "r2"}}}, collected=True)
    course.autograde()
    for learner in ("ana", "bo"):
        for notebook in (LOOK, SHOW):
            data = back(course, notebook, learner)
            text = as_script(data)
            for item in data.items:
                key = items[item.id].item.key
                assert key is not None
                # Feedback on the option that was chosen is what the page shows as well.
                chosen = "She hears that it is not very serious, this time."
                for words in strings(dumped(key)):
                    assert len(words) < 16 or words == chosen or words not in text, words
    choice = back(course, LOOK).item("fs-a-choose")
    assert choice is not None
    assert choice.outcome is not None
    assert "move" not in choice.outcome.model_dump()


def test_reasons_for_a_person_and_other_learners_names_stay_with_instructors(course: NbgraderCourse):
    course.hand_in("ana", {**ANSWERS, "fs-a-write": {"text": DOUBTFUL}}, signed="bo", collected=True)
    course.autograde()
    text = as_script(back(course))
    assert "It is doubtful." not in text
    assert '"bo"' not in text
    assert "“bo”" not in text
    assert all(one.waiting for one in back(course).items)


def test_a_person_s_score_takes_the_place_of_none(course: NbgraderCourse):
    course.hand_in("ana", {**ANSWERS, "fs-a-write": {"text": UNDECIDED}}, collected=True)
    course.autograde()
    before = back(course).item("fs-a-write")
    assert before is not None
    assert (before.score, before.waiting, before.by_person) == (None, True, False)
    course.decide("ana", "fs-a-write", 2.5)
    after = back(course).item("fs-a-write")
    assert after is not None
    assert (after.score, after.waiting, after.by_person) == (2.5, False, True)


def test_nothing_that_a_learner_wrote_ends_or_opens_the_data(course: NbgraderCourse):
    words = f"</script><!--<script>{OPENING}{{}}</script> & ]]> \u2028"
    course.hand_in("ana", {"fs-a-write": {"text": words}}, collected=True)
    course.autograde()
    page = course.feedback("ana", SHOW)
    assert page.count("<script") == 1
    assert page.count("</script>") == 1
    assert "<!--" not in page
    found = page_in(page.encode())
    assert found is not None
    item = found.item("fs-a-write")
    assert item is not None
    assert item.answer == {"text": words}


def test_an_answer_that_cannot_be_read_does_not_travel(course: NbgraderCourse):
    course.hand_in("ana", {"fs-a-write": {"text": [[[[[[[[["x"]]]]]]]]]}}, collected=True)
    course.autograde()
    item = back(course).item("fs-a-write")
    assert item is not None
    assert (item.answer, item.waiting) == (None, True)


def test_feedback_on_a_module_that_was_graded_before_pages_carried_data_still_tells_the_scores(course: NbgraderCourse):
    course.hand_in("ana", collected=True)
    course.autograde()
    path = course.folders.step("autograded", "ana", MODULE) / f"{SHOW}.ipynb"
    notebook = json.loads(path.read_text("utf-8"))
    del notebook["metadata"]["curriculum_returned"]
    path.write_text(json.dumps(notebook), "utf-8")
    page = back(course)
    assert [(one.score, one.answer, one.outcome) for one in page.items] == [
        (3.0, None, None),
        (2.0, None, None),
        (3.0, None, None),
    ]


# Remarks


def test_a_remark_stands_on_the_page_and_in_its_data_and_the_last_one_counts(course: NbgraderCourse):
    course.hand_in("ana", collected=True)
    course.autograde()
    add_remark(course.db_url, "ana", MODULE, "fs-a-write", "The first.", by="lee")
    add_remark(course.db_url, "ana", MODULE, "fs-a-write", "See <b>sentence two</b>.\nAnd three.", by="lee")
    add_remark(course.db_url, "bo", MODULE, "fs-a-write", "For Bo alone.", by="lee")
    page = course.feedback("ana", SHOW)
    assert "See &lt;b&gt;sentence two&lt;/b&gt;.\nAnd three." in page
    assert "From your instructor (lee)" in page
    assert "The first." not in page
    assert "For Bo" not in page
    item = back(course).item("fs-a-write")
    assert item is not None
    assert [(one.text, one.by) for one in item.remarks] == [("See <b>sentence two</b>.\nAnd three.", "lee")]


def test_a_withdrawn_remark_is_gone_and_another_may_follow(course: NbgraderCourse):
    for text, standing in (("One.", ["One."]), ("", []), ("Two.", ["Two."])):
        add_remark(course.db_url, "ana", MODULE, "fs-a-spot", text, by="lee")
        assert [one.text for one in standing_remarks(course.db_url, "ana", MODULE).values()] == standing


def test_remarks_outlive_a_new_grading_and_nbgrader_goes_on_beside_them(course: NbgraderCourse):
    course.hand_in("ana", collected=True)
    course.autograde()
    add_remark(course.db_url, "ana", MODULE, "fs-a-write", "Stays.", by="lee")
    course.autograde()
    assert "Stays." in course.feedback("ana", SHOW)
    assert "first-steps" in course.run("db", "assignment", "list")
    assert "Stays." in course.feedback("ana", SHOW)


def test_a_gradebook_without_our_table_has_no_remarks(course: NbgraderCourse):
    assert standing_remarks(course.db_url, "ana", MODULE) == {}


def test_the_table_can_be_made_on_postgresql_as_well():
    made = str(CreateTable(REMARK).compile(dialect=postgresql.dialect()))
    assert "id SERIAL NOT NULL" in made


def test_a_comment_in_nbgrader_s_own_box_is_not_lost(course: NbgraderCourse):
    course.hand_in("ana", collected=True)
    course.autograde()
    # nbgrader has no box at a cell that is only graded; one may come from a course where the cell was more than that.
    with Gradebook(course.db_url, COHORT) as gradebook, engine(course.db_url).begin() as connection:
        (notebook,) = [one for one in gradebook.find_submission(MODULE, "ana").notebooks if one.name == SHOW]
        cell = next(grade.cell for grade in notebook.grades if grade.name == "fs-a-spot")
        connection.exec_driver_sql(
            "insert into comment (id, notebook_id, cell_id, manual_comment) values (?, ?, ?, ?)",
            ("c1", notebook.id, cell.id, "From formgrader."),
        )
    assert "From formgrader." in course.feedback("ana", SHOW)
    item = back(course).item("fs-a-spot")
    assert item is not None
    assert [one.text for one in item.remarks] == ["From formgrader."]


# Reading


def test_a_page_without_data_or_with_damaged_data_has_none():
    good = as_script(ReturnedPage(module="m", notebook="n"))
    assert page_in(good.encode()) == ReturnedPage(module="m", notebook="n")
    for bad in ("", "<p>Hello</p>", good.replace('"v":1', '"v":2'), good.replace('"n"', "NaN"), good[:-20], OPENING):
        assert page_in(bad.encode()) is None
    assert page_in(f"{OPENING}{'[' * 100_000}</script>".encode()) is None
    assert page_in(f'{OPENING}{{"module":"m","module":"m","notebook":"n"}}</script>'.encode()) is None
    assert page_in(b"\xff\xfe" + OPENING.encode() + b"\xff</script>") is None


def test_one_item_of_a_wrong_shape_does_not_cost_the_others():
    good = '{"id":"a","digest":"d","score":1,"maximum":2}'
    wrong = (
        "7",
        '{"id":"b"}',
        '{"id":"c","digest":"d","score":1e300}',
        '{"id":"d","digest":"d","remarks":[{"text":7}]}',
    )
    data = f'{{"v":1,"module":"m","notebook":"n","items":[{",".join(wrong)},{good}]}}'
    page = page_in(f"{OPENING}{data}</script>".encode())
    assert page is not None
    assert [one.id for one in page.items] == ["a"]


def test_what_a_later_version_adds_is_passed_over():
    page = page_in(f'{OPENING}{{"v":1,"module":"m","notebook":"n","more":{{"x":1}}}}</script>'.encode())
    assert page == ReturnedPage(module="m", notebook="n")
