"""The same transfers as a table (CSV), for banks without a file of 全銀 and for people; and the bank's result as a table."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from ossma.core.refusals import Refused
from ossma.core.sheets import csv_bytes
from ossma.core.typed_lists import text_of
from payments.zengin import HEADER, NotZengin, Transfer, read_transfers

NUMBER, AMOUNT, RESULT = "番号", "振込金額", "結果"
# Read by Japanese banks' programs and people; the columns have their names of the trade in either language of ours.
HEADING = [
    NUMBER,
    "金融機関コード",
    "金融機関名",
    "支店番号",
    "支店名",
    "預金種目",
    "口座番号",
    "受取人名",
    AMOUNT,
    RESULT,
]
KINDS = {"ordinary": "普通", "current": "当座", "savings": "貯蓄"}
DONE_WORDS = frozenset({"", "0", "00", "済", "済み", "振込済", "振込済み", "完了", "成功", "正常", "OK", "ok"})
MOST_BYTES = 5 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Result:
    """What the bank says of one transfer. `refused`: its words where it was not made; `transfer`: where the file names the account."""

    number: int
    amount: int
    refused: str = ""
    transfer: Transfer | None = None


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A row that says nothing: which, and its words."""

    row: int
    text: str


def table_of(transfers: Sequence[Transfer]) -> Iterator[bytes]:
    """The table; the last column is for the bank's result."""
    return csv_bytes(HEADING, map(_row, transfers))


def _row(one: Transfer) -> list[str | int]:
    bank = [one.bank_code, one.bank_kana, one.branch_code, one.branch_kana]
    return [one.number, *bank, KINDS[one.kind], one.account, one.holder, one.amount, ""]


def results_in(content: bytes) -> list[Result | Unreadable]:
    """What a file that came back says, row by row: 全銀 or a table. Raises Refused for anything else."""
    if content[:1] == HEADER.encode() and _is_zengin(content):
        return [Result(one.number, one.amount, transfer=one) for one in read_transfers(content)]
    text = text_of(content)
    rows = list(csv.reader(text.splitlines(), delimiter="\t" if "\t" in text.partition("\n")[0] else ",")) if text else []
    heading = [cell.strip() for cell in rows[0]] if rows else []
    if NUMBER not in heading or AMOUNT not in heading:
        words = _("This is neither a file of 全銀 nor a table with the columns %(number)s and %(amount)s.")
        raise Refused(words % {"number": NUMBER, "amount": AMOUNT}, field="content")
    return [_result(heading, cells, row) for row, cells in enumerate(rows[1:], start=2) if any(cell.strip() for cell in cells)]


def _is_zengin(content: bytes) -> bool:
    try:
        read_transfers(content)
    except NotZengin:
        return False
    return True


def _result(heading: list[str], cells: list[str], row: int) -> Result | Unreadable:
    named = dict(zip(heading, (cell.strip().lstrip("'") for cell in cells), strict=False))
    try:
        number, amount = (int(named[column].replace(",", "")) for column in (NUMBER, AMOUNT))
    except (KeyError, ValueError):
        return Unreadable(row, ", ".join(cells)[:100])
    said = named.get(RESULT, "")
    return Result(number, amount, refused="" if said in DONE_WORDS else said)
