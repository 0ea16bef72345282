"""nbgrader preprocessors that grade without running what a learner wrote: rebuild the notebook, then score the log."""

# The untyped libraries are nbgrader, nbconvert and nbformat.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

import ast
import os
import shutil
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_output
from nbgrader.preprocessors import NbGraderPreprocessor
from nbgrader.utils import is_grade

from curriculum_utils.content import ReleasedModule, load_release
from curriculum_utils.errors import GradingError
from curriculum_utils.grading.in_cohort import InCohort
from curriculum_utils.grading.received import Ledger
from curriculum_utils.grading.shared_logs import shared_with
from curriculum_utils.items import SCHEMAS
from curriculum_utils.items.assessing import Assessor, GradedItem, graded_html, practice_html, read_submitted
from curriculum_utils.items.pinned import LearnerFolder
from curriculum_utils.responses import log_path
from curriculum_utils.responses.log import FOLDER

Resources = dict[str, Any]
_ASSESSED = "curriculum_assessed"
# Written by `nbgrader submit`; releasing feedback needs them.
_SUBMIT_FILES = ("timestamp.txt", "submission_secret.txt")


class GradingStep(NbGraderPreprocessor, InCohort):
    """What our steps share; `resources` says whose notebook it is."""

    def place(self, resources: Resources) -> LearnerFolder:
        about = resources["nbgrader"]
        return LearnerFolder(self.folders(), about["student"], about["assignment"])

    def rebuilt_from(self, resources: Resources) -> ReleasedModule:
        """The release that the autograded notebooks were rebuilt from, with its keys."""
        place = self.place(resources)
        digest = load_release(place.autograded, SCHEMAS).release
        release = self.pinned(place.module).get(digest)
        if release is None:
            raise GradingError(f"release {digest[:12]} of {place.module} is not kept here; release it again")
        return release

    def assessed(self, resources: Resources) -> dict[str, GradedItem]:
        """What each graded item of the notebook earned, by id; worked out once for all steps of a notebook."""
        known: dict[str, GradedItem] | None = resources.get(_ASSESSED)
        if known is None:
            place, notebook = self.place(resources), resources["nbgrader"]["notebook"]
            structure = self.rebuilt_from(resources)
            assessor = Assessor(
                read_submitted(place.submitted, notebook, assessed=True),
                place.learner,
                structure,
                self.pinned(place.module).get,
                self.grading_scorer(structure),
                shared_with(place.folders, place.learner, place.module),
                Ledger(place.folders).names_of(place.learner),
            )
            known = {item.id: assessor.grade(item) for item in structure.items_of(notebook) if item.graded}
            resources[_ASSESSED] = known
        return known


class RebuildFromRelease(GradingStep):
    """First when sanitizing: the released notebook in place of the learner's, and a folder that holds nothing of theirs
    but their answers. What they changed, removed, doubled or added beside it counts for nothing and runs nowhere."""

    def preprocess(self, nb: NotebookNode, resources: Resources) -> tuple[NotebookNode, Resources]:
        del nb
        place, notebook = self.place(resources), resources["nbgrader"]["notebook"]
        # The exporter has asked the gradebook already, unless another exporter was configured.
        known: dict[str, ReleasedModule] = getattr(self.parent, "structures", {})
        structure = known.get(place.module) or self.structure(place.module, resources["nbgrader"]["db_url"])
        released = self.pinned(place.module).folder(structure.release)
        tidy(place, structure)
        place.autograded.mkdir(parents=True, exist_ok=True)
        (place.autograded / "items.json").unlink(missing_ok=True)
        shutil.copyfile(released / "items.json", place.autograded / "items.json")
        return nbformat.read(released / f"{notebook}.ipynb", as_version=4), resources


class ScoreResponses(GradingStep):
    """In the place of Execute: each course cell outputs what the response log gives. No kernel is started."""

    def preprocess(self, nb: NotebookNode, resources: Resources) -> tuple[NotebookNode, Resources]:
        place, structure = self.place(resources), self.rebuilt_from(resources)
        assessed = self.assessed(resources)
        notebook = str(resources["nbgrader"]["notebook"])
        logs = {kind: read_submitted(place.submitted, notebook, assessed=kind) for kind in (True, False)}
        count = 0
        for cell in nb.cells:
            if cell.cell_type != "code":
                continue
            count += 1
            cell.execution_count = count
            cell.outputs = []
            verb, item_id = course_call(cell.source)
            if is_grade(cell):
                graded = assessed.get(item_id) if verb == "grade" else None
                if graded is None:
                    # Left without an output it would earn full marks.
                    raise GradingError(f"no graded item for the cell {cell.metadata.nbgrader.get('grade_id')!r}")
                cell.outputs = [
                    html_output(graded_html(graded)),
                    new_output(
                        "execute_result",
                        data={"text/plain": repr(0.0 if graded.score is None else graded.score)},
                        execution_count=count,
                    ),
                ]
            elif verb == "show" and (item := structure.items.get(item_id)) is not None:
                shown = practice_html(logs[item.assessed], item, structure, self.pinned(place.module).get)
                cell.outputs = [html_output(shown)]
        return nb, resources


def html_output(html: str, **metadata: object) -> NotebookNode:
    """A cell's output that shows HTML."""
    return new_output("display_data", data={"text/html": html}, metadata={"curriculum": metadata} if metadata else {})


def course_call(source: str) -> tuple[str, str]:
    """The verb and the item of a cell that holds exactly `grade("…")` or `show("…")`; else two empty texts."""
    try:
        body = ast.parse(source).body
    except (SyntaxError, ValueError):
        return "", ""
    match body:
        case [ast.Expr(ast.Call(ast.Name(verb), [ast.Constant(str(item))], []))] if verb in ("grade", "show"):
            return verb, item
        case _:
            return "", ""


def tidy(place: LearnerFolder, structure: ReleasedModule) -> None:
    """Leaves of the autograded folder only the released notebooks, the answers, and what nbgrader wrote at submission.

    nbgrader has copied whatever the learner handed in but notebooks, the targets of links included.
    """
    slugs = [notebook.slug for notebook in structure.notebooks]
    logs = {log_path(Path(), slug, assessed=assessed).name for slug in slugs for assessed in (True, False)}
    notebooks = {f"{slug}.ipynb" for slug in slugs}
    answers = place.autograded / FOLDER
    for folder, names in ((place.autograded, {"items.json", *_SUBMIT_FILES, *notebooks}), (answers, logs)):
        for path in sorted(folder.iterdir()) if folder.is_dir() else ():
            origin = place.submitted / path.relative_to(place.autograded)
            copied = origin.is_file() and not origin.is_symlink()
            ours = path.name in notebooks or not os.path.lexists(origin)
            if path.name in names and path.is_file() and not path.is_symlink() and (copied or ours):
                continue
            if path == answers and path.is_dir() and not path.is_symlink():
                continue
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink()
