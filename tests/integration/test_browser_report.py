"""The report in a real browser: nothing sticks out at any width, and nothing is asked for from anywhere."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from report_term import MADE, WHOLE, Term, begin, scripted

from curriculum_utils.reports import write_report

pytestmark = pytest.mark.browser


@pytest.fixture(scope="session")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("report")
    names = "".join(f"learner{n},Maximiliane Antoinette,van den Broeck-{n}\n" for n in range(24))
    term: Term = begin(root, f"id,first_name,last_name\n{names}")
    for n in range(0, 24, 3):
        term.answer(f"learner{n}", "fs-choose", {"option": "a"}, {"option": "b"})
        term.answer(f"learner{n}", "fs-write", {"text": WHOLE})
        term.grade(f"learner{n}", {"fs-a-choose": 1.0, "fs-a-write": n / 8, "fs-a-spot": 1.0, "fs-a-match": 3.0})
    return write_report(term.cohort, root / "out", scorer=scripted(), made=MADE).page


@pytest.fixture
def page(browser) -> Iterator[object]:
    page = browser.new_page()
    yield page
    page.close()


@pytest.mark.parametrize("width", [390, 768, 1280, 1600])
def test_the_page_is_as_wide_as_the_window(report: Path, page, width: int):
    page.set_viewport_size({"width": width, "height": 900})
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(report.as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert asked == [report.as_uri()]


def test_a_printed_page_cuts_no_table_off(report: Path, page):
    # A4 less the margins of the print style is 182 mm, 688 pixels.
    page.set_viewport_size({"width": 688, "height": 900})
    page.emulate_media(media="print")
    page.goto(report.as_uri())
    # What stands in closed details is not printed.
    right = "[...document.querySelectorAll('table,svg')].filter(e => !e.closest('details:not([open])'))"
    edges = page.evaluate(f"{right}.map(e => e.getBoundingClientRect().right)")
    assert len(edges) > 8
    assert max(edges) <= 688


@pytest.mark.parametrize("opened", [0, 8])
def test_axe_has_nothing_to_say(report: Path, page, opened: int):
    page.goto(report.as_uri())
    page.evaluate("most => document.querySelectorAll('details').forEach((one, at) => { one.open = at < most })", opened)
    assert [one["id"] for one in Axe().run(page).response["violations"]] == []


def test_a_learner_s_name_leads_to_their_sheet(report: Path, page):
    page.goto(report.as_uri())
    page.locator("#learners tbody a").first.click()
    assert page.locator("#learner-1").is_visible()
