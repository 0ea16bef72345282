"""`curriculum overview`: a module at a glance, and the same tables on the instructors' pages."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from tiny_course import write_course

from curriculum_utils.cli import cli
from curriculum_utils.cli.overview import as_markdown
from curriculum_utils.content import load_course
from curriculum_utils.content.overview import overview
from curriculum_utils.items import SCHEMAS

ROOT = Path(__file__).parents[2]
COURSE = load_course(ROOT / "curriculum", SCHEMAS)

TINY = """\
first-steps: First steps

notebook  minutes  practice  pretest  graded  points
1-look    5        4         –        –       –
2-show    5        –         –        4       9
10 minutes and 9 points in all.

kind of item  difficulty  form A  form B  about

4 clients with 1 different problem:

age       all  practice  pretest  graded
30 to 44  4    2         –        2

pronouns  all  practice  pretest  graded
she/her   4    2         –        2

setting            all  practice  pretest  graded
community service  4    2         –        2

"""


def run(*arguments: str):
    return CliRunner().invoke(cli, ["overview", *arguments])


def test_it_shows_minutes_items_points_and_clients(tmp_path: Path):
    write_course(tmp_path)
    result = run("first-steps", "--course", str(tmp_path))
    assert result.exit_code == 0
    assert result.output == TINY


def test_an_unknown_module_is_told_with_the_nearest(tmp_path: Path):
    write_course(tmp_path)
    result = run("first-step", "--course", str(tmp_path))
    assert result.exit_code == 2
    assert 'no module "first-step"; did you mean "first-steps"?' in result.output


def test_as_json_it_has_everything_of_every_module():
    result = run("--json", "--course", str(ROOT))
    entries = json.loads(result.output)
    assert [entry["module"] for entry in entries] == list(COURSE.modules)
    for entry in entries:
        assert entry["minutes"] == sum(row["minutes"] for row in entry["notebooks"])
        assert sum(entry["clients"].values()) == sum(sum(by.values()) for by in entry["spread"]["age"].values())


@pytest.mark.parametrize("slug", COURSE.modules)
def test_each_cell_of_the_pre_test_stands_in_the_assessment(slug: str):
    rows = overview(COURSE, COURSE.modules[slug], SCHEMAS).blueprint
    assert all(0 < row.form_a <= row.form_b for row in rows if row.type != "practice-session")
    assert sum(row.form_b for row in rows) == 16


@pytest.mark.parametrize("slug", COURSE.modules)
def test_the_page_for_instructors_has_the_tables_of_today(slug: str):
    tables = as_markdown(overview(COURSE, COURSE.modules[slug], SCHEMAS))
    assert tables in (ROOT / "docs/instructors" / f"{slug}.md").read_text("utf-8"), "run: make docs"
