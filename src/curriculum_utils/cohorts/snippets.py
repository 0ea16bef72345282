"""Remarks that a cohort's instructors use again and again: kept by name in the cohort's `snippets.yaml`."""

import re
from collections.abc import Mapping

import yaml

from curriculum_utils.cohorts.cohort import Cohort
from curriculum_utils.cohorts.going_out import write_out
from curriculum_utils.cohorts.remarking import LONGEST
from curriculum_utils.content import as_mapping
from curriculum_utils.content.suggest import did_you_mean
from curriculum_utils.errors import CohortError, display_path

FILE = "snippets.yaml"
MOST = 500
_NAME = re.compile(r"^[a-z0-9]+(-[a-z0-9]+)*$")


def snippets(cohort: Cohort) -> dict[str, str]:
    """The cohort's snippets by name; none where the file is missing.

    Raises:
        CohortError: the file cannot be read, or holds something else.
    """
    path = cohort.folder / FILE
    try:
        data = as_mapping(yaml.safe_load(path.read_text("utf-8")))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, yaml.YAMLError) as error:
        why = str(error).splitlines()[0]
        raise CohortError(f"{display_path(path)}: cannot be read ({why}); correct it, or delete it") from None
    wrong = [name for name, text in data.items() if not isinstance(text, str) or not _NAME.match(str(name))]
    if wrong:
        raise CohortError(f"{display_path(path)}: {wrong[0]}: is no name with a text; write `name: the text`")
    return {name: str(text) for name, text in data.items()}


def add_snippet(cohort: Cohort, name: str, text: str) -> bool:
    """Keeps a snippet in the place of one of the same name; whether anything was changed.

    Raises:
        CohortError: the name or the text cannot be used, or the file cannot be written.
    """
    if not _NAME.match(name):
        raise CohortError(f'"{name}" cannot be a snippet\'s name; use lower-case letters, digits and hyphens')
    text = text.strip()
    if not text or len(text) > LONGEST:
        raise CohortError(f"{name}: give a text of 1 to {LONGEST:,} characters")
    known = snippets(cohort)
    if known.get(name) == text:
        return False
    if name not in known and len(known) >= MOST:
        raise CohortError(f"{cohort.name} has {MOST} snippets, the most there can be; remove one first")
    _write(cohort, known | {name: text})
    return True


def remove_snippet(cohort: Cohort, name: str) -> None:
    """Forgets a snippet.

    Raises:
        CohortError: there is none of that name.
    """
    known = snippets(cohort)
    snippet(cohort, name)
    _write(cohort, {one: text for one, text in known.items() if one != name})


def snippet(cohort: Cohort, name: str) -> str:
    """The snippet's text.

    Raises:
        CohortError: there is none of that name.
    """
    known = snippets(cohort)
    if name not in known:
        raise CohortError(f'no snippet "{name}" in {cohort.name}{did_you_mean(name, known)}')
    return known[name]


def _write(cohort: Cohort, known: Mapping[str, str]) -> None:
    text = yaml.safe_dump(dict(sorted(known.items())), sort_keys=False, allow_unicode=True, width=10_000)
    write_out(cohort.folder / FILE, text.encode())
