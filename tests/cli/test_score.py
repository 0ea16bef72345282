"""`curriculum score`: one line out for every line in, whatever the line."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from curriculum_utils.cli.score import MAX_LINE_BYTES, score_command
from curriculum_utils.content import words
from curriculum_utils.scoring import shipped_vocabulary

ROOT = Path(__file__).resolve().parents[2]
KEYS = [
    "id",
    "labels",
    "probabilities",
    "evidence",
    "coverage",
    "credit",
    "best_move",
    "review",
    "review_reason",
    "rubric_version",
    "scorer_version",
]
SIDED = (
    "There's a part of you that guards that drawer, and it does that with great skill. "
    "What is it afraid would happen if you sent the letter?"
)


@pytest.fixture(autouse=True)
def _away_from_any_course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def line(**changes: object) -> dict[str, object]:
    return {"id": "a1", "module": "self-sabotage", "client": "I didn't.", "reply": SIDED, "move": None} | changes


def run(*lines: bytes | dict[str, object], args: tuple[str, ...] = ()) -> tuple[list[dict[str, object]], Result]:
    raw = b"\n".join(one if isinstance(one, bytes) else json.dumps(one).encode() for one in lines)
    result = CliRunner().invoke(score_command, list(args), input=raw)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return [json.loads(one) for one in result.stdout.splitlines()], result


def one_error(raw: bytes | dict[str, object]) -> dict[str, object]:
    """The single line out for a bad line, which must not keep the next one from being scored."""
    (bad, good), result = run(raw, line(id="next"))
    assert good["id"] == "next"
    assert "labels" in good
    assert result.exit_code == 1
    return bad


def test_a_line_out_has_the_fixed_keys_in_order():
    (out,), result = run(line())
    assert list(out) == KEYS
    assert list(out["probabilities"]) == list(shipped_vocabulary().labels)
    assert result.exit_code == 0
    assert result.stderr == "1 reply scored, 0 of them for a person to look at.\n"


def test_coverage_credit_and_evidence_follow_from_the_labels():
    (out,), _ = run(line(move="side-with-the-sabotage"))
    assert {"externalizes", "sides_with_it", "asks_protection"} <= set(out["labels"])
    # 3 of 3 criteria, no trap
    assert (out["coverage"], out["credit"], out["best_move"]) == (1.0, 1.0, "side-with-the-sabotage")
    assert set(out["evidence"]) == set(out["labels"])
    (start, end), *_ = out["evidence"]["asks_protection"]
    assert SIDED[start:end] == "What is it afraid would happen if you sent the letter?"


def test_lines_come_out_in_the_order_in_which_they_went_in():
    out, _ = run(*(line(id=f"r{n}", reply=f"What would you notice first, on day {n}?") for n in range(20)))
    assert [one["id"] for one in out] == [f"r{n}" for n in range(20)]


def test_a_line_is_scored_the_same_whatever_stands_around_it():
    (alone,), _ = run(line())
    among, _ = run(line(id="x", reply="Why not?"), line(), b"{", line(id="y", reply=""))
    assert among[1] == alone


def test_the_move_may_be_left_out_and_other_keys_are_ignored():
    given = line(labels=["reassures"], kind="plain")
    del given["move"]
    assert run(given)[0] == run(line())[0]


def test_a_blank_reply_earns_nothing_and_needs_nobody():
    (out,), result = run(line(reply=" "))
    assert (out["labels"], out["coverage"], out["credit"], out["best_move"]) == ([], 0, 0, None)
    assert (out["review"], out["review_reason"], result.exit_code) == (False, None, 0)


def test_a_reply_that_is_not_scored_has_no_credit_at_all():
    (out,), result = run(line(reply="My real client wants to kill herself."))
    assert list(out) == KEYS
    assert (out["labels"], out["coverage"], out["credit"], out["best_move"]) == ([], None, None, None)
    assert (out["review"], out["review_reason"], result.exit_code) == (True, words("review-risk"), 0)


@pytest.mark.parametrize(
    ("raw", "reply_id", "error"),
    [
        (b"{", None, "line 1: not JSON: Expecting property name enclosed in double quotes at character 2"),
        (b"", None, "line 1: empty"),
        (b"[1]", None, "line 1: not a JSON object"),
        (b'"a1"', None, "line 1: not a JSON object"),
        (b'{"id": NaN}', None, "line 1: NaN is not JSON"),
        (b'{"id": "a", "id": "b"}', None, 'line 1: "id" stands twice'),
        (b'{"id": "\xff"}', None, "line 1: not UTF-8 text (invalid start byte at byte 8)"),
        (b"[" * 100_000, None, "line 1: nested too deeply"),
        (b'{"id": ' + b"9" * 10_000 + b"}", None, None),
        (line(id=7), None, 'line 1: "id" must be text'),
        (line(id="\ud800"), None, 'line 1: "id" must be text'),
        ({"module": "self-sabotage"}, None, 'line 1: "id" is missing'),
        ({"id": "a"}, "a", 'line 1: "module" is missing'),
        (line(reply=None), "a1", 'line 1: "reply" must be text'),
        (line(reply=["x"]), "a1", 'line 1: "reply" must be text'),
        (line(reply="x\udc00"), "a1", 'line 1: "reply" holds half a character (a lone surrogate)'),
        (line(client=3), "a1", 'line 1: "client" must be text'),
        (line(move=3), "a1", 'line 1: "move" must be text or null'),
        (line(module="self-sabotag"), "a1", 'line 1: no module "self-sabotag"; did you mean "self-sabotage"?'),
        (
            line(move="side-with-sabotage"),
            "a1",
            (
                'line 1: no effective move "side-with-sabotage" in module "self-sabotage"; '
                'did you mean "side-with-the-sabotage"?'
            ),
        ),
        (line(move="reassure"), "a1", None),  # a move that backfires is nothing to ask for
        (line(module="\ud800"), "a1", 'line 1: "module" holds half a character (a lone surrogate)'),
    ],
)
def test_a_bad_line_is_told_and_the_rest_is_scored(
    raw: bytes | dict[str, object], reply_id: str | None, error: str | None
):
    bad = one_error(raw)
    assert list(bad) == ["id", "error"]
    assert bad["id"] == reply_id
    assert str(bad["error"]).startswith("line 1: ")
    if error is not None:
        assert bad["error"] == error


def test_a_huge_line_is_refused_and_the_next_one_is_scored():
    bad = one_error(line(reply="x " * MAX_LINE_BYTES))
    assert bad == {"id": None, "error": "line 1: longer than 1,000,000 bytes"}


def test_the_number_of_bad_lines_ends_the_run():
    _, result = run(b"{", line(), b"[")
    assert result.stderr == "1 reply scored, 0 of them for a person to look at. 2 lines could not be read.\n"
    assert result.exit_code == 1


def test_windows_line_ends_and_a_byte_order_mark_are_no_mistake():
    raw = b"\xef\xbb\xbf" + json.dumps(line()).encode() + b"\r"
    assert run(raw)[0] == run(line())[0]


def test_no_lines_in_no_lines_out():
    result = CliRunner().invoke(score_command, [], input=b"")
    assert (result.stdout, result.exit_code) == ("", 0)


def a_course(folder: Path, criteria: str = "[externalizes]") -> Path:
    root = folder / "curriculum"
    (root / "moves").mkdir(parents=True)
    (root / "course.yaml").write_text("title: T\nlicence: L\nmodules:\n  - {slug: own, title: T, summary: S}\n")
    (root / "moves/own.yaml").write_text(
        f"moves:\n  - {{slug: m, kind: effective, title: M, criteria: {criteria}, why: w}}\n"
    )
    criterion = "  - {{name: {0}, plain: does {0}, met_when: m, not_met_by: n, hint: h}}\n"
    trap = "  - {name: reassures, plain: p, fallen_into_when: f, not_by: n, hint: h}\n"
    names = "".join(criterion.format(name) for name in ("externalizes", "sings_along"))
    (root / "rubric.yaml").write_text(f'version: "2"\ncriteria:\n{names}traps:\n{trap}')
    return folder


def test_the_course_above_the_current_folder_gives_modules_and_labels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    inside = a_course(tmp_path) / "notes"
    inside.mkdir()
    monkeypatch.chdir(inside)
    (out,), _ = run(line(module="own", move="m"))
    # of the labels found only that which this course's rubric has
    assert (out["labels"], out["coverage"], out["best_move"]) == (["externalizes"], 1.0, "m")
    (refused,), _ = run(line())
    assert refused["error"] == 'line 1: no module "self-sabotage"; allowed: own'


def test_a_course_can_be_named(tmp_path: Path):
    root = a_course(tmp_path / "elsewhere")
    (out,), _ = run(line(module="own"), args=("--course", str(root)))
    assert out["best_move"] == "m"


def test_a_criterion_that_the_scorer_has_not_learnt_leaves_the_reply_to_a_person(tmp_path: Path):
    root = a_course(tmp_path / "elsewhere", criteria="[externalizes, sings_along]")
    (out,), _ = run(line(module="own"), args=("--course", str(root)))
    assert (out["coverage"], out["credit"], out["best_move"], out["review"]) == (None, None, None, True)
    assert words("unlearnt-labels", labels="does sings_along") in str(out["review_reason"])


@pytest.mark.parametrize("command", [["-m", "curriculum_utils.cli"], None], ids=["python -m", "curriculum"])
def test_the_installed_command_reads_and_writes_bytes(command: list[str] | None):
    curriculum = Path(sys.executable).with_name("curriculum")
    start = [sys.executable, *command] if command else [str(curriculum)]
    raw = json.dumps(line(id="é", client="…"), ensure_ascii=False).encode() + b"\nnonsense\n"
    done = subprocess.run([*start, "score"], input=raw, capture_output=True, check=False, cwd=ROOT)
    first, second = (json.loads(one) for one in done.stdout.decode("utf-8").splitlines())
    assert (first["id"], first["best_move"]) == ("é", "side-with-the-sabotage")
    assert second == {"id": None, "error": "line 2: not JSON: Expecting value at character 1"}
    assert done.returncode == 1
    assert done.stderr.decode() == "1 reply scored, 0 of them for a person to look at. 1 line could not be read.\n"
