"""Every rule of lint has a test that shows it, so that none is added, renamed or lost unseen."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("content", "items", "practice")
MAKERS = {"Problem", "problem", "_problem", "_error", "_failure", "exercise_problem", "key_problem"}


def rules() -> list[str]:
    """The ids of all rules: the last argument of whatever makes a problem, or the second of what `_told` returns."""
    found: set[str] = set()
    for package in PACKAGES:
        for path in (ROOT / "src/curriculum_utils" / package).glob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                last = None
                if isinstance(node, ast.Call) and len(node.args) > 2:
                    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                    last = node.args[-1] if name in MAKERS else None
                elif isinstance(node, ast.Return) and isinstance(node.value, ast.Tuple) and path.stem == "validation":
                    last = node.value.elts[-1]
                if isinstance(last, ast.Constant) and isinstance(last.value, str):
                    found.add(last.value)
    return sorted(found)


def shown() -> str:
    """The tests that quote lint's lines."""
    files = [
        path for package in ("content", "items", "practice") for path in (ROOT / "tests" / package).glob("test_*.py")
    ]
    return "\n".join(path.read_text("utf-8") for path in files)


@pytest.mark.parametrize("rule", rules())
def test_lint_has_a_test_for_the_rule(rule: str):
    assert f"[{rule}]" in shown()
