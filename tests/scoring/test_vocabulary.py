"""The labels and moves that replies are weighed by."""

import json
from pathlib import Path

import pytest

from curriculum_utils.errors import ContentError, ScoringError
from curriculum_utils.scoring.vocabulary import course_vocabulary, shipped_vocabulary, vocabulary_of

LABEL = "    plain: p\n    hint: h\n"


def course(folder: Path, *, move: str = "{slug: m, kind: effective, title: M, criteria: [b_one, a], why: w}") -> Path:
    (folder / "moves").mkdir()
    (folder / "course.yaml").write_text(
        "title: T\nlicence: L\nmodules:\n  - {slug: two, title: T, summary: S}\n  - {slug: one, title: T, summary: S}\n"
    )
    criteria = "".join(f"  - name: {name}\n{LABEL}    met_when: m\n    not_met_by: n\n" for name in ("b_one", "a"))
    trap = f"  - name: x\n{LABEL}    fallen_into_when: f\n    not_by: n\n"
    (folder / "rubric.yaml").write_text(f'version: "7"\ncriteria:\n{criteria}traps:\n{trap}')
    (folder / "moves/one.yaml").write_text(f"moves:\n  - {move}\n")
    (folder / "moves/shared.yaml").write_text(
        "moves:\n  - {slug: bad, kind: backfires, title: B, trap: x, why: w}\n"
        "  - {slug: s, kind: effective, title: S, criteria: [a], why: w}\n"
    )
    return folder


def test_a_course_gives_its_labels_and_each_modules_effective_moves_in_order(tmp_path: Path):
    found = course_vocabulary(course(tmp_path))
    assert (found.rubric_version, found.labels, found.traps) == ("7", ("b_one", "a", "x"), ("x",))
    # module two has only the shared moves; a module's own stand before the shared ones
    assert found.modules == {"two": {"s": ("a",)}, "one": {"m": ("b_one", "a"), "s": ("a",)}}
    assert list(found.modules) == ["two", "one"]
    assert list(found.modules["one"]) == ["m", "s"]


def test_a_mistake_in_a_move_is_told_at_its_line(tmp_path: Path):
    with pytest.raises(ContentError, match=r"one\.yaml:2: .*slug"):
        course_vocabulary(course(tmp_path, move="{slug: NO, kind: effective, title: M, criteria: [a], why: w}"))


def test_what_is_shipped_is_read_back_as_it_was_written():
    shipped = shipped_vocabulary()
    assert vocabulary_of(json.dumps(shipped.as_json()), "here") == shipped
    assert all(
        set(criteria) <= set(shipped.criteria) for moves in shipped.modules.values() for criteria in moves.values()
    )


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"rubric_version": "1", "criteria": 3}'])
def test_something_else_is_no_vocabulary(text: str):
    with pytest.raises(ScoringError, match="here: not a vocabulary"):
        vocabulary_of(text, "here")
