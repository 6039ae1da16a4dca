"""The bytes of a mail: every header of every mail is made here.

Python's EmailMessage (3.13) joins encoded words without the white space that RFC 2047, 5 wants, so that a reader sees blanks that nobody wrote, or
the code itself.
"""

import base64
import re
from collections.abc import Mapping
from datetime import datetime
from email.header import Header
from email.utils import format_datetime, parseaddr

from ossma.core.bounces.keys import HEADER
from ossma.core.mail_addresses import wire_address

CRLF = "\r\n"
SHORT = 60
ENCODED = "=?"
# A line break that does not fold.
BREAK = re.compile(r"\r(?!\n)|(?<!\r)\n|\r\n(?![ \t])")


def unstructured(text: str, *, header: str = "Subject") -> str:
    """A header's text for the wire: plain where it is short ASCII, else encoded words, each on a line of its own."""
    line = " ".join(text.split())
    if line.isascii() and line.isprintable() and len(line) <= SHORT and ENCODED not in line:
        return line
    return Header(line, "utf-8", header_name=header).encode(linesep=CRLF)


def mailbox(text: str) -> str:
    """`name <address>` for the wire; commas and other letters in the name are no trouble (environment.mailbox)."""
    name, address = parseaddr(text)
    address = wire_address(address)
    if not name:
        return address
    if name.isascii() and ENCODED not in name:
        quoted = name.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{quoted}"{CRLF} <{address}>'
    return f"{Header(name, 'utf-8', header_name='Reply-To').encode(linesep=CRLF)}{CRLF} <{address}>"


def mailboxes(texts: list[str]) -> str:
    """Several of them, each on its line."""
    return f",{CRLF} ".join(mailbox(text) for text in texts)


def header_block(fields: Mapping[str, str]) -> bytes:
    """These headers, each value made by the functions above. Raises ValueError for a value that would begin a header of its own."""
    for name, value in fields.items():
        if BREAK.search(value):
            raise ValueError(f"a line break in {name}")
    return "".join(f"{name}: {value}{CRLF}" for name, value in fields.items()).encode()


def common_fields(*, sender: str, subject: str, at: datetime) -> dict[str, str]:
    """What every mail of ours begins with."""
    return {"From": mailbox(sender), "Date": format_datetime(at), "Subject": unstructured(subject), "Auto-Submitted": "auto-generated"}


def own_fields(*, to_address: str, name: str, host: str) -> dict[str, str]:
    """Whom it goes to, and its keyed name twice: where a service replaces the Message-ID, the header comes back (bounces.keys).

    What is no address is refused by the postman, not here: one such letter must keep no other waiting.
    """
    return {"To": " ".join(to_address.split()), "Message-ID": f"<{name}@{host}>", HEADER: name}


def encoded_body(body: bytes) -> bytes:
    """A part in base64, in lines with CRLF."""
    return base64.encodebytes(body).replace(b"\n", b"\r\n")


def plain_mail(fields: Mapping[str, str], text: str) -> bytes:
    """A whole mail of plain text."""
    body = {"MIME-Version": "1.0", "Content-Type": 'text/plain; charset="utf-8"', "Content-Transfer-Encoding": "base64"}
    return header_block({**fields, **body}) + b"\r\n" + encoded_body(text.encode())
