"""The push messages of a check: rendered once per check, language and round; each person's link is spliced in, then sealed for each device."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from ossma.core.push.carrying import Parcel as Sealed
from ossma.core.push.carrying import pack
from ossma.core.push.devices import Device
from ossma.core.push.notices import Button, Notice, life_until
from safety.addresses import answer_url
from safety.event_clock import event_zone_for, told
from safety.mails import kind_of_round
from safety.models import SafetyCheck
from safety.queries.deliveries import Parcel
from safety.states import Channel, CheckKind

# Stands where the person's own address will be: as long as the longest of them, made anew per process, so that no title can contain it.
HOLE = f"{uuid4().hex}-{'0' * 7}"


@dataclass(frozen=True, slots=True)
class Pattern:
    """A message with a hole where the person goes."""

    content: bytes
    hole: bytes
    headers: dict[str, str]

    def for_person(self, recipient_id: int) -> bytes:
        """The message for one person."""
        return self.content.replace(self.hole, answer_url(recipient_id, Channel.PUSH).encode())


def _buttons(page: str) -> tuple[Button, ...]:
    return Button("safe", _("I am safe"), f"{page}?choice=safe"), Button("help", _("I need help"), f"{page}?choice=help")


def pattern(check: SafetyCheck, *, language: str, round_number: int, at: datetime, zone: str = "") -> Pattern:
    """Render a check's message in one language for one round: the first line of the template is the title. No name, no position.

    `zone`: the clock by which its readers live.

    All rounds have one topic: a reminder takes the place of the question that a phone has not fetched yet.
    """
    hole, kind = f"{settings.SITE_URL}/a/{HOLE}/", kind_of_round(round_number)
    moment = check.event_at or check.sent_at
    context = {
        "check": check,
        "when": told(moment, check.event_zone, zone, language) if moment else "",
        "drill": check.kind == CheckKind.DRILL,
        "round": kind,
        "language": language,
        "office_name": settings.OFFICE_NAME,
    }
    with translation.override(language):
        title, _newline, body = render_to_string("push/safety/check.txt", context).strip().partition("\n")
        notice = Notice(
            title=" ".join(title.split()),
            body=body.strip(),
            navigate=hole,
            language=language,
            topic=f"check-{check.pk}",
            # That it was a drill is worth knowing after its deadline, too.
            life=life_until(None if kind == "correction" else check.deadline_at, at=at),
            urgent=check.kind != CheckKind.REGULAR,
            buttons=() if kind == "correction" else _buttons(hole),
            data={"round": round_number},
        )
    return Pattern(notice.content(), hole.encode(), notice.headers())


def sealed(rows: Iterable[Parcel], checks: dict[int, SafetyCheck], devices: dict[int, list[Device]], *, at: datetime) -> Iterator[Sealed]:
    """Compose and seal these messages one after the other, each for all devices of its person; each pattern is rendered once."""
    patterns: dict[tuple[int, str, int, str], Pattern] = {}
    for row in rows:
        to = devices[int(row.to_address)]
        found: dict[str, Pattern] = {}
        for language in {device.language for device in to}:
            check = checks[row.check_id]
            zone = event_zone_for(check.event_zone, row.zone)
            key = (row.check_id, language, row.round_number, zone)
            if key not in patterns:
                patterns[key] = pattern(check, language=language, round_number=row.round_number, at=at, zone=zone)
            found[language] = patterns[key]
        content = {language: made.for_person(row.recipient_id) for language, made in found.items()}
        headers = {language: made.headers for language, made in found.items()}
        yield pack(row.pk, row.tries, to, content=content, headers=headers, at=at)
