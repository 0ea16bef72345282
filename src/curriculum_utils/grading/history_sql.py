"""The triggers behind the history of grades, in the words of SQLite and of PostgreSQL; who calls them is in `history`.

A trigger sees every write, whoever makes it: formgrader, nbgrader's commands, our own steps, and SQL by hand. It
resolves names at once, so that a change can be read after the rows that it names are gone.
"""

# Statements are put together from the constants of this module alone; nothing that anybody typed is in them.
# ruff: noqa: S608

from collections.abc import Mapping

from curriculum_utils.content import sha256

HISTORY_NAME = "curriculum_grade_history"
WRITER_NAME = "curriculum_writer"
PREFIX = "curriculum_history_"
VALUES = ("auto_score", "manual_score", "extra_credit", "needs_manual_grade")
_PENALTY = "late_submission_penalty"

_NOW = {
    "sqlite": "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')",
    "postgresql": """to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')""",
}
_DIFFERS = {"sqlite": "IS NOT", "postgresql": "IS DISTINCT FROM"}
_COLUMNS = (
    "at, change, grade_id, learner, module, notebook, item, who, why, versions, "
    "old_auto_score, old_manual_score, old_extra_credit, old_needs_manual_grade, old_penalty, "
    "new_auto_score, new_manual_score, new_extra_credit, new_needs_manual_grade, new_penalty"
)
_KEPT = (
    *("at", "change", "grade_id", "learner", "module", "notebook", "item"),
    *(f"{side}_{name}" for side in ("old", "new") for name in (*VALUES, "penalty")),
)
_SUBMITTED = "submitted_notebook s JOIN submitted_assignment a ON a.id = s.assignment_id"


def trigger_statements(dialect: str) -> dict[str, tuple[str, ...]]:
    """The statements that make each trigger, by its name; a name changes with what its trigger does.

    Raises:
        KeyError: a database of another kind than SQLite and PostgreSQL.
    """
    make = _sqlite if dialect == "sqlite" else _postgresql
    parts = _parts(dialect)
    digest = sha256(repr(make("", parts, _guards(dialect))))[:8]
    return make(f"{PREFIX}{digest}", parts, _guards(dialect))


def drop_statement(dialect: str, name: str, table: str) -> str:
    """Takes one trigger away; its function, on PostgreSQL, is left without effect."""
    return f"DROP TRIGGER IF EXISTS {name}" + (f" ON {table}" if dialect == "postgresql" else "")


def found_statement(dialect: str) -> str:
    """Writes down each grade that stands otherwise than its last change left it: what no trigger has seen."""
    differs = _DIFFERS[dialect]
    changed = " OR ".join(f"g.{name} {differs} h.new_{name}" for name in VALUES)
    old = ", ".join(f"h.new_{name}" for name in VALUES)
    new = ", ".join(f"g.{name}" for name in VALUES)
    return f"""INSERT INTO {HISTORY_NAME} ({_COLUMNS})
SELECT {_NOW[dialect]}, 'found', g.id, a.student_id, m.name, n.name, c.name, NULL, NULL, NULL,
 {old}, NULL, {new}, NULL
FROM grade g JOIN base_cell c ON c.id = g.cell_id
 JOIN submitted_notebook s ON s.id = g.notebook_id JOIN notebook n ON n.id = s.notebook_id
 JOIN submitted_assignment a ON a.id = s.assignment_id JOIN assignment m ON m.id = a.assignment_id
 LEFT JOIN {HISTORY_NAME} h
 ON h.id = (SELECT MAX(l.id) FROM {HISTORY_NAME} l WHERE l.grade_id = g.id AND l.item IS NOT NULL)
WHERE (h.id IS NOT NULL AND ({changed})) OR (h.id IS NULL AND {_has_value("g", dialect)})
ORDER BY a.student_id, m.name, n.name, c.name"""


def _has_value(row: str, dialect: str) -> str:
    """Whether a grade says anything."""
    return f"({_has_points(row)} OR {row}.needs_manual_grade = {'1' if dialect == 'sqlite' else 'TRUE'})"


def _has_points(row: str) -> str:
    return " OR ".join(f"{row}.{name} IS NOT NULL" for name in VALUES[:3])


def _parts(dialect: str) -> dict[str, tuple[str, str, str]]:
    """By operation: the table it is of, when it counts, and what is then written down."""
    differs = _DIFFERS[dialect]
    changed = " OR ".join(f"OLD.{name} {differs} NEW.{name}" for name in VALUES)
    nothing, penalties = ["NULL"] * 4, (f"OLD.{_PENALTY}", f"NEW.{_PENALTY}")
    old, new = ([f"{side}.{name}" for name in VALUES] for side in ("OLD", "NEW"))
    penalised = f"COALESCE({penalties[0]}, 0) <> COALESCE({penalties[1]}, 0)"
    return {
        "insert": (
            "grade",
            _has_points("NEW"),  # nbgrader makes an empty one for every cell of a submission
            _written(dialect, "insert", "NEW", [*nothing, "NULL", *new, "NULL"]),
        ),
        "update": ("grade", changed, _written(dialect, "update", "NEW", [*old, "NULL", *new, "NULL"])),
        "delete": (
            "grade",
            _has_value("OLD", dialect),
            _written(dialect, "delete", "OLD", [*old, "NULL", *nothing, "NULL"]),
        ),
        "late": (
            "submitted_notebook",
            penalised,
            _written(dialect, "update", "NEW", [*nothing, penalties[0], *nothing, penalties[1]], item=False),
        ),
    }


def _written(dialect: str, change: str, row: str, values: list[str], *, item: bool = True) -> str:
    submitted = f"{row}.notebook_id" if item else f"{row}.id"
    names = {
        "learner": f"SELECT a.student_id FROM {_SUBMITTED} WHERE s.id = {submitted}",
        "module": f"SELECT m.name FROM {_SUBMITTED} JOIN assignment m ON m.id = a.assignment_id "
        f"WHERE s.id = {submitted}",
        "notebook": f"SELECT n.name FROM submitted_notebook s JOIN notebook n ON n.id = s.notebook_id "
        f"WHERE s.id = {submitted}",
        "item": f"SELECT c.name FROM base_cell c WHERE c.id = {row}.cell_id" if item else "SELECT NULL",
    }
    # Where the rows that give a name went first, the last change of the same grade still knows it.
    last = f"FROM {HISTORY_NAME} h WHERE h.grade_id = {row}.id ORDER BY h.id DESC LIMIT 1"
    resolved = [f"COALESCE(({query}), (SELECT h.{name} {last}))" for name, query in names.items()]
    writer = [f"(SELECT w.{name} FROM {WRITER_NAME} w LIMIT 1)" for name in ("who", "why", "versions")]
    given = ", ".join([_NOW[dialect], f"'{change}'", f"{row}.id", *resolved, *writer, *values])
    return f"INSERT INTO {HISTORY_NAME} ({_COLUMNS}) SELECT {given}"


def _guards(dialect: str) -> dict[str, tuple[str, str]]:
    """By operation on the history itself: when it is refused, and with what words."""
    differs = _DIFFERS[dialect]
    kept = " OR ".join(f"OLD.{name} {differs} NEW.{name}" for name in _KEPT)
    return {
        "keep": (f"OLD.who IS NOT NULL OR {kept}", "UPDATE"),
        "hold": (f"NOT EXISTS (SELECT 1 FROM {WRITER_NAME})", "DELETE"),
    }


_REFUSAL = "the history of grades is only added to"


def _sqlite(
    prefix: str, parts: Mapping[str, tuple[str, str, str]], guards: Mapping[str, tuple[str, str]]
) -> dict[str, tuple[str, ...]]:
    found = {
        f"{prefix}_{name}": (
            f"CREATE TRIGGER {prefix}_{name} AFTER {_operation(name)} ON {table} WHEN {when} BEGIN {then}; END",
        )
        for name, (table, when, then) in parts.items()
    }
    for name, (when, operation) in guards.items():
        found[f"{prefix}_{name}"] = (
            (
                f"CREATE TRIGGER {prefix}_{name} BEFORE {operation} ON {HISTORY_NAME} WHEN {when} "
                f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
            ),
        )
    return found


def _postgresql(
    prefix: str, parts: Mapping[str, tuple[str, str, str]], guards: Mapping[str, tuple[str, str]]
) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for name, (table, when, then) in parts.items():
        # Whatever goes wrong in here must not cost nbgrader its write.
        told = "RAISE WARNING USING MESSAGE = SQLERRM"
        body = f"BEGIN {then}; RETURN NULL; EXCEPTION WHEN OTHERS THEN {told}; RETURN NULL; END"
        found[f"{prefix}_{name}"] = (
            _function(f"{prefix}_{name}", body),
            (
                f"CREATE TRIGGER {prefix}_{name} AFTER {_operation(name)} ON {table} FOR EACH ROW WHEN ({when}) "
                f"EXECUTE FUNCTION {prefix}_{name}()"
            ),
        )
    for name, (when, operation) in guards.items():
        goes_on = "OLD" if operation == "DELETE" else "NEW"
        # PostgreSQL allows no subquery in a trigger's WHEN.
        body = f"BEGIN IF {when} THEN RAISE EXCEPTION '{_REFUSAL}'; END IF; RETURN {goes_on}; END"
        found[f"{prefix}_{name}"] = (
            _function(f"{prefix}_{name}", body),
            (
                f"CREATE TRIGGER {prefix}_{name} BEFORE {operation} ON {HISTORY_NAME} FOR EACH ROW "
                f"EXECUTE FUNCTION {prefix}_{name}()"
            ),
        )
    return found


def _function(name: str, body: str) -> str:
    return f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $body$ {body} $body$"


def _operation(name: str) -> str:
    return "UPDATE" if name == "late" else name.upper()
