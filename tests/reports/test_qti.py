"""Items as QTI 2.1: well formed, in the specification's order, and worth what they are worth here."""

import io
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest
import tiny_course

from curriculum_utils.errors import CohortError
from curriculum_utils.reports.qti import qti_package

Q = "{http://www.imsglobal.org/xsd/imsqti_v2p1}"
C = "{http://www.imsglobal.org/xsd/imscp_v1p1}"
# imsqti_v2p1.xsd, assessmentItem.Type: a sequence; what we write of it.
ORDER = ["responseDeclaration", "outcomeDeclaration", "itemBody", "responseProcessing", "modalFeedback"]


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("qti")
    tiny_course.write_course(root)
    return root


@pytest.fixture(scope="module")
def items(course: Path) -> dict[str, ElementTree.Element]:
    return unzipped(qti_package(course, tiny_course.MODULE, with_keys=True).content)


def unzipped(content: bytes) -> dict[str, ElementTree.Element]:
    """The items by name, as the manifest lists them; whatever else lies in the package fails."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        manifest = ElementTree.fromstring(archive.read("imsmanifest.xml"))
        assert manifest.tag == f"{C}manifest"
        assert [child.tag for child in manifest] == [
            f"{C}{name}" for name in ("metadata", "organizations", "resources")
        ]
        resources = manifest.findall(f"{C}resources/{C}resource")
        assert {one.get("type") for one in resources} == {"imsqti_item_xmlv2p1"}
        hrefs = [str(one.get("href")) for one in resources]
        assert [one.find(f"{C}file").get("href") for one in resources] == hrefs  # pyright: ignore
        assert sorted(archive.namelist()) == sorted(["imsmanifest.xml", *hrefs])
        return {Path(href).stem: ElementTree.fromstring(archive.read(href)) for href in hrefs}


def test_graded_items_and_their_keys_stay_unless_they_are_asked_for(course: Path):
    found = qti_package(course, tiny_course.MODULE)
    assert set(unzipped(found.content)) == set(tiny_course.PRACTICE)
    assert {one.item for one in found.left_out} == set(tiny_course.GRADED)
    # The graded keys' own sentences end so; none of them is in any file of the package.
    with zipfile.ZipFile(io.BytesIO(found.content)) as archive:
        assert not [name for name in archive.namelist() if b"this time" in archive.read(name)]


def test_with_keys_all_of_them_go(items: dict[str, ElementTree.Element]):
    assert set(items) == {*tiny_course.PRACTICE, *tiny_course.GRADED}


def test_the_same_course_gives_the_same_bytes(course: Path):
    assert qti_package(course, tiny_course.MODULE).content == qti_package(course, tiny_course.MODULE).content


def test_each_item_has_its_parts_in_the_specifications_order(items: dict[str, ElementTree.Element]):
    for name, item in items.items():
        assert item.tag == f"{Q}assessmentItem"
        assert (item.get("identifier"), item.get("adaptive"), item.get("timeDependent")) == (name, "false", "false")
        places = [ORDER.index(child.tag.removeprefix(Q)) for child in item]
        assert places == sorted(places)
        declared = {one.get("identifier") for one in item.findall(f"{Q}responseDeclaration")}
        used = {one.get("responseIdentifier") for one in item.iter() if one.get("responseIdentifier")}
        assert declared == used
        names = [one.get("identifier") for one in item.find(f"{Q}itemBody").iter() if one.get("identifier")]  # pyright: ignore
        assert len(set(names)) == len(names)


def test_a_choice_has_its_options_its_key_and_a_word_on_each(items: dict[str, ElementTree.Element]):
    item = items["fs-choose"]
    choice = item.find(f".//{Q}choiceInteraction")
    assert choice is not None
    assert choice.get("maxChoices") == "1"
    assert [one.get("identifier") for one in choice.findall(f"{Q}simpleChoice")] == ["a", "b", "c"]
    assert item.findtext(f"{Q}responseDeclaration/{Q}correctResponse/{Q}value") == "b"
    told = {one.get("identifier"): "".join(one.itertext()) for one in item.findall(f"{Q}modalFeedback")}
    assert told["a"] == "She hears that it is a matter of logistics."
    assert set(told) == {"a", "b", "c"}
    assert "I didn't send it. Again." in "".join(item.itertext())


def worth(item: ElementTree.Element, answers: dict[str, list[str]]) -> float:
    """The sum of mapResponse over the item's responses, as the specification defines it (7.6, mapping)."""
    total = 0.0
    names = [one.get("identifier") for one in item.findall(f".//{Q}mapResponse")]
    for declared in item.findall(f"{Q}responseDeclaration"):
        if declared.get("identifier") not in names:
            continue
        mapping = declared.find(f"{Q}mapping")
        assert mapping is not None
        values = {one.get("mapKey"): float(one.get("mappedValue", "")) for one in mapping}
        given = answers.get(str(declared.get("identifier")), [])
        value = sum(values.get(one, float(mapping.get("defaultValue", ""))) for one in given)
        value = max(value, float(mapping.get("lowerBound", "")))
        total += min(value, float(mapping.get("upperBound", "inf")))
    return total


def test_a_match_is_worth_a_part_for_each_pair(items: dict[str, ElementTree.Element]):
    right = ["left-m1 right-r1", "left-m2 right-r2", "left-m3 right-r3"]
    assert worth(items["fs-match"], {"RESPONSE": right}) == pytest.approx(3)
    assert worth(items["fs-match"], {"RESPONSE": [*right[:2], "left-m3 right-r1"]}) == pytest.approx(2)
    assert worth(items["fs-match"], {}) == 0


def test_spotting_is_worth_half_for_the_name_and_half_for_the_sentence(items: dict[str, ElementTree.Element]):
    item = items["fs-spot"]
    words = {one.get("identifier"): one.text for one in item.iter(f"{Q}hottext")}
    assert words == {"t1-1": "That sounds heavy.", "t1-2": "What if you just sent the first page?"}
    assert worth(item, {"TRAP": ["fixes_it"], "WORDS": ["t1-2"]}) == 2
    assert worth(item, {"TRAP": ["fixes_it"]}) == 1
    assert worth(item, {"TRAP": ["soothes"], "WORDS": ["t1-2"]}) == 1
    assert worth(item, {"TRAP": ["soothes"], "WORDS": ["t1-1", "t1-2"]}) == 0  # marking everything earns nothing


def test_a_written_reply_tells_the_scorer_and_not_the_learner_what_counts(items: dict[str, ElementTree.Element]):
    item = items["fs-a-write"]
    assert item.find(f"{Q}responseProcessing") is None  # a person scores it
    rubric = item.find(f".//{Q}rubricBlock")
    assert rubric is not None
    assert rubric.get("view") == "scorer"
    for plain in ("says how much this weighs", "says what keeps happening", "asks what it is like"):
        assert plain in "".join(rubric.itertext())
    assert "3 of 3" in "".join(rubric.itertext())
    body = item.find(f"{Q}itemBody")
    assert body is not None
    body.remove(rubric)
    assert "What is it like?" not in "".join(body.itertext())


def test_an_unknown_module_is_refused(course: Path):
    with pytest.raises(CohortError, match=r'no module "first".*first-steps'):
        qti_package(course, "first")
