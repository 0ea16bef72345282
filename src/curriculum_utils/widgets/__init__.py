"""What a page's code cells call: a lesson's `show("item-id")` and `grade("item-id")`, `start()` and `again()`."""

from curriculum_utils.widgets.cells import again, grade, show, start

__all__ = ["again", "grade", "show", "start"]
