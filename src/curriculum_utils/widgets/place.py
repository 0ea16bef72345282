"""Where a lesson runs: whose answers these are, which release lies beside the notebook, where its log is kept."""

import getpass
import os
from functools import lru_cache
from pathlib import Path

from platformdirs import user_data_path

from curriculum_utils.content import ReleasedModule, load_release
from curriculum_utils.items import SCHEMAS

# What lies below these folders of a course is handed to everyone: nobody's answers may be kept in it.
_HANDED_OUT = ("source", "release")


def learner_id() -> str:
    """Who answers: `CURRICULUM_LEARNER`, else JupyterHub's user, else the account of this computer."""
    named = os.environ.get("CURRICULUM_LEARNER") or os.environ.get("JUPYTERHUB_USER")
    if named:
        return named
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container whose user has no name
        return f"uid-{os.getuid()}"


def released(folder: Path) -> ReleasedModule:
    """The released module in `folder`, read again only when its file has changed.

    Raises:
        ReleaseError: as `load_release`.
    """
    try:
        stat = (folder / "items.json").stat()
    except OSError:
        return load_release(folder, SCHEMAS)
    return _released(folder, stat.st_mtime_ns, stat.st_size)


@lru_cache(maxsize=4)
def _released(folder: Path, changed: int, size: int) -> ReleasedModule:
    del changed, size
    return load_release(folder, SCHEMAS)


def answers_folder(folder: Path) -> Path:
    """The folder that holds `responses/` for the notebooks in `folder`.

    Beside them, except where an author or instructor looks at `source/` or `release/` of a course: answers there
    would be released to everyone, so they go to the user's own data folder.
    """
    folder = folder.resolve()
    for root in folder.parents:
        if (root / "curriculum" / "course.yaml").is_file():
            below = folder.relative_to(root)
            if below.parts[0] in _HANDED_OUT:
                return user_data_path("curriculum-utils", appauthor=False) / "preview" / "_".join(below.parts)
            return folder
    return folder
