"""Cases: help opened at once with the alert; all followed by people, help ended only by a named person (safety.md S2, S3)."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from applications.queries.places import find_place
from applications.queries.presence import where_is
from members.models import Member
from ossma.core import audit, formats, outbox, phones
from ossma.core.duties import Duty, inner_action, office_duty
from ossma.core.models import Country
from ossma.core.refusals import Refused
from ossma.core.viewer import SYSTEM, Viewer
from safety import alarms, hours, rules
from safety.contact import note_contact, note_read, take_charge
from safety.models import SafetyCase
from safety.queries.alerted import alerted
from safety.queries.desk import name_of
from safety.queries.locking import HeldRecipient, locked_case
from safety.said import Said
from safety.states import CaseCause, CaseState, CheckKind, CheckState


@dataclass(frozen=True, slots=True)
class Cry:
    """Who needs help and what is known of it at the first moment. `placed`: the place was said, not only believed."""

    member_id: int
    school_id: int
    need: str
    country_id: str | None
    city: str
    zone: str = ""
    recipient_id: int | None = None
    is_drill: bool = False
    call_back: str = ""
    placed: bool = False

    @classmethod
    def answering(cls, recipient: HeldRecipient, said: Said) -> "Cry":
        """In answer to a question, be it an exercise: the place said, else the place believed.

        Once the exercise is over nobody plays any more: whoever asks for help then may have no other link at hand, and is taken at their word.
        """
        drill = recipient.kind == CheckKind.DRILL and recipient.state != CheckState.CLOSED
        of_whom = (recipient.member_id, recipient.school_id, said.need)
        if said.country_id and said.country_id != recipient.country_id:
            return cls(*of_whom, said.country_id, said.city, "", recipient.pk, drill, said.call_back, placed=True)
        city = said.city or recipient.city
        return cls(*of_whom, recipient.country_id, city, recipient.zone, recipient.pk, drill, said.call_back, placed=bool(said.country_id))

    @classmethod
    def unasked(cls, member: Member, said: Said) -> "Cry":
        """By the member's own report."""
        of_whom = (member.pk, member.school_id, said.need)
        return cls(*of_whom, said.country_id, said.city, call_back=said.call_back, placed=bool(said.country_id))


@inner_action
def open_case(*, actor: Viewer, at: datetime, cry: Cry, said_at: datetime) -> SafetyCase:
    """Open the member's case and promise the alert; while one is open, what is said later refines it.

    A case of silence or of a missed check-in becomes one of help: its clock begins anew, and whoever is in charge stays so.
    """
    cry = _placed(cry, at)
    row = SafetyCase(
        member_id=cry.member_id, school_id=cry.school_id, recipient_id=cry.recipient_id, need=cry.need, is_drill=cry.is_drill, opened_at=said_at,
        country_id=cry.country_id, city=cry.city, zone=cry.zone, call_back=cry.call_back,
    )  # fmt: skip
    # Two tabs at once: the unique constraint lets one in, both go on with the same case.
    SafetyCase.objects.bulk_create([row], ignore_conflicts=True)
    open_ones = SafetyCase.objects.select_for_update(of=("self",)).exclude(state=CaseState.RESOLVED)
    case = open_ones.get(member_id=cry.member_id, is_drill=cry.is_drill)
    taken_over = case.cause != CaseCause.HELP
    if taken_over:
        case.cause, case.state, case.opened_at, case.recipient_id = CaseCause.HELP, CaseState.NEW, said_at, cry.recipient_id or case.recipient_id
        case.first_contact_at = case.read_at = case.read_by_id = case.next_try_at = None
    if taken_over or cry.placed:
        case.country_id, case.city, case.zone = cry.country_id, cry.city, cry.zone
    case.need, case.call_back = cry.need or case.need, cry.call_back or case.call_back
    if case.first_contact_at:
        # Crying again after somebody was in contact: whoever is in charge must look now.
        case.next_try_at = at
    case.save()
    if _alert(case, cry, at=at):
        action = "safety.case_became_help" if taken_over else "safety.case_opened"
        audit.record(actor=actor, at=at, action=action, subject=("case", case.pk), member_id=case.member_id, school_id=case.school_id)
    return case


def _placed(cry: Cry, at: datetime) -> Cry:
    """The cry with a place and a clock: where they are by the record of now, if nothing was said; the city's own zone, if it is known."""
    # What was believed when they were asked may be long over.
    here = None if cry.placed else where_is(SYSTEM, cry.member_id, at)
    if here is not None:
        return replace(cry, country_id=here.country_id, city=here.city, zone=here.zone)
    if cry.zone or not cry.country_id:
        return cry
    country = Country.objects.get(pk=cry.country_id)
    place = find_place(country, cry.city)
    return replace(cry, city=place.city if place else cry.city, zone=place.zone if place else country.zones[0])


def _alert(case: SafetyCase, cry: Cry, *, at: datetime) -> bool:
    """Promise the mails to the office and to the school; False when they were promised before."""
    member = Member.objects.select_related("school", "user").get(pk=case.member_id)
    facts = _facts(case, cry, member)
    promised = [
        outbox.promise(
            key=f"help:{case.pk}:{case.opened_at.timestamp():.0f}:{address}",
            to_address=address,
            language=outbox.BOTH,
            template="safety/help",
            context={**facts, "path": reverse(f"{face}:safety:case", args=[case.pk])},
            at=at,
            member_id=member.pk,
        )
        for address, face in alerted(member.school)
    ]
    alarms.push(alarms.DRILL if case.is_drill else alarms.HELP, member.school, case, at=at)
    return any(promised)


def _facts(case: SafetyCase, cry: Cry, member: Member) -> dict[str, Any]:
    """What an alert says, in both languages."""
    country = Country.objects.filter(pk=cry.country_id).first()
    zone = ZoneInfo(cry.zone or (country.zones[0] if country else "Asia/Tokyo"))
    return {
        "drill": case.is_drill,
        "name_ja": member.japanese_name,
        "name_en": member.roman_name,
        "number": member.number,
        "mobile": phones.shown(case.call_back or member.mobile),
        "school_ja": member.school.name_ja,
        "school_en": member.school.name_en,
        "place_ja": " ".join(filter(None, (country.short_ja if country else "", cry.city))) or "-",
        "place_en": ", ".join(filter(None, (cry.city, country.name_en if country else ""))) or "-",
        "when_ja": formats.both_clocks(case.opened_at, zone, "ja"),
        "when_en": formats.both_clocks(case.opened_at, zone, "en"),
    }


def _note(case: SafetyCase, action: str, *, actor: Viewer, at: datetime) -> SafetyCase:
    case.save()
    audit.record(actor=actor, at=at, action=action, subject=("case", case.pk), member_id=case.member_id, school_id=case.school_id)
    return case


@office_duty(Duty.WORK_CASES)
@transaction.atomic
def take_case(*, actor: Viewer, at: datetime, case_id: int, take_over: bool = False) -> SafetyCase:
    """Be in charge of a case. Of two at once one gets it; from somebody else it is taken over only on purpose. It promises a try soon."""
    case = locked_case(actor, case_id)
    if case.owner_id == actor.user_id:
        return case
    if case.owner_id is not None and not take_over:
        raise Refused(_("%(name)s has taken this person already.") % {"name": name_of(case.owner_id)}, code="taken")
    if case.calling_until and case.calling_until > at and case.calling_by_id != actor.user_id:
        raise Refused(_("%(name)s is on the telephone with this person now.") % {"name": name_of(case.calling_by_id)}, code="calling")
    take_charge(case, actor)
    note_read(case, actor.user_id, at)
    if case.next_try_at is None or case.next_try_at <= at:
        case.next_try_at = at + hours.FIRST_TRY
    return _note(case, "safety.case_taken", actor=actor, at=at)


@office_duty(Duty.WORK_CASES)
@transaction.atomic
def contact_case(*, actor: Viewer, at: datetime, case_id: int) -> SafetyCase:
    """A human being has spoken with the member: the clock to the first human contact stops."""
    case = locked_case(actor, case_id)
    if case.state == CaseState.CONTACTED:
        return case
    rules.require_case_move(case.state, CaseState.CONTACTED)
    note_contact(case, actor.user_id, at)
    return _note(case, "safety.case_contacted", actor=actor, at=at)
