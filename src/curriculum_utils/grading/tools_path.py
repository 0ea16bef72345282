"""nbgrader starts `alembic` by name; it must be found also when the environment was not activated."""

import os
import shutil
import sys
from pathlib import Path


def ensure_tools_on_path() -> None:
    """Puts this Python's own `bin` folder first on PATH if alembic is not found there yet."""
    own = str(Path(sys.executable).parent)
    if shutil.which("alembic", path=os.environ.get("PATH")) is None:
        os.environ["PATH"] = os.pathsep.join(filter(None, (own, os.environ.get("PATH"))))
