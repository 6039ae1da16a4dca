"""Reads of one member's information."""

from typing import Any

from members import second_address
from members.models import Member
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


def to_mend(member_id: int) -> tuple[bool, str]:
    """Whether phone and contact are still the school's placeholders, and the second address if it is not confirmed."""
    rows = Member.objects.filter(pk=member_id)
    found = rows.values_list("has_placeholders", "second_email", "second_email_confirmed_at").first()
    placeholders, address, confirmed_at = found or (False, "", None)
    return placeholders, "" if confirmed_at else address


def awaits_confirmation(token: str) -> int | None:
    """The member whose present second address this link confirms, confirmed already or not."""
    member = Member.objects.filter(pk=second_address.member_in(token) or 0, withdrawn_at=None).first()
    return member.pk if member and second_address.is_for(token, member.pk, member.second_email) else None


def person_values(member: Member) -> dict[str, Any]:
    """The member's information as the profile form takes it."""
    values = {name: getattr(member, name) for name in (*PERSON_FIELDS, *MEDICAL_FIELDS)}
    return values | {"language": member.user.language}


def contact_values(member: Member) -> list[dict[str, str]]:
    """The contacts as the contact forms take them."""
    return [{name: getattr(contact, name) for name in CONTACT_FIELDS} for contact in member.emergency_contacts.all()]
