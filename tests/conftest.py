"""What concerns every test: which of them need a browser, and what is said where there is none."""

import os
import shutil
from functools import cache

import pytest
from hypothesis import settings

pytest_plugins = ["browser_pages", "linted_course"]

NO_BROWSER = "no Chromium was found"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")

# How long an example takes says more of the machine than of the code.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


def chromium() -> str | None:
    """The browser that the tests drive: `CURRICULUM_CHROMIUM`, else the first one on the PATH."""
    return os.environ.get("CURRICULUM_CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)


# Where tests make gradebooks by the dozen.
GRADEBOOKS = {"cohorts", "grading", "reports"}


def pytest_collection_finish(session: pytest.Session) -> None:
    """nbgrader starts alembic, for 2 to 3 seconds, to ask the same of every gradebook that is made: here once."""
    if GRADEBOOKS.isdisjoint(item.path.parent.name for item in session.items):
        return
    from nbgrader import api

    api.get_alembic_version = cache(api.get_alembic_version)


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("browser") is None or chromium() is not None:
        return
    if os.environ.get("CI"):
        pytest.fail(f"{NO_BROWSER}; on CI no test may be left out", pytrace=False)
    pytest.skip(NO_BROWSER)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    skipped = terminalreporter.stats.get("skipped", [])
    count = sum(NO_BROWSER in str(report.longrepr) for report in skipped)
    if count:
        terminalreporter.write_line(
            f"{count} browser tests were left out: {NO_BROWSER}. To run them: sudo make browser "
            "(apt-get install chromium), then make test."
        )
