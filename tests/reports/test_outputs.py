"""The workbook, the blind report, the comparison and the supervision sheet of the small term."""

import json
import re
import sqlite3
import zipfile
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pandas as pd
import pytest
from bs4 import BeautifulSoup
from click.testing import CliRunner
from report_term import DOUBTFUL, MADE, MODULE, ONE_OF_THREE, TRAPPED, UNDECIDED, WHOLE, Term, scripted

from curriculum_utils.cli.report import report_command
from curriculum_utils.errors import CohortError
from curriculum_utils.reports import ReportData, agreement, write_comparison, write_report, write_supervision
from curriculum_utils.reports.blind import handle_key, handles
from curriculum_utils.reports.comparison import compare
from curriculum_utils.reports.page import lateness, page
from curriculum_utils.reports.supervision import redacted
from curriculum_utils.reports.workbook import write_workbook

NS = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}


def sheets(path: Path) -> dict[str, list[list[tuple[str, str]]]]:
    """Each sheet's rows as (type, text) cells, read without the code that wrote them."""
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        names = [
            str(tag.get("name")) for tag in ET.fromstring(archive.read("xl/workbook.xml")).findall(".//m:sheet", NS)
        ]
        found: dict[str, list[list[tuple[str, str]]]] = {}
        for at, name in enumerate(names, start=1):
            root = ET.fromstring(archive.read(f"xl/worksheets/sheet{at}.xml"))
            found[name] = [
                [(cell.get("t", "n"), "".join(cell.itertext())) for cell in row.findall("m:c", NS)]
                for row in root.findall(".//m:row", NS)
            ]
        return found


def test_text_stays_text_and_a_missing_value_is_an_empty_cell(tmp_path: Path):
    frame = pd.DataFrame({"a": ["=1+1", "+2", "-3", "@x", "<&>\x00"], "b": [0.5, None, 2, float("nan"), True]})
    write_workbook({"one": frame, "two": frame[:0]}, tmp_path / "x.xlsx")
    found = sheets(tmp_path / "x.xlsx")
    assert found["one"] == [
        [("inlineStr", "a"), ("inlineStr", "b")],
        [("inlineStr", "=1+1"), ("n", "0.5")],
        [("inlineStr", "+2")],
        [("inlineStr", "-3"), ("n", "2")],
        [("inlineStr", "@x")],
        [("inlineStr", "<&>\N{REPLACEMENT CHARACTER}"), ("b", "1")],
    ]
    assert found["two"] == [[("inlineStr", "a"), ("inlineStr", "b")]]
    first = (tmp_path / "x.xlsx").read_bytes()
    write_workbook({"one": frame, "two": frame[:0]}, tmp_path / "x.xlsx")
    assert (tmp_path / "x.xlsx").read_bytes() == first


@pytest.mark.parametrize("name", ["", "a/b", "x" * 32])
def test_a_sheet_s_name_must_be_possible(tmp_path: Path, name: str):
    with pytest.raises(ValueError, match="cannot be the name of a sheet"):
        write_workbook({name: pd.DataFrame({"a": [1]})}, tmp_path / "x.xlsx")


def test_the_workbook_holds_every_table_and_says_from_what(term: Term, tmp_path: Path):
    files = write_report(term.cohort, tmp_path / "out", scorer=scripted(), made=MADE)
    found = sheets(files.workbook)
    assert list(found) == ["about", *files.tables]
    about = {row[0][1]: row[1][1] for row in found["about"][1:] if len(row) > 1}
    assert about["cohort"] == "spring"
    assert about["made at"] == "2026-11-22T10:30:00+00:00"
    assert about[f"release of {MODULE}, offered now"] == term.release.release
    for name, path in files.tables.items():
        assert len(found[name]) == len(pd.read_csv(path)) + 1


def test_a_blind_report_names_nobody(term: Term, tmp_path: Path):
    (term.cohort.step("submitted") / "mallory").mkdir()
    files = write_report(term.cohort, tmp_path / "out", scorer=scripted(), made=MADE, blind=True)
    book = "".join(text for rows in sheets(files.workbook).values() for row in rows for _, text in row)
    texts = [path.read_text("utf-8") for path in (files.page, *files.tables.values())]
    for secret in ("Okafor", "Smith", "Nørgaard", "Ana", "mallory"):
        assert not any(secret in text for text in (*texts, book))
    for text in (files.tables["learners"], files.tables["attempts"]):
        assert set(pd.read_csv(text)["learner"]) <= set(
            handles(["ana", "bo", "cy", "dee"], handle_key(term.cohort)).values()
        )
    shown = pd.read_csv(files.tables["learners"])
    # The numbers are the same under another name: ana has 6 points, bo 4.
    assert sorted(shown["points"].dropna()) == [4.0, 6.0]
    assert list(shown["learner"]) == sorted(shown["learner"])


def test_handles_stay_and_are_nothing_without_the_key(term: Term):
    key = handle_key(term.cohort)
    path = term.cohort.folder / "report-handles.key"
    assert handle_key(term.cohort) == key
    assert path.stat().st_mode & 0o777 == 0o600
    assert handles(["ana", "bo"], key) != handles(["ana", "bo"], b"\x00" * 32)
    assert len(set(handles([f"l{n}" for n in range(3000)], key).values())) == 3000
    path.write_bytes(b"short")
    with pytest.raises(CohortError, match="damaged; restore it"):
        handle_key(term.cohort)


def test_a_comparison_has_both_means_and_says_where_it_limps(data: ReportData):
    found = compare(data, data)
    points = found.points[0]
    # ana 6/9, bo 4/6: the same share twice
    assert (points.first.n, points.first.mean) == (2, pytest.approx(2 / 3))
    assert (points.difference.mean, points.difference.n) == (0.0, 4)
    asks = next(row for row in found.criteria if row.name == "asks what it is like")
    # by learner: ana 2 of 2, bo 0 of 1, cy 0 of 1
    assert (asks.first.n, asks.first.mean) == (3, pytest.approx(1 / 3))
    assert any("spring has 4 learners" in one for one in found.limps)
    assert not any("other versions" in one for one in found.limps)


def test_other_releases_scorers_and_rubrics_are_told(data: ReportData):
    releases = tuple(replace(row, digest="0" * 64, scorer_version="newer") for row in data.releases)
    other = replace(data, releases=releases, learners=(), rubric_versions=("2.0",), scorer_version="newer")
    found = compare(data, other)
    assert found.limps[:4] == (
        "“First steps” was released in other versions: not everybody answered the same items.",
        "The releases were graded by other versions of the scorer: the machine’s points differ for that.",
        "The rubric’s versions differ: a criterion of the same name may mean something else.",
        "Replies were read by different scorers in this report.",
    )
    assert (found.points[0].second.n, found.points[0].difference.mean) == (0, None)
    assert "“First steps” was released to one of the two only." in compare(data, replace(data, releases=())).limps


def test_a_cohort_is_not_compared_with_itself(term: Term, tmp_path: Path):
    with pytest.raises(CohortError, match="compared with itself; name two"):
        write_comparison(term.cohort, term.cohort, tmp_path / "out", scorer=scripted())
    assert not (tmp_path / "out").exists()


def test_the_sheet_has_replies_of_each_kind_and_no_name(term: Term, tmp_path: Path):
    out = tmp_path / "sheet.html"
    sheet = write_supervision(term.cohort, out, scorer=scripted(), made=MADE)
    rows = {row.name: row for row in sheet.criteria}
    asks = rows["asks_open"]
    # Last replies asked for it and read: ana's two whole ones, bo's TRAPPED, cy's DOUBTFUL; UNDECIDED was not read.
    assert (asks.total, asks.asked, sheet.left_out, sheet.replies, sheet.learners) == (2, 4, 1, 4, 3)
    assert [one.text for one in asks.good] == [WHOLE]
    assert [one.text for one in asks.missed] == [TRAPPED]
    assert [(one.text, one.doubt) for one in asks.doubtful] == [(DOUBTFUL, "It is doubtful.")]
    (trap,) = sheet.traps
    assert (trap.name, trap.total, [one.text for one in trap.good]) == ("fixes_it", 1, [TRAPPED])
    text = out.read_text("utf-8")
    assert UNDECIDED not in text
    assert ONE_OF_THREE + "<" not in text  # ana's first attempt, mended since
    shown = BeautifulSoup(text, "html.parser").get_text(" ")
    assert not re.search(r"\b(ana|bo|cy|Okafor|Smith|Nørgaard)\b", shown)
    assert out.stat().st_mode & 0o777 == 0o600


def test_names_and_details_are_taken_out_of_a_reply():
    said = "Ask Ana Okafor (ana@example.org); bo said so, and OKAFOR too. Anatomy stays."
    assert redacted(said, ["Ana", "Okafor", "bo"]) == (
        "Ask [a name] [a name] ([an e-mail address]); [a name] said so, and [a name] too. Anatomy stays."
    )
    assert redacted("So he goes on.", ["So"]) == "[a name] he goes on."
    assert redacted("and so on", ["So"]) == "and so on"


def test_agreement_is_label_by_label_and_over_all():
    frame = pd.DataFrame(
        [("a", True, True), ("a", True, False), ("a", False, False), ("a", False, False), ("b", True, True)],
        columns=["label", "person", "scorer"],
    )
    rows = {row.label: row for row in agreement(frame)}
    a = rows["a"]
    # agreed 3/4; by chance 1/2 × 1/4 + 1/2 × 3/4 = 1/2
    assert (a.kappa.n, a.person, a.scorer, a.overturned, a.kappa.agreed, a.kappa.kappa) == (4, 2, 1, 1, 0.75, 0.5)
    assert (rows["b"].kappa.agreed, rows["b"].kappa.kappa) == (1.0, None)
    assert (rows["all labels"].kappa.n, rows["all labels"].kappa.agreed, rows["all labels"].kappa.low) == (5, 0.8, None)
    assert agreement(frame[:0]) == []
    with pytest.raises(ValueError, match="no scorer"):
        agreement(frame.drop(columns="scorer"))
    with pytest.raises(ValueError, match="yes or no from both"):
        agreement(frame.assign(person=[True, None, True, True, True]))


def test_the_last_decision_on_each_answer_counts(term: Term):
    def labels(*, person: bool) -> str:
        entries = [{"turn": 0, "label": "asks_open", "machine": True, "person": person, "probability": 0.5}]
        return json.dumps([*entries, {"turn": 0, "label": "soothes", "machine": None, "person": True}])

    rows = [
        ("g1", "decide", labels(person=False)),
        ("g1", "decide", labels(person=True)),
        ("g2", "decide", labels(person=False)),
        ("g3", "decide", labels(person=False)),
        ("g3", "withdraw", "[]"),
    ]
    with closing(sqlite3.connect(term.cohort.gradebook_path)) as connection, connection:
        connection.execute("CREATE TABLE curriculum_decision (id INTEGER PRIMARY KEY, grade_id, action, labels)")
        connection.executemany("INSERT INTO curriculum_decision (grade_id, action, labels) VALUES (?, ?, ?)", rows)
    data = term.report()
    (row, _) = data.agreement
    assert (row.label, row.kappa.n, row.person, row.scorer, row.overturned) == ("asks_open", 2, 1, 2, 1)
    assert "on doubtful replies" in page(data)


def test_late_work_is_told_with_extensions_taken_into_account(term: Term):
    with closing(sqlite3.connect(term.cohort.gradebook_path)) as connection, connection:
        connection.execute("UPDATE assignment SET duedate = '2026-10-08 18:00:00'")
        # as nbgrader keeps an interval on SQLite: bo has three days more
        connection.execute(
            "UPDATE submitted_assignment SET extension = '1970-01-04 00:00:00.000000' WHERE student_id = 'bo'"
        )
    data = term.report()
    places = {row.learner: row.modules[0] for row in data.learners}
    ana = places["ana"].late
    assert ana is not None
    assert lateness(ana) == "2 days late"
    assert places["bo"].late is None
    assert data.modules[0].late == 1
    rows = BeautifulSoup(page(data), "html.parser").select("#learners tbody tr")
    assert "2 days late" in rows[0].get_text()
    assert "late" not in rows[1].get_text().replace("taken off, late", "")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--compare", "a", "b", "--blind"], "--compare stands alone"),
        (["--supervision", "x.html", "--blind"], "leave out --out and --blind"),
        (["--compare", "spring", "nowhere"], "nowhere"),
    ],
)
def test_options_that_do_not_fit_are_refused(term: Term, options: list[str], said: str):
    result = CliRunner().invoke(report_command, ["--course", str(term.cohort.root), *options])
    assert result.exit_code != 0
    assert said in result.output + str(result.exception)
    assert not term.cohort.report_folder.exists()
