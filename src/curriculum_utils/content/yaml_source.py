"""YAML read with the author's line numbers kept; no schema here.

Plain scalars follow YAML 1.2's core schema, so that `no` and `12:30` in an author's text stay text.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import yaml

from curriculum_utils.errors import ContentError, Problem, display_path

KeyPath = tuple[str | int, ...]
MAX_BYTES = 1_000_000


@dataclass(frozen=True)
class Source:
    """A file's data and where each of its keys stands."""

    path: Path
    data: object
    lines: dict[KeyPath, int]

    def line(self, key: KeyPath) -> int:
        """The line of `key`, or of its nearest enclosing key; 1-based."""
        while key and key not in self.lines:
            key = key[:-1]
        return self.lines.get(key, 1)

    def problem(self, key: KeyPath, message: str, rule: str) -> Problem:
        dotted = ".".join(map(str, key))
        return Problem(display_path(self.path), self.line(key), dotted, message, rule)


class _TextFirstLoader(yaml.SafeLoader):
    """SafeLoader that takes only true/false, null, and decimal numbers for anything but text, and no aliases."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        # Ten lines of nested aliases unfold into gigabytes.
        if self.check_event(yaml.AliasEvent):  # pyright: ignore[reportUnknownMemberType]
            problem = "a word that begins with `*` is an alias, which is not allowed; put the text in quotes"
            mark = self.peek_event().start_mark  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
            raise yaml.MarkedYAMLError(problem=problem, problem_mark=mark)  # pyright: ignore[reportUnknownArgumentType]
        return super().compose_node(parent, index)


_TextFirstLoader.yaml_implicit_resolvers = {}
for _tag, _pattern, _first in (
    ("tag:yaml.org,2002:bool", r"^(?:true|false)$", "tf"),
    ("tag:yaml.org,2002:null", r"^(?:null|~|)$", ["n", "~", ""]),
    ("tag:yaml.org,2002:int", r"^[-+]?[0-9]+$", "-+0123456789"),
    ("tag:yaml.org,2002:float", r"^[-+]?[0-9]+\.[0-9]+$", "-+0123456789"),
):
    _TextFirstLoader.add_implicit_resolver(  # pyright: ignore[reportUnknownMemberType]
        _tag, re.compile(_pattern), list(_first)
    )

# SafeLoader's own integers would take 010 for 8. A tag that is not here has no business in an author's file.
_SCALARS: dict[str, Callable[[str], object]] = {
    "tag:yaml.org,2002:str": str,
    "tag:yaml.org,2002:bool": {"true": True, "false": False}.__getitem__,
    "tag:yaml.org,2002:null": lambda _: None,
    "tag:yaml.org,2002:int": int,
    "tag:yaml.org,2002:float": float,
}


def load_yaml(path: Path, *, text: str | None = None, first_line: int = 1) -> Source:
    """The file's data with line numbers.

    Args:
        path: the file; named in errors.
        text: its text, when already read (front matter of a Markdown file).
        first_line: the line of the file on which `text` begins.
    Raises:
        ContentError: not UTF-8, not YAML, an alias, a tag, nested too deeply, or a key that stands twice.
    """
    try:
        if text is None:
            raw = path.read_bytes()
            if len(raw) > MAX_BYTES:
                raise _failure(path, 1, f"the file is larger than {MAX_BYTES:,} bytes; split it", "file-size")
            text = raw.decode("utf-8-sig")
        node = yaml.compose(text, Loader=_TextFirstLoader)
        lines: dict[KeyPath, int] = {}
        problems: list[Problem] = []
        data = None if node is None else _build(node, (), lines, problems, path, first_line)
    except UnicodeDecodeError as error:
        raise _failure(path, 1, f"not UTF-8 text ({error.reason}); save the file as UTF-8", "encoding") from None
    except OSError as error:
        raise _failure(path, 1, f"cannot be read: {error.strerror}", "file") from None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + first_line if error.problem_mark else first_line
        why = error.problem or "not valid YAML"
        raise _failure(path, line, f"not valid YAML: {why}; check indentation and quotes here", "yaml") from None
    except yaml.YAMLError as error:
        # A character that no YAML may hold: the only failure without a mark.
        message = f"not valid YAML: {' '.join(str(error).split())}"
        raise _failure(path, first_line, message, "yaml") from None
    except RecursionError:
        raise _failure(path, first_line, "nested too deeply", "yaml") from None
    if problems:
        raise ContentError(problems)
    return Source(path, data, lines)


def _build(
    node: yaml.Node, key: KeyPath, lines: dict[KeyPath, int], problems: list[Problem], path: Path, first_line: int
) -> object:
    lines.setdefault(key, node.start_mark.line + first_line)
    if isinstance(node, yaml.MappingNode):
        mapping: dict[str, object] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + first_line
            if not isinstance(key_node, yaml.ScalarNode):
                message = "a key must be plain text; put a text that begins with { or [ in quotes"
                problems.append(Problem(display_path(path), line, ".".join(map(str, key)), message, "yaml"))
                continue
            name = str(key_node.value)
            if name in mapping:
                dotted = ".".join(map(str, (*key, name)))
                problems.append(
                    Problem(display_path(path), line, dotted, "stands twice; keep one of them", "duplicate-key")
                )
            lines[(*key, name)] = line
            mapping[name] = _build(value_node, (*key, name), lines, problems, path, first_line)
        return mapping
    if isinstance(node, yaml.SequenceNode):
        return [_build(child, (*key, i), lines, problems, path, first_line) for i, child in enumerate(node.value)]
    try:
        return _SCALARS[node.tag](str(node.value))
    except (KeyError, ValueError):
        message = "cannot be read as a value; put the text in quotes"
        problems.append(
            Problem(display_path(path), node.start_mark.line + first_line, ".".join(map(str, key)), message, "yaml")
        )
        return None


def _failure(path: Path, line: int, message: str, rule: str) -> ContentError:
    return ContentError([Problem(display_path(path), line, "", message, rule)])
