"""How the plain pages join a Jupyter server, and how a learner's own folder is made where a hub names one."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from curriculum_utils.items.assessing import LazyScorer
from curriculum_utils.plain.handlers import PlainHandler, Work
from curriculum_utils.plain.places import PAGES, Places
from curriculum_utils.plain.site import Site
from curriculum_utils.scoring import Scorer
from curriculum_utils.scoring.remembered import RememberingScorer
from curriculum_utils.widgets.lab import write_start

if TYPE_CHECKING:
    from jupyter_server.serverapp import ServerApp

HOME = "CURRICULUM_HOME"


def add_pages(server: "ServerApp", environment: Mapping[str, str]) -> None:
    """Adds the pages below `curriculum/plain/`."""
    home = named_home(environment)
    if home is not None:
        try:
            prepare(home)
        except OSError as error:
            server.log.warning("%s: the start page could not be written there (%s)", home, error)
    places = Places(Path(server.root_dir), server.base_url, usual=home)
    site = Site(places, RememberingScorer(LazyScorer(_scorer)))
    base = f"{server.base_url}{PAGES}"
    settings = {"work": Work(site)}
    # Both forms of the address: without its slash it is the same page.
    server.web_app.add_handlers(".*$", [(f"{re.escape(base)}(?:/(.*))?", PlainHandler, settings)])
    server.log.info("Lessons as plain pages, without JavaScript: %s%s/", server.connection_url, PAGES)


def named_home(environment: Mapping[str, str]) -> Path | None:
    """The learner's own folder as `CURRICULUM_HOME` names it, below the user's home where it is not absolute."""
    named = environment.get(HOME, "").strip()
    return Path.home() / Path(named).expanduser() if named else None


def prepare(home: Path) -> None:
    """Makes the folder and lays the start page into it.

    Raises:
        OSError: it cannot be made, or not be written.
    """
    home.mkdir(parents=True, exist_ok=True)
    write_start(home)


def _scorer() -> Scorer:
    from curriculum_utils.scoring import load_scorer  # noqa: PLC0415

    return load_scorer()
