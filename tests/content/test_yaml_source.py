from pathlib import Path

import pytest

from curriculum_utils.content.yaml_source import MAX_BYTES, load_yaml
from curriculum_utils.errors import ContentError

HERE = Path("x.yaml")


def data(text: str) -> object:
    return load_yaml(HERE, text=text).data


def failure(text: str) -> str:
    with pytest.raises(ContentError) as caught:
        load_yaml(HERE, text=text)
    return str(caught.value)


@pytest.mark.parametrize(
    "text", ["no", "yes", "off", "NULL", "True", "12:30", "2026-01-31", "0x10", "0o17", "1_000", "1e3", ".5", "<<", "="]
)
def test_a_word_that_yaml_1_1_would_turn_into_something_else_stays_text(text: str):
    assert data(f"a: {text}\n") == {"a": text}


@pytest.mark.parametrize(
    ("text", "value"),
    [("true", True), ("false", False), ("null", None), ("~", None), ("", None), ("7", 7), ("-7", -7), ("2.50", 2.5)],
)
def test_only_true_false_null_and_decimal_numbers_are_not_text(text: str, value: object):
    assert data(f"a: {text}\n") == {"a": value}


def test_a_number_with_a_leading_zero_is_decimal():
    # SafeLoader reads 010 as octal 8 and fails on 08.
    assert data("a: 010\nb: 08\n") == {"a": 10, "b": 8}


def test_every_key_and_entry_knows_its_line():
    source = load_yaml(HERE, text="a: 1\n\nb:\n  - c: x\n    d: y\n  - {c: z, d: w}\n")
    # 1 a: 1 | 2 | 3 b: | 4 - c: x | 5 d: y | 6 - {c: z, d: w}
    assert source.line(("a",)) == 1
    assert source.line(("b",)) == 3
    assert source.line(("b", 0, "d")) == 5
    assert source.line(("b", 1, "d")) == 6


def test_a_key_that_is_not_there_is_told_at_the_line_of_what_encloses_it():
    source = load_yaml(HERE, text="a: 1\nb:\n  c: x\n")
    assert source.line(("b", "d", 0)) == 2
    assert source.line(("e",)) == 1


def test_lines_count_from_where_the_text_begins_in_its_file():
    assert load_yaml(HERE, text="title: x\nminutes: 3\n", first_line=2).line(("minutes",)) == 3


def test_a_key_that_stands_twice_is_refused_at_its_second_line():
    assert failure("a: 1\nb: 2\na: 3\n") == "x.yaml:3: a: stands twice; keep one of them [duplicate-key]"


def test_a_key_that_stands_twice_deep_inside_is_told_with_its_path():
    assert failure("a:\n  - b: 1\n    b: 2\n") == "x.yaml:3: a.0.b: stands twice; keep one of them [duplicate-key]"


def test_malformed_yaml_is_told_at_its_line():
    assert failure("a: 1\nb: [1, 2\nc: 3\n").startswith("x.yaml:3: not valid YAML: ")


def test_an_unquoted_colon_is_told_at_its_line():
    assert failure("a: 1\ntext: She said: no\n") == (
        "x.yaml:2: not valid YAML: mapping values are not allowed here; check indentation and quotes here [yaml]"
    )


def test_a_tab_for_indentation_is_told_at_its_line():
    assert failure("a:\n\tb: 1\n") == (
        "x.yaml:2: not valid YAML: found character '\\t' that cannot start any token; "
        "check indentation and quotes here [yaml]"
    )


@pytest.mark.parametrize("text", ["a: &x [1]\nb: *x\n", "a: 1\nb: &x [*x]\n"])
def test_an_alias_is_refused_at_its_line(text: str):
    told = failure(text)
    assert told.startswith("x.yaml:2: not valid YAML: a word that begins with `*` is an alias")
    assert "quotes" in told


def test_an_alias_bomb_is_refused_before_it_unfolds():
    # 9 to the power of 9 entries, were it to be unfolded.
    text = "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 10))
    assert failure(text).startswith("x.yaml:2: ")


@pytest.mark.parametrize("value", ["!foo bar", "!!python/object:os.system x", "!!timestamp 2026-01-31", "!!bool maybe"])
def test_a_tag_is_refused_and_nothing_is_constructed(value: str):
    assert failure(f"a: 1\nb: {value}\n") == ("x.yaml:2: b: cannot be read as a value; put the text in quotes [yaml]")


def test_a_number_of_thousands_of_digits_is_refused():
    assert failure(f"a: {'9' * 5000}\n").endswith("cannot be read as a value; put the text in quotes [yaml]")


def test_a_key_that_is_itself_a_mapping_is_refused():
    assert failure("a: 1\n{name}: x\n") == (
        "x.yaml:2: a key must be plain text; put a text that begins with { or [ in quotes [yaml]"
    )


def test_nesting_without_end_is_refused():
    assert failure("a: " + "[" * 5000 + "]" * 5000) == "x.yaml:1: nested too deeply [yaml]"


def test_a_character_that_yaml_cannot_hold_is_refused_in_one_line():
    told = failure("a: b\x00\n")
    assert told.startswith("x.yaml:1: not valid YAML: unacceptable character #x0000")
    assert "\n" not in told


def test_two_documents_in_one_file_are_refused():
    assert failure("a: 1\n---\nb: 2\n").startswith("x.yaml:2: not valid YAML: but found another document")


def test_a_file_that_is_not_utf_8_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    HERE.write_bytes("title: Zoë\n".encode("latin-1"))
    with pytest.raises(ContentError) as caught:
        load_yaml(HERE)
    assert str(caught.value) == (
        "x.yaml:1: not UTF-8 text (invalid continuation byte); save the file as UTF-8 [encoding]"
    )


def test_a_byte_order_mark_is_no_part_of_the_first_key(tmp_path: Path):
    path = tmp_path / "x.yaml"
    path.write_bytes(b"\xef\xbb\xbftitle: x\n")
    assert load_yaml(path).data == {"title": "x"}


def test_a_huge_file_is_refused_before_it_is_parsed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    HERE.write_bytes(b"a: [\n" + b"x" * MAX_BYTES)
    with pytest.raises(ContentError) as caught:
        load_yaml(HERE)
    assert str(caught.value) == "x.yaml:1: the file is larger than 1,000,000 bytes; split it [file-size]"


@pytest.mark.parametrize("text", ["", "\n\n", "# only a comment\n", "---\n"])
def test_an_empty_file_has_no_data(text: str):
    assert data(text) is None
