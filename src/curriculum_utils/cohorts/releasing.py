"""What is looked at before a module is released: everything that would leak or overwrite, told at once."""

import json
import re
from collections import Counter
from pathlib import Path

from curriculum_utils.cohorts.cohort import Cohort
from curriculum_utils.cohorts.withdrawing import offered_release, outbound
from curriculum_utils.content import Course, dumped, load_release, read_course
from curriculum_utils.content.suggest import did_you_mean
from curriculum_utils.errors import ReleaseError, display_path
from curriculum_utils.grading.leaks import refuse_leaks
from curriculum_utils.items import SCHEMAS
from curriculum_utils.items.due import NAME as DUE
from curriculum_utils.notebooks import check

# https://learn.microsoft.com/windows/win32/fileio/naming-a-file
_WINDOWS = re.compile(r'[<>:"|?*\\\x00-\x1f]|[ .]$|^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)', re.IGNORECASE)
_LONGEST_PATH = 120  # Windows takes 260, of which a learner's own folders may be half
_HIDDEN = ("BEGIN HIDDEN TESTS", "BEGIN SOLUTION")


def preflight(cohort: Cohort, module: str, *, force: bool = False, target: Path | None = None) -> list[str]:
    """Every reason why the module cannot be released to the cohort as it is, as sentences; nothing is changed.

    Args:
        force: it may take the place of another release.
        target: the zip that is to be written.
    """
    course, problems = read_course(cohort.root / "curriculum", SCHEMAS, keys=cohort.private_keys)
    found = [str(problem) for problem in problems]
    if course is None:
        return found
    if module not in course.modules:
        return [*found, f'no module "{module}"{did_you_mean(module, course.modules)}; there are: {_list(course)}']
    source = cohort.root / "source"
    if not problems and (stale := [str(one) for one in check(course, source)]):
        found += [*stale, "source/ is not what curriculum/ gives. Run: curriculum build"]
    found += _keys_and_leaks(course, module, source / module)
    found += unfit_names(source / module)
    if not force:
        found += _overwritten(cohort, module)
    if target is not None and (target.is_dir() or not target.absolute().parent.is_dir()):
        found.append(f"{display_path(target)}: cannot be written; name a file in a folder that exists")
    return found


def released_as_it_is(cohort: Cohort, module: str) -> bool:
    """Whether learners fetch the module as it is in `source/` now."""
    try:
        now = load_release(cohort.root / "source" / module, SCHEMAS).release
    except ReleaseError:
        return False
    return offered_release(cohort, module) == now


def unfit_names(folder: Path) -> list[str]:
    """The names that a learner's Windows or macOS cannot hold, or holds only once."""
    found: list[str] = []
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))
    twice = {name for name, count in Counter(name.casefold() for name in names).items() if count > 1}
    for name in names:
        shown = f"{display_path(folder)}/{name}"
        if any(_WINDOWS.search(part) for part in name.split("/")):
            found.append(f"{shown}: Windows allows no such name; give it another one")
        if name.casefold() in twice:
            found.append(f"{shown}: another name differs from it in capitals only, which Windows and macOS do not tell")
        if len(name) > _LONGEST_PATH:
            found.append(f"{shown}: its name is longer than {_LONGEST_PATH} characters; shorten it")
    return found


def _keys_and_leaks(course: Course, module: str, folder: Path) -> list[str]:
    items = [authored.item for authored in course.modules[module].items.values() if authored.item.assessed]
    keys = {item.id: dumped(item.key) for item in items if item.key is not None}
    found = [
        f"{item.id}: has no key, so it could not be graded; write it, or name the private folder with --keys when "
        "the cohort is made"
        for item in items
        if item.key is None
    ]
    try:
        if folder.is_dir():
            refuse_leaks(folder, keys)
    except ReleaseError as error:
        found += str(error).splitlines()
    allowed = {"items.json", DUE, *(f"{lesson.slug}.ipynb" for lesson in course.modules[module].lessons)}
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        if path.is_file() and inside.as_posix() not in allowed and not {".ipynb_checkpoints"} & set(inside.parts):
            found.append(f"{display_path(path)}: no part of the module, but it would be released; move it away")
        elif path.suffix == ".ipynb" and path.is_file():
            found += _hidden(path)
    return found


def _hidden(path: Path) -> list[str]:
    try:
        text = json.dumps(json.loads(path.read_bytes()), ensure_ascii=False)
    except (OSError, ValueError, RecursionError):
        return [f"{display_path(path)}: cannot be read as a notebook; run curriculum build"]
    return [
        f"{display_path(path)}: holds a cell with “{mark}”; learners would see it" for mark in _HIDDEN if mark in text
    ]


def _overwritten(cohort: Cohort, module: str) -> list[str]:
    if not outbound(cohort, module).exists() or released_as_it_is(cohort, module):
        return []
    told = "is released already, in another version. Nothing was changed"
    return [f"{module} {told}; --force replaces what learners fetch from now on."]


def _list(course: Course) -> str:
    return ", ".join(course.modules)
