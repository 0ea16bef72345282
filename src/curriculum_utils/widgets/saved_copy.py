"""The answer as HTML beside the live exercise: seen where no kernel runs, hidden where the exercise lives."""

from curriculum_utils.content import words
from curriculum_utils.errors import LogUnreadable
from curriculum_utils.items import html, item_html, stylesheet
from curriculum_utils.widgets.record import ItemRecord

# `:has` must not be nested. An exercise marks itself with .cu-live once it is drawn.
_ONE_OF_THE_TWO = """<style>
.jp-OutputArea:has(.cu-live)>.jp-OutputArea-child:has(.cu-copy){display:none}
.jp-OutputArea:has(.cu-copy):not(:has(.cu-live))>.jp-OutputArea-child:has(>.jupyter-widgets){display:none}
</style>"""


def answer_html(record: ItemRecord) -> str:
    """The item and the answer given last, as one block of escaped HTML, with feedback if it is for practice.

    Raises:
        LogUnreadable: as `read_log`.
    """
    raw = record.last_answer()
    return item_html(record.kind, record.item, raw, record.outcome(raw), record.vocabulary)


def saved_copy(record: ItemRecord) -> str:
    """The block with what it is and how to go on; a log that cannot be read is told in its place."""
    try:
        block = answer_html(record)
    except LogUnreadable as error:
        block = html.paragraph(words("log-unreadable", reason=str(error)))
    except Exception as error:  # noqa: BLE001 - the copy must not keep the exercise from being shown
        block = html.paragraph(words("feedback-failed", reason=str(error) or type(error).__name__))
    note = html.paragraph(words("copy-note"), cls="cu-copy-note")
    # JupyterLab would set a learner's `$…$` as formulas.
    return f"{_ONE_OF_THE_TWO}{stylesheet()}{html.tag('div', block, note, cls='cu-copy tex2jax_ignore mathjax_ignore')}"


def problem_html(sentence: str) -> str:
    """A sentence in place of an exercise that cannot be shown."""
    return stylesheet() + html.tag("div", html.paragraph(sentence, cls="cu-review"), cls="cu-static")
