"""The messages of a check: rendered once per check, language and round; each person's link and address are spliced into the bytes."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from ossma.core.bounces.keys import reference
from ossma.core.mail_addresses import wire_address
from ossma.core.mail_format import common_fields, encoded_body, header_block, own_fields
from ossma.core.outbox import mail_host
from ossma.core.postman import Letter
from safety import rules
from safety.addresses import answer_url
from safety.event_clock import told
from safety.family_mails import FamilyPattern
from safety.models import SafetyCheck
from safety.queries.deliveries import Parcel, names_of
from safety.states import Channel, CheckKind

# Stands in the rendered text where the person's own address will be; made anew per process, so that no title can contain it.
LINK = f"https://{uuid4().hex}.invalid/"
# Stand where the time of the event and the deadline will be, by the clock of the person.
WHEN, UNTIL = uuid4().hex, uuid4().hex
BOUNDARY = "=_ossma_safety_check"
PART = "--{boundary}\r\nContent-Type: text/{kind}; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Pattern:
    """A message with a hole where the person goes."""

    head: bytes
    text: bytes
    html: bytes
    host: str
    language: str
    check: SafetyCheck

    def letter(self, parcel: Parcel) -> Letter:
        """The message for one person. Its Message-ID is fixed per row, so that a repeat can be told from a new mail."""
        url = answer_url(parcel.recipient_id, parcel.channel).encode()
        hole = LINK.encode()
        to_address = wire_address(parcel.to_address)
        name = reference("safety", parcel.pk)
        own = header_block(own_fields(to_address=to_address, name=name, host=self.host))
        holes = {hole: url, **self._moments(parcel.zone)}
        text, html = (encoded_body(_filled(body, holes)) for body in (self.text, self.html))
        content = b"".join((self.head, own, b"\r\n", PLAIN, text, HTML, html, END))
        return Letter(parcel.pk, parcel.tries, to_address, content, name)

    def _moments(self, zone: str) -> dict[bytes, bytes]:
        """What stands in the holes of the two moments for somebody who lives by the clock of this zone."""
        moments = ((WHEN, self.check.event_at or self.check.sent_at), (UNTIL, self.check.deadline_at))
        return {hole.encode(): told(moment, self.check.event_zone, zone, self.language).encode() for hole, moment in moments if moment}


def _filled(body: bytes, holes: dict[bytes, bytes]) -> bytes:
    for hole, content in holes.items():
        body = body.replace(hole, content)
    return body


PLAIN = PART.format(boundary=BOUNDARY, kind="plain").encode()
HTML = PART.format(boundary=BOUNDARY, kind="html").encode()
END = f"--{BOUNDARY}--\r\n".encode()


def kind_of_round(number: int) -> str:
    """What a round is to its reader: the first word, a reminder, or the correction of a drill."""
    if number == rules.CORRECTION_ROUND:
        return "correction"
    return "reminder" if number else "first"


def pattern(check: SafetyCheck, *, language: str, round_number: int, at: datetime) -> Pattern:
    """Render a check's message in one language for one round: the first line of the text template is the subject."""
    context = {
        "check": check,
        "when": WHEN,
        "until": UNTIL if check.deadline_at else "",
        "drill": check.kind == CheckKind.DRILL,
        "round": kind_of_round(round_number),
        "link": LINK,
        "office_name": settings.OFFICE_NAME,
        "office_address": settings.OFFICE_ADDRESS,
    }
    with translation.override(language):
        subject, _newline, text = render_to_string("mail/safety/check.txt", context).strip().partition("\n")
        html = render_to_string("mail/safety/check.html", {**context, "language": language})
    head = common_fields(sender=settings.MAIL_FROM, subject=subject, at=at) | {
        "MIME-Version": "1.0",
        "Content-Type": f'multipart/alternative; boundary="{BOUNDARY}"',
    }
    return Pattern(header_block(head), f"{text.strip()}\n".encode(), html.encode(), mail_host(), language, check)


def letters(rows: list[Parcel], checks: dict[int, SafetyCheck], *, at: datetime) -> Iterator[Letter]:
    """Compose these messages one after the other; each pattern is rendered once."""
    patterns: dict[tuple[int, str, int], Pattern] = {}
    family: dict[int, FamilyPattern] = {}
    names = names_of([row.recipient_id for row in rows if row.channel == Channel.CONTACT])
    for row in rows:
        if row.channel == Channel.CONTACT:
            if row.check_id not in family:
                family[row.check_id] = FamilyPattern.of(checks[row.check_id], at)
            yield family[row.check_id].letter(row, wire_address(row.to_address), names[row.recipient_id])
            continue
        key = (row.check_id, row.language, row.round_number)
        if key not in patterns:
            patterns[key] = pattern(checks[row.check_id], language=row.language, round_number=row.round_number, at=at)
        yield patterns[key].letter(row)
