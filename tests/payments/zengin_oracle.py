"""The record layout of 総合振込 written down a second time, as banks publish it: positions from 1, lengths, contents. Shares no code."""

# Kind of record → (name, first position, length). N: digits, filled with 0 from the left; C: text, filled with blanks from the right.
LAYOUT = {
    b"1": [
        ("データ区分", 1, 1, "N"), ("種別コード", 2, 2, "N"), ("コード区分", 4, 1, "N"), ("振込依頼人コード", 5, 10, "N"),
        ("振込依頼人名", 15, 40, "C"), ("取組日", 55, 4, "N"), ("仕向銀行番号", 59, 4, "N"), ("仕向銀行名", 63, 15, "C"),
        ("仕向支店番号", 78, 3, "N"), ("仕向支店名", 81, 15, "C"), ("預金種目", 96, 1, "N"), ("口座番号", 97, 7, "N"),
        ("ダミー", 104, 17, "C"),
    ],
    b"2": [
        ("データ区分", 1, 1, "N"), ("被仕向銀行番号", 2, 4, "N"), ("被仕向銀行名", 6, 15, "C"), ("被仕向支店番号", 21, 3, "N"),
        ("被仕向支店名", 24, 15, "C"), ("手形交換所番号", 39, 4, "C"), ("預金種目", 43, 1, "N"), ("口座番号", 44, 7, "N"),
        ("受取人名", 51, 30, "C"), ("振込金額", 81, 10, "N"), ("新規コード", 91, 1, "N"), ("顧客コード1", 92, 10, "N"),
        ("顧客コード2", 102, 10, "C"), ("振込指定区分", 112, 1, "N"), ("識別表示", 113, 1, "C"), ("ダミー", 114, 7, "C"),
    ],
    b"8": [("データ区分", 1, 1, "N"), ("合計件数", 2, 6, "N"), ("合計金額", 8, 12, "N"), ("ダミー", 20, 101, "C")],
    b"9": [("データ区分", 1, 1, "N"), ("ダミー", 2, 119, "C")],
}  # fmt: skip
# JIS X 0201: what the records may hold. 0xB1 to 0xDD are ｱ to ﾝ, 0xDE and 0xDF the marks of voice, 0xA2 and 0xA3 the brackets.
TEXT = frozenset(b" ().,-/0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") | frozenset(range(0xB1, 0xE0)) | {0xA2, 0xA3}


def parsed(content: bytes) -> list[dict[str, str]]:
    """The records, each field checked for its signs."""
    assert content.endswith(b"\r\n")
    records = content.split(b"\r\n")[:-1]
    return [_fields(record) for record in records]


def _fields(record: bytes) -> dict[str, str]:
    assert len(record) == 120
    fields, end = {}, 1
    for name, first, length, kind in LAYOUT[record[:1]]:
        assert first == end, name
        end = first + length
        value = record[first - 1 : end - 1]
        assert value.isdigit() if kind == "N" else set(value) <= TEXT, (name, value)
        fields[name] = value.decode("cp932").rstrip(" ")
    assert end == 121
    return fields
