"""Writes timing and blueprint of each module into its page for instructors; run by `make docs`."""

import re
from pathlib import Path

from curriculum_utils.cli.overview import as_markdown
from curriculum_utils.content import load_course
from curriculum_utils.content.overview import overview
from curriculum_utils.items import SCHEMAS

ROOT = Path(__file__).parents[1]
BEGIN, END = "<!-- blueprint: begin -->", "<!-- blueprint: end -->"


def filled(page: str, tables: str) -> str:
    """The page with the tables between its marks."""
    return re.sub(f"{BEGIN}.*{END}", lambda _: f"{BEGIN}\n\n{tables}\n\n{END}", page, flags=re.DOTALL)


def main() -> None:
    course = load_course(ROOT / "curriculum", SCHEMAS)
    for module in course.modules.values():
        path = ROOT / "docs/instructors" / f"{module.slug}.md"
        path.write_text(filled(path.read_text("utf-8"), as_markdown(overview(course, module, SCHEMAS))), "utf-8")


if __name__ == "__main__":
    main()
