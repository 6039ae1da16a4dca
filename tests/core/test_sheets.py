"""Tables as files: what goes in comes out again, and nothing that was typed is calculated."""

import csv
import io
from datetime import datetime

import pytest
from openpyxl import load_workbook

from ossma.core import sheets
from ossma.core.sheets import csv_bytes, harmless, xlsx_bytes

HEADING = ["番号", "氏名", "人数", "時刻"]
NIGHT = datetime(2026, 11, 21, 3, 5)  # noqa: DTZ001 -- a wall clock, as it is shown
ROW = ["A1", '佐藤 "健", <&>', 3, NIGHT]


def read_csv(content):
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def read_xlsx(content):
    return load_workbook(io.BytesIO(content))


def test_a_csv_file_is_read_back_as_it_was():
    assert read_csv(b"".join(csv_bytes(HEADING, [ROW]))) == [HEADING, ["A1", '佐藤 "健", <&>', "3", "2026-11-21 03:05"]]


def test_a_workbook_is_read_back_with_numbers_as_numbers_and_moments_as_moments():
    book = read_xlsx(b"".join(xlsx_bytes("停電/パリ", HEADING, [ROW])))
    sheet = book.active
    assert sheet.title == "停電 パリ"
    assert sheet.freeze_panes == "A2"
    assert [[cell.value for cell in row] for row in sheet] == [HEADING, ROW]


@pytest.mark.parametrize("bad", ["=1+1", "+81 90", "-2", "@SUM(A1)", "\t=1", "＝1"])
def test_what_begins_like_a_formula_stays_text(bad):
    assert harmless(bad) == f"'{bad}"
    assert read_csv(b"".join(csv_bytes(["x"], [[bad]])))[1] == [f"'{bad}"]
    cell = read_xlsx(b"".join(xlsx_bytes("x", ["x"], [[bad]]))).active["A2"]
    assert cell.value == bad
    assert cell.data_type != "f"


def test_signs_that_xml_forbids_are_left_out():
    assert read_xlsx(b"".join(xlsx_bytes("x\x00", ["x"], [["a\x00\x0bb"]]))).active["A2"].value == "ab"


def test_more_rows_than_a_sheet_holds_go_on_to_the_next(monkeypatch):
    monkeypatch.setattr(sheets, "ROWS_A_SHEET", 2)
    book = read_xlsx(b"".join(xlsx_bytes("x", ["n"], ([n] for n in range(5)))))
    assert [[row[0].value for row in sheet] for sheet in book] == [["n", 0, 1], ["n", 2, 3], ["n", 4]]


@pytest.mark.parametrize("made", [lambda rows: csv_bytes(["n"], rows), lambda rows: xlsx_bytes("x", ["n"], rows)])
def test_the_first_bytes_leave_before_the_last_row_is_known(made):
    asked = []

    def rows():
        for n in range(100_000):
            asked.append(n)
            yield [f"{n * 7919 % 100_003}"]

    parts = made(rows())
    next(parts)
    assert len(asked) < 2 * sheets.ROWS_AT_ONCE
    assert sum(map(len, parts)) > 0


def test_an_empty_table_is_its_heading():
    assert read_csv(b"".join(csv_bytes(["x"], []))) == [["x"]]
    assert [[c.value for c in row] for row in read_xlsx(b"".join(xlsx_bytes("", ["x"], []))).active] == [["x"]]
