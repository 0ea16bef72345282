"""The pages' scripts and styles, which travel to the browser as text."""

import hashlib
from collections.abc import Sequence
from importlib.resources import files

DEFAULT = "export default "


def static(name: str) -> str:
    """A file of `widgets/static` as text."""
    return files("curriculum_utils.widgets").joinpath("static", name).read_text("utf-8")


def script(*names: str) -> str:
    """Scripts behind those that all share, as one module: one that arrives as text cannot import its neighbour."""
    return "\n".join(map(static, ("common.js", "private.js", *names)))


def drawing_script(types: Sequence[str]) -> tuple[str, str]:
    """The scripts of these item types as one module that hands them to the page, and the loader that waits for them.

    Each type's script is a module of its own; in one text it becomes a function, so that no two names meet.
    """
    parts = [f'"{name}": {_as_function(static(name.replace("-", "_") + ".js"))},' for name in types]
    drawing = "\n".join(
        (script("contest.js", "returned.js", "attempts.js", "exercise.js"), "const TYPES = {", *parts, "};")
    )
    version = hashlib.sha256(drawing.encode()).hexdigest()[:16]
    loader = static("loader.js").replace("{version}", version)
    handed = "export default { initialize() { shared.come(TYPES); } };\n"
    return f"{loader.split(DEFAULT)[0]}\n{drawing}\n{handed}", loader


def _as_function(module: str) -> str:
    if module.count(DEFAULT) != 1:
        raise ValueError("the script of an item type exports one thing")
    return f"(() => {{\n{module.replace(DEFAULT, 'return ')}}})()"
