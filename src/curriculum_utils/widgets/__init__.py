"""What a lesson's code cells call: `show("item-id")` and `grade("item-id")`."""

from curriculum_utils.widgets.cells import grade, show

__all__ = ["grade", "show"]
