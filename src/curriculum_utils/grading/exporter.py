"""How nbgrader's Autograde opens notebooks here: never the learner's own, and completing what a killed run left.

Autograde makes its exporter after it has found the submissions and before it decides which of them to skip: the only
place where configuration alone can complete what it found. It serves the command line, the API and formgrader alike.
"""

# The untyped libraries are nbgrader, nbconvert and nbformat.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

import fnmatch
import glob
import json
import os
import shutil
from pathlib import Path
from typing import Any, cast

from nbconvert.exporters import NotebookExporter
from nbformat import NotebookNode
from nbformat.v4 import new_notebook
from nbgrader.converters import Autograde, NbGraderException
from nbgrader.coursedir import CourseDirectory

from curriculum_utils.content import ReleasedModule, as_list, as_mapping
from curriculum_utils.errors import CurriculumError
from curriculum_utils.grading.in_cohort import InCohort


class SubmissionExporter(NotebookExporter, InCohort):
    """The exporter for `c.Autograde.exporter_class`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Module -> the release its notebooks are graded in, the same for a whole run.
        self.structures: dict[str, ReleasedModule] = {}
        if isinstance(self.parent, Autograde):
            try:
                self._prepare(self.parent)
            except CurriculumError as error:
                self.log.error("Nothing was graded: %s", error)  # noqa: TRY400 - a person reads it, not a traceback
                raise NbGraderException(str(error)) from error

    def from_filename(
        self, filename: str, resources: dict[str, Any] | None = None, **kw: Any
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """As nbconvert's, but for what a learner handed in: an empty notebook, which RebuildFromRelease fills.

        A file that is no JSON, no notebook, a pipe or not there at all cannot stop the grading of what is in the log.
        """
        if not Path(filename).is_relative_to(self.folders().everyone("submitted")):
            return super().from_filename(filename, resources, **kw)
        resources = {} if resources is None else resources
        resources["metadata"] = {"name": Path(filename).stem, "path": str(Path(filename).parent)}
        return self.from_notebook_node(new_notebook(), resources, **kw)

    def _prepare(self, autograde: Autograde) -> None:
        """Adds notebooks that are missing beside their log, and clears what a killed run left half-graded."""
        coursedir = cast(CourseDirectory, autograde.coursedir)
        everyone = coursedir.format_path(coursedir.submitted_directory, coursedir.student_id, coursedir.assignment_id)
        # As nbgrader looks for them: a path of patterns, not a folder and a pattern.
        for folder in filter(os.path.isdir, glob.glob(everyone)):  # noqa: PTH207
            # Without a single notebook nbgrader would pass over the learner's answers.
            autograde.assignments.setdefault(folder, [])
        for folder, notebooks in sorted(autograde.assignments.items()):
            module, learner = Path(folder).name, Path(folder).parent.name
            if learner in coursedir.student_id_exclude.split(","):
                continue
            structure = self._structure_of(module, coursedir.db_url)
            names = [nb.slug for nb in structure.notebooks if fnmatch.fnmatch(nb.slug, coursedir.notebook_id)]
            there = {Path(path).stem for path in notebooks}
            added = [name for name in names if name not in there]
            if added:
                self.log.warning("%s: graded from the response log, notebook missing: %s", folder, ", ".join(added))
            autograde.assignments[folder] = [*notebooks, *(str(Path(folder, f"{name}.ipynb")) for name in added)]
            graded = self.folders().step("autograded", learner, module)
            half = [name for name in names if not is_complete(graded / f"{name}.ipynb", structure)]
            if half and graded.exists():
                self._clear(graded, half, whole=coursedir.notebook_id == "*")

    def _structure_of(self, module: str, db_url: str) -> ReleasedModule:
        """The release of the module's notebooks, asked for once a run; tells if another scorer was promised."""
        if module not in self.structures:
            release = self.structures[module] = self.structure(module, db_url)
            kept, now = self.pinned(module).versions(release.release), self.reply_scorer().scorer_version
            if kept.get("scorer_version") != now:
                self.log.warning(
                    "%s was released with scorer %s; written replies are scored by %s, and may score differently",
                    module,
                    kept.get("scorer_version"),
                    now,
                )
        return self.structures[module]

    def _clear(self, graded: Path, half: list[str], *, whole: bool) -> None:
        """Removes what nbgrader would take for graded: the folder, or of a run over some notebooks only these."""
        self.log.warning("%s: an earlier run did not finish it; grading again: %s", graded, ", ".join(half))
        if whole:
            shutil.rmtree(graded)
            return
        for name in half:
            (graded / f"{name}.ipynb").unlink(missing_ok=True)


def is_complete(path: Path, structure: ReleasedModule) -> bool:
    """Whether the autograded notebook was written after its grades: every graded cell has an output."""
    try:
        cells = as_list(as_mapping(json.loads(path.read_bytes())).get("cells"))
    except (OSError, ValueError, RecursionError):
        return False
    done = {
        str(as_mapping(as_mapping(cell.get("metadata")).get("nbgrader")).get("grade_id"))
        for cell in map(as_mapping, cells)
        if as_list(cell.get("outputs"))
    }
    return {item.id for item in structure.items_of(path.stem) if item.graded} <= done
