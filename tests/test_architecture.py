"""What holds of the package as a whole: its floors, its size, its errors, and that it names nothing that is taught."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from curriculum_utils import errors

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src/curriculum_utils"
MODULES = sorted(PACKAGE.rglob("*.py"))
each_module = pytest.mark.parametrize("path", MODULES, ids=[str(path.relative_to(ROOT)) for path in MODULES])


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def test_imports_run_down_the_floors():
    tool = Path(sys.executable).with_name("lint-imports")
    told = subprocess.run([tool, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stdout


@each_module
def test_no_module_grows_beyond_350_lines(path: Path):
    assert len(path.read_text("utf-8").splitlines()) <= 350


@each_module
def test_every_module_opens_with_a_sentence(path: Path):
    first = (ast.get_docstring(tree_of(path)) or "").partition("\n\n")[0]
    assert first.endswith((".", ":")), f"opens with {first!r}"


# Errors


def classes() -> Iterator[tuple[str, list[str]]]:
    """Every class of the package with the names of its bases."""
    for path in MODULES:
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.ClassDef):
                yield node.name, [base.id for base in node.bases if isinstance(base, ast.Name)]


def drawn_parents() -> dict[str, str | None]:
    """Each name in the tree of errors.py with the one that it hangs from."""
    parents: dict[str, str | None] = {}
    branch: list[str] = []
    for line in (errors.__doc__ or "").splitlines():
        if match := re.match(r"^((?:[│ ] {3})*(?:[├└]── )?)([A-Z]\w+)(?: {2,}|$)", line):
            depth = len(match[1]) // 4
            branch[depth:] = [match[2]]
            parents[match[2]] = branch[depth - 1] if depth else None
    return parents


def test_the_tree_of_errors_draws_every_one_of_them_on_its_branch():
    known: dict[str, str | None] = {"CurriculumError": None}
    found = list(classes())
    while more := {name: base for name, bases in found for base in bases if base in known and name not in known}:
        known |= more
    assert drawn_parents() == known


def test_no_error_is_raised_with_python_s_own_root():
    # A bare Exception could not be told from a mistake in code.
    raised = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in MODULES
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Raise)
        and isinstance(node.exc, ast.Call)
        and isinstance(node.exc.func, ast.Name)
        and node.exc.func.id in ("Exception", "BaseException")
    ]
    assert raised == []


# Nothing that is taught is named in code


def taught() -> set[str]:
    """Every module, move and label of the course that ships, and every id of an item, a vignette and a client."""
    curriculum = ROOT / "curriculum"
    course = yaml.safe_load((curriculum / "course.yaml").read_text("utf-8"))
    rubric = yaml.safe_load((curriculum / "rubric.yaml").read_text("utf-8"))
    moves = [yaml.safe_load(path.read_text("utf-8")) for path in curriculum.glob("moves/*.yaml")]
    return {
        *(module["slug"] for module in course["modules"]),
        *(entry["name"] for part in ("criteria", "traps") for entry in rubric[part]),
        *(move["slug"] for group in moves for move in group["moves"]),
        *(
            path.stem
            for folder in ("exercises", "vignettes", "clients")
            for path in curriculum.rglob(f"{folder}/**/*.yaml")
        ),
    }


TAUGHT = taught()
_NAME = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")


def texts(path: Path) -> Iterator[tuple[int, str]]:
    """Every string of a module but its docstrings, where an example may name what it likes."""
    tree = tree_of(path)
    prose = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node) is not None
        if isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose:
            yield node.lineno, node.value


def test_there_are_names_to_look_for():
    # 2 modules, 26 labels and 16 moves at the least.
    assert len(TAUGHT) > 44


@each_module
def test_no_module_move_or_label_is_named_in(path: Path):
    found = [(line, name) for line, text in texts(path) for name in _NAME.findall(text) if name in TAUGHT]
    assert found == []


SCRIPTS = sorted([*PACKAGE.rglob("*.js"), *PACKAGE.rglob("*.css"), *PACKAGE.rglob("*.j2")])


@pytest.mark.parametrize("path", SCRIPTS, ids=[str(path.relative_to(ROOT)) for path in SCRIPTS])
def test_no_label_is_named_in_the_pages_own(path: Path):
    # Only names with a joint: a plain word may stand in any script.
    names = {name for name in TAUGHT if "-" in name or "_" in name}
    assert sorted(names.intersection(_NAME.findall(path.read_text("utf-8")))) == []


# A learner's kernel


HEAVY = ("matplotlib", "nbgrader", "pandas", "playwright", "scipy", "sklearn", "sqlalchemy", "torch", "transformers")


@pytest.mark.parametrize("name", ["content", "responses", "scoring", "items", "again", "widgets"])
def test_what_a_learners_kernel_imports_is_light(name: str):
    script = f"import sys, curriculum_utils.{name}; print(*sorted(set(sys.modules) & set({HEAVY!r})))"
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert told.stdout.split() == []


@pytest.mark.parametrize("name", ["content", "responses", "scoring", "items", "again"])
def test_from_items_down_nothing_knows_jupyter(name: str):
    jupyter = ("IPython", "anywidget", "ipywidgets", "jupyter_client", "nbconvert", "nbformat", "notebook")
    script = f"import sys, curriculum_utils.{name}; print(*sorted(set(sys.modules) & set({jupyter!r})))"
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert told.stdout.split() == []
