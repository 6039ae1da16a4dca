"""Reads of one member's information."""

from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef

from members import second_address
from members.models import EmergencyContact, Member
from ossma.core import phones
from ossma.core.refusals import first_or_404
from ossma.core.viewer import Viewer

PERSON_FIELDS = (
    "family_name", "given_name", "family_kana", "given_kana", "family_roman", "given_roman", "birth_date", "sex", "kind",
    "student_number", "department", "grade", "postal_code", "address", "mobile", "second_email", "nationality",
)  # fmt: skip
MEDICAL_FIELDS = ("blood_type", "allergies", "illnesses", "medication")
CONTACT_FIELDS = ("name", "relation", "phone", "email", "address")


def member(viewer: Viewer, member_id: int) -> Member:
    """The member with school, account and contacts. Raises NotFound for whoever may not know of them."""
    rows = Member.objects.visible_to(viewer).filter(pk=member_id).select_related("school", "user").prefetch_related("emergency_contacts")
    return first_or_404(list(rows))


@dataclass(frozen=True, slots=True)
class ToMend:
    """What of a member's own data would fail them in an emergency: the school's placeholders, a second address that is not confirmed, and
    telephone numbers that say no country.
    """

    placeholders: bool = False
    address: str = ""
    numbers: tuple[str, ...] = ()


def to_mend(member_id: int) -> ToMend:
    """What is to be mended, in one query."""
    rows = Member.objects.filter(pk=member_id).annotate(phones=ArraySubquery(EmergencyContact.objects.filter(member=OuterRef("pk")).values("phone")))
    found = rows.values_list("has_placeholders", "second_email", "second_email_confirmed_at", "mobile", "phones").first()
    if found is None:
        return ToMend()
    placeholders, address, confirmed_at, mobile, others = found
    doubtful = () if placeholders else tuple(number for number in (mobile, *others) if number and not phones.is_stored_right(number))
    return ToMend(placeholders, "" if confirmed_at else address, doubtful)


def awaits_confirmation(token: str) -> int | None:
    """The member whose present second address this link confirms, confirmed already or not."""
    member = Member.objects.filter(pk=second_address.member_in(token) or 0, withdrawn_at=None).first()
    return member.pk if member and second_address.is_for(token, member.pk, member.second_email) else None


def person_values(member: Member) -> dict[str, Any]:
    """The member's information as the profile form takes it."""
    values = {name: getattr(member, name) for name in (*PERSON_FIELDS, *MEDICAL_FIELDS)}
    return values | {"language": member.user.language, "single_name": member.is_single_name}


def contact_values(member: Member) -> list[dict[str, str]]:
    """The contacts as the contact forms take them."""
    return [{name: getattr(contact, name) for name in CONTACT_FIELDS} for contact in member.emergency_contacts.all()]
