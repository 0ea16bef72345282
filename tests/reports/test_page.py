"""The page: whole in itself, fit for a screen reader, and safe whatever a learner or a roster is called."""

import itertools
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag
from report_term import MADE, MODULE, WHOLE, Term, begin, scripted

from curriculum_utils.reports import ReportData, assemble, write_report
from curriculum_utils.reports.page import page

HOSTILE = """<script>alert("x")</script>"""
HOSTILE_ROSTER = (
    "id,first_name,last_name\n"
    'ana,"<script>alert(""x"")</script>","$\\frac{1}{2}$ & ]]>"\n'
    'bo,"</title><img src=x onerror=alert(1)>","{{ 7 * 7 }}"\n'
    'cy,"=HYPERLINK(""//x"")",""" onload="\n'
)
ADDRESSED = ("src", "href", "srcset", "data", "action", "poster", "xlink:href")


def text_of(tag: Tag | None) -> str:
    assert tag is not None
    return " ".join(tag.get_text(" ").split())


@pytest.fixture(scope="session")
def html(data: ReportData) -> str:
    return page(data)


@pytest.fixture(scope="session")
def soup(html: str) -> BeautifulSoup:
    return BeautifulSoup(html, "html.parser")


def test_nothing_is_fetched_from_anywhere(soup: BeautifulSoup, html: str):
    targets = [str(tag[name]) for tag in soup.select("*") for name in ADDRESSED if tag.has_attr(name)]
    assert targets
    assert all(target.startswith("#") for target in targets)
    assert "http:" not in html
    assert "https:" not in html
    assert "@import" not in html
    assert re.findall(r"url\((?!#)", html) == []
    assert soup.find_all(["script", "link", "iframe", "object", "embed", "base"]) == []


def test_every_link_has_its_place(soup: BeautifulSoup):
    ids = {str(tag["id"]) for tag in soup.find_all(id=True)}
    links = [*soup.find_all("a", href=True), *soup.find_all("use", href=True)]
    assert [link["href"] for link in links if str(link["href"]).removeprefix("#") not in ids] == []
    assert set(re.findall(r"url\(#([^)]+)\)", str(soup))) <= ids


def test_no_id_stands_twice(soup: BeautifulSoup):
    ids = [str(tag["id"]) for tag in soup.find_all(id=True)]
    assert sorted(ids) == sorted(set(ids))


def test_every_figure_has_a_text_alternative(soup: BeautifulSoup):
    drawings = soup.find_all("svg")
    assert len(drawings) == 4  # points, criteria, traps, first to last
    for drawing in drawings:
        assert drawing["role"] == "img"
        for name in str(drawing["aria-labelledby"]).split():
            assert text_of(soup.find(id=name))
    assert soup.find_all("img") == []


def test_headings_go_down_step_by_step(soup: BeautifulSoup):
    levels = [int(tag.name[1]) for tag in soup.find_all(re.compile("^h[1-6]$"))]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))


def test_every_table_says_what_it_is_and_from_what(soup: BeautifulSoup):
    tables = soup.find_all("table")
    assert len(tables) >= 8
    for table in tables:
        assert text_of(table.find("caption"))
        assert table.find(class_="from") is not None
        assert all(cell.has_attr("scope") for cell in table.find_all("th"))
        # a row that is no group begins with its heading
        rows = [row for body in table.find_all("tbody") for row in body.find_all("tr")]
        assert all(row.find(["th", "td"]).name == "th" for row in rows)


def test_what_can_be_scrolled_can_be_reached_by_keyboard_and_has_a_name(soup: BeautifulSoup):
    for box in soup.find_all(class_="scroll"):
        assert (box["tabindex"], box["role"]) == ("0", "region")
        assert box["aria-label"]


def test_an_answer_that_waits_is_said_and_not_shown_as_zero(soup: BeautifulSoup):
    row = next(row for row in soup.select("#learners tbody tr") if "Smith, Jr." in text_of(row))
    # 4 points after the penalty; 3 of 9 are not decided; 4 of 6 is 67%; answered: two for practice, four graded
    told = "Bo Smith, Jr. bo 4 of 9 3 not decided yet 0.5 taken off, late 1 day late 4 of 9 67% 6 of 8 1"
    assert text_of(row) == told
    first = soup.find(class_="first")
    assert "1 answer waits for a person" in text_of(first)
    assert "None has points yet." in text_of(first)


def test_the_head_says_when_and_from_what(soup: BeautifulSoup):
    head = text_of(soup.find("header"))
    assert "spring" in head
    assert "A tiny course" in head
    assert "22 November 2026, 10:30 UTC" in head
    # ana: two logs, bo: two, cy: two
    assert "6 response logs and 1 kept release" in head
    assert "scorer scripted with rubric 0.1" in head


def test_few_learners_get_no_claim(soup: BeautifulSoup):
    again = text_of(soup.find(id="again"))
    assert "2 learners came back to a practice item 3 times" in again
    assert "too few to say anything about others" in again


def test_names_and_titles_are_shown_as_they_are_written(tmp_path: Path):
    term = begin(tmp_path, HOSTILE_ROSTER)
    for learner in ("ana", "bo", "cy"):
        term.answer(learner, "fs-write", {"text": WHOLE}, {"text": HOSTILE})
    term.grade("ana", {"fs-a-choose": 1.0})
    folder = term.cohort.step("submitted") / "<img src=x onerror=alert(1)>"
    folder.mkdir()
    html = page(assemble(term.cohort, scorer=scripted(), made=MADE))
    soup = BeautifulSoup(html, "html.parser")
    assert soup.find_all(["script", "img"]) == []
    assert not any(tag.has_attr(name) for tag in soup.select("*") for name in ("onload", "onerror"))
    names = [text_of(tag) for tag in soup.select("#learners tbody th")]
    assert names == [
        '<script>alert("x")</script> $\\frac{1}{2}$ & ]]> ana',
        "</title><img src=x onerror=alert(1)> {{ 7 * 7 }} bo",
        '=HYPERLINK("//x") " onload= cy',
    ]
    assert "submitted/spring/<img src=x onerror=alert(1)>" in text_of(soup.find(id="unread"))
    # in the figure too, shortened to its column
    assert '<script>alert("x"…' in text_of(soup.find(id="criteria").find("svg"))


def test_an_empty_term_is_a_whole_page(start: Callable[..., Term]):
    soup = BeautifulSoup(page(start().report()), "html.parser")
    text = text_of(soup.find("main"))
    for sentence in (
        "Nothing is graded yet.",
        "No written reply has been scored yet.",
        "No answer that was scored fell into a trap.",
        "Nobody has come back to a practice item yet.",
        "Everything was read.",
    ):
        assert sentence in text
    assert soup.find_all("svg") == []
    assert "nan" not in text.lower().split()
    assert "None" not in text


def test_a_cohort_to_which_nothing_was_released_is_a_whole_page(term: Term):
    shutil.rmtree(term.cohort.releases)
    shutil.rmtree(term.cohort.step("submitted"))
    term.cohort.gradebook_path.unlink()
    text = text_of(BeautifulSoup(page(term.report()), "html.parser").find("main"))
    assert "No module has been released to this cohort yet." in text
    assert "The gradebook is missing" in text


def test_the_same_term_gives_the_same_page(term: Term, html: str):
    assert page(term.report()) == html


def test_no_learner_s_words_are_in_the_page_or_the_tables(term: Term, tmp_path: Path):
    files = write_report(term.cohort, tmp_path / "out", scorer=scripted(), made=MADE)
    for path in (files.page, *files.tables.values()):
        assert WHOLE not in path.read_text("utf-8")


def test_the_page_and_its_tables_are_written_and_what_stood_there_is_replaced(term: Term, tmp_path: Path):
    out = tmp_path / "reports" / MODULE
    said: list[str] = []
    write_report(term.cohort, out, scorer=scripted(), made=MADE, progress=said.append)
    assert said == ["reading the gradebook", "reading the response logs", "judging 16 answers", "drawing the page"]
    (out / "report.html").write_text("old")
    files = write_report(term.cohort, out, scorer=scripted(), made=MADE)
    assert files.page.read_text("utf-8").startswith("<!DOCTYPE html>")
    tables = (
        "agreement attempts before_and_after confidence criteria item_analysis items learners moves options "
        "reliability session_turns sessions traps traps_when_sure"
    )
    names = [f"{name}.csv" for name in tables.split()]
    assert sorted(path.name for path in out.iterdir()) == sorted([*names, "report.html", "report.xlsx"])
    assert files.notices == ()
