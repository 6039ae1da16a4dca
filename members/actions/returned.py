"""A person decides about a returned mail that nobody understood: whose it was, and whether that address works."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from members.queries.returned import OPEN, owner_of_address
from ossma.core import audit, registries
from ossma.core.bounces.noting import note_address
from ossma.core.duties import Duty, office_duty
from ossma.core.models import ReturnedMail
from ossma.core.refusals import Refused, first_or_404
from ossma.core.viewer import Viewer


@office_duty(Duty.FIND_MEMBER)
@transaction.atomic
def close_returned_mail(*, mail_id: int, address: str, is_dead: bool, came_back: bool, note: str, actor: Viewer, at: datetime) -> ReturnedMail:
    """Close one: with the address it is about, if anybody's, and what was done. Raises Refused, NotFound for what is closed already.

    `is_dead`: the address does not exist; else it is only noted that mail came back. `came_back`: so did messages that are waited for.
    """
    row = first_or_404(list(ReturnedMail.objects.select_for_update().filter(pk=mail_id, understood__in=OPEN, closed_at=None)))
    whose = None
    if address:
        whose = owner_of_address(actor, address)
        if whose is None:
            raise Refused(_("No member has this address."), field="address")
        note_address(address, is_final=is_dead, detail=note or row.detail, at=at)
    elif is_dead or came_back:
        raise Refused(_("Enter the address that does not work."), field="address")
    marked = sum(tell(address, actor, at) for _key, tell in registries.said_came_back) if came_back else 0
    row.closed_at, row.closed_by_id, row.note = at, actor.user_id, note.strip()[:300]
    row.save(update_fields=["closed_at", "closed_by_id", "note"])
    audit.record(
        actor=actor, at=at, action="returned_mail.closed", subject=("returned_mail", row.pk), member_id=whose.pk if whose else None,
        school_id=whose.school_id if whose else None, detail={"dead": is_dead, "marked": marked},
    )  # fmt: skip
    return row
