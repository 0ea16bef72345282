"""Frames as one .xlsx workbook, a sheet each; text is text and is never run as a formula.

Office Open XML (ECMA-376) needs five small parts and a sheet per table. Writing them takes less than a dependency:
no styles but a bold head, no formulas, no charts.
"""

import math
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import pandas as pd

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_CONTENT = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
# What XML 1.0 cannot hold.
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_MOST_CHARACTERS = 32_767  # in one cell, by Excel's limits
_MOST_NAME = 31
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest moment a zip can hold: the same tables give the same bytes
_STYLES = (
    f'<styleSheet xmlns="{_MAIN}"><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill '
    'patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border>'
    '<left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" '
    'fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="2"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" '
    'xfId="0"/><xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/></cellXfs></styleSheet>'
)


def write_workbook(frames: Mapping[str, pd.DataFrame], path: Path) -> None:
    """Writes the frames as sheets, in this order, each with its columns' names as a first row that stays in view.

    Args:
        frames: by sheet name, at most 31 characters, without `: \\ / ? * [ ]`; values are text, numbers, yes or no,
            or missing (an empty cell).
    Raises:
        ValueError: there is no frame, or a name that a workbook cannot have.
    """
    for name in frames:
        if not 0 < len(name) <= _MOST_NAME or re.search(r"[:\\/?*\[\]]", name):
            raise ValueError(
                f'"{name}" cannot be the name of a sheet; at most {_MOST_NAME} characters, no : \\ / ? * [ ]'
            )
    if not frames:
        raise ValueError("a workbook needs at least one sheet")
    parts = {
        "[Content_Types].xml": _content_types(len(frames)),
        "_rels/.rels": _relations([("officeDocument", "xl/workbook.xml")]),
        "xl/workbook.xml": _workbook(list(frames)),
        "xl/_rels/workbook.xml.rels": _relations(
            [*(("worksheet", f"worksheets/sheet{at}.xml") for at in _numbers(frames)), ("styles", "styles.xml")]
        ),
        "xl/styles.xml": _STYLES,
    } | {f"xl/worksheets/sheet{at}.xml": _sheet(frame) for at, frame in enumerate(frames.values(), start=1)}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            info = zipfile.ZipInfo(name, _EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, _HEAD + text)


def _numbers(frames: Mapping[str, pd.DataFrame]) -> range:
    return range(1, len(frames) + 1)


def _content_types(sheets: int) -> str:
    overrides = [("/xl/workbook.xml", f"{_CONTENT}.sheet.main+xml"), ("/xl/styles.xml", f"{_CONTENT}.styles+xml")]
    overrides += [(f"/xl/worksheets/sheet{at}.xml", f"{_CONTENT}.worksheet+xml") for at in range(1, sheets + 1)]
    return (
        f'<Types xmlns="{_TYPES}"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        + "".join(f'<Override PartName="{part}" ContentType="{kind}"/>' for part, kind in overrides)
        + "</Types>"
    )


def _relations(targets: list[tuple[str, str]]) -> str:
    entries = "".join(
        f'<Relationship Id="rId{at}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for at, (kind, target) in enumerate(targets, start=1)
    )
    return f'<Relationships xmlns="{_PACKAGE}">{entries}</Relationships>'


def _workbook(names: list[str]) -> str:
    sheets = "".join(
        f'<sheet name={quoteattr(name)} sheetId="{at}" r:id="rId{at}"/>' for at, name in enumerate(names, start=1)
    )
    return f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{sheets}</sheets></workbook>'


def _sheet(frame: pd.DataFrame) -> str:
    columns = [str(name) for name in frame.columns]
    rows: list[list[Any]] = frame.astype(object).to_numpy().tolist()
    last = f"{_letters(max(len(columns), 1))}{len(rows) + 1}"
    head = _row(1, columns, style=1)
    body = "".join(_row(at, row) for at, row in enumerate(rows, start=2))
    return (
        f'<worksheet xmlns="{_MAIN}"><dimension ref="A1:{last}"/><sheetViews><sheetView workbookViewId="0"><pane '
        'ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
        f'<sheetFormatPr defaultRowHeight="15" defaultColWidth="16"/><sheetData>{head}{body}</sheetData></worksheet>'
    )


def _row(number: int, values: list[Any], *, style: int = 0) -> str:
    cells = (_cell(f"{_letters(column)}{number}", value, style) for column, value in enumerate(values, start=1))
    return f'<row r="{number}">{"".join(cells)}</row>'


def _cell(place: str, value: object, style: int) -> str:
    shown = f' s="{style}"' if style else ""
    if value is None or value is pd.NA or value is pd.NaT:
        return ""
    if isinstance(value, bool):
        return f'<c r="{place}"{shown} t="b"><v>{int(value)}</v></c>'
    if isinstance(value, (int, float)):
        return f'<c r="{place}"{shown}><v>{value!r}</v></c>' if math.isfinite(value) else ""
    text = escape(_FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", str(value)[:_MOST_CHARACTERS]), {"\r": "&#13;"})
    # An inline string is text whatever it begins with.
    return f'<c r="{place}"{shown} t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'


def _letters(column: int) -> str:
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
