"""What the plain pages draw and what their forms save, without a server: each item type, and what goes wrong."""

import shutil
from collections.abc import Callable
from html.parser import HTMLParser
from http import HTTPStatus
from pathlib import Path

import pytest
from pretest_form import BEFORE, FORM_A
from sample_client import TALK_FILES
from tiny_course import ANSWERS, FIX_REPLY, MODULE, REPLY_LABELS, WHOLE_REPLY, build

from curriculum_utils.errors import ScoringError
from curriculum_utils.plain.markup import Html
from curriculum_utils.plain.places import Places
from curriculum_utils.plain.posted import Posted
from curriculum_utils.plain.site import Reply, Site
from curriculum_utils.responses import Drafts, log_path, read_log
from curriculum_utils.scoring import ScriptedScorer
from curriculum_utils.widgets.handing_in import COHORT, COURSE

LABELS = ("names_weight", "names_pattern", "asks_open", "fixes_it", "soothes", "asks_why")
TOKEN = Html('<input type="hidden" name="_xsrf" value="t">')
LOOK, SHOW, TALK = "1-look", "2-show", "3-talk"


class FailingScorer(ScriptedScorer):
    """A scorer whose files are gone."""

    def score(self, replies):
        raise ScoringError("the model is missing.")


class Learner:
    """A learner with a folder of modules, and what they would send."""

    def __init__(self, root: Path, scorer=None) -> None:
        self.folder = root / "robin" / MODULE
        self.drafts = Drafts(root / "drafts")
        scorer = scorer or ScriptedScorer(REPLY_LABELS, known_labels=LABELS)
        self.site = Site(Places(root, "/"), scorer, drafts=self.drafts, learner="robin")

    def see(self, lesson: str = LOOK, **query: str) -> str:
        reply = self.site.get(f"robin/{MODULE}/{lesson}", posted(query), TOKEN)
        assert reply.status == HTTPStatus.OK
        return reply.body

    def send(self, item: str, lesson: str = LOOK, **fields: str) -> Reply:
        names = {"item": item, "attempt": "1", "do": "commit", **{k.replace("_", "-"): v for k, v in fields.items()}}
        return self.site.post(f"robin/{MODULE}/{lesson}", posted(names), TOKEN)

    def home(self, **query: str) -> str:
        return self.site.get("robin/", posted(query), TOKEN).body

    def commits(self, item: str, lesson: str = LOOK, *, assessed: bool = False) -> list[dict]:
        contents = read_log(log_path(self.folder, lesson, assessed=assessed))
        return [dict(event.answer) for event in contents.commits(item)]

    def kinds(self, lesson: str = LOOK, *, assessed: bool = False) -> list[str]:
        return [event.kind for event in read_log(log_path(self.folder, lesson, assessed=assessed)).events]


def posted(fields: dict[str, str]) -> Posted:
    return Posted({name: [value] for name, value in fields.items()})


class Words(HTMLParser):
    """What a page says, and whether its elements are closed in the order in which they were opened."""

    EMPTY = frozenset({"br", "hr", "img", "input", "link", "meta"})

    def __init__(self, page: str) -> None:
        super().__init__()
        self.said: list[str] = []
        self.open: list[str] = []
        self.ids: list[str] = []
        self.feed(page)
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.ids += [value for name, value in attrs if name == "id"]
        if tag not in self.EMPTY:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] not in ("style", "title"):
            self.said.append(data)


def said(page: str) -> str:
    return " ".join(" ".join(Words(page).said).split())


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    course = FORM_A["course.yaml"].replace("minutes: 5}]", "minutes: 5}, {slug: 3-talk, minutes: 18}]")
    return build(tmp_path_factory.mktemp("course"), {**TALK_FILES, **FORM_A, "course.yaml": course})


@pytest.fixture
def learner_with(tmp_path: Path, built: Path) -> Callable[..., Learner]:
    shutil.copytree(built, tmp_path / "robin" / MODULE)
    return lambda scorer=None: Learner(tmp_path, scorer)


@pytest.fixture
def learner(learner_with: Callable[..., Learner]) -> Learner:
    return learner_with()


FORMS = {
    "fs-choose": {"option": "b"},
    "fs-write": {"text": WHOLE_REPLY},
    # "What if you just sent the first page": words 4 to 11 of the turn, counted from 1.
    "fs-spot": {"from_t1_1": "3", "to_t1_1": "10", "trap": "fixes_it"},
    "fs-match": {"pair_m1": "r1", "pair_m2": "r2", "pair_m3": "r3"},
}


@pytest.mark.parametrize("item", FORMS)
def test_a_form_saves_the_answer_that_the_live_page_would(learner: Learner, item: str):
    reply = learner.send(item, **FORMS[item])
    assert (reply.status, reply.location) == (
        HTTPStatus.SEE_OTHER,
        f"/curriculum/plain/robin/{MODULE}/{LOOK}#{item}-answer",
    )
    assert learner.commits(item) == [ANSWERS[item]]
    assert learner.kinds() == ["shown", "commit"]


@pytest.mark.parametrize("item", FORMS)
def test_a_graded_answer_is_saved_again_until_it_is_handed_in_and_nothing_is_said_of_it(learner: Learner, item: str):
    graded = item.replace("fs-", "fs-a-")
    learner.send(graded, SHOW, **FORMS[item])
    learner.send(graded, SHOW, attempt="2", **FORMS[item])
    # The same once more is no new attempt.
    assert learner.commits(graded, SHOW, assessed=True) == [ANSWERS[item]]
    page = said(learner.see(SHOW))
    assert "Your answer is saved. You can change it until you submit." in page
    for word in ("This fits.", "fits:", "Feedback", "Try again", "does not fit", "the trap is here"):
        assert word not in page


def test_another_graded_answer_is_a_new_attempt(learner: Learner):
    learner.send("fs-a-choose", SHOW, option="a")
    learner.send("fs-a-choose", SHOW, option="b", attempt="2")
    assert learner.commits("fs-a-choose", SHOW, assessed=True) == [{"option": "a"}, {"option": "b"}]


def test_the_first_answer_before_the_module_stands(learner: Learner):
    learner.send("fs-0-choose", BEFORE, option="a")
    page = said(learner.see(BEFORE))
    assert "Your answer is saved. Nothing is said of it now" in page
    refused = learner.send("fs-0-choose", BEFORE, option="b", attempt="2")
    assert refused.status == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Your first answer was saved before and stands." in said(refused.body)
    assert learner.commits("fs-0-choose", BEFORE, assessed=True) == [{"option": "a"}]


def test_feedback_marks_the_words_and_names_the_criteria_also_for_those_who_do_not_see_marks(learner: Learner):
    learner.send("fs-write", text=f"{FIX_REPLY} <b>x</b>")
    learner.send("fs-write", text=FIX_REPLY, attempt="2", confidence="3")
    page = learner.see()
    assert f"[trap: {FIX_REPLY}" in said(page)
    assert "Trap: Offers a fix" in said(page)
    assert "Not there yet: Says how much this weighs" in said(page)
    assert "How sure: fairly sure" in said(page)
    assert "Earlier attempts (1)" in said(page)
    assert "<b>x</b>" not in page
    assert learner.commits("fs-write")[-1] == {"text": FIX_REPLY, "confidence": 3}


def test_two_presses_of_one_button_are_one_attempt(learner: Learner):
    for _ in range(2):
        reply = learner.send("fs-choose", option="a")
        assert reply.status == HTTPStatus.SEE_OTHER
    assert learner.commits("fs-choose") == [{"option": "a"}]
    # The next form is another one.
    learner.send("fs-choose", option="a", attempt="2")
    assert len(learner.commits("fs-choose")) == 2


def test_lines_end_as_on_the_live_page(learner: Learner):
    learner.send("fs-write", text="One.\r\n\r\nTwo.")
    assert learner.commits("fs-write") == [{"text": "One.\n\nTwo."}]


def test_to_try_again_gives_the_answer_back_except_where_a_choice_would_be_given_away(learner: Learner):
    learner.send("fs-choose", option="a")
    learner.send("fs-write", text=FIX_REPLY)
    assert "<textarea" not in learner.see()
    assert f"\n{FIX_REPLY}</textarea>" in learner.see(again="fs-write")
    again = learner.see(again="fs-choose")
    assert again.count('name="option"') == 3
    assert 'name="option" value="a" id="fs-choose-field" checked' not in again
    assert "Your earlier version" in said(again)


@pytest.mark.parametrize(
    ("item", "fields", "told"),
    [
        ("fs-choose", {}, "Choose what you would say first."),
        ("fs-choose", {"option": "zz"}, "Your answer could not be saved: no option 'zz' in this item."),
        ("fs-write", {"text": "  \r\n"}, "Write a reply first."),
        ("fs-write", {"text": "x" * 4001}, "It was not saved, because it has 4001 characters, and 4000 is the most."),
        ("fs-spot", {"from_t1_1": "99", "to_t1_1": "x"}, "Mark some words or name the trap first."),
        ("fs-match", {"pair_m1": ""}, "Choose a reason for at least one move first."),
    ],
)
def test_what_cannot_be_saved_is_told_and_stands_in_its_field(learner: Learner, item: str, fields: dict, told: str):
    reply = learner.send(item, **fields)
    assert reply.status == HTTPStatus.UNPROCESSABLE_ENTITY
    assert said(reply.body).count(told) == 2  # above the page, and at the field
    assert "<title>Not done: Look" in reply.body
    assert f'id="{item}-problem"' in reply.body
    assert f'aria-describedby="{item}-problem"' in reply.body
    assert learner.commits(item) == []
    if "text" in fields:
        assert f"\n{fields['text']}</textarea>".replace("\r\n", "\n") in reply.body


def test_a_folder_that_cannot_be_written_is_told_and_the_words_stand_in_their_field(learner: Learner):
    (learner.folder / "responses").write_text("in the way")
    reply = learner.send("fs-write", text="What is it like?")
    assert reply.status == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "All that you saved before is safe. This was not saved: " in said(reply.body)
    assert "\nWhat is it like?</textarea>" in reply.body


def test_without_its_scorer_a_reply_is_saved_and_that_nothing_can_be_said_is_told(
    learner_with: Callable[..., Learner],
):
    learner = learner_with(FailingScorer({}, known_labels=LABELS))
    assert learner.send("fs-write", text="What is it like?").status == HTTPStatus.SEE_OTHER
    assert learner.commits("fs-write") == [{"text": "What is it like?"}]
    assert "Your answer is saved. Feedback could not be shown: the model is missing." in said(learner.see())


def test_words_are_kept_for_later_without_being_sent(learner: Learner):
    reply = learner.send("fs-write", do="keep", text="half a sen", confidence="2")
    assert reply.location.endswith("#fs-write-form")
    assert learner.commits("fs-write") == []
    page = learner.see()
    assert "\nhalf a sen</textarea>" in page
    assert "What you had not sent yet is kept" in said(page)
    assert 'value="2" id="fs-write-confidence-1" checked' in page


def test_several_passages_of_a_turn_are_marked_and_stand_there_again(learner: Learner):
    learner.send("fs-spot", from_t1_1="0", to_t1_1="0", from_t1_2="10", to_t1_2="9")
    # "That", and "first page" although its ends were given the wrong way round.
    assert learner.commits("fs-spot")[0]["marks"] == [
        {"turn": "t1", "start": 0, "end": 4},
        {"turn": "t1", "start": 45, "end": 55},
    ]
    page = learner.see(again="fs-spot")
    # Two passages, and room for a third.
    assert page.count('name="from-t1-') == 3
    assert 'value="9" selected' in page.split('name="from-t1-2"')[1].split("</select>")[0]
    assert "[you marked: That ]" in said(page)


def test_an_item_of_another_lesson_is_not_answered_here(learner: Learner):
    assert learner.send("fs-a-choose", LOOK, option="b").status == HTTPStatus.NOT_FOUND
    assert learner.commits("fs-a-choose", SHOW, assessed=True) == []


def test_a_notebook_that_is_gone_leaves_its_tasks(learner: Learner):
    (learner.folder / f"{LOOK}.ipynb").unlink()
    page = learner.see()
    assert "The text of this lesson cannot be shown: 1-look.ipynb is missing. Its tasks are below" in said(page)
    learner.send("fs-choose", option="b")
    assert learner.commits("fs-choose") == [{"option": "b"}]


@pytest.mark.parametrize("lesson", [BEFORE, LOOK, SHOW, TALK])
def test_a_page_is_whole_and_no_id_stands_twice(learner: Learner, lesson: str):
    page = Words(learner.see(lesson))
    assert sorted(page.ids) == sorted(set(page.ids))
    assert "<script" not in learner.see(lesson)


# A practice session


def talk(learner: Learner, text: str, do: str = "say", turns: str | None = None) -> Reply:
    """Sends what stands in the session's form, with what the learner writes."""
    if turns is None:
        page = learner.see(TALK).split('id="fs-session"')[1]
        turns = page.split('name="turns" value="')[1].split('"')[0].replace("&quot;", '"').replace("&#x27;", "'")
    return learner.send("fs-session", TALK, do=do, text=text, turns=turns)


def test_a_session_is_had_turn_by_turn_to_its_end_and_its_arc_is_told_in_words(learner: Learner):
    for line in ("curious 1.", "trusting 1."):
        assert talk(learner, WHOLE_REPLY).location.endswith("#fs-session-last")
        assert line in said(learner.see(TALK))
    assert talk(learner, WHOLE_REPLY).location.endswith("#fs-session-answer")
    page = said(learner.see(TALK))
    assert "The session ended well, after 3 of your replies." in page
    assert "Curious now (2) Trusting now (3) In-Touch now (4)" in page
    (saved,) = learner.commits("fs-session", TALK)
    assert [turn["state"] for turn in saved["turns"]] == ["curious", "trusting", "in-touch"]
    assert learner.kinds(TALK) == ["shown", "turn", "turn", "turn", "commit"]


def test_one_goes_back_to_a_turn_and_to_the_other_way(learner: Learner):
    talk(learner, FIX_REPLY)
    talk(learner, "", do="back:1")
    page = learner.see(TALK)
    assert "And there's the list." not in said(page)
    assert f"\n{FIX_REPLY}</textarea>" in page
    talk(learner, WHOLE_REPLY)
    assert "curious 1." in said(learner.see(TALK))
    talk(learner, "", do="take:1")
    assert "And there's the list." in said(learner.see(TALK))
    assert [kind for kind in learner.kinds(TALK) if kind != "shown"] == ["turn", "branch", "turn"]


def test_a_session_is_ended_early_but_not_with_words_left_unsaid(learner: Learner):
    talk(learner, WHOLE_REPLY)
    refused = talk(learner, "And now", do="commit")
    assert "what stands in the field has not been said" in said(refused.body)
    assert "\nAnd now</textarea>" in refused.body
    assert talk(learner, "", do="commit").status == HTTPStatus.SEE_OTHER
    assert len(learner.commits("fs-session", TALK)[0]["turns"]) == 1


def test_another_window_that_goes_another_way_takes_nothing_away(learner: Learner):
    talk(learner, FIX_REPLY)
    # A form that was drawn before the first reply was said.
    talk(learner, WHOLE_REPLY, turns="[]")
    page = said(learner.see(TALK))
    assert "curious 1." in page
    assert "Back to another way, 1 turn (1)" in page


def test_a_reply_whose_button_is_pressed_twice_is_said_once(learner: Learner):
    for _ in range(2):
        assert talk(learner, FIX_REPLY, turns="[]").location.endswith("#fs-session-last")
    assert [kind for kind in learner.kinds(TALK) if kind != "shown"] == ["turn"]
    # After going back the same words may be said again.
    talk(learner, "", do="back:1")
    talk(learner, FIX_REPLY)
    assert [kind for kind in learner.kinds(TALK) if kind != "shown"] == ["turn", "branch", "turn"]
    assert said(learner.see(TALK)).count("And there's the list.") == 1


@pytest.mark.parametrize(
    "turns",
    ["[", "7", "[7]", '[{"text": 7}]', '[{"text": "Hm.", "line": "I feel well.", "state": "in-touch"}]', "[" * 10_000],
)
def test_turns_that_this_client_never_took_are_refused_or_forgotten(learner: Learner, turns: str):
    reply = talk(learner, WHOLE_REPLY, turns=turns)
    assert reply.status in (HTTPStatus.UNPROCESSABLE_ENTITY, HTTPStatus.SEE_OTHER)
    for event in read_log(log_path(learner.folder, TALK, assessed=False)).events:
        assert "I feel well." not in str(event.answer)


def test_a_session_goes_on_where_no_draft_can_be_kept(learner: Learner):
    learner.drafts.folder.write_text("in the way")
    reply = talk(learner, WHOLE_REPLY)
    # The reply is in the log, so the page goes on from it, and says that the draft is not kept.
    assert reply.status == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "curious 1." in said(reply.body)
    assert "All that you sent is safe." in said(reply.body)
    turns = reply.body.split('name="turns" value="')[1].split('"')[0].replace("&quot;", '"').replace("&#x27;", "'")
    assert "trusting 1." in said(talk(learner, WHOLE_REPLY, turns=turns).body)


# The start page


def test_the_start_page_counts_what_is_answered_and_leads_on(learner: Learner):
    assert "0 of 14 tasks answered Begin with: Before" in said(learner.home())
    learner.send("fs-0-choose", BEFORE, option="a")
    page = learner.home()
    assert "1 of 14 tasks answered Go on with: Before" in said(page)
    assert f'href="/curriculum/plain/robin/{MODULE}/{LOOK}"' in page


def test_what_is_not_answered_is_named_before_it_is_handed_in(learner: Learner, monkeypatch: pytest.MonkeyPatch):
    for name in (COURSE, COHORT):
        monkeypatch.delenv(name, raising=False)
    fields = {"module": MODULE, "do": "hand-in"}
    asked = learner.site.post("robin/", posted(fields), TOKEN)
    assert asked.location == f"/curriculum/plain/robin/?asking={MODULE}#asking-{MODULE}"
    page = said(learner.home(asking=MODULE))
    assert "Not answered yet, and counted as nothing if you hand in now: The form, once more Your words" in page
    assert "You have also left out 9 tasks without points." in page
    assert not (learner.folder.parent / "to-hand-in").exists()
    done = learner.site.post("robin/", posted(fields | {"do": "hand-in-anyway"}), TOKEN)
    assert done.location == f"/curriculum/plain/robin/#receipt-{MODULE}"
    (file,) = (learner.folder.parent / "to-hand-in").glob("*.zip")
    page = learner.home()
    assert "Put into one file on" in said(page)
    assert f'href="/files/robin/to-hand-in/{file.name.replace("+", "%2B")}"' in page


def test_that_it_was_not_handed_in_is_told(learner: Learner, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv(COURSE, raising=False)
    (learner.folder.parent / "to-hand-in").write_text("in the way")
    reply = learner.site.post("robin/", posted({"module": MODULE, "do": "hand-in-anyway"}), TOKEN)
    assert reply.status == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "It was not handed in: " in said(reply.body)
    assert "Your answers are safe, where they were." in said(reply.body)


def test_a_module_that_is_not_there_is_not_handed_in(learner: Learner):
    reply = learner.site.post("robin/", posted({"module": "../outside", "do": "hand-in-anyway"}), TOKEN)
    assert "There is no such module here. Nothing was handed in." in said(reply.body)


def test_what_is_recorded_is_read_once_and_can_be_read_again(learner: Learner):
    assert "<details open>" in learner.home()
    learner.site.post("robin/", posted({"do": "read"}), TOKEN)
    assert "<details open>" not in learner.home()
    assert "Nothing goes to a service on the internet." in said(learner.home())


def test_an_unknown_address_is_answered_with_what_was_typed(learner: Learner):
    assert learner.site.get("robin/none/1-look", posted({}), TOKEN).status == HTTPStatus.NOT_FOUND
    reply = learner.site.post("robin/none/1-look", posted({"text": "What is it like?"}), TOKEN)
    assert reply.status == HTTPStatus.NOT_FOUND
    assert "\nWhat is it like?</textarea>" in reply.body
