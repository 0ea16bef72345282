"""The instructor's notebook: what its one cell calls. The verbs are those of the commands, thin over what lies below."""


def desk() -> None:
    """Show the desk of the course that the notebook lies in; what keeps it from being shown is told in its place."""
    from pathlib import Path  # noqa: PLC0415 - whoever imports the package need not have a page
    from html import escape  # noqa: PLC0415

    from curriculum_utils.widgets.jupyter import show_html, show_widget  # noqa: PLC0415

    try:
        from curriculum_utils.desk.page import Desk, course_of  # noqa: PLC0415

        show_widget(Desk(course_of(Path.cwd())))
    except Exception as error:  # noqa: BLE001 - an instructor never sees a traceback
        show_html(f"<p>The desk cannot be shown: {escape(str(error) or type(error).__name__)}</p>")


__all__ = ["desk"]
