"""As much of a member as a shared screen may show: they recognise themselves by it, and it tells a stranger nothing."""

from dataclasses import dataclass

from members.models import Member
from ossma.core.links import device_mark


@dataclass(frozen=True, slots=True)
class Initials:
    """`mark` tells a device's script who it is (ossma.core.links.device_mark)."""

    letters: str
    number_end: str
    mark: str


def initials_of(member_id: int) -> Initials:
    """For a page that has to name whom it asks."""
    return _initials(Member.objects.only("given_roman", "family_roman", "number", "user_id").get(pk=member_id))


def initials_of_user(user_id: int) -> Initials | None:
    """The same for an account; None for one that is no member's."""
    member = Member.objects.only("given_roman", "family_roman", "number", "user_id").filter(user=user_id).first()
    return _initials(member) if member else None


def _initials(member: Member) -> Initials:
    letters = " ".join(f"{name[0]}." for name in (member.given_roman, member.family_roman) if name)
    return Initials(letters, member.number[-3:], device_mark(member.user_id))
