"""What a returned mail says. Tolerant: whatever it is, the answer is a report; what cannot be read is "not understood", never an error."""

import logging
import re
from dataclasses import dataclass, field
from email import message_from_bytes, message_from_string, policy
from email.message import Message

from ossma.core.models.returned import Understood
from ossma.core.texts import storable

REPORTS = frozenset({"message/delivery-status", "message/global-delivery-status"})
HEADERS_ONLY = frozenset({"message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers"})
NEVER = "5"
# Programs that return mail without a report: the status is not known, so it is taken to be for now.
RETURNERS = re.compile(r"mailer-daemon|postmaster|mail delivery (sub)?system", re.IGNORECASE)
OURS = re.compile(rb"<([a-z]{3,12})-(\d{1,18})@([A-Za-z0-9.-]{1,253})>")
ADDRESS = re.compile(r"[^\s<>;,\"]+@[^\s<>;,\"]+")
STATUS = re.compile(r"\b([245])\.\d{1,3}\.\d{1,3}\b")
DETAIL_LENGTH = 300
# Anybody may write to the address for returned mail: what is longer is no honest header.
LONGEST_HEADER = 2000
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Failure:
    """One address that did not get it. `address` is in lower case and may be empty; `is_final`: never will (5.x.x)."""

    address: str
    is_final: bool
    detail: str


@dataclass(frozen=True, slots=True)
class Report:
    """What came back. `messages`: the names and numbers in our Message-IDs that stand in it, with their hosts."""

    understood: Understood
    failures: list[Failure] = field(default_factory=list)
    messages: list[tuple[str, int, str]] = field(default_factory=list)


def read(raw: bytes) -> Report:
    """The report in a raw mail."""
    try:
        return _read(raw)
    except Exception:
        log.exception("a returned mail breaks its reader")
        return Report(Understood.UNKNOWN)


def _read(raw: bytes) -> Report:
    message = message_from_bytes(raw, policy=policy.compat32)
    groups = [group for part in message.walk() if part.get_content_type() in REPORTS for group in _groups(part)]
    messages = _our_messages(message, raw)
    if groups:
        failures = [_failure(group) for group in groups if _action(group) == "failed"]
        if failures:
            return Report(Understood.FAILED, failures, messages)
        return Report(Understood.WAITING if any(_action(group) == "delayed" for group in groups) else Understood.AUTOMATIC)
    failed = ADDRESS.findall(_header(message, "X-Failed-Recipients"))
    if failed:
        return Report(Understood.FAILED, [Failure(_plain(one), True, "") for one in failed], messages)
    if _is_automatic(message):
        return Report(Understood.AUTOMATIC)
    if RETURNERS.search(_header(message, "From")) and messages:
        return Report(Understood.FAILED, [Failure("", False, _header(message, "Subject")[:DETAIL_LENGTH])], messages)
    return Report(Understood.UNKNOWN)


def _header(message: Message, name: str) -> str:
    return " ".join(storable(str(message.get(name, "")))[:LONGEST_HEADER].split())


def _groups(part: Message) -> list[Message]:
    """The groups of fields about one recipient each; the first group is about the message."""
    payload = part.get_payload()
    if isinstance(payload, list):
        blocks = [block for block in payload if isinstance(block, Message)]
        if part.get_content_type() == "message/global-delivery-status":
            text = "\n\n".join(block.as_string() for block in blocks)
            blocks = [message_from_string(one) for one in re.split(r"\n\s*\n", text)]
    else:
        decoded = part.get_payload(decode=True)
        text = decoded.decode(errors="replace") if isinstance(decoded, bytes) else str(payload)
        blocks = [message_from_string(one) for one in re.split(r"\r?\n\s*\r?\n", text)]
    return [block for block in blocks if block.get("Final-Recipient") or block.get("Original-Recipient")]


def _action(group: Message) -> str:
    return _header(group, "Action").split(" ")[0].lower()


def _failure(group: Message) -> Failure:
    status = STATUS.search(_header(group, "Status"))
    words = _header(group, "Diagnostic-Code")
    known = status or STATUS.search(words)
    # What the address was when we wrote to it comes first: behind it may be another mailbox.
    address = _address(_header(group, "Original-Recipient")) or _address(_header(group, "Final-Recipient"))
    detail = f"{status[0] if status else ''} {words}".strip()[:DETAIL_LENGTH]
    return Failure(address, known is None or known[1] == NEVER, detail)


def _address(value: str) -> str:
    """The address in a field such as `rfc822; aya@example.jp`."""
    found = ADDRESS.search(value.partition(";")[2] or value)
    return _plain(found[0]) if found else ""


def _plain(address: str) -> str:
    return address.strip("<>").lower()[:254]


def _our_messages(message: Message, raw: bytes) -> list[tuple[str, int, str]]:
    """What the returned headers name first, then whatever stands anywhere in the mail."""
    first = b""
    for part in message.walk():
        if part.get_content_type() in HEADERS_ONLY:
            first += str(part).encode(errors="replace")
    found = [(kind.decode(), int(number), host.decode().lower()) for kind, number, host in OURS.findall(first) + OURS.findall(raw)]
    return list(dict.fromkeys(found))


def _is_automatic(message: Message) -> bool:
    """An answer of a machine that says nothing about delivery: out of office, receipts, lists."""
    said = _header(message, "Auto-Submitted").lower()
    if said.startswith("auto-replied") or message.get("X-Autoreply") or message.get("X-Autorespond"):
        return True
    return message.get_content_type() == "multipart/report" or _header(message, "Precedence").lower() in {"auto_reply", "bulk", "list"}
