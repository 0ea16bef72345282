"""What stands in the notebooks: of the tiny course exactly, of the course that ships by rule."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbgrader import nbgraderformat
from tiny_course import GRADED, MODULE, PRACTICE, edit, load, write_course

from curriculum_utils.content import Course, as_mapping
from curriculum_utils.notebooks import build, built_files, check
from curriculum_utils.notebooks.build import conversation_markdown
from curriculum_utils.notebooks.nbgrader_cells import SCHEMA_VERSION

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "source"
BUILT = sorted(SOURCE.rglob("*.ipynb"))
# Whoever opens a lesson runs its cells: nothing but these three may ever stand in one.
FORMS = re.compile(
    r"from curriculum_utils\.widgets import grade, show"
    r'|show\("[a-z0-9]+(-[a-z0-9]+)*"\)'
    r'|grade\("[a-z0-9]+(-[a-z0-9]+)*"\)'
)
each_notebook = pytest.mark.parametrize("path", BUILT, ids=[str(path.relative_to(ROOT)) for path in BUILT])


@pytest.fixture
def curriculum(tmp_path: Path) -> Path:
    return write_course(tmp_path)


def notebook(curriculum: Path, name: str) -> dict[str, Any]:
    return json.loads(built_files(load(curriculum))[f"{MODULE}/{name}.ipynb"])


def code(cells: list[dict[str, Any]]) -> list[str]:
    return [cell["source"] for cell in cells if cell["cell_type"] == "code"]


def strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for child in value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else ():
        yield from strings(child)


def graded_sentences(course: Course) -> Iterator[str]:
    """Every text in the keys of graded items but labels, ids and the words quoted from a transcript."""
    for module in course.modules.values():
        for authored in module.items.values():
            if authored.item.graded and authored.item.key is not None:
                key = authored.item.key.model_dump(mode="json")
                quotes = {as_mapping(span).get("quote") for span in key.get("spans", [])}
                yield from (text for text in strings(key) if " " in text and text not in quotes)


# The tiny course


def test_a_lesson_becomes_cells_in_its_own_order(curriculum: Path):
    cells = notebook(curriculum, "1-look")["cells"]
    assert [(cell["cell_type"], cell["id"]) for cell in cells] == [
        ("markdown", "prose_0"),
        ("markdown", "vignette_1"),
        ("code", "setup_cell"),  # after the first prose, so that an opened page begins with its title
        ("code", "fs-choose"),
        ("markdown", "prose_3"),
        ("code", "fs-write"),
        ("code", "fs-spot"),
        ("code", "fs-match"),
    ]
    assert code(cells) == [
        "from curriculum_utils.widgets import grade, show",
        'show("fs-choose")',
        'show("fs-write")',
        'show("fs-spot")',
        'show("fs-match")',
    ]


def test_a_graded_item_becomes_an_nbgrader_grade_cell_that_holds_only_its_id(curriculum: Path):
    [cell] = [cell for cell in notebook(curriculum, "2-show")["cells"] if cell["id"] == "fs-a-write"]
    assert cell["source"] == 'grade("fs-a-write")'
    assert cell["outputs"] == []
    assert cell["metadata"] == {
        "curriculum": {"item": "fs-a-write"},
        "deletable": False,
        "editable": False,
        "nbgrader": {
            "cell_type": "code",
            "grade": True,
            "grade_id": "fs-a-write",
            "locked": True,
            "points": 3.0,
            "schema_version": SCHEMA_VERSION,
            "solution": False,
            "task": False,
        },
    }


def test_only_graded_items_carry_nbgrader_metadata(curriculum: Path):
    cells = [cell for name in ("1-look", "2-show") for cell in notebook(curriculum, name)["cells"]]
    assert [cell["id"] for cell in cells if "nbgrader" in cell["metadata"]] == list(GRADED)
    assert [cell["metadata"]["curriculum"]["item"] for cell in cells if "curriculum" in cell["metadata"]] == [
        *PRACTICE,
        *GRADED,
    ]


def test_every_cell_is_kept_from_being_edited_by_accident(curriculum: Path):
    for cell in notebook(curriculum, "1-look")["cells"]:
        assert (cell["metadata"]["editable"], cell["metadata"]["deletable"]) == (False, False)


def test_a_notebook_says_which_module_and_lesson_it_is(curriculum: Path):
    assert notebook(curriculum, "1-look")["metadata"]["curriculum"] == {
        "module": MODULE,
        "notebook": "1-look",
        "title": "Look",
    }


def test_a_lesson_without_exercises_has_no_code(curriculum: Path):
    edit(curriculum, "course.yaml", "{slug: 1-look", "{slug: 3-end, minutes: 1}, {slug: 1-look")
    (curriculum / f"guides/{MODULE}/3-end.md").write_text("---\ntitle: End\n---\n# The end\n", "utf-8")
    assert code(notebook(curriculum, "3-end")["cells"]) == []


def test_a_lesson_that_begins_with_an_exercise_is_set_up_first(curriculum: Path):
    edit(curriculum, f"guides/{MODULE}/2-show.md", "# Show what you can do\n", "")
    assert [cell["id"] for cell in notebook(curriculum, "2-show")["cells"]][:2] == ["setup_cell", "fs-a-choose"]


@pytest.mark.parametrize("name", ["setup", "setup-cell", "prose-0", "vignette-1"])
def test_no_id_of_an_item_can_be_that_of_another_cell(curriculum: Path, name: str):
    # One cell id that stands twice stops nbgrader's whole batch.
    exercise = curriculum / f"exercises/{MODULE}/fs-choose.yaml"
    exercise.rename(exercise.with_name(f"{name}.yaml"))
    edit(curriculum, f"guides/{MODULE}/1-look.md", "{exercise} fs-choose", f"{{exercise}} {name}")
    ids = [cell["id"] for cell in notebook(curriculum, "1-look")["cells"]]
    assert len(set(ids)) == len(ids)


def test_a_vignette_reads_as_a_quoted_conversation(curriculum: Path):
    assert conversation_markdown(load(curriculum).vignettes["the-transcript"]) == (
        "### The first page\n\n"
        "*Ines, 38. Community service.*\n\n"
        "A week later.\n\n"
        "> **Ines:** It is still on the table.\n>\n"
        "> **Therapist:** That sounds heavy. What if you just sent the first page?\n>\n"
        "> **Ines:** I could have done that."
    )


def test_a_turn_over_several_lines_stays_one_quoted_paragraph(curriculum: Path):
    edit(curriculum, "vignettes/the-form.yaml", '"I didn\'t send it. Again."', '"I didn\'t.\\n\\n# Again."')
    assert conversation_markdown(load(curriculum).vignettes["the-form"]).endswith("> **Ines:** I didn't. # Again.")


def test_nothing_of_a_graded_key_is_in_anything_built(curriculum: Path):
    course = load(curriculum)
    built = b"\n".join(built_files(course).values()).decode("utf-8")
    sentences = list(graded_sentences(course))
    # choose 3 feedbacks, write 1 feedback and 2 exemplars, spot 1, match 3
    assert len(sentences) == 10
    assert [text for text in sentences if json.dumps(text, ensure_ascii=False)[1:-1] in built] == []


# The course that ships


@pytest.fixture(scope="module")
def shipped() -> Course:
    return load(ROOT / "curriculum")


def test_what_is_committed_in_source_is_what_the_content_gives(shipped: Course):
    assert [str(difference) for difference in check(shipped, SOURCE)] == []


def test_a_build_elsewhere_gives_the_same_bytes_as_what_is_committed(shipped: Course, tmp_path: Path):
    build(shipped, tmp_path / "source")
    assert check(shipped, tmp_path / "source") == []


def test_there_is_a_notebook_for_each_lesson(shipped: Course):
    lessons = sum(len(module.lessons) for module in shipped.modules.values())
    assert len(BUILT) == lessons > 0


@each_notebook
def test_the_notebook_is_valid_with_ids_of_its_own(path: Path):
    read = nbformat.reads(path.read_text("utf-8"), as_version=nbformat.NO_CONVERT)
    nbformat.validate(read)
    assert (read.nbformat, read.nbformat_minor) == (4, 5)
    ids = [cell.id for cell in read.cells]
    assert len(set(ids)) == len(ids)


@each_notebook
def test_every_code_cell_has_one_of_the_three_fixed_forms(path: Path):
    sources = code(json.loads(path.read_text("utf-8"))["cells"])
    assert [source for source in sources if not FORMS.fullmatch(source)] == []
    assert sources[:1] in ([], ["from curriculum_utils.widgets import grade, show"])


@each_notebook
def test_the_notebook_holds_no_output_and_no_count(path: Path):
    cells = json.loads(path.read_text("utf-8"))["cells"]
    assert all(
        cell["outputs"] == [] and cell["execution_count"] is None for cell in cells if cell["cell_type"] == "code"
    )


@each_notebook
def test_nbgrader_accepts_the_grade_cells_as_they_are(path: Path, caplog: pytest.LogCaptureFixture):
    # Reads and validates, and would raise for an older or newer schema.
    read = nbgraderformat.read(path, as_version=4)
    nbgraderformat.MetadataValidator().validate_nb(read)
    assert nbgraderformat.SCHEMA_VERSION == SCHEMA_VERSION
    assert caplog.text == ""
    for cell in read.cells:
        if "nbgrader" in cell.metadata:
            assert cell.source == f'grade("{cell.metadata.nbgrader.grade_id}")'
            assert cell.id == cell.metadata.nbgrader.grade_id


def test_every_graded_item_has_its_cell_with_its_points(shipped: Course):
    cells = {
        cell["id"]: cell["metadata"]["nbgrader"]["points"]
        for path in BUILT
        for cell in json.loads(path.read_text("utf-8"))["cells"]
        if "nbgrader" in cell["metadata"]
    }
    items = [authored.item for module in shipped.modules.values() for authored in module.items.values()]
    assert cells == {item.id: item.exercise.points for item in items if item.graded}


def test_nothing_of_a_graded_key_is_in_what_is_committed(shipped: Course):
    built = "\n".join(path.read_text("utf-8") for path in sorted(SOURCE.rglob("*.*")))
    sentences = list(graded_sentences(shipped))
    assert sentences
    # As it would stand in JSON, quotes and line ends escaped.
    assert [text for text in sentences if json.dumps(text, ensure_ascii=False)[1:-1] in built] == []


# Where nbgrader's metadata comes from


def test_only_one_file_writes_nbgrader_metadata():
    package = ROOT / "src/curriculum_utils"
    writers = [
        path.relative_to(package).as_posix()
        for path in sorted(package.rglob("*.py"))
        if re.search(r"""\[["']nbgrader["']\] *=[^=]|["']schema_version["']""", path.read_text("utf-8"))
    ]
    assert writers == ["notebooks/nbgrader_cells.py"]
