"""The CSV files: read back as they were meant, by pandas and by a spreadsheet."""

import csv
from pathlib import Path

import pandas as pd
import pytest
from report_term import MADE, MODULE, WHOLE, Term, begin, scripted

from curriculum_utils.reports import ReportData, write_report
from curriculum_utils.reports.frames import frames, write_csv


@pytest.fixture(scope="session")
def tables(finished: Term, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    out = tmp_path_factory.mktemp("tables")
    return dict(write_report(finished.cohort, out, scorer=scripted(), made=MADE).tables)


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def test_a_name_with_a_comma_stays_in_its_column(tables: dict[str, Path]):
    learners = {row["learner"]: row for row in rows(tables["learners"])}
    assert learners["bo"]["last_name"] == "Smith, Jr."
    assert learners["bo"]["first_name"] == "Bo"
    assert learners["cy"]["last_name"] == "Nørgaard"


def test_each_learner_is_a_line_with_every_module_in_columns(tables: dict[str, Path]):
    bo = {row["learner"]: row for row in rows(tables["learners"])}["bo"]
    # 4 points of 9, of which 6 are decided
    assert (bo["points"], bo["maximum"], bo["share"], bo["waiting"]) == ("4.0", "9.0", "0.6667", "1")
    assert bo[f"{MODULE}: state"] == "graded"
    assert bo[f"{MODULE}: undecided"] == "3.0"
    assert bo[f"{MODULE}: submitted_at"] == "2026-10-11T18:00:00+00:00"


def test_what_is_not_decided_is_an_empty_cell_and_no_zero(tables: dict[str, Path]):
    dee = {row["learner"]: row for row in rows(tables["learners"])}["dee"]
    assert (dee["points"], dee["share"], dee["not_handed_in"]) == ("", "", MODULE)
    waits = [row for row in rows(tables["attempts"]) if row["state"] == "waits for a person"]
    assert [(row["learner"], row["credit"]) for row in waits] == [("bo", "")]


def test_pandas_reads_every_table_back(tables: dict[str, Path], data: ReportData):
    for name, frame in frames(data).items():
        back = pd.read_csv(tables[name], keep_default_na=False, na_values=[""])
        assert list(back.columns) == list(frame.columns)
        assert len(back) == len(frame)
    items = pd.read_csv(tables["items"]).set_index("item")
    assert items.loc["fs-a-spot", "credit"] == 0.875


def test_lists_stand_in_one_cell(tables: dict[str, Path]):
    attempt = next(row for row in rows(tables["attempts"]) if (row["learner"], row["item"]) == ("bo", "fs-write"))
    assert (attempt["met"], attempt["missing"], attempt["traps"]) == (
        "names_weight; names_pattern",
        "asks_open",
        "fixes_it",
    )


def test_text_that_a_spreadsheet_would_run_is_kept_from_it(tmp_path: Path):
    term = begin(tmp_path, 'id,first_name,last_name\nana,"=1+1","@SUM(A1)"\nbo,"+49 30","line\nbreak ""quoted"""\n')
    term.answer("ana", "fs-write", {"text": WHOLE})
    files = write_report(term.cohort, tmp_path / "out", scorer=scripted(), made=MADE)
    ana, bo = rows(files.tables["learners"])
    assert (ana["first_name"], ana["last_name"]) == ("'=1+1", "'@SUM(A1)")
    assert (bo["first_name"], bo["last_name"]) == ("'+49 30", 'line\nbreak "quoted"')


def test_a_negative_number_is_a_number(tmp_path: Path):
    write_csv(pd.DataFrame({"change": [-0.5], "text": ["-0.5"]}), tmp_path / "t.csv")
    assert (tmp_path / "t.csv").read_text("utf-8") == "change,text\n-0.5,'-0.5\n"
