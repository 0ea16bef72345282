"""The pages in another language: every sentence around the tasks, plural forms and dates; the tasks stay as written."""

from collections.abc import Iterator

import pytest
from browser_pages import Lesson, Server, learners_copy, open_start

GERMAN = {"CURRICULUM_LANGUAGE": "de"}


@pytest.fixture(scope="module")
def german_server() -> Iterator[Server]:
    server = Server(environment=GERMAN)
    yield server
    server.stop()


@pytest.fixture
def german_lesson(german_server: Server, browser, request: pytest.FixtureRequest) -> Iterator[Lesson]:
    yield from learners_copy(german_server, browser, request.node.name)


@pytest.mark.browser
def test_a_learner_goes_from_the_start_page_to_feedback_in_german(german_lesson: Lesson):
    page = open_start(german_lesson)
    assert page.get_attribute("lang") == "de"
    assert "0 von 8 Aufgaben beantwortet" in page.inner_text()
    page.get_by_role("link", name="Beginnen mit: Look").click()
    item = german_lesson.ready().exercise("The form, once more")
    item.get_by_role("button", name="Antwort prüfen").click()
    item.get_by_text("Wählen Sie erst, was Sie sagen würden.").wait_for()
    item.get_by_role("radio", name="That form weighs on you").check()
    item.get_by_role("button", name="Antwort prüfen").click()
    item.get_by_text("Das passt.").wait_for()
    assert item.get_by_role("button", name="Noch einmal versuchen").is_visible()
    german_lesson.page.get_by_role("navigation", name="Über diese Lektion").get_by_text("Lektion 1 von 2").wait_for()
    german_lesson.page.get_by_role("button", name="Ihre Module").click()
    german_lesson.page.get_by_text("1 von 8 Aufgaben beantwortet").wait_for()


@pytest.mark.browser
def test_no_english_sentence_is_left_on_a_german_page(german_lesson: Lesson):
    from curriculum_utils.content.words import catalogue

    page = open_start(german_lesson)
    shown = [page.inner_text()]
    page.get_by_role("button", name="Dieses Modul abgeben").click()
    shown.append(page.inner_text())
    german_lesson.open()
    shown += german_lesson.page.locator(".cu").all_inner_texts()
    german_lesson.open("2-show")
    shown += german_lesson.page.locator(".cu").all_inner_texts()
    lines = {line.strip() for text in shown for line in text.splitlines()}
    german = catalogue("de")
    english = {text for key, text in catalogue("en").items() if isinstance(text, str) and german.get(key) != text}
    assert not lines & english
