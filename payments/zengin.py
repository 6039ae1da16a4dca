"""The file of 総合振込 as all Japanese banks take it (全銀協, records of 120 bytes, JIS X 0201, CR LF): written and read. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from payments.bank_text import bank_kana

RECORD = 120
# JIS X 0201 is what single bytes mean in Shift_JIS.
ENCODING = "shift_jis"
HEADER, DATA, TRAILER, END = "1", "2", "8", "9"
COLLECTIVE = "21"
JIS_CODE = "0"
KINDS = {"ordinary": "1", "current": "2", "savings": "4"}
HOLDER = 30


@dataclass(frozen=True, slots=True)
class Sender:
    """The office's account and its code with its bank. Names in kana that banks take."""

    code: str
    name: str
    bank_code: str
    bank_kana: str
    branch_code: str
    branch_kana: str
    kind: str
    number: str


@dataclass(frozen=True, slots=True)
class Transfer:
    """One transfer, in yen. `number` of ours comes back as the customer code."""

    number: int
    bank_code: str
    bank_kana: str
    branch_code: str
    branch_kana: str
    kind: str
    account: str
    holder: str
    amount: int


class NotZengin(ValueError):
    """The bytes are not such a file."""


def file_of(sender: Sender, day: date, transfers: Sequence[Transfer]) -> bytes:
    """The whole file. Names that are too long are cut, as banks do."""
    records = [_header(sender, day), *map(_data, transfers), _trailer(transfers), _joined(_digits(END, 1), _blank(119))]
    return b"".join(record + b"\r\n" for record in records)


def _header(sender: Sender, day: date) -> bytes:
    return _joined(
        _digits(HEADER, 1),
        _digits(COLLECTIVE, 2),
        _digits(JIS_CODE, 1),
        _digits(sender.code, 10),
        _text(sender.name, 40),
        _digits(f"{day:%m%d}", 4),
        _digits(sender.bank_code, 4),
        _text(sender.bank_kana, 15),
        _digits(sender.branch_code, 3),
        _text(sender.branch_kana, 15),
        _digits(KINDS[sender.kind], 1),
        _digits(sender.number, 7),
        _blank(17),
    )


def _data(transfer: Transfer) -> bytes:
    return _joined(
        _digits(DATA, 1),
        _digits(transfer.bank_code, 4),
        _text(transfer.bank_kana, 15),
        _digits(transfer.branch_code, 3),
        _text(transfer.branch_kana, 15),
        # The clearing house is optional.
        _blank(4),
        _digits(KINDS[transfer.kind], 1),
        _digits(transfer.account, 7),
        _text(transfer.holder, HOLDER),
        _digits(transfer.amount, 10),
        # 0: neither the first transfer to this account nor a changed one.
        _digits(0, 1),
        _digits(transfer.number, 10),
        _blank(10),
        # 7: by wire.
        _digits(7, 1),
        # Without Y the two fields above are customer codes and no EDI text.
        _blank(1),
        _blank(7),
    )


def _trailer(transfers: Sequence[Transfer]) -> bytes:
    total = sum(transfer.amount for transfer in transfers)
    return _joined(_digits(TRAILER, 1), _digits(len(transfers), 6), _digits(total, 12), _blank(101))


def _joined(*fields: bytes) -> bytes:
    record = b"".join(fields)
    if len(record) != RECORD:
        raise ValueError(f"a record of {len(record)} bytes")
    return record


def _digits(value: str | int, width: int) -> bytes:
    text = str(value).zfill(width)
    if len(text) != width or not (text.isascii() and text.isdigit()):
        raise ValueError(f"{width} digits are wanted")
    return text.encode()


def _text(value: str, width: int) -> bytes:
    return bank_kana(value).encode(ENCODING)[:width].ljust(width)


def _blank(width: int) -> bytes:
    return b" " * width


def read_transfers(content: bytes) -> list[Transfer]:
    """The transfers of such a file, by whichever bank's program it was written. Raises NotZengin."""
    records = _records(content)
    if not records or any(len(record) != RECORD for record in records) or records[0][:1] != HEADER.encode():
        raise NotZengin
    return [_read(record) for record in records if record[:1] == DATA.encode()]


def _records(content: bytes) -> Sequence[bytes]:
    # Some programs write no line ends, and the end-of-file sign of old.
    bare = content.rstrip(b"\x1a\r\n")
    if b"\n" in bare:
        return [line.rstrip(b"\r") for line in bare.split(b"\n")]
    return [bare[start : start + RECORD] for start in range(0, len(bare), RECORD)]


def _read(record: bytes) -> Transfer:
    try:
        kinds = {code: kind for kind, code in KINDS.items()}
        return Transfer(
            number=int(record[91:101]),
            bank_code=record[1:5].decode("ascii"),
            bank_kana=record[5:20].decode(ENCODING).strip(),
            branch_code=record[20:23].decode("ascii"),
            branch_kana=record[23:38].decode(ENCODING).strip(),
            kind=kinds.get(record[42:43].decode("ascii"), ""),
            account=record[43:50].decode("ascii"),
            holder=record[50:80].decode(ENCODING).strip(),
            amount=int(record[80:90]),
        )
    except ValueError as error:
        raise NotZengin from error
