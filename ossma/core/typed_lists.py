"""Lists of numbers and addresses as people type, paste and save them: any usual separator, any encoding that Japanese programs write."""

import codecs
import re

WORD_BREAKS = re.compile(r"[\s,;、，；]+")
# In this order: what is valid UTF-8 is hardly ever anything else.
ENCODINGS = ("utf-8-sig", "cp932")
UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def words_of(text: str) -> list[str]:
    """The words of a list, each once, in order."""
    return list(dict.fromkeys(word for word in (word.strip("\"'") for word in WORD_BREAKS.split(text)) if word))


def text_of(content: bytes) -> str | None:
    """The text of a file saved as text, CSV or tab-separated "Unicode text"; None for what is no text."""
    if content.startswith(UTF16_MARKS):
        return _decoded(content, "utf-16")
    # A workbook is a compressed file, small as it may be: none is ever unpacked here. What holds a zero byte is no text.
    for encoding in ENCODINGS if b"\0" not in content else ():
        if (text := _decoded(content, encoding)) is not None:
            return text
    return None


def _decoded(content: bytes, encoding: str) -> str | None:
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        return None
    return None if "\0" in text else text


def may_be_number(word: str) -> bool:
    """Of a table only what can be a member number or an address: its header and its other columns are not members."""
    return "@" in word or "＠" in word or (any(letter.isdigit() for letter in word) and word[:1].isalpha())
