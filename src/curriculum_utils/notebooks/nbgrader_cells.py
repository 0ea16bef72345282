"""The only place that writes nbgrader metadata, and the only forms a code cell of ours can have."""

from curriculum_utils.content import Item

Cell = dict[str, object]
"""A cell as nbformat 4.5 stores it."""

SETUP = "from curriculum_utils.widgets import grade, show"
# nbgrader's cell metadata format that version 0.9 writes.
SCHEMA_VERSION = 3
_FIXED = {"deletable": False, "editable": False}


def setup_cell() -> Cell:
    """The first code cell of every lesson."""
    return _code_cell("setup_cell", SETUP, {})


def item_cell(item: Item) -> Cell:
    """The cell that shows an item; for a graded one it is an nbgrader grade cell that holds only the item's id."""
    metadata: dict[str, object] = {"curriculum": {"item": item.id}}
    verb = "show"
    if item.graded:
        verb = "grade"
        metadata["nbgrader"] = {
            "cell_type": "code",
            "grade": True,
            "grade_id": item.id,
            "locked": True,
            "points": item.exercise.points,
            "schema_version": SCHEMA_VERSION,
            "solution": False,
            "task": False,
        }
    # An item's id has at most 64 characters, as a cell's has.
    return _code_cell(item.id, f'{verb}("{item.id}")', metadata)


def prose_cell(cell_id: str, text: str) -> Cell:
    """A Markdown cell that learners cannot edit by accident."""
    return {"cell_type": "markdown", "id": cell_id, "metadata": _FIXED, "source": text}


def _code_cell(cell_id: str, source: str, metadata: dict[str, object]) -> Cell:
    return {
        "cell_type": "code",
        "execution_count": None,
        "id": cell_id,
        "metadata": {**metadata, **_FIXED},
        "outputs": [],
        "source": source,
    }
