"""Returned mails that nobody understood, as a person can read them."""

from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.text import Truncator

from members.models import Member, User
from ossma.core.bounces.reading import readable
from ossma.core.duties import Duty
from ossma.core.models import ReturnedMail
from ossma.core.models.returned import Understood
from ossma.core.refusals import first_or_404
from ossma.core.viewer import Viewer

OPEN = (Understood.UNKNOWN, Understood.STRANGE)
MOST_LISTED = 200


@dataclass(frozen=True, slots=True)
class ReadableMail:
    """One of them, decoded."""

    row: ReturnedMail
    sender: str
    subject: str
    text: str

    @property
    def words(self) -> str:
        """What tells it from the others in a list: the server's words, else how it begins."""
        return self.row.detail or Truncator(" ".join(self.text[:1000].split())).chars(160)


def _open(viewer: Viewer) -> QuerySet[ReturnedMail]:
    rows = ReturnedMail.objects.filter(understood__in=OPEN, closed_at=None)
    return rows if viewer.may(Duty.FIND_MEMBER) else rows.none()


def open_mails(viewer: Viewer) -> list[ReadableMail]:
    """What waits for somebody, the oldest first."""
    return [_readable(row) for row in _open(viewer).order_by("received_at", "pk")[:MOST_LISTED]]


def open_mail(viewer: Viewer, pk: int) -> ReadableMail:
    """One that waits. Raises NotFound."""
    return _readable(first_or_404(list(_open(viewer).filter(pk=pk))))


def _readable(row: ReturnedMail) -> ReadableMail:
    return ReadableMail(row, *readable(row.content))


def owner_of_address(viewer: Viewer, address: str) -> Member | None:
    """The member whose address this is: the account's, the second one, or an emergency contact's."""
    if not viewer.may(Duty.FIND_MEMBER):
        return None
    users = User.objects.filter(email__iexact=address)
    own = Member.objects.filter(user__in=users).first() or Member.objects.filter(second_email__iexact=address).first()
    return own or Member.objects.filter(emergency_contacts__email__iexact=address).first()
