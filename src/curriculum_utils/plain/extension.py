"""How the plain pages join a Jupyter server, and how a learner's own folder is made where a hub names one."""

import re
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from curriculum_utils.plain import PAGES
from curriculum_utils.plain.handlers import PlainHandler, Work

if TYPE_CHECKING:
    from jupyter_server.serverapp import ServerApp

    from curriculum_utils.plain.site import Site

HOME = "CURRICULUM_HOME"
START = "CURRICULUM_START"
"""Names the address that a learner's server shows first, where its own setting for that cannot (Notebook 7)."""


def add_pages(server: "ServerApp", environment: Mapping[str, str]) -> None:
    """Adds the pages below `curriculum/plain/`, and lays out the learner's own folder where one is named."""
    home = named_home(environment)
    if home is not None:
        try:
            prepare(home)
        except OSError as error:
            server.log.warning("%s: the start page could not be written there (%s)", home, error)
    if start := environment.get(START):
        land_on(server, start)
    base = f"{server.base_url}{PAGES}"
    work = Work(partial(_site, Path(server.root_dir), server.base_url, home), f"{base}/")
    # Both forms of the address: without its slash it is the same page.
    server.web_app.add_handlers(".*$", [(f"{re.escape(base)}(?:/(.*))?", PlainHandler, {"work": work})])
    server.log.info("Lessons as plain pages, without JavaScript: %s%s/", server.connection_url, PAGES)


def land_on(server: "ServerApp", start: str) -> None:
    """Shows the page at `start` (below the server's address) in place of the app's first page, a list of files."""
    from jupyter_server.base.handlers import RedirectWithParams  # noqa: PLC0415 - a server has it loaded

    server.default_url = f"{server.base_url}{start.lstrip('/')}"
    first = rf"{re.escape(server.base_url)}(?:tree/?)?"
    server.web_app.add_handlers(".*$", [(first, RedirectWithParams, {"url": server.default_url, "permanent": False})])


def named_home(environment: Mapping[str, str]) -> Path | None:
    """The learner's own folder as `CURRICULUM_HOME` names it, below the user's home where it is not absolute."""
    named = environment.get(HOME, "").strip()
    return Path.home() / Path(named).expanduser() if named else None


def prepare(home: Path) -> None:
    """Makes the folder and lays the start page into it.

    Raises:
        OSError: it cannot be made, or not be written.
    """
    from curriculum_utils.widgets.lab import write_start  # noqa: PLC0415 - loads more than most servers need

    home.mkdir(parents=True, exist_ok=True)
    write_start(home)


def _site(root: Path, base: str, home: Path | None) -> "Site":
    from curriculum_utils.items.assessing import LazyScorer  # noqa: PLC0415 - as above
    from curriculum_utils.plain.places import Places  # noqa: PLC0415
    from curriculum_utils.plain.site import Site  # noqa: PLC0415
    from curriculum_utils.scoring import load_scorer  # noqa: PLC0415
    from curriculum_utils.scoring.remembered import RememberingScorer  # noqa: PLC0415

    return Site(Places(root, base, usual=home), RememberingScorer(LazyScorer(load_scorer)))
