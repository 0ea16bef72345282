"""From content to notebooks."""

from curriculum_utils.notebooks.build import Difference, build, built_files, check, ordered_items

__all__ = ["Difference", "build", "built_files", "check", "ordered_items"]
