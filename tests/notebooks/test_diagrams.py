"""Diagrams as the builder draws them."""

import base64
from xml.etree import ElementTree as ET

import pytest
from pydantic import ValidationError

from curriculum_utils.content.models import Diagram
from curriculum_utils.notebooks.diagrams import WIDTH, diagram_markdown, diagram_svg

SVG = "{http://www.w3.org/2000/svg}"
ALT = "Two people hand a weight to and fro, and each of them is sure that the other has to hold it in the end."
PARTS = [
    {"who": "client", "text": "Says <that> nothing & nobody helps, and says it at some length"},
    {"who": "therapist", "text": "Offers a way out"},
    {"who": "client", "text": "Shows why it is closed"},
    {"text": "Somebody sighs"},
]


def diagram(kind: str, **changes: object) -> Diagram:
    return Diagram.model_validate({"kind": kind, "title": "The round", "alt": ALT, "parts": PARTS} | changes)


@pytest.mark.parametrize("kind", ["loop", "polarity", "layers"])
def test_every_word_of_it_is_drawn_within_the_picture(kind: str):
    root = ET.fromstring(diagram_svg(diagram(kind, centre="Nobody began it")))
    drawn = " ".join(part.text or "" for part in root.iter(f"{SVG}tspan"))
    for part in PARTS:
        assert part["text"] in drawn
    height = float(root.attrib["height"])
    boxes = list(root.iter(f"{SVG}rect"))
    assert len(boxes) == len(PARTS) + 1  # and the ground
    for box in boxes:
        x, y, width, high = (float(box.attrib[name]) for name in ("x", "y", "width", "height"))
        assert x >= 0
        assert x + width <= WIDTH
        assert y + high <= height
    assert all(float(line.attrib["y"]) < height for line in root.iter(f"{SVG}tspan"))


def test_it_says_in_words_what_it_shows():
    root = ET.fromstring(diagram_svg(diagram("loop")))
    assert root.findtext(f"{SVG}title") == "The round"
    assert root.findtext(f"{SVG}desc") == ALT
    assert diagram_markdown(diagram("loop")).startswith(f"![{ALT}](data:image/svg+xml;base64,")


def test_brackets_in_its_words_do_not_end_them():
    text = diagram_markdown(diagram("loop", alt=f"{ALT} [And so on]"))
    assert f"![{ALT} (And so on)](data:" in text


def test_the_same_diagram_gives_the_same_bytes():
    assert diagram_svg(diagram("layers")) == diagram_svg(diagram("layers"))


def test_the_picture_in_the_lesson_is_the_drawn_one():
    coded = diagram_markdown(diagram("polarity")).partition("base64,")[2].partition(")")[0]
    assert base64.b64decode(coded).decode() == diagram_svg(diagram("polarity"))


def test_a_loop_s_last_part_leads_back_to_the_first_and_a_line_joins_each_two():
    root = ET.fromstring(diagram_svg(diagram("loop")))
    lines = [path for path in root.iter(f"{SVG}path") if "marker-end" in path.attrib]
    assert len(lines) == len(PARTS)
    assert [("stroke-dasharray" in line.attrib) for line in lines] == [False, False, False, True]


@pytest.mark.parametrize(
    "changes", [{"parts": PARTS[:3]}, {"alt": "Too short."}, {"parts": PARTS[:1]}, {"kind": "spiral"}]
)
def test_what_cannot_be_drawn_is_refused(changes: dict[str, object]):
    with pytest.raises(ValidationError):
        diagram(**{"kind": "polarity"} | changes)
