"""What all exercises of a page are drawn with, sent once to each page: a widget that is never seen.

Sent along with every exercise it came to half a megabyte for a lesson. An exercise that finds nothing to be drawn with
asks for it (`loader.js`): a page that came later, or one whose connection broke.
"""

import anywidget

from curriculum_utils.widgets.jupyter import asking_page
from curriculum_utils.widgets.scripts import drawing_script, static

TYPES = ("choose-move", "write-reply", "spot-the-trap", "match-reason", "practice-session")
SCRIPT, LOADER = drawing_script(TYPES)

_sent: set[str] = set()


class SharedScripts(anywidget.AnyWidget):
    """The scripts of all item types, and the style of the exercises."""

    _esm = SCRIPT
    _css = static("card.css")


def send_scripts(*, again: bool = False) -> None:
    """Send them to the page that runs the cell or asked for them; a second time only if `again`."""
    page = asking_page()
    if again or page not in _sent:
        SharedScripts()
        _sent.add(page)
