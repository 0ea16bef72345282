"""The instructor's notebook: what its one cell calls. Its verbs are those of the commands."""

from html import escape
from pathlib import Path


def desk() -> None:
    """Show the desk of the course that the notebook lies in; what keeps it from being shown is told in its place."""
    from curriculum_utils.widgets.jupyter import show_html, show_widget  # noqa: PLC0415 - heavy, and not needed to import

    try:
        from curriculum_utils.desk.page import Desk, course_of  # noqa: PLC0415

        show_widget(Desk(course_of(Path.cwd())))
    except Exception as error:  # noqa: BLE001 - an instructor never sees a traceback
        show_html(f"<p>The desk cannot be shown: {escape(str(error) or type(error).__name__)}</p>")


__all__ = ["desk"]
