"""What the desk's first page shows: the cohorts, and how far each module of the chosen one has come."""

import json
from collections.abc import Mapping
from pathlib import Path

from curriculum_utils.cohorts import Cohort, list_cohorts
from curriculum_utils.cohorts.releasing import preflight
from curriculum_utils.cohorts.status import Status, statuses
from curriculum_utils.content import as_mapping
from curriculum_utils.errors import CurriculumError
from curriculum_utils.grading.exchange import WHY


def cohorts(root: Path) -> list[dict[str, object]]:
    """Every cohort by name; `learners` is None where its roster cannot be read.

    Raises:
        CohortError: a cohort.yaml cannot be read.
    """
    return [
        {"name": one.name, "archived": one.settings.archived is not None, "learners": _count(one)}
        for one in list_cohorts(root)
    ]


def overview(cohort: Cohort) -> dict[str, object]:
    """The modules of the course and of the cohort, those that were never released with no status, and the roster."""
    known = {one.module: one for one in statuses(cohort)}
    titles = _titles(cohort.root)
    modules = [
        {
            "slug": slug,
            "title": titles.get(slug, slug),
            "status": _status(cohort, known[slug]) if slug in known else None,
        }
        for slug in dict.fromkeys([*titles, *known])
    ]
    people = [{"id": one.id, "name": one.full_name} for one in cohort.roster()]
    return {"cohort": cohort.name, "modules": modules, "learners": people}


def release_check(cohort: Cohort, module: str, *, force: bool) -> list[str]:
    """Why the module cannot be released as it is; nothing where it can."""
    return preflight(cohort, module, force=force)


def _status(cohort: Cohort, one: Status) -> Mapping[str, object]:
    return {**one.as_json(), "aside": [{"folder": name, "why": _why(cohort, one.module, name)} for name in one.aside]}


def _why(cohort: Cohort, module: str, folder: str) -> str:
    try:
        lines = (cohort.set_aside / module / folder / WHY).read_text("utf-8").splitlines()
    except OSError:  # taken meanwhile
        return ""
    return lines[0] if lines else ""


def _titles(root: Path) -> dict[str, str]:
    """The title of each module that is built, by name."""
    found: dict[str, str] = {}
    for path in sorted((root / "source").glob("[!.]*/items.json")):
        try:
            title = as_mapping(json.loads(path.read_text("utf-8"))).get("title")
        except (OSError, ValueError):
            title = None
        found[path.parent.name] = title if isinstance(title, str) else path.parent.name
    return found


def _count(cohort: Cohort) -> int | None:
    try:
        return len(cohort.roster())
    except CurriculumError:
        return None
