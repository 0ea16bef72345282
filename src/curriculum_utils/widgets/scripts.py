"""The pages' scripts and styles, which travel to the browser as text."""

from importlib.resources import files


def static(name: str) -> str:
    """A file of `widgets/static` as text."""
    return files("curriculum_utils.widgets").joinpath("static", name).read_text("utf-8")


def script(*names: str) -> str:
    """Scripts behind those that all share, as one module: one that arrives as text cannot import its neighbour."""
    return "\n".join(map(static, ("common.js", "private.js", *names)))
