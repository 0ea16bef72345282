"""What the start page offers where a module is not as it is released: a corrected version, or what is missing."""

from collections.abc import Mapping
from pathlib import Path

from curriculum_utils.content import as_list, as_mapping
from curriculum_utils.widgets.handing_in import ask_nbgrader, has_exchange

Offer = Mapping[str, object]
"""As `releases.Difference`: module, title, state, again, missing."""

OFFER_SENTENCES = (
    "safe-corrected",
    "safe-corrected-none",
    "safe-missing",
    "safe-damaged",
    "safe-damaged-alone",
    "safe-lesson-missing",
    "safe-take",
    "safe-fetch",
    "safe-fetch-module",
    "safe-taking",
    "safe-taken",
    "safe-looking",
    "safe-nothing-new",
    "safe-new",
)


def look(home: Path, *, fetch_new: bool) -> tuple[list[Offer], int]:
    """The offers for the modules in `home`, and how many new ones were fetched; nothing where there is no exchange.

    Raises:
        HandingInFailed: the exchange could not be asked.
    """
    if not has_exchange():
        return [], 0
    told = ask_nbgrader("look-and-fetch" if fetch_new else "look", home, "-", "safe-not-looked")
    found: list[Offer] = [as_mapping(one) for one in as_list(told.get("modules"))]
    offers = [one for one in found if one.get("state") in ("corrected", "missing", "damaged")]
    return offers, sum(fetch_new and one.get("state") == "new" for one in found)


def take(home: Path, module: str) -> None:
    """Makes the module what is released; answers stay.

    Raises:
        HandingInFailed: it could not be fetched; what was there before still works.
    """
    ask_nbgrader("take", home, module, "safe-not-taken")
