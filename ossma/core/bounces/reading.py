"""What a returned mail says. Tolerant: whatever it is, the answer is a report; what cannot be read is "not understood", never an error.

The questions in their order: the fields of a report (RFC 3464); complaints; answers of a machine about a person who is away; warnings that it is
still being tried; then, for what comes from a mail server or quotes a mail of ours, the words of failure. If in doubt, a person reads it.
"""

import logging
import re
from dataclasses import dataclass, field
from email import message_from_bytes, message_from_string, policy
from email.header import decode_header, make_header
from email.message import Message
from email.parser import HeaderParser

from flufl.bounce import all_failures

from ossma.core.bounces.classify import GENERIC, REPLY, STATUS, BounceClass, classify
from ossma.core.bounces.keys import references_in
from ossma.core.mail_addresses import kept_form
from ossma.core.models.returned import Understood
from ossma.core.texts import storable

REPORTS = frozenset({"message/delivery-status", "message/global-delivery-status"})
RETURNERS = re.compile(
    r"mailer-?daemon|postmaster|mail delivery|mail ?server|mail system|mailsystem|bounce|mmdf|\bmdaemon|delivery (status|subsystem)", re.IGNORECASE
)
AWAY = re.compile(
    r"^\s*(\[?auto(matic|mated)?[ -]?(reply|response|answer|notification)|auto:|out of (the )?office|vacation|away from|i am away|on (holiday|leave)|"
    r"abwesenheit|automatische (antwort|mail)|réponse automatique|respuesta automática|risposta automatica|自動(返信|応答)|不在)",
    re.IGNORECASE,
)  # fmt: skip
TRYING = re.compile(
    r"\(delay\)|delayed mail|delivery (is |has been )?delayed|still being (re)?tried|will (continue|keep|be) (to )?(be )?(re)?try|will be retried|"
    r"(message|mail) (still|has) (undelivered|not (yet )?been delivered) (after|to)|has not (yet )?been delivered|"
    r"not yet been delivered|warning: could not send|"
    r"warning: message|you do not need to (re)?send|no action is required on your part|this is (only )?a warning|"
    r"delivery attempts? (will|continues?)|"
    r"temporarily (deferred|delayed)|delivery temporarily suspended|まだ配信|再送(を|し)",
    re.IGNORECASE,
)  # fmt: skip
GAVE_UP = re.compile(r"permanent|permfail|fatal|giv(en|ing) up|returned to sender|undeliverable|could not be delivered|failure notice", re.IGNORECASE)
FAILED = re.compile(
    r"undeliver|(delivery|mail|message)[^.\n]{0,40}(fail|not delivered|could ?n[o']t be|returned|rejected|refused)|failed to deliver|returned mail|"
    r"failure notice|unable to deliver|could(n't| not) be delivered|could not deliver|cannot be delivered|not be delivered|rejected your|"
    r"fatal errors?|permanent(ly)? (error|fail)|giving up|non-?delivery|"
    r"delivery status notification|配信できま|届きませんでした|送信できません|配送できま|"
    r"不達|エラー|user unknown|over quota|mailbox (is )?full",
    re.IGNORECASE,
)  # fmt: skip
COPY = re.compile(
    r"^[ >]*-{3,}[^\n]*(?:copy|below|original|returned|header|unsent|原文|元のメール)[^\n]*$|^-{5,}=_|^(?:Received|Return-Path|Message-ID): ",
    re.IGNORECASE | re.MULTILINE,
)
DISPOSED = re.compile(r"disposition:[^;]*;\s*(deleted|denied|failed|processed/error|deleted/error)", re.IGNORECASE)
ADDRESS = re.compile(r"""(?:"[^"\r\n]{1,64}"|[^\s<>;:,\"'()\[\]]{1,64})@[A-Za-z0-9.-]{1,253}""")
DETAIL_LENGTH = 300
# Anybody may write to the address for returned mail: what is longer is no honest header, no honest text, no honest number of parts.
LONGEST_HEADER = 2000
LONGEST_TEXT = 60_000
MOST_PARTS = 60
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Failure:
    """One address that did not get it. `address` is in lower case and may be empty; `kind`: why, as far as the server says."""

    address: str
    kind: BounceClass
    detail: str

    @property
    def is_final(self) -> bool:
        """Whether the address does not exist; nothing else says so."""
        return self.kind is BounceClass.HARD


@dataclass(frozen=True, slots=True)
class Report:
    """What came back. `messages`: kind and number of our mails that stand in it with their right key; `named`: addresses its words name."""

    understood: Understood
    failures: list[Failure] = field(default_factory=list)
    messages: list[tuple[str, int]] = field(default_factory=list)
    named: list[str] = field(default_factory=list)


def read(raw: bytes) -> Report:
    """The report in a raw mail."""
    try:
        return _read(raw)
    except Exception:
        log.exception("a returned mail breaks its reader")
        return Report(Understood.UNKNOWN)


@dataclass(slots=True)
class _Mail:
    """A mail taken apart as far as these questions need."""

    message: Message
    sender: str
    subject: str
    text: str
    ours: list[tuple[str, int]]
    parts: list[Message]
    # Whether one of ours stands in what it carries; a person's answer names it in its own headers only.
    quotes_ours: bool

    @property
    def from_server(self) -> bool:
        """Whether a mail server wrote it: by the empty return path, or by its name."""
        path = self.message.get("Return-Path")
        return (path is not None and str(path).strip() in {"", "<>"}) or self.sender.strip() in {"", "<>"} or bool(RETURNERS.search(self.sender))

    def has(self, kind: str) -> bool:
        """Whether one of its parts is of this type."""
        return any(part.get_content_type() == kind for part in self.parts)


def _taken_apart(raw: bytes) -> _Mail:
    message = message_from_bytes(raw, policy=policy.compat32)
    parts = []
    for part in message.walk():
        parts.append(part)
        if len(parts) == MOST_PARTS:
            break
    text = "\n".join(_decoded(part) for part in parts if part.get_content_maintype() == "text")[:LONGEST_TEXT]
    carried = re.split(rb"\r?\n\r?\n", raw, maxsplit=1)[-1]
    raw_text = carried[:LONGEST_TEXT].decode(errors="replace")
    subject = decoded_header(message, "Subject")
    ours = list(dict.fromkeys([*references_in(raw), *references_in(text.encode(errors="replace"))]))
    body = f"{text}\n{raw_text}" if len(text) < 20 or message.defects else text
    quotes_ours = bool(references_in(carried) or references_in(text.encode(errors="replace")))
    return _Mail(message, decoded_header(message, "From"), subject, body, ours, parts, quotes_ours)


def _read(raw: bytes) -> Report:
    mail = _taken_apart(raw)
    if _is_complaint(mail):
        return Report(Understood.COMPLAINT, messages=mail.ours)
    groups = _all_groups(mail, raw)
    failures = [_failure(group, mail) for group in groups if _action(group) == "failed"]
    if failures:
        return Report(Understood.FAILED, failures, mail.ours)
    if any(_action(group) == "delayed" for group in groups):
        return Report(Understood.WAITING, messages=mail.ours)
    if groups and all(_action(group) in {"delivered", "relayed", "expanded"} for group in groups):
        return Report(Understood.AUTOMATIC)
    return _read_words(mail)


def _is_complaint(mail: _Mail) -> bool:
    """A reader pressed "spam" or "unsubscribe": ARF (RFC 5965), or the two large services that say it in words of their own."""
    subject = "complaint about message from"
    return mail.has("message/feedback-report") or mail.subject.lower().strip().startswith(subject) or "X-Apple-Unsubscribe" in mail.message


def _read_words(mail: _Mail) -> Report:
    """Without fields: by who wrote it and what it says."""
    disposed = mail.has("message/disposition-notification")
    if disposed and not DISPOSED.search("\n".join(str(part) for part in mail.parts[1:])[:LONGEST_TEXT]):
        return Report(Understood.AUTOMATIC)
    if not disposed and _is_away(mail):
        return Report(Understood.AUTOMATIC)
    named = [_plain(one) for one in ADDRESS.findall(_header(mail.message, "X-Failed-Recipients"))]
    words = f"{mail.subject}\n{mail.text}"
    if (mail.from_server or mail.quotes_ours) and not named and TRYING.search(words) and not GAVE_UP.search(words):
        return Report(Understood.WAITING, messages=mail.ours)
    said = bool(FAILED.search(words) or STATUS.search(mail.text) or REPLY.search(mail.text))
    report = mail.message.get_content_type() == "multipart/report"
    if named or ((mail.from_server or report) and (said or disposed)) or (mail.quotes_ours and said and not _is_automatic(mail)):
        return Report(Understood.FAILED, _by_words(mail, named, disposed=disposed), mail.ours, _addresses(mail))
    second = _second_reader(mail)
    if second:
        return Report(Understood.FAILED, second, mail.ours, _addresses(mail))
    harmless = _is_automatic(mail) and not mail.from_server and not FAILED.search(words)
    understood = Understood.AUTOMATIC if harmless else Understood.UNKNOWN
    return Report(understood, messages=mail.ours, named=_addresses(mail))


def _by_words(mail: _Mail, named: list[str], *, disposed: bool) -> list[Failure]:
    """The failures of a mail without fields. Whom it is about is said by the key, or by a header; words alone name nobody for sure."""
    spoken = _said_by_server(mail.text)
    kind = BounceClass.TEMPORARY if disposed else classify(spoken)
    detail = _detail(spoken) or mail.subject[:DETAIL_LENGTH]
    return [Failure(address, kind, detail) for address in named or [""]]


def _said_by_server(text: str) -> str:
    """The words of the server, without the copy of our mail below them."""
    return COPY.split(text, maxsplit=1)[0][:LONGEST_TEXT]


def _detail(spoken: str) -> str:
    """The line that says why: the one with a code, else the first that speaks of failure."""
    lines = [" ".join(line.split()) for line in spoken.splitlines() if line.strip()]
    for pattern in (STATUS, REPLY, FAILED):
        for number, line in enumerate(lines):
            if pattern.search(line):
                return " ".join(lines[number : number + 2])[:DETAIL_LENGTH]
    return ""


def _second_reader(mail: _Mail) -> list[Failure]:
    """What a library that knows more mail servers finds. It can only add a failure; our own key says whose."""
    if not (mail.from_server or mail.quotes_ours):
        return []
    temporary, permanent = all_failures(mail.message)
    spoken = _said_by_server(mail.text)
    kind = classify(spoken)
    detail = _detail(spoken) or mail.subject[:DETAIL_LENGTH]
    found = [(address, kind) for address in sorted(permanent)]
    found += [(address, BounceClass.TEMPORARY) for address in sorted(temporary - permanent)]
    read_out = [(_plain(address.decode(errors="replace")), kind) for address, kind in found]
    return [Failure(address, kind, detail) for address, kind in read_out if address]


def _addresses(mail: _Mail) -> list[str]:
    """Addresses that the words name: a hint for a person, never a mark."""
    return list(dict.fromkeys(_plain(one) for one in ADDRESS.findall(_said_by_server(mail.text))))[:20]


def decoded_header(message: Message, name: str) -> str:
    """A header in letters, whatever it was encoded in."""
    value = _header(message, name)
    try:
        return storable(str(make_header(decode_header(value))))
    except Exception:  # noqa: BLE001 - an unknown charset, broken base64: it stays as it came
        return value


def _header(message: Message, name: str) -> str:
    return " ".join(storable(str(message.get(name, "")))[:LONGEST_HEADER].split())


def _decoded(part: Message) -> str:
    """The text of a part in letters."""
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return ""
    charset = part.get_content_charset() or ("iso-2022-jp" if b"\x1b$" in payload else "utf-8")
    try:
        return payload[:LONGEST_TEXT].decode(charset, errors="replace")
    except LookupError:
        return payload[:LONGEST_TEXT].decode(errors="replace")


def _all_groups(mail: _Mail, raw: bytes) -> list[Message]:
    """The groups of fields about one recipient each, wherever they stand: in their part, or plainly in the text of a mail cut on its way."""
    found = [group for part in mail.parts if part.get_content_type() in REPORTS for group in _groups(part)]
    if found:
        return found
    flat = raw[: 4 * LONGEST_TEXT].decode(errors="replace")
    if not re.search(r"(?im)^(Final|Original)-Recipient:", flat):
        return []
    return [group for group in _blocks(flat) if group.get("Final-Recipient") or group.get("Original-Recipient")]


def _groups(part: Message) -> list[Message]:
    payload = part.get_payload()
    if isinstance(payload, list):
        blocks = [block for block in payload if isinstance(block, Message)]
        if part.get_content_type() == "message/global-delivery-status":
            blocks = _blocks("\n\n".join(block.as_string() for block in blocks))
    else:
        decoded = part.get_payload(decode=True)
        blocks = _blocks(decoded.decode(errors="replace") if isinstance(decoded, bytes) else str(payload))
    return [block for block in blocks if block.get("Final-Recipient") or block.get("Original-Recipient")]


def _blocks(text: str) -> list[Message]:
    return [message_from_string(one.lstrip("\r\n")) for one in re.split(r"\r?\n[ \t]*\r?\n", text) if "-Recipient:" in one]


def _action(group: Message) -> str:
    """What was done; where the field is missing or mangled, what the status says."""
    said = _header(group, "Action").split(" ")[0].lower().strip(".;,")
    if said in {"failed", "delayed", "delivered", "relayed", "expanded"}:
        return said
    status = STATUS.search(_header(group, "Status")) or STATUS.search(_header(group, "Diagnostic-Code"))
    return {"5": "failed", "4": "failed", "2": "delivered"}.get(status[1], said) if status else said


def _failure(group: Message, mail: _Mail) -> Failure:
    words = decoded_header(group, "Diagnostic-Code")
    if "\x1b$" in words:
        words = words.encode("ascii", errors="replace").decode("iso-2022-jp", errors="replace")
    stated = STATUS.search(_header(group, "Status"))
    # What the address was when we wrote to it comes first: behind it may be another mailbox.
    address = _address(_header(group, "Original-Recipient")) or _address(_header(group, "Final-Recipient"))
    inner = STATUS.search(GENERIC.sub("", words))
    # A generic status beside a precise one: the server's own words know better.
    status = inner[0] if inner and stated and stated[2] == "0" else stated[0] if stated else ""
    detail = f"{stated[0] if stated else ''} {words}".strip()[:DETAIL_LENGTH]
    spoken = words or _said_by_server(mail.text)
    return Failure(address, classify(spoken, status=status if words or status[2:] != "0.0" else ""), detail or _detail(spoken))


def _address(value: str) -> str:
    """The address in a field such as `rfc822; aya@example.jp`."""
    found = ADDRESS.search(value.partition(";")[2] or value)
    return _plain(found[0]) if found else ""


def _plain(address: str) -> str:
    """As we keep it: `"hanako..y."@docomo.ne.jp` is hanako..y.@docomo.ne.jp, an xn-- domain stands in its own letters."""
    local, _at, domain = address.strip("<>'").rpartition("@")
    return kept_form(f"{local}@{domain}")[:254] if local and domain else ""


def _is_away(mail: _Mail) -> bool:
    """A person's machine says that they are away: whatever the sender is called."""
    if AWAY.search(mail.subject) or _header(mail.message, "X-Apple-Action").upper() == "VACATION":
        return True
    return _is_automatic(mail) and not mail.from_server and mail.message.get_content_type() != "multipart/report" and not FAILED.search(mail.subject)


def _is_automatic(mail: _Mail) -> bool:
    """An answer of a machine: out of office, receipts, lists."""
    said = _header(mail.message, "Auto-Submitted").lower()
    if said.startswith("auto-replied") or mail.message.get("X-Autoreply") or mail.message.get("X-Autorespond"):
        return True
    return _header(mail.message, "Precedence").lower() in {"auto_reply", "bulk", "list"}


def readable(content: str) -> tuple[str, str, str]:
    """Sender, subject and text of a kept mail in letters, for a person. What breaks the parser (a thousand mails in one another) stays as it came."""
    try:
        message = message_from_string(content, policy=policy.compat32)
        return decoded_header(message, "From"), decoded_header(message, "Subject"), _readable_text(message, content)
    except Exception:
        log.exception("a returned mail breaks its reader")
        head = HeaderParser(policy=policy.compat32).parsestr(content)
        return decoded_header(head, "From"), decoded_header(head, "Subject"), content[:LONGEST_TEXT]


def _readable_text(message: Message, content: str) -> str:
    parts = [part for part, _number in zip(message.walk(), range(MOST_PARTS), strict=False) if part.get_content_maintype() == "text"]
    return ("\n\n".join(_decoded(part) for part in parts).strip() or content)[:LONGEST_TEXT]
