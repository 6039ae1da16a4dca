"""Noting what came back: on the message that was sent, and on the address, until it works again."""

import logging
import re
from datetime import datetime, timedelta
from hashlib import sha256

from django.db import connection, transaction
from django.db.models.functions import Lower

from ossma.core import registries
from ossma.core.bounces.classify import BounceClass, classify
from ossma.core.bounces.reading import Failure, Report, read
from ossma.core.mail_addresses import same_address
from ossma.core.models import BouncedAddress, OutboxMessage, Progress, ReturnedMail
from ossma.core.models.returned import Understood
from ossma.core.registries import CameBack
from ossma.core.texts import storable

log = logging.getLogger(__name__)

# What is behind the report is the mail as we sent it: nobody needs more.
MOST_BYTES = 256 * 1024
KEPT = timedelta(days=90)
OUTBOX = "outbox"

NOTE = """
INSERT INTO core_bouncedaddress (address, is_final, detail, first_at, last_at, count) VALUES (lower(%s), %s, %s, %s, %s, 1)
ON CONFLICT (address) DO UPDATE SET count = core_bouncedaddress.count + 1, is_final = core_bouncedaddress.is_final OR excluded.is_final,
    detail = excluded.detail, last_at = GREATEST(core_bouncedaddress.last_at, excluded.last_at)
"""


@transaction.atomic
def take_in(raw: bytes, *, source: str, at: datetime) -> Understood:
    """Read one returned mail and note what it says. The same mail again changes nothing. Nothing is ever sent because of it."""
    digest = sha256(raw).hexdigest()
    row, new = ReturnedMail.objects.get_or_create(
        digest=digest, defaults={"source": source, "received_at": at, "understood": Understood.UNKNOWN, "detail": "", "content": ""}
    )
    if not new:
        return Understood(row.understood)
    report = read(raw[:MOST_BYTES])
    row.understood, row.detail, row.reason, row.hint = _act(report, at)
    if row.understood in {Understood.UNKNOWN, Understood.STRANGE, Understood.COMPLAINT}:
        row.content = storable(raw[:MOST_BYTES].decode(errors="replace"))
        log.warning("a returned mail is %s: row %s", row.understood, row.pk)
    row.save(update_fields=["understood", "detail", "reason", "hint", "content"])
    return Understood(row.understood)


@transaction.atomic
def would_take_in(raw: bytes, *, at: datetime) -> Understood:
    """What `take_in` would make of it; nothing is written."""
    understood = take_in(raw, source="dry run", at=at)
    transaction.set_rollback(True)
    return understood


def _act(report: Report, at: datetime) -> tuple[Understood, str, str, str]:
    """What it is, what the server said, why it was refused, and whose address its words name: a hint for a person."""
    if report.understood is not Understood.FAILED:
        return report.understood, "", "", ""
    first = report.failures[0]
    hint = next((address for address in _named(report) if _is_known(address)), "")
    known = any(_note(failure, report.messages, at) for failure in report.failures)
    return (Understood.FAILED if known else Understood.STRANGE), first.detail, first.kind, hint


def _named(report: Report) -> list[str]:
    return [address for address in (*(failure.address for failure in report.failures), *report.named) if address]


def _note(failure: Failure, ours: list[tuple[str, int]], at: datetime) -> bool:
    """By the key in one of our mails. False when there is none: whoever knows an address could otherwise mark it."""
    for kind, number in ours:
        if kind not in registries.came_back:
            continue
        address = registries.came_back.get(kind)(CameBack(number, failure.address, failure.kind, failure.detail), at)
        if address:
            if not (kind == OUTBOX and _is_strangers(number, address)):
                _note_reason(address, failure, at)
            return True
    return False


def _note_reason(address: str, failure: Failure, at: datetime) -> None:
    """Only what is about the address is noted on it; another one than we wrote to (it was passed on) says nothing for good."""
    if failure.kind is BounceClass.POLICY:
        return
    same = not failure.address or same_address(failure.address, address)
    note_address(address, is_final=failure.is_final and same, detail=failure.detail, at=at)


def _is_strangers(number: int, address: str) -> bool:
    """Whether a stranger caused this mail, to an address that is nobody's here: such addresses do not fill the office's list."""
    return OutboxMessage.objects.filter(pk=number, by_stranger=True).exists() and not _is_known(address)


def _is_known(address: str) -> bool:
    return any(hook(address) for _key, hook in registries.known_addresses)


def note_address(address: str, *, is_final: bool, detail: str, at: datetime) -> None:
    """An address did not take a message: counted, and once for good, for good until it works again."""
    with connection.cursor() as cursor:
        cursor.execute(NOTE, [address, is_final, detail[:300], at, at])


def works_again(addresses: list[str]) -> int:
    """Somebody has answered through these: they are forgotten here. Returns how many were known not to work."""
    return BouncedAddress.objects.filter(address__in=[address.lower() for address in addresses]).delete()[0]


def outbox_came_back(back: CameBack, at: datetime) -> str:
    """A mail of the outbox came back: its row says so. Returns where it went to."""
    rows = OutboxMessage.objects.filter(pk=back.number)
    rows.filter(state=Progress.SENT).update(last_error=f"came back: {back.detail}"[:300])
    return rows.values_list("to_address", flat=True).first() or ""


def note_refused(row_ids: list[int], *, at: datetime) -> int:
    """What the mail server refused in the SMTP session, by the same classes; returns how many addresses it said do not work."""
    rows = OutboxMessage.objects.filter(pk__in=row_ids, state=Progress.GAVE_UP, last_error__regex=r"^5\d\d ")
    said = rows.values_list(Lower("to_address"), "last_error", "by_stranger")
    return sum(note_refusal(address, error, at=at) for address, error, strange in said if not strange or _is_known(address))


def note_refusal(address: str, words: str, *, at: datetime) -> bool:
    """One refusal in the SMTP session, at RCPT or after DATA: whether it says that the address does not work for good."""
    kind = classify(words)
    if kind is BounceClass.POLICY:
        _note_rule(words, at)
    else:
        note_address(address, is_final=kind is BounceClass.HARD, detail=words, at=at)
    return kind is BounceClass.HARD


def _note_rule(words: str, at: datetime) -> None:
    """A server refused us by rule in the session: the office is told of it like of a report, once a day for the same words."""
    plain = re.sub(r"\d{4,}|\S+@\S+", "", words)
    ReturnedMail.objects.get_or_create(
        digest=sha256(f"session {at:%Y-%m-%d} {plain}".encode()).hexdigest(),
        defaults={
            "source": "session",
            "received_at": at,
            "understood": Understood.FAILED,
            "reason": BounceClass.POLICY,
            "detail": words[:300],
            "content": "",
        },
    )


def forget_old(at: datetime, dry_run: bool) -> int:
    """Retention: what came back long ago."""
    rows = ReturnedMail.objects.filter(received_at__lt=at - KEPT)
    return rows.count() if dry_run else rows.delete()[0]
