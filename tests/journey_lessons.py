"""One learner's way through one module on the page: from the start page through every task to the receipt."""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from journey_hands import MOST_TABS_FROM_THE_TOP, Hands, Keys, exactly
from journey_script import Desk, touched, words_of

from curriculum_utils.content import Item, ReleasedModule, load_release, words
from curriculum_utils.items import SCHEMAS, Scored
from curriculum_utils.items.practice_session import SessionTurn, shown_turns
from curriculum_utils.responses import log_path, read_log

Answer = Mapping[str, object]
SAVED = {
    "graded": "Your answer is saved. You can change it until you submit.",
    "pretest": "Your answer is saved. Nothing is said of it now;",
}
SLOW = 60_000  # ms, for a lesson whose kernel starts, or for nbgrader


def squeezed(text: str) -> str:
    return " ".join(text.split())


class Way:
    """A learner on a page, with the hands that they use; `typed` is what they answered, by item, attempt by attempt."""

    def __init__(self, page, hands: Hands, desk: Desk, home: Path, learner: str, module: str) -> None:
        self.page, self.hands, self.desk, self.learner = page, hands, desk, learner
        self.home, self.folder = home, home / module
        self.release: ReleasedModule = load_release(self.folder, SCHEMAS)
        self.typed: dict[str, list[Answer]] = {}
        self._done = 0

    @contextmanager
    def step(self, what: str) -> Iterator[None]:
        """Whatever fails in here says at which step, and where a picture of the page lies."""
        try:
            yield
        except Exception as error:
            picture = Path(tempfile.mkdtemp(prefix="curriculum-journey-")) / "page.png"
            self.page.screenshot(path=picture)
            raise AssertionError(
                f"{self.learner}, {self.release.module}, {what}: {error}\nPicture: {picture}"
            ) from error

    @property
    def panel(self):
        return self.page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)")

    # The start page

    @property
    def card(self):
        return self.panel.get_by_role("region", name=exactly(self.release.title))

    def start_page(self) -> None:
        self.card.wait_for(timeout=SLOW)

    def wears(self, scheme: str) -> None:
        """JupyterLab's theme follows what the browser asks for."""
        light = {"light": "true", "dark": "false"}[scheme]
        self.page.locator(f'body[data-jp-theme-light="{light}"]').wait_for(state="attached")

    def confirm_notice(self) -> None:
        with self.step("the notice"):
            first = self.panel.get_by_text("Each answer that you save is kept with its time")
            first.wait_for()
            self.hands.press(self.panel.get_by_role("button", name="I have read this"))
            first.wait_for(state="hidden")

    def answer_all(self, scheme: str) -> None:
        """Every lesson in turn, in the theme that was asked for."""
        notebooks = self.release.notebooks
        with self.step("beginning"):
            self.hands.press(self.card.get_by_role("link", name=exactly(f"Begin with: {notebooks[0].title}")))
        for number, notebook in enumerate(notebooks):
            with self.step(notebook.slug):
                self.lesson_ready(notebook.title, number)
                self.wears(scheme)
            for item in self.release.items_of(notebook.slug):
                with self.step(f"{notebook.slug}, {item.id}"):
                    self.answer(item)
                    self._done += 1
            with self.step(f"from {notebook.slug} on"):
                self._onward(number)

    def _onward(self, number: int) -> None:
        """To the next lesson, half way and at the end by the start page; by keyboard below the lesson, else above."""
        rest, by_keyboard = self.release.notebooks[number + 1 :], isinstance(self.hands, Keys)
        if rest and number != len(self.release.notebooks) // 2:
            self._button(f"Go on with: {rest[0].title}" if by_keyboard else "Next lesson")
            return
        self._button("Your modules" if not by_keyboard else "See all lessons" if rest else "Go on to hand in")
        self.start_page()
        total = len(self.release.items)
        self.card.get_by_text(f"{self._done} of {total} tasks answered", exact=True).wait_for(timeout=SLOW)
        if rest:
            self.hands.press(self.card.get_by_role("link", name=exactly(f"Go on with: {rest[0].title}")))

    def _button(self, name: str) -> None:
        self.hands.press(self.panel.get_by_role("button", name=exactly(name)))

    def lesson_ready(self, title: str, number: int) -> None:
        lesson = self.page.locator('.jp-NotebookPanel[data-lesson="ready"]:not(.lm-mod-hidden)').filter(
            has=self.page.get_by_role("heading", name=exactly(title), level=1)
        )
        lesson.wait_for(timeout=SLOW)
        lesson.get_by_text(f"Lesson {number + 1} of {len(self.release.notebooks)}", exact=True).wait_for()
        tasks = [item.exercise.title for item in self.release.items_of(self.release.notebooks[number].slug)]
        lesson.get_by_role("region", name=exactly(tasks[-1])).wait_for()
        assert lesson.locator("section.cu").get_by_role("heading", level=2).all_inner_texts() == tasks

    def hand_in(self) -> str:
        """Hands the module in and returns what the receipt says."""
        with self.step("handing in"):
            self.card.get_by_text("Everything is answered.").wait_for()
            self.hands.press(self.card.get_by_role("button", name="Hand in this module"))
            receipt = self.card.get_by_text("Handed in on")
            receipt.wait_for(timeout=SLOW)
            return squeezed(receipt.inner_text())

    def look_for_feedback(self) -> list[str]:
        """Asks for feedback and returns the titles of what came."""
        with self.step("feedback"):
            button = self.card.get_by_role("button", name="Look whether feedback has come", disabled=False)
            self.hands.press(button)
            self.card.get_by_role("heading", name="Your feedback has come back").wait_for(timeout=SLOW)
            rows = self.card.locator(".cu-start-feedback").get_by_role("listitem").all()
            return [row.get_by_role("link").first.inner_text() for row in rows]

    def told_points(self) -> str:
        """What the start page says of the points that came back."""
        return squeezed(self.card.locator(".cu-start-total").inner_text())

    def open_feedback(self) -> None:
        """The page that came back for the assessment shows, and each answer in the lesson says what came of it."""
        *_, last = self.release.notebooks
        self.hands.most_tabs = MOST_TABS_FROM_THE_TOP
        with self.step("opening the feedback as a page"):
            self.hands.press(self.card.get_by_role("link", name=exactly(f"{last.title} as a page")))
            self.page.get_by_role("heading", name=last.title).first.wait_for(timeout=SLOW)
            self.page.go_back()
            self.card.locator(".cu-start-feedback").wait_for(timeout=SLOW)
        with self.step("opening the lesson that came back"):
            row = self.card.locator(".cu-start-feedback").get_by_role("link", name=exactly(last.title))
            self.hands.press(row)
            self.lesson_ready(last.title, len(self.release.notebooks) - 1)
            graded = sum(item.graded for item in self.release.items_of(last.slug))
            assert self.panel.locator(".cu-came-back:not(:empty)").count() == graded

    # Tasks

    def answer(self, item: Item) -> None:
        # By its place, which `lesson_ready` has looked at: to look for a region by its name takes a large page long.
        place = [one.id for one in self.release.items_of(item.notebook)].index(item.id)
        card = self.panel.locator("section.cu").nth(place)
        assert squeezed(card.get_by_role("heading", level=2).inner_text()) == squeezed(item.exercise.title)
        for attempt, scripted in enumerate(self.desk.answers(self.learner, self.release, item), 1):
            if attempt > 1:
                self.hands.press(card.get_by_role("button", name="Try again"))
            answer = self._give(card, item, scripted, attempt)
            self.typed.setdefault(item.id, []).append(answer)
            if item.assessed:
                self._sees_no_feedback(card, item)
            else:
                self._sees_feedback(card, item, answer, attempt)
            assert card.evaluate("(card) => card.contains(document.activeElement)"), "the focus is lost"

    def _give(self, card, item: Item, scripted: Answer, attempt: int) -> Answer:
        """Enters an answer and sends it; what was entered, as the log must hold it."""
        answer = dict(scripted)
        match item.exercise.type:
            case "choose-move":
                text = next(one.text for one in item.exercise.options if one.id == answer["option"])
                self.hands.choose(card.get_by_role("radio", name=exactly(text)))
            case "match-reason":
                self._match(card, item, answer["pairs"])
            case "spot-the-trap":
                if attempt > 1:
                    self.hands.press(card.get_by_role("button", name="Clear marks"))
                answer["marks"] = [self._mark(card, item, mark) for mark in answer["marks"]]
                name = self.release.vocabulary.rubric.plain(answer["trap"])
                self.hands.choose(card.get_by_role("radio", name=exactly(name[:1].upper() + name[1:])))
            case "write-reply":
                self.hands.write(card.get_by_role("textbox"), answer["text"])
            case "practice-session":
                return self._talk(card, item, answer)
        if "confidence" in answer:
            sure = card.get_by_role("group", name="How sure are you?")
            self.hands.choose(sure.get_by_role("radio", name=exactly(words(f"confidence-{answer['confidence']}"))))
        self.hands.press(card.get_by_role("button", name="Save answer" if item.assessed else "Check my answer"))
        return answer

    def _match(self, card, item: Item, pairs: Mapping[str, str]) -> None:
        reasons = {one.id: squeezed(one.text) for one in item.exercise.right}
        for left in item.exercise.left:
            select = card.get_by_role("combobox", name=exactly(self.release.vocabulary.moves[left.move].title))
            shown = [squeezed(text) for text in select.locator("option").all_inner_texts()]
            self.hands.pick(select, next(n for n, text in enumerate(shown) if text[3:] == reasons[pairs[left.id]]))

    def _mark(self, card, item: Item, mark: Mapping[str, object]) -> Mapping[str, object]:
        """Marks the words that these characters touch; what the page must make of it."""
        turns = [turn for turn in item.vignette.turns if turn.who == "therapist"]
        number, text = next((n, turn.text) for n, turn in enumerate(turns, 1) if turn.id == mark["turn"])
        listed = card.get_by_role("listbox", name=exactly(f"Therapist's words, turn {number}")).get_by_role("option")
        places, spans = touched(text, mark["start"], mark["end"]), words_of(text)
        assert listed.count() == len(spans)
        self.hands.mark(listed.all(), places[0], places[-1])
        return {"turn": mark["turn"], "start": spans[places[0]][0], "end": spans[places[-1]][1]}

    def _talk(self, card, item: Item, answer: Answer) -> Answer:
        """Plays a session turn by turn until it ends; the client must answer as they do beside the page."""
        turns: Sequence[Mapping[str, str]] = answer["turns"]
        for number, turn in enumerate(turns, 1):
            # A session that has ended is drawn anew.
            self.hands.write(card.get_by_role("textbox"), turn["text"])
            self.hands.press(card.get_by_role("button", name="Say it"))
            said = card.locator(".cu-from-client .cu-said").filter(visible=True).nth(number)
            said.wait_for(timeout=SLOW)
            assert squeezed(said.inner_text()) == squeezed(turn["line"])
        if not shown_turns(item.client, [SessionTurn.model_validate(turn) for turn in turns])[-1]["ended"]:
            name = "Save the session as it is" if item.assessed else "End the session here"
            self.hands.press(card.get_by_role("button", name=name))
        return answer

    def _sees_no_feedback(self, card, item: Item) -> None:
        card.get_by_text(SAVED[item.exercise.use]).wait_for()
        assert card.get_by_role("button", name="Try again").filter(visible=True).count() == 0
        assert card.locator(".cu-verdict, .cu-sign, .cu-label").filter(visible=True).count() == 0
        seen = squeezed(card.inner_text())
        for sentence in self.desk.told(self.release, item):
            assert sentence not in seen

    def _sees_feedback(self, card, item: Item, answer: Answer, attempt: int) -> None:
        card.get_by_role("status").get_by_text(f"Attempt {attempt} saved at").wait_for()
        card.get_by_role("button", name="Try again").wait_for()
        seen = squeezed(card.get_by_role("group", name="Feedback").inner_text())
        outcome = self.desk.outcome(self.release, item, answer)
        assert squeezed(outcome.verdict if isinstance(outcome, Scored) else outcome.reason) in seen
        if isinstance(outcome, Scored) and item.exercise.type != "match-reason":
            # What the author wrote to say of it: of a choice that of the option that was chosen.
            key = item.key
            told = key.options[answer["option"]].feedback if item.exercise.type == "choose-move" else key.feedback
            assert squeezed(told) in seen
        if item.client is not None:
            card.get_by_role("img", name=f"How open {item.client.client.name} was").wait_for()

    # What stands on disk

    def recorded(self) -> dict[str, list[Answer]]:
        """What the learner's logs hold, by item, commit by commit."""
        found: dict[str, list[Answer]] = {}
        for item in self.release.items.values():
            log = read_log(log_path(self.folder, item.notebook, assessed=item.assessed))
            found[item.id] = [dict(event.answer) for event in log.commits(item.id)]
        return found
