"""Mails of check-ins: the reminder, the alarm to office, school and the contacts the member named, the all-clear (safety.md S4)."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ossma.core import formats, outbox, phones
from ossma.core.push.promises import both_languages
from ossma.core.push.promises import promise as promise_push
from safety import alarms
from safety.addresses import check_in_path
from safety.models import CheckIn, SafetyCase
from safety.queries.alerted import alerted
from safety.queries.checkins import contacts_told
from safety.states import Channel

REMINDER = (_("Your check-in"), _("You wanted to report by now. One tap is enough."))

REACH = (_("Does this reach you?"), _("Once a month we ask. One tap is enough."))


def tell_reminder(row: CheckIn, *, at: datetime) -> None:
    """To the member: the time is here. Once per time that was promised."""
    outbox.promise(
        key=f"checkin:{row.pk}:{row.runs_from.timestamp():.0f}:remind", to_address=row.member.user.email, language=row.member.user.language,
        template="safety/checkin_reminder", context={**_facts(row), "path": check_in_path(row.pk)}, at=at, member_id=row.member_id,
    )  # fmt: skip
    words, path = both_languages(*REMINDER), check_in_path(row.pk, Channel.PUSH)
    promise_push(key=f"checkin:{row.pk}:{row.runs_from.timestamp():.0f}:remind", user_ids=[row.member.user_id], words=words, path=path, at=at)


def tell_missed(row: CheckIn, case: SafetyCase, *, at: datetime) -> None:
    """To office and school with the way to the case, and to the contacts the member named."""
    facts = _facts(row)
    for address, face in alerted(row.member.school):
        path = reverse(f"{face}:safety:case", args=[case.pk])
        _promise(row, "missed", address, {**facts, "staff": True, "path": path, "mobile": phones.shown(row.member.mobile), "plan": row.note}, at=at)
    alarms.push(alarms.MISSED, row.member.school, case, at=at)
    for contact in contacts_told(row):
        _promise(row, "missed", contact.email, {**facts, "staff": False, "phone": row.member.school.phone}, at=at)


def tell_all_clear(row: CheckIn, *, at: datetime) -> None:
    """To everybody who was told that it was missed: the member has reported."""
    staff = [address for address, _face in alerted(row.member.school)]
    for address in [*staff, *(contact.email for contact in contacts_told(row))]:
        _promise(row, "clear", address, _facts(row), at=at)


def _promise(row: CheckIn, what: str, address: str, facts: dict[str, Any], *, at: datetime) -> None:
    outbox.promise(
        key=f"checkin:{row.pk}:{what}:{address.lower()}", to_address=address, language=outbox.BOTH, template=f"safety/checkin_{what}",
        context=facts, at=at, member_id=row.member_id,
    )  # fmt: skip


def _facts(row: CheckIn) -> dict[str, Any]:
    member, zone = row.member, ZoneInfo(row.zone)
    due = row.runs_from
    return {
        "name_ja": member.japanese_name,
        "name_en": member.roman_name,
        "number": member.number,
        "school_ja": member.school.name_ja,
        "school_en": member.school.name_en,
        "place_ja": " ".join(filter(None, (row.country.short_ja if row.country else "", row.place))),
        "place_en": ", ".join(filter(None, (row.place, row.country.name_en if row.country else ""))),
        "due_ja": formats.both_clocks(due, zone, "ja"),
        "due_en": formats.both_clocks(due, zone, "en"),
    }
