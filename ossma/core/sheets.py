"""Tables as files, CSV and XLSX, made while they are sent: memory stays flat for a million rows.

XLSX is written here and not by a library because the first byte leaves at once: openpyxl holds everything back until the last row is known
(two minutes for a million). Text is always text: nothing that a stranger typed becomes a formula.
"""

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import chain, islice
from xml.sax.saxutils import escape

Cell = str | int | float | datetime | None
Row = Sequence[Cell]

BOM = "\ufeff"
ROWS_AT_ONCE = 500
# What Excel allows on one sheet, less the heading.
ROWS_A_SHEET = 1_048_575
# A spreadsheet takes a cell that begins with one of these for a formula (OWASP, "CSV Injection").
FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\']")
EXCEL_DAY_ZERO = datetime(1899, 12, 30)  # noqa: DTZ001 -- Excel counts days of no zone
TIME = "%Y-%m-%d %H:%M"

SPREADSHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
# Styles by number: 0 plain, 1 a moment, 2 a heading.
STYLES = (
    f'{HEAD}<styleSheet xmlns="{SPREADSHEET}"><numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd\\ hh:mm"/></numFmts>'
    '<fonts count="2"><font/><font><b/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders>'
    '<cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="3"><xf xfId="0"/><xf xfId="0" numFmtId="164" applyNumberFormat="1"/>'
    '<xf xfId="0" fontId="1" applyFont="1"/></cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>'
    "</styleSheet>"
)


def harmless(text: str) -> str:
    """The text as a spreadsheet shows it and never calculates it."""
    return f"'{text}" if text.startswith(FORMULA) else text


def _plain(cell: Cell) -> str | int | float:
    if isinstance(cell, str):
        return harmless(cell)
    if isinstance(cell, datetime):
        return cell.strftime(TIME)
    return "" if cell is None else cell


def csv_bytes(heading: Row, rows: Iterable[Row]) -> Iterator[bytes]:
    """UTF-8 with a byte order mark, so that Excel in Japan reads it; moments as they stand, to the minute."""
    left = chain([heading], rows)
    first = True
    while batch := list(islice(left, ROWS_AT_ONCE)):
        text = io.StringIO(newline="")
        text.write(BOM if first else "")
        csv.writer(text).writerows([_plain(cell) for cell in row] for row in batch)
        first = False
        yield text.getvalue().encode()


def _cell(cell: Cell, style: int = 0) -> str:
    if cell is None or cell == "":
        return "<c/>"
    if isinstance(cell, datetime):
        days = (cell.replace(tzinfo=None) - EXCEL_DAY_ZERO).total_seconds() / 86_400
        return f'<c s="1"><v>{days:.9f}</v></c>'
    if isinstance(cell, int | float):
        return f"<c><v>{cell}</v></c>"
    return f'<c t="inlineStr" s="{style}"><is><t xml:space="preserve">{escape(NOT_IN_XML.sub("", cell))}</t></is></c>'


def _row(row: Row, style: int = 0) -> str:
    return f"<row>{''.join([_cell(cell, style) for cell in row])}</row>"


class _Pipe:
    """What a zip archive is written into: it cannot go back, and is emptied as it fills."""

    def __init__(self) -> None:
        self._held: list[bytes] = []

    def write(self, data: bytes) -> int:
        """Take some of the archive."""
        self._held.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing waits here."""

    def taken(self) -> bytes:
        """All that was written since the last time."""
        data, self._held = b"".join(self._held), []
        return data


def xlsx_bytes(title: str, heading: Row, rows: Iterable[Row]) -> Iterator[bytes]:
    """An Excel workbook; more rows than one sheet may have go on to the next one."""
    pipe = _Pipe()
    left = iter(rows)
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as book:  # type: ignore[call-overload]
        sheets = 0
        first: list[Row] = []
        while sheets == 0 or first:
            sheets += 1
            with book.open(f"xl/worksheets/sheet{sheets}.xml", "w") as sheet:
                sheet.write(_sheet_head(heading).encode())
                on_this = chain(first, islice(left, ROWS_A_SHEET - len(first)))
                while batch := list(islice(on_this, ROWS_AT_ONCE)):
                    sheet.write("".join([_row(row) for row in batch]).encode())
                    yield pipe.taken()
                sheet.write(b"</sheetData></worksheet>")
            first = list(islice(left, 1))
        for name, content in _frame(title, sheets).items():
            book.writestr(name, content)
    yield pipe.taken()


def _sheet_head(heading: Row) -> str:
    pane = '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
    views = f'<sheetViews><sheetView workbookViewId="0">{pane}</sheetView></sheetViews>'
    widths = f'<cols><col min="1" max="{len(heading)}" width="18" customWidth="1"/></cols>'
    return f'{HEAD}<worksheet xmlns="{SPREADSHEET}">{views}{widths}<sheetData>{_row(heading, 2)}'


def _frame(title: str, sheets: int) -> dict[str, str]:
    """The parts of a workbook beside its rows."""
    numbers = range(1, sheets + 1)
    safe = escape(NOT_IN_NAMES.sub(" ", NOT_IN_XML.sub("", title))[:25].strip() or "1", {'"': "&quot;"})
    named = "".join(f'<sheet name="{safe}{"" if n == 1 else f" {n}"}" sheetId="{n}" r:id="rId{n}"/>' for n in numbers)
    related = "".join(f'<Relationship Id="rId{n}" Type="{RELATIONS}/worksheet" Target="worksheets/sheet{n}.xml"/>' for n in numbers)
    typed = "".join(f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{SHEET_TYPE}.worksheet+xml"/>' for n in numbers)
    return {
        "xl/workbook.xml": f'{HEAD}<workbook xmlns="{SPREADSHEET}" xmlns:r="{RELATIONS}"><sheets>{named}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships">{related}'
        f'<Relationship Id="rId{sheets + 1}" Type="{RELATIONS}/styles" Target="styles.xml"/></Relationships>',
        "xl/styles.xml": STYLES,
        "_rels/.rels": f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "[Content_Types].xml": f'{HEAD}<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{SHEET_TYPE}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{SHEET_TYPE}.styles+xml"/>{typed}</Types>',
    }
