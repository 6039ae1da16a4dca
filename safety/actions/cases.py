"""Help cases: opened at once with the alert, followed by people, ended only by a named person (safety.md S2, S3)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from members.models import Member, SchoolRole
from members.states import SchoolRoleKind
from ossma.core import audit, formats, outbox
from ossma.core.models import Country
from ossma.core.refusals import Refused
from ossma.core.viewer import Viewer
from safety import rules
from safety.models import SafetyCase
from safety.queries.locking import HeldRecipient, locked_case
from safety.said import Said
from safety.states import CaseState, CheckKind

ALERTED_ROLES = (SchoolRoleKind.OWNER, SchoolRoleKind.ADMINISTRATOR)


@dataclass(frozen=True, slots=True)
class Cry:
    """Who needs help and what is known of it at the first moment."""

    member_id: int
    school_id: int
    need: str
    country_id: str | None
    city: str
    zone: str = ""
    recipient_id: int | None = None
    is_drill: bool = False

    @classmethod
    def answering(cls, recipient: HeldRecipient, said: Said) -> "Cry":
        """In answer to a question, be it an exercise: the place said, else the place believed."""
        country_id, city = (said.country_id, said.city) if said.country_id else (recipient.country_id, recipient.city)
        drill = recipient.kind == CheckKind.DRILL
        return cls(recipient.member_id, recipient.school_id, said.need, country_id, city, recipient.zone, recipient.pk, drill)

    @classmethod
    def unasked(cls, member: Member, said: Said) -> "Cry":
        """By the member's own report."""
        return cls(member.pk, member.school_id, said.need, said.country_id, said.city)


def open_case(*, actor: Viewer, at: datetime, cry: Cry, said_at: datetime) -> SafetyCase:
    """Open the member's case and promise the alert; while one is open, what is said later refines it."""
    row = SafetyCase(
        member_id=cry.member_id, school_id=cry.school_id, recipient_id=cry.recipient_id, need=cry.need, is_drill=cry.is_drill, opened_at=said_at
    )  # fmt: skip
    # Two tabs at once: the unique constraint lets one in, both go on with the same case.
    SafetyCase.objects.bulk_create([row], ignore_conflicts=True)
    case = SafetyCase.objects.exclude(state=CaseState.RESOLVED).get(member_id=cry.member_id, is_drill=cry.is_drill)
    if cry.need and case.need != cry.need:
        case.need = cry.need
        case.save(update_fields=["need"])
    if _alert(case, cry, at=at):
        audit.record(
            actor=actor, at=at, action="safety.case_opened", subject=("case", case.pk), member_id=case.member_id, school_id=case.school_id
        )  # fmt: skip
    return case


def _alert(case: SafetyCase, cry: Cry, *, at: datetime) -> bool:
    """Promise the mails to the office and to the school; False when they were promised before."""
    member = Member.objects.select_related("school", "user").get(pk=case.member_id)
    facts = _facts(case, cry, member)
    roles = SchoolRole.objects.filter(school_id=case.school_id, kind__in=ALERTED_ROLES, user__is_active=True)
    office = set(settings.OFFICE_MAIL)
    school = {*member.school.notify_addresses, *roles.values_list("user__email", flat=True)} - office
    told = [(address, "office") for address in sorted(office)] + [(address, "school") for address in sorted(school)]
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
        for address, face in told
    ]
    return any(promised)


def _facts(case: SafetyCase, cry: Cry, member: Member) -> dict[str, Any]:
    """What an alert says, in both languages."""
    country = Country.objects.filter(pk=cry.country_id).first()
    zone = ZoneInfo(cry.zone or (country.zones[0] if country else "Asia/Tokyo"))
    return {
        "drill": case.is_drill,
        "name_ja": f"{member.family_name} {member.given_name}",
        "name_en": f"{member.given_roman} {member.family_roman}",
        "number": member.number,
        "mobile": member.mobile,
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


@transaction.atomic
def take_case(*, actor: Viewer, at: datetime, case_id: int) -> SafetyCase:
    """Be in charge of a case, so that nobody is called twice at once."""
    case = locked_case(actor, case_id)
    case.owner_id = actor.user_id
    return _note(case, "safety.case_taken", actor=actor, at=at)


def _reach(actor: Viewer, at: datetime, case_id: int, to: CaseState, action: str) -> SafetyCase:
    """Somebody has spoken with the member: the clock to the first human contact stops."""
    case = locked_case(actor, case_id)
    if case.state == to:
        return case
    rules.require_case_move(case.state, to)
    case.state = to
    case.owner_id = case.owner_id or actor.user_id
    case.first_contact_at = case.first_contact_at or at
    return _note(case, action, actor=actor, at=at)


@transaction.atomic
def contact_case(*, actor: Viewer, at: datetime, case_id: int) -> SafetyCase:
    """A human being has reached the member."""
    return _reach(actor, at, case_id, CaseState.CONTACTED, "safety.case_contacted")


@transaction.atomic
def hand_over_case(*, actor: Viewer, at: datetime, case_id: int) -> SafetyCase:
    """The helpline's operators go on with it."""
    return _reach(actor, at, case_id, CaseState.HELPLINE, "safety.case_handed_over")


@transaction.atomic
def resolve_case(*, actor: Viewer, at: datetime, case_id: int, resolution: str) -> SafetyCase:
    """End a case, saying how it ended. This says nothing about the member being safe: that is an answer of its own."""
    case = locked_case(actor, case_id)
    if case.state == CaseState.RESOLVED:
        return case
    if not resolution.strip():
        raise Refused(_("Write how it ended."), field="resolution")
    rules.require_case_move(case.state, CaseState.RESOLVED)
    case.state, case.ended_at, case.resolution = CaseState.RESOLVED, at, resolution.strip()
    return _note(case, "safety.case_resolved", actor=actor, at=at)


@transaction.atomic
def reopen_case(*, actor: Viewer, at: datetime, case_id: int) -> SafetyCase:
    """Take back the end of a case."""
    case = locked_case(actor, case_id)
    rules.require_case_move(case.state, CaseState.NEW)
    later = SafetyCase.objects.filter(member_id=case.member_id, is_drill=case.is_drill).exclude(state=CaseState.RESOLVED)
    if later.exists():
        raise Refused(_("This member has another open case."))
    case.state, case.ended_at, case.resolution = CaseState.NEW, None, ""
    return _note(case, "safety.case_reopened", actor=actor, at=at)
