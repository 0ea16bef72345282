"""The desk as a widget: it asks in messages, is answered in messages, and hears of the command that runs."""

import getpass
import os
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from importlib.resources import files
from pathlib import Path
from typing import cast

import anywidget
import traitlets

from curriculum_utils.content import as_mapping
from curriculum_utils.desk.asking import Desks
from curriculum_utils.desk.jobs import Job, Jobs
from curriculum_utils.errors import CohortError, ContentError, CurriculumError
from curriculum_utils.widgets.scripts import static

PARTS = ("parts", "overview", "forms", "decide", "review", "more")
COHORT = "CURRICULUM_COHORT"

# One for the kernel: the command that runs belongs to no page, and a page that is opened again finds it.
_jobs: dict[Path, Jobs] = {}


def _own(name: str) -> str:
    return files("curriculum_utils.desk").joinpath("static", name).read_text("utf-8")


class Desk(anywidget.AnyWidget):
    """The instructor's pages. `job` is the command that runs or ran last; everything else is asked for."""

    _esm = "\n".join((static("common.js"), *(_own(f"desk_{name}.js") for name in PARTS), _own("desk.js")))
    _css = _own("desk.css")

    about = traitlets.Dict().tag(sync=True)
    job = traitlets.Dict(allow_none=True, default_value=None).tag(sync=True)

    def __init__(self, root: Path) -> None:
        self._jobs = _jobs.setdefault(root, Jobs(root))
        self._desks = Desks(root, self._jobs)
        # One question after the other: two at once could decide one answer in two ways.
        self._pool = ThreadPoolExecutor(max_workers=1)
        last = self._jobs.last
        super().__init__(about=about(root), job=last.as_json() if last is not None else None)
        self._jobs.listen(self._on_job)
        listen = cast(Callable[..., None], self.on_msg)  # pyright: ignore[reportUnknownMemberType]
        listen(self._on_message)

    def _on_job(self, job: Job) -> None:
        self.job = job.as_json()

    def _on_message(self, _widget: object, message: object, _buffers: object) -> None:
        told = as_mapping(message)
        self._pool.submit(self._answer, told.get("id"), str(told.get("verb")), as_mapping(told.get("fields")))

    def _answer(self, number: object, verb: str, fields: Mapping[str, object]) -> None:
        try:
            answer: dict[str, object] = {"id": number, "data": self._desks.answer(verb, fields)}
        except ContentError as error:
            answer = {"id": number, "problem": "\n".join(map(str, error.problems))}
        except CurriculumError as error:
            answer = {"id": number, "problem": str(error)}
        except Exception as error:  # noqa: BLE001 - the page must hear of it whatever it was
            answer = {"id": number, "problem": f"This could not be done: {type(error).__name__}: {error}"}
        cast(Callable[..., None], self.send)(answer)  # pyright: ignore[reportUnknownMemberType]


def about(root: Path) -> dict[str, object]:
    """Whose desk it is, of which course, and which cohort formgrader shows in this server."""
    try:
        account = getpass.getuser()
    except (KeyError, OSError):  # a container whose user has no name
        account = ""
    return {"account": account, "cohort": os.environ.get(COHORT, ""), "root": str(root)}


def course_of(folder: Path) -> Path:
    """The course that the desk is of: the one at or above `folder`.

    Raises:
        CohortError: there is none.
    """
    for place in (folder, *folder.parents):
        if (place / "curriculum" / "course.yaml").is_file():
            return place.resolve()
    raise CohortError(f"{folder}: no course here; open the desk with: curriculum instructor")
