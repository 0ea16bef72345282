"""What a page's code cells call: a lesson's `show("item-id")` and `grade("item-id")`, the start page's `start()`."""

from curriculum_utils.widgets.cells import grade, show, start

__all__ = ["grade", "show", "start"]
