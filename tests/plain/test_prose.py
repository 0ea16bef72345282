"""Markdown of a lesson: its headings in order, and nothing in it that could do anything."""

import json
from pathlib import Path

import pytest

from curriculum_utils.errors import ReleaseError
from curriculum_utils.plain.lesson import Prose, Shown, read_lesson
from curriculum_utils.plain.markup import Html, h
from curriculum_utils.plain.prose import Headings, rendered


def html(text: str) -> str:
    return rendered(text, Headings(), "/files/module/")


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        'a <img src=x onerror="alert(1)"> b',
        "<iframe src='https://example.org'></iframe>",
        "[here](javascript:alert(1))",
        "[here](JaVaScRiPt:alert(1))",
        "[here](vbscript:x)",
        "[here](data:text/html;base64,PHNjcmlwdD4=)",
        "![x](data:text/html;base64,PHNjcmlwdD4=)",
        "![x](data:image/svg+xml,<svg onload=alert(1)>)",
        "<javascript:alert(1)>",
        "[a]: javascript:alert(1)\n\n[a]",
    ],
)
def test_nothing_that_acts_comes_out_of(hostile: str):
    drawn = html(hostile).lower()
    for sign in ("<script", "<img", "<iframe", "<a ", "<svg", "href="):
        assert sign not in drawn, drawn


def test_a_diagram_is_a_picture_with_its_words():
    drawn = html("![Two poles & a rope](data:image/svg+xml;base64,PHN2Zz4=)")
    assert drawn == '<p><img src="data:image/svg+xml;base64,PHN2Zz4=" alt="Two poles &amp; a rope" /></p>\n'


def test_a_picture_beside_the_notebook_is_asked_of_the_server():
    assert 'src="/files/module/one%20two.png"' in html("![x](<one two.png>)")


def test_a_picture_in_place_is_no_way_to_go():
    assert "href" not in html("[here](data:image/svg+xml;base64,PHN2Zz4=)")


def test_a_link_to_another_lesson_leads_to_its_plain_page_and_one_to_a_file_nowhere():
    assert 'href="2-show"' in html("[on](2-show.ipynb)")
    assert 'href="https://example.org"' in html("[out](https://example.org)")
    assert "href" not in html("[file](../keys.yaml)")


def test_headings_skip_no_level_and_only_the_first_is_the_pages_own():
    headings = Headings()
    drawn = rendered("# One\n\n#### Far down\n\n# Two\n\n### Three", headings, "/")
    assert [part[:2] for part in drawn.split("<h")[1:]] == ["1>", "2>", "2>", "3>"]
    assert headings.below == 4


def test_a_table_is_one():
    assert "<table>" in html("| a | b |\n|---|---|\n| 1 | 2 |")


def test_text_is_escaped_wherever_it_stands():
    assert h("p", '<b> & "', title='"><script>') == ('<p title="&quot;&gt;&lt;script&gt;">&lt;b&gt; &amp; &quot;</p>')
    assert h("p", Html("<b>x</b>"), None, ["a", ["<"]]) == "<p><b>x</b>a&lt;</p>"


# The notebook


def notebook(path: Path, *cells: tuple[str, object]) -> Path:
    path.write_text(json.dumps({"cells": [{"cell_type": kind, "source": source} for kind, source in cells]}))
    return path


def test_a_lesson_is_its_prose_and_its_items_in_order_and_each_item_once(tmp_path: Path):
    path = notebook(
        tmp_path / "1-look.ipynb",
        ("markdown", ["# Look\n", "\n", "Here."]),
        ("code", "from curriculum_utils.widgets import grade, show"),
        ("code", 'show("fs-choose")'),
        ("code", 'import os; os.system("true")'),
        ("code", 'show("fs-choose"); show("fs-write")'),
        ("code", ['grade("fs-a-', 'write")']),
        ("code", 'show("fs-choose")'),
        ("raw", "nothing"),
    )
    assert read_lesson(path) == [Prose("# Look\n\nHere."), Shown("fs-choose"), Shown("fs-a-write")]


@pytest.mark.parametrize("text", ["", "[", "[" * 100_000])
def test_that_a_notebook_is_damaged_is_told(tmp_path: Path, text: str):
    path = tmp_path / "1-look.ipynb"
    path.write_text(text)
    with pytest.raises(ReleaseError, match=r"The text of this lesson cannot be shown: 1-look\.ipynb is damaged\."):
        read_lesson(path)


@pytest.mark.parametrize("text", ["[1]", '{"cells": 7}', '{"cells": [7, {"source": {}}]}'])
def test_what_is_no_notebook_has_no_blocks(tmp_path: Path, text: str):
    path = tmp_path / "1-look.ipynb"
    path.write_text(text)
    assert read_lesson(path) == []


def test_a_notebook_that_is_a_link_is_not_read(tmp_path: Path):
    secret = notebook(tmp_path / "secret", ("markdown", "secret"))
    (tmp_path / "1-look.ipynb").symlink_to(secret)
    with pytest.raises(ReleaseError):
        read_lesson(tmp_path / "1-look.ipynb")
