"""One order of locks for everything about a school's people: the school's row first, then the invitation."""

from django.db import connection
from django.db.models import QuerySet

from members import invitation_links
from members.models import Invitation, School
from ossma.core.refusals import NotFound, first_or_404


def lock_people_of(school_id: int) -> School:
    """Hold the school's row until the transaction ends: invitations, acceptances and ends of roles there wait for each other.

    Rows that only point at the school (members, groups) go on being written. Raises NotFound for a school that does not exist.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("a lock lives in a transaction")
    return first_or_404(list(School.objects.select_for_update(no_key=True).filter(pk=school_id)))


def lock_invitation(invitation_id: int) -> Invitation:
    """An invitation as it is now, held with its school. Raises NotFound for one that is gone."""
    school_id = Invitation.objects.filter(pk=invitation_id).values_list("school_id", flat=True).first()
    lock_people_of(school_id or 0)
    return _held(Invitation.objects.filter(pk=invitation_id))


def lock_by_token(token: str) -> Invitation:
    """The same by the link of a mail; a link that was replaced while we waited for the lock is as good as a wrong one."""
    rows = Invitation.objects.filter(token_digest__in=invitation_links.digests(token))
    school_id = rows.values_list("school_id", flat=True).first()
    if school_id is None:
        raise NotFound
    lock_people_of(school_id)
    return _held(rows.all())


def _held(rows: QuerySet[Invitation]) -> Invitation:
    return first_or_404(list(rows.select_for_update(of=("self",)).select_related("school", "invited_by", "accepted_by")))
