"""What a process needs before nbgrader runs in it."""

import os
import shutil
import sys
import warnings
from pathlib import Path


def prepare_process() -> None:
    """Makes `alembic` findable and keeps a harmless warning from people's screens; safe to call again."""
    # nbgrader starts alembic by name; it must be found also when the environment was not activated.
    own = str(Path(sys.executable).parent)
    if shutil.which("alembic", path=os.environ.get("PATH")) is None:
        os.environ["PATH"] = os.pathsep.join(filter(None, (own, os.environ.get("PATH"))))
    # nbgrader makes its rows' relations one by one; SQLAlchemy remarks on it, and the rows are saved all the same.
    warnings.filterwarnings("ignore", message="Object of type .* not in session, add operation", module="nbgrader")
    # A misspelt argument of nbgrader's own, which it does not need.
    warnings.filterwarnings("ignore", message="(?s)Passing unrecognized arguments to super.ExchangeReleaseFeedback")
